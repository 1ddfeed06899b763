//! Open warnings whose handler or section is not there for them any more (权限撤销、变更,股室撤并) go to the next: nothing is left without somebody on it.

use std::collections::BTreeMap;

use super::announce::{Grounds, announce};
use super::{Moment, Orders, route};
use crate::delivery::card::Occasion;
use crate::domain::calendar::local_date;
use crate::domain::{Refusal, Step};
use crate::rules::Evidence;
use crate::store::setting::OfficeSettings;
use crate::store::staff::{self, Staff};
use crate::store::transition::{self, Move, Transition};
use crate::store::warning::{self, Warning};
use crate::store::{StoreError, Turn};

/// Which of the warnings in this person's hands they may not go on with, given what everybody holds from now on.
pub async fn orphaned(turn: &mut Turn, orders: &Orders, people: &[Staff], id: i64) -> Result<Vec<Warning>, StoreError> {
    let Some(person) = people.iter().find(|person| person.id == id) else { return Ok(Vec::new()) };
    let mut found = warning::open_of(&mut turn.tx, turn.office, &[id]).await?;
    found.retain(|warning| !route::may_have(&orders.settings, person, &warning.section));
    Ok(found)
}

/// Who is next: the section's first who may handle it, else 农业股's.
pub fn heir<'p>(settings: &OfficeSettings, people: &'p [Staff], warning: &Warning) -> Option<&'p Staff> {
    route::handler(settings, &warning.section, people)
}

/// Gives warnings to whoever is next and tells the section. `section`: to which they go; `None`: they stay where they are.
pub async fn reassign(
    turn: &mut Turn,
    orders: &Orders,
    moment: Moment,
    actor: Option<i64>,
    orphans: Vec<Warning>,
    section: Option<&str>,
) -> Result<(), StoreError> {
    if orphans.is_empty() {
        return Ok(());
    }
    let people = staff::all_in(&mut turn.tx, turn.office).await?;
    let (mut after, mut moves) = (Vec::new(), Vec::new());
    for before in orphans {
        let bad = |refusal: Refusal| StoreError::BadRow { table: "warning", id: before.no.to_string(), reason: refusal.to_string() };
        let mut given = before.clone();
        given.state = before.state.after(Step::Assign).map_err(bad)?;
        given.row_version += 1;
        if let Some(section) = section {
            section.clone_into(&mut given.section);
        }
        given.handler = heir(&orders.settings, &people, &given).map(|person| person.id);
        moves.push(Transition {
            no: given.no,
            seq: moment.seq,
            at: moment.at,
            local_date: local_date(moment.at),
            how: Move::Reassigned,
            from: Some((before.state, before.section)),
            to: (given.state, given.section.clone()),
            due_on: Some(given.due_on),
            actor,
        });
        after.push(given);
    }
    warning::write(&mut turn.tx, turn.office, &after).await?;
    transition::write(&mut turn.tx, turn.office, &moves).await?;
    let numbers: Vec<i64> = after.iter().map(|warning| warning.no).collect();
    let mut first: BTreeMap<i64, (i64, Evidence)> = BTreeMap::new();
    for item in warning::items_of(&mut turn.tx, turn.office, &numbers).await? {
        if first.get(&item.no).is_none_or(|(n, _)| item.n < *n)
            && let Ok(evidence) = serde_json::from_str(&item.evidence)
        {
            first.insert(item.no, (item.n, evidence));
        }
    }
    for warning in &after {
        let rule = orders.rules.iter().find(|in_force| in_force.rule.code == warning.rule).map(|in_force| &*in_force.rule);
        let grounds = Grounds { rule, evidence: first.get(&warning.no).map(|(_, evidence)| evidence), payee: None, measure: None };
        announce(turn, orders, &people, warning, Occasion::Assigned, grounds, moment).await?;
    }
    Ok(())
}

/// A section is not there any more: its open warnings go to another.
pub async fn dissolve(turn: &mut Turn, orders: &Orders, moment: Moment, section: &str, into: &str) -> Result<(), StoreError> {
    let orphans = warning::open_in(&mut turn.tx, turn.office, section).await?;
    reassign(turn, orders, moment, None, orphans, Some(into)).await
}
