//! `/月报 汇总`: drawn by 农业股 (part 4, feedback (二)).

use chrono::NaiveDate;
use commands::Summarise;

use super::{Declined, Desk, Reply, now};
use crate::chat;
use crate::reports::month;

pub(super) async fn summarise(desk: &Desk, summarise: &Summarise) -> Result<Reply, Declined> {
    let (_, today) = now(desk);
    let first = NaiveDate::from_ymd_opt(summarise.month.year(), summarise.month.month(), 1).ok_or_else(|| chat!("没有这个月份。"))?;
    let counted = month::count(&desk.store, &desk.orders.settings, first, today).await?;
    Ok(Reply::Sheet(month::text(&desk.orders.settings.name, &counted)))
}
