//! What the store promises, told once and held by both databases: receipts, ledger, settings, people, journal.

use std::collections::HashSet;
use std::sync::Arc;

use chrono::NaiveDate;
use commands::Permission;

use jingling::domain::record::{other, payment, payroll};
use jingling::domain::{Entity, Money, Record, Value};
use jingling::store::ledger::{self, Correction, Due};
use jingling::store::receipt::{self, Quarantined, Receipt};
use jingling::store::setting::{self, Setting};
use jingling::store::staff::{self, StaffCard, StaffError};
use jingling::store::{EntryKind, Store, Turn, journal};

use crate::place::Place;
use crate::world::{IDS, OFFICE, World, hours};

/// A turn that has something to commit.
pub async fn turn(store: &Store) -> Turn {
    let mut turn = store.turn().await.unwrap();
    turn.record(hours(0), EntryKind::Event, None, b"{}".to_vec()).unwrap();
    turn
}

pub fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn ids(names: &[&str]) -> Vec<(String, String)> {
    names.iter().map(|name| ("treasury".to_owned(), (*name).to_owned())).collect()
}

#[tokio::test]
async fn receipts_are_kept_and_what_was_quarantined_is_settled_once() {
    for place in Place::all().await {
        let store = World::begin(&place).await.store;
        let receipt = |id: &str, status, answer: &str| Receipt {
            source: "treasury".to_owned(),
            webhook_id: id.to_owned(),
            digest: vec![0, 255],
            seq: 7,
            status,
            lines: 1,
            answer: answer.to_owned(),
        };
        let bad = |seq, line, id: &str| Quarantined {
            seq,
            line,
            at: hours(1),
            source: "treasury".to_owned(),
            webhook_id: id.to_owned(),
            field: "/data/amount".to_owned(),
            reason: "必须填写".to_owned(),
        };
        let mut t = turn(&store).await;
        receipt::write(&mut t.tx, OFFICE, &[receipt("a", 422, "坏"), receipt("b", 200, "好")]).await.unwrap();
        receipt::write_chunk(&mut t.tx, OFFICE, "treasury", "b", 2001, "二").await.unwrap();
        receipt::write_chunk(&mut t.tx, OFFICE, "treasury", "b", 1, "一").await.unwrap();
        receipt::quarantine(&mut t.tx, OFFICE, &[bad(20, 1, "a"), bad(21, 1, "b"), bad(21, 2, "b")]).await.unwrap();
        assert_eq!(receipt::in_quarantine(&mut t.tx, OFFICE, &ids(&["a", "b", "c"])).await.unwrap(), ids(&["a", "b"]).into_iter().collect());
        t.commit().await.unwrap();
        assert_eq!(receipt::quarantined(&store).await.unwrap(), 3);

        let mut t = turn(&store).await;
        receipt::write(&mut t.tx, OFFICE, &[receipt("a", 200, "改好了")]).await.unwrap();
        // what came in later than the resend, and under another id, is not settled by it
        receipt::settle(&mut t.tx, OFFICE, "treasury", "b", 21).await.unwrap();
        receipt::settle(&mut t.tx, OFFICE, "treasury", "a", 22).await.unwrap();
        assert_eq!(receipt::in_quarantine(&mut t.tx, OFFICE, &ids(&["a", "b"])).await.unwrap(), ids(&["b"]).into_iter().collect());
        let mut found = receipt::find(&mut t.tx, OFFICE, &ids(&["a", "b", "c"])).await.unwrap();
        found.sort_by(|a, b| a.webhook_id.cmp(&b.webhook_id));
        assert_eq!(found, [receipt("a", 200, "改好了"), receipt("b", 200, "好")]);
        t.commit().await.unwrap();
        assert_eq!(receipt::quarantined(&store).await.unwrap(), 2);
        assert_eq!(receipt::get(&store, "treasury", "a").await.unwrap(), Some(receipt("a", 200, "改好了")));
        assert_eq!(receipt::get(&store, "bank", "a").await.unwrap(), None);
        let chunk = async |after| receipt::next_chunk(&store, "treasury", "b", after).await.unwrap();
        assert_eq!([chunk(0).await, chunk(1).await, chunk(2001).await], [Some((1, "一".to_owned())), Some((2001, "二".to_owned())), None]);
        place.clear().await;
    }
}

