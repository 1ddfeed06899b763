//! Records (台账): loaded by key in one query for many, written in few statements.

use std::collections::{BTreeMap, HashSet};
use std::str::FromStr;
use std::sync::Arc;

use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::db::Tx;
use super::row::Row;
use super::statement::{Among, Bind};
use super::{Store, StoreError};
use crate::binds;
use crate::domain::{Entity, Field, KeyedHash, Kind, Money, Record, Value};

const META: [&str; 6] = ["key", "first_seq", "seq", "line", "version", "seen"];

pub(super) fn columns(entity: Entity) -> Vec<&'static str> {
    META.into_iter().chain(entity.fields().iter().map(|field| field.column)).collect()
}

/// A value as the tables hold it: fen, ISO dates, decimal text, 0/1, bytes.
fn bind(value: &Value, kind: Kind) -> Bind {
    match value {
        Value::Empty => match kind {
            Kind::Money | Kind::Flag => Bind::Int(None),
            Kind::Number | Kind::Text | Kind::Date => Bind::Text(None),
            Kind::Cipher => Bind::Blob(None),
        },
        Value::Money(money) => Bind::Int(Some(money.fen())),
        Value::Number(number) => number.normalize().to_string().into(),
        Value::Text(text) => Bind::Text(Some(Arc::clone(text))),
        Value::Date(date) => date.to_string().into(),
        Value::Flag(flag) => Bind::Int(Some(i64::from(*flag))),
        Value::Cipher(hash) => Bind::Blob(Some(hash.0.to_vec())),
    }
}

fn read_value(row: &Row, at: usize, field: &Field) -> Result<Value, StoreError> {
    let wrong = |expected| StoreError::BadColumn { column: at, expected };
    Ok(match field.kind {
        Kind::Money => row.opt_int(at)?.map(|fen| Money::from_fen(fen).map_err(|_| wrong("money"))).transpose()?.into(),
        Kind::Number => row.opt_text(at)?.map(|text| Decimal::from_str(text).map_err(|_| wrong("a number"))).transpose()?.map_or(Value::Empty, Value::Number),
        Kind::Text => row.opt_text(at)?.map_or(Value::Empty, Value::text),
        Kind::Date => row.opt_text(at)?.map(|text| NaiveDate::from_str(text).map_err(|_| wrong("a date"))).transpose()?.into(),
        Kind::Flag => row.opt_int(at)?.map(|flag| flag != 0).into(),
        Kind::Cipher => match row.opt_blob(at)? {
            Some(bytes) => Value::Cipher(KeyedHash(bytes.try_into().map_err(|_| wrong("a keyed hash"))?)),
            None => Value::Empty,
        },
    })
}

pub(super) fn read_record(entity: Entity, row: &Row) -> Result<Record, StoreError> {
    let key = row.text(0).map_err(|e| e.in_row(entity.table(), "?"))?.to_owned();
    let read = || -> Result<Record, StoreError> {
        let mut values = Vec::with_capacity(entity.fields().len());
        for (slot, field) in entity.fields().iter().enumerate() {
            values.push(read_value(row, META.len() + slot, field)?);
        }
        let seen = serde_json::from_str(row.text(5)?).map_err(|_| StoreError::BadColumn { column: 5, expected: "the digests seen" })?;
        Ok(Record { entity, key: key.clone(), first_seq: row.int(1)?, seq: row.int(2)?, line: row.int(3)?, version: row.int(4)?, seen, values })
    };
    read().map_err(|e| e.in_row(entity.table(), &key))
}

/// All records whose `slots` equal any of `keys`, in one query.
pub async fn find(tx: &mut Tx, office: i64, entity: Entity, slots: &[usize], keys: impl Iterator<Item = &Vec<Value>>) -> Result<Vec<Arc<Record>>, StoreError> {
    read(entity, &rows(tx, office, entity, slots, keys).await?)
}

/// The same as it stands in the table, to be read once there is time.
pub async fn rows(tx: &mut Tx, office: i64, entity: Entity, slots: &[usize], keys: impl Iterator<Item = &Vec<Value>>) -> Result<Vec<Row>, StoreError> {
    let fields: Vec<&Field> = slots.iter().filter_map(|slot| entity.fields().get(*slot)).collect();
    let names: Vec<&str> = fields.iter().map(|field| field.column).collect();
    let keys = keys.map(|key| key.iter().zip(&fields).map(|(value, field)| bind(value, field.kind)).collect()).collect();
    among(tx, office, entity, &names, keys).await
}

/// Rows of an entity as records.
pub fn read(entity: Entity, rows: &[Row]) -> Result<Vec<Arc<Record>>, StoreError> {
    rows.iter().map(|row| read_record(entity, row).map(Arc::new)).collect()
}

