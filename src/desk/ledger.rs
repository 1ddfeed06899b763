//! `/台账 查询|未识别|项目`: the master ledger as the office reads it (总台账, part 2 (二)); what changes the identification is in `scope`.

use commands::ledger::{Asked, Ledger};
use commands::{Command, Count, Flag, SectionKind, Text};

use super::scope::called;
use super::{Actor, Declined, Desk, Reply, deed, now, scope, section_called, section_name};
use crate::chat;
use crate::delivery::card::said;
use crate::domain::record::allocation as slots;
use crate::domain::scope::flag;
use crate::domain::{ChatSafe, DocNo, FullDate, Money, Percent, ProgrammeName};
use crate::store::allocation::{self, Filter, Owner, Paid};
use crate::store::{Entry, StoreError, Turn};
use crate::watch::{InForce, Orders};

/// As many as fit a message.
pub(super) const MOST: i64 = 15;

pub(super) async fn act(desk: &Desk, actor: &Actor, command: Ledger) -> Result<Reply, Declined> {
    match command {
        Ledger::List(asked) => list(desk, actor, &asked).await,
        Ledger::Unidentified { page } => unidentified(desk, actor, page).await,
        Ledger::Mark(mark) => deed::act(desk, actor, Command::Ledger(Ledger::Mark(mark.clone())), &mark).await,
        Ledger::Scope { allocation } => scope::show(desk, actor, allocation.as_ref().map(Text::as_str)).await,
        Ledger::Define(define) => deed::act(desk, actor, Command::Ledger(Ledger::Define(define.clone())), &define).await,
        Ledger::Programme => Ok(programme(desk).await?),
    }
}

pub(super) async fn replay(turn: &mut Turn, orders: &Orders, entry: &Entry, command: &Ledger) -> Result<(), StoreError> {
    match command {
        Ledger::Mark(mark) => deed::replay(turn, orders, entry, mark).await,
        Ledger::Define(define) => deed::replay(turn, orders, entry, define).await,
        Ledger::List(_) | Ledger::Unidentified { .. } | Ledger::Scope { .. } | Ledger::Programme => Ok(()),
    }
}

/// Whether they read the whole ledger: whoever reads all, and those who keep it or review by it (预算股, 评审中心).
pub(super) fn reads_ledger(actor: &Actor) -> bool {
    actor.reads_all() || matches!(actor.kind, Some(SectionKind::Budget | SectionKind::ReviewCenter))
}

/// Whose records the asker sees: their own section's, or all, or those of the section they name.
pub(super) fn owner(desk: &Desk, actor: &Actor, named: Option<&Text>) -> Result<Option<Owner>, Declined> {
    let settings = &desk.orders.settings;
    let code = match named {
        None if reads_ledger(actor) => return Ok(None),
        None => actor.staff.section.clone(),
        Some(name) => section_called(settings, name.as_str())?.code.clone(),
    };
    if code != actor.staff.section && !reads_ledger(actor) {
        return Err(chat!("您只能查看本股室的资金。").into());
    }
    Ok(Some(Owner::of(settings, &code)))
}

/// How many come before this page.
pub(super) fn offset(page: Count) -> i64 {
    (i64::from(page.get()) - 1) * MOST
}

async fn list(desk: &Desk, actor: &Actor, asked: &Asked) -> Result<Reply, Declined> {
    let filter = Filter {
        owner: owner(desk, actor, asked.section.as_ref())?,
        tier: asked.tier,
        year: asked.year.map(Count::get),
        doc_no: asked.doc_no.as_ref().map(|doc| DocNo::new(doc.as_str())),
        flag: asked.flag,
        from_above: false,
    };
    let totals = allocation::totals(&desk.store, &filter).await?;
    if totals.count == 0 {
        return Ok(chat!("没有符合条件的指标。").into());
    }
    let word = |text: &str| said(ProgrammeName::new(text));
    let mut lines = vec![
        chat!("{}  {} 条", word(&desk.orders.settings.programme.ledger), totals.count),
        chat!("指标 {} 元  已分配 {} 元  已支付 {} 元  进度 {}", totals.amount, totals.distributed, totals.paid, progress(totals.paid, totals.amount)),
    ];
    let found = allocation::list(&desk.store, &filter, offset(asked.page), MOST).await?;
    lines.extend(found.iter().map(|paid| line(desk, paid)));
    lines.extend(pages(asked.page, found.len(), totals.count));
    Ok(ChatSafe::lines(lines).into())
}

