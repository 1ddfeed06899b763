//! 请假到日: on the first day of leave open warnings go to the stand-in, after the last they come back; what falls to somebody away goes on.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{Jobs, Tick};
use crate::domain::calendar::local_date;
use crate::store::absence::{Absence, State};
use crate::store::{Entry, StoreError, Turn};
use crate::watch::leave::{Staffing, advance, hand_back, hand_over, strays};
use crate::watch::{Moment, Orders};

/// Which leave (year × 1 000 000 + number) begins and ends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Turned {
    pub today: NaiveDate,
    pub begun: Vec<i64>,
    pub over: Vec<i64>,
}

pub(super) async fn run(jobs: &Jobs) -> Result<(), StoreError> {
    let now = jobs.clock.now();
    let today = local_date(now);
    let mut turn = jobs.store.turn().await?;
    let orders = jobs.orders.as_of(&mut turn).await?;
    let staffing = Staffing::read(&mut turn).await?;
    let numbers = |which: &dyn Fn(&Absence) -> bool| staffing.absences.iter().filter(|absence| which(absence)).map(|absence| absence.no).collect::<Vec<_>>();
    let over = numbers(&|absence| absence.until < today);
    let begun = numbers(&|absence| absence.state == State::Planned && absence.meets(today, today));
    if over.is_empty() && begun.is_empty() && strays(&mut turn, &orders, &staffing, today).await?.is_empty() {
        return Ok(());
    }
    let turned = Turned { today, begun, over };
    let entry = Tick::Leave(turned.clone()).record(&mut turn, now)?;
    apply(&mut turn, &orders, &entry, &turned).await?;
    turn.commit().await
}

pub(super) async fn apply(turn: &mut Turn, orders: &Orders, entry: &Entry, turned: &Turned) -> Result<(), StoreError> {
    let moment = Moment { seq: entry.seq, line: 1, at: entry.at };
    let staffing = Staffing::read(turn).await?;
    let named = |numbers: &[i64]| staffing.absences.iter().filter(|absence| numbers.contains(&absence.no)).cloned().collect::<Vec<_>>();
    // first back, then over to others: whoever has come back may stand in
    for leave in named(&turned.over) {
        hand_back(turn, orders, &staffing, &leave, moment, None).await?;
        advance(turn, entry.by(), &leave, State::Over, "结束").await?;
    }
    for leave in named(&turned.begun) {
        advance(turn, entry.by(), &leave, State::Away, "开始").await?;
    }
    let staffing = Staffing::read(turn).await?;
    hand_over(turn, orders, &staffing, moment, None).await.map(drop)
}
