//! Rate limits (限流): how much Discord takes, learnt from the headers of its answers and kept to before it has to refuse.
//!
//! Working memory only: after a restart it is learnt anew, the first call of each kind alone.

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use reqwest::header::HeaderMap;
use tokio::time::Instant;

/// Calls a second over all routes: Discord allows 50.
const PER_SECOND: u32 = 45;
/// Refusals (401, 403, 429) in [`TEN_MINUTES`] after which nothing is asked any more: at 10 000 Discord shuts the whole address out.
const REFUSALS: usize = 1000;
const TEN_MINUTES: Duration = Duration::from_secs(600);
/// How long the first call of a kind is waited for before another tries.
const FIRST: Duration = Duration::from_secs(1);
/// Kept back from each pause, for a header's rounding.
const MARGIN: Duration = Duration::from_millis(20);
/// Kinds remembered before those that lie idle are forgotten.
const REMEMBERED: usize = 512;

/// What is limited together: the shape of a route, and the channel, guild or webhook it is about.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Key {
    shape: String,
    major: String,
}

impl Key {
    /// None for what Discord does not limit: the answer to an interaction.
    pub fn of(method: &str, path: &str) -> Option<Key> {
        let path = path.split_once("/api/v10/").map_or(path, |(_, path)| path);
        let mut parts = path.split('/');
        let first = parts.next()?;
        let major: Vec<&str> = match first {
            "interactions" => return None,
            "channels" | "guilds" => parts.by_ref().take(1).collect(),
            "webhooks" => parts.by_ref().take(2).collect(),
            _ => Vec::new(),
        };
        let shape = parts.fold(format!("{method} {first}"), |shape, part| {
            let number = !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
            shape + "/" + if number { "#" } else { part }
        });
        Some(Key { shape, major: major.join("/") })
    }
}

/// Whether a call may go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Leave {
    Go,
    /// Ask again after this long.
    Wait(Duration),
    /// Too much was refused: nothing goes for this long.
    Stop(Duration),
}

#[derive(Debug)]
struct Bucket {
    /// Whether Discord has said what it takes.
    known: bool,
    limit: u32,
    left: u32,
    window: Duration,
    renews: Instant,
}

/// What was learnt so far.
#[derive(Debug, Default)]
pub(super) struct Limits {
    /// Discord's own name of a kind: routes may share one.
    names: HashMap<String, String>,
    buckets: HashMap<(String, String), Bucket>,
    /// Nothing goes before.
    all: Option<Instant>,
    second: Option<(Instant, u32)>,
    refused: VecDeque<Instant>,
}

impl Limits {
    /// Takes a place for one call, if there is one.
    pub fn take(&mut self, key: &Key, now: Instant) -> Leave {
        while self.refused.front().is_some_and(|at| now.duration_since(*at) >= TEN_MINUTES) {
            self.refused.pop_front();
        }
        if let Some(first) = self.refused.front().filter(|_| self.refused.len() >= REFUSALS) {
            return Leave::Stop((*first + TEN_MINUTES).duration_since(now));
        }
        if let Some(then) = self.all.filter(|then| *then > now) {
            return Leave::Wait(then - now);
        }
        let (second, gone) = self.second.filter(|(begun, _)| now.duration_since(*begun) < Duration::from_secs(1)).unwrap_or((now, 0));
        if gone >= PER_SECOND {
            return Leave::Wait(second + Duration::from_secs(1) - now);
        }
        if self.buckets.len() > REMEMBERED {
            self.buckets.retain(|_, bucket| bucket.renews > now);
        }
        let place = self.place(key);
        let bucket = self.buckets.entry(place).or_insert(Bucket { known: false, limit: 1, left: 1, window: FIRST, renews: now + FIRST });
        if bucket.renews <= now {
            bucket.left = bucket.limit;
            bucket.renews = now + bucket.window.max(FIRST);
        }
        if bucket.left == 0 {
            return Leave::Wait(bucket.renews - now);
        }
        bucket.left -= 1;
        self.second = Some((second, gone + 1));
        Leave::Go
    }

    /// Reads the headers of an answer.
    pub fn learn(&mut self, key: &Key, headers: &HeaderMap, now: Instant) {
        let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        let number = |name: &str| text(name).and_then(|text| text.parse().ok());
        let known = (number("x-ratelimit-limit"), number("x-ratelimit-remaining"), text("x-ratelimit-reset-after").and_then(seconds));
        let (Some(limit), Some(left), Some(window)) = known else {
            // a route without limits: one after the other, and no waiting
            let place = self.place(key);
            if let Some(bucket) = self.buckets.get_mut(&place).filter(|bucket| !bucket.known) {
                bucket.left = 1;
            }
            return;
        };
        if let Some(name) = text("x-ratelimit-bucket").filter(|name| self.names.get(&key.shape).is_none_or(|known| known != name)) {
            let nameless = self.place(key);
            self.buckets.remove(&nameless);
            self.names.insert(key.shape.clone(), name.to_owned());
        }
        let renews = now + window + MARGIN;
        let bucket = self.buckets.entry(self.place(key)).or_insert(Bucket { known: false, limit, left, window, renews });
        // others may be under way, of which this answer knew nothing
        bucket.left = if bucket.known { bucket.left.min(left) } else { left };
        *bucket = Bucket { known: true, limit: limit.max(1), left: bucket.left, window: bucket.window.max(window), renews };
    }

    /// Discord refused for this long: this kind of call, or all.
    pub fn rest(&mut self, key: &Key, pause: Duration, all: bool, now: Instant) {
        let renews = now + pause + MARGIN;
        if all {
            self.all = Some(renews);
            return;
        }
        let bucket = self.buckets.entry(self.place(key)).or_insert(Bucket { known: false, limit: 1, left: 0, window: FIRST, renews });
        bucket.left = 0;
        bucket.renews = renews;
    }

    /// Counts what Discord counts against us.
    pub fn refused(&mut self, now: Instant) {
        self.refused.push_back(now);
    }

    fn place(&self, key: &Key) -> (String, String) {
        (self.names.get(&key.shape).unwrap_or(&key.shape).clone(), key.major.clone())
    }
}

/// A header's `1.25`; what is absurd counts as an hour.
pub(super) fn seconds(text: &str) -> Option<Duration> {
    let seconds: f64 = text.parse().ok()?;
    Duration::try_from_secs_f64(seconds).ok().map(|pause| pause.min(Duration::from_secs(3600)))
}
