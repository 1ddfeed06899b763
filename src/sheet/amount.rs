//! Amounts in cells: exact decimal text in 元 out of what people write.

use std::str::FromStr;

use rust_decimal::Decimal;

use super::cell::{Cell, CellFault};
use crate::domain::money::{Money, MoneyError};
use crate::domain::text::normalise;

/// What amounts are counted in (金额单位).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Unit {
    #[default]
    Yuan,
    Hundred,
    Thousand,
    TenThousand,
    Million,
    HundredMillion,
}

/// Longest word first, so that 百万元 is not read as 元.
const UNITS: [(Unit, &str, i64); 6] = [
    (Unit::Million, "百万", 1_000_000),
    (Unit::HundredMillion, "亿", 100_000_000),
    (Unit::TenThousand, "万", 10_000),
    (Unit::Thousand, "千", 1_000),
    (Unit::Hundred, "百", 100),
    (Unit::Yuan, "", 1),
];

impl Unit {
    /// 元, 万元 …
    pub fn name(self) -> String {
        UNITS.iter().filter(|u| u.0 == self).map(|u| format!("{}元", u.1)).collect()
    }

    fn factor(self) -> i64 {
        UNITS.iter().find(|u| u.0 == self).map_or(1, |u| u.2)
    }

    /// The unit that a (normalised) word is, such as 万元 or 人民币元.
    pub(super) fn named(word: &str) -> Option<Unit> {
        Unit::at_end(word).filter(|(_, rest)| rest.is_empty()).map(|(unit, _)| unit)
    }

    /// Takes the unit off the end of a (normalised) text: 支付金额(万元), 支付金额(单位:元), 300元.
    pub(super) fn at_end(text: &str) -> Option<(Unit, &str)> {
        let inner = text.strip_suffix([')', ']', '】', '〕', '》', '>']).unwrap_or(text);
        let inner = inner.strip_suffix('元')?;
        let (unit, word, _) = UNITS.into_iter().find(|u| inner.ends_with(u.1))?;
        let mut rest = inner.strip_suffix(word)?;
        for mark in ["人民币", ":", "单位", "金额单位"] {
            rest = rest.strip_suffix(mark).unwrap_or(rest);
        }
        Some((unit, rest.trim_end_matches(['(', '[', '【', '〔', '《', '<', ':', '/', '-', ' ', ','])))
    }
}

/// Why a cell is no amount. It never quotes the cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AmountFault {
    #[error(transparent)]
    Cell(#[from] CellFault),
    #[error("金额不能为空")]
    Empty,
    #[error("应为金额,例如 12800.00")]
    NotAnAmount,
    #[error("金额超过两位小数(格子里可能只显示两位),不会四舍五入;请改成两位小数")]
    TooPrecise,
    #[error("金额超出范围(整数部分最多 16 位)")]
    TooLarge,
}

/// The amount of a cell as exact decimal text in 元 (`12800.5`), multiplied by its unit without any rounding.
///
/// Text is taken digit by digit: thousands separators, full-width forms, blanks, an apostrophe in front, ￥, 元, and a negative in parentheses are understood;
/// a unit of its own (`1.5万元`) goes before that of the column. A number of a workbook is a double: as in Excel itself its first 15 digits count, and what is
/// then within a thousand-millionth (of the unit) of whole fen is those fen (0.1+0.2 is 0.3). From ten million million 元 on a double no longer holds the fen: refused.
pub fn amount_text(cell: &Cell, unit: Unit) -> Result<String, AmountFault> {
    let (yuan, tolerance) = match cell {
        Cell::Empty => return Err(AmountFault::Empty),
        Cell::Text(text) => (of_text(text, unit)?, Decimal::ZERO),
        Cell::Number(text) => of_number(text, unit)?,
        Cell::Fault(fault) => return Err((*fault).into()),
        Cell::Date(_) | Cell::Moment(_) | Cell::Flag(_) => return Err(AmountFault::NotAnAmount),
    };
    let fen = yuan.round_dp(2);
    if (yuan - fen).abs() > tolerance {
        return Err(AmountFault::TooPrecise);
    }
    let text = fen.normalize().to_string();
    match Money::from_str(&text) {
        Ok(_) => Ok(text),
        Err(MoneyError::TooLarge) => Err(AmountFault::TooLarge),
        Err(MoneyError::TooPrecise) => Err(AmountFault::TooPrecise),
        Err(MoneyError::Empty | MoneyError::NotANumber) => Err(AmountFault::NotAnAmount),
    }
}

