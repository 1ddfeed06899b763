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
use crate::store::register::{self, Filter};
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
        for entered in of(AccessState::Opinion).await? {
            let (no, due_on) = (entered.no, entered.due_on);
            let case = Case::of(entered, &register::steps(&desk.store, no).await?);
            if let Some(case) = case.filter(|case| !case.speaks_for(settings, &people, actor.staff.id).is_empty()) {
                todos.push(Todo { due_on, text: chat!("{} 权限申请({})待您签署意见:/权限 意见", no, kind_name(case.filed.kind)) });
            }
        }
        for entered in of(AccessState::Review).await? {
            if route::heads(settings, &entered.section, &people, &BTreeSet::new()).iter().any(|head| head.id == actor.staff.id) {
                todos.push(Todo { due_on: entered.due_on, text: chat!("{} 用户权限年审待您确认:/权限 年审 确认", entered.no) });
            }
        }
    }
    if grants(actor) {
        // one's own is for somebody else to grant
        for entered in of(AccessState::Grant).await?.into_iter().filter(|entered| entered.actor != actor.staff.id) {
            let no = entered.no;
            if let Some(case) = Case::of(entered, &register::steps(&desk.store, no).await?)
                && !case.filed.people.iter().any(|row| row.id == Some(actor.staff.id))
            {
                todos.push(Todo { due_on: case.entered.due_on, text: chat!("{} 权限申请({})待授权:/权限 授予", no, kind_name(case.filed.kind)) });
            }
        }
    }
    Ok(todos)
}
