//! Records (台账记录): what events have told so far of one allocation, payment, disbursement line or person, as typed slots.
//!
//! Its `fields` are the only place that knows which exist, how the rule language names them and which column keeps them.

mod fields;
mod seen;

pub use fields::{allocation, beneficiary, disbursement, evaluation, goal, indicator, other, payment, payroll, progress, project, standard};
pub use seen::Seen;

use super::Value;

/// What a field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// 金额
    Money,
    /// 数
    Number,
    /// 文本
    Text,
    /// 日期 (Asia/Shanghai)
    Date,
    /// 是否
    Flag,
    /// 密文
    Cipher,
}

/// A field of a kind of record.
#[derive(Debug)]
pub struct Field {
    /// The name in the rule language.
    pub name: &'static str,
    pub column: &'static str,
    pub kind: Kind,
}

/// One record and where in the journal its latest content stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    pub entity: Entity,
    /// Business identity, unique per office and entity.
    pub key: String,
    /// Journal entry of the first and of the latest content, and the line inside it (batches have many).
    pub first_seq: i64,
    pub seq: i64,
    pub line: i64,
    /// 1, and one more for each visible correction.
    pub version: i64,
    pub seen: Seen,
    pub values: Vec<Value>,
}

impl Record {
    /// The first version of a record, every field empty. `seq` and `line` are where the journal has it.
    pub fn new(entity: Entity, key: impl Into<String>, seq: i64, line: i64) -> Record {
        Record { entity, key: key.into(), first_seq: seq, seq, line, version: 1, seen: Seen::default(), values: vec![Value::Empty; entity.fields().len()] }
    }

    /// The field of a slot of this entity's module (`payment::AMOUNT`).
    pub fn get(&self, slot: usize) -> &Value {
        &self.values[slot]
    }

    /// Replaces a field, also by nothing.
    pub fn set(&mut self, slot: usize, value: impl Into<Value>) {
        self.values[slot] = value.into();
    }

    /// Takes the value only if it says something.
    pub fn overlay(&mut self, slot: usize, value: impl Into<Value>) {
        let value = value.into();
        if !value.is_empty() {
            self.values[slot] = value;
        }
    }

    /// The field as text; empty when it is none.
    pub fn text(&self, slot: usize) -> &str {
        self.values[slot].as_text().unwrap_or("")
    }
}

/// What the ledger (总台账) keeps records of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Entity {
    Allocation,
    Payment,
    Disbursement,
    Beneficiary,
    Goal,
    Indicator,
    Progress,
    Evaluation,
    Payroll,
    Project,
    Standard,
    Other,
}

impl Entity {
    /// All of them.
    pub const ALL: [Entity; 12] = [
        Entity::Allocation,
        Entity::Payment,
        Entity::Disbursement,
        Entity::Beneficiary,
        Entity::Goal,
        Entity::Indicator,
        Entity::Progress,
        Entity::Evaluation,
        Entity::Payroll,
        Entity::Project,
        Entity::Standard,
        Entity::Other,
    ];

