//! Running totals (累计): how many records a fact counts and what they add up to, kept per key, so that judging costs one row however large the ledger is.
//!
//! A fact can be kept so when the rest of its condition reads only the record's own fields and parameters, no field of 本次 and no time: whoever asks, the
//! same records count. Facts written alike in several rules share one total.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use chrono::NaiveDate;
use sha2::{Digest, Sha256};

use super::code::Get;
use super::diagnosis::Span;
use super::lexer::{Token, lex};
use super::rule::{Fact, Param, Rule};
use super::view::{Bench, Figure, Summary, View, bit};
use super::{History, WorkingDays};
use crate::domain::record::{allocation, beneficiary, disbursement};
use crate::domain::{Entity, Money, Record, Value};

/// Fields that identify one record: a fact keyed by them reads a row or none, and needs no total.
const IDENTIFYING: &[(Entity, &[usize])] = &[
    (Entity::Allocation, &[allocation::ALLOCATION_ID]),
    (Entity::Disbursement, &[disbursement::PAYMENT, disbursement::LINE_NO]),
    (Entity::Beneficiary, &[beneficiary::PERSON_NO]),
];

/// What is kept per key: count and sum of the records of one entity that meet a condition.
pub struct Total {
    /// The beginning of the digest of `meaning`: the same in every run and on every machine.
    pub id: i64,
    /// Which records count, and what of them is added up, names and parameters resolved.
    pub meaning: String,
    pub entity: Entity,
    /// The fields that make up the key, in order.
    pub slots: Vec<usize>,
    /// The amount that is added up.
    pub(super) sum: Option<usize>,
    with_reversed: bool,
    filter: Arc<[Get<bool>]>,
}

impl fmt::Debug for Total {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Total").field(&self.meaning).finish()
    }
}

/// A key's values as bytes: personal ones are keyed hashes already. Keys of one total sort like their texts, so that neighbours stay neighbours.
pub type TotalKey = Vec<u8>;

/// What a record adds to a total: to which key, and its amount in fen, if it has one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    pub key: TotalKey,
    pub amount: Option<i64>,
}

/// What records add up to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    pub count: i64,
    /// How many of them have an amount: a sum over rows that all lack one is 空.
    pub amounts: i64,
    /// In fen. Wider than any amount: what was added can be taken out again exactly.
    pub sum: i128,
}

impl Tally {
    /// One more record.
    pub fn add(&mut self, amount: Option<i64>) {
        self.shift(1, amount);
    }

    /// One record less.
    pub fn take_out(&mut self, amount: Option<i64>) {
        self.shift(-1, amount);
    }

    fn shift(&mut self, by: i64, amount: Option<i64>) {
        self.count += by;
        if let Some(fen) = amount {
            self.amounts += by;
            self.sum += i128::from(by) * i128::from(fen);
        }
    }

    /// Together with another.
    pub fn merge(&mut self, other: Tally) {
        self.count += other.count;
        self.amounts += other.amounts;
        self.sum += other.sum;
    }

    /// 金额: zero over no rows, empty when rows are there and none has an amount. Too much is still too much: it stays at the largest amount.
    pub(super) fn money(&self) -> Option<Money> {
        (self.count == 0 || self.amounts > 0).then(|| Money::clamped(self.sum))
    }
}

impl Total {
    /// What the record adds, if it counts.
    pub fn part(&self, record: &Record) -> Option<Part> {
        (record.entity == self.entity && (self.with_reversed || record.counts())).then(|| self.matching(record)).flatten()
    }

    /// What the subject adds to the total it asks for although it does not count for others: what is merely requested is judged as if it were paid.
    pub(super) fn own(&self, subject: &Record, key: &TotalKey) -> Option<Part> {
        let left_out = subject.entity == self.entity && !self.with_reversed && !subject.counts();
        left_out.then(|| self.matching(subject)).flatten().filter(|part| part.key == *key)
    }

    fn matching(&self, record: &Record) -> Option<Part> {
        let key = encode(self.slots.iter().map(|slot| record.values.get(*slot)))?;
        let amount = self.sum.and_then(|slot| record.values.get(slot)?.as_money()).map(Money::fen);
        (self.filter.is_empty() || self.holds(record)).then_some(Part { key, amount })
    }

    fn holds(&self, record: &Record) -> bool {
        let bench = Bench::new(record, NaiveDate::MIN, &Nothing, &Nothing, &[], &[]);
        let view = View::of_row(&bench, record);
        self.filter.iter().all(|test| test(&view) == Some(true))
    }
}

/// The filter of a total asks neither for working days nor for other records.
struct Nothing;

impl WorkingDays for Nothing {
    fn is_working_day(&self, _: NaiveDate) -> bool {
        false
    }
    fn add(&self, day: NaiveDate, _: u32) -> NaiveDate {
        day
    }
}

