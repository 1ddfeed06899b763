//! `/回执 列表|签收`: receipts (回执) for what a section was told: 预警信息处理情况及时反馈国库支付中心, 问题通报, regulation part 2.

use serde::{Deserialize, Serialize};

use crate::line::fold;
use crate::numbers::serials;
use crate::permission::Permission::{Handle, Query};
use crate::spec::every;
use crate::values::Values;
use crate::{Allowed, Command, Complaint, Form, Kind, Param, Register, SerialNo, Spec, Text};

pub static SPEC: Spec = Spec { name: "回执", summary: "查看和签收回执", forms: &[&LIST, &SIGN] };

/// What stands for every receipt that is asked of the section.
const ALL: &str = "全部";

pub static LIST: Form = Form {
    command: "回执",
    subcommand: Some("列表"),
    summary: "列出等本股室签收的回执",
    allowed: Allowed::with(&[Query, Handle]),
    params: &[],
    example: "/回执 列表",
    asks: every,
    build: |_| Ok(Command::Receipt(Receipt::List)),
};

pub static SIGN: Form = Form {
    command: "回执",
    subcommand: Some("签收"),
    summary: "签收回执:一份、几份或全部",
    allowed: Allowed::with(&[Query, Handle]),
    params: &[Param::required("编号", Kind::Text, "回执编号,例如 HZ2026-0007,几份用顿号隔开;或写 全部")],
    example: "/回执 签收 HZ2026-0007",
    asks: every,
    build: Receipt::read,
};

/// `/回执`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "command")]
pub enum Receipt {
    /// `/回执 列表`
    #[serde(rename = "receipt.list")]
    List,
    /// `/回执 签收`
    #[serde(rename = "receipt.sign")]
    Sign(Signing),
}

/// Receipts that are given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signing {
    /// None named: all that wait.
    pub receipts: Vec<SerialNo>,
}

impl Receipt {
    /// The form it was said in.
    pub fn form(&self) -> &'static Form {
        match self {
            Receipt::List => &LIST,
            Receipt::Sign(_) => &SIGN,
        }
    }

    fn read(values: &Values<'_>) -> Result<Command, Complaint> {
        let said: Text = values.required("编号")?;
        let receipts = if fold(said.as_str()) == ALL {
            Vec::new()
        } else {
            serials(said.as_str(), Register::Receipt, values.today()).map_err(|why| Complaint::new(format!("编号{why}或写 {ALL}。")))?
        };
        Ok(Command::Receipt(Receipt::Sign(Signing { receipts })))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::{said, says};

    #[test]
    fn one_several_or_all() {
        for (line, shown) in [("/回执 签收 7", "HZ2026-0007"), ("/回执 签收 HZ2025-1、2 3", "HZ2025-0001 HZ2026-0002 HZ2026-0003"), ("/回执 签收 全部", "")]
        {
            let Command::Receipt(Receipt::Sign(signing)) = said(line) else { panic!("{line}") };
            assert_eq!(signing.receipts.iter().map(SerialNo::to_string).collect::<Vec<_>>().join(" "), shown, "{line}");
        }
        assert_eq!(says("/回执 签收 TB2026-1"), "编号应写成 HZ2026-0007 的样子,今年的也可以只写 7,几个用顿号隔开。或写 全部。");
        assert!(says("/回执 签收").starts_with("还缺编号。"));
    }
}
