//! The monthly summary (月度汇总), parts 1 and 2: lights and how they were handled. Regulation part 4, feedback (二).

use std::collections::BTreeMap;
use std::fmt::Write;

use chrono::{Datelike, Months, NaiveDate};

use super::table::{Align, Table};
use crate::domain::{Level, WarningState};
use crate::store::db::Tx;
use crate::store::month::{History, histories};
use crate::store::setting::OfficeSettings;
use crate::store::transition::{Move, Transition};
use crate::store::{Store, StoreError};

/// Days from first to last, both included, in Asia/Shanghai.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    pub first: NaiveDate,
    pub last: NaiveDate,
}

impl Period {
    /// The month that begins on `first`.
    pub fn month(first: NaiveDate) -> Period {
        Period { first, last: first.checked_add_months(Months::new(1)).and_then(|next| next.pred_opt()).unwrap_or(first) }
    }

    fn holds(&self, date: NaiveDate) -> bool {
        self.first <= date && date <= self.last
    }
}

/// What entered and left one light of one section. What stood at the start and came in is what left and stands at the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Flow {
    pub opening: i64,
    pub new: i64,
    pub reopened: i64,
    pub moved_in: i64,
    pub closed: i64,
    pub moved_out: i64,
    pub closing: i64,
}

impl Flow {
    /// The identity of a month: opening + new + reopened + moved in = closed + moved out + closing.
    pub const fn holds(&self) -> bool {
        self.opening + self.new + self.reopened + self.moved_in == self.closed + self.moved_out + self.closing
    }

    fn add(&mut self, other: &Flow) {
        self.opening += other.opening;
        self.new += other.new;
        self.reopened += other.reopened;
        self.moved_in += other.moved_in;
        self.closed += other.closed;
        self.moved_out += other.moved_out;
        self.closing += other.closing;
    }
}

/// Warnings of the period by where they stand at its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Lights {
    pub red_open: i64,
    pub red_corrected: i64,
    pub yellow_open: i64,
    pub yellow_normal: i64,
    /// verified as a violation, still to be corrected
    pub violation_open: i64,
    pub violation_corrected: i64,
    pub bell_open: i64,
    pub bell_done: i64,
    /// a red that a second person found to be the rule's fault (误报)
    pub false_alarm: i64,
    /// on the white list: recorded, and nobody is called for it
    pub listed: i64,
}

impl Lights {
    const fn total(&self) -> i64 {
        self.red_open
            + self.red_corrected
            + self.yellow_open
            + self.yellow_normal
            + self.violation_open
            + self.violation_corrected
            + self.bell_open
            + self.bell_done
            + self.false_alarm
            + self.listed
    }
}

/// How warnings were handled (part 2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Handling {
    /// opening, new and reopened
    pub in_hand: i64,
    pub closed: i64,
    pub on_time: i64,
    pub overdue: i64,
    /// days past the deadline of the one that waits longest
    pub longest: i64,
    /// days from firing or reopening to closing, added up over the closed
    pub days: i64,
    pub verified_normal: i64,
    pub verified_violation: i64,
    pub false_alarms: i64,
}

/// One month, counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Month {
    pub period: Period,
    pub flows: BTreeMap<(String, Level), Flow>,
    pub by_rule: BTreeMap<String, Lights>,
    pub by_section: BTreeMap<String, Lights>,
    pub by_category: BTreeMap<String, Lights>,
    pub by_town: BTreeMap<String, Lights>,
    /// On the white list at its end: of each rule how many 警铃, 黄灯 and 红灯.
    pub listed: BTreeMap<String, [i64; 3]>,
    pub handling: Handling,
    pub year_to_date: Handling,
    pub last_month: Handling,
}

impl Month {
    /// The identity of part 1: per light and section.
    pub fn balances(&self) -> bool {
        self.flows.values().all(Flow::holds)
    }
}

/// Counts the month that begins on `first`, as known on `today`.
pub async fn count(store: &Store, settings: &OfficeSettings, first: NaiveDate, today: NaiveDate) -> Result<Month, StoreError> {
    let mut tx = store.db.snapshot().await?;
    count_in(&mut tx, store.office, settings, first, today).await
}

