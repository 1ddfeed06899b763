//! `/隔离 列表|详情|重放|作废`: what came validly signed and could not be read (隔离区), kept whole until somebody settles it.

use std::fmt;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::args::Count;
use crate::line::fold;
use crate::permission::Permission::{Query, Users};
use crate::spec::every;
use crate::values::Argument;
use crate::{Allowed, Command, Form, Kind, Param, SectionKind, Spec, Text};

pub static SPEC: Spec = Spec { name: "隔离", summary: "查看和了结读不了的数据", forms: &[&LIST, &SHOW, &REPLAY, &VOID] };

const KEEPER: Allowed = Allowed::with(&[Users]).only_in(&[SectionKind::InfoCenter]);
const NUMBER: Param = Param::required("编号", Kind::Code, "隔离编号,照 /隔离 列表 里的写,例如 12-3");

pub static LIST: Form = Form {
    command: "隔离",
    subcommand: Some("列表"),
    summary: "列出读不了、还没了结的数据和原因",
    allowed: Allowed::with(&[Users, Query]),
    params: &[Param::optional("页", Kind::Count, "第几页,不写就是第一页")],
    example: "/隔离 列表",
    asks: every,
    build: |values| Ok(Command::Quarantine(Quarantine::List { page: values.optional("页")?.unwrap_or(Count::ONE) })),
};

pub static SHOW: Form = Form {
    command: "隔离",
    subcommand: Some("详情"),
    summary: "看一条读不了的数据,个人信息已遮盖",
    allowed: KEEPER.at_terminal(),
    params: &[NUMBER],
    example: "/隔离 详情 12-3",
    asks: every,
    build: |values| Ok(Command::Quarantine(Quarantine::Show { no: values.required("编号")? })),
};

pub static REPLAY: Form = Form {
    command: "隔离",
    subcommand: Some("重放"),
    summary: "原样再读一次,程序升级以后用",
    allowed: KEEPER,
    params: &[NUMBER],
    example: "/隔离 重放 12-3",
    asks: every,
    build: |values| Ok(Command::Quarantine(Quarantine::Replay { no: values.required("编号")? })),
};

pub static VOID: Form = Form {
    command: "隔离",
    subcommand: Some("作废"),
    summary: "不再处理这一条,写明原因;原文仍然保存",
    allowed: KEEPER,
    params: &[NUMBER, Param::required("原因", Kind::Text, "为什么作废,一两句话")],
    example: "/隔离 作废 12-3 原因=\"对方已另行重发\"",
    asks: every,
    build: |values| Ok(Command::Quarantine(Quarantine::Void(Voided { no: values.required("编号")?, reason: values.required("原因")? }))),
};

/// `/隔离`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "command")]
pub enum Quarantine {
    /// `/隔离 列表`
    #[serde(rename = "quarantine.list")]
    List { page: Count },
    /// `/隔离 详情`
    #[serde(rename = "quarantine.show")]
    Show { no: QuarantineNo },
    /// `/隔离 重放`
    #[serde(rename = "quarantine.replay")]
    Replay { no: QuarantineNo },
    /// `/隔离 作废`
    #[serde(rename = "quarantine.void")]
    Void(Voided),
}

/// A line that is settled without being taken in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Voided {
    pub no: QuarantineNo,
    pub reason: Text,
}

impl Quarantine {
    /// The form it was said in.
    pub fn form(&self) -> &'static Form {
        match self {
            Quarantine::List { .. } => &LIST,
            Quarantine::Show { .. } => &SHOW,
            Quarantine::Replay { .. } => &REPLAY,
            Quarantine::Void(_) => &VOID,
        }
    }
}

/// Where it stands in the journal: entry and line, shown as `12-3`; a single event is line 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct QuarantineNo {
    pub seq: u32,
    pub line: u32,
}

impl fmt::Display for QuarantineNo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{}-{}", self.seq, self.line))
    }
}

impl TryFrom<String> for QuarantineNo {
    type Error = &'static str;

    fn try_from(text: String) -> Result<QuarantineNo, Self::Error> {
        const WRONG: &str = "应照 /隔离 列表 里的写,例如 12-3。";
        let text = fold(&text);
        let (seq, line) = text.split_once('-').unwrap_or((&text, "1"));
        let number = |part: &str| if part.bytes().all(|b| b.is_ascii_digit()) { part.parse().ok().filter(|n| *n > 0) } else { None };
        number(seq).zip(number(line)).map(|(seq, line)| QuarantineNo { seq, line }).ok_or(WRONG)
    }
}

impl From<QuarantineNo> for String {
    fn from(no: QuarantineNo) -> String {
        no.to_string()
    }
}

impl Argument for QuarantineNo {
    fn read(word: &str, _: NaiveDate) -> Result<QuarantineNo, String> {
        QuarantineNo::try_from(word.to_owned()).map_err(str::to_owned)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::{said, says};

    #[test]
    fn numbers_lead_back() {
        for (word, no) in [("12-3", "12-3"), ("１２", "12-1")] {
            assert_eq!(said(&format!("/隔离 重放 {word}")), Command::Quarantine(Quarantine::Replay { no: no.to_owned().try_into().unwrap() }), "{word}");
        }
        for word in ["0", "12-0", "-1", "甲", "12-3-4", "99999999999"] {
            assert_eq!(says(&format!("/隔离 重放 {word}")), "编号应照 /隔离 列表 里的写,例如 12-3。", "{word}");
        }
    }
}
