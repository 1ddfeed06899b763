//! From a condition as written to closures: names become slots, types are checked, every fault is collected.

use std::sync::Arc;

use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::ast::{Comparison, Expr, Node, Operation};
use super::code::{Code, Get, Text, compare, compare_list, compare_text, field};
use super::diagnosis::{Fault, Span, meant};
use super::functions;
use super::lexer::WORDS;
use super::rule::{Param, ParamValue};
use super::view::{Figure, MAX_FIGURES, Place, Summary, bit};
use crate::domain::record::Kind;
use crate::domain::{Entity, Money};

/// Ways to sum up a fact, as people write them.
const SUMMARIES: [&str; 7] = ["笔数", "金额", "存在", "不存在", "最早", "最晚", "不同"];

/// Words that certain fields usually hold: only to guess what was meant.
const USUAL: [(&str, &[&str]); 5] = [
    ("结算方式", &["现金", "现金支票", "电子转账", "转账支票"]),
    ("收款人性质", &["单位", "个人"]),
    ("阶段", &["申请", "复核"]),
    ("类型", &["正常", "退款", "更正", "撤销"]),
    ("状态", &["在册", "死亡", "迁出", "清退"]),
];

/// The names a condition may use.
#[derive(Clone, Copy)]
pub(super) struct Scope<'r> {
    pub on: Entity,
    /// The entity a fact looks at, while its condition is compiled.
    pub row: Option<Entity>,
    pub params: &'r [Param],
    pub facts: &'r [(&'r str, Entity)],
    /// Names of parameters and facts that are at fault themselves: told once, where they stand, and not again where they are used.
    pub broken: &'r [String],
}

pub(super) struct Compiler<'r> {
    pub scope: Scope<'r>,
    pub faults: Vec<Fault>,
    /// Parameters and slots of the subject that the condition names, a bit each.
    pub param_mask: u64,
    pub subject_mask: u64,
    pub watches_time: bool,
    pub figures: &'r mut Vec<Figure>,
}

