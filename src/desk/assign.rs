//! `/预警 转办`: handed on to a colleague or to another section (谁主管、谁负责, part 4). The deadline stays, and whoever gets it has not taken it up yet.

use commands::{Assign, Command, Permission, WarningNo};

use super::deed::Scene;
use super::motion::{Motion, Plan, To};
use super::{Declined, Reply, section_name};
use crate::chat;
use crate::delivery::card::{Occasion, mention, no};
use crate::domain::{ChatSafe, Step};
use crate::store::setting::OfficeSettings;
use crate::store::staff::{self, Staff};
use crate::store::transition::Move;
use crate::store::warning::Warning;
use crate::watch::route;

/// Who is to do it from now on.
pub(super) struct Assignee {
    /// Section code.
    pub section: String,
    /// Staff id.
    pub handler: i64,
}

impl Motion for Assign {
    fn command(&self) -> Command {
        Command::Assign(self.clone())
    }

    fn warning(&self) -> WarningNo {
        self.warning
    }

    fn step(&self) -> Step {
        Step::Assign
    }

    /// Everything that was typed; whom it goes to is staff.
    fn texts(&self) -> Vec<String> {
        vec![self.reason.to_string()]
    }

    async fn plan(&self, scene: &mut Scene<'_>, before: &Warning) -> Result<Plan, Declined> {
        let to = To::Somebody(find(self, &scene.orders.settings, scene.people, before)?);
        Ok(Plan { occasion: Some(Occasion::Assigned), slip: Some(("转办", None)), to, ..Plan::of(Step::Assign, Move::Assigned) })
    }

    fn done(&self, scene: &Scene<'_>, after: &Warning, _: &Plan) -> ChatSafe {
        let handler = staff::named(scene.people, after.handler);
        let section = section_name(&scene.orders.settings, &after.section);
        chat!("{} 已转给{} {} 办理,期限不变:{}。", no(after.no), section, mention(handler.as_ref()), after.due_on)
    }
}

/// Whom the name means: a person who may handle (处置), or a section's first who may.
fn find(assign: &Assign, settings: &OfficeSettings, people: &[Staff], before: &Warning) -> Result<Assignee, Declined> {
    let named = assign.to.as_str();
    let called = |person: &Staff| mention(Some(&(person.id, person.name.clone())));
    let person = if let Some(person) = people.iter().find(|person| person.name == named) {
        if !person.may(Permission::Handle) {
            return Err(chat!("{} 没有“处置”权限,不能接办。请转给别人,或先找财政信息中心开通权限。", called(person)).into());
        }
        if settings.kind(&person.section).is_none() {
            return Err(chat!("{} 所在的股室已经撤并,不能接办。请转给别人,或先找财政信息中心变更股室。", called(person)).into());
        }
        person
    } else if let Some(section) = settings.section(named) {
        let nobody = || chat!("{}还没有能办理预警的人。请转给别的股室,或先找财政信息中心开通权限。", section_name(settings, &section.code));
        route::handler_in(&section.code, people).ok_or_else(nobody)?
    } else {
        return Err(Declined::Because(Reply::Private(format!("没有叫“{named}”的同事或股室。股室可选:{}。", settings.section_names()))));
    };
    if (person.section.as_str(), Some(person.id)) == (before.section.as_str(), before.handler) {
        return Err(chat!("{} 本来就由 {} 办理,不用转办。", no(before.no), called(person)).into());
    }
    Ok(Assignee { section: person.section.clone(), handler: person.id })
}
