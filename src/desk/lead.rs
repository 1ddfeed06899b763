//! `/线索`: leads to 驻局纪检监察组 (part 5). Whoever reported one and 驻局纪检监察组 see it, at the terminal; to everybody else there is none.

use chrono::Datelike;
use commands::lead::{Handled, Lead, Reported};
use commands::{Command, Permission, Register, SectionKind, SerialNo};

use super::deed::{self, Change, Deed, Scene};
use super::mine::Todo;
use super::moves::stored_no;
use super::{Account, Actor, Declined, Desk, Reply, reads_all, tell};
use crate::chat;
use crate::delivery::card::no;
use crate::delivery::note::{Note, NoteKind};
use crate::domain::calendar::{local, local_date};
use crate::store::register::{self, Entered, Filter, Step};
use crate::store::staff;
use crate::store::{Entry, StoreError, Turn, warning};
use crate::watch::Orders;

/// As many as fit a screen.
const MOST: i64 = 30;
/// Where a lead stands: nothing has been said of it yet, something has.
const NEW: &str = "new";
const HANDLED: &str = "handled";

pub(super) async fn act(desk: &Desk, actor: &Actor, lead: Lead) -> Result<Reply, Declined> {
    match lead {
        Lead::Where => {
            Ok(chat!("问题线索不在聊天里报,这里什么也不会保存。请在单位内部的终端运行 jingling console,用 /线索 报送 填写,只有驻局纪检监察组和您本人看得到。")
                .into())
        }
        Lead::Report(reported) => deed::act(desk, actor, Command::Lead(Lead::Report(reported.clone())), &reported).await,
        Lead::List => list(desk, actor).await,
        Lead::Show { no } => show(desk, actor, no).await,
        Lead::Handle(handled) => deed::act(desk, actor, Command::Lead(Lead::Handle(handled.clone())), &handled).await,
    }
}

pub(super) async fn replay(turn: &mut Turn, orders: &Orders, entry: &Entry, lead: &Lead) -> Result<(), StoreError> {
    match lead {
        Lead::Report(reported) => deed::replay(turn, orders, entry, reported).await,
        Lead::Handle(handled) => deed::replay(turn, orders, entry, handled).await,
        Lead::Where | Lead::List | Lead::Show { .. } => Ok(()),
    }
}

/// Its words are not looked at for personal data: a lead may name people, and goes nowhere but into the sealed register.
impl Deed for Reported {
    async fn check(&self, scene: &mut Scene<'_>) -> Result<Vec<Change>, Declined> {
        if let Some(number) = self.warning.map(stored_no) {
            let unknown = || chat!("没有 {} 这条预警,或者它不归您所在的股室。可以不写预警。", no(number));
            let found = warning::in_turn(scene.turn, number).await?;
            found.filter(|w| w.section == scene.actor.section || reads_all(scene.kind())).ok_or_else(unknown)?;
        }
        Ok(vec![Change::of("线索", "", "报送")])
    }

    async fn apply(&self, scene: &mut Scene<'_>, entry: &Entry) -> Result<Reply, StoreError> {
        let section = scene.actor.section.clone();
        let no = free_number(scene, entry).await?;
        register::enter_as(scene.turn, no, entry.by(), (&section, NEW, None), "报送", self).await?;
        let note = Note { note: NoteKind::Lead, at: entry.at, serial: None, section: None, due_on: None, lines: Vec::new() };
        let to = tell::of_kinds(scene, &[SectionKind::Discipline]);
        let missed = tell::sections(scene, entry.seq, &to, &note)?;
        Ok(chat!("已报送 {}。只有驻局纪检监察组和您本人看得到,用 /线索 查看 看办理结果。{}", no, missed).into())
    }
}

