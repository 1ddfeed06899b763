//! `/预警 办结`: a bell is answered (part 4 (一)).

use commands::{Command, Finish, WarningNo};

use super::Declined;
use super::deed::Scene;
use super::motion::{Motion, Plan};
use crate::chat;
use crate::delivery::card::{Occasion, no};
use crate::domain::{ChatSafe, Step};
use crate::store::transition::Move;
use crate::store::warning::Warning;

impl Motion for Finish {
    fn command(&self) -> Command {
        Command::Finish(self.clone())
    }

    fn warning(&self) -> WarningNo {
        self.warning
    }

    fn step(&self) -> Step {
        Step::Finish
    }

    fn texts(&self) -> Vec<String> {
        vec![self.note.to_string()]
    }

    async fn plan(&self, _: &mut Scene<'_>, _: &Warning) -> Result<Plan, Declined> {
        Ok(Plan { occasion: Some(Occasion::Closed), slip: Some(("办结", None)), ..Plan::of(Step::Finish, Move::Finished) })
    }

    fn done(&self, _: &Scene<'_>, after: &Warning, _: &Plan) -> ChatSafe {
        chat!("{} 已办结。", no(after.no))
    }
}
