//! However a sequence of deliveries is cut into groups, and on whichever database, the same warnings come of it.

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use tokio::runtime::Runtime;

use serde_json::json;

use jingling::binds;
use jingling::domain::Entity;
use jingling::intake::take::Answer;

use crate::place::Place;
use crate::tale::{Step, independent, sequences, told};
use crate::world::{OFFICE, Parcel, World, differences, hours};

/// A pause after every step whose bit is set.
pub async fn run(place: &Place, steps: &[Step], cuts: u64) -> (World, Vec<Answer>) {
    let world = World::begin(place.emptied().await).await;
    let mut answers = Vec::new();
    let mut group = Vec::new();
    for (n, step) in steps.iter().enumerate() {
        match step {
            Step::Parcel(parcel) => group.push(parcel.clone()),
            Step::Tick(_) => answers.extend(world.deliver(&std::mem::take(&mut group)).await),
        }
        if let Step::Tick(at) = step {
            world.tick(*at).await;
        } else if cuts >> (n % 64) & 1 == 1 {
            answers.extend(world.deliver(&std::mem::take(&mut group)).await);
        }
    }
    answers.extend(world.deliver(&group).await);
    world.tick(hours(24 * 30)).await;
    (world, answers)
}

pub const SINGLY: u64 = u64::MAX;
pub const TOGETHER: u64 = 0;

/// Sealed bytes differ from copy to copy; what the chain's head covers does not.
const SEALED: &[&str] = &["journal"];

fn runner(cases: u32) -> TestRunner {
    TestRunner::new(Config { cases, failure_persistence: None, max_shrink_iters: 300, ..Config::default() })
}

#[test]
fn every_cut_gives_the_same_warnings_on_either_database() {
    let rt = Runtime::new().unwrap();
    let (first, second, server) = rt.block_on(async { (Place::file().await, Place::file().await, Place::server().await) });
    let outcome = runner(24).run(&(sequences(1..=36), any::<u64>()), |(steps, cuts)| {
        rt.block_on(async {
            let (by_one, answers) = run(&first, &steps, SINGLY).await;
            for (place, cuts) in [(Some(&second), TOGETHER), (Some(&second), cuts), (server.as_ref(), cuts), (server.as_ref(), SINGLY)] {
                let Some(place) = place else { continue };
                let (cut, told) = run(place, &steps, cuts).await;
                prop_assert_eq!(&answers, &told, "answers, cut at {:b}", cuts);
                let unlike = differences(&by_one.store, &cut.store, SEALED).await;
                prop_assert!(unlike.is_empty(), "cut at {:b} in {}\n{}", cuts, place.url, unlike.join("\n"));
            }
            Ok(())
        })
    });
    rt.block_on(async {
        for place in [Some(first), Some(second), server].into_iter().flatten() {
            place.clear().await;
        }
    });
    outcome.unwrap_or_else(|failure| panic!("{failure}"));
}

/// What the ledger says, leaving out when it was told and under which key it was first heard of.
async fn ledger(world: &World) -> Vec<String> {
    let mut rows = Vec::new();
    for entity in Entity::ALL {
        let columns: Vec<&str> = entity.fields().iter().map(|field| field.column).collect();
        let text = format!("SELECT {} FROM {} WHERE office_id = $1", columns.join(", "), entity.table());
        rows.extend(world.store.db.fetch(text, binds![OFFICE]).await.unwrap().iter().map(|row| format!("{} {}", entity.table(), row.describe())));
    }
    rows.sort();
    rows
}

fn parcels(lines: &[String], prefix: &str) -> Vec<Parcel> {
    lines.iter().enumerate().map(|(n, line)| Parcel::single(format!("{prefix}{n}"), line.clone(), hours(1))).collect()
}

#[test]
fn in_whatever_order_independent_events_come_the_ledger_says_the_same() {
    let rt = Runtime::new().unwrap();
    let place = rt.block_on(Place::file());
    let plain = rt.block_on(async {
        let world = World::begin(&place).await;
        world.deliver(&parcels(&independent(), "w")).await;
        ledger(&world).await
    });
    let outcome = runner(48).run(&Just(independent()).prop_shuffle(), |shuffled| {
        rt.block_on(async {
            let world = World::begin(place.emptied().await).await;
            world.deliver(&parcels(&shuffled, "w")).await;
            prop_assert_eq!(&ledger(&world).await, &plain, "{}", shuffled.join("\n"));
            Ok(())
        })
    });
    outcome.unwrap_or_else(|failure| panic!("{failure}"));
}

