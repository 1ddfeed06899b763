//! What an event changes in the ledger (台账): which record it meets, what it corrects, what it takes back.

use std::sync::Arc;

use super::event::{Event, payment as p};
use super::subject::undoes;
use super::told::{Fills, Stage, Told, number, text, told};
use crate::domain::record::{allocation, beneficiary, disbursement, other, payment};
use crate::domain::text::normalise;
use crate::domain::{Entity, Money, Record, Value};
use crate::keys::Keyring;
use crate::rules::History;
use crate::store::audit::hex;
use crate::store::ledger::Correction;
use crate::watch::cache::{Cache, Wants, want};
use crate::watch::{Applied, Change, Moment, Outcome};

/// One line of an event, ready to be applied.
#[derive(Debug, Clone)]
pub struct LedgerChange {
    source: String,
    event_type: &'static str,
    /// Event type, and what tells two legitimate events of one type apart (a second adjustment is no correction of the first).
    seen_key: String,
    /// Keyed digest of the typed content: however it was written, the same content has the same.
    digest: String,
    told: Told,
    /// What was told before and holds no more.
    undoes: Option<String>,
}

impl LedgerChange {
    pub fn new(source: &str, event: &Event, keys: &Keyring) -> LedgerChange {
        let event_type = event.type_name();
        let content = format!("{event_type}\n{}", event.canonical());
        let digest = hex(&keys.commit(content.as_bytes())[..16]);
        let (told, suffix) = told(source, event, keys);
        LedgerChange { source: source.to_owned(), event_type, seen_key: format!("{event_type}{suffix}"), digest, told, undoes: undoes(event) }
    }

    /// The key of a disbursement line, and whom it reaches: id number and account.
    pub fn reaches(&self) -> Option<(String, [Value; 2])> {
        let Told::Line { voucher, year, line, fills } = &self.told else { return None };
        let value = |slot: usize| fill_of(fills, slot);
        Some((line_key(&self.source, *year, voucher, *line), [value(disbursement::ID_NO), value(disbursement::ACCOUNT)]))
    }

    /// The record of a list that it tells about: table and business identity.
    pub fn listed(&self) -> Option<(Entity, &str)> {
        match &self.told {
            Told::Person { person_no, .. } => Some((Entity::Beneficiary, person_no)),
            Told::Other { subject } => Some((Entity::Other, subject)),
            Told::Allocation { .. } | Told::Payment { .. } | Told::Reversal { .. } | Told::Line { .. } => None,
        }
    }
}

/// What is told of this field.
fn fill_of(fills: &Fills, slot: usize) -> Value {
    fills.iter().find(|(at, _)| *at == slot).map_or(Value::Empty, |(_, value)| value.clone())
}

/// The allocation of this number; or the document of this number that was entered by hand before anybody knew a number of it.
fn find_allocation(cache: &Cache, id: &str, fills: &Fills) -> Option<Record> {
    let numbered = |no: Value| cache.find(Entity::Allocation, &[allocation::ALLOCATION_ID], &[no]).into_iter().next();
    numbered(Value::text(id)).or_else(|| numbered(fill_of(fills, allocation::DOC_NO))).map(|record| (*record).clone())
}

fn voucher_key(source: &str, year: u16, voucher: &str) -> String {
    format!("{source}/{year}/{voucher}")
}

/// The payment of this source and year with this number, under whatever key it was first heard of.
fn line_key(source: &str, year: u16, voucher: &str, line: u32) -> String {
    format!("{}/{line}", voucher_key(source, year, voucher))
}

fn find_payment(cache: &Cache, source: &str, year: u16, slot: usize, no: &str) -> Option<Record> {
    find_of_kind(cache, source, year, slot, no, p::Kind::Normal)
}

/// What a reversal takes back: a payment, or the correction that stands in for one.
fn find_reversible(cache: &Cache, source: &str, year: u16, no: &str) -> Option<Record> {
    let of_kind = |kind| find_of_kind(cache, source, year, payment::VOUCHER_NO, no, kind);
    of_kind(p::Kind::Normal).or_else(|| of_kind(p::Kind::Correction))
}

