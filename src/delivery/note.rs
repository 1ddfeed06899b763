//! A note (通知): a letter that is not about one warning, or not only: what has to be done or known, by when.

use chrono::{DateTime, NaiveDate, Utc};
use commands::SerialNo;
use serde::{Deserialize, Serialize};

use super::card::said;
use crate::chat;
use crate::domain::{ChatSafe, SectionName};

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
    /// 催收回执, to a section that has not given one
    ReceiptOverdue,
    /// 问题通报, to 农业股 and 预算股
    Notice,
    /// 新的线索, to 驻局纪检监察组: it says nothing of what it is about
    Lead,
    /// 监控事项, to the section that is to do it
    Matter,
    /// 事项办结, to whoever entered it
    MatterDone,
    /// 检查通知, to the sections that take part
    Inspection,
}

impl NoteKind {
    /// What stands in the subject, and as the heading.
    pub const fn title(self) -> &'static str {
        match self {
            NoteKind::ChainHead => "流水链头",
            NoteKind::Approval => "待审批",
            NoteKind::CoHandling => "请配合",
            NoteKind::ReceiptOverdue => "催收回执",
            NoteKind::Notice => "问题通报",
            NoteKind::Lead => "新的线索",
            NoteKind::Matter => "监控事项",
            NoteKind::MatterDone => "事项办结",
            NoteKind::Inspection => "检查通知",
        }
    }

    /// Whether a section hears of it in chat as well. A lead is said nowhere but at the terminal.
    pub const fn is_said_in_chat(self) -> bool {
        match self {
            NoteKind::ChainHead | NoteKind::Lead | NoteKind::Approval => false,
            NoteKind::CoHandling | NoteKind::ReceiptOverdue | NoteKind::Notice | NoteKind::Matter | NoteKind::MatterDone | NoteKind::Inspection => true,
        }
    }

    /// What is asked of whoever gets it.
    pub const fn task(self) -> &'static str {
        match self {
            NoteKind::ChainHead => "请妥善保存本邮件。审计时用 jingling audit verify --expect 与它对照,可以发现流水有没有被改动。",
            NoteKind::Approval => "这件事须由提请人以外的人审批。请用 /审批 列表 查看,用 /审批 同意 或 /审批 退回 办理。",
            NoteKind::CoHandling => "请配合调查处理一条预警。用 /我的 和 /预警 详情 查看;红灯的督促情况用 /预警 跟踪 记录。",
            NoteKind::ReceiptOverdue => "有回执过了期限还没有签收。请用 /回执 列表 查看,用 /回执 签收 签收。",
            NoteKind::Notice => "财监股通报了发现的问题。全文请在终端用 /通报 查看,看后请用 /回执 签收 签收回执。",
            NoteKind::Lead => "有一条新的线索,请到终端查看。",
            NoteKind::Matter => "有一项部署的监控事项交您所在的股室办理。全文请在终端用 /事项 查看,办好后用 /事项 办结 填写结果。",
            NoteKind::MatterDone => "您登记的监控事项已经办结。结果请在终端用 /事项 查看。",
            NoteKind::Inspection => "财监股请您所在的股室参加一次检查。全文请在终端用 /检查 查看。",
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

impl Note {
    /// The message, for chat: nothing of its lines, which are for letters.
    pub fn text(&self) -> ChatSafe {
        let serial = self.serial.map(|no| chat!(" {}", no)).unwrap_or_default();
        let section = self.section.as_deref().map(|name| chat!(" · {}", said(SectionName::new(name)))).unwrap_or_default();
        let due = self.due_on.map(|due| chat!("  期限 {}", due)).unwrap_or_default();
        ChatSafe::lines([chat!("📌 {}{}{}{}", ChatSafe::fixed(self.note.title()), serial, section, due), chat!("   {}", ChatSafe::fixed(self.note.task()))])
    }
}
