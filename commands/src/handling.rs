//! `/预警 配合|督办|跟踪|重开|更正`: what is done on a warning beside the slips that close it.

use serde::{Deserialize, Serialize};

use crate::args::Count;
use crate::permission::Permission::{Handle, Query};
use crate::permission::SectionKind::{Agriculture, LeadOffice};
use crate::spec::every;
use crate::warning::NUMBER;
use crate::{Allowed, Command, Form, Kind, Param, Text, WarningNo};

pub static ENGAGE: Form = Form {
    command: "预警",
    subcommand: Some("配合"),
    summary: "请另一个股室配合调查处理",
    allowed: Allowed::with(&[Handle]),
    params: &[NUMBER, Param::required("股室", Kind::Text, "配合股室的名称,例如 教科文股").called("配合股室")],
    example: "/预警 配合 123 教科文股",
    asks: every,
    build: |values| {
        let (warning, section) = (values.required("编号")?, values.required("股室")?);
        Ok(Command::Handling(Handling::Engage(Engage { warning, section })))
    },
};

pub static URGE: Form = Form {
    command: "预警",
    subcommand: Some("督办"),
    summary: "督促办理这条预警,提醒经办人",
    allowed: Allowed::with(&[Query, Handle]).only_in(&[LeadOffice]),
    params: &[NUMBER, Param::optional("意见", Kind::Text, "督办意见").in_place().called("督办意见")],
    example: "/预警 督办 123 意见=\"请于本周内办结\"",
    asks: every,
    build: |values| {
        let (warning, opinion) = (values.required("编号")?, values.optional("意见")?);
        Ok(Command::Handling(Handling::Urge(Urge { warning, opinion })))
    },
};

pub static FOLLOW: Form = Form {
    command: "预警",
    subcommand: Some("跟踪"),
    summary: "记录红灯的跟踪督促情况",
    allowed: Allowed::with(&[Handle]),
    params: &[NUMBER, Param::required("情况", Kind::Text, "怎样督促的,进展如何").called("跟踪情况")],
    example: "/预警 跟踪 123 情况=\"上门督促一次,对方答应本周退回\"",
    asks: every,
    build: |values| {
        let (warning, facts) = (values.required("编号")?, values.required("情况")?);
        Ok(Command::Handling(Handling::Follow(Follow { warning, facts })))
    },
};

pub static REOPEN: Form = Form {
    command: "预警",
    subcommand: Some("重开"),
    summary: "把处理完毕的预警重新打开",
    allowed: Allowed::with(&[Handle]).only_in(&[Agriculture]),
    params: &[NUMBER, Param::required("原因", Kind::Text, "为什么重开").called("重开原因")],
    example: "/预警 重开 123 原因=\"退回的款项没有到账\"",
    asks: every,
    build: |values| {
        let (warning, reason) = (values.required("编号")?, values.required("原因")?);
        Ok(Command::Handling(Handling::Reopen(Reopen { warning, reason })))
    },
};

pub static AMEND: Form = Form {
    command: "预警",
    subcommand: Some("更正"),
    summary: "更正一张处理单:原来的不变,另存一张",
    allowed: Allowed::with(&[Handle]),
    params: &[
        NUMBER,
        Param::required("处理单", Kind::Count, "更正第几张处理单,见 /预警 详情").called("处理单序号"),
        Param::required("内容", Kind::Text, "应为什么").called("更正内容"),
    ],
    example: "/预警 更正 123 1 内容=\"核实时间应为 11 月 22 日\"",
    asks: every,
    build: |values| {
        let (warning, slip, content) = (values.required("编号")?, values.required("处理单")?, values.required("内容")?);
        Ok(Command::Handling(Handling::Amend(Amend { warning, slip, content })))
    },
};

/// What is done on a warning beside the slips that close it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "command")]
pub enum Handling {
    /// `/预警 配合`
    #[serde(rename = "warning.engage")]
    Engage(Engage),
    /// `/预警 督办`
    #[serde(rename = "warning.urge")]
    Urge(Urge),
    /// `/预警 跟踪`
    #[serde(rename = "warning.follow")]
    Follow(Follow),
    /// `/预警 重开`
    #[serde(rename = "warning.reopen")]
    Reopen(Reopen),
    /// `/预警 更正`
    #[serde(rename = "warning.amend")]
    Amend(Amend),
}

/// `/预警 配合`: another section helps to investigate (配合牵头股室组织调查处理), part 2 (五).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Engage {
    pub warning: WarningNo,
    /// By its name as people say it.
    pub section: Text,
}

/// `/预警 督办`: 领导小组办公室 presses for it, part 2 (一).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Urge {
    pub warning: WarningNo,
    pub opinion: Option<Text>,
}

/// `/预警 跟踪`: how the correction is pressed for (跟踪督促), part 4 (三).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Follow {
    pub warning: WarningNo,
    pub facts: Text,
}

/// `/预警 重开`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reopen {
    pub warning: WarningNo,
    pub reason: Text,
}

/// `/预警 更正`: a slip is corrected by another that stands beside it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Amend {
    pub warning: WarningNo,
    /// Which of the warning's slips, from 1.
    pub slip: Count,
    pub content: Text,
}

impl Handling {
    /// The form it was said in.
    pub const fn form(&self) -> &'static Form {
        match self {
            Handling::Engage(_) => &ENGAGE,
            Handling::Urge(_) => &URGE,
            Handling::Follow(_) => &FOLLOW,
            Handling::Reopen(_) => &REOPEN,
            Handling::Amend(_) => &AMEND,
        }
    }

    /// The warning it is about.
    pub const fn warning(&self) -> WarningNo {
        match self {
            Handling::Engage(Engage { warning, .. }) | Handling::Urge(Urge { warning, .. }) | Handling::Follow(Follow { warning, .. }) => *warning,
            Handling::Reopen(Reopen { warning, .. }) | Handling::Amend(Amend { warning, .. }) => *warning,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::{said, says};

    #[test]
    fn a_correction_names_the_slip() {
        let Command::Handling(Handling::Amend(amend)) = said("/预警 更正 123 2 时间应为 昨天") else { panic!() };
        assert_eq!((amend.slip.get(), amend.content.as_str()), (2, "时间应为 昨天"));
        for wrong in ["0", "二", "-1", "1.5"] {
            assert!(says(&format!("/预警 更正 123 {wrong} 内容=甲")).starts_with("处理单序号应是 1 到 9999 的整数"), "{wrong}");
        }
    }

    #[test]
    fn an_opinion_may_be_left_out() {
        for (line, opinion) in [("/预警 督办 123", None), ("/预警 督办 123 请于 本周办结", Some("请于 本周办结"))] {
            let Command::Handling(Handling::Urge(urge)) = said(line) else { panic!("{line}") };
            assert_eq!(urge.opinion.as_ref().map(Text::as_str), opinion, "{line}");
        }
    }
}
