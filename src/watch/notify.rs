//! Telling people of what is not about one warning (通知): by mail, a section in chat too; `/我的` shows them what is still to be done of it.

use std::collections::BTreeSet;

use super::Orders;
use crate::delivery::note::Note;
use crate::store::delivery::{Channel, Owed};
use crate::store::staff::Staff;
use crate::store::{StoreError, Turn};

/// The urgency of a note: a bell's, for something is to be done.
const URGENCY: i64 = 1;

/// Owes a note to each of these people who has an address; one address gets it once. Says whether anybody has.
pub fn notify<'p>(turn: &mut Turn, seq: i64, people: impl IntoIterator<Item = &'p Staff>, note: &Note) -> Result<bool, StoreError> {
    let addresses: BTreeSet<&str> = people.into_iter().filter_map(|person| person.email.as_deref()).collect();
    for address in &addresses {
        turn.owe(owed(seq, Channel::Email, address, note)?);
    }
    Ok(!addresses.is_empty())
}

/// Owes a note to a section: in chat, where it may be said there, and by mail to everybody of it who has a right. Says whether anybody has an address.
pub fn notify_section(turn: &mut Turn, orders: &Orders, people: &[Staff], seq: i64, section: &str, note: &Note) -> Result<bool, StoreError> {
    let note = Note { section: Some(orders.settings.section_name(section)), ..note.clone() };
    if note.note.is_said_in_chat() {
        turn.owe(owed(seq, orders.settings.chat, section, &note)?);
    }
    notify(turn, seq, people.iter().filter(|person| person.section == section && !person.permissions.is_empty()), &note)
}

fn owed(seq: i64, channel: Channel, recipient: &str, note: &Note) -> Result<Owed, StoreError> {
    let payload = serde_json::to_string(note).map_err(|e| StoreError::BadEntry { seq, reason: e.to_string() })?;
    Ok(Owed { seq, channel, recipient: recipient.to_owned(), warning: None, payload, urgency: URGENCY, at: note.at })
}
