//! Calling people about a deadline (催办): handler, section head, 农业股, 领导小组办公室 (part 2 (一): 督促协调).

use std::collections::BTreeSet;

use commands::{Permission, SectionKind};

use super::announce::{card, json, urgency};
use super::{Moment, Orders};
use crate::delivery::card::{LetterKind, Occasion, Posting};
use crate::store::chased::Stage;
use crate::store::delivery::{Channel, Owed};
use crate::store::staff::Staff;
use crate::store::warning::Warning;
use crate::store::{StoreError, Turn};

impl From<Stage> for Occasion {
    fn from(stage: Stage) -> Occasion {
        match stage {
            Stage::Reminded => Occasion::Reminder,
            Stage::Overdue => Occasion::Overdue,
            Stage::Leading | Stage::LeadOffice => Occasion::Escalated,
        }
    }
}

/// Whom a stage is for: always the handler, and whoever is over them.
pub fn whom<'p>(orders: &Orders, people: &'p [Staff], warning: &Warning, stage: Stage) -> Vec<&'p Staff> {
    let head = |person: &Staff| person.section == warning.section && person.may(Permission::Approve);
    let over: Vec<&Staff> = match stage {
        Stage::Reminded => Vec::new(),
        Stage::Overdue => people.iter().filter(|person| head(person)).collect(),
        Stage::Leading => heads(orders, people, SectionKind::Agriculture),
        // where nobody of it is entered, 农业股 is told once more
        Stage::LeadOffice => Some(heads(orders, people, SectionKind::LeadOffice))
            .filter(|people| !people.is_empty())
            .unwrap_or_else(|| heads(orders, people, SectionKind::Agriculture)),
    };
    let handler = people.iter().filter(|person| Some(person.id) == warning.handler);
    let mut seen = BTreeSet::new();
    handler.chain(over).filter(|person| seen.insert(person.id)).collect()
}

/// Whoever heads sections of a kind (审批); where nobody does, whoever has any right there.
fn heads<'p>(orders: &Orders, people: &'p [Staff], kind: SectionKind) -> Vec<&'p Staff> {
    let there: Vec<&Staff> = people.iter().filter(|person| orders.settings.kind(&person.section) == Some(kind) && !person.permissions.is_empty()).collect();
    let heads: Vec<&Staff> = there.iter().copied().filter(|person| person.may(Permission::Approve)).collect();
    if heads.is_empty() { there } else { heads }
}

/// Owes a card that calls these people, and if asked a letter to each of them.
#[allow(clippy::too_many_arguments, reason = "what an announcement takes, and whom it calls")]
pub fn call(
    turn: &mut Turn,
    orders: &Orders,
    people: &[Staff],
    warning: &Warning,
    occasion: Occasion,
    calls: &[&Staff],
    by_mail: bool,
    moment: Moment,
) -> Result<(), StoreError> {
    let mut card = card(orders, people, warning, occasion, moment);
    card.calls = calls.iter().map(|person| (person.id, person.name.clone())).collect();
    let mut owe = |channel, recipient: &str, payload: String| {
        let urgency = urgency(warning.state.light());
        turn.owe(Owed { seq: moment.seq, channel, recipient: recipient.to_owned(), warning: Some(warning.no), payload, urgency, at: moment.at });
    };
    owe(orders.settings.chat, &warning.section, json(&card, moment.seq)?);
    if by_mail {
        let basis = orders.rules.iter().find(|r| r.rule.code == warning.rule).map(|r| r.rule.basis.clone()).unwrap_or_default();
        let letter = json(&Posting { kind: LetterKind::Chase, card, basis, facts: Vec::new(), payee: None, measure: None, receipt: None }, moment.seq)?;
        let addresses: BTreeSet<&str> = calls.iter().filter_map(|person| person.email.as_deref()).collect();
        addresses.into_iter().for_each(|address| owe(Channel::Email, address, letter.clone()));
    }
    Ok(())
}
