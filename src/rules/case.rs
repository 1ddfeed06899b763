//! Cases (用例): what a rule must light and must not, in its own file, run by the tests and by `jingling rule check`.

use chrono::NaiveDate;

use super::diagnosis::{Diagnosis, Fault, Passage, Span, diagnose};
use super::keys::{CASE, MAX_CASES, MAX_RECORDS};
use super::ledger::{Ledger, read_record};
use super::rule::Rule;
use super::toml_rule::{Entry, Reader, entries};
use crate::domain::calendar::Calendar;
use crate::domain::{Entity, Level, Record};

/// What is expected when nothing is.
const NOTHING: &str = "无";
/// The day of a case that names none: a Friday.
const TODAY: NaiveDate = match NaiveDate::from_ymd_opt(2026, 11, 20) {
    Some(day) => day,
    None => panic!("a day of the calendar"),
};

/// One case: the first record is judged, all are known.
#[derive(Debug, Clone)]
pub(super) struct Case {
    told: String,
    pub light: Option<Level>,
    today: NaiveDate,
    calendar: Calendar,
    records: Vec<Record>,
    /// The day to judge again, where the case says which: none, or that one.
    due: Option<Option<NaiveDate>>,
    /// Where it stands.
    place: Diagnosis,
}

impl Rule {
    /// Judges the cases of the rule's own file by it. Returns what went otherwise, each where it stands; nothing when all is as told.
    pub fn run_cases(&self) -> Vec<Diagnosis> {
        self.cases.iter().filter_map(|case| Some(Diagnosis { message: self.run(case)?, ..case.place.clone() })).collect()
    }

    /// How many of its cases expect a light, and how many none.
    pub fn case_count(&self) -> (usize, usize) {
        let lit = self.cases.iter().filter(|case| case.light.is_some()).count();
        (lit, self.cases.len() - lit)
    }

    fn run(&self, case: &Case) -> Option<String> {
        let subject = case.records.first()?;
        let judgement = self.judges(subject).then(|| self.judge(subject, case.today, &case.calendar, &Ledger::of(&case.records)));
        let (light, due) = judgement.map_or((None, None), |judgement| (judgement.light, judgement.due));
        let shown = |light: Option<Level>| light.map_or("不亮灯", Level::name);
        let day = |due: Option<NaiveDate>| due.map_or_else(|| NOTHING.to_owned(), |day| day.to_string());
        if light != case.light {
            let why = if self.judges(subject) { "" } else { "(退款、撤销、已全部冲销和没有金额的记录,这条规则不看)" };
            return Some(format!("用例「{}」应为{},结果是{}{why}。", case.told, shown(case.light), shown(light)));
        }
        let expected = case.due.filter(|expected| *expected != due)?;
        Some(format!("用例「{}」下一次判断的日期应为 {},结果是 {}。", case.told, day(expected), day(due)))
    }
}

