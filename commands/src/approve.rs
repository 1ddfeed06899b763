//! `/审批 列表|同意|退回`: the second person's word on what was proposed for a red light, a measure or a false alarm.

use serde::{Deserialize, Serialize};

use crate::permission::Permission::Approve as Approval;
use crate::spec::every;
use crate::warning::NUMBER;
use crate::{Allowed, Command, Form, Kind, Param, ProposalKind, Spec, Text, WarningNo};

pub static SPEC: Spec = Spec { name: "审批", summary: "审批红灯的处置和误报:同意或退回", forms: &[&LIST, &AGREE, &RETURN] };

const KIND: Param = Param::optional("事项", Kind::Choice(ProposalKind::NAMES), "一条预警有几件待批时,写明是哪一件").called("待批事项");

pub static LIST: Form = Form {
    command: "审批",
    subcommand: Some("列表"),
    summary: "列出等我审批的处置和误报",
    allowed: Allowed::with(&[Approval]),
    params: &[],
    example: "/审批 列表",
    asks: every,
    build: |_| Ok(Command::Approve(Approve::List)),
};

pub static AGREE: Form = Form {
    command: "审批",
    subcommand: Some("同意"),
    summary: "同意提请的处置或误报",
    allowed: Allowed::with(&[Approval]),
    params: &[NUMBER, KIND.in_place()],
    example: "/审批 同意 123 收回",
    asks: every,
    build: |values| Ok(Command::Approve(Approve::Agree(Agree { warning: values.required("编号")?, kind: values.optional("事项")? }))),
};

pub static RETURN: Form = Form {
    command: "审批",
    subcommand: Some("退回"),
    summary: "退回提请的处置或误报,要写原因",
    allowed: Allowed::with(&[Approval]),
    params: &[NUMBER, Param::required("原因", Kind::Text, "为什么退回").called("退回原因"), KIND],
    example: "/审批 退回 123 原因=\"金额还要核对\" 事项=收回",
    asks: every,
    build: |values| {
        let (warning, reason, kind) = (values.required("编号")?, values.required("原因")?, values.optional("事项")?);
        Ok(Command::Approve(Approve::Return(Return { warning, kind, reason })))
    },
};

/// `/审批`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "command")]
pub enum Approve {
    /// `/审批 列表`
    #[serde(rename = "approve.list")]
    List,
    /// `/审批 同意`
    #[serde(rename = "approve.agree")]
    Agree(Agree),
    /// `/审批 退回`
    #[serde(rename = "approve.return")]
    Return(Return),
}

/// `/审批 同意`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Agree {
    pub warning: WarningNo,
    /// Which of them, where more than one waits.
    pub kind: Option<ProposalKind>,
}

/// `/审批 退回`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Return {
    pub warning: WarningNo,
    /// Which of them, where more than one waits.
    pub kind: Option<ProposalKind>,
    pub reason: Text,
}

impl Approve {
    /// The form it was said in.
    pub const fn form(&self) -> &'static Form {
        match self {
            Approve::List => &LIST,
            Approve::Agree(_) => &AGREE,
            Approve::Return(_) => &RETURN,
        }
    }

    /// The warning it is about.
    pub const fn warning(&self) -> Option<WarningNo> {
        match self {
            Approve::List => None,
            Approve::Agree(Agree { warning, .. }) | Approve::Return(Return { warning, .. }) => Some(*warning),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::{said, says};

    #[test]
    fn which_of_several_is_meant_may_be_said() {
        for (line, kind) in
            [("/审批 同意 123", None), ("/审批 同意 123 误报", Some(ProposalKind::FalseAlarm)), ("/审批 同意 123 事项=暂缓", Some(ProposalKind::Suspend))]
        {
            let Command::Approve(Approve::Agree(agree)) = said(line) else { panic!("{line}") };
            assert_eq!(agree.kind, kind, "{line}");
        }
        let Command::Approve(Approve::Return(back)) = said("/审批 退回 123 金额 不符 事项=收回") else { panic!() };
        assert_eq!((back.reason.as_str(), back.kind), ("金额 不符", Some(ProposalKind::Recover)));
        assert_eq!(says("/审批 退回 123"), "还缺退回原因。请用一两句话写明,例如:原因=\"……\"。");
        assert!(says("/审批 同意 123 罚款").starts_with("待批事项只能从这些里选:收回、暂缓、通报、移交、其他、误报。"));
    }
}
