//! `/预警 依据`: why a warning was lit, to be defended before an auditor: the rule as it stood, its condition, and each comparison with its values.

use serde::{Deserialize, Serialize};

use crate::permission::Permission::{Handle, Query};
use crate::spec::every;
use crate::warning::NUMBER;
use crate::{Allowed, Command, Form, WarningNo};

pub static WHY: Form = Form {
    command: "预警",
    subcommand: Some("依据"),
    summary: "看一条预警为什么亮:规则版本、条款、条件和逐项的数值",
    allowed: Allowed::with(&[Query, Handle]),
    params: &[NUMBER],
    example: "/预警 依据 123",
    asks: every,
    build: |values| Ok(Command::Why(Why { warning: values.required("编号")? })),
};

/// `/预警 依据`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Why {
    pub warning: WarningNo,
}
