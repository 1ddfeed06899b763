//! Deadlines that stand still (暂停): one row while it does. A warning that was closed, or got another deadline meanwhile, is paused no more.

use chrono::NaiveDate;

use super::db::Tx;
use super::row::Row;
use super::warning::{No, date};
use super::{Store, StoreError, Turn};
use crate::binds;

/// A deadline that stands still.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pause {
    pub no: No,
    /// Local date.
    pub since: NaiveDate,
    /// Local date from which it runs again.
    pub until: NaiveDate,
    /// The deadline that stood before.
    pub stood: NaiveDate,
    /// The deadline if it lasts to its end.
    pub due_on: NaiveDate,
}

const COLUMNS: &str = "p.no, p.since, p.until_on, p.stood, p.due_on";
/// A new deadline may fall on the very day to which the pause had moved the old one: the moves that lay one down end it all the same.
const HOLDS: &str = "FROM pause p JOIN warning w ON w.office_id = p.office_id AND w.no = p.no AND w.due_on = p.due_on AND w.closed_at IS NULL AND NOT EXISTS (SELECT 1 FROM transition t WHERE t.office_id = p.office_id AND t.no = p.no AND t.seq > p.seq AND t.move IN ('rose', 'verified_violation', 'reopened'))";

fn read(row: &Row) -> Result<Pause, StoreError> {
    let day = |at: usize| Ok::<_, StoreError>(date(Some(row.text(at)?), at)?.unwrap_or_default());
    let one = || -> Result<Pause, StoreError> { Ok(Pause { no: row.int(0)?, since: day(1)?, until: day(2)?, stood: day(3)?, due_on: day(4)? }) };
    one().map_err(|e| e.in_row("pause", row.int(0).unwrap_or(0)))
}

/// Begins it.
pub async fn write(turn: &mut Turn, seq: i64, pause: &Pause) -> Result<(), StoreError> {
    let Pause { no, since, until, stood, due_on } = pause;
    let row = binds![turn.office, *no, since.to_string(), until.to_string(), stood.to_string(), due_on.to_string(), seq];
    let columns = ["office_id", "no", "since", "until_on", "stood", "due_on", "seq"];
    let updates: Vec<String> = columns.iter().skip(2).map(|column| format!("{column} = excluded.{column}")).collect();
    turn.tx.insert("pause", &columns, vec![row], &format!("ON CONFLICT (office_id, no) DO UPDATE SET {}", updates.join(", "))).await
}

/// That of one warning.
pub async fn of(tx: &mut Tx, office: i64, no: No) -> Result<Option<Pause>, StoreError> {
    let rows = tx.fetch(format!("SELECT {COLUMNS} {HOLDS} WHERE p.office_id = $1 AND p.no = $2"), binds![office, no]).await?;
    rows.first().map(read).transpose()
}

/// All that hold.
pub async fn all(tx: &mut Tx, office: i64) -> Result<Vec<Pause>, StoreError> {
    let rows = tx.fetch(format!("SELECT {COLUMNS} {HOLDS} WHERE p.office_id = $1 ORDER BY p.no"), binds![office]).await?;
    rows.iter().map(read).collect()
}

/// The same, as last committed.
pub async fn all_now(store: &Store) -> Result<Vec<Pause>, StoreError> {
    let rows = store.db.fetch(format!("SELECT {COLUMNS} {HOLDS} WHERE p.office_id = $1 ORDER BY p.no"), binds![store.office]).await?;
    rows.iter().map(read).collect()
}

/// Ends it.
pub async fn remove(turn: &mut Turn, no: No) -> Result<(), StoreError> {
    turn.tx.execute("DELETE FROM pause WHERE office_id = $1 AND no = $2", binds![turn.office, no]).await.map(drop)
}
