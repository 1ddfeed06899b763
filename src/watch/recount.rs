//! Counting again (重新计算期限): open deadlines that were counted by an older table of holidays.

use chrono::NaiveDate;

use super::shift::{Shift, shift};
use super::{Moment, Orders};
use crate::delivery::card::Occasion;
use crate::domain::calendar::Calendar;
use crate::store::setting::Recounted;
use crate::store::transition::Move;
use crate::store::warning::{self, Warning};
use crate::store::{Entry, StoreError, Turn, pause, staff, standing};

/// Which open deadlines are others by the new calendar: what is left of them from today on is counted again. What a person laid down stays.
pub async fn find(turn: &mut Turn, old: &Calendar, new: &Calendar, today: NaiveDate) -> Result<Vec<Recounted>, StoreError> {
    let again = |day: NaiveDate| match u32::try_from(old.between(today, day)) {
        Ok(left) if day > today => new.add(today, left),
        Ok(_) | Err(_) => day,
    };
    let paused = pause::all(&mut turn.tx, turn.office).await?;
    let counted = standing::counted_after(&mut turn.tx, turn.office, today).await?;
    let all = counted.into_iter().map(|(no, due_on)| match paused.iter().find(|pause| pause.no == no) {
        Some(pause) => {
            let stood = again(pause.stood);
            let days = u32::try_from(new.between(pause.since, pause.until)).unwrap_or(0);
            (Recounted { no, due_on: new.add(stood, days), stood: Some(stood) }, due_on)
        }
        None => (Recounted { no, due_on: again(due_on), stood: None }, due_on),
    });
    Ok(all.filter(|(recounted, before)| recounted.due_on != *before).map(|(recounted, _)| recounted).collect())
}

/// Brings them into the state; they were journalled with the table.
pub async fn apply(turn: &mut Turn, orders: &Orders, entry: &Entry, recounted: &[Recounted]) -> Result<(), StoreError> {
    if recounted.is_empty() {
        return Ok(());
    }
    let people = staff::all_in(&mut turn.tx, turn.office).await?;
    let paused = pause::all(&mut turn.tx, turn.office).await?;
    let numbers: Vec<i64> = recounted.iter().map(|again| again.no).collect();
    let mut moved = Vec::new();
    for before in warning::of_numbers(&mut turn.tx, turn.office, &numbers).await? {
        let Some(again) = recounted.iter().find(|again| again.no == before.no) else { continue };
        let after = Warning { due_on: again.due_on, ..before.clone() };
        if let (Some(stood), Some(pause)) = (again.stood, paused.iter().find(|pause| pause.no == before.no)) {
            pause::write(turn, entry.seq, &pause::Pause { stood, due_on: again.due_on, ..pause.clone() }).await?;
        }
        moved.push((before, after));
    }
    let moment = Moment { seq: entry.seq, line: 1, at: entry.at };
    shift(turn, orders, &people, Shift { how: Move::Recounted, actor: None, occasion: Some(Occasion::Recounted), moment }, &moved).await
}
