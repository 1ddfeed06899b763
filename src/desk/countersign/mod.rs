//! `/会签`: data leaves the bureau only countersigned by 局脱贫攻坚领导小组办公室 (regulation part 5), in a register; what left is known by its checksum.

mod apply;
mod export;
mod file;
mod leave;
mod read;

pub use read::{UntoldError, left_under};

use chrono::NaiveDate;
use commands::countersign::{Application, Countersign, Left, Way};
use commands::{Command, DataKind, Period, Register, SectionKind, SerialNo};
use serde::{Deserialize, Serialize};

use super::deed::{self, Scene};
use super::mine::Todo;
use super::{Actor, Declined, Desk, Reply, now};
use crate::chat;
use crate::domain::ChatSafe;
use crate::domain::calendar::local_date;
use crate::store::register::{self, Entered, Filter, Step};
use crate::store::staff::Staff;
use crate::store::{Entry, StoreError, Turn};
use crate::watch::Orders;

/// What the steps of a countersignature are called.
const AGREED: &str = "同意";
const RETURNED: &str = "退回";
const LEFT: &str = "提供";

/// Where a countersignature stands (状态).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Standing {
    Pending,
    Agreed,
    /// Agreed, and not used in time.
    Expired,
    Returned,
    Provided,
}

impl Standing {
    /// The code in the register; that a consent has expired is told by its deadline alone.
    const fn code(self) -> &'static str {
        match self {
            Standing::Pending => "pending",
            Standing::Agreed | Standing::Expired => "agreed",
            Standing::Returned => "returned",
            Standing::Provided => "provided",
        }
    }

    fn of(entered: &Entered, today: NaiveDate) -> Result<Standing, StoreError> {
        let all = [Standing::Pending, Standing::Agreed, Standing::Returned, Standing::Provided];
        let found = all.into_iter().find(|standing| standing.code() == entered.state);
        let bad = || StoreError::BadRow { table: "register_entry", id: entered.no.to_string(), reason: "its state is none of a countersignature".to_owned() };
        let expired = entered.due_on.is_some_and(|due| due < today);
        Ok(match found.ok_or_else(bad)? {
            Standing::Agreed if expired => Standing::Expired,
            standing => standing,
        })
    }

    fn said(self) -> ChatSafe {
        match self {
            Standing::Pending => chat!("待会签"),
            Standing::Agreed => chat!("已同意"),
            Standing::Expired => chat!("已过期"),
            Standing::Returned => chat!("已退回"),
            Standing::Provided => chat!("已提供"),
        }
    }
}

/// What the step of handing out holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Handed {
    left: Left,
    /// `None`: the service made the file itself.
    way: Option<Way>,
}

/// A countersignature with all that was written.
#[derive(Debug)]
struct Case {
    entered: Entered,
    application: Application,
    steps: Vec<Step>,
}

impl Case {
    fn of(entered: Entered, steps: Vec<Step>) -> Result<Case, StoreError> {
        let bad = || StoreError::BadRow { table: "register_step", id: entered.no.to_string(), reason: "it is no application".to_owned() };
        let application = steps.first().and_then(|step| serde_json::from_str(&step.content).ok()).ok_or_else(bad)?;
        Ok(Case { entered, application, steps })
    }

    /// The latest step of this name.
    fn step(&self, name: &str) -> Option<&Step> {
        self.steps.iter().rev().find(|step| step.step == name)
    }

    /// What was handed out, if it was.
    fn handed(&self) -> Option<Handed> {
        self.step(LEFT).and_then(|step| serde_json::from_str(&step.content).ok())
    }
}

pub(super) async fn act(desk: &Desk, actor: &Actor, command: Countersign) -> Result<Reply, Declined> {
    let whole = Command::Countersign(command.clone());
    match command {
        Countersign::Apply(application) => deed::act(desk, actor, whole, &application).await,
        Countersign::Approve(consent) => deed::act(desk, actor, whole, &consent).await,
        Countersign::Return(returning) => deed::act(desk, actor, whole, &returning).await,
        Countersign::List => read::list(desk, actor).await,
        Countersign::Show { no } => read::show(desk, actor, no).await,
        Countersign::Export(export) => export::export(desk, actor, export).await,
        Countersign::Record(recorded) => export::record(desk, actor, recorded).await,
        Countersign::Log => read::log(desk).await,
    }
}

