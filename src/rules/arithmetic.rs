//! Sums, products and quotients: exact decimals, so that no fen is lost. What cannot be computed (division by zero, more digits than fit) is 空.

use rust_decimal::Decimal;

use super::ast::Operation;
use super::code::{Code, Get, Source};
use super::compile::Compiler;
use super::diagnosis::Span;

/// `None`: a fault was noted.
pub(super) fn arithmetic(compiler: &mut Compiler<'_>, operation: Operation, left: Code, right: Code, span: &Span) -> Option<Code> {
    let apply: fn(Decimal, Decimal) -> Option<Decimal> = match operation {
        Operation::Add => Decimal::checked_add,
        Operation::Subtract => Decimal::checked_sub,
        Operation::Multiply => Decimal::checked_mul,
        Operation::Divide => Decimal::checked_div,
    };
    let both = |a: Get<Decimal>, b: Get<Decimal>| -> Get<Decimal> { Box::new(move |view| apply(a(view)?, b(view)?)) };
    let types = (left.type_name(), right.type_name());
    let code = match (operation, left, right) {
        (_, Code::Constant { value: a, numeral: x }, Code::Constant { value: b, numeral: y }) => match apply(a, b) {
            Some(value) => Ok(Code::Constant { value, numeral: x && y }),
            None => return compiler.fault(span, "这个算式算不出来(除以零,或者数太大)。"),
        },
        (_, a @ (Code::Number(_) | Code::Constant { .. }), b @ (Code::Number(_) | Code::Constant { .. })) => {
            a.into_number().and_then(|a| Ok(Code::Number(Source::Computed(both(a.into_get(), b.into_number()?.into_get())))))
        }
        (Operation::Add | Operation::Subtract, a, b) => a.into_amount().and_then(|a| Ok(Code::ExactMoney(both(a, b.into_amount()?)))),
        (Operation::Multiply, a @ (Code::Number(_) | Code::Constant { .. }), b) => {
            a.into_number().and_then(|a| Ok(Code::ExactMoney(both(a.into_get(), b.into_amount()?))))
        }
        (Operation::Multiply | Operation::Divide, a, b @ (Code::Number(_) | Code::Constant { .. })) => {
            a.into_amount().and_then(|a| Ok(Code::ExactMoney(both(a, b.into_number()?.into_get()))))
        }
        (Operation::Divide, a @ (Code::Money(_) | Code::ExactMoney(_)), b) => {
            a.into_amount().and_then(|a| Ok(Code::Number(Source::Computed(both(a, b.into_amount()?)))))
        }
        (Operation::Multiply | Operation::Divide, a, _) => Err(a),
    };
    match code {
        Ok(code) => Some(code),
        Err(_) => {
            compiler.fault(span, format!("{}和{}不能这样计算。金额可以相加减、相除,也可以乘除一个数;两个日期差几天请写 相隔(日期, 日期)。", types.0, types.1))
        }
    }
}
