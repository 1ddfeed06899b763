//! Warnings go out to Discord: one message a warning, edited as it moves, whatever goes wrong on the way.

mod called;
mod killed;
mod life;
mod rest;
mod trouble;

use std::num::NonZeroU64;

use jingling::config::Snowflake;
use jingling::store::account::{self, Binding};

use crate::harness::discord::{FakeDiscord, Message, Person};
use crate::harness::{Event, Office, allocation, payment, scan};

/// Two payments alike: a yellow light for 社保股.
async fn pays_twice(office: &mut Office) {
    office.allocates(allocation("ZB-1", "100000.00")).await;
    office.allocates(scan("ZB-1")).await;
    for voucher in ["PZ-1", "PZ-2"] {
        office.pays(payment(voucher, "4800.00").with("payee_account", "6217000001")).await;
    }
}

/// In cash, and too much of it: a yellow light of its own.
fn cash(n: usize) -> Event {
    payment(&format!("PZ-{n}"), "2000.00").with("settlement", "现金").with("payee_name", "汪桂兰")
}

/// To a company: a red one.
fn cash_to_a_company(n: usize) -> Event {
    cash(n).with("payee_name", "霍山县佛子岭镇茶叶有限公司")
}

/// 张敏 and the like have an account on Discord, and it is bound to them.
async fn is_bound(office: &Office, discord: &FakeDiscord, name: &str) -> Person {
    let (person, now) = (discord.member(name), office.clock.now());
    account::offer(office.store(), now, name, "code").await.unwrap();
    let bound = account::redeem(office.store(), now, Snowflake(NonZeroU64::new(person.id).unwrap()), "code").await.unwrap();
    assert!(matches!(bound, Binding::Bound(_)), "{bound:?}");
    person
}

/// Message by message: what it answers, what it says, whose telephone it rang, how often it was edited.
pub fn told(messages: &[Message]) -> String {
    let line = |message: &Message| {
        let reply = message.reply_to.and_then(|to| messages.iter().position(|other| other.id == to)).map_or_else(String::new, |to| format!("(to {}) ", to + 1));
        let edits = if message.edits > 0 { format!("\n(edited {})", message.edits) } else { String::new() };
        let rang = if message.pings.is_empty() { String::new() } else { format!("\n(rang {})", message.pings.join(", ")) };
        format!("{reply}{message}{edits}{rang}")
    };
    messages.iter().map(line).collect::<Vec<_>>().join("\n\n")
}

/// Which warnings the messages of a channel are about, in their order.
fn numbers(discord: &FakeDiscord, channel: &str) -> Vec<usize> {
    let number = |message: &Message| message.content.split_once("YJ2026-")?.1.get(..6)?.parse().ok();
    discord.messages(channel).iter().filter_map(number).collect()
}

const VIOLATION: &str = "/核实 1 违规 调阅材料 情况=同一张发票付了两次 材料=支付凭证和发票 违规类型=其他 整改要求=退回多付的款项 整改期限=12-7";
const CORRECTED: &str = "/纠正 1 今天 情况=多付款项已退回国库 督促=电话督促两次 金额=4800.00 凭证=TK-1";
