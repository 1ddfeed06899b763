//! What the store promises, told once and held by both databases: warnings, slips, the outbox, a month's histories.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use jingling::domain::{Entity, Level, Money, WarningState};
use jingling::store::delivery::{self, Channel, Outcome, Owed};
use jingling::store::month::histories;
use jingling::store::slip;
use jingling::store::transition::{self, Move, Transition};
use jingling::store::warning::{self, Filter, Item, No, Warning};
use jingling::store::{Store, Turn};

use crate::contract::{day, turn};
use crate::place::Place;
use crate::world::{OFFICE, World, hours};

const EDUCATION: &str = "business:education";

fn lit(no: No, state: WarningState, section: &str, due_on: &str) -> Warning {
    Warning {
        no,
        row_version: 1,
        rule: "ZC09".to_owned(),
        rule_version: 3,
        rule_name: "疑似重复支付".to_owned(),
        category: "支出管理".to_owned(),
        matter: format!("事项{}", no % 10),
        first_level: Level::Yellow,
        state,
        section: section.to_owned(),
        handler: Some(no % 2 + 1),
        town: Some("诸佛庵镇".to_owned()),
        voucher_no: Some("P1".to_owned()),
        doc_no: None,
        business_date: Some(day("2026-10-30")),
        amount: Some(Money::from_fen(-1).unwrap()),
        items: 1,
        backlog: no % 2 == 0,
        fired_at: hours(1),
        due_on: day(due_on),
        closed_at: (!state.is_open()).then(|| hours(5)),
        closed_by: (!state.is_open()).then_some(2),
        parent: None,
        urged: 0,
    }
}

fn five() -> Vec<Warning> {
    vec![
        lit(1, WarningState::YellowVerifying, "agriculture", "2026-11-09"),
        lit(2, WarningState::RedOpen, EDUCATION, "2026-11-06"),
        lit(3, WarningState::GreenNormal, "agriculture", "2026-11-01"),
        lit(4, WarningState::BellDone, EDUCATION, "2026-11-01"),
        lit(5, WarningState::BellOpen, "agriculture", "2026-11-06"),
    ]
}

async fn written(store: &Store) -> Turn {
    let mut t = turn(store).await;
    warning::write(&mut t.tx, OFFICE, &five()).await.unwrap();
    t
}

#[tokio::test]
async fn warnings_are_listed_by_what_burns_and_narrowed_every_way() {
    for place in Place::all().await {
        let store = World::begin(&place).await.store;
        written(&store).await.commit().await.unwrap();
        let all = Filter::default();
        let cases = [
            ("all", all.clone(), vec![5, 2, 1, 4, 3]),
            ("open", Filter { open_only: true, ..all.clone() }, vec![5, 2, 1]),
            ("a section's", Filter { section: Some(EDUCATION.to_owned()), ..all.clone() }, vec![2, 4]),
            ("a person's", Filter { handler: Some(1), ..all.clone() }, vec![2, 4]),
            // due today is not overdue
            ("overdue", Filter { overdue_on: Some(day("2026-11-06")), ..all.clone() }, vec![]),
            ("overdue a day later", Filter { overdue_on: Some(day("2026-11-07")), ..all.clone() }, vec![5, 2]),
            ("yellow", Filter { level: Some(Level::Yellow), ..all.clone() }, vec![1]),
            (
                "all at once",
                Filter {
                    section: Some(EDUCATION.to_owned()),
                    handler: Some(1),
                    open_only: true,
                    with_listed: false,
                    overdue_on: Some(day("2026-11-07")),
                    level: Some(Level::Red),
                    skip: 0,
                },
                vec![2],
            ),
            ("nobody's", Filter { section: Some("没有".to_owned()), ..all.clone() }, vec![]),
        ];
        for (what, filter, numbers) in cases {
            let found = warning::list(&store, &filter, 9).await.unwrap();
            assert_eq!(found.iter().map(|w| w.no).collect::<Vec<_>>(), numbers, "{what}");
            assert_eq!(warning::count(&store, &filter).await.unwrap(), i64::try_from(numbers.len()).unwrap(), "{what}");
        }
        assert_eq!(warning::list(&store, &all, 2).await.unwrap().len(), 2);
        let mut counts = warning::counts(&store).await.unwrap();
        counts.sort_by_key(|(state, _)| state.code());
        let each = [WarningState::BellDone, WarningState::BellOpen, WarningState::GreenNormal, WarningState::RedOpen, WarningState::YellowVerifying];
        assert_eq!(counts, each.map(|state| (state, 1)));
        let open = warning::open_numbers(&store, 2).await.unwrap();
        assert_eq!(open, [(1, Level::Yellow, "ZC09".to_owned()), (2, Level::Red, "ZC09".to_owned())]);
        place.clear().await;
    }
}

