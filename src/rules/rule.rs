//! A compiled rule (预警规则): the columns of annex 2, its parameters, its facts and its levels.

use std::fmt;
use std::sync::Arc;

use super::code::Get;
use super::view::Figure;
use crate::domain::{Entity, Level, Money, Record, Value};

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
    /// The TOML text it was compiled from.
    pub source: String,
    pub(super) params: Vec<Param>,
    pub(super) figures: Vec<Figure>,
}

impl Rule {
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
    pub(super) filter: Vec<Get<bool>>,
    /// Parameters and slots of the subject it reads, a bit each.
    pub(super) param_mask: u64,
    pub(super) subject_mask: u64,
}

impl Fact {
    /// The values to look for, in the order of `slots`. `None` when any is empty: empty equals nothing, so the fact has no rows.
    pub fn key(&self, subject: &Record) -> Option<Vec<Value>> {
        let values = self.subject_slots.iter().map(|slot| subject.values.get(*slot));
        values.map(|value| value.filter(|value| !value.is_empty()).cloned()).collect()
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
    pub(super) test: Get<bool>,
    pub(super) param_mask: u64,
    /// It asks how long ago something was.
    pub(super) watches_time: bool,
}

impl fmt::Debug for LevelRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LevelRule").field("light", &self.light).field("when", &self.when).finish_non_exhaustive()
    }
}

/// A named number of a rule, to be changed without touching its conditions.
#[derive(Debug, Clone)]
pub(super) struct Param {
    pub name: String,
    pub value: ParamValue,
}

#[derive(Debug, Clone)]
pub(super) enum ParamValue {
    Money(Money),
    Number(i64),
    /// NFKC-normalised, like the texts of the list.
    Text(Arc<str>),
    List(Arc<[Arc<str>]>),
}

impl fmt::Display for ParamValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ParamValue::Money(money) => money.fmt(f),
            ParamValue::Number(number) => number.fmt(f),
            ParamValue::Text(text) => text.fmt(f),
            ParamValue::List(list) => f.write_str(&list.join("、")),
        }
    }
}