/// By its place in the journal: numbers in a row would tell everybody who reports how many there are.
async fn free_number(scene: &mut Scene<'_>, entry: &Entry) -> Result<SerialNo, StoreError> {
    let year = i64::from(local_date(entry.at).year());
    let none = || StoreError::BadEntry { seq: entry.seq, reason: "no number is left".to_owned() };
    for next in 0.. {
        let no = SerialNo::of_stored(Register::Lead, year * 1_000_000 + (entry.seq + next) % 999_999 + 1).ok_or_else(none)?;
        if register::in_turn(&mut scene.turn.tx, scene.turn.office, no).await?.is_none() {
            return Ok(no);
        }
    }
    Err(none())
}

impl Deed for Handled {
    async fn check(&self, scene: &mut Scene<'_>) -> Result<Vec<Change>, Declined> {
        let found = register::in_turn(&mut scene.turn.tx, scene.turn.office, self.no).await?;
        found.ok_or_else(|| unknown(self.no))?;
        Ok(vec![Change::of("线索", "", "办理")])
    }

    async fn apply(&self, scene: &mut Scene<'_>, entry: &Entry) -> Result<Reply, StoreError> {
        register::advance(scene.turn, self.no, entry.by(), (HANDLED, None), "办理", self).await?;
        Ok(chat!("已记录 {} 的办理结果,报送人用 /线索 查看 可以看到。", self.no).into())
    }
}

fn unknown(no: SerialNo) -> Declined {
    chat!("没有 {} 这条线索。用 /线索 列表 查看。", no).into()
}

fn reads_leads(actor: &Actor) -> bool {
    actor.kind == Some(SectionKind::Discipline) && actor.staff.may(Permission::Query)
}

/// All of them for 驻局纪检监察组, their own for everybody else.
fn seen_by(actor: &Actor) -> Filter<'static> {
    Filter { actor: (!reads_leads(actor)).then_some(actor.staff.id), ..Filter::default() }
}

async fn list(desk: &Desk, actor: &Actor) -> Result<Reply, Declined> {
    let found = register::list(&desk.store, Register::Lead, seen_by(actor), MOST).await?;
    let line = |entered: &Entered| {
        let state = if entered.state == HANDLED { "已办理" } else { "待办理" };
        format!("{} {}  {state}", entered.no, entered.opened_on)
    };
    let lines: Vec<String> = found.iter().map(line).collect();
    Ok(Reply::Private(if lines.is_empty() { "没有线索。用 /线索 报送 填写。".to_owned() } else { lines.join("\n") }))
}

async fn show(desk: &Desk, actor: &Actor, no: SerialNo) -> Result<Reply, Declined> {
    let theirs = seen_by(actor).actor;
    let found = register::get(&desk.store, no).await?;
    found.filter(|entered| theirs.is_none_or(|staff| entered.actor == staff)).ok_or_else(|| unknown(no))?;
    let people = staff::all(&desk.store).await?;
    let told = |step: &Step| {
        let name = staff::named(&people, step.actor).map(|(_, name)| name).unwrap_or_default();
        let head = format!("{} {name} {}", local(step.at).format("%Y-%m-%d %H:%M"), step.step);
        let reported = step.read::<Reported>().map(|Reported { text, warning }| match warning {
            Some(warning) => format!("{text}(预警 {warning})"),
            None => text.to_string(),
        });
        let text = reported.or_else(|| step.read::<Handled>().map(|handled| handled.result.to_string())).unwrap_or_default();
        format!("{head}\n{text}")
    };
    let told: Vec<String> = register::steps(&desk.store, no).await?.iter().map(told).collect();
    Ok(Reply::Private(format!("{no}\n{}", told.join("\n"))))
}

/// What waits for 驻局纪检监察组; said at the terminal alone.
pub(super) async fn todos(desk: &Desk, actor: &Actor) -> Result<Vec<Todo>, StoreError> {
    if !reads_leads(actor) || actor.account != Account::Console {
        return Ok(Vec::new());
    }
    let count = register::count(&desk.store, Register::Lead, Filter { state: Some(NEW), ..Filter::default() }).await?;
    Ok((count > 0).then(|| Todo { due_on: None, text: chat!("{} 条线索待办理,用 /线索 列表 查看", count) }).into_iter().collect())
}
