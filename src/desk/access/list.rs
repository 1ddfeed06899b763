//! `/权限 列表|查看|清单|一览`: applications, who holds what, and what each role may say.

use std::collections::BTreeMap;

use commands::access::AccessState;
use commands::{Permission, Register, SectionKind, SerialNo, roles};

use super::filed::{Case, Opined, Row};
use super::{kind_name, unknown};
use crate::chat;
use crate::desk::{Account, Actor, Declined, Desk, Reply, section_name};
use crate::domain::ChatSafe;
use crate::domain::calendar::local;
use crate::reports::table::{Align, Table};
use crate::store::register::{self, Entered, Filter, Step};
use crate::store::staff::{self, Staff};

/// As many as fit a message.
const MOST: usize = 15;

pub(super) fn state_name(state: Option<AccessState>) -> ChatSafe {
    state.map_or_else(ChatSafe::default, |state| ChatSafe::fixed(state.name()))
}

/// Whether somebody may know of an application: 财政信息中心, the section that filed it, and those that have a say.
fn may_know(desk: &Desk, actor: &Actor, people: &[Staff], entered: &Entered, case: Option<&Case>) -> bool {
    let has_a_say = |case: &Case| {
        let mut needed = case.filed.needed.iter();
        needed.any(|section| case.filed.deciders(&desk.orders.settings, people, section).any(|head| head.id == actor.staff.id))
    };
    grants(actor) || entered.section == actor.staff.section || case.is_some_and(has_a_say)
}

pub(super) fn grants(actor: &Actor) -> bool {
    actor.kind == Some(SectionKind::InfoCenter) && actor.staff.may(Permission::Users)
}

pub(super) async fn list(desk: &Desk, actor: &Actor, state: Option<AccessState>) -> Result<Reply, Declined> {
    let people = staff::all(&desk.store).await?;
    let open = [AccessState::Opinion, AccessState::Grant, AccessState::Review];
    let states: &[AccessState] = state.as_ref().map_or(&open, std::slice::from_ref);
    let (mut lines, mut more) = (Vec::new(), false);
    for state in states {
        let found = register::list(&desk.store, Register::Access, Filter { state: Some(state.code()), ..Filter::default() }, 200).await?;
        let mut steps = register::steps_of(&desk.store, Register::Access, &found).await?;
        for entered in found {
            let case = Case::of(entered.clone(), &steps.remove(&entered.no).unwrap_or_default());
            if !may_know(desk, actor, &people, &entered, case.as_ref()) {
                continue;
            }
            more |= lines.len() == MOST;
            if lines.len() < MOST {
                let what = case.map_or_else(|| chat!("年审"), |case| chat!("{} {} 人", kind_name(case.filed.kind), case.filed.people.len()));
                let due = entered.due_on.map(|day| chat!("  期限 {}", day)).unwrap_or_default();
                let section = section_name(&desk.orders.settings, &entered.section);
                lines.push(chat!("{} {}  {}  {}{}", entered.no, what, section, state_name(Some(*state)), due));
            }
        }
    }
    if lines.is_empty() {
        return Ok(chat!("没有符合条件的权限申请。").into());
    }
    if more {
        lines.push(chat!("还有更多,可加状态缩小范围。"));
    }
    Ok(ChatSafe::lines(lines).into())
}

/// All of it, at the bureau's own terminal; of numbers the ends.
pub(super) async fn show(desk: &Desk, actor: &Actor, no: SerialNo) -> Result<Reply, Declined> {
    let Some(entered) = register::get(&desk.store, no).await? else { return Err(unknown(no)) };
    let steps = register::steps(&desk.store, no).await?;
    let people = staff::all(&desk.store).await?;
    let found = Case::of(entered.clone(), &steps);
    let case = found.filter(|case| may_know(desk, actor, &people, &entered, Some(case))).ok_or_else(|| unknown(no))?;
    let settings = &desk.orders.settings;
    let mut lines = vec![format!("{no} {} {} {}", case.filed.kind.name(), settings.section_name(&entered.section), case.state.name())];
    lines.extend(case.filed.people.iter().map(|row| described(desk, row)));
    lines.extend(steps.iter().map(|step| told(desk, &people, step)));
    Ok(Reply::Private(lines.join("\n")))
}

