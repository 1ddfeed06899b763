//! What a person does (办理): looked over, journalled and applied in one turn. One [`Deed`] a command that changes something; [`act`] is the only way to do one.

use std::collections::HashSet;

use chrono::{DateTime, NaiveDate, Utc};
use commands::{Command, Permission, SectionKind};
use serde::{Deserialize, Serialize};

use super::bind::stranger;
use super::moves::stored_no;
use super::{Account, Act, Actor, Declined, Desk, Reply, not_staff, privacy};
use crate::chat;
use crate::domain::{ChatSafe, local_date};
use crate::store::staff::{self, Staff};
use crate::store::{Entry, EntryKind, StoreError, Turn};
use crate::watch::Orders;

/// One thing that an act changed, in the words people read: the journal keeps it for whoever must prove it later.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// 什么
    pub what: String,
    pub before: String,
    pub after: String,
}

impl Change {
    pub(super) fn of(what: &str, before: impl ToString, after: impl ToString) -> Change {
        Change { what: what.to_owned(), before: before.to_string(), after: after.to_string() }
    }
}

/// What a deed meets: the office as its turn sees it.
pub(super) struct Scene<'t> {
    pub turn: &'t mut Turn,
    pub orders: &'t Orders,
    /// Everybody, those without rights any more too.
    pub people: &'t [Staff],
    /// Whoever does it, with the rights of this moment.
    pub actor: &'t Staff,
    /// When it is done; a replay has the time of its entry.
    pub now: DateTime<Utc>,
}

impl Scene<'_> {
    /// What the section of the actor is there for.
    pub fn kind(&self) -> Option<SectionKind> {
        self.orders.settings.kind(&self.actor.section)
    }

    /// `在 12月7日前`, or `尽快` when that day has passed.
    pub fn by(&self, due_on: NaiveDate) -> ChatSafe {
        if due_on < local_date(self.now) { chat!("尽快") } else { chat!("在 {}前", due_on) }
    }

    /// Everybody of sections of this kind who holds this permission.
    pub fn holders(&self, kind: SectionKind, permission: Permission) -> impl Iterator<Item = &Staff> {
        self.people.iter().filter(move |person| self.orders.settings.kind(&person.section) == Some(kind) && person.may(permission))
    }
}

/// A command that changes something.
pub(super) trait Deed {
    /// Free text of it: refused, and not stored, if it holds an id, card or phone number; said anywhere but at the bureau's own terminal, also if it holds
    /// a name, number or account of the evidence of the warning that the command names. A name of staff is not free text. A deed about a warning that its
    /// command does not name asks [`privacy::refuse_evidence`] itself.
    fn texts(&self) -> Vec<String> {
        Vec::new()
    }

    /// Whether it can be done as things stand, and what it will change. Nothing is written here.
    async fn check(&self, scene: &mut Scene<'_>) -> Result<Vec<Change>, Declined>;

    /// Brings it into the state, and says what was done: the same for the first time and for a replay, where whatever was checked holds.
    async fn apply(&self, scene: &mut Scene<'_>, entry: &Entry) -> Result<Reply, StoreError>;
}

/// Does it, or says why not.
pub(super) async fn act(desk: &Desk, actor: &Actor, command: Command, deed: &impl Deed) -> Result<Reply, Declined> {
    let texts = deed.texts();
    if let Some(refusal) = privacy::refuse_typed(&texts) {
        return Err(refusal.into());
    }
    let typed = if command.warning().is_some() { privacy::pieces(&texts, &desk.store.keys) } else { HashSet::new() };
    let mut turn = desk.store.turn().await?;
    let people = staff::all_in(&mut turn.tx, turn.office).await?;
    let orders = desk.orders.as_of(&mut turn).await?;
    let person = still(&people, &orders, actor, &command)?;
    let mut scene = Scene { turn: &mut turn, orders: &orders, people: &people, actor: person, now: desk.clock.now() };
    let changes = deed.check(&mut scene).await?;
    // only whoever may know of the warning learns by this what stands in its evidence
    if let Some(about) = command.warning().filter(|_| !command.form().allowed.at_terminal)
        && let Some(refusal) = privacy::refuse_evidence(scene.turn, stored_no(about), &typed).await?
    {
        return Err(refusal.into());
    }
    let entry = record(desk, scene.turn, actor, command, changes)?;
    let reply = deed.apply(&mut scene, &entry).await?;
    turn.commit().await?;
    Ok(reply)
}

/// The actor as the turn sees them: rights that were taken back a moment ago are gone.
pub(super) fn still<'p>(people: &'p [Staff], orders: &Orders, actor: &Actor, command: &Command) -> Result<&'p Staff, Declined> {
    let allowed = command.form().allowed;
    let person = people.iter().find(|person| person.id == actor.staff.id && person.active).ok_or_else(|| match actor.account {
        Account::Console => not_staff(),
        Account::Discord(_) => stranger(),
    })?;
    Some(person)
        .filter(|person| allowed.permits(&person.permissions, orders.settings.kind(&person.section)))
        .ok_or_else(|| chat!("您的权限已经变更,不能再办这件事。请找财政信息中心。").into())
}

/// Writes the act into the journal.
pub(super) fn record(desk: &Desk, turn: &mut Turn, actor: &Actor, command: Command, changes: Vec<Change>) -> Result<Entry, StoreError> {
    let act = Act { name: actor.staff.name.clone(), account: actor.account.to_string(), command, changes };
    let content = serde_json::to_vec(&act).map_err(|e| StoreError::BadEntry { seq: turn.seq() + 1, reason: e.to_string() })?;
    turn.record(desk.clock.now(), EntryKind::Act, Some(actor.staff.id), content)
}

/// The same deed on another copy.
pub(super) async fn replay(turn: &mut Turn, orders: &Orders, entry: &Entry, deed: &impl Deed) -> Result<(), StoreError> {
    let people = staff::all_in(&mut turn.tx, turn.office).await?;
    let unknown = || StoreError::BadEntry { seq: entry.seq, reason: "its actor is unknown".to_owned() };
    let actor = people.iter().find(|person| Some(person.id) == entry.actor).ok_or_else(unknown)?;
    deed.apply(&mut Scene { turn, orders, people: &people, actor, now: entry.at }, entry).await.map(drop)
}
