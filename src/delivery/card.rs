//! What a delivery carries: a card for chat, facts for a letter. Plain values in the outbox, made safe by type before anything is shown.

use chrono::{DateTime, NaiveDate, Utc};
use commands::{ProposalKind, SerialNo};
use serde::{Deserialize, Serialize};

use crate::chat;
use crate::delivery::why;
use crate::domain::{
    ChatSafe, DocNo, Level, Light, Mention, Money, RuleCode, RuleName, SectionName, StaffId, StaffName, TownName, VoucherNo, WarningNo, WarningState,
};
use crate::store::bell::Gone;
use crate::store::proposal::Terms;

/// Why something is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Occasion {
    /// a warning was lit
    Fired,
    /// it rose by itself
    Rose,
    /// it was verified as a violation: 🟡→🔴
    TurnedRed,
    /// somebody took it up (认领)
    Claimed,
    /// it was handed on (转办)
    Assigned,
    /// a stand-in does it while its handler is away (代办)
    StandIn,
    /// whoever was away has it again (交回)
    HandedBack,
    /// its deadline is near
    Reminder,
    /// its deadline has passed
    Overdue,
    /// those above are told that it has passed
    Escalated,
    /// its deadline stands still (暂停)
    Paused,
    /// its deadline runs again
    Resumed,
    /// its deadline was counted again by a new holiday table
    Recounted,
    /// it was closed
    Closed,
    /// another section was asked to help (配合)
    Engaged,
    /// 领导小组办公室 presses for it (督办)
    Urged,
    /// something was proposed that a second person decides (处置, 误报)
    Proposed,
    /// a measure was approved
    Measured,
    /// what was proposed was refused (退回)
    Returned,
    /// it was opened again (重开)
    Reopened,
    /// a bell closed by itself: its cause is gone
    Ceased,
    /// it is on the white list from now on
    Listed,
    /// it is on the white list no more
    Unlisted,
}

/// The face of a warning as it stood when the delivery was owed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Card {
    pub occasion: Occasion,
    pub at: DateTime<Utc>,
    /// Year × 1 000 000 + number.
    pub no: i64,
    pub state: WarningState,
    pub rule: String,
    pub rule_name: String,
    pub category: String,
    /// Its name, as people call it.
    pub section: String,
    pub town: Option<String>,
    pub voucher_no: Option<String>,
    pub doc_no: Option<String>,
    /// Business date, local.
    pub date: Option<NaiveDate>,
    pub amount: Option<Money>,
    /// Records gathered.
    pub items: i64,
    pub due_on: NaiveDate,
    /// Working days from the occasion to the deadline; negative when it has passed.
    pub working_days: i64,
    /// Staff id and name of whoever is on it.
    pub handler: Option<(i64, String)>,
    /// How often it was pressed for (督办).
    #[serde(default)]
    pub urged: i64,
    /// Whom the occasion calls, the handler perhaps among them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub calls: Vec<(i64, String)>,
    /// The year of the deadline, if its holidays were not published: it was counted by the plain week.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unpublished: Option<i32>,
    /// Why it rings no more, of a bell that closed itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gone: Option<Gone>,
}

/// Which letter is to be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LetterKind {
    /// to the responsible: a light is red
    Red,
    /// to 国库支付中心: a yellow turned red
    TurnedRed,
    /// to 国库支付中心: a warning was closed
    Settled,
    /// to 国库支付中心: a measure was approved
    Measure,
    /// to whoever is called: a deadline is near, or has passed
    Chase,
}

impl LetterKind {
    /// What it tells of, in a word.
    pub const fn name(self) -> &'static str {
        match self {
            LetterKind::Red => "红灯",
            LetterKind::TurnedRed => "黄灯转红灯",
            LetterKind::Settled => "处理完毕",
            LetterKind::Measure => "处置已批准",
            LetterKind::Chase => "催办",
        }
    }
}

/// A receipt that is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wanted {
    pub no: SerialNo,
    /// The last local day to give it.
    pub due_on: NaiveDate,
}

/// A letter as the outbox keeps it, to be written when it is sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Posting {
    pub kind: LetterKind,
    pub card: Card,
    /// The rule's clause.
    pub basis: String,
    /// What the rule saw: label and value, a 密文 without its content.
    pub facts: Vec<(String, String)>,
    /// Masked already: `张* ****0012`.
    pub payee: Option<String>,
    /// The measure that was approved, as [terms] tells it.
    #[serde(default)]
    pub measure: Option<String>,
    /// The receipt that is asked for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub receipt: Option<Wanted>,
}

