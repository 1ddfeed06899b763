//! What a mail server's refusal means: for this letter, for now, or for all of them until somebody mends something. Holds the server's codes, never its words: they may quote an address.

use std::error::Error as _;

use lettre::transport::smtp::Error;
use lettre::transport::smtp::response::Severity;

use crate::config::smtp::Smtp as Settings;

/// How far the conversation had come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// greeting, EHLO, TLS
    Connection,
    /// AUTH
    SigningIn,
    /// MAIL
    Sender,
    /// RCPT
    Recipient,
    /// DATA and what follows
    Content,
}

/// Why a letter did not go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// This letter will never be taken.
    OfLetter(String),
    /// It may be taken later.
    ForNow(String),
    /// No letter will be: a sentence that says what is wrong with the server or the settings.
    OfUs(String),
}

impl Refusal {
    /// What an error means at this stage.
    pub fn of(stage: Stage, error: &Error, settings: &Settings) -> Refusal {
        let (host, port) = (&settings.host, settings.port());
        let Some(code) = error.status() else {
            return Refusal::OfUs(broken(error, host, port));
        };
        let for_good = code.severity == Severity::PermanentNegativeCompletion;
        let code = told(error);
        match (stage, for_good) {
            (Stage::Connection, _) => Refusal::OfUs(format!("邮件服务器 {host} 现在不接受连接({code})。请问管邮件服务器的人,是否要登记本机的地址。")),
            (Stage::SigningIn, true) => Refusal::OfUs(format!("邮件服务器 {host} 不认登录的用户名或口令({code})。请核对 mail.smtp 的 user 和口令。")),
            (Stage::Sender, true) => {
                Refusal::OfUs(format!("邮件服务器 {host} 不接受发件人({code})。请核对 mail.from 是不是登录用户自己的地址,以及是否要登录。"))
            }
            // 530 is told at any time to whoever should have signed in
            (Stage::Recipient | Stage::Content, true) if code.starts_with("530") => {
                Refusal::OfUs(format!("邮件服务器 {host} 要求先登录({code})。请填写 mail.smtp 的 user 和口令。"))
            }
            (Stage::Recipient, true) => Refusal::OfLetter(format!("邮件服务器拒收,收件地址不通({code})")),
            (Stage::Content, true) => Refusal::OfLetter(format!("邮件服务器拒收,信件不合其规定({code})")),
            (Stage::SigningIn | Stage::Sender | Stage::Recipient | Stage::Content, false) => Refusal::ForNow(format!("邮件服务器请稍后再发({code})")),
        }
    }

    /// The time ran out.
    pub fn too_slow(settings: &Settings) -> Refusal {
        let Settings { host, timeout_secs, .. } = settings;
        Refusal::OfUs(format!(
            "邮件服务器 {host} 在 {timeout_secs} 秒内没有答完。请检查网络,核对 mail.smtp 的 port 和 security;服务器确实慢,就加大 timeout_secs。"
        ))
    }

    /// The reason alone.
    pub fn into_reason(self) -> String {
        match self {
            Refusal::OfLetter(reason) | Refusal::ForNow(reason) | Refusal::OfUs(reason) => reason,
        }
    }
}

/// No answer at all: the line, the encryption, or something that is no mail server.
fn broken(error: &Error, host: &str, port: u16) -> String {
    let mut cause = error.source();
    let mut deepest = String::new();
    while let Some(error) = cause {
        deepest = error.to_string();
        cause = error.source();
    }
    // rustls says it in words only
    if deepest.contains("invalid peer certificate") {
        let why = match () {
            () if deepest.contains("UnknownIssuer") => "不是可信的机构签发的。单位自己签发的,请把根证书写进 mail.smtp 的 ca_file",
            () if deepest.contains("not valid for name") => "上面的名称与 mail.smtp 的 host 不同。请把 host 改成证书上的名称",
            () if deepest.contains("expired") => "已经过期。请管邮件服务器的人换新证书,并核对本机的时间",
            () => "通不过检查。请问管邮件服务器的人",
        };
        return format!("邮件服务器 {host} 的证书{why}。信没有发出。");
    }
    format!("连不上邮件服务器 {host}:{port},或连接中断。请检查网络,核对 mail.smtp 的 host、port 和 security。")
}

/// `550 5.1.1`: the code, and the enhanced status where there is one (RFC 3463).
fn told(error: &Error) -> String {
    let code = error.status().map(|code| code.to_string()).unwrap_or_default();
    let words = error.source().map(ToString::to_string).unwrap_or_default();
    let enhanced = words.split_whitespace().next().filter(|word| {
        let parts: Vec<&str> = word.split('.').collect();
        parts.len() == 3 && parts.iter().all(|part| (1..=3).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit()))
    });
    enhanced.map_or_else(|| code.clone(), |enhanced| format!("{code} {enhanced}"))
}
