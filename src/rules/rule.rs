//! A compiled rule (预警规则): the columns of annex 2, its parameters, its facts and its levels.

use std::fmt;
use std::sync::{Arc, OnceLock};

use super::case::Case;
use super::code::Test;
use super::explain::Line;
use super::param::Param;
use super::total::{Total, TotalKey, encode};
use super::view::{Figure, bit};
use crate::domain::record::{disbursement, payment};
use crate::domain::{Entity, Level, Record, Value};

/// Kind of rule (规则分类), as annex 2 lists them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Category {
    /// 指标管理
    Allocation,
    /// 支出管理
    Spending,
    /// 绩效管理
    Performance,
    /// 到人到户
    Household,
    /// 其他
    Other,
}

impl Category {
    /// In the order of annex 2.
    pub const ALL: [Category; 5] = [Category::Allocation, Category::Spending, Category::Performance, Category::Household, Category::Other];

    /// As annex 2 writes it.
    pub const fn name(self) -> &'static str {
        match self {
            Category::Allocation => "指标管理",
            Category::Spending => "支出管理",
            Category::Performance => "绩效管理",
            Category::Household => "到人到户",
            Category::Other => "其他",
        }
    }

    /// The category of its Chinese name.
    pub fn from_name(name: &str) -> Option<Category> {
        Category::ALL.into_iter().find(|category| category.name() == name)
    }
}

/// A rule, compiled once from its TOML text; shared between threads.
pub struct Rule {
    /// `ZC10`
    pub code: String,
    /// 规则名称
    pub name: String,
    /// 规则分类
    pub category: Category,
    /// The kind of record it judges.
    pub on: Entity,
    /// 规则依据
    pub basis: String,
    /// 适用范围
    pub scope: String,
    /// 预警处理人
    pub handler: String,
    /// 规则描述
    pub description: String,
    /// Reference data without which the rule is 未就绪 and must not be judged.
    pub needs: Vec<Entity>,
    /// The fields of the subject that say what a warning is about; one matter has one warning. None: the subject itself.
    pub matter: Vec<usize>,
    pub facts: Vec<Fact>,
    /// The most severe first, each level at most once.
    pub levels: Vec<LevelRule>,
    /// False: shipped but 停用, to be read and listed, not judged.
    pub enabled: bool,
    /// It judges refunds, cancellations and what was reversed in full as well.
    pub with_reversed: bool,
    /// The TOML text it was compiled from.
    pub source: String,
    pub(super) cases: Vec<Case>,
    pub(super) params: Vec<Param>,
    pub(super) figures: Vec<Figure>,
}

impl Rule {
    /// Whether it has something to say of this record: one of its kind, and not taken back unless it asks for these.
    pub fn judges(&self, record: &Record) -> bool {
        let stands = match record.entity {
            // a payment that is only requested may still be stopped
            Entity::Payment => record.counts() || (record.text(payment::STAGE) != "支付" && matches!(record.text(payment::PAYMENT_KIND), "正常" | "更正")),
            Entity::Disbursement => !record.get(disbursement::REVERSED).is_true(),
            Entity::Allocation
            | Entity::Beneficiary
            | Entity::Goal
            | Entity::Indicator
            | Entity::Progress
            | Entity::Evaluation
            | Entity::Payroll
            | Entity::Project
            | Entity::Standard => true,
            Entity::Other => false,
        };
        record.entity == self.on && (stands || self.with_reversed)
    }

    /// The fields of the subject that it reads, by name, in the order of their table.
    pub fn reads(&self) -> Vec<&'static str> {
        let facts = self.facts.iter().fold(0, |mask, fact| fact.subject_slots.iter().fold(mask | fact.subject_mask, |mask, slot| mask | bit(*slot)));
        let mask = self.levels.iter().fold(facts, |mask, level| mask | level.subject_mask);
        self.on.fields().iter().enumerate().filter(|(slot, _)| mask & bit(*slot) != 0).map(|(_, field)| field.name).collect()
    }

    /// Whether time alone can change its verdicts.
    pub fn watches_time(&self) -> bool {
        self.levels.iter().any(|level| level.watches_time) || self.facts.iter().any(|fact| fact.watches_time)
    }

    /// Whether it may ring a bell: by a level of its own, or on a payment that is only requested, where whatever it lights is one.
    pub fn rings(&self) -> bool {
        self.on == Entity::Payment || self.levels.iter().any(|level| level.light == Level::Bell)
    }
}

