//! From a condition as written to closures: names become slots, types are checked, every fault is collected.

use std::sync::Arc;

use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::ast::{Comparison, Expr, Node};
use super::code::{Code, Source, Test, Text, field};
use super::compare::{compare, compare_list, compare_numbers, compare_text, matching};
use super::diagnosis::{Fault, Span, meant};
use super::lexer::WORDS;
use super::param::{Param, ParamValue};
use super::view::{Figure, Place, View, bit};
use super::{aggregate, arithmetic, functions};
use crate::domain::text::normalise;
use crate::domain::{Entity, Money};

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
    /// Slots of the fact's record.
    pub row_mask: u64,
    pub watches_time: bool,
    pub figures: &'r mut Vec<Figure>,
}

impl<'r> Compiler<'r> {
    pub(super) fn new(scope: Scope<'r>, figures: &'r mut Vec<Figure>) -> Compiler<'r> {
        Compiler { scope, faults: Vec::new(), param_mask: 0, subject_mask: 0, row_mask: 0, watches_time: false, figures }
    }

    pub(super) fn fault<T>(&mut self, span: &Span, message: impl Into<String>) -> Option<T> {
        self.faults.push(Fault::new(span.clone(), message));
        None
    }

    /// A condition: something that holds or does not.
    pub(super) fn test(&mut self, expr: &Expr) -> Option<Test> {
        match self.expr(expr)?.into_test() {
            Ok(test) => Some(test),
            Err(other) => self.fault(&expr.span, format!("这里要一个能成立或不成立的条件,写的却是{}。", other.type_name())),
        }
    }

    /// `None`: a fault was noted.
    pub(super) fn expr(&mut self, expr: &Expr) -> Option<Code> {
        let span = &expr.span;
        match &expr.node {
            Node::Number(value) => Some(Code::Constant { value: *value, numeral: true }),
            Node::Percent(value) => Some(Code::Constant { value: *value, numeral: false }),
            Node::Text(text) => match normalise(text) {
                text if text.is_empty() => self.fault(span, "没有内容的文本不能比较。要问有没有填写,请用「为空」。"),
                text => Some(Code::Text(Text::Constant(Arc::from(text)))),
            },
            Node::Texts(items) => Some(Code::Texts(items.iter().map(|item| Arc::from(normalise(item))).collect())),
            Node::Numbers(items) => Some(Code::Numbers(items.as_slice().into())),
            Node::Truth(truth) => Some(Code::Flag(Source::Constant(*truth))),
            Node::Name(name) => self.name(name, span),
            Node::This(name) => self.subject_field(name, span),
            Node::Aggregate { fact, what, field } => aggregate::aggregate(self, fact, what, field.as_deref(), span),
            Node::Call { function, args } => functions::call(self, function, args, span),
            Node::Duration(..) => self.fault(span, "「几天」「几个工作日」「几个月」只能写在 超过(日期, …)、未满(日期, …) 和 临近(日期, …) 里。"),
            Node::Not(inner) => {
                let inner = self.test(inner)?;
                Some(Code::Test(Box::new(move |view| !inner(view))))
            }
            Node::All(parts) => joined(parts.iter().map(|part| self.test(part)).collect(), both).map(Code::Test),
            Node::Any(parts) => joined(parts.iter().map(|part| self.test(part)).collect(), either).map(Code::Test),
            Node::Compare(comparison @ (Comparison::Matches | Comparison::NotMatches), left, right) => {
                self.matching(left, right, *comparison == Comparison::Matches)
            }
            Node::Compare(comparison, left, right) => {
                let (left_code, right_code) = (self.expr(left), self.expr(right));
                self.compare(*comparison, left_code?, right_code?, (left, right), span)
            }
            Node::Empty { operand, negated } => {
                let empty = self.expr(operand)?.into_emptiness();
                Some(Code::Test(if *negated { Box::new(move |view| !empty(view)) } else { empty }))
            }
            Node::Arithmetic(operation, left, right) => {
                let (left, right) = (self.expr(left), self.expr(right));
                arithmetic::arithmetic(self, *operation, left?, right?, span)
            }
        }
    }

    /// A condition in two: its parts that ask nothing but the record, and those that ask the day or a fact, in their order. `None`: a fault was noted.
    pub(super) fn halves(&mut self, condition: &Expr) -> Option<(Test, Test)> {
        let parts = if let Node::All(parts) = &condition.node { parts.as_slice() } else { std::slice::from_ref(condition) };
        let (mut own, mut rest, mut watches_time) = (Vec::new(), Vec::new(), false);
        for part in parts {
            self.watches_time = false;
            let test = self.test(part);
            watches_time |= self.watches_time;
            if self.watches_time || part.asks_a_fact() { rest.push(test) } else { own.push(test) }
        }
        self.watches_time = watches_time;
        // without a part it holds
        let all = |tests: Vec<Option<Test>>| if tests.is_empty() { Some(Box::new(|_: &View<'_>| true) as Test) } else { joined(tests, both) };
        Some((all(own)?, all(rest)?))
    }

    pub(super) fn is_broken(&self, name: &str) -> bool {
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
                ParamValue::Money(money) => Code::Money(Source::Constant(*money)),
                ParamValue::Number(number) => Code::Constant { value: Decimal::from(*number), numeral: false },
                ParamValue::Percent(share) => Code::Constant { value: *share, numeral: false },
                ParamValue::Date(date) => Code::Date(Source::Constant(*date)),
                ParamValue::Text(text) => Code::Text(Text::Constant(text.clone())),
                ParamValue::List(list) => Code::Texts(list.clone()),
                ParamValue::Numbers(list) => Code::Numbers(list.clone()),
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
        let mask = if of_row { &mut self.row_mask } else { &mut self.subject_mask };
        *mask |= bit(slot);
        entity.fields().get(slot).map(|found| field(Place { of_row, slot }, found.kind, entity.is_doc_no(slot)))
    }

    fn compare(&mut self, comparison: Comparison, left: Code, right: Code, written: (&Expr, &Expr), span: &Span) -> Option<Code> {
        let types = (left.type_name(), right.type_name());
        let equality = matches!(comparison, Comparison::Equal | Comparison::NotEqual);
        let test = match (left, right) {
            (Code::Money(a), Code::Money(b)) => compare(comparison, a, b),
            (Code::Money(a), Code::Constant { value, numeral: true }) => compare(comparison, a, self.money(value, &written.1.span)?),
            (Code::Constant { value, numeral: true }, Code::Money(b)) => compare(comparison, self.money(value, &written.0.span)?, b),
            (Code::Text(a), Code::Text(b)) => compare_text(comparison, a, b),
            (Code::Text(a), Code::Texts(list)) => compare_list(comparison, a, list),
            (Code::Date(a), Code::Date(b)) => compare(comparison, a, b),
            (Code::Date(a), Code::Text(Text::Constant(b))) => compare(comparison, a, self.date(&b, &written.1.span)?),
            (Code::Text(Text::Constant(a)), Code::Date(b)) => compare(comparison, self.date(&a, &written.0.span)?, b),
            (Code::Cipher(a), Code::Cipher(b)) if equality => compare(comparison, a, b),
            (a @ (Code::Flag(_) | Code::Test(_)), b @ (Code::Flag(_) | Code::Test(_))) if equality => {
                compare(comparison, a.into_flag().ok()?, b.into_flag().ok()?)
            }
            (a @ (Code::Number(_) | Code::Constant { .. }), b @ (Code::Number(_) | Code::Constant { .. })) => {
                compare(comparison, a.into_number().ok()?, b.into_number().ok()?)
            }
            (a @ (Code::Number(_) | Code::Constant { .. }), Code::Numbers(list)) => compare_numbers(comparison, a.into_number().ok()?, list),
            (a, b) => match (a.into_amount(), b.into_amount()) {
                (Ok(a), Ok(b)) => compare(comparison, Source::Computed(a), Source::Computed(b)),
                (Ok(_) | Err(_), Ok(_) | Err(_)) => None,
            },
        };
        match test {
            Some(test) => Some(Code::Test(test)),
            None => self.fault(span, mismatch(types, self.scope.row.unwrap_or(self.scope.on), written)),
        }
    }

    /// 匹配: the pattern is known when the rule is compiled, so that a fault in it is told then.
    fn matching(&mut self, left: &Expr, right: &Expr, wanted: bool) -> Option<Code> {
        let text = self.expr(left);
        let patterns: Arc<[Arc<str>]> = match &right.node {
            // as it was written: a blank at its end has a meaning
            Node::Text(pattern) if !pattern.is_empty() => Arc::from([Arc::from(pattern.as_str())]),
            Node::Texts(patterns) => patterns.iter().map(|pattern| Arc::from(pattern.as_str())).collect(),
            _ => match self.expr(right)? {
                Code::Text(Text::Constant(pattern)) => Arc::from([pattern]),
                Code::Texts(patterns) => patterns,
                _ => return self.fault(&right.span, "匹配 后面只能写带引号的文本,或者文本、列表的参数,例如 用途 匹配 '第[0-9]+批'。"),
            },
        };
        match text? {
            Code::Text(text) => match matching(text, &patterns, wanted) {
                Ok(test) => Some(Code::Test(test)),
                Err(message) => self.fault(&right.span, message),
            },
            other => self.fault(&left.span, format!("匹配 前面要写文本,这里是{}。", other.type_name())),
        }
    }

    fn money(&mut self, value: Decimal, span: &Span) -> Option<Source<Money>> {
        match value.normalize().to_string().parse::<Money>() {
            Ok(money) => Some(Source::Constant(money)),
            Err(error) => self.fault(span, format!("{error}。")),
        }
    }

    /// A date written as a text.
    pub(super) fn date(&mut self, text: &str, span: &Span) -> Option<Source<NaiveDate>> {
        match text.parse::<NaiveDate>() {
            Ok(date) => Some(Source::Constant(date)),
            Err(_) => self.fault(span, "这里要一个日期,写成 '2026-01-31' 的样子。"),
        }
    }
}

fn both(first: Test, rest: Test) -> Test {
    Box::new(move |view| first(view) && rest(view))
}

fn either(first: Test, rest: Test) -> Test {
    Box::new(move |view| first(view) || rest(view))
}

/// The first part, joined to all that follow it: two at a time is quicker than going through a list. `None`: a fault was noted.
fn joined(parts: Vec<Option<Test>>, join: fn(Test, Test) -> Test) -> Option<Test> {
    let tests: Vec<Test> = parts.into_iter().collect::<Option<_>>()?;
    tests.into_iter().rev().reduce(|rest, first| join(first, rest))
}

const AMOUNT_OR_TEXT: &str = "一边是金额,一边是文本,不能比较。写成 \"50206\" 的参数算作金额;要当作文本,请写成列表 [\"50206\"],用「属于」。";

fn is_param(here: Entity, written: &Expr) -> bool {
    matches!(&written.node, Node::Name(name) if here.slot(name).is_none())
}

/// Why two types do not go together, and what was probably meant.
fn mismatch(types: (&'static str, &'static str), here: Entity, written: (&Expr, &Expr)) -> String {
    match types {
        (left, right) if left == right => match left {
            "文本" => "文本不分大小,只能问是否相等、包含、开头是、匹配;属于后面要写列表。".to_owned(),
            "密文" => "密文(姓名、证件号、账号)只能用 =、≠、为空,不能比较大小,也不能看里面的内容。".to_owned(),
            _ => format!("{left}不能这样比较。"),
        },
        ("密文", _) | (_, "密文") => {
            format!("一边是{},一边是{},不能比较。密文(姓名、证件号、账号)只能与另一个密文比较是否相等,或者问是否为空。", types.0, types.1)
        }
        ("金额", "数") | ("数", "金额") if [written.0, written.1].iter().any(|side| matches!(side.node, Node::Percent(_))) => {
            "一边是金额,一边是百分比,不能比较。百分比要乘在金额上,例如 起点 * 10%。".to_owned()
        }
        ("金额", "数") | ("数", "金额") => "一边是金额,一边是数,不能比较。表示金额的参数要写成带引号的文本,例如 \"1000.00\"。".to_owned(),
        ("文本", "金额") if is_param(here, written.1) => AMOUNT_OR_TEXT.to_owned(),
        ("金额", "文本") if is_param(here, written.0) => AMOUNT_OR_TEXT.to_owned(),
        ("数", "数的列表") => "数与列表之间请用「属于」或「不属于」。".to_owned(),
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