#[tokio::test]
async fn records_are_found_by_what_identifies_them_however_many() {
    for place in Place::all().await {
        let store = World::begin(&place).await.store;
        let mut paid = Record::new(Entity::Payment, "treasury/2026/P1", 3, 4);
        paid.version = 2;
        paid.seen.insert("payment.paid", "ab");
        paid.set(payment::VOUCHER_NO, "P1");
        paid.set(payment::FISCAL_YEAR, Value::Number(2026.into()));
        paid.set(payment::AMOUNT, Money::from_fen(100_001).unwrap());
        paid.set(payment::PAID_ON, day("2026-02-28"));
        paid.set(payment::PAYEE_NAME, store.keys.hash("欧阳青禾"));
        let many: Vec<Arc<Record>> = (0..3000)
            .map(|n| {
                let mut record = Record::new(Entity::Other, format!("k{n}"), n, 1);
                record.set(other::SUBJECT, format!("第{n}项").as_str());
                Arc::new(record)
            })
            .collect();
        let mut t = turn(&store).await;
        ledger::write(&mut t.tx, OFFICE, Entity::Payment, &[Arc::new(paid.clone())]).await.unwrap();
        ledger::write(&mut t.tx, OFFICE, Entity::Other, &many).await.unwrap();
        t.commit().await.unwrap();
        assert_eq!(ledger::record(&store, Entity::Payment, "treasury/2026/P1").await.unwrap(), Some(paid.clone()));
        assert_eq!(ledger::record(&store, Entity::Allocation, "treasury/2026/P1").await.unwrap(), None);

        let mut t = store.turn().await.unwrap();
        for (slots, key) in [
            (vec![payment::VOUCHER_NO], vec![paid.get(payment::VOUCHER_NO).clone()]),
            (vec![payment::PAYEE_NAME], vec![paid.get(payment::PAYEE_NAME).clone()]),
            (vec![payment::AMOUNT, payment::PAID_ON], vec![paid.get(payment::AMOUNT).clone(), paid.get(payment::PAID_ON).clone()]),
            (vec![payment::PAYEE_NAME, payment::FISCAL_YEAR], vec![paid.get(payment::PAYEE_NAME).clone(), paid.get(payment::FISCAL_YEAR).clone()]),
        ] {
            let stranger: Vec<Value> = key.iter().map(|value| if value.as_text().is_some() { Value::text("P2") } else { value.clone() }).collect();
            let found = ledger::find(&mut t.tx, OFFICE, Entity::Payment, &slots, HashSet::from([key, stranger]).iter()).await.unwrap();
            assert_eq!(found, [Arc::new(paid.clone())], "{slots:?}");
        }
        let keys: Vec<String> = (0..6000).map(|n| format!("k{n}")).collect();
        let mut found = ledger::by_key(&mut t.tx, OFFICE, Entity::Other, &keys).await.unwrap();
        found.sort_by_key(|record| record.first_seq);
        assert!(found == many, "{} of {} came back", found.len(), many.len());
        drop(t);
        place.clear().await;
    }
}

