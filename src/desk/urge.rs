//! `/预警 督办`: 领导小组办公室 presses for it (part 2 (一)): whoever is on it is called, and it is counted.

use commands::{Command, Handling, Urge, WarningNo};

use super::Declined;
use super::deed::Scene;
use super::known::Whose;
use super::motion::{Motion, Plan};
use crate::chat;
use crate::delivery::card::{Occasion, mention, no};
use crate::domain::{ChatSafe, Step};
use crate::store::staff;
use crate::store::transition::Move;
use crate::store::warning::Warning;

impl Motion for Urge {
    fn command(&self) -> Command {
        Command::Handling(Handling::Urge(self.clone()))
    }

    fn warning(&self) -> WarningNo {
        self.warning
    }

    fn step(&self) -> Step {
        Step::Urge
    }

    fn whose(&self) -> Whose {
        Whose::Readers
    }

    fn texts(&self) -> Vec<String> {
        self.opinion.iter().map(ToString::to_string).collect()
    }

    async fn plan(&self, _: &mut Scene<'_>, _: &Warning) -> Result<Plan, Declined> {
        let slip = self.opinion.is_some().then_some(("督办", None));
        Ok(Plan { occasion: Some(Occasion::Urged), slip, ..Plan::beside(Step::Urge, Move::Urged) })
    }

    fn done(&self, scene: &Scene<'_>, after: &Warning, _: &Plan) -> ChatSafe {
        let handler = staff::named(scene.people, after.handler);
        chat!("已督办 {}(第 {} 次),已提醒 {} {}办理。", no(after.no), after.urged, mention(handler.as_ref()), scene.by(after.due_on))
    }
}