impl<'r> Compiler<'r> {
    pub(super) fn new(scope: Scope<'r>, figures: &'r mut Vec<Figure>) -> Compiler<'r> {
        Compiler { scope, faults: Vec::new(), param_mask: 0, subject_mask: 0, watches_time: false, figures }
    }

    pub(super) fn fault<T>(&mut self, span: &Span, message: impl Into<String>) -> Option<T> {
        self.faults.push(Fault::new(span.clone(), message));
        None
    }

    /// A condition: something that holds or does not.
    pub(super) fn test(&mut self, expr: &Expr) -> Option<Get<bool>> {
        match self.expr(expr)? {
            Code::Flag(get) => Some(get),
            other => self.fault(&expr.span, format!("这里要一个能成立或不成立的条件,写的却是{}。", other.type_name())),
        }
    }

    /// `None`: a fault was noted.
    pub(super) fn expr(&mut self, expr: &Expr) -> Option<Code> {
        let span = &expr.span;
        match &expr.node {
            Node::Number(value) => Some(Code::Constant { value: *value, numeral: true }),
            Node::Text(text) if text.is_empty() => self.fault(span, "没有内容的文本不能比较。要问有没有填写,请用「为空」。"),
            Node::Text(text) => Some(Code::Text(Text::Constant(Arc::from(text.as_str())))),
            Node::List(items) => Some(Code::List(items.iter().map(|item| Arc::from(item.as_str())).collect())),
            Node::Truth(truth) => {
                let truth = *truth;
                Some(Code::Flag(Box::new(move |_| Some(truth))))
            }
            Node::Name(name) => self.name(name, span),
            Node::This(name) => self.subject_field(name, span),
            Node::Aggregate { fact, what, field } => self.aggregate(fact, what, field.as_deref(), span),
            Node::Call { function, args } => functions::call(self, function, args, span),
            Node::Duration(..) => self.fault(span, "「几天」「几个工作日」「几个月」只能写在 超过(日期, …) 和 未满(日期, …) 里。"),
            Node::Not(inner) => {
                let inner = self.test(inner)?;
                Some(Code::Flag(Box::new(move |view| Some(inner(view) != Some(true)))))
            }
            Node::All(parts) => {
                let tests = self.tests(parts)?;
                Some(Code::Flag(Box::new(move |view| Some(tests.iter().all(|test| test(view) == Some(true))))))
            }
            Node::Any(parts) => {
                let tests = self.tests(parts)?;
                Some(Code::Flag(Box::new(move |view| Some(tests.iter().any(|test| test(view) == Some(true))))))
            }
            Node::Compare(comparison, left, right) => {
                let (left_code, right_code) = (self.expr(left), self.expr(right));
                self.compare(*comparison, left_code?, right_code?, (left, right), span)
            }
            Node::Empty { operand, negated } => {
                let (empty, negated) = (self.expr(operand)?.into_emptiness(), *negated);
                Some(Code::Flag(if negated { Box::new(move |view| empty(view).map(|is| !is)) } else { empty }))
            }
            Node::Arithmetic(operation, left, right) => {
                let (left, right) = (self.expr(left), self.expr(right));
                self.arithmetic(*operation, left?, right?, span)
            }
        }
    }

    fn tests(&mut self, parts: &[Expr]) -> Option<Vec<Get<bool>>> {
        let tests: Vec<_> = parts.iter().map(|part| self.test(part)).collect();
        tests.into_iter().collect()
    }

    fn is_broken(&self, name: &str) -> bool {
        self.scope.broken.iter().any(|broken| broken == name)
    }

    fn name(&mut self, name: &str, span: &Span) -> Option<Code> {
        let here = self.scope.row.unwrap_or(self.scope.on);
        if let Some(slot) = here.slot(name) {
            return self.field(here, slot, self.scope.row.is_some());
        }
        if let Some((index, param)) = self.scope.params.iter().enumerate().find(|(_, param)| param.name == name) {
            self.param_mask |= bit(index);
            return Some(match &param.value {
                ParamValue::Money(money) => {
                    let money = *money;
                    Code::Money(Box::new(move |_| Some(money)))
                }
                ParamValue::Number(number) => Code::Constant { value: Decimal::from(*number), numeral: false },
                ParamValue::Text(text) => Code::Text(Text::Constant(text.clone())),
                ParamValue::List(list) => Code::List(list.clone()),
            });
        }
        if self.is_broken(name) {
            return None;
        }
        if self.scope.facts.iter().any(|(fact, _)| *fact == name) {
            return self.fault(span, format!("{name} 是事实,后面要写汇总方式,例如 {name}.笔数 或 {name}.存在。"));
        }
        if self.scope.row.is_some() && self.scope.on.slot(name).is_some() {
            return self.fault(span, format!("{}没有叫 {name} 的字段。是不是想写 本次.{name}?", here.name()));
        }
        if let Some(word) = WORDS.into_iter().find(|word| name.contains(word) && !word.contains(['是', '否', '非'])) {
            return self.fault(span, format!("没有叫 {name} 的字段或参数。「{word}」的前后要空一格。"));
        }
        let fields = here.fields().iter().map(|field| field.name);
        let params = self.scope.params.iter().map(|param| param.name.as_str());
        let hint = meant(name, fields.chain(params).chain(self.scope.facts.iter().map(|(fact, _)| *fact)));
        self.fault(span, format!("{}没有叫 {name} 的字段,也没有这个参数{hint}", here.name()))
    }

    fn subject_field(&mut self, name: &str, span: &Span) -> Option<Code> {
        let on = self.scope.on;
        match on.slot(name) {
            Some(slot) => self.field(on, slot, false),
            None => self.fault(span, format!("本次的{}没有叫 {name} 的字段{}", on.name(), meant(name, on.fields().iter().map(|field| field.name)))),
        }
    }

    fn field(&mut self, entity: Entity, slot: usize, of_row: bool) -> Option<Code> {
        if !of_row {
            self.subject_mask |= bit(slot);
        }
        entity.fields().get(slot).map(|found| field(Place { of_row, slot }, found.kind))
    }

    fn aggregate(&mut self, fact: &str, what: &str, of: Option<&str>, span: &Span) -> Option<Code> {
        if self.scope.row.is_some() {
            return self.fault(span, "事实的条件里不能再用别的事实。请把这个比较写到 when 里。");
        }
        if self.is_broken(fact) {
            return None;
        }
        let facts = self.scope.facts;
        let Some((index, (_, entity))) = facts.iter().enumerate().find(|(_, (name, _))| *name == fact) else {
            return self.fault(span, format!("没有叫 {fact} 的事实{}", meant(fact, facts.iter().map(|(name, _)| *name))));
        };
        let slot_of = |of: &str| entity.slot(of).and_then(|slot| Some((slot, entity.fields().get(slot)?.kind)));
        let summary = match (what, of) {
            ("笔数", None) => Summary::Count,
            ("存在", None) => Summary::Exists,
            ("不存在", None) => Summary::Missing,
            ("金额", None) => match entity.amount_slot() {
                Some(slot) => Summary::Sum(slot),
                None => return self.fault(span, format!("{}没有金额可以合计。", entity.name())),
            },
            ("最早" | "最晚" | "不同", Some(of)) => match (what, slot_of(of)) {
                ("不同", Some((slot, _))) => Summary::Distinct(slot),
                ("最早", Some((slot, Kind::Date))) => Summary::Earliest(slot),
                (_, Some((slot, Kind::Date))) => Summary::Latest(slot),
                (_, Some(_)) => return self.fault(span, format!("{what} 要一个日期字段,{of} 不是日期。")),
                (_, None) => {
                    let hint = meant(of, entity.fields().iter().map(|field| field.name));
                    return self.fault(span, format!("{}没有叫 {of} 的字段{hint}", entity.name()));
                }
            },
            ("最早" | "最晚" | "不同", None) => return self.fault(span, format!("{what} 后面要写字段,例如 {fact}.{what}(支付日期)。")),
            ("笔数" | "金额" | "存在" | "不存在", Some(_)) => return self.fault(span, format!("{what} 后面不写字段。")),
            (_, _) => return self.fault(span, format!("没有叫 {what} 的汇总方式{}", meant(what, SUMMARIES))),
        };
        let figure =
            self.figure(Figure { label: of.map_or_else(|| format!("{fact}.{what}"), |of| format!("{fact}.{what}({of})")), fact: index, summary }, span)?;
        Some(match summary {
            Summary::Count | Summary::Distinct(_) => Code::Number(Box::new(move |view| view.bench.figure(figure).as_number())),
            Summary::Sum(_) => Code::Money(Box::new(move |view| view.bench.figure(figure).as_money())),
            Summary::Exists | Summary::Missing => Code::Flag(Box::new(move |view| Some(view.bench.figure(figure).is_true()))),
            Summary::Earliest(_) | Summary::Latest(_) => Code::Date(Box::new(move |view| view.bench.figure(figure).as_date())),
        })
    }

    /// The number of a figure, the same for the same figure.
    fn figure(&mut self, figure: Figure, span: &Span) -> Option<usize> {
        if let Some(known) = self.figures.iter().position(|known| known.label == figure.label) {
            return Some(known);
        }
        if self.figures.len() == MAX_FIGURES {
            return self.fault(span, format!("一条规则最多用 {MAX_FIGURES} 种汇总。"));
        }
        self.figures.push(figure);
        Some(self.figures.len() - 1)
    }

    fn compare(&mut self, comparison: Comparison, left: Code, right: Code, written: (&Expr, &Expr), span: &Span) -> Option<Code> {
        let types = (left.type_name(), right.type_name());
        let equality = matches!(comparison, Comparison::Equal | Comparison::NotEqual);
        let test = match (left, right) {
            (Code::Money(a), Code::Money(b)) => compare(comparison, a, b),
            (Code::Money(a), Code::Constant { value, numeral: true }) => compare(comparison, a, self.money(value, &written.1.span)?),
            (Code::Constant { value, numeral: true }, Code::Money(b)) => compare(comparison, self.money(value, &written.0.span)?, b),
            (Code::Text(a), Code::Text(b)) => compare_text(comparison, a, b),
            (Code::Text(a), Code::List(list)) => compare_list(comparison, a, list),
            (Code::Date(a), Code::Date(b)) => compare(comparison, a, b),
            (Code::Date(a), Code::Text(Text::Constant(b))) => compare(comparison, a, self.date(&b, &written.1.span)?),
            (Code::Text(Text::Constant(a)), Code::Date(b)) => compare(comparison, self.date(&a, &written.0.span)?, b),
            (Code::Cipher(a), Code::Cipher(b)) if equality => compare(comparison, a, b),
            (Code::Flag(a), Code::Flag(b)) if equality => compare(comparison, a, b),
            (a @ (Code::Number(_) | Code::Constant { .. }), b @ (Code::Number(_) | Code::Constant { .. })) => {
                compare(comparison, a.into_number().ok()?, b.into_number().ok()?)
            }
            (a, b) => match (a.into_amount(), b.into_amount()) {
                (Ok(a), Ok(b)) => compare(comparison, a, b),
                (Ok(_) | Err(_), Ok(_) | Err(_)) => None,
            },
        };
        match test {
            Some(test) => Some(Code::Flag(test)),
            None => self.fault(span, mismatch(types, self.scope.row.unwrap_or(self.scope.on), written)),
        }
    }

    fn money(&mut self, value: Decimal, span: &Span) -> Option<Get<Money>> {
        match value.normalize().to_string().parse::<Money>() {
            Ok(money) => Some(Box::new(move |_| Some(money))),
            Err(error) => self.fault(span, format!("{error}。")),
        }
    }

    fn date(&mut self, text: &str, span: &Span) -> Option<Get<NaiveDate>> {
        match text.parse::<NaiveDate>() {
            Ok(date) => Some(Box::new(move |_| Some(date))),
            Err(_) => self.fault(span, "这里要一个日期,写成 '2026-01-31' 的样子。"),
        }
    }

    fn arithmetic(&mut self, operation: Operation, left: Code, right: Code, span: &Span) -> Option<Code> {
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
                None => return self.fault(span, "这个算式算不出来(除以零,或者数太大)。"),
            },
            (_, a @ (Code::Number(_) | Code::Constant { .. }), b @ (Code::Number(_) | Code::Constant { .. })) => {
                a.into_number().and_then(|a| Ok(Code::Number(both(a, b.into_number()?))))
            }
            (Operation::Add | Operation::Subtract, a, b) => a.into_amount().and_then(|a| Ok(Code::ExactMoney(both(a, b.into_amount()?)))),
            (Operation::Multiply, a @ (Code::Number(_) | Code::Constant { .. }), b) => {
                a.into_number().and_then(|a| Ok(Code::ExactMoney(both(a, b.into_amount()?))))
            }
            (Operation::Multiply | Operation::Divide, a, b @ (Code::Number(_) | Code::Constant { .. })) => {
                a.into_amount().and_then(|a| Ok(Code::ExactMoney(both(a, b.into_number()?))))
            }
            (Operation::Divide, a @ (Code::Money(_) | Code::ExactMoney(_)), b) => a.into_amount().and_then(|a| Ok(Code::Number(both(a, b.into_amount()?)))),
            (Operation::Multiply | Operation::Divide, a, _) => Err(a),
        };
        match code {
            Ok(code) => Some(code),
            Err(_) => {
                self.fault(span, format!("{}和{}不能这样计算。金额可以相加减、相除,也可以乘除一个数;两个日期差几天请写 相隔(日期, 日期)。", types.0, types.1))
            }
        }
    }
}

