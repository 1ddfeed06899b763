//! Derived links (关联): what a record takes over from the one it names, right in whatever order the two come. A payment has the project of its
//! allocation, a line the household of its person, unless they tell one themselves.

use super::LedgerChange;
use super::find::{fill_of, find_allocation};
use crate::domain::record::{allocation, beneficiary, disbursement, payment};
use crate::domain::{Entity, Record, Value};
use crate::intake::told::Told;
use crate::rules::History;
use crate::watch::cache::{Cache, Wants, want};

/// What others take over from a record: the number by which they name it, and what they then have.
#[derive(PartialEq, Eq)]
struct Lent<'r> {
    by: &'r Value,
    what: &'r Value,
    /// whoever is on the register goes before who has left it
    first: bool,
}

fn lent(record: &Record) -> Lent<'_> {
    let of = |by: usize, what: usize, first| Lent { by: record.get(by), what: record.get(what), first };
    if record.entity == Entity::Allocation {
        of(allocation::ALLOCATION_ID, allocation::PROJECT_CODE, true)
    } else {
        of(beneficiary::ID_NO, beneficiary::HOUSEHOLD_NO, record.text(beneficiary::STATUS) == "在册")
    }
}

/// Fills what the record takes over from another.
pub(super) fn take_over(record: &mut Record, cache: &Cache) {
    let (told, slot, from, index, by) = match record.entity {
        Entity::Payment => (payment::TOLD_PROJECT_CODE, payment::PROJECT_CODE, Entity::Allocation, allocation::ALLOCATION_ID, payment::ALLOCATION_ID),
        Entity::Disbursement => (disbursement::TOLD_HOUSEHOLD_NO, disbursement::HOUSEHOLD_NO, Entity::Beneficiary, beneficiary::ID_NO, disbursement::ID_NO),
        Entity::Allocation
        | Entity::Beneficiary
        | Entity::Goal
        | Entity::Indicator
        | Entity::Progress
        | Entity::Evaluation
        | Entity::Payroll
        | Entity::Project
        | Entity::Standard
        | Entity::Other => return,
    };
    let told = record.get(told).clone();
    let value = if told.is_empty() { named(cache, from, index, record.get(by)) } else { told };
    record.set(slot, value);
}

/// What those of this number lend: the first that has something, in the order of their keys.
fn named(cache: &Cache, from: Entity, index: usize, no: &Value) -> Value {
    let found = cache.find(from, &[index], std::slice::from_ref(no));
    let mut lenders: Vec<Lent<'_>> = found.iter().map(|record| lent(record)).filter(|lent| !lent.what.is_empty()).collect();
    lenders.sort_by_key(|lent| !lent.first);
    lenders.first().map_or(Value::Empty, |lent| lent.what.clone())
}

/// Refills the records that take over from this one, now that it lends something else.
pub(super) fn hand_on(before: Option<&Record>, after: &Record, cache: &mut Cache, subjects: &mut Vec<(Entity, String)>) {
    let (to, index) = match after.entity {
        Entity::Allocation => (Entity::Payment, payment::ALLOCATION_ID),
        Entity::Beneficiary => (Entity::Disbursement, disbursement::ID_NO),
        Entity::Payment
        | Entity::Disbursement
        | Entity::Goal
        | Entity::Indicator
        | Entity::Progress
        | Entity::Evaluation
        | Entity::Payroll
        | Entity::Project
        | Entity::Standard
        | Entity::Other => return,
    };
    let (was, is) = (before.map(lent), lent(after));
    let lends = was.iter().chain([&is]).any(|lent| !lent.what.is_empty());
    if was.as_ref() == Some(&is) || !lends {
        return;
    }
    let numbers = was.map(|was| was.by).filter(|by| *by != is.by).into_iter().chain([is.by]);
    for number in numbers.filter(|number| !number.is_empty()) {
        for heir in cache.find(to, &[index], std::slice::from_ref(number)) {
            let mut refilled = (*heir).clone();
            take_over(&mut refilled, cache);
            if refilled.values != heir.values {
                subjects.push((to, refilled.key.clone()));
                cache.put(refilled);
            }
        }
    }
}

impl LedgerChange {
    /// What is linked to the records that are known now.
    pub(super) fn wants_linked(&self, cache: &Cache, wants: &mut Wants) {
        match &self.told {
            Told::Allocation { id, fills } => {
                let before = find_allocation(cache, id, fills);
                let old = before.as_ref().map(lent);
                let told = fill_of(fills, allocation::PROJECT_CODE);
                let project = if told.is_empty() { old.as_ref().map_or(Value::Empty, |old| old.what.clone()) } else { told };
                let stays = old.as_ref().is_some_and(|old| old.by.as_text() == Some(id) && *old.what == project);
                if !stays && !project.is_empty() {
                    for number in old.map(|old| old.by.clone()).into_iter().chain([Value::text(id)]) {
                        want(wants, Entity::Payment, &[payment::ALLOCATION_ID], vec![number]);
                    }
                }
            }
            Told::Person { person_no, fills, .. } => {
                let before = cache.get(Entity::Beneficiary, person_no);
                if before.is_some_and(|before| before.seen.get(&self.seen_key) == Some(&self.digest)) {
                    return;
                }
                for id in before.map(|before| before.get(beneficiary::ID_NO).clone()).into_iter().chain([fill_of(fills, beneficiary::ID_NO)]) {
                    want(wants, Entity::Disbursement, &[disbursement::ID_NO], vec![id.clone()]);
                    want(wants, Entity::Beneficiary, &[beneficiary::ID_NO], vec![id]);
                }
            }
            Told::Payment { voucher, application, .. } => {
                want_allocation(cache, wants, payment::VOUCHER_NO, voucher.as_deref());
                want_allocation(cache, wants, payment::ORIGINAL_VOUCHER_NO, voucher.as_deref());
                want_allocation(cache, wants, payment::APPLICATION_NO, application.as_deref());
            }
            Told::Reversal { voucher, original, .. } => {
                want_allocation(cache, wants, payment::VOUCHER_NO, Some(voucher));
                want_allocation(cache, wants, payment::VOUCHER_NO, Some(original));
            }
            Told::Line { .. }
            | Told::Whole { .. }
            | Told::Goal { .. }
            | Told::Review { .. }
            | Told::Listed { .. }
            | Told::Delisted { .. }
            | Told::Other { .. } => {}
        }
    }
}

/// The allocations of the payments that are known under this number.
fn want_allocation(cache: &Cache, wants: &mut Wants, slot: usize, no: Option<&str>) {
    let Some(no) = no else { return };
    for payment in cache.find(Entity::Payment, &[slot], &[Value::text(no)]) {
        want(wants, Entity::Allocation, &[allocation::ALLOCATION_ID], vec![payment.get(payment::ALLOCATION_ID).clone()]);
    }
}
