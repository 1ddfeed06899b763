//! Functions of the language: one arm a function, its types checked where it is compiled.

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use super::ast::{Expr, Node, Unit};
use super::code::{Code, Get, Text};
use super::compile::Compiler;
use super::diagnosis::{Span, meant};

const NAMES: [&str; 4] = ["超过", "未满", "相隔", "重叠"];

/// Ten years: no limit of the office is longer.
const LONGEST: u32 = 3_660;

/// The month that stands for all twelve.
const WHOLE_YEAR: &str = "全年";

pub(super) fn call(compiler: &mut Compiler<'_>, name: &str, args: &[Expr], span: &Span) -> Option<Code> {
    match (name, args) {
        // 超过(日期, n 单位): today lies after the last day of the limit
        ("超过", [from, limit]) => time(compiler, from, limit, |past| past),
        // 未满(日期, n 单位): today lies on or before it
        ("未满", [from, limit]) => time(compiler, from, limit, |past| !past),
        // 相隔(日期, 日期): days between, never negative
        ("相隔", [one, other]) => {
            let (one, other) = (date(compiler, one), date(compiler, other));
            let (one, other) = (one?, other?);
            Some(Code::Number(Box::new(move |view| Some(Decimal::from((one(view)? - other(view)?).num_days().abs())))))
        }
        // 重叠(月份, 月份): the same month, or either is 全年
        ("重叠", [one, other]) => {
            let (one, other) = (text(compiler, one), text(compiler, other));
            let (one, other) = (one?, other?);
            Some(Code::Flag(Box::new(move |view| Some(matches!((one.get(view), other.get(view)), (Some(a), Some(b)) if overlap(a, b))))))
        }
        ("超过" | "未满", _) => compiler.fault(span, format!("{name} 要写两项,例如 {name}(接收日期, 5 工作日)。")),
        ("相隔", _) => compiler.fault(span, "相隔 要写两个日期,例如 相隔(支付日期, 本次.支付日期)。"),
        ("重叠", _) => compiler.fault(span, "重叠 要写两个月份,例如 重叠(发放月份, 本次.发放月份)。"),
        _ => compiler.fault(span, format!("没有叫 {name} 的函数{}", meant(name, NAMES))),
    }
}

fn time(compiler: &mut Compiler<'_>, from: &Expr, limit: &Expr, holds: fn(bool) -> bool) -> Option<Code> {
    compiler.watches_time = true;
    let (from, limit) = (date(compiler, from), duration(compiler, limit));
    let (from, (count, unit)) = (from?, limit?);
    Some(Code::Flag(Box::new(move |view| {
        let limit = from(view).and_then(|day| view.bench.limit(day, count, unit));
        Some(limit.is_some_and(|limit| holds(view.bench.is_past(limit))))
    })))
}

/// A limit known when the rule is compiled: so the day on which it passes is known too.
fn duration(compiler: &mut Compiler<'_>, expr: &Expr) -> Option<(u32, Unit)> {
    let Node::Duration(count, unit) = &expr.node else {
        return compiler.fault(&expr.span, "这里要写期限,例如 5 工作日、30 天、3 月。");
    };
    let code = compiler.expr(count)?;
    let Code::Constant { value, .. } = code else {
        return compiler.fault(&count.span, format!("期限只能是数或数的参数,这里是{}。", code.type_name()));
    };
    match value.to_u32().filter(|days| *days <= LONGEST && Decimal::from(*days) == value) {
        Some(days) => Some((days, *unit)),
        None => compiler.fault(&count.span, format!("期限要是 0 到 {LONGEST} 的整数。")),
    }
}

fn date(compiler: &mut Compiler<'_>, expr: &Expr) -> Option<Get<chrono::NaiveDate>> {
    match compiler.expr(expr)? {
        Code::Date(get) => Some(get),
        other => compiler.fault(&expr.span, format!("这里要一个日期,写的却是{}。", other.type_name())),
    }
}

fn text(compiler: &mut Compiler<'_>, expr: &Expr) -> Option<Text> {
    match compiler.expr(expr)? {
        Code::Text(text) => Some(text),
        other => compiler.fault(&expr.span, format!("这里要月份(文本,如 '03' 或 '全年'),写的却是{}。", other.type_name())),
    }
}

fn overlap(one: &str, other: &str) -> bool {
    one == WHOLE_YEAR || other == WHOLE_YEAR || one.trim_start_matches('0') == other.trim_start_matches('0')
}
