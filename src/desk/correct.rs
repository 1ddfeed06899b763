//! `/纠正`: a red light was put right (part 4 (三)) and turns green.

use commands::{Command, Correct, WarningNo};

use super::Declined;
use super::deed::Scene;
use super::motion::{Motion, Plan};
use crate::chat;
use crate::delivery::card::{Occasion, no};
use crate::domain::{ChatSafe, Step};
use crate::store::transition::Move;
use crate::store::warning::Warning;

impl Motion for Correct {
    fn command(&self) -> Command {
        Command::Correct(self.clone())
    }

    fn warning(&self) -> WarningNo {
        self.warning
    }

    fn step(&self) -> Step {
        Step::Correct
    }

    /// The voucher of a return is a number of the treasury, not of a person.
    fn texts(&self) -> Vec<String> {
        vec![self.facts.to_string(), self.pressed.to_string()]
    }

    async fn plan(&self, _: &mut Scene<'_>, _: &Warning) -> Result<Plan, Declined> {
        Ok(Plan { occasion: Some(Occasion::Closed), slip: Some(("纠正", None)), ..Plan::of(Step::Correct, Move::Corrected) })
    }

    fn done(&self, _: &Scene<'_>, after: &Warning, _: &Plan) -> ChatSafe {
        chat!("已记录纠正情况,{} 转为绿灯。已通知国库支付中心。", no(after.no))
    }
}
