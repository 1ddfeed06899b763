//! The journal (流水) and the turn that writes it.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};
use tokio::sync::{OwnedMutexGuard, watch};

use super::db::{Db, Tx};
use super::delivery::Owed;
use super::row::Row;
use super::statement::{Among, Bind};
use super::{Store, StoreError, reseal, total};
use crate::binds;
use crate::keys::Keyring;

/// What moved the system.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EntryKind {
    /// A machine: one delivery of events, or a chunk of a batch.
    Event,
    /// A person's command.
    Act,
    /// The clock, when it changed something.
    Tick,
    /// The outcome of deliveries.
    Delivery,
    /// Whoever runs the service: office settings, rules, staff.
    Setting,
}

impl EntryKind {
    const ALL: [EntryKind; 5] = [EntryKind::Event, EntryKind::Act, EntryKind::Tick, EntryKind::Delivery, EntryKind::Setting];

    /// The code in the database; the hash covers it.
    pub const fn code(self) -> &'static str {
        match self {
            EntryKind::Event => "event",
            EntryKind::Act => "act",
            EntryKind::Tick => "tick",
            EntryKind::Delivery => "delivery",
            EntryKind::Setting => "setting",
        }
    }
}

/// One entry, opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its place in the office's journal, from 1, without gaps.
    pub seq: i64,
    pub at: DateTime<Utc>,
    pub kind: EntryKind,
    /// Staff id, for acts.
    pub actor: Option<i64>,
    /// JSON: `Delivered`, an act, a `Tick` or a `Setting`, by kind.
    pub content: Vec<u8>,
}

impl Entry {
    /// Whose step it is, and when.
    pub const fn by(&self) -> super::register::By {
        super::register::By { seq: self.seq, at: self.at, actor: self.actor }
    }
}

/// One entry as it lies in the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedEntry {
    pub seq: i64,
    /// Microseconds UTC.
    pub at: i64,
    pub kind: String,
    pub actor: Option<i64>,
    /// Which sealing key opens it.
    pub key_id: i64,
    pub sealed: Vec<u8>,
    /// Keyed, of the content in the clear: it outlives a change of sealing keys.
    pub commitment: Vec<u8>,
    /// SHA-256 over the hash before, then office, number, time, actor, kind and commitment.
    pub hash: Vec<u8>,
}

/// The hash before the first entry.
pub const GENESIS: [u8; 32] = [0; 32];

const COLUMNS: &str = "seq, at, kind, actor, key_id, sealed, commitment, hash";

impl SealedEntry {
    /// What the hash of an entry must be, given the one before.
    pub fn expected_hash(&self, office: i64, previous: &[u8]) -> [u8; 32] {
        let mut hash = Sha256::new();
        hash.update(previous);
        for number in [office, self.seq, self.at, self.actor.unwrap_or(0)] {
            hash.update(number.to_be_bytes());
        }
        hash.update(self.kind.as_bytes());
        hash.update(&self.commitment);
        hash.finalize().into()
    }

    /// What was written. Fails if it was altered or the key is another.
    pub fn open(&self, office: i64, keys: &Keyring) -> Result<Entry, StoreError> {
        let bad = |reason: &str| StoreError::BadEntry { seq: self.seq, reason: reason.to_owned() };
        let content = keys.open(&context(office, self.seq, self.at, &self.kind, self.actor), self.key_id, &self.sealed).map_err(|e| bad(&e.to_string()))?;
        Ok(Entry {
            seq: self.seq,
            at: DateTime::from_timestamp_micros(self.at).ok_or_else(|| bad("time out of range"))?,
            kind: EntryKind::ALL.into_iter().find(|kind| kind.code() == self.kind).ok_or_else(|| bad("unknown kind"))?,
            actor: self.actor,
            content,
        })
    }
}

impl TryFrom<&Row> for SealedEntry {
    type Error = StoreError;
    fn try_from(row: &Row) -> Result<SealedEntry, StoreError> {
        Ok(SealedEntry {
            seq: row.int(0)?,
            at: row.int(1)?,
            kind: row.text(2)?.to_owned(),
            actor: row.opt_int(3)?,
            key_id: row.int(4)?,
            sealed: row.blob(5)?.to_vec(),
            commitment: row.blob(6)?.to_vec(),
            hash: row.blob(7)?.to_vec(),
        })
    }
}

