//! The command language: what a person may say to the office's watch, in whatever they speak through.
//!
//! A line such as `/核实 123 正常 电话核实 对象=村会计 时间=今天 款项已到账` becomes a [`Command`], a value that cannot hold a wrong date, amount or
//! number; or a [`Complaint`] that says politely what is missing. No I/O, no clock (today is handed in), nothing of the service beneath it.
//!
//! - one file a command, of its name; each holds its [`Spec`] and its arguments
//! - [`spec`] what a command is; [`SPECS`] all of them: parsing, permissions, help, completion and the README's table read nothing else
//! - `line` cuts a line into words, `values` finds which word is which option, [`args`], [`amount`], [`choice`], [`date`], [`period`] and
//!   [`serial`] are what they are read as
//! - `words` a command told again in words; [`permission`] who may say what, [`roles`] who usually may; [`complaint`] what is said back;
//!   [`mod@complete`] what could come next

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

pub mod access;
pub mod allocation;
pub mod amount;
pub mod approve;
pub mod args;
pub mod batch;
pub mod bind;
pub mod choice;
pub mod complaint;
pub mod complete;
pub mod correct;
pub mod countersign;
pub mod date;
pub mod delivery;
pub mod export;
pub mod false_alarm;
pub mod handling;
pub mod help;
pub mod inspection;
pub mod lead;
pub mod leave;
pub mod ledger;
mod line;
pub mod log;
pub mod matter;
pub mod measure;
pub mod mine;
pub mod month;
pub mod notice;
mod numbers;
pub mod page;
pub mod pause;
pub mod payment;
pub mod performance;
pub mod period;
pub mod permission;
pub mod quarantine;
pub mod receipt;
pub mod reveal;
pub mod roles;
pub mod serial;
pub mod spec;
mod values;
pub mod verify;
pub mod warning;
pub mod white_list;
pub mod why;
mod words;

pub use access::Access;
pub use allocation::Allocation;
pub use amount::Amount;
pub use approve::{Agree, Approve, Return};
pub use args::{Count, MaskedPhone, Text, VisitStaff, WarningNo};
pub use batch::{Batch, FileName, Finding};
pub use bind::Bind;
pub use choice::{Level, Method, ProposalKind, Standing, Verdict, ViolationKind};
pub use complaint::Complaint;
pub use complete::complete;
pub use correct::Correct;
pub use countersign::{Countersign, DataKind, FileFormat};
pub use date::{Moment, Month};
pub use export::Export;
pub use false_alarm::FalseAlarm;
pub use handling::{Amend, Engage, Follow, Handling, Reopen, Urge};
pub use help::{Help, help, table_markdown};
pub use inspection::{Inspection, InspectionKind};
pub use lead::Lead;
pub use leave::Leave;
pub use ledger::{Flag, Ledger, ScopeKind, Tier};
pub use log::{Log, LogKind};
pub use matter::Matter;
pub use measure::{Measure, Measured};
pub use mine::Mine;
pub use month::Summarise;
pub use notice::Notice;
pub use page::Page;
pub use pause::Hold;
pub use payment::Payments;
pub use performance::Performance;
pub use period::Period;
pub use permission::{Allowed, Permission, SectionKind};
pub use quarantine::{Quarantine, QuarantineNo};
pub use receipt::Receipt;
pub use reveal::Reveal;
pub use serial::{Register, SerialNo};
pub use spec::{Ask, Filled, Form, Kind, Param, Spec};
pub use verify::{Check, Checks, Outcome, Verify};
pub use warning::{Assign, Claim, Finish, List, Show};
pub use white_list::WhiteList;
pub use why::Why;

use line::{Line, Word, fold};
use values::Values;

/// Every command, in the order help shows them.
pub const SPECS: &[&Spec] = &[
    &mine::SPEC,
    &warning::SPEC,
    &verify::SPEC,
    &correct::SPEC,
    &measure::SPEC,
    &false_alarm::SPEC,
    &approve::SPEC,
    &white_list::SPEC,
    &receipt::SPEC,
    &notice::SPEC,
    &inspection::SPEC,
    &matter::SPEC,
    &lead::SPEC,
    &month::SPEC,
    &ledger::SPEC,
    &allocation::SPEC,
    &payment::SPEC,
    &performance::SPEC,
    &delivery::SPEC,
    &quarantine::SPEC,
    &log::SPEC,
    &access::SPEC,
    &countersign::SPEC,
    &leave::SPEC,
    &bind::SPEC,
    &help::SPEC,
];

