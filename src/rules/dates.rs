//! Dates, periods and windows. Whatever looks at today tells the bench on which day its answer changes.

use std::ops::RangeInclusive;

use chrono::{Datelike, NaiveDate};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use super::ast::{Expr, Node, Unit, Window};
use super::code::{Code, Get, Source, Test};
use super::compile::Compiler;
use super::diagnosis::Span;
use super::view::{Bench, Place, bit};
use crate::domain::Entity;

/// Ten years: no limit of the office is longer.
const fn longest(unit: Unit) -> u32 {
    match unit {
        Unit::Day | Unit::WorkingDay => 3_660,
        Unit::Month => 120,
        Unit::Quarter => 40,
        Unit::Year => 10,
    }
}

/// 超过(日期, n 单位): today lies after the last day of the limit. 未满: on or before it.
pub(super) fn passed(compiler: &mut Compiler<'_>, from: &Expr, limit: &Expr, wanted: bool) -> Option<Code> {
    compiler.watches_time = true;
    let (from, limit) = (date_of(compiler, from), duration(compiler, limit));
    let (from, (count, unit)) = (from?, limit?);
    Some(Code::Test(Box::new(move |view| {
        let limit = from(view).and_then(|day| view.bench.limit(day, count, unit));
        limit.is_some_and(|limit| view.bench.is_past(limit) == wanted)
    })))
}

/// 临近(日期, n 单位): today is no more than n units before the date, or later.
pub(super) fn near(compiler: &mut Compiler<'_>, end: &Expr, notice: &Expr) -> Option<Code> {
    compiler.watches_time = true;
    let (end, notice) = (date_of(compiler, end), duration(compiler, notice));
    let (end, (count, unit)) = (end?, notice?);
    Some(Code::Test(Box::new(move |view| {
        let eve = end(view).and_then(|day| view.bench.eve(day, count, unit));
        eve.is_some_and(|eve| view.bench.has_come(eve))
    })))
}

/// 相隔(日期, 日期): days between, never negative.
pub(super) fn apart(compiler: &mut Compiler<'_>, one: &Expr, other: &Expr) -> Option<Code> {
    let (one, other) = (date_of(compiler, one), date_of(compiler, other));
    let (one, other) = (one?, other?);
    Some(Code::Number(Source::computed(move |view| Some(Decimal::from((one(view)? - other(view)?).num_days().abs())))))
}

/// 同月, 同年
pub(super) fn same(compiler: &mut Compiler<'_>, one: &Expr, other: &Expr, holds: fn(NaiveDate, NaiveDate) -> bool) -> Option<Code> {
    let (one, other) = (date_of(compiler, one), date_of(compiler, other));
    let (one, other) = (one?, other?);
    Some(Code::Test(Box::new(move |view| matches!((one(view), other(view)), (Some(a), Some(b)) if holds(a, b)))))
}

pub(super) fn same_year(one: NaiveDate, other: NaiveDate) -> bool {
    one.year() == other.year()
}

pub(super) fn same_month(one: NaiveDate, other: NaiveDate) -> bool {
    same_year(one, other) && one.month() == other.month()
}

/// 年(日期), 月(日期)
pub(super) fn part(compiler: &mut Compiler<'_>, of: &Expr, part: fn(NaiveDate) -> Decimal) -> Option<Code> {
    let of = date_of(compiler, of)?;
    Some(Code::Number(Source::computed(move |view| of(view).map(part))))
}

pub(super) fn year(of: NaiveDate) -> Decimal {
    of.year().into()
}

pub(super) fn month(of: NaiveDate) -> Decimal {
    of.month().into()
}

/// 日期(年, 月, 日); a day that does not exist is 空.
pub(super) fn date(compiler: &mut Compiler<'_>, year: &Expr, month: &Expr, day: &Expr) -> Option<Code> {
    let (year, month, day) = (whole(compiler, year, YEARS), whole(compiler, month, 1..=12), whole(compiler, day, 1..=31));
    let (year, month, day) = (year?, month?, day?);
    Some(Code::Date(Source::computed(move |view| NaiveDate::from_ymd_opt(i32::try_from(year(view)?).ok()?, month(view)?, day(view)?))))
}

/// 季末(年度, 季度): the last day of the quarter.
pub(super) fn quarter_end(compiler: &mut Compiler<'_>, year: &Expr, quarter: &Expr) -> Option<Code> {
    let (year, quarter) = (whole(compiler, year, YEARS), whole(compiler, quarter, 1..=4));
    let (year, quarter) = (year?, quarter?);
    Some(Code::Date(Source::computed(move |view| month_begin(year(view)?, quarter(view)? * 3)?.pred_opt())))
}

