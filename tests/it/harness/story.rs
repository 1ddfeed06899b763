//! A story is told once on each database; however it ends, everything is cleared away.

use std::panic::{AssertUnwindSafe, resume_unwind};

use futures_util::FutureExt;
use jingling::config::Config;

use super::{Database, Office};

/// `office_story!(name, async |office| { … })`, or with settings of its own: `office_story!(name, |config| { … }, async |office| { … })`.
macro_rules! office_story {
    ($name:ident, $story:expr) => {
        office_story!($name, |_| {}, $story);
    };
    ($name:ident, $configure:expr, $story:expr) => {
        mod $name {
            #[allow(unused_imports, reason = "a story may need nothing of its neighbours")]
            use super::*;

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                $crate::harness::on_sqlite($configure, $story).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                $crate::harness::on_postgres($configure, $story).await;
            }
        }
    };
}
pub(crate) use office_story;

pub async fn on_sqlite(configure: impl FnOnce(&mut Config), story: impl AsyncFnOnce(&mut Office)) {
    tell(Database::Sqlite, configure, story).await;
}

pub async fn on_postgres(configure: impl FnOnce(&mut Config), story: impl AsyncFnOnce(&mut Office)) {
    match Database::on_server().await {
        Some(database) => tell(database, configure, story).await,
        None => eprintln!("JINGLING_TEST_POSTGRES is not set: not told on PostgreSQL"),
    }
}

async fn tell(database: Database, configure: impl FnOnce(&mut Config), story: impl AsyncFnOnce(&mut Office)) {
    let mut office = Office::open(database, configure).await;
    let told = AssertUnwindSafe(async {
        story(&mut office).await;
        office.close().await;
    })
    .catch_unwind()
    .await;
    office.clear_away().await;
    if let Err(panic) = told {
        resume_unwind(panic);
    }
}