/// The number people read, from the stored one.
pub fn warning_no(no: i64) -> Option<WarningNo> {
    let year = u16::try_from(no / 1_000_000).ok()?;
    WarningNo::new(year, u32::try_from(no % 1_000_000).ok()?).ok()
}

/// A value that may be said, or that it stands in the system: what does not fit its type is not shown at all.
pub fn said<T: crate::domain::Speakable, E>(value: Result<T, E>) -> ChatSafe {
    value.map_or_else(|_| chat!("(见系统)"), |value| chat!("{}", value))
}

/// The light as a sign: 🔔 🟡 🔴 🟢 ✅.
pub fn sign(light: Light) -> ChatSafe {
    match light {
        Light::Lit(Level::Bell) => chat!("🔔"),
        Light::Lit(Level::Yellow) => chat!("🟡"),
        Light::Lit(Level::Red) => chat!("🔴"),
        Light::Green => chat!("🟢"),
        Light::Done => chat!("✅"),
    }
}

/// `YJ2026-000123`.
pub fn no(number: i64) -> ChatSafe {
    said(warning_no(number).ok_or(()))
}

/// Calls whoever is on it (id and name), or says that nobody is yet.
pub fn mention(handler: Option<&(i64, String)>) -> ChatSafe {
    match handler {
        Some((id, name)) => said(StaffName::new(name).map(|name| Mention(StaffId(*id), name))),
        None => chat!("(待指定)"),
    }
}

/// What was proposed or decided: `收回 12,800.00 元`, `暂缓拨付 11月24日至12月31日`.
pub fn terms(terms: &Terms) -> ChatSafe {
    let concerned = terms.amount.map(|amount| chat!("(涉及 {} 元)", amount)).unwrap_or_default();
    let from = terms.from_on.map(|day| chat!(" {}", day)).unwrap_or_default();
    match terms.kind {
        ProposalKind::Recover => chat!("收回资金{}", terms.amount.map(|amount| chat!(" {} 元", amount)).unwrap_or_default()),
        ProposalKind::Suspend => chat!("暂缓拨付{}{}{}", from, terms.until_on.map(|day| chat!("至{}", day)).unwrap_or_default(), concerned),
        ProposalKind::Circulate => chat!("通报{}{}", terms.doc_no.as_deref().map(|no| chat!(" {}", DocNo::new(no))).unwrap_or_default(), concerned),
        ProposalKind::Transfer => chat!("移交相关部门{}{}", from, concerned),
        ProposalKind::Other => chat!("其他处置措施{}", concerned),
        ProposalKind::FalseAlarm => chat!("认定为误报"),
    }
}

/// Says of a deadline that it was counted without the holidays of its year.
pub fn plain_week(unpublished: Option<i32>) -> ChatSafe {
    unpublished.map(|year| chat!(",{}年放假安排未公布,按周一至周五计算", i64::from(year))).unwrap_or_default()
}