/// 序时进度(年度): which share of the year's months has passed whole, 0–100. It changes on the first of each month.
pub(super) fn progress(compiler: &mut Compiler<'_>, year: &Expr) -> Option<Code> {
    compiler.watches_time = true;
    let year = whole(compiler, year, YEARS)?;
    Some(Code::Number(Source::computed(move |view| Some(Decimal::from(passed_months(view.bench, year(view)?)? * 100) / Decimal::from(12)))))
}

fn passed_months(bench: &Bench<'_>, year: u32) -> Option<u32> {
    for passed in 0..12 {
        if !bench.has_come(month_begin(year, passed + 1)?) {
            return Some(passed);
        }
    }
    Some(12)
}

/// The day after `months` months of a year.
fn month_begin(year: u32, months: u32) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(i32::try_from(year + months / 12).ok()?, months % 12 + 1, 1)
}

/// `近30天`, `本年度`, `同月`: a test of a fact's record against 本次, by the date of each.
pub(super) fn window(compiler: &mut Compiler<'_>, window: &Window, of: Entity, span: &Span) -> Option<Test> {
    let on = compiler.scope.on;
    for entity in [of, on] {
        if entity.date_slot().is_none() {
            return compiler.fault(span, format!("{}没有可以比较的日期,事实里不能限定时间。请去掉「{}」,在条件里写明。", entity.name(), window.name()));
        }
    }
    let (row, subject) = (of.date_slot()?, on.date_slot()?);
    compiler.subject_mask |= bit(subject);
    compiler.row_mask |= bit(row);
    let (row, subject) = (Place { of_row: true, slot: row }, Place { of_row: false, slot: subject });
    let dates = |holds: fn(NaiveDate, NaiveDate) -> bool| -> Test {
        Box::new(move |view| matches!((view.field(row).as_date(), view.field(subject).as_date()), (Some(a), Some(b)) if holds(a, b)))
    };
    match window {
        Window::SameYear => Some(dates(same_year)),
        Window::SameMonth => Some(dates(same_month)),
        Window::Recent(count, unit) => {
            let (count, unit) = (span_of_time(compiler, count, *unit)?, *unit);
            Some(Box::new(move |view| match (view.field(row).as_date(), view.field(subject).as_date()) {
                (Some(row), Some(day)) => row <= day && view.bench.is_recent(row, day, count, unit),
                (_, _) => false,
            }))
        }
    }
}

/// A limit known when the rule is compiled: so the day on which it passes is known too.
fn duration(compiler: &mut Compiler<'_>, expr: &Expr) -> Option<(u32, Unit)> {
    let Node::Duration(count, unit) = &expr.node else {
        return compiler.fault(&expr.span, "这里要写期限,例如 5 工作日、30 天、3 月。");
    };
    Some((span_of_time(compiler, count, *unit)?, *unit))
}

fn span_of_time(compiler: &mut Compiler<'_>, count: &Expr, unit: Unit) -> Option<u32> {
    let longest = longest(unit);
    match compiler.expr(count)? {
        Code::Constant { value, .. } => match value.to_u32().filter(|whole| *whole <= longest && Decimal::from(*whole) == value) {
            Some(whole) => Some(whole),
            None => compiler.fault(&count.span, format!("期限要是 0 到 {longest} 的整数。")),
        },
        other => compiler.fault(&count.span, format!("期限只能是数或数的参数,这里是{}。", other.type_name())),
    }
}

/// A date, also one written as a text: '2026-03-31'.
fn date_of(compiler: &mut Compiler<'_>, expr: &Expr) -> Option<Get<NaiveDate>> {
    match compiler.expr(expr)? {
        Code::Date(source) => Some(source.into_get()),
        Code::Text(super::code::Text::Constant(text)) => Some(compiler.date(&text, &expr.span)?.into_get()),
        other => compiler.fault(&expr.span, format!("这里要一个日期,写的却是{}。", other.type_name())),
    }
}

const YEARS: RangeInclusive<u32> = 1..=9_998;

/// A whole number; 空 when it is none, or out of range. A constant out of range is a fault.
fn whole(compiler: &mut Compiler<'_>, expr: &Expr, range: RangeInclusive<u32>) -> Option<Get<u32>> {
    let code = compiler.expr(expr)?;
    let name = code.type_name();
    let Ok(source) = code.into_number() else {
        return compiler.fault(&expr.span, format!("这里要一个数,写的却是{name}。"));
    };
    let (from, to) = (*range.start(), *range.end());
    let within = move |value: Decimal| value.to_u32().filter(|whole| range.contains(whole) && Decimal::from(*whole) == value);
    match source {
        Source::Constant(value) => match within(value) {
            Some(whole) => Some(Box::new(move |_| Some(whole))),
            None => compiler.fault(&expr.span, format!("这里要 {from} 到 {to} 的整数。")),
        },
        other @ (Source::Field(_) | Source::Computed(_)) => {
            let get = other.into_get();
            Some(Box::new(move |view| get(view).and_then(&within)))
        }
    }
}
