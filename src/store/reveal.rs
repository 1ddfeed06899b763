//! Reveals (全文查看): who saw the full texts of a warning.

use super::register::By;
use super::warning::No;
use super::{Store, StoreError, Turn};
use crate::binds;

/// Notes that somebody saw them.
pub async fn enter(turn: &mut Turn, no: No, by: By) -> Result<(), StoreError> {
    let columns = ["office_id", "no", "seq", "at", "actor"];
    let row = binds![turn.office, no, by.seq, by.at.timestamp_micros(), by.actor.unwrap_or(0)];
    turn.tx.insert("reveal", &columns, vec![row], "").await
}

/// How often they were seen.
pub async fn count(store: &Store, no: No) -> Result<i64, StoreError> {
    let rows = store.db.fetch("SELECT COUNT(*) FROM reveal WHERE office_id = $1 AND no = $2", binds![store.office, no]).await?;
    rows.first().map_or(Ok(0), |row| row.int(0))
}

/// The same, as the turn sees it.
pub async fn count_in(turn: &mut Turn, no: No) -> Result<i64, StoreError> {
    let rows = turn.tx.fetch("SELECT COUNT(*) FROM reveal WHERE office_id = $1 AND no = $2", binds![turn.office, no]).await?;
    rows.first().map_or(Ok(0), |row| row.int(0))
}
