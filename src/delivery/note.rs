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
    /// 标识不一致: a source says otherwise than 农业股 has decided, to 农业股
    Disputed,
    /// 批量核实, to 国库支付中心: what became of many warnings at once
    Batch,
    /// 权限申请, to a section's head whose opinion it waits for
    AccessOpinion,
    /// 权限申请, to 财政信息中心
    AccessGrant,
    /// 权限申请, to whoever filed it: granted
    AccessDone,
    /// 权限申请, to whoever filed it: not granted
    AccessReturned,
    /// 用户权限年审, to a section's head
    AccessReview,
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
    /// 请会签, to 领导小组办公室
    CountersignAsked,
    /// 会签同意, to whoever applied
    CountersignAgreed,
    /// 会签退回, to whoever applied
    CountersignReturned,
    /// 白名单待批准, to whoever may approve it
    WhiteList,
    /// 自查: warnings on which nobody may act, or that went to somebody else for it
    SelfAudit,
}

impl NoteKind {
    /// What stands in the subject, and as the heading.
    pub const fn title(self) -> &'static str {
        match self {
            NoteKind::ChainHead => "流水链头",
            NoteKind::Approval => "待审批",
            NoteKind::CoHandling => "请配合",
            NoteKind::Disputed => "扶贫标识与认定不一致",
            NoteKind::Batch => "批量核实结果",
            NoteKind::AccessOpinion => "权限申请待签署意见",
            NoteKind::AccessGrant => "权限申请待授权",
            NoteKind::AccessDone => "权限申请已办结",
            NoteKind::AccessReturned => "权限申请已退回",
            NoteKind::AccessReview => "用户权限年审",
            NoteKind::ReceiptOverdue => "催收回执",
            NoteKind::Notice => "问题通报",
            NoteKind::Lead => "新的线索",
            NoteKind::Matter => "监控事项",
            NoteKind::MatterDone => "事项办结",
            NoteKind::Inspection => "检查通知",
            NoteKind::CountersignAsked => "请会签",
            NoteKind::CountersignAgreed => "会签同意",
            NoteKind::CountersignReturned => "会签退回",
            NoteKind::SelfAudit => "预警自查",
            NoteKind::WhiteList => "白名单待批准",
        }
    }

    /// Whether a section hears of it in chat as well. A lead is said nowhere but at the terminal.
    pub const fn is_said_in_chat(self) -> bool {
        match self {
            NoteKind::ChainHead
            | NoteKind::Approval
            | NoteKind::Batch
            | NoteKind::AccessOpinion
            | NoteKind::AccessGrant
            | NoteKind::AccessDone
            | NoteKind::AccessReturned
            | NoteKind::AccessReview
            | NoteKind::Lead
            | NoteKind::CountersignAsked
            | NoteKind::CountersignAgreed
            | NoteKind::CountersignReturned
            | NoteKind::SelfAudit
            | NoteKind::WhiteList => false,
            NoteKind::CoHandling
            | NoteKind::Disputed
            | NoteKind::ReceiptOverdue
            | NoteKind::Notice
            | NoteKind::Matter
            | NoteKind::MatterDone
            | NoteKind::Inspection => true,
        }
    }

    /// What is asked of whoever gets it.
    pub const fn task(self) -> &'static str {
        match self {
            NoteKind::ChainHead => "请妥善保存本邮件。审计时用 jingling audit verify --expect 与它对照,可以发现流水有没有被改动。",
            NoteKind::Approval => "这件事须由提请人以外的人审批。请用 /审批 列表 查看,用 /审批 同意 或 /审批 退回 办理。",
            NoteKind::CoHandling => "请配合调查处理一条预警。用 /我的 和 /预警 详情 查看;红灯的督促情况用 /预警 跟踪 记录。",
            NoteKind::Disputed => "来源另报的扶贫标识与认定的不同,认定仍然有效。请核对后用 /台账 认定 重新认定。",
            NoteKind::Batch => "以下预警已批量核实,供支付时参考。逐条情况用 /预警 详情 查看,看后请用 /回执 签收 签收回执。",
            NoteKind::AccessOpinion => "请签署意见:/权限 意见 编号 同意,或 不同意 并说明。全文在单位内部的终端上用 /权限 查看 编号 看。",
            NoteKind::AccessGrant => "请按申请设置权限:/权限 授予 编号;不合规的用 /权限 退回 编号 原因。须由申请人和本人以外的人办理。",
            NoteKind::AccessDone => "权限已按申请办理,当即生效。开通的新用户请向财政信息中心当面领取初始口令,登录后先修改。",
            NoteKind::AccessReturned => "申请没有通过。请在单位内部的终端上用 /权限 查看 编号 看原因,改正后重新申请。",
            NoteKind::AccessReview => "请核对本股室的用户权限。无误的用 /权限 年审 确认;不对的先申请变更或撤销。",
            NoteKind::ReceiptOverdue => "有回执过了期限还没有签收。请用 /回执 列表 查看,用 /回执 签收 签收。",
            NoteKind::Notice => "财监股通报了发现的问题。全文请在终端用 /通报 查看,看后请用 /回执 签收 签收回执。",
            NoteKind::Lead => "有一条新的线索,请到终端查看。",
            NoteKind::Matter => "有一项部署的监控事项交您所在的股室办理。全文请在终端用 /事项 查看,办好后用 /事项 办结 填写结果。",
            NoteKind::MatterDone => "您登记的监控事项已经办结。结果请在终端用 /事项 查看。",
            NoteKind::Inspection => "财监股请您所在的股室参加一次检查。全文请在终端用 /检查 查看。",
            NoteKind::CountersignAsked => "有数据要上报或对外提供,请会签。同意用 /会签 批准,不同意用 /会签 退回。",
            NoteKind::CountersignAgreed => {
                "您申请的会签已同意,请在期限内导出或登记外送:用 /会签 导出 或 /会签 登记外送,或运行 jingling export。过期要重新申请。"
            }
            NoteKind::CountersignReturned => "您申请的会签已退回,数据不能提供。如需再报,请按意见修改后重新申请。",
            NoteKind::WhiteList => "有一项对红灯也有效的白名单,须由登记人以外的人批准。请用 /白名单 查询 查看,用 /白名单 批准 或 /白名单 退回 办理。",
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

impl Note {
    /// The message, for chat: nothing of its lines, which are for letters.
    pub fn text(&self) -> ChatSafe {
        let serial = self.serial.map(|no| chat!(" {}", no)).unwrap_or_default();
        let section = self.section.as_deref().map(|name| chat!(" · {}", said(SectionName::new(name)))).unwrap_or_default();
        let due = self.due_on.map(|due| chat!("  期限 {}", due)).unwrap_or_default();
        ChatSafe::lines([chat!("📌 {}{}{}{}", ChatSafe::fixed(self.note.title()), serial, section, due), chat!("   {}", ChatSafe::fixed(self.note.task()))])
    }
}