/// What stands beside the content is bound to it by the seal: a chain whose hashes were all made anew does not hide a change.
fn context(office: i64, seq: i64, at: i64, kind: &str, actor: Option<i64>) -> String {
    let actor = actor.map_or_else(|| "-".to_owned(), |id| id.to_string());
    format!("journal/{office}/{seq}/{at}/{kind}/{actor}")
}

/// The context of a row of `seq, at, kind, actor`.
pub(super) fn sealed_for(office: i64, row: &Row) -> Result<String, StoreError> {
    Ok(context(office, row.int(0)?, row.int(1)?, row.text(2)?, row.opt_int(3)?))
}

/// Work that waits for the commit.
struct Afterwards(Box<dyn FnOnce() + Send>);

impl std::fmt::Debug for Afterwards {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Afterwards")
    }
}

/// One transaction of one office. Dropped without commit, nothing of it ever was.
#[derive(Debug)]
pub struct Turn {
    pub tx: Tx,
    pub office: i64,
    pub keys: Arc<Keyring>,
    seq: i64,
    hash: Vec<u8>,
    ledger_seq: i64,
    at: i64,
    journal: Vec<Vec<Bind>>,
    /// Some of the journal was written already.
    recorded: bool,
    owed: Vec<Owed>,
    owes: bool,
    bell: watch::Sender<()>,
    afterwards: Vec<Afterwards>,
    /// Other rules are in force after it.
    rules_changed: bool,
    _place: Option<OwnedMutexGuard<()>>,
}

impl Turn {
    pub(super) async fn begin(store: &Store, mut tx: Tx, place: Option<OwnedMutexGuard<()>>) -> Result<Turn, StoreError> {
        let lock = match tx {
            Tx::Sqlite(_) => {
                "SELECT seq, hash, (SELECT at FROM journal j WHERE j.office_id = h.office_id AND j.seq = h.seq), ledger_seq, (SELECT key_id FROM sealing s WHERE s.office_id = h.office_id) FROM head h WHERE office_id = $1"
            }
            // the one place where the dialects must differ: SQLite has locked the file already
            Tx::Postgres(_) => {
                "SELECT seq, hash, (SELECT at FROM journal j WHERE j.office_id = h.office_id AND j.seq = h.seq), ledger_seq, (SELECT key_id FROM sealing s WHERE s.office_id = h.office_id) FROM head h WHERE office_id = $1 FOR UPDATE"
            }
        };
        if tx.fetch(lock, binds![store.office]).await?.is_empty() {
            tx.execute(
                "INSERT INTO head (office_id, seq, ledger_seq, hash) VALUES ($1, 0, 0, $2) ON CONFLICT (office_id) DO NOTHING",
                binds![store.office, &GENESIS[..]],
            )
            .await?;
        }
        // read after the lock is held: under PostgreSQL the first look may have waited for another replica's commit
        let rows = tx.fetch(lock, binds![store.office]).await?;
        let head = rows.first().ok_or_else(|| StoreError::BadEntry { seq: 0, reason: "the head row is missing".to_owned() })?;
        reseal::in_force(head.opt_int(4)?, store.keys.newest())?;
        Ok(Turn {
            tx,
            office: store.office,
            keys: Arc::clone(&store.keys),
            seq: head.int(0)?,
            hash: head.blob(1)?.to_vec(),
            ledger_seq: head.int(3)?,
            at: head.opt_int(2)?.unwrap_or(i64::MIN),
            journal: Vec::new(),
            recorded: false,
            owed: Vec::new(),
            owes: false,
            bell: store.owed.clone(),
            afterwards: Vec::new(),
            rules_changed: false,
            _place: place,
        })
    }

    /// The latest entry's number.
    pub const fn seq(&self) -> i64 {
        self.seq
    }

    /// The chain's end: number and hash of the latest entry.
    pub fn head(&self) -> (i64, &[u8]) {
        (self.seq, &self.hash)
    }

    /// When its first entry was written.
    pub async fn begun(&mut self) -> Result<Option<DateTime<Utc>>, StoreError> {
        let rows = self.tx.fetch("SELECT at FROM journal WHERE office_id = $1 AND seq = 1", binds![self.office]).await?;
        rows.first().map(|row| Ok(DateTime::from_timestamp_micros(row.int(0)?).unwrap_or_default())).transpose()
    }

