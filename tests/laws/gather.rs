//! What is owed to chat is taken up by the warning: whole, in order, the most urgent first, by one worker at a time, on both databases.

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};
use jingling::store::delivery::{self, Channel, Message, Outcome, Owed, Parcel};
use jingling::store::{Store, gather};

use crate::contract::turn;
use crate::place::Place;
use crate::world::{World, hours};

const BELL: i64 = 1;
const YELLOW: i64 = 2;
const RED: i64 = 3;

/// Owes something to a section about a warning.
pub async fn owe(store: &Store, owed: &[(&str, i64, i64)]) -> i64 {
    let mut t = turn(store).await;
    let seq = t.seq();
    for (recipient, no, urgency) in owed {
        let (recipient, payload) = ((*recipient).to_owned(), format!("{no}"));
        t.owe(Owed { seq, channel: Channel::Discord, recipient, warning: Some(*no), payload, urgency: *urgency, at: hours(1) });
    }
    t.commit().await.unwrap();
    seq
}

async fn claim(store: &Store, recipient: &str, at: DateTime<Utc>, limit: i64) -> Vec<Parcel> {
    gather::claim(store, Channel::Discord, recipient, at, TimeDelta::minutes(1), limit).await.unwrap()
}

/// `2: 1-1 1-3`: the warning, and its deliveries, the newest last.
fn told(parcels: &[Parcel]) -> Vec<String> {
    let one = |parcel: &Parcel| {
        let all: Vec<String> = parcel.all().map(|d| format!("{}-{}", d.seq, d.n)).collect();
        format!("{}: {}", parcel.newest.warning.unwrap(), all.join(" "))
    };
    parcels.iter().map(one).collect()
}

async fn conclude(store: &Store, parcel: &Parcel, id: &str) {
    let message = Some(Message { channel: "11".to_owned(), id: id.to_owned() });
    let outcomes: Vec<Outcome> = parcel.all().map(|d| Outcome { seq: d.seq, n: d.n, parked: None, message: message.clone() }).collect();
    delivery::conclude(store, hours(2), &outcomes).await.unwrap();
}

#[tokio::test]
async fn a_warning_comes_whole_and_the_most_urgent_first() {
    for place in Place::all().await {
        let store = World::begin(&place).await.store;
        assert!(gather::recipients(&store, Channel::Discord).await.unwrap().is_empty());
        let one = owe(&store, &[("a", 1, BELL), ("a", 2, YELLOW), ("b", 3, RED), ("a", 4, BELL)]).await;
        let two = owe(&store, &[("a", 1, RED), ("a", 5, BELL)]).await;
        assert_eq!(gather::recipients(&store, Channel::Discord).await.unwrap(), ["a", "b"]);
        assert!(gather::recipients(&store, Channel::Console).await.unwrap().is_empty());

        let first = claim(&store, "a", hours(1), 2).await;
        assert_eq!(told(&first), [format!("1: {one}-1 {two}-1"), format!("2: {one}-2")]);
        assert_eq!(told(&claim(&store, "b", hours(1), 9).await), [format!("3: {one}-3")]);
        // what comes meanwhile waits for what is held, and does not stand in the way of the others
        let three = owe(&store, &[("a", 1, RED), ("a", 2, RED), ("a", 6, RED)]).await;
        assert_eq!(told(&claim(&store, "a", hours(1), 2).await), [format!("6: {three}-3"), format!("4: {one}-4")]);
        assert_eq!(first[0].shown, None);
        conclude(&store, &first[0], "77").await;
        let next = claim(&store, "a", hours(1), 9).await;
        assert_eq!(told(&next), [format!("1: {three}-1"), format!("5: {two}-2")]);
        assert_eq!(next[0].shown, Some((Message { channel: "11".to_owned(), id: "77".to_owned() }, "a".to_owned())));
        // the lease of the rest is over
        assert_eq!(told(&claim(&store, "a", hours(2), 1).await), [format!("1: {three}-1")]);
        assert_eq!(told(&claim(&store, "a", hours(2), 1).await), [format!("2: {one}-2 {three}-2")]);
        place.clear().await;
    }
}

