//! `/我的`: what is mine to do, by what burns: overdue, today, this week, later, and what waits for others.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, Days, NaiveDate};
use commands::{Page, SectionKind};

use super::warning::{line, pages};
use super::{
    Actor, Declined, Desk, Reply, access, approve, countersign, engage, inspection, lead, leave, matter, now, receipt, scope, section_name, white_list,
};
use crate::chat;
use crate::delivery::card::mention;
use crate::domain::ChatSafe;
use crate::store::warning::{self as stored, Filter, Warning};
use crate::store::{StoreError, absence, pause, staff, standing};

/// As many as fit a message.
const MOST: i64 = 20;

pub(super) async fn mine(desk: &Desk, actor: &Actor, page: Page) -> Result<Reply, Declined> {
    let (_, today) = now(desk);
    let filter = Filter { handler: Some(actor.staff.id), open_only: true, skip: page.skips(MOST), ..Filter::default() };
    let total = stored::count(&desk.store, &filter).await?;
    let open = stored::list(&desk.store, &filter, MOST).await?;
    let mut lines = Vec::new();
    if actor.kind.is_none() {
        // their section was dissolved (撤并)
        lines.push(chat!("您所在的股室已经撤并,不在名单里了。请由接管的股室申请变更,或找财政信息中心。"));
    }
    lines.extend(listed(desk, actor, today, &open).await?);
    if total > MOST || !page.is_first() {
        lines.push(pages(page, total, MOST));
    }
    if page.is_first() {
        let todos = todos(desk, actor).await?;
        if !todos.is_empty() {
            lines.push(chat!("另外要办"));
            lines.extend(todos.into_iter().map(|todo| match todo.due_on {
                Some(due) => chat!("{}  期限 {}", todo.text, due),
                None => todo.text,
            }));
        }
        lines.extend(whole_office(desk, actor, today).await?);
    }
    if lines.is_empty() {
        return Ok(chat!("您手上没有待办的预警。").into());
    }
    Ok(ChatSafe::lines(lines).into())
}

/// The warnings with a heading for each urgency, and for whom they are done.
async fn listed(desk: &Desk, actor: &Actor, today: NaiveDate, open: &[Warning]) -> Result<Vec<ChatSafe>, StoreError> {
    let sunday = today + Days::new(u64::from(6 - today.weekday().num_days_from_monday()));
    let paused: BTreeSet<i64> = pause::all_now(&desk.store).await?.into_iter().map(|pause| pause.no).collect();
    let lent: BTreeMap<i64, i64> = absence::for_whom(&desk.store, actor.staff.id).await?.into_iter().collect();
    let people = if lent.is_empty() { Vec::new() } else { staff::all(&desk.store).await? };
    let mut lines = Vec::new();
    let mut heading = None;
    for warning in open {
        let when = if paused.contains(&warning.no) { Urgency::Waiting } else { urgency(warning, today, sunday) };
        if heading != Some(when) {
            lines.push(match when {
                Urgency::Overdue => chat!("已超期"),
                Urgency::Today => chat!("今天到期"),
                Urgency::ThisWeek => chat!("本周到期"),
                Urgency::Later => chat!("以后到期"),
                Urgency::Waiting => chat!("等候其他单位(暂停计时)"),
            });
            heading = Some(when);
        }
        let whom = lent.get(&warning.no).map(|id| chat!("  代 {} 办理", mention(staff::named(&people, Some(*id)).as_ref()))).unwrap_or_default();
        lines.push(chat!("{}{}", line(desk, warning), whom));
    }
    Ok(lines)
}

/// Something to do that is no warning of one's own: an approval, a receipt, an opinion.
pub(super) struct Todo {
    pub due_on: Option<NaiveDate>,
    /// What, and by which command.
    pub text: ChatSafe,
}

/// From every register that asks somebody for something, by deadline.
async fn todos(desk: &Desk, actor: &Actor) -> Result<Vec<Todo>, StoreError> {
    let mut todos: Vec<Todo> = Vec::new();
    todos.extend(approve::todos(desk, actor).await?);
    todos.extend(engage::todos(desk, actor).await?);
    todos.extend(scope::todos(desk, actor).await?);
    todos.extend(receipt::todos(desk, actor).await?);
    todos.extend(matter::todos(desk, actor).await?);
    todos.extend(inspection::todos(desk, actor).await?);
    todos.extend(lead::todos(desk, actor).await?);
    todos.extend(access::todos(desk, actor).await?);
    todos.extend(countersign::todos(desk, actor).await?);
    todos.extend(leave::todos(desk, actor).await?);
    todos.extend(white_list::todos(desk, actor).await?);
    todos.sort_by_key(|todo| todo.due_on.unwrap_or(NaiveDate::MAX));
    Ok(todos)
}

/// What is overdue in the whole bureau, for 领导小组办公室.
async fn whole_office(desk: &Desk, actor: &Actor, today: NaiveDate) -> Result<Vec<ChatSafe>, StoreError> {
    if actor.kind != Some(SectionKind::LeadOffice) {
        return Ok(Vec::new());
    }
    let overdue = standing::overdue(&desk.store, today).await?;
    if overdue.is_empty() {
        return Ok(Vec::new());
    }
    let mut lines = vec![chat!("全局超期")];
    lines.extend(overdue.iter().map(|of| {
        let late = desk.orders.calendar.between(of.since, today);
        chat!("{}  {} 条  最久的超期 {} 个工作日", section_name(&desk.orders.settings, &of.section), of.count, late)
    }));
    lines.push(chat!("用 /预警 列表 超期 股室=… 查看。"));
    Ok(lines)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Urgency {
    Overdue,
    Today,
    ThisWeek,
    Later,
    Waiting,
}

fn urgency(warning: &Warning, today: NaiveDate, sunday: NaiveDate) -> Urgency {
    if warning.due_on < today {
        Urgency::Overdue
    } else if warning.due_on == today {
        Urgency::Today
    } else if warning.due_on <= sunday {
        Urgency::ThisWeek
    } else {
        Urgency::Later
    }
}