fn described(desk: &Desk, row: &Row) -> String {
    let names = row.permissions.as_ref().map(|held| held.iter().map(|permission| permission.name()).collect::<Vec<_>>().join("、"));
    let parts = [
        ("股室", row.section.as_deref().map(|code| desk.orders.settings.section_name(code))),
        ("职务", row.title.clone()),
        ("权限", names),
        ("身份证号", row.id_no.as_deref().map(crate::domain::mask::id_no)),
        ("联系电话", row.phone.as_deref().map(crate::domain::mask::phone)),
        ("邮箱", row.email.clone()),
        ("备注", row.note.clone()),
    ];
    let parts = parts.into_iter().filter_map(|(label, text)| Some(format!("  {label} {}", text?)));
    std::iter::once(row.name.clone()).chain(parts).collect()
}

fn told(desk: &Desk, people: &[Staff], step: &Step) -> String {
    let who = staff::named(people, step.actor).map(|(_, name)| name).unwrap_or_default();
    let opined = serde_json::from_str::<Opined>(&step.content).ok();
    let reason = serde_json::from_str::<commands::access::GivingBack>(&step.content).ok().map(|back| format!(":{}", back.reason));
    let said = opined.map(|opined| {
        let names: Vec<String> = opined.sections.iter().map(|section| desk.orders.settings.section_name(section)).collect();
        let note = opined.note.map(|note| format!(":{note}")).unwrap_or_default();
        format!("({}){}{note}", names.join("、"), opined.opinion.name())
    });
    format!("{} {who} {}{}", local(step.at).format("%m-%d %H:%M"), step.step, said.or(reason).unwrap_or_default())
}

/// Who holds what: person by person at the terminal, in numbers in chat; and which sections have not been reviewed.
pub(super) async fn roster(desk: &Desk, actor: &Actor) -> Result<Reply, Declined> {
    let settings = &desk.orders.settings;
    let mut people: Vec<Staff> = staff::all(&desk.store).await?;
    people.retain(|person| person.active);
    let filter = Filter { state: Some(AccessState::Review.code()), ..Filter::default() };
    let waiting = register::list(&desk.store, Register::Access, filter, 200).await?;
    let mut late: Vec<&str> = waiting.iter().map(|entered| entered.section.as_str()).collect();
    late.sort_unstable();
    late.dedup();
    if actor.account != Account::Console {
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        people.iter().for_each(|person| *counts.entry(person.section.as_str()).or_default() += 1);
        let mut lines: Vec<ChatSafe> = counts.iter().map(|(code, count)| chat!("{} {} 人", section_name(settings, code), *count)).collect();
        lines.push(chat!("每个人的权限在单位内部的终端上看。"));
        if !late.is_empty() {
            lines.push(chat!("还没有年审:{}。", ChatSafe::list(late.iter().map(|code| section_name(settings, code)))));
        }
        return Ok(ChatSafe::lines(lines).into());
    }
    let acts = staff::last_acts(&desk.store).await?;
    let mut table = Table::new(&["姓名", "股室", "职务", "权限", "从何时起", "最近办事"].map(|name| (name, Align::Left)));
    let day = |at: Option<chrono::DateTime<chrono::Utc>>| at.map_or_else(|| "—".to_owned(), |at| local(at).format("%Y-%m-%d").to_string());
    for person in people {
        let section = settings.section_name(&person.section);
        table.row([person.name.clone(), section, person.title.clone(), held(&person.permissions), day(person.since), day(acts.get(&person.id).copied())]);
    }
    let names: Vec<String> = late.iter().map(|code| settings.section_name(code)).collect();
    let late = if names.is_empty() { String::new() } else { format!("还没有年审:{}。\n", names.join("、")) };
    Ok(Reply::Private(format!("{table}{late}")))
}

pub(super) fn held(permissions: &[Permission]) -> String {
    permissions.iter().map(|permission| permission.name()).collect::<Vec<_>>().join("、")
}

/// The table of roles, narrow enough for a terminal: roles by number, with a legend above.
pub(super) fn table() -> Reply {
    let legend = roles::ROLES.iter().enumerate().map(|(at, role)| format!("{} {}({})", at + 1, role.name, held(role.permissions)));
    let numbers: Vec<String> = (1..=roles::ROLES.len()).map(|number| number.to_string()).collect();
    let mut table = Table::new(&[("命令", Align::Left)]).numbers(&numbers.iter().map(String::as_str).collect::<Vec<_>>());
    for (form, cells) in roles::table() {
        let place = if form.allowed.at_terminal { "(只在终端)" } else { "" };
        table.row(std::iter::once(format!("{}{place}", form.title())).chain(cells.iter().map(|may| roles::mark(*may).to_owned())));
    }
    Reply::Sheet(format!("{}\n\n{table}", legend.collect::<Vec<_>>().join("\n")))
}
