//! What holds of the office after whatever was said.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, Months, NaiveDate, TimeDelta};
use commands::{Permission, SectionKind};
use jingling::binds;
use jingling::desk::Reply;
use jingling::domain::Level;
use jingling::domain::calendar::local_date;
use jingling::rebuild::rebuild;
use jingling::reports::month;
use jingling::store::audit::Walk;
use jingling::store::delivery::{self, Channel, Outcome};
use jingling::store::setting::OfficeSettings;
use jingling::store::staff::{self, Staff};
use jingling::store::warning::{self, Filter, Warning};
use jingling::store::{Store, absence, audit, co_handler, slip};

use super::said::{LEAD, PERSONAL, UNIT};
use crate::place::Place;
use crate::world::{OFFICE, World, differences, keyring};

pub async fn warnings(world: &World) -> Vec<Warning> {
    let mut all = warning::list(&world.store, &Filter::default(), 10_000).await.unwrap();
    all.sort_by_key(|w| w.no);
    all
}

/// Whether a person may know of a warning: their section answers for it or helps, it is in their hands, or they read every section's.
pub async fn may_know(world: &World, person: &Staff, w: &Warning) -> bool {
    use SectionKind::{Agriculture, LeadOffice, Leadership, Supervision, Treasury};
    let kind = world.desk.orders.settings.kind(&person.section);
    let reads_all = kind.is_some_and(|kind| [Agriculture, LeadOffice, Leadership, Supervision, Treasury].contains(&kind));
    let in_hand = w.state.is_open() && w.handler == Some(person.id);
    reads_all || in_hand || person.section == w.section || co_handler::of(&world.store, w.no).await.unwrap().contains(&person.section)
}

/// Whether a warning may lie in a person's hands.
fn may_have(settings: &OfficeSettings, person: &Staff, w: &Warning) -> bool {
    person.active
        && person.may(Permission::Handle)
        && settings.kind(&person.section).is_some()
        && (person.section == w.section || person.section == settings.leading())
}

/// Every open warning has somebody on it who may act, is there today, and has something to do; or the self-audit cries.
pub async fn is_tended(world: &World) {
    let (settings, today) = (&world.desk.orders.settings, local_date(world.clock.now()));
    let people = staff::all(&world.store).await.unwrap();
    let away: BTreeSet<i64> =
        absence::live_now(&world.store).await.unwrap().iter().filter(|leave| leave.meets(today, today)).map(|leave| leave.person).collect();
    let cries = world.jobs.troubles.all().iter().any(|(of, _)| of == "self_audit");
    for w in warnings(world).await.iter().filter(|w| w.state.is_open()) {
        let handler = people.iter().find(|person| Some(person.id) == w.handler);
        let tended = handler.is_some_and(|person| may_have(settings, person, w) && !away.contains(&person.id));
        assert!(tended || cries, "{} of {} lies with {handler:?}; away: {away:?}", w.no, w.section);
        assert!(w.due_on >= local_date(w.fired_at) && w.closed_at.is_none());
    }
}

/// Nothing that chat may carry names anybody of the evidence, or tells of a lead.
pub fn is_discreet(reply: &Reply, line: &str) {
    let (Reply::Said(_) | Reply::Sheet(_)) = reply else { return };
    let told = reply.to_string();
    for personal in PERSONAL.iter().chain([&LEAD, &UNIT]) {
        assert!(!told.contains(personal), "{line}\n{told}");
    }
}

/// What anybody moved by hand since an entry was theirs to move, by what they were and held before.
pub async fn moved_rightly(world: &World, since: i64, people: &[Staff], before: &[Warning], line: &str) {
    const OF_HANDLERS: [&str; 12] = [
        "claimed",
        "assigned",
        "finished",
        "verified_normal",
        "verified_violation",
        "corrected",
        "proposed",
        "doubted",
        "engaged",
        "amended",
        "paused",
        "resumed",
    ];
    let rows = world.store.db.fetch("SELECT no, move, actor FROM transition WHERE seq > $1 AND actor IS NOT NULL", binds![since]).await.unwrap();
    for row in rows {
        let (no, how, actor) = (row.int(0).unwrap(), row.text(1).unwrap(), row.int(2).unwrap());
        let person = people.iter().find(|person| person.id == actor).unwrap();
        let kind = world.desk.orders.settings.kind(&person.section);
        // granting access and going on leave move warnings on by themselves
        if ["reassigned", "stood_in", "handed_back"].contains(&how) {
            continue;
        }
        assert!(person.active && kind.is_some_and(|kind| kind != SectionKind::InfoCenter), "{person:?} {line}");
        let w = before.iter().find(|w| w.no == no).unwrap();
        assert!(may_know(world, person, w).await, "{person:?} {line}");
        if OF_HANDLERS.contains(&how) {
            assert!(person.may(Permission::Handle) && (person.section == w.section || w.handler == Some(actor)), "{person:?} {how} {line}");
        }
    }
}

