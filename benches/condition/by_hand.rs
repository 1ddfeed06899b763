//! The conditions as somebody would write them in Rust: over a record of the ledger, from which each value is taken as what it should be, and over a
//! plain struct; every number and word known to the compiler, and once held as parameters.

use std::hint::black_box;

use chrono::{Days, NaiveDate};
use jingling::domain::record::payment;
use jingling::domain::{Record, Value};

use super::payments::Plain;

/// 分
const LARGE: i64 = 5_000_000;
const CASH: [&str; 2] = ["现金", "现金支票"];
const WATCHED: [&str; 3] = ["差旅", "办公", "会议"];
/// Days
const LIMIT: u64 = 30;

fn fen(record: &Record, slot: usize) -> Option<i64> {
    record.get(slot).as_money().map(|money| money.fen())
}

fn is_one_of(record: &Record, slot: usize, words: &[&str]) -> bool {
    record.get(slot).as_text().is_some_and(|text| words.contains(&text))
}

fn has_any(text: &str, words: &[&str]) -> bool {
    words.iter().any(|word| text.contains(word))
}

/// What a rule has as parameters: it changes without a new program, so a condition by hand must hold it as well.
pub struct Params {
    /// 分
    pub large: i64,
    pub cash: Vec<String>,
    pub watched: Vec<String>,
}

impl Params {
    pub fn new() -> Params {
        let owned = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
        Params { large: black_box(LARGE), cash: owned(&CASH), watched: owned(&WATCHED) }
    }

    /// The same as `one_condition`, with what it was given.
    pub fn hold(&self, record: &Record) -> bool {
        let text = |slot: usize| record.get(slot).as_text();
        fen(record, payment::AMOUNT).is_some_and(|fen| fen >= self.large)
            || text(payment::SETTLEMENT).is_some_and(|text| self.cash.iter().any(|word| word == text))
                && text(payment::PURPOSE).is_some_and(|text| self.watched.iter().any(|word| text.contains(word.as_str())))
    }
}

/// Large, or in cash for what is watched.
pub fn one_condition(record: &Record) -> bool {
    fen(record, payment::AMOUNT).is_some_and(|fen| fen >= LARGE)
        || is_one_of(record, payment::SETTLEMENT, &CASH) && record.get(payment::PURPOSE).as_text().is_some_and(|text| has_any(text, &WATCHED))
}

pub fn one_condition_plain(plain: &Plain) -> bool {
    plain.amount >= LARGE || CASH.contains(&plain.settlement) && plain.purpose.is_some_and(|text| has_any(text, &WATCHED))
}

/// In cash, and some days ago.
pub fn with_time(record: &Record, today: NaiveDate) -> bool {
    is_one_of(record, payment::SETTLEMENT, &CASH) && record.get(payment::PAID_ON).as_date().is_some_and(|day| today > day + Days::new(LIMIT))
}

pub fn with_time_plain(plain: &Plain, today: NaiveDate) -> bool {
    CASH.contains(&plain.settlement) && today > plain.paid_on + Days::new(LIMIT)
}

/// ZC01, both levels.
pub fn shipped(record: &Record) -> bool {
    is_one_of(record, payment::PAYMENT_KIND, &SPENDING)
        && fen(record, payment::NET).is_some_and(|fen| fen > 0)
        && is_one_of(record, payment::SETTLEMENT, &CASH)
        && fen(record, payment::AMOUNT).is_some_and(|fen| fen > THRESHOLD)
        && match (record.get(payment::PAYEE_KIND), record.get(payment::PURPOSE)) {
            (Value::Text(kind), _) if &**kind == "单位" => true,
            (_, Value::Text(purpose)) => !has_any(purpose, &ALLOWED),
            (_, purpose) => purpose.is_empty(),
        }
}

pub fn shipped_plain(plain: &Plain) -> bool {
    SPENDING.contains(&plain.kind)
        && plain.net > 0
        && CASH.contains(&plain.settlement)
        && plain.amount > THRESHOLD
        && (plain.payee_kind == "单位" || plain.purpose.is_none_or(|purpose| !has_any(purpose, &ALLOWED)))
}

const SPENDING: [&str; 2] = ["正常", "更正"];
const ALLOWED: [&str; 2] = ["农副产品", "差旅"];
/// 分
const THRESHOLD: i64 = 100_000;
