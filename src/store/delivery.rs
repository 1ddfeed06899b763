//! The outbox (投递): what is owed to whom, and what became of it.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::db::Tx;
use super::row::Row;
use super::{EntryKind, Store, StoreError, Turn};
use crate::binds;

/// By which way a delivery goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// The terminal as chat.
    Console,
    Discord,
    Email,
}

impl Channel {
    /// All of them; each has a worker.
    pub const ALL: [Channel; 3] = [Channel::Console, Channel::Discord, Channel::Email];

    /// The code in the database.
    pub const fn code(self) -> &'static str {
        match self {
            Channel::Console => "console",
            Channel::Discord => "discord",
            Channel::Email => "email",
        }
    }
}

/// Where a delivery may stand.
pub const STATUSES: [&str; 3] = ["queued", "sent", "parked"];

/// A delivery that a turn owes. The payload is JSON of a type that is chat-safe or masked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owed {
    /// The entry it comes from.
    pub seq: i64,
    pub channel: Channel,
    /// A section code for chat, a mail address for mail.
    pub recipient: String,
    /// The warning it is about: in chat it is gathered by it. What is about none stands alone.
    pub warning: Option<i64>,
    pub payload: String,
    /// The higher goes first when many wait: 3 red, 2 yellow, 1 bell, 0 what is over.
    pub urgency: i64,
    pub at: DateTime<Utc>,
}

/// A delivery taken up by the worker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claimed {
    pub seq: i64,
    /// Which of the deliveries of its entry, from 1.
    pub n: i64,
    pub channel: Channel,
    pub recipient: String,
    pub warning: Option<i64>,
    pub payload: String,
    pub urgency: i64,
    pub queued_at: DateTime<Utc>,
    /// This one included; an outage of the whole channel counts as none.
    pub attempts: i64,
    /// Whether an earlier attempt came to nothing that is known: what it sent may have arrived all the same.
    pub failed: bool,
}

/// What is sent as one: a delivery and those it outdates, which are concluded with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parcel {
    pub newest: Claimed,
    /// The oldest first; empty on channels that send each on its own.
    pub outdated: Vec<Claimed>,
    /// Where the warning was last shown on this channel, and to which recipient.
    pub shown: Option<(Message, String)>,
}

impl Parcel {
    /// One delivery by itself.
    pub const fn of(newest: Claimed) -> Parcel {
        Parcel { newest, outdated: Vec::new(), shown: None }
    }

    /// All of it, the oldest first.
    pub fn all(&self) -> impl Iterator<Item = &Claimed> {
        self.outdated.iter().chain([&self.newest])
    }
}

/// A message that stays in chat and can be edited, as its channel calls it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    pub channel: String,
    pub id: String,
}

/// What became of a delivery, for good.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    pub seq: i64,
    pub n: i64,
    /// None: accepted by the channel. Some: parked, and why.
    pub parked: Option<String>,
    /// Where it is shown, on a channel whose messages can be edited.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<Message>,
}

pub(super) async fn write(tx: &mut Tx, office: i64, owed: Vec<Owed>) -> Result<(), StoreError> {
    let columns = ["office_id", "seq", "n", "channel", "recipient", "no", "payload", "urgency", "queued_at", "status", "attempts", "next_at"];
    let mut n = 0;
    let mut last = 0;
    let rows = owed.into_iter().map(|d| {
        n = if d.seq == last { n + 1 } else { 1 };
        last = d.seq;
        let at = d.at.timestamp_micros();
        binds![office, d.seq, n, d.channel.code(), d.recipient, d.warning, d.payload, d.urgency, at, "queued", 0, at]
    });
    tx.insert("delivery", &columns, rows, "").await
}

pub(super) const COLUMNS: &str = "seq, n, recipient, no, payload, urgency, queued_at, attempts, reason";

/// Takes up what is due on one channel, oldest first, and holds it for `lease` so that another replica leaves it alone.
pub async fn claim(store: &Store, channel: Channel, now: DateTime<Utc>, lease: TimeDelta, limit: i64) -> Result<Vec<Claimed>, StoreError> {
    // the other place where the dialects must differ
    let skip = if store.db.is_sqlite() { "" } else { "FOR UPDATE SKIP LOCKED" };
    // looked for once: PostgreSQL may ask a subquery again for every row, and would take up more than the limit
    let text = format!(
        "WITH due AS MATERIALIZED (SELECT seq, n FROM delivery WHERE office_id = $1 AND status = 'queued' AND channel = $2 AND next_at <= $3 ORDER BY seq, n LIMIT $5 {skip}) UPDATE delivery SET attempts = attempts + 1, next_at = $4 WHERE office_id = $1 AND (seq, n) IN (SELECT seq, n FROM due) RETURNING {COLUMNS}"
    );
    let now_micros = now.timestamp_micros();
    let until = (now + lease).timestamp_micros();
    let mut tx = store.db.begin().await?;
    let rows = tx.fetch(text, binds![store.office, channel.code(), now_micros, until, limit]).await?;
    tx.commit().await?;
    let mut claimed = rows.iter().map(|row| read(channel, row)).collect::<Result<Vec<_>, _>>()?;
    claimed.sort_by_key(|d| (d.seq, d.n));
    Ok(claimed)
}

