//! Rebuilding (重建): the journal of one copy replayed into an empty database gives the same state.

use std::sync::Arc;

use crate::store::setting::{self, Setting};
use crate::store::{Entry, EntryKind, Store, StoreError, Turn, delivery, journal};
use crate::watch::{Orders, OrdersError, recount};
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
pub async fn rebuild(from: &Store, into: &Store, mut progress: impl FnMut(i64)) -> Result<i64, RebuildError> {
    if journal::head(into).await?.is_some_and(|(seq, _)| seq > 0) {
        return Err(RebuildError::NotEmpty);
    }
    let mut last = 0;
    let mut orders: Option<Arc<Orders>> = None;
    loop {
        let sealed = journal::read(from, last, STRIDE).await?;
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
        EntryKind::Act => desk::replay(turn, &*known(orders)?, entry).await?,
        EntryKind::Tick => jobs::replay(turn, &*known(orders)?, entry).await?,
        EntryKind::Delivery => {
            let outcomes: Vec<delivery::Outcome> = serde_json::from_slice(&entry.content).map_err(bad)?;
            turn.write_owed().await?;
            delivery::apply(turn, entry.seq, entry.at, &outcomes).await?;
        }
        EntryKind::Setting => {
            let laid_down: Setting = serde_json::from_slice(&entry.content).map_err(bad)?;
            setting::apply(turn, entry.seq, entry.at, &laid_down).await?;
            *orders = match Orders::read(turn).await {
                Ok(orders) => Some(Arc::new(orders)),
                Err(OrdersError::NoSettings) => None,
                Err(other @ (OrdersError::Rule { .. } | OrdersError::Store(_))) => return Err(other.into()),
            };
            if let Setting::Holidays { recounted, .. } = &laid_down
                && let Some(orders) = &orders
            {
                recount::apply(turn, orders, entry, recounted).await?;
            }
        }
    }
    Ok(())
}