#[tokio::test]
async fn a_warning_comes_back_as_it_was_written_with_its_items_and_moves() {
    for place in Place::all().await {
        let store = World::begin(&place).await.store;
        let mut t = written(&store).await;
        let item = |no, n, key: &str| Item {
            no,
            n,
            seq: 8,
            entity: Entity::Payment,
            key: key.to_owned(),
            record_version: 1,
            level: Level::Yellow,
            evidence: r#"{"fields":[]}"#.to_owned(),
        };
        let items = [item(1, 1, "P1"), item(1, 2, "P2"), item(3, 1, "P1")];
        warning::write_items(&mut t.tx, OFFICE, &items).await.unwrap();
        let one = five().swap_remove(0);
        assert_eq!(warning::in_turn(&mut t, 1).await.unwrap(), Some(one.clone()));
        let successor = Warning { parent: Some(3), matter: "事项3".to_owned(), ..lit(13, WarningState::RedOpen, EDUCATION, "2026-12-01") };
        warning::write(&mut t.tx, OFFICE, std::slice::from_ref(&successor)).await.unwrap();
        let pair = |matter: &str| ("ZC09".to_owned(), matter.to_owned());
        let of = warning::latest_of(&mut t.tx, OFFICE, &[pair("事项3"), pair("事项9"), pair("事项2")]).await.unwrap();
        assert_eq!(of.iter().map(|w| w.no).collect::<Vec<_>>(), [2, 3, 13], "the latest of a matter comes last");
        let mut gathered = warning::items_of(&mut t.tx, OFFICE, &[1, 2]).await.unwrap();
        gathered.sort_by_key(|item| item.n);
        assert_eq!(gathered, items[..2]);
        // what is closed is not found by what it gathers
        let matters = warning::open_matters_of(&mut t.tx, OFFICE, Entity::Payment, &["P1".to_owned(), "P2".to_owned()]).await.unwrap();
        assert_eq!(matters, [pair("事项1")]);
        assert_eq!(warning::open_matters_of(&mut t.tx, OFFICE, Entity::Disbursement, &["P1".to_owned()]).await.unwrap(), []);

        let risen = Warning { row_version: 2, state: WarningState::RedOpen, ..one.clone() };
        let fired = moved(1, "2026-11-02", Move::Fired, None, WarningState::YellowOpen, None);
        let rose = moved(1, "2026-11-03", Move::Rose, Some(WarningState::YellowOpen), WarningState::RedOpen, Some("2026-11-09"));
        transition::write(&mut t.tx, OFFICE, std::slice::from_ref(&fired)).await.unwrap();
        transition::write(&mut t.tx, OFFICE, std::slice::from_ref(&rose)).await.unwrap();
        warning::write(&mut t.tx, OFFICE, std::slice::from_ref(&risen)).await.unwrap();
        t.commit().await.unwrap();
        assert_eq!(warning::get(&store, 1).await.unwrap(), Some(risen));
        assert_eq!(warning::get(&store, 99).await.unwrap(), None);
        assert_eq!(warning::items(&store, 1, 1).await.unwrap(), items[..1]);
        assert_eq!(transition::of(&store, 1).await.unwrap(), [fired, rose]);
        place.clear().await;
    }
}

fn moved(no: No, on: &str, how: Move, from: Option<WarningState>, to: WarningState, due_on: Option<&str>) -> Transition {
    let section = || "agriculture".to_owned();
    let from = from.map(|state| (state, section()));
    Transition { no, seq: 8, at: hours(1), local_date: day(on), how, from, to: (to, section()), due_on: due_on.map(day), actor: Some(2) }
}

#[tokio::test]
async fn slips_are_numbered_sealed_and_opened_in_their_place() {
    for place in Place::all().await {
        let store = World::begin(&place).await.store;
        let mut t = written(&store).await;
        for (n, kind, corrects, text) in [(1, "核实", None, "村口小卖部"), (2, "更正", Some(1), "已退回")] {
            let filing = slip::Filing { seq: 8, at: hours(2), actor: 2, kind, corrects };
            assert_eq!(slip::file(&mut t, filing, &[(1, text.to_owned())]).await.unwrap(), [n]);
        }
        assert_eq!(slip::filed(&mut t, 1).await.unwrap(), [("核实".to_owned(), 2), ("更正".to_owned(), 2)]);
        t.commit().await.unwrap();
        let slips = slip::of(&store, 1).await.unwrap();
        let told: Vec<_> = slips.iter().map(|slip| (slip.n, slip.kind.as_str(), slip.corrects, slip.text.as_str(), slip.actor, slip.at)).collect();
        assert_eq!(told, [(1, "核实", None, "村口小卖部", 2, hours(2)), (2, "更正", Some(1), "已退回", 2, hours(2))]);
        let rows = store.db.fetch("SELECT sealed FROM slip", vec![]).await.unwrap();
        let clear = "村口小卖部".as_bytes();
        assert!(rows.iter().all(|row| !row.blob(0).unwrap().windows(clear.len()).any(|part| part == clear)));
        // a sealed text that was moved to another slip does not open
        store.db.execute("UPDATE slip SET n = 3 WHERE n = 2", vec![]).await.unwrap();
        assert!(slip::of(&store, 1).await.is_err());
        place.clear().await;
    }
}

