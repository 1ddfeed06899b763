//! The worker: takes up what is due, sends it, journals the outcome; tries again with growing pauses what failed.

use std::collections::BTreeSet;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use tokio::sync::watch;
use tokio::time::{Instant, sleep};
use tracing::{error, warn};

use crate::clock::Clock;
use crate::store::delivery::{self, Channel, Claimed, Message, Outcome, Parcel};
use crate::store::{Store, StoreError, gather};

/// Why a delivery did not go out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// The other side may take it later.
    Later(String),
    /// Nothing gets out this way now, this one or another: all stays in the queue, however long it takes.
    Down(String),
    /// It will never go out as it is: parked, for a person to look at.
    Poison(String),
}

/// A channel's way out.
pub trait Outlet: Send + Sync + 'static {
    /// Whether all that is owed about one warning goes out as one, and each recipient's in a lane of its own. Otherwise each delivery stands alone.
    const GATHERS: bool = false;

    fn channel(&self) -> Channel;
    /// Sends one; says where it is shown, if it can be edited there. May be called again for the same after a crash: the outlet sees to it that it shows once.
    fn deliver(&self, parcel: &Parcel) -> impl Future<Output = Result<Option<Message>, Failure>> + Send;
    /// Nothing more is due for now: what was kept open for the next one may be closed.
    fn rest(&self) -> impl Future<Output = ()> + Send {
        std::future::ready(())
    }
}

/// How long a taken-up delivery is held before another worker may take it.
const LEASE: TimeDelta = TimeDelta::seconds(120);
/// After so long nothing more is begun of what was taken up: whatever is begun is finished while it is still held.
const HOLD: Duration = Duration::from_secs(15);
/// Taken up at a time: of all there is, and in a lane, where what becomes urgent meanwhile does not wait long.
const BATCH: (i64, i64) = (10, 3);
/// Attempts before a delivery is parked: with growing pauses about two days.
const ATTEMPTS: i64 = 60;
/// Looks at the outbox even if nobody rang.
const IDLE: Duration = Duration::from_millis(500);
/// A lane that is down is left alone this long at first, doubling up to the second.
const DOWN: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(60));

/// Works one channel until told to stop, then finishes what it has in hand.
pub async fn work(store: Store, clock: Clock, outlet: Arc<impl Outlet>, mut stop: watch::Receiver<bool>) {
    let mut owed = store.owed.subscribe();
    let (mut under_way, mut taken) = (FuturesUnordered::new(), BTreeSet::new());
    loop {
        let stopping = *stop.borrow_and_update();
        for lane in lanes(&store, &*outlet).await {
            if taken.insert(lane.clone()) {
                under_way.push(work_lane(&store, &clock, &*outlet, lane, stop.clone()));
            }
        }
        if stopping {
            while under_way.next().await.is_some() {}
            return;
        }
        loop {
            tokio::select! {
                Some(lane) = under_way.next() => drop(taken.remove(&lane)),
                _ = owed.changed() => break,
                () = sleep(IDLE) => break,
                _ = stop.changed() => break,
            }
        }
    }
}

/// None: the one lane of a channel that does not gather.
type Lane = Option<String>;

async fn lanes(store: &Store, outlet: &impl Outlet) -> Vec<Lane> {
    lanes_of(store, outlet).await.unwrap_or_else(|failure| {
        error!(failure = %failure, channel = outlet.channel().code(), "delivery: the outbox could not be looked at");
        Vec::new()
    })
}

async fn lanes_of<O: Outlet>(store: &Store, outlet: &O) -> Result<Vec<Lane>, StoreError> {
    if O::GATHERS { Ok(gather::recipients(store, outlet.channel()).await?.into_iter().map(Some).collect()) } else { Ok(vec![None]) }
}

/// Works a lane off until nothing in it is due, then says which it was.
async fn work_lane(store: &Store, clock: &Clock, outlet: &impl Outlet, lane: Lane, mut stop: watch::Receiver<bool>) -> Lane {
    let mut owed = store.owed.subscribe();
    let mut pause = DOWN.0;
    loop {
        owed.borrow_and_update();
        let busy = round(store, clock, outlet, lane.as_deref()).await.unwrap_or_else(|failure| {
            error!(failure = %failure, channel = outlet.channel().code(), "delivery: the outbox could not be worked off");
            Busy::Down
        });
        match busy {
            Busy::Not if owed.has_changed().unwrap_or(false) => {}
            Busy::Not => {
                outlet.rest().await;
                return lane;
            }
            Busy::Yes => pause = DOWN.0,
            Busy::Down => {
                tokio::select! {
                    () = sleep(pause) => pause = (pause * 2).min(DOWN.1),
                    _ = stop.wait_for(|stop| *stop) => {}
                }
            }
        }
        if *stop.borrow() {
            return lane;
        }
    }
}