/// The same on another copy.
pub(super) async fn replay(turn: &mut Turn, orders: &Orders, entry: &Entry, command: &Countersign) -> Result<(), StoreError> {
    let day = local_date(entry.at);
    match command {
        Countersign::Apply(application) => deed::replay(turn, orders, entry, application).await,
        Countersign::Approve(consent) => deed::replay(turn, orders, entry, consent).await,
        Countersign::Return(returning) => deed::replay(turn, orders, entry, returning).await,
        Countersign::Export(export) => deed::replay(turn, orders, entry, &leave::Leaving::export(export, day)).await,
        Countersign::Record(recorded) => deed::replay(turn, orders, entry, &leave::Leaving::record(recorded, day)).await,
        Countersign::List | Countersign::Show { .. } | Countersign::Log => Ok(()),
    }
}

/// For 领导小组办公室: what waits for a consent; for whoever applied: what may be handed out now.
pub(super) async fn todos(desk: &Desk, actor: &Actor) -> Result<Vec<Todo>, StoreError> {
    let (_, today) = now(desk);
    let mut todos = Vec::new();
    if actor.may(&commands::countersign::APPROVE.allowed) {
        let filter = Filter { state: Some(Standing::Pending.code()), ..Filter::default() };
        let waiting = register::list(&desk.store, Register::Countersign, filter, read::MOST).await?;
        let others = waiting.into_iter().filter(|entered| entered.actor != actor.staff.id);
        todos.extend(others.map(|entered| Todo { due_on: None, text: chat!("{} 待会签:/会签 批准 或 /会签 退回", entered.no) }));
    }
    let filter = Filter { state: Some(Standing::Agreed.code()), actor: Some(actor.staff.id), ..Filter::default() };
    for entered in register::list(&desk.store, Register::Countersign, filter, read::MOST).await? {
        if Standing::of(&entered, today)? == Standing::Agreed {
            todos.push(Todo { due_on: entered.due_on, text: chat!("{} 会签已同意:/会签 导出 或 /会签 登记外送", entered.no) });
        }
    }
    Ok(todos)
}

/// Whether a person of this section may know of a countersignature: whoever asked for it, whoever consents, inspects or carries it out.
fn may_know(staff: &Staff, kind: Option<SectionKind>, entered: &Entered) -> bool {
    staff.section == entered.section || sees_all(kind)
}

fn sees_all(kind: Option<SectionKind>) -> bool {
    use SectionKind::{InfoCenter, LeadOffice, Supervision};
    kind.is_some_and(|kind| [LeadOffice, Supervision, InfoCenter].contains(&kind))
}

fn unknown(no: SerialNo) -> ChatSafe {
    chat!("没有 {} 这份会签,或者它不归您所在的股室。用 /会签 列表 查看。", no)
}

/// The countersignature as the turn sees it, if its actor may know of it.
async fn in_turn(scene: &mut Scene<'_>, no: SerialNo) -> Result<Case, Declined> {
    let entered = register::in_turn(&mut scene.turn.tx, scene.turn.office, no).await?;
    let entered = entered.filter(|entered| may_know(scene.actor, scene.kind(), entered)).ok_or_else(|| unknown(no))?;
    let steps = register::steps_in(scene.turn, no).await?;
    Ok(Case::of(entered, steps)?)
}

/// The countersignature as last committed, if the actor may know of it.
async fn known(desk: &Desk, actor: &Actor, no: SerialNo) -> Result<Case, Declined> {
    let entered = register::get(&desk.store, no).await?;
    let entered = entered.filter(|entered| may_know(&actor.staff, actor.kind, entered)).ok_or_else(|| unknown(no))?;
    let steps = register::steps(&desk.store, no).await?;
    Ok(Case::of(entered, steps)?)
}

fn data(kind: DataKind) -> ChatSafe {
    match kind {
        DataKind::Warnings => chat!("预警"),
        DataKind::Ledger => chat!("台账"),
        DataKind::Payments => chat!("支付"),
        DataKind::Summary => chat!("月报"),
        DataKind::Other => chat!("其他"),
    }
}

fn period(period: Period) -> ChatSafe {
    match period {
        Period::Month(month) => chat!("{}年{}月", i64::from(month.year()), month.month()),
        Period::Year(year) => chat!("{}年", i64::from(year)),
    }
}