    /// The name in the rule language.
    pub const fn name(self) -> &'static str {
        match self {
            Entity::Allocation => "指标",
            Entity::Payment => "支付",
            Entity::Disbursement => "明细",
            Entity::Beneficiary => "人员",
            Entity::Goal => "绩效目标",
            Entity::Indicator => "绩效指标",
            Entity::Progress => "执行情况",
            Entity::Evaluation => "自评",
            Entity::Payroll => "财政供养",
            Entity::Project => "项目",
            Entity::Standard => "标准",
            Entity::Other => "其他",
        }
    }

    /// Its table.
    pub const fn table(self) -> &'static str {
        match self {
            Entity::Allocation => "allocation",
            Entity::Payment => "payment",
            Entity::Disbursement => "disbursement",
            Entity::Beneficiary => "beneficiary",
            Entity::Goal => "goal",
            Entity::Indicator => "indicator",
            Entity::Progress => "progress",
            Entity::Evaluation => "evaluation",
            Entity::Payroll => "payroll",
            Entity::Project => "project",
            Entity::Standard => "standard",
            Entity::Other => "other_record",
        }
    }

    /// Its fields, by slot.
    pub const fn fields(self) -> &'static [Field] {
        match self {
            Entity::Allocation => allocation::FIELDS,
            Entity::Payment => payment::FIELDS,
            Entity::Disbursement => disbursement::FIELDS,
            Entity::Beneficiary => beneficiary::FIELDS,
            Entity::Goal => goal::FIELDS,
            Entity::Indicator => indicator::FIELDS,
            Entity::Progress => progress::FIELDS,
            Entity::Evaluation => evaluation::FIELDS,
            Entity::Payroll => payroll::FIELDS,
            Entity::Project => project::FIELDS,
            Entity::Standard => standard::FIELDS,
            Entity::Other => other::FIELDS,
        }
    }

    /// The field that 金额 of a fact adds up.
    pub const fn amount_slot(self) -> Option<usize> {
        match self {
            Entity::Allocation => Some(allocation::AMOUNT),
            Entity::Payment => Some(payment::NET),
            Entity::Disbursement => Some(disbursement::PAID),
            Entity::Goal => Some(goal::AMOUNT),
            Entity::Project => Some(project::AMOUNT),
            Entity::Standard => Some(standard::MONTHLY),
            Entity::Beneficiary | Entity::Indicator | Entity::Progress | Entity::Evaluation | Entity::Payroll | Entity::Other => None,
        }
    }

    /// The date that says when it was (主日期): windows of a fact (近30天, 本年度, 同月) go by it.
    pub const fn date_slot(self) -> Option<usize> {
        match self {
            Entity::Allocation => Some(allocation::RECEIVED_ON),
            Entity::Payment => Some(payment::PAID_ON),
            Entity::Disbursement => Some(disbursement::MONTH_START),
            Entity::Beneficiary => Some(beneficiary::EFFECTIVE_FROM),
            Entity::Goal => Some(goal::FILED_ON),
            Entity::Progress => Some(progress::FILED_ON),
            Entity::Evaluation => Some(evaluation::EVALUATED_ON),
            Entity::Payroll => Some(payroll::EFFECTIVE_FROM),
            Entity::Standard => Some(standard::EFFECTIVE_FROM),
            Entity::Indicator | Entity::Project | Entity::Other => None,
        }
    }

    /// Whether the field holds a document number (文号), which is compared in its normal form.
    pub fn is_doc_no(self, slot: usize) -> bool {
        self.fields().get(slot).is_some_and(|field| ["本级文号", "规范文号", "上级文号"].contains(&field.name))
    }

    /// A document number kept as it was written, not in its normal form.
    pub const fn is_spelt_freely(self, slot: usize) -> bool {
        matches!(self, Entity::Allocation) && slot == allocation::DOC_NO
    }

    /// The slot of a field by its name in the rule language.
    pub fn slot(self, name: &str) -> Option<usize> {
        self.fields().iter().position(|field| field.name == name)
    }
}

impl Record {
    /// Whether facts count this record: paid (not merely requested) and not reversed in full.
    pub fn counts(&self) -> bool {
        match self.entity {
            Entity::Payment => {
                self.text(payment::STAGE) == "支付"
                    && matches!(self.text(payment::PAYMENT_KIND), "正常" | "更正")
                    && self.get(payment::NET).as_money().is_some_and(|net| net.fen() > 0)
            }
            Entity::Disbursement => !self.get(disbursement::REVERSED).is_true(),
            Entity::Allocation
            | Entity::Beneficiary
            | Entity::Goal
            | Entity::Indicator
            | Entity::Progress
            | Entity::Evaluation
            | Entity::Payroll
            | Entity::Project
            | Entity::Standard
            | Entity::Other => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_columns_are_unique() {
        for entity in Entity::ALL {
            let mut names: Vec<_> = entity.fields().iter().map(|f| f.name).collect();
            let mut columns: Vec<_> = entity.fields().iter().map(|f| f.column).collect();
            names.sort_unstable();
            names.dedup();
            columns.sort_unstable();
            columns.dedup();
            assert_eq!(names.len(), entity.fields().len(), "{}", entity.name());
            assert_eq!(columns.len(), entity.fields().len(), "{}", entity.name());
        }
        assert_eq!(Entity::Payment.slot("支付金额"), Some(payment::AMOUNT));
        let kind = |entity: Entity, slot: Option<usize>| slot.map(|slot| entity.fields()[slot].kind);
        for entity in Entity::ALL {
            assert!(matches!(kind(entity, entity.date_slot()), None | Some(Kind::Date)), "{}", entity.name());
            assert!(matches!(kind(entity, entity.amount_slot()), None | Some(Kind::Money)), "{}", entity.name());
        }
    }
}