fn of_text(text: &str, unit: Unit) -> Result<Decimal, AmountFault> {
    let text: String = normalise(text).chars().filter(|c| !c.is_whitespace()).collect();
    let text = text.trim_start_matches(['\'', '`', '‘', '’']);
    if text.is_empty() {
        return Err(AmountFault::Empty);
    }
    let (negative, text) = match text.strip_prefix('(').and_then(|t| t.strip_suffix(')')) {
        Some(inner) => (true, inner),
        None => (false, text),
    };
    let text = ["人民币", "RMB", "CNY"].iter().find_map(|word| text.strip_prefix(word)).unwrap_or(text);
    let (sign, text) = sign(text);
    let text = text.trim_start_matches(['¥', '￥']);
    let (inner_sign, text) = if sign { (false, text) } else { self::sign(text) };
    let text = text.strip_suffix("整").unwrap_or(text);
    let (unit, text) = match Unit::at_end(text) {
        Some((own, rest)) => (own, rest),
        None => text.strip_suffix('万').map_or((unit, text), |rest| (Unit::TenThousand, rest)),
    };
    if negative && (sign || inner_sign) {
        return Err(AmountFault::NotAnAmount);
    }
    let number = times(&ungrouped(text).ok_or(AmountFault::NotAnAmount)?, unit)?;
    Ok(if negative || sign || inner_sign { -number } else { number })
}

fn sign(text: &str) -> (bool, &str) {
    match text.strip_prefix(['-', '−', '－', '–']) {
        Some(rest) => (true, rest),
        None => (false, text),
    }
}

/// Digits with their thousands separators taken out, which must stand where they belong: `1,28` is rather a decimal comma, and refused.
fn ungrouped(text: &str) -> Option<String> {
    let (whole, fraction) = text.split_once('.').map_or((text, None), |(w, f)| (w, Some(f)));
    let digits = |t: &str| !t.is_empty() && t.bytes().all(|b| b.is_ascii_digit());
    let mut groups = whole.split(',');
    let first = groups.next().filter(|g| digits(g))?;
    let mut plain = first.to_owned();
    for group in groups {
        if first.len() > 3 || group.len() != 3 || !digits(group) {
            return None;
        }
        plain.push_str(group);
    }
    match fraction {
        Some(fraction) if digits(fraction) => Some(format!("{plain}.{fraction}")),
        Some(_) => None,
        None => Some(plain),
    }
}

fn times(number: &str, unit: Unit) -> Result<Decimal, AmountFault> {
    let exact = Decimal::from_str_exact(number).map_err(|_| AmountFault::TooLarge)?;
    exact.checked_mul(Decimal::from(unit.factor())).ok_or(AmountFault::TooLarge)
}

