//! `[mail]`: how letters leave.

use std::path::PathBuf;

use lettre::message::Mailbox;
use serde::Deserialize;

use super::fault::Faults;

/// Mail.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mail {
    /// By which way.
    pub transport: Transport,
    /// Where letters are put by [`Transport::Folder`].
    pub folder: PathBuf,
    /// 发件人, `名称 <地址>`.
    pub from: String,
}

/// The ways a letter may leave.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Transport {
    /// Into a folder, one file a letter.
    Folder,
}

impl Mail {
    pub(super) fn check(&self, faults: &mut Faults) {
        faults.expect(!self.folder.as_os_str().is_empty() && !self.folder.is_file(), "mail.folder", || {
            format!("写的是 \"{}\",应为文件夹。请改成能写入的文件夹,例如 \"mail\"。", self.folder.display())
        });
        faults.expect(self.from.parse::<Mailbox>().is_ok(), "mail.from", || {
            format!("写的是 \"{}\",应为 名称 <地址>。例如 \"警铃 <jingling@localhost>\"。", self.from)
        });
    }
}