#[tokio::test]
async fn a_delivery_taken_up_is_held_until_its_time_is_over_and_concluded_for_good() {
    for place in Place::all().await {
        let store = World::begin(&place).await.store;
        let mut rung = store.owed.subscribe();
        let mut t = turn(&store).await;
        let seq = t.seq();
        let owed = |channel, recipient: &str| Owed {
            seq,
            channel,
            recipient: recipient.to_owned(),
            warning: Some(1),
            payload: "{}".to_owned(),
            urgency: 0,
            at: hours(1),
        };
        for recipient in ["agriculture", "treasury", "budget"] {
            t.owe(owed(Channel::Console, recipient));
        }
        t.owe(owed(Channel::Email, "a@example.cn"));
        assert!(!rung.has_changed().unwrap());
        t.commit().await.unwrap();
        assert!(rung.has_changed().unwrap());
        rung.mark_unchanged();

        let minutes = |n| hours(1) + TimeDelta::minutes(n);
        let claim = async |at: DateTime<Utc>, limit| delivery::claim(&store, Channel::Console, at, TimeDelta::minutes(1), limit).await.unwrap();
        let names = |claimed: &[delivery::Claimed]| claimed.iter().map(|d| (d.recipient.clone(), d.n, d.attempts)).collect::<Vec<_>>();
        let one = |recipient: &str, n, attempts| (recipient.to_owned(), n, attempts);
        assert_eq!(claim(hours(0), 9).await, [], "not before its time");
        let first = claim(minutes(0), 2).await;
        assert_eq!(names(&first), [one("agriculture", 1, 1), one("treasury", 2, 1)]);
        assert_eq!(names(&claim(minutes(0), 9).await), [one("budget", 3, 1)], "what is held is left alone");
        assert_eq!(claim(minutes(0), 9).await, []);
        delivery::put_back(&store, &first[1], minutes(30), "线路不通").await.unwrap();
        assert_eq!(names(&claim(minutes(1), 9).await), [one("agriculture", 1, 2), one("budget", 3, 2)], "the lease is over");

        let parked = Outcome { seq, n: 3, parked: Some("没有这个频道".to_owned()), message: None };
        delivery::conclude(&store, minutes(2), &[Outcome { seq, n: 1, parked: None, message: None }, parked]).await.unwrap();
        assert_eq!(names(&claim(minutes(90), 9).await), [one("treasury", 2, 2)], "what is concluded never goes out again");
        // an outcome that comes too late to be put back stays what it is
        delivery::put_back(&store, &first[0], minutes(0), "太迟").await.unwrap();
        let row = |channel: &str, status: &str, count| (channel.to_owned(), status.to_owned(), count);
        let counts = [row("console", "parked", 1), row("console", "queued", 1), row("console", "sent", 1), row("email", "queued", 1)];
        assert_eq!(delivery::counts(&store).await.unwrap(), counts);
        let pending = delivery::pending(&store, 9).await.unwrap();
        let told: Vec<_> = pending.iter().map(|p| (p.n, p.status.as_str(), p.reason.as_deref(), p.attempts)).collect();
        assert_eq!(told, [(2, "queued", Some("线路不通"), 2), (3, "parked", Some("没有这个频道"), 2)]);
        assert_eq!(delivery::pending(&store, 1).await.unwrap(), pending[..1]);
        assert!(!rung.has_changed().unwrap(), "an outcome owes nothing");
        place.clear().await;
    }
}

#[tokio::test]
async fn a_month_has_the_histories_that_were_open_in_it_as_they_then_stood() {
    for place in Place::all().await {
        let store = World::begin(&place).await.store;
        let mut t = written(&store).await;
        let (yellow, green) = (WarningState::YellowOpen, WarningState::GreenNormal);
        let transitions = [
            moved(1, "2026-10-30", Move::Fired, None, yellow, None),
            moved(1, "2026-11-04", Move::Claimed, Some(yellow), WarningState::YellowVerifying, Some("2026-11-20")),
            moved(2, "2026-12-01", Move::Fired, None, WarningState::RedOpen, None),
            moved(3, "2026-10-01", Move::Fired, None, yellow, None),
            moved(3, "2026-11-30", Move::VerifiedNormal, Some(yellow), green, Some("2026-10-10")),
        ];
        transition::write(&mut t.tx, OFFICE, &transitions).await.unwrap();
        t.commit().await.unwrap();
        let told = async |from: &str, until: &str| {
            let mut tx = store.db.snapshot().await.unwrap();
            let found = histories(&mut tx, store.office, day(from), day(until)).await.unwrap();
            found.into_iter().map(|h| (h.no, h.moves.len(), h.due_on)).collect::<Vec<(No, usize, NaiveDate)>>()
        };
        assert_eq!(told("2026-10-01", "2026-10-31").await, [(1, 1, day("2026-11-20")), (3, 1, day("2026-10-10"))]);
        assert_eq!(told("2026-11-01", "2026-11-30").await, [(1, 2, day("2026-11-09")), (3, 2, day("2026-11-01"))]);
        assert_eq!(told("2026-12-01", "2026-12-31").await, [(1, 2, day("2026-11-09")), (2, 1, day("2026-11-06"))]);
        assert_eq!(told("2026-09-01", "2026-09-30").await, []);
        place.clear().await;
    }
}
