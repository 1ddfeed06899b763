//! The judge: (rule, subject, today, calendar, history) → judgement. The same input always gives the same judgement.

use std::sync::Arc;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::explain::Term;
use super::rule::{LevelRule, Rule};
use super::view::{Bench, bit, shown};
use super::{History, WorkingDays};
use crate::domain::{Entity, Level, Record, Value};

/// What a rule says of one record on one day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judgement {
    /// The highest level that holds.
    pub light: Option<Level>,
    /// The first local date (Asia/Shanghai) after today on which a limit in time that was looked at passes: judge again then.
    /// `None`: only an event can change the verdict.
    pub due: Option<NaiveDate>,
    /// What the lit level read; empty when nothing is lit.
    pub evidence: Evidence,
}

/// Evidence (证据): what the lit level's condition read, as people read it. Frozen with the warning.
///
/// Money is `12,800.00` (元), dates are ISO, an encrypted value is only 「(密文)」, an empty one 「(空)」. Order is that of the tables and of the rule.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// The condition of the lit level, as written in the rule.
    pub condition: String,
    /// Fields of the subject: name, value.
    pub fields: Vec<(String, String)>,
    /// Figures of facts: `同日小额现金.笔数`, value.
    pub facts: Vec<(String, String)>,
    /// Parameters: name, value.
    pub params: Vec<(String, String)>,
    /// The condition comparison by comparison, with the values of both sides; evidence from before that was kept has none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub terms: Vec<Term>,
}

/// Where no fact is asked, nor what day it is.
struct Unasked;

impl WorkingDays for Unasked {
    fn is_working_day(&self, _: NaiveDate) -> bool {
        false
    }

    fn add(&self, day: NaiveDate, _: u32) -> NaiveDate {
        day
    }
}

impl History for Unasked {
    fn find(&self, _: Entity, _: &[usize], _: &[Value]) -> Vec<Arc<Record>> {
        Vec::new()
    }
}

impl Rule {
    /// Judges one record as of a local date. Facts are asked of `history` at most once each, and only if a condition reaches them.
    /// A record of another entity than `on` is never lit.
    pub fn judge(&self, subject: &Record, today: NaiveDate, days: &dyn WorkingDays, history: &dyn History) -> Judgement {
        let bench = Bench::new(subject, today, days, history, &self.facts, &self.figures);
        let lit = self.lit(&bench);
        // to go through the condition once more for its evidence must not make it look at more limits than the verdict did
        let due = bench.due.get();
        let evidence = lit.map_or_else(Evidence::default, |level| self.evidence(level, &bench));
        Judgement { light: lit.map(|level| level.light), due, evidence }
    }

    /// What it lights, without why: the highest level that holds.
    pub fn light(&self, subject: &Record, today: NaiveDate, days: &dyn WorkingDays, history: &dyn History) -> Option<Level> {
        self.lit(&Bench::new(subject, today, days, history, &self.facts, &self.figures)).map(|level| level.light)
    }

    fn lit(&self, bench: &Bench<'_>) -> Option<&LevelRule> {
        let candidates = if bench.subject.entity == self.on { self.levels.as_slice() } else { &[] };
        candidates.iter().find(|level| {
            bench.forget();
            (level.own)(&bench.view()) && (level.rest)(&bench.view())
        })
    }

    /// Whether its facts have a say in the verdict: by what it asks of the record alone, any level may hold.
    pub fn asks_facts(&self, subject: &Record) -> bool {
        let bench = Bench::new(subject, NaiveDate::MIN, &Unasked, &Unasked, &self.facts, &self.figures);
        !self.facts.is_empty() && self.judges(subject) && self.levels.iter().any(|level| (level.own)(&bench.view()))
    }

    fn evidence(&self, level: &LevelRule, bench: &Bench<'_>) -> Evidence {
        let (slots, figures) = (bench.slots_read.get(), bench.figures_read.get());
        let read = |mask: u64, index: usize| mask & bit(index) != 0;
        let fields = self.on.fields().iter().zip(&bench.subject.values).enumerate();
        let figures: Vec<_> = self.figures.iter().enumerate().filter(|(index, _)| read(figures, *index)).collect();
        let in_facts = figures.iter().filter_map(|(_, figure)| self.facts.get(figure.fact)).fold(0, |mask, fact| mask | fact.param_mask);
        Evidence {
            condition: level.when.clone(),
            fields: fields.filter(|(slot, _)| read(slots, *slot)).map(|(_, (field, value))| (field.name.to_owned(), shown(value))).collect(),
            facts: figures.iter().map(|(index, figure)| (figure.label.clone(), shown(&bench.figure(*index)))).collect(),
            params: (self.params.iter().enumerate().filter(|(index, _)| read(level.param_mask | in_facts, *index)))
                .map(|(_, param)| (param.name.clone(), param.value.to_string()))
                .collect(),
            terms: self.explain(level, bench),
        }
    }
}
