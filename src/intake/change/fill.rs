//! What an event writes into the record it meets (所填).

use super::find::{fill_of, find_reversible};
use super::reversal::{is_reversed, settle_net};
use super::{LedgerChange, goal};
use crate::domain::record::{allocation, beneficiary, disbursement, other, payment};
use crate::domain::{Entity, Record, Value};
use crate::intake::event::payment as p;
use crate::intake::told::{Fills, Identity, Stage, Told, number, text};
use crate::rules::History;
use crate::watch::Moment;
use crate::watch::cache::Cache;

impl LedgerChange {
    /// Whether a document that was entered by hand gets its number now, and everything told of it is as it was entered: no correction.
    pub(super) fn numbers_what_agrees(&self, record: &Record) -> bool {
        let Told::Allocation { id, fills } = &self.told else { return false };
        // a document number may be written in many ways: its normal form is held against it
        let agrees =
            |(slot, told): &(usize, Value)| *slot == allocation::DOC_NO || told.is_empty() || record.get(*slot).is_empty() || record.get(*slot) == told;
        record.text(allocation::ALLOCATION_ID) != id && fills.iter().all(agrees)
    }

    /// Returns whether it says otherwise than a person has decided.
    pub(super) fn fill(&self, record: &mut Record, moment: Moment, fresh: bool, cache: &Cache) -> bool {
        match &self.told {
            Told::Allocation { id, fills } => {
                record.set(allocation::ALLOCATION_ID, id.as_str());
                for (slot, value) in fills.iter().filter(|(slot, _)| ![allocation::POVERTY_FLAG, allocation::IN_LEDGER].contains(slot)) {
                    record.overlay(*slot, value.clone());
                }
                return cache.scope().hear(record, &fill_of(fills, allocation::POVERTY_FLAG), &fill_of(fills, allocation::IN_LEDGER));
            }
            Told::Payment { voucher, application, year, stage, fills } => {
                record.overlay(payment::VOUCHER_NO, text(voucher.as_deref()));
                record.overlay(payment::APPLICATION_NO, text(application.as_deref()));
                record.set(payment::FISCAL_YEAR, number(*year));
                record.set(payment::PAYMENT_KIND, p::Kind::Normal.name());
                if fresh || *stage >= Stage::of(record) {
                    if fresh || *stage > Stage::of(record) {
                        record.set(payment::HEARD_ON, crate::domain::calendar::local_date(moment.at));
                    }
                    record.set(payment::STAGE, stage.name());
                    if *stage == Stage::Reviewed { fill_gaps(record, fills) } else { replace(record, fills) }
                } else {
                    // an earlier stage told late: it fills what is missing and takes nothing back
                    fill_gaps(record, fills);
                }
                settle_net(record);
            }
            Told::Reversal { voucher, year, kind, original, original_year, fills } => {
                if *kind == p::Kind::Correction
                    && let Some(first) = find_reversible(cache, &self.source, *original_year, original)
                {
                    record.values.clone_from(&first.values);
                    record.set(payment::REVERSED, Value::Empty);
                    record.set(payment::REVERSED_ON, Value::Empty);
                    let moved = fill_of(fills, payment::ALLOCATION_ID);
                    if !moved.is_empty() && &moved != record.get(payment::ALLOCATION_ID) {
                        record.set(payment::TOLD_PROJECT_CODE, Value::Empty);
                    }
                }
                record.set(payment::VOUCHER_NO, text(Some(voucher)));
                record.set(payment::ORIGINAL_VOUCHER_NO, text(Some(original)));
                record.set(payment::FISCAL_YEAR, number(*year));
                record.set(payment::STAGE, Stage::Paid.name());
                record.set(payment::PAYMENT_KIND, kind.name());
                record.set(payment::HEARD_ON, crate::domain::calendar::local_date(moment.at));
                overlay(record, fills);
                settle_net(record);
            }
            Told::Line { voucher, year, line, fills } => {
                record.set(disbursement::VOUCHER_NO, text(Some(voucher)));
                record.set(disbursement::FISCAL_YEAR, number(*year));
                record.set(disbursement::LINE_NO, line.to_string().as_str());
                record.set(disbursement::PAYMENT, format!("{year}/{voucher}").as_str());
                replace(record, fills);
                let taken_back = cache
                    .find(Entity::Payment, &[payment::VOUCHER_NO], &[record.get(disbursement::VOUCHER_NO).clone()])
                    .iter()
                    .any(|payment| payment.get(payment::FISCAL_YEAR) == record.get(disbursement::FISCAL_YEAR) && is_reversed(payment));
                record.set(disbursement::REVERSED, taken_back);
            }
            Told::Person { person_no, fills, leaves, returns } => {
                if *returns && record.text(beneficiary::STATUS) != "在册" {
                    record.set(beneficiary::EFFECTIVE_TO, Value::Empty);
                }
                record.set(beneficiary::PERSON_NO, person_no.as_str());
                overlay(record, fills);
                record.overlay(beneficiary::EFFECTIVE_TO, Value::from(*leaves));
            }
            Told::Whole { identity, fills } => {
                name(record, identity);
                replace(record, fills);
            }
            Told::Goal { identity, filing } => {
                name(record, identity);
                goal::file(record, filing);
            }
            Told::Review { identity, status, on } => {
                name(record, identity);
                goal::review(record, *status, *on);
            }
            Told::Listed { identity, fills } => {
                name(record, identity);
                replace(record, fills);
            }
            Told::Delisted { identity, leaving, on } => {
                name(record, identity);
                // who was to leave earlier by the list's own word has left then
                let ended = record.get(leaving.until).as_date().filter(|ended| record.text(leaving.status) != leaving.word && ended < on);
                record.set(leaving.until, ended.unwrap_or(*on));
                record.set(leaving.status, leaving.word);
            }
            Told::Other { subject } => {
                record.set(other::EVENT_TYPE, self.event_type);
                record.set(other::SUBJECT, subject.as_str());
            }
        }
        false
    }
}

/// By what it is known.
fn name(record: &mut Record, identity: &Identity) {
    for (slot, value) in identity.slots.iter().zip(&identity.values) {
        record.set(*slot, value.clone());
    }
}

/// Takes what is told; what is not told stays as it was.
pub(super) fn overlay(record: &mut Record, fills: &Fills) {
    for (slot, value) in fills {
        record.overlay(*slot, value.clone());
    }
}

/// Takes what is told, emptiness included.
fn replace(record: &mut Record, fills: &Fills) {
    for (slot, value) in fills {
        record.set(*slot, value.clone());
    }
}

fn fill_gaps(record: &mut Record, fills: &Fills) {
    for (slot, value) in fills {
        if record.get(*slot).is_empty() {
            record.set(*slot, value.clone());
        }
    }
}
