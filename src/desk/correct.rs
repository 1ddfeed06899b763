//! `/纠正`: a red light was put right (part 4 (三)) and turns green.

use commands::Correct;

use super::moves::Plan;
use crate::delivery::card::Occasion;
use crate::domain::Step;
use crate::store::transition::Move;

pub(super) fn plan() -> Plan {
    Plan { step: Step::Correct, how: Move::Corrected, occasion: Occasion::Closed, slip: Some("纠正"), due_on: None, to: None }
}

/// Everything that was typed; the voucher of a return is a number of the treasury, not of a person.
pub(super) fn texts(slip: &Correct) -> Vec<String> {
    vec![slip.facts.as_str().to_owned(), slip.pressed.as_str().to_owned()]
}