/// What share of the one the other is; of nothing, none.
pub(super) fn progress(part: Money, whole: Money) -> Percent {
    let fen = |amount: Money| u64::try_from(amount.fen()).unwrap_or(0);
    Percent::of(fen(part), fen(whole))
}

/// Which page this is, if there are more.
pub(super) fn pages(page: Count, shown: usize, total: i64) -> Option<ChatSafe> {
    let last = (total + MOST - 1) / MOST;
    if shown == 0 {
        return Some(chat!("没有第 {} 页,一共 {} 页。", page.get(), last));
    }
    (last > 1).then(|| chat!("第 {} 页,共 {} 页。看别的页加 页=2。", page.get(), last))
}

/// One line of a list: no name of a fund, for names are not for chat.
pub(super) fn line(desk: &Desk, (record, paid): &Paid) -> ChatSafe {
    let section = section_name(&desk.orders.settings, desk.orders.settings.route(record.text(slots::SECTION)));
    let amount = record.get(slots::AMOUNT).as_money().unwrap_or(Money::ZERO);
    chat!("{}  {}  金额 {} 元  已支付 {} 元  {}", called(record), section, amount, paid, flag(record))
}

/// Funds from above that nobody has identified yet, the longest waiting first.
async fn unidentified(desk: &Desk, actor: &Actor, page: Count) -> Result<Reply, Declined> {
    let filter = Filter { owner: owner(desk, actor, None)?, flag: Some(Flag::Unidentified), from_above: true, ..Filter::default() };
    let totals = allocation::totals(&desk.store, &filter).await?;
    if totals.count == 0 {
        return Ok(chat!("上级下达的资金都已识别。").into());
    }
    let (_, today) = now(desk);
    let found = allocation::list(&desk.store, &filter, offset(page), MOST).await?;
    let mut lines = vec![chat!("上级下达、未识别是否扶贫的资金 {} 条,{} 元", totals.count, totals.amount)];
    lines.extend(found.iter().map(|(record, _)| {
        let received = record.get(slots::RECEIVED_ON).as_date();
        let since = received.map(|on| chat!("  {} 收到,已 {} 天", FullDate(on), (today - on).num_days())).unwrap_or_default();
        let section = section_name(&desk.orders.settings, desk.orders.settings.route(record.text(slots::SECTION)));
        chat!("{}  {}  金额 {} 元{}", called(record), section, record.get(slots::AMOUNT).as_money().unwrap_or(Money::ZERO), since)
    }));
    lines.push(if actor.kind == Some(SectionKind::Agriculture) {
        chat!("用 /台账 认定 逐条认定,或用 /台账 界定 按资金名称、科目、项目一并界定。")
    } else {
        chat!("由农业股认定;归口股室可用 /台账 认定 提出。")
    });
    lines.extend(pages(page, found.len(), totals.count));
    Ok(ChatSafe::lines(lines).into())
}

/// What this office watches.
async fn programme(desk: &Desk) -> Result<Reply, StoreError> {
    let orders = desk.orders_now().await?;
    let programme = &orders.settings.programme;
    let codes = if programme.function_codes.is_empty() { "不限".to_owned() } else { programme.function_codes.join("、") };
    let state = |r: &InForce| if r.rule.enabled { "" } else { "(停用)" };
    let rules: Vec<String> = orders.rules.iter().map(|r| format!("{} {}{}", r.rule.code, r.rule.name, state(r))).collect();
    Ok(Reply::Sheet(format!(
        "资金项目:{}\n资金:{}\n对象名册:{}\n总台账:{}\n允许的功能科目:{codes}\n规则:{}",
        programme.name,
        programme.funds,
        programme.people,
        programme.ledger,
        rules.join("、")
    )))
}
