//! `/预警 转办`: handed on to a colleague or to another section (谁主管、谁负责, part 4). The deadline stays, and whoever gets it has not taken it up yet.

use commands::{Assign, Command, Permission};

use super::moves::Plan;
use super::{Declined, Reply, section_name};
use crate::chat;
use crate::delivery::card::{Occasion, mention, no};
use crate::domain::Step;
use crate::store::setting::OfficeSettings;
use crate::store::staff::Staff;
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

pub(super) fn plan() -> Plan {
    Plan { step: Step::Assign, how: Move::Assigned, occasion: Occasion::Assigned, slip: Some("转办"), due_on: None, to: None }
}

/// Everything that was typed; whom it goes to is staff.
pub(super) fn texts(assign: &Assign) -> Vec<String> {
    vec![assign.reason.as_str().to_owned()]
}

/// Whom the name means: a person who may handle (处置), or a section's first who may. `None` for other commands.
pub(super) fn find(command: &Command, settings: &OfficeSettings, people: &[Staff], before: &Warning) -> Result<Option<Assignee>, Declined> {
    let Command::Assign(assign) = command else { return Ok(None) };
    let named = assign.to.as_str();
    let called = |person: &Staff| mention(Some(&(person.id, person.name.clone())));
    let person = if let Some(person) = people.iter().find(|person| person.name == named) {
        if !person.may(Permission::Handle) {
            return Err(chat!("{} 没有“处置”权限,不能接办。请转给别人,或先找财政信息中心开通权限。", called(person)).into());
        }
        person
    } else if let Some(section) = settings.section(named) {
        let nobody = || chat!("{}还没有能办理预警的人。请转给别的股室,或先找财政信息中心开通权限。", section_name(settings, &section.code));
        route::handler_in(&section.code, people).ok_or_else(nobody)?
    } else {
        let names: Vec<&str> = settings.sections.iter().map(|section| section.name.as_str()).collect();
        return Err(Declined::Because(Reply::Private(format!("没有叫“{named}”的同事或股室。股室可选:{}。", names.join("、")))));
    };
    if (person.section.as_str(), Some(person.id)) == (before.section.as_str(), before.handler) {
        return Err(chat!("{} 本来就由 {} 办理,不用转办。", no(before.no), called(person)).into());
    }
    Ok(Some(Assignee { section: person.section.clone(), handler: person.id }))
}
