//! A small ledger and a plain calendar to judge against, for tests.

use std::cell::RefCell;
use std::sync::Arc;

use chrono::{Datelike, NaiveDate, Weekday};

use super::{History, WorkingDays};
use crate::domain::record::Kind;
use crate::domain::{Entity, KeyedHash, Record, Value};

/// Monday to Friday.
pub(super) struct Weekdays;

impl WorkingDays for Weekdays {
    fn is_working_day(&self, day: NaiveDate) -> bool {
        !matches!(day.weekday(), Weekday::Sat | Weekday::Sun)
    }

    fn add(&self, day: NaiveDate, working_days: u32) -> NaiveDate {
        day.iter_days().skip(1).filter(|day| self.is_working_day(*day)).take(working_days as usize).last().unwrap_or(day)
    }
}

/// Records in memory, and how often each entity was asked for.
#[derive(Default)]
pub(super) struct Ledger {
    pub records: Vec<Arc<Record>>,
    pub asked: RefCell<Vec<Entity>>,
}

impl Ledger {
    pub(super) fn of(records: &[Record]) -> Ledger {
        Ledger { records: records.iter().cloned().map(Arc::new).collect(), ..Ledger::default() }
    }
}

impl History for Ledger {
    fn find(&self, entity: Entity, slots: &[usize], key: &[Value]) -> Vec<Arc<Record>> {
        self.asked.borrow_mut().push(entity);
        let matches = |record: &&Arc<Record>| record.entity == entity && slots.iter().zip(key).all(|(slot, value)| record.get(*slot) == value);
        self.records.iter().filter(matches).cloned().collect()
    }
}

pub(super) fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// `record(Entity::Payment, "1", "支付金额=1000.00 用途=差旅")`
pub(super) fn record(entity: Entity, key: &str, fields: &str) -> Record {
    let mut record = Record::new(entity, key, 1, 0);
    for field in fields.split_whitespace() {
        let (name, text) = field.split_once('=').unwrap();
        let slot = entity.slot(name).unwrap_or_else(|| panic!("no field {name}"));
        record.set(
            slot,
            match entity.fields()[slot].kind {
                Kind::Money => Value::Money(text.parse().unwrap()),
                Kind::Number => Value::Number(text.parse().unwrap()),
                Kind::Text => Value::text(text),
                Kind::Date => Value::Date(day(text)),
                Kind::Flag => Value::Flag(text == "是"),
                Kind::Cipher => Value::Cipher(KeyedHash(std::array::from_fn(|at| text.as_bytes().get(at).copied().unwrap_or(0)))),
            },
        );
    }
    record
}