/// Why two types do not go together, and what was probably meant.
fn mismatch(types: (&'static str, &'static str), here: Entity, written: (&Expr, &Expr)) -> String {
    match types {
        (left, right) if left == right => match left {
            "文本" => "文本不分大小,只能问是否相等、包含、开头是;属于后面要写列表。".to_owned(),
            "密文" => "密文(姓名、证件号、账号)只能用 =、≠、为空,不能比较大小,也不能看里面的内容。".to_owned(),
            _ => format!("{left}不能这样比较。"),
        },
        ("密文", _) | (_, "密文") => {
            format!("一边是{},一边是{},不能比较。密文(姓名、证件号、账号)只能与另一个密文比较是否相等,或者问是否为空。", types.0, types.1)
        }
        ("金额", "数") | ("数", "金额") => "一边是金额,一边是数,不能比较。表示金额的参数要写成带引号的文本,例如 \"1000.00\"。".to_owned(),
        ("文本", "列表") => "文本与列表之间请用「属于」「不属于」「包含」或「开头是」。".to_owned(),
        (left, right) => format!("一边是{left},一边是{right},不能比较{}", usual(here, written)),
    }
}

/// `'现金'` beside an amount: 结算方式 was probably meant.
fn usual(here: Entity, (left, right): (&Expr, &Expr)) -> String {
    let ((Node::Text(text), _) | (_, Node::Text(text))) = (&left.node, &right.node) else { return "。".to_owned() };
    match USUAL.iter().find(|(field, words)| here.slot(field).is_some() && words.contains(&text.as_str())) {
        Some((field, _)) => format!("。是不是想写 {field} = '{text}'?"),
        None => "。".to_owned(),
    }
}
