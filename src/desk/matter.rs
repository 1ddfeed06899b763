//! `/事项`: what 局党组 or 领导小组 have ordered to be watched besides (part 1 (三)), and what came of it.

use commands::matter::{Matter, Ordered, Settled};
use commands::{Command, Permission, Register, SectionKind, SerialNo, Standing, Text};

use super::deed::{self, Change, Deed, Scene};
use super::mine::Todo;
use super::{Actor, Declined, Desk, Reply, now, section_called, section_name, tell};
use crate::chat;
use crate::delivery::card::mention;
use crate::delivery::note::{Note, NoteKind};
use crate::domain::ChatSafe;
use crate::domain::calendar::local;
use crate::store::register::{self, Entered, Filter, Step};
use crate::store::staff;
use crate::store::{Entry, StoreError, Turn};
use crate::watch::Orders;
use crate::watch::notify::notify;

/// As many as fit a message.
const MOST: i64 = 15;
const OPEN: &str = "open";
const DONE: &str = "done";

pub(super) async fn act(desk: &Desk, actor: &Actor, matter: Matter) -> Result<Reply, Declined> {
    match matter {
        Matter::Enter(ordered) => deed::act(desk, actor, Command::Matter(Matter::Enter(ordered.clone())), &ordered).await,
        Matter::List { standing } => list(desk, actor, standing).await,
        Matter::Show { no } => show(desk, actor, no).await,
        Matter::Finish(settled) => deed::act(desk, actor, Command::Matter(Matter::Finish(settled.clone())), &settled).await,
    }
}

pub(super) async fn replay(turn: &mut Turn, orders: &Orders, entry: &Entry, matter: &Matter) -> Result<(), StoreError> {
    match matter {
        Matter::Enter(ordered) => deed::replay(turn, orders, entry, ordered).await,
        Matter::Finish(settled) => deed::replay(turn, orders, entry, settled).await,
        Matter::List { .. } | Matter::Show { .. } => Ok(()),
    }
}

impl Deed for Ordered {
    fn texts(&self) -> Vec<String> {
        [&self.title, &self.basis].map(Text::to_string).into()
    }

    async fn check(&self, scene: &mut Scene<'_>) -> Result<Vec<Change>, Declined> {
        let section = section_called(&scene.orders.settings, self.section.as_str())?;
        Ok(vec![Change::of("事项", "", format!("交{}办理,期限 {}", section.name, self.due_on))])
    }

    async fn apply(&self, scene: &mut Scene<'_>, entry: &Entry) -> Result<Reply, StoreError> {
        let gone = || StoreError::BadEntry { seq: entry.seq, reason: "its section is unknown".to_owned() };
        let section = scene.orders.settings.section(self.section.as_str()).ok_or_else(gone)?.clone();
        let no = register::enter(scene.turn, Register::Matter, entry.by(), (&section.code, OPEN, Some(self.due_on)), "登记", self).await?;
        let note =
            Note { note: NoteKind::Matter, at: entry.at, serial: Some(no), section: Some(section.name.clone()), due_on: Some(self.due_on), lines: Vec::new() };
        let missed = tell::sections(scene, entry.seq, &[section.code.clone()].into(), &note)?;
        Ok(chat!("已登记 {},交{}办理,期限 {}。{}", no, section_name(&scene.orders.settings, &section.code), self.due_on, missed).into())
    }
}

impl Deed for Settled {
    fn texts(&self) -> Vec<String> {
        vec![self.result.to_string()]
    }

    async fn check(&self, scene: &mut Scene<'_>) -> Result<Vec<Change>, Declined> {
        let unknown = || chat!("没有 {} 这项事项,或者它不由您所在的股室办理。用 /事项 列表 查看。", self.no);
        let found = register::in_turn(&mut scene.turn.tx, scene.turn.office, self.no).await?;
        let entered = found.filter(|entered| entered.section == scene.actor.section).ok_or_else(unknown)?;
        if entered.state == DONE {
            let last = register::steps_in(scene.turn, self.no).await?.pop();
            let who = mention(staff::named(scene.people, last.as_ref().and_then(|step| step.actor)).as_ref());
            let at = last.map(|step| chat!("({})", step.at)).unwrap_or_default();
            return Err(chat!("{} 已由 {} 办结{},无需再次办理。", self.no, who, at).into());
        }
        Ok(vec![Change::of("事项", "待办理", "已办结")])
    }

