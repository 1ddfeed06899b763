//! What a source itself counted over a period (来源对账): held against what arrived.

use super::field::{Amount, Count, Day, closed};
use super::shape::event;

closed! {
    /// What was counted (对账对象).
    About { Allocations "指标", Payments "支付", Lines "明细", People "人员" }
}

event! {
    /// 来源对账数:一段时间内共有多少条、多少金额
    Totals as "SourceTotals" {
        /// 起始日期(含)
        from: Day,
        /// 截止日期(含)
        to: Day,
        /// 对账对象
        about: About,
        /// 条数
        count: Count,
        /// 金额合计(元),人员不填
        amount: Option<Amount>,
    }
}