/// Records in the order of their keys, those behind `key`, at most `limit`.
pub async fn after(tx: &mut Tx, office: i64, entity: Entity, key: &str, limit: i64) -> Result<Vec<Record>, StoreError> {
    let text = format!("SELECT {} FROM {} WHERE office_id = $1 AND key > $2 ORDER BY key LIMIT $3", columns(entity).join(", "), entity.table());
    let rows = tx.fetch(text, binds![office, key, limit]).await?;
    rows.iter().map(|row| read_record(entity, row)).collect()
}

/// Records by their own keys.
pub async fn by_key(tx: &mut Tx, office: i64, entity: Entity, keys: &[String]) -> Result<Vec<Arc<Record>>, StoreError> {
    read(entity, &among(tx, office, entity, &["key"], keys.iter().map(|key| binds![key.as_str()]).collect()).await?)
}

async fn among(tx: &mut Tx, office: i64, entity: Entity, on: &[&str], keys: Vec<Vec<Bind>>) -> Result<Vec<Row>, StoreError> {
    tx.fetch_among(sought(entity, &columns(entity).join(", "), &[office.into()], on), keys).await
}

fn sought<'a>(entity: Entity, columns: &'a str, office: &'a [Bind], on: &'a [&'a str]) -> Among<'a> {
    Among { columns, table: entity.table(), fixed: "office_id = $1", fixed_binds: office, on, tail: "" }
}

/// The query by which records are found, as SQLite gets it for two keys: for whoever asks how it goes about it.
pub fn lookup(entity: Entity, slots: &[usize]) -> String {
    let names: Vec<&str> = slots.iter().filter_map(|slot| entity.fields().get(*slot)).map(|field| field.column).collect();
    sought(entity, &columns(entity).join(", "), &[0.into()], &names).text(&vec![Bind::Text(None); names.len()], 2, false)
}

/// One record, outside any turn.
pub async fn record(store: &Store, entity: Entity, key: &str) -> Result<Option<Record>, StoreError> {
    let text = format!("SELECT {} FROM {} WHERE office_id = $1 AND key = $2", columns(entity).join(", "), entity.table());
    let rows = store.db.fetch(text, binds![store.office, key]).await?;
    rows.first().map(|row| read_record(entity, row)).transpose()
}

/// Writes records as they now are.
pub async fn write<'r, R>(tx: &mut Tx, office: i64, entity: Entity, records: R) -> Result<(), StoreError>
where
    R: IntoIterator<Item = &'r Arc<Record>, IntoIter: ExactSizeIterator + Send>,
{
    let columns = columns(entity);
    let mut all = vec!["office_id"];
    all.extend(&columns);
    let updates: Vec<String> = columns.iter().skip(1).map(|column| format!("{column} = excluded.{column}")).collect();
    let tail = format!("ON CONFLICT (office_id, key) DO UPDATE SET {}", updates.join(", "));
    let rows = records.into_iter().map(|record| to_row(office, entity, record));
    tx.insert(entity.table(), &all, rows, &tail).await
}

fn to_row(office: i64, entity: Entity, record: &Record) -> Vec<Bind> {
    let seen = serde_json::to_string(&record.seen).unwrap_or_default();
    let mut row = binds![office, record.key.as_str(), record.first_seq, record.seq, record.line, record.version, seen];
    row.extend(record.values.iter().zip(entity.fields()).map(|(value, field)| bind(value, field.kind)));
    row
}

/// A source contradicted what it had told before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Correction {
    pub entity: Entity,
    /// Business identity of the record.
    pub key: String,
    /// The version that this content began.
    pub version: i64,
    pub event_type: String,
    pub seq: i64,
    pub line: i64,
    /// Where in the journal the content stands that it replaced.
    pub previous_seq: i64,
    pub previous_line: i64,
}

/// Keeps what replaced what.
pub async fn write_corrections(tx: &mut Tx, office: i64, corrections: &[Correction]) -> Result<(), StoreError> {
    let columns = ["office_id", "entity", "key", "version", "event_type", "seq", "line", "previous_seq", "previous_line"];
    let rows = corrections
        .iter()
        .map(|c| binds![office, c.entity.table(), c.key.as_str(), c.version, c.event_type.as_str(), c.seq, c.line, c.previous_seq, c.previous_line]);
    tx.insert("correction", &columns, rows, "").await
}

/// How a record of a list stands, and where in the journal its latest content is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    pub key: String,
    /// 在册 … of a person, 在库 of a project, 有效 of a standard.
    pub stands: String,
    pub seq: i64,
    pub line: i64,
}

