//! Who is away, and who stands in (请假、代理); and which warnings a stand-in has from whom.

use chrono::NaiveDate;

use super::db::Tx;
use super::row::Row;
use super::warning::{No, date};
use super::{Store, StoreError, Turn};
use crate::binds;

/// Where leave stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// still to come
    Planned,
    /// the stand-in has taken over
    Away,
    /// past
    Over,
    Cancelled,
}

impl State {
    const ALL: [State; 4] = [State::Planned, State::Away, State::Over, State::Cancelled];

    /// The code in the database.
    pub const fn code(self) -> &'static str {
        match self {
            State::Planned => "planned",
            State::Away => "away",
            State::Over => "over",
            State::Cancelled => "cancelled",
        }
    }
}

/// Somebody's leave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Absence {
    /// Its number in the register, as it is stored.
    pub no: i64,
    /// Staff id.
    pub person: i64,
    /// Staff id.
    pub stand_in: i64,
    /// Local date.
    pub from: NaiveDate,
    /// Local date, the last away.
    pub until: NaiveDate,
    pub state: State,
}

impl Absence {
    /// Whether any day of it lies in these.
    pub fn meets(&self, from: NaiveDate, until: NaiveDate) -> bool {
        self.from <= until && from <= self.until
    }
}

const COLUMNS: &str = "no, person, stand_in, from_on, until_on, state";
/// What is neither over nor cancelled: a handful of rows.
const LIVE: &str = "FROM absence WHERE office_id = $1 AND state IN ('planned', 'away') ORDER BY from_on, no";

fn read(row: &Row) -> Result<Absence, StoreError> {
    let one = || -> Result<Absence, StoreError> {
        let day = |at: usize| Ok::<_, StoreError>(date(Some(row.text(at)?), at)?.unwrap_or_default());
        let code = row.text(5)?;
        let state = State::ALL.into_iter().find(|state| state.code() == code).ok_or(StoreError::BadColumn { column: 5, expected: "a state of leave" })?;
        Ok(Absence { no: row.int(0)?, person: row.int(1)?, stand_in: row.int(2)?, from: day(3)?, until: day(4)?, state })
    };
    one().map_err(|e| e.in_row("absence", row.int(0).unwrap_or(0)))
}

/// Enters it, or how it stands now.
pub async fn write(turn: &mut Turn, seq: i64, a: &Absence) -> Result<(), StoreError> {
    let columns = ["office_id", "no", "person", "stand_in", "from_on", "until_on", "state", "seq"];
    let row = binds![turn.office, a.no, a.person, a.stand_in, a.from.to_string(), a.until.to_string(), a.state.code(), seq];
    turn.tx.insert("absence", &columns, vec![row], "ON CONFLICT (office_id, no) DO UPDATE SET state = excluded.state, seq = excluded.seq").await
}

/// Leave by its number.
pub async fn of(tx: &mut Tx, office: i64, no: i64) -> Result<Option<Absence>, StoreError> {
    let rows = tx.fetch(format!("SELECT {COLUMNS} FROM absence WHERE office_id = $1 AND no = $2"), binds![office, no]).await?;
    rows.first().map(read).transpose()
}

/// Leave that runs or is to come, the nearest first, as the turn sees it.
pub async fn live(tx: &mut Tx, office: i64) -> Result<Vec<Absence>, StoreError> {
    let rows = tx.fetch(format!("SELECT {COLUMNS} {LIVE}"), binds![office]).await?;
    rows.iter().map(read).collect()
}

/// The same, as last committed.
pub async fn live_now(store: &Store) -> Result<Vec<Absence>, StoreError> {
    let rows = store.db.fetch(format!("SELECT {COLUMNS} {LIVE}"), binds![store.office]).await?;
    rows.iter().map(read).collect()
}

/// A warning that somebody does by standing in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lent {
    pub no: No,
    /// Number of the leave, as it is stored.
    pub leave: i64,
    /// Staff id of whoever got it.
    pub stand_in: i64,
}

/// Notes what a stand-in got.
pub async fn lend(turn: &mut Turn, seq: i64, lent: &[Lent]) -> Result<(), StoreError> {
    let rows = lent.iter().map(|lent| binds![turn.office, lent.no, lent.leave, lent.stand_in, seq]);
    let tail = "ON CONFLICT (office_id, no) DO UPDATE SET leave_no = excluded.leave_no, stand_in = excluded.stand_in, seq = excluded.seq";
    turn.tx.insert("standing_in", &["office_id", "no", "leave_no", "stand_in", "seq"], rows, tail).await
}

/// What was got by this leave.
pub async fn lent(tx: &mut Tx, office: i64, leave: i64) -> Result<Vec<Lent>, StoreError> {
    let rows = tx.fetch("SELECT no, leave_no, stand_in FROM standing_in WHERE office_id = $1 AND leave_no = $2 ORDER BY no", binds![office, leave]).await?;
    rows.iter().map(|row| Ok(Lent { no: row.int(0)?, leave: row.int(1)?, stand_in: row.int(2)? })).collect()
}

/// Forgets what was got by this leave.
pub async fn settle(turn: &mut Turn, leave: i64) -> Result<(), StoreError> {
    turn.tx.execute("DELETE FROM standing_in WHERE office_id = $1 AND leave_no = $2", binds![turn.office, leave]).await.map(drop)
}

/// For whom this person does which open warnings: (warning, staff id of whoever is away).
pub async fn for_whom(store: &Store, stand_in: i64) -> Result<Vec<(No, i64)>, StoreError> {
    let text = "SELECT s.no, a.person FROM warning w JOIN standing_in s ON s.office_id = w.office_id AND s.no = w.no AND s.stand_in = w.handler JOIN absence a ON a.office_id = s.office_id AND a.no = s.leave_no WHERE w.office_id = $1 AND w.handler = $2 AND w.closed_at IS NULL ORDER BY s.no";
    let rows = store.db.fetch(text, binds![store.office, stand_in]).await?;
    rows.iter().map(|row| Ok((row.int(0)?, row.int(1)?))).collect()
}
