//! Running totals say what a count of the whole ledger says: after any sequence of events, however it is cut, on either database, under whatever rules.

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, TestRunner};
use serde_json::json;
use tokio::runtime::Runtime;

use std::collections::BTreeMap;

use jingling::binds;
use jingling::domain::Entity;
use jingling::rebuild::rebuild;
use jingling::rules::{Tally, TotalKey};
use jingling::store::setting::{self, Setting};
use jingling::store::{Store, ledger, staff, total};
use jingling::watch::Orders;

use crate::grouping::{SINGLY, TOGETHER, run};
use crate::place::Place;
use crate::tale::{Step, sequences, told};
use crate::world::{OFFICE, Parcel, World, differences, hours, keyring};

/// What the rules in force ask for, counted from the first record to the last.
async fn recount(store: &Store) -> Vec<(i64, TotalKey, Tally)> {
    let mut turn = store.turn().await.unwrap();
    let orders = Orders::read(&mut turn).await.unwrap();
    let mut counted: BTreeMap<(i64, TotalKey), Tally> = BTreeMap::new();
    for entity in Entity::ALL {
        for record in ledger::after(&mut turn.tx, OFFICE, entity, "", i64::MAX).await.unwrap() {
            for total in orders.totals.iter() {
                if let Some(part) = total.part(&record) {
                    counted.entry((total.id, part.key)).or_default().add(part.amount);
                }
            }
        }
    }
    counted.into_iter().map(|((id, key), tally)| (id, key, tally)).collect()
}

fn payment(voucher: &str, rest: &serde_json::Value) -> String {
    let mut data = json!({"voucher_no": voucher, "allocation_id": "A1", "paid_at": "2026-11-02T10:00:00+08:00", "amount": "600", "settlement": "现金", "payee_account": "6200001"});
    data.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
    told("payment.paid", &data)
}

async fn tells(world: &World, id: &str, line: String) {
    world.deliver(&[Parcel::single(id, line, world.clock.now())]).await;
    assert_eq!(total::all(&world.store).await.unwrap(), recount(&world.store).await, "after {id}");
}

/// Sum of the total whose meaning begins so.
async fn sums(world: &World, meaning: &str) -> Vec<(i64, i64, String)> {
    let text =
        "SELECT t.count, t.amounts, t.sum FROM total t JOIN total_fact f ON f.office_id = t.office_id AND f.id = t.fact WHERE f.meaning LIKE $1 ORDER BY t.key";
    let rows = world.store.db.fetch(text, binds![format!("{meaning}%")]).await.unwrap();
    rows.iter().map(|row| (row.int(0).unwrap(), row.int(1).unwrap(), row.text(2).unwrap().to_owned())).collect()
}

const PAID: &str = "payment by allocation_id add net";

#[test]
fn totals_are_what_a_recount_finds() {
    let rt = Runtime::new().unwrap();
    let (file, server) = rt.block_on(async { (Place::file().await, Place::server().await) });
    let mut runner = TestRunner::new(Config { cases: 24, failure_persistence: None, max_shrink_iters: 300, ..Config::default() });
    let outcome = runner.run(&(sequences(1..=48), any::<u64>()), |(steps, cuts)| {
        rt.block_on(async {
            for (place, cuts) in [(Some(&file), SINGLY), (Some(&file), TOGETHER), (Some(&file), cuts), (server.as_ref(), cuts)] {
                let Some(place) = place else { continue };
                let (world, _) = run(place, &steps, cuts).await;
                prop_assert_eq!(total::all(&world.store).await.unwrap(), recount(&world.store).await, "cut at {:b} in {}", cuts, place.url);
            }
            Ok(())
        })
    });
    rt.block_on(async {
        for place in [Some(file), server].into_iter().flatten() {
            place.clear().await;
        }
    });
    outcome.unwrap_or_else(|failure| panic!("{failure}"));
}

