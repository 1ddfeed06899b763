//! The journal replayed into an empty database of either kind gives the same tables.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::json;

use jingling::binds;
use jingling::desk::Account;
use jingling::rebuild::{RebuildError, rebuild};
use jingling::store::delivery::{self, Channel, Message, Outcome};
use jingling::store::setting::{self, Setting};
use jingling::store::warning::{self, Filter};
use jingling::store::{Store, audit, staff};

use crate::place::Place;
use crate::tale::{Step, sequences, told};
use crate::world::{OFFICE, Parcel, World, differences, hours, keyring};

/// The same mean sequence in every run.
fn tale(seed: u8) -> Vec<Step> {
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[seed; 32]);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    sequences(240).new_tree(&mut runner).unwrap().current()
}

/// What people say about the first open warnings, fitting or not: most of it is done, some is declined.
async fn speak(world: &World) {
    let open = warning::list(&world.store, &Filter { open_only: true, ..Filter::default() }, 6).await.unwrap();
    for (n, warning) in open.iter().enumerate() {
        let name = if warning.section == "agriculture" { "白杨" } else { "石榴" };
        let no = format!("YJ{}-{:06}", warning.no / 1_000_000, warning.no % 1_000_000);
        for line in [
            format!("/预警 认领 {no}"),
            format!("/预警 办结 {no} 指标已登记"),
            if n % 2 == 0 {
                format!("/核实 {no} 正常 调阅材料 材料=合同 情况=用途属实")
            } else {
                format!("/核实 {no} 违规 调阅材料 材料=合同 情况=用途不符 违规类型=其他 整改要求=收回 整改期限=12-31")
            },
            format!("/纠正 {no} 今天 情况=已退回 督促=两次"),
        ]
        .iter()
        .take(1 + n % 4)
        {
            world.desk.hear(name, Account::Console, line).await;
        }
    }
}

fn shown(n: usize) -> Message {
    Message { channel: "11".to_owned(), id: n.to_string() }
}

/// Some deliveries go out, some are parked, some are tried in vain, the rest stay.
async fn send(world: &World) {
    for channel in Channel::ALL {
        let claimed = delivery::claim(&world.store, channel, world.clock.now(), TimeDelta::minutes(1), 7).await.unwrap();
        let mut outcomes = Vec::new();
        for (n, taken) in claimed.iter().enumerate() {
            match n % 3 {
                0 => outcomes.push(Outcome { seq: taken.seq, n: taken.n, parked: None, message: Some(shown(n)) }),
                1 => outcomes.push(Outcome { seq: taken.seq, n: taken.n, parked: Some("没有这个信箱".to_owned()), message: None }),
                _ => delivery::put_back(&world.store, taken, hours(9), "线路不通").await.unwrap(),
            }
        }
        if !outcomes.is_empty() {
            delivery::conclude(&world.store, world.clock.now(), &outcomes).await.unwrap();
        }
    }
}

async fn live(world: &World, steps: &[Step]) {
    for (n, step) in steps.iter().enumerate() {
        match step {
            Step::Parcel(parcel) => {
                world.clock.advance_to(parcel.at);
                world.deliver(std::slice::from_ref(parcel)).await;
            }
            Step::Tick(at) => world.tick(*at).await,
        }
        if n % 9 == 8 {
            speak(world).await;
            send(world).await;
        }
    }
    // something that time alone will decide
    let data = json!({"voucher_no": "LATE", "allocation_id": "NONE", "paid_at": "2026-12-01T10:00:00+08:00", "amount": "1"});
    world.deliver(&[Parcel::single("late", told("payment.paid", &data), world.clock.now())]).await;
}

#[tokio::test]
async fn a_mean_life_replayed_gives_equal_tables() {
    for (seed, place) in (1_u8..).zip(Place::all().await) {
        let world = World::begin(&place).await;
        live(&world, &tale(seed)).await;
        for table in ["warning", "slip", "correction", "due", "quarantine", "receipt_chunk", "reference", "counter"] {
            let rows = world.store.db.fetch(format!("SELECT COUNT(*) FROM {table}"), vec![]).await.unwrap();
            assert!(rows[0].int(0).unwrap() > 0, "the life was too quiet: nothing in {table}");
        }
        let kinds = world.store.db.fetch("SELECT DISTINCT kind FROM journal ORDER BY kind", vec![]).await.unwrap();
        assert_eq!(kinds.iter().map(|row| row.text(0).unwrap()).collect::<Vec<_>>(), ["act", "delivery", "event", "setting", "tick"]);
        for copy in Place::all().await {
            let into = Store::new(copy.db.clone(), OFFICE, keyring(1));
            let mut told = Vec::new();
            let entries = rebuild(&world.store, &into, |seq| told.push(seq)).await.unwrap();
            assert_eq!(told.last(), Some(&entries));
            let unlike = differences(&world.store, &into, &[]).await;
            assert!(unlike.is_empty(), "{} into {}\n{}", place.url, copy.url, unlike.join("\n"));
            assert!(matches!(rebuild(&world.store, &into, |_| ()).await, Err(RebuildError::NotEmpty)));
            into.db.execute("UPDATE slip SET sealed = $1", binds![vec![0_u8; 64]]).await.unwrap();
            assert_eq!(differences(&into, &world.store, &[]).await.len(), 1, "a slip whose content is gone is found");
            copy.clear().await;
        }
        place.clear().await;
    }
}

#[tokio::test]
async fn no_table_is_left_out_of_the_comparison() {
    for place in Place::all().await {
        let text = if place.db.is_sqlite() {
            "SELECT name FROM sqlite_master WHERE type = 'table'"
        } else {
            "SELECT CAST(table_name AS TEXT) FROM information_schema.tables WHERE table_schema = 'public'"
        };
        let rows = place.db.fetch(text, vec![]).await.unwrap();
        let mut tables: BTreeSet<&str> = rows.iter().map(|row| row.text(0).unwrap()).collect();
        assert!(tables.remove("_sqlx_migrations"));
        assert_eq!(tables, audit::tables().into_iter().collect());
        place.clear().await;
    }
}

#[tokio::test]
async fn what_another_process_lays_down_holds_for_all_from_then_on() {
    for place in Place::all().await {
        let world = World::begin(&place).await;
        let cash = |voucher: &str| {
            let data = json!({"voucher_no": voucher, "allocation_id": "NONE", "paid_at": "2026-11-02T10:00:00+08:00", "amount": "1200", "settlement": "现金"});
            Parcel::single(voucher, told("payment.paid", &data), hours(1))
        };
        world.deliver(&[cash("P1")]).await;
        // another process has started with other settings; this one has its orders in memory
        let other = Store::new(place.db.clone(), OFFICE, keyring(1));
        let mut settings = setting::current(&other).await.unwrap().unwrap();
        (settings.deadlines.yellow, settings.go_live) = (9, None);
        staff::enter(other.turn().await.unwrap(), hours(1), &Setting::Office(settings)).await.unwrap();
        world.deliver(&[cash("P2")]).await;
        world.tick(hours(48)).await;
        speak(&world).await;
        let lit = warning::list(&world.store, &Filter::default(), 9).await.unwrap();
        assert!(lit.len() > 2, "{lit:?}");
        let copy = Place::file().await;
        let into = Store::new(copy.db.clone(), OFFICE, keyring(1));
        rebuild(&world.store, &into, |_| ()).await.unwrap();
        let unlike = differences(&world.store, &into, &[]).await;
        assert!(unlike.is_empty(), "{}", unlike.join("\n"));
        copy.clear().await;
        place.clear().await;
    }
}
