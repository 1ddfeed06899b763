//! `/我的`: what is mine to do, by what burns: overdue, today, this week, later.

use chrono::{Datelike, Days, NaiveDate};

use super::warning::line;
use super::{Actor, Declined, Desk, Reply, now};
use crate::chat;
use crate::domain::ChatSafe;
use crate::store::warning::{self as stored, Filter, Warning};

/// As many as fit a message.
const MOST: i64 = 20;

pub(super) async fn mine(desk: &Desk, actor: &Actor) -> Result<Reply, Declined> {
    let (_, today) = now(desk);
    let filter = Filter { handler: Some(actor.staff.id), open_only: true, ..Filter::default() };
    let open = stored::list(&desk.store, &filter, MOST + 1).await?;
    if open.is_empty() {
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
    Ok(ChatSafe::lines(lines).into())
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
