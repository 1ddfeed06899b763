//! Sealing anew (更换密钥): whatever an older key sealed is sealed by the newest, in strides, each a transaction of its own. Stopped at any point it goes
//! on where it was. Commitments and chain stay as they are.

use std::collections::BTreeMap;

use super::db::Db;
use super::row::Row;
use super::statement::Bind;
use super::{Store, StoreError, draft, journal, register, slip};
use crate::binds;
use crate::keys::KeyError;

/// Rows sealed anew in one transaction.
const STRIDE: i64 = 100;

/// A table that holds something sealed.
struct Sealed {
    table: &'static str,
    /// What people call it.
    name: &'static str,
    /// Its key beside the office.
    key: &'static [&'static str],
    /// The columns that the seal is bound to.
    bound: &'static [&'static str],
    /// From the office and those columns.
    context: fn(i64, &Row) -> Result<String, StoreError>,
}

/// Every table that holds something sealed.
const SEALED: &[Sealed] = &[
    Sealed { table: "journal", name: "流水", key: &["seq"], bound: &["seq", "at", "kind", "actor"], context: journal::sealed_for },
    Sealed { table: "slip", name: "处理单", key: &["no", "n"], bound: &["no", "n"], context: slip::sealed_for },
    Sealed { table: "register_step", name: "登记簿", key: &["register", "no", "n"], bound: &["register", "no", "n"], context: register::sealed_for },
    Sealed { table: "draft", name: "草稿", key: &["staff", "no", "form"], bound: &["staff", "no", "form"], context: draft::sealed_for },
];

/// Names of the tables that hold something sealed.
pub fn tables() -> impl Iterator<Item = &'static str> {
    SEALED.iter().map(|sealed| sealed.table)
}

/// What people call those tables.
pub fn names() -> impl Iterator<Item = &'static str> {
    SEALED.iter().map(|sealed| sealed.name)
}

/// The offices that a database holds.
pub async fn offices(db: &Db) -> Result<Vec<i64>, StoreError> {
    db.fetch("SELECT office_id FROM head ORDER BY office_id", vec![]).await?.iter().map(|row| row.int(0)).collect()
}

/// How many rows of each table each key seals, of all offices: key → counts in the order of [`names`].
pub async fn counts(db: &Db) -> Result<BTreeMap<i64, Vec<i64>>, StoreError> {
    let mut counts: BTreeMap<i64, Vec<i64>> = BTreeMap::new();
    for (at, Sealed { table, .. }) in SEALED.iter().enumerate() {
        for row in db.fetch(format!("SELECT key_id, COUNT(*) FROM {table} GROUP BY key_id"), vec![]).await? {
            if let Some(count) = counts.entry(row.int(0)?).or_insert_with(|| vec![0; SEALED.len()]).get_mut(at) {
                *count = row.int(1)?;
            }
        }
    }
    Ok(counts)
}

/// From now on only the newest key of this store seals: turns of whoever still holds an older key file are refused.
pub async fn put_in_force(store: &Store) -> Result<(), StoreError> {
    // waits for every turn that began before
    let mut turn = store.turn().await?;
    let text = "INSERT INTO sealing (office_id, key_id) VALUES ($1, $2) ON CONFLICT (office_id) DO UPDATE SET key_id = excluded.key_id";
    turn.tx.execute(text, binds![store.office, store.keys.newest()]).await?;
    turn.tx.commit().await
}

/// Whether a key is too old to seal, given the one in force.
pub(super) fn in_force(in_force: Option<i64>, newest: i64) -> Result<(), StoreError> {
    match in_force {
        Some(key) if key > newest => Err(StoreError::Key(KeyError::Outdated(key))),
        Some(_) | None => Ok(()),
    }
}

/// Seals anew what an older key sealed, at most so many strides (one at least); returns how many rows were, and whether nothing was left.
pub async fn reseal(store: &Store, mut strides: usize, mut progress: impl FnMut(i64)) -> Result<(i64, bool), StoreError> {
    let mut rows = 0;
    for sealed in SEALED {
        let mut after: Option<Vec<Bind>> = None;
        loop {
            let Some((count, last)) = stride(store, sealed, after.as_deref()).await? else { break };
            rows += count;
            progress(count);
            after = Some(last);
            strides = strides.saturating_sub(1);
            if strides == 0 {
                return Ok((rows, false));
            }
        }
    }
    Ok((rows, true))
}

/// One stride: how many rows, and the key of the last. None: there were none left.
async fn stride(store: &Store, Sealed { table, key, bound, context, .. }: &Sealed, after: Option<&[Bind]>) -> Result<Option<(i64, Vec<Bind>)>, StoreError> {
    let numbered = |from: usize| (0..key.len()).map(|at| format!("${}", from + at)).collect::<Vec<_>>().join(", ");
    let keyed = key.join(", ");
    let beyond = if after.is_some() { format!(" AND ({keyed}) > ({})", numbered(4)) } else { String::new() };
    let text =
        format!("SELECT {}, key_id, sealed, {keyed} FROM {table} WHERE office_id = $1 AND key_id < $2{beyond} ORDER BY {keyed} LIMIT $3", bound.join(", "));
    let mut values = binds![store.office, store.keys.newest(), STRIDE];
    values.extend(after.into_iter().flatten().cloned());
    let mut tx = store.db.begin().await?;
    let rows = tx.fetch(text, values).await?;
    let mut last = None;
    // what somebody wrote again in the meantime is left alone
    let update = format!("UPDATE {table} SET key_id = $2, sealed = $3 WHERE office_id = $1 AND key_id = $4 AND ({keyed}) = ({})", numbered(5));
    for row in &rows {
        let (at, place) = (bound.len(), context(store.office, row)?);
        let id: Vec<Bind> = (at + 2..at + 2 + key.len()).map(|column| row.key(column)).collect::<Result<_, _>>()?;
        let unopened = |failure: KeyError| StoreError::BadRow { table, id: place.clone(), reason: failure.to_string() };
        let content = store.keys.open(&place, row.int(at)?, row.blob(at + 1)?).map_err(unopened)?;
        let (key_id, sealed) = store.keys.seal(&place, &content)?;
        let mut values = binds![store.office, key_id, sealed, row.int(at)?];
        values.extend(id.iter().cloned());
        tx.execute(update.clone(), values).await?;
        last = Some(id);
    }
    tx.commit().await?;
    Ok(last.map(|last| (i64::try_from(rows.len()).unwrap_or(i64::MAX), last)))
}