impl<'s> Reader<'s> {
    /// `None`: a fault was told.
    pub(super) fn cases<'t>(&mut self, top: &[Entry<'t>], on: Option<Entity>) -> Option<Vec<Case>>
    where
        's: 't,
    {
        let Some((_, _, value)) = top.iter().find(|(key, ..)| *key == "case") else { return Some(Vec::new()) };
        let tables = value.get_ref().as_array().and_then(|items| items.iter().map(|item| Some((item.get_ref().as_table()?, item.span()))).collect());
        let Some(tables): Option<Vec<_>> = tables else {
            return self.fault(value.span(), "用例要写成 [[case]],下面写 told、light 和 records。");
        };
        if let Some((_, span)) = tables.get(MAX_CASES) {
            return self.fault(span.clone(), format!("用例太多,最多 {MAX_CASES} 个。"));
        }
        let cases: Vec<_> = tables.into_iter().map(|(table, _)| self.case(&entries(table), on)).collect();
        cases.into_iter().collect()
    }

    fn case<'t>(&mut self, entries: &[Entry<'t>], on: Option<Entity>) -> Option<Case>
    where
        's: 't,
    {
        self.known_keys(entries, &CASE);
        let told = self.string(entries, "told");
        let lights: Vec<&str> = Level::ALL.map(Level::name).into_iter().chain([NOTHING]).collect();
        let light = self.choice(entries, "light", |name| if name == NOTHING { Some(None) } else { Level::from_name(name).map(Some) }, &lights);
        let today = self.optional_day(entries, "today", |_| None);
        let due = self.optional_day(entries, "due", |text| (text == NOTHING).then_some(None));
        let (off, worked) = (self.days(entries, "holidays"), self.days(entries, "working"));
        let records = self.records(entries, on);
        let (told, span) = told?;
        let place = diagnose(self.source, Fault::new(span, ""));
        let calendar = Calendar::plain(&off?, &worked?);
        Some(Case { told: told.trim().to_owned(), light: light?, today: today?.flatten().unwrap_or(TODAY), calendar, records: records?, due: due?, place })
    }

    /// A date, if the key is there; `special` are words that stand for one.
    fn optional_day(&mut self, entries: &[Entry<'_>], key: &str, special: fn(&str) -> Option<Option<NaiveDate>>) -> Option<Option<Option<NaiveDate>>> {
        if !entries.iter().any(|(name, ..)| *name == key) {
            return Some(None);
        }
        let (text, span) = self.string(entries, key)?;
        match special(text).or_else(|| text.parse().ok().map(Some)) {
            Some(day) => Some(Some(day)),
            None => self.fault(span, format!("{key} 要写带引号的日期,例如 \"2026-11-20\"。")),
        }
    }

    fn days(&mut self, entries: &[Entry<'_>], key: &str) -> Option<Vec<NaiveDate>> {
        let Some((_, _, value)) = entries.iter().find(|(name, ..)| *name == key) else { return Some(Vec::new()) };
        let days = value.get_ref().as_array().and_then(|items| items.iter().map(|item| item.get_ref().as_str()?.parse().ok()).collect());
        match days {
            Some(days) => Some(days),
            None => self.fault(value.span(), format!("{key} 要写日期的列表,例如 [\"2026-10-01\"]。")),
        }
    }

    fn records<'t>(&mut self, entries: &[Entry<'t>], on: Option<Entity>) -> Option<Vec<Record>>
    where
        's: 't,
    {
        const WANTED: &str = "records 要写记录的列表,例如 [\"支付 支付金额=1000.00 结算方式=现金\"];第一条是要判断的记录。";
        let value = entries.iter().find(|(name, ..)| *name == "records").map(|(_, _, value)| *value);
        let span: Span = value.map_or(0..0, toml::Spanned::span);
        let items = value.and_then(|value| value.get_ref().as_array()).filter(|items| !items.is_empty() && items.iter().count() <= MAX_RECORDS);
        let Some(items) = items else { return self.fault(span, WANTED) };
        let mut records = Vec::new();
        let mut whole = true;
        for (at, item) in items.iter().enumerate() {
            let Some(text) = item.get_ref().as_str() else { return self.fault(item.span(), WANTED) };
            let passage = Passage::new(self.source, text, item.span());
            match read_record(passage.text(), &at.to_string()) {
                Ok(record) if at == 0 && on.is_some_and(|on| on != record.entity) => {
                    whole = false;
                    self.fault::<()>(item.span(), format!("第一条记录是要判断的,应是{}。", on.map_or("", Entity::name)));
                }
                Ok(record) => records.push(record),
                Err(fault) => {
                    whole = false;
                    self.faults_in(&passage, vec![fault]);
                }
            }
        }
        whole.then_some(records)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULE: &str = r#"code = "T01"
name = "试"
category = "支出管理"
on = "支付"
basis = "试"
scope = "试"
handler = "试"
description = "试"
[[level]]
light = "黄灯"
when = "超过(接收日期, 1 工作日)"
"#;

    fn with_case(case: &str) -> Result<Rule, Vec<Diagnosis>> {
        Rule::compile(&format!("{RULE}[[case]]\n{case}\n"))
    }

    fn otherwise(case: &str) -> String {
        let rule = with_case(case).unwrap_or_else(|faults| panic!("{case}: {}", faults[0]));
        rule.run_cases().iter().map(|fault| format!("{fault}\n")).collect()
    }

    #[test]
    fn what_went_otherwise_is_told_where_it_stands() {
        let case = |light: &str, rest: &str| format!("told = \"宽限已过\"\nlight = \"{light}\"\n{rest}\nrecords = [\"支付 支付金额=1 接收日期=2026-10-08\"]");
        let monday = "today = \"2026-10-12\"";
        assert_eq!(otherwise(&case("黄灯", monday)), "");
        assert_eq!(otherwise(&case("红灯", monday)), "第 13 行第 8 个字起:\"宽限已过\" 用例「宽限已过」应为红灯,结果是黄灯。\n");
        assert_eq!(otherwise(&case("无", monday)), "第 13 行第 8 个字起:\"宽限已过\" 用例「宽限已过」应为不亮灯,结果是黄灯。\n");
        assert_eq!(otherwise(&case("无", "today = \"2026-10-09\"\ndue = \"2026-10-10\"")), "");
        // two days off: the limit passes later
        assert_eq!(otherwise(&case("无", &format!("{monday}\nholidays = [\"2026-10-09\", \"2026-10-12\"]\ndue = \"2026-10-14\""))), "");
        assert_eq!(otherwise(&case("黄灯", "today = \"2026-10-11\"\nholidays = [\"2026-10-09\"]\nworking = [\"2026-10-10\"]\ndue = \"无\"")), "");
        assert_eq!(
            otherwise(&case("无", "today = \"2026-10-09\"\ndue = \"无\"")),
            "第 13 行第 8 个字起:\"宽限已过\" 用例「宽限已过」下一次判断的日期应为 无,结果是 2026-10-10。\n"
        );
        // a case without a day is of a Friday in November
        assert_eq!(otherwise("told = \"甲\"\nlight = \"黄灯\"\nrecords = [\"支付 支付金额=1 接收日期=2026-11-18\"]"), "");
        assert_eq!(otherwise("told = \"甲\"\nlight = \"无\"\nrecords = [\"支付 支付金额=1 接收日期=2026-11-19\"]"), "");
    }

    #[test]
    fn what_the_service_would_not_judge_lights_nothing() {
        let case = "told = \"退款\"\nlight = \"黄灯\"\nrecords = [\"支付 类型=退款 支付金额=1 接收日期=2026-01-01\"]";
        assert!(otherwise(case).contains("应为黄灯,结果是不亮灯(退款、撤销"));
        let text = format!("with_reversed = true\n{RULE}[[case]]\n{case}\n");
        assert!(Rule::compile(&text).unwrap().run_cases().is_empty());
    }

    #[test]
    fn faults_of_cases_are_told_like_those_of_rules() {
        for (case, message) in [
            ("light = \"无\"\nrecords = [\"支付\"]", "缺少 told"),
            ("told = \"甲\"\nlight = \"绿灯\"\nrecords = [\"支付\"]", "light 只能是:警铃、黄灯、红灯、无"),
            ("told = \"甲\"\nlight = \"无\"", "records 要写记录的列表"),
            ("told = \"甲\"\nlight = \"无\"\nrecords = []", "records 要写记录的列表"),
            ("told = \"甲\"\nlight = \"无\"\nrecords = [1]", "records 要写记录的列表"),
            ("told = \"甲\"\nlight = \"无\"\nrecords = [\"指标 金额=1\"]", "第一条记录是要判断的,应是支付"),
            ("told = \"甲\"\nlight = \"无\"\nrecords = [\"支付 用涂=甲\"]", "是不是想写 用途"),
            ("told = \"甲\"\nlight = \"无\"\ntoday = \"昨天\"\nrecords = [\"支付\"]", "today 要写带引号的日期"),
            ("told = \"甲\"\nlight = \"无\"\ntoday = \"无\"\nrecords = [\"支付\"]", "today 要写带引号的日期"),
            ("told = \"甲\"\nlight = \"无\"\ndue = \"明天\"\nrecords = [\"支付\"]", "due 要写带引号的日期"),
            ("told = \"甲\"\nlight = \"无\"\nholidays = [\"国庆\"]\nrecords = [\"支付\"]", "holidays 要写日期的列表"),
            ("told = \"甲\"\nlight = \"无\"\ntodya = \"2026-01-01\"\nrecords = [\"支付\"]", "是不是想写 today"),
        ] {
            let faults = with_case(case).unwrap_err();
            assert!(
                faults.len() == 1 && faults[0].message.contains(message) && (faults[0].line >= 12 || message.starts_with("缺少") || !case.contains("records")),
                "{case}: {faults:?}"
            );
        }
        let located = with_case("told = \"甲\"\nlight = \"无\"\nrecords = [\n  \"支付 用途=甲 支付日期=昨天\",\n]").unwrap_err();
        assert_eq!((located[0].line, located[0].column), (16, 12));
        assert!(Rule::compile(&format!("case = 1\n{RULE}")).unwrap_err()[0].message.contains("[[case]]"));
        for (line, message) in [("enabled = \"false\"", "enabled 只能写 true"), ("with_reversed = 1", "with_reversed 只能写 true")] {
            assert!(Rule::compile(&format!("{line}\n{RULE}")).unwrap_err()[0].message.contains(message));
        }
        let of_people = format!("with_reversed = true\n{RULE}").replace("on = \"支付\"", "on = \"人员\"").replace("接收日期", "生效日期");
        assert!(Rule::compile(&of_people).unwrap_err()[0].message.contains("人员没有冲销"));
    }
}
