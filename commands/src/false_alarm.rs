//! `/误报`: a rule has fired wrongly. The regulation has no way out for such a red light; it is approved by a second person and counted apart.

use serde::{Deserialize, Serialize};

use crate::permission::Permission::Handle;
use crate::spec::every;
use crate::warning::NUMBER;
use crate::{Allowed, Command, Form, Kind, Param, Spec, Text, WarningNo};

pub static SPEC: Spec = Spec { name: "误报", summary: "红灯是规则误报的,提请认定,由另一人审批", forms: &[&FALSE_ALARM] };

pub static FALSE_ALARM: Form = Form {
    command: "误报",
    subcommand: None,
    summary: "提请把红灯认定为误报,由另一人审批",
    allowed: Allowed::with(&[Handle]),
    params: &[NUMBER, Param::required("原因", Kind::Text, "为什么是误报").called("误报原因")],
    example: "/误报 123 原因=\"收款人是合作社社员,现金收购属于允许范围\"",
    asks: every,
    build: |values| Ok(Command::FalseAlarm(FalseAlarm { warning: values.required("编号")?, reason: values.required("原因")? })),
};

/// `/误报`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FalseAlarm {
    pub warning: WarningNo,
    pub reason: Text,
}
