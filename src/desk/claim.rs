//! `/预警 认领`: somebody takes a warning on.

use commands::{Claim, Command, WarningNo};

use super::Declined;
use super::deed::Scene;
use super::motion::{Motion, Plan};
use crate::chat;
use crate::delivery::card::{Occasion, no};
use crate::domain::{ChatSafe, Level, Step};
use crate::store::transition::Move;
use crate::store::warning::Warning;

impl Motion for Claim {
    fn command(&self) -> Command {
        Command::Claim(self.clone())
    }

    fn warning(&self) -> WarningNo {
        self.warning
    }

    fn step(&self) -> Step {
        Step::Claim
    }

    async fn plan(&self, _: &mut Scene<'_>, _: &Warning) -> Result<Plan, Declined> {
        Ok(Plan { occasion: Some(Occasion::Claimed), ..Plan::of(Step::Claim, Move::Claimed) })
    }

    fn done(&self, scene: &Scene<'_>, after: &Warning, _: &Plan) -> ChatSafe {
        let (number, by) = (no(after.no), scene.by(after.due_on));
        match after.state.level() {
            Level::Yellow => chat!("{} 由您认领,正在核实。请{}核实,用 /核实 填写。", number, by),
            Level::Red => chat!("{} 由您经办。请督促{}纠正,用 /纠正 填写。", number, by),
            Level::Bell => chat!("{} 由您经办。请{}办好,用 /预警 办结 填写。", number, by),
        }
    }
}
