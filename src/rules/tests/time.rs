//! Dates, limits and windows, and the day on which a verdict changes by itself.

use chrono::Days;
use proptest::prelude::*;

use super::super::ledger::Ledger;
use super::*;

#[test]
fn limits_in_time_tell_when_to_judge_again() {
    // 20 November 2026 is a Friday
    for (when, today, lit, due) in [
        ("超过(支付日期, 1 工作日)", "2026-11-23", false, Some("2026-11-24")),
        ("超过(支付日期, 1 工作日)", "2026-11-24", true, None),
        ("未满(支付日期, 1 工作日)", "2026-11-23", true, Some("2026-11-24")),
        ("超过(支付日期, 几次 天)", "2026-11-22", false, Some("2026-11-23")),
        ("超过(支付日期, 几次 - 1 天)", "2026-11-22", true, None),
        ("超过(支付日期, 3月)", "2027-02-20", false, Some("2027-02-21")),
        ("超过(支付日期, 3月) 或 超过(支付日期, 10 天)", "2026-11-30", false, Some("2026-12-01")),
        ("超过(接收日期, 0 天)", "2026-11-30", false, None),
        ("支付金额 > 1000 且 超过(支付日期, 9 天)", "2026-11-20", false, None),
    ] {
        let judgement = compiled(when).judge(&record(Entity::Payment, "1", SUBJECT), day(today), &week(), &Ledger::default());
        assert_eq!((judgement.light.is_some(), judgement.due), (lit, due.map(day)), "{when} {today}");
    }
}

fn lit(when: &str, fields: &str, today: NaiveDate, calendar: &Calendar) -> (bool, Option<NaiveDate>) {
    let subject = record(Entity::Payment, "1", fields);
    let judgement = compiled(when).judge(&subject, today, calendar, &Ledger::of(std::slice::from_ref(&subject)));
    (judgement.light.is_some(), judgement.due)
}

/// Every date on which the verdict of a condition is another than on the day before, and the judge's own word for when, day by day.
#[test]
fn periods_end_where_the_calendar_says() {
    // 2026: 国庆节 from Thursday 1 October to 7 October, Saturday 10 October worked
    let calendar = Calendar::shipped();
    for (when, from, flips) in [
        // right over weekends, holidays and days worked for them
        ("超过(支付日期, 1 工作日)", "2026-09-30", "2026-10-09"),
        ("超过(支付日期, 2 工作日)", "2026-10-08", "2026-10-11"),
        ("超过(支付日期, 1 工作日)", "2026-12-31", "2027-01-02"),
        ("超过(支付日期, 10 天)", "2026-12-25", "2027-01-05"),
        // the end of a shorter month
        ("超过(支付日期, 1 月)", "2026-01-31", "2026-03-01"),
        ("超过(支付日期, 1 月)", "2028-01-31", "2028-03-01"),
        ("超过(支付日期, 1 季度)", "2026-11-30", "2027-03-01"),
        ("超过(支付日期, 1 年)", "2028-02-29", "2029-03-01"),
        ("超过(支付日期, 4 年)", "2028-02-29", "2032-03-01"),
        ("超过(季末(年度, 3), 1 工作日)", "2026-09-01", "2026-10-09"),
        ("超过(日期(年度 + 1, 3, 31), 0 天)", "2026-09-01", "2027-04-01"),
        ("超过('2026-12-31', 0 天)", "2026-09-01", "2027-01-01"),
        // 临近: from that many units before
        ("临近(日期(年度, 12, 31), 10 天)", "2026-09-01", "2026-12-21"),
        ("临近('2026-10-09', 1 工作日)", "2026-09-01", "2026-10-08"),
        ("临近('2026-10-09', 2 工作日)", "2026-09-01", "2026-09-30"),
        ("临近('2026-10-04', 0 工作日)", "2026-09-01", "2026-09-30"),
        ("临近('2027-03-31', 1 月)", "2026-09-01", "2027-02-28"),
        ("临近(季末(2027, 1), 1 季度)", "2026-09-01", "2026-12-31"),
        ("临近('2028-02-29', 1 年)", "2026-09-01", "2027-02-28"),
        // 序时进度: on the first of each month
        ("序时进度(年度) >= 75", "2026-02-10", "2026-10-01"),
        ("序时进度(年度) = 100", "2026-02-10", "2027-01-01"),
        ("序时进度(年度 + 1) > 8", "2026-02-10", "2027-02-01"),
    ] {
        let fields = format!("支付日期={from} 年度=2026");
        let (mut today, wanted) = (day(from), day(flips));
        loop {
            let (holds, due) = lit(when, &fields, today, calendar);
            assert_eq!(holds, today >= wanted, "{when} {from}: on {today}");
            if holds {
                break;
            }
            let due = due.unwrap_or_else(|| panic!("{when} {from}: nothing due after {today}"));
            assert!(due > today && due <= wanted, "{when} {from}: {due} after {today}");
            today = due;
        }
    }
}

