//! The rule language and the judge: (rule, subject, today, calendar, history) → judgement. Pure: no I/O, no clock, no chance.
//!
//! ```text
//! TOML ─ toml_rule ─► lexer ─► parser ─► ast ─► emptiness (what 空 would hide)
//!                                     ├────► sense (what holds never or always, division by zero, what is not used)
//!                                     └────► compile, compare, arithmetic, aggregate, functions, dates ─► code (typed closures over slots) ─► rule, total
//! subject, today ── judge ──► view (fields, facts loaded once) ──► Judgement { light, due, evidence }
//!                                     └────► explain (only of what is lit: term by term, both sides' values)
//! ```
//!
//! `case` runs the cases of a rule's own file against a small `ledger`; `param` is its numbers. `pack` is the set of rules shipped with the program (`templates/rules`, one file a rule); `diagnosis` is how a fault in a rule is told.

mod aggregate;
mod arithmetic;
mod ast;
mod case;
mod code;
mod compare;
mod compile;
mod dates;
mod diagnosis;
mod emptiness;
pub mod explain;
mod functions;
#[cfg(test)]
mod guide;
mod judge;
mod keys;
mod ledger;
mod levels;
mod lexer;
mod pack;
mod param;
mod parser;
mod print;
mod rule;
mod schema;
mod sense;
#[cfg(test)]
mod tests;
mod toml_rule;
mod total;
mod view;

use std::sync::Arc;

use chrono::NaiveDate;

pub use diagnosis::Diagnosis;
pub use explain::Term;
pub use judge::{Evidence, Judgement};
pub use pack::{BrokenRule, pack};
pub use rule::{Category, Fact, LevelRule, Rule};
pub use schema::schema;
pub use total::{Part, Tally, Total, TotalKey, totals};
pub use view::{CIPHER, EMPTY as NOTHING};

use crate::domain::{Calendar, Entity, Record, Value};

/// What is known so far (台账): the records a fact reads.
pub trait History {
    /// All records of `entity` whose `slots` hold the values of `key`, in no particular order. The subject is among them when it matches.
    fn find(&self, entity: Entity, slots: &[usize], key: &[Value]) -> Vec<Arc<Record>>;

    /// What the records that share the subject's key add up to; counted one by one where no total is kept.
    fn tally(&self, fact: &Fact, total: &Total, subject: &Record, _key: &TotalKey) -> Tally {
        let mut tally = Tally::default();
        let records = fact.key(subject).map(|key| self.find(total.entity, &total.slots, &key));
        records.iter().flatten().filter_map(|record| total.part(record)).for_each(|part| tally.add(part.amount));
        tally
    }
}

impl WorkingDays for Calendar {
    fn is_working_day(&self, day: NaiveDate) -> bool {
        Calendar::is_working_day(self, day)
    }
    fn add(&self, day: NaiveDate, working_days: u32) -> NaiveDate {
        Calendar::add(self, day, working_days)
    }
}

/// Working days (工作日) of the office's calendar, as local dates.
pub trait WorkingDays {
    fn is_working_day(&self, day: NaiveDate) -> bool;
    /// The `working_days`-th working day after `day`; `day` itself for zero.
    fn add(&self, day: NaiveDate, working_days: u32) -> NaiveDate;
}
