//! `/我的`: what is mine to do, by what burns: overdue, today, this week, later.

use chrono::{Datelike, Days, NaiveDate};

use super::warning::line;
use super::{Actor, Declined, Desk, Reply, approve, engage, now};
use crate::chat;
use crate::domain::ChatSafe;
use crate::store::StoreError;
use crate::store::warning::{self as stored, Filter, Warning};

/// As many as fit a message.
const MOST: i64 = 20;

pub(super) async fn mine(desk: &Desk, actor: &Actor) -> Result<Reply, Declined> {
    let (_, today) = now(desk);
    let filter = Filter { handler: Some(actor.staff.id), open_only: true, ..Filter::default() };
    let open = stored::list(&desk.store, &filter, MOST + 1).await?;
    let todos = todos(desk, actor).await?;
    if open.is_empty() && todos.is_empty() {
        return Ok(chat!("您手上没有待办的预警。").into());
    }
    let sunday = today + Days::new(u64::from(6 - today.weekday().num_days_from_monday()));
    let mut lines = Vec::new();
    let mut heading = None;
    for warning in open.iter().take(usize::try_from(MOST).unwrap_or(20)) {
        let when = urgency(warning, today, sunday);
        if heading != Some(when) {
            lines.push(match when {
                Urgency::Overdue => chat!("已超期"),
                Urgency::Today => chat!("今天到期"),
                Urgency::ThisWeek => chat!("本周到期"),
                Urgency::Later => chat!("以后到期"),
            });
            heading = Some(when);
        }
        lines.push(line(desk, warning));
    }
    if i64::try_from(open.len()).is_ok_and(|count| count > MOST) {
        lines.push(chat!("还有更多,用 /预警 列表 查看。"));
    }
    if !todos.is_empty() {
        lines.push(chat!("另外要办"));
        lines.extend(todos.into_iter().map(|todo| match todo.due_on {
            Some(due) => chat!("{}  期限 {}", todo.text, due),
            None => todo.text,
        }));
    }
    Ok(ChatSafe::lines(lines).into())
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
    todos.extend(super::receipt::todos(desk, actor).await?);
    todos.extend(super::matter::todos(desk, actor).await?);
    todos.extend(super::inspection::todos(desk, actor).await?);
    todos.extend(super::lead::todos(desk, actor).await?);
    todos.sort_by_key(|todo| todo.due_on.unwrap_or(NaiveDate::MAX));
    Ok(todos)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Urgency {
    Overdue,
    Today,
    ThisWeek,
    Later,
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