    /// Writes what moved the system. Time never runs backwards in the journal, whatever the machine's clock does.
    pub fn record(&mut self, at: DateTime<Utc>, kind: EntryKind, actor: Option<i64>, content: Vec<u8>) -> Result<Entry, StoreError> {
        let seq = self.seq + 1;
        let micros = at.timestamp_micros().max(self.at);
        let (key_id, sealed) = self.keys.seal(&context(self.office, seq, micros, kind.code(), actor), &content)?;
        let commitment = self.keys.commit(&content).to_vec();
        let entry = SealedEntry { seq, at: micros, kind: kind.code().to_owned(), actor, key_id, sealed, commitment, hash: Vec::new() };
        self.append(entry);
        let at = DateTime::from_timestamp_micros(micros).unwrap_or(at);
        Ok(Entry { seq, at, kind, actor, content })
    }

    /// Takes over an entry of another copy of this journal, as it is, and checks that it fits.
    pub fn take_over(&mut self, entry: &SealedEntry) -> Result<(), StoreError> {
        if entry.seq != self.seq + 1 || entry.expected_hash(self.office, &self.hash)[..] != entry.hash[..] {
            return Err(StoreError::BadEntry { seq: entry.seq, reason: "does not follow the entry before it".to_owned() });
        }
        self.append(entry.clone());
        Ok(())
    }

    fn append(&mut self, entry: SealedEntry) {
        let hash = entry.expected_hash(self.office, &self.hash);
        self.seq = entry.seq;
        self.at = entry.at;
        self.hash = hash.to_vec();
        self.journal.push(binds![self.office, entry.seq, entry.at, entry.kind, entry.actor, entry.key_id, entry.sealed, entry.commitment, hash.to_vec()]);
    }

    /// The latest entry that changed the ledger: two looks that find the same number see the same ledger.
    pub const fn ledger_seq(&self) -> i64 {
        self.ledger_seq
    }

    /// Entry `seq` of this turn changed the ledger.
    pub fn changed_ledger(&mut self, seq: i64) {
        self.ledger_seq = seq;
    }

    /// Other rules are in force after this turn, or the same with other parameters.
    pub fn changed_rules(&mut self) {
        self.rules_changed = true;
    }

    /// To be done once the turn is committed, and never if it is not.
    pub fn afterwards(&mut self, work: impl FnOnce() + Send + 'static) {
        self.afterwards.push(Afterwards(Box::new(work)));
    }

    /// Owes a delivery; it is written with the rest and sent after the commit.
    pub fn owe(&mut self, owed: Owed) {
        self.owed.push(owed);
    }

    /// The next number of a series; series have gaps only where a turn was rolled back before anybody saw it.
    pub async fn next_number(&mut self, series: &str) -> Result<i64, StoreError> {
        let rows = self
            .tx
            .fetch(
                "INSERT INTO counter (office_id, name, value) VALUES ($1, $2, 1) ON CONFLICT (office_id, name) DO UPDATE SET value = counter.value + 1 RETURNING value",
                binds![self.office, series],
            )
            .await?;
        rows.first().ok_or_else(|| StoreError::BadRow { table: "counter", id: series.to_owned(), reason: "no value returned".to_owned() })?.int(0)
    }

    /// Writes the entries made so far.
    async fn write_journal(&mut self) -> Result<(), StoreError> {
        let columns = ["office_id", "seq", "at", "kind", "actor", "key_id", "sealed", "commitment", "hash"];
        let entries = std::mem::take(&mut self.journal);
        self.recorded |= !entries.is_empty();
        self.tx.insert("journal", &columns, entries, "").await
    }

    /// An entry of this number, opened; one of this turn too.
    pub async fn entry(&mut self, seq: i64) -> Result<Option<Entry>, StoreError> {
        self.write_journal().await?;
        let rows = self.tx.fetch(format!("SELECT {COLUMNS} FROM journal WHERE office_id = $1 AND seq = $2"), binds![self.office, seq]).await?;
        rows.first().map(|row| SealedEntry::try_from(row)?.open(self.office, &self.keys)).transpose()
    }

    /// The latest number of a series; 0 before the first.
    pub async fn number(&mut self, series: &str) -> Result<i64, StoreError> {
        let rows = self.tx.fetch("SELECT value FROM counter WHERE office_id = $1 AND name = $2", binds![self.office, series]).await?;
        rows.first().map_or(Ok(0), |row| row.int(0))
    }

