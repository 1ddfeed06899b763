//! The white list (白名单): its entries as they stand, and which records of which warnings they concern. What was written stands in the register BM.

use chrono::NaiveDate;
use commands::white_list::SubjectKind;

use super::db::Tx;
use super::row::Row;
use super::statement::Among;
use super::warning::{No, date};
use super::{Store, StoreError, Turn};
use crate::binds;
use crate::domain::white_list::{Line, WhiteList};

/// How an entry stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// A second person is to approve it.
    Waiting,
    Valid,
    Returned,
    Revoked,
    Expired,
}

impl State {
    const ALL: [State; 5] = [State::Waiting, State::Valid, State::Returned, State::Revoked, State::Expired];

    /// The code in the database.
    pub const fn code(self) -> &'static str {
        match self {
            State::Waiting => "waiting",
            State::Valid => "valid",
            State::Returned => "returned",
            State::Revoked => "revoked",
            State::Expired => "expired",
        }
    }

    /// What people read.
    pub const fn name(self) -> &'static str {
        match self {
            State::Waiting => "待批准",
            State::Valid => "有效",
            State::Returned => "已退回",
            State::Revoked => "已撤销",
            State::Expired => "已到期",
        }
    }
}

/// An entry as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entered {
    pub line: Line,
    pub state: State,
    /// Staff id of whoever entered it.
    pub actor: i64,
}

const COLUMNS: &str = "no, rule, kind, subject, until_on, red, state, actor";

fn read(row: &Row) -> Result<Entered, StoreError> {
    let one = || -> Result<Entered, StoreError> {
        let (kind, state) = (row.text(2)?, row.text(6)?);
        let line = Line {
            no: row.int(0)?,
            rule: row.text(1)?.to_owned(),
            kind: SubjectKind::from_code(kind).ok_or(StoreError::BadColumn { column: 2, expected: "a kind of subject" })?,
            subject: row.text(3)?.to_owned(),
            until: date(Some(row.text(4)?), 4)?.ok_or(StoreError::BadColumn { column: 4, expected: "a date" })?,
            red: row.int(5)? != 0,
        };
        let state = State::ALL.into_iter().find(|known| known.code() == state).ok_or(StoreError::BadColumn { column: 6, expected: "a state" })?;
        Ok(Entered { line, state, actor: row.int(7)? })
    };
    one().map_err(|e| e.in_row("white_list", row.int(0).unwrap_or(0)))
}

/// Writes an entry, or how it stands from now on.
pub async fn write(turn: &mut Turn, seq: i64, entered: &Entered) -> Result<(), StoreError> {
    let Entered { line, state, actor } = entered;
    let row = binds![
        turn.office,
        line.no,
        seq,
        line.rule.as_str(),
        line.kind.code(),
        line.subject.as_str(),
        line.until.to_string(),
        i64::from(line.red),
        state.code(),
        *actor
    ];
    let columns = ["office_id", "no", "seq", "rule", "kind", "subject", "until_on", "red", "state", "actor"];
    let tail = "ON CONFLICT (office_id, no) DO UPDATE SET seq = excluded.seq, state = excluded.state, red = excluded.red";
    turn.tx.insert("white_list", &columns, vec![row], tail).await
}

/// All that hold.
pub async fn in_force(tx: &mut Tx, office: i64) -> Result<WhiteList, StoreError> {
    let text = format!("SELECT {COLUMNS} FROM white_list WHERE office_id = $1 AND state = 'valid' ORDER BY no");
    let entries: Vec<Entered> = tx.fetch(text, binds![office]).await?.iter().map(read).collect::<Result<_, _>>()?;
    Ok(WhiteList::new(entries.into_iter().map(|entered| entered.line)))
}

/// The entry of this number.
pub async fn of(tx: &mut Tx, office: i64, no: i64) -> Result<Option<Entered>, StoreError> {
    let rows = tx.fetch(format!("SELECT {COLUMNS} FROM white_list WHERE office_id = $1 AND no = $2"), binds![office, no]).await?;
    rows.first().map(read).transpose()
}

