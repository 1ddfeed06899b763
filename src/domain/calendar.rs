//! Working days (工作日) of China and the local day. Everything is cut into days in Asia/Shanghai: +08:00, no summer time since 1992.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use chrono::{DateTime, Datelike, Days, FixedOffset, NaiveDate, NaiveTime, TimeDelta, Utc, Weekday};

/// Asia/Shanghai, as far back as this service looks.
const SHANGHAI: FixedOffset = match FixedOffset::east_opt(8 * 3600) {
    Some(offset) => offset,
    None => panic!("eight hours are a valid offset"),
};

static SHIPPED: LazyLock<Calendar> =
    LazyLock::new(|| Calendar::parse(include_str!("../../templates/calendar/cn.csv")).expect("the shipped table is read by a test"));

/// The date in Shanghai at an instant.
pub fn local_date(instant: DateTime<Utc>) -> NaiveDate {
    local(instant).date_naive()
}

/// The instant at which a date begins in Shanghai.
pub fn local_midnight(date: NaiveDate) -> DateTime<Utc> {
    let midnight = date.and_time(NaiveTime::MIN);
    midnight.checked_sub_signed(TimeDelta::hours(8)).unwrap_or(midnight).and_utc()
}

/// The wall clock in Shanghai.
pub fn local(instant: DateTime<Utc>) -> DateTime<FixedOffset> {
    instant.with_timezone(&SHANGHAI)
}

/// A line of a holiday table that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("节假日表第 {line} 行不能识别,应为 日期,off 或 work,名称;例如 2026-10-01,off,国庆节")]
pub struct CalendarError {
    /// Counted from 1.
    pub line: usize,
}

/// Which days are worked: the plain week, and the days that differ from it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Calendar {
    /// date → worked, only where the plain week says otherwise
    differing: BTreeMap<NaiveDate, bool>,
    years: BTreeSet<i32>,
}

impl Calendar {
    /// The table that comes with the program, 2018–2026, from the State Council's notices.
    pub fn shipped() -> &'static Calendar {
        &SHIPPED
    }

    /// Reads a table of lines `date,off|work[,name]`; empty lines and lines that begin with `#` are passed over.
    /// A year counts as known once its October is in the table, for no notice leaves 国庆节 out.
    pub fn parse(csv: &str) -> Result<Calendar, CalendarError> {
        let mut calendar = Calendar::default();
        for (place, text) in csv.lines().enumerate() {
            let text = text.trim_start_matches('\u{FEFF}').trim();
            if text.is_empty() || text.starts_with('#') {
                continue;
            }
            let error = CalendarError { line: place + 1 };
            let mut cells = text.split(',').map(str::trim);
            let date = cells.next().and_then(|cell| cell.parse::<NaiveDate>().ok()).ok_or(error.clone())?;
            let worked = match cells.next() {
                Some("work") => true,
                Some("off") => false,
                Some(_) | None => return Err(error),
            };
            if date.month() == 10 {
                calendar.years.insert(date.year());
            }
            if worked != is_weekday(date) {
                calendar.differing.insert(date, worked);
            }
        }
        Ok(calendar)
    }

    /// The plain week but for these days off and these days worked.
    pub fn plain(off: &[NaiveDate], worked: &[NaiveDate]) -> Calendar {
        let off = off.iter().map(|date| (*date, false));
        let differing = off.chain(worked.iter().map(|date| (*date, true))).filter(|(date, worked)| *worked != is_weekday(*date)).collect();
        Calendar { differing, years: BTreeSet::new() }
    }

    /// The same with one year as another table has it.
    #[must_use]
    pub fn with_year(&self, year: i32, other: &Calendar) -> Calendar {
        let mut calendar = self.clone();
        calendar.differing.retain(|date, _| date.year() != year);
        calendar.differing.extend(other.differing.iter().filter(|(date, _)| date.year() == year));
        if other.known(year) {
            calendar.years.insert(year);
        } else {
            calendar.years.remove(&year);
        }
        calendar
    }

    /// True when the holidays of a year are in the table; other years fall back to Monday to Friday.
    pub fn known(&self, year: i32) -> bool {
        self.years.contains(&year)
    }

    /// True when the office works on that day.
    pub fn is_working_day(&self, date: NaiveDate) -> bool {
        self.differing.get(&date).copied().unwrap_or_else(|| is_weekday(date))
    }

    /// The day `n` working days after a date; the date itself is not counted, and for `n` = 0 it is returned as it is.
    pub fn add(&self, date: NaiveDate, n: u32) -> NaiveDate {
        let (mut day, mut left) = (date, n);
        while left > 0 {
            let Some(next) = day.succ_opt() else { return day };
            day = next;
            left -= u32::from(self.is_working_day(day));
        }
        day
    }

    /// The latest day from which a date is `n` working days away or more.
    pub fn before(&self, date: NaiveDate, n: u32) -> NaiveDate {
        let (mut day, mut left) = (date, n);
        while left > 0 {
            let Some(earlier) = day.pred_opt() else { return day };
            left -= u32::from(self.is_working_day(day));
            day = earlier;
        }
        day
    }

    /// The last day that is no more than `n` working days away.
    pub fn within(&self, date: NaiveDate, n: u32) -> NaiveDate {
        self.add(date, n.saturating_add(1)).pred_opt().unwrap_or(date)
    }

    /// The year of a deadline if its holidays were never published here: it was counted by the plain week.
    pub fn unpublished(&self, deadline: NaiveDate) -> Option<i32> {
        Some(deadline.year()).filter(|year| !self.known(*year))
    }

    /// The last year whose holidays are in the table.
    pub fn latest_year(&self) -> Option<i32> {
        self.years.last().copied()
    }

    /// Working days after `from`, up to and including `to`; negative when `to` lies before `from`. `between(d, add(d, n))` is `n`.
    pub fn between(&self, from: NaiveDate, to: NaiveDate) -> i64 {
        if to < from {
            return -self.between(to, from);
        }
        let Some(first) = from.succ_opt() else { return 0 };
        if first > to {
            return 0;
        }
        let changed: i64 = self.differing.range(first..=to).map(|(_, worked)| if *worked { 1 } else { -1 }).sum();
        weekdays_until(to) - weekdays_until(from) + changed
    }

    /// The working day on or before a date: a term that ends on a holiday ends before it.
    pub fn on_or_before(&self, date: NaiveDate) -> NaiveDate {
        let mut day = date;
        while !self.is_working_day(day) {
            let Some(before) = day.checked_sub_days(Days::new(1)) else { return day };
            day = before;
        }
        day
    }
}

