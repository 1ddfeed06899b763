//! One SQL text for two databases: SQLite (one file) and PostgreSQL (replicas).
//!
//! Three kinds of value cross this line: whole numbers, texts and bytes. Placeholders are `$1, $2, …` on both.

use std::borrow::Cow;
use std::str::FromStr;
use std::time::Duration;

use futures_util::future::{BoxFuture, join};
use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::postgres::{PgArguments, PgPool, PgPoolOptions};
use sqlx::query::Query;
use sqlx::sqlite::{SqliteArguments, SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{AssertSqlSafe, Connection, Postgres, SqlSafeStr, SqlStr, Sqlite, Transaction};

use super::StoreError;
use super::row::Row;
use super::statement::{Among, Bind, delete_text, fill, group_size, insert_text, padded};

fn bind_sqlite(sql: SqlStr, binds: Vec<Bind>) -> Query<'static, Sqlite, SqliteArguments> {
    binds.into_iter().fold(sqlx::query(sql), |query, bind| match bind {
        Bind::Int(value) => query.bind(value),
        Bind::Text(value) => query.bind(value),
        Bind::Blob(value) => query.bind(value),
    })
}

fn bind_postgres(sql: SqlStr, binds: Vec<Bind>) -> Query<'static, Postgres, PgArguments> {
    binds.into_iter().fold(sqlx::query(sql), |query, bind| match bind {
        Bind::Int(value) => query.bind(value),
        Bind::Text(value) => query.bind(value),
        Bind::Blob(value) => query.bind(value),
    })
}

/// The statement's text: fixed, or put together from fixed parts and placeholders only.
pub fn sql(text: impl Into<Cow<'static, str>>) -> SqlStr {
    match text.into() {
        Cow::Borrowed(fixed) => fixed.into_sql_str(),
        Cow::Owned(built) => AssertSqlSafe(built).into_sql_str(),
    }
}

/// The database: one text of SQL for both kinds.
#[derive(Debug, Clone)]
pub enum Db {
    Sqlite { write: SqlitePool, read: SqlitePool },
    Postgres(PgPool),
}

impl Db {
    /// Opens `sqlite:FILE` (created when missing) or `postgres://…` and brings the tables up to date.
    pub async fn open(url: &str) -> Result<Db, StoreError> {
        let db = Db::connect(url).await?;
        db.migrate().await?;
        Ok(db)
    }

    /// Opens without touching the tables.
    pub async fn connect(url: &str) -> Result<Db, StoreError> {
        if url.starts_with("postgres:") || url.starts_with("postgresql:") {
            let pool = PgPoolOptions::new().max_connections(16).acquire_timeout(Duration::from_secs(10)).connect(url).await?;
            return Ok(Db::Postgres(pool));
        }
        let options = SqliteConnectOptions::from_str(url)?
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(Duration::from_secs(30))
            .pragma("temp_store", "memory")
            .statement_cache_capacity(256)
            // rows cross from the thread of the database by the hundred, not one by one
            .row_buffer_size(1024);
        let write = SqlitePoolOptions::new().max_connections(1).idle_timeout(None).max_lifetime(None).after_release(|connection, _| {
            // on a full disk SQLite rolls back by itself; the driver then believes for ever that it is in a transaction: such a connection is given up
            Box::pin(async move { connection.ping().await.map(|()| !connection.is_in_transaction()) })
        });
        // rows of a large ledger are found in it here and there: the pages on the way stay in memory, and are written back seldom
        let write = write.connect_with(options.clone().pragma("cache_size", "-65536").pragma("wal_autocheckpoint", "16000")).await?;
        let read = SqlitePoolOptions::new().max_connections(4).connect_with(options.pragma("query_only", "on")).await?;
        Ok(Db::Sqlite { write, read })
    }

    /// Opens a copy that must be there already, for looking only.
    pub async fn inspect(url: &str) -> Result<Db, StoreError> {
        if url.starts_with("postgres") {
            return Db::connect(url).await;
        }
        let options = SqliteConnectOptions::from_str(url)?.create_if_missing(false).busy_timeout(Duration::from_secs(30)).pragma("query_only", "on");
        // a copy that may not be written to cannot have the files that WAL keeps beside it: nobody else writes it either
        let locked = std::fs::OpenOptions::new().append(true).open(options.get_filename()).is_err();
        let options = if locked { options.read_only(true).immutable(true) } else { options };
        let read = SqlitePoolOptions::new().max_connections(1).connect_with(options).await?;
        Ok(Db::Sqlite { write: read.clone(), read })
    }

