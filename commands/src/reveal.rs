//! `/预警 全文`: the evidence of a warning in full, names and numbers uncovered, at the bureau's own terminal only; who asked, and why, is journalled first.

use serde::{Deserialize, Serialize};

use crate::permission::Permission::{Handle, Inspect, Query};
use crate::spec::every;
use crate::{Allowed, Command, Form, Kind, Param, Text, WarningNo};

pub static REVEAL: Form = Form {
    command: "预警",
    subcommand: Some("全文"),
    summary: "看一条预警所涉的完整信息和处理单全文,须写明原因",
    allowed: Allowed::with(&[Query, Handle, Inspect]).at_terminal(),
    params: &[
        Param::required("编号", Kind::Warning, "预警编号,例如 YJ2026-000123,今年的可只写 123"),
        Param::required("原因", Kind::Text, "为什么要看,一两句话,会记录在案").called("查看原因"),
    ],
    example: "/预警 全文 123 原因=\"核对收款账号\"",
    asks: every,
    build: |values| Ok(Command::Reveal(Reveal { warning: values.required("编号")?, reason: values.required("原因")? })),
};

/// `/预警 全文`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reveal {
    pub warning: WarningNo,
    pub reason: Text,
}