impl fmt::Debug for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rule").field("code", &self.code).field("name", &self.name).finish_non_exhaustive()
    }
}

/// What a rule asks of history (事实): records of one entity that share fields with the subject.
pub struct Fact {
    /// The name the rule gives it.
    pub name: String,
    pub entity: Entity,
    /// Fields of the fact's record …
    pub slots: Vec<usize>,
    /// … that equal these fields of the subject, one for one.
    pub subject_slots: Vec<usize>,
    /// 含冲销: reversed and merely requested records count as well.
    pub(super) with_reversed: bool,
    /// It asks how long ago something was.
    pub(super) watches_time: bool,
    /// The rest of its condition, all of which must hold.
    pub(super) filter: Arc<[Test]>,
    /// What the rest of its condition says, where it reads nothing but the record itself and parameters.
    pub(super) meaning: Option<String>,
    /// Kept as running totals, one a field that is added up; none: its records are read.
    pub totals: Vec<Arc<Total>>,
    /// Parameters and slots of the subject it reads, a bit each.
    pub(super) param_mask: u64,
    pub(super) subject_mask: u64,
    /// Slots of its own record that matter to what is asked of it.
    pub(super) row_mask: u64,
}

impl Fact {
    /// Whether what it reads stands elsewhere (a parent's children, a payment's allocation), so that the subject is judged again when that changes. Records
    /// that share a field with the subject are not elsewhere: the one that changes is judged for all of them.
    pub fn reads_others(&self, on: Entity) -> bool {
        self.entity != on || self.slots != self.subject_slots
    }

    /// Whether what it says may be another once this record has turned from one into the other.
    pub fn notices(&self, old: Option<&Record>, new: &Record) -> bool {
        let counts = |record: &Record| self.with_reversed || record.counts();
        let reads = |slot: usize| self.row_mask & bit(slot) != 0;
        match (old.filter(|old| counts(old)), counts(new)) {
            (None, false) => false,
            (Some(_), false) | (None, true) => true,
            (Some(old), true) => old.values.iter().zip(&new.values).enumerate().any(|(slot, (was, is))| reads(slot) && was != is),
        }
    }

    /// The values to look for, in the order of `slots`. `None` when any is empty: empty equals nothing, so the fact has no rows.
    pub fn key(&self, subject: &Record) -> Option<Vec<Value>> {
        let values = self.subject_slots.iter().map(|slot| subject.values.get(*slot));
        values.map(|value| value.filter(|value| !value.is_empty()).cloned()).collect()
    }

    /// Whether judging reads the records themselves and not a total of them: what shares its key must then be few, however large the ledger is.
    pub fn reads_records(&self) -> bool {
        self.totals.is_empty()
    }

    /// The same key as totals have it.
    pub fn total_key(&self, subject: &Record) -> Option<TotalKey> {
        encode(self.subject_slots.iter().map(|slot| subject.values.get(*slot)))
    }
}

impl fmt::Debug for Fact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Fact").field("name", &self.name).field("entity", &self.entity).field("slots", &self.slots).finish_non_exhaustive()
    }
}

/// One level of a rule and when it is lit.
pub struct LevelRule {
    pub light: Level,
    /// The condition as written.
    pub when: String,
    /// What of it asks nothing but the record, asked first: where this does not hold no fact is needed.
    pub(super) own: Test,
    pub(super) rest: Test,
    /// Parameters and slots of the subject it reads, a bit each.
    pub(super) param_mask: u64,
    pub(super) subject_mask: u64,
    /// It asks how long ago something was.
    pub(super) watches_time: bool,
    /// Its comparisons one by one, made when it is lit for the first time.
    pub(super) lines: OnceLock<Vec<Line>>,
}

impl fmt::Debug for LevelRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LevelRule").field("light", &self.light).field("when", &self.when).finish_non_exhaustive()
    }
}