/// Whether a round had something to do.
enum Busy {
    Not,
    Yes,
    /// Yes, and nothing gets out.
    Down,
}

async fn round<O: Outlet>(store: &Store, clock: &Clock, outlet: &O, lane: Option<&str>) -> Result<Busy, StoreError> {
    let taken_up = match lane {
        Some(recipient) => gather::claim(store, outlet.channel(), recipient, clock.now(), LEASE, BATCH.1).await?,
        None => delivery::claim(store, outlet.channel(), clock.now(), LEASE, BATCH.0).await?.into_iter().map(Parcel::of).collect(),
    };
    let mut busy = if taken_up.is_empty() { Busy::Not } else { Busy::Yes };
    let begun = Instant::now();
    let mut outcomes = Vec::with_capacity(taken_up.len());
    let mut waiting = taken_up.iter();
    while let Some(parcel) = waiting.next() {
        match outlet.deliver(parcel).await {
            Ok(message) => {
                outcomes.extend(parcel.outdated.iter().map(|delivery| Outcome { seq: delivery.seq, n: delivery.n, parked: None, message: None }));
                outcomes.push(Outcome { seq: parcel.newest.seq, n: parcel.newest.n, parked: None, message });
            }
            Err(Failure::Later(reason)) => {
                for delivery in parcel.all() {
                    outcomes.extend(again(store, clock, delivery, &reason).await?);
                }
            }
            Err(Failure::Poison(reason)) => {
                outcomes.push(park(&parcel.newest, reason));
                delivery::let_go(store, parcel.outdated.iter(), clock.now()).await?;
            }
            Err(Failure::Down(reason)) => {
                warn!(channel = outlet.channel().code(), lane, reason, "delivery: nothing gets out, all stays in the queue");
                for delivery in parcel.all() {
                    delivery::put_back(store, delivery, clock.now(), &reason).await?;
                }
                // an outage is no attempt: however long it lasts, nothing is parked for it
                delivery::let_go(store, parcel.all(), clock.now()).await?;
                busy = Busy::Down;
            }
        }
        if matches!(busy, Busy::Down) || begun.elapsed() > HOLD {
            delivery::let_go(store, waiting.by_ref().flat_map(Parcel::all), clock.now()).await?;
        }
    }
    if !outcomes.is_empty() {
        delivery::conclude(store, clock.now(), &outcomes).await?;
    }
    Ok(busy)
}

/// Puts it back for later; parked when that was tried often enough.
async fn again(store: &Store, clock: &Clock, delivery: &Claimed, reason: &str) -> Result<Option<Outcome>, StoreError> {
    if delivery.attempts >= ATTEMPTS {
        return Ok(Some(park(delivery, reason.to_owned())));
    }
    warn!(delivery = format!("{}-{}", delivery.seq, delivery.n), reason, "delivery {}-{} failed and will be tried again", delivery.seq, delivery.n);
    delivery::put_back(store, delivery, clock.now() + pause(delivery), reason).await?;
    Ok(None)
}

fn park(delivery: &Claimed, reason: String) -> Outcome {
    error!(delivery = format!("{}-{}", delivery.seq, delivery.n), reason, "delivery {}-{} is parked", delivery.seq, delivery.n);
    Outcome { seq: delivery.seq, n: delivery.n, parked: Some(reason), message: None }
}

/// Doubling from one second to an hour, spread by the delivery's own number so that a crowd does not come back together.
fn pause(delivery: &Claimed) -> TimeDelta {
    let doubled = 1_i64 << delivery.attempts.clamp(0, 12);
    let spread = (delivery.seq * 31 + delivery.n * 17).rem_euclid(doubled * 250 + 1);
    TimeDelta::milliseconds(doubled.min(3600) * 1000 + spread)
}
