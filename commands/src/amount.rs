//! Money as a person types it: exact, never rounded.

use std::fmt;

use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::line::fold;
use crate::values::Argument;

/// Money in 元: above zero, at most two decimals, at most 16 digits before the point; never rounded. Shown as `12800.00`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Amount(Decimal);

impl Amount {
    pub const fn yuan(self) -> Decimal {
        self.0
    }
}

impl TryFrom<Decimal> for Amount {
    type Error = &'static str;

    fn try_from(yuan: Decimal) -> Result<Amount, Self::Error> {
        let mut exact = yuan.normalize();
        if exact <= Decimal::ZERO {
            return Err("应大于零。");
        }
        if exact.scale() > 2 {
            return Err("最多两位小数(精确到分),不会四舍五入。");
        }
        if exact >= Decimal::from(10_000_000_000_000_000_u64) {
            return Err("太大了,整数部分最多 16 位。");
        }
        exact.rescale(2);
        Ok(Amount(exact))
    }
}

/// Plain digits with at most one point.
impl TryFrom<String> for Amount {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Amount, Self::Error> {
        plain_decimal(&text).ok_or("应写成 12800.00、12,800元、1.28万元。").and_then(Amount::try_from)
    }
}

impl From<Amount> for String {
    fn from(amount: Amount) -> String {
        amount.to_string()
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0.to_string())
    }
}

/// `12800.00`, `12,800元`, `1.28万元`.
impl Argument for Amount {
    fn read(word: &str, _: NaiveDate) -> Result<Amount, String> {
        let word = fold(word);
        let word = word.strip_prefix('¥').unwrap_or(&word);
        let word = word.strip_suffix('元').unwrap_or(word).trim_end();
        let (digits, unit) = word.strip_suffix('万').map_or((word, Decimal::ONE), |digits| (digits.trim_end(), Decimal::from(10_000)));
        let yuan = ungroup(digits).and_then(|digits| plain_decimal(&digits)?.checked_mul(unit));
        yuan.ok_or("应写成 12800.00、12,800元、1.28万元。").and_then(Amount::try_from).map_err(str::to_owned)
    }
}

fn plain_decimal(text: &str) -> Option<Decimal> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let all_digits = |part: &str| !part.is_empty() && part.len() <= 20 && part.bytes().all(|b| b.is_ascii_digit());
    if all_digits(whole) && all_digits(fraction) { Decimal::from_str_exact(text).ok() } else { None }
}

/// Without thousands separators; they must stand where they belong.
fn ungroup(text: &str) -> Option<String> {
    let (whole, _) = text.split_once('.').unwrap_or((text, ""));
    let grouped = whole.contains(',').then(|| whole.split(',').enumerate().all(|(i, group)| group.len() == 3 || (i == 0 && (1..3).contains(&group.len()))));
    match grouped {
        Some(false) => None,
        Some(true) | None => Some(text.replacen(',', "", whole.matches(',').count())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_exact() {
        for (word, shown) in [
            ("12800", Some("12800.00")),
            ("12,800.5元", Some("12800.50")),
            ("１２８００．０１", Some("12800.01")),
            ("¥1,234,567", Some("1234567.00")),
            ("1.28万元", Some("12800.00")),
            ("9007199254740993.07", Some("9007199254740993.07")),
            ("1.000", Some("1.00")),
            ("1.234", None),
            ("0", None),
            ("-5", None),
            ("1,28", None),
            ("12,8000", None),
            ("1e3", None),
            ("99999999999999999", None),
            ("99999999999999999999999999999999999999万", None),
            ("元", None),
        ] {
            assert_eq!(Amount::read(word, NaiveDate::default()).ok().map(|a| a.to_string()).as_deref(), shown, "{word}");
        }
    }
}
