//! Taking up what is owed to chat: all of one warning together, in order, each recipient's on their own, the most urgent first.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};

use super::delivery::{COLUMNS, Channel, Claimed, Message, Parcel, read};
use super::statement::Among;
use super::{Store, StoreError};
use crate::binds;

/// Who has something in the queue of a channel, due or not: found by stepping along the index, however much waits.
pub async fn recipients(store: &Store, channel: Channel) -> Result<Vec<String>, StoreError> {
    let least = "SELECT MIN(recipient) FROM delivery WHERE office_id = $1 AND channel = $2 AND status = 'queued'";
    let text = format!(
        "WITH RECURSIVE lane (recipient) AS ({least} UNION ALL SELECT ({least} AND delivery.recipient > lane.recipient) FROM lane WHERE lane.recipient IS NOT NULL) SELECT recipient FROM lane WHERE recipient IS NOT NULL"
    );
    let rows = store.db.fetch(text, binds![store.office, channel.code()]).await?;
    rows.iter().map(|row| Ok(row.text(0)?.to_owned())).collect()
}

/// Takes up what is due to one recipient about at most `limit` warnings, and holds it for `lease`. A warning comes whole or not at all: while part of
/// it is held or waits for its next attempt, what was owed later waits with it.
pub async fn claim(store: &Store, channel: Channel, recipient: &str, now: DateTime<Utc>, lease: TimeDelta, limit: i64) -> Result<Vec<Parcel>, StoreError> {
    let of_warning = "other.office_id = d.office_id AND other.no = d.no AND other.channel = d.channel AND other.status = 'queued'";
    // who holds the oldest holds the warning; SQLite has locked the file already
    let lock = if store.db.is_sqlite() { "" } else { "FOR UPDATE OF d SKIP LOCKED" };
    let text = format!(
        "WITH urgent AS (SELECT d.no FROM delivery d WHERE d.office_id = $1 AND d.channel = $2 AND d.recipient = $3 AND d.status = 'queued' AND d.next_at <= $4 AND NOT EXISTS (SELECT 1 FROM delivery other WHERE {of_warning} AND other.next_at > $4) ORDER BY d.urgency DESC, d.seq, d.n LIMIT $6), \
         oldest AS (SELECT d.no FROM delivery d WHERE d.office_id = $1 AND d.no IN (SELECT no FROM urgent) AND d.channel = $2 AND d.status = 'queued' AND d.next_at <= $4 AND NOT EXISTS (SELECT 1 FROM delivery other WHERE {of_warning} AND (other.seq, other.n) < (d.seq, d.n)) {lock}) \
         UPDATE delivery SET attempts = attempts + 1, next_at = $5 WHERE office_id = $1 AND no IN (SELECT no FROM oldest) AND channel = $2 AND status = 'queued' AND next_at <= $4 RETURNING {COLUMNS}"
    );
    let binds = binds![store.office, channel.code(), recipient, now.timestamp_micros(), (now + lease).timestamp_micros(), limit];
    let mut tx = store.db.begin().await?;
    let rows = tx.fetch(text, binds).await?;
    let claimed = rows.iter().map(|row| read(channel, row)).collect::<Result<Vec<_>, _>>()?;
    let numbers: Vec<i64> = claimed.iter().filter_map(|d| d.warning).collect();
    let fixed = "office_id = $1 AND channel = $2 AND message_id IS NOT NULL";
    let among = Among {
        columns: "no, message_channel, message_id, recipient",
        table: "delivery",
        fixed,
        fixed_binds: &[store.office.into(), channel.code().into()],
        on: &["no"],
        tail: "ORDER BY outcome_seq, seq, n",
    };
    let shown = tx.fetch_among(among, numbers.iter().map(|no| binds![*no]).collect()).await?;
    tx.commit().await?;
    let mut last = BTreeMap::new();
    for row in &shown {
        let message = Message { channel: row.text(1)?.to_owned(), id: row.text(2)?.to_owned() };
        last.insert(row.int(0)?, (message, row.text(3)?.to_owned()));
    }
    Ok(parcels(claimed, &last))
}

fn parcels(claimed: Vec<Claimed>, shown: &BTreeMap<i64, (Message, String)>) -> Vec<Parcel> {
    let mut warnings: BTreeMap<i64, Vec<Claimed>> = BTreeMap::new();
    for delivery in claimed {
        warnings.entry(delivery.warning.unwrap_or_default()).or_default().push(delivery);
    }
    let whole = |(no, mut all): (i64, Vec<Claimed>)| {
        all.sort_by_key(|d| (d.seq, d.n));
        let newest = all.pop()?;
        Some(Parcel { newest, outdated: all, shown: shown.get(&no).cloned() })
    };
    let mut parcels: Vec<Parcel> = warnings.into_iter().filter_map(whole).collect();
    parcels.sort_by_key(|parcel| {
        let urgency = parcel.all().map(|d| d.urgency).max();
        (std::cmp::Reverse(urgency), parcel.all().map(|d| (d.seq, d.n)).min())
    });
    parcels
}
