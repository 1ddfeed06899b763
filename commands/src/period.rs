//! A month or a year, whichever a matter is about.

use std::fmt;

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};

use crate::Month;
use crate::line::fold;
use crate::values::Argument;

/// A month or a year (月份或年度).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Period {
    Month(Month),
    /// 2000–2099
    Year(i32),
}

impl Period {
    fn year(year: i32) -> Option<Period> {
        Month::new(year, 1).map(|_| Period::Year(year))
    }

    /// Its first and its last day.
    pub fn days(self) -> Option<(NaiveDate, NaiveDate)> {
        let (year, first, last) = match self {
            Period::Month(month) => (month.year(), month.month(), month.month()),
            Period::Year(year) => (year, 1, 12),
        };
        let next = if last == 12 { NaiveDate::from_ymd_opt(year + 1, 1, 1) } else { NaiveDate::from_ymd_opt(year, last + 1, 1) };
        NaiveDate::from_ymd_opt(year, first, 1).zip(next?.pred_opt())
    }

    /// `2026年11月`, `2026年`
    pub fn name(self) -> String {
        match self {
            Period::Month(month) => format!("{}年{}月", month.year(), month.month()),
            Period::Year(year) => format!("{year}年"),
        }
    }
}

/// `2026-11`, `2026`
impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Period::Month(month) => month.fmt(f),
            Period::Year(year) => write!(f, "{year:04}"),
        }
    }
}

impl From<Period> for String {
    fn from(period: Period) -> String {
        period.to_string()
    }
}

impl TryFrom<String> for Period {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Period, Self::Error> {
        let year = four_digits(&text).and_then(Period::year);
        year.map_or_else(|| Month::try_from(text).map(Period::Month), Ok)
    }
}

fn four_digits(text: &str) -> Option<i32> {
    if text.len() == 4 && text.bytes().all(|b| b.is_ascii_digit()) { text.parse().ok() } else { None }
}

/// Months as [`Month`] reads them; `2026年`, `2026`, 今年, 去年. Not one still to come.
impl Argument for Period {
    fn read(word: &str, today: NaiveDate) -> Result<Period, String> {
        let folded = fold(word);
        let year = match folded.as_str() {
            "今年" | "本年" => Some(today.year()),
            "去年" | "上年" => Some(today.year() - 1),
            _ => four_digits(folded.strip_suffix(['年', '度']).map_or(folded.as_str(), |year| year.strip_suffix('年').unwrap_or(year))),
        };
        match year {
            Some(year) if year > today.year() => Err(format!("{year}年还没有到,最晚是今年。")),
            Some(year) => Period::year(year).ok_or_else(|| "应写成 2026-11、上月、2026年 或 今年。".to_owned()),
            None => Month::read(word, today)
                .map(Period::Month)
                .map_err(|why| if why.contains("还没有到") { why } else { "应写成 2026-11、上月、2026年 或 今年。".to_owned() }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn months_and_years_as_people_write_them() {
        let today = day("2026-11-23");
        for (word, shown) in
            [("2026-11", "2026-11"), ("上月", "2026-10"), ("2025年", "2025"), ("２０２６年度", "2026"), ("2026", "2026"), ("今年", "2026"), ("去年", "2025")]
        {
            let period = Period::read(word, today).unwrap();
            assert_eq!(period.to_string(), shown, "{word}");
            assert_eq!(Period::try_from(shown.to_owned()), Ok(period));
        }
        for (word, why) in [
            ("2027年", "2027年还没有到,最晚是今年。"),
            ("2026-12", "2026-12 还没有到,最晚是本月 2026-11。"),
            ("1999", "应写成 2026-11、上月、2026年 或 今年。"),
            ("冬天", "应写成 2026-11、上月、2026年 或 今年。"),
        ] {
            assert_eq!(Period::read(word, today).unwrap_err(), why, "{word}");
        }
        assert!(Period::try_from("2026-13".to_owned()).is_err() && Period::try_from("0000".to_owned()).is_err());
    }

    #[test]
    fn from_the_first_day_to_the_last() {
        let days = |text: &str| Period::try_from(text.to_owned()).unwrap().days();
        assert_eq!(days("2024-02"), Some((day("2024-02-01"), day("2024-02-29"))));
        assert_eq!(days("2026-12"), Some((day("2026-12-01"), day("2026-12-31"))));
        assert_eq!(days("2026"), Some((day("2026-01-01"), day("2026-12-31"))));
    }
}
