//! `/绩效 查询|审核`: what was filed of a project's performance, and its review by 评审中心 (绩效目标填报审核, part 2 (三)).

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use commands::performance::{Goal, Performance, Review, Reviewed};
use commands::{Command, Text};
use serde_json::json;

use super::deed::{self, Change, Deed, Scene};
use super::{Act, Declined, Desk, Reply};
use crate::chat;
use crate::delivery::card::said;
use crate::domain::calendar::local_date;
use crate::domain::{AllocationId, ChatSafe, FullDate, Record, normalise};
use crate::intake::change::LedgerChange;
use crate::intake::event::performance::Status;
use crate::intake::event::{Envelope, Event, Malformed};
use crate::intake::hand;
use crate::keys::Keyring;
use crate::store::event::Delivered;
use crate::store::{Entry, EntryKind, StoreError, Turn, journal, ledger};
use crate::watch::{self, Moment, Orders};

/// Goals that are looked through for those that wait.
const LOOKED_AT: i64 = 300;
/// As many as fit a message.
const MOST: usize = 15;

pub(super) async fn act(desk: &Desk, actor: &super::Actor, command: Performance) -> Result<Reply, Declined> {
    match command {
        Performance::Show(goal) => match &goal.project {
            Some(project) => show(desk, project, &goal).await,
            None => pending(desk, &goal).await,
        },
        Performance::Review(review) => deed::act(desk, actor, Command::Performance(Performance::Review(review.clone())), &review).await,
    }
}

pub(super) async fn replay(turn: &mut Turn, orders: &Orders, entry: &Entry, command: &Performance) -> Result<(), StoreError> {
    match command {
        Performance::Review(review) => deed::replay(turn, orders, entry, review).await,
        Performance::Show(_) => Ok(()),
    }
}

/// What was told of a goal or of its review.
struct Told {
    seq: i64,
    on: NaiveDate,
    status: Status,
}

/// What a record of this kind says, from the journal: the ledger keeps only that there is one.
fn told(record: &Record, entry: Option<Entry>) -> Option<Told> {
    let entry = entry?;
    let told = |on, status| Some(Told { seq: record.seq, on, status });
    match entry.kind {
        EntryKind::Event => {
            let delivered: Delivered = serde_json::from_slice(&entry.content).ok()?;
            let line = delivered.lines.get(usize::try_from(record.line - 1).ok()?)?.bytes();
            let event = Envelope::parse(&line).ok()?;
            if let Event::PerformanceGoal(goal) = &event {
                return told(goal.filed_on.get(), goal.status);
            }
            if let Event::PerformanceReview(review) = &event { told(review.reviewed_on.get(), review.status) } else { None }
        }
        EntryKind::Act => {
            let act: Act = serde_json::from_slice(&entry.content).ok()?;
            let Command::Performance(Performance::Review(review)) = act.command else { return None };
            told(local_date(entry.at), status(review.result))
        }
        EntryKind::Tick | EntryKind::Delivery | EntryKind::Setting => None,
    }
}

const fn status(result: Reviewed) -> Status {
    match result {
        Reviewed::Passed => Status::Passed,
        Reviewed::Rejected => Status::Rejected,
    }
}

fn status_name(status: Status) -> ChatSafe {
    match status {
        Status::Pending => chat!("待审核"),
        Status::Passed => chat!("通过"),
        Status::Rejected => chat!("不通过"),
    }
}

/// How subjects of a project's year end.
fn ending(project: &str, year: u32) -> String {
    format!("/{}/{year}", normalise(project))
}

async fn latest(desk: &Desk, event_type: &str, ending: &str) -> Result<Option<Told>, StoreError> {
    let found = ledger::others(&desk.store, event_type, ending, 1).await?;
    let Some(record) = found.first() else { return Ok(None) };
    read(desk, record).await
}

/// Where a goal stands: what was decided since it was filed last, else as it was filed.
fn stands(goal: &Told, review: Option<&Told>) -> (Status, Option<NaiveDate>) {
    match review.filter(|review| review.seq > goal.seq) {
        Some(review) => (review.status, Some(review.on)),
        None => (goal.status, None),
    }
}

