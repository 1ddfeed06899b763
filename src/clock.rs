//! The clock's door: the only place that reads the time. Everything else is handed a [`Clock`].

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, SubsecRound, TimeDelta, Utc};

/// Time as the service sees it, in UTC, cut to microseconds (what both databases keep).
#[derive(Debug, Clone, Default)]
pub struct Clock(Option<Arc<Wound>>);

#[derive(Debug)]
struct Wound {
    /// µs: the instant itself while it stands, the offset to the system's while it runs
    micros: AtomicI64,
    runs: bool,
}

impl Clock {
    /// The machine's own.
    pub const fn system() -> Clock {
        Clock(None)
    }

    /// Stands still until it is wound: for tests.
    pub fn standing_at(now: DateTime<Utc>) -> Clock {
        Clock(Some(Arc::new(Wound { micros: AtomicI64::new(now.timestamp_micros()), runs: false })))
    }

    /// Runs on from a chosen instant: for the demo.
    pub fn running_from(now: DateTime<Utc>) -> Clock {
        let offset = now.timestamp_micros() - system_now().timestamp_micros();
        Clock(Some(Arc::new(Wound { micros: AtomicI64::new(offset), runs: true })))
    }

    /// The instant it is, in UTC.
    pub fn now(&self) -> DateTime<Utc> {
        match &self.0 {
            None => system_now(),
            Some(wound) => {
                let micros = wound.micros.load(Ordering::SeqCst);
                let base = if wound.runs { system_now().timestamp_micros() } else { 0 };
                DateTime::from_timestamp_micros(base + micros).unwrap_or_default()
            }
        }
    }

    /// Winds it forward; the machine's own clock is left alone.
    pub fn advance(&self, by: TimeDelta) {
        if let Some(wound) = &self.0 {
            wound.micros.fetch_add(by.num_microseconds().unwrap_or(0), Ordering::SeqCst);
        }
    }

    /// Winds it forward to an instant; never back.
    pub fn advance_to(&self, then: DateTime<Utc>) {
        let by = then - self.now();
        if by > TimeDelta::zero() {
            self.advance(by);
        }
    }
}

#[allow(clippy::disallowed_methods, reason = "this is the door")]
fn system_now() -> DateTime<Utc> {
    Utc::now().trunc_subsecs(6)
}
