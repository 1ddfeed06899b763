//! 到期复判: a grace period or a limit has run out. Touches what is due and nothing else; after a pause it catches up exactly once.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{Jobs, Tick};
use crate::domain::Entity;
use crate::domain::calendar::local_date;
use crate::store::ledger::{self, Due};
use crate::store::{Entry, StoreError, Turn};
use crate::watch::{self, Moment, Orders};

/// Judged in one turn.
const AT_ONCE: i64 = 500;

/// What a sweep judged again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Swept {
    pub today: NaiveDate,
    /// (rule, table, key)
    pub due: Vec<(String, String, String)>,
}

pub(super) async fn run(jobs: &Jobs) -> Result<(), StoreError> {
    loop {
        let now = jobs.clock.now();
        let mut turn = jobs.store.turn().await?;
        let today = local_date(now);
        let due = ledger::due(&mut turn.tx, turn.office, today, AT_ONCE).await?;
        if due.is_empty() {
            return Ok(());
        }
        let swept = Swept { today, due: due.into_iter().map(|d| (d.rule, d.entity.table().to_owned(), d.key)).collect() };
        let entry = Tick::Sweep(swept.clone()).record(&mut turn, now)?;
        let orders = jobs.orders.as_of(&mut turn).await?;
        apply(&mut turn, &orders, &entry, &swept).await?;
        turn.commit().await?;
    }
}

pub(super) async fn apply(turn: &mut Turn, orders: &Orders, entry: &Entry, swept: &Swept) -> Result<(), StoreError> {
    let entity = |table: &str| Entity::ALL.into_iter().find(|entity| entity.table() == table);
    let due: Vec<Due> = swept
        .due
        .iter()
        .filter_map(|(rule, table, key)| Some(Due { rule: rule.clone(), entity: entity(table)?, key: key.clone(), on: Some(swept.today) }))
        .collect();
    watch::sweep(turn, orders, Moment { seq: entry.seq, line: 1, at: entry.at }, &due).await
}
