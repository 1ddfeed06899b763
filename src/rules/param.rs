//! Parameters (参数): the numbers of a rule, typed, to be changed without touching its conditions.

use std::fmt;
use std::sync::Arc;

use chrono::NaiveDate;
use rust_decimal::Decimal;
use toml::de::DeValue;

use super::lexer::number;
use crate::domain::Money;
use crate::domain::text::normalise;

/// A named value of a rule.
#[derive(Debug, Clone)]
pub(super) struct Param {
    pub name: String,
    pub value: ParamValue,
}

#[derive(Debug, Clone)]
pub(super) enum ParamValue {
    /// "1000.00"
    Money(Money),
    /// 3
    Number(i64),
    /// "10%" is 0.10, a number.
    Percent(Decimal),
    /// "2026-03-31", a local date
    Date(NaiveDate),
    /// In the form in which texts are compared, like those of the list.
    Text(Arc<str>),
    List(Arc<[Arc<str>]>),
    Numbers(Arc<[Decimal]>),
}

impl fmt::Display for ParamValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ParamValue::Money(money) => money.fmt(f),
            ParamValue::Number(number) => number.fmt(f),
            ParamValue::Percent(share) => write!(f, "{}%", (share * Decimal::ONE_HUNDRED).normalize()),
            ParamValue::Date(date) => date.fmt(f),
            ParamValue::Text(text) => text.fmt(f),
            ParamValue::List(list) => f.write_str(&list.join("、")),
            ParamValue::Numbers(list) => f.write_str(&list.iter().map(Decimal::to_string).collect::<Vec<_>>().join("、")),
        }
    }
}

const TOO_LARGE: &str = "这个数太大了。";
const LIST: &str = "列表参数要么每一项都是带引号的文本,要么每一项都是整数,而且不能没有内容。";

/// Errors: why not, in a sentence.
pub(super) fn param(value: &DeValue<'_>) -> Result<ParamValue, &'static str> {
    match value {
        DeValue::String(written) => text(written),
        DeValue::Integer(_) => Ok(ParamValue::Number(integer(value).ok_or(TOO_LARGE)?)),
        DeValue::Array(items) => {
            let texts: Option<Arc<[Arc<str>]>> = items.iter().map(|item| item.get_ref().as_str().and_then(wording)).collect();
            let numbers = || items.iter().map(|item| integer(item.get_ref()).map(Decimal::from)).collect::<Option<Arc<[Decimal]>>>();
            let list = texts.map(ParamValue::List).or_else(|| numbers().map(ParamValue::Numbers));
            list.filter(|_| !items.is_empty()).ok_or(LIST)
        }
        DeValue::Datetime(written) => written.to_string().parse().map(ParamValue::Date).map_err(|_| "日期只写年月日,例如 2026-03-31。"),
        DeValue::Float(_) => Err("金额要写成带引号的文本,例如 \"1000.00\",不能写成小数;百分比写成 \"12.5%\"。"),
        DeValue::Boolean(_) | DeValue::Table(_) => Err("参数只能是文本、整数、金额、百分比、日期(都带引号),或者文本、整数的列表。"),
    }
}

/// An amount, a percentage or a date if it reads as one.
fn text(written: &str) -> Result<ParamValue, &'static str> {
    let wording = wording(written).ok_or("参数不能是空文本。")?;
    if let Ok(money) = wording.parse::<Money>() {
        return Ok(ParamValue::Money(money));
    }
    if let Ok(date) = wording.parse::<NaiveDate>() {
        return Ok(ParamValue::Date(date));
    }
    match wording.strip_suffix('%') {
        Some(digits) if !digits.is_empty() && digits.chars().all(|c| c.is_ascii_digit() || c == '.') => {
            Ok(ParamValue::Percent(number(digits, true).ok_or("百分比要写成数和 %,例如 \"12.5%\"。")?))
        }
        Some(_) | None => Ok(ParamValue::Text(wording)),
    }
}

fn wording(written: &str) -> Option<Arc<str>> {
    let text = normalise(written);
    (!text.is_empty()).then(|| Arc::from(text))
}

fn integer(value: &DeValue<'_>) -> Option<i64> {
    let integer = value.as_integer()?;
    i64::from_str_radix(integer.as_str(), integer.radix()).ok()
}
