//! `/投递 列表`: what has not gone through.

use commands::Permission;

use super::known::Known;
use super::{Actor, Declined, Desk, Reply};
use crate::chat;
use crate::delivery::card::no;
use crate::domain::ChatSafe;
use crate::store::delivery;

const MOST: i64 = 20;

/// Which warning it is about is told to whoever may know of that, and to whoever sees to it that it goes through.
pub(super) async fn list(desk: &Desk, actor: &Actor) -> Result<Reply, Declined> {
    let pending = delivery::pending(&desk.store, MOST).await?;
    let mut lines = Vec::new();
    for (channel, status, count) in delivery::counts(&desk.store).await? {
        lines.push(chat!("{} {} {} 件", channel_name(&channel), status_name(&status), count));
    }
    if lines.is_empty() {
        return Ok(chat!("还没有投递过任何通知。").into());
    }
    for p in &pending {
        let about = match p.warning {
            Some(number) if may_know(desk, actor, number).await? => chat!(" {}", no(number)),
            Some(_) | None => ChatSafe::default(),
        };
        lines.push(chat!("{} 排队于 {}  {}  已试 {} 次{}", channel_name(&p.channel), p.queued_at, status_name(&p.status), p.attempts, about));
    }
    Ok(ChatSafe::lines(lines).into())
}

async fn may_know(desk: &Desk, actor: &Actor, number: i64) -> Result<bool, Declined> {
    let known = Known::get(&desk.store, number).await?;
    Ok(actor.staff.may(Permission::Users) || known.is_some_and(|known| known.is_open_to(&actor.staff, &desk.orders.settings)))
}

fn channel_name(code: &str) -> ChatSafe {
    match code {
        "email" => chat!("邮件"),
        _ => chat!("聊天"),
    }
}

fn status_name(code: &str) -> ChatSafe {
    match code {
        "sent" => chat!("已送达"),
        "parked" => chat!("已搁置"),
        _ => chat!("待发送"),
    }
}