fn find_of_kind(cache: &Cache, source: &str, year: u16, slot: usize, no: &str, kind: p::Kind) -> Option<Record> {
    let prefix = format!("{source}/{year}/");
    let found = cache.find(Entity::Payment, &[slot], &[Value::text(&normalise(no))]);
    found.into_iter().find(|record| record.key.starts_with(&prefix) && record.text(payment::PAYMENT_KIND) == kind.name()).map(|record| (*record).clone())
}

impl Change for LedgerChange {
    fn needs(&self, wants: &mut Wants) {
        let one = |no: &str| vec![Value::text(&normalise(no))];
        match &self.told {
            Told::Allocation { id, fills } => {
                want(wants, Entity::Allocation, &[allocation::ALLOCATION_ID], one(id));
                want(wants, Entity::Allocation, &[allocation::ALLOCATION_ID], vec![fill_of(fills, allocation::DOC_NO)]);
            }
            Told::Payment { voucher, application, .. } => {
                if let Some(voucher) = voucher {
                    want(wants, Entity::Payment, &[payment::VOUCHER_NO], one(voucher));
                    want(wants, Entity::Payment, &[payment::ORIGINAL_VOUCHER_NO], one(voucher));
                    want(wants, Entity::Disbursement, &[disbursement::VOUCHER_NO], one(voucher));
                }
                if let Some(application) = application {
                    want(wants, Entity::Payment, &[payment::APPLICATION_NO], one(application));
                }
            }
            Told::Reversal { voucher, original, .. } => {
                for no in [voucher, original] {
                    want(wants, Entity::Payment, &[payment::VOUCHER_NO], one(no));
                    want(wants, Entity::Payment, &[payment::ORIGINAL_VOUCHER_NO], one(no));
                }
                want(wants, Entity::Disbursement, &[disbursement::VOUCHER_NO], one(original));
            }
            Told::Line { voucher, year, line, .. } => {
                want(wants, Entity::Payment, &[payment::VOUCHER_NO], one(voucher));
                let key = vec![Value::text(&format!("{year}/{voucher}")), Value::text(&line.to_string())];
                want(wants, Entity::Disbursement, &[disbursement::PAYMENT, disbursement::LINE_NO], key);
            }
            Told::Person { person_no, .. } => want(wants, Entity::Beneficiary, &[beneficiary::PERSON_NO], one(person_no)),
            Told::Other { subject } => want(wants, Entity::Other, &[other::SUBJECT], vec![Value::text(subject)]),
        }
    }

    fn apply(&self, moment: Moment, cache: &mut Cache) -> Applied {
        let (existing, key) = self.identify(cache, moment);
        let fresh = existing.is_none();
        let mut record = existing.unwrap_or_else(|| Record::new(self.entity(), key, moment.seq, moment.line));
        let previous = record.seen.get(&self.seen_key).cloned().filter(|_| !self.numbers_what_agrees(&record));
        if previous.as_ref() == Some(&self.digest) {
            return Applied::known();
        }
        let correction = previous.is_some().then(|| {
            record.version += 1;
            Correction {
                entity: record.entity,
                key: record.key.clone(),
                version: record.version,
                event_type: self.event_type.to_owned(),
                seq: moment.seq,
                line: moment.line,
                previous_seq: record.seq,
                previous_line: record.line,
            }
        });
        record.seen.insert(self.seen_key.clone(), self.digest.clone());
        self.undoes.as_ref().and_then(|undone| record.seen.remove(undone));
        record.seq = moment.seq;
        record.line = moment.line;
        let disputed = self.fill(&mut record, moment, fresh, cache);
        let subject = (record.entity, record.key.clone());
        cache.put(record);
        let own = subject.1.clone();
        let mut subjects = vec![subject];
        self.complete_corrections(cache, &mut subjects);
        let mut changed = subjects.clone();
        let reversed = self.settle_reversals(&own, cache, &mut changed);
        let outcome = if correction.is_some() { Outcome::Corrected } else { Outcome::Accepted };
        Applied { outcome, subjects, changed, correction, reversed, disputed }
    }
}

