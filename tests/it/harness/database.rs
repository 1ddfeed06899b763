//! An empty database for one story.

use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};

use sqlx::{AssertSqlSafe, Connection, PgConnection};

pub enum Database {
    /// A file in the office's folder.
    Sqlite,
    /// A database on the server at this address.
    Postgres { server: String, name: String },
}

static COUNT: AtomicU32 = AtomicU32::new(0);

impl Database {
    /// On the server of JINGLING_TEST_POSTGRES, if there is one.
    pub async fn on_server() -> Option<Database> {
        let server = std::env::var("JINGLING_TEST_POSTGRES").ok()?;
        let name = format!("story_{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        // texts in the same order as SQLite puts them
        execute(&server, format!("CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'")).await;
        Some(Database::Postgres { server, name })
    }

    pub fn url(&self, folder: &Path) -> String {
        match self {
            Database::Sqlite => format!("sqlite:{}", folder.join("jingling.db").display()),
            Database::Postgres { server, name } => {
                let mut url = reqwest::Url::parse(server).unwrap();
                url.set_path(name);
                url.to_string()
            }
        }
    }

    pub async fn drop(self) {
        if let Database::Postgres { server, name } = self {
            execute(&server, format!("DROP DATABASE {name} WITH (FORCE)")).await;
        }
    }
}

async fn execute(server: &str, statement: String) {
    let mut connection = PgConnection::connect(server).await.unwrap();
    sqlx::raw_sql(AssertSqlSafe(statement)).execute(&mut connection).await.unwrap();
}
