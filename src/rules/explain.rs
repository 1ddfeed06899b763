//! Why (依据): a condition gone through once more, comparison by comparison, with the values of both sides: what an auditor is shown. Only done for what is
//! lit, and for a bell that closes itself; it changes no verdict.

use std::fmt;

use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::ast::{Expr, Node};
use super::code::{Code, Get, Held, Source, Test};
use super::compile::{Compiler, Scope};
use super::diagnosis::Span;
use super::parser::parse_condition;
use super::rule::{LevelRule, Rule};
use super::view::{Bench, CIPHER, EMPTY, View, shown};
use super::{History, WorkingDays};
use crate::domain::{Level, Record, Value};

/// One line of why: a comparison, or what binds those below it together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Term {
    /// How deep it stands: the parts of a 且, 或 or 非 are one deeper than it.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub depth: usize,
    pub says: Says,
    /// Whether it held.
    pub holds: bool,
}

/// What a line says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Says {
    /// 且: everything below it
    All,
    /// 或: anything below it
    Any,
    /// 非: not what stands below it
    Not,
    /// `支付金额 1,500.00 > 起点 1,000.00`; without a sign it is one thing that holds or does not.
    Compares {
        left: Side,
        #[serde(default, skip_serializing_if = "String::is_empty")]
        sign: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        right: Option<Side>,
    },
    /// A function, and what it was asked of: `超过(收到日期, 期限 工作日)`.
    Asks { written: String, of: Vec<Side> },
}

/// One side of a comparison: how the rule writes it, and what stood there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Side {
    pub written: String,
    pub found: Found,
}

/// What stood there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Found {
    /// It stands in the rule as it is written.
    Literal,
    /// A parameter's value: words of the rule's own.
    Given(String),
    /// An amount, a number, a date, 是 or 否.
    Figure(String),
    /// A text that was told from outside.
    Words(String),
    /// 密文
    Sealed,
    /// 空
    Empty,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "as serde asks for it")]
const fn is_zero(depth: &usize) -> bool {
    *depth == 0
}

impl fmt::Display for Side {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.found {
            Found::Literal => f.write_str(&self.written),
            Found::Given(text) | Found::Figure(text) | Found::Words(text) => write!(f, "{} {text}", self.written),
            Found::Sealed => write!(f, "{} {CIPHER}", self.written),
            Found::Empty => write!(f, "{} {EMPTY}", self.written),
        }
    }
}

/// In full, for the bureau's own screen.
impl fmt::Display for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:1$}", "", self.depth * 2)?;
        match &self.says {
            Says::All => f.write_str(ALL)?,
            Says::Any => f.write_str(ANY)?,
            Says::Not => f.write_str(NOT)?,
            Says::Compares { left, sign, right } => {
                write!(f, "{left}")?;
                [sign.clone(), right.as_ref().map(Side::to_string).unwrap_or_default()]
                    .iter()
                    .filter(|text| !text.is_empty())
                    .try_for_each(|t| write!(f, " {t}"))?;
            }
            Says::Asks { written, of } => write!(f, "{written}:{}", of.iter().map(Side::to_string).collect::<Vec<_>>().join(","))?,
        }
        write!(f, " {}", mark(self.holds))
    }
}

/// How 且, 或 and 非 are spelled out above what they bind.
pub const ALL: &str = "以下都要成立(且)";
pub const ANY: &str = "以下有一项成立即可(或)";
pub const NOT: &str = "以下不成立才算(非)";

/// ✓ or ✗.
pub const fn mark(holds: bool) -> &'static str {
    if holds { "✓" } else { "✗" }
}

/// The comparisons because of which a condition does not hold.
pub fn culprits(terms: &[Term]) -> Vec<&Term> {
    // depths of the 非 above, and of what stands as it should: whatever is below that is not to blame
    let (mut negated, mut settled): (Vec<usize>, Option<usize>) = (Vec::new(), None);
    let mut found = Vec::new();
    for term in terms {
        negated.retain(|depth| *depth < term.depth);
        settled = settled.filter(|depth| *depth < term.depth);
        if settled.is_some() {
            continue;
        }
        if term.holds == negated.len().is_multiple_of(2) {
            settled = Some(term.depth);
            continue;
        }
        match term.says {
            Says::All | Says::Any => {}
            Says::Not => negated.push(term.depth),
            Says::Compares { .. } | Says::Asks { .. } => found.push(term),
        }
    }
    found
}