impl LedgerChange {
    const fn entity(&self) -> Entity {
        match self.told {
            Told::Allocation { .. } => Entity::Allocation,
            Told::Payment { .. } | Told::Reversal { .. } => Entity::Payment,
            Told::Line { .. } => Entity::Disbursement,
            Told::Person { .. } => Entity::Beneficiary,
            Told::Other { .. } => Entity::Other,
        }
    }

    /// The record as it stands, if there is one, and the key for a new one.
    fn identify(&self, cache: &Cache, moment: Moment) -> (Option<Record>, String) {
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
            Told::Other { subject } => (known(Entity::Other, subject), subject.clone()),
        }
    }

    /// Whether a document that was entered by hand gets its number now, and everything told of it is as it was entered: no correction.
    fn numbers_what_agrees(&self, record: &Record) -> bool {
        let Told::Allocation { id, fills } = &self.told else { return false };
        let agrees = |(slot, told): &(usize, Value)| told.is_empty() || record.get(*slot).is_empty() || record.get(*slot) == told;
        record.text(allocation::ALLOCATION_ID) != id && fills.iter().all(agrees)
    }

    /// Returns whether it says otherwise than a person has decided.
    fn fill(&self, record: &mut Record, moment: Moment, fresh: bool, cache: &Cache) -> bool {
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
            Told::Other { subject } => {
                record.set(other::EVENT_TYPE, self.event_type);
                record.set(other::SUBJECT, subject.as_str());
            }
        }
        false
    }

    /// A correction that came before what it corrects takes over what it left unsaid.
    fn complete_corrections(&self, cache: &mut Cache, subjects: &mut Vec<(Entity, String)>) {
        let Told::Payment { voucher: Some(voucher), year, .. } = &self.told else { return };
        let Some(first) = find_payment(cache, &self.source, *year, payment::VOUCHER_NO, voucher) else { return };
        for correction in self.reversals_of(&first, cache).iter().filter(|reversal| reversal.text(payment::PAYMENT_KIND) == p::Kind::Correction.name()) {
            let mut whole = (**correction).clone();
            for (slot, value) in first.values.iter().enumerate().filter(|(slot, _)| *slot != payment::REVERSED) {
                if whole.get(slot).is_empty() {
                    whole.set(slot, value.clone());
                }
            }
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
    fn settle_reversals(&self, own: &str, cache: &mut Cache, changed: &mut Vec<(Entity, String)>) -> Vec<String> {
        let (original, year) = match &self.told {
            Told::Reversal { original, original_year, .. } => (original, *original_year),
            Told::Payment { voucher: Some(voucher), year, stage: Stage::Paid, .. } => (voucher, *year),
            Told::Payment { .. } | Told::Allocation { .. } | Told::Line { .. } | Told::Person { .. } | Told::Other { .. } => return Vec::new(),
        };
        let Some(mut first) = find_reversible(cache, &self.source, year, original) else { return Vec::new() };
        let amount = first.get(payment::AMOUNT).as_money().unwrap_or(Money::ZERO);
        let taken = self
            .reversals_of(&first, cache)
            .iter()
            .map(|reversal| match reversal.text(payment::PAYMENT_KIND) {
                "退款" => reversal.get(payment::AMOUNT).as_money().unwrap_or(Money::ZERO),
                _ => amount,
            })
            .fold(Money::ZERO, |sum, part| sum + part)
            .min(amount);
        if first.get(payment::REVERSED).as_money().unwrap_or(Money::ZERO) == taken {
            return Vec::new();
        }
        first.set(payment::REVERSED, taken);
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
        vec![key]
    }
}

fn is_reversed(payment: &Record) -> bool {
    payment.get(payment::REVERSED).as_money().is_some_and(|taken| taken.fen() > 0) && payment.get(payment::NET).as_money() == Some(Money::ZERO)
}

fn settle_net(record: &mut Record) {
    if let Some(amount) = record.get(payment::AMOUNT).as_money() {
        let taken = record.get(payment::REVERSED).as_money().unwrap_or(Money::ZERO);
        record.set(payment::NET, amount - taken);
    }
}

/// Takes what is told; what is not told stays as it was.
fn overlay(record: &mut Record, fills: &Fills) {
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
