//! `/通报 发出|列表|查看`: 财监股 tells 农业股 and 预算股 of problems it found (及时将发现的问题通报农业股和预算股), regulation part 2 (六).

use serde::{Deserialize, Serialize};

use crate::permission::Permission::{Inspect, Query};
use crate::permission::SectionKind::{Agriculture, Budget, Supervision};
use crate::spec::every;
use crate::values::Values;
use crate::{Allowed, Command, Complaint, Form, Kind, Param, Register, SerialNo, Spec, Text, WarningNo};

pub static SPEC: Spec = Spec { name: "通报", summary: "向农业股和预算股通报发现的问题", forms: &[&SEND, &LIST, &SHOW] };

pub static SEND: Form = Form {
    command: "通报",
    subcommand: Some("发出"),
    summary: "把发现的问题通报农业股和预算股,请两个股室签收",
    allowed: Allowed::with(&[Inspect]).only_in(&[Supervision]),
    params: &[
        Param::optional("预警", Kind::Text, "涉及的预警编号,例如 YJ2026-000123,几条用顿号隔开"),
        Param::optional("内容", Kind::Text, "发现了什么问题,不写姓名和账号"),
    ],
    example: "/通报 发出 预警=YJ2026-000123、YJ2026-000124 内容=\"两笔支付用途不清\"",
    asks: every,
    build: Notice::read,
};

pub static LIST: Form = Form {
    command: "通报",
    subcommand: Some("列表"),
    summary: "列出通报和签收情况",
    allowed: Allowed::with(&[Query, Inspect]).only_in(&[Supervision, Agriculture, Budget]),
    params: &[],
    example: "/通报 列表",
    asks: every,
    build: |_| Ok(Command::Notice(Notice::List)),
};

pub static SHOW: Form = Form {
    command: "通报",
    subcommand: Some("查看"),
    summary: "看一份通报的全文和签收情况",
    allowed: Allowed::with(&[Query, Inspect]).only_in(&[Supervision, Agriculture, Budget]).at_terminal(),
    params: &[Param::required("编号", Kind::Serial(Register::Notice), "通报编号,例如 TB2026-0007,今年的可只写 7")],
    example: "/通报 查看 TB2026-0007",
    asks: every,
    build: |values| Ok(Command::Notice(Notice::Show { no: values.serial("编号", Register::Notice)? })),
};

/// `/通报`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "command")]
pub enum Notice {
    /// `/通报 发出`
    #[serde(rename = "notice.send")]
    Send(Noticed),
    /// `/通报 列表`
    #[serde(rename = "notice.list")]
    List,
    /// `/通报 查看`
    #[serde(rename = "notice.show")]
    Show { no: SerialNo },
}

/// What is told: warnings, words, or both.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Noticed {
    pub warnings: Vec<WarningNo>,
    pub text: Option<Text>,
}

impl Notice {
    /// The form it was said in.
    pub fn form(&self) -> &'static Form {
        match self {
            Notice::Send(_) => &SEND,
            Notice::List => &LIST,
            Notice::Show { .. } => &SHOW,
        }
    }

    fn read(values: &Values<'_>) -> Result<Command, Complaint> {
        let warnings: Vec<WarningNo> = values.optional("预警")?.unwrap_or_default();
        let text = values.optional("内容")?;
        if warnings.is_empty() && text.is_none() {
            return Err(Complaint::new("通报还没有内容。请写涉及的预警,例如 预警=YJ2026-000123,或写 内容=\"……\"。"));
        }
        Ok(Command::Notice(Notice::Send(Noticed { warnings, text })))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::{said, says};

    #[test]
    fn a_notice_says_something() {
        let Command::Notice(Notice::Send(noticed)) = said("/通报 发出 预警=1、2 内容=用途 不清") else { panic!() };
        assert_eq!((noticed.warnings.len(), noticed.text.unwrap().as_str()), (2, "用途 不清"));
        assert!(says("/通报 发出").starts_with("通报还没有内容。"));
        assert!(says("/通报 发出 预警=一").starts_with("预警应写成 YJ2026-000123"));
    }
}
