//! Days, times and months as people write them. All are Asia/Shanghai; "today" is handed in.

use std::fmt;

use chrono::{Datelike, Days, NaiveDate, NaiveTime};
use serde::{Deserialize, Serialize};

use crate::line::fold;
use crate::values::Argument;

/// A day, and the time of day if it was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Moment {
    pub date: NaiveDate,
    pub time: Option<NaiveTime>,
}

/// A calendar month (月份).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Month {
    year: i32,
    month: u32,
}

/// The years a date may lie in; anything else is a slip of the finger.
const YEARS: std::ops::RangeInclusive<i32> = 2000..=2099;

impl Month {
    /// `None` outside 2000-01 … 2099-12.
    pub fn new(year: i32, month: u32) -> Option<Month> {
        (YEARS.contains(&year) && (1..=12).contains(&month)).then_some(Month { year, month })
    }

    pub fn of(date: NaiveDate) -> Month {
        Month { year: date.year(), month: date.month() }
    }

    pub const fn year(self) -> i32 {
        self.year
    }

    /// 1 to 12.
    pub const fn month(self) -> u32 {
        self.month
    }

    /// The month before this one.
    pub const fn previous(self) -> Month {
        match self.month {
            1 => Month { year: self.year - 1, month: 12 },
            month => Month { year: self.year, month: month - 1 },
        }
    }
}

/// `2026-11`
impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year, self.month)
    }
}

impl From<Month> for String {
    fn from(month: Month) -> String {
        month.to_string()
    }
}

impl TryFrom<String> for Month {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Month, Self::Error> {
        match numbers(&text).as_deref() {
            Some([year, month]) if text.len() == 7 => i32::try_from(*year).ok().and_then(|year| Month::new(year, *month)),
            Some(_) | None => None,
        }
        .ok_or("月份应为 2026-11 的样子")
    }
}

/// `2026-11-23 10:30`
impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.time {
            Some(time) => write!(f, "{} {}", self.date, time.format("%H:%M")),
            None => write!(f, "{}", self.date),
        }
    }
}

/// `2026-11-30`, `11-30`, `11月30日` (of this year), 今天, 昨天, 明天, 后天.
impl Argument for NaiveDate {
    fn read(word: &str, today: NaiveDate) -> Result<NaiveDate, String> {
        date(&fold(word), today).ok_or_else(|| "应是日历上有的日期,例如 2026-11-30、11-30、11月30日、今天、明天。".to_owned())
    }
}

/// A date, a time of today, or a date and a time; not later than today, for it has happened.
impl Argument for Moment {
    fn read(word: &str, today: NaiveDate) -> Result<Moment, String> {
        let moment = moment(&fold(word), today).ok_or("应是日期,可带时刻,例如 11月23日10:30、2026-11-23、今天。")?;
        not_after_today(moment.date, today).map(|()| moment)
    }
}

/// `2026-11`, `2026年11月`, `11月` (of this year), 本月, 上月; not a month still to come.
impl Argument for Month {
    fn read(word: &str, today: NaiveDate) -> Result<Month, String> {
        let word = fold(word);
        let this = Month::of(today);
        let month = match word.as_str() {
            "本月" | "这个月" => Some(this),
            "上月" | "上个月" => Some(this.previous()),
            _ => match numbers(&word).as_deref() {
                Some([month]) if word.ends_with('月') => Month::new(this.year, *month),
                Some([year, month]) => i32::try_from(*year).ok().and_then(|year| Month::new(year, *month)),
                Some(_) | None => None,
            },
        }
        .ok_or("应写成 2026-11、11月、本月 或 上月。")?;
        if month > this { Err(format!("{month} 还没有到,最晚是本月 {this}。")) } else { Ok(month) }
    }
}

/// For what has happened.
pub(crate) fn not_after_today(date: NaiveDate, today: NaiveDate) -> Result<(), String> {
    if date > today { Err(format!("{date} 还没有到,不能晚于今天 {today}。跨年的日期请写上年份。")) } else { Ok(()) }
}

/// For a deadline.
pub(crate) fn not_before_today(date: NaiveDate, today: NaiveDate) -> Result<(), String> {
    if date < today { Err(format!("{date} 已经过去,不能早于今天 {today}。跨年的日期请写上年份。")) } else { Ok(()) }
}

/// Whether a word is a time of day alone.
pub(crate) fn is_time(word: &str) -> bool {
    time(&fold(word)).is_some()
}

