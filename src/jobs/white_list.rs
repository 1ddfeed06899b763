//! 白名单到期: an entry whose last day has passed holds no more; what still stands of what it concerned is pushed, once.

use chrono::NaiveDate;
use commands::{Register, SerialNo};
use serde::{Deserialize, Serialize};

use super::{Jobs, Tick};
use crate::domain::calendar::local_date;
use crate::store::white_list::{self, Entered, State};
use crate::store::{Entry, StoreError, Turn, register};
use crate::watch::white_list::release;
use crate::watch::{Moment, Orders};

/// Which entries ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Expired {
    pub today: NaiveDate,
    /// Year × 1 000 000 + number.
    pub entries: Vec<i64>,
}

pub(super) async fn run(jobs: &Jobs) -> Result<(), StoreError> {
    let now = jobs.clock.now();
    let today = local_date(now);
    let mut turn = jobs.store.turn().await?;
    let over = white_list::expired(&mut turn.tx, turn.office, today).await?;
    if over.is_empty() {
        return Ok(());
    }
    let expired = Expired { today, entries: over.iter().map(|entered| entered.line.no).collect() };
    let entry = Tick::WhiteList(expired.clone()).record(&mut turn, now)?;
    let orders = jobs.orders.as_of(&mut turn).await?;
    apply(&mut turn, &orders, &entry, &expired).await?;
    turn.commit().await
}

pub(super) async fn apply(turn: &mut Turn, orders: &Orders, entry: &Entry, expired: &Expired) -> Result<(), StoreError> {
    for no in &expired.entries {
        let Some(found) = white_list::of(&mut turn.tx, turn.office, *no).await? else { continue };
        white_list::write(turn, entry.seq, &Entered { state: State::Expired, ..found }).await?;
        if let Some(no) = SerialNo::of_stored(Register::WhiteList, *no) {
            register::advance(turn, no, entry.by(), (State::Expired.code(), None), "到期", &serde_json::json!({})).await?;
        }
    }
    let orders = orders.anew(turn).await?;
    for no in &expired.entries {
        release(turn, &orders, *no, Moment { seq: entry.seq, line: 1, at: entry.at }, None).await?;
    }
    Ok(())
}
