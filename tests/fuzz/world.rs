//! Records of any kind with anything in them, and a ledger of them.

use std::sync::Arc;

use chrono::{Datelike, NaiveDate, Weekday};
use jingling::domain::record::Kind;
use jingling::domain::{Entity, KeyedHash, Money, Record, Value};
use jingling::rules::{History, Rule, WorkingDays};
use proptest::prelude::*;
use proptest::test_runner::TestCaseError;
use rust_decimal::Decimal;

/// What is known, and the day on which it is judged.
#[derive(Debug, Clone)]
pub struct Records {
    all: Vec<Arc<Record>>,
    today: NaiveDate,
}

struct Week;

impl WorkingDays for Week {
    fn is_working_day(&self, day: NaiveDate) -> bool {
        !matches!(day.weekday(), Weekday::Sat | Weekday::Sun)
    }

    fn add(&self, day: NaiveDate, working_days: u32) -> NaiveDate {
        day.iter_days().skip(1).filter(|day| self.is_working_day(*day)).take(working_days as usize).last().unwrap_or(day)
    }
}

impl History for Records {
    fn find(&self, entity: Entity, slots: &[usize], key: &[Value]) -> Vec<Arc<Record>> {
        let same = |record: &&Arc<Record>| record.entity == entity && slots.iter().zip(key).all(|(slot, value)| record.get(*slot) == value);
        self.all.iter().filter(same).cloned().collect()
    }
}

impl Records {
    /// Every record is judged twice: the same must come of it, and a day to judge again must lie ahead.
    pub fn judged_by(&self, rule: &Rule) -> Result<(), TestCaseError> {
        for record in &self.all {
            let once = rule.judge(record, self.today, &Week, self);
            prop_assert_eq!(&once, &rule.judge(record, self.today, &Week, self));
            prop_assert!(once.due.is_none_or(|due| due > self.today), "due {:?} on {}", once.due, self.today);
            prop_assert!(once.light.is_none() || record.entity == rule.on);
        }
        Ok(())
    }
}

fn date() -> impl Strategy<Value = NaiveDate> + Clone {
    let near = (0i64..4_000).prop_map(|days| NaiveDate::from_ymd_opt(2020, 1, 1).unwrap() + chrono::Days::new(days.unsigned_abs()));
    prop_oneof![8 => near, 1 => Just(NaiveDate::MIN), 1 => Just(NaiveDate::MAX), 1 => Just(NaiveDate::from_ymd_opt(2024, 2, 29).unwrap())]
}

fn value(kind: Kind) -> BoxedStrategy<Value> {
    let filled = match kind {
        Kind::Money => prop_oneof![Just(i64::MAX / 100), Just(i64::MIN / 100), Just(0), -1_000i64..1_000, 0i64..10_000_000]
            .prop_map(|fen| Money::from_fen(fen).map_or(Value::Empty, Value::Money))
            .boxed(),
        Kind::Number => prop_oneof![
            Just(Decimal::MAX),
            Just(Decimal::MIN),
            Just(Decimal::ZERO),
            Just(Decimal::new(1, 28)),
            (2015i64..2035).prop_map(Decimal::from),
            (-100i64..1_000).prop_map(|number| Decimal::new(number, 1)),
        ]
        .prop_map(Value::Number)
        .boxed(),
        Kind::Text => {
            let usual = ["支付", "申请", "正常", "退款", "现金", "单位", "个人", "在册", "死亡", "03", "全年", "甲", "乙", "财农〔2026〕1号"];
            prop_oneof![6 => prop::sample::select(usual.to_vec()).prop_map(str::to_owned), 1 => any::<String>(), 1 => Just("字".repeat(3_000))]
                .prop_map(|text| Value::text(&text))
                .boxed()
        }
        Kind::Date => date().prop_map(Value::Date).boxed(),
        Kind::Flag => any::<bool>().prop_map(Value::Flag).boxed(),
        Kind::Cipher => (0u8..3).prop_map(|byte| Value::Cipher(KeyedHash([byte; 16]))).boxed(),
    };
    prop_oneof![1 => Just(Value::Empty), 3 => filled].boxed()
}

fn record() -> impl Strategy<Value = Record> {
    let entity = prop_oneof![3 => Just(Entity::Payment), 4 => prop::sample::select(Entity::ALL.to_vec())];
    entity.prop_flat_map(|entity| {
        let values: Vec<_> = entity.fields().iter().map(|field| value(field.kind)).collect();
        (values, 0u8..4).prop_map(move |(values, key)| {
            let mut record = Record::new(entity, key.to_string(), 1, 0);
            record.values = values;
            record
        })
    })
}

pub fn records() -> impl Strategy<Value = Records> {
    (prop::collection::vec(record().prop_map(Arc::new), 1..8), date()).prop_map(|(all, today)| Records { all, today })
}
