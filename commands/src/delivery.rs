//! `/投递 列表`: messages and mails that are late or were parked.

use crate::permission::Permission::{Query, Users};
use crate::spec::every;
use crate::{Allowed, Command, Form, Spec};

pub static SPEC: Spec = Spec { name: "投递", summary: "查看通知和邮件的投递情况", forms: &[&LIST] };

pub static LIST: Form = Form {
    command: "投递",
    subcommand: Some("列表"),
    summary: "列出还没送到或被搁置的通知和邮件",
    allowed: Allowed::with(&[Users, Query]),
    params: &[],
    example: "/投递 列表",
    asks: every,
    build: |_| Ok(Command::Deliveries),
};