    async fn migrate(&self) -> Result<(), StoreError> {
        match self {
            Db::Sqlite { write, .. } => Migrator::with_migrations(migrations(SQLITE)).run(write).await?,
            Db::Postgres(pool) => Migrator::with_migrations(migrations(POSTGRES)).run(pool).await?,
        }
        Ok(())
    }

    /// For the few places where the two must differ.
    pub const fn is_sqlite(&self) -> bool {
        matches!(self, Db::Sqlite { .. })
    }

    /// Reads outside any transaction.
    pub async fn fetch(&self, text: impl Into<Cow<'static, str>>, binds: Vec<Bind>) -> Result<Vec<Row>, StoreError> {
        let text = sql(text);
        Ok(match self {
            Db::Sqlite { read, .. } => bind_sqlite(text, binds).fetch_all(read).await?.into_iter().map(Row::from).collect(),
            Db::Postgres(pool) => bind_postgres(text, binds).fetch_all(pool).await?.into_iter().map(Row::from).collect(),
        })
    }

    /// A statement of its own, for what is not journalled (the worker's own marks).
    pub async fn execute(&self, text: impl Into<Cow<'static, str>>, binds: Vec<Bind>) -> Result<u64, StoreError> {
        let text = sql(text);
        Ok(match self {
            Db::Sqlite { write, .. } => bind_sqlite(text, binds).execute(write).await?.rows_affected(),
            Db::Postgres(pool) => bind_postgres(text, binds).execute(pool).await?.rows_affected(),
        })
    }

    /// Begins a transaction that will write; on SQLite it waits for the one before it.
    pub async fn begin(&self) -> Result<Tx, StoreError> {
        Ok(match self {
            Db::Sqlite { write, .. } => Tx::Sqlite(write.begin_with("BEGIN IMMEDIATE").await?),
            Db::Postgres(pool) => Tx::Postgres(pool.begin().await?),
        })
    }

    /// Begins a look at the state of this moment: whatever is committed meanwhile is not seen, and nobody waits for it.
    pub async fn snapshot(&self) -> Result<Tx, StoreError> {
        Ok(match self {
            // in WAL a deferred transaction sees what was committed when it first reads
            Db::Sqlite { read, .. } => Tx::Sqlite(read.begin().await?),
            Db::Postgres(pool) => Tx::Postgres(pool.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?),
        })
    }

    /// Waits for what is under way, then lets go of every connection.
    pub async fn close(&self) {
        match self {
            Db::Sqlite { write, read } => {
                read.close().await;
                write.close().await;
            }
            Db::Postgres(pool) => pool.close().await,
        }
    }
}

