//! What a command is: one description that parsing, permission check, help, completion, the README and a chat's registration all read.

use chrono::NaiveDate;

use crate::complaint::Complaint;
use crate::line::Line;
use crate::permission::Allowed;
use crate::values::{Argument, Values};
use crate::{Command, MaskedPhone, Register, SPECS};

/// A command (`/预警`): a name and its forms. One of them at most has no subcommand (`/核实` beside `/核实 批量`).
#[derive(Debug)]
pub struct Spec {
    /// Without the slash.
    pub name: &'static str,
    /// At most 100 characters.
    pub summary: &'static str,
    pub forms: &'static [&'static Form],
}

/// One thing to say with a command (`/预警 认领 编号`).
#[derive(Debug)]
pub struct Form {
    /// The command's name, without the slash.
    pub command: &'static str,
    pub subcommand: Option<&'static str>,
    /// At most 100 characters.
    pub summary: &'static str,
    pub allowed: Allowed,
    /// Required ones first. Positional ones are taken in this order.
    pub params: &'static [Param],
    /// A whole line that is right.
    pub example: &'static str,
    /// What it asks for, once it is filled so far.
    pub(crate) asks: fn(&Form, &Filled<'_>) -> Vec<Ask>,
    pub(crate) build: fn(&Values<'_>) -> Result<Command, Complaint>,
}

/// Options by name with what was written for each, as a form that is filled in hands them over.
pub type Filled<'a> = [(&'a str, &'a str)];

/// An option that a form asks for, and whether it must be given.
#[derive(Debug, Clone, Copy)]
pub struct Ask {
    pub param: &'static Param,
    pub required: bool,
}

/// An option of a form.
#[derive(Debug)]
pub struct Param {
    /// What is typed before `=`.
    pub name: &'static str,
    /// What a complaint calls it.
    pub label: &'static str,
    /// At most 100 characters.
    pub about: &'static str,
    pub kind: Kind,
    pub required: bool,
    /// May be given by its place, without its name.
    pub positional: bool,
}

/// What an option holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A warning number.
    Warning,
    /// The number of an entry of this register.
    Serial(Register),
    /// One word of these.
    Choice(&'static [&'static str]),
    /// One or several words of these.
    Choices(&'static [&'static str]),
    /// Free text.
    Text,
    /// A number or code as the office's own papers and the system write it: 文号, 编号, 凭证号. It is one word.
    Code,
    /// A whole number from 1: a page, a year.
    Count,
    /// Names of staff.
    Names,
    /// A day.
    Date,
    /// A day, with the time if known.
    Moment,
    /// A month.
    Month,
    /// A month or a year.
    Period,
    /// Money in 元.
    Amount,
    /// A page of a list.
    Page,
    /// A phone number; kept masked only.
    Phone,
    /// The name of a file in a folder that is known.
    File,
    /// The name of a command.
    Command,
}

impl Spec {
    pub(crate) fn form(&self, subcommand: &str) -> Option<&'static Form> {
        self.forms.iter().copied().find(|form| form.subcommand == Some(subcommand))
    }

    /// The form without a subcommand, if there is one.
    pub(crate) fn plain_form(&self) -> Option<&'static Form> {
        self.forms.iter().copied().find(|form| form.subcommand.is_none())
    }

    pub(crate) fn subcommands(&self) -> impl Iterator<Item = &'static str> {
        self.forms.iter().filter_map(|form| form.subcommand)
    }
}

impl Form {
    /// `/预警 认领`
    pub fn title(&self) -> String {
        match self.subcommand {
            Some(subcommand) => format!("/{} {subcommand}", self.command),
            None => format!("/{}", self.command),
        }
    }

    /// `/预警 办结 编号 说明`; what may be left out stands in brackets.
    pub fn usage(&self) -> String {
        let words = self.params.iter().map(|param| match (param.required, param.positional) {
            (true, true) => param.name.to_owned(),
            (true, false) => format!("{}=…", param.name),
            (false, true) => format!("[{}]", param.name),
            (false, false) => format!("[{}=…]", param.name),
        });
        std::iter::once(self.title()).chain(words).collect::<Vec<_>>().join(" ")
    }

    /// The form of this command and subcommand.
    pub fn find(command: &str, subcommand: Option<&str>) -> Option<&'static Form> {
        SPECS.iter().flat_map(|spec| spec.forms.iter().copied()).find(|form| form.command == command && form.subcommand == subcommand)
    }

    /// The command that these options make: the checks and complaints are those of a typed line. What is blank counts as not given;
    /// line breaks count as spaces, for a form may have fields of several lines.
    pub fn fill(&'static self, filled: &Filled<'_>, today: NaiveDate) -> Result<Command, Complaint> {
        let (mut text, mut places) = (String::new(), Vec::new());
        for (name, value) in filled {
            let value = value.split(['\r', '\n']).filter(|line| !line.trim().is_empty()).collect::<Vec<_>>().join(" ");
            if !value.is_empty() {
                places.push((*name, (text.len(), text.len() + value.len())));
                text.push_str(&value);
            }
        }
        (self.build)(&Values::filled(self, &Line { text: &text, words: Vec::new() }, &places, today)?)
    }

    /// Which options it asks for, in the order of asking, once these are filled in: what one answer makes needless is not asked.
    pub fn asks(&self, filled: &Filled<'_>) -> Vec<Ask> {
        (self.asks)(self, filled)
    }

    /// Whether it is about a warning and asks for more than one sheet of a chat holds (5 fields): then it is filled in step by step.
    pub fn is_long(&self) -> bool {
        let (about, more): (Vec<&Param>, Vec<&Param>) = self.params.iter().partition(|param| param.kind == Kind::Warning);
        !about.is_empty() && more.len() > 5
    }

    pub fn param(&self, name: &str) -> Option<&'static Param> {
        self.params.iter().find(|param| param.name == name)
    }
}

