//! `/台账 认定|界定|口径`: which funds are poverty relief (资金范围和项目口径界定, part 2 (四)). 农业股 decides; the owning section proposes by the same command (配合界定, part 2 (五)).

use commands::ledger::{Define, Ledger, Mark};
use commands::{Command, Flag, SectionKind};

use super::allocation::target;
use super::deed::{Change, Deed, Scene};
use super::mine::Todo;
use super::{Act, Actor, Declined, Desk, Reply};
use crate::chat;
use crate::delivery::card::{mention, said};
use crate::domain::calendar::local;
use crate::domain::record::allocation as slots;
use crate::domain::scope::{MarkedBy, flag, subject};
use crate::domain::{AllocationId, ChatSafe, DocNo, Entity, Record};
use crate::store::scope::{self, Changed, Kind, Step};
use crate::store::{Entry, StoreError, allocation, journal, ledger, staff};
use crate::watch::scope::Identified;
use crate::watch::{self, Moment, Outcome};

/// How an allocation is called in chat: 文号(编号).
pub(super) fn called(record: &Record) -> ChatSafe {
    let (doc, id) = (DocNo::new(record.text(slots::DOC_NO)), record.text(slots::ALLOCATION_ID));
    if doc.normal() == id { chat!("{}", doc) } else { chat!("{}({})", doc, said(AllocationId::new(id))) }
}

fn moment(entry: &Entry) -> Moment {
    Moment { seq: entry.seq, line: 1, at: entry.at }
}

/// 农业股 decides, everybody else proposes.
fn step_of(scene: &Scene<'_>) -> Step {
    if scene.kind() == Some(SectionKind::Agriculture) { Step::Decided } else { Step::Proposed }
}

impl Deed for Mark {
    fn texts(&self) -> Vec<String> {
        vec![self.basis.to_string()]
    }

    async fn check(&self, scene: &mut Scene<'_>) -> Result<Vec<Change>, Declined> {
        let record = target(scene, self.allocation.as_str()).await?;
        let (now, office) = (flag(&record), scene.turn.office);
        let decided = MarkedBy::of(&record) == Some(MarkedBy::Person) && record.get(slots::TOLD_OTHERWISE).is_empty();
        let step = step_of(scene);
        let latest = scope::latest(&mut scene.turn.tx, office, Kind::Allocation, &record.key, decided.then_some(Step::Decided)).await?;
        let by = |changed: &Changed| mention(staff::named(scene.people, Some(changed.actor)).as_ref());
        match (&latest, decided) {
            (Some(before), true) if now == self.flag => {
                return Err(chat!("{} 已由 {} 认定为{}({}),无需再次认定。", called(&record), by(before), now, before.at).into());
            }
            (Some(before), true) if step == Step::Decided && !self.change => {
                let text = chat!("{} 已由 {} 认定为{}({})。如要更改,请写明依据并加上 更改=是。", called(&record), by(before), now, before.at);
                return Err(text.into());
            }
            (Some(before), false) if step == Step::Proposed && before.step == Step::Proposed && before.flag == self.flag => {
                return Err(chat!("{} 已由 {} 提出为{}({}),正等农业股认定。", called(&record), by(before), self.flag, before.at).into());
            }
            (Some(_) | None, _) => {}
        }
        let what = match step {
            Step::Proposed => format!("指标 {} 提出扶贫标识", record.key),
            Step::Decided => format!("指标 {} 扶贫标识", record.key),
        };
        // the same flag may get another voice: told by a source, found by the scope, decided by a person
        let voice = match MarkedBy::of(&record) {
            Some(MarkedBy::Person) => "(已认定)",
            Some(MarkedBy::Scope) => "(按口径)",
            Some(MarkedBy::Source) | None => "",
        };
        let word = match step {
            Step::Proposed => "提出",
            Step::Decided => "认定",
        };
        Ok(vec![Change::of(&what, format!("{now}{voice}"), format!("{}({word})", self.flag))])
    }

    async fn apply(&self, scene: &mut Scene<'_>, entry: &Entry) -> Result<Reply, StoreError> {
        let gone = |_| StoreError::BadEntry { seq: entry.seq, reason: "its allocation is unknown".to_owned() };
        let record = target(scene, self.allocation.as_str()).await.map_err(gone)?;
        let step = step_of(scene);
        scope::write(scene.turn, entry.by(), Kind::Allocation, &record.key, step, (flag(&record), self.flag)).await?;
        Ok(match step {
            Step::Proposed => chat!("已提出:{} 为{}。由农业股认定。", called(&record), self.flag).into(),
            Step::Decided => {
                watch::run(scene.turn, scene.orders, &[(moment(entry), Identified::new(&record, Some(self.flag)))]).await?;
                chat!("已认定:{} 为{}。", called(&record), self.flag).into()
            }
        })
    }
}

impl Deed for Define {
    fn texts(&self) -> Vec<String> {
        vec![self.value.to_string(), self.basis.to_string()]
    }

    async fn check(&self, scene: &mut Scene<'_>) -> Result<Vec<Change>, Declined> {
        let value = subject(self.value.as_str());
        let line = scene.orders.scope.lines().find(|line| line.kind == self.kind && line.value == value);
        let now = line.map_or(Flag::Unidentified, |line| line.flag);
        if now == self.flag {
            return Err(match self.flag {
                Flag::Unidentified => chat!("没有这条口径,不用撤销。"),
                Flag::Poverty | Flag::Other => chat!("这条口径已经是{}。用 /台账 口径 查看。", now),
            }
            .into());
        }
        Ok(vec![Change::of(&format!("口径 {} {value}", self.kind), now, self.flag)])
    }

