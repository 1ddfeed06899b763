//! `/支付 查询`: payments in chat-safe lines; of one, at the terminal, also to whom, masked.

use commands::Payments;

use super::ledger::{MOST, offset, owner, reads_ledger};
use super::scope::called;
use super::{Account, Actor, Declined, Desk, Reply, section_name};
use crate::chat;
use crate::delivery::card::{said, sign};
use crate::domain::record::{allocation as allocations, payment as slots};
use crate::domain::{ChatSafe, Entity, FullDate, Money, Record, TownName, VoucherNo};
use crate::store::payment::{self, Filter, Owned};
use crate::store::{allocation, warning};

pub(super) async fn list(desk: &Desk, actor: &Actor, asked: &Payments) -> Result<Reply, Declined> {
    let allocations = match &asked.allocation {
        None => None,
        Some(named) => {
            let mine = |record: &Record| reads_ledger(actor) || actor.staff.section == desk.orders.settings.route(record.text(allocations::SECTION));
            let found = allocation::named(&desk.store, named.as_str()).await?;
            let ids: Vec<String> =
                found.iter().filter(|(record, _)| mine(record)).map(|(record, _)| record.text(allocations::ALLOCATION_ID).to_owned()).collect();
            if ids.is_empty() {
                return Err(chat!("没有这条指标,或者它不归您所在的股室。请核对文号或编号,用 /台账 查询 查看。").into());
            }
            Some(ids)
        }
    };
    let numbered = asked.voucher.as_ref().map(|voucher| voucher.as_str().to_owned());
    let filter = Filter { owner: owner(desk, actor, asked.section.as_ref())?, on: asked.on, allocations, numbered };
    let mut found = payment::list(&desk.store, &filter, offset(asked.page), MOST + 1).await?;
    if let (Some(_), [one]) = (&filter.numbered, found.as_slice()) {
        return show(desk, actor, one).await;
    }
    if found.is_empty() {
        return Ok(match (&filter.numbered, asked.page.get()) {
            (Some(_), _) => chat!("没有这笔支付,或者它不归您所在的股室。请核对凭证号。"),
            (None, 1) => chat!("没有符合条件的支付。"),
            (None, page) => chat!("没有第 {} 页。", page),
        }
        .into());
    }
    let more = i64::try_from(found.len()).is_ok_and(|count| count > MOST);
    found.truncate(usize::try_from(MOST).unwrap_or(15));
    let mut lines: Vec<ChatSafe> = found.iter().map(|owned| line(desk, owned)).collect();
    if more {
        lines.push(chat!("还有更多,看下一页加 页={}。也可加 日期=…、文号=…、股室=… 缩小范围。", asked.page.get() + 1));
    }
    Ok(ChatSafe::lines(lines).into())
}

/// Its number; of what is only requested, that of the application.
fn number(record: &Record) -> ChatSafe {
    match record.get(slots::VOUCHER_NO).as_text() {
        Some(no) => said(VoucherNo::new(no)),
        None => chat!("申请 {}", said(VoucherNo::new(record.text(slots::APPLICATION_NO)))),
    }
}

fn standing(record: &Record) -> ChatSafe {
    match (record.text(slots::PAYMENT_KIND), record.text(slots::STAGE)) {
        ("退款", _) => chat!("退款"),
        ("更正", _) => chat!("更正"),
        ("撤销", _) => chat!("撤销"),
        (_, "复核") => chat!("已复核"),
        (_, "支付") => chat!("已支付"),
        _ => chat!("已申请"),
    }
}

fn line(desk: &Desk, (record, section): &Owned) -> ChatSafe {
    let settings = &desk.orders.settings;
    let date = record.get(slots::PAID_ON).as_date().map(|on| chat!("{}", FullDate(on))).unwrap_or_default();
    let amount = record.get(slots::AMOUNT).as_money().unwrap_or(Money::ZERO);
    let section = section_name(settings, settings.route(section.as_deref().unwrap_or_default()));
    let reversed = record.get(slots::REVERSED).as_money().filter(|taken| *taken != Money::ZERO);
    let reversed = reversed.map(|taken| chat!("  已冲销 {} 元", taken)).unwrap_or_default();
    chat!("{}  {}  {}  {} 元  {}{}", number(record), date, section, amount, standing(record), reversed)
}

async fn show(desk: &Desk, actor: &Actor, owned: &Owned) -> Result<Reply, Declined> {
    let record = &owned.0;
    let mut lines = vec![line(desk, owned)];
    if let Some(town) = record.get(slots::TOWN).as_text() {
        lines.push(chat!("乡镇 {}", said(TownName::new(town))));
    }
    if let Some(id) = record.get(slots::ALLOCATION_ID).as_text() {
        let from = allocation::named(&desk.store, id).await?;
        lines.push(match from.first() {
            Some((from, _)) => chat!("指标 {}", called(from)),
            None => chat!("指标 还没有收到"),
        });
    }
    if let Some(original) = record.get(slots::ORIGINAL_VOUCHER_NO).as_text() {
        lines.push(chat!("原凭证 {}", said(VoucherNo::new(original))));
    }
    for w in warning::of_record(&desk.store, Entity::Payment, &record.key).await? {
        if actor.may_read(&w.section) {
            lines.push(chat!("预警 {} {}  {}", sign(w.state.light()), crate::delivery::card::no(w.no), w.state));
        }
    }
    let shown = ChatSafe::lines(lines);
    if actor.account != Account::Console {
        return Ok(shown.into());
    }
    let masked = [
        ("收款人", slots::PAYEE_MASKED),
        ("收款账号", slots::ACCOUNT_TAIL),
        ("用途", slots::PURPOSE),
        ("结算方式", slots::SETTLEMENT),
        ("支付方式", slots::METHOD),
    ];
    let masked = masked.iter().filter(|(_, slot)| !record.get(*slot).is_empty()).map(|(label, slot)| format!("\n{label} {}", record.text(*slot)));
    Ok(Reply::Private(shown.to_string() + &masked.collect::<String>()))
}
