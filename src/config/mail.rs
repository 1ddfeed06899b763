//! `[mail]`: how letters leave.

use std::collections::BTreeMap;
use std::path::PathBuf;

use lettre::message::Mailbox;
use serde::Deserialize;

use super::fault::Faults;
use super::smtp::Smtp;

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
    /// The server by which letters leave with [`Transport::Smtp`].
    pub smtp: Smtp,
}

/// The ways a letter may leave.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Transport {
    /// Into a folder, one file a letter.
    Folder,
    /// By the bureau's mail server.
    Smtp,
}

impl Mail {
    pub(super) fn check(&mut self, env: &BTreeMap<String, String>, faults: &mut Faults) {
        let sender = self.from.parse::<Mailbox>().ok().filter(|sender| AsRef::<str>::as_ref(&sender.email).is_ascii());
        faults.expect(sender.is_some(), "mail.from", || {
            format!("写的是 \"{}\",应为 名称 <地址>,地址只用英文字母、数字和符号。例如 \"警铃 <jingling@localhost>\"。", self.from)
        });
        match self.transport {
            Transport::Folder => faults.expect(!self.folder.as_os_str().is_empty() && !self.folder.is_file(), "mail.folder", || {
                format!("写的是 \"{}\",应为文件夹。请改成能写入的文件夹,例如 \"mail\"。", self.folder.display())
            }),
            Transport::Smtp => {
                let domain = sender.map(|sender| sender.email.domain().to_owned()).unwrap_or_default();
                faults.expect(domain.contains('.'), "mail.from", || {
                    format!("写的是 \"{}\",这个地址寄不出信。请填邮件服务器认可的地址,例如 \"警铃 <jingling@example.gov.cn>\"。", self.from)
                });
                self.smtp.check(&domain, env, faults);
            }
        }
    }

    /// Where letters go, in one phrase.
    pub fn told(&self) -> String {
        match self.transport {
            Transport::Folder => format!("邮件存入 {}", self.folder.display()),
            Transport::Smtp => format!("邮件经 {}寄出", self.smtp.told()),
        }
    }
}