/// What took two people took two.
pub async fn took_two(store: &Store) {
    let alone = [
        "SELECT COUNT(*) FROM proposal WHERE status IN ('approved', 'returned') AND settled_by = proposed_by",
        "SELECT COUNT(*) FROM register_entry e JOIN register_step s ON s.office_id = e.office_id AND s.register = e.register AND s.no = e.no WHERE s.actor = e.actor AND ((e.register = 'access' AND s.step = '授予') OR (e.register = 'countersign' AND s.step = '同意'))",
    ];
    for text in alone {
        let rows = store.db.fetch(text, vec![]).await.unwrap();
        assert_eq!(rows[0].int(0).unwrap(), 0, "{text}");
    }
    // nothing waits on what is closed
    let rows = store.db.fetch("SELECT COUNT(*) FROM proposal p JOIN warning w ON w.office_id = p.office_id AND w.no = p.no WHERE p.status = 'waiting' AND w.closed_at IS NOT NULL", vec![]).await.unwrap();
    assert_eq!(rows[0].int(0).unwrap(), 0);
}

/// Every month adds up, begins as the one before ended, and the last ends with what is open.
pub async fn adds_up(world: &World, from: NaiveDate) {
    let today = local_date(world.clock.now());
    let mut first = from.with_day(1).unwrap();
    let mut stood: BTreeMap<(String, Level), i64> = BTreeMap::new();
    while first <= today {
        let month = month::count(&world.store, &world.desk.orders.settings, first, today).await.unwrap();
        assert!(month.balances(), "{first}: {:?}", month.flows);
        let part =
            |part: fn(&month::Flow) -> i64| month.flows.iter().map(|(place, flow)| (place.clone(), part(flow))).filter(|(_, count)| *count > 0).collect();
        let opening: BTreeMap<_, _> = part(|flow| flow.opening);
        assert_eq!(opening, stood, "{first}");
        stood = part(|flow| flow.closing);
        first = first + Months::new(1);
    }
    let mut open: BTreeMap<(String, Level), i64> = BTreeMap::new();
    for w in warnings(world).await {
        if let Some(level) = w.state.open_level() {
            *open.entry((world.desk.orders.settings.section_name(&w.section), level)).or_default() += 1;
        }
    }
    assert_eq!(stood, open);
}

/// Everything that is owed goes out, and none of it tells more than it may.
pub async fn drains(world: &World) {
    let now = world.clock.now();
    for channel in Channel::ALL {
        loop {
            let claimed = delivery::claim(&world.store, channel, now, TimeDelta::minutes(1), 500).await.unwrap();
            if claimed.is_empty() {
                break;
            }
            for owed in &claimed {
                let chat = (channel != Channel::Email).then_some(&UNIT);
                for personal in PERSONAL.iter().chain([&LEAD]).chain(chat) {
                    assert!(!owed.payload.contains(personal), "{}", owed.payload);
                }
            }
            let sent: Vec<Outcome> = claimed.iter().map(|owed| Outcome { seq: owed.seq, n: owed.n, parked: None, message: None }).collect();
            delivery::conclude(&world.store, now, &sent).await.unwrap();
        }
    }
    assert!(delivery::counts(&world.store).await.unwrap().iter().all(|(_, status, _)| status == "sent"));
}

/// No slip holds a number that tells of a person.
pub async fn slips_are_clean(world: &World) {
    for w in warnings(world).await {
        for filed in slip::of(&world.store, w.no).await.unwrap() {
            assert!(!PERSONAL[5..].iter().any(|personal| filed.text.contains(personal)), "{}", filed.text);
        }
    }
}

/// The chain is whole, and replayed it gives the same tables.
pub async fn is_proven(store: &Store, copy: &Place) {
    assert!(matches!(audit::walk(store, None, |_| ()).await.unwrap(), Walk::Whole { .. }));
    let into = Store::new(copy.emptied().await.db.clone(), OFFICE, keyring(1));
    rebuild(store, &into, |_| ()).await.unwrap();
    assert_eq!(differences(store, &into, &[]).await, [""; 0]);
}