/// What a person asks for. It is journalled: the tags and field names never change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "command")]
pub enum Command {
    /// `/帮助`
    #[serde(rename = "help")]
    Help(Help),
    /// `/我的`
    #[serde(rename = "mine")]
    Mine(Mine),
    /// `/预警 列表`
    #[serde(rename = "warning.list")]
    List(List),
    /// `/预警 详情`
    #[serde(rename = "warning.show")]
    Show(Show),
    /// `/预警 依据`
    #[serde(rename = "warning.why")]
    Why(Why),
    /// `/预警 认领`
    #[serde(rename = "warning.claim")]
    Claim(Claim),
    /// `/预警 转办`
    #[serde(rename = "warning.assign")]
    Assign(Assign),
    /// `/预警 办结`
    #[serde(rename = "warning.finish")]
    Finish(Finish),
    /// `/预警 全文`
    #[serde(rename = "warning.reveal")]
    Reveal(Reveal),
    /// `/核实`
    #[serde(rename = "verify")]
    Verify(Verify),
    /// `/纠正`
    #[serde(rename = "correct")]
    Correct(Correct),
    /// `/处置`
    #[serde(rename = "measure")]
    Measure(Measure),
    /// `/误报`
    #[serde(rename = "false_alarm")]
    FalseAlarm(FalseAlarm),
    /// `/月报 汇总`
    #[serde(rename = "month.summarise")]
    Summarise(Summarise),
    /// `/投递 列表`
    #[serde(rename = "delivery.list")]
    Deliveries,
    /// `/绑定`
    #[serde(rename = "bind")]
    Bind(Bind),
    /// `jingling audit export`
    #[serde(rename = "audit.export")]
    Export(Export),
    /// `/支付 查询`
    #[serde(rename = "payment.list")]
    Payments(Payments),
    /// `/预警` but for the forms above; it brings its own tag.
    #[serde(untagged)]
    Handling(Handling),
    /// `/审批`; it brings its own tag.
    #[serde(untagged)]
    Approve(Approve),
    /// `/核实 导出|批量`; it brings its own tag.
    #[serde(untagged)]
    Batch(Batch),
    /// `/记录`; it brings its own tag.
    #[serde(untagged)]
    Log(Log),
    /// `/台账`
    #[serde(untagged)]
    Ledger(Ledger),
    /// `/指标`
    #[serde(untagged)]
    Allocation(Allocation),
    /// `/绩效`
    #[serde(untagged)]
    Performance(Performance),
    /// `/隔离`
    #[serde(untagged)]
    Quarantine(Quarantine),
    /// `/预警 暂停|恢复`; it brings its own tag.
    #[serde(untagged)]
    Hold(Hold),
    /// `/请假`; it brings its own tag.
    #[serde(untagged)]
    Leave(Leave),
    /// `/回执`
    #[serde(untagged)]
    Receipt(Receipt),
    /// `/通报`
    #[serde(untagged)]
    Notice(Notice),
    /// `/线索`
    #[serde(untagged)]
    Lead(Lead),
    /// `/事项`
    #[serde(untagged)]
    Matter(Matter),
    /// `/检查`
    #[serde(untagged)]
    Inspection(Inspection),
    /// `/权限`; it brings its own tag.
    #[serde(untagged)]
    Access(Access),
    /// `/会签`; it brings its own tag.
    #[serde(untagged)]
    Countersign(Countersign),
    /// `/白名单`; it brings its own tag.
    #[serde(untagged)]
    WhiteList(WhiteList),
}

impl Command {
    /// The command it belongs to.
    pub fn spec(&self) -> &'static Spec {
        let name = self.form().command;
        SPECS.iter().copied().find(|spec| spec.name == name).unwrap_or(&help::SPEC)
    }

    /// The form it was said in; its `allowed` says who may.
    pub fn form(&self) -> &'static Form {
        match self {
            Command::Help(_) => &help::HELP,
            Command::Mine(_) => &mine::MINE,
            Command::List(_) => &warning::LIST,
            Command::Show(_) => &warning::SHOW,
            Command::Why(_) => &why::WHY,
            Command::Claim(_) => &warning::CLAIM,
            Command::Assign(_) => &warning::ASSIGN,
            Command::Finish(_) => &warning::FINISH,
            Command::Reveal(_) => &reveal::REVEAL,
            Command::Export(_) => &export::EXPORT,
            Command::Verify(_) => &verify::VERIFY,
            Command::Correct(_) => &correct::CORRECT,
            Command::Handling(handling) => handling.form(),
            Command::Measure(measure) => measure.form(),
            Command::FalseAlarm(_) => &false_alarm::FALSE_ALARM,
            Command::Approve(approve) => approve.form(),
            Command::Summarise(_) => &month::SUMMARISE,
            Command::Deliveries => &delivery::LIST,
            Command::Bind(_) => &bind::BIND,
            Command::Batch(batch) => batch.form(),
            Command::Log(log) => log.form(),
            Command::Ledger(ledger) => ledger.form(),
            Command::Allocation(allocation) => allocation.form(),
            Command::Payments(_) => &payment::LIST,
            Command::Performance(performance) => performance.form(),
            Command::Quarantine(quarantine) => quarantine.form(),
            Command::Hold(hold) => hold.form(),
            Command::Leave(leave) => leave.form(),
            Command::Receipt(receipt) => receipt.form(),
            Command::Notice(notice) => notice.form(),
            Command::Lead(lead) => lead.form(),
            Command::Matter(matter) => matter.form(),
            Command::Inspection(inspection) => inspection.form(),
            Command::Access(access) => access.form(),
            Command::Countersign(countersign) => countersign.form(),
            Command::WhiteList(white_list) => white_list.form(),
        }
    }

    /// Whether nobody but those whom it concerns may read what was said, not even who proves the journal to others: leads (问题线索).
    pub fn is_confidential(&self) -> bool {
        matches!(self, Command::Lead(_))
    }

    /// The warning it is about, if it is about one.
    pub fn warning(&self) -> Option<WarningNo> {
        match self {
            Command::Show(Show { warning })
            | Command::Why(Why { warning })
            | Command::Claim(Claim { warning })
            | Command::Finish(Finish { warning, .. })
            | Command::Assign(Assign { warning, .. })
            | Command::Verify(Verify { warning, .. })
            | Command::Correct(Correct { warning, .. })
            | Command::Measure(Measure { warning, .. })
            | Command::FalseAlarm(FalseAlarm { warning, .. })
            | Command::Reveal(Reveal { warning, .. }) => Some(*warning),
            Command::Handling(handling) => Some(handling.warning()),
            Command::Approve(approve) => approve.warning(),
            Command::Hold(hold) => Some(hold.warning()),
            Command::Leave(_) => None,
            Command::Help(_) | Command::Mine(_) | Command::List(_) | Command::Summarise(_) | Command::Deliveries | Command::Bind(_) => None,
            Command::Log(_) | Command::Receipt(_) | Command::Notice(_) | Command::Lead(_) | Command::Matter(_) | Command::Inspection(_) => None,
            Command::Countersign(_) | Command::Batch(_) | Command::Export(_) | Command::Ledger(_) | Command::Allocation(_) | Command::Payments(_) => None,
            Command::Performance(_) | Command::Quarantine(_) | Command::Access(_) | Command::WhiteList(_) => None,
        }
    }
}

