//! `/通报`: 财监股 tells 农业股 and 预算股 of what it found, and each says that it was told (part 2 (六)).

use commands::SectionKind::{Agriculture, Budget};
use commands::notice::{Notice, Noticed};
use commands::{Command, Register, SerialNo, Text};
use serde::{Deserialize, Serialize};

use super::deed::{self, Change, Deed, Scene};
use super::moves::stored_no;
use super::{Actor, Declined, Desk, Reply, privacy, receipt, section_name, tell};
use crate::chat;
use crate::delivery::card::{mention, no};
use crate::delivery::note::{Note, NoteKind};
use crate::domain::ChatSafe;
use crate::domain::calendar::{local, local_date};
use crate::store::register::{self, Entered, Filter, Step};
use crate::store::{Entry, StoreError, Turn, staff, warning};
use crate::watch::Orders;
use crate::watch::receipt::{Asked, ask};

/// As many as fit a message.
const MOST: i64 = 10;
/// Where a notice stands: some have not acknowledged it, all have.
const WAITS: &str = "waits";
const DONE: &str = "done";

/// A notice as it went out.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Sent {
    notice: Noticed,
    /// Codes of the sections it went to.
    to: Vec<String>,
}

pub(super) async fn act(desk: &Desk, actor: &Actor, notice: Notice) -> Result<Reply, Declined> {
    match notice {
        Notice::Send(noticed) => deed::act(desk, actor, Command::Notice(Notice::Send(noticed.clone())), &noticed).await,
        Notice::List => list(desk).await,
        Notice::Show { no } => show(desk, no).await,
    }
}

pub(super) async fn replay(turn: &mut Turn, orders: &Orders, entry: &Entry, notice: &Notice) -> Result<(), StoreError> {
    match notice {
        Notice::Send(noticed) => deed::replay(turn, orders, entry, noticed).await,
        Notice::List | Notice::Show { .. } => Ok(()),
    }
}

impl Deed for Noticed {
    fn texts(&self) -> Vec<String> {
        self.text.iter().map(Text::to_string).collect()
    }

    async fn check(&self, scene: &mut Scene<'_>) -> Result<Vec<Change>, Declined> {
        let typed = privacy::pieces(&self.texts(), &scene.turn.keys);
        for number in &self.warnings {
            let stored = stored_no(*number);
            if warning::in_turn(scene.turn, stored).await?.is_none() {
                return Err(chat!("没有 {} 这条预警。请核对编号,用 /预警 列表 查看。", no(stored)).into());
            }
            if let Some(refusal) = privacy::refuse_evidence(scene.turn, stored, &typed).await? {
                return Err(refusal.into());
            }
        }
        let to: Vec<String> = tell::of_kinds(scene, &[Agriculture, Budget]).iter().map(|code| scene.orders.settings.section_name(code)).collect();
        Ok(vec![Change::of("通报", "", format!("发往{}", to.join("、")))])
    }

    async fn apply(&self, scene: &mut Scene<'_>, entry: &Entry) -> Result<Reply, StoreError> {
        let to = tell::of_kinds(scene, &[Agriculture, Budget]);
        let sent = Sent { notice: self.clone(), to: to.iter().cloned().collect() };
        let section = scene.actor.section.clone();
        let days = scene.orders.settings.deadlines.receipt.unwrap_or(1);
        let due_on = scene.orders.calendar.add(local_date(entry.at), days);
        let serial = register::enter(scene.turn, Register::Notice, entry.by(), (&section, WAITS, Some(due_on)), "发出", &sent).await?;
        let warnings: Vec<String> = self.warnings.iter().map(ToString::to_string).collect();
        let (mut receipts, mut missed) = (Vec::new(), Vec::new());
        for addressed in &to {
            let wanted = ask(scene.turn, scene.orders, entry.by(), addressed, &Asked::Notice(serial)).await?;
            let lines = [("回执", wanted.map(|wanted| wanted.no.to_string())), ("预警", Some(warnings.join("、")).filter(|all| !all.is_empty()))];
            let note = Note {
                note: NoteKind::Notice,
                at: entry.at,
                serial: Some(serial),
                section: Some(scene.orders.settings.section_name(addressed)),
                due_on: Some(due_on),
                lines: lines.into_iter().filter_map(|(label, text)| Some((label.to_owned(), text?))).collect(),
            };
            missed.push(tell::sections(scene, entry.seq, &[addressed.clone()].into(), &note)?);
            receipts.extend(wanted.map(|wanted| wanted.no));
        }
        let names = ChatSafe::list(to.iter().map(|code| section_name(&scene.orders.settings, code)));
        let said = chat!("已发出 {},通报{},请在 {}前签收({})。", serial, names, due_on, receipt::numbers(&receipts));
        Ok(missed.into_iter().fold(said, |all, one| chat!("{}{}", all, one)).into())
    }
}

