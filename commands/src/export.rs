//! The journal told in words (流水导出), for whoever must prove something later. Its answer is a file, so it is not a line to type: `jingling audit export` says it.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::permission::Permission::{Inspect, Query};
use crate::permission::SectionKind::{Discipline, Leadership, Supervision};
use crate::spec::every;
use crate::{Allowed, Command, Form, Kind, Param, Spec, Text, WarningNo};

/// Not among [`SPECS`](crate::SPECS).
pub static SPEC: Spec = Spec { name: "审计", summary: "导出流水,供审计核对", forms: &[&EXPORT] };

/// Who may: those who look after the others' work, and the bureau's leaders.
pub static EXPORT: Form = Form {
    command: "审计",
    subcommand: Some("导出"),
    summary: "导出流水,供审计核对",
    allowed: Allowed::with(&[Query, Inspect]).only_in(&[Supervision, Discipline, Leadership]).at_terminal(),
    params: &[
        Param::optional("起始", Kind::Date, "从哪一天起"),
        Param::optional("截止", Kind::Date, "到哪一天为止"),
        Param::optional("经办", Kind::Text, "只要这个人办的,写姓名"),
        Param::optional("编号", Kind::Warning, "只要这条预警的"),
    ],
    example: "/审计 导出 起始=11-1 截止=11-30",
    asks: every,
    build: |values| {
        let (from, to) = (values.optional("起始")?, values.optional("截止")?);
        Ok(Command::Export(Export { from, to, actor: values.optional("经办")?, about: values.optional("编号")? }))
    },
};

/// What to export; nothing given: everything.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Export {
    /// Local dates, both included.
    pub from: Option<NaiveDate>,
    pub to: Option<NaiveDate>,
    /// A real name.
    pub actor: Option<Text>,
    pub about: Option<WarningNo>,
}
