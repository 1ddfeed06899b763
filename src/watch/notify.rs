//! Telling people of what is not about one warning (通知): by mail; `/我的` shows them what is still to be done of it.

use std::collections::BTreeSet;

use crate::delivery::note::Note;
use crate::store::delivery::{Channel, Owed};
use crate::store::staff::Staff;
use crate::store::{StoreError, Turn};

/// Owes a note to each of these people who has an address; one address gets it once.
pub fn notify<'p>(turn: &mut Turn, seq: i64, people: impl IntoIterator<Item = &'p Staff>, note: &Note) -> Result<(), StoreError> {
    let addresses: BTreeSet<&str> = people.into_iter().filter_map(|person| person.email.as_deref()).collect();
    let payload = serde_json::to_string(note).map_err(|e| StoreError::BadEntry { seq, reason: e.to_string() })?;
    for address in addresses {
        turn.owe(Owed { seq, channel: Channel::Email, recipient: address.to_owned(), warning: None, payload: payload.clone(), urgency: 1, at: note.at });
    }
    Ok(())
}
