//! `/白名单 登记|批准|退回|撤销|查询`: what a rule lights and nobody is to be called for, with its basis and its last day. It suppresses the push, never the record.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::choice::choices;
use crate::permission::Permission::{Approve, Handle, Query};
use crate::permission::SectionKind::{Agriculture, Budget, LeadOffice, Leadership, ReviewCenter, Supervision};
use crate::spec::every;
use crate::values::Values;
use crate::{Allowed, Command, Complaint, Form, Kind, Param, Register, SerialNo, Spec, Text};

pub static SPEC: Spec =
    Spec {
        name: "白名单", summary: "登记、批准、撤销和查询白名单:预警照常记录,不再推送", forms: &[&ENTER, &AGREE, &RETURN, &REVOKE, &LIST]
    };

choices! {
    /// What an entry is about (对象类别).
    SubjectKind {
        Matter = "matter" "预警",
        Allocation = "allocation" "指标",
        Voucher = "voucher" "凭证",
        Project = "project" "项目",
        Agency = "agency" "单位",
        Person = "person" "身份证号",
        Account = "account" "账号",
    }
}

impl SubjectKind {
    /// Whether it is somebody's: named at the bureau's own terminal only, and kept as a keyed hash.
    pub const fn is_personal(self) -> bool {
        match self {
            SubjectKind::Person | SubjectKind::Account => true,
            SubjectKind::Matter | SubjectKind::Allocation | SubjectKind::Voucher | SubjectKind::Project | SubjectKind::Agency => false,
        }
    }
}

choices! {
    /// Whether it is to hold for red lights too (红灯).
    WithRed {
        No = "no" "否",
        Yes = "yes" "是",
    }
}

const NUMBER: Param = Param::required("编号", Kind::Serial(Register::WhiteList), "白名单编号,例如 BM2026-0001,今年的可只写 1");

pub static ENTER: Form = Form {
    command: "白名单",
    subcommand: Some("登记"),
    summary: "把一条规则的一个对象列入白名单",
    allowed: Allowed::with(&[Handle]).only_in(&[Agriculture, Budget, ReviewCenter]),
    params: &[
        Param::required("规则", Kind::Code, "规则代码,例如 ZC09"),
        Param::required("类别", Kind::Choice(SubjectKind::NAMES), "对象是什么;身份证号和账号只在终端登记"),
        Param::required("对象", Kind::Code, "预警编号、指标编号、凭证号、项目编码、单位编码;在终端也可是身份证号、账号"),
        Param::required("依据", Kind::Text, "凭什么列入,一两句话").called("列入依据"),
        Param::required("至", Kind::Date, "最后一天,例如 12月31日").called("最后一天"),
        Param::optional("红灯", Kind::Choice(WithRed::NAMES), "红灯也不推送的写 是,须另一人批准"),
    ],
    example: "/白名单 登记 规则=ZC09 类别=预警 对象=123 依据=\"监护人代领,已核对委托书\" 至=12月31日",
    asks: every,
    build: WhiteList::read,
};

pub static AGREE: Form = Form {
    command: "白名单",
    subcommand: Some("批准"),
    summary: "批准对红灯也有效的白名单",
    allowed: Allowed::with(&[Approve]).only_in(&[Agriculture, Budget, ReviewCenter, Leadership]),
    params: &[NUMBER],
    example: "/白名单 批准 BM2026-0001",
    asks: every,
    build: |values| Ok(Command::WhiteList(WhiteList::Agree(Agreed { no: values.serial("编号", Register::WhiteList)? }))),
};

pub static RETURN: Form = Form {
    command: "白名单",
    subcommand: Some("退回"),
    summary: "不同意列入,写明原因",
    allowed: Allowed::with(&[Approve]).only_in(&[Agriculture, Budget, ReviewCenter, Leadership]),
    params: &[NUMBER, Param::required("原因", Kind::Text, "为什么退回,一两句话").called("退回原因")],
    example: "/白名单 退回 BM2026-0001 原因=\"缺少委托书\"",
    asks: every,
    build: |values| {
        Ok(Command::WhiteList(WhiteList::Return(Returned { no: values.serial("编号", Register::WhiteList)?, reason: values.required("原因")? })))
    },
};