/// The same, of what this transaction sees.
pub async fn count_in(tx: &mut Tx, office: i64, settings: &OfficeSettings, first: NaiveDate, today: NaiveDate) -> Result<Month, StoreError> {
    let period = Period::month(first);
    let before = Period::month(first.checked_sub_months(Months::new(1)).unwrap_or(first));
    let year = Period { first: NaiveDate::from_ymd_opt(first.year(), 1, 1).unwrap_or(first), last: period.last };
    let all = histories(tx, office, before.first.min(year.first), period.last).await?;
    Ok(tally(&all, period, before, year, today, |code| settings.section_name(code)))
}

fn tally(all: &[History], period: Period, before: Period, year: Period, today: NaiveDate, section_name: impl Fn(&str) -> String) -> Month {
    let mut month = Month {
        period,
        flows: BTreeMap::new(),
        by_rule: BTreeMap::new(),
        by_section: BTreeMap::new(),
        by_category: BTreeMap::new(),
        by_town: BTreeMap::new(),
        listed: BTreeMap::new(),
        handling: handling(all, period, today),
        year_to_date: handling(all, year, today),
        last_month: handling(all, before, today),
    };
    for history in all {
        flow(history, period, &mut month.flows, &section_name);
        let Some((state, section)) = stands(history, period.last) else { continue };
        // a word added to what had been closed before is no business of this month's
        let open = |m: &Transition| m.to.0.is_open() || m.from.as_ref().is_some_and(|(from, _)| from.is_open());
        let active = state.is_open() || state.is_listed() || history.moves.iter().any(|m| period.holds(m.local_date) && open(m));
        if !active {
            continue;
        }
        let violation = history.moves.iter().any(|m| m.how == Move::VerifiedViolation && m.local_date <= period.last);
        let mark = |lights: &mut Lights| {
            *match (state, violation) {
                (WarningState::BellOpen, _) => &mut lights.bell_open,
                (WarningState::BellDone, _) => &mut lights.bell_done,
                (WarningState::YellowOpen | WarningState::YellowVerifying, _) => &mut lights.yellow_open,
                (WarningState::GreenNormal, _) => &mut lights.yellow_normal,
                (WarningState::RedOpen, false) => &mut lights.red_open,
                (WarningState::RedOpen, true) => &mut lights.violation_open,
                (WarningState::GreenCorrected, false) => &mut lights.red_corrected,
                (WarningState::GreenCorrected, true) => &mut lights.violation_corrected,
                (WarningState::GreenFalseAlarm, _) => &mut lights.false_alarm,
                (WarningState::BellListed | WarningState::YellowListed | WarningState::RedListed, _) => &mut lights.listed,
            } += 1;
        };
        if state.is_listed() {
            let of_rule = month.listed.entry(format!("{} {}", history.rule, history.rule_name)).or_default();
            Level::ALL.iter().zip(of_rule).filter(|(level, _)| **level == state.level()).for_each(|(_, count)| *count += 1);
        }
        mark(month.by_rule.entry(format!("{} {}", history.rule, history.rule_name)).or_default());
        mark(month.by_section.entry(section_name(section)).or_default());
        mark(month.by_category.entry(history.category.clone()).or_default());
        mark(month.by_town.entry(history.town.clone().unwrap_or_else(|| "县本级及未注明".to_owned())).or_default());
    }
    month
}

/// Where a warning stood at the end of a day.
fn stands(history: &History, on: NaiveDate) -> Option<(WarningState, &str)> {
    history.moves.iter().rev().find(|m| m.local_date <= on).map(|m| (m.to.0, m.to.1.as_str()))
}