    /// Everything or nothing. After this has returned, and not before, the world may be told.
    pub async fn commit(mut self) -> Result<(), StoreError> {
        self.write_journal().await?;
        if !self.recorded {
            return self.tx.rollback().await;
        }
        if self.rules_changed {
            total::settle_by_rules(&mut self).await?;
        }
        self.tx
            .execute(
                "UPDATE head SET seq = $2, hash = $3, ledger_seq = $4 WHERE office_id = $1",
                binds![self.office, self.seq, self.hash.clone(), self.ledger_seq],
            )
            .await?;
        self.write_owed().await?;
        let Turn { tx, bell, owes, afterwards, .. } = self;
        tx.commit().await?;
        afterwards.into_iter().for_each(|Afterwards(work)| work());
        if owes {
            bell.send_replace(());
        }
        Ok(())
    }

    /// Writes the deliveries owed so far; what follows in this turn can then see them.
    pub async fn write_owed(&mut self) -> Result<(), StoreError> {
        let owed = std::mem::take(&mut self.owed);
        self.owes |= !owed.is_empty();
        super::delivery::write(&mut self.tx, self.office, owed).await
    }
}

/// Entries after `seq`, in order, at most `limit`.
pub async fn read(store: &Store, after: i64, limit: i64) -> Result<Vec<SealedEntry>, StoreError> {
    let text = format!("SELECT {COLUMNS} FROM journal WHERE office_id = $1 AND seq > $2 ORDER BY seq LIMIT $3");
    let rows = store.db.fetch(text, binds![store.office, after, limit]).await?;
    rows.iter().map(|row| SealedEntry::try_from(row).map_err(|e| e.in_row("journal", after))).collect()
}

/// The entry of this number, opened.
pub async fn entry(store: &Store, seq: i64) -> Result<Option<Entry>, StoreError> {
    let found = read(store, seq - 1, 1).await?;
    found.iter().find(|entry| entry.seq == seq).map(|entry| entry.open(store.office, &store.keys)).transpose()
}

/// When these entries were written.
pub async fn times(store: &Store, numbers: &[i64]) -> Result<BTreeMap<i64, DateTime<Utc>>, StoreError> {
    let mut numbers = numbers.to_vec();
    numbers.sort_unstable();
    numbers.dedup();
    let mut tx = store.db.snapshot().await?;
    let among = Among { columns: "seq, at", table: "journal", fixed: "office_id = $1", fixed_binds: &[store.office.into()], on: &["seq"], tail: "" };
    let rows = tx.fetch_among(among, numbers.iter().map(|seq| binds![*seq]).collect()).await?;
    rows.iter().map(|row| Ok((row.int(0)?, DateTime::from_timestamp_micros(row.int(1)?).unwrap_or_default()))).collect()
}

/// Whether this office has a journal already.
pub async fn begun(db: &Db, office: i64) -> Result<bool, StoreError> {
    Ok(!db.fetch("SELECT seq FROM journal WHERE office_id = $1 AND seq = 1", binds![office]).await?.is_empty())
}

/// When its first entry was written.
pub async fn began(tx: &mut Tx, office: i64) -> Result<Option<DateTime<Utc>>, StoreError> {
    let rows = tx.fetch("SELECT at FROM journal WHERE office_id = $1 AND seq = 1", binds![office]).await?;
    rows.first().map(|row| Ok(DateTime::from_timestamp_micros(row.int(0)?).unwrap_or_default())).transpose()
}

/// The latest entry's number as this transaction sees it.
pub async fn seq_in(tx: &mut Tx, office: i64) -> Result<i64, StoreError> {
    let rows = tx.fetch("SELECT seq FROM head WHERE office_id = $1", binds![office]).await?;
    rows.first().map_or(Ok(0), |row| row.int(0))
}

/// The chain's end: number and hash of the latest entry.
pub async fn head(store: &Store) -> Result<Option<(i64, Vec<u8>)>, StoreError> {
    let rows = store.db.fetch("SELECT seq, hash FROM head WHERE office_id = $1", binds![store.office]).await?;
    rows.first().map(|row| Ok((row.int(0)?, row.blob(1)?.to_vec()))).transpose()
}