/// Those whose last day has passed.
pub async fn expired(tx: &mut Tx, office: i64, today: NaiveDate) -> Result<Vec<Entered>, StoreError> {
    let text = format!("SELECT {COLUMNS} FROM white_list WHERE office_id = $1 AND state IN ('valid', 'waiting') AND until_on < $2 ORDER BY no");
    tx.fetch(text, binds![office, today.to_string()]).await?.iter().map(read).collect()
}

/// Entries of a rule, or all, what holds and waits first.
pub async fn list(store: &Store, rule: Option<&str>, limit: i64) -> Result<Vec<Entered>, StoreError> {
    let narrowed = rule.map_or("", |_| " AND rule = $3");
    let mut values = binds![store.office, limit];
    values.extend(rule.map(Into::into));
    let text = format!(
        "SELECT {COLUMNS} FROM white_list WHERE office_id = $1{narrowed} ORDER BY CASE WHEN state IN ('valid', 'waiting') THEN 0 ELSE 1 END, no DESC LIMIT $2"
    );
    store.db.fetch(text, values).await?.iter().map(read).collect()
}

/// Those that ever concerned a warning.
pub async fn of_warning(store: &Store, no: No) -> Result<Vec<Entered>, StoreError> {
    let concerned = "SELECT entry FROM white_listed WHERE office_id = $1 AND no = $2";
    let text = format!("SELECT {COLUMNS} FROM white_list WHERE office_id = $1 AND no IN ({concerned}) ORDER BY no");
    store.db.fetch(text, binds![store.office, no]).await?.iter().map(read).collect()
}

/// A record of a warning that an entry concerns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Concerned {
    pub no: No,
    /// The record's place in its list.
    pub n: i64,
    pub entry: i64,
    pub seq: i64,
}

/// Writes down what entries concern.
pub async fn concern(tx: &mut Tx, office: i64, concerned: &[Concerned]) -> Result<(), StoreError> {
    let rows = concerned.iter().map(|c| binds![office, c.no, c.n, c.entry, c.seq]);
    tx.insert("white_listed", &["office_id", "no", "n", "entry", "seq"], rows, "ON CONFLICT (office_id, no, n, entry) DO NOTHING").await
}

/// The warnings that an entry concerns.
pub async fn concerned_by(tx: &mut Tx, office: i64, entry: i64) -> Result<Vec<No>, StoreError> {
    let rows = tx.fetch("SELECT DISTINCT no FROM white_listed WHERE office_id = $1 AND entry = $2 ORDER BY no", binds![office, entry]).await?;
    rows.iter().map(|row| row.int(0)).collect()
}

/// Which entries concern which records of these warnings.
pub async fn concerned(tx: &mut Tx, office: i64, numbers: &[No]) -> Result<Vec<Concerned>, StoreError> {
    let among = Among { columns: "no, n, entry, seq", table: "white_listed", fixed: "office_id = $1", fixed_binds: &[office.into()], on: &["no"], tail: "" };
    let rows = tx.fetch_among(among, numbers.iter().map(|no| binds![*no]).collect()).await?;
    rows.iter().map(|row| Ok(Concerned { no: row.int(0)?, n: row.int(1)?, entry: row.int(2)?, seq: row.int(3)? })).collect()
}

/// The warnings of a rule that somebody has to act on, or that are on the list.
pub async fn standing(tx: &mut Tx, office: i64, rule: &str) -> Result<Vec<No>, StoreError> {
    let listed = "state IN ('bell_listed', 'yellow_listed', 'red_listed')";
    let text = format!("SELECT no FROM warning WHERE office_id = $1 AND rule = $2 AND (closed_at IS NULL OR {listed}) ORDER BY no");
    tx.fetch(text, binds![office, rule]).await?.iter().map(|row| row.int(0)).collect()
}
