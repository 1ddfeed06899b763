//! A story is told once on each database; however it ends, everything is cleared away.

use std::panic::{AssertUnwindSafe, resume_unwind};

use futures_util::FutureExt;
use jingling::config::Config;

use super::{Database, MORNING, Office};

/// `office_story!(name, async |office| { … })`, or with settings of its own: `office_story!(name, |config| { … }, async |office| { … })`, or from another
/// morning: `office_story!(name, from "2026-11-02T08:00:00+08:00", async |office| { … })`.
macro_rules! office_story {
    ($name:ident, from $morning:expr, $story:expr) => {
        office_story!($name, $morning, |_| {}, $story);
    };
    ($name:ident, $story:expr) => {
        office_story!($name, |_| {}, $story);
    };
    ($name:ident, $configure:expr, $story:expr) => {
        office_story!($name, $crate::harness::MORNING, $configure, $story);
    };
    ($name:ident, $morning:expr, $configure:expr, $story:expr) => {
        mod $name {
            #[allow(unused_imports, reason = "a story may need nothing of its neighbours")]
            use super::*;

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                $crate::harness::told_on_sqlite($morning, $configure, $story).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                $crate::harness::told_on_postgres($morning, $configure, $story).await;
            }
        }
    };
}
pub(crate) use office_story;

pub async fn on_sqlite(configure: impl FnOnce(&mut Config), story: impl AsyncFnOnce(&mut Office)) {
    told_on_sqlite(MORNING, configure, story).await;
}

pub async fn told_on_sqlite(morning: &str, configure: impl FnOnce(&mut Config), story: impl AsyncFnOnce(&mut Office)) {
    tell(Database::Sqlite, morning, configure, story).await;
}

pub async fn told_on_postgres(morning: &str, configure: impl FnOnce(&mut Config), story: impl AsyncFnOnce(&mut Office)) {
    match Database::on_server().await {
        Some(database) => tell(database, morning, configure, story).await,
        None => eprintln!("JINGLING_TEST_POSTGRES is not set: not told on PostgreSQL"),
    }
}

async fn tell(database: Database, morning: &str, configure: impl FnOnce(&mut Config), story: impl AsyncFnOnce(&mut Office)) {
    let mut office = Office::open_at(morning, database, configure).await;
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
