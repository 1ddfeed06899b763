//! `/权限 退回|撤回`: an application that is not granted.

use commands::Permission;
use commands::access::{AccessState, GivingBack, Withdrawing};

use super::filed::Case;
use super::grant::not_pending;
use super::{tell, unknown};
use crate::chat;
use crate::delivery::note::NoteKind;
use crate::desk::deed::{Change, Deed, Scene};
use crate::desk::{Declined, Reply};
use crate::store::register;
use crate::store::staff::Staff;
use crate::store::{Entry, StoreError};

impl Deed for GivingBack {
    fn texts(&self) -> Vec<String> {
        vec![self.reason.to_string()]
    }

    async fn check(&self, scene: &mut Scene<'_>) -> Result<Vec<Change>, Declined> {
        let case = Case::find(scene.turn, self.no).await?;
        match not_pending(scene, &case).filter(|_| !case.is_pending()) {
            Some(why) => Err(why.into()),
            None => Ok(vec![Change::of(&self.no.to_string(), case.state.name(), AccessState::Returned.name())]),
        }
    }

    async fn apply(&self, scene: &mut Scene<'_>, entry: &Entry) -> Result<Reply, StoreError> {
        let mut case = Case::known(scene.turn, self.no, entry.seq).await?;
        register::advance(scene.turn, self.no, entry.by(), (AccessState::Returned.code(), None), "退回", self).await?;
        case.entered.due_on = None;
        let applicant: Vec<Staff> = scene.people.iter().filter(|person| person.id == case.entered.actor).cloned().collect();
        tell(scene, entry, NoteKind::AccessReturned, &applicant, &case.entered, &case.filed)?;
        Ok(chat!("{} 已退回申请股室。", self.no).into())
    }
}

impl Deed for Withdrawing {
    async fn check(&self, scene: &mut Scene<'_>) -> Result<Vec<Change>, Declined> {
        let case = Case::find(scene.turn, self.no).await?;
        let heads = case.entered.section == scene.actor.section && scene.actor.may(Permission::Approve);
        if case.entered.actor != scene.actor.id && !heads {
            return Err(unknown(self.no));
        }
        match not_pending(scene, &case).filter(|_| !case.is_pending()) {
            Some(why) => Err(why.into()),
            None => Ok(vec![Change::of(&self.no.to_string(), case.state.name(), AccessState::Withdrawn.name())]),
        }
    }

    async fn apply(&self, scene: &mut Scene<'_>, entry: &Entry) -> Result<Reply, StoreError> {
        register::advance(scene.turn, self.no, entry.by(), (AccessState::Withdrawn.code(), None), "撤回", self).await?;
        Ok(chat!("{} 已撤回。", self.no).into())
    }
}
