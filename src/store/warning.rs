//! Warnings (预警信息) and what lit them.

mod item;

use std::str::FromStr;

use chrono::{DateTime, NaiveDate, Utc};

use super::db::Tx;
use super::row::Row;
use super::statement::{Among, Bind};
use super::{Store, StoreError, Turn};
use crate::binds;
use crate::domain::{Entity, Level, Light, Money, WarningState};

pub use item::{Item, first_items, items, items_of, open_matters_of, write_items};

/// `YJ2026-000123` as one number: year × 1 000 000 + number.
pub type No = i64;

/// A warning (预警信息) as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning {
    pub no: No,
    /// Raised by every move: two people pressing at once cannot both win.
    pub row_version: i64,
    /// Its code (`ZC10`).
    pub rule: String,
    pub rule_version: i64,
    pub rule_name: String,
    pub category: String,
    /// What, besides the rule, makes it this matter and no other.
    pub matter: String,
    /// At which it was first lit.
    pub first_level: Level,
    pub state: WarningState,
    /// Code of the section that answers for it.
    pub section: String,
    /// Staff id of whoever is on it.
    pub handler: Option<i64>,
    pub town: Option<String>,
    pub voucher_no: Option<String>,
    pub doc_no: Option<String>,
    /// Of the record that lit it first, local.
    pub business_date: Option<NaiveDate>,
    pub amount: Option<Money>,
    /// Records gathered.
    pub items: i64,
    /// 存量: dated before the office went live; listed, not pushed.
    pub backlog: bool,
    pub fired_at: DateTime<Utc>,
    /// The deadline, a working day in Asia/Shanghai.
    pub due_on: NaiveDate,
    pub closed_at: Option<DateTime<Utc>>,
    /// Staff id.
    pub closed_by: Option<i64>,
    /// The closed warning of the same matter that it succeeds.
    pub parent: Option<No>,
    /// How often 领导小组办公室 pressed for it (督办).
    pub urged: i64,
}

pub(super) const COLUMNS: [&str; 24] = [
    "no",
    "row_version",
    "rule",
    "rule_version",
    "rule_name",
    "category",
    "matter",
    "first_level",
    "state",
    "section",
    "handler",
    "town",
    "voucher_no",
    "doc_no",
    "business_date",
    "amount",
    "items",
    "backlog",
    "fired_at",
    "due_on",
    "closed_at",
    "closed_by",
    "parent",
    "urged",
];

fn level(name: &str) -> Result<Level, StoreError> {
    Level::from_name(name).ok_or(StoreError::BadColumn { column: 7, expected: "a level" })
}

pub(super) fn date(text: Option<&str>, column: usize) -> Result<Option<NaiveDate>, StoreError> {
    text.map(|text| NaiveDate::from_str(text).map_err(|_| StoreError::BadColumn { column, expected: "a date" })).transpose()
}

pub(super) fn time(micros: Option<i64>) -> Option<DateTime<Utc>> {
    micros.and_then(DateTime::from_timestamp_micros)
}

pub(super) fn state(code: &str, column: usize) -> Result<WarningState, StoreError> {
    WarningState::from_code(code).ok_or(StoreError::BadColumn { column, expected: "a warning's state" })
}

pub(super) fn read(row: &Row) -> Result<Warning, StoreError> {
    let one = || -> Result<Warning, StoreError> {
        let missing = |column| StoreError::BadColumn { column, expected: "a date" };
        Ok(Warning {
            no: row.int(0)?,
            row_version: row.int(1)?,
            rule: row.text(2)?.to_owned(),
            rule_version: row.int(3)?,
            rule_name: row.text(4)?.to_owned(),
            category: row.text(5)?.to_owned(),
            matter: row.text(6)?.to_owned(),
            first_level: level(row.text(7)?)?,
            state: state(row.text(8)?, 8)?,
            section: row.text(9)?.to_owned(),
            handler: row.opt_int(10)?,
            town: row.opt_text(11)?.map(str::to_owned),
            voucher_no: row.opt_text(12)?.map(str::to_owned),
            doc_no: row.opt_text(13)?.map(str::to_owned),
            business_date: date(row.opt_text(14)?, 14)?,
            amount: row.opt_int(15)?.and_then(|fen| Money::from_fen(fen).ok()),
            items: row.int(16)?,
            backlog: row.int(17)? != 0,
            fired_at: time(Some(row.int(18)?)).ok_or_else(|| missing(18))?,
            due_on: date(Some(row.text(19)?), 19)?.ok_or_else(|| missing(19))?,
            closed_at: time(row.opt_int(20)?),
            closed_by: row.opt_int(21)?,
            parent: row.opt_int(22)?,
            urged: row.int(23)?,
        })
    };
    one().map_err(|e| e.in_row("warning", row.int(0).unwrap_or(0)))
}

