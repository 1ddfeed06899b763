//! What the tables know of an entry that the entry itself does not say: for whoever tells the journal in words.

use std::collections::BTreeSet;

use super::warning::No;
use super::{Store, StoreError};
use crate::binds;

/// What became of a delivery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// The entry that told of it.
    pub by: i64,
    pub channel: String,
    /// A section code for chat, a mail address for mail.
    pub recipient: String,
    pub warning: Option<No>,
    /// Taken by the channel; otherwise parked.
    pub accepted: bool,
}

/// The outcomes told by the entries after `after` up to `end`.
pub async fn outcomes(store: &Store, after: i64, end: i64) -> Result<Vec<Outcome>, StoreError> {
    let text = "SELECT outcome_seq, channel, recipient, no, status FROM delivery WHERE office_id = $1 AND outcome_seq > $2 AND outcome_seq <= $3 ORDER BY outcome_seq, seq, n";
    let rows = store.db.fetch(text, binds![store.office, after, end]).await?;
    let read = |row: &super::Row| {
        let (by, channel, recipient) = (row.int(0)?, row.text(1)?.to_owned(), row.text(2)?.to_owned());
        Ok(Outcome { by, channel, recipient, warning: row.opt_int(3)?, accepted: row.text(4)? == "sent" })
    };
    rows.iter().map(|row| read(row).map_err(|e: StoreError| e.in_row("delivery", after))).collect()
}

/// The entries that had to do with a warning: what lit it and moved it, what was written of it, who was told, and who saw its full texts.
pub async fn of(store: &Store, no: No) -> Result<BTreeSet<i64>, StoreError> {
    let mut entries = BTreeSet::new();
    for source in ["warning_item", "transition", "slip", "reveal", "delivery"] {
        for row in store.db.fetch(format!("SELECT DISTINCT seq FROM {source} WHERE office_id = $1 AND no = $2"), binds![store.office, no]).await? {
            entries.insert(row.int(0)?);
        }
    }
    let told = "SELECT DISTINCT outcome_seq FROM delivery WHERE office_id = $1 AND no = $2 AND outcome_seq IS NOT NULL";
    for row in store.db.fetch(told, binds![store.office, no]).await? {
        entries.insert(row.int(0)?);
    }
    Ok(entries)
}