fn date(word: &str, today: NaiveDate) -> Option<NaiveDate> {
    match word {
        "今天" | "今日" => return Some(today),
        "昨天" | "昨日" => return today.checked_sub_days(Days::new(1)),
        "明天" | "明日" => return today.checked_add_days(Days::new(1)),
        "后天" => return today.checked_add_days(Days::new(2)),
        _ => {}
    }
    let (year, month, day) = match numbers(word)?.as_slice() {
        [month, day] => (today.year(), *month, *day),
        [year, month, day] => (i32::try_from(*year).ok()?, *month, *day),
        _ => return None,
    };
    NaiveDate::from_ymd_opt(year, month, day).filter(|date| YEARS.contains(&date.year()))
}

fn moment(word: &str, today: NaiveDate) -> Option<Moment> {
    if let Some(time) = time(word) {
        return Some(Moment { date: today, time: Some(time) });
    }
    if let Some(date) = date(word, today) {
        return Some(Moment { date, time: None });
    }
    // the longest date wins: 11-23 10:30 is not 11-2 and 310:30
    word.char_indices().rev().find_map(|(at, _)| {
        let (day, rest) = word.split_at_checked(at)?;
        Some(Moment { date: date(day.trim_end(), today)?, time: Some(time(rest.trim_start().trim_start_matches('T'))?) })
    })
}

fn time(word: &str) -> Option<NaiveTime> {
    let (hour, minute) = match word.split_once([':', '点', '时']) {
        Some((hour, "")) if !word.ends_with(':') => (hour, "0"),
        Some((hour, "半")) => (hour, "30"),
        Some((hour, minute)) => (hour, minute.strip_suffix('分').unwrap_or(minute)),
        None => return None,
    };
    NaiveTime::from_hms_opt(number(hour)?, number(minute)?, 0)
}

/// The numbers of `2026-11-30`, `2026/11/30`, `2026年11月30日`.
fn numbers(word: &str) -> Option<Vec<u32>> {
    let word = word.strip_suffix(['日', '号', '月']).unwrap_or(word);
    word.split(['-', '/', '.', '年', '月']).map(number).collect()
}

fn number(digits: &str) -> Option<u32> {
    let plain = (1..=4).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
    if plain { digits.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn today() -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, 23).unwrap()
    }

    #[test]
    fn days_as_people_write_them() {
        for (word, shown) in [
            ("2026-11-30", Some("2026-11-30")),
            ("2026/1/5", Some("2026-01-05")),
            ("２０２６年１１月３０日", Some("2026-11-30")),
            ("11-30", Some("2026-11-30")),
            ("11月30号", Some("2026-11-30")),
            ("今天", Some("2026-11-23")),
            ("昨天", Some("2026-11-22")),
            ("明天", Some("2026-11-24")),
            ("后天", Some("2026-11-25")),
            ("2026-02-30", None),
            ("26-11-30", None),
            ("1899-01-01", None),
            ("11--30", None),
            ("99999999999-1-1", None),
            ("下周", None),
            ("", None),
        ] {
            assert_eq!(NaiveDate::read(word, today()).ok().map(|d| d.to_string()).as_deref(), shown, "{word}");
        }
    }

    #[test]
    fn moments_have_happened() {
        for (word, shown) in [
            ("11-23 10:30", Some("2026-11-23 10:30")),
            ("11月20日9点半", Some("2026-11-20 09:30")),
            ("2026-11-20T08:05", Some("2026-11-20 08:05")),
            ("今天10点", Some("2026-11-23 10:00")),
            ("14:00", Some("2026-11-23 14:00")),
            ("昨天", Some("2026-11-22")),
            ("25:00", None),
            ("10:", None),
            ("明天", None),
        ] {
            assert_eq!(Moment::read(word, today()).ok().map(|m| m.to_string()).as_deref(), shown, "{word}");
        }
    }

    #[test]
    fn months() {
        for (word, shown) in [("2026-11", "2026-11"), ("2025年3月", "2025-03"), ("9月", "2026-09"), ("上月", "2026-10"), ("本月", "2026-11")] {
            assert_eq!(Month::read(word, today()).unwrap().to_string(), shown, "{word}");
        }
        for word in ["2026-13", "11", "2026-12", "月", "2026-11-01"] {
            assert!(Month::read(word, today()).is_err(), "{word}");
        }
        assert_eq!(Month::new(2026, 1).unwrap().previous().to_string(), "2025-12");
    }
}