/// The latest warning of each of these (rule, matter) pairs.
pub async fn latest_of(tx: &mut Tx, office: i64, matters: &[(String, String)]) -> Result<Vec<Warning>, StoreError> {
    let keys = matters.iter().map(|(rule, matter)| binds![rule.as_str(), matter.as_str()]).collect();
    let columns = COLUMNS.join(", ");
    let among =
        Among { columns: &columns, table: "warning", fixed: "office_id = $1", fixed_binds: &[office.into()], on: &["rule", "matter"], tail: "ORDER BY no" };
    let rows = tx.fetch_among(among, keys).await?;
    rows.iter().map(read).collect()
}

/// The warning as the turn sees it.
pub async fn in_turn(turn: &mut Turn, no: No) -> Result<Option<Warning>, StoreError> {
    let text = format!("SELECT {} FROM warning WHERE office_id = $1 AND no = $2", COLUMNS.join(", "));
    let rows = turn.tx.fetch(text, binds![turn.office, no]).await?;
    rows.first().map(read).transpose()
}

/// These warnings as the turn sees them, by number.
pub async fn of_numbers(tx: &mut Tx, office: i64, numbers: &[No]) -> Result<Vec<Warning>, StoreError> {
    let columns = COLUMNS.join(", ");
    let among = Among { columns: &columns, table: "warning", fixed: "office_id = $1", fixed_binds: &[office.into()], on: &["no"], tail: "ORDER BY no" };
    tx.fetch_among(among, numbers.iter().map(|no| binds![*no]).collect()).await?.iter().map(read).collect()
}

/// The open warnings of a rule that a section or a person has, by number.
pub async fn open_of_rule(tx: &mut Tx, office: i64, rule: &str, section: &str, handler: i64) -> Result<Vec<Warning>, StoreError> {
    let columns = COLUMNS.join(", ");
    let fixed = "office_id = $1 AND rule = $2 AND closed_at IS NULL AND (section = $3 OR handler = $4)";
    let rows = tx.fetch(format!("SELECT {columns} FROM warning WHERE {fixed} ORDER BY no"), binds![office, rule, section, handler]).await?;
    rows.iter().map(read).collect()
}

/// The open warnings of these people.
pub async fn open_of(tx: &mut Tx, office: i64, handlers: &[i64]) -> Result<Vec<Warning>, StoreError> {
    let (columns, fixed) = (COLUMNS.join(", "), "office_id = $1 AND closed_at IS NULL");
    let among = Among { columns: &columns, table: "warning", fixed, fixed_binds: &[office.into()], on: &["handler"], tail: "ORDER BY no" };
    let rows = tx.fetch_among(among, handlers.iter().map(|id| binds![*id]).collect()).await?;
    rows.iter().map(read).collect()
}

/// Open warnings of a section, by number.
pub async fn open_in(tx: &mut Tx, office: i64, section: &str) -> Result<Vec<Warning>, StoreError> {
    let text = format!("SELECT {} FROM warning WHERE office_id = $1 AND section = $2 AND closed_at IS NULL ORDER BY no", COLUMNS.join(", "));
    tx.fetch(text, binds![office, section]).await?.iter().map(read).collect()
}

