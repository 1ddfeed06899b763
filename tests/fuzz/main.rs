//! Whatever is typed or sent: the reader answers and the judge judges, without panic, hang or growth. A few seconds by default; `JINGLING_FUZZ=3600` for an hour:
//! `JINGLING_FUZZ=3600 cargo test --release --test fuzz`.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "in a test what cannot be had is a failure, and how much was tried is said")]

mod sentence;
mod world;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use jingling::rules::{self, Rule};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestCaseError, TestRunner};

/// One text: read, its faults said, and if it is a rule, judged and its cases run. Nothing a clerk can write takes longer.
const PATIENCE: Duration = Duration::from_secs(5);
/// What may be kept beyond the start: caches of the allocator, not of ours.
const GROWTH_MB: u64 = 48;

fn seconds() -> u64 {
    std::env::var("JINGLING_FUZZ").ok().and_then(|seconds| seconds.parse().ok()).unwrap_or(4)
}

/// Resident memory, in MB.
fn resident() -> u64 {
    let statm = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    statm.split_whitespace().nth(1).and_then(|pages| pages.parse::<u64>().ok()).unwrap_or(0) * 4 / 1024
}

/// Reads a rule; what it says of it must have a place and be printable; a good one must stand any record.
fn tried(text: &str, records: &world::Records) -> Result<bool, TestCaseError> {
    let started = Instant::now();
    let good = match Rule::compile(text) {
        Ok(rule) => {
            for fault in rule.run_cases() {
                prop_assert!(!fault.marked().is_empty());
            }
            prop_assert!(Rule::compile_for(text, &[]).is_ok(), "accepted when new, refused later");
            records.judged_by(&rule)?;
            true
        }
        Err(faults) => {
            prop_assert!(!faults.is_empty());
            let lines = text.split('\n').count();
            for fault in faults {
                prop_assert!((1..=lines).contains(&fault.line) && fault.column >= 1 && !fault.message.is_empty());
                prop_assert_eq!(fault.marked().lines().count(), 3, "{}", fault.marked());
            }
            false
        }
    };
    prop_assert!(started.elapsed() < PATIENCE, "took {:?}", started.elapsed());
    Ok(good)
}

/// Bytes of any kind, as a file and as a condition.
fn bytes() -> impl Strategy<Value = String> {
    let bytes = prop::collection::vec(any::<u8>(), 0..400).prop_map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    prop_oneof![bytes, any::<String>()].prop_flat_map(|text| prop_oneof![Just(text.clone()), Just(sentence::rule(&text.replace('"', "'"), ""))])
}

/// A rule of the pack in which some pieces were cut, doubled or exchanged.
fn mutated() -> impl Strategy<Value = String> {
    let sources: Vec<String> = rules::pack().unwrap().into_iter().map(|rule| rule.source).collect();
    let change = (any::<prop::sample::Index>(), 0usize..12, 0u8..4, prop::sample::select(sentence::WORDS.to_vec()));
    (prop::sample::select(sources), prop::collection::vec(change, 1..6)).prop_map(|(source, changes)| {
        let mut chars: Vec<char> = source.chars().collect();
        for (at, count, how, word) in changes {
            let from = at.index(chars.len().max(1)).min(chars.len());
            let to = (from + count).min(chars.len());
            let piece: Vec<char> = chars[from..to].to_vec();
            match how {
                0 => drop(chars.drain(from..to)),
                1 => drop(chars.splice(to..to, piece)),
                2 => drop(chars.splice(from..to, word.chars())),
                _ => chars[from..to].reverse(),
            }
        }
        chars.into_iter().collect()
    })
}

fn run(until: Instant, tries: &AtomicU64) -> Result<(u64, u64, u64), String> {
    let input = (prop_oneof![1 => bytes(), 2 => mutated(), 4 => sentence::sentences()], world::records());
    let (good, mut settled, warm_up) = (AtomicU64::new(0), None, Instant::now() + until.saturating_duration_since(Instant::now()) / 4);
    while Instant::now() < until {
        // one that has had its cases would have no more
        let mut runner = TestRunner::new(Config { cases: 64, failure_persistence: None, ..Config::default() });
        let outcome = runner.run(&input, |(text, records)| {
            tries.fetch_add(1, Ordering::Relaxed);
            good.fetch_add(u64::from(tried(&text, &records)?), Ordering::Relaxed);
            Ok(())
        });
        outcome.map_err(|failure| failure.to_string())?;
        if settled.is_none() && Instant::now() > warm_up {
            settled = Some(resident());
        }
    }
    let end = resident();
    Ok((good.into_inner(), settled.unwrap_or(end), end))
}

#[test]
fn fuzz() {
    let tries = Arc::new(AtomicU64::new(0));
    let (until, counted) = (Instant::now() + Duration::from_secs(seconds()), Arc::clone(&tries));
    let (done, ended) = channel();
    let worker = std::thread::spawn(move || done.send(run(until, &counted)));
    let outcome = loop {
        let before = tries.load(Ordering::Relaxed);
        match ended.recv_timeout(Duration::from_secs(60)) {
            Ok(outcome) => break outcome,
            Err(RecvTimeoutError::Timeout) => assert!(tries.load(Ordering::Relaxed) > before, "one text has taken a minute"),
            Err(RecvTimeoutError::Disconnected) => panic!("the worker has died: {:?}", worker.join().unwrap_err().downcast_ref::<String>()),
        }
    };
    let (good, settled, end) = outcome.unwrap_or_else(|failure| panic!("{failure}"));
    let tries = tries.load(Ordering::Relaxed);
    println!("{tries} texts, {good} of them rules that judged; resident {settled} MB, at the end {end} MB");
    assert!(tries > 100 * seconds().min(60) / 4, "only {tries} texts in {} seconds", seconds());
    assert!(good * 20 > tries, "too few of {tries} texts were rules to say anything of the judge: {good}");
    assert!(end <= settled + GROWTH_MB, "grew from {settled} MB to {end} MB");
}
