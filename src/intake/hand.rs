//! By hand (手工登记): what a person tells is put as an event and read by the same door: the same identity, the same checks, the same judging.

use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Value, json};

use super::change::LedgerChange;
use super::event::Malformed;
use super::take;
use crate::keys::Keyring;

/// What stands in the place of a source for whatever was entered by hand.
pub const SOURCE: &str = "desk";

/// The change that an event of this type and content makes. Whatever is `null` was not told.
pub fn change(event_type: &str, at: DateTime<Utc>, data: Value, keys: &Keyring) -> Result<LedgerChange, Malformed> {
    let event = json!({ "type": event_type, "timestamp": at.to_rfc3339_opts(SecondsFormat::Micros, true), "data": data });
    take::read(SOURCE, event.to_string().as_bytes(), keys)
}
