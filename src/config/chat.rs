//! `[chat]`: what people speak through.

use std::path::PathBuf;

use serde::Deserialize;

use super::fault::Faults;

/// Chat.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Chat {
    /// Which channel.
    pub channel: Channel,
    /// The file that keeps what was said on the console.
    pub transcript: PathBuf,
}

/// The channels there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// 终端
    Console,
}

impl Chat {
    pub(super) fn check(&self, faults: &mut Faults) {
        faults.expect(!self.transcript.as_os_str().is_empty() && !self.transcript.is_dir(), "chat.transcript", || {
            format!("写的是 \"{}\",应为文件名。例如 \"chat.txt\"。", self.transcript.display())
        });
    }
}