/// How the records of a list stand, by key, after `after`, at most `limit`.
pub async fn standing(store: &Store, entity: Entity, after: &str, limit: i64) -> Result<Vec<Standing>, StoreError> {
    let column = match entity {
        Entity::Beneficiary | Entity::Payroll | Entity::Project | Entity::Standard => "status",
        Entity::Allocation
        | Entity::Payment
        | Entity::Disbursement
        | Entity::Goal
        | Entity::Indicator
        | Entity::Progress
        | Entity::Evaluation
        | Entity::Other => "''",
    };
    let table = entity.table();
    let text = format!("SELECT key, {column}, seq, line FROM {table} WHERE office_id = $1 AND key > $2 ORDER BY key LIMIT $3");
    let rows = store.db.fetch(text, binds![store.office, after, limit]).await?;
    let read =
        |row: &Row| Ok(Standing { key: row.text(0)?.to_owned(), stands: row.opt_text(1)?.unwrap_or("").to_owned(), seq: row.int(2)?, line: row.int(3)? });
    rows.iter().map(|row| read(row).map_err(|e: StoreError| e.in_row(table, row.text(0).unwrap_or("?")))).collect()
}

/// Which kinds of reference data have ever been loaded.
pub async fn references(tx: &mut Tx, office: i64) -> Result<HashSet<Entity>, StoreError> {
    let rows = tx.fetch("SELECT entity FROM reference WHERE office_id = $1", binds![office]).await?;
    read_references(&rows)
}

fn read_references(rows: &[Row]) -> Result<HashSet<Entity>, StoreError> {
    let mut loaded = HashSet::new();
    for row in rows {
        let table = row.text(0)?;
        loaded.extend(Entity::ALL.into_iter().filter(|entity| entity.table() == table));
    }
    Ok(loaded)
}

/// The same, outside any turn.
pub async fn references_now(store: &Store) -> Result<HashSet<Entity>, StoreError> {
    let rows = store.db.fetch("SELECT entity FROM reference WHERE office_id = $1", binds![store.office]).await?;
    read_references(&rows)
}

/// Notes that reference data of this kind has been loaded, at `seq` for the first time.
pub async fn write_reference(tx: &mut Tx, office: i64, entity: Entity, seq: i64) -> Result<(), StoreError> {
    tx.insert("reference", &["office_id", "entity", "seq"], vec![binds![office, entity.table(), seq]], "ON CONFLICT (office_id, entity) DO NOTHING").await
}

/// A date on which time alone may change a verdict.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    pub rule: String,
    pub entity: Entity,
    pub key: String,
    /// None: nothing is waited for any more.
    pub on: Option<NaiveDate>,
}

/// Sets these dates, and clears those that are waited for no more.
pub async fn write_due(tx: &mut Tx, office: i64, dues: Vec<Due>) -> Result<(), StoreError> {
    let (set, cleared): (Vec<Due>, Vec<Due>) = dues.into_iter().partition(|due| due.on.is_some());
    let mut waiting: BTreeMap<(String, Entity), Vec<Bind>> = BTreeMap::new();
    for due in cleared {
        waiting.entry((due.rule, due.entity)).or_default().push(due.key.into());
    }
    for ((rule, entity), keys) in waiting {
        let fixed = [("office_id", office.into()), ("rule", rule.into()), ("entity", entity.table().into())];
        tx.delete_among("due", &fixed, "key", keys).await?;
    }
    let rows = set.into_iter().map(|due| binds![office, due.rule, due.entity.table(), due.key, due.on.map(|on| on.to_string())]);
    let columns = ["office_id", "rule", "entity", "key", "due_on"];
    tx.insert("due", &columns, rows, "ON CONFLICT (office_id, rule, entity, key) DO UPDATE SET due_on = excluded.due_on").await
}

/// Has everything that waits for a later day judged again from `today` on.
pub async fn hasten(tx: &mut Tx, office: i64, today: NaiveDate) -> Result<(), StoreError> {
    tx.execute("UPDATE due SET due_on = $2 WHERE office_id = $1 AND due_on > $2", binds![office, today.to_string()]).await?;
    Ok(())
}

/// What has fallen due by `today`, oldest first, at most `limit`.
pub async fn due(tx: &mut Tx, office: i64, today: NaiveDate, limit: i64) -> Result<Vec<Due>, StoreError> {
    let rows = tx
        .fetch(
            "SELECT rule, entity, key, due_on FROM due WHERE office_id = $1 AND due_on <= $2 ORDER BY due_on, rule, entity, key LIMIT $3",
            binds![office, today.to_string(), limit],
        )
        .await?;
    rows.iter()
        .map(|row| {
            let table = row.text(1)?;
            let entity = Entity::ALL.into_iter().find(|entity| entity.table() == table).ok_or(StoreError::BadColumn { column: 1, expected: "an entity" })?;
            let on = NaiveDate::from_str(row.text(3)?).map_err(|_| StoreError::BadColumn { column: 3, expected: "a date" })?;
            Ok(Due { rule: row.text(0)?.to_owned(), entity, key: row.text(2)?.to_owned(), on: Some(on) })
        })
        .collect()
}
