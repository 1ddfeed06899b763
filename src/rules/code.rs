//! Compiled expressions: the type of an expression is the variant, its value a closure over typed slots.

use std::sync::Arc;

use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::ast::Comparison;
use super::view::{Place, View};
use crate::domain::{KeyedHash, Money, Value};

/// Reads a value; `None` is 空.
pub(super) type Get<T> = Box<dyn Fn(&View<'_>) -> Option<T> + Send + Sync>;

/// A compiled expression.
pub(super) enum Code {
    Money(Get<Money>),
    /// Money after arithmetic: exact, in 元, possibly finer than a fen.
    ExactMoney(Get<Decimal>),
    Number(Get<Decimal>),
    /// Known when the rule is compiled. A bare numeral fits beside 金额 and 数 alike, a parameter is 数.
    Constant {
        value: Decimal,
        numeral: bool,
    },
    Text(Text),
    Date(Get<NaiveDate>),
    Flag(Get<bool>),
    List(Arc<[Arc<str>]>),
    Cipher(Get<KeyedHash>),
}

pub(super) enum Text {
    Constant(Arc<str>),
    Field(Place),
}

impl Text {
    pub(super) fn get<'a>(&'a self, view: &View<'a>) -> Option<&'a str> {
        match self {
            Text::Constant(text) => Some(text),
            Text::Field(place) => view.field(*place).as_text(),
        }
    }
}

impl Code {
    /// The type as people name it.
    pub(super) const fn type_name(&self) -> &'static str {
        match self {
            Code::Money(_) | Code::ExactMoney(_) => "金额",
            Code::Number(_) | Code::Constant { .. } => "数",
            Code::Text(_) => "文本",
            Code::Date(_) => "日期",
            Code::Flag(_) => "是否",
            Code::List(_) => "列表",
            Code::Cipher(_) => "密文",
        }
    }

    /// As 数, if it is one.
    pub(super) fn into_number(self) -> Result<Get<Decimal>, Code> {
        match self {
            Code::Number(get) => Ok(get),
            Code::Constant { value, .. } => Ok(Box::new(move |_| Some(value))),
            other => Err(other),
        }
    }

    /// As an exact amount in 元, if it is 金额 or a numeral.
    pub(super) fn into_amount(self) -> Result<Get<Decimal>, Code> {
        match self {
            Code::Money(get) => Ok(Box::new(move |view| get(view).map(|money| Decimal::new(money.fen(), 2)))),
            Code::ExactMoney(get) => Ok(get),
            Code::Constant { value, numeral: true } => Ok(Box::new(move |_| Some(value))),
            other => Err(other),
        }
    }

    /// Whether it is 空, for whatever type.
    pub(super) fn into_emptiness(self) -> Get<bool> {
        fn of<T: 'static>(get: Get<T>) -> Get<bool> {
            Box::new(move |view| Some(get(view).is_none()))
        }
        match self {
            Code::Money(get) => of(get),
            Code::ExactMoney(get) | Code::Number(get) => of(get),
            Code::Text(text) => Box::new(move |view| Some(text.get(view).is_none())),
            Code::Date(get) => of(get),
            Code::Flag(get) => of(get),
            Code::Cipher(get) => of(get),
            Code::Constant { .. } | Code::List(_) => Box::new(|_| Some(false)),
        }
    }
}

/// A field as code of its kind.
pub(super) fn field(place: Place, kind: crate::domain::record::Kind) -> Code {
    use crate::domain::record::Kind;
    match kind {
        Kind::Money => Code::Money(Box::new(move |view| view.field(place).as_money())),
        Kind::Number => Code::Number(Box::new(move |view| view.field(place).as_number())),
        Kind::Text => Code::Text(Text::Field(place)),
        Kind::Date => Code::Date(Box::new(move |view| view.field(place).as_date())),
        Kind::Flag => Code::Flag(Box::new(move |view| if let Value::Flag(flag) = view.field(place) { Some(*flag) } else { None })),
        Kind::Cipher => Code::Cipher(Box::new(move |view| if let Value::Cipher(hash) = view.field(place) { Some(*hash) } else { None })),
    }
}

/// Compares two values of one type; false when either is 空. `None` for comparisons that are no order (属于, 包含 …).
pub(super) fn compare<T: PartialOrd + 'static>(comparison: Comparison, left: Get<T>, right: Get<T>) -> Option<Get<bool>> {
    fn test<T: PartialOrd + 'static>(left: Get<T>, right: Get<T>, holds: impl Fn(&T, &T) -> bool + Send + Sync + 'static) -> Get<bool> {
        Box::new(move |view| Some(matches!((left(view), right(view)), (Some(a), Some(b)) if holds(&a, &b))))
    }
    Some(match comparison {
        Comparison::Equal => test(left, right, |a, b| a == b),
        Comparison::NotEqual => test(left, right, |a, b| a != b),
        Comparison::Less => test(left, right, |a, b| a < b),
        Comparison::AtMost => test(left, right, |a, b| a <= b),
        Comparison::Greater => test(left, right, |a, b| a > b),
        Comparison::AtLeast => test(left, right, |a, b| a >= b),
        Comparison::In | Comparison::NotIn | Comparison::Contains | Comparison::NotContains | Comparison::StartsWith => return None,
    })
}

/// Compares a text with one text or with any of a list; false when it is 空. `None` for comparisons that need an order.
pub(super) fn compare_text(comparison: Comparison, left: Text, right: Text) -> Option<Get<bool>> {
    fn test(left: Text, right: Text, holds: impl Fn(&str, &str) -> bool + Send + Sync + 'static) -> Get<bool> {
        Box::new(move |view| Some(matches!((left.get(view), right.get(view)), (Some(a), Some(b)) if holds(a, b))))
    }
    Some(match comparison {
        Comparison::Equal => test(left, right, |a, b| a == b),
        Comparison::NotEqual => test(left, right, |a, b| a != b),
        Comparison::Contains => test(left, right, |a, b| a.contains(b)),
        Comparison::NotContains => test(left, right, |a, b| !a.contains(b)),
        Comparison::StartsWith => test(left, right, |a, b| a.starts_with(b)),
        Comparison::Less | Comparison::AtMost | Comparison::Greater | Comparison::AtLeast | Comparison::In | Comparison::NotIn => return None,
    })
}

/// Compares a text with a list: 属于 means one of them, 包含 and 开头是 mean any of them. `None` for other comparisons.
pub(super) fn compare_list(comparison: Comparison, left: Text, list: Arc<[Arc<str>]>) -> Option<Get<bool>> {
    fn test(left: Text, holds: impl Fn(&str) -> bool + Send + Sync + 'static) -> Get<bool> {
        Box::new(move |view| Some(left.get(view).is_some_and(&holds)))
    }
    Some(match comparison {
        Comparison::In => test(left, move |a| list.iter().any(|b| a == &**b)),
        Comparison::NotIn => test(left, move |a| !list.iter().any(|b| a == &**b)),
        Comparison::Contains => test(left, move |a| list.iter().any(|b| a.contains(&**b))),
        Comparison::NotContains => test(left, move |a| !list.iter().any(|b| a.contains(&**b))),
        Comparison::StartsWith => test(left, move |a| list.iter().any(|b| a.starts_with(&**b))),
        Comparison::Equal | Comparison::NotEqual | Comparison::Less | Comparison::AtMost | Comparison::Greater | Comparison::AtLeast => return None,
    })
}
