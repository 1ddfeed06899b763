//! What is open, looked at as a whole (在办): who has how much of it, what is overdue, what was counted by a calendar.

use chrono::NaiveDate;

use super::db::Tx;
use super::warning::{No, date, state};
use super::{Store, StoreError};
use crate::binds;
use crate::domain::WarningState;

/// Open warnings of a section whose deadline has passed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Overdue {
    /// Section code.
    pub section: String,
    pub count: i64,
    /// The deadline that passed first.
    pub since: NaiveDate,
}

/// What is overdue of every section that has any, the longest first (督促协调, part 2 (一)).
pub async fn overdue(store: &Store, today: NaiveDate) -> Result<Vec<Overdue>, StoreError> {
    let text = "SELECT section, COUNT(*), MIN(due_on) FROM warning WHERE office_id = $1 AND closed_at IS NULL AND due_on < $2 GROUP BY section ORDER BY MIN(due_on), section";
    let rows = store.db.fetch(text, binds![store.office, today.to_string()]).await?;
    rows.iter().map(|row| Ok(Overdue { section: row.text(0)?.to_owned(), count: row.int(1)?, since: date(Some(row.text(2)?), 2)?.unwrap_or(today) })).collect()
}

/// Open warnings of one section, one handler and one state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// Section code.
    pub section: String,
    /// Staff id.
    pub handler: Option<i64>,
    pub state: WarningState,
    pub count: i64,
}

/// Who has how many, in which state.
pub async fn held(tx: &mut Tx, office: i64) -> Result<Vec<Held>, StoreError> {
    let text = "SELECT section, handler, state, COUNT(*) FROM warning WHERE office_id = $1 AND closed_at IS NULL GROUP BY section, handler, state ORDER BY section, handler, state";
    let rows = tx.fetch(text, binds![office]).await?;
    rows.iter().map(|row| Ok(Held { section: row.text(0)?.to_owned(), handler: row.opt_int(1)?, state: state(row.text(2)?, 2)?, count: row.int(3)? })).collect()
}

/// Which they are, at most `limit`.
pub async fn numbers(tx: &mut Tx, office: i64, held: &Held, limit: i64) -> Result<Vec<No>, StoreError> {
    let text =
        "SELECT no FROM warning WHERE office_id = $1 AND closed_at IS NULL AND section = $2 AND COALESCE(handler, 0) = $3 AND state = $4 ORDER BY no LIMIT $5";
    let rows = tx.fetch(text, binds![office, held.section.as_str(), held.handler.unwrap_or(0), held.state.code(), limit]).await?;
    rows.iter().map(|row| row.int(0)).collect()
}

/// The last deadline of all that is open.
pub async fn latest_deadline(tx: &mut Tx, office: i64) -> Result<Option<NaiveDate>, StoreError> {
    let rows = tx.fetch("SELECT MAX(due_on) FROM warning WHERE office_id = $1 AND closed_at IS NULL", binds![office]).await?;
    rows.first().map_or(Ok(None), |row| date(row.opt_text(0)?, 0))
}

/// Open warnings due after a day whose deadline was counted: not those whose correction somebody has laid down a day for (整改期限).
pub async fn counted_after(tx: &mut Tx, office: i64, day: NaiveDate) -> Result<Vec<(No, NaiveDate)>, StoreError> {
    let closed: Vec<&str> = WarningState::ALL.into_iter().filter(|state| !state.is_open()).map(WarningState::code).collect();
    let since = format!("u.office_id = t.office_id AND u.no = t.no AND u.n > t.n AND u.from_state IN ('{}')", closed.join("', '"));
    let laid_down =
        format!("t.office_id = w.office_id AND t.no = w.no AND t.move = 'verified_violation' AND NOT EXISTS (SELECT 1 FROM transition u WHERE {since})");
    let text = format!(
        "SELECT no, due_on FROM warning w WHERE office_id = $1 AND closed_at IS NULL AND due_on > $2 AND NOT EXISTS (SELECT 1 FROM transition t WHERE {laid_down}) ORDER BY no"
    );
    let rows = tx.fetch(text, binds![office, day.to_string()]).await?;
    rows.iter().map(|row| Ok((row.int(0)?, date(Some(row.text(1)?), 1)?.unwrap_or(day)))).collect()
}
