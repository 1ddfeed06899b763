//! Dates in cells (日期): Excel's serial numbers and what people type.

use chrono::{Datelike, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta};

use super::cell::{Cell, CellFault};
use crate::domain::text::normalise;

/// From which day a workbook counts its dates: 1900, or 1904 as old Macs did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Epoch {
    #[default]
    Y1900,
    Y1904,
}

/// Why a cell is no date. It never quotes the cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DateFault {
    #[error(transparent)]
    Cell(#[from] CellFault),
    #[error("日期不能为空")]
    Empty,
    #[error("日期没有写年份;请写全,例如 2026-11-23")]
    NoYear,
    #[error("应为日期,例如 2026-11-23")]
    NotADate,
    #[error("没有这一天")]
    NoSuchDay,
}

impl Epoch {
    /// The day and time of a serial number; `None` for what no calendar has: before 1 March 1900, where Excel counts a 29 February that never was, or after 9999.
    pub fn moment(self, serial: f64) -> Option<NaiveDateTime> {
        let (zero, from) = match self {
            Epoch::Y1900 => (NaiveDate::from_ymd_opt(1899, 12, 30)?, 61.0),
            Epoch::Y1904 => (NaiveDate::from_ymd_opt(1904, 1, 1)?, 0.0),
        };
        if !(from..2_958_466.0).contains(&serial) {
            return None;
        }
        #[allow(clippy::cast_possible_truncation)]
        let seconds = (serial * 86_400.0).round() as i64;
        zero.and_time(NaiveTime::MIN).checked_add_signed(TimeDelta::seconds(seconds)).filter(|m| m.year() <= 9999)
    }
}

/// The local date of a cell, its time of day left out.
pub fn date(cell: &Cell, epoch: Epoch) -> Result<NaiveDate, DateFault> {
    moment(cell, epoch).map(|m| m.date())
}

/// The local day and time of a cell; midnight where it holds no time. A number not shown as a date counts if it is a serial of the years 2000 to 2099, or eight digits such as 20261123.
pub fn moment(cell: &Cell, epoch: Epoch) -> Result<NaiveDateTime, DateFault> {
    match cell {
        Cell::Empty => Err(DateFault::Empty),
        Cell::Date(date) => Ok(date.and_time(NaiveTime::MIN)),
        Cell::Moment(moment) => Ok(*moment),
        Cell::Number(text) if text.len() == 8 && text.bytes().all(|b| b.is_ascii_digit()) => of_text(text),
        Cell::Number(text) => {
            let moment = text.parse().ok().and_then(|serial| epoch.moment(serial));
            moment.filter(|m| (2000..2100).contains(&m.year())).ok_or(DateFault::NotADate)
        }
        Cell::Text(text) => of_text(&normalise(text)),
        Cell::Flag(_) => Err(DateFault::NotADate),
        Cell::Fault(fault) => Err((*fault).into()),
    }
}

fn of_text(text: &str) -> Result<NaiveDateTime, DateFault> {
    let text = text.trim_start_matches(['\'', '`']);
    if text.is_empty() {
        return Err(DateFault::Empty);
    }
    let (day, time) = split(text);
    let time = time_of(time).ok_or(DateFault::NotADate)?;
    Ok(day_of(day)?.and_time(time))
}

/// The day and what follows it: after 日, a `T`, or the blank before a time with a colon.
fn split(text: &str) -> (&str, &str) {
    if let Some((_, time)) = text.split_once(['日', '号']) {
        return (text.strip_suffix(time).unwrap_or(text), time.trim_start());
    }
    match text.split_once([' ', 'T']) {
        Some((day, time)) if time.contains(':') => (day, time),
        Some(_) | None => (text, ""),
    }
}

