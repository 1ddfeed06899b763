//! `/预警 跟踪`: how the correction of a red light is pressed for (跟踪督促, part 4 (三)), by whoever is on it or helps.

use commands::{Command, Follow, Handling, WarningNo};

use super::Declined;
use super::deed::Scene;
use super::known::Whose;
use super::motion::{Motion, Plan};
use crate::chat;
use crate::delivery::card::no;
use crate::domain::{ChatSafe, Step};
use crate::store::transition::Move;
use crate::store::warning::Warning;

impl Motion for Follow {
    fn command(&self) -> Command {
        Command::Handling(Handling::Follow(self.clone()))
    }

    fn warning(&self) -> WarningNo {
        self.warning
    }

    fn step(&self) -> Step {
        Step::Follow
    }

    fn whose(&self) -> Whose {
        Whose::Helpers
    }

    fn texts(&self) -> Vec<String> {
        vec![self.facts.to_string()]
    }

    async fn plan(&self, _: &mut Scene<'_>, _: &Warning) -> Result<Plan, Declined> {
        Ok(Plan { slip: Some(("跟踪", None)), ..Plan::beside(Step::Follow, Move::Followed) })
    }

    fn done(&self, scene: &Scene<'_>, after: &Warning, _: &Plan) -> ChatSafe {
        chat!("已记录 {} 的跟踪督促情况。请{}纠正,纠正后用 /纠正 填写。", no(after.no), scene.by(after.due_on))
    }
}
