//! `/检查`: special and supervisory inspections of 财监股 with the sections concerned (part 2 (六)), and what they found.

use std::collections::BTreeSet;

use commands::inspection::{Found, Inspection, Planned};
use commands::{Command, Permission, Register, SectionKind, SerialNo, Text};
use serde::{Deserialize, Serialize};

use super::deed::{self, Change, Deed, Scene};
use super::mine::Todo;
use super::{Actor, Declined, Desk, Reply, section_called, section_name, tell};
use crate::chat;
use crate::delivery::note::{Note, NoteKind};
use crate::domain::ChatSafe;
use crate::domain::calendar::local;
use crate::store::register::{self, Entered, Filter, Step};
use crate::store::staff;
use crate::store::{Entry, StoreError, Turn};
use crate::watch::Orders;

/// As many as fit a message, of as many as are looked through.
const MOST: (usize, i64) = (15, 200);
const UNDER_WAY: &str = "under_way";
const CONCLUDED: &str = "concluded";

/// An inspection as it was entered.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Begun {
    planned: Planned,
    /// Codes of the sections that take part.
    with: BTreeSet<String>,
}

pub(super) async fn act(desk: &Desk, actor: &Actor, inspection: Inspection) -> Result<Reply, Declined> {
    match inspection {
        Inspection::Enter(planned) => deed::act(desk, actor, Command::Inspection(Inspection::Enter(planned.clone())), &planned).await,
        Inspection::List => list(desk, actor).await,
        Inspection::Show { no } => show(desk, actor, no).await,
        Inspection::Conclude(found) => deed::act(desk, actor, Command::Inspection(Inspection::Conclude(found.clone())), &found).await,
    }
}

pub(super) async fn replay(turn: &mut Turn, orders: &Orders, entry: &Entry, inspection: &Inspection) -> Result<(), StoreError> {
    match inspection {
        Inspection::Enter(planned) => deed::replay(turn, orders, entry, planned).await,
        Inspection::Conclude(found) => deed::replay(turn, orders, entry, found).await,
        Inspection::List | Inspection::Show { .. } => Ok(()),
    }
}

impl Deed for Planned {
    fn texts(&self) -> Vec<String> {
        vec![self.subject.to_string()]
    }

    async fn check(&self, scene: &mut Scene<'_>) -> Result<Vec<Change>, Declined> {
        for name in &self.sections {
            section_called(&scene.orders.settings, name.as_str())?;
        }
        let names: Vec<&str> = self.sections.iter().map(Text::as_str).collect();
        Ok(vec![Change::of(self.kind.name(), "", format!("会同{},{} 至 {}", names.join("、"), self.from, self.to))])
    }

    async fn apply(&self, scene: &mut Scene<'_>, entry: &Entry) -> Result<Reply, StoreError> {
        let settings = &scene.orders.settings;
        let with: BTreeSet<String> = self.sections.iter().filter_map(|name| settings.section(name.as_str())).map(|section| section.code.clone()).collect();
        let (section, begun) = (scene.actor.section.clone(), Begun { planned: self.clone(), with: with.clone() });
        let no = register::enter(scene.turn, Register::Inspection, entry.by(), (&section, UNDER_WAY, Some(self.to)), "登记", &begun).await?;
        let days = [("类型", self.kind.name().to_owned()), ("时间", format!("{} 至 {}", self.from, self.to))];
        let note = Note {
            note: NoteKind::Inspection,
            at: entry.at,
            serial: Some(no),
            section: Some(settings.section_name(&section)),
            due_on: None,
            lines: days.map(|(label, text)| (label.to_owned(), text)).into(),
        };
        let names = ChatSafe::list(with.iter().map(|code| section_name(settings, code)));
        let missed = tell::sections(scene, entry.seq, &with, &note)?;
        Ok(chat!("已登记 {},已告知{}。结束后用 /检查 结果 填写。{}", no, names, missed).into())
    }
}

/// A result may be followed by another: what was written stays beside it.
impl Deed for Found {
    fn texts(&self) -> Vec<String> {
        vec![self.findings.to_string()]
    }

