//! Which word of a line is which option of a form, and reading them as types.

use chrono::NaiveDate;

use crate::complaint::{Complaint, excerpt, nearest};
use crate::date::is_time;
use crate::line::{Line, Span, Word, fold, hidden, parts_list};
use crate::serial::Written;
use crate::spec::{Form, Kind, Param};
use crate::{Register, SPECS, SerialNo};

/// A type an option is read as. The error completes a sentence that begins with the option's label.
pub(crate) trait Argument: Sized {
    fn read(word: &str, today: NaiveDate) -> Result<Self, String>;
}

/// The options given in a line or in a filled-in form, not yet typed. No form gets to see them while a required one is missing.
#[derive(Debug)]
pub struct Values<'l> {
    line: &'l Line<'l>,
    form: &'static Form,
    today: NaiveDate,
    given: Vec<Given>,
}

#[derive(Debug)]
struct Given {
    param: &'static Param,
    span: Span,
    /// Unquoted text of several words.
    spread: bool,
    named: bool,
    quoted: bool,
}

impl<'l> Values<'l> {
    /// Fails on an unknown option, one given twice, one empty or missing, and on words that belong nowhere.
    pub fn bind(form: &'static Form, line: &'l Line<'l>, words: &[Word<'l>], today: NaiveDate) -> Result<Values<'l>, Complaint> {
        let mut values = Values { line, form, today, given: Vec::new() };
        let named: Vec<&str> = words.iter().filter_map(|word| values.named(word)).map(|param| param.name).collect();
        let mut places = form.params.iter().filter(|param| param.positional && !named.contains(&param.name)).peekable();
        let mut rest = words;
        while let Some((word, after)) = rest.split_first() {
            let (given, taken) = match (&word.lead, values.named(word)) {
                (Some(lead), Some(param)) => values.take(param, word, word.value_of(lead), after, true),
                (Some(lead), None) if lead.assigns && looks_like_a_name(lead.name) => return Err(values.unknown(word, lead.name)),
                (Some(_) | None, _) => match places.next() {
                    Some(param) => values.take(param, word, word.plain(), after, places.peek().is_none()),
                    None => return Err(values.leftover(word)),
                },
            };
            values.add(given, word)?;
            rest = after.get(taken..).unwrap_or(&[]);
        }
        values.require_all()?;
        values.require_clear_texts()?;
        Ok(values)
    }

    /// The same for a filled-in form, whose values stand in the line one by one, at these places.
    pub fn filled(form: &'static Form, line: &'l Line<'l>, places: &[(&str, Span)], today: NaiveDate) -> Result<Values<'l>, Complaint> {
        let mut values = Values { line, form, today, given: Vec::new() };
        for (name, span) in places {
            let param = form.param(name).ok_or_else(|| Complaint::new(format!("{} 没有「{}」这一项。", form.title(), excerpt(name))))?;
            if let Some(place) = hidden(line.slice(*span)) {
                return Err(Complaint::new(format!("{}的第 {place} 个字是看不见的控制字符,不能用。请删去。", param.label)));
            }
            let word = Word { start: span.0, end: span.1, lead: None, quoted: None };
            values.add(Given { param, span: *span, spread: false, named: true, quoted: true }, &word)?;
        }
        values.require_all()?;
        Ok(values)
    }

    pub fn today(&self) -> NaiveDate {
        self.today
    }

    /// An option of the form, if it was given.
    pub fn optional<T: Argument>(&self, name: &str) -> Result<Option<T>, Complaint> {
        let Some(given) = self.given.iter().find(|given| given.param.name == name) else { return Ok(None) };
        let word = self.line.slice(given.span);
        T::read(word, self.today).map(Some).map_err(|why| {
            let gap = if why.starts_with(|c: char| c.is_ascii_digit()) { " " } else { "" };
            let mut text = format!("{}{gap}{why}", given.param.label);
            if let Some(other) = self.other_home(given, word) {
                text.push_str(&format!("是不是想写 {other}={}?", excerpt(word)));
            }
            match given.param.kind.private() {
                true => Complaint::new(text),
                false => Complaint::marked(text, self.line.mark(given.span)),
            }
        })
    }

    /// An option that must be given, by the form or by what else was said.
    pub fn required<T: Argument>(&self, name: &str) -> Result<T, Complaint> {
        self.optional(name)?.ok_or_else(|| missing(self.form.param(name)))
    }

    /// The number of an entry of this register; a number alone is of this year.
    pub fn serial(&self, name: &str, register: Register) -> Result<SerialNo, Complaint> {
        self.optional_serial(name, register)?.ok_or_else(|| missing(self.form.param(name)))
    }

    /// The same for an option that may be left out.
    pub fn optional_serial(&self, name: &str, register: Register) -> Result<Option<SerialNo>, Complaint> {
        let wrong = || Complaint::new(format!("{name}应写成 {}2026-0007 的样子,今年的也可以只写 7。", register.code()));
        let written: Option<Written> = self.optional(name)?;
        written.map(|written| written.of(register).ok_or_else(wrong)).transpose()
    }

    /// An option that must be given because of `reason` (`电话核实`).
    pub fn required_for<T: Argument>(&self, reason: &str, name: &str) -> Result<T, Complaint> {
        self.optional(name)?.ok_or_else(|| Complaint::new(format!("{reason}{}", missing(self.form.param(name)))))
    }

    /// Refuses options that say nothing where `reason` does not hold.
    pub fn idle(&self, reason: &str, names: &[&str]) -> Result<(), Complaint> {
        match self.given.iter().find(|given| names.contains(&given.param.name)) {
            Some(given) => Err(Complaint::new(format!("写了{},但{reason}。请改正,或删去{}。", given.param.label, given.param.name))),
            None => Ok(()),
        }
    }

    fn named(&self, word: &Word<'_>) -> Option<&'static Param> {
        self.form.param(&fold(word.lead.as_ref()?.name))
    }

    /// The value that begins with this word, and how many of the following words are part of it.
    fn take(&self, param: &'static Param, word: &Word<'_>, (start, end): Span, after: &[Word<'_>], runs_on: bool) -> (Given, usize) {
        let named = self.named(word).is_some();
        let quoted = word.quoted.is_some() && (named || word.lead.is_none());
        let starts_option = |word: &Word<'_>| self.named(word).is_some() || word.lead.as_ref().is_some_and(|l| l.assigns && looks_like_a_name(l.name));
        let plain = after.iter().take_while(|word| !starts_option(word));
        let raw = |word: &Word<'_>| self.line.slice((word.start, word.end));
        let taken = match param.kind {
            // a quotation is whole by itself, unless it opens a text that goes on after it
            Kind::Text if runs_on && !(named && quoted) => plain.count(),
            Kind::Names if runs_on && !quoted => plain.count(),
            Kind::Moment if !quoted => plain.take(1).filter(|word| is_time(raw(word))).count(),
            Kind::Choices(words) if !quoted => {
                let mut open = self.line.slice((start, end)).ends_with(parts_list);
                plain
                    .take_while(|word| {
                        let next = raw(word);
                        let belongs =
                            open || next.starts_with(parts_list) || next.split(parts_list).all(|item| item.is_empty() || words.contains(&fold(item).as_str()));
                        open = next.ends_with(parts_list);
                        belongs
                    })
                    .count()
            }
            Kind::Command => plain.take(1).filter(|word| SPECS.iter().any(|spec| spec.form(&fold(raw(word))).is_some())).count(),
            Kind::Text | Kind::Names | Kind::Moment | Kind::Choices(_) => 0,
            Kind::Warning
            | Kind::Serial(_)
            | Kind::Choice(_)
            | Kind::Date
            | Kind::Month
            | Kind::Period
            | Kind::Amount
            | Kind::Page
            | Kind::Phone
            | Kind::File
            | Kind::Code
            | Kind::Count => 0,
        };
        let span = match taken.checked_sub(1).and_then(|last| after.get(last)) {
            // spread over several words, quotes belong to the text
            Some(last) => (if quoted { word.start } else { start }, last.end),
            None => (start, end),
        };
        (Given { param, span, spread: taken > 0, named, quoted }, taken)
    }

    fn add(&mut self, given: Given, word: &Word<'_>) -> Result<(), Complaint> {
        let name = given.param.name;
        if self.given.iter().any(|other| other.param.name == name) {
            return Err(Complaint::marked(format!("{name}写了两次,请只留一个。"), self.line.mark((word.start, (word.start + name.len()).min(word.end)))));
        }
        if self.line.slice(given.span).trim().is_empty() {
            return Err(Complaint::new(format!("{name}是空的。请在「=」后面紧接着写内容,中间不要空格;不需要就删去「{name}=」。")));
        }
        self.given.push(given);
        Ok(())
    }

    fn unknown(&self, word: &Word<'_>, name: &str) -> Complaint {
        let names = self.form.params.iter().map(|param| param.name);
        let hint = nearest(&fold(name), names.clone()).map(|near| format!("是不是想写 {near}=?")).unwrap_or_default();
        let known = names.collect::<Vec<_>>().join("、");
        let title = self.form.title();
        let text = match known.is_empty() {
            true => format!("{title} 后面不需要写别的。"),
            false => format!("{title} 没有「{}」这一项。{hint}可以写的有:{known}。如果它是文字的一部分,请给整段文字加引号。", excerpt(name)),
        };
        Complaint::marked(text, self.line.mark((word.start, word.start + name.len())))
    }

    fn leftover(&self, word: &Word<'_>) -> Complaint {
        let hint = match self.form.params.iter().find(|param| param.kind.choices().contains(&fold(self.line.slice(word.plain())).as_str())) {
            Some(param) => format!("是不是想写 {}={}?", param.name, excerpt(self.line.slice(word.plain()))),
            None if self.form.params.iter().any(|param| param.kind == Kind::Text) => "文字里有空格时,请给整段文字加引号。".to_owned(),
            None => String::new(),
        };
        Complaint::marked(format!("后面多出了内容,不知道该放在哪里。{hint}用法:{}", self.form.usage()), self.line.mark(word.plain()))
    }

    /// The option this value would fit, where it does not fit its own.
    fn other_home(&self, given: &Given, word: &str) -> Option<&'static str> {
        let word = fold(word);
        let free = |param: &&Param| param.name != given.param.name && !self.given.iter().any(|other| other.param.name == param.name);
        self.form.params.iter().filter(free).find(|param| param.kind.choices().contains(&word.as_str())).map(|param| param.name)
    }

    fn require_all(&self) -> Result<(), Complaint> {
        let lacks = |param: &&Param| param.required && !self.given.iter().any(|given| given.param.name == param.name);
        let lacking: Vec<&'static Param> = self.form.params.iter().filter(lacks).collect();
        match lacking.as_slice() {
            [] => Ok(()),
            [one] => Err(missing(Some(one))),
            several => {
                let labels = several.iter().map(|param| param.label).collect::<Vec<_>>().join("、");
                if self.line.words.is_empty() {
                    // a form that is filled in shows by itself what goes where
                    return Err(Complaint::new(format!("还缺{labels}。")));
                }
                Err(Complaint::new(format!("还缺{labels}。\n用法:{}\n例如:{}", self.form.usage(), self.form.example)))
            }
        }
    }

    /// Two texts by place, unquoted, of more words than texts: nobody can tell where one ends.
    fn require_clear_texts(&self) -> Result<(), Complaint> {
        let texts: Vec<&Given> = self.given.iter().filter(|given| given.param.kind == Kind::Text && !given.named).collect();
        match texts.as_slice() {
            [first, last] if last.spread && !first.quoted => {
                let (first, last) = (first.param.name, last.param.name);
                Err(Complaint::new(format!("分不清哪些字是{first}、哪些字是{last}。请加引号,例如:{first}=\"……\" {last}=\"……\"。")))
            }
            _ => Ok(()),
        }
    }
}

fn missing(param: Option<&Param>) -> Complaint {
    match param {
        Some(param) => Complaint::new(format!("还缺{}。{}", param.label, param.advice())),
        None => Complaint::new("还缺内容。请用 /帮助 查看用法。"),
    }
}

/// Short and made of letters only: `材料`, not `a+b` or a number.
fn looks_like_a_name(word: &str) -> bool {
    word.chars().count() <= 8 && word.chars().all(char::is_alphabetic)
}