/// Codes of the sections that have open warnings.
pub async fn open_sections(tx: &mut Tx, office: i64) -> Result<Vec<String>, StoreError> {
    let rows = tx.fetch("SELECT DISTINCT section FROM warning WHERE office_id = $1 AND closed_at IS NULL ORDER BY section", binds![office]).await?;
    rows.iter().map(|row| Ok(row.text(0)?.to_owned())).collect()
}

/// The warning as last committed.
pub async fn get(store: &Store, no: No) -> Result<Option<Warning>, StoreError> {
    let text = format!("SELECT {} FROM warning WHERE office_id = $1 AND no = $2", COLUMNS.join(", "));
    let rows = store.db.fetch(text, binds![store.office, no]).await?;
    rows.first().map(read).transpose()
}

/// Open warnings of other sections that this one helps with, by deadline.
pub async fn helped_by(store: &Store, section: &str) -> Result<Vec<Warning>, StoreError> {
    let text = format!(
        "SELECT {} FROM warning WHERE office_id = $1 AND closed_at IS NULL AND section <> $2 AND no IN (SELECT no FROM co_handler WHERE office_id = $1 AND section = $2) ORDER BY due_on, no",
        COLUMNS.join(", ")
    );
    store.db.fetch(text, binds![store.office, section]).await?.iter().map(read).collect()
}

/// Warnings that show this document number, the latest first.
pub async fn of_document(store: &Store, doc_no: &str, limit: i64) -> Result<Vec<Warning>, StoreError> {
    let text = format!("SELECT {} FROM warning WHERE office_id = $1 AND doc_no = $2 ORDER BY no DESC LIMIT $3", COLUMNS.join(", "));
    let rows = store.db.fetch(text, binds![store.office, doc_no, limit]).await?;
    rows.iter().map(read).collect()
}

/// Warnings that gather this record, in number order.
pub async fn of_record(store: &Store, entity: Entity, key: &str) -> Result<Vec<Warning>, StoreError> {
    let item = "SELECT i.no FROM warning_item i WHERE i.office_id = $1 AND i.entity = $2 AND i.key = $3";
    let text = format!("SELECT {} FROM warning WHERE office_id = $1 AND no IN ({item}) ORDER BY no", COLUMNS.join(", "));
    let rows = store.db.fetch(text, binds![store.office, entity.table(), key]).await?;
    rows.iter().map(read).collect()
}

/// On the white list.
const LISTED: &str = "state IN ('bell_listed', 'yellow_listed', 'red_listed')";

/// What a list of warnings is narrowed to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Some: only these sections'.
    pub section: Option<String>,
    /// Some: only this person's.
    pub handler: Option<i64>,
    pub open_only: bool,
    /// With what is on the white list, after what is open.
    pub with_listed: bool,
    /// Some: only what was due before this date and is still open.
    pub overdue_on: Option<NaiveDate>,
    pub level: Option<Level>,
    /// How many are passed over before the first that is listed.
    pub skip: i64,
}

impl Filter {
    /// What follows `WHERE office_id = $1`, and the values of all placeholders so far.
    fn narrow(&self, office: i64) -> (String, Vec<Bind>) {
        let mut text = String::new();
        let mut binds = binds![office];
        let mut narrow = |condition: &str, bind: Bind| {
            binds.push(bind);
            text.push_str(&format!(" AND {condition} ${}", binds.len()));
        };
        if let Some(section) = &self.section {
            narrow("section =", section.as_str().into());
        }
        if let Some(handler) = self.handler {
            narrow("handler =", handler.into());
        }
        if let Some(today) = self.overdue_on {
            narrow("closed_at IS NULL AND due_on <", today.to_string().into());
        }
        if let Some(level) = self.level {
            let states: Vec<&str> = WarningState::ALL.into_iter().filter(|state| state.light() == Light::Lit(level)).map(WarningState::code).collect();
            text.push_str(&format!(" AND state IN ('{}')", states.join("', '")));
        }
        if self.open_only && self.with_listed {
            text.push_str(&format!(" AND (closed_at IS NULL OR {LISTED})"));
        } else if self.open_only {
            text.push_str(" AND closed_at IS NULL");
        }
        (text, binds)
    }
}

