//! `/核实`: a yellow light is verified (part 4 (二)): 正常 turns green, 违规 turns red.

use commands::verify::{Check, Checks, Outcome, Verify};

use super::moves::Plan;
use crate::delivery::card::Occasion;
use crate::domain::Step;
use crate::store::transition::Move;

pub(super) fn plan(outcome: &Outcome) -> Plan {
    match outcome {
        Outcome::Normal => {
            Plan { step: Step::VerifyNormal, how: Move::VerifiedNormal, occasion: Occasion::Closed, slip: Some("核实"), due_on: None, to: None }
        }
        Outcome::Violation { due, .. } => {
            Plan {
                step: Step::VerifyViolation, how: Move::VerifiedViolation, occasion: Occasion::TurnedRed, slip: Some("核实"), due_on: Some(*due), to: None
            }
        }
    }
}

/// Everything that was typed. Names of the staff that went are theirs to give, and are not in it.
pub(super) fn texts(slip: &Verify) -> Vec<String> {
    let mut texts = vec![slip.facts.as_str().to_owned()];
    texts.extend(of_checks(&slip.checks));
    match &slip.outcome {
        Outcome::Normal => {}
        Outcome::Violation { demand, .. } => texts.push(demand.as_str().to_owned()),
    }
    texts
}

/// What was typed of how it was verified.
pub(super) fn of_checks(checks: &Checks) -> Vec<String> {
    let mut texts = Vec::new();
    for check in checks.as_slice() {
        match check {
            Check::Phone { whom, .. } => texts.push(whom.as_str().to_owned()),
            Check::Documents { list } => texts.push(list.as_str().to_owned()),
            Check::Visit { whom, place, .. } => texts.extend([whom.as_str().to_owned(), place.as_str().to_owned()]),
            Check::Other { explanation } => texts.push(explanation.as_str().to_owned()),
        }
    }
    texts
}
