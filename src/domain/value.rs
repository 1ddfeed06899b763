//! One value of a record, as rules see it.

use std::fmt;
use std::sync::Arc;

use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::Money;

/// The keyed hash of a personal text (name, id number, account) after NFKC: equal texts have equal hashes, and nothing else can be read from it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct KeyedHash(pub [u8; 16]);

impl fmt::Debug for KeyedHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("密文")
    }
}

/// What stands in a field of a record, typed as the rule language types it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Value {
    /// 空: not given. Any comparison with it is false.
    Empty,
    /// 金额, in 元 shown, fen held.
    Money(Money),
    /// 数
    Number(Decimal),
    /// 文本, NFKC-normalised.
    Text(Arc<str>),
    /// 日期, a local date (Asia/Shanghai).
    Date(NaiveDate),
    /// 是否
    Flag(bool),
    /// 密文: may be compared for equality, tested for emptiness and counted, nothing else.
    Cipher(KeyedHash),
}

impl Value {
    /// Text, or empty where there is none. The text must be normalised already.
    pub fn text(text: &str) -> Value {
        if text.is_empty() { Value::Empty } else { Value::Text(Arc::from(text)) }
    }

    /// 为空
    pub const fn is_empty(&self) -> bool {
        matches!(self, Value::Empty)
    }

    /// The amount, if it is one.
    pub const fn as_money(&self) -> Option<Money> {
        if let Value::Money(money) = self { Some(*money) } else { None }
    }

    /// The text, if it is one; never that of a 密文.
    pub fn as_text(&self) -> Option<&str> {
        if let Value::Text(text) = self { Some(text) } else { None }
    }

    /// The local date, if it is one.
    pub const fn as_date(&self) -> Option<NaiveDate> {
        if let Value::Date(date) = self { Some(*date) } else { None }
    }

    /// The number, if it is one.
    pub const fn as_number(&self) -> Option<Decimal> {
        if let Value::Number(number) = self { Some(*number) } else { None }
    }

    /// Whether it is a flag that says yes.
    pub const fn is_true(&self) -> bool {
        matches!(self, Value::Flag(true))
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Value {
        value.map_or(Value::Empty, Into::into)
    }
}
impl From<Money> for Value {
    fn from(value: Money) -> Value {
        Value::Money(value)
    }
}
impl From<Decimal> for Value {
    fn from(value: Decimal) -> Value {
        Value::Number(value)
    }
}
impl From<NaiveDate> for Value {
    fn from(value: NaiveDate) -> Value {
        Value::Date(value)
    }
}
impl From<bool> for Value {
    fn from(value: bool) -> Value {
        Value::Flag(value)
    }
}
impl From<KeyedHash> for Value {
    fn from(value: KeyedHash) -> Value {
        Value::Cipher(value)
    }
}
impl From<&str> for Value {
    fn from(value: &str) -> Value {
        Value::text(value)
    }
}