/// Warnings by what burns: open ones first by deadline, those that stand still last of them, then the closed, newest first.
pub async fn list(store: &Store, filter: &Filter, limit: i64) -> Result<Vec<Warning>, StoreError> {
    let (narrowed, mut binds) = filter.narrow(store.office);
    binds.extend(binds![limit, filter.skip]);
    let (limit, skip) = (binds.len() - 1, binds.len());
    let paused = "EXISTS (SELECT 1 FROM pause p WHERE p.office_id = warning.office_id AND p.no = warning.no AND p.due_on = warning.due_on)";
    let order = format!(
        "CASE WHEN {LISTED} THEN 2 WHEN closed_at IS NOT NULL THEN 3 WHEN {paused} THEN 1 ELSE 0 END, CASE WHEN closed_at IS NULL THEN due_on END, no DESC"
    );
    let text = format!("SELECT {} FROM warning WHERE office_id = $1{narrowed} ORDER BY {order} LIMIT ${limit} OFFSET ${skip}", COLUMNS.join(", "));
    store.db.fetch(text, binds).await?.iter().map(read).collect()
}

/// How many a list without a limit would hold.
pub async fn count(store: &Store, filter: &Filter) -> Result<i64, StoreError> {
    let (narrowed, binds) = filter.narrow(store.office);
    let rows = store.db.fetch(format!("SELECT COUNT(*) FROM warning WHERE office_id = $1{narrowed}"), binds).await?;
    rows.first().map_or(Ok(0), |row| row.int(0))
}

/// How many warnings stand in each state: (state, count).
pub async fn counts(store: &Store) -> Result<Vec<(WarningState, i64)>, StoreError> {
    let rows = store.db.fetch("SELECT state, COUNT(*) FROM warning WHERE office_id = $1 GROUP BY state ORDER BY state", binds![store.office]).await?;
    rows.iter().map(|row| Ok((state(row.text(0)?, 0)?, row.int(1)?))).collect()
}

/// Numbers of open warnings, for completion.
pub async fn open_numbers(store: &Store, limit: i64) -> Result<Vec<(No, Level, String)>, StoreError> {
    let text = "SELECT no, state, rule FROM warning WHERE office_id = $1 AND closed_at IS NULL ORDER BY no LIMIT $2";
    let rows = store.db.fetch(text, binds![store.office, limit]).await?;
    let mut open = Vec::new();
    for row in &rows {
        if let Some(level) = state(row.text(1)?, 1)?.open_level() {
            open.push((row.int(0)?, level, row.text(2)?.to_owned()));
        }
    }
    Ok(open)
}

/// Writes new warnings, or rises and the like of old ones.
pub async fn write(tx: &mut Tx, office: i64, warnings: &[Warning]) -> Result<(), StoreError> {
    let mut columns = vec!["office_id"];
    columns.extend(COLUMNS);
    let rows = warnings.iter().map(|w| to_row(office, w));
    let updates: Vec<String> = COLUMNS.iter().skip(1).map(|column| format!("{column} = excluded.{column}")).collect();
    let tail = format!("ON CONFLICT (office_id, no) DO UPDATE SET {}", updates.join(", "));
    tx.insert("warning", &columns, rows, &tail).await
}

fn to_row(office: i64, w: &Warning) -> Vec<Bind> {
    binds![
        office,
        w.no,
        w.row_version,
        w.rule.as_str(),
        w.rule_version,
        w.rule_name.as_str(),
        w.category.as_str(),
        w.matter.as_str(),
        w.first_level.name(),
        w.state.code(),
        w.section.as_str(),
        w.handler,
        w.town.clone(),
        w.voucher_no.clone(),
        w.doc_no.clone(),
        w.business_date.map(|d| d.to_string()),
        w.amount.map(Money::fen),
        w.items,
        i64::from(w.backlog),
        w.fired_at.timestamp_micros(),
        w.due_on.to_string(),
        w.closed_at.map(|at| at.timestamp_micros()),
        w.closed_by,
        w.parent,
        w.urged
    ]
}