fn flow(history: &History, period: Period, flows: &mut BTreeMap<(String, Level), Flow>, section_name: &impl Fn(&str) -> String) {
    let mut at = |section: &str, level: Level, change: fn(&mut Flow)| change(flows.entry((section_name(section), level)).or_default());
    let place = |end: &(WarningState, String)| end.0.open_level().map(|level| (end.1.clone(), level));
    if let Some((state, section)) = period.first.pred_opt().and_then(|eve| stands(history, eve))
        && let Some(level) = state.open_level()
    {
        at(section, level, |f| f.opening += 1);
    }
    for m in history.moves.iter().filter(|m| period.holds(m.local_date)) {
        let from = m.from.as_ref().map(place);
        match (from, place(&m.to)) {
            (None, Some((section, level))) => at(&section, level, |f| f.new += 1),
            (Some(None), Some((section, level))) => at(&section, level, |f| f.reopened += 1),
            (Some(Some((section, level))), None) => at(&section, level, |f| f.closed += 1),
            (Some(Some(from)), Some(to)) if from != to => {
                at(&from.0, from.1, |f| f.moved_out += 1);
                at(&to.0, to.1, |f| f.moved_in += 1);
            }
            (Some(Some(_)), Some(_)) | (None | Some(None), None) => {}
        }
    }
    if let Some((state, section)) = stands(history, period.last)
        && let Some(level) = state.open_level()
    {
        at(section, level, |f| f.closing += 1);
    }
}

fn closes(m: &Transition) -> bool {
    !m.to.0.is_open() && m.from.as_ref().is_some_and(|(from, _)| from.is_open())
}

fn handling(all: &[History], period: Period, today: NaiveDate) -> Handling {
    let mut sum = Handling::default();
    for history in all {
        let opening = period.first.pred_opt().and_then(|eve| stands(history, eve)).is_some_and(|(state, _)| state.is_open());
        sum.in_hand += i64::from(opening);
        let mut opened = period.first;
        for m in &history.moves {
            let opens = m.to.0.is_open() && m.from.as_ref().is_none_or(|(from, _)| !from.is_open());
            if opens {
                opened = m.local_date;
            }
            if !period.holds(m.local_date) {
                continue;
            }
            sum.in_hand += i64::from(opens);
            if m.how == Move::Listed {
                // nobody has it in hand any more, and nobody has handled it
                sum.in_hand -= 1;
            } else if closes(m) {
                sum.closed += 1;
                sum.on_time += i64::from(m.due_on.is_none_or(|due| m.local_date <= due));
                sum.days += (m.local_date - opened).num_days();
            }
            sum.verified_normal += i64::from(m.how == Move::VerifiedNormal);
            sum.verified_violation += i64::from(m.how == Move::VerifiedViolation);
            sum.false_alarms += i64::from(m.how == Move::Dismissed);
        }
        // the deadline as it stood at the end of the period: a later move tells what it was before
        let end = period.last.min(today);
        let due = history.moves.iter().filter(|m| m.local_date > period.last).find_map(|m| m.due_on).unwrap_or(history.due_on);
        if stands(history, period.last).is_some_and(|(state, _)| state.is_open()) && due < end {
            sum.overdue += 1;
            sum.longest = sum.longest.max((end - due).num_days());
        }
    }
    sum
}

/// `12.5%`, or a dash where there is nothing to divide by.
pub(super) fn percent(part: i64, whole: i64) -> String {
    if whole == 0 {
        return "—".to_owned();
    }
    let (part, whole) = (i128::from(part), i128::from(whole));
    let tenths = (part * 1000 + whole / 2) / whole;
    format!("{}.{}%", tenths / 10, tenths % 10)
}

fn mean(sum: i64, count: i64) -> String {
    if count == 0 {
        return "—".to_owned();
    }
    let tenths = (sum * 10 + count / 2) / count;
    format!("{}.{}", tenths / 10, tenths % 10)
}

