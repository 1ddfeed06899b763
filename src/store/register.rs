//! Registers (登记簿): applications, countersignatures, notices and the like. An entry has a state and a deadline; what was written at each step is
//! sealed and never changed: a later word is a new step.

use std::collections::BTreeMap;

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use commands::{Register, SerialNo};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::db::Tx;
use super::row::Row;
use super::statement::Bind;
use super::warning::{date, time};
use super::{Store, StoreError, Turn};
use crate::binds;
use crate::domain::calendar::local_date;
use crate::keys::Keyring;

/// An entry as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entered {
    pub no: SerialNo,
    pub opened_on: NaiveDate,
    /// Staff id of whoever opened it.
    pub actor: i64,
    /// Code of the section that it concerns.
    pub section: String,
    /// By the register's own words.
    pub state: String,
    /// By when somebody is to act, local; `None`: nobody is.
    pub due_on: Option<NaiveDate>,
}

/// One step of an entry, opened; the first is how it was entered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    pub n: i64,
    pub at: DateTime<Utc>,
    /// Staff id; `None` for the service.
    pub actor: Option<i64>,
    pub step: String,
    /// JSON; it may name people.
    pub content: String,
}

impl Step {
    /// What was written. `None` if it is something else.
    pub fn read<T: DeserializeOwned>(&self) -> Option<T> {
        serde_json::from_str(&self.content).ok()
    }
}

/// Where in the journal a step comes from, and whose it is.
#[derive(Debug, Clone, Copy)]
pub struct By {
    pub seq: i64,
    pub at: DateTime<Utc>,
    pub actor: Option<i64>,
}

/// Enters something new, numbered by the local year.
pub async fn enter(
    turn: &mut Turn,
    register: Register,
    by: By,
    (section, state, due_on): (&str, &str, Option<NaiveDate>),
    step: &str,
    content: &impl Serialize,
) -> Result<SerialNo, StoreError> {
    let year = local_date(by.at).year();
    let number = turn.next_number(&format!("{}/{year}", register.code())).await?;
    let no = serial(register, i64::from(year) * 1_000_000 + number)?;
    enter_as(turn, no, by, (section, state, due_on), step, content).await?;
    Ok(no)
}

/// The same under a number that was chosen otherwise.
pub async fn enter_as(
    turn: &mut Turn,
    no: SerialNo,
    by: By,
    (section, state, due_on): (&str, &str, Option<NaiveDate>),
    step: &str,
    content: &impl Serialize,
) -> Result<(), StoreError> {
    let columns = ["office_id", "register", "no", "seq", "opened_on", "actor", "section", "state", "due_on"];
    let (opened_on, due_on) = (local_date(by.at).to_string(), due_on.map(|day| day.to_string()));
    let row = binds![turn.office, no.register().code(), no.stored(), by.seq, opened_on, by.actor.unwrap_or(0), section, state, due_on];
    turn.tx.insert("register_entry", &columns, vec![row], "").await?;
    write_step(turn, no, by, step, content).await
}

/// Takes an entry a step further: its state and its deadline from now on.
pub async fn advance(
    turn: &mut Turn,
    no: SerialNo,
    by: By,
    (state, due_on): (&str, Option<NaiveDate>),
    step: &str,
    content: &impl Serialize,
) -> Result<(), StoreError> {
    let text = "UPDATE register_entry SET seq = $4, state = $5, due_on = $6 WHERE office_id = $1 AND register = $2 AND no = $3";
    let due_on = due_on.map(|day| day.to_string());
    turn.tx.execute(text, binds![turn.office, no.register().code(), no.stored(), by.seq, state, due_on]).await?;
    write_step(turn, no, by, step, content).await
}

async fn write_step(turn: &mut Turn, no: SerialNo, by: By, step: &str, content: &impl Serialize) -> Result<(), StoreError> {
    let (office, register, stored) = (turn.office, no.register().code(), no.stored());
    let text = "SELECT COUNT(*) FROM register_step WHERE office_id = $1 AND register = $2 AND no = $3";
    let rows = turn.tx.fetch(text, binds![office, register, stored]).await?;
    let n = rows.first().map_or(Ok(0), |row| row.int(0))? + 1;
    let content = serde_json::to_vec(content).map_err(|e| StoreError::BadEntry { seq: by.seq, reason: e.to_string() })?;
    let (key_id, sealed) = turn.keys.seal(&context(office, no, n), &content)?;
    let columns = ["office_id", "register", "no", "n", "seq", "at", "actor", "step", "sealed", "key_id"];
    let row = binds![office, register, stored, n, by.seq, by.at.timestamp_micros(), by.actor, step, sealed, key_id];
    turn.tx.insert("register_step", &columns, vec![row], "").await
}

