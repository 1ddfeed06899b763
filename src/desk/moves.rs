//! Moves on a warning (办理): each [`Motion`] is looked over, journalled, applied and announced in one turn. Of two people pressing at once one wins, and
//! the other is told by whom and when.

use std::collections::{BTreeMap, HashSet};

use chrono::{DateTime, Utc};
use commands::WarningNo;

use super::deed::{self, Change, Deed, Scene};
use super::known::{Known, open_to};
use super::motion::{Audience, Beside, Motion, Plan, To};
use super::{Act, Actor, Declined, Desk, Reply, privacy};
use crate::delivery::card::{no, terms};
use crate::delivery::note::{Note, NoteKind};
use crate::domain::calendar::local_date;
use crate::domain::{Refusal, Value};
use crate::rules::Evidence;
use crate::store::proposal::{self, Proposal, Status};
use crate::store::staff::{self, Staff};
use crate::store::transition::{self, Move, Transition};
use crate::store::warning::{self as stored, Warning};
use crate::store::{Entry, StoreError, Turn, co_handler, slip};
use crate::watch::announce::{Grounds, announce};
use crate::watch::notify::{notify, notify_section};
use crate::watch::{Moment, Orders};

/// The stored number of the one people write.
pub(super) fn stored_no(no: WarningNo) -> i64 {
    i64::from(no.year()) * 1_000_000 + i64::from(no.number())
}

/// Does a person's move, or says why it is not possible.
pub(super) async fn act(desk: &Desk, actor: &Actor, motion: &impl Motion) -> Result<Reply, Declined> {
    // hashed before anybody has to wait for it
    let typed = privacy::pieces(&motion.texts(), &desk.store.keys);
    deed::act(desk, actor, motion.command(), &Moving { motion, typed, at: desk.clock.now() }).await
}

/// The same move on another copy.
pub(super) async fn replay(turn: &mut Turn, orders: &Orders, entry: &Entry, motion: &impl Motion) -> Result<(), StoreError> {
    deed::replay(turn, orders, entry, &Moving { motion, typed: HashSet::new(), at: entry.at }).await
}

struct Moving<'m, M> {
    motion: &'m M,
    /// Keyed hashes of every piece of what was typed.
    typed: HashSet<Value>,
    at: DateTime<Utc>,
}

impl<M: Motion> Deed for Moving<'_, M> {
    fn texts(&self) -> Vec<String> {
        self.motion.texts()
    }

    async fn check(&self, scene: &mut Scene<'_>) -> Result<Vec<Change>, Declined> {
        let number = stored_no(self.motion.warning());
        let known = Known::in_turn(scene.turn, number).await?;
        let before = open_to(&scene.orders.settings, scene.people, scene.actor, number, known, (self.motion.step(), self.motion.whose()))?;
        let plan = self.motion.plan(scene, &before).await?;
        if let Some(refusal) = privacy::refuse_evidence(scene.turn, number, &self.typed).await? {
            return Err(refusal.into());
        }
        let after = moved(&before, scene.actor, self.at, scene.orders, &plan)?;
        let mut changes = changes(scene.orders, scene.people, &before, &after);
        let left = if before.state.is_open() && !after.state.is_open() { waiting(scene.turn, number).await? } else { Vec::new() };
        let withdrawn = left.iter().filter(|left| !matches!(&plan.beside, Beside::Decides(decided, _) if decided.n == left.n));
        changes.extend(withdrawn.map(|left| Change::of(left.terms.kind.name(), left.status.name(), Status::Withdrawn.name())));
        changes.extend(plan.changes);
        // taken up by whoever had it already: nothing stands otherwise, but its history has one line more
        if changes.is_empty() {
            changes.push(Change::of("经过", "", plan.how.name()));
        }
        Ok(changes)
    }

    async fn apply(&self, scene: &mut Scene<'_>, entry: &Entry) -> Result<Reply, StoreError> {
        let bad = |reason: &str| StoreError::BadEntry { seq: entry.seq, reason: reason.to_owned() };
        let before = stored::in_turn(scene.turn, stored_no(self.motion.warning())).await?.ok_or_else(|| bad("its warning is unknown"))?;
        let plan = self.motion.plan(scene, &before).await.map_err(|declined| match declined {
            Declined::Failed(failure) => failure,
            Declined::Because(_) => bad("what it asks for was not possible"),
        })?;
        let after = moved(&before, scene.actor, entry.at, scene.orders, &plan)?;
        write(scene, entry, &before, &after, &plan).await?;
        if let Some((kind, audience)) = self.motion.told(scene, &after, &plan) {
            let note = note(scene.orders, scene.people, &after, &plan, (kind, entry.at));
            match audience {
                Audience::People(people) => notify(scene.turn, entry.seq, people, &note)?,
                Audience::Section(section) => notify_section(scene.turn, scene.orders, scene.people, entry.seq, &section, &note)?,
            };
        }
        Ok(self.motion.done(scene, &after, &plan).into())
    }
}

