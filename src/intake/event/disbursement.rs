//! Disbursement lines (到人到户发放明细): one line of a payment that reaches a person or a household, one line an event.

use super::field::{Amount, Code, Count, Identifier, Year, closed};
use super::shape::event;

closed! {
    /// Whether a line is counted by person or by household (发放口径).
    Basis { Person "按人", Household "按户" }
}

closed! {
    /// The month paid for (发放月份), or the whole year.
    Month {
        January "01", February "02", March "03", April "04", May "05", June "06", July "07", August "08", September "09", October "10", November "11",
        December "12", WholeYear "全年",
    }
}

event! {
    /// 到人到户发放明细,一行一个事件
    Listed as "DisbursementListed" {
        /// 所属支付的凭证号
        voucher_no: Identifier,
        /// 所属支付的年度
        fiscal_year: Year,
        /// 行号
        line_no: Count,
        /// 预算项目编码
        project_code: Option<Identifier>,
        /// 乡镇
        town: Option<Code>,
        /// 村
        village: Option<Code>,
        /// 户编号,不填时按身份证号从建档立卡名册取
        household_no: Option<Identifier>,
        /// 姓名
        name: Option<Code>,
        /// 证件类型,例如 居民身份证
        id_type: Option<Code>,
        /// 证件号码,可为空(有规则查看)
        id_no: Option<Code>,
        /// 发放口径
        basis: Basis,
        /// 应发(元)
        due: Amount,
        /// 实发(元)
        paid: Amount,
        /// 发放月份
        month: Month,
        /// 账号
        account: Option<Code>,
        /// 户名:账号开户人的姓名
        account_name: Option<Code>,
        /// 指标编号
        allocation_id: Option<Identifier>,
        /// 归口股室代码
        section: Option<Code>,
    }
}