    async fn check(&self, scene: &mut Scene<'_>) -> Result<Vec<Change>, Declined> {
        let found = register::in_turn(&mut scene.turn.tx, scene.turn.office, self.no).await?;
        let entered = found.filter(|entered| entered.section == scene.actor.section).ok_or_else(|| unknown(self.no))?;
        if let Some(notice) = self.notice
            && register::in_turn(&mut scene.turn.tx, scene.turn.office, notice).await?.is_none()
        {
            return Err(chat!("没有 {} 这份通报。用 /通报 列表 查看,或先用 /通报 发出。", notice).into());
        }
        Ok(vec![Change::of(
            "检查",
            if entered.state == CONCLUDED { "已有结果" } else { "进行中" },
            if entered.state == CONCLUDED { "补充结果" } else { "已有结果" },
        )])
    }

    async fn apply(&self, scene: &mut Scene<'_>, entry: &Entry) -> Result<Reply, StoreError> {
        register::advance(scene.turn, self.no, entry.by(), (CONCLUDED, None), "结果", self).await?;
        Ok(chat!("已记录 {} 的检查结果。", self.no).into())
    }
}

fn unknown(no: SerialNo) -> Declined {
    chat!("没有 {} 这次检查,或者您所在的股室没有参加。用 /检查 列表 查看。", no).into()
}

/// Whether they may know of it: those who read every section's warnings but the one that pays, and whoever takes part.
fn concerns(actor: &Actor, begun: Option<&Begun>) -> bool {
    let reads = actor.reads_all() && actor.kind != Some(SectionKind::Treasury);
    reads || begun.is_some_and(|begun| begun.with.contains(&actor.staff.section))
}

async fn list(desk: &Desk, actor: &Actor) -> Result<Reply, Declined> {
    let found = register::list(&desk.store, Register::Inspection, Filter::default(), MOST.1).await?;
    let steps = register::steps_of(&desk.store, Register::Inspection, &found).await?;
    let line = |entered: &Entered| {
        let begun = steps.get(&entered.no).and_then(|steps| steps.first()?.read::<Begun>()).filter(|begun| concerns(actor, Some(begun)))?;
        let kind = ChatSafe::fixed(begun.planned.kind.name());
        let state = if entered.state == CONCLUDED { chat!("已有结果") } else { chat!("进行中") };
        let with = ChatSafe::list(begun.with.iter().map(|code| section_name(&desk.orders.settings, code)));
        Some(chat!("{} {}  {}至{}  会同{}  {}", entered.no, kind, begun.planned.from, begun.planned.to, with, state))
    };
    let lines: Vec<ChatSafe> = found.iter().filter_map(line).take(MOST.0).collect();
    Ok(if lines.is_empty() { chat!("没有您所在的股室组织或参加的检查。").into() } else { ChatSafe::lines(lines).into() })
}

/// All of it, at the bureau's own terminal.
async fn show(desk: &Desk, actor: &Actor, no: SerialNo) -> Result<Reply, Declined> {
    let steps = register::steps(&desk.store, no).await?;
    let begun = steps.first().and_then(Step::read::<Begun>).filter(|begun| concerns(actor, Some(begun))).ok_or_else(|| unknown(no))?;
    let people = staff::all(&desk.store).await?;
    let Planned { kind, subject, from, to, .. } = &begun.planned;
    let with: Vec<String> = begun.with.iter().map(|code| desk.orders.settings.section_name(code)).collect();
    let mut lines = vec![format!("{no} {kind} {from} 至 {to}"), format!("主题:{subject}"), format!("会同:{}", with.join("、"))];
    for (step, found) in steps.iter().filter_map(|step| Some((step, step.read::<Found>()?))) {
        let name = staff::named(&people, step.actor).map(|(_, name)| name).unwrap_or_default();
        let notice = found.notice.map(|notice| format!("(见 {notice})")).unwrap_or_default();
        lines.push(format!("{} {name} 结果:{}{notice}", local(step.at).format("%Y-%m-%d %H:%M"), found.findings));
    }
    Ok(Reply::Private(lines.join("\n")))
}

/// Inspections that still lack a result, for those who inspect.
pub(super) async fn todos(desk: &Desk, actor: &Actor) -> Result<Vec<Todo>, StoreError> {
    if !actor.staff.may(Permission::Inspect) {
        return Ok(Vec::new());
    }
    let filter = Filter { section: Some(&actor.staff.section), open_only: true, ..Filter::default() };
    let open = register::list(&desk.store, Register::Inspection, filter, MOST.1).await?;
    Ok(open.iter().map(|entered| Todo { due_on: entered.due_on, text: chat!("{} 检查,结束后用 /检查 结果 填写", entered.no) }).collect())
}