fn context(office: i64, no: SerialNo, n: i64) -> String {
    format!("register/{office}/{no}/{n}")
}

/// The context of a row of `register, no, n`.
pub(super) fn sealed_for(office: i64, row: &Row) -> Result<String, StoreError> {
    let register = Register::from_code(row.text(0)?).ok_or(StoreError::BadColumn { column: 0, expected: "a register" })?;
    Ok(context(office, serial(register, row.int(1)?)?, row.int(2)?))
}

fn serial(register: Register, stored: i64) -> Result<SerialNo, StoreError> {
    let bad = || StoreError::BadRow { table: "register_entry", id: stored.to_string(), reason: "its number is none".to_owned() };
    SerialNo::of_stored(register, stored).ok_or_else(bad)
}

const COLUMNS: &str = "no, opened_on, actor, section, state, due_on";

fn read(register: Register, row: &Row) -> Result<Entered, StoreError> {
    let one = || -> Result<Entered, StoreError> {
        Ok(Entered {
            no: serial(register, row.int(0)?)?,
            opened_on: date(Some(row.text(1)?), 1)?.unwrap_or_default(),
            actor: row.int(2)?,
            section: row.text(3)?.to_owned(),
            state: row.text(4)?.to_owned(),
            due_on: date(row.opt_text(5)?, 5)?,
        })
    };
    one().map_err(|e| e.in_row("register_entry", row.int(0).unwrap_or(0)))
}

/// The entry as the turn sees it.
pub async fn in_turn(tx: &mut Tx, office: i64, no: SerialNo) -> Result<Option<Entered>, StoreError> {
    let text = format!("SELECT {COLUMNS} FROM register_entry WHERE office_id = $1 AND register = $2 AND no = $3");
    let rows = tx.fetch(text, binds![office, no.register().code(), no.stored()]).await?;
    rows.first().map(|row| read(no.register(), row)).transpose()
}

/// What a list of entries is narrowed to.
#[derive(Debug, Clone, Copy, Default)]
pub struct Filter<'f> {
    pub state: Option<&'f str>,
    pub section: Option<&'f str>,
    /// Staff id of whoever opened it.
    pub actor: Option<i64>,
    /// Only those on which somebody is still to act.
    pub open_only: bool,
    /// Only those that were due before this local date.
    pub overdue_on: Option<NaiveDate>,
}

impl Filter<'_> {
    /// What is asked of the entries, and its values.
    fn among(&self, office: i64, register: Register) -> (String, Vec<Bind>) {
        let mut binds: Vec<Bind> = binds![office, register.code()];
        let mut text = "FROM register_entry WHERE office_id = $1 AND register = $2".to_owned();
        let conditions: [(&str, Option<Bind>); 4] = [
            ("state =", self.state.map(Into::into)),
            ("section =", self.section.map(Into::into)),
            ("actor =", self.actor.map(Into::into)),
            ("due_on <", self.overdue_on.map(|day| day.to_string().into())),
        ];
        for (condition, bind) in conditions {
            if let Some(bind) = bind {
                binds.push(bind);
                text.push_str(&format!(" AND {condition} ${}", binds.len()));
            }
        }
        if self.open_only {
            text.push_str(" AND due_on IS NOT NULL");
        }
        (text, binds)
    }

    /// Those with the nearest deadline first, then the newest.
    fn listed(&self, office: i64, register: Register, limit: i64) -> (String, Vec<Bind>) {
        let (among, mut binds) = self.among(office, register);
        binds.push(limit.into());
        let order = "CASE WHEN due_on IS NULL THEN 1 ELSE 0 END, due_on, no DESC";
        (format!("SELECT {COLUMNS} {among} ORDER BY {order} LIMIT ${}", binds.len()), binds)
    }
}

/// Entries of a register, those with the nearest deadline first, then the newest.
pub async fn list(store: &Store, register: Register, filter: Filter<'_>, limit: i64) -> Result<Vec<Entered>, StoreError> {
    let (text, binds) = filter.listed(store.office, register, limit);
    store.db.fetch(text, binds).await?.iter().map(|row| read(register, row)).collect()
}

/// The same as the turn sees them.
pub async fn list_in(turn: &mut Turn, register: Register, filter: Filter<'_>, limit: i64) -> Result<Vec<Entered>, StoreError> {
    let (text, binds) = filter.listed(turn.office, register, limit);
    turn.tx.fetch(text, binds).await?.iter().map(|row| read(register, row)).collect()
}

