//! 暂停到日: a deadline that stood still runs again on its day.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{Jobs, Tick};
use crate::delivery::card::Occasion;
use crate::domain::calendar::local_date;
use crate::store::pause::{self, Pause};
use crate::store::transition::Move;
use crate::store::warning::{self, Warning};
use crate::store::{Entry, StoreError, Turn, staff};
use crate::watch::shift::{Shift, shift};
use crate::watch::{Moment, Orders};

/// Which deadlines run again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ended {
    pub today: NaiveDate,
    /// Warnings: year × 1 000 000 + number.
    pub numbers: Vec<i64>,
}

pub(super) async fn run(jobs: &Jobs) -> Result<(), StoreError> {
    let now = jobs.clock.now();
    let today = local_date(now);
    let mut turn = jobs.store.turn().await?;
    let over = pause::all(&mut turn.tx, turn.office).await?.into_iter().filter(|pause| pause.until <= today);
    let numbers: Vec<i64> = over.map(|pause| pause.no).collect();
    if numbers.is_empty() {
        return Ok(());
    }
    let ended = Ended { today, numbers };
    let entry = Tick::Pauses(ended.clone()).record(&mut turn, now)?;
    let orders = jobs.orders.as_of(&mut turn).await?;
    apply(&mut turn, &orders, &entry, &ended).await?;
    turn.commit().await
}

pub(super) async fn apply(turn: &mut Turn, orders: &Orders, entry: &Entry, ended: &Ended) -> Result<(), StoreError> {
    let people = staff::all_in(&mut turn.tx, turn.office).await?;
    let pauses: Vec<Pause> = pause::all(&mut turn.tx, turn.office).await?;
    let mut moved = Vec::new();
    for before in warning::of_numbers(&mut turn.tx, turn.office, &ended.numbers).await? {
        let Some(pause) = pauses.iter().find(|pause| pause.no == before.no) else { continue };
        let after = Warning { due_on: orders.resumed(pause, ended.today), ..before.clone() };
        moved.push((before, after));
        pause::remove(turn, pause.no).await?;
    }
    let moment = Moment { seq: entry.seq, line: 1, at: entry.at };
    shift(turn, orders, &people, Shift { how: Move::Resumed, actor: None, occasion: Some(Occasion::Resumed), moment }, &moved).await
}