async fn write(scene: &mut Scene<'_>, entry: &Entry, before: &Warning, after: &Warning, plan: &Plan) -> Result<(), StoreError> {
    let office = scene.turn.office;
    stored::write(&mut scene.turn.tx, office, std::slice::from_ref(after)).await?;
    let noted = |how, from: &Warning| Transition {
        no: after.no,
        seq: entry.seq,
        at: entry.at,
        local_date: local_date(entry.at),
        how,
        from: Some((from.state, from.section.clone())),
        to: (after.state, after.section.clone()),
        due_on: Some(from.due_on),
        actor: Some(scene.actor.id),
    };
    let mut transitions = vec![noted(plan.how, before)];
    let slip = match plan.slip {
        Some(kind) => {
            let bad = |e: serde_json::Error| StoreError::BadEntry { seq: entry.seq, reason: e.to_string() };
            let act: Act = serde_json::from_slice(&entry.content).map_err(bad)?;
            let text = serde_json::to_string(&act.command).map_err(bad)?;
            let (kind, corrects) = kind;
            let filing = slip::Filing { seq: entry.seq, at: entry.at, actor: scene.actor.id, kind, corrects };
            slip::file(scene.turn, filing, &[(after.no, text)]).await?.first().copied().unwrap_or(0)
        }
        None => 0,
    };
    let mut measure = None;
    match &plan.beside {
        Beside::Nothing => {}
        Beside::Helper(section) => co_handler::add(scene.turn, after.no, section, entry.seq).await?,
        Beside::Proposes(terms) => proposal::propose(scene.turn, after.no, entry.by(), terms, slip).await?,
        Beside::Decides(decided, status) => {
            proposal::settle(scene.turn, decided, *status, entry.by()).await?;
            measure = Some(terms(&decided.terms).to_string());
        }
    }
    if before.state.is_open() && !after.state.is_open() {
        for left in waiting(scene.turn, after.no).await? {
            proposal::settle(scene.turn, &left, Status::Withdrawn, entry.by()).await?;
            transitions.push(noted(Move::Withdrawn, after));
        }
    }
    transition::write(&mut scene.turn.tx, office, &transitions).await?;
    let Some(occasion) = plan.occasion else { return Ok(()) };
    let rule = scene.orders.rules.iter().find(|r| r.rule.code == after.rule).map(|r| std::sync::Arc::clone(&r.rule));
    let evidence = first_evidence(scene.turn, after.no).await?;
    let grounds = Grounds { rule: rule.as_deref(), evidence: evidence.as_ref(), payee: None, measure: measure.as_deref() };
    announce(scene.turn, scene.orders, scene.people, after, occasion, grounds, Moment { seq: entry.seq, line: 1, at: entry.at }).await
}

/// What those are told who are asked for something about a warning that is not theirs.
fn note(orders: &Orders, people: &[Staff], warning: &Warning, plan: &Plan, (kind, at): (NoteKind, DateTime<Utc>)) -> Note {
    let matter = match &plan.beside {
        Beside::Proposes(proposed) => Some(("事项".to_owned(), terms(proposed).to_string())),
        Beside::Helper(_) => Some(("牵头股室".to_owned(), orders.settings.section_name(&warning.section))),
        Beside::Nothing | Beside::Decides(..) => None,
    };
    let warned = ("预警".to_owned(), format!("{} {}({})", no(warning.no), warning.rule_name, warning.rule));
    let handler = staff::named(people, warning.handler).map(|(_, name)| ("经办".to_owned(), name));
    Note {
        note: kind,
        at,
        serial: None,
        section: Some(orders.settings.section_name(&warning.section)),
        due_on: Some(warning.due_on),
        lines: std::iter::once(warned).chain(matter).chain(handler).collect(),
    }
}

/// What waits for a second person on a warning.
pub(super) async fn waiting(turn: &mut Turn, number: i64) -> Result<Vec<Proposal>, StoreError> {
    let mut all = proposal::in_turn(&mut turn.tx, turn.office, number).await?;
    all.retain(|proposal| proposal.status == Status::Waiting);
    Ok(all)
}

/// The warning after the move.
pub(super) fn moved(before: &Warning, actor: &Staff, at: DateTime<Utc>, orders: &Orders, plan: &Plan) -> Result<Warning, StoreError> {
    let bad = |refusal: Refusal| StoreError::BadRow { table: "warning", id: before.no.to_string(), reason: refusal.to_string() };
    let state = before.state.after(plan.step).map_err(bad)?;
    let mut after = before.clone();
    after.state = state;
    after.row_version += 1;
    match &plan.to {
        To::Actor => after.handler = Some(actor.id),
        To::Stays => {}
        To::Somebody(to) => (after.section, after.handler) = (to.section.clone(), Some(to.handler)),
    }
    if let Some(due) = plan.due_on {
        after.due_on = due;
    } else if state.open_level() != before.state.open_level()
        && let Some(level) = state.open_level()
    {
        after.due_on = orders.due_on(local_date(at), level, &after.section);
    }
    if state.is_open() {
        (after.closed_at, after.closed_by) = (None, None);
    } else if before.state.is_open() {
        (after.closed_at, after.closed_by) = (Some(at), Some(actor.id));
    }
    after.urged += i64::from(plan.how == Move::Urged);
    Ok(after)
}

/// What the move changes of the warning itself, for the journal.
fn changes(orders: &Orders, people: &[Staff], before: &Warning, after: &Warning) -> Vec<Change> {
    let handler = |w: &Warning| staff::named(people, w.handler).map(|(_, name)| name).unwrap_or_default();
    let section = |w: &Warning| orders.settings.section_name(&w.section);
    let all = [
        Change::of("状态", before.state.name(), after.state.name()),
        Change::of("股室", section(before), section(after)),
        Change::of("经办", handler(before), handler(after)),
        Change::of("期限", before.due_on, after.due_on),
        Change::of("督办次数", before.urged, after.urged),
    ];
    all.into_iter().filter(|change| change.before != change.after).collect()
}

async fn first_evidence(turn: &mut Turn, number: i64) -> Result<Option<Evidence>, StoreError> {
    let items = stored::items_of(&mut turn.tx, turn.office, &[number]).await?;
    let first: BTreeMap<i64, &str> = items.iter().map(|item| (item.n, item.evidence.as_str())).collect();
    Ok(first.values().next().and_then(|evidence| serde_json::from_str(evidence).ok()))
}
