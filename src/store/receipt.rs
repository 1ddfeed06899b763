//! Receipts (回执): what each webhook id was answered, for ever; and the quarantine (隔离) of what could not be read.

use std::collections::HashSet;

use chrono::{DateTime, Utc};

use super::db::Tx;
use super::row::Row;
use super::statement::{Among, Bind};
use super::{Store, StoreError};
use crate::binds;

/// What a delivery was answered. While a batch is incomplete its status is 0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    pub source: String,
    pub webhook_id: String,
    /// Keyed digest of the body: another body under the same id is refused.
    pub digest: Vec<u8>,
    /// The journal entry, of a batch the latest.
    pub seq: i64,
    pub status: u16,
    /// Lines taken in so far.
    pub lines: i64,
    /// The JSON body; empty for a batch, which is answered from its chunks.
    pub answer: String,
}

const COLUMNS: &str = "source, webhook_id, digest, seq, status, lines, answer";

fn read(row: &Row) -> Result<Receipt, StoreError> {
    let one = || -> Result<Receipt, StoreError> {
        Ok(Receipt {
            source: row.text(0)?.to_owned(),
            webhook_id: row.text(1)?.to_owned(),
            digest: row.blob(2)?.to_vec(),
            seq: row.int(3)?,
            status: u16::try_from(row.int(4)?).unwrap_or(0),
            lines: row.int(5)?,
            answer: row.text(6)?.to_owned(),
        })
    };
    one().map_err(|e| e.in_row("receipt", row.text(1).unwrap_or("?")))
}

const fn by_id<'a>(columns: &'a str, table: &'a str, fixed: &'a str, fixed_binds: &'a [Bind]) -> Among<'a> {
    Among { columns, table, fixed, fixed_binds, on: &["source", "webhook_id"], tail: "" }
}

fn keys(ids: &[(String, String)]) -> Vec<Vec<Bind>> {
    ids.iter().map(|(source, id)| binds![source.as_str(), id.as_str()]).collect()
}

/// The receipts of these (source, webhook id) pairs.
pub async fn find(tx: &mut Tx, office: i64, ids: &[(String, String)]) -> Result<Vec<Receipt>, StoreError> {
    let rows = tx.fetch_among(by_id(COLUMNS, "receipt", "office_id = $1", &[office.into()]), keys(ids)).await?;
    rows.iter().map(read).collect()
}

/// The receipt of one delivery.
pub async fn get(store: &Store, source: &str, webhook_id: &str) -> Result<Option<Receipt>, StoreError> {
    let text = format!("SELECT {COLUMNS} FROM receipt WHERE office_id = $1 AND source = $2 AND webhook_id = $3");
    let rows = store.db.fetch(text, binds![store.office, source, webhook_id]).await?;
    rows.first().map(read).transpose()
}

/// Writes them; a corrected resend replaces the receipt of what was refused.
pub async fn write(tx: &mut Tx, office: i64, receipts: &[Receipt]) -> Result<(), StoreError> {
    let columns = ["office_id", "source", "webhook_id", "digest", "seq", "status", "lines", "answer"];
    let rows = receipts
        .iter()
        .map(|r| binds![office, r.source.as_str(), r.webhook_id.as_str(), r.digest.clone(), r.seq, i64::from(r.status), r.lines, r.answer.as_str()]);
    let tail = "ON CONFLICT (office_id, source, webhook_id) DO UPDATE SET digest = excluded.digest, seq = excluded.seq, status = excluded.status, lines = excluded.lines, answer = excluded.answer";
    tx.insert("receipt", &columns, rows, tail).await
}

/// The results of one chunk of a batch, kept so that a resumed batch answers for all its lines.
pub async fn write_chunk(tx: &mut Tx, office: i64, source: &str, webhook_id: &str, first_line: i64, answer: &str) -> Result<(), StoreError> {
    let columns = ["office_id", "source", "webhook_id", "first_line", "answer"];
    tx.insert("receipt_chunk", &columns, vec![binds![office, source, webhook_id, first_line, answer]], "").await
}

/// The results of the chunk of a batch that begins after a line; its first line, and its answer.
pub async fn next_chunk(store: &Store, source: &str, webhook_id: &str, after: i64) -> Result<Option<(i64, String)>, StoreError> {
    let text =
        "SELECT first_line, answer FROM receipt_chunk WHERE office_id = $1 AND source = $2 AND webhook_id = $3 AND first_line > $4 ORDER BY first_line LIMIT 1";
    let rows = store.db.fetch(text, binds![store.office, source, webhook_id, after]).await?;
    rows.first().map(|row| Ok((row.int(0)?, row.text(1)?.to_owned()))).transpose()
}

/// Validly signed, but not to be read: kept whole in the journal, listed here with the reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quarantined {
    pub seq: i64,
    /// From 1; a single event is line 1.
    pub line: i64,
    pub at: DateTime<Utc>,
    pub source: String,
    pub webhook_id: String,
    /// JSON pointer (`/data/amount`).
    pub field: String,
    /// What is wrong and what to do, without the value.
    pub reason: String,
}

