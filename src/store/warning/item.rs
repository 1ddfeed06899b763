//! What lit a warning: the records that it gathers.

use super::{No, level};
use crate::binds;
use crate::domain::{Entity, Level};
use crate::store::Row;
use crate::store::db::Tx;
use crate::store::statement::Among;
use crate::store::{Store, StoreError};

/// What lit a warning: one record, with the evidence frozen as the rule saw it (JSON).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    pub no: No,
    /// Its place in the warning's list, from 1.
    pub n: i64,
    pub seq: i64,
    pub entity: Entity,
    pub key: String,
    pub record_version: i64,
    pub level: Level,
    /// JSON of `rules::Evidence`.
    pub evidence: String,
}

const COLUMNS: &str = "no, n, seq, entity, key, record_version, level, evidence";

/// Which records these warnings already gather, at which level and version.
pub async fn items_of(tx: &mut Tx, office: i64, numbers: &[No]) -> Result<Vec<Item>, StoreError> {
    let among = Among { columns: COLUMNS, table: "warning_item", fixed: "office_id = $1", fixed_binds: &[office.into()], on: &["no"], tail: "" };
    let rows = tx.fetch_among(among, numbers.iter().map(|no| binds![*no]).collect()).await?;
    rows.iter().map(|row| read_item(row).map_err(|e| e.in_row("warning_item", row.int(0).unwrap_or(0)))).collect()
}

/// What lit each of these warnings first.
pub async fn first_items(tx: &mut Tx, office: i64, numbers: &[No]) -> Result<Vec<Item>, StoreError> {
    let among = Among { columns: COLUMNS, table: "warning_item", fixed: "office_id = $1 AND n = 1", fixed_binds: &[office.into()], on: &["no"], tail: "" };
    let rows = tx.fetch_among(among, numbers.iter().map(|no| binds![*no]).collect()).await?;
    rows.iter().map(|row| read_item(row).map_err(|e| e.in_row("warning_item", row.int(0).unwrap_or(0)))).collect()
}

/// The matters (rule, matter) of open warnings that gather any of these records.
pub async fn open_matters_of(tx: &mut Tx, office: i64, entity: Entity, keys: &[String]) -> Result<Vec<(String, String)>, StoreError> {
    let table = "warning_item i CROSS JOIN warning w";
    let fixed = "i.office_id = $1 AND i.entity = $2 AND w.office_id = i.office_id AND w.no = i.no AND w.closed_at IS NULL";
    let among = Among { columns: "DISTINCT w.rule, w.matter", table, fixed, fixed_binds: &[office.into(), entity.table().into()], on: &["i.key"], tail: "" };
    let rows = tx.fetch_among(among, keys.iter().map(|key| binds![key.as_str()]).collect()).await?;
    rows.iter().map(|row| Ok((row.text(0)?.to_owned(), row.text(1)?.to_owned()))).collect()
}

/// What lit it, first come first, at most `limit`.
pub async fn items(store: &Store, no: No, limit: i64) -> Result<Vec<Item>, StoreError> {
    let text = format!("SELECT {COLUMNS} FROM warning_item WHERE office_id = $1 AND no = $2 ORDER BY n LIMIT $3");
    let rows = store.db.fetch(text, binds![store.office, no, limit]).await?;
    rows.iter().map(|row| read_item(row).map_err(|e| e.in_row("warning_item", no))).collect()
}

fn read_item(row: &Row) -> Result<Item, StoreError> {
    let table = row.text(3)?;
    Ok(Item {
        no: row.int(0)?,
        n: row.int(1)?,
        seq: row.int(2)?,
        entity: Entity::ALL.into_iter().find(|entity| entity.table() == table).ok_or(StoreError::BadColumn { column: 3, expected: "an entity" })?,
        key: row.text(4)?.to_owned(),
        record_version: row.int(5)?,
        level: level(row.text(6)?)?,
        evidence: row.text(7)?.to_owned(),
    })
}

/// Appends to the lists of warnings.
pub async fn write_items(tx: &mut Tx, office: i64, items: &[Item]) -> Result<(), StoreError> {
    let columns = ["office_id", "no", "n", "seq", "entity", "key", "record_version", "level", "evidence"];
    let rows = items.iter().map(|i| binds![office, i.no, i.n, i.seq, i.entity.table(), i.key.as_str(), i.record_version, i.level.name(), i.evidence.as_str()]);
    tx.insert("warning_item", &columns, rows, "").await
}