#[test]
fn what_has_no_date_is_never_late_and_never_due() {
    for when in ["超过(支付日期, 1 天)", "未满(支付日期, 1 天)", "临近(支付日期, 1 天)", "序时进度(年度) >= 0", "同月(支付日期, 支付日期)", "年(支付日期) > 0"]
    {
        assert_eq!(lit(when, "凭证号=P", day("2026-11-20"), &week()), (false, None), "{when}");
    }
    // a day that does not exist
    assert_eq!(lit("日期(年度, 2, 29) 为空", "年度=2026", day("2026-11-20"), &week()), (true, None));
    assert_eq!(lit("日期(年度, 2, 29) = '2028-02-29'", "年度=2028", day("2026-11-20"), &week()), (true, None));
}

#[test]
fn a_window_goes_by_the_date_of_this_one() {
    let on = |key: &str, date: &str| record(Entity::Payment, key, &format!("收款账号=A 支付金额=1.00 支付日期={date}"));
    let count = |window: &str, this: &str, others: &[&str]| {
        let subject = on("0", this);
        let mut records = vec![subject.clone()];
        records.extend(others.iter().enumerate().map(|(at, date)| on(&(at + 1).to_string(), date)));
        (0..10).find(|count| {
            let text =
                toml(&format!("窗口.笔数 = {count}")).replace("[[level]]", &format!("\"窗口\" = \"支付 {window} 其中 收款账号 = 本次.收款账号\"\n[[level]]"));
            let rule = Rule::compile_for(&text, &[]).unwrap_or_else(|faults| panic!("{window}: {}", faults[0]));
            rule.judge(&subject, day("2026-12-31"), Calendar::shipped(), &Ledger::of(&records)).light.is_some()
        })
    };
    for (window, this, others, counted) in [
        ("近30天", "2026-11-30", &["2026-11-01", "2026-10-31", "2026-12-01"][..], 2),
        ("近 几次 天", "2026-11-30", &["2026-11-29", "2026-11-28"], 2),
        ("近1月", "2026-03-31", &["2026-03-01", "2026-02-28"], 2),
        ("近1个月", "2026-02-28", &["2026-01-29", "2026-01-28"], 2),
        ("近1季度", "2026-03-31", &["2026-01-01", "2025-12-31"], 2),
        ("近1年", "2028-02-29", &["2027-03-01", "2027-02-28"], 2),
        // the holiday between is no time
        ("近3工作日", "2026-10-09", &["2026-10-08", "2026-09-30", "2026-09-29"], 3),
        ("本年度", "2026-01-01", &["2026-12-31", "2025-12-31"], 2),
        ("同月", "2026-11-30", &["2026-11-01", "2025-11-30", "2026-12-01"], 2),
        ("含冲销 同月", "2026-11-30", &["2026-11-01"], 2),
        ("同月", "", &["2026-11-01"], 0),
    ] {
        assert_eq!(count(window, this, others), Some(counted), "{window} {this}");
    }
}

/// The same limit, by walking the days one by one.
fn walked(from: NaiveDate, count: u32, unit: &str, calendar: &Calendar) -> NaiveDate {
    let months = match unit {
        "季度" => count * 3,
        "年" => count * 12,
        _ => count,
    };
    let mut day = from;
    match unit {
        "天" => (0..count).for_each(|_| day = day.succ_opt().unwrap()),
        "工作日" => {
            let mut left = count;
            while left > 0 {
                day = day.succ_opt().unwrap();
                left -= u32::from(calendar.is_working_day(day));
            }
        }
        // to the same day of the month, or the last before it
        _ => {
            use chrono::Datelike;
            let index = from.month0() + months;
            let (year, month) = (from.year() + i32::try_from(index / 12).unwrap(), index % 12 + 1);
            day = (0..4).find_map(|less| NaiveDate::from_ymd_opt(year, month, from.day() - less)).unwrap();
        }
    }
    day
}

