//! Drafts (草稿): a form that somebody is filling in, kept until it is handed in, so that a restart or a complaint loses nothing typed. Sealed, for what was
//! typed may name people. Working memory: not journalled, for nothing was decided yet.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};

use super::warning::No;
use super::{Store, StoreError};
use crate::binds;

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

/// What is there; nothing if there is none, or it is too old.
pub async fn get(store: &Store, now: DateTime<Utc>, of: Of<'_>) -> Result<Draft, StoreError> {
    let text = "SELECT key_id, sealed FROM draft WHERE office_id = $1 AND staff = $2 AND no = $3 AND form = $4 AND at >= $5";
    let rows = store.db.fetch(text, binds![store.office, of.staff, of.no, of.form, (now - KEPT).timestamp_micros()]).await?;
    let Some(row) = rows.first() else { return Ok(Draft::new()) };
    let content = store.keys.open(&of.context(store.office), row.int(0)?, row.blob(1)?)?;
    serde_json::from_slice(&content).map_err(|e| StoreError::BadRow { table: "draft", id: of.no.to_string(), reason: e.to_string() })
}

/// Keeps it in the place of what was there. Old ones of everybody go.
pub async fn save(store: &Store, now: DateTime<Utc>, of: Of<'_>, draft: &Draft) -> Result<(), StoreError> {
    store.db.execute("DELETE FROM draft WHERE office_id = $1 AND at < $2", binds![store.office, (now - KEPT).timestamp_micros()]).await?;
    let content = serde_json::to_vec(draft).map_err(|e| StoreError::BadRow { table: "draft", id: of.no.to_string(), reason: e.to_string() })?;
    let (key_id, sealed) = store.keys.seal(&of.context(store.office), &content)?;
    let text = "INSERT INTO draft (office_id, staff, no, form, at, sealed, key_id) VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (office_id, staff, no, form) DO UPDATE SET at = excluded.at, sealed = excluded.sealed, key_id = excluded.key_id";
    store.db.execute(text, binds![store.office, of.staff, of.no, of.form, now.timestamp_micros(), sealed, key_id]).await.map(drop)
}

/// It is handed in, or not wanted any more.
pub async fn discard(store: &Store, of: Of<'_>) -> Result<(), StoreError> {
    let text = "DELETE FROM draft WHERE office_id = $1 AND staff = $2 AND no = $3 AND form = $4";
    store.db.execute(text, binds![store.office, of.staff, of.no, of.form]).await.map(drop)
}
