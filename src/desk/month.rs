//! `/月报 汇总`: drawn by 农业股 (part 4, feedback (二)).

use chrono::NaiveDate;
use commands::Summarise;

use super::{Declined, Desk, Reply, now};
use crate::chat;
use crate::domain::Entity;
use crate::reports::month;

pub(super) async fn summarise(desk: &Desk, summarise: &Summarise) -> Result<Reply, Declined> {
    let (_, today) = now(desk);
    let first = NaiveDate::from_ymd_opt(summarise.month.year(), summarise.month.month(), 1).ok_or_else(|| chat!("没有这个月份。"))?;
    let counted = month::count(&desk.store, &desk.orders.settings, first, today).await?;
    let mut text = month::text(&desk.orders.settings, &counted);
    for (code, name, missing) in desk.orders.not_ready(&desk.store).await? {
        let missing: Vec<&str> = missing.into_iter().map(Entity::name).collect();
        text.push_str(&format!("\n未就绪:{code} {name},还没有收到过{}数据,没有判断。", missing.join("、")));
    }
    Ok(Reply::Sheet(text))
}
