//! Moves that answer nothing (代办、改派、暂停): a warning has another handler or another deadline; written into its history and told.

use std::collections::BTreeMap;

use super::announce::{Grounds, announce};
use super::{Moment, Orders};
use crate::delivery::card::Occasion;
use crate::domain::calendar::local_date;
use crate::domain::{Level, Light};
use crate::rules::Evidence;
use crate::store::staff::Staff;
use crate::store::transition::{self, Move, Transition};
use crate::store::warning::{self, Warning};
use crate::store::{StoreError, Turn};

/// How warnings are moved.
#[derive(Debug, Clone, Copy)]
pub struct Shift {
    pub how: Move,
    /// Staff id; `None` for the service.
    pub actor: Option<i64>,
    /// `None`: nobody is told.
    pub occasion: Option<Occasion>,
    pub moment: Moment,
}

/// Brings moved warnings, each as it was and as it is now, into the state.
pub async fn shift(turn: &mut Turn, orders: &Orders, people: &[Staff], shift: Shift, moved: &[(Warning, Warning)]) -> Result<(), StoreError> {
    let Shift { how, actor, occasion, moment } = shift;
    let after: Vec<Warning> = moved.iter().map(|(before, after)| Warning { row_version: before.row_version + 1, ..after.clone() }).collect();
    warning::write(&mut turn.tx, turn.office, &after).await?;
    let transitions: Vec<Transition> = moved
        .iter()
        .map(|(before, after)| Transition {
            no: before.no,
            seq: moment.seq,
            at: moment.at,
            local_date: local_date(moment.at),
            how,
            from: Some((before.state, before.section.clone())),
            to: (after.state, after.section.clone()),
            due_on: Some(before.due_on),
            actor,
        })
        .collect();
    transition::write(&mut turn.tx, turn.office, &transitions).await?;
    let Some(occasion) = occasion else { return Ok(()) };
    let evidence = evidence(turn, &after).await?;
    for warning in after.iter().filter(|warning| !warning.backlog) {
        let rule = orders.rules.iter().find(|r| r.rule.code == warning.rule).map(|r| &*r.rule);
        announce(turn, orders, people, warning, occasion, Grounds { rule, evidence: evidence.get(&warning.no), payee: None, measure: None }, moment).await?;
    }
    Ok(())
}

/// What lit the red ones first: their letters tell it.
async fn evidence(turn: &mut Turn, warnings: &[Warning]) -> Result<BTreeMap<i64, Evidence>, StoreError> {
    let reds: Vec<i64> = warnings.iter().filter(|w| w.state.light() == Light::Lit(Level::Red)).map(|w| w.no).collect();
    let mut first: BTreeMap<i64, (i64, String)> = BTreeMap::new();
    for item in warning::items_of(&mut turn.tx, turn.office, &reds).await? {
        let known = first.entry(item.no).or_insert_with(|| (item.n, item.evidence.clone()));
        if item.n < known.0 {
            *known = (item.n, item.evidence);
        }
    }
    Ok(first.into_iter().filter_map(|(no, (_, evidence))| Some((no, serde_json::from_str(&evidence).ok()?))).collect())
}
