//! `/权限 意见`: what a section's head says of an application (申请单位意见、相关部门意见).

use commands::access::{AccessState, Opining, Opinion};
use commands::{Permission, SectionKind, Text};

use super::filed::{Case, Opined};
use super::{DAYS, tell, unknown};
use crate::chat;
use crate::delivery::note::NoteKind;
use crate::desk::deed::{Change, Deed, Scene};
use crate::desk::{Declined, Reply, section_name};
use crate::domain::ChatSafe;
use crate::domain::calendar::local_date;
use crate::store::register;
use crate::store::staff::Staff;
use crate::store::{Entry, StoreError};

impl Deed for Opining {
    fn texts(&self) -> Vec<String> {
        self.note.iter().map(Text::to_string).collect()
    }

    async fn check(&self, scene: &mut Scene<'_>) -> Result<Vec<Change>, Declined> {
        let case = Case::find(scene.turn, self.no).await?;
        let settings = &scene.orders.settings;
        let asked = case.filed.needed.iter().any(|section| case.filed.deciders(settings, scene.people, section).any(|head| head.id == scene.actor.id));
        if !asked {
            return Err(unknown(self.no));
        }
        let sections = case.speaks_for(settings, scene.people, scene.actor.id);
        if case.state != AccessState::Opinion || sections.is_empty() {
            return Err(chat!("{} 的意见已经签署过了,不用再签。用 /权限 列表 看办到了哪一步。", self.no).into());
        }
        if self.opinion == Opinion::Disagree && self.note.is_none() {
            return Err(chat!("不同意的请写明原因,例如:说明=\"……\"。").into());
        }
        let names: Vec<String> = sections.iter().map(|section| settings.section_name(section)).collect();
        Ok(vec![Change::of(&format!("{} {}的意见", self.no, names.join("、")), "", self.opinion.name())])
    }

    async fn apply(&self, scene: &mut Scene<'_>, entry: &Entry) -> Result<Reply, StoreError> {
        let mut case = Case::known(scene.turn, self.no, entry.seq).await?;
        let sections = case.speaks_for(&scene.orders.settings, scene.people, scene.actor.id);
        let mut left: Vec<String> = case.unheard().into_iter().map(str::to_owned).collect();
        left.retain(|section| !sections.contains(section));
        let state = match (self.opinion, left.is_empty()) {
            (Opinion::Disagree, _) => AccessState::Returned,
            (Opinion::Agree, true) => AccessState::Grant,
            (Opinion::Agree, false) => AccessState::Opinion,
        };
        let due_on = match state {
            AccessState::Grant => Some(scene.orders.calendar.add(local_date(entry.at), DAYS)),
            AccessState::Opinion => case.entered.due_on,
            AccessState::Done | AccessState::Returned | AccessState::Withdrawn | AccessState::Review | AccessState::Reviewed => None,
        };
        let opined = Opined { sections, opinion: self.opinion, note: self.note.as_ref().map(Text::to_string) };
        register::advance(scene.turn, self.no, entry.by(), (state.code(), due_on), "意见", &opined).await?;
        case.entered.due_on = due_on;
        let applicant = case.entered.actor;
        let (note, told, said): (_, Vec<Staff>, _) = match state {
            AccessState::Grant => {
                let grants = scene.holders(SectionKind::InfoCenter, Permission::Users).filter(|person| person.id != applicant).cloned().collect();
                (NoteKind::AccessGrant, grants, chat!("已签署,{} 转财政信息中心授权。", self.no))
            }
            AccessState::Opinion => {
                let names = ChatSafe::list(left.iter().map(|section| section_name(&scene.orders.settings, section)));
                return Ok(chat!("已签署,{} 还等{}的负责人签署意见。", self.no, names).into());
            }
            AccessState::Done | AccessState::Returned | AccessState::Withdrawn | AccessState::Review | AccessState::Reviewed => {
                let told = scene.people.iter().filter(|person| person.id == applicant).cloned().collect();
                (NoteKind::AccessReturned, told, chat!("已签署不同意,{} 退回申请股室。", self.no))
            }
        };
        tell(scene, entry, note, &told, &case.entered, &case.filed)?;
        Ok(said.into())
    }
}
