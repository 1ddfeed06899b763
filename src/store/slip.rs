//! Handling slips (处理单): immutable once filed, sealed, for what was written may name people.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::statement::Among;
use super::warning::{No, time};
use super::{Row, Store, StoreError, Turn};
use crate::binds;

/// Who files slips, and when.
#[derive(Debug, Clone, Copy)]
pub struct Filing<'a> {
    pub seq: i64,
    pub at: DateTime<Utc>,
    /// Staff id.
    pub actor: i64,
    pub kind: &'a str,
    /// The number of the slip that this one corrects.
    pub corrects: Option<i64>,
}

/// Files slips (处理单), one of each of these warnings; returns their numbers. What was written is sealed: it may name people.
pub async fn file(turn: &mut Turn, filing: Filing<'_>, slips: &[(No, String)]) -> Result<Vec<i64>, StoreError> {
    let office = turn.office;
    let columns = "no, CAST(MAX(n) AS BIGINT)";
    let among = Among { columns, table: "slip", fixed: "office_id = $1", fixed_binds: &[office.into()], on: &["no"], tail: "GROUP BY no" };
    let filed = turn.tx.fetch_among(among, slips.iter().map(|(no, _)| binds![*no]).collect()).await?;
    let last: BTreeMap<No, i64> = filed.iter().map(|row| Ok((row.int(0)?, row.int(1)?))).collect::<Result<_, StoreError>>()?;
    let (mut rows, mut numbers) = (Vec::with_capacity(slips.len()), Vec::with_capacity(slips.len()));
    for (no, text) in slips {
        let n = last.get(no).copied().unwrap_or(0) + 1;
        let (key_id, sealed) = turn.keys.seal(&context(office, *no, n), text.as_bytes())?;
        rows.push(binds![office, *no, n, filing.seq, filing.at.timestamp_micros(), filing.actor, filing.kind, filing.corrects, sealed, key_id]);
        numbers.push(n);
    }
    turn.tx.insert("slip", &["office_id", "no", "n", "seq", "at", "actor", "kind", "corrects", "sealed", "key_id"], rows, "").await?;
    Ok(numbers)
}

/// Kind and writer (staff id) of each slip of a warning, in the order of filing, as the turn sees it.
pub async fn filed(turn: &mut Turn, no: No) -> Result<Vec<(String, i64)>, StoreError> {
    let rows = turn.tx.fetch("SELECT kind, actor FROM slip WHERE office_id = $1 AND no = $2 ORDER BY n", binds![turn.office, no]).await?;
    rows.iter().map(|row| Ok((row.text(0)?.to_owned(), row.int(1)?))).collect()
}

fn context(office: i64, no: No, n: i64) -> String {
    format!("slip/{office}/{no}/{n}")
}

/// The context of a row of `no, n`.
pub(super) fn sealed_for(office: i64, row: &Row) -> Result<String, StoreError> {
    Ok(context(office, row.int(0)?, row.int(1)?))
}

/// A filed slip, opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slip {
    /// From 1, in the order of filing.
    pub n: i64,
    pub at: DateTime<Utc>,
    /// Staff id.
    pub actor: i64,
    pub kind: String,
    /// Which one it corrects, if it is a correction.
    pub corrects: Option<i64>,
    /// What was written; it may name people.
    pub text: String,
}

/// Its slips (处理单), first come first.
pub async fn of(store: &Store, no: No) -> Result<Vec<Slip>, StoreError> {
    let text = "SELECT n, at, actor, kind, sealed, key_id, corrects FROM slip WHERE office_id = $1 AND no = $2 ORDER BY n";
    let rows = store.db.fetch(text, binds![store.office, no]).await?;
    rows.iter()
        .map(|row| {
            let n = row.int(0)?;
            let content = store.keys.open(&context(store.office, no, n), row.int(5)?, row.blob(4)?)?;
            Ok(Slip {
                n,
                at: time(Some(row.int(1)?)).unwrap_or_default(),
                actor: row.int(2)?,
                kind: row.text(3)?.to_owned(),
                corrects: row.opt_int(6)?,
                text: String::from_utf8_lossy(&content).into_owned(),
            })
        })
        .collect()
}
