//! The white list at work (白名单): what it concerns altogether is recorded and nobody is called for it; when its entry ends while the matter still stands,
//! it is pushed then, once.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use commands::white_list::SubjectKind;

use super::announce::{Grounds, announce, show};
use super::cache::{Cache, Wants};
use super::leave::Staffing;
use super::{Moment, Orders, route};
use crate::delivery::card::Occasion;
use crate::domain::calendar::local_date;
use crate::domain::white_list::{Mark, marks};
use crate::domain::{Entity, Level, Record, Step};
use crate::rules::Evidence;
use crate::store::proposal::{self, Status};
use crate::store::register::By;
use crate::store::transition::{self, Move, Transition};
use crate::store::warning::{self, Item, Warning};
use crate::store::white_list::{self, Concerned};
use crate::store::{StoreError, Turn, ledger};

/// By what entries may concern a record.
pub(super) fn marked(record: &Record, cache: &Cache) -> Vec<Mark> {
    marks(record, route::allocation_behind(record, cache).as_deref())
}

/// The same of what warnings gather, from the ledger.
async fn marks_of(turn: &mut Turn, orders: &Orders, items: &[Item]) -> Result<HashMap<(Entity, String), Vec<Mark>>, StoreError> {
    let mut cache = orders.recall(turn.ledger_seq());
    let mut records: Vec<Arc<Record>> = Vec::new();
    for entity in Entity::ALL {
        let keys: BTreeSet<&str> = items.iter().filter(|item| item.entity == entity).map(|item| item.key.as_str()).collect();
        let keys: Vec<String> = keys.into_iter().map(str::to_owned).collect();
        records.extend(ledger::by_key(&mut turn.tx, turn.office, entity, &keys).await?);
    }
    for record in &records {
        cache.admit(Arc::clone(record));
    }
    let mut wants = Wants::new();
    records.iter().for_each(|record| route::want_links(record, &mut wants));
    cache.load(turn, wants).await?;
    let mut wants = Wants::new();
    records.iter().for_each(|record| route::want_further_links(record, &cache, &mut wants));
    cache.load(turn, wants).await?;
    Ok(records.iter().map(|record| ((record.entity, record.key.clone()), marked(record, &cache))).collect())
}

/// Whether entries that hold concern all of a warning, at the level at which it stands.
fn covered(orders: &Orders, warning: &Warning, items: &[Item], concerned: &[Concerned], moment: Moment) -> bool {
    let today = local_date(moment.at);
    // what a person has turned red is red in all of it
    let least = if warning.state.level() == Level::Red { Level::Red } else { Level::Bell };
    let holds = |item: &Item, c: &Concerned| c.n == item.n && orders.white_list.holds(&warning.rule, c.entry, item.level.max(least), today);
    let mut own = items.iter().filter(|item| item.no == warning.no).peekable();
    own.peek().is_some() && own.all(|item| concerned.iter().any(|c| c.no == warning.no && holds(item, c)))
}

/// An entry has come to hold: what it concerns of what is lit by its rule is noted, and whatever is concerned altogether is listed. `orders` know the
/// entry. Returns how many warnings nobody is called for any more.
pub async fn enlist(turn: &mut Turn, orders: &Orders, rule: &str, moment: Moment, actor: Option<i64>) -> Result<usize, StoreError> {
    let numbers = white_list::standing(&mut turn.tx, turn.office, rule).await?;
    let (warnings, items) = read(turn, &numbers).await?;
    let known = marks_of(turn, orders, &items).await?;
    let today = local_date(moment.at);
    let mut fresh = Vec::new();
    for item in &items {
        let Some(warning) = warnings.iter().find(|w| w.no == item.no) else { continue };
        let mut marks = known.get(&(item.entity, item.key.clone())).cloned().unwrap_or_default();
        marks.push((SubjectKind::Matter, warning.matter.clone()));
        let covering = orders.white_list.covering(rule, &marks, item.level, today);
        fresh.extend(covering.into_iter().map(|entry| Concerned { no: item.no, n: item.n, entry, seq: moment.seq }));
    }
    white_list::concern(&mut turn.tx, turn.office, &fresh).await?;
    let concerned = white_list::concerned(&mut turn.tx, turn.office, &numbers).await?;
    let quiet = warnings.into_iter().filter(|w| w.state.is_open() && covered(orders, w, &items, &concerned, moment)).collect();
    let moved = shift(turn, quiet, (Step::List, Move::Listed), orders, moment, actor).await?;
    withdraw(turn, &moved, moment, actor).await?;
    let staffing = Staffing::read(turn).await?;
    // whoever has seen it is told that it is done with; what was never pushed stays unsaid
    for warning in moved.iter().filter(|w| !w.backlog) {
        show(turn, orders, &staffing.people, warning, Occasion::Listed, moment)?;
    }
    Ok(moved.len())
}

