//! What a condition sees while it is evaluated: the subject (本次), the record of a fact, the day, and the facts, loaded only when asked for.

use std::cell::{Cell, OnceCell};
use std::collections::HashSet;
use std::sync::Arc;

use chrono::{Days, Months, NaiveDate};
use rust_decimal::Decimal;

use super::ast::Unit;
use super::rule::Fact;
use super::total::{Tally, Total, TotalKey};
use super::{History, WorkingDays};
use crate::domain::doc_no::DocNo;
use crate::domain::{Entity, Money, Record, Value};

/// Facts of one rule.
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
    /// 金额, over `Entity::amount_slot`, or 合计(字段) of amounts: zero over no rows, empty when rows are there and none has an amount.
    Sum(usize),
    /// 合计(字段) of numbers, in the same way
    SumOfNumbers(usize),
    /// 最大(字段), an amount or a number
    Largest(usize),
    /// 最小(字段), an amount or a number
    Smallest(usize),
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
    /// 不同(文号), each number once however it was spelt
    DistinctDocNos(usize),
}

/// What was read of a fact.
enum Loaded {
    Records(Vec<Arc<Record>>),
    /// As many as the fact has totals.
    Totals(Vec<Tally>),
}

impl Summary {
    fn over(self, fact: &Fact, loaded: &Loaded) -> Value {
        match loaded {
            Loaded::Records(rows) => self.over_records(rows),
            Loaded::Totals(tallies) => self.over_totals(fact, tallies),
        }
    }

    fn over_totals(self, fact: &Fact, tallies: &[Tally]) -> Value {
        let any = tallies.first().copied().unwrap_or_default();
        match self {
            Summary::Count => Value::Number(Decimal::from(any.count)),
            Summary::Sum(slot) => fact.totals.iter().zip(tallies).find(|(total, _)| total.sum == Some(slot)).and_then(|(_, tally)| tally.money()).into(),
            Summary::Exists => Value::Flag(any.count > 0),
            Summary::Missing => Value::Flag(any.count == 0),
            // facts of which these are asked have no totals
            Summary::SumOfNumbers(_)
            | Summary::Largest(_)
            | Summary::Smallest(_)
            | Summary::Earliest(_)
            | Summary::Latest(_)
            | Summary::Distinct(_)
            | Summary::DistinctDocNos(_) => Value::Empty,
        }
    }

    fn over_records(self, rows: &[Arc<Record>]) -> Value {
        let values = |slot: usize| rows.iter().filter_map(move |row| row.values.get(slot)).filter(|value| !value.is_empty());
        let dates = |slot| values(slot).filter_map(Value::as_date);
        let amounts = |slot| values(slot).filter_map(Value::as_money);
        let numbers = |slot| values(slot).filter_map(Value::as_number);
        match self {
            Summary::Count => Value::Number(Decimal::from(rows.len())),
            Summary::Sum(slot) => {
                let mut tally = Tally::default();
                rows.iter().for_each(|row| tally.add(row.values.get(slot).and_then(Value::as_money).map(Money::fen)));
                tally.money().into()
            }
            Summary::SumOfNumbers(slot) => sum_of_numbers(rows.is_empty(), numbers(slot)).map_or(Value::Empty, Value::Number),
            Summary::Largest(slot) => amounts(slot).max().map(Value::Money).or_else(|| numbers(slot).max().map(Value::Number)).unwrap_or(Value::Empty),
            Summary::Smallest(slot) => amounts(slot).min().map(Value::Money).or_else(|| numbers(slot).min().map(Value::Number)).unwrap_or(Value::Empty),
            Summary::Exists => Value::Flag(!rows.is_empty()),
            Summary::Missing => Value::Flag(rows.is_empty()),
            Summary::Earliest(slot) => dates(slot).min().into(),
            Summary::Latest(slot) => dates(slot).max().into(),
            Summary::Distinct(slot) => Value::Number(Decimal::from(values(slot).collect::<HashSet<_>>().len())),
            Summary::DistinctDocNos(slot) => {
                let numbers: HashSet<String> = values(slot).filter_map(Value::as_text).map(|text| DocNo::new(text).normal().to_owned()).collect();
                Value::Number(Decimal::from(numbers.len()))
            }
        }
    }
}