proptest! {
    #[test]
    fn limits_are_those_of_a_walk(start in 0u64..4_000, count in 0u32..30, unit in prop::sample::select(vec!["天", "工作日", "月", "季度", "年"]), later in 0u64..500) {
        let calendar = Calendar::shipped();
        let from = day("2018-01-01") + Days::new(start);
        let count = if unit == "年" { count % 10 } else { count };
        let today = from + Days::new(later);
        let limit = walked(from, count, unit, calendar);
        let expected = (today > limit, (today <= limit).then(|| limit.succ_opt().unwrap()));
        let fields = format!("支付日期={from}");
        prop_assert_eq!(lit(&format!("超过(支付日期, {count} {unit})"), &fields, today, calendar), expected);
        prop_assert_eq!(lit(&format!("未满(支付日期, {count} {unit})"), &fields, today, calendar), (!expected.0, expected.1));
    }

    #[test]
    fn near_is_no_more_than_that_many_away(start in 0u64..4_000, count in 0u32..30, unit in prop::sample::select(vec!["天", "工作日"]), earlier in 0u64..60) {
        let calendar = Calendar::shipped();
        let end = day("2018-01-01") + Days::new(start);
        let today = end - Days::new(earlier);
        let away = |today: NaiveDate| {
            let between = today.iter_days().skip(1).take_while(|day| *day <= end).filter(|day| unit == "天" || calendar.is_working_day(*day));
            u32::try_from(between.count()).unwrap()
        };
        let near = away(today) <= count;
        let (holds, due) = lit(&format!("临近(支付日期, {count} {unit})"), &format!("支付日期={end}"), today, calendar);
        prop_assert_eq!((holds, due.is_none()), (near, near));
        if let Some(due) = due {
            prop_assert!(due > today && away(due) <= count && away(due.pred_opt().unwrap()) > count);
        }
    }

    /// Whatever the condition: between today and the day that is due, the verdict is the same on every day; and where none is due, for good.
    #[test]
    fn nothing_changes_before_it_is_due(start in 0u64..700, wait in 0u64..80, a in 0u32..40, b in 0u32..12, shape in 0usize..8) {
        let calendar = Calendar::shipped();
        let when = [
            format!("超过(支付日期, {a} 天) 且 未满(支付日期, {b} 月)"),
            format!("超过(支付日期, {a} 工作日) 或 临近(日期(年度, 12, 31), {b} 天)"),
            format!("支付日期 不为空 且 非 超过(支付日期, {a} 天) 且 (临近('2027-03-31', {b} 月) 或 支付金额 > 1)"),
            format!("序时进度(年度) > {a} 且 未满(支付日期, {b} 季度)"),
            format!("序时进度(年度) - {a} > 0 或 超过(季末(年度, 2), {b} 工作日)"),
            format!("旧账.笔数 > 0 且 临近(支付日期, {a} 天)"),
            format!("旧账.笔数 > 1 或 超过(支付日期, {a} 天)"),
            format!("(旧账.存在 或 未满(支付日期, {b} 月)) 且 支付金额 > 1"),
        ][shape].clone();
        let text = toml(&when).replace("[[level]]", &format!("\"旧账\" = \"支付 其中 收款账号 = 本次.收款账号 且 超过(支付日期, {b} 工作日)\"\n[[level]]"));
        let rule = Rule::compile_for(&text, &[]).unwrap_or_else(|faults| panic!("{when}: {}", faults[0]));
        let from = day("2026-01-01") + Days::new(start);
        let subject = record(Entity::Payment, "1", &format!("收款账号=A 支付金额=5.00 年度=2026 支付日期={from}"));
        let ledger = Ledger::of(&[subject.clone(), record(Entity::Payment, "2", &format!("收款账号=A 支付金额=5.00 支付日期={}", from + Days::new(9)))]);
        let judge = |today: NaiveDate| rule.judge(&subject, today, calendar, &ledger);
        let today = from + Days::new(wait);
        let first = judge(today);
        let until = first.due.unwrap_or(today + Days::new(500));
        prop_assert!(until > today);
        for later in today.iter_days().take_while(|later| *later < until) {
            prop_assert_eq!(judge(later).light, first.light, "{} of {}: on {}", when, from, later);
        }
    }
}