fn day_of(text: &str) -> Result<NaiveDate, DateFault> {
    let compact: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let compact = compact.strip_suffix(['日', '号']).unwrap_or(&compact);
    let parts: Vec<&str> = if compact.len() == 8 && compact.bytes().all(|b| b.is_ascii_digit()) {
        vec![compact.get(..4).unwrap_or(""), compact.get(4..6).unwrap_or(""), compact.get(6..).unwrap_or("")]
    } else {
        compact.split(['-', '/', '.', '年', '月']).collect()
    };
    let number = |part: &str, most: usize| {
        Some(part).filter(|p| (1..=most).contains(&p.len()) && p.bytes().all(|b| b.is_ascii_digit())).and_then(|p| p.parse::<u32>().ok())
    };
    match parts.as_slice() {
        [year, month, day] if year.len() == 4 => {
            let (year, month, day) = (number(year, 4), number(month, 2), number(day, 2));
            let (Some(year), Some(month), Some(day)) = (year, month, day) else { return Err(DateFault::NotADate) };
            let year = i32::try_from(year).ok().filter(|y| (1900..=2100).contains(y)).ok_or(DateFault::NotADate)?;
            NaiveDate::from_ymd_opt(year, month, day).ok_or(DateFault::NoSuchDay)
        }
        [month, day] if number(month, 2).is_some() && number(day, 2).is_some() => Err(DateFault::NoYear),
        _ => Err(DateFault::NotADate),
    }
}

fn time_of(text: &str) -> Option<NaiveTime> {
    let text = text.trim();
    if text.is_empty() {
        return Some(NaiveTime::MIN);
    }
    ["%H:%M:%S%.f", "%H:%M"].iter().find_map(|shape| NaiveTime::parse_from_str(text, shape).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Result<String, DateFault> {
        moment(&Cell::Text(text.to_owned()), Epoch::Y1900).map(|m| m.to_string())
    }

    #[test]
    fn what_people_type() {
        for typed in [
            "2026-11-23",
            "2026/11/23",
            "2026.11.23",
            "20261123",
            "2026年11月23日",
            "2026 年 11 月 23 日",
            "２０２６－１１－２３",
            "'2026-11-23",
            "2026年11月23号",
        ] {
            assert_eq!(text(typed).as_deref(), Ok("2026-11-23 00:00:00"), "{typed}");
        }
        assert_eq!(text("2026-1-3").as_deref(), Ok("2026-01-03 00:00:00"));
        for typed in ["2026-11-23 10:02:33", "2026/11/23 10:02:33.0", "2026-11-23T10:02:33", "2026年11月23日 10:02:33"] {
            assert_eq!(text(typed).as_deref(), Ok("2026-11-23 10:02:33"), "{typed}");
        }
        assert_eq!(text("2026-11-23 9:05").as_deref(), Ok("2026-11-23 09:05:00"));
    }

    #[test]
    fn what_is_no_date_is_refused() {
        for (typed, fault) in [
            ("", DateFault::Empty),
            ("11月23日", DateFault::NoYear),
            ("11-23", DateFault::NoYear),
            ("2026-02-30", DateFault::NoSuchDay),
            ("2026年13月1日", DateFault::NoSuchDay),
            ("2026年11月", DateFault::NotADate),
            ("26-11-23", DateFault::NotADate),
            ("23/11/2026", DateFault::NotADate),
            ("1800-01-01", DateFault::NotADate),
            ("2026-11-23 25:00", DateFault::NotADate),
            ("2026-11-23-01", DateFault::NotADate),
            ("46349", DateFault::NotADate),
            ("昨天", DateFault::NotADate),
        ] {
            assert_eq!(text(typed), Err(fault), "{typed}");
        }
        assert_eq!(date(&Cell::Number("12800.5".into()), Epoch::Y1900), Err(DateFault::NotADate));
        assert_eq!(date(&Cell::Fault(CellFault::Error), Epoch::Y1900), Err(DateFault::Cell(CellFault::Error)));
    }

    #[test]
    fn serial_numbers_of_both_systems() {
        let of = |serial: &str, epoch| date(&Cell::Number(serial.to_owned()), epoch).map(|d| d.to_string());
        assert_eq!(of("46349", Epoch::Y1900).as_deref(), Ok("2026-11-23"));
        assert_eq!(of("44887", Epoch::Y1904).as_deref(), Ok("2026-11-23"));
        assert_eq!(of("20261123", Epoch::Y1900).as_deref(), Ok("2026-11-23"));
        assert_eq!(Epoch::Y1900.moment(46_349.418_437_5).map(|m| m.to_string()).as_deref(), Some("2026-11-23 10:02:33"));
        assert_eq!(Epoch::Y1900.moment(61.0).map(|m| m.to_string()).as_deref(), Some("1900-03-01 00:00:00"));
        for none in [60.0, -1.0, 2_958_466.0, f64::NAN, f64::INFINITY] {
            assert_eq!(Epoch::Y1900.moment(none), None, "{none}");
        }
    }
}