#[tokio::test]
async fn what_was_told_once_is_known_however_often_it_is_told_again() {
    for place in Place::all().await {
        let other = Place::file().await;
        let (once, again) = (World::begin(&place).await, World::begin(&other).await);
        let events = independent();
        once.deliver(&parcels(&events, "w")).await;
        for (n, parcel) in parcels(&events, "w").into_iter().enumerate() {
            again.deliver(&[parcel]).await;
            // everything so far once more, under ids that were never seen
            if n % 5 == 4 {
                for answer in again.deliver(&parcels(&events[..=n], &format!("again{n}-"))).await {
                    assert!(answer.body.contains(r#""status":"known""#), "{}", answer.body);
                }
            }
        }
        assert_eq!(ledger(&once).await, ledger(&again).await);
        let counted = |world: &World| {
            let store = world.store.clone();
            async move { store.db.fetch("SELECT no, rule, matter, state, items, row_version FROM warning ORDER BY no", vec![]).await.unwrap() }
        };
        assert_eq!(counted(&once).await, counted(&again).await);
        place.clear().await;
    }
}

/// What one event of a group makes of another is not to be foreseen from the ledger before them.
#[tokio::test]
async fn what_only_the_group_brings_about_is_the_same_as_one_by_one() {
    let allocation = |id: &str, rest: serde_json::Value| {
        let mut data = json!({ "allocation_id": id, "doc_no": "霍财办〔2026〕7号", "received_on": "2026-10-01", "fiscal_year": 2026, "amount": "9000.00" });
        data.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
        told("allocation.received", &data)
    };
    let paid = told("payment.paid", &json!({ "voucher_no": "P1", "allocation_id": "A7", "paid_at": "2026-11-02T10:00:00+08:00", "amount": "600.00" }));
    let person = |id_no: &str, household: &str| {
        let data = json!({ "household_no": household, "person_no": "R1", "name": "试一", "id_no": id_no, "effective_from": "2020-01-01" });
        told("beneficiary.registered", &data)
    };
    let moved = told("beneficiary.changed", &json!({ "person_no": "R1", "id_no": "342427196503120012", "effective_from": "2026-01-01" }));
    let line = |n: u32, id_no: &str| {
        let data = json!({ "voucher_no": "P9", "fiscal_year": 2026, "line_no": n, "id_type": "居民身份证", "id_no": id_no, "paid": "6.00", "due": "6.00" });
        told("disbursement.listed", &data)
    };
    let (one, other) = ("11010519491231002X", "342427196503120012");
    for (before, group) in [
        // a document known by hand gets its number, and with it those that name it a project
        (vec![paid.clone()], vec![allocation("霍财办〔2026〕7号", json!({ "project_code": "XM1" })), allocation("A7", json!({}))]),
        (vec![paid], vec![allocation("霍财办〔2026〕7号", json!({})), allocation("A7", json!({ "project_code": "XM1" }))]),
        // a person is told otherwise, and as before
        (vec![line(1, one), line(2, other), person(one, "H1"), moved], vec![person(one, "H2"), person(one, "H1")]),
    ] {
        let mut worlds = Vec::new();
        for cuts in [SINGLY, TOGETHER] {
            let place = Place::file().await;
            let world = World::begin(&place).await;
            for parcel in parcels(&before, "b") {
                world.deliver(&[parcel]).await;
            }
            for parcels in parcels(&group, "g").chunks(if cuts == SINGLY { 1 } else { group.len() }) {
                world.deliver(parcels).await;
            }
            worlds.push((world, place));
        }
        let unlike = differences(&worlds[0].0.store, &worlds[1].0.store, SEALED).await;
        assert!(unlike.is_empty(), "{}\n{}", group.join("\n"), unlike.join("\n"));
        assert!(ledger(&worlds[1].0).await.iter().any(|row| row.contains("XM1") || row.contains("H1")));
    }
}
