//! What a letter says of its receiver, and of the letters before it (信头).

use chrono::{DateTime, Utc};

use super::delivery::Claimed;
use super::{Store, StoreError};
use crate::binds;

/// What a letter says of its receiver, and of the letters before it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Letterhead {
    /// The name of the one member of staff who has this address.
    pub name: Option<String>,
    /// Number and time of the first letter to the same address about the same warning: (seq, n, queued at). None: this is the first.
    pub first: Option<(i64, i64, DateTime<Utc>)>,
}

/// The letterhead of a delivery by mail. A letter that is not about a warning is the first of its kind.
pub async fn of(store: &Store, delivery: &Claimed) -> Result<Letterhead, StoreError> {
    let names = "SELECT name FROM staff WHERE office_id = $1 AND email = $2 ORDER BY id LIMIT 2";
    let names = store.db.fetch(names, binds![store.office, delivery.recipient.as_str()]).await?;
    let first = "SELECT seq, n, queued_at FROM delivery WHERE office_id = $1 AND no = $2 AND channel = $3 AND recipient = $4 ORDER BY seq, n LIMIT 1";
    let first = store.db.fetch(first, binds![store.office, delivery.warning, delivery.channel.code(), delivery.recipient.as_str()]).await?;
    let read = || -> Result<Letterhead, StoreError> {
        // an address that several share is nobody's name
        let name = if let [row] = &names[..] { Some(row.text(0)?.to_owned()) } else { None };
        let first = first
            .first()
            .map(|row| Ok::<_, StoreError>((row.int(0)?, row.int(1)?, DateTime::from_timestamp_micros(row.int(2)?).unwrap_or_default())))
            .transpose()?;
        Ok(Letterhead { name, first: first.filter(|(seq, n, _)| (*seq, *n) < (delivery.seq, delivery.n)) })
    };
    read().map_err(|e| e.in_row("delivery", delivery.seq))
}
