//! `/指标 查询`: one allocation with its chain; how it is entered by hand is in `receive`.

use commands::allocation::Allocation;
use commands::{Command, Tier};

use super::deed::{self, Scene};
use super::ledger::{progress, reads_ledger};
use super::scope::called;
use super::{Account, Actor, Declined, Desk, Reply, section_name};
use crate::chat;
use crate::delivery::card::{no, said, sign};
use crate::domain::record::allocation as slots;
use crate::domain::scope::{MarkedBy, flag};
use crate::domain::{AllocationId, ChatSafe, DocNo, FullDate, Money, Record, RuleName};
use crate::store::allocation::{self, Paid};
use crate::store::{Entry, StoreError, Turn, warning};
use crate::watch::Orders;

/// As many of a chain as fit a message.
const MOST: i64 = 8;

pub(super) async fn act(desk: &Desk, actor: &Actor, command: Allocation) -> Result<Reply, Declined> {
    match command {
        Allocation::Show { allocation } => show(desk, actor, allocation.as_str()).await,
        Allocation::Register(received) => deed::act(desk, actor, Command::Allocation(Allocation::Register(received.clone())), &*received).await,
    }
}

pub(super) async fn replay(turn: &mut Turn, orders: &Orders, entry: &Entry, command: &Allocation) -> Result<(), StoreError> {
    match command {
        Allocation::Register(received) => deed::replay(turn, orders, entry, &**received).await,
        Allocation::Show { .. } => Ok(()),
    }
}

/// The one that is meant, of those the asker may know.
fn only(mut found: Vec<Paid>, may_know: impl Fn(&Record) -> bool) -> Result<Paid, ChatSafe> {
    found.retain(|(record, _)| may_know(record));
    if found.len() > 1 {
        let ids = ChatSafe::list(found.iter().map(|(record, _)| said(AllocationId::new(record.text(slots::ALLOCATION_ID)))));
        return Err(chat!("这个文号有 {} 条指标,请写明指标编号:{}。", found.len(), ids));
    }
    found.pop().ok_or_else(|| chat!("没有这条指标,或者它不归您所在的股室。请核对文号或编号,用 /台账 查询 查看。"))
}

/// The allocation people mean, as last committed.
pub(super) async fn one(desk: &Desk, actor: &Actor, named: &str) -> Result<Paid, Declined> {
    let mine = |record: &Record| reads_ledger(actor) || actor.staff.section == desk.orders.settings.route(record.text(slots::SECTION));
    Ok(only(allocation::named(&desk.store, named).await?, mine)?)
}

/// The allocation people mean as the turn sees it, for whoever may identify it: 农业股 any, others their section's.
pub(super) async fn target(scene: &mut Scene<'_>, named: &str) -> Result<Record, Declined> {
    let found = allocation::named_in(&mut scene.turn.tx, scene.turn.office, named).await?;
    let leads = scene.actor.section == scene.orders.settings.leading();
    let mine = |record: &Record| leads || scene.actor.section == scene.orders.settings.route(record.text(slots::SECTION));
    Ok(only(found, mine)?.0)
}

/// One allocation: where it comes from, where it went, what was paid, what was lit.
async fn show(desk: &Desk, actor: &Actor, named: &str) -> Result<Reply, Declined> {
    let (record, paid) = one(desk, actor, named).await?;
    let settings = &desk.orders.settings;
    let date = |label: ChatSafe, slot: usize| record.get(slot).as_date().map(|on| chat!("{} {}", label, FullDate(on)));
    let amount = record.get(slots::AMOUNT).as_money().unwrap_or(Money::ZERO);
    let tier = Tier::from_name(record.text(slots::TIER)).map(|tier| chat!("  {}", tier)).unwrap_or_default();
    let mut lines = vec![
        chat!("{}  {}{}", called(&record), section_name(settings, settings.route(record.text(slots::SECTION))), tier),
        chat!("金额 {} 元  已支付 {} 元  进度 {}", amount, paid, progress(paid, amount)),
        match MarkedBy::of(&record) {
            Some(MarkedBy::Source) => chat!("标识 {}(来源)", flag(&record)),
            Some(MarkedBy::Scope) => chat!("标识 {}(按口径)", flag(&record)),
            Some(MarkedBy::Person) => chat!("标识 {}(认定)", flag(&record)),
            None => chat!("标识 {}", flag(&record)),
        },
    ];
    let days = [(chat!("收到"), slots::RECEIVED_ON), (chat!("登记"), slots::REGISTERED_ON), (chat!("分配"), slots::DISTRIBUTED_ON)];
    lines.push(ChatSafe::list(days.into_iter().filter_map(|(label, slot)| date(label, slot))));
    lines.push(if record.get(slots::HAS_SCAN).is_true() { chat!("扫描件 有") } else { chat!("扫描件 无") });
    lines.retain(|line| !line.is_empty());
    if let Some(parent) = record.get(slots::PARENT_ID).as_text() {
        let parents = allocation::named(&desk.store, parent).await?;
        let known = parents.first().map(|(parent, _)| called(parent));
        lines.push(chat!("上级指标 {}", known.unwrap_or_else(|| said(AllocationId::new(parent)))));
    } else if let Some(doc) = record.get(slots::PARENT_DOC_NO).as_text() {
        lines.push(chat!("上级文号 {}", DocNo::new(doc)));
    }
    let children = allocation::children(&desk.store, record.text(slots::ALLOCATION_ID), MOST + 1).await?;
    lines.extend(children.iter().take(8).map(|child| chat!("下达 {}", super::ledger::line(desk, child))));
    if children.len() > 8 {
        lines.push(chat!("下达的还有更多。"));
    }
    let warnings = warning::of_document(&desk.store, record.text(slots::DOC_NO_NORMAL), MOST).await?;
    let seen = warnings.iter().filter(|w| actor.may_read(&w.section));
    lines.extend(seen.map(|w| chat!("预警 {} {} {}  {}", sign(w.state.light()), no(w.no), said(RuleName::new(&w.rule_name)), w.state)));
    let shown = ChatSafe::lines(lines);
    if actor.account != Account::Console {
        return Ok(shown.into());
    }
    // names of funds and projects are for the bureau's own terminal
    let named = [("资金名称", slots::FUND_NAME), ("功能科目", slots::FUNCTION_CODE), ("项目", slots::PROJECT_NAME), ("标题", slots::TITLE)];
    let named = named.iter().filter(|(_, slot)| !record.get(*slot).is_empty()).map(|(label, slot)| format!("\n{label} {}", record.text(*slot)));
    Ok(Reply::Private(shown.to_string() + &named.collect::<String>()))
}
