//! What goes wrong in single payments of this month, each on purpose and written into the plan.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

use super::funds::{FUNDS, add};
use super::payments::Draft;
use super::people::Person;
use super::{Level, Story, local};

/// Plants a payment or two for each rule about how money is spent.
pub(super) fn plant(story: &mut Story) {
    let fund = FUNDS.iter().position(|f| !f.to_persons).unwrap_or(0);
    let child = story.children.iter().position(|c| c.fund == fund).unwrap_or(0);
    to_the_wrong_account(story, child);
    for (what, rule, level, day, purpose, with) in [
        ("列支负面清单", "ZC03", Level::Yellow, 6, "偿还债务", json!({})),
        ("列支三公经费", "ZC04", Level::Red, 7, "项目验收接待费", json!({ "economic_code": "50206" })),
        ("用途没有汉字", "ZC05", Level::Bell, 8, "GCK-2026-10", json!({})),
        ("没有收款账号", "ZC06", Level::Yellow, 9, "材料采购款", json!({ "payee_account": null })),
        ("项目不在项目库", "ZC18", Level::Yellow, 12, "工程进度款", json!({ "project_code": "XM9001" })),
    ] {
        let voucher = draft(story, local(story.month.day(day), 10), child, 3_000_000, purpose, with).pay(story, None);
        story.plant(what, Some((rule, level)), &voucher);
    }
    before_it_is_paid(story, child);
    to_a_person(story, child);
    for_managing(story, fund);
}

fn draft(story: &mut Story, at: DateTime<Utc>, child: usize, amount: i64, purpose: &'static str, with: Value) -> Draft {
    Draft { at, amount, purpose, with, ..Draft::project(story, child) }
}

fn to_the_wrong_account(story: &mut Story, child: usize) {
    for (day, payee) in [(6, "霍山县财政局农业专项资金专户"), (13, "霍山县佛子岭镇人民政府")] {
        let at = local(story.month.day(day), 15);
        let voucher = draft(story, at, child, 2_500_000, "项目资金", json!({ "payee_name": payee })).pay(story, None);
        story.plant("划转专户或实有账户", Some(("ZC02", Level::Yellow)), &voucher);
    }
}

/// One is asked for that had better not be paid, one is told the day before it was paid.
fn before_it_is_paid(story: &mut Story, child: usize) {
    let at = local(story.month.day(14), 9);
    let application = draft(story, at, child, 9_800_000, "购车款", json!({})).request(story, at);
    story.plant("申请列支负面清单", Some(("ZC03", Level::Bell)), &application);

    let at = local(story.month.day(15), 10);
    let voucher = draft(story, at, child, 1_600_000, "监理费", json!({})).pay_told(story, at - TimeDelta::days(1), None);
    story.plant("先报送后支付", Some(("ZC07", Level::Bell)), &voucher);
}

fn to_a_person(story: &mut Story, child: usize) {
    let person = Person::new(&mut story.rng, &mut story.ids);
    let at = local(story.month.day(16), 10);
    let with = json!({ "payee_name": person.name, "payee_account": person.account });
    let voucher = draft(story, at, child, 1_200_000, "工程款", with).pay(story, None);
    story.plant("单位资金付给个人", Some(("ZC12", Level::Yellow)), &voucher);
}

/// Two parts of a hundred where one is allowed.
fn for_managing(story: &mut Story, fund: usize) {
    let child = add(story, fund, Some(20_000_000));
    let at = local(story.month.day(19), 10);
    let voucher = draft(story, at, child, 400_000, "项目管理费", json!({})).pay(story, None);
    story.plant("超比例列支项目管理费", Some(("ZC17", Level::Red)), &voucher);
}
