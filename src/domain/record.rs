//! Records (台账记录): what events have told so far of one allocation, payment, disbursement line or person, as typed slots.
//!
//! The tables below are the only place that knows which fields exist, how the rule language names them and which column keeps them.

use std::collections::BTreeMap;

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

/// Event type → digest of its latest content; how a repeated delivery is told from a correction.
pub type Seen = BTreeMap<String, String>;

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
        Record { entity, key: key.into(), first_seq: seq, seq, line, version: 1, seen: Seen::new(), values: vec![Value::Empty; entity.fields().len()] }
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

macro_rules! slots {
    ($index:expr;) => {};
    ($index:expr; $slot:ident $(, $rest:ident)*) => {
        pub const $slot: usize = $index;
        slots!($index + 1; $($rest),*);
    };
}

macro_rules! entity {
    ($(#[$doc:meta])* $module:ident { $($slot:ident $name:literal $column:literal $kind:ident,)* }) => {
        $(#[$doc])*
        pub mod $module {
            use super::{Field, Kind};
            slots!(0; $($slot),*);
            pub const FIELDS: &[Field] = &[$(Field { name: $name, column: $column, kind: Kind::$kind }),*];
        }
    };
}

entity! {
    /// Allocation (预算指标).
    allocation {
        ALLOCATION_ID "指标编号" "allocation_id" Text,
        PARENT_ID "上级指标" "parent_id" Text,
        DOC_NO "本级文号" "doc_no" Text,
        PARENT_DOC_NO "上级文号" "parent_doc_no" Text,
        TITLE "标题" "title" Text,
        ISSUED_ON "发文日期" "issued_on" Date,
        RECEIVED_ON "收到日期" "received_on" Date,
        REGISTERED_ON "登记日期" "registered_on" Date,
        DISTRIBUTED_ON "分配日期" "distributed_on" Date,
        FISCAL_YEAR "年度" "fiscal_year" Number,
        FUND_NAME "资金名称" "fund_name" Text,
        FUND_NATURE "资金性质" "fund_nature" Text,
        FUNCTION_CODE "功能科目" "function_code" Text,
        ECONOMIC_CODE "经济科目" "economic_code" Text,
        PROJECT_CODE "项目编码" "project_code" Text,
        PROJECT_NAME "项目名称" "project_name" Text,
        AGENCY_CODE "单位编码" "agency_code" Text,
        SECTION "归口股室" "section" Text,
        TIER "级次" "tier" Text,
        POVERTY_FLAG "扶贫标识" "poverty_flag" Text,
        IN_LEDGER "纳入台账" "in_ledger" Flag,
        AMOUNT "金额" "amount" Money,
        HAS_SCAN "有扫描件" "has_scan" Flag,
        // 来源 / 口径 / 认定: whose word 扶贫标识 is
        MARKED_BY "标识来源" "marked_by" Text,
        // what a source has said otherwise since a person decided
        TOLD_OTHERWISE "来源另报标识" "told_otherwise" Text,
    }
}

entity! {
    /// Payment (支付), requested, reviewed or paid; also refunds and the like, which name the payment they reverse.
    payment {
        VOUCHER_NO "凭证号" "voucher_no" Text,
        APPLICATION_NO "申请号" "application_no" Text,
        ALLOCATION_ID "指标编号" "allocation_id" Text,
        FISCAL_YEAR "年度" "fiscal_year" Number,
        // 申请 / 复核 / 支付
        STAGE "阶段" "stage" Text,
        // 正常 / 退款 / 更正 / 撤销
        PAYMENT_KIND "类型" "kind" Text,
        ORIGINAL_VOUCHER_NO "原凭证号" "original_voucher_no" Text,
        PAYER_NAME "付款人" "payer_name" Cipher,
        PAYER_ACCOUNT "付款账号" "payer_account" Cipher,
        PAYEE_NAME "收款人" "payee_name" Cipher,
        PAYEE_ACCOUNT "收款账号" "payee_account" Cipher,
        // what may be shown of it outside the bureau's own screen: 张*, the last four digits
        PAYEE_MASKED "收款人简称" "payee_masked" Text,
        ACCOUNT_TAIL "收款账号尾号" "account_tail" Text,
        // 单位 / 个人, from the shape of the name
        PAYEE_KIND "收款人性质" "payee_kind" Text,
        AMOUNT "支付金额" "amount" Money,
        // what refunds, cancellations and corrections have taken back
        REVERSED "冲销金额" "reversed" Money,
        NET "支付净额" "net" Money,
        PAID_ON "支付日期" "paid_on" Date,
        PURPOSE "用途" "purpose" Text,
        SETTLEMENT "结算方式" "settlement" Text,
        METHOD "支付方式" "method" Text,
        SECTION "归口股室" "section" Text,
        TOWN "乡镇" "town" Text,
        // the local date on which the service first heard of it
        HEARD_ON "接收日期" "heard_on" Date,
    }
}

entity! {
    /// Disbursement line (到人到户发放明细).
    disbursement {
        VOUCHER_NO "凭证号" "voucher_no" Text,
        LINE_NO "行号" "line_no" Text,
        FISCAL_YEAR "年度" "fiscal_year" Number,
        ALLOCATION_ID "指标编号" "allocation_id" Text,
        PROJECT_CODE "项目编码" "project_code" Text,
        TOWN "乡镇" "town" Text,
        VILLAGE "村" "village" Text,
        NAME "姓名" "name" Cipher,
        ID_NO "身份证号" "id_no" Cipher,
        // false: the check digit is wrong
        ID_VALID "证件有效" "id_valid" Flag,
        // true: stars where digits should be
        ID_MASKED "证件残缺" "id_masked" Flag,
        // 按人 / 按户
        BASIS "发放口径" "basis" Text,
        DUE "应发" "due" Money,
        PAID "实发" "paid" Money,
        // 01–12 / 全年
        MONTH "发放月份" "month" Text,
        MONTH_START "发放月初" "month_start" Date,
        MONTH_END "发放月末" "month_end" Date,
        ACCOUNT "账号" "account" Cipher,
        SECTION "归口股室" "section" Text,
        // true once the payment it belongs to is reversed in full
        REVERSED "已冲销" "reversed" Flag,
        // source, year and voucher of the payment it belongs to: one warning per payment and rule
        PAYMENT "所属支付" "payment" Text,
    }
}

entity! {
    /// Registered person (建档立卡人口).
    beneficiary {
        HOUSEHOLD_NO "户编号" "household_no" Text,
        PERSON_NO "人员编号" "person_no" Text,
        NAME "姓名" "name" Cipher,
        ID_NO "身份证号" "id_no" Cipher,
        RELATION "与户主关系" "relation" Text,
        TOWN "乡镇" "town" Text,
        VILLAGE "村" "village" Text,
        // 在册 / 死亡 / 迁出 / 清退
        STATUS "状态" "status" Text,
        EFFECTIVE_FROM "生效日期" "effective_from" Date,
        EFFECTIVE_TO "失效日期" "effective_to" Date,
    }
}

entity! {
    /// Everything else that events tell and no rule reads yet: kept with its identity, its content in the journal.
    other {
        EVENT_TYPE "事件类型" "event_type" Text,
        SUBJECT "对象" "subject" Text,
    }
}

/// What the ledger (总台账) keeps records of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Entity {
    Allocation,
    Payment,
    Disbursement,
    Beneficiary,
    Other,
}

impl Entity {
    /// All of them.
    pub const ALL: [Entity; 5] = [Entity::Allocation, Entity::Payment, Entity::Disbursement, Entity::Beneficiary, Entity::Other];

    /// The name in the rule language.
    pub const fn name(self) -> &'static str {
        match self {
            Entity::Allocation => "指标",
            Entity::Payment => "支付",
            Entity::Disbursement => "明细",
            Entity::Beneficiary => "人员",
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
            Entity::Other => other::FIELDS,
        }
    }

    /// The field that 金额 of a fact adds up.
    pub const fn amount_slot(self) -> Option<usize> {
        match self {
            Entity::Allocation => Some(allocation::AMOUNT),
            Entity::Payment => Some(payment::NET),
            Entity::Disbursement => Some(disbursement::PAID),
            Entity::Beneficiary | Entity::Other => None,
        }
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
            Entity::Allocation | Entity::Beneficiary | Entity::Other => true,
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
    }
}