/// Stays at the largest rather than wrap or vanish: too much is still too much.
fn sum_of_numbers(no_rows: bool, numbers: impl Iterator<Item = Decimal>) -> Option<Decimal> {
    numbers.fold(no_rows.then_some(Decimal::ZERO), |sum, number| Some(sum.unwrap_or(Decimal::ZERO).saturating_add(number)))
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
    /// A cell a fact; made when the first one is asked for, for most records are dark by fields of their own.
    loaded: OnceCell<Box<[OnceCell<Loaded>]>>,
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
        Bench {
            subject,
            today,
            days,
            history,
            facts,
            figures,
            loaded: OnceCell::new(),
            slots_read: Cell::new(0),
            figures_read: Cell::new(0),
            due: Cell::new(None),
        }
    }

    pub(super) fn view(&self) -> View<'_> {
        View { bench: self, subject: &self.subject.values, row: &[] }
    }

    /// Before the next level: what the one before has read is not its evidence.
    pub(super) fn forget(&self) {
        self.slots_read.set(0);
        self.figures_read.set(0);
    }

    /// The value of a figure, its fact loaded at most once.
    pub(super) fn figure(&self, index: usize) -> Value {
        let cells = self.loaded.get_or_init(|| self.facts.iter().map(|_| OnceCell::new()).collect());
        let found = self.figures.get(index).and_then(|figure| Some((figure, self.facts.get(figure.fact)?, cells.get(figure.fact)?)));
        let Some((figure, fact, loaded)) = found else { return Value::Empty };
        let loaded = loaded.get_or_init(|| if fact.reads_records() { Loaded::Records(self.load(fact)) } else { Loaded::Totals(self.tallies(fact)) });
        self.slots_read.set(self.slots_read.get() | fact.subject_mask);
        self.figures_read.set(self.figures_read.get() | bit(index));
        figure.summary.over(fact, loaded)
    }

    fn load(&self, fact: &Fact) -> Vec<Arc<Record>> {
        let Some(key) = fact.key(self.subject) else { return Vec::new() };
        let mut rows = self.history.find(fact.entity, &fact.slots, &key);
        rows.retain(|row| {
            let itself = row.entity == self.subject.entity && row.key == self.subject.key;
            let counts = fact.with_reversed || itself || row.counts();
            counts && fact.filter.iter().all(|test| test(&View::of_row(self, row)))
        });
        rows
    }

    fn tallies(&self, fact: &Fact) -> Vec<Tally> {
        let key: Option<TotalKey> = fact.total_key(self.subject);
        let tally = |total: &Arc<Total>| {
            let Some(key) = &key else { return Tally::default() };
            let mut tally = self.history.tally(fact, total, self.subject, key);
            if let Some(own) = total.own(self.subject, key) {
                tally.add(own.amount);
            }
            tally
        };
        fact.totals.iter().map(tally).collect()
    }

    /// Whether today is `day` or later; a day still ahead is kept as one to judge again.
    pub(super) fn has_come(&self, day: NaiveDate) -> bool {
        let come = self.today >= day;
        if !come {
            self.due.set(Some(self.due.get().map_or(day, |due| due.min(day))));
        }
        come
    }

    /// Whether today is past `limit`.
    pub(super) fn is_past(&self, limit: NaiveDate) -> bool {
        limit.succ_opt().is_some_and(|next| self.has_come(next))
    }

    /// The last day that is still within `count` units after `day`.
    pub(super) fn limit(&self, day: NaiveDate, count: u32, unit: Unit) -> Option<NaiveDate> {
        match unit {
            Unit::Day => day.checked_add_days(Days::new(u64::from(count))),
            Unit::WorkingDay => Some(self.days.add(day, count)),
            Unit::Month | Unit::Quarter | Unit::Year => day.checked_add_months(months(count, unit)?),
        }
    }

    /// Whether `row`, not after `day`, is one of the `count` units that end with `day`.
    pub(super) fn is_recent(&self, row: NaiveDate, day: NaiveDate, count: u32, unit: Unit) -> bool {
        match unit {
            Unit::WorkingDay => self.days.add(row, count) > day,
            Unit::Day => day.checked_sub_days(Days::new(u64::from(count))).is_none_or(|before| row > before),
            Unit::Month | Unit::Quarter | Unit::Year => months(count, unit).and_then(|months| day.checked_sub_months(months)).is_none_or(|before| row > before),
        }
    }

    /// The first day that is within `count` units before `day`: from there it is no more than these away.
    pub(super) fn eve(&self, day: NaiveDate, count: u32, unit: Unit) -> Option<NaiveDate> {
        match unit {
            Unit::Day => day.checked_sub_days(Days::new(u64::from(count))),
            Unit::WorkingDay => {
                let worked = std::iter::successors(Some(day), NaiveDate::pred_opt).filter(|day| self.days.is_working_day(*day));
                worked.take(count as usize + 1).last()
            }
            Unit::Month | Unit::Quarter | Unit::Year => day.checked_sub_months(months(count, unit)?),
        }
    }
}

fn months(count: u32, unit: Unit) -> Option<Months> {
    let each = match unit {
        Unit::Quarter => 3,
        Unit::Year => 12,
        Unit::Month | Unit::Day | Unit::WorkingDay => 1,
    };
    count.checked_mul(each).map(Months::new)
}

/// The bit of a slot or figure. Tables have fewer than 64 fields.
pub(super) const fn bit(index: usize) -> u64 {
    1 << (index % 64)
}

/// A bench, and the values that a condition names: of the subject, and of the record of a fact when a fact is being filtered.
#[derive(Clone, Copy)]
pub(super) struct View<'a> {
    pub bench: &'a Bench<'a>,
    subject: &'a [Value],
    row: &'a [Value],
}

impl<'a> View<'a> {
    /// For a condition that reads nothing but the record.
    pub(super) fn of_row(bench: &'a Bench<'a>, row: &'a Record) -> View<'a> {
        View { row: &row.values, ..bench.view() }
    }

    pub(super) fn field(&self, place: Place) -> &'a Value {
        static EMPTY: Value = Value::Empty;
        let values = if place.of_row {
            self.row
        } else {
            self.bench.slots_read.set(self.bench.slots_read.get() | bit(place.slot));
            self.subject
        };
        values.get(place.slot).unwrap_or(&EMPTY)
    }
}

/// How an encrypted value is written in evidence: it is not.
pub const CIPHER: &str = "(密文)";
/// How an empty value is written in evidence.
pub const EMPTY: &str = "(空)";

/// How a value is written in evidence.
pub(super) fn shown(value: &Value) -> String {
    match value {
        Value::Empty => EMPTY.to_owned(),
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
