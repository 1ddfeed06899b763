//! `/权限`: applications for access (附件3), from the section that files one to 财政信息中心 that grants it; the yearly review of who holds what (part 5).
//!
//! ```text
//! 申请 ─► 待意见 ──(every section that it concerns)──► 待授权 ──(财政信息中心)──► 已办结
//!            └── 不同意 ─► 已退回 ◄── 退回 ──┘          撤回 ─► 已撤回
//! ```

mod batch;
mod close;
mod file;
mod filed;
mod grant;
mod list;
mod opinion;
mod review;
mod row;
mod todo;

use commands::access::{Access, AccessKind, Application};
use commands::{Command, SerialNo};

use super::deed::{self, Scene};
use super::{Actor, Declined, Desk, Reply};
use crate::chat;
use crate::delivery::note::{Note, NoteKind};
use crate::domain::ChatSafe;
use crate::store::register::Entered;
use crate::store::staff::Staff;
use crate::store::{Entry, StoreError, Turn};
use crate::watch::Orders;
use crate::watch::notify::notify;
use file::Filing;

pub(super) use todo::todos;

/// Working days for each step of an application. The regulation says 及时 and sets no number.
const DAYS: u32 = 3;

pub(super) async fn act(desk: &Desk, actor: &Actor, access: Access) -> Result<Reply, Declined> {
    let command = Command::Access(access.clone());
    match access {
        Access::Open(application) => deed::act(desk, actor, command, &Filing::of(AccessKind::Open, &application, &[])).await,
        Access::Change(application) => deed::act(desk, actor, command, &Filing::of(AccessKind::Change, &application, &[])).await,
        Access::Revoke(application) => deed::act(desk, actor, command, &Filing::of(AccessKind::Revoke, &application, &[])).await,
        Access::Batch { file, kind } => {
            let (people, rows): (Vec<_>, Vec<_>) = batch::read(file.as_str(), kind).await?.into_iter().unzip();
            let application = Application { people };
            let command = Command::Access(Access::of(kind, application.clone()));
            deed::act(desk, actor, command, &Filing::of(kind, &application, &rows)).await
        }
        Access::Opinion(opining) => deed::act(desk, actor, command, &opining).await,
        Access::Grant(granting) => deed::act(desk, actor, command, &granting).await,
        Access::GiveBack(back) => deed::act(desk, actor, command, &back).await,
        Access::Withdraw(withdrawing) => deed::act(desk, actor, command, &withdrawing).await,
        Access::List { state } => list::list(desk, actor, state).await,
        Access::Show { no } => list::show(desk, actor, no).await,
        Access::Roster => list::roster(desk, actor).await,
        Access::Review(reviewing) => deed::act(desk, actor, command, &reviewing).await,
        Access::Table => Ok(list::table()),
    }
}

/// The same on another copy.
pub(super) async fn replay(turn: &mut Turn, orders: &Orders, entry: &Entry, access: &Access) -> Result<(), StoreError> {
    match access {
        Access::Open(application) => deed::replay(turn, orders, entry, &Filing::of(AccessKind::Open, application, &[])).await,
        Access::Change(application) => deed::replay(turn, orders, entry, &Filing::of(AccessKind::Change, application, &[])).await,
        Access::Revoke(application) => deed::replay(turn, orders, entry, &Filing::of(AccessKind::Revoke, application, &[])).await,
        Access::Opinion(opining) => deed::replay(turn, orders, entry, opining).await,
        Access::Grant(granting) => deed::replay(turn, orders, entry, granting).await,
        Access::GiveBack(back) => deed::replay(turn, orders, entry, back).await,
        Access::Withdraw(withdrawing) => deed::replay(turn, orders, entry, withdrawing).await,
        Access::Review(reviewing) => deed::replay(turn, orders, entry, reviewing).await,
        Access::Batch { .. } | Access::List { .. } | Access::Show { .. } | Access::Roster | Access::Table => Ok(()),
    }
}

/// What is told of a number that is not there, or not the asker's business.
fn unknown(no: SerialNo) -> Declined {
    chat!("没有 {} 这件申请,或者它不归您办理。用 /权限 列表 查看。", no).into()
}

fn kind_name(kind: AccessKind) -> ChatSafe {
    match kind {
        AccessKind::Open => chat!("开通"),
        AccessKind::Change => chat!("变更"),
        AccessKind::Revoke => chat!("撤销"),
    }
}

/// Mails it to people, with what the application is about.
fn tell<'p>(
    scene: &mut Scene<'_>,
    entry: &Entry,
    note: NoteKind,
    people: impl IntoIterator<Item = &'p Staff>,
    entered: &Entered,
    filed: &filed::Filed,
) -> Result<(), StoreError> {
    let lines = vec![("申请".to_owned(), filed.kind.name().to_owned()), ("用户".to_owned(), filed.names())];
    let section = Some(scene.orders.settings.section_name(&entered.section));
    let note = Note { note, at: entry.at, serial: Some(entered.no), section, due_on: entered.due_on, lines };
    notify(scene.turn, entry.seq, people, &note).map(drop)
}