/// A transaction; dropped, it is rolled back.
#[derive(Debug)]
pub enum Tx {
    Sqlite(Transaction<'static, Sqlite>),
    Postgres(Transaction<'static, Postgres>),
}

impl Tx {
    /// Reads what the transaction sees.
    pub async fn fetch(&mut self, text: impl Into<Cow<'static, str>>, binds: Vec<Bind>) -> Result<Vec<Row>, StoreError> {
        let text = sql(text);
        Ok(match self {
            Tx::Sqlite(tx) => bind_sqlite(text, binds).fetch_all(&mut **tx).await?.into_iter().map(Row::from).collect(),
            Tx::Postgres(tx) => bind_postgres(text, binds).fetch_all(&mut **tx).await?.into_iter().map(Row::from).collect(),
        })
    }

    /// Rows changed.
    pub async fn execute(&mut self, text: impl Into<Cow<'static, str>>, binds: Vec<Bind>) -> Result<u64, StoreError> {
        let text = sql(text);
        Ok(match self {
            Tx::Sqlite(tx) => bind_sqlite(text, binds).execute(&mut **tx).await?.rows_affected(),
            Tx::Postgres(tx) => bind_postgres(text, binds).execute(&mut **tx).await?.rows_affected(),
        })
    }

    /// Writes many rows, few statements: each is put together while the database works on the one before. `tail` is what follows the values
    /// (`ON CONFLICT …`).
    pub fn insert<'a, R>(&'a mut self, table: &'a str, columns: &'a [&'a str], rows: R, tail: &'a str) -> BoxFuture<'a, Result<(), StoreError>>
    where
        R: IntoIterator<Item = Vec<Bind>, IntoIter: ExactSizeIterator + Send + 'a>,
    {
        let mut rows: Box<dyn ExactSizeIterator<Item = Vec<Bind>> + Send + 'a> = Box::new(rows.into_iter());
        let numbered = matches!(self, Tx::Postgres(_));
        let mut statement = move || {
            let take = group_size(rows.len(), columns.len());
            (take > 0).then(|| (insert_text(table, columns, take, tail, numbered), rows.by_ref().take(take).flatten().collect()))
        };
        Box::pin(async move {
            let mut coming = statement();
            while let Some((text, binds)) = coming {
                let done;
                (done, coming) = join(self.execute(text, binds), async { statement() }).await;
                done?;
            }
            Ok(())
        })
    }

    /// Reads what matches any of many keys, by index: the keys are joined as a list of values, which both databases look up one by one.
    pub async fn fetch_among(&mut self, among: Among<'_>, keys: Vec<Vec<Bind>>) -> Result<Vec<Row>, StoreError> {
        let mut found = Vec::new();
        let most = 2048 / among.on.len().max(1);
        for chunk in keys.chunks(most) {
            let (shape, padded) = padded(chunk);
            let keys = chunk.iter().flatten().cloned().chain(fill(shape, padded - chunk.len()));
            let numbered = matches!(self, Tx::Postgres(_));
            let binds =
                if numbered { among.fixed_binds.iter().cloned().chain(keys).collect() } else { keys.chain(among.fixed_binds.iter().cloned()).collect() };
            found.extend(self.fetch(among.text(shape, padded, numbered), binds).await?);
        }
        Ok(found)
    }

    /// Takes out the rows of many keys, few statements. All but the last column of the key are the same for all: SQLite finds rows by one list, not by
    /// several side by side.
    pub async fn delete_among(&mut self, table: &str, fixed: &[(&str, Bind)], column: &str, keys: Vec<Bind>) -> Result<(), StoreError> {
        for chunk in keys.chunks(2048) {
            let rows: Vec<Vec<Bind>> = chunk.iter().map(|key| vec![key.clone()]).collect();
            let (shape, padded) = padded(&rows);
            let names: Vec<&str> = fixed.iter().map(|(name, _)| *name).collect();
            let text = delete_text(table, &names, column, (shape, padded), matches!(self, Tx::Postgres(_)));
            let fill = fill(shape, padded - chunk.len());
            self.execute(text, fixed.iter().map(|(_, bind)| bind.clone()).chain(chunk.iter().cloned()).chain(fill).collect()).await?;
        }
        Ok(())
    }

    /// Durable when it returns.
    pub async fn commit(self) -> Result<(), StoreError> {
        match self {
            Tx::Sqlite(tx) => tx.commit().await?,
            Tx::Postgres(tx) => tx.commit().await?,
        }
        Ok(())
    }

    /// As if it had never begun.
    pub async fn rollback(self) -> Result<(), StoreError> {
        match self {
            Tx::Sqlite(tx) => tx.rollback().await?,
            Tx::Postgres(tx) => tx.rollback().await?,
        }
        Ok(())
    }
}

/// Number and name, and the text.
type Script = (&'static str, &'static str);

macro_rules! scripts {
    ($($file:literal),* $(,)?) => {
        const SQLITE: &[Script] = &[$(($file, include_str!(concat!("../../migrations/sqlite/", $file, ".sql")))),*];
        const POSTGRES: &[Script] = &[$(($file, include_str!(concat!("../../migrations/postgres/", $file, ".sql")))),*];
    };
}

scripts!(
    "0001_journal",
    "0002_ledger",
    "0003_warning",
    "0004_delivery",
    "0005_message",
    "0006_account",
    "0007_holiday",
    "0008_waiting",
    "0009_register",
    "0010_move",
    "0011_access",
    "0012_scope",
    "0013_deadline",
    "0014_notice",
    "0015_proof",
    "0016_batch",
    "0017_records",
    "0018_total",
    "0019_white_list",
    "0020_lookup",
);

fn migrations(scripts: &'static [Script]) -> Vec<Migration> {
    let number = |name: &str| name.split('_').next().and_then(|digits| digits.parse().ok()).unwrap_or_default();
    let migration = |(name, text): &'static Script| Migration::new(number(name), Cow::Borrowed(*name), MigrationType::Simple, (*text).into_sql_str(), false);
    scripts.iter().map(migration).collect()
}