/// A line before it is known how it stands.
pub(super) struct Line {
    depth: usize,
    asks: Asking,
    test: Test,
}

enum Asking {
    All,
    Any,
    Not,
    Compares { left: Reading, sign: &'static str, right: Option<Reading> },
    Asks { written: String, of: Vec<Reading> },
}

/// How one side is written, and how it is read.
struct Reading {
    written: String,
    read: Get<Found>,
}

impl Reading {
    fn side(&self, view: &View<'_>) -> Side {
        Side { written: self.written.clone(), found: (self.read)(view).unwrap_or(Found::Empty) }
    }
}

impl Rule {
    /// How each comparison of a level stands, as of a local date.
    pub(super) fn explain(&self, level: &LevelRule, bench: &Bench<'_>) -> Vec<Term> {
        let lines = level.lines.get_or_init(|| self.lines(&level.when));
        let view = bench.view();
        let told = lines.iter().map(|line| Term {
            depth: line.depth,
            says: match &line.asks {
                Asking::All => Says::All,
                Asking::Any => Says::Any,
                Asking::Not => Says::Not,
                Asking::Compares { left, sign, right } => {
                    Says::Compares { left: left.side(&view), sign: (*sign).to_owned(), right: right.as_ref().map(|right| right.side(&view)) }
                }
                Asking::Asks { written, of } => Says::Asks { written: written.clone(), of: of.iter().map(|reading| reading.side(&view)).collect() },
            },
            holds: (line.test)(&view),
        });
        told.collect()
    }

    /// Why it lights nothing: the mildest level's condition and how it stands.
    pub fn refute(&self, subject: &Record, today: NaiveDate, days: &dyn WorkingDays, history: &dyn History) -> Option<(Level, String, Vec<Term>)> {
        let level = self.levels.last()?;
        let bench = Bench::new(subject, today, days, history, &self.facts, &self.figures);
        Some((level.light, level.when.clone(), self.explain(level, &bench)))
    }

    fn lines(&self, when: &str) -> Vec<Line> {
        let facts: Vec<(&str, crate::domain::Entity)> = self.facts.iter().map(|fact| (fact.name.as_str(), fact.entity)).collect();
        let scope = Scope { on: self.on, row: None, params: &self.params, facts: &facts, broken: &[] };
        // every figure is known already: their numbers stay
        let mut figures = self.figures.clone();
        let mut writer = Writer { when, scope, compiler: Compiler::new(scope, &mut figures), lines: Vec::new() };
        // what compiled as a rule compiles in parts
        if let Ok(condition) = parse_condition(when) {
            writer.condition(&condition, 0);
        }
        writer.lines
    }
}

struct Writer<'w> {
    when: &'w str,
    scope: Scope<'w>,
    compiler: Compiler<'w>,
    lines: Vec<Line>,
}