#[tokio::test]
async fn what_is_taken_back_moved_or_not_paid_yet_counts_no_more() {
    for place in Place::all().await {
        let world = World::begin(&place).await;
        let time = "2026-11-03T10:00:00+08:00";
        let paid = |count: i64, fen: i64| vec![(count, count, fen.to_string())];
        tells(&world, "p1", payment("P1", &json!({}))).await;
        tells(&world, "p2", payment("P2", &json!({"amount": "400.01"}))).await;
        assert_eq!(sums(&world, PAID).await, paid(2, 100_001));
        tells(&world, "asked", told("payment.requested", &json!({"application_no": "S1", "allocation_id": "A1", "requested_at": time, "amount": "5"}))).await;
        assert_eq!(sums(&world, PAID).await, paid(2, 100_001), "what is only requested does not count yet");
        tells(&world, "part", told("payment.refunded", &json!({"voucher_no": "T1", "original_voucher_no": "P1", "refunded_at": time, "amount": "150"}))).await;
        assert_eq!(sums(&world, PAID).await, paid(2, 85_001));
        tells(&world, "corrected", told("payment.corrected", &json!({"voucher_no": "G2", "original_voucher_no": "P2", "corrected_at": time, "amount": "300"})))
            .await;
        assert_eq!(sums(&world, PAID).await, paid(2, 75_000), "the correction stands for what it corrects");
        tells(&world, "moved", payment("P1", &json!({"allocation_id": "A2"}))).await;
        assert_eq!(sums(&world, PAID).await, [(1, 1, "30000".to_owned()), (1, 1, "45000".to_owned())], "of another allocation now");
        tells(&world, "off", told("payment.cancelled", &json!({"voucher_no": "C1", "original_voucher_no": "P1", "cancelled_at": time}))).await;
        assert_eq!(sums(&world, PAID).await, paid(1, 30_000), "nothing is left of the other, not even a row");
        place.clear().await;
    }
}

/// Payments of one allocation at a town.
fn rule(params: &str, condition: &str) -> String {
    format!(
        r#"
code = "ZC90"
name = "试"
category = "支出管理"
on = "支付"
basis = "试"
scope = "试"
handler = "归口股室"
description = "试"
[params]
{params}
[facts]
"各笔" = "{condition}"
[[level]]
light = "黄灯"
when = "各笔.金额 > 界限"
"#
    )
}

async fn lays_down(world: &World, code: &str, source: String) {
    let turn = world.store.turn().await.unwrap();
    staff::enter(turn, world.clock.now(), &Setting::Rule { code: code.to_owned(), source }).await.unwrap();
    assert_eq!(total::all(&world.store).await.unwrap(), recount(&world.store).await);
}

#[tokio::test]
async fn a_rule_that_comes_later_knows_the_whole_ledger_and_takes_its_totals_along() {
    for place in Place::all().await {
        let world = World::begin(&place).await;
        for n in 0..5 {
            tells(
                &world,
                &format!("p{n}"),
                payment(&format!("P{n}"), &json!({"town": "诸佛庵镇", "settlement": if n % 2 == 0 { "现金" } else { "电子转账" }})),
            )
            .await;
        }
        let before = total::all(&world.store).await.unwrap();
        let town = "payment by town add net where";
        assert!(sums(&world, town).await.is_empty());
        let of_town =
            |limit: &str, cash: &str| rule(&format!("\"界限\" = \"{limit}\"\n\"方式\" = \"{cash}\""), "支付 其中 乡镇 = 本次.乡镇 且 结算方式 = 方式");
        lays_down(&world, "ZC90", of_town("2000.00", "现金")).await;
        assert_eq!(sums(&world, town).await, [(3, 3, "180000".to_owned())], "counted from the old ledger");
        let settled = total::all(&world.store).await.unwrap();
        // another limit is asked of the same total, another parameter of its condition of another one
        lays_down(&world, "ZC90", of_town("1900.00", "现金")).await;
        assert_eq!(total::all(&world.store).await.unwrap(), settled);
        tells(&world, "p5", payment("P5", &json!({"town": "诸佛庵镇", "amount": "100.01"}))).await;
        let lit = world.store.db.fetch("SELECT rule FROM warning WHERE rule = 'ZC90'", vec![]).await.unwrap();
        assert_eq!(lit.len(), 1, "1,900.01 of what came before the rule and after it");
        lays_down(&world, "ZC90", of_town("1900.00", "电子转账")).await;
        assert_eq!(sums(&world, town).await, [(2, 2, "120000".to_owned())]);
        // the same fact as ZC08 asks, in other words: one total for both
        lays_down(&world, "ZC90", rule("\"界限\" = \"1.00\"", "支付 其中 本次.指标编号=指标编号")).await;
        assert!(sums(&world, town).await.is_empty(), "nobody asks for it any more");
        assert_eq!(total::all(&world.store).await.unwrap().len(), before.len());
        assert_eq!(sums(&world, PAID).await.len(), 1);
        // the office gives up all rules but one
        let mut settings = setting::current(&world.store).await.unwrap().unwrap();
        settings.programme.rules = vec!["ZC01".to_owned()];
        staff::enter(world.store.turn().await.unwrap(), world.clock.now(), &Setting::Office(settings)).await.unwrap();
        assert!(total::all(&world.store).await.unwrap().is_empty());

        let copy = Place::file().await;
        let into = Store::new(copy.db.clone(), OFFICE, keyring(1));
        rebuild(&world.store, &into, |_| ()).await.unwrap();
        assert_eq!(differences(&world.store, &into, &[]).await, [""; 0]);
        copy.clear().await;
        place.clear().await;
    }
}