/// The actor's section has given its receipt for the notice.
pub(super) async fn acknowledged(scene: &mut Scene<'_>, entry: &Entry, no: SerialNo) -> Result<(), StoreError> {
    let Some(entered) = register::in_turn(&mut scene.turn.tx, scene.turn.office, no).await? else { return Ok(()) };
    let steps = register::steps_in(scene.turn, no).await?;
    let asked = steps.first().and_then(Step::read::<Sent>).map_or(0, |sent| sent.to.len());
    // the first step is how it went out, each other one a receipt; this is one more
    let stands = if steps.len() < asked { (WAITS, entered.due_on) } else { (DONE, None) };
    register::advance(scene.turn, no, entry.by(), stands, "签收", &scene.actor.section).await
}

/// Code by code, the step by which that section has acknowledged.
fn receipts<'s>(sent: &'s Sent, steps: &'s [Step]) -> Vec<(&'s str, Option<&'s Step>)> {
    let given = |code: &str| steps.iter().skip(1).find(|step| step.read::<String>().as_deref() == Some(code));
    sent.to.iter().map(|code| (code.as_str(), given(code))).collect()
}

async fn list(desk: &Desk) -> Result<Reply, Declined> {
    let found = register::list(&desk.store, Register::Notice, Filter::default(), MOST).await?;
    if found.is_empty() {
        return Ok(chat!("还没有通报。").into());
    }
    let people = staff::all(&desk.store).await?;
    let steps = register::steps_of(&desk.store, Register::Notice, &found).await?;
    let line = |entered: &Entered| {
        let steps = steps.get(&entered.no).map(Vec::as_slice).unwrap_or_default();
        let sent = steps.first().and_then(Step::read::<Sent>);
        let told = sent.iter().flat_map(|sent| receipts(sent, steps)).map(|(code, given)| match given {
            Some(step) => chat!("{}已签收({})", section_name(&desk.orders.settings, code), step.at),
            None => chat!("{}待签收", section_name(&desk.orders.settings, code)),
        });
        let who = mention(staff::named(&people, Some(entered.actor)).as_ref());
        chat!("{} {} {}  {}", entered.no, entered.opened_on, who, ChatSafe::list(told))
    };
    Ok(ChatSafe::lines(found.iter().map(line)).into())
}

/// All of it, at the bureau's own terminal.
async fn show(desk: &Desk, no: SerialNo) -> Result<Reply, Declined> {
    let steps = register::steps(&desk.store, no).await?;
    let first = steps.first().and_then(|step| Some((step, step.read::<Sent>()?)));
    let Some((step, sent)) = first else { return Err(chat!("没有 {} 这份通报。用 /通报 列表 查看。", no).into()) };
    let people = staff::all(&desk.store).await?;
    let name = |id: Option<i64>| staff::named(&people, id).map(|(_, name)| name).unwrap_or_default();
    let mut lines = vec![format!("{no} {} {} 发出", local(step.at).format("%Y-%m-%d %H:%M"), name(step.actor))];
    if !sent.notice.warnings.is_empty() {
        lines.push(format!("预警:{}", sent.notice.warnings.iter().map(ToString::to_string).collect::<Vec<_>>().join("、")));
    }
    lines.extend(sent.notice.text.as_ref().map(|text| format!("内容:{text}")));
    lines.extend(receipts(&sent, &steps).into_iter().map(|(code, given)| {
        let section = desk.orders.settings.section_name(code);
        match given {
            Some(step) => format!("{section}:{} {} 签收", local(step.at).format("%Y-%m-%d %H:%M"), name(step.actor)),
            None => format!("{section}:待签收"),
        }
    }));
    Ok(Reply::Private(lines.join("\n")))
}
