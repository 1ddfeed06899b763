//! The fields of every kind of record: which exist, how the rule language names them, and which column keeps them.

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
            use crate::domain::record::{Field, Kind};
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
        // 代字〔年份〕序号: what is compared and shown, however it was written
        DOC_NO_NORMAL "规范文号" "doc_no_normal" Text,
        PARENT_DOC_NO "上级文号" "parent_doc_no" Text,
        TITLE "标题" "title" Text,
        ISSUED_ON "发文日期" "issued_on" Date,
        RECEIVED_ON "收到日期" "received_on" Date,
        REGISTERED_ON "登记日期" "registered_on" Date,
        DISTRIBUTED_ON "分配日期" "distributed_on" Date,
        // 预算法 52: the people's congress approved, the bureau replied to the department, the department to its units
        APPROVED_ON "人大批准日期" "approved_on" Date,
        REPLIED_ON "批复部门日期" "replied_on" Date,
        UNIT_REPLIED_ON "批复单位日期" "unit_replied_on" Date,
        APPENDED_ON "追加日期" "appended_on" Date,
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
        // paid to persons and households line by line
        TO_PERSONS "到人到户" "to_persons" Flag,
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
        // 财政专户 / 单位实有资金账户 / 乡镇账户 / 零余额账户 / 个人账户 / 其他: as told, else from the name
        PAYEE_ACCOUNT_KIND "收款账户类型" "payee_account_kind" Text,
        // 正常 / 全为数字
        PAYEE_SHAPE "收款人形式" "payee_shape" Text,
        // 正常 / 含汉字
        ACCOUNT_SHAPE "收款账号形式" "account_shape" Text,
        AMOUNT "支付金额" "amount" Money,
        // what refunds, cancellations and corrections have taken back
        REVERSED "冲销金额" "reversed" Money,
        NET "支付净额" "net" Money,
        // the day on which something of it was taken back last
        REVERSED_ON "冲销日期" "reversed_on" Date,
        PAID_ON "支付日期" "paid_on" Date,
        PURPOSE "用途" "purpose" Text,
        SETTLEMENT "结算方式" "settlement" Text,
        METHOD "支付方式" "method" Text,
        ECONOMIC_CODE "经济科目" "economic_code" Text,
        TOLD_PROJECT_CODE "所报项目编码" "told_project_code" Text,
        // as told, else that of its allocation
        PROJECT_CODE "项目编码" "project_code" Text,
        SECTION "归口股室" "section" Text,
        TOWN "乡镇" "town" Text,
        // the local date on which the service first heard of it
        HEARD_ON "接收日期" "heard_on" Date,
        // the local date on which the source wrote the event; files do not tell
        REPORTED_ON "上报日期" "reported_on" Date,
        // written before the moment at which it says that it was paid
        REPORTED_EARLY "提前上报" "reported_early" Flag,
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
        TOLD_HOUSEHOLD_NO "所报户编号" "told_household_no" Text,
        // as told, else that of the person registered under its id number
        HOUSEHOLD_NO "户编号" "household_no" Text,
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
        // 1, or 12 for 全年
        MONTHS "月数" "months" Number,
        ACCOUNT "账号" "account" Cipher,
        ACCOUNT_NAME "户名" "account_name" Cipher,
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
    /// Performance goal (绩效目标) of a project and year, and how its review stands. A review alone makes one that has no 填报日期.
    goal {
        PROJECT_CODE "项目编码" "project_code" Text,
        FISCAL_YEAR "年度" "fiscal_year" Number,
        PROJECT_NAME "项目名称" "project_name" Text,
        AMOUNT "资金总额" "amount" Money,
        FISCAL_AMOUNT "财政资金" "fiscal_amount" Money,
        FILED_BY "填报单位" "filed_by" Text,
        FILED_ON "填报日期" "filed_on" Date,
        // 待审核 / 通过 / 不通过
        STATUS "审核状态" "status" Text,
        REVIEWED_ON "审核日期" "reviewed_on" Date,
        PUBLISHED_ON "公开日期" "published_on" Date,
        SECTION "归口股室" "section" Text,
    }
}

entity! {
    /// Performance indicator (绩效指标).
    indicator {
        PROJECT_CODE "项目编码" "project_code" Text,
        FISCAL_YEAR "年度" "fiscal_year" Number,
        INDICATOR_NO "绩效指标编号" "indicator_no" Text,
        // 产出 / 效益 / 满意度
        MEASURE "指标类别" "measure" Text,
        NAME "指标名称" "name" Text,
        // ≥ / ≤ / = / 定性
        COMPARISON "比较方式" "comparison" Text,
        TARGET "目标值" "target" Number,
        UNIT "计量单位" "unit" Text,
        WEIGHT "权重" "weight" Number,
    }
}

entity! {
    /// Progress (绩效执行情况) of one indicator in one period.
    progress {
        PROJECT_CODE "项目编码" "project_code" Text,
        FISCAL_YEAR "年度" "fiscal_year" Number,
        INDICATOR_NO "绩效指标编号" "indicator_no" Text,
        // 一季度 / 二季度 / 三季度 / 四季度 / 全年
        PERIOD "报告期" "period" Text,
        ACTUAL "实际值" "actual" Number,
        FILED_ON "填报日期" "filed_on" Date,
    }
}

entity! {
    /// Self-evaluation (绩效自评) of a project and year.
    evaluation {
        PROJECT_CODE "项目编码" "project_code" Text,
        FISCAL_YEAR "年度" "fiscal_year" Number,
        SCORE "得分" "score" Number,
        EVALUATED_ON "自评日期" "evaluated_on" Date,
    }
}

entity! {
    /// Somebody on the public payroll (财政供养人员).
    payroll {
        ID_NO "身份证号" "id_no" Cipher,
        NAME "姓名" "name" Cipher,
        AGENCY_NAME "单位名称" "agency_name" Text,
        EFFECTIVE_FROM "起始日期" "effective_from" Date,
        EFFECTIVE_TO "截止日期" "effective_to" Date,
        // 在册 / 移出: whether the list still has them
        STATUS "状态" "status" Text,
    }
}

entity! {
    /// Project of the library (项目库).
    project {
        PROJECT_CODE "项目编码" "project_code" Text,
        PROJECT_NAME "项目名称" "project_name" Text,
        FISCAL_YEAR "年度" "fiscal_year" Number,
        AGENCY_CODE "单位编码" "agency_code" Text,
        SECTION "归口股室" "section" Text,
        AMOUNT "计划金额" "amount" Money,
        // 在库 / 移出
        STATUS "状态" "status" Text,
        DELISTED_ON "移出日期" "delisted_on" Date,
    }
}

entity! {
    /// Subsidy standard (补助标准).
    standard {
        STANDARD_NO "标准编号" "standard_no" Text,
        NAME "标准名称" "name" Text,
        PROJECT_CODE "项目编码" "project_code" Text,
        // 按人 / 按户
        BASIS "发放口径" "basis" Text,
        MONTHLY "每月标准" "monthly" Money,
        EFFECTIVE_FROM "执行日期" "effective_from" Date,
        EFFECTIVE_TO "截止日期" "effective_to" Date,
        // 有效 / 停用
        STATUS "状态" "status" Text,
    }
}

entity! {
    /// Everything else that events tell and no rule reads yet: kept with its identity, its content in the journal.
    other {
        EVENT_TYPE "事件类型" "event_type" Text,
        SUBJECT "对象" "subject" Text,
    }
}
