//! What the worker makes of an outlet that fails: on a channel that gathers, each recipient's lane stands and falls alone.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use jingling::delivery::worker::{self, Failure, Outlet};
use jingling::store::Store;
use jingling::store::delivery::{self, Channel, Message, Parcel};
use tokio::sync::watch;

use crate::gather::owe;
use crate::place::Place;
use crate::world::{World, hours};

/// Keeps what went out (`recipient no`); what is said of a recipient or of a warning happens.
#[derive(Default)]
struct Line {
    sent: Mutex<Vec<String>>,
    down: Mutex<Option<&'static str>>,
    poison: Option<i64>,
}

impl Line {
    fn sent(&self) -> Vec<String> {
        let mut sent = self.sent.lock().unwrap().clone();
        sent.sort();
        sent
    }
}

impl Outlet for Line {
    const GATHERS: bool = true;

    fn channel(&self) -> Channel {
        Channel::Discord
    }

    async fn deliver(&self, parcel: &Parcel) -> Result<Option<Message>, Failure> {
        let newest = &parcel.newest;
        if *self.down.lock().unwrap() == Some(&newest.recipient) {
            return Err(Failure::Down("线路不通".to_owned()));
        }
        if self.poison == newest.warning && newest.n > 1 {
            return Err(Failure::Poison("读不出".to_owned()));
        }
        self.sent.lock().unwrap().push(format!("{} {}", newest.recipient, newest.payload));
        Ok(None)
    }
}

/// (status, how many)
async fn counts(store: &Store) -> Vec<(String, i64)> {
    delivery::counts(store).await.unwrap().into_iter().filter(|(channel, ..)| channel == "discord").map(|(_, status, count)| (status, count)).collect()
}

async fn until(is_so: impl AsyncFn() -> bool) {
    for _ in 0..1000 {
        if is_so().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("waited in vain");
}

fn row(status: &str, count: i64) -> (String, i64) {
    (status.to_owned(), count)
}

#[tokio::test]
async fn a_lane_that_is_down_keeps_everything_and_holds_up_no_other() {
    for place in Place::all().await {
        let world = World::begin(&place).await;
        world.clock.advance_to(hours(1));
        owe(&world.store, &[("a", 1, 1), ("a", 2, 1), ("a", 3, 1), ("a", 4, 1), ("b", 5, 1), ("b", 6, 1)]).await;
        let line = Arc::new(Line { down: Mutex::new(Some("a")), ..Line::default() });
        let (stop, stopped) = watch::channel(false);
        let worker = tokio::spawn(worker::work(world.store.clone(), world.clock.clone(), Arc::clone(&line), stopped));
        until(async || counts(&world.store).await == [row("queued", 4), row("sent", 2)]).await;
        assert_eq!(line.sent(), ["b 5", "b 6"]);
        *line.down.lock().unwrap() = None;
        until(async || counts(&world.store).await == [row("sent", 6)]).await;
        assert_eq!(line.sent(), ["a 1", "a 2", "a 3", "a 4", "b 5", "b 6"]);
        stop.send_replace(true);
        worker.await.unwrap();
        place.clear().await;
    }
}

#[tokio::test]
async fn a_lane_that_is_down_does_not_keep_the_service_from_stopping() {
    for place in Place::all().await {
        let world = World::begin(&place).await;
        world.clock.advance_to(hours(1));
        owe(&world.store, &[("a", 1, 1)]).await;
        let line = Arc::new(Line { down: Mutex::new(Some("a")), ..Line::default() });
        let (stop, stopped) = watch::channel(false);
        let worker = tokio::spawn(worker::work(world.store.clone(), world.clock.clone(), line, stopped));
        until(async || !delivery::pending(&world.store, 9).await.unwrap().is_empty()).await;
        stop.send_replace(true);
        tokio::time::timeout(Duration::from_secs(5), worker).await.unwrap().unwrap();
        assert_eq!(counts(&world.store).await, [row("queued", 1)]);
        place.clear().await;
    }
}

#[tokio::test]
async fn what_is_newest_goes_out_for_all_and_poison_parks_nothing_but_itself() {
    for place in Place::all().await {
        let world = World::begin(&place).await;
        world.clock.advance_to(hours(1));
        owe(&world.store, &[("a", 7, 1), ("a", 7, 2), ("a", 8, 1), ("a", 9, 1), ("a", 8, 1)]).await;
        let line = Arc::new(Line { poison: Some(7), ..Line::default() });
        let (stop, stopped) = watch::channel(false);
        let worker = tokio::spawn(worker::work(world.store.clone(), world.clock.clone(), Arc::clone(&line), stopped));
        until(async || counts(&world.store).await == [row("parked", 1), row("sent", 4)]).await;
        assert_eq!(line.sent(), ["a 7", "a 8", "a 9"]);
        let parked = delivery::pending(&world.store, 9).await.unwrap();
        assert_eq!(parked.iter().map(|p| (p.n, p.reason.as_deref())).collect::<Vec<_>>(), [(2, Some("读不出"))]);
        stop.send_replace(true);
        worker.await.unwrap();
        place.clear().await;
    }
}
