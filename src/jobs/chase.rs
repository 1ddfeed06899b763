//! 催收回执: a section that has not given a receipt in time is reminded, and again after as many working days as it had. One letter a section lists all
//! of a day; each receipt is reminded of once a term, for its next term begins with the reminder. After a pause it catches up with one.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use commands::{Register, SerialNo};
use serde::{Deserialize, Serialize};

use super::{Jobs, Tick};
use crate::delivery::note::{Note, NoteKind};
use crate::domain::calendar::local_date;
use crate::store::register::{self, Filter, Step};
use crate::store::{Entry, EntryKind, StoreError, Turn, staff};
use crate::watch::Orders;
use crate::watch::notify::notify_section;
use crate::watch::receipt::{Asked, Standing};

/// Reminded of in one turn.
const AT_ONCE: i64 = 500;
/// Listed in one letter.
const LISTED: usize = 20;

/// Which receipts a chase reminded of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chased {
    pub today: NaiveDate,
    pub receipts: Vec<SerialNo>,
}

pub(super) async fn run(jobs: &Jobs) -> Result<(), StoreError> {
    loop {
        let now = jobs.clock.now();
        let today = local_date(now);
        let mut turn = jobs.store.turn().await?;
        let orders = jobs.orders.as_of(&mut turn).await?;
        if !orders.calendar.is_working_day(today) {
            return Ok(());
        }
        let overdue = register::list_in(&mut turn, Register::Receipt, Filter { overdue_on: Some(today), ..Filter::default() }, AT_ONCE).await?;
        if overdue.is_empty() {
            return Ok(());
        }
        let chased = Chased { today, receipts: overdue.iter().map(|entered| entered.no).collect() };
        let content = serde_json::to_vec(&Tick::Chase(chased.clone())).map_err(|e| StoreError::BadEntry { seq: turn.seq() + 1, reason: e.to_string() })?;
        let entry = turn.record(now, EntryKind::Tick, None, content)?;
        apply(&mut turn, &orders, &entry, &chased).await?;
        turn.commit().await?;
    }
}

pub(super) async fn apply(turn: &mut Turn, orders: &Orders, entry: &Entry, chased: &Chased) -> Result<(), StoreError> {
    let next = orders.calendar.add(chased.today, orders.settings.deadlines.receipt.unwrap_or(1));
    let mut sections: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for no in &chased.receipts {
        let Some(entered) = register::in_turn(&mut turn.tx, turn.office, *no).await? else { continue };
        let asked = register::steps_in(turn, *no).await?.first().and_then(Step::read::<Asked>);
        register::advance(turn, *no, entry.by(), (Standing::Chased.code(), Some(next)), "催收", &()).await?;
        sections.entry(entered.section).or_default().push(format!("{no} {}", asked.map(|asked| asked.about()).unwrap_or_default()));
    }
    let people = staff::all_in(&mut turn.tx, turn.office).await?;
    for (section, receipts) in sections {
        let more = receipts.len().saturating_sub(LISTED);
        let mut lines: Vec<(String, String)> = receipts.into_iter().take(LISTED).map(|receipt| ("回执".to_owned(), receipt)).collect();
        lines.extend((more > 0).then(|| ("另有".to_owned(), format!("{more} 份"))));
        let note = Note { note: NoteKind::ReceiptOverdue, at: entry.at, serial: None, section: None, due_on: Some(next), lines };
        notify_section(turn, orders, &people, entry.seq, &section, &note)?;
    }
    Ok(())
}