    async fn apply(&self, scene: &mut Scene<'_>, entry: &Entry) -> Result<Reply, StoreError> {
        let entered = register::in_turn(&mut scene.turn.tx, scene.turn.office, self.no).await?;
        register::advance(scene.turn, self.no, entry.by(), (DONE, None), "办结", self).await?;
        let section = Some(scene.orders.settings.section_name(&scene.actor.section));
        let note = Note { note: NoteKind::MatterDone, at: entry.at, serial: Some(self.no), section, due_on: None, lines: Vec::new() };
        let by = scene.people.iter().filter(|person| entered.as_ref().is_some_and(|entered| entered.actor == person.id));
        notify(scene.turn, entry.seq, by, &note)?;
        Ok(chat!("{} 已办结,已告知登记人。", self.no).into())
    }
}

/// What the section is to do, or for those who read every section's warnings what all are to do.
async fn list(desk: &Desk, actor: &Actor, standing: Standing) -> Result<Reply, Declined> {
    let (_, today) = now(desk);
    let filter = Filter {
        section: (!actor.reads_all()).then_some(actor.staff.section.as_str()),
        open_only: standing == Standing::Open,
        overdue_on: (standing == Standing::Overdue).then_some(today),
        ..Filter::default()
    };
    let found = register::list(&desk.store, Register::Matter, filter, MOST).await?;
    if found.is_empty() {
        return Ok(chat!("没有符合条件的监控事项。").into());
    }
    let line = |entered: &Entered| {
        let state = match entered.due_on {
            Some(due) if due < today => chat!("期限 {}  已超期", due),
            Some(due) => chat!("期限 {}  待办理", due),
            None => chat!("已办结"),
        };
        chat!("{} {}登记  {}  {}", entered.no, entered.opened_on, section_name(&desk.orders.settings, &entered.section), state)
    };
    let mut lines: Vec<ChatSafe> = found.iter().map(line).collect();
    let total = register::count(&desk.store, Register::Matter, filter).await?;
    lines.push(chat!("共 {} 项。全文在终端用 /事项 查看。", total));
    Ok(ChatSafe::lines(lines).into())
}

/// All of it, at the bureau's own terminal.
async fn show(desk: &Desk, actor: &Actor, no: SerialNo) -> Result<Reply, Declined> {
    let unknown = || chat!("没有 {} 这项事项,或者它不由您所在的股室办理。用 /事项 列表 查看。", no);
    let found = register::get(&desk.store, no).await?;
    let entered = found.filter(|entered| actor.may_read(&entered.section)).ok_or_else(unknown)?;
    let people = staff::all(&desk.store).await?;
    let section = desk.orders.settings.section_name(&entered.section);
    let told = |step: &Step| {
        let name = staff::named(&people, step.actor).map(|(_, name)| name).unwrap_or_default();
        let head = format!("{} {name} {}", local(step.at).format("%Y-%m-%d %H:%M"), step.step);
        let ordered = step.read::<Ordered>().map(|o| format!("\n标题:{}\n依据:{}\n股室:{section}\n期限:{}", o.title, o.basis, o.due_on));
        let text = ordered.or_else(|| step.read::<Settled>().map(|settled| format!("\n结果:{}", settled.result))).unwrap_or_default();
        format!("{head}{text}")
    };
    let told: Vec<String> = register::steps(&desk.store, no).await?.iter().map(told).collect();
    Ok(Reply::Private(format!("{no}\n{}", told.join("\n"))))
}

/// What the section is still to do; for 领导小组办公室 besides how much is overdue anywhere (督促协调, part 2 (一)).
pub(super) async fn todos(desk: &Desk, actor: &Actor) -> Result<Vec<Todo>, StoreError> {
    if !actor.staff.may(Permission::Handle) {
        return Ok(Vec::new());
    }
    let filter = Filter { section: Some(&actor.staff.section), open_only: true, ..Filter::default() };
    let open = register::list(&desk.store, Register::Matter, filter, MOST).await?;
    let mut todos: Vec<Todo> =
        open.iter().map(|entered| Todo { due_on: entered.due_on, text: chat!("{} 监控事项,办好后用 /事项 办结 填写", entered.no) }).collect();
    if actor.kind == Some(SectionKind::LeadOffice) {
        let (_, today) = now(desk);
        let overdue = register::count(&desk.store, Register::Matter, Filter { overdue_on: Some(today), ..Filter::default() }).await?;
        todos.extend((overdue > 0).then(|| Todo { due_on: None, text: chat!("{} 项监控事项超期,用 /事项 列表 超期 查看", overdue) }));
    }
    Ok(todos)
}