impl Card {
    /// The message, for chat.
    pub fn text(&self) -> ChatSafe {
        let mut lines = vec![chat!(
            "{} {} {} · {}({})",
            sign(self.state.light()),
            self.headline(),
            no(self.no),
            said(RuleName::new(&self.rule_name)),
            said(RuleCode::new(&self.rule))
        )];
        let town = self.town.as_deref().map(|town| chat!("  乡镇 {}", said(TownName::new(town)))).unwrap_or_default();
        let amount = self.amount.map(|amount| chat!("  金额 {} 元", amount)).unwrap_or_default();
        lines.push(chat!("   股室 {}{}{}", said(SectionName::new(&self.section)), town, amount));
        let voucher = self.voucher_no.as_deref().map(|no| chat!("凭证 {}  ", said(VoucherNo::new(no)))).unwrap_or_default();
        let doc = self.doc_no.as_deref().map(|no| chat!("文号 {}  ", DocNo::new(no))).unwrap_or_default();
        let date = self.date.map(|date| chat!("日期 {}", date)).unwrap_or_default();
        if self.voucher_no.is_some() || self.doc_no.is_some() || self.date.is_some() {
            lines.push(chat!("   {}{}{}", voucher, doc, date));
        }
        if self.items > 1 {
            lines.push(chat!("   共 {} 条", self.items));
        }
        if self.urged > 0 && self.state.is_open() {
            lines.push(chat!("   已督办 {} 次", self.urged));
        }
        if self.state.is_open() {
            let left = match self.working_days {
                days if days > 0 => chat!("{} 个工作日", days),
                0 => chat!("当天"),
                days => chat!("已超期 {} 个工作日", -days),
            };
            lines.push(chat!(
                "   期限 {}({}{})  状态 {}  经办 {}",
                self.due_on,
                left,
                plain_week(self.unpublished),
                self.state,
                mention(self.handler.as_ref())
            ));
        } else {
            lines.push(chat!("   状态 {}  经办 {}", self.state, mention(self.handler.as_ref())));
        }
        if let Some(gone) = &self.gone {
            lines.push(chat!("   原因 {}", why::gone(gone)));
        }
        if !self.calls.is_empty() {
            lines.push(chat!("   请 {} 注意", ChatSafe::list(self.calls.iter().map(|person| mention(Some(person))))));
        }
        ChatSafe::lines(lines)
    }

    /// A line that calls whoever is on it, when something must be noticed.
    pub fn notice(&self) -> ChatSafe {
        let task = match self.state.open_level() {
            Some(Level::Bell) => chat!("办理"),
            Some(Level::Yellow) => chat!("核实"),
            Some(Level::Red) => chat!("督促纠正"),
            None => return chat!("{} {} {}。", sign(self.state.light()), no(self.no), self.headline()),
        };
        let (handler, due) = (mention(self.handler.as_ref()), chat!("{}{}", self.due_on, plain_week(self.unpublished)));
        let told = if self.working_days < 0 {
            chat!("{} {} 已超期 {} 个工作日(期限 {}),请 {} 尽快{}", sign(self.state.light()), no(self.no), -self.working_days, due, handler, task)
        } else {
            chat!("{} {} {},请 {} 在 {}前{}", sign(self.state.light()), no(self.no), self.headline(), handler, due, task)
        };
        let others = self.calls.iter().filter(|(id, _)| self.handler.as_ref().is_none_or(|(handler, _)| handler != id));
        let others = ChatSafe::list(others.map(|person| mention(Some(person))));
        if others.is_empty() { chat!("{}。", told) } else { chat!("{};请 {} 督促。", told, others) }
    }

    fn headline(&self) -> ChatSafe {
        match (self.occasion, self.state.light()) {
            (Occasion::Fired, light) => chat!("{}预警", light),
            (Occasion::Rose, light) => chat!("升为{}", light),
            (Occasion::TurnedRed, _) => chat!("黄灯转红灯"),
            (Occasion::Claimed, _) => chat!("已认领"),
            (Occasion::Assigned, light) => chat!("转来{}", light),
            (Occasion::Ceased, _) => chat!("原因已消除,已办结"),
            (Occasion::Listed, _) => chat!("已列入白名单,不用办理"),
            (Occasion::Unlisted, light) => chat!("移出白名单,{}预警", light),
            (Occasion::StandIn, light) => chat!("代办{}", light),
            (Occasion::HandedBack, light) => chat!("交回{}", light),
            (Occasion::Reminder, _) => chat!("到期提醒"),
            (Occasion::Overdue, _) => chat!("超期提醒"),
            (Occasion::Escalated, _) => chat!("超期上报"),
            (Occasion::Paused, _) => chat!("暂停计时"),
            (Occasion::Resumed, _) => chat!("恢复计时"),
            (Occasion::Recounted, _) => chat!("期限重新计算"),
            (Occasion::Closed, Light::Done) => chat!("已办结"),
            (Occasion::Closed, light) => chat!("已转{}", light),
            (Occasion::Engaged, _) => chat!("已请其他股室配合"),
            (Occasion::Urged, _) => chat!("领导小组办公室督办"),
            (Occasion::Proposed, _) => chat!("已提请审批"),
            (Occasion::Measured, _) => chat!("处置已批准"),
            (Occasion::Returned, _) => chat!("审批退回"),
            (Occasion::Reopened, light) => chat!("重开{}", light),
        }
    }
}
