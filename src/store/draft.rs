//! Drafts (草稿): a form that somebody is filling in, kept until it is handed in, so that a restart or a complaint loses nothing typed. Sealed, for what was
//! typed may name people. Working memory: not journalled, for nothing was decided yet.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};

use super::warning::No;
use super::{Row, Store, StoreError, Turn};
use crate::binds;
use crate::keys::Keyring;

/// What was written so far, by the option's name.
pub type Draft = BTreeMap<String, String>;

/// Drafts untouched this long are thrown away.
const KEPT: TimeDelta = TimeDelta::days(7);

/// Which draft: whose, about which warning, of which form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Of<'a> {
    /// Staff id.
    pub staff: i64,
    pub no: No,
    /// As the form is called.
    pub form: &'a str,
}

impl Of<'_> {
    fn context(&self, office: i64) -> String {
        format!("draft/{office}/{}/{}/{}", self.staff, self.no, self.form)
    }
}

/// The context of a row of `staff, no, form`.
pub(super) fn sealed_for(office: i64, row: &Row) -> Result<String, StoreError> {
    Ok(Of { staff: row.int(0)?, no: row.int(1)?, form: row.text(2)? }.context(office))
}

const TEXT: &str = "SELECT key_id, sealed FROM draft WHERE office_id = $1 AND staff = $2 AND no = $3 AND form = $4 AND at >= $5";

/// What is there; nothing if there is none, or it is too old.
pub async fn get(store: &Store, now: DateTime<Utc>, of: Of<'_>) -> Result<Draft, StoreError> {
    let rows = store.db.fetch(TEXT, binds![store.office, of.staff, of.no, of.form, (now - KEPT).timestamp_micros()]).await?;
    read(&store.keys, store.office, of, rows.first())
}

/// The same, as the turn sees it: until the turn is over nobody else changes it.
pub async fn in_turn(turn: &mut Turn, now: DateTime<Utc>, of: Of<'_>) -> Result<Draft, StoreError> {
    let rows = turn.tx.fetch(TEXT, binds![turn.office, of.staff, of.no, of.form, (now - KEPT).timestamp_micros()]).await?;
    read(&turn.keys, turn.office, of, rows.first())
}

fn read(keys: &Keyring, office: i64, of: Of<'_>, row: Option<&Row>) -> Result<Draft, StoreError> {
    let Some(row) = row else { return Ok(Draft::new()) };
    let content = keys.open(&of.context(office), row.int(0)?, row.blob(1)?)?;
    serde_json::from_slice(&content).map_err(|e| StoreError::BadRow { table: "draft", id: of.no.to_string(), reason: e.to_string() })
}

/// Keeps it in the place of what was there, and ends the turn, in which nothing was decided. Old ones of everybody go.
pub async fn save(mut turn: Turn, now: DateTime<Utc>, of: Of<'_>, draft: &Draft) -> Result<(), StoreError> {
    turn.tx.execute("DELETE FROM draft WHERE office_id = $1 AND at < $2", binds![turn.office, (now - KEPT).timestamp_micros()]).await?;
    let content = serde_json::to_vec(draft).map_err(|e| StoreError::BadRow { table: "draft", id: of.no.to_string(), reason: e.to_string() })?;
    let (key_id, sealed) = turn.keys.seal(&of.context(turn.office), &content)?;
    let text = "INSERT INTO draft (office_id, staff, no, form, at, sealed, key_id) VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (office_id, staff, no, form) DO UPDATE SET at = excluded.at, sealed = excluded.sealed, key_id = excluded.key_id";
    turn.tx.execute(text, binds![turn.office, of.staff, of.no, of.form, now.timestamp_micros(), sealed, key_id]).await?;
    turn.tx.commit().await
}

/// It is handed in, or not wanted any more.
pub async fn discard(store: &Store, of: Of<'_>) -> Result<(), StoreError> {
    let text = "DELETE FROM draft WHERE office_id = $1 AND staff = $2 AND no = $3 AND form = $4";
    store.db.execute(text, binds![store.office, of.staff, of.no, of.form]).await.map(drop)
}
