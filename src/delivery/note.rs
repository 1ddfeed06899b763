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
    /// 待审批, to whoever may decide what was proposed for a red light
    Approval,
    /// 请配合, to the people of a section that is asked to help
    CoHandling,
}

impl NoteKind {
    /// What stands in the subject, and as the heading.
    pub const fn title(self) -> &'static str {
        match self {
            NoteKind::ChainHead => "流水链头",
            NoteKind::Approval => "待审批",
            NoteKind::CoHandling => "请配合",
        }
    }

    /// What is asked of whoever gets it.
    pub const fn task(self) -> &'static str {
        match self {
            NoteKind::ChainHead => "请妥善保存本邮件。审计时用 jingling audit verify --expect 与它对照,可以发现流水有没有被改动。",
            NoteKind::Approval => "这件事须由提请人以外的人审批。请用 /审批 列表 查看,用 /审批 同意 或 /审批 退回 办理。",
            NoteKind::CoHandling => "请配合调查处理这条预警。用 /预警 详情 查看;红灯的督促情况用 /预警 跟踪 记录。",
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