/// Lists what could not be read.
pub async fn quarantine(tx: &mut Tx, office: i64, items: &[Quarantined]) -> Result<(), StoreError> {
    let columns = ["office_id", "seq", "line", "at", "source", "webhook_id", "field", "reason"];
    let rows = items
        .iter()
        .map(|q| binds![office, q.seq, q.line, q.at.timestamp_micros(), q.source.as_str(), q.webhook_id.as_str(), q.field.as_str(), q.reason.as_str()]);
    tx.insert("quarantine", &columns, rows, "").await
}

/// Which of these (source, webhook id) pairs have something in quarantine that is not settled.
pub async fn in_quarantine(tx: &mut Tx, office: i64, ids: &[(String, String)]) -> Result<HashSet<(String, String)>, StoreError> {
    let open = "office_id = $1 AND settled_seq IS NULL";
    let rows = tx.fetch_among(by_id("DISTINCT source, webhook_id", "quarantine", open, &[office.into()]), keys(ids)).await?;
    rows.iter().map(|row| Ok((row.text(0)?.to_owned(), row.text(1)?.to_owned()))).collect()
}

/// A corrected resend under the same webhook id puts right what was quarantined under it.
pub async fn settle(tx: &mut Tx, office: i64, source: &str, webhook_id: &str, seq: i64) -> Result<(), StoreError> {
    let text = "UPDATE quarantine SET settled_seq = $4 WHERE office_id = $1 AND source = $2 AND webhook_id = $3 AND settled_seq IS NULL AND seq < $4";
    tx.execute(text, binds![office, source, webhook_id, seq]).await?;
    Ok(())
}

/// One that waits, and by which entry it was settled if it was.
pub type Kept = (Quarantined, Option<i64>);

const KEPT: &str = "seq, line, at, source, webhook_id, field, reason, settled_seq";

fn read_kept(row: &Row) -> Result<Kept, StoreError> {
    let one = || -> Result<Kept, StoreError> {
        let text = |column: usize| Ok::<_, StoreError>(row.text(column)?.to_owned());
        let at = super::warning::time(Some(row.int(2)?)).unwrap_or_default();
        let kept = Quarantined { seq: row.int(0)?, line: row.int(1)?, at, source: text(3)?, webhook_id: text(4)?, field: text(5)?, reason: text(6)? };
        Ok((kept, row.opt_int(7)?))
    };
    one().map_err(|e| e.in_row("quarantine", row.int(0).unwrap_or(0)))
}

/// What waits in quarantine, oldest first.
pub async fn waiting(store: &Store, offset: i64, limit: i64) -> Result<Vec<Quarantined>, StoreError> {
    let text = format!("SELECT {KEPT} FROM quarantine WHERE office_id = $1 AND settled_seq IS NULL ORDER BY seq, line LIMIT $2 OFFSET $3");
    let rows = store.db.fetch(text, binds![store.office, limit, offset]).await?;
    rows.iter().map(|row| Ok(read_kept(row)?.0)).collect()
}

/// One that was put into quarantine, as last committed.
pub async fn kept(store: &Store, seq: i64, line: i64) -> Result<Option<Kept>, StoreError> {
    let text = format!("SELECT {KEPT} FROM quarantine WHERE office_id = $1 AND seq = $2 AND line = $3");
    let rows = store.db.fetch(text, binds![store.office, seq, line]).await?;
    rows.first().map(read_kept).transpose()
}

/// The same, as the turn sees it.
pub async fn kept_in(tx: &mut Tx, office: i64, seq: i64, line: i64) -> Result<Option<Kept>, StoreError> {
    let text = format!("SELECT {KEPT} FROM quarantine WHERE office_id = $1 AND seq = $2 AND line = $3");
    let rows = tx.fetch(text, binds![office, seq, line]).await?;
    rows.first().map(read_kept).transpose()
}

/// This one is settled by that entry.
pub async fn settle_one(tx: &mut Tx, office: i64, (seq, line): (i64, i64), by: i64) -> Result<(), StoreError> {
    let text = "UPDATE quarantine SET settled_seq = $4 WHERE office_id = $1 AND seq = $2 AND line = $3 AND settled_seq IS NULL";
    tx.execute(text, binds![office, seq, line, by]).await?;
    Ok(())
}

/// What a delivery is answered from now on, if it is still what was taken at `seq`.
pub async fn answer_anew(tx: &mut Tx, office: i64, (source, webhook_id): (&str, &str), seq: i64, (status, answer): (u16, &str)) -> Result<(), StoreError> {
    let text = "UPDATE receipt SET status = $5, answer = $6 WHERE office_id = $1 AND source = $2 AND webhook_id = $3 AND seq = $4";
    tx.execute(text, binds![office, source, webhook_id, seq, i64::from(status), answer]).await?;
    Ok(())
}

/// How many wait in quarantine.
pub async fn quarantined(store: &Store) -> Result<i64, StoreError> {
    let rows = store.db.fetch("SELECT COUNT(*) FROM quarantine WHERE office_id = $1 AND settled_seq IS NULL", binds![store.office]).await?;
    rows.first().map_or(Ok(0), |row| row.int(0))
}