#[tokio::test]
async fn a_warning_handed_on_takes_its_past_with_it() {
    for place in Place::all().await {
        let store = World::begin(&place).await.store;
        let one = owe(&store, &[("a", 1, YELLOW)]).await;
        let two = owe(&store, &[("b", 1, YELLOW)]).await;
        assert_eq!(told(&claim(&store, "b", hours(1), 9).await), [format!("1: {one}-1 {two}-1")]);
        assert_eq!(told(&claim(&store, "a", hours(1), 9).await), [""; 0], "the other lane has it");
        place.clear().await;
    }
}

#[tokio::test]
async fn two_workers_never_hold_the_same_warning() {
    for place in Place::all().await {
        let store = World::begin(&place).await.store;
        for _ in 0..3 {
            owe(&store, &(1..=40).map(|no| ("a", no, no % 4)).collect::<Vec<_>>()).await;
        }
        let workers = (0..8).map(|_| {
            let store = store.clone();
            tokio::spawn(async move {
                let mut held = Vec::new();
                loop {
                    // a claim that loses every race comes back empty: then the rest is somebody else's
                    let parcels = claim(&store, "a", hours(1), 2).await;
                    if parcels.is_empty() {
                        return held;
                    }
                    held.extend(parcels);
                }
            })
        });
        let mut all = Vec::new();
        for worker in workers.collect::<Vec<_>>() {
            all.extend(worker.await.unwrap());
        }
        all.extend(claim(&store, "a", hours(1), 99).await);
        assert!(all.iter().all(|parcel| parcel.all().count() == 3), "whole: {:?}", told(&all));
        let warnings: BTreeSet<i64> = all.iter().filter_map(|parcel| parcel.newest.warning).collect();
        assert_eq!((all.len(), warnings.len()), (40, 40));
        place.clear().await;
    }
}

#[tokio::test]
async fn what_is_about_no_warning_comes_each_by_itself_and_once() {
    for place in Place::all().await {
        let store = World::begin(&place).await.store;
        let mut t = turn(&store).await;
        let seq = t.seq();
        for (recipient, warning) in [("a", None), ("a", Some(1)), ("a", None), ("b", None), ("a", None)] {
            t.owe(Owed { seq, channel: Channel::Discord, recipient: recipient.to_owned(), warning, payload: String::new(), urgency: BELL, at: hours(1) });
        }
        t.commit().await.unwrap();
        let taken = |parcels: &[Parcel]| {
            assert!(parcels.iter().all(|parcel| parcel.outdated.is_empty() && parcel.shown.is_none()));
            parcels.iter().map(|parcel| (parcel.newest.n, parcel.newest.warning)).collect::<Vec<_>>()
        };
        assert_eq!(taken(&claim(&store, "a", hours(1), 2).await), [(2, Some(1)), (1, None), (3, None)]);
        assert_eq!(taken(&claim(&store, "a", hours(1), 2).await), [(5, None)]);
        assert_eq!(taken(&claim(&store, "a", hours(1), 2).await), []);
        assert_eq!(taken(&claim(&store, "b", hours(1), 2).await), [(4, None)]);
        // the lease is over
        assert_eq!(taken(&claim(&store, "b", hours(2), 2).await), [(4, None)]);
        place.clear().await;
    }
}

#[tokio::test]
async fn however_many_wait_few_are_taken_up() {
    for place in Place::all().await {
        let store = World::begin(&place).await.store;
        owe(&store, &(1..=20_000).map(|no| ("a", no, BELL)).collect::<Vec<_>>()).await;
        let red = owe(&store, &[("a", 20_001, RED)]).await;
        assert_eq!(told(&claim(&store, "a", hours(1), 2).await)[0], format!("20001: {red}-1"));
        assert_eq!(claim(&store, "a", hours(1), 3).await.len(), 3);
        place.clear().await;
    }
}
