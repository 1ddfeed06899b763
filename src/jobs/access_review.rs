//! 用户权限年审: once a year, on the first working day of December, each section's head is asked to confirm who holds what. After a pause it catches up, once.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, NaiveDate};
use commands::access::AccessState;
use commands::{Permission, Register};
use serde::{Deserialize, Serialize};

use super::{Jobs, Tick};
use crate::delivery::note::{Note, NoteKind};
use crate::domain::Calendar;
use crate::domain::calendar::local_date;
use crate::store::staff::{self, Staff};
use crate::store::{Entry, EntryKind, StoreError, Turn, journal, register};
use crate::watch::Orders;
use crate::watch::notify::notify;
use crate::watch::route;

/// Working days to confirm it in. The regulation sets no number.
const DAYS: u32 = 10;

/// A year's review that was begun.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reviewed {
    pub year: i32,
}

/// What a section's entry holds: staff id, name and permissions, as they stood.
#[derive(Debug, Serialize)]
struct Listed<'a> {
    year: i32,
    people: Vec<(i64, &'a str, &'a [Permission])>,
}

pub(super) async fn run(jobs: &Jobs) -> Result<(), StoreError> {
    let now = jobs.clock.now();
    let mut turn = jobs.store.turn().await?;
    let orders = jobs.orders.as_of(&mut turn).await?;
    let (day, year) = latest(&orders.calendar, local_date(now));
    // an office that began later has nothing to make up for
    let begun = journal::began(&mut turn.tx, turn.office).await?.is_some_and(|at| local_date(at) < day);
    if !begun || turn.number(&series(year)).await? > 0 {
        return Ok(());
    }
    let tick = Reviewed { year };
    let content = serde_json::to_vec(&Tick::AccessReview(tick.clone())).map_err(|e| StoreError::BadEntry { seq: turn.seq() + 1, reason: e.to_string() })?;
    let entry = turn.record(now, EntryKind::Tick, None, content)?;
    apply(&mut turn, &orders, &entry, &tick).await?;
    turn.commit().await
}

fn series(year: i32) -> String {
    format!("access_review/{year}")
}

/// The latest day on which a review was or is to begin, and its year.
fn latest(calendar: &Calendar, today: NaiveDate) -> (NaiveDate, i32) {
    let first = |year| calendar.add(NaiveDate::from_ymd_opt(year, 11, 30).unwrap_or(NaiveDate::MAX), 1);
    let year = if first(today.year()) <= today { today.year() } else { today.year() - 1 };
    (first(year), year)
}

pub(super) async fn apply(turn: &mut Turn, orders: &Orders, entry: &Entry, tick: &Reviewed) -> Result<(), StoreError> {
    turn.next_number(&series(tick.year)).await?;
    let people = staff::all_in(&mut turn.tx, turn.office).await?;
    let mut sections: BTreeMap<&str, Vec<&Staff>> = BTreeMap::new();
    for person in people.iter().filter(|person| person.active && orders.settings.kind(&person.section).is_some()) {
        sections.entry(orders.settings.manager(&person.section).unwrap_or(&person.section)).or_default().push(person);
    }
    let due_on = orders.calendar.add(local_date(entry.at), DAYS);
    for (section, theirs) in sections {
        let listed = Listed { year: tick.year, people: theirs.iter().map(|p| (p.id, p.name.as_str(), &p.permissions[..])).collect() };
        let no = register::enter(turn, Register::Access, entry.by(), (section, AccessState::Review.code(), Some(due_on)), "年审", &listed).await?;
        let held = |person: &Staff| person.permissions.iter().map(|permission| permission.name()).collect::<Vec<_>>().join("、");
        let lines = theirs.iter().map(|person| (person.name.clone(), held(person))).collect();
        let section_name = Some(orders.settings.section_name(section));
        let note = Note { note: NoteKind::AccessReview, at: entry.at, serial: Some(no), section: section_name, due_on: Some(due_on), lines };
        notify(turn, entry.seq, route::heads(&orders.settings, section, &people, &BTreeSet::new()), &note)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_begins_on_the_first_working_day_of_december() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        for (today, begun, year) in [
            ("2026-11-30", "2025-12-01", 2025),
            ("2026-12-01", "2026-12-01", 2026),
            ("2024-12-01", "2023-12-01", 2023),
            ("2024-12-02", "2024-12-02", 2024),
            ("2027-02-01", "2026-12-01", 2026),
        ] {
            assert_eq!(latest(Calendar::shipped(), day(today)), (day(begun), year), "{today}");
        }
    }
}
