//! The rule language and the judge: (rule, subject, today, calendar, history) → judgement. Pure: no I/O, no clock, no chance.
//!
//! ```text
//! TOML ─ toml_rule ─► lexer ─► parser ─► ast ─► emptiness (what 空 would hide)
//!                                     └────► compile, functions ─► code (typed closures over slots) ─► rule
//! subject, today ── judge ──► view (fields, facts loaded once) ──► Judgement { light, due, evidence }
//! ```
//!
//! `pack` is the set of rules shipped with the program (`templates/rules`, one file a rule); `diagnosis` is how a fault in a rule is told.

mod ast;
mod code;
mod compile;
mod diagnosis;
mod emptiness;
mod functions;
mod judge;
#[cfg(test)]
mod ledger;
mod lexer;
mod pack;
mod parser;
mod rule;
#[cfg(test)]
mod tests;
mod toml_rule;
mod view;

use std::sync::Arc;

use chrono::NaiveDate;

pub use diagnosis::Diagnosis;
pub use judge::{Evidence, Judgement};
pub use pack::{BrokenRule, pack};
pub use rule::{Category, Fact, LevelRule, Rule};
pub use view::CIPHER;

use crate::domain::{Calendar, Entity, Record, Value};

/// What is known so far (台账): the records a fact reads.
pub trait History {
    /// All records of `entity` whose `slots` hold the values of `key`, in no particular order. The subject is among them when it matches.
    fn find(&self, entity: Entity, slots: &[usize], key: &[Value]) -> Vec<Arc<Record>>;
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
