//! Performance (绩效): goals, indicators, progress, review, self-evaluation.

use super::field::{Amount, Code, Day, Identifier, Name, Number, Remark, Year, closed};
use super::shape::event;

closed! {
    /// What an indicator measures (指标类别).
    Measure { Output "产出", Benefit "效益", Satisfaction "满意度" }
}

closed! {
    /// How a result is held against its target (比较方式).
    Comparison { AtLeast "≥", AtMost "≤", Equal "=", Qualitative "定性" }
}

closed! {
    /// The period a report covers (报告期).
    Period { First "一季度", Second "二季度", Third "三季度", Fourth "四季度", Year "全年" }
}

closed! {
    /// Where a goal stands, and what a review decides (审核状态).
    Status { Pending "待审核", Passed "通过", Rejected "不通过" }
}

event! {
    /// 绩效目标
    Goal as "PerformanceGoal" {
        /// 预算项目编码
        project_code: Identifier,
        /// 年度
        fiscal_year: Year,
        /// 项目名称
        project_name: Option<Name>,
        /// 目标内容
        text: Remark,
        /// 项目资金总额(元)
        amount: Option<Amount>,
        /// 其中财政资金(元)
        fiscal_amount: Option<Amount>,
        /// 填报单位编码
        filed_by: Option<Identifier>,
        /// 填报日期
        filed_on: Day,
        /// 审核人
        reviewed_by: Option<Name>,
        /// 审核日期
        reviewed_on: Option<Day>,
        /// 审核状态,不填时为待审核
        status: Status = Status::Pending,
        /// 公开日期
        published_on: Option<Day>,
        /// 归口股室代码
        section: Option<Code>,
    }
}

event! {
    /// 绩效指标
    Indicator as "PerformanceIndicator" {
        /// 预算项目编码
        project_code: Identifier,
        /// 年度
        fiscal_year: Year,
        /// 指标编号
        indicator_no: Identifier,
        /// 指标类别
        measure: Measure,
        /// 指标名称
        name: Name,
        /// 比较方式
        comparison: Comparison,
        /// 目标值,定性指标可不填
        target: Option<Number>,
        /// 计量单位
        unit: Option<Name>,
        /// 权重(分)
        weight: Option<Number>,
    }
}

event! {
    /// 绩效执行情况
    Progress as "PerformanceProgress" {
        /// 预算项目编码
        project_code: Identifier,
        /// 年度
        fiscal_year: Year,
        /// 指标编号
        indicator_no: Identifier,
        /// 报告期
        period: Period,
        /// 实际完成值
        actual: Number,
        /// 填报日期
        filed_on: Day,
        /// 偏差原因
        deviation_reason: Option<Remark>,
    }
}

event! {
    /// 绩效目标审核
    Review as "PerformanceReview" {
        /// 预算项目编码
        project_code: Identifier,
        /// 年度
        fiscal_year: Year,
        /// 审核结果
        status: Status,
        /// 审核日期
        reviewed_on: Day,
        /// 审核人
        reviewed_by: Option<Name>,
        /// 审核意见
        note: Option<Remark>,
    }
}

event! {
    /// 绩效自评
    SelfEvaluation as "PerformanceSelfEvaluation" {
        /// 预算项目编码
        project_code: Identifier,
        /// 年度
        fiscal_year: Year,
        /// 自评得分
        score: Number,
        /// 自评日期
        evaluated_on: Day,
        /// 自评结论
        text: Option<Remark>,
    }
}
