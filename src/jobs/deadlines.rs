//! 期限催办: reminders before a deadline, escalation after it. Each stage once a deadline, and after a pause only the latest; nobody is called on a day off.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{Jobs, Tick, reached};
use crate::domain::{Level, Light};
use crate::store::chased::{self, Stage};
use crate::store::{Entry, StoreError, Turn, staff, warning};
use crate::watch::{Moment, Orders, chase};

/// Said in one turn.
const AT_ONCE: i64 = 200;

/// What was said of deadlines, and to whom.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chased {
    pub today: NaiveDate,
    pub said: Vec<Said>,
}

/// One deadline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    /// The warning: year × 1 000 000 + number.
    pub no: i64,
    pub stage: Stage,
    /// Staff ids of those who were called.
    pub calls: Vec<i64>,
}

pub(super) async fn run(jobs: &Jobs, when: &str) -> Result<(), StoreError> {
    loop {
        let now = jobs.clock.now();
        let mut turn = jobs.store.turn().await?;
        let orders = jobs.orders.as_of(&mut turn).await?;
        let Some(today) = reached(when, now).filter(|day| orders.calendar.is_working_day(*day)) else { return Ok(()) };
        let due = chased::due(&mut turn.tx, turn.office, today, &orders.calendar, orders.settings.chasing, AT_ONCE).await?;
        if due.is_empty() {
            return Ok(());
        }
        let people = staff::all_in(&mut turn.tx, turn.office).await?;
        let numbers: Vec<i64> = due.iter().map(|(no, _)| *no).collect();
        let warnings = warning::of_numbers(&mut turn.tx, turn.office, &numbers).await?;
        let whom = |no: i64, stage| {
            let found = warnings.iter().find(|warning| warning.no == no);
            found.map(|warning| chase::whom(&orders, &people, warning, stage).iter().map(|person| person.id).collect()).unwrap_or_default()
        };
        let said = due.into_iter().map(|(no, stage)| Said { no, stage, calls: whom(no, stage) }).collect();
        let chased = Chased { today, said };
        let entry = Tick::Deadlines(chased.clone()).record(&mut turn, now)?;
        apply(&mut turn, &orders, &entry, &chased).await?;
        turn.commit().await?;
    }
}

pub(super) async fn apply(turn: &mut Turn, orders: &Orders, entry: &Entry, chased: &Chased) -> Result<(), StoreError> {
    let people = staff::all_in(&mut turn.tx, turn.office).await?;
    let numbers: Vec<i64> = chased.said.iter().map(|said| said.no).collect();
    let warnings = warning::of_numbers(&mut turn.tx, turn.office, &numbers).await?;
    let moment = Moment { seq: entry.seq, line: 1, at: entry.at };
    let mut remembered = Vec::new();
    for said in &chased.said {
        let Some(warning) = warnings.iter().find(|warning| warning.no == said.no) else { continue };
        let calls: Vec<_> = said.calls.iter().filter_map(|id| people.iter().find(|person| person.id == *id)).collect();
        let by_mail = said.stage >= Stage::Leading || warning.state.light() == Light::Lit(Level::Red);
        chase::call(turn, orders, &people, warning, said.stage.into(), &calls, by_mail, moment)?;
        remembered.push((said.no, warning.due_on, said.stage));
    }
    chased::write(turn, entry.seq, &remembered).await
}