/// An entry holds no more: whatever it concerned and no other entry does is pushed now. `orders` do not know the entry any more. Returns how many.
pub async fn release(turn: &mut Turn, orders: &Orders, entry: i64, moment: Moment, actor: Option<i64>) -> Result<usize, StoreError> {
    let numbers = white_list::concerned_by(&mut turn.tx, turn.office, entry).await?;
    let (warnings, items) = read(turn, &numbers).await?;
    let concerned = white_list::concerned(&mut turn.tx, turn.office, &numbers).await?;
    let bare: Vec<Warning> = warnings.into_iter().filter(|w| w.state.is_listed() && !covered(orders, w, &items, &concerned, moment)).collect();
    let moved = shift(turn, bare, (Step::Unlist, Move::Unlisted), orders, moment, actor).await?;
    let staffing = Staffing::read(turn).await?;
    for warning in &moved {
        let rule = orders.rules.iter().find(|in_force| in_force.rule.code == warning.rule).map(|in_force| Arc::clone(&in_force.rule));
        let first = items.iter().filter(|item| item.no == warning.no).min_by_key(|item| item.n);
        let evidence = first.and_then(|item| serde_json::from_str::<Evidence>(&item.evidence).ok());
        let grounds = Grounds { rule: rule.as_deref(), evidence: evidence.as_ref(), payee: None, measure: None };
        announce(turn, orders, &staffing.people, warning, Occasion::Unlisted, grounds, moment).await?;
    }
    Ok(moved.len())
}

async fn read(turn: &mut Turn, numbers: &[i64]) -> Result<(Vec<Warning>, Vec<Item>), StoreError> {
    let warnings = warning::of_numbers(&mut turn.tx, turn.office, numbers).await?;
    Ok((warnings, warning::items_of(&mut turn.tx, turn.office, numbers).await?))
}

/// A warning on the list, or off it again with its whole time before it and somebody who is there.
pub(super) fn moved(before: &Warning, step: Step, orders: &Orders, staffing: &Staffing, moment: Moment) -> Warning {
    let state = before.state.after(step).unwrap_or(before.state);
    let mut after = Warning { state, row_version: before.row_version + 1, ..before.clone() };
    let today = local_date(moment.at);
    match state.open_level() {
        Some(level) => {
            let there = staffing.people.iter().any(|person| Some(person.id) == before.handler && person.may(commands::Permission::Handle));
            if !there {
                after.handler = staffing.on_duty(&orders.settings, &before.section, today).map(|(person, _)| person.id);
            }
            (after.closed_at, after.closed_by, after.due_on) = (None, None, orders.due_on(today, level, &before.section));
        }
        // nobody has to act on it since then
        None => after.closed_at = Some(moment.at),
    }
    after
}

/// The line of its history.
pub(super) fn noted(before: &Warning, after: &Warning, how: Move, moment: Moment, actor: Option<i64>) -> Transition {
    Transition {
        no: after.no,
        seq: moment.seq,
        at: moment.at,
        local_date: local_date(moment.at),
        how,
        from: Some((before.state, before.section.clone())),
        to: (after.state, after.section.clone()),
        due_on: Some(before.due_on),
        actor,
    }
}

/// What waited for a second person on them waits no more.
async fn withdraw(turn: &mut Turn, listed: &[Warning], moment: Moment, actor: Option<i64>) -> Result<(), StoreError> {
    let mut moves = Vec::new();
    for warning in listed {
        for left in proposal::in_turn(&mut turn.tx, turn.office, warning.no).await?.iter().filter(|left| left.status == Status::Waiting) {
            proposal::settle(turn, left, Status::Withdrawn, By { seq: moment.seq, at: moment.at, actor }).await?;
            moves.push(noted(warning, warning, Move::Withdrawn, moment, actor));
        }
    }
    transition::write(&mut turn.tx, turn.office, &moves).await
}

async fn shift(
    turn: &mut Turn,
    befores: Vec<Warning>,
    (step, how): (Step, Move),
    orders: &Orders,
    moment: Moment,
    actor: Option<i64>,
) -> Result<Vec<Warning>, StoreError> {
    let staffing = Staffing::read(turn).await?;
    let (mut afters, mut moves) = (Vec::new(), Vec::new());
    for before in &befores {
        let after = moved(before, step, orders, &staffing, moment);
        moves.push(noted(before, &after, how, moment, actor));
        afters.push(after);
    }
    warning::write(&mut turn.tx, turn.office, &afters).await?;
    transition::write(&mut turn.tx, turn.office, &moves).await?;
    Ok(afters)
}
