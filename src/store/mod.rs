//! The store (账房): journal, state and outbox. SQL lives here and nowhere else.
//!
//! A change is a [`Turn`]: one transaction that takes the office's head row first, writes what moved the system into the journal, the state it
//! changed, and the deliveries it owes. Turns of one office stand in line; nothing is acknowledged before [`Turn::commit`] has returned.

pub mod absence;
pub mod account;
pub mod allocation;
pub mod audit;
pub mod bell;
pub mod chased;
pub mod co_handler;
pub mod db;
pub mod delivery;
pub mod draft;
pub mod event;
pub mod gather;
pub mod job_day;
pub mod journal;
pub mod ledger;
pub mod letterhead;
pub mod month;
pub mod outward;
pub mod pause;
pub mod payment;
pub mod performance;
pub mod proposal;
pub mod receipt;
pub mod register;
pub mod reseal;
pub mod reveal;
mod row;
pub mod rule;
pub mod scope;
pub mod setting;
pub mod slip;
pub mod staff;
pub mod standing;
pub mod statement;
pub mod story;
pub mod total;
pub mod transition;
pub mod warning;
pub mod white_list;

use std::sync::Arc;

use tokio::sync::{Mutex, watch};

use crate::keys::{KeyError, Keyring};
pub use db::Db;
pub use journal::{Entry, EntryKind, Turn};
pub use row::Row;
pub use statement::Bind;

/// What can go wrong here. It names table, column and number, never a content.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("database: {0}")]
    Database(#[from] sqlx::Error),
    #[error("migration: {0}")]
    Migration(#[from] sqlx::migrate::MigrateError),
    #[error("column {column} does not hold {expected}")]
    BadColumn { column: usize, expected: &'static str },
    #[error("table {table}, row {id}: {reason}")]
    BadRow { table: &'static str, id: String, reason: String },
    #[error("journal entry {seq}: {reason}")]
    BadEntry { seq: i64, reason: String },
    #[error("spool: {0}")]
    Spool(std::io::Error),
    #[error(transparent)]
    Key(#[from] KeyError),
}

impl StoreError {
    const fn bad_column(column: usize, expected: &'static str) -> StoreError {
        StoreError::BadColumn { column, expected }
    }

    /// Names the table and the row in which a column was wrong.
    pub fn in_row(self, table: &'static str, id: impl ToString) -> StoreError {
        match self {
            StoreError::BadColumn { column, expected } => {
                StoreError::BadRow { table, id: id.to_string(), reason: format!("column {column} does not hold {expected}") }
            }
            other @ (StoreError::Database(_)
            | StoreError::Migration(_)
            | StoreError::BadRow { .. }
            | StoreError::BadEntry { .. }
            | StoreError::Spool(_)
            | StoreError::Key(_)) => other,
        }
    }

    /// No room left on the disk: what was asked for is not stored, and may be asked for again.
    pub fn is_full(&self) -> bool {
        match self {
            StoreError::Database(sqlx::Error::Database(error)) => {
                // SQLITE_FULL; PostgreSQL class 53 (disk_full 53100)
                matches!(error.code().as_deref(), Some("13" | "53100"))
            }
            StoreError::Spool(error) => error.kind() == std::io::ErrorKind::StorageFull,
            StoreError::Database(_)
            | StoreError::Migration(_)
            | StoreError::BadColumn { .. }
            | StoreError::BadRow { .. }
            | StoreError::BadEntry { .. }
            | StoreError::Key(_) => false,
        }
    }
}

/// One office's store.
#[derive(Debug, Clone)]
pub struct Store {
    pub db: Db,
    pub office: i64,
    pub keys: Arc<Keyring>,
    line: Arc<Mutex<()>>,
    /// Rung after every commit that owes deliveries.
    pub owed: watch::Sender<()>,
}

impl Store {
    /// The store of one office; the database may hold others.
    pub fn new(db: Db, office: i64, keys: Arc<Keyring>) -> Store {
        Store { db, office, keys, line: Arc::new(Mutex::new(())), owed: watch::Sender::new(()) }
    }

    /// Waits in line, then holds the office's head row.
    pub async fn turn(&self) -> Result<Turn, StoreError> {
        let place = Arc::clone(&self.line).lock_owned().await;
        let tx = self.db.begin().await?;
        Turn::begin(self, tx, Some(place)).await
    }
}
