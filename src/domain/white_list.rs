//! The white list in force (白名单): guardians, household heads, joint accounts and the like, rule by rule, with basis and last day. What it concerns is
//! recorded like everything else, and nobody is called for it.

use std::collections::HashMap;

use chrono::NaiveDate;
use commands::white_list::SubjectKind;

use super::{KeyedHash, Level, Record, Value};

/// A thing by which an entry may concern a record: what it is, and its plain text or keyed hash.
pub type Mark = (SubjectKind, String);

/// An entry that holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Year × 1 000 000 + number.
    pub no: i64,
    /// Its code.
    pub rule: String,
    pub kind: SubjectKind,
    pub subject: String,
    /// The last local day on which it holds.
    pub until: NaiveDate,
    /// A second person approved it for red lights too.
    pub red: bool,
}

/// All that hold, by what they concern.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WhiteList(HashMap<String, HashMap<Mark, Vec<Line>>>);

impl WhiteList {
    pub fn new(lines: impl IntoIterator<Item = Line>) -> WhiteList {
        let mut list = WhiteList::default();
        for line in lines {
            let of_rule = list.0.entry(line.rule.clone()).or_default();
            of_rule.entry((line.kind, line.subject.clone())).or_default().push(line);
        }
        list
    }

    /// Whether any entry is about this rule: if none is, nothing of a record has to be looked at.
    pub fn concerns(&self, rule: &str) -> bool {
        self.0.contains_key(rule)
    }

    /// The entries because of which nobody is called for a record with these marks, lit by this rule at this level on this day.
    pub fn covering(&self, rule: &str, marks: &[Mark], level: Level, today: NaiveDate) -> Vec<i64> {
        let Some(of_rule) = self.0.get(rule) else { return Vec::new() };
        let found = marks.iter().filter_map(|mark| of_rule.get(mark)).flatten();
        let mut numbers: Vec<i64> = found.filter(|line| today <= line.until && (level < Level::Red || line.red)).map(|line| line.no).collect();
        numbers.sort_unstable();
        numbers.dedup();
        numbers
    }

    /// Whether this entry holds for such a level on this day.
    pub fn holds(&self, rule: &str, no: i64, level: Level, today: NaiveDate) -> bool {
        let lines = self.0.get(rule).into_iter().flat_map(HashMap::values).flatten();
        lines.into_iter().any(|line| line.no == no && today <= line.until && (level < Level::Red || line.red))
    }
}

/// How a keyed hash is kept.
pub fn hashed(hash: KeyedHash) -> String {
    hash.0.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// By what entries may concern a record, and the allocation behind it.
pub fn marks(record: &Record, allocation: Option<&Record>) -> Vec<Mark> {
    const FIELDS: [(&str, SubjectKind); 7] = [
        ("指标编号", SubjectKind::Allocation),
        ("凭证号", SubjectKind::Voucher),
        ("项目编码", SubjectKind::Project),
        ("单位编码", SubjectKind::Agency),
        ("身份证号", SubjectKind::Person),
        ("账号", SubjectKind::Account),
        ("收款账号", SubjectKind::Account),
    ];
    let of = |record: &Record| -> Vec<Mark> {
        let value = |field: &str| record.entity.slot(field).map(|slot| record.get(slot));
        let mark = |(field, kind): (&str, SubjectKind)| match value(field)? {
            Value::Text(text) => Some((kind, text.to_string())),
            Value::Cipher(hash) => Some((kind, hashed(*hash))),
            Value::Empty | Value::Money(_) | Value::Number(_) | Value::Date(_) | Value::Flag(_) => None,
        };
        FIELDS.into_iter().filter_map(mark).collect()
    };
    let mut marks = of(record);
    marks.extend(allocation.map(of).unwrap_or_default());
    marks
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Entity;
    use crate::domain::record::{allocation, payment};

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn an_entry_holds_for_its_rule_its_subject_and_its_days_and_for_red_only_if_approved() {
        let line = |no, red| Line { no, rule: "ZC09".into(), kind: SubjectKind::Voucher, subject: "PZ-1".into(), until: day("2026-11-30"), red };
        let list = WhiteList::new([line(1, false), line(2, true)]);
        let voucher = |no: &str| vec![(SubjectKind::Voucher, no.to_owned())];
        assert_eq!(list.covering("ZC09", &voucher("PZ-1"), Level::Yellow, day("2026-11-30")), [1, 2]);
        assert_eq!(list.covering("ZC09", &voucher("PZ-1"), Level::Red, day("2026-11-30")), [2]);
        assert!(list.covering("ZC09", &voucher("PZ-1"), Level::Yellow, day("2026-12-01")).is_empty());
        assert!(list.covering("ZC09", &voucher("PZ-2"), Level::Yellow, day("2026-11-30")).is_empty());
        assert!(list.covering("ZC10", &voucher("PZ-1"), Level::Yellow, day("2026-11-30")).is_empty() && !list.concerns("ZC10"));
        assert!(list.holds("ZC09", 2, Level::Red, day("2026-11-30")) && !list.holds("ZC09", 1, Level::Red, day("2026-11-30")));
    }

    #[test]
    fn a_payment_is_known_by_its_own_numbers_and_by_its_allocation() {
        let mut paid = Record::new(Entity::Payment, "1", 1, 1);
        paid.set(payment::VOUCHER_NO, "PZ-1");
        paid.set(payment::PAYEE_ACCOUNT, Value::Cipher(KeyedHash([7; 16])));
        let mut funds = Record::new(Entity::Allocation, "Z1", 1, 1);
        funds.set(allocation::AGENCY_CODE, "101");
        let marks = marks(&paid, Some(&funds));
        let wanted = [(SubjectKind::Voucher, "PZ-1".to_owned()), (SubjectKind::Account, "07".repeat(16)), (SubjectKind::Agency, "101".to_owned())];
        assert_eq!(marks, wanted);
    }
}