/// The summary as text, aligned for a terminal.
pub fn text(settings: &OfficeSettings, month: &Month) -> String {
    let mut out = String::new();
    let Period { first, last } = month.period;
    let _ = writeln!(out, "{} {}动态监控月度汇总 {}年{}月", settings.name, settings.programme.funds, first.year(), first.month());
    let _ = writeln!(out, "期间 {first} 至 {last}(北京时间)\n");
    if month.flows.is_empty() {
        let _ = writeln!(out, "本月没有预警。");
        return out;
    }

    let _ = writeln!(out, "一、预警增减(期初+新增+重开+转入 = 办结+转出+期末)");
    let mut table = Table::new(&[("股室", Align::Left), ("灯", Align::Left)]).numbers(&["期初", "新增", "重开", "转入", "办结", "转出", "期末"]);
    let mut total = Flow::default();
    let row = |f: &Flow| [f.opening, f.new, f.reopened, f.moved_in, f.closed, f.moved_out, f.closing].map(|n| n.to_string());
    for ((section, level), flow) in &month.flows {
        total.add(flow);
        table.row([section.clone(), level.name().to_owned()].into_iter().chain(row(flow)));
    }
    table.row(["合计".to_owned(), String::new()].into_iter().chain(row(&total)));
    out.push_str(&table.to_string());
    let _ = writeln!(out, "{}\n", if month.balances() { "核对:逐股室、逐灯相符。" } else { "核对:不相符!请联系财政信息中心查明原因。" });

    for (title, head, lights) in [
        ("二、按规则", "规则", &month.by_rule),
        ("三、按股室", "股室", &month.by_section),
        ("四、按分类", "分类", &month.by_category),
        ("五、按乡镇", "乡镇", &month.by_town),
    ] {
        let _ = writeln!(out, "{title}");
        let mut columns = vec!["红未纠", "红已纠", "黄待核", "黄正常", "违规待纠", "违规已纠", "铃待办", "铃办结", "误报"];
        let listed = lights.values().any(|l| l.listed > 0);
        columns.extend(listed.then_some("白名单"));
        columns.push("合计");
        let mut table = Table::new(&[(head, Align::Left)]).numbers(&columns);
        for (name, l) in lights {
            let (red, yellow) = ([l.red_open, l.red_corrected], [l.yellow_open, l.yellow_normal, l.violation_open, l.violation_corrected]);
            let done = [l.bell_open, l.bell_done, l.false_alarm].into_iter().chain(listed.then_some(l.listed)).chain([l.total()]);
            let numbers = red.into_iter().chain(yellow).chain(done);
            table.row(std::iter::once(name.clone()).chain(numbers.map(|n| n.to_string())));
        }
        let _ = writeln!(out, "{table}");
    }

    let _ = writeln!(out, "六、办理情况");
    let mut table = Table::new(&[("指标", Align::Left)]).numbers(&["本月", "上月", "本年累计"]);
    let three = [&month.handling, &month.last_month, &month.year_to_date];
    let mut line = |name: &str, value: &dyn Fn(&Handling) -> String| table.row(std::iter::once(name.to_owned()).chain(three.map(value)));
    line("应办(件)", &|h| h.in_hand.to_string());
    line("办结(件)", &|h| h.closed.to_string());
    line("办结率", &|h| percent(h.closed, h.in_hand));
    line("按期率", &|h| percent(h.on_time, h.closed));
    line("超期未办(件)", &|h| h.overdue.to_string());
    line("最长超期(天)", &|h| h.longest.to_string());
    line("平均办理(天)", &|h| mean(h.days, h.closed));
    line("误报(件)", &|h| h.false_alarms.to_string());
    line("误报率", &|h| percent(h.false_alarms, h.closed));
    line("核实为正常率", &|h| percent(h.verified_normal, h.verified_normal + h.verified_violation));
    line("黄灯转红率", &|h| percent(h.verified_violation, h.verified_normal + h.verified_violation));
    let _ = write!(out, "{table}");
    if !month.listed.is_empty() {
        let _ = writeln!(out, "\n\n七、白名单(照常记录,不推送;用 /白名单 查询 查看)");
        let mut table = Table::new(&[("规则", Align::Left)]).numbers(&Level::ALL.map(Level::name));
        for (rule, counts) in &month.listed {
            table.row(std::iter::once(rule.clone()).chain(counts.iter().map(ToString::to_string)));
        }
        let _ = write!(out, "{table}");
    }
    out
}
