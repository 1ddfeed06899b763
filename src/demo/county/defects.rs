//! What goes wrong in this month, each on purpose and written into the plan.

use chrono::{DateTime, TimeDelta, Utc};
use rand::RngExt;
use serde_json::json;

use super::funds::{FUNDS, add};
use super::payments::{Draft, Seat, batch};
use super::people::Person;
use super::{Level, Story, TREASURY, local, time, yuan};

/// Plants everything that is not a share of the usual lines.
pub(super) fn plant(story: &mut Story) {
    let project = FUNDS.iter().position(|f| !f.to_persons).unwrap_or(0);
    let child = story.children.iter().position(|c| c.fund == project).unwrap_or(0);
    refunds(story, child);
    duplicates(story, child);
    cash(story, child);
    beyond(story, project);
    unmatched(story, project);
    twice(story);
}

/// 退款: a firm sends all of it back a day later, and 1 % of the payments is about six. Most are paid again once the account is right.
fn refunds(story: &mut Story, child: usize) {
    for number in 0..6 {
        let again = number < 4;
        let at = local(story.month.day(if again { 5 + 3 * number } else { number + 1 }), 10);
        let draft = Draft { at, ..Draft::project(story, child) };
        let original = draft.pay(story, None);
        let voucher = story.voucher();
        let at = draft.at + TimeDelta::days(1);
        let data =
            json!({ "voucher_no": voucher, "original_voucher_no": original, "refunded_at": time(at), "amount": yuan(draft.amount), "reason": "账号有误退回" });
        story.tell(at, TREASURY, "payment.refunded", data);
        if again {
            let account = Draft::project(story, child).account;
            Draft { at: at + TimeDelta::days(2), account, ..draft }.pay(story, None);
            story.plant("退款后重新支付", None, &original);
        } else {
            story.plant("退款未重新支付", Some(("ZC16", Level::Yellow)), &original);
        }
    }
}

/// 疑似重复: the same account, amount and allocation two days later.
fn duplicates(story: &mut Story, child: usize) {
    for _ in 0..2 {
        let mut draft = Draft::project(story, child);
        draft.pay(story, None);
        draft.at += TimeDelta::days(2);
        let again = draft.pay(story, None);
        story.plant("疑似重复支付", Some(("ZC09", Level::Yellow)), &again);
    }
}

/// 现金: too much to a person and to a unit, and one sum cut into three.
fn cash(story: &mut Story, child: usize) {
    let person = Person::new(&mut story.rng, &mut story.ids);
    let unit = "霍山县众诚商贸有限公司".to_owned();
    for (day, payee, account, fen, light) in
        [(9, person.name, person.account, 150_000, Level::Yellow), (10, unit, "3405016000000000077".to_owned(), 200_000, Level::Red)]
    {
        let at = local(story.month.day(day), 10);
        let voucher = in_cash(at, child, payee, account, fen).pay(story, None);
        story.plant("现金超过结算起点", Some(("ZC01", light)), &voucher);
    }
    let person = Person::new(&mut story.rng, &mut story.ids);
    let mut last = String::new();
    for (hour, fen) in [(9, 88_000), (11, 90_000), (15, 92_000)] {
        let at = local(story.month.day(15), hour);
        last = in_cash(at, child, person.name.clone(), person.account.clone(), fen).pay(story, None);
    }
    story.plant("拆分现金支付", Some(("ZC10", Level::Yellow)), &last);
}

fn in_cash(at: DateTime<Utc>, child: usize, payee: String, account: String, amount: i64) -> Draft {
    Draft { at, child: Some(child), payee, account, amount, purpose: "临时用工劳务费", settlement: "现金", with: json!({}) }
}

/// 超指标: one allocation is overdrawn; another would have been, had what was asked for been paid.
fn beyond(story: &mut Story, fund: usize) {
    let small = add(story, fund, Some(10_000_000));
    let mut last = String::new();
    for day in [11, 14] {
        let draft = Draft { at: local(story.month.day(day), 10), amount: 6_000_000, ..Draft::project(story, small) };
        last = draft.pay(story, None);
    }
    story.plant("超指标支付", Some(("ZC08", Level::Red)), &last);

    let tight = add(story, fund, Some(5_000_000));
    let draft = Draft { amount: 8_000_000, ..Draft::project(story, tight) };
    let application = draft.request(story, draft.at);
    story.plant("申请将超指标", Some(("ZC08", Level::Bell)), &application);
}

/// 无指标: two payments that name no allocation, one paid before its allocation was registered.
fn unmatched(story: &mut Story, fund: usize) {
    for day in [8, 12] {
        let fen = 1_000_000 + story.rng.random_range(1..100) * 100;
        let draft = Draft { at: local(story.month.day(day), 14), child: None, amount: fen, ..Draft::project(story, 0) };
        let voucher = draft.pay(story, None);
        story.plant("无对应指标", Some(("ZC13", Level::Red)), &voucher);
    }
    let late = add(story, fund, None);
    let (received_on, registered_on) = (story.month.day(13), story.month.day(19));
    if let Some(child) = story.children.get_mut(late) {
        (child.received_on, child.registered_on) = (received_on, registered_on);
    }
    let draft = Draft { at: local(story.month.day(13), 14), ..Draft::project(story, late) };
    let voucher = draft.pay(story, None);
    story.plant("先支付后登记", Some(("ZC13", Level::Yellow)), &voucher);
}

/// 重复发放: people of the register's far end, whom the usual batches do not reach in this fund, twice in one batch and again in another.
fn twice(story: &mut Story) {
    let fund = FUNDS.iter().rposition(|f| f.to_persons).unwrap_or(0);
    let child = story.children.iter().position(|c| c.fund == fund).unwrap_or(0);
    let month = story.month;
    let at = |day| local(month.day(day), 10);
    let few: Vec<Seat> = story.people.iter().rev().filter(|p| !p.deceased).take(12).cloned().map(Seat::from).collect();
    let (first, second) = few.split_at(few.len() / 2);
    let inside: Vec<Seat> = first.iter().chain(first.first()).cloned().collect();
    let voucher = batch(story, at(16), child, &inside);
    story.plant("同批重复发放", Some(("DR06", Level::Red)), &voucher);
    batch(story, at(17), child, second);
    let across: Vec<Seat> = second.iter().take(2).cloned().collect();
    let voucher = batch(story, at(19), child, &across);
    story.plant("跨批重复发放", Some(("DR06", Level::Yellow)), &voucher);
}
