//! `/预警 列表|详情|认领|办结`; 转办 has a file of its own.

use chrono::NaiveDate;
use commands::{List, Standing, WarningNo};

use super::moves::{Plan, stored_no};
use super::{Actor, Declined, Desk, Reply, now, section_called, section_name};
use crate::chat;
use crate::delivery::card::{Occasion, mention, no, said, sign};
use crate::domain::{ChatSafe, DocNo, Level, RuleCode, RuleName, Step, TownName, VoucherNo};
use crate::store::reveal;
use crate::store::staff;
use crate::store::transition::{self, Move};
use crate::store::warning::{self as stored, Filter, Warning};

/// As many as fit a message.
const MOST: i64 = 15;

pub(super) fn claim() -> Plan {
    Plan { step: Step::Claim, how: Move::Claimed, occasion: Occasion::Claimed, slip: None, due_on: None, to: None }
}

pub(super) fn finish() -> Plan {
    Plan { step: Step::Finish, how: Move::Finished, occasion: Occasion::Closed, slip: Some("办结"), due_on: None, to: None }
}

const fn level(level: commands::Level) -> Level {
    match level {
        commands::Level::Bell => Level::Bell,
        commands::Level::Yellow => Level::Yellow,
        commands::Level::Red => Level::Red,
    }
}

/// Lists what the asker may see, by what burns.
pub(super) async fn list(desk: &Desk, actor: &Actor, list: &List) -> Result<Reply, Declined> {
    let (_, today) = now(desk);
    let named = list.section.as_ref().map(commands::Text::as_str);
    let settings = &desk.orders.settings;
    let asked = match named {
        None => None,
        Some(name) => Some(section_called(settings, name)?.code.clone()),
    };
    let reads_all = actor.reads_all();
    if asked.as_ref().is_some_and(|section| !actor.may_read(section)) {
        return Err(chat!("您只能查看本股室的预警。").into());
    }
    let filter = Filter {
        section: asked.or_else(|| (!reads_all).then(|| actor.staff.section.clone())),
        handler: None,
        open_only: list.standing == Standing::Open,
        overdue_on: (list.standing == Standing::Overdue).then_some(today),
        level: list.level.map(level),
    };
    let found = stored::list(&desk.store, &filter, MOST).await?;
    if found.is_empty() {
        return Ok(chat!("没有符合条件的预警。").into());
    }
    let total = stored::count(&desk.store, &filter).await?;
    let mut lines: Vec<ChatSafe> = found.iter().map(|warning| line(desk, warning)).collect();
    lines.push(if total > MOST {
        chat!("共 {} 条,以上是最急的 {} 条。可加 级别=红灯、状态=超期、股室=… 缩小范围。", total, MOST)
    } else {
        chat!("共 {} 条。", total)
    });
    Ok(ChatSafe::lines(lines).into())
}

/// One line of a list.
pub(super) fn line(desk: &Desk, w: &Warning) -> ChatSafe {
    let amount = w.amount.map(|amount| chat!("  {} 元", amount)).unwrap_or_default();
    let due = if w.state.is_open() { chat!("  期限 {}", w.due_on) } else { ChatSafe::default() };
    let name = said(RuleName::new(&w.rule_name));
    let section = section_name(&desk.orders.settings, &w.section);
    chat!("{} {} {}({})  {}{}{}  {}", sign(w.state.light()), no(w.no), name, said(RuleCode::new(&w.rule)), section, amount, due, w.state)
}

/// The same for a number that is none, and for one that is not the asker's to know.
pub(super) fn unknown(number: i64) -> ChatSafe {
    chat!("没有 {} 这条预警,或者它不归您所在的股室。用 /预警 列表 查看。", no(number))
}

/// One warning with its history.
pub(super) async fn show(desk: &Desk, actor: &Actor, number: WarningNo) -> Result<Reply, Declined> {
    let number = stored_no(number);
    let found = stored::get(&desk.store, number).await?.filter(|w| actor.may_read(&w.section));
    let w = found.ok_or_else(|| unknown(number))?;
    let people = staff::all(&desk.store).await?;
    let person = |id: Option<i64>| staff::named(&people, id);
    let mut lines = vec![line(desk, &w)];
    let mut about = Vec::new();
    about.extend(w.town.as_deref().map(|town| chat!("乡镇 {}", said(TownName::new(town)))));
    about.extend(w.voucher_no.as_deref().map(|no| chat!("凭证 {}", said(VoucherNo::new(no)))));
    about.extend(w.doc_no.as_deref().map(|no| chat!("文号 {}", DocNo::new(no))));
    about.extend(w.business_date.map(|date: NaiveDate| chat!("日期 {}", date)));
    about.push(chat!("共 {} 条", w.items));
    if w.backlog {
        about.push(chat!("存量"));
    }
    lines.push(chat!("   {}", ChatSafe::list(about)));
    lines.push(chat!("   经办 {}", mention(person(w.handler).as_ref())));
    if let Some(parent) = w.parent {
        lines.push(chat!("   同一事项此前的预警:{}", no(parent)));
    }
    for t in transition::of(&desk.store, number).await? {
        let who = person(t.actor).map(|who| chat!("  {}", mention(Some(&who)))).unwrap_or_default();
        lines.push(chat!("   {} {}({} {}){}", t.at, how(t.how), sign(t.to.0.light()), t.to.0, who));
    }
    let seen = reveal::count(&desk.store, number).await?;
    if seen > 0 {
        lines.push(chat!("   全文查看 {} 次", seen));
    }
    if w.state.is_open() {
        lines.push(match w.state.open_level() {
            Some(Level::Bell) => chat!("下一步:办好业务后用 /预警 办结 {} 填写。", no(number)),
            Some(Level::Yellow) => chat!("下一步:核实后用 /核实 {} 填写。", no(number)),
            Some(Level::Red) | None => chat!("下一步:督促纠正后用 /纠正 {} 填写。", no(number)),
        });
    }
    Ok(ChatSafe::lines(lines).into())
}

pub(super) fn how(how: Move) -> ChatSafe {
    match how {
        Move::Fired => chat!("触发"),
        Move::Rose => chat!("升级"),
        Move::Claimed => chat!("认领"),
        Move::Assigned => chat!("转办"),
        Move::Reassigned => chat!("改派"),
        Move::Finished => chat!("办结"),
        Move::VerifiedNormal => chat!("核实为正常"),
        Move::VerifiedViolation => chat!("核实为违规"),
        Move::Corrected => chat!("纠正"),
        Move::Reversed => chat!("所涉支付有退款、更正或撤销"),
        Move::Ceased => chat!("原因已消除,自动办结"),
    }
}
