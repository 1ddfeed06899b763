//! Taking up what is owed to chat: all of one warning together, in order, each recipient's on their own, the most urgent first; after them what is about
//! no warning, each by itself.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, TimeDelta, Utc};

use super::db::Tx;
use super::delivery::{COLUMNS, Channel, Claimed, Message, Parcel, read};
use super::statement::{Among, Bind};
use super::{Store, StoreError};
use crate::binds;

/// The lock under which deliveries are taken up, of the first office; the others' follow.
const TAKING_UP: i64 = 0x6a6c_0000_0000;

/// Who has something in the queue of a channel, due or not: found by stepping along the index, however much waits.
pub async fn recipients(store: &Store, channel: Channel) -> Result<Vec<String>, StoreError> {
    let least = "SELECT MIN(recipient) FROM delivery WHERE office_id = $1 AND channel = $2 AND status = 'queued'";
    let text = format!(
        "WITH RECURSIVE lane (recipient) AS ({least} UNION ALL SELECT ({least} AND delivery.recipient > lane.recipient) FROM lane WHERE lane.recipient IS NOT NULL) SELECT recipient FROM lane WHERE recipient IS NOT NULL"
    );
    let rows = store.db.fetch(text, binds![store.office, channel.code()]).await?;
    rows.iter().map(|row| Ok(row.text(0)?.to_owned())).collect()
}

/// Takes up what is due to one recipient about at most `limit` warnings, and at most so many notes, and holds it for `lease`. A warning comes whole or not at all: while part of
/// it is held or waits for its next attempt, what was owed later waits with it.
pub async fn claim(store: &Store, channel: Channel, recipient: &str, now: DateTime<Utc>, lease: TimeDelta, limit: i64) -> Result<Vec<Parcel>, StoreError> {
    let (now, until) = (now.timestamp_micros(), (now + lease).timestamp_micros());
    let mut tx = store.db.begin().await?;
    if !store.db.is_sqlite() {
        // one at a time takes up; SQLite has locked the file already
        tx.execute("SELECT pg_advisory_xact_lock($1)", binds![TAKING_UP + store.office]).await?;
    }
    // the signs keep either database to the lane's own index, whatever it thinks of the others
    let urgent = "SELECT d.no FROM delivery d WHERE d.office_id = $1 AND d.channel = $2 AND d.recipient = $3 AND d.status = 'queued' AND +d.next_at <= $4 AND (SELECT MAX(+o.next_at) FROM delivery o WHERE o.office_id = d.office_id AND o.no = d.no AND o.channel = d.channel AND o.status = 'queued') <= $4 ORDER BY d.urgency DESC, d.seq, d.n LIMIT $5";
    let rows = tx.fetch(urgent, binds![store.office, channel.code(), recipient, now, limit]).await?;
    let numbers = rows.iter().map(|row| row.int(0)).collect::<Result<BTreeSet<_>, _>>()?;
    let notes = notes(&mut tx, store.office, channel, recipient, (now, until), limit).await?;
    if numbers.is_empty() {
        tx.commit().await?;
        return Ok(notes);
    }
    let places: Vec<String> = (4..).take(numbers.len()).map(|place| format!("${place}")).collect();
    let text = format!(
        "UPDATE delivery SET attempts = attempts + 1, next_at = $3 WHERE office_id = $1 AND channel = $2 AND status = 'queued' AND no IN ({}) RETURNING {COLUMNS}",
        places.join(", ")
    );
    let held = binds![store.office, channel.code(), until].into_iter().chain(numbers.iter().map(|no| Bind::from(*no))).collect();
    let rows = tx.fetch(text, held).await?;
    let claimed = rows.iter().map(|row| read(channel, row)).collect::<Result<Vec<_>, _>>()?;
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
    Ok(parcels(claimed, &last).into_iter().chain(notes).collect())
}

/// What is due and about no warning, the oldest first.
async fn notes(tx: &mut Tx, office: i64, channel: Channel, recipient: &str, (now, until): (i64, i64), limit: i64) -> Result<Vec<Parcel>, StoreError> {
    // looked for once, as in `delivery::claim`
    let due = "WITH due AS MATERIALIZED (SELECT seq, n FROM delivery WHERE office_id = $1 AND channel = $2 AND recipient = $3 AND status = 'queued' AND no IS NULL AND +next_at <= $4 ORDER BY seq, n LIMIT $5)";
    let text = format!(
        "{due} UPDATE delivery SET attempts = attempts + 1, next_at = $6 WHERE office_id = $1 AND (seq, n) IN (SELECT seq, n FROM due) RETURNING {COLUMNS}"
    );
    let rows = tx.fetch(text, binds![office, channel.code(), recipient, now, limit, until]).await?;
    let mut claimed = rows.iter().map(|row| read(channel, row)).collect::<Result<Vec<_>, _>>()?;
    claimed.sort_by_key(|d| (d.seq, d.n));
    Ok(claimed.into_iter().map(Parcel::of).collect())
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
