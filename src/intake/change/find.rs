//! Which record an event meets (所遇): by the numbers that it names.

use super::LedgerChange;
use crate::domain::record::{allocation, beneficiary, disbursement, other, payment};
use crate::domain::text::normalise;
use crate::domain::{Entity, Record, Value};
use crate::intake::event::payment as p;
use crate::intake::told::{Fills, Told};
use crate::rules::History;
use crate::watch::Moment;
use crate::watch::cache::{Cache, Wants, want};

/// What is told of this field.
pub(super) fn fill_of(fills: &Fills, slot: usize) -> Value {
    fills.iter().find(|(at, _)| *at == slot).map_or(Value::Empty, |(_, value)| value.clone())
}

/// The allocation of this number; or the document of this number that was entered by hand before anybody knew a number of it.
pub(super) fn find_allocation(cache: &Cache, id: &str, fills: &Fills) -> Option<Record> {
    let numbered = |no: Value| cache.find(Entity::Allocation, &[allocation::ALLOCATION_ID], &[no]).into_iter().next();
    numbered(Value::text(id)).or_else(|| numbered(fill_of(fills, allocation::DOC_NO_NORMAL))).map(|record| (*record).clone())
}

pub(super) fn voucher_key(source: &str, year: u16, voucher: &str) -> String {
    format!("{source}/{year}/{voucher}")
}

pub(super) fn line_key(source: &str, year: u16, voucher: &str, line: u32) -> String {
    format!("{}/{line}", voucher_key(source, year, voucher))
}

/// The payment of this source and year with this number, under whatever key it was first heard of.
pub(super) fn find_payment(cache: &Cache, source: &str, year: u16, slot: usize, no: &str) -> Option<Record> {
    find_of_kind(cache, source, year, slot, no, p::Kind::Normal)
}

/// What a reversal takes back: a payment, or the correction that stands in for one.
pub(super) fn find_reversible(cache: &Cache, source: &str, year: u16, no: &str) -> Option<Record> {
    let of_kind = |kind| find_of_kind(cache, source, year, payment::VOUCHER_NO, no, kind);
    of_kind(p::Kind::Normal).or_else(|| of_kind(p::Kind::Correction))
}

fn find_of_kind(cache: &Cache, source: &str, year: u16, slot: usize, no: &str, kind: p::Kind) -> Option<Record> {
    let prefix = format!("{source}/{year}/");
    let found = cache.find(Entity::Payment, &[slot], &[Value::text(&normalise(no))]);
    found.into_iter().find(|record| record.key.starts_with(&prefix) && record.text(payment::PAYMENT_KIND) == kind.name()).map(|record| (*record).clone())
}

impl LedgerChange {
    /// What identifies the record and what it is linked to.
    pub(super) fn wants(&self, wants: &mut Wants) {
        let one = |no: &str| vec![Value::text(&normalise(no))];
        match &self.told {
            Told::Allocation { id, fills } => {
                want(wants, Entity::Allocation, &[allocation::ALLOCATION_ID], one(id));
                want(wants, Entity::Allocation, &[allocation::ALLOCATION_ID], vec![fill_of(fills, allocation::DOC_NO_NORMAL)]);
            }
            Told::Payment { voucher, application, fills, .. } => {
                want(wants, Entity::Allocation, &[allocation::ALLOCATION_ID], vec![fill_of(fills, payment::ALLOCATION_ID)]);
                if let Some(voucher) = voucher {
                    want(wants, Entity::Payment, &[payment::VOUCHER_NO], one(voucher));
                    want(wants, Entity::Payment, &[payment::ORIGINAL_VOUCHER_NO], one(voucher));
                    want(wants, Entity::Disbursement, &[disbursement::VOUCHER_NO], one(voucher));
                }
                if let Some(application) = application {
                    want(wants, Entity::Payment, &[payment::APPLICATION_NO], one(application));
                }
            }
            Told::Reversal { voucher, original, fills, .. } => {
                want(wants, Entity::Allocation, &[allocation::ALLOCATION_ID], vec![fill_of(fills, payment::ALLOCATION_ID)]);
                for no in [voucher, original] {
                    want(wants, Entity::Payment, &[payment::VOUCHER_NO], one(no));
                    want(wants, Entity::Payment, &[payment::ORIGINAL_VOUCHER_NO], one(no));
                }
                want(wants, Entity::Disbursement, &[disbursement::VOUCHER_NO], one(original));
            }
            Told::Line { voucher, year, line, fills } => {
                if fill_of(fills, disbursement::TOLD_HOUSEHOLD_NO).is_empty() {
                    want(wants, Entity::Beneficiary, &[beneficiary::ID_NO], vec![fill_of(fills, disbursement::ID_NO)]);
                }
                want(wants, Entity::Payment, &[payment::VOUCHER_NO], one(voucher));
                let key = vec![Value::text(&format!("{year}/{voucher}")), Value::text(&line.to_string())];
                want(wants, Entity::Disbursement, &[disbursement::PAYMENT, disbursement::LINE_NO], key);
            }
            Told::Person { person_no, .. } => want(wants, Entity::Beneficiary, &[beneficiary::PERSON_NO], one(person_no)),
            Told::Whole { identity, .. }
            | Told::Goal { identity, .. }
            | Told::Review { identity, .. }
            | Told::Listed { identity, .. }
            | Told::Delisted { identity, .. } => want(wants, identity.entity, identity.slots, identity.values.clone()),
            Told::Other { subject } => want(wants, Entity::Other, &[other::SUBJECT], vec![Value::text(subject)]),
        }
    }

