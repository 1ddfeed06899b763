//! Where a law is tried: a fresh SQLite file, and a fresh database of the PostgreSQL server if there is one.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

use jingling::store::{Db, audit};
use tempfile::TempDir;

const SERVER: &str = "JINGLING_TEST_POSTGRES";

/// One fresh database with its tables.
pub struct Place {
    pub url: String,
    pub db: Db,
    home: Option<TempDir>,
}

impl Place {
    pub async fn file() -> Place {
        let home = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", home.path().join("laws.db").display());
        Place { db: Db::open(&url).await.unwrap(), url, home: Some(home) }
    }

    /// Sorted as a Chinese reader would, where the server knows how: no order may depend on it.
    pub async fn server() -> Option<Place> {
        let url = empty_database().await?;
        Some(Place { db: Db::open(&url).await.unwrap(), url, home: None })
    }

    /// One of each kind.
    pub async fn all() -> Vec<Place> {
        let mut places = vec![Place::file().await];
        places.extend(Place::server().await);
        places
    }

    /// The file, for looking at its bytes.
    pub fn path(&self) -> Option<PathBuf> {
        self.home.as_ref().map(|home| home.path().join("laws.db"))
    }

    /// Takes every row out, so that one place serves many cases.
    pub async fn emptied(&self) -> &Place {
        for table in audit::tables() {
            self.db.execute(format!("DELETE FROM {table}"), vec![]).await.unwrap();
        }
        self
    }

    /// No turn may be open any more: closing waits for it.
    pub async fn clear(self) {
        self.db.close().await;
        if self.home.is_none() {
            drop_database(&self.url).await;
        }
    }
}

/// A database without tables on the server, if there is a server.
pub async fn empty_database() -> Option<String> {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let Ok(server) = std::env::var(SERVER) else {
        println!("{SERVER} is not set: PostgreSQL is left out");
        return None;
    };
    let name = format!("laws_{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::SeqCst));
    let admin = Db::connect(&server).await.unwrap();
    let chinese = format!("CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8' LOCALE_PROVIDER icu ICU_LOCALE 'zh-CN'");
    if admin.execute(chinese, vec![]).await.is_err() {
        admin.execute(format!("CREATE DATABASE {name}"), vec![]).await.unwrap();
    }
    admin.close().await;
    let (host, _) = server.rsplit_once('/').unwrap();
    Some(format!("{host}/{name}"))
}

pub async fn drop_database(url: &str) {
    let (host, name) = url.rsplit_once('/').unwrap();
    let admin = Db::connect(&format!("{host}/postgres")).await.unwrap();
    admin.execute(format!("DROP DATABASE {name}"), vec![]).await.unwrap();
    admin.close().await;
}