#[tokio::test]
async fn corrections_references_and_dates_to_come() {
    for place in Place::all().await {
        let store = World::begin(&place).await.store;
        let due = |key: &str, on: &str| Due { rule: "ZC13".to_owned(), entity: Entity::Payment, key: key.to_owned(), on: Some(day(on)) };
        let correction = Correction {
            entity: Entity::Payment,
            key: "P1".to_owned(),
            version: 2,
            event_type: "payment.paid".to_owned(),
            seq: 9,
            line: 1,
            previous_seq: 3,
            previous_line: 2,
        };
        let mut t = turn(&store).await;
        ledger::write_corrections(&mut t.tx, OFFICE, &[correction]).await.unwrap();
        assert!(ledger::references(&mut t.tx, OFFICE).await.unwrap().is_empty());
        for seq in [5, 6] {
            ledger::write_reference(&mut t.tx, OFFICE, Entity::Beneficiary, seq).await.unwrap();
        }
        assert_eq!(ledger::references(&mut t.tx, OFFICE).await.unwrap(), HashSet::from([Entity::Beneficiary]));
        ledger::write_due(
            &mut t.tx,
            OFFICE,
            vec![due("申请", "2026-11-04"), due("a", "2026-11-04"), due("Z", "2026-11-04"), due("b", "2026-11-03"), due("c", "2026-11-05")],
        )
        .await
        .unwrap();
        // a later date takes the place of the earlier, none takes it away
        ledger::write_due(&mut t.tx, OFFICE, vec![due("b", "2026-11-06"), Due { on: None, ..due("a", "2026-11-04") }]).await.unwrap();
        t.commit().await.unwrap();
        let mut t = store.turn().await.unwrap();
        assert_eq!(ledger::due(&mut t.tx, OFFICE, day("2026-11-03"), 9).await.unwrap(), []);
        let fallen = ledger::due(&mut t.tx, OFFICE, day("2026-11-05"), 9).await.unwrap();
        assert_eq!(fallen, [due("Z", "2026-11-04"), due("申请", "2026-11-04"), due("c", "2026-11-05")]);
        assert_eq!(ledger::due(&mut t.tx, OFFICE, day("2026-11-05"), 1).await.unwrap(), [due("Z", "2026-11-04")]);
        let told = t.tx.fetch("SELECT key, version, seq, previous_line FROM correction", vec![]).await.unwrap();
        assert_eq!(told.iter().map(jingling::store::Row::describe).collect::<Vec<_>>(), [r#""P1"|2|9|2|"#]);
        drop(t);
        place.clear().await;
    }
}

#[tokio::test]
async fn one_name_one_account_and_one_person_one_account() {
    for place in Place::all().await {
        let store = World::begin(&place).await.store;
        let card = |name: &str, id_no: Option<&str>| StaffCard {
            name: name.to_owned(),
            section: "budget".to_owned(),
            title: "股长".to_owned(),
            permissions: vec![Permission::Rules, Permission::Approve],
            email: None,
            id_no: id_no.map(str::to_owned),
            phone: None,
        };
        let add = async |card| staff::add(&store, hours(1), &card).await;
        assert_eq!(add(card("红枫", Some(IDS[1]))).await.unwrap(), 4);
        assert!(matches!(add(card("红枫", None)).await, Err(StaffError::NameTaken(name)) if name == "红枫"));
        assert!(matches!(add(card("丹桂", Some(IDS[1]))).await, Err(StaffError::PersonTaken(name)) if name == "红枫"));
        // a person whose number was not told is nobody's double
        assert_eq!(add(card("丹桂", None)).await.unwrap(), 5);
        assert!(matches!(staff::set_passphrase(&store, hours(1), "无此人", String::new()).await, Err(StaffError::Unknown(_))));
        staff::set_passphrase(&store, hours(1), "红枫", "$argon2id$".to_owned()).await.unwrap();

        let all = staff::all(&store).await.unwrap();
        assert_eq!(all.iter().map(|person| person.name.as_str()).collect::<Vec<_>>(), ["石榴", "白杨", "青松", "红枫", "丹桂"]);
        let found = staff::by_name(&store, "红枫").await.unwrap().unwrap();
        assert_eq!((found.id, found.passphrase.as_deref(), &found.permissions[..]), (4, Some("$argon2id$"), &[Permission::Rules, Permission::Approve][..]));
        assert!(!found.may(Permission::Handle));
        assert_eq!(staff::by_name(&store, "红").await.unwrap(), None);
        assert_eq!(staff::all_in(&mut store.turn().await.unwrap().tx, OFFICE).await.unwrap(), all);
        place.clear().await;
    }
}

#[tokio::test]
async fn settings_in_force_are_the_latest() {
    for place in Place::all().await {
        let store = World::begin(&place).await.store;
        let mut office = setting::current(&store).await.unwrap().unwrap();
        office.deadlines.red = 20;
        staff::enter(store.turn().await.unwrap(), hours(1), &Setting::Office(office.clone())).await.unwrap();
        assert_eq!(setting::current(&store).await.unwrap().as_ref(), Some(&office));
        let (code, source) = ("ZC10".to_owned(), "code = \"ZC10\"".to_owned());
        staff::enter(store.turn().await.unwrap(), hours(1), &Setting::Rule { code, source: source.clone() }).await.unwrap();
        let mut t = store.turn().await.unwrap();
        assert_eq!(setting::office(&mut t.tx, OFFICE).await.unwrap(), Some(office));
        let rules = setting::rules(&mut t.tx, OFFICE).await.unwrap();
        assert_eq!((rules["ZC10"].clone(), rules["ZC09"].0), ((2, source), 1));
        drop(t);
        place.clear().await;
    }
}

#[tokio::test]
async fn an_imported_year_stands_in_the_calendar_and_hastens_what_waits() {
    for place in Place::all().await {
        let store = World::begin(&place).await.store;
        let wait = |key: &str, on: &str| Due { rule: "ZC13".to_owned(), entity: Entity::Payment, key: key.to_owned(), on: Some(day(on)) };
        let mut t = turn(&store).await;
        ledger::write_due(&mut t.tx, OFFICE, vec![wait("a", "2020-01-01"), wait("b", "2099-01-01")]).await.unwrap();
        assert!(setting::calendar(&mut t.tx, OFFICE).await.unwrap().is_working_day(day("2027-10-01")));
        assert_eq!(setting::holidays(&mut t.tx, OFFICE, 2027).await.unwrap(), None);
        t.commit().await.unwrap();
        for table in ["2027-10-04,off,国庆节\n", "2027-10-01,off,国庆节\n"] {
            let year = Setting::Holidays { year: 2027, table: table.to_owned(), recounted: Vec::new() };
            staff::enter(store.turn().await.unwrap(), hours(1), &year).await.unwrap();
        }
        let mut t = store.turn().await.unwrap();
        let calendar = setting::calendar(&mut t.tx, OFFICE).await.unwrap();
        assert!(!calendar.is_working_day(day("2027-10-01")) && calendar.is_working_day(day("2027-10-04")), "the latest table alone");
        assert!(!calendar.is_working_day(day("2026-10-01")), "other years stay");
        assert_eq!(setting::holidays(&mut t.tx, OFFICE, 2027).await.unwrap().as_deref(), Some("2027-10-01,off,国庆节\n"));
        let today = jingling::domain::calendar::local_date(hours(1));
        let due = ledger::due(&mut t.tx, OFFICE, day("2099-12-31"), 9).await.unwrap();
        assert_eq!(due.iter().map(|d| (d.key.as_str(), d.on)).collect::<Vec<_>>(), [("a", Some(day("2020-01-01"))), ("b", Some(today))]);
        drop(t);
        place.clear().await;
    }
}

#[tokio::test]
async fn a_list_is_walked_by_key_page_by_page() {
    for place in Place::all().await {
        let store = World::begin(&place).await.store;
        let mut t = turn(&store).await;
        let records: Vec<Arc<Record>> = [("p/1", "在册"), ("p/2", "移出"), ("q/1", "在册")]
            .into_iter()
            .map(|(key, status)| {
                let mut record = Record::new(Entity::Payroll, key, 40, 7);
                record.set(payroll::STATUS, status);
                Arc::new(record)
            })
            .collect();
        ledger::write(&mut t.tx, OFFICE, Entity::Payroll, &records).await.unwrap();
        t.commit().await.unwrap();
        let first = ledger::standing(&store, Entity::Payroll, "", 2).await.unwrap();
        assert_eq!(
            first.iter().map(|r| (r.key.as_str(), r.stands.as_str(), r.seq, r.line)).collect::<Vec<_>>(),
            [("p/1", "在册", 40, 7), ("p/2", "移出", 40, 7)]
        );
        let rest = ledger::standing(&store, Entity::Payroll, "p/2", 2).await.unwrap();
        assert_eq!(rest.iter().map(|r| r.key.as_str()).collect::<Vec<_>>(), ["q/1"]);
        place.clear().await;
    }
}

#[tokio::test]
async fn the_journal_counts_without_gaps_and_keeps_nothing_of_a_turn_that_was_dropped() {
    for place in Place::all().await {
        let store = World::begin(&place).await.store;
        let (before, hash) = journal::head(&store).await.unwrap().unwrap();
        let mut dropped = turn(&store).await;
        assert_eq!((dropped.seq(), dropped.next_number("warning/2026").await.unwrap()), (before + 1, 1));
        drop(dropped);
        assert_eq!(journal::head(&store).await.unwrap(), Some((before, hash)));

        let mut t = store.turn().await.unwrap();
        assert_eq!(t.next_number("warning/2026").await.unwrap(), 1);
        assert_eq!(t.next_number("warning/2026").await.unwrap(), 2);
        assert_eq!(t.next_number("warning/2027").await.unwrap(), 1);
        let late = t.record(hours(9), EntryKind::Act, Some(2), "甲".into()).unwrap();
        // the machine's clock was set back: the journal's time stands still
        let early = t.record(hours(3), EntryKind::Tick, None, "乙".into()).unwrap();
        assert_eq!((late.seq, early.seq, early.at), (before + 1, before + 2, hours(9)));
        t.commit().await.unwrap();
        let read = journal::read(&store, before, 9).await.unwrap();
        let opened: Vec<_> = read.iter().map(|entry| entry.open(OFFICE, &store.keys).unwrap()).collect();
        assert_eq!(opened, [late, early]);
        assert_eq!(journal::read(&store, before, 1).await.unwrap(), read[..1]);
        assert_eq!(journal::read(&store, before + 2, 9).await.unwrap(), []);
        place.clear().await;
    }
}