    async fn apply(&self, scene: &mut Scene<'_>, entry: &Entry) -> Result<Reply, StoreError> {
        let value = subject(self.value.as_str());
        let now = scene.orders.scope.lines().find(|line| line.kind == self.kind && line.value == value).map_or(Flag::Unidentified, |line| line.flag);
        scope::write(scene.turn, entry.by(), Kind::Line(self.kind), &value, Step::Decided, (now, self.flag)).await?;
        // whatever waits and matches is identified now, and taken back what the line had said before
        let orders = scene.orders.anew(scene.turn).await?;
        let touched = allocation::within(&mut scene.turn.tx, scene.turn.office, self.kind, &value).await?;
        let changes: Vec<_> = touched.iter().map(|record| (moment(entry), Identified::new(record, None))).collect();
        let outcomes = if changes.is_empty() { Vec::new() } else { watch::run(scene.turn, &orders, &changes).await? };
        let changed = outcomes.iter().filter(|outcome| **outcome == Outcome::Accepted).count();
        Ok(match self.flag {
            Flag::Unidentified => chat!("已撤销这条口径,{} 条指标回到未识别。", changed),
            Flag::Poverty | Flag::Other => chat!("已界定:这类资金为{}。{} 条指标据此重新标识。", self.flag, changed),
        }
        .into())
    }
}

/// The scope as it stands, or how one allocation came to be identified; with the basis of each change, so at the terminal only.
pub(super) async fn show(desk: &Desk, actor: &Actor, named: Option<&str>) -> Result<Reply, Declined> {
    let changes = match named {
        None => scope::all_lines(&desk.store).await?,
        Some(named) => {
            let record = super::allocation::one(desk, actor, named).await?.0;
            let mut changes = scope::history(&desk.store, Kind::Allocation, &record.key).await?;
            let by = MarkedBy::of(&record).map_or("无", MarkedBy::name);
            let mut head = format!("{}  {}(标识来源:{by})", called(&record), flag(&record));
            if let Some(line) = desk.orders_now().await?.scope.of(&record).filter(|_| MarkedBy::of(&record) == Some(MarkedBy::Scope)) {
                head.push_str(&format!("\n按口径:{} {}", line.kind, line.value));
                changes.extend(scope::history(&desk.store, Kind::Line(line.kind), &line.value).await?);
            }
            if !record.get(slots::TOLD_OTHERWISE).is_empty() {
                head.push_str(&format!("\n来源另报:{}", record.text(slots::TOLD_OTHERWISE)));
            }
            return told(desk, head, &changes).await;
        }
    };
    if changes.is_empty() {
        return Ok(Reply::Private("还没有口径。农业股用 /台账 界定 填写。".to_owned()));
    }
    told(desk, "资金范围和项目口径(同一对象以最后一次为准)".to_owned(), &changes).await
}

async fn told(desk: &Desk, head: String, changes: &[Changed]) -> Result<Reply, Declined> {
    let people = staff::all(&desk.store).await?;
    let mut lines = vec![head];
    for changed in changes {
        let who = staff::named(&people, Some(changed.actor)).map(|(_, name)| name).unwrap_or_default();
        let about = commands::ScopeKind::from_code(&changed.kind).map(|kind| format!("{kind} {} ", changed.subject)).unwrap_or_default();
        let step = if about.is_empty() { changed.step.name() } else { "界定" };
        let at = local(changed.at).format("%Y-%m-%d %H:%M");
        lines.push(format!("{at} {who} {step} {about}{} → {}  依据:{}", changed.was, changed.flag, basis(desk, changed.seq).await?));
    }
    if changes.is_empty() {
        lines.push("没有人认定过。".to_owned());
    }
    Ok(Reply::Private(lines.join("\n")))
}

/// What was written as the basis: it stands in the journal, and nowhere else.
async fn basis(desk: &Desk, seq: i64) -> Result<String, StoreError> {
    let entry = journal::entry(&desk.store, seq).await?;
    let act = entry.and_then(|entry| serde_json::from_slice::<Act>(&entry.content).ok());
    if let Some(Command::Ledger(Ledger::Mark(Mark { basis, .. }) | Ledger::Define(Define { basis, .. }))) = act.map(|act| act.command) {
        return Ok(basis.to_string());
    }
    Ok(String::new())
}

/// What waits for 农业股: proposals, and sources that say otherwise than was decided.
pub(super) async fn todos(desk: &Desk, actor: &Actor) -> Result<Vec<Todo>, StoreError> {
    if actor.kind != Some(SectionKind::Agriculture) || !actor.staff.may(commands::Permission::Handle) {
        return Ok(Vec::new());
    }
    let mut todos = Vec::new();
    for changed in scope::proposed(&desk.store).await? {
        if let Some(record) = ledger::record(&desk.store, Entity::Allocation, &changed.subject).await? {
            todos.push(Todo { due_on: None, text: chat!("{} 有人提出为{},请用 /台账 认定 认定", called(&record), changed.flag) });
        }
    }
    for (record, _) in allocation::disputed(&desk.store).await? {
        let otherwise = Flag::from_name(record.text(slots::TOLD_OTHERWISE)).unwrap_or(Flag::Unidentified);
        todos.push(Todo {
            due_on: None, text: chat!("{} 认定为{},来源另报{},请用 /台账 认定 重新认定", called(&record), flag(&record), otherwise)
        });
    }
    Ok(todos)
}