/// The amount, and how far from whole fen it may lie.
fn of_number(text: &str, unit: Unit) -> Result<(Decimal, Decimal), AmountFault> {
    let number: f64 = text.parse().map_err(|_| AmountFault::NotAnAmount)?;
    let factor = Decimal::from(unit.factor());
    if number.abs() < 1e-12 {
        return Ok((Decimal::ZERO, Decimal::ZERO));
    }
    let shown = Decimal::from_scientific(&format!("{number:.14e}")).map_err(|_| CellFault::DigitsLost)?;
    let yuan = shown.checked_mul(factor).ok_or(AmountFault::TooLarge)?;
    if yuan.abs() >= Decimal::from(10_000_000_000_000_i64) {
        return Err(CellFault::DigitsLost.into());
    }
    Ok((yuan, Decimal::new(1, 9) * factor))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str, unit: Unit) -> Result<String, AmountFault> {
        amount_text(&Cell::Text(text.to_owned()), unit)
    }

    fn number(number: f64, unit: Unit) -> Result<String, AmountFault> {
        amount_text(&Cell::Number(number.to_string()), unit)
    }

    #[test]
    fn what_people_write_is_understood() {
        for (written, meant) in [
            ("12800.00", "12800"),
            ("12800.5", "12800.5"),
            ("12,800.50", "12800.5"),
            ("1,234,567", "1234567"),
            ("１２，８００．５０", "12800.5"),
            (" 12 800.50\u{a0}", "12800.5"),
            ("'300", "300"),
            ("￥300.00", "300"),
            ("¥ -300", "-300"),
            ("-¥300", "-300"),
            ("300元", "300"),
            ("人民币300元整", "300"),
            ("(300.00)", "-300"),
            ("（1,300.00）", "-1300"),
            ("−5", "-5"),
            ("1.5万元", "15000"),
            ("1.5万", "15000"),
            ("-0", "0"),
            ("0.00", "0"),
            ("9007199254740993.07", "9007199254740993.07"),
        ] {
            assert_eq!(text(written, Unit::Yuan).as_deref(), Ok(meant), "{written}");
        }
    }

    #[test]
    fn what_is_no_amount_is_refused() {
        for (written, fault) in [
            ("", AmountFault::Empty),
            ("  ", AmountFault::Empty),
            ("'", AmountFault::Empty),
            ("1,28", AmountFault::NotAnAmount),
            ("1,2800", AmountFault::NotAnAmount),
            ("1280,000", AmountFault::NotAnAmount),
            ("1.2.3", AmountFault::NotAnAmount),
            ("1.", AmountFault::NotAnAmount),
            (".5", AmountFault::NotAnAmount),
            ("1e3", AmountFault::NotAnAmount),
            ("--1", AmountFault::NotAnAmount),
            ("(-1)", AmountFault::NotAnAmount),
            ("元", AmountFault::NotAnAmount),
            ("三百元", AmountFault::NotAnAmount),
            ("NaN", AmountFault::NotAnAmount),
            ("1.234", AmountFault::TooPrecise),
            ("0.000000000000000001", AmountFault::TooPrecise),
            ("99999999999999999", AmountFault::TooLarge),
            ("9999999999999999999999999999999999999", AmountFault::TooLarge),
        ] {
            assert_eq!(text(written, Unit::Yuan), Err(fault), "{written}");
        }
        assert_eq!(amount_text(&Cell::Flag(true), Unit::Yuan), Err(AmountFault::NotAnAmount));
        assert_eq!(amount_text(&Cell::Fault(CellFault::Error), Unit::Yuan), Err(AmountFault::Cell(CellFault::Error)));
    }

    #[test]
    fn a_unit_multiplies_exactly() {
        for (written, unit, meant) in [
            ("1.28005", Unit::TenThousand, Ok("12800.5")),
            ("0.000001", Unit::TenThousand, Ok("0.01")),
            ("0.0000001", Unit::TenThousand, Err(AmountFault::TooPrecise)),
            ("12.80051", Unit::Thousand, Ok("12800.51")),
            ("1.5", Unit::HundredMillion, Ok("150000000")),
            ("3元", Unit::TenThousand, Ok("3")),
            ("3万元", Unit::Thousand, Ok("30000")),
        ] {
            assert_eq!(text(written, unit).as_deref(), meant.as_deref(), "{written}");
        }
        assert_eq!(number(1.28005, Unit::TenThousand).as_deref(), Ok("12800.5"));
        assert_eq!(number(123.456789, Unit::TenThousand).as_deref(), Ok("1234567.89"));
        assert_eq!(number(0.1234567, Unit::TenThousand), Err(AmountFault::TooPrecise));
    }

    #[test]
    fn a_double_is_taken_for_what_excel_shows_and_no_more() {
        assert_eq!(number(0.1 + 0.2, Unit::Yuan).as_deref(), Ok("0.3"));
        assert_eq!(number(0.1 + 0.2 - 0.3, Unit::Yuan).as_deref(), Ok("0"));
        assert_eq!(number(1.1 * 1.1, Unit::Yuan).as_deref(), Ok("1.21"));
        assert_eq!(number(-12_800.5, Unit::Yuan).as_deref(), Ok("-12800.5"));
        assert_eq!(number(9_999_999_999_999.99, Unit::Yuan).as_deref(), Ok("9999999999999.99"));
        assert_eq!(number(33.333_333_333_333_336, Unit::Yuan), Err(AmountFault::TooPrecise));
        assert_eq!(number(0.005, Unit::Yuan), Err(AmountFault::TooPrecise));
        #[allow(clippy::excessive_precision)]
        let beyond = 9_007_199_254_740_993.07;
        for lost in [beyond, 1e13, 1e300, f64::MAX] {
            assert_eq!(number(lost, Unit::Yuan), Err(AmountFault::Cell(CellFault::DigitsLost)), "{lost}");
        }
        assert_eq!(number(1e9, Unit::TenThousand), Err(AmountFault::Cell(CellFault::DigitsLost)));
        assert_eq!(number(f64::NAN, Unit::Yuan), Err(AmountFault::Cell(CellFault::DigitsLost)));
    }

    proptest::proptest! {
        #[test]
        fn two_decimals_survive_a_double(fen in -999_999_999_999_999_i64..999_999_999_999_999) {
            let exact = Decimal::new(fen, 2).normalize().to_string();
            let double: f64 = exact.parse().unwrap();
            proptest::prop_assert_eq!(number(double, Unit::Yuan), Ok(exact.clone()));
            proptest::prop_assert_eq!(text(&exact, Unit::Yuan), Ok(exact));
        }
    }
}
