//! The clock's door (定时任务): one table of schedules, one file a job. Times are Asia/Shanghai. Each job is idempotent and catches up after a pause.

mod access_review;
mod chain_head;
mod chase;
mod deadlines;
mod leave;
mod pauses;
mod self_audit;
mod sweep;
mod white_list;

use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use chrono_tz::Asia::Shanghai;
use cron::Schedule;
use serde::{Deserialize, Serialize};
use tokio::sync::watch;
use tracing::error;

use crate::clock::Clock;
use crate::domain::calendar::local_date;
use crate::store::{Entry, EntryKind, Store, StoreError, Turn};
use crate::troubles::Troubles;
use crate::watch::Orders;

/// What the clock sets going.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Job {
    /// 到期复判: judges again what has fallen due by time alone.
    Sweep,
    /// 请假到日: to stand-ins, and back.
    Leave,
    /// 暂停到日: deadlines run again.
    Pauses,
    /// 白名单到期: what still stands is pushed.
    WhiteList,
    /// 期限催办: reminders and escalation.
    Deadlines,
    /// 催收回执: reminds sections of receipts that are overdue.
    Chase,
    /// 用户权限年审: asks each section's head, once a year.
    AccessReview,
    /// 自查: whether every open warning has somebody who may act.
    SelfAudit,
    /// 流水链头, mailed to those who watch.
    ChainHead,
}

/// Job, its name and when (second minute hour day month weekday).
pub const SCHEDULES: &[(Job, &str, &str)] = &[
    (Job::Sweep, "到期复判", "0 5 0,6,12,18 * * *"),
    // looked at every morning of December: the first that is a working day begins it
    (Job::AccessReview, "用户权限年审", "0 0 8 * 12 *"),
    (Job::Leave, "请假到日", "0 1 * * * *"),
    (Job::Pauses, "暂停到日", "0 2 0 * * *"),
    (Job::WhiteList, "白名单到期", "0 3 0 * * *"),
    (Job::Deadlines, "期限催办", "0 30 8 * * *"),
    (Job::Chase, "催收回执", "0 30 8 * * *"),
    (Job::SelfAudit, "自查", "0 40 * * * *"),
    (Job::ChainHead, "流水链头", "0 30 17 * * *"),
];

/// The content of a `tick` entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "job", rename_all = "snake_case")]
pub enum Tick {
    Sweep(sweep::Swept),
    AccessReview(access_review::Reviewed),
    Leave(leave::Turned),
    Pauses(pauses::Ended),
    WhiteList(white_list::Expired),
    Deadlines(deadlines::Chased),
    Chase(chase::Chased),
    SelfAudit(self_audit::Audited),
    ChainHead(chain_head::Mailed),
}

impl Tick {
    /// Writes it into the journal.
    fn record(&self, turn: &mut Turn, now: DateTime<Utc>) -> Result<Entry, StoreError> {
        let content = serde_json::to_vec(self).map_err(|e| StoreError::BadEntry { seq: turn.seq() + 1, reason: e.to_string() })?;
        turn.record(now, EntryKind::Tick, None, content)
    }

    /// What people call what was done.
    pub const fn name(&self) -> &'static str {
        match self {
            Tick::Sweep(_) => "到期复判",
            Tick::Chase(_) => "催收回执",
            Tick::AccessReview(_) => "用户权限年审",
            Tick::Leave(_) => "请假到日",
            Tick::Pauses(_) => "暂停到日",
            Tick::WhiteList(_) => "白名单到期",
            Tick::Deadlines(_) => "期限催办",
            Tick::SelfAudit(_) => "自查",
            Tick::ChainHead(_) => "流水链头",
        }
    }
}

/// What jobs work with.
#[derive(Debug, Clone)]
pub struct Jobs {
    pub store: Store,
    pub orders: Arc<Orders>,
    pub clock: Clock,
    pub troubles: Troubles,
}

/// How often the schedules are looked at.
const LOOK: Duration = Duration::from_secs(1);

impl Jobs {
    /// Does everything once, whatever the schedule says: at start, and to catch up.
    pub async fn run_all(&self) -> Result<(), StoreError> {
        for (job, _, when) in SCHEDULES {
            self.run(*job, when).await?;
        }
        Ok(())
    }

    async fn run(&self, job: Job, when: &str) -> Result<(), StoreError> {
        match job {
            Job::Sweep => sweep::run(self).await,
            Job::AccessReview => access_review::run(self).await,
            Job::Leave => leave::run(self).await,
            Job::Pauses => pauses::run(self).await,
            Job::WhiteList => white_list::run(self).await,
            Job::Deadlines => deadlines::run(self, when).await,
            Job::SelfAudit => self_audit::run(self).await,
            Job::Chase => chase::run(self).await,
            Job::ChainHead => chain_head::run(self, when).await,
        }
    }

    /// Runs what the schedules ask for until told to stop. A pause of the machine is made up for once.
    pub async fn keep_time(self, mut stop: watch::Receiver<bool>) {
        let mut looked = self.clock.now();
        while !*stop.borrow() {
            let now = self.clock.now();
            for (job, name, when) in SCHEDULES {
                if falls_between(when, looked, now)
                    && let Err(failure) = self.run(*job, when).await
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

/// The latest time of a daily schedule, and its local day.
fn latest(when: &str, now: DateTime<Utc>) -> Option<(NaiveDate, DateTime<Utc>)> {
    let schedule = Schedule::from_str(when).ok()?;
    let at = schedule.after(&(now - TimeDelta::days(1)).with_timezone(&Shanghai)).take_while(|at| *at <= now).last()?;
    Some((at.date_naive(), at.to_utc()))
}

/// Today, once the time of a daily schedule has come: nobody is called before it.
fn reached(when: &str, now: DateTime<Utc>) -> Option<NaiveDate> {
    latest(when, now).map(|(day, _)| day).filter(|day| *day == local_date(now))
}

/// Applies a journalled tick of another copy.
pub async fn replay(turn: &mut Turn, orders: &Orders, entry: &Entry) -> Result<(), StoreError> {
    let tick: Tick = serde_json::from_slice(&entry.content).map_err(|e| StoreError::BadEntry { seq: entry.seq, reason: e.to_string() })?;
    match tick {
        Tick::Sweep(swept) => sweep::apply(turn, orders, entry, &swept).await,
        Tick::AccessReview(reviewed) => access_review::apply(turn, orders, entry, &reviewed).await,
        Tick::Leave(turned) => leave::apply(turn, orders, entry, &turned).await,
        Tick::Pauses(ended) => pauses::apply(turn, orders, entry, &ended).await,
        Tick::WhiteList(expired) => white_list::apply(turn, orders, entry, &expired).await,
        Tick::Deadlines(chased) => deadlines::apply(turn, orders, entry, &chased).await,
        Tick::SelfAudit(audited) => self_audit::apply(turn, orders, entry, &audited).await,
        Tick::ChainHead(mailed) => chain_head::apply(turn, orders, entry, &mailed).await,
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
        let day = |text: &str| latest("0 30 17 * * *", at(text)).unwrap().0.to_string();
        assert_eq!((day("2026-11-23T17:30:00+08:00"), day("2026-11-23T17:29:59+08:00")), ("2026-11-23".to_owned(), "2026-11-22".to_owned()));
        assert!(reached("0 30 8 * * *", at("2026-11-23T08:29:00+08:00")).is_none() && reached("0 30 8 * * *", at("2026-11-23T23:59:00+08:00")).is_some());
    }
}
