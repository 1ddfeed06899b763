//! `/核实`: a yellow light is verified (part 4 (二)): 正常 turns green, 违规 turns red.

use commands::verify::{Check, Checks, Outcome, Verify};
use commands::{Command, WarningNo};

use super::Declined;
use super::deed::Scene;
use super::motion::{Motion, Plan};
use crate::chat;
use crate::delivery::card::{Occasion, no};
use crate::domain::{ChatSafe, Step};
use crate::store::transition::Move;
use crate::store::warning::Warning;

impl Motion for Verify {
    fn command(&self) -> Command {
        Command::Verify(self.clone())
    }

    fn warning(&self) -> WarningNo {
        self.warning
    }

    fn step(&self) -> Step {
        plan(&self.outcome).step
    }

    /// Everything that was typed. Names of the staff that went are theirs to give, and are not in it.
    fn texts(&self) -> Vec<String> {
        let mut texts = vec![self.facts.to_string()];
        texts.extend(of_checks(&self.checks));
        match &self.outcome {
            Outcome::Normal => {}
            Outcome::Violation { demand, .. } => texts.push(demand.to_string()),
        }
        texts
    }

    async fn plan(&self, _: &mut Scene<'_>, _: &Warning) -> Result<Plan, Declined> {
        Ok(plan(&self.outcome))
    }

    fn done(&self, _: &Scene<'_>, after: &Warning, _: &Plan) -> ChatSafe {
        match &self.outcome {
            Outcome::Normal => chat!("已记录核实情况,{} 转为绿灯。已通知国库支付中心。", no(after.no)),
            Outcome::Violation { .. } => {
                chat!("已记录核实情况,{} 转为红灯。请督促在 {}前纠正,用 /纠正 填写。已通知国库支付中心。", no(after.no), after.due_on)
            }
        }
    }
}

/// What an outcome does to a yellow light.
pub(super) fn plan(outcome: &Outcome) -> Plan {
    let (step, how, occasion, due_on) = match outcome {
        Outcome::Normal => (Step::VerifyNormal, Move::VerifiedNormal, Occasion::Closed, None),
        Outcome::Violation { due, .. } => (Step::VerifyViolation, Move::VerifiedViolation, Occasion::TurnedRed, Some(*due)),
    };
    Plan { occasion: Some(occasion), slip: Some(("核实", None)), due_on, ..Plan::of(step, how) }
}

/// What was typed of how it was verified.
pub(super) fn of_checks(checks: &Checks) -> Vec<String> {
    let mut texts = Vec::new();
    for check in checks.as_slice() {
        match check {
            Check::Phone { whom, .. } => texts.push(whom.to_string()),
            Check::Documents { list } => texts.push(list.to_string()),
            Check::Visit { whom, place, .. } => texts.extend([whom.to_string(), place.to_string()]),
            Check::Other { explanation } => texts.push(explanation.to_string()),
        }
    }
    texts
}