/// How many there are.
pub async fn count(store: &Store, register: Register, filter: Filter<'_>) -> Result<i64, StoreError> {
    let (among, binds) = filter.among(store.office, register);
    store.db.fetch(format!("SELECT COUNT(*) {among}"), binds).await?.first().map_or(Ok(0), |row| row.int(0))
}

/// The entry as last committed.
pub async fn get(store: &Store, no: SerialNo) -> Result<Option<Entered>, StoreError> {
    let text = format!("SELECT {COLUMNS} FROM register_entry WHERE office_id = $1 AND register = $2 AND no = $3");
    let rows = store.db.fetch(text, binds![store.office, no.register().code(), no.stored()]).await?;
    rows.first().map(|row| read(no.register(), row)).transpose()
}

const STEPS: &str = "SELECT no, n, at, actor, step, sealed, key_id FROM register_step WHERE office_id = $1 AND register = $2";

/// Its steps, first come first, opened.
pub async fn steps(store: &Store, no: SerialNo) -> Result<Vec<Step>, StoreError> {
    let rows = store.db.fetch(format!("{STEPS} AND no = $3 ORDER BY n"), binds![store.office, no.register().code(), no.stored()]).await?;
    rows.iter().map(|row| Ok(open(&store.keys, store.office, no.register(), row)?.1)).collect()
}

/// The same as the turn sees them.
pub async fn steps_in(turn: &mut Turn, no: SerialNo) -> Result<Vec<Step>, StoreError> {
    let rows = turn.tx.fetch(format!("{STEPS} AND no = $3 ORDER BY n"), binds![turn.office, no.register().code(), no.stored()]).await?;
    rows.iter().map(|row| Ok(open(&turn.keys, turn.office, no.register(), row)?.1)).collect()
}

/// The steps of each of these entries of one register, first come first, opened.
pub async fn steps_of(store: &Store, register: Register, entries: &[Entered]) -> Result<BTreeMap<SerialNo, Vec<Step>>, StoreError> {
    let mut all: BTreeMap<SerialNo, Vec<Step>> = BTreeMap::new();
    if entries.is_empty() {
        return Ok(all);
    }
    let places: Vec<String> = (3..).take(entries.len()).map(|place| format!("${place}")).collect();
    let text = format!("{STEPS} AND no IN ({}) ORDER BY no, n", places.join(", "));
    let binds = binds![store.office, register.code()].into_iter().chain(entries.iter().map(|entry| entry.no.stored().into())).collect();
    for row in &store.db.fetch(text, binds).await? {
        let (no, step) = open(&store.keys, store.office, register, row)?;
        all.entry(no).or_default().push(step);
    }
    Ok(all)
}

/// Steps of this name throughout a register, those of the newest entries first, at most `limit`; only of entries before `before`.
pub async fn steps_named(store: &Store, register: Register, step: &str, before: Option<SerialNo>, limit: i64) -> Result<Vec<(SerialNo, Step)>, StoreError> {
    let before = before.map_or(i64::MAX, SerialNo::stored);
    let rows = store
        .db
        .fetch(format!("{STEPS} AND step = $3 AND no < $4 ORDER BY no DESC, n LIMIT $5"), binds![store.office, register.code(), step, before, limit])
        .await?;
    rows.iter().map(|row| open(&store.keys, store.office, register, row)).collect()
}

fn open(keys: &Keyring, office: i64, register: Register, row: &Row) -> Result<(SerialNo, Step), StoreError> {
    let no = serial(register, row.int(0)?)?;
    let one = || -> Result<Step, StoreError> {
        let n = row.int(1)?;
        let content = keys.open(&context(office, no, n), row.int(6)?, row.blob(5)?)?;
        Ok(Step {
            n,
            at: time(Some(row.int(2)?)).unwrap_or_default(),
            actor: row.opt_int(3)?,
            step: row.text(4)?.to_owned(),
            content: String::from_utf8_lossy(&content).into_owned(),
        })
    };
    // a failure is logged, and of a lead not even its number may be
    let known = || if register == Register::Lead { register.code().to_owned() } else { no.to_string() };
    Ok((no, one().map_err(|e| e.in_row("register_step", known()))?))
}

/// Every entry's number, for comparing two copies.
pub(super) async fn all(store: &Store) -> Result<Vec<SerialNo>, StoreError> {
    let rows = store.db.fetch("SELECT register, no FROM register_entry WHERE office_id = $1 ORDER BY register, no", binds![store.office]).await?;
    let register = |code: &str| Register::from_code(code).ok_or(StoreError::BadColumn { column: 0, expected: "a register" });
    rows.iter().map(|row| serial(register(row.text(0)?)?, row.int(1)?)).collect()
}
