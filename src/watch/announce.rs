//! Who is told (推送): the section in chat, always; the responsible by mail, when a light is red; 国库支付中心 when a yellow turns red, at each measure, and when a warning is closed.

use std::collections::BTreeSet;

use commands::{Permission, SectionKind};

use super::receipt::{self, Asked};
use super::{Moment, Orders};
use crate::delivery::card::{Card, LetterKind, Occasion, Posting};
use crate::domain::calendar::local_date;
use crate::domain::{Level, Light};
use crate::rules::{Evidence, Rule};
use crate::store::delivery::{Channel, Owed};
use crate::store::register::By;
use crate::store::staff::{self, Staff};
use crate::store::warning::Warning;
use crate::store::{StoreError, Turn};

/// What is told with a warning: the rule's clause and what it saw.
#[derive(Debug, Clone, Copy, Default)]
pub struct Grounds<'a> {
    pub rule: Option<&'a Rule>,
    pub evidence: Option<&'a Evidence>,
    pub payee: Option<&'a str>,
    /// The measure that was approved.
    pub measure: Option<&'a str>,
}

/// Owes the deliveries of one occasion. What is from before the service went live (存量) is listed, not pushed.
pub async fn announce(
    turn: &mut Turn,
    orders: &Orders,
    people: &[Staff],
    warning: &Warning,
    occasion: Occasion,
    grounds: Grounds<'_>,
    moment: Moment,
) -> Result<(), StoreError> {
    if warning.backlog && matches!(occasion, Occasion::Fired | Occasion::Rose | Occasion::Unlisted) {
        return Ok(());
    }
    let card = show(turn, orders, people, warning, occasion, moment)?;
    let owed = |channel, recipient: &str, payload: String| owed(warning, channel, recipient, payload, moment);
    let letter = |kind, receipt| Posting {
        kind,
        card: card.clone(),
        basis: grounds.rule.map(|rule| rule.basis.clone()).unwrap_or_default(),
        facts: facts(grounds),
        payee: grounds.payee.map(str::to_owned),
        measure: grounds.measure.map(str::to_owned),
        receipt,
    };
    if turns_red(occasion, warning.state.light()) {
        for address in responsible(people, warning) {
            turn.owe(owed(Channel::Email, &address, json(&letter(LetterKind::Red, None), moment.seq)?));
        }
    }
    let Some(kind) = feedback(occasion, warning.state.light()) else { return Ok(()) };
    for section in orders.settings.of_kind(SectionKind::Treasury) {
        let by = By { seq: moment.seq, at: moment.at, actor: None };
        let receipt = receipt::ask(turn, orders, by, section, &Asked::Warning(warning.no, kind)).await?;
        for address in people.iter().filter(|person| person.section == section).filter_map(|person| person.email.as_deref()) {
            turn.owe(owed(Channel::Email, address, json(&letter(kind, receipt), moment.seq)?));
        }
    }
    Ok(())
}

/// Whether the responsible have a red light from now on that they did not have before.
const fn turns_red(occasion: Occasion, light: Light) -> bool {
    match occasion {
        Occasion::TurnedRed => true,
        Occasion::Fired | Occasion::Rose | Occasion::Assigned | Occasion::StandIn | Occasion::HandedBack | Occasion::Reopened | Occasion::Unlisted => {
            matches!(light, Light::Lit(Level::Red))
        }
        Occasion::Claimed
        | Occasion::Closed
        | Occasion::Engaged
        | Occasion::Urged
        | Occasion::Proposed
        | Occasion::Measured
        | Occasion::Returned
        | Occasion::Listed => false,
        Occasion::Ceased | Occasion::Reminder | Occasion::Overdue | Occasion::Escalated | Occasion::Paused | Occasion::Resumed | Occasion::Recounted => false,
    }
}

/// 预警信息处理情况及时反馈国库支付中心 (part 2 (四), (五)); bells are no handled warnings.
const fn feedback(occasion: Occasion, light: Light) -> Option<LetterKind> {
    match occasion {
        Occasion::TurnedRed => Some(LetterKind::TurnedRed),
        Occasion::Measured => Some(LetterKind::Measure),
        Occasion::Closed if !matches!(light, Light::Done) => Some(LetterKind::Settled),
        Occasion::Closed | Occasion::Fired | Occasion::Rose | Occasion::Claimed | Occasion::Assigned | Occasion::StandIn | Occasion::HandedBack => None,
        Occasion::Ceased | Occasion::Reminder | Occasion::Overdue | Occasion::Escalated | Occasion::Paused | Occasion::Resumed | Occasion::Recounted => None,
        Occasion::Engaged | Occasion::Urged | Occasion::Proposed | Occasion::Returned | Occasion::Reopened | Occasion::Listed | Occasion::Unlisted => None,
    }
}

/// Brings the warning's card in its section's chat up to date, and writes no letter.
pub fn show(turn: &mut Turn, orders: &Orders, people: &[Staff], warning: &Warning, occasion: Occasion, moment: Moment) -> Result<Card, StoreError> {
    show_as(turn, orders, warning, card(orders, people, warning, occasion, moment), moment)
}

/// The same with a card that tells more.
pub(super) fn show_as(turn: &mut Turn, orders: &Orders, warning: &Warning, card: Card, moment: Moment) -> Result<Card, StoreError> {
    turn.owe(owed(warning, orders.settings.chat, &warning.section, json(&card, moment.seq)?, moment));
    Ok(card)
}

fn owed(warning: &Warning, channel: Channel, recipient: &str, payload: String, moment: Moment) -> Owed {
    let urgency = urgency(warning.state.light());
    Owed { seq: moment.seq, channel, recipient: recipient.to_owned(), warning: Some(warning.no), payload, urgency, at: moment.at }
}

pub(super) const fn urgency(light: Light) -> i64 {
    match light {
        Light::Lit(Level::Red) => 3,
        Light::Lit(Level::Yellow) => 2,
        Light::Lit(Level::Bell) => 1,
        Light::Green | Light::Done => 0,
    }
}

/// The handler, and whoever heads the section (审批).
fn responsible(people: &[Staff], warning: &Warning) -> BTreeSet<String> {
    people
        .iter()
        .filter(|person| Some(person.id) == warning.handler || (person.section == warning.section && person.may(Permission::Approve)))
        .filter_map(|person| person.email.clone())
        .collect()
}

fn facts(grounds: Grounds<'_>) -> Vec<(String, String)> {
    grounds.evidence.map(|e| e.fields.iter().chain(&e.facts).chain(&e.params).cloned().collect()).unwrap_or_default()
}

pub(super) fn card(orders: &Orders, people: &[Staff], warning: &Warning, occasion: Occasion, moment: Moment) -> Card {
    let working_days = orders.calendar.between(local_date(moment.at), warning.due_on);
    Card {
        occasion,
        at: moment.at,
        no: warning.no,
        state: warning.state,
        rule: warning.rule.clone(),
        rule_name: warning.rule_name.clone(),
        category: warning.category.clone(),
        section: orders.settings.section_name(&warning.section),
        town: warning.town.clone(),
        voucher_no: warning.voucher_no.clone(),
        doc_no: warning.doc_no.clone(),
        date: warning.business_date,
        amount: warning.amount,
        items: warning.items,
        due_on: warning.due_on,
        working_days,
        handler: staff::named(people, warning.handler),
        urged: warning.urged,
        calls: Vec::new(),
        unpublished: orders.calendar.unpublished(warning.due_on),
        gone: None,
    }
}

pub(super) fn json<T: serde::Serialize>(value: &T, seq: i64) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|e| StoreError::BadEntry { seq, reason: e.to_string() })
}
