//! Discord's rate limits: a bucket for each kind of request and major parameter, and one over everything.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use super::fault::On;

#[derive(Debug, Clone, Copy)]
struct Limit {
    requests: u32,
    per: Duration,
}

#[derive(Debug)]
struct Bucket {
    used: u32,
    opened: Instant,
    limit: Limit,
}

impl Bucket {
    fn resets(&self) -> Instant {
        self.opened + self.limit.per
    }
}

/// What stands in the headers of every answer.
#[derive(Debug, Clone)]
pub struct Told {
    pub bucket: String,
    pub limit: u32,
    pub remaining: u32,
    pub reset_after: Duration,
}

/// Too much was asked.
#[derive(Debug, Clone)]
pub struct Limited {
    pub retry_after: Duration,
    pub global: bool,
    pub told: Option<Told>,
}

#[derive(Debug, Default)]
pub struct Rates {
    limits: HashMap<On, Limit>,
    everything: Option<Limit>,
    buckets: HashMap<(On, String), Bucket>,
    all: Option<Bucket>,
    /// Until when a 429 has forbidden to ask, for a bucket or for everything.
    closed: HashMap<Option<(On, String)>, Instant>,
    /// How many 429 were given.
    pub given: u32,
    /// How many requests came although it had been told that they would be refused: remaining was 0, or a 429 not yet over.
    pub early: u32,
}

/// So much that nobody meets it.
const GENEROUS: Limit = Limit { requests: 1000, per: Duration::from_secs(1) };

impl Rates {
    pub fn limit(&mut self, on: On, requests: u32, per: Duration) {
        let limit = Limit { requests, per };
        match on {
            On::Anything => self.everything = Some(limit),
            kind => _ = self.limits.insert(kind, limit),
        }
        self.buckets.clear();
        self.all = None;
    }

    /// An injected 429 closes as a real one does.
    pub fn close(&mut self, kind: On, major: &str, retry_after: Duration, global: bool) {
        self.given += 1;
        self.closed.insert((!global).then(|| (kind, major.to_owned())), Instant::now() + retry_after);
    }

    pub fn ask(&mut self, kind: On, major: &str) -> Result<Told, Limited> {
        let now = Instant::now();
        let key = (kind, major.to_owned());
        let exempt = kind == On::Callbacks;
        for closed in [Some(key.clone()), None] {
            let global = closed.is_none();
            let until = self.closed.get(&closed).copied().filter(|until| *until > now && !(global && exempt));
            if let Some(until) = until {
                self.early += 1;
                self.given += 1;
                return Err(Limited { retry_after: until - now, global, told: None });
            }
        }
        if let Some(limit) = self.everything.filter(|_| !exempt) {
            let all = fresh(self.all.take(), limit, now);
            let full = all.used >= limit.requests;
            let resets = all.resets();
            self.all = Some(Bucket { used: all.used + u32::from(!full), ..all });
            if full {
                self.close(kind, major, resets - now, true);
                return Err(Limited { retry_after: resets - now, global: true, told: None });
            }
        }
        let limit = self.limits.get(&kind).copied().unwrap_or(GENEROUS);
        let bucket = fresh(self.buckets.remove(&key), limit, now);
        let full = bucket.used >= limit.requests;
        let used = bucket.used + u32::from(!full);
        let reset_after = bucket.resets() - now;
        self.buckets.insert(key, Bucket { used, ..bucket });
        let told = Told { bucket: format!("{kind:?}").to_lowercase(), limit: limit.requests, remaining: limit.requests - used, reset_after };
        if full {
            self.early += 1;
            self.given += 1;
            return Err(Limited { retry_after: reset_after, global: false, told: Some(told) });
        }
        Ok(told)
    }
}

fn fresh(bucket: Option<Bucket>, limit: Limit, now: Instant) -> Bucket {
    bucket.filter(|bucket| bucket.resets() > now).unwrap_or(Bucket { used: 0, opened: now, limit })
}