#[tokio::test]
async fn a_rule_that_cannot_be_read_keeps_nobody_from_laying_down_a_better_one() {
    let place = Place::file().await;
    let world = World::begin(&place).await;
    tells(&world, "p", payment("P", &json!({}))).await;
    let kept = total::all(&world.store).await.unwrap();
    assert!(!kept.is_empty());
    let turn = world.store.turn().await.unwrap();
    staff::enter(turn, hours(1), &Setting::Rule { code: "ZC90".to_owned(), source: "code = ".to_owned() }).await.unwrap();
    assert_eq!(total::all(&world.store).await.unwrap(), kept);
    lays_down(&world, "ZC90", rule("\"界限\" = \"1.00\"", "支付 其中 归口股室 = 本次.归口股室")).await;
    place.clear().await;
}

#[tokio::test]
async fn a_total_that_was_tampered_with_is_found() {
    for place in Place::all().await {
        let world = World::begin(&place).await;
        tells(&world, "p", payment("P", &json!({}))).await;
        let copy = Place::file().await;
        let into = Store::new(copy.db.clone(), OFFICE, keyring(1));
        rebuild(&world.store, &into, |_| ()).await.unwrap();
        assert_eq!(differences(&world.store, &into, &[]).await, [""; 0]);
        world.store.db.execute("UPDATE total SET sum = '1'", vec![]).await.unwrap();
        let unlike = differences(&world.store, &into, &[]).await;
        assert!(unlike.len() == 1 && unlike[0].starts_with("total: 第 1 行"), "{unlike:?}");
        copy.clear().await;
        place.clear().await;
    }
}

#[tokio::test]
async fn a_database_without_totals_is_caught_up_with() {
    for place in Place::all().await {
        let world = World::begin(&place).await;
        tells(&world, "p1", payment("P1", &json!({}))).await;
        let whole = total::all(&world.store).await.unwrap();
        let emptied = || async {
            for table in ["total", "total_fact"] {
                world.store.db.execute(format!("DELETE FROM {table}"), vec![]).await.unwrap();
            }
        };
        emptied().await;
        let mut turn = world.store.turn().await.unwrap();
        let orders = Orders::read(&mut turn).await.unwrap();
        total::catch_up(turn, &orders.totals).await.unwrap();
        assert_eq!(total::all(&world.store).await.unwrap(), whole);
        // and whoever judges without having been started so counts first
        emptied().await;
        tells(&world, "p2", payment("P2", &json!({}))).await;
        place.clear().await;
    }
}

/// A step is a parcel or a tick; the law above must have seen both.
#[test]
fn sequences_hold_what_the_law_needs() {
    let mut runner = TestRunner::deterministic();
    let steps = sequences(200).new_tree(&mut runner).unwrap().current();
    for word in ["payment.refunded", "payment.corrected", "payment.cancelled", "payment.requested", "disbursement.listed"] {
        assert!(steps.iter().any(|step| matches!(step, Step::Parcel(parcel) if parcel.lines.iter().any(|line| line.contains(word)))), "{word}");
    }
}