impl Writer<'_> {
    fn condition(&mut self, expr: &Expr, depth: usize) {
        let Some(test) = self.compiler.test(expr) else { return };
        let (asks, below): (Asking, &[Expr]) = match &expr.node {
            Node::All(parts) => (Asking::All, parts),
            Node::Any(parts) => (Asking::Any, parts),
            Node::Not(inner) => (Asking::Not, std::slice::from_ref(inner)),
            Node::Compare(comparison, left, right) => {
                let (Some(left), Some(right)) = (self.reading(left), self.reading(right)) else { return };
                (Asking::Compares { left, sign: comparison.sign(), right: Some(right) }, &[])
            }
            Node::Empty { operand, negated } => {
                let Some(left) = self.reading(operand) else { return };
                (Asking::Compares { left, sign: if *negated { "不为空" } else { "为空" }, right: None }, &[])
            }
            Node::Call { function, args } => (Asking::Asks { written: self.written(&expr.span), of: self.asked(function, args) }, &[]),
            Node::Number(_)
            | Node::Percent(_)
            | Node::Text(_)
            | Node::Texts(_)
            | Node::Numbers(_)
            | Node::Truth(_)
            | Node::Name(_)
            | Node::This(_)
            | Node::Aggregate { .. } => {
                let Some(left) = self.reading(expr) else { return };
                (Asking::Compares { left, sign: "", right: None }, &[])
            }
            Node::Duration(..) | Node::Arithmetic(..) => return,
        };
        self.lines.push(Line { depth, asks, test });
        below.iter().for_each(|part| self.condition(part, depth + 1));
    }

    /// What a function is asked of, the last day of a limit in time among it.
    fn asked(&mut self, function: &str, args: &[Expr]) -> Vec<Reading> {
        let mut of = Vec::new();
        for arg in args {
            if let Node::Duration(count, unit) = &arg.node {
                if !matches!(count.node, Node::Number(_)) {
                    of.extend(self.reading(count));
                }
                let from = args.first().and_then(|from| self.compiler.expr(from));
                let count = self.compiler.expr(count);
                if let (Some(Code::Date(from)), Some(Code::Constant { value, .. })) = (from, count)
                    && let Ok(count) = u32::try_from(value)
                {
                    let (from, unit) = (from.into_get(), *unit);
                    // a limit ends on a day, and a notice before a date begins on one
                    let (written, day): (&str, Get<NaiveDate>) = if function == "临近" {
                        ("起日", Box::new(move |view| view.bench.eve(from(view)?, count, unit)))
                    } else {
                        ("末日", Box::new(move |view| view.bench.limit(from(view)?, count, unit)))
                    };
                    of.push(Reading { written: written.to_owned(), read: Box::new(move |view| day(view).map(figure)) });
                    of.push(Reading { written: "判断日".to_owned(), read: Box::new(|view| Some(figure(view.bench.today))) });
                }
            } else if !matches!(arg.node, Node::Number(_) | Node::Percent(_) | Node::Text(_) | Node::Texts(_) | Node::Numbers(_)) {
                of.extend(self.reading(arg));
            }
        }
        of
    }

    fn written(&self, span: &Span) -> String {
        self.when.get(span.clone()).unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ")
    }

    fn reading(&mut self, expr: &Expr) -> Option<Reading> {
        let written = self.written(&expr.span);
        let given = |text: String| -> Get<Found> { Box::new(move |_| Some(Found::Given(text.clone()))) };
        let read: Get<Found> = match &expr.node {
            Node::Number(_) | Node::Percent(_) | Node::Text(_) | Node::Texts(_) | Node::Numbers(_) | Node::Truth(_) => Box::new(|_| Some(Found::Literal)),
            Node::Name(name) if self.scope.on.slot(name).is_none() => {
                let param = self.scope.params.iter().find(|param| param.name == *name)?;
                given(param.value.to_string())
            }
            Node::Name(_)
            | Node::This(_)
            | Node::Aggregate { .. }
            | Node::Call { .. }
            | Node::Duration(..)
            | Node::Not(_)
            | Node::All(_)
            | Node::Any(_)
            | Node::Compare(..)
            | Node::Empty { .. }
            | Node::Arithmetic(..) => read(self.compiler.expr(expr)?),
        };
        Some(Reading { written, read })
    }
}

fn figure(value: impl Into<Value>) -> Found {
    Found::Figure(shown(&value.into()))
}

/// How a compiled expression is read for people.
fn read(code: Code) -> Get<Found> {
    fn of<T: Held + Into<Value>>(source: Source<T>) -> Get<Found> {
        let get = source.into_get();
        Box::new(move |view| get(view).map(figure))
    }
    match code {
        Code::Money(source) => of(source),
        Code::Number(source) => of(source),
        Code::Date(source) => of(source),
        Code::Flag(source) => of(source),
        Code::ExactMoney(get) => Box::new(move |view| get(view).map(|amount| Found::Figure(format!("{:.2}", amount.normalize())))),
        Code::Constant { value, .. } => Box::new(move |_| Some(figure(value))),
        Code::Test(test) => Box::new(move |view| Some(figure(test(view)))),
        Code::Text(text) => Box::new(move |view| text.get(view).map(|text| Found::Words(text.to_owned()))),
        Code::Texts(list) => Box::new(move |_| Some(Found::Given(list.join("、")))),
        Code::Numbers(list) => Box::new(move |_| Some(Found::Given(list.iter().map(Decimal::to_string).collect::<Vec<_>>().join("、")))),
        Code::Cipher(source) => {
            let get = source.into_get();
            Box::new(move |view| get(view).map(|_| Found::Sealed))
        }
    }
}
