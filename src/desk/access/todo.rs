//! What of applications and reviews waits for somebody: by what they hold now, so that what waited for a person who left waits for the next.

use std::collections::BTreeSet;

use commands::access::AccessState;
use commands::{Permission, Register};

use super::filed::Case;
use super::kind_name;
use super::list::grants;
use crate::chat;
use crate::desk::mine::Todo;
use crate::desk::{Actor, Desk};
use crate::store::register::{self, Entered, Filter};
use crate::store::{StoreError, staff};
use crate::watch::route;

/// As many of each as anybody wants to see at once.
const MOST: i64 = 50;

pub(in crate::desk) async fn todos(desk: &Desk, actor: &Actor) -> Result<Vec<Todo>, StoreError> {
    let mut todos = Vec::new();
    let of = |state: AccessState| register::list(&desk.store, Register::Access, Filter { state: Some(state.code()), ..Filter::default() }, MOST);
    let settings = &desk.orders.settings;
    if actor.staff.may(Permission::Approve) {
        let people = staff::all(&desk.store).await?;
        for case in cases(desk, of(AccessState::Opinion).await?).await? {
            if !case.speaks_for(settings, &people, actor.staff.id).is_empty() {
                let text = chat!("{} 权限申请({})待您签署意见:/权限 意见", case.entered.no, kind_name(case.filed.kind));
                todos.push(Todo { due_on: case.entered.due_on, text });
            }
        }
        for entered in of(AccessState::Review).await? {
            if route::heads(settings, &entered.section, &people, &BTreeSet::new()).iter().any(|head| head.id == actor.staff.id) {
                todos.push(Todo { due_on: entered.due_on, text: chat!("{} 用户权限年审待您确认:/权限 年审 确认", entered.no) });
            }
        }
    }
    if grants(actor) {
        for case in cases(desk, of(AccessState::Grant).await?).await? {
            // what one applied for, or is about oneself, is for somebody else to grant
            let own = case.entered.actor == actor.staff.id || case.filed.people.iter().any(|row| row.id == Some(actor.staff.id));
            if !own {
                let text = chat!("{} 权限申请({})待授权:/权限 授予", case.entered.no, kind_name(case.filed.kind));
                todos.push(Todo { due_on: case.entered.due_on, text });
            }
        }
    }
    Ok(todos)
}

async fn cases(desk: &Desk, entries: Vec<Entered>) -> Result<Vec<Case>, StoreError> {
    let mut steps = register::steps_of(&desk.store, Register::Access, &entries).await?;
    Ok(entries.into_iter().filter_map(|entered| Case::of(entered.clone(), &steps.remove(&entered.no).unwrap_or_default())).collect())
}