fn is_weekday(date: NaiveDate) -> bool {
    !matches!(date.weekday(), Weekday::Sat | Weekday::Sun)
}

/// Mondays to Fridays from a far Monday up to and including a date.
fn weekdays_until(date: NaiveDate) -> i64 {
    // day 1 of the common era was a Monday
    let days = i64::from(date.num_days_from_ce());
    days.div_euclid(7) * 5 + days.rem_euclid(7).min(5)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn holidays_and_days_worked_for_them() {
        let calendar = Calendar::shipped();
        for (date, worked) in [
            ("2026-11-23", true),
            ("2026-11-22", false),
            ("2026-10-01", false),
            ("2026-10-10", true),
            ("2020-01-31", false),
            ("2020-01-19", true),
            ("2018-12-29", true),
            ("2018-12-31", false),
            ("2031-10-01", true),
        ] {
            assert_eq!(calendar.is_working_day(day(date)), worked, "{date}");
        }
        assert!((2018..=2026).all(|year| calendar.known(year)));
        assert!(!calendar.known(2017) && !calendar.known(2027));
    }

    #[test]
    fn deadlines() {
        let calendar = Calendar::shipped();
        for (from, n, to) in
            // over 春节 with a Saturday worked for it, over 国庆节 with one, over the year's end into a year nobody has published
            [
                ("2026-11-23", 5, "2026-11-30"),
                ("2026-11-23", 10, "2026-12-07"),
                ("2026-09-30", 1, "2026-10-08"),
                ("2026-11-21", 0, "2026-11-21"),
                ("2026-02-12", 3, "2026-02-24"),
                ("2026-02-26", 2, "2026-02-28"),
                ("2026-10-08", 2, "2026-10-10"),
                ("2026-12-30", 3, "2027-01-04"),
            ]
        {
            assert_eq!(calendar.add(day(from), n), day(to), "{from} + {n}");
        }
        assert_eq!((calendar.unpublished(day("2027-01-04")), calendar.unpublished(day("2026-12-31")), calendar.latest_year()), (Some(2027), None, Some(2026)));
        assert_eq!(calendar.on_or_before(day("2026-10-07")), day("2026-09-30"));
        assert_eq!(calendar.add(NaiveDate::MAX, 3), NaiveDate::MAX);
    }

    #[test]
    fn a_year_is_taken_whole_from_another_table() {
        let calendar = Calendar::shipped().with_year(2026, &Calendar::parse("2026-10-05,off,国庆节\n2027-10-04,off,国庆节").unwrap());
        assert!(calendar.is_working_day(day("2026-10-01")), "not in the other table");
        assert!(!calendar.is_working_day(day("2026-10-05")) && calendar.is_working_day(day("2027-10-04")));
        assert!(calendar.known(2026) && !calendar.known(2027) && !calendar.is_working_day(day("2025-10-01")));
    }

    #[test]
    fn a_bad_line_is_named() {
        assert_eq!(
            Calendar::parse("# a\n2026-10-01,off\n2026-13-01,off").unwrap_err().to_string(),
            "节假日表第 3 行不能识别,应为 日期,off 或 work,名称;例如 2026-10-01,off,国庆节"
        );
        assert!(Calendar::parse("2026-10-01,maybe").is_err());
    }

    #[test]
    fn days_turn_at_midnight_in_shanghai() {
        let instant: DateTime<Utc> = "2026-11-30T16:00:00Z".parse().unwrap();
        assert_eq!(local_date(instant), day("2026-12-01"));
        assert_eq!(local_date(instant - TimeDelta::microseconds(1)), day("2026-11-30"));
        assert_eq!(local_midnight(day("2026-12-01")), instant);
    }

    proptest! {
        #[test]
        fn between_undoes_add(start in 0u64..6000, n in 0u32..400) {
            let from = day("2015-01-01") + Days::new(start);
            let calendar = Calendar::shipped();
            let to = calendar.add(from, n);
            prop_assert_eq!(calendar.between(from, to), i64::from(n));
            prop_assert_eq!(calendar.between(to, from), -i64::from(n));
            let before = calendar.before(to, n);
            prop_assert_eq!(calendar.between(before, to), i64::from(n));
            prop_assert!(before >= from && before.succ_opt().is_none_or(|next| next > to || calendar.between(next, to) < i64::from(n)));
            let last = calendar.within(from, n);
            prop_assert!(last >= to && calendar.between(from, last) == i64::from(n) && calendar.is_working_day(last + Days::new(1)));
        }
    }
}
