//! `/权限 年审`: a section's head confirms who holds what, once a year. What is wrong is applied for as a change before.

use std::collections::BTreeSet;

use commands::Register;
use commands::access::{AccessState, Confirmation, Reviewing};

use crate::chat;
use crate::desk::deed::{Change, Deed, Scene};
use crate::desk::{Declined, Reply, section_name};
use crate::domain::ChatSafe;
use crate::store::register::{self, Entered, Filter};
use crate::store::{Entry, StoreError};
use crate::watch::route;

/// More than an office has sections.
const MOST: i64 = 1000;

/// Reviews that wait for this person.
async fn waiting(scene: &mut Scene<'_>) -> Result<Vec<Entered>, StoreError> {
    let filter = Filter { state: Some(AccessState::Review.code()), ..Filter::default() };
    let mut waiting = register::list_in(scene.turn, Register::Access, filter, MOST).await?;
    let (settings, people, id) = (&scene.orders.settings, scene.people, scene.actor.id);
    waiting.retain(|entered| route::heads(settings, &entered.section, people, &BTreeSet::new()).iter().any(|head| head.id == id));
    Ok(waiting)
}

impl Deed for Reviewing {
    async fn check(&self, scene: &mut Scene<'_>) -> Result<Vec<Change>, Declined> {
        let waiting = waiting(scene).await?;
        if waiting.is_empty() {
            return Err(chat!("现在没有等您确认的年审。").into());
        }
        Ok(waiting.iter().map(|entered| Change::of(&entered.no.to_string(), &entered.state, AccessState::Reviewed.code())).collect())
    }

    async fn apply(&self, scene: &mut Scene<'_>, entry: &Entry) -> Result<Reply, StoreError> {
        match self.confirmation {
            Confirmation::Confirm => {}
        }
        let waiting = waiting(scene).await?;
        for entered in &waiting {
            register::advance(scene.turn, entered.no, entry.by(), (AccessState::Reviewed.code(), None), "确认", self).await?;
        }
        let names = ChatSafe::list(waiting.iter().map(|entered| section_name(&scene.orders.settings, &entered.section)));
        Ok(chat!("已确认{}的用户权限清单。", names).into())
    }
}
