//! `/我的`: what waits for the asker, what burns first.

use serde::{Deserialize, Serialize};

use crate::page::PAGE;
use crate::spec::every;
use crate::{Allowed, Command, Form, Page, Spec};

pub static SPEC: Spec = Spec { name: "我的", summary: "看我要办的事,最急的在前", forms: &[&MINE] };

pub static MINE: Form = Form {
    command: "我的",
    subcommand: None,
    summary: "看我要办的事,最急的在前",
    allowed: Allowed::EVERYBODY,
    params: &[PAGE],
    example: "/我的",
    asks: every,
    build: |values| Ok(Command::Mine(Mine { page: values.optional("页")?.unwrap_or_default() })),
};

/// `/我的`
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Mine {
    #[serde(default, skip_serializing_if = "Page::is_first")]
    pub page: Page,
}
