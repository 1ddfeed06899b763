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
const SECOND: Duration = Duration::from_secs(1);
/// Kept back from each pause, for a header's rounding.
const MARGIN: Duration = Duration::from_millis(20);
/// Kinds remembered before those that lie idle are forgotten.
const REMEMBERED: usize = 512;

/// What is limited together: the shape of a route, and the channel, guild or webhook it is about.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Key {
    shape: String,
    major: String,
    /// Of an interaction: not counted with the bot's own calls.
    apart: bool,
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
        Some(Key { shape, major: major.join("/"), apart: first == "webhooks" })
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
        if let Some(leave) = self.common(now).filter(|_| !key.apart) {
            return leave;
        }
        if self.buckets.len() > REMEMBERED {
            self.buckets.retain(|_, bucket| bucket.renews > now);
        }
        let place = self.place(key);
        let bucket = self.buckets.entry(place).or_insert(Bucket { known: false, limit: 1, left: 1, window: SECOND, renews: now + SECOND });
        if bucket.renews <= now {
            bucket.left = bucket.limit;
            bucket.renews = now + bucket.window.max(SECOND);
        }
        if bucket.left == 0 {
            return Leave::Wait(bucket.renews - now);
        }
        bucket.left -= 1;
        if let Some((_, gone)) = self.second.as_mut().filter(|_| !key.apart) {
            *gone += 1;
        }
        Leave::Go
    }

    /// What keeps back all of the bot's calls.
    fn common(&mut self, now: Instant) -> Option<Leave> {
        while self.refused.front().is_some_and(|at| now.duration_since(*at) >= TEN_MINUTES) {
            self.refused.pop_front();
        }
        if let Some(first) = self.refused.front().filter(|_| self.refused.len() >= REFUSALS) {
            return Some(Leave::Stop((*first + TEN_MINUTES).duration_since(now)));
        }
        if let Some(then) = self.all.filter(|then| *then > now) {
            return Some(Leave::Wait(then - now));
        }
        let fresh = self.second.filter(|(begun, _)| now.duration_since(*begun) < SECOND);
        let (begun, gone) = *self.second.insert(fresh.unwrap_or((now, 0)));
        (gone >= PER_SECOND).then(|| Leave::Wait(begun + SECOND - now))
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
        let bucket = self.buckets.entry(self.place(key)).or_insert(Bucket { known: false, limit: 1, left: 0, window: SECOND, renews });
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

/// A header's `1.25`.
pub(super) fn seconds(text: &str) -> Option<Duration> {
    text.parse().ok().and_then(pause)
}

/// A number of seconds; what is absurd counts as an hour.
pub(super) fn pause(seconds: f64) -> Option<Duration> {
    Duration::try_from_secs_f64(seconds).ok().map(|pause| pause.min(Duration::from_secs(3600)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(method: &str, path: &str) -> Key {
        Key::of(method, &format!("https://discord.com/api/v10/{path}")).unwrap()
    }

    fn headers(told: &[(&'static str, &str)]) -> HeaderMap {
        told.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect()
    }

    fn told(limit: u32, left: u32, after: &str) -> HeaderMap {
        headers(&[
            ("x-ratelimit-limit", &limit.to_string()),
            ("x-ratelimit-remaining", &left.to_string()),
            ("x-ratelimit-reset-after", after),
            ("x-ratelimit-bucket", "b1"),
        ])
    }

    fn millis(millis: u64) -> Duration {
        Duration::from_millis(millis)
    }

    #[test]
    fn what_is_limited_together() {
        assert_eq!(key("PATCH", "channels/1/messages/2"), key("PATCH", "channels/1/messages/3"));
        assert_ne!(key("PATCH", "channels/1/messages/2"), key("PATCH", "channels/2/messages/2"));
        assert_ne!(key("PATCH", "channels/1/messages/2"), key("DELETE", "channels/1/messages/2"));
        assert_ne!(key("POST", "webhooks/1/aaa"), key("POST", "webhooks/1/bbb"));
        assert_eq!(key("GET", "users/@me"), key("GET", "users/@me"));
        assert_eq!(Key::of("POST", "https://discord.com/api/v10/interactions/1/aaa/callback"), None);
    }

    #[test]
    fn a_kind_is_learnt_by_one_call_and_then_kept_to() {
        let (mut limits, now) = (Limits::default(), Instant::now());
        let post = key("POST", "channels/1/messages");
        assert_eq!(limits.take(&post, now), Leave::Go);
        assert_eq!(limits.take(&post, now), Leave::Wait(SECOND), "until its answer is there nobody knows");
        assert_eq!(limits.take(&key("POST", "channels/2/messages"), now), Leave::Go, "another channel has its own");
        limits.learn(&post, &told(3, 2, "4.5"), now + millis(100));
        assert_eq!(limits.take(&post, now + millis(100)), Leave::Go);
        assert_eq!(limits.take(&post, now + millis(100)), Leave::Go);
        assert_eq!(limits.take(&post, now + millis(100)), Leave::Wait(millis(4500) + MARGIN));
        // an answer that did not know of the other call gives no place back
        limits.learn(&post, &told(3, 1, "4.4"), now + millis(200));
        assert_eq!(limits.take(&post, now + millis(200)), Leave::Wait(millis(4400) + MARGIN));
        let renewed = now + millis(4700);
        for _ in 0..3 {
            assert_eq!(limits.take(&post, renewed), Leave::Go);
        }
        assert!(matches!(limits.take(&post, renewed), Leave::Wait(_)), "as many as the limit said, and no more");
    }

    #[test]
    fn a_shared_bucket_is_one() {
        let (mut limits, now) = (Limits::default(), Instant::now());
        let (post, delete) = (key("POST", "channels/1/messages"), key("DELETE", "channels/1/messages/5"));
        assert_eq!((limits.take(&post, now), limits.take(&delete, now)), (Leave::Go, Leave::Go));
        limits.learn(&post, &told(5, 1, "2"), now);
        limits.learn(&delete, &told(5, 0, "2"), now);
        assert_eq!(limits.take(&post, now), Leave::Wait(Duration::from_secs(2) + MARGIN));
    }

    #[test]
    fn where_nothing_is_said_one_goes_after_the_other() {
        let (mut limits, now) = (Limits::default(), Instant::now());
        let gateway = key("GET", "gateway");
        for _ in 0..10 {
            assert_eq!(limits.take(&gateway, now), Leave::Go);
            assert!(matches!(limits.take(&gateway, now), Leave::Wait(_)));
            limits.learn(&gateway, &HeaderMap::new(), now);
        }
    }

    #[test]
    fn a_refusal_rests_one_kind_or_all() {
        let (mut limits, now) = (Limits::default(), Instant::now());
        let (one, other) = (key("POST", "channels/1/messages"), key("POST", "channels/2/messages"));
        let follow_up = key("POST", "webhooks/1/aaa");
        limits.rest(&one, Duration::from_secs(3), false, now);
        assert_eq!(limits.take(&one, now), Leave::Wait(Duration::from_secs(3) + MARGIN));
        assert_eq!(limits.take(&other, now), Leave::Go);
        limits.rest(&one, Duration::from_secs(9), true, now);
        assert_eq!(limits.take(&other, now), Leave::Wait(Duration::from_secs(9) + MARGIN));
        assert_eq!(limits.take(&follow_up, now), Leave::Go, "the answers to people are not counted with the rest");
        assert_eq!(limits.take(&one, now + Duration::from_secs(10)), Leave::Go);
    }

    #[test]
    fn never_more_a_second_than_discord_takes() {
        let (mut limits, now) = (Limits::default(), Instant::now());
        let gone = (0..100).filter(|n| limits.take(&key("POST", &format!("channels/{n}/messages")), now + millis(5)) == Leave::Go).count();
        assert_eq!(gone, PER_SECOND as usize);
        assert_eq!(limits.take(&key("POST", "channels/1000/messages"), now + millis(1006)), Leave::Go);
    }

    #[test]
    fn long_before_a_ban_nothing_is_asked_any_more() {
        let (mut limits, now) = (Limits::default(), Instant::now());
        let post = key("POST", "channels/1/messages");
        for n in 0..REFUSALS {
            assert!(!matches!(limits.take(&post, now), Leave::Stop(_)), "after {n}");
            limits.refused(now);
        }
        assert_eq!(limits.take(&post, now + SECOND), Leave::Stop(TEN_MINUTES - SECOND));
        assert_eq!(limits.take(&post, now + TEN_MINUTES), Leave::Go);
    }

    #[test]
    fn idle_kinds_are_forgotten() {
        let (mut limits, mut now) = (Limits::default(), Instant::now());
        for n in 0..5000 {
            limits.take(&key("POST", &format!("webhooks/1/token{n}")), now);
            now += millis(100);
        }
        assert!(limits.buckets.len() <= REMEMBERED + 1);
    }

    #[test]
    fn a_header_that_makes_no_sense_is_none() {
        assert_eq!(seconds("1.25"), Some(millis(1250)));
        assert_eq!(seconds("1e30"), None);
        assert_eq!(seconds("90000"), Some(Duration::from_secs(3600)));
        assert_eq!((seconds("-1"), seconds("NaN"), seconds("soon")), (None, None, None));
    }
}
