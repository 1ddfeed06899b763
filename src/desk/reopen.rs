//! `/预警 重开`: 农业股 opens again what was closed too early, at the level at which it was closed and with a new deadline.

use commands::{Command, Handling, Permission, Reopen, WarningNo};

use super::Declined;
use super::assign::Assignee;
use super::deed::Scene;
use super::known::Whose;
use super::motion::{Motion, Plan, To};
use crate::chat;
use crate::delivery::card::{Occasion, mention, no};
use crate::domain::{ChatSafe, Step};
use crate::store::staff;
use crate::store::transition::Move;
use crate::store::warning::{self, Warning};
use crate::watch::route;

impl Motion for Reopen {
    fn command(&self) -> Command {
        Command::Handling(Handling::Reopen(self.clone()))
    }

    fn warning(&self) -> WarningNo {
        self.warning
    }

    fn step(&self) -> Step {
        Step::Reopen
    }

    fn whose(&self) -> Whose {
        Whose::Readers
    }

    fn texts(&self) -> Vec<String> {
        vec![self.reason.to_string()]
    }

    /// It goes back to whoever was on it, unless they may not handle it any more. A matter has one warning: the latest.
    async fn plan(&self, scene: &mut Scene<'_>, before: &Warning) -> Result<Plan, Declined> {
        let matter = (before.rule.clone(), before.matter.clone());
        let latest = warning::latest_of(&mut scene.turn.tx, scene.turn.office, &[matter]).await?.pop();
        if let Some(successor) = latest.filter(|latest| latest.no > before.no) {
            return Err(chat!("{} 的事项后来又触发了 {}({})。请在那一条上办理。", no(before.no), no(successor.no), successor.state).into());
        }
        let able = |id: i64| scene.people.iter().any(|person| person.id == id && person.section == before.section && person.may(Permission::Handle));
        let to = match before.handler.filter(|id| able(*id)) {
            Some(_) => To::Stays,
            None => match route::handler(&scene.orders.settings, &before.section, scene.people) {
                Some(person) => To::Somebody(Assignee { section: person.section.clone(), handler: person.id }),
                None => To::Actor,
            },
        };
        Ok(Plan { occasion: Some(Occasion::Reopened), slip: Some(("重开", None)), to, ..Plan::of(Step::Reopen, Move::Reopened) })
    }

    fn done(&self, scene: &Scene<'_>, after: &Warning, _: &Plan) -> ChatSafe {
        let handler = staff::named(scene.people, after.handler);
        chat!("{} 已重开,{}({}),由 {} 在 {}前办理。", no(after.no), after.state.light(), after.state, mention(handler.as_ref()), after.due_on)
    }
}