    pub(super) const fn entity(&self) -> Entity {
        match &self.told {
            Told::Allocation { .. } => Entity::Allocation,
            Told::Payment { .. } | Told::Reversal { .. } => Entity::Payment,
            Told::Line { .. } => Entity::Disbursement,
            Told::Person { .. } => Entity::Beneficiary,
            Told::Whole { identity, .. }
            | Told::Goal { identity, .. }
            | Told::Review { identity, .. }
            | Told::Listed { identity, .. }
            | Told::Delisted { identity, .. } => identity.entity,
            Told::Other { .. } => Entity::Other,
        }
    }

    /// The record as it stands, if there is one, and the key for a new one.
    pub(super) fn identify(&self, cache: &Cache, moment: Moment) -> (Option<Record>, String) {
        let source = &self.source;
        let known = |entity, key: &str| cache.get(entity, key).map(|record| (**record).clone());
        match &self.told {
            Told::Allocation { id, fills } => (find_allocation(cache, id, fills), id.clone()),
            Told::Payment { voucher, application, year, .. } => {
                let by_voucher = voucher.as_ref().and_then(|no| find_payment(cache, source, *year, payment::VOUCHER_NO, no));
                let by_application = || application.as_ref().and_then(|no| find_payment(cache, source, *year, payment::APPLICATION_NO, no));
                let key = match (voucher, application) {
                    (Some(voucher), _) => voucher_key(source, *year, voucher),
                    // a voucher may be told of another application later: the number alone would not stay its own
                    (None, application) => format!("{source}/{year}/申请/{}/{}-{}", application.as_deref().unwrap_or(""), moment.seq, moment.line),
                };
                // an application may be paid by several vouchers: only a row without another voucher is taken over
                let same = |record: &Record| record.get(payment::VOUCHER_NO).is_empty() || voucher.is_none();
                (by_voucher.or_else(|| by_application().filter(same)), key)
            }
            Told::Reversal { voucher, year, kind, .. } => {
                // some sources tell it under the number of what it takes back, or of another payment
                let key = format!("{}/{}", voucher_key(source, *year, voucher), kind.name());
                (known(Entity::Payment, &key), key)
            }
            Told::Line { voucher, year, line, .. } => {
                let slots = [disbursement::PAYMENT, disbursement::LINE_NO];
                let key = [Value::text(&format!("{year}/{voucher}")), Value::text(&line.to_string())];
                let prefix = format!("{source}/");
                let found =
                    cache.find(Entity::Disbursement, &slots, &key).into_iter().find(|record| record.key.starts_with(&prefix)).map(|record| (*record).clone());
                (found, line_key(source, *year, voucher, *line))
            }
            Told::Person { person_no, .. } => (known(Entity::Beneficiary, person_no), person_no.clone()),
            Told::Whole { identity, .. }
            | Told::Goal { identity, .. }
            | Told::Review { identity, .. }
            | Told::Listed { identity, .. }
            | Told::Delisted { identity, .. } => (known(identity.entity, &identity.key), identity.key.clone()),
            Told::Other { subject } => (known(Entity::Other, subject), subject.clone()),
        }
    }
}
