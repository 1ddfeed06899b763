//! The worker: takes up what is due, sends it, journals the outcome; tries again with growing pauses what failed.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use tokio::sync::watch;
use tracing::{error, warn};

use crate::clock::Clock;
use crate::store::delivery::{self, Channel, Claimed, Outcome};
use crate::store::{Store, StoreError};

/// Why a delivery did not go out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// The other side may take it later.
    Later(String),
    /// Nothing gets out this way now, this one or another.
    Down(String),
    /// It will never go out as it is: parked, for a person to look at.
    Poison(String),
}

/// A channel's way out.
pub trait Outlet: Send + Sync + 'static {
    fn channel(&self) -> Channel;
    /// Sends one. May be called again for the same delivery after a crash: the outlet sees to it that it shows once.
    fn deliver(&self, delivery: &Claimed) -> impl Future<Output = Result<(), Failure>> + Send;
    /// Nothing is due for now: what was kept open for the next one may be closed.
    fn rest(&self) -> impl Future<Output = ()> + Send {
        std::future::ready(())
    }
}

/// How long a taken-up delivery is held before another worker may take it.
const LEASE: TimeDelta = TimeDelta::seconds(120);
/// After so long nothing more is begun of what was taken up: whatever is begun is finished while it is still held.
const HOLD: TimeDelta = TimeDelta::seconds(15);
/// Taken up at a time.
const BATCH: i64 = 10;
/// Attempts before a delivery is parked: with growing pauses about two days.
const ATTEMPTS: i64 = 60;
/// Looks at the outbox even if nobody rang.
const IDLE: Duration = Duration::from_millis(500);

/// Works one channel until told to stop, then finishes what it has in hand.
pub async fn work(store: Store, clock: Clock, outlet: Arc<impl Outlet>, mut stop: watch::Receiver<bool>) {
    let mut owed = store.owed.subscribe();
    loop {
        let busy = round(&store, &clock, &*outlet).await.unwrap_or_else(|failure| {
            error!(failure = %failure, channel = outlet.channel().code(), "delivery: the outbox could not be worked off");
            0
        });
        if *stop.borrow() {
            return;
        }
        if busy == 0 {
            outlet.rest().await;
            tokio::select! {
                _ = owed.changed() => {}
                () = tokio::time::sleep(IDLE) => {}
                _ = stop.changed() => {}
            }
        }
    }
}

/// One round; returns how many were taken up.
pub async fn round(store: &Store, clock: &Clock, outlet: &impl Outlet) -> Result<usize, StoreError> {
    let claimed = delivery::claim(store, outlet.channel(), clock.now(), LEASE, BATCH).await?;
    let begun = clock.now();
    let mut outcomes = Vec::with_capacity(claimed.len());
    let mut waiting = claimed.iter();
    while let Some(delivery) = waiting.next() {
        match outlet.deliver(delivery).await {
            Ok(()) => outcomes.push(Outcome { seq: delivery.seq, n: delivery.n, parked: None }),
            Err(Failure::Poison(reason)) => outcomes.push(park(delivery, reason)),
            Err(Failure::Later(reason)) => outcomes.extend(again(store, clock, delivery, reason).await?),
            Err(Failure::Down(reason)) => {
                for delivery in std::iter::once(delivery).chain(waiting.by_ref()) {
                    outcomes.extend(again(store, clock, delivery, reason.clone()).await?);
                }
            }
        }
        if clock.now() - begun > HOLD {
            delivery::let_go(store, waiting.as_slice(), clock.now()).await?;
            break;
        }
    }
    if !outcomes.is_empty() {
        delivery::conclude(store, clock.now(), &outcomes).await?;
    }
    Ok(claimed.len())
}

/// Puts it back for later; parked when that was tried often enough.
async fn again(store: &Store, clock: &Clock, delivery: &Claimed, reason: String) -> Result<Option<Outcome>, StoreError> {
    if delivery.attempts >= ATTEMPTS {
        return Ok(Some(park(delivery, reason)));
    }
    warn!(delivery = format!("{}-{}", delivery.seq, delivery.n), reason, "delivery {}-{} failed and will be tried again", delivery.seq, delivery.n);
    delivery::put_back(store, delivery, clock.now() + pause(delivery), &reason).await?;
    Ok(None)
}

fn park(delivery: &Claimed, reason: String) -> Outcome {
    error!(delivery = format!("{}-{}", delivery.seq, delivery.n), reason, "delivery {}-{} is parked", delivery.seq, delivery.n);
    Outcome { seq: delivery.seq, n: delivery.n, parked: Some(reason) }
}

/// Doubling from one second to an hour, spread by the delivery's own number so that a crowd does not come back together.
fn pause(delivery: &Claimed) -> TimeDelta {
    let doubled = 1_i64 << delivery.attempts.clamp(0, 12);
    let spread = (delivery.seq * 31 + delivery.n * 17).rem_euclid(doubled * 250 + 1);
    TimeDelta::milliseconds(doubled.min(3600) * 1000 + spread)
}
