//! `/预警 列表|详情|认领|转办|办结`: finding warnings, taking one on, handing it on, answering a bell. What else is done on one: [`crate::handling`].

use serde::{Deserialize, Serialize};

use crate::handling;
use crate::page::PAGE;
use crate::permission::Permission::{Handle, Query};
use crate::reveal::REVEAL;
use crate::spec::every;
use crate::values::Values;
use crate::why::WHY;
use crate::{Allowed, Command, Complaint, Form, Kind, Level, Page, Param, Spec, Standing, Text, WarningNo, pause};

pub static SPEC: Spec = Spec {
    name: "预警",
    summary: "查看、认领、转办预警,办结警铃",
    forms: &[
        &LIST,
        &SHOW,
        &CLAIM,
        &ASSIGN,
        &FINISH,
        &WHY,
        &handling::ENGAGE,
        &handling::FOLLOW,
        &handling::URGE,
        &handling::AMEND,
        &handling::REOPEN,
        &pause::PAUSE,
        &pause::RESUME,
        &REVEAL,
    ],
};

pub(crate) const NUMBER: Param = Param::required("编号", Kind::Warning, "预警编号,例如 YJ2026-000123,今年的可只写 123");

pub static LIST: Form = Form {
    command: "预警",
    subcommand: Some("列表"),
    summary: "列出预警,不写条件就是待处理的",
    allowed: Allowed::with(&[Query, Handle]),
    params: &[
        Param::optional("状态", Kind::Choice(Standing::NAMES), "全部、待处理或超期").in_place(),
        Param::optional("股室", Kind::Text, "只看这个股室的,例如 社保股"),
        Param::optional("级别", Kind::Choice(Level::NAMES), "只看警铃、黄灯或红灯"),
        PAGE,
    ],
    example: "/预警 列表 超期 级别=红灯",
    asks: every,
    build: List::read,
};

pub static SHOW: Form = Form {
    command: "预警",
    subcommand: Some("详情"),
    summary: "看一条预警的依据、期限和经过",
    allowed: Allowed::with(&[Query, Handle]),
    params: &[NUMBER],
    example: "/预警 详情 YJ2026-000123",
    asks: every,
    build: |values| Ok(Command::Show(Show { warning: values.required("编号")? })),
};

pub static CLAIM: Form = Form {
    command: "预警",
    subcommand: Some("认领"),
    summary: "由我来办这条预警",
    allowed: Allowed::with(&[Handle]),
    params: &[NUMBER],
    example: "/预警 认领 123",
    asks: every,
    build: |values| Ok(Command::Claim(Claim { warning: values.required("编号")? })),
};

pub static ASSIGN: Form = Form {
    command: "预警",
    subcommand: Some("转办"),
    summary: "把这条预警转给别人或别的股室办理",
    allowed: Allowed::with(&[Handle]),
    params: &[
        NUMBER,
        Param::required("交给", Kind::Text, "同事的姓名或股室的名称,例如 社保股"),
        Param::required("原因", Kind::Text, "为什么转办,一两句话").called("转办原因"),
    ],
    example: "/预警 转办 123 社保股 原因=\"这笔资金归社保股管理\"",
    asks: every,
    build: |values| Ok(Command::Assign(Assign { warning: values.required("编号")?, to: values.required("交给")?, reason: values.required("原因")? })),
};

pub static FINISH: Form = Form {
    command: "预警",
    subcommand: Some("办结"),
    summary: "业务已经办好,把警铃办结",
    allowed: Allowed::with(&[Handle]),
    params: &[NUMBER, Param::required("说明", Kind::Text, "怎么办的,一两句话")],
    example: "/预警 办结 123 指标已于今天登记",
    asks: every,
    build: |values| Ok(Command::Finish(Finish { warning: values.required("编号")?, note: values.required("说明")? })),
};

/// `/预警 列表`: which warnings to list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct List {
    pub standing: Standing,
    /// By the section's name as people say it.
    pub section: Option<Text>,
    pub level: Option<Level>,
    #[serde(default, skip_serializing_if = "Page::is_first")]
    pub page: Page,
}

/// `/预警 详情`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Show {
    pub warning: WarningNo,
}

/// `/预警 认领`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claim {
    pub warning: WarningNo,
}

/// `/预警 转办`: handed on to whoever is responsible (谁主管、谁负责, regulation part 4).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assign {
    pub warning: WarningNo,
    /// A colleague's or a section's name, as people say it.
    pub to: Text,
    pub reason: Text,
}

/// `/预警 办结`: a bell (黄色警铃) is answered, regulation part 4 (一).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finish {
    pub warning: WarningNo,
    /// What was done.
    pub note: Text,
}

impl List {
    fn read(values: &Values<'_>) -> Result<Command, Complaint> {
        let standing = values.optional("状态")?.unwrap_or(Standing::Open);
        Ok(Command::List(List {
            standing,
            section: values.optional("股室")?,
            level: values.optional("级别")?,
            page: values.optional("页")?.unwrap_or_default(),
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::{said, says};

    #[test]
    fn lists() {
        let section = Text::try_from("社保股".to_owned()).ok();
        for (line, standing, section, level) in [
            ("/预警 列表", Standing::Open, None, None),
            ("／预警\u{3000}列表 超期", Standing::Overdue, None, None),
            ("/预警 列表 状态：全部 股室＝社保股 级别=红灯", Standing::All, section, Some(Level::Red)),
        ] {
            assert_eq!(said(line), Command::List(List { standing, section, level, page: Page::default() }), "{line}");
        }
    }

    #[test]
    fn a_value_in_the_wrong_place_is_shown_its_home() {
        assert_eq!(says("/预警 列表 红灯"), "状态只能从这些里选:全部、待处理、超期。是不是想写 级别=红灯?\n  /预警 列表 ▸红灯◂");
        assert!(says("/预警 列表 超期 红灯").contains("是不是想写 级别=红灯?"));
        assert!(says("/预警 列表 级别=黄").starts_with("级别只能从这些里选:警铃、黄灯、红灯。是不是想写 黄灯?"));
    }

    #[test]
    fn a_bell_is_answered_with_a_note_to_the_end_of_the_line() {
        for (line, note) in [
            ("/预警 办结 123 已登记 并上传 扫描件", "已登记 并上传 扫描件"),
            ("/预警 办结 123 “已登记 完毕”", "已登记 完毕"),
            ("/预警 办结 说明=已登记 完毕 编号=2026-123", "已登记 完毕"),
            ("/预警 办结 123 “已登记” 完毕", "“已登记” 完毕"),
            ("/预警 办结 123 今天10:30登记", "今天10:30登记"),
        ] {
            let Command::Finish(finish) = said(line) else { panic!("{line}") };
            assert_eq!((finish.warning.to_string().as_str(), finish.note.as_str()), ("YJ2026-000123", note), "{line}");
        }
        assert_eq!(says("/预警 办结 123"), "还缺说明。请用一两句话写明,例如:说明=\"……\"。");
        assert!(says("/预警 认领").starts_with("还缺编号。"));
        assert!(says("/预警 认领 一二三").starts_with("编号应写成 YJ2026-000123"));
    }
}