impl Param {
    /// Must be given; by place or by name.
    pub const fn required(name: &'static str, kind: Kind, about: &'static str) -> Param {
        Param { name, label: name, about, kind, required: true, positional: true }
    }

    /// May be left out; by name.
    pub const fn optional(name: &'static str, kind: Kind, about: &'static str) -> Param {
        Param { name, label: name, about, kind, required: false, positional: false }
    }

    /// May also be given by its place.
    pub const fn in_place(self) -> Param {
        Param { positional: true, ..self }
    }

    /// Called so in complaints.
    pub const fn called(self, label: &'static str) -> Param {
        Param { label, ..self }
    }

    /// What may be kept of an answer before the form is handed in: of a phone number only its ends.
    pub fn kept(&self, answer: &str) -> String {
        match (self.kind, MaskedPhone::read(answer, NaiveDate::default())) {
            (Kind::Phone, Ok(masked)) => masked.to_string(),
            _ => answer.trim().to_owned(),
        }
    }

    /// What to do when it is missing, as one sentence.
    pub(crate) fn advice(&self) -> String {
        match self.kind {
            Kind::Choice(words) => format!("请选一项:{}。", words.join("、")),
            Kind::Choices(words) => format!("请至少选一项:{}。", words.join("、")),
            Kind::Text if self.about.contains("例如") => format!("请写明{}。", self.about),
            Kind::Text => format!("请用一两句话写明,例如:{}=\"……\"。", self.name),
            Kind::Code => format!("请照文件或系统里的写法填写,例如:{}=……", self.name),
            Kind::Count => format!("例如:{}=2。", self.name),
            Kind::Warning => "例如:YJ2026-000123,今年的也可以只写 123。".to_owned(),
            Kind::Serial(register) => format!("例如:{}2026-0007,今年的也可以只写 7。", register.code()),
            Kind::Names => format!("例如:{}=张某、李某。", self.name),
            Kind::Date => format!("例如:{}=2026-11-30 或 {}=11月30日。", self.name, self.name),
            Kind::Moment => format!("例如:{}=11月23日10:30 或 {}=今天。", self.name, self.name),
            Kind::Month => "例如:2026-11。".to_owned(),
            Kind::Period => "例如:2026-11 或 2026年。".to_owned(),
            Kind::Amount => format!("例如:{}=12800.00(元)。", self.name),
            Kind::Page => format!("例如:{}=2。", self.name),
            Kind::Phone => format!("例如:{}=0564-6020000。", self.name),
            Kind::File => format!("例如:{}=核实-ZC09-1.xlsx。", self.name),
            Kind::Command => "例如:核实。".to_owned(),
        }
    }
}

/// Every option, whatever is filled in.
pub(crate) fn every(form: &Form, _: &Filled<'_>) -> Vec<Ask> {
    form.params.iter().map(|param| Ask { param, required: param.required }).collect()
}

impl Kind {
    /// The words to choose from, if it is a choice.
    pub const fn choices(self) -> &'static [&'static str] {
        match self {
            Kind::Choice(words) | Kind::Choices(words) => words,
            Kind::Warning
            | Kind::Serial(_)
            | Kind::Text
            | Kind::Code
            | Kind::Count
            | Kind::Names
            | Kind::Date
            | Kind::Moment
            | Kind::Month
            | Kind::Period
            | Kind::Amount
            | Kind::Page
            | Kind::Phone
            | Kind::File
            | Kind::Command => &[],
        }
    }

    /// Whether a chat should ask for suggestions while it is typed.
    pub const fn autocompletes(self) -> bool {
        match self {
            Kind::Warning | Kind::Command => true,
            Kind::Serial(_) | Kind::Choice(_) | Kind::Choices(_) | Kind::Text | Kind::Code | Kind::Count | Kind::Names => false,
            Kind::Date | Kind::Moment | Kind::Month | Kind::Period | Kind::Amount | Kind::Page | Kind::Phone | Kind::File => false,
        }
    }

    /// Whether it may hold what must not be quoted back: names, numbers, stories.
    pub const fn private(self) -> bool {
        match self {
            Kind::Text | Kind::Code | Kind::Names | Kind::Phone | Kind::File => true,
            Kind::Warning | Kind::Serial(_) | Kind::Choice(_) | Kind::Choices(_) => false,
            Kind::Date | Kind::Moment | Kind::Month | Kind::Period | Kind::Amount | Kind::Page | Kind::Count | Kind::Command => false,
        }
    }
}
