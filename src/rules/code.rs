//! Compiled expressions: the type of an expression is the variant, its value a constant, a typed slot or a closure over these.

use std::sync::Arc;

use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::view::{Place, View};
use crate::domain::record::Kind;
use crate::domain::{KeyedHash, Money, Value};

/// Reads a value; `None` is 空.
pub(super) type Get<T> = Box<dyn Fn(&View<'_>) -> Option<T> + Send + Sync>;

/// Whether something holds. It always does or does not: emptiness is two-valued.
pub(super) type Test = Box<dyn Fn(&View<'_>) -> bool + Send + Sync>;

/// What stands in a field as one type.
pub(super) trait Held: Copy + Send + Sync + 'static {
    fn of(value: &Value) -> Option<Self>;
}

impl Held for Money {
    fn of(value: &Value) -> Option<Money> {
        value.as_money()
    }
}
impl Held for Decimal {
    fn of(value: &Value) -> Option<Decimal> {
        value.as_number()
    }
}
impl Held for NaiveDate {
    fn of(value: &Value) -> Option<NaiveDate> {
        value.as_date()
    }
}
impl Held for bool {
    fn of(value: &Value) -> Option<bool> {
        if let Value::Flag(flag) = value { Some(*flag) } else { None }
    }
}
impl Held for KeyedHash {
    fn of(value: &Value) -> Option<KeyedHash> {
        if let Value::Cipher(hash) = value { Some(*hash) } else { None }
    }
}

/// Where a value comes from. What is known when the rule is compiled, and what lies ready in a slot, is compared without a detour.
pub(super) enum Source<T> {
    Constant(T),
    Field(Place),
    Computed(Get<T>),
}

impl<T: Held> Source<T> {
    pub(super) fn computed(get: impl Fn(&View<'_>) -> Option<T> + Send + Sync + 'static) -> Source<T> {
        Source::Computed(Box::new(get))
    }

    pub(super) fn into_get(self) -> Get<T> {
        match self {
            Source::Constant(value) => Box::new(move |_| Some(value)),
            Source::Field(place) => Box::new(move |view| T::of(view.field(place))),
            Source::Computed(get) => get,
        }
    }

    fn into_emptiness(self) -> Test {
        match self {
            Source::Constant(_) => Box::new(|_| false),
            Source::Field(place) => Box::new(move |view| view.field(place).is_empty()),
            Source::Computed(get) => Box::new(move |view| get(view).is_none()),
        }
    }
}

/// A compiled expression.
pub(super) enum Code {
    Money(Source<Money>),
    /// Money after arithmetic: exact, in 元, possibly finer than a fen.
    ExactMoney(Get<Decimal>),
    Number(Source<Decimal>),
    /// Known when the rule is compiled. A bare numeral fits beside 金额 and 数 alike; a parameter and a percentage are 数.
    Constant {
        value: Decimal,
        numeral: bool,
    },
    Text(Text),
    Date(Source<NaiveDate>),
    /// 是否 of a field: may be 空.
    Flag(Source<bool>),
    /// A condition: holds or does not.
    Test(Test),
    Texts(Arc<[Arc<str>]>),
    Numbers(Arc<[Decimal]>),
    Cipher(Source<KeyedHash>),
}

pub(super) enum Text {
    /// In the form in which texts are compared.
    Constant(Arc<str>),
    Field(Place),
    /// 文号: one number has many spellings, compared in normal form.
    DocNo(Place),
}

impl Text {
    pub(super) fn get<'a>(&'a self, view: &View<'a>) -> Option<&'a str> {
        match self {
            Text::Constant(text) => Some(text),
            Text::Field(place) | Text::DocNo(place) => view.field(*place).as_text(),
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
            Code::Flag(_) | Code::Test(_) => "是否",
            Code::Texts(_) => "列表",
            Code::Numbers(_) => "数的列表",
            Code::Cipher(_) => "密文",
        }
    }

    /// As 数, if it is one.
    pub(super) fn into_number(self) -> Result<Source<Decimal>, Code> {
        match self {
            Code::Number(source) => Ok(source),
            Code::Constant { value, .. } => Ok(Source::Constant(value)),
            other => Err(other),
        }
    }

    /// As an exact amount in 元, if it is 金额 or a numeral.
    pub(super) fn into_amount(self) -> Result<Get<Decimal>, Code> {
        match self {
            Code::Money(source) => {
                let get = source.into_get();
                Ok(Box::new(move |view| get(view).map(|money| Decimal::new(money.fen(), 2))))
            }
            Code::ExactMoney(get) => Ok(get),
            Code::Constant { value, numeral: true } => Ok(Box::new(move |_| Some(value))),
            other => Err(other),
        }
    }

    /// As 是否, if it is one.
    pub(super) fn into_flag(self) -> Result<Source<bool>, Code> {
        match self {
            Code::Flag(source) => Ok(source),
            Code::Test(test) => Ok(Source::computed(move |view| Some(test(view)))),
            other => Err(other),
        }
    }

    /// As a condition, if it is 是否: 空 does not hold.
    pub(super) fn into_test(self) -> Result<Test, Code> {
        match self {
            Code::Test(test) => Ok(test),
            Code::Flag(source) => {
                let get = source.into_get();
                Ok(Box::new(move |view| get(view) == Some(true)))
            }
            other => Err(other),
        }
    }

    /// Whether it is 空, for whatever type.
    pub(super) fn into_emptiness(self) -> Test {
        match self {
            Code::Money(source) => source.into_emptiness(),
            Code::Number(source) => source.into_emptiness(),
            Code::Date(source) => source.into_emptiness(),
            Code::Flag(source) => source.into_emptiness(),
            Code::Cipher(source) => source.into_emptiness(),
            Code::ExactMoney(get) => Box::new(move |view| get(view).is_none()),
            Code::Text(text) => Box::new(move |view| text.get(view).is_none()),
            Code::Constant { .. } | Code::Texts(_) | Code::Numbers(_) | Code::Test(_) => Box::new(|_| false),
        }
    }
}

/// A field as code of its kind.
pub(super) fn field(place: Place, kind: Kind, is_doc_no: bool) -> Code {
    match kind {
        Kind::Money => Code::Money(Source::Field(place)),
        Kind::Number => Code::Number(Source::Field(place)),
        Kind::Text => Code::Text(if is_doc_no { Text::DocNo(place) } else { Text::Field(place) }),
        Kind::Date => Code::Date(Source::Field(place)),
        Kind::Flag => Code::Flag(Source::Field(place)),
        Kind::Cipher => Code::Cipher(Source::Field(place)),
    }
}
