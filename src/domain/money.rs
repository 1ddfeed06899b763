//! Money (金额): whole fen, never a float, never rounded.

use std::fmt;
use std::ops::{Add, Neg, Sub};
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// An amount in fen (分). Shown in 元 with exactly two decimals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Money(i64);

/// Sixteen digits before the point: NUMERIC(18,2), the width fiscal systems use.
const LIMIT: i64 = 999_999_999_999_999_999;

/// Why a text is no amount. It never quotes the text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    #[error("金额不能为空")]
    Empty,
    #[error("金额应为数字,最多两位小数,例如 \"12800.00\"")]
    NotANumber,
    #[error("金额最多两位小数,不会四舍五入")]
    TooPrecise,
    #[error("金额超出范围(整数部分最多 16 位)")]
    TooLarge,
}

impl Money {
    /// 0.00 元
    pub const ZERO: Money = Money(0);

    /// Fen as stored. Values beyond NUMERIC(18,2) are refused.
    pub fn from_fen(fen: i64) -> Result<Money, MoneyError> {
        if (-LIMIT..=LIMIT).contains(&fen) { Ok(Money(fen)) } else { Err(MoneyError::TooLarge) }
    }

    /// The nearest amount that there is: what is too much stays too much.
    pub fn clamped(fen: i128) -> Money {
        Money(i64::try_from(fen).unwrap_or(if fen < 0 { i64::MIN } else { i64::MAX }))
    }

    /// Fen (分), a hundredth of a yuan.
    pub const fn fen(self) -> i64 {
        self.0
    }

    /// Below zero: a refund, a cut.
    pub const fn is_negative(self) -> bool {
        self.0 < 0
    }

    /// Without its sign.
    pub const fn abs(self) -> Money {
        Money(self.0.abs())
    }

    /// The sum of many, or `None` beyond what fits.
    pub fn sum(amounts: impl IntoIterator<Item = Money>) -> Option<Money> {
        let mut total: i64 = 0;
        for amount in amounts {
            total = total.checked_add(amount.0)?;
        }
        Money::from_fen(total).ok()
    }

    /// The JSON text of a number or of a string, read digit by digit: no float ever stands between.
    /// An exponent is refused, for no payment system writes one.
    pub fn from_json(raw: &str) -> Result<Money, MoneyError> {
        let raw = raw.trim();
        match raw.strip_prefix('"').and_then(|r| r.strip_suffix('"')) {
            Some(inner) => inner.parse(),
            None => raw.parse(),
        }
    }
}

/// What a person typed, which is exact already.
impl TryFrom<commands::Amount> for Money {
    type Error = MoneyError;

    fn try_from(amount: commands::Amount) -> Result<Money, MoneyError> {
        amount.to_string().parse()
    }
}

impl FromStr for Money {
    type Err = MoneyError;

    fn from_str(text: &str) -> Result<Money, MoneyError> {
        if text.is_empty() {
            return Err(MoneyError::Empty);
        }
        let (negative, digits) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let all_digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
        let dangling = digits.contains('.') && fraction.is_empty();
        if whole.is_empty() || dangling || !all_digits(whole) || !all_digits(fraction) {
            return Err(MoneyError::NotANumber);
        }
        if fraction.len() > 2 {
            return Err(MoneyError::TooPrecise);
        }
        let mut fen: i64 = 0;
        for digit in whole.bytes().chain(fraction.bytes()).chain(std::iter::repeat_n(b'0', 2 - fraction.len())) {
            fen = fen.checked_mul(10).and_then(|f| f.checked_add(i64::from(digit - b'0'))).ok_or(MoneyError::TooLarge)?;
        }
        Money::from_fen(if negative { -fen } else { fen })
    }
}

/// `12,800.00`: grouped, two decimals, without the unit.
impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let fen = self.0.unsigned_abs();
        let whole = (fen / 100).to_string();
        let mut text = String::with_capacity(whole.len() + whole.len() / 3 + 4);
        if self.0 < 0 {
            text.push('-');
        }
        for (place, digit) in whole.chars().enumerate() {
            if place > 0 && (whole.len() - place).is_multiple_of(3) {
                text.push(',');
            }
            text.push(digit);
        }
        text.push_str(&format!(".{:02}", fen % 100));
        f.pad(&text)
    }
}

/// Plain decimal text (`12800.00`), as the journal and the wire write it.
impl Serialize for Money {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&format_args!("{}{}.{:02}", if self.0 < 0 { "-" } else { "" }, self.0.unsigned_abs() / 100, self.0.unsigned_abs() % 100))
    }
}

impl<'de> Deserialize<'de> for Money {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Money, D::Error> {
        let raw: Box<serde_json::value::RawValue> = Deserialize::deserialize(deserializer)?;
        Money::from_json(raw.get()).map_err(de::Error::custom)
    }
}

impl Add for Money {
    type Output = Money;
    fn add(self, other: Money) -> Money {
        Money(self.0.saturating_add(other.0))
    }
}

impl Sub for Money {
    type Output = Money;
    fn sub(self, other: Money) -> Money {
        Money(self.0.saturating_sub(other.0))
    }
}

impl Neg for Money {
    type Output = Money;
    fn neg(self) -> Money {
        Money(-self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_read_is_what_was_written() {
        for (text, fen) in [("0", 0), ("12800", 1_280_000), ("12800.5", 1_280_050), ("-3.07", -307), ("9007199254740993.07", 900_719_925_474_099_307)] {
            assert_eq!(Money::from_json(text).unwrap().fen(), fen, "{text}");
            assert_eq!(Money::from_json(&format!("\"{text}\"")).unwrap().fen(), fen, "{text}");
        }
    }

    #[test]
    fn what_cannot_be_money_is_refused() {
        for (text, error) in [
            ("", MoneyError::Empty),
            ("1.234", MoneyError::TooPrecise),
            ("1e3", MoneyError::NotANumber),
            ("1.", MoneyError::NotANumber),
            (".5", MoneyError::NotANumber),
            ("+1", MoneyError::NotANumber),
            ("１２", MoneyError::NotANumber),
            ("99999999999999999", MoneyError::TooLarge),
        ] {
            assert_eq!(text.parse::<Money>(), Err(error), "{text}");
        }
    }

    #[test]
    fn shown_grouped() {
        assert_eq!(Money(1_280_000).to_string(), "12,800.00");
        assert_eq!(Money(-99).to_string(), "-0.99");
        assert_eq!(Money(10_000_000_000).to_string(), "100,000,000.00");
    }
}
