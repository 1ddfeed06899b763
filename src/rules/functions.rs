//! Functions of the language: one arm a function, its types checked where it is compiled. Dates and periods are in `dates`.

use rust_decimal::Decimal;

use super::ast::Expr;
use super::code::{Code, Get, Source, Text};
use super::compile::Compiler;
use super::dates;
use super::diagnosis::{Span, meant};

/// Every function with an example, in the order in which the guide tells them.
pub(super) const FUNCTIONS: [(&str, &str); 14] = [
    ("超过", "超过(接收日期, 5 工作日)"),
    ("未满", "未满(接收日期, 5 工作日)"),
    ("临近", "临近(截止日期, 10 天)"),
    ("相隔", "相隔(支付日期, 本次.支付日期)"),
    ("同月", "同月(支付日期, 本次.支付日期)"),
    ("同年", "同年(支付日期, 本次.支付日期)"),
    ("日期", "日期(年度, 3, 31)"),
    ("年", "年(支付日期)"),
    ("月", "月(支付日期)"),
    ("季末", "季末(年度, 1)"),
    ("序时进度", "序时进度(年度)"),
    ("重叠", "重叠(发放月份, 本次.发放月份)"),
    ("长度", "长度(用途)"),
    ("绝对值", "绝对值(应发 - 实发)"),
];

/// The month that stands for all twelve.
const WHOLE_YEAR: &str = "全年";

/// `None`: a fault was noted.
pub(super) fn call(compiler: &mut Compiler<'_>, name: &str, args: &[Expr], span: &Span) -> Option<Code> {
    match (name, args) {
        ("超过", [from, limit]) => dates::passed(compiler, from, limit, true),
        ("未满", [from, limit]) => dates::passed(compiler, from, limit, false),
        ("临近", [end, notice]) => dates::near(compiler, end, notice),
        ("相隔", [one, other]) => dates::apart(compiler, one, other),
        ("同月", [one, other]) => dates::same(compiler, one, other, dates::same_month),
        ("同年", [one, other]) => dates::same(compiler, one, other, dates::same_year),
        ("日期", [year, month, day]) => dates::date(compiler, year, month, day),
        ("年", [date]) => dates::part(compiler, date, dates::year),
        ("月", [date]) => dates::part(compiler, date, dates::month),
        ("季末", [year, quarter]) => dates::quarter_end(compiler, year, quarter),
        ("序时进度", [year]) => dates::progress(compiler, year),
        // 重叠(月份, 月份): the same month, or either is 全年
        ("重叠", [one, other]) => {
            const WANTED: &str = "月份(文本,如 '03' 或 '全年')";
            let (one, other) = (text(compiler, one, WANTED), text(compiler, other, WANTED));
            let (one, other) = (one?, other?);
            Some(Code::Test(Box::new(move |view| matches!((one.get(view), other.get(view)), (Some(a), Some(b)) if overlap(a, b)))))
        }
        // 长度(文本), in characters
        ("长度", [of]) => {
            let text = text(compiler, of, "文本")?;
            Some(Code::Number(Source::computed(move |view| Some(Decimal::from(text.get(view)?.chars().count())))))
        }
        ("绝对值", [of]) => absolute(compiler, of),
        _ => match FUNCTIONS.iter().find(|(known, _)| *known == name) {
            Some((_, example)) => compiler.fault(span, format!("{name} 括号里写的项数不对,应像这样写:{example}。")),
            None => compiler.fault(span, format!("没有叫 {name} 的函数{}", meant(name, FUNCTIONS.iter().map(|(known, _)| *known)))),
        },
    }
}

/// 绝对值 of an amount or a number.
fn absolute(compiler: &mut Compiler<'_>, of: &Expr) -> Option<Code> {
    let positive = |get: Get<Decimal>| -> Get<Decimal> { Box::new(move |view| get(view).map(|value| value.abs())) };
    match compiler.expr(of)? {
        Code::Money(source) => {
            let get = source.into_get();
            Some(Code::Money(Source::computed(move |view| get(view).map(crate::domain::Money::abs))))
        }
        Code::ExactMoney(get) => Some(Code::ExactMoney(positive(get))),
        Code::Constant { value, numeral } => Some(Code::Constant { value: value.abs(), numeral }),
        Code::Number(source) => Some(Code::Number(Source::Computed(positive(source.into_get())))),
        other => compiler.fault(&of.span, format!("绝对值 里要写金额或数,写的却是{}。", other.type_name())),
    }
}

fn text(compiler: &mut Compiler<'_>, expr: &Expr, wanted: &str) -> Option<Text> {
    match compiler.expr(expr)? {
        Code::Text(text) => Some(text),
        other => compiler.fault(&expr.span, format!("这里要{wanted},写的却是{}。", other.type_name())),
    }
}

fn overlap(one: &str, other: &str) -> bool {
    one == WHOLE_YEAR || other == WHOLE_YEAR || one.trim_start_matches('0') == other.trim_start_matches('0')
}
