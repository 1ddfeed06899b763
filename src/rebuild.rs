//! Rebuilding (重建): the journal of one copy replayed into an empty database gives the same state.

use std::sync::Arc;

use crate::store::setting::{self, Setting};
use tempfile::TempDir;

use crate::store::{Db, Entry, EntryKind, Store, StoreError, Turn, delivery, journal};
use crate::watch::{Moment, Orders, OrdersError, reassign, recount};
use crate::{desk, intake, jobs};

/// Why a journal could not be replayed.
#[derive(Debug, thiserror::Error)]
pub enum RebuildError {
    #[error("重建的目标数据库里已经有流水,请指定一个空的数据库")]
    NotEmpty,
    #[error("流水第 {0} 条之前没有单位设置,不能重放")]
    NoSettings(i64),
    #[error(transparent)]
    Orders(#[from] OrdersError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Entries replayed in one turn.
const STRIDE: i64 = 200;

/// Replays everything; returns how many entries there were.
pub async fn rebuild(from: &Store, into: &Store, progress: impl FnMut(i64)) -> Result<i64, RebuildError> {
    rebuild_until(from, into, i64::MAX, progress).await
}

/// The state as it stood at an entry, beside the database: a file that goes with what is handed back.
pub async fn as_of(store: &Store, seq: i64) -> Result<Past, RebuildError> {
    let folder = tempfile::tempdir().map_err(StoreError::Spool)?;
    let db = Db::open(&format!("sqlite:{}", folder.path().join("past.db").display())).await?;
    let past = Store::new(db, store.office, Arc::clone(&store.keys));
    rebuild_until(store, &past, seq, |_| ()).await?;
    Ok(Past { store: past, _folder: folder })
}

/// A store as it stood.
#[derive(Debug)]
pub struct Past {
    pub store: Store,
    _folder: TempDir,
}

/// Replays up to and including an entry.
async fn rebuild_until(from: &Store, into: &Store, until: i64, mut progress: impl FnMut(i64)) -> Result<i64, RebuildError> {
    if journal::head(into).await?.is_some_and(|(seq, _)| seq > 0) {
        return Err(RebuildError::NotEmpty);
    }
    let mut last = 0;
    let mut orders: Option<Arc<Orders>> = None;
    loop {
        let sealed = journal::read(from, last, STRIDE.min(until - last)).await?;
        if sealed.is_empty() {
            return Ok(last);
        }
        let mut turn = into.turn().await?;
        let mut events: Vec<Entry> = Vec::new();
        for entry in &sealed {
            turn.take_over(entry)?;
            let open = entry.open(from.office, &from.keys)?;
            if open.kind == EntryKind::Event {
                events.push(open);
                continue;
            }
            replay_events(&mut turn, orders.as_deref(), &mut events).await?;
            replay(&mut turn, &mut orders, &open).await?;
        }
        replay_events(&mut turn, orders.as_deref(), &mut events).await?;
        last = turn.seq();
        turn.commit().await?;
        progress(last);
    }
}

async fn replay_events(turn: &mut Turn, orders: Option<&Orders>, events: &mut Vec<Entry>) -> Result<(), RebuildError> {
    let Some(first) = events.first() else { return Ok(()) };
    let orders = orders.ok_or(RebuildError::NoSettings(first.seq))?;
    intake::take::replay(turn, orders, events).await?;
    events.clear();
    Ok(())
}

async fn replay(turn: &mut Turn, orders: &mut Option<Arc<Orders>>, entry: &Entry) -> Result<(), RebuildError> {
    let known = |orders: &Option<Arc<Orders>>| orders.clone().ok_or(RebuildError::NoSettings(entry.seq));
    let bad = |e: serde_json::Error| StoreError::BadEntry { seq: entry.seq, reason: e.to_string() };
    match entry.kind {
        EntryKind::Event => intake::take::replay(turn, &*known(orders)?, std::slice::from_ref(entry)).await?,
        EntryKind::Act => {
            let orders = known(orders)?.as_of(turn).await?;
            desk::replay(turn, &orders, entry).await?;
        }
        EntryKind::Tick => {
            let orders = known(orders)?.as_of(turn).await?;
            jobs::replay(turn, &orders, entry).await?;
        }
        EntryKind::Delivery => {
            let outcomes: Vec<delivery::Outcome> = serde_json::from_slice(&entry.content).map_err(bad)?;
            turn.write_owed().await?;
            delivery::apply(turn, entry.seq, entry.at, &outcomes).await?;
        }
        EntryKind::Setting => {
            let laid_down: Setting = serde_json::from_slice(&entry.content).map_err(bad)?;
            setting::apply(turn, entry.seq, entry.at, &laid_down).await?;
            *orders = match Orders::read_after(turn, orders.as_deref()).await {
                Ok(orders) => Some(Arc::new(orders)),
                Err(OrdersError::NoSettings) => None,
                Err(other @ (OrdersError::Rule { .. } | OrdersError::Store(_))) => return Err(other.into()),
            };
            if let Setting::Dissolved { section, into } = &laid_down {
                reassign::dissolve(turn, &*known(orders)?, Moment { seq: entry.seq, line: 1, at: entry.at }, section, into).await?;
            }
            if let Setting::Holidays { recounted, .. } = &laid_down
                && let Some(orders) = &orders
            {
                recount::apply(turn, orders, entry, recounted).await?;
            }
        }
    }
    Ok(())
}
