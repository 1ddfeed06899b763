//! `/我的`: what waits for the asker, what burns first.

use crate::spec::every;
use crate::{Allowed, Command, Form, Spec};

pub static SPEC: Spec = Spec { name: "我的", summary: "看我要办的事,最急的在前", forms: &[&MINE] };

pub static MINE: Form = Form {
    command: "我的",
    subcommand: None,
    summary: "看我要办的事,最急的在前",
    allowed: Allowed::EVERYBODY,
    params: &[],
    example: "/我的",
    asks: every,
    build: |_| Ok(Command::Mine),
};
