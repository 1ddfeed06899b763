//! 流水链头: every day to 财监股 and 驻局纪检监察组, so that whoever owns the database cannot rewrite the journal unseen.

use chrono::NaiveDate;
use commands::SectionKind;
use serde::{Deserialize, Serialize};

use super::{Jobs, Tick, latest};
use crate::delivery::note::{Note, NoteKind};
use crate::store::{Entry, StoreError, Turn, audit, job_day, staff};
use crate::watch::Orders;
use crate::watch::notify::notify;

const JOB: &str = "chain_head";

/// The chain's end as it was mailed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mailed {
    pub day: NaiveDate,
    /// 条数:校验值, as `audit verify --expect` takes it.
    pub head: String,
}

pub(super) async fn run(jobs: &Jobs, when: &str) -> Result<(), StoreError> {
    let now = jobs.clock.now();
    let mut turn = jobs.store.turn().await?;
    let Some((day, at)) = latest(when, now) else { return Ok(()) };
    // an office that was not there yet at that time has nothing to prove of it
    let (seq, hash) = turn.head();
    let head = format!("{seq}:{}", audit::hex(hash));
    if job_day::last(&mut turn, JOB).await?.is_some_and(|last| last >= day) || turn.begun().await?.is_none_or(|begun| begun > at) {
        return Ok(());
    }
    let orders = jobs.orders.as_of(&mut turn).await?;
    let mailed = Mailed { day, head };
    let entry = Tick::ChainHead(mailed.clone()).record(&mut turn, now)?;
    apply(&mut turn, &orders, &entry, &mailed).await?;
    turn.commit().await
}

pub(super) async fn apply(turn: &mut Turn, orders: &Orders, entry: &Entry, mailed: &Mailed) -> Result<(), StoreError> {
    let people = staff::all_in(&mut turn.tx, turn.office).await?;
    let kind = |person: &staff::Staff| orders.settings.kind(&person.section);
    let watchers = people.iter().filter(|person| matches!(kind(person), Some(SectionKind::Supervision | SectionKind::Discipline)));
    let lines = vec![("链头".to_owned(), mailed.head.clone()), ("日期".to_owned(), mailed.day.to_string())];
    let note = Note { note: NoteKind::ChainHead, at: entry.at, serial: None, section: None, due_on: None, lines };
    notify(turn, entry.seq, watchers, &note)?;
    job_day::done(turn, entry.seq, JOB, mailed.day).await
}