pub(super) fn read(channel: Channel, row: &Row) -> Result<Claimed, StoreError> {
    let one = || -> Result<Claimed, StoreError> {
        Ok(Claimed {
            seq: row.int(0)?,
            n: row.int(1)?,
            channel,
            recipient: row.text(2)?.to_owned(),
            warning: row.opt_int(3)?,
            payload: row.text(4)?.to_owned(),
            urgency: row.int(5)?,
            queued_at: DateTime::from_timestamp_micros(row.int(6)?).unwrap_or_default(),
            attempts: row.int(7)?,
            failed: row.opt_text(8)?.is_some(),
        })
    };
    one().map_err(|e| e.in_row("delivery", row.int(0).unwrap_or(0)))
}

/// Puts a failed attempt back, to be tried again at `next`.
pub async fn put_back(store: &Store, delivery: &Claimed, next: DateTime<Utc>, reason: &str) -> Result<(), StoreError> {
    let text = "UPDATE delivery SET next_at = $4, reason = $5 WHERE office_id = $1 AND seq = $2 AND n = $3 AND status = 'queued'";
    store.db.execute(text, binds![store.office, delivery.seq, delivery.n, next.timestamp_micros(), reason]).await?;
    Ok(())
}

/// Lets go of what was taken up and not begun: due again at once, and no attempt.
pub async fn let_go(store: &Store, deliveries: impl Iterator<Item = &Claimed>, now: DateTime<Utc>) -> Result<(), StoreError> {
    let text = "UPDATE delivery SET next_at = $4, attempts = attempts - 1 WHERE office_id = $1 AND seq = $2 AND n = $3 AND status = 'queued'";
    for delivery in deliveries {
        store.db.execute(text, binds![store.office, delivery.seq, delivery.n, now.timestamp_micros()]).await?;
    }
    Ok(())
}

/// Journals outcomes, so that a rebuilt outbox never sends again what was sent.
pub async fn conclude(store: &Store, at: DateTime<Utc>, outcomes: &[Outcome]) -> Result<(), StoreError> {
    let mut turn = store.turn().await?;
    let content = serde_json::to_vec(outcomes).map_err(|e| StoreError::BadEntry { seq: turn.seq() + 1, reason: e.to_string() })?;
    let entry = turn.record(at, EntryKind::Delivery, None, content)?;
    apply(&mut turn, entry.seq, entry.at, outcomes).await?;
    turn.commit().await
}

/// Marks outcomes in the state.
pub async fn apply(turn: &mut Turn, seq: i64, at: DateTime<Utc>, outcomes: &[Outcome]) -> Result<(), StoreError> {
    let office = turn.office;
    for outcome in outcomes {
        let status = if outcome.parked.is_none() { "sent" } else { "parked" };
        let text = "UPDATE delivery SET status = $4, outcome_seq = $5, outcome_at = $6, reason = $7, message_channel = $8, message_id = $9 WHERE office_id = $1 AND seq = $2 AND n = $3 AND status = 'queued'";
        let (channel, id) = outcome.message.clone().map(|message| (message.channel, message.id)).unzip();
        turn.tx.execute(text, binds![office, outcome.seq, outcome.n, status, seq, at.timestamp_micros(), outcome.parked.clone(), channel, id]).await?;
    }
    Ok(())
}

/// How many deliveries stand where: (channel, status, count).
pub async fn counts(store: &Store) -> Result<Vec<(String, String, i64)>, StoreError> {
    let text = "SELECT channel, status, COUNT(*) FROM delivery WHERE office_id = $1 GROUP BY channel, status ORDER BY channel, status";
    let rows = store.db.fetch(text, binds![store.office]).await?;
    rows.iter().map(|row| Ok((row.text(0)?.to_owned(), row.text(1)?.to_owned(), row.int(2)?))).collect()
}

/// How many are parked.
pub async fn parked(store: &Store) -> Result<i64, StoreError> {
    let rows = store.db.fetch("SELECT COUNT(*) FROM delivery WHERE office_id = $1 AND status = 'parked'", binds![store.office]).await?;
    rows.first().map_or(Ok(0), |row| row.int(0))
}

/// A delivery that has not gone through, for `/投递 列表`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pending {
    pub seq: i64,
    pub n: i64,
    pub channel: String,
    pub warning: Option<i64>,
    /// `parked` or `queued`.
    pub status: String,
    pub attempts: i64,
    /// Why the last attempt failed.
    pub reason: Option<String>,
    pub queued_at: DateTime<Utc>,
}

/// Parked deliveries, and those tried in vain at least once; the oldest first.
pub async fn pending(store: &Store, limit: i64) -> Result<Vec<Pending>, StoreError> {
    let text = "SELECT seq, n, channel, no, status, attempts, reason, queued_at FROM delivery WHERE office_id = $1 AND (status = 'parked' OR (status = 'queued' AND reason IS NOT NULL)) ORDER BY seq, n LIMIT $2";
    let rows = store.db.fetch(text, binds![store.office, limit]).await?;
    rows.iter()
        .map(|row| {
            Ok(Pending {
                seq: row.int(0)?,
                n: row.int(1)?,
                channel: row.text(2)?.to_owned(),
                warning: row.opt_int(3)?,
                status: row.text(4)?.to_owned(),
                attempts: row.int(5)?,
                reason: row.opt_text(6)?.map(str::to_owned),
                queued_at: DateTime::from_timestamp_micros(row.int(7)?).unwrap_or_default(),
            })
        })
        .collect()
}
