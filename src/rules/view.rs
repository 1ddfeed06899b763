//! What a condition sees while it is evaluated: the subject (本次), the record of a fact, the day, and the facts, loaded only when asked for.

use std::cell::{Cell, OnceCell};
use std::collections::HashSet;
use std::sync::Arc;

use chrono::{Months, NaiveDate};
use rust_decimal::Decimal;

use super::ast::Unit;
use super::rule::Fact;
use super::{History, WorkingDays};
use crate::domain::{Entity, Money, Record, Value};

/// Facts of one rule: few enough that judging needs no memory of its own.
pub(super) const MAX_FACTS: usize = 8;
/// Figures (`事实.汇总`) of one rule, a bit each.
pub(super) const MAX_FIGURES: usize = 64;

/// A field: of the subject, or of the record a fact looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    pub of_row: bool,
    pub slot: usize,
}

/// What a fact adds up to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Summary {
    /// 笔数
    Count,
    /// 金额, over `Entity::amount_slot`: zero over no rows, empty when rows are there and none has an amount.
    Sum(usize),
    /// 存在
    Exists,
    /// 不存在
    Missing,
    /// 最早(字段), a date
    Earliest(usize),
    /// 最晚(字段), a date
    Latest(usize),
    /// 不同(字段), empty ones left out
    Distinct(usize),
}

impl Summary {
    fn over(self, rows: &[Arc<Record>]) -> Value {
        let values = |slot: usize| rows.iter().filter_map(move |row| row.values.get(slot)).filter(|value| !value.is_empty());
        let dates = |slot| values(slot).filter_map(Value::as_date);
        match self {
            Summary::Count => Value::Number(Decimal::from(rows.len())),
            Summary::Sum(slot) => sum(rows.is_empty(), values(slot).filter_map(Value::as_money)).into(),
            Summary::Exists => Value::Flag(!rows.is_empty()),
            Summary::Missing => Value::Flag(rows.is_empty()),
            Summary::Earliest(slot) => dates(slot).min().into(),
            Summary::Latest(slot) => dates(slot).max().into(),
            Summary::Distinct(slot) => Value::Number(Decimal::from(values(slot).collect::<HashSet<_>>().len())),
        }
    }
}

/// Stays at the largest amount rather than wrap or vanish: too much is still too much.
fn sum(no_rows: bool, amounts: impl Iterator<Item = Money>) -> Option<Money> {
    let mut total = no_rows.then_some(Money::ZERO);
    for amount in amounts {
        total = Some(total.unwrap_or(Money::ZERO) + amount);
    }
    total
}

/// One figure a condition reads: `同日小额现金.笔数`.
#[derive(Debug, Clone)]
pub(super) struct Figure {
    pub label: String,
    pub fact: usize,
    pub summary: Summary,
}

/// One judging: what is given, what was loaded, what was read.
pub(super) struct Bench<'a> {
    pub subject: &'a Record,
    pub today: NaiveDate,
    pub days: &'a dyn WorkingDays,
    pub history: &'a dyn History,
    pub facts: &'a [Fact],
    pub figures: &'a [Figure],
    loaded: [OnceCell<Vec<Arc<Record>>>; MAX_FACTS],
    /// Slots of the subject and figures read since the last `forget`, a bit each.
    pub slots_read: Cell<u64>,
    pub figures_read: Cell<u64>,
    /// The first day after today on which a limit in time that was looked at passes.
    pub due: Cell<Option<NaiveDate>>,
}