pub static REVOKE: Form = Form {
    command: "白名单",
    subcommand: Some("撤销"),
    summary: "撤销一项白名单,仍然存在的预警当即推送",
    allowed: Allowed::with(&[Handle]).only_in(&[Agriculture, Budget, ReviewCenter]),
    params: &[NUMBER, Param::required("原因", Kind::Text, "为什么撤销,一两句话").called("撤销原因")],
    example: "/白名单 撤销 BM2026-0001 原因=\"监护关系已经解除\"",
    asks: every,
    build: |values| {
        Ok(Command::WhiteList(WhiteList::Revoke(Revoked { no: values.serial("编号", Register::WhiteList)?, reason: values.required("原因")? })))
    },
};

pub static LIST: Form = Form {
    command: "白名单",
    subcommand: Some("查询"),
    summary: "列出白名单,也可只看一条规则的;依据在终端显示",
    allowed: Allowed::with(&[Query, Handle, Approve]).only_in(&[Agriculture, Budget, ReviewCenter, Leadership, LeadOffice, Supervision]),
    params: &[Param::optional("规则", Kind::Code, "规则代码,例如 ZC09").in_place()],
    example: "/白名单 查询 ZC09",
    asks: every,
    build: |values| Ok(Command::WhiteList(WhiteList::List { rule: values.optional("规则")? })),
};

/// `/白名单`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "command")]
pub enum WhiteList {
    /// `/白名单 登记`
    #[serde(rename = "white_list.enter")]
    Enter(Entered),
    /// `/白名单 批准`
    #[serde(rename = "white_list.agree")]
    Agree(Agreed),
    /// `/白名单 退回`
    #[serde(rename = "white_list.return")]
    Return(Returned),
    /// `/白名单 撤销`
    #[serde(rename = "white_list.revoke")]
    Revoke(Revoked),
    /// `/白名单 查询`
    #[serde(rename = "white_list.list")]
    List { rule: Option<Text> },
}

/// An entry as it is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entered {
    /// Its code.
    pub rule: Text,
    pub kind: SubjectKind,
    /// As it was typed; nothing of it is left in the journal if it is somebody's.
    pub subject: Option<Text>,
    /// What is kept of somebody's number instead: its keyed hash.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<Text>,
    pub basis: Text,
    /// The last day on which it holds, not before the day it is said.
    pub until: NaiveDate,
    /// It is to hold for red lights too.
    pub with_red: WithRed,
}

/// `/白名单 批准`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Agreed {
    pub no: SerialNo,
}

/// `/白名单 退回`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Returned {
    pub no: SerialNo,
    pub reason: Text,
}

/// `/白名单 撤销`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Revoked {
    pub no: SerialNo,
    pub reason: Text,
}

impl WhiteList {
    /// The form it was said in.
    pub fn form(&self) -> &'static Form {
        match self {
            WhiteList::Enter(_) => &ENTER,
            WhiteList::Agree(_) => &AGREE,
            WhiteList::Return(_) => &RETURN,
            WhiteList::Revoke(_) => &REVOKE,
            WhiteList::List { .. } => &LIST,
        }
    }

    fn read(values: &Values<'_>) -> Result<Command, Complaint> {
        let until: NaiveDate = values.required("至")?;
        if until < values.today() {
            return Err(Complaint::new(format!("最后一天 {until} 已经过去。跨年的日期请写上年份。")));
        }
        let entered = Entered {
            rule: values.required("规则")?,
            kind: values.required("类别")?,
            subject: Some(values.required("对象")?),
            key: None,
            basis: values.required("依据")?,
            until,
            with_red: values.optional("红灯")?.unwrap_or(WithRed::No),
        };
        Ok(Command::WhiteList(WhiteList::Enter(entered)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::{said, says};

    #[test]
    fn an_entry_has_a_basis_and_a_last_day() {
        let Command::WhiteList(WhiteList::Enter(entered)) = said("/白名单 登记 ZC09 凭证 PZ-1 监护人代领 至=12-31") else { panic!() };
        assert_eq!((entered.rule.as_str(), entered.kind, entered.with_red), ("ZC09", SubjectKind::Voucher, WithRed::No));
        assert_eq!((entered.until.to_string().as_str(), entered.basis.as_str()), ("2026-12-31", "监护人代领"));
        assert_eq!(says("/白名单 登记 ZC09 凭证 PZ-1 依据=代领 至=昨天"), "最后一天 2026-11-22 已经过去。跨年的日期请写上年份。");
        assert!(says("/白名单 登记 ZC09 凭证 PZ-1 至=12-31").starts_with("还缺列入依据。"));
        assert!(says("/白名单 登记 ZC09 姓名 张三 依据=代领 至=12-31").starts_with("类别只能从这些里选"));
    }
}