async fn show(desk: &Desk, project: &Text, asked: &Goal) -> Result<Reply, Declined> {
    let ending = ending(project.as_str(), asked.year.get());
    let name = said(AllocationId::new(project.as_str()));
    let Some(goal) = latest(desk, "performance.goal", &ending).await? else {
        return Ok(chat!("没有收到这个项目{}年的绩效目标。请核对项目编码和年度。", asked.year.get()).into());
    };
    let review = latest(desk, "performance.review", &ending).await?;
    let (status, reviewed_on) = stands(&goal, review.as_ref());
    let reviewed = reviewed_on.map(|on| chat!("  审核 {}", FullDate(on))).unwrap_or_default();
    let own = ledger::others(&desk.store, "performance.self_evaluation", &ending, 1).await?;
    Ok(ChatSafe::lines([
        chat!("{} {}年", name, asked.year.get()),
        chat!("绩效目标 填报 {}  {}{}", FullDate(goal.on), status_name(status), reviewed),
        if own.is_empty() { chat!("绩效自评 未报") } else { chat!("绩效自评 已报") },
    ])
    .into())
}

/// Goals that wait for a review, the longest first.
async fn pending(desk: &Desk, asked: &Goal) -> Result<Reply, Declined> {
    let year = format!("/{}", asked.year.get());
    let mut reviews: BTreeMap<String, Told> = BTreeMap::new();
    for record in ledger::others(&desk.store, "performance.review", &year, LOOKED_AT).await? {
        if let Some(told) = read(desk, &record).await? {
            reviews.entry(project_of(&record)).or_insert(told);
        }
    }
    let mut waiting = Vec::new();
    for record in ledger::others(&desk.store, "performance.goal", &year, LOOKED_AT).await? {
        let Some(goal) = read(desk, &record).await? else { continue };
        let project = project_of(&record);
        if stands(&goal, reviews.get(&project)).0 == Status::Pending {
            waiting.push((goal.on, project));
        }
    }
    waiting.sort();
    let mut lines = vec![chat!("{}年待审核的绩效目标 {} 个", asked.year.get(), waiting.len())];
    lines.extend(waiting.iter().take(MOST).map(|(on, project)| chat!("{}  填报 {}", said(AllocationId::new(project)), FullDate(*on))));
    if waiting.is_empty() {
        return Ok(chat!("{}年没有待审核的绩效目标。", asked.year.get()).into());
    }
    Ok(ChatSafe::lines(lines).into())
}

async fn read(desk: &Desk, record: &Record) -> Result<Option<Told>, StoreError> {
    Ok(told(record, journal::entry(&desk.store, record.seq).await?))
}

/// The project in a subject: `performance.goal/source/project/year`.
fn project_of(record: &Record) -> String {
    record.key.rsplit('/').nth(1).unwrap_or_default().to_owned()
}

fn change(review: &Review, at: DateTime<Utc>, name: &str, keys: &Keyring) -> Result<LedgerChange, Malformed> {
    let data = json!({
        "project_code": normalise(review.project.as_str()), "fiscal_year": review.year.get(), "status": review.result.name(), "reviewed_on": local_date(at),
        "reviewed_by": name, "note": review.note.as_str(),
    });
    hand::change("performance.review", at, data, keys)
}

impl Deed for Review {
    fn texts(&self) -> Vec<String> {
        vec![self.note.to_string()]
    }

    async fn check(&self, scene: &mut Scene<'_>) -> Result<Vec<Change>, Declined> {
        let name = said(AllocationId::new(self.project.as_str()));
        let ending = ending(self.project.as_str(), self.year.get());
        let mut found = [None, None];
        for (place, event_type) in found.iter_mut().zip(["performance.goal", "performance.review"]) {
            if let Some(record) = ledger::others_in(&mut scene.turn.tx, scene.turn.office, event_type, &ending, 1).await?.first() {
                let entry = scene.turn.entry(record.seq).await?;
                *place = told(record, entry);
            }
        }
        let [Some(goal), review] = found else {
            return Err(chat!("没有收到这个项目{}年的绩效目标,不能审核。请核对项目编码和年度。", self.year.get()).into());
        };
        match stands(&goal, review.as_ref()) {
            (before, Some(on)) if before != Status::Pending => {
                Err(chat!("{} 已于 {} 审核为{},目标没有重新填报,不用再审。", name, FullDate(on), status_name(before)).into())
            }
            (before, _) => Ok(vec![Change::of(&format!("绩效目标 {} {} 审核", self.project, self.year.get()), before.name(), self.result.name())]),
        }
    }

    async fn apply(&self, scene: &mut Scene<'_>, entry: &Entry) -> Result<Reply, StoreError> {
        let bad = |malformed: Malformed| StoreError::BadEntry { seq: entry.seq, reason: malformed.reason };
        let change = change(self, entry.at, &scene.actor.name, &scene.turn.keys).map_err(bad)?;
        watch::run(scene.turn, scene.orders, &[(Moment { seq: entry.seq, line: 1, at: entry.at }, change)]).await?;
        Ok(chat!("已记录审核:{} {}年绩效目标{}。", said(AllocationId::new(self.project.as_str())), self.year.get(), status_name(status(self.result))).into())
    }
}
