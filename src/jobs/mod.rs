//! The clock's door (定时任务): one table of schedules, one file a job. Times are Asia/Shanghai. Each job is idempotent and catches up after a pause.

mod chase;
mod sweep;

use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use chrono_tz::Asia::Shanghai;
use cron::Schedule;
use serde::{Deserialize, Serialize};
use tokio::sync::watch;
use tracing::error;

use crate::clock::Clock;
use crate::store::{Entry, Store, StoreError, Turn};
use crate::watch::Orders;

/// What the clock sets going.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Job {
    /// 到期复判: judges again what has fallen due by time alone.
    Sweep,
    /// 催收回执: reminds sections of receipts that are overdue.
    Chase,
}

/// Job, its name and when (second minute hour day month weekday).
pub const SCHEDULES: &[(Job, &str, &str)] = &[(Job::Sweep, "到期复判", "0 5 0,6,12,18 * * *"), (Job::Chase, "催收回执", "0 30 8 * * *")];

/// The content of a `tick` entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "job", rename_all = "snake_case")]
pub enum Tick {
    Sweep(sweep::Swept),
    Chase(chase::Chased),
}

impl Tick {
    /// What people call what was done.
    pub const fn name(&self) -> &'static str {
        match self {
            Tick::Sweep(_) => "到期复判",
            Tick::Chase(_) => "催收回执",
        }
    }
}

/// What jobs work with.
#[derive(Debug, Clone)]
pub struct Jobs {
    pub store: Store,
    pub orders: Arc<Orders>,
    pub clock: Clock,
}

/// How often the schedules are looked at.
const LOOK: Duration = Duration::from_secs(1);

impl Jobs {
    /// Does everything once, whatever the schedule says: at start, and to catch up.
    pub async fn run_all(&self) -> Result<(), StoreError> {
        for (job, ..) in SCHEDULES {
            self.run(*job).await?;
        }
        Ok(())
    }

    async fn run(&self, job: Job) -> Result<(), StoreError> {
        match job {
            Job::Sweep => sweep::run(self).await,
            Job::Chase => chase::run(self).await,
        }
    }

    /// Runs what the schedules ask for until told to stop. A pause of the machine is made up for once.
    pub async fn keep_time(self, mut stop: watch::Receiver<bool>) {
        let mut looked = self.clock.now();
        while !*stop.borrow() {
            let now = self.clock.now();
            for (job, name, when) in SCHEDULES {
                if falls_between(when, looked, now)
                    && let Err(failure) = self.run(*job).await
                {
                    error!(failure = %failure, job = name, "jobs: {name} failed and will run again at its next time");
                }
            }
            looked = now;
            tokio::select! {
                () = tokio::time::sleep(LOOK) => {}
                _ = stop.changed() => {}
            }
        }
    }
}

/// Whether the schedule has a time after `from` and not after `to`.
fn falls_between(when: &str, from: DateTime<Utc>, to: DateTime<Utc>) -> bool {
    Schedule::from_str(when).is_ok_and(|schedule| schedule.after(&from.with_timezone(&Shanghai)).next().is_some_and(|next| next <= to))
}

/// Applies a journalled tick of another copy.
pub async fn replay(turn: &mut Turn, orders: &Orders, entry: &Entry) -> Result<(), StoreError> {
    let tick: Tick = serde_json::from_slice(&entry.content).map_err(|e| StoreError::BadEntry { seq: entry.seq, reason: e.to_string() })?;
    match tick {
        Tick::Sweep(swept) => sweep::apply(turn, orders, entry, &swept).await,
        Tick::Chase(chased) => chase::apply(turn, orders, entry, &chased).await,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn schedules_can_be_read_and_no_job_stands_twice() {
        let mut jobs = std::collections::HashSet::new();
        for (job, name, when) in SCHEDULES {
            assert!(Schedule::from_str(when).is_ok(), "{name}");
            assert!(jobs.insert(job), "{name}");
        }
    }

    #[test]
    fn times_are_those_of_shanghai() {
        let at = |text: &str| DateTime::parse_from_rfc3339(text).unwrap().to_utc();
        assert!(falls_between("0 5 0 * * *", at("2026-11-23T00:00:00+08:00"), at("2026-11-23T00:05:00+08:00")));
        assert!(!falls_between("0 5 0 * * *", at("2026-11-23T00:05:00+08:00"), at("2026-11-23T23:59:00+08:00")));
    }
}