impl History for Nothing {
    fn find(&self, _: Entity, _: &[usize], _: &[Value]) -> Vec<Arc<Record>> {
        Vec::new()
    }
}

/// The values of a key as bytes, each followed by its length; `None` when one is empty, for empty equals nothing.
pub(super) fn encode<'v>(values: impl Iterator<Item = Option<&'v Value>>) -> Option<TotalKey> {
    let mut key = TotalKey::with_capacity(32);
    for value in values {
        let start = key.len();
        match value? {
            Value::Empty => return None,
            Value::Money(money) => key.extend(money.fen().to_be_bytes()),
            Value::Number(number) => key.extend(number.normalize().to_string().bytes()),
            Value::Text(text) => key.extend(text.bytes()),
            Value::Date(date) => key.extend(date.to_string().bytes()),
            Value::Flag(flag) => key.push(u8::from(*flag)),
            Value::Cipher(hash) => key.extend(hash.0),
        }
        let length = u32::try_from(key.len() - start).unwrap_or(u32::MAX);
        key.extend(length.to_be_bytes());
    }
    Some(key)
}

/// What is known of a fact's condition once it was compiled.
pub(super) struct Condition<'r> {
    pub text: &'r str,
    /// Where the parts stand that are no key.
    pub parts: Vec<Span>,
    pub params: &'r [Param],
    /// It reads nothing but the record itself and parameters.
    pub of_row_only: bool,
}

impl Condition<'_> {
    /// Its words in an order of its own, parameters by their values; `None` where it cannot be kept as a total.
    pub(super) fn meaning(&self) -> Option<String> {
        let meant = |span: &Span| Some(lex(self.text.get(span.clone())?).ok()?.into_iter().map(|(token, _)| self.resolved(token)).collect::<String>());
        let parts: BTreeSet<String> = self.parts.iter().map(meant).collect::<Option<_>>()?;
        self.of_row_only.then(|| parts.into_iter().collect::<Vec<_>>().join(" & "))
    }

    fn resolved(&self, token: Token) -> String {
        match token {
            Token::End => String::new(),
            Token::Name(name) => match self.params.iter().find(|param| param.name == name) {
                Some(param) => format!("{:?} ", param.value),
                None => format!("{name} "),
            },
            word => format!("{word:?} "),
        }
    }
}

/// Notes what the figures read of each fact, and gives those that can be kept so the totals they ask for.
pub(super) fn assign(facts: &mut [Fact], figures: &[Figure]) {
    for (index, fact) in facts.iter_mut().enumerate() {
        let mut sums = BTreeSet::new();
        let mut sums_only = true;
        for figure in figures.iter().filter(|figure| figure.fact == index) {
            match figure.summary {
                // whatever is added up there tells the count as well
                Summary::Count | Summary::Exists | Summary::Missing => drop(sums.insert(fact.entity.amount_slot())),
                Summary::Sum(slot) => {
                    fact.row_mask |= bit(slot);
                    sums.insert(Some(slot));
                }
                Summary::Earliest(slot) | Summary::Latest(slot) | Summary::Distinct(slot) => {
                    fact.row_mask |= bit(slot);
                    sums_only = false;
                }
            }
        }
        if sums_only && fact.meaning.is_some() && !identifies(fact.entity, &fact.slots) {
            fact.totals = sums.into_iter().map(|sum| Arc::new(total(fact, sum))).collect();
        }
    }
}

fn identifies(entity: Entity, slots: &[usize]) -> bool {
    IDENTIFYING.iter().any(|(of, by)| *of == entity && by.iter().all(|slot| slots.contains(slot)))
}

fn total(fact: &Fact, sum: Option<usize>) -> Total {
    let column = |slot: usize| fact.entity.fields().get(slot).map_or("", |field| field.column);
    let meaning = format!(
        "{} by {} add {}{} where {}",
        fact.entity.table(),
        fact.slots.iter().map(|slot| column(*slot)).collect::<Vec<_>>().join(","),
        sum.map_or("nothing", column),
        if fact.with_reversed { " with reversed" } else { "" },
        fact.meaning.as_deref().unwrap_or(""),
    );
    let mut id = [0; 8];
    id.iter_mut().zip(Sha256::digest(meaning.as_bytes())).for_each(|(byte, digest)| *byte = digest);
    Total {
        id: i64::from_be_bytes(id),
        meaning,
        entity: fact.entity,
        slots: fact.slots.clone(),
        sum,
        with_reversed: fact.with_reversed,
        filter: Arc::clone(&fact.filter),
    }
}

/// The totals that these rules ask for, each once.
pub fn totals<'r>(rules: impl Iterator<Item = &'r Rule>) -> Vec<Arc<Total>> {
    let mut all: Vec<Arc<Total>> = rules.flat_map(|rule| &rule.facts).flat_map(|fact| fact.totals.iter().cloned()).collect();
    all.sort_by_key(|total| total.id);
    all.dedup_by_key(|total| total.id);
    all
}
