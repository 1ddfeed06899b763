//! What takes payments back (冲销): refunds, cancellations, corrections, in whatever order they and the payments come.

use std::sync::Arc;

use super::find::{find_payment, find_reversible};
use super::{LedgerChange, link};
use crate::domain::record::{disbursement, payment};
use crate::domain::{Entity, Money, Record, Value};
use crate::intake::event::payment as p;
use crate::intake::told::{Stage, Told};
use crate::rules::History;
use crate::watch::cache::Cache;

impl LedgerChange {
    /// A correction that came before what it corrects takes over what it left unsaid.
    pub(super) fn complete_corrections(&self, cache: &mut Cache, subjects: &mut Vec<(Entity, String)>) {
        let Told::Payment { voucher: Some(voucher), year, .. } = &self.told else { return };
        let Some(first) = find_payment(cache, &self.source, *year, payment::VOUCHER_NO, voucher) else { return };
        for correction in self.reversals_of(&first, cache).iter().filter(|reversal| reversal.text(payment::PAYMENT_KIND) == p::Kind::Correction.name()) {
            let mut whole = (**correction).clone();
            let moved = ![&Value::Empty, first.get(payment::ALLOCATION_ID)].contains(&whole.get(payment::ALLOCATION_ID));
            for (slot, value) in first.values.iter().enumerate() {
                let of_its_own = match slot {
                    payment::REVERSED | payment::REVERSED_ON => true,
                    payment::TOLD_PROJECT_CODE => moved,
                    _ => false,
                };
                if !of_its_own && whole.get(slot).is_empty() {
                    whole.set(slot, value.clone());
                }
            }
            link::take_over(&mut whole, cache);
            settle_net(&mut whole);
            if whole.values != correction.values {
                subjects.push((Entity::Payment, whole.key.clone()));
                cache.put(whole);
            }
        }
    }

    /// What takes a payment back, of the same source, in its year or later.
    fn reversals_of(&self, first: &Record, cache: &Cache) -> Vec<Arc<Record>> {
        let prefix = format!("{}/", self.source);
        let mut found = cache.find(Entity::Payment, &[payment::ORIGINAL_VOUCHER_NO], &[first.get(payment::VOUCHER_NO).clone()]);
        found.retain(|reversal| {
            reversal.key.starts_with(&prefix)
                && reversal.key != first.key
                && reversal.get(payment::FISCAL_YEAR).as_number() >= first.get(payment::FISCAL_YEAR).as_number()
        });
        found
    }

    /// Adds up what was taken back from the payments this change touches. Returns those that lost something by it.
    pub(super) fn settle_reversals(&self, own: &str, cache: &mut Cache, changed: &mut Vec<(Entity, String)>) -> Vec<String> {
        let (original, year) = match &self.told {
            Told::Reversal { original, original_year, .. } => (original, *original_year),
            Told::Payment { voucher: Some(voucher), year, stage: Stage::Paid, .. } => (voucher, *year),
            Told::Payment { .. }
            | Told::Allocation { .. }
            | Told::Line { .. }
            | Told::Person { .. }
            | Told::Whole { .. }
            | Told::Goal { .. }
            | Told::Review { .. }
            | Told::Listed { .. }
            | Told::Delisted { .. }
            | Told::Other { .. } => return Vec::new(),
        };
        let Some(mut first) = find_reversible(cache, &self.source, year, original) else { return Vec::new() };
        let amount = first.get(payment::AMOUNT).as_money().unwrap_or(Money::ZERO);
        let reversals = self.reversals_of(&first, cache);
        let on: Value = reversals.iter().filter_map(|reversal| reversal.get(payment::PAID_ON).as_date()).max().into();
        let taken = reversals
            .iter()
            .map(|reversal| match reversal.text(payment::PAYMENT_KIND) {
                "退款" => reversal.get(payment::AMOUNT).as_money().unwrap_or(Money::ZERO),
                _ => amount,
            })
            .fold(Money::ZERO, |sum, part| sum + part)
            .min(amount);
        let lost = first.get(payment::REVERSED).as_money().unwrap_or(Money::ZERO) != taken;
        if !lost && first.get(payment::REVERSED_ON) == &on {
            return Vec::new();
        }
        if lost {
            first.set(payment::REVERSED, taken);
        }
        first.set(payment::REVERSED_ON, on);
        settle_net(&mut first);
        let (key, voucher, whole) = (first.key.clone(), first.get(payment::VOUCHER_NO).clone(), is_reversed(&first));
        let fiscal_year = first.get(payment::FISCAL_YEAR).clone();
        cache.put(first);
        if key != own {
            changed.push((Entity::Payment, key.clone()));
        }
        for line in cache.find(Entity::Disbursement, &[disbursement::VOUCHER_NO], &[voucher]) {
            if line.get(disbursement::FISCAL_YEAR) == &fiscal_year && line.get(disbursement::REVERSED).is_true() != whole {
                let mut line = (*line).clone();
                line.set(disbursement::REVERSED, whole);
                changed.push((Entity::Disbursement, line.key.clone()));
                cache.put(line);
            }
        }
        if lost { vec![key] } else { Vec::new() }
    }
}

pub(super) fn is_reversed(payment: &Record) -> bool {
    payment.get(payment::REVERSED).as_money().is_some_and(|taken| taken.fen() > 0) && payment.get(payment::NET).as_money() == Some(Money::ZERO)
}

pub(super) fn settle_net(record: &mut Record) {
    if let Some(amount) = record.get(payment::AMOUNT).as_money() {
        let taken = record.get(payment::REVERSED).as_money().unwrap_or(Money::ZERO);
        record.set(payment::NET, amount - taken);
    }
}
