//! A note (通知): a letter that is not about one warning, or not only: what has to be done or known, by when.

use chrono::{DateTime, NaiveDate, Utc};
use commands::SerialNo;
use serde::{Deserialize, Serialize};

/// What a note is for. Its words are ours: nothing of them comes from what somebody typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoteKind {
    /// 流水链头, daily to 财监股 and 驻局纪检监察组
    ChainHead,
    /// 自查: warnings on which nobody may act, or that went to somebody else for it
    SelfAudit,
}

impl NoteKind {
    /// What stands in the subject, and as the heading.
    pub const fn title(self) -> &'static str {
        match self {
            NoteKind::ChainHead => "流水链头",
            NoteKind::SelfAudit => "预警自查",
        }
    }

    /// What is asked of whoever gets it.
    pub const fn task(self) -> &'static str {
        match self {
            NoteKind::ChainHead => "请妥善保存本邮件。审计时用 jingling audit verify --expect 与它对照,可以发现流水有没有被改动。",
            NoteKind::SelfAudit => "有预警的经办人不能再办。已经改派的,请新的经办人留意;没有人能办的,请尽快开通“处置”权限,或用 /预警 转办 转给别人。",
        }
    }
}

/// A note as the outbox keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    pub note: NoteKind,
    pub at: DateTime<Utc>,
    /// The entry of a register that it is about.
    pub serial: Option<SerialNo>,
    /// The section that it concerns, by name.
    pub section: Option<String>,
    /// By when something is to be done, local.
    pub due_on: Option<NaiveDate>,
    /// Label and text; masked when the letter is written.
    pub lines: Vec<(String, String)>,
}