impl<'a> Bench<'a> {
    pub(super) fn new(
        subject: &'a Record,
        today: NaiveDate,
        days: &'a dyn WorkingDays,
        history: &'a dyn History,
        facts: &'a [Fact],
        figures: &'a [Figure],
    ) -> Bench<'a> {
        let loaded = [const { OnceCell::new() }; MAX_FACTS];
        Bench { subject, today, days, history, facts, figures, loaded, slots_read: Cell::new(0), figures_read: Cell::new(0), due: Cell::new(None) }
    }

    pub(super) fn view(&self) -> View<'_> {
        View { bench: self, row: None }
    }

    /// Before the next level: what the one before has read is not its evidence.
    pub(super) fn forget(&self) {
        self.slots_read.set(0);
        self.figures_read.set(0);
    }

    /// The value of a figure, its fact loaded at most once.
    pub(super) fn figure(&self, index: usize) -> Value {
        let found = self.figures.get(index).and_then(|figure| Some((figure, self.facts.get(figure.fact)?, self.loaded.get(figure.fact)?)));
        let Some((figure, fact, loaded)) = found else { return Value::Empty };
        let rows = loaded.get_or_init(|| self.load(fact));
        self.slots_read.set(self.slots_read.get() | fact.subject_mask);
        self.figures_read.set(self.figures_read.get() | bit(index));
        figure.summary.over(rows)
    }

    fn load(&self, fact: &Fact) -> Vec<Arc<Record>> {
        let Some(key) = fact.key(self.subject) else { return Vec::new() };
        let mut rows = self.history.find(fact.entity, &fact.slots, &key);
        rows.retain(|row| {
            let itself = row.entity == self.subject.entity && row.key == self.subject.key;
            let counts = fact.with_reversed || itself || row.counts();
            counts && fact.filter.iter().all(|test| test(&View { bench: self, row: Some(row) }) == Some(true))
        });
        rows
    }

    /// Whether today is past `limit`; a limit still ahead is kept as the day to judge again.
    pub(super) fn is_past(&self, limit: NaiveDate) -> bool {
        let past = self.today > limit;
        if !past && let Some(flips) = limit.succ_opt() {
            self.due.set(Some(self.due.get().map_or(flips, |due| due.min(flips))));
        }
        past
    }

    /// The last day that is still within `count` units after `day`.
    pub(super) fn limit(&self, day: NaiveDate, count: u32, unit: Unit) -> Option<NaiveDate> {
        match unit {
            Unit::Day => day.checked_add_days(chrono::Days::new(u64::from(count))),
            Unit::WorkingDay => Some(self.days.add(day, count)),
            Unit::Month => day.checked_add_months(Months::new(count)),
        }
    }
}

/// The bit of a slot or figure. Tables have fewer than 64 fields.
pub(super) const fn bit(index: usize) -> u64 {
    1 << (index % 64)
}

/// A bench, and the record of a fact when a fact is being filtered.
#[derive(Clone, Copy)]
pub(super) struct View<'a> {
    pub bench: &'a Bench<'a>,
    row: Option<&'a Record>,
}

impl<'a> View<'a> {
    pub(super) fn field(&self, place: Place) -> &'a Value {
        static EMPTY: Value = Value::Empty;
        let record = if place.of_row {
            self.row
        } else {
            self.bench.slots_read.set(self.bench.slots_read.get() | bit(place.slot));
            Some(self.bench.subject)
        };
        record.and_then(|record| record.values.get(place.slot)).unwrap_or(&EMPTY)
    }
}

/// How an encrypted value is written in evidence: it is not.
pub const CIPHER: &str = "(密文)";

/// How a value is written in evidence.
pub(super) fn shown(value: &Value) -> String {
    match value {
        Value::Empty => "(空)".to_owned(),
        Value::Money(money) => money.to_string(),
        Value::Number(number) => number.normalize().to_string(),
        Value::Text(text) => text.to_string(),
        Value::Date(date) => date.to_string(),
        Value::Flag(true) => "是".to_owned(),
        Value::Flag(false) => "否".to_owned(),
        Value::Cipher(_) => CIPHER.to_owned(),
    }
}

// Every field of every entity must have a bit of its own.
const _: () = {
    let mut at = 0;
    while at < Entity::ALL.len() {
        assert!(Entity::ALL[at].fields().len() <= 64);
        at += 1;
    }
};
