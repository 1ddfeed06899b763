//! `/绩效 查询|审核`: what was filed of a project's performance, and its review by 评审中心 (绩效目标填报审核, part 2 (三)).

use chrono::{DateTime, Utc};
use commands::performance::{Goal, Performance, Review, Reviewed};
use commands::{Command, Text};
use serde_json::json;

use super::deed::{self, Change, Deed, Scene};
use super::{Declined, Desk, Reply};
use crate::chat;
use crate::delivery::card::said;
use crate::domain::calendar::local_date;
use crate::domain::record::goal as slots;
use crate::domain::{AllocationId, ChatSafe, FullDate, Record, normalise};
use crate::intake::change::LedgerChange;
use crate::intake::event::Malformed;
use crate::intake::event::performance::Status;
use crate::intake::hand;
use crate::keys::Keyring;
use crate::store::{Entry, StoreError, Turn, performance};
use crate::watch::{self, Moment, Orders};

/// As many as fit a message.
const MOST: i64 = 15;

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

const fn status(result: Reviewed) -> Status {
    match result {
        Reviewed::Passed => Status::Passed,
        Reviewed::Rejected => Status::Rejected,
    }
}

/// How a goal stands (审核状态).
fn stands(goal: &Record) -> Status {
    Status::ALL.iter().copied().find(|status| status.name() == goal.text(slots::STATUS)).unwrap_or(Status::Pending)
}

fn status_name(status: Status) -> ChatSafe {
    match status {
        Status::Pending => chat!("待审核"),
        Status::Passed => chat!("通过"),
        Status::Rejected => chat!("不通过"),
    }
}

fn filed(goal: &Record) -> ChatSafe {
    goal.get(slots::FILED_ON).as_date().map_or_else(|| chat!("填报"), |on| chat!("填报 {}", FullDate(on)))
}

async fn show(desk: &Desk, project: &Text, asked: &Goal) -> Result<Reply, Declined> {
    let year = asked.year.get();
    let name = said(AllocationId::new(project.as_str()));
    let Some(goal) = performance::goal(&desk.store, project.as_str(), year).await? else {
        return Ok(chat!("没有收到这个项目{}年的绩效目标。请核对项目编码和年度。", year).into());
    };
    let reviewed = goal.get(slots::REVIEWED_ON).as_date().map(|on| chat!("  审核 {}", FullDate(on))).unwrap_or_default();
    let evaluated = performance::is_evaluated(&desk.store, project.as_str(), year).await?;
    Ok(ChatSafe::lines([
        chat!("{} {}年", name, year),
        chat!("绩效目标 {}  {}{}", filed(&goal), status_name(stands(&goal)), reviewed),
        if evaluated { chat!("绩效自评 已报") } else { chat!("绩效自评 未报") },
    ])
    .into())
}

/// Goals that wait for a review, the longest first.
async fn pending(desk: &Desk, asked: &Goal) -> Result<Reply, Declined> {
    let year = asked.year.get();
    let (count, waiting) = performance::waiting(&desk.store, year, MOST).await?;
    if waiting.is_empty() {
        return Ok(chat!("{}年没有待审核的绩效目标。", year).into());
    }
    let mut lines = vec![chat!("{}年待审核的绩效目标 {} 个", year, count)];
    lines.extend(waiting.iter().map(|goal| chat!("{}  {}", said(AllocationId::new(goal.text(slots::PROJECT_CODE))), filed(goal))));
    Ok(ChatSafe::lines(lines).into())
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
        let Some(goal) = performance::goal_in(&mut scene.turn.tx, scene.turn.office, self.project.as_str(), self.year.get()).await? else {
            return Err(chat!("没有收到这个项目{}年的绩效目标,不能审核。请核对项目编码和年度。", self.year.get()).into());
        };
        match (stands(&goal), goal.get(slots::REVIEWED_ON).as_date()) {
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
