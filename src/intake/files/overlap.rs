//! Lists under one voucher (同一凭证的清册): each town's counts from 1, and the second must not overwrite the lines of the first one's people.

use std::collections::HashMap;

use super::Refusal;
use super::lines::Lines;
use crate::domain::record::disbursement;
use crate::domain::{Entity, Value};
use crate::intake::take::read;
use crate::store::{Store, StoreError, ledger};

/// Lines asked for at once.
const PAGE: usize = 2000;

/// Key of a line → id number and account of whom it reaches.
type Reached = HashMap<String, [Value; 2]>;

/// Refuses a list of which lines stand in the ledger already and reach somebody else.
pub async fn check(store: &Store, lines: &mut Lines, source: &str) -> Result<(), Refusal> {
    let mut others = 0;
    let mut page = Reached::new();
    for line in lines.spooled.lines().map_err(Refusal::Spool)? {
        let Ok(change) = read(source, line.map_err(Refusal::Spool)?.as_bytes(), &store.keys) else { continue };
        page.extend(change.reaches());
        if page.len() >= PAGE {
            others += of_others(store, std::mem::take(&mut page)).await?;
        }
    }
    others += of_others(store, page).await?;
    if others > 0 { Err(Refusal::OtherPeople(others)) } else { Ok(()) }
}

async fn of_others(store: &Store, page: Reached) -> Result<usize, StoreError> {
    let keys: Vec<String> = page.keys().cloned().collect();
    let mut turn = store.turn().await?;
    let there = ledger::by_key(&mut turn.tx, turn.office, Entity::Disbursement, &keys).await?;
    let other = |before: [&Value; 2], now: &[Value; 2]| {
        let told = || before.into_iter().zip(now).filter(|(before, now)| !before.is_empty() && !now.is_empty());
        // a number corrected leaves the other as it was
        told().next().is_some() && told().all(|(before, now)| before != now)
    };
    let slots = [disbursement::ID_NO, disbursement::ACCOUNT];
    Ok(there.iter().filter(|record| page.get(&record.key).is_some_and(|now| other(slots.map(|slot| record.get(slot)), now))).count())
}
