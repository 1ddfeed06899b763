//! Payments (支付): requested, reviewed, paid, and what takes them back.

use super::Malformed;
use super::field::{Amount, Code, Identifier, Name, Remark, Time, Year, closed};
use super::shape::event;
use crate::domain::Money;

closed! {
    /// What a voucher does (支付类型); the last three name the voucher they reverse.
    Kind { Normal "正常", Refund "退款", Correction "更正", Cancellation "撤销" }
}

closed! {
    /// The outcome of a review (复核结果).
    Outcome { Passed "通过", Rejected "不通过" }
}

closed! {
    /// What kind of account is paid to (收款账户类型).
    AccountKind {
        Special "财政专户", Unit "单位实有资金账户", Town "乡镇账户", ZeroBalance "零余额账户", Person "个人账户", Other "其他",
    }
}

event! {
    /// 申请支付:支付之前,用同样的规则先看一遍
    Requested as "PaymentRequested" {
        /// 申请号
        application_no: Identifier,
        /// 指标编号
        allocation_id: Option<Identifier>,
        /// 申请时间
        requested_at: Time,
        /// 年度,不填时为申请时间所在年度(北京时间)
        fiscal_year: Year = requested_at.year(),
        /// 付款人
        payer_name: Option<Name>,
        /// 付款账号
        payer_account: Option<Code>,
        /// 收款人
        payee_name: Option<Name>,
        /// 收款账号
        payee_account: Option<Code>,
        /// 收款账户类型,不填时按收款人名称判断
        payee_account_kind: Option<AccountKind>,
        /// 金额(元)
        amount: Amount,
        /// 用途
        purpose: Option<Remark>,
        /// 结算方式:电子转账、现金支票、现金等
        settlement: Option<Code>,
        /// 支付方式:财政直接支付、财政授权支付等
        method: Option<Code>,
        /// 归口股室代码
        section: Option<Code>,
        /// 乡镇
        town: Option<Code>,
        /// 政府支出经济分类科目编码
        economic_code: Option<Code>,
        /// 预算项目编码
        project_code: Option<Identifier>,
    }
}

event! {
    /// 复核支付申请
    Reviewed as "PaymentReviewed" {
        /// 申请号
        application_no: Identifier,
        /// 复核时间
        reviewed_at: Time,
        /// 年度,不填时为复核时间所在年度(北京时间)
        fiscal_year: Year = reviewed_at.year(),
        /// 复核结果
        outcome: Outcome,
        /// 复核意见
        note: Option<Remark>,
    }
}

event! {
    /// 支付。金额为负数时须填原凭证号,按退款处理
    Paid as "PaymentPaid" check settle {
        /// 凭证号
        voucher_no: Identifier,
        /// 申请号
        application_no: Option<Identifier>,
        /// 指标编号
        allocation_id: Option<Identifier>,
        /// 支付时间
        paid_at: Time,
        /// 年度,不填时为支付时间所在年度(北京时间)
        fiscal_year: Year = paid_at.year(),
        /// 付款人
        payer_name: Option<Name>,
        /// 付款账号
        payer_account: Option<Code>,
        /// 收款人,可为空(有规则查看)
        payee_name: Option<Name>,
        /// 收款账号,可为空(有规则查看)
        payee_account: Option<Code>,
        /// 收款账户类型,不填时按收款人名称判断
        payee_account_kind: Option<AccountKind>,
        /// 金额(元)
        amount: Money,
        /// 用途
        purpose: Option<Remark>,
        /// 结算方式:电子转账、现金支票、现金等
        settlement: Option<Code>,
        /// 支付方式:财政直接支付、财政授权支付等
        method: Option<Code>,
        /// 类型,不填时为正常
        kind: Kind = Kind::Normal,
        /// 原凭证号:退款、更正、撤销时必须填写
        original_voucher_no: Option<Identifier>,
        /// 归口股室代码
        section: Option<Code>,
        /// 乡镇
        town: Option<Code>,
        /// 政府支出经济分类科目编码
        economic_code: Option<Code>,
        /// 预算项目编码
        project_code: Option<Identifier>,
    }
}

/// After this a `Paid` has a positive amount, and names its original unless it is 正常.
fn settle(mut paid: Paid) -> Result<Paid, Malformed> {
    let named = paid.original_voucher_no.is_some();
    match paid.kind {
        Kind::Normal if paid.amount.is_negative() && !named => {
            return Err(Malformed::data("amount", "金额不能为负数;如是退款,请填写原凭证号 original_voucher_no"));
        }
        Kind::Normal if paid.amount.is_negative() => paid.kind = Kind::Refund,
        Kind::Normal => {}
        Kind::Refund | Kind::Correction | Kind::Cancellation if !named => {
            return Err(Malformed::data("original_voucher_no", "退款、更正、撤销必须填写原凭证号"));
        }
        Kind::Correction if paid.amount.is_negative() => {
            return Err(Malformed::data("amount", "更正请填写更正后的金额,不能为负数"));
        }
        Kind::Refund | Kind::Correction | Kind::Cancellation => {}
    }
    paid.amount = paid.amount.abs();
    Ok(paid)
}

event! {
    /// 退款
    Refunded as "PaymentRefunded" {
        /// 退款凭证号
        voucher_no: Identifier,
        /// 原凭证号
        original_voucher_no: Identifier,
        /// 退款时间
        refunded_at: Time,
        /// 年度,不填时为退款时间所在年度(北京时间)
        fiscal_year: Year = refunded_at.year(),
        /// 原凭证的年度,不填时同上
        original_fiscal_year: Year = fiscal_year,
        /// 退回金额(元),写正数
        amount: Amount,
        /// 原因
        reason: Option<Remark>,
    }
}

event! {
    /// 更正支付:写更正后的内容,没有写的保持原样
    Corrected as "PaymentCorrected" {
        /// 更正凭证号
        voucher_no: Identifier,
        /// 原凭证号
        original_voucher_no: Identifier,
        /// 更正时间
        corrected_at: Time,
        /// 年度,不填时为更正时间所在年度(北京时间)
        fiscal_year: Year = corrected_at.year(),
        /// 原凭证的年度,不填时同上
        original_fiscal_year: Year = fiscal_year,
        /// 更正后的金额(元)
        amount: Option<Amount>,
        /// 更正后的指标编号
        allocation_id: Option<Identifier>,
        /// 更正后的收款人
        payee_name: Option<Name>,
        /// 更正后的收款账号
        payee_account: Option<Code>,
        /// 更正后的收款账户类型
        payee_account_kind: Option<AccountKind>,
        /// 更正后的用途
        purpose: Option<Remark>,
        /// 原因
        reason: Option<Remark>,
    }
}

event! {
    /// 撤销支付:整笔撤回
    Cancelled as "PaymentCancelled" {
        /// 撤销凭证号
        voucher_no: Identifier,
        /// 原凭证号
        original_voucher_no: Identifier,
        /// 撤销时间
        cancelled_at: Time,
        /// 年度,不填时为撤销时间所在年度(北京时间)
        fiscal_year: Year = cancelled_at.year(),
        /// 原凭证的年度,不填时同上
        original_fiscal_year: Year = fiscal_year,
        /// 原因
        reason: Option<Remark>,
    }
}
