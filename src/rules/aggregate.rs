//! `事实.汇总`, `事实.汇总(字段)`: what a fact adds up to.

use super::code::{Code, Source};
use super::compile::Compiler;
use super::diagnosis::{Span, meant};
use super::view::{Figure, MAX_FIGURES, Summary};
use crate::domain::Entity;
use crate::domain::record::Kind;

/// Ways to sum up a fact, as people write them.
pub(super) const SUMMARIES: [&str; 10] = ["笔数", "金额", "存在", "不存在", "合计", "最大", "最小", "最早", "最晚", "不同"];

/// `None`: a fault was noted.
pub(super) fn aggregate(compiler: &mut Compiler<'_>, fact: &str, what: &str, of: Option<&str>, span: &Span) -> Option<Code> {
    if compiler.scope.row.is_some() {
        return compiler.fault(span, "事实的条件里不能再用别的事实。请把这个比较写到 when 里。");
    }
    if compiler.is_broken(fact) {
        return None;
    }
    let facts = compiler.scope.facts;
    let Some((index, (_, entity))) = facts.iter().enumerate().find(|(_, (name, _))| *name == fact) else {
        return compiler.fault(span, format!("没有叫 {fact} 的事实{}", meant(fact, facts.iter().map(|(name, _)| *name))));
    };
    let summary = match summary(*entity, fact, what, of) {
        Ok(summary) => summary,
        Err(message) => return compiler.fault(span, message),
    };
    let label = of.map_or_else(|| format!("{fact}.{what}"), |of| format!("{fact}.{what}({of})"));
    let figure = figure(compiler, Figure { label, fact: index, summary }, span)?;
    let of_money = |slot: usize| matches!(entity.fields().get(slot).map(|field| field.kind), Some(Kind::Money));
    Some(match summary {
        Summary::Sum(_) => money(figure),
        Summary::Largest(slot) | Summary::Smallest(slot) if of_money(slot) => money(figure),
        Summary::Largest(_) | Summary::Smallest(_) | Summary::Count | Summary::SumOfNumbers(_) | Summary::Distinct(_) | Summary::DistinctDocNos(_) => {
            Code::Number(Source::computed(move |view| view.bench.figure(figure).as_number()))
        }
        Summary::Exists | Summary::Missing => Code::Test(Box::new(move |view| view.bench.figure(figure).is_true())),
        Summary::Earliest(_) | Summary::Latest(_) => Code::Date(Source::computed(move |view| view.bench.figure(figure).as_date())),
    })
}

fn money(figure: usize) -> Code {
    Code::Money(Source::computed(move |view| view.bench.figure(figure).as_money()))
}

/// Errors: why not, in a sentence.
fn summary(entity: Entity, fact: &str, what: &str, of: Option<&str>) -> Result<Summary, String> {
    match (what, of) {
        ("笔数", None) => Ok(Summary::Count),
        ("存在", None) => Ok(Summary::Exists),
        ("不存在", None) => Ok(Summary::Missing),
        ("金额", None) => entity.amount_slot().map(Summary::Sum).ok_or_else(|| format!("{}没有金额可以合计。", entity.name())),
        ("合计" | "最大" | "最小" | "最早" | "最晚" | "不同", Some(of)) => over(entity, what, of),
        ("合计" | "最大" | "最小" | "最早" | "最晚" | "不同", None) => {
            let example = if matches!(what, "最早" | "最晚") { "支付日期" } else { "支付金额" };
            Err(format!("{what} 后面要写字段,例如 {fact}.{what}({example})。"))
        }
        ("笔数" | "金额" | "存在" | "不存在", Some(_)) => Err(format!("{what} 后面不写字段。")),
        (_, _) => Err(format!("没有叫 {what} 的汇总方式{}", meant(what, SUMMARIES))),
    }
}

fn over(entity: Entity, what: &str, of: &str) -> Result<Summary, String> {
    let slot = entity.slot(of).ok_or_else(|| {
        let hint = meant(of, entity.fields().iter().map(|field| field.name));
        format!("{}没有叫 {of} 的字段{hint}", entity.name())
    })?;
    let kind = entity.fields().get(slot).map(|field| field.kind);
    match (what, kind) {
        ("不同", _) if entity.is_doc_no(slot) => Ok(Summary::DistinctDocNos(slot)),
        ("不同", _) => Ok(Summary::Distinct(slot)),
        ("最早", Some(Kind::Date)) => Ok(Summary::Earliest(slot)),
        ("最晚", Some(Kind::Date)) => Ok(Summary::Latest(slot)),
        ("最早" | "最晚", _) => Err(format!("{what} 要一个日期字段,{of} 不是日期。")),
        ("合计", Some(Kind::Money)) => Ok(Summary::Sum(slot)),
        ("合计", Some(Kind::Number)) => Ok(Summary::SumOfNumbers(slot)),
        ("最大", Some(Kind::Money | Kind::Number)) => Ok(Summary::Largest(slot)),
        ("最小", Some(Kind::Money | Kind::Number)) => Ok(Summary::Smallest(slot)),
        ("最大" | "最小", Some(Kind::Date)) => Err(format!("{of} 是日期,请用 最早 或 最晚。")),
        (_, _) => Err(format!("{what} 要一个金额或数的字段,{of} 不是。")),
    }
}

/// The number of a figure, the same for the same figure.
fn figure(compiler: &mut Compiler<'_>, figure: Figure, span: &Span) -> Option<usize> {
    if let Some(known) = compiler.figures.iter().position(|known| known.label == figure.label) {
        return Some(known);
    }
    if compiler.figures.len() == MAX_FIGURES {
        return compiler.fault(span, format!("一条规则最多用 {MAX_FIGURES} 种汇总。"));
    }
    compiler.figures.push(figure);
    Some(compiler.figures.len() - 1)
}
