//! What bells gather and was judged again (警铃复判): a bell closes itself once nothing of it is lit any more.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

use super::db::Tx;
use super::statement::Among;
use super::warning::No;
use super::{Store, StoreError};
use crate::binds;
use crate::domain::Entity;
use crate::rules::Term;

/// Why a bell does not ring for a record any more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Gone {
    /// The mildest condition of its rule does not hold: as written, and how each comparison stood then.
    Unlit { condition: String, terms: Vec<Term> },
    /// What it rang for was taken back in full.
    TakenBack,
}

/// A record of a bell, as it was judged last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    pub no: No,
    pub entity: Entity,
    pub key: String,
    pub seq: i64,
    pub lit: bool,
    /// Why it is not lit: JSON of [`Gone`].
    pub why: Option<String>,
}

/// For which of these records bells ring: rule, matter, record.
pub async fn ringing(tx: &mut Tx, office: i64, entity: Entity, keys: &[String]) -> Result<Vec<(String, String, String)>, StoreError> {
    let table = "warning_item i CROSS JOIN warning w";
    let fixed = "i.office_id = $1 AND i.entity = $2 AND w.office_id = i.office_id AND w.no = i.no AND w.state IN ('bell_open', 'bell_listed')";
    let among =
        Among { columns: "DISTINCT w.rule, w.matter, i.key", table, fixed, fixed_binds: &[office.into(), entity.table().into()], on: &["i.key"], tail: "" };
    let rows = tx.fetch_among(among, keys.iter().map(|key| binds![key.as_str()]).collect()).await?;
    rows.iter().map(|row| Ok((row.text(0)?.to_owned(), row.text(1)?.to_owned(), row.text(2)?.to_owned()))).collect()
}

/// The records of these bells that are lit no more.
pub async fn ceased(tx: &mut Tx, office: i64, bells: &[No]) -> Result<HashSet<(No, Entity, String)>, StoreError> {
    let among =
        Among { columns: "no, entity, key", table: "bell_record", fixed: "office_id = $1 AND lit = 0", fixed_binds: &[office.into()], on: &["no"], tail: "" };
    let rows = tx.fetch_among(among, bells.iter().map(|no| binds![*no]).collect()).await?;
    let read = |row: &super::Row| {
        let table = row.text(1)?;
        let entity = Entity::ALL.into_iter().find(|entity| entity.table() == table).ok_or(StoreError::BadColumn { column: 1, expected: "an entity" })?;
        Ok((row.int(0)?, entity, row.text(2)?.to_owned()))
    };
    rows.iter().map(|row| read(row).map_err(|e: StoreError| e.in_row("bell_record", row.int(0).unwrap_or(0)))).collect()
}

/// Writes how records of bells were judged; one record of one bell stands here once.
pub async fn write(tx: &mut Tx, office: i64, marks: impl ExactSizeIterator<Item = Mark> + Send) -> Result<(), StoreError> {
    let rows = marks.map(|mark| binds![office, mark.no, mark.entity.table(), mark.key, mark.seq, i64::from(mark.lit), mark.why]);
    let tail = "ON CONFLICT (office_id, no, entity, key) DO UPDATE SET seq = excluded.seq, lit = excluded.lit, why = excluded.why";
    tx.insert("bell_record", &["office_id", "no", "entity", "key", "seq", "lit", "why"], rows, tail).await
}

/// Why a bell rings no more for its records, the latest last.
pub async fn gone(store: &Store, no: No) -> Result<Vec<(i64, Gone)>, StoreError> {
    let text = "SELECT seq, why FROM bell_record WHERE office_id = $1 AND no = $2 AND lit = 0 AND why IS NOT NULL ORDER BY seq, entity, key";
    let rows = store.db.fetch(text, binds![store.office, no]).await?;
    let bad = |e: serde_json::Error| StoreError::BadRow { table: "bell_record", id: no.to_string(), reason: e.to_string() };
    rows.iter().map(|row| Ok((row.int(0)?, serde_json::from_str(row.text(1)?).map_err(bad)?))).collect()
}