/// Reads one line, such as `/核实 123 正常 电话核实 …`. `today` is the date in Asia/Shanghai: a bare number is of this year, `11-30` too.
///
/// Never panics, whatever is typed. The complaint may quote the line: it is for its author only.
pub fn parse(line: &str, today: NaiveDate) -> Result<Command, Complaint> {
    let line = Line::read(line)?;
    let Some((first, rest)) = line.words.split_first() else {
        return Err(Complaint::new("请写一个命令,例如 /我的。用 /帮助 看全部命令。"));
    };
    let spec = command_named(line.slice((first.start, first.end)))?;
    let named = |word: &Word<'_>| spec.form(&fold(line.slice((word.start, word.end))));
    let (form, words) = match (spec.plain_form(), rest.split_first()) {
        (plain, Some((second, words))) if let Some(form) = named(second).filter(|_| plain.is_some()) => (form, words),
        (Some(form), _) => (form, rest),
        (None, None) => return Err(Complaint::new(format!("/{} 后面还要写做什么:{}。{}", spec.name, subcommands(spec), examples(spec)))),
        (None, Some((second, words))) => {
            let span = (second.start, second.end);
            let said = fold(line.slice(span));
            let form = spec.form(&said).ok_or_else(|| {
                let hint = complaint::nearest(&said, spec.subcommands()).map(|near| format!("是不是想写 /{} {near}?", spec.name)).unwrap_or_default();
                Complaint::marked(format!("/{} 后面只能写:{}。{hint}", spec.name, subcommands(spec)), line.mark(span))
            })?;
            (form, words)
        }
    };
    (form.build)(&Values::bind(form, &line, words, today)?)
}

/// A warning's number as people write it: alone, it is of this year.
pub fn read_no(text: &str, today: NaiveDate) -> Option<WarningNo> {
    values::Argument::read(text, today).ok()
}

fn subcommands(spec: &Spec) -> String {
    spec.subcommands().collect::<Vec<_>>().join("、")
}

fn examples(spec: &Spec) -> String {
    spec.forms.first().map(|form| format!("例如:{}", form.example)).unwrap_or_default()
}

/// The command of that word, with its slash; or what was probably meant.
fn command_named(word: &str) -> Result<&'static Spec, Complaint> {
    let folded = fold(word);
    let name = folded.strip_prefix('/');
    let bare = name.unwrap_or(&folded);
    let same = SPECS.iter().copied().find(|spec| spec.name == bare);
    match (name, same) {
        (Some(_), Some(spec)) => Ok(spec),
        (None, Some(spec)) => Err(Complaint::new(format!("命令前面要加一个 /。是不是想写 /{}?", spec.name))),
        (Some(""), None) => Err(Complaint::new("/ 后面要紧接着写命令,中间不要空格,例如 /我的。用 /帮助 看全部命令。")),
        (Some(_) | None, None) => {
            let glued = SPECS.iter().find(|spec| bare.starts_with(spec.name)).map(|spec| format!("/{} 后面要空一格。", spec.name));
            let near = || complaint::nearest(bare, SPECS.iter().map(|spec| spec.name)).map(|near| format!("是不是想写 /{near}?"));
            let hint = glued.or_else(near).unwrap_or_default();
            Err(Complaint::new(format!("没有「{}」这个命令。{hint}用 /帮助 看全部命令。", complaint::excerpt(word))))
        }
    }
}

#[cfg(test)]
mod tests;
