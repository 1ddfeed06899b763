//! Judging one payment by one rule of its own fields, beside the same condition written by hand in Rust and in other engines, in one run:
//! `cargo bench --bench condition`.
//!
//! The rule and the closure read the same records; the closure over a plain struct shows what records themselves cost. A closure says whether, a rule in
//! service also says why: that is measured apart. After criterion's own figures one line a rule with the ratios, each from the fastest of its samples: others on the machine only slow down. Everything
//! is asked for each payment by itself, behind a `black_box`, and all are asked first whether they agree.
#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "a bench prints its figures and stops at the first surprise")]

mod by_hand;
mod engines;
mod payments;

use std::hint::black_box;
use std::sync::Arc;
use std::time::Instant;

use chrono::NaiveDate;
use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, Criterion, Throughput};
use jingling::domain::{Calendar, Entity, Record, Value};
use jingling::rules::{History, Rule, pack};

use self::engines::{Cel, Rhai, Zen};
use self::payments::{PAYMENTS, Plain};

const ONE_CONDITION: &str = "支付金额 >= 大额 或 结算方式 属于 现金类 且 用途 包含 关注用途";
const WITH_TIME: &str = "结算方式 属于 现金类 且 超过(支付日期, 期限 天)";

const RULE: &str = "rule";
const JUDGED: &str = "rule with evidence";
const CLOSURE: &str = "closure";
const HELD: &str = "closure with parameters";
const PLAIN: &str = "closure over a struct";

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    let plain = payments::payments();
    let records: Vec<Record> = plain.iter().map(payments::record).collect();
    let today: NaiveDate = "2026-11-10".parse().unwrap();

    let params = r#""大额" = "50000.00", "现金类" = ["现金", "现金支票"], "关注用途" = ["差旅", "办公", "会议"]"#;
    let (mut zen, cel, mut rhai) = (Zen::new(&plain), Cel::new(&plain), Rhai::new(&plain));
    let mut contest = Contest::new(&mut criterion, "one condition", rule(params, ONE_CONDITION), &plain, &records, today);
    contest.by_hand(by_hand::one_condition, by_hand::one_condition_plain);
    let params = by_hand::Params::new();
    contest.other(HELD, |n| params.hold(&records[n]));
    contest.other("zen-expression", |n| zen.judge(n));
    contest.other("cel", |n| cel.judge(n));
    contest.other("rhai", |n| rhai.judge(n));
    contest.told();

    let params = r#""期限" = 30, "现金类" = ["现金", "现金支票"]"#;
    let mut contest = Contest::new(&mut criterion, "with time", rule(params, WITH_TIME), &plain, &records, today);
    contest.by_hand(|record| by_hand::with_time(record, today), |plain| by_hand::with_time_plain(plain, today));
    contest.told();

    let shipped = pack().unwrap().into_iter().find(|rule| rule.code == "ZC01").unwrap();
    let mut contest = Contest::new(&mut criterion, "ZC01", shipped, &plain, &records, today);
    contest.by_hand(by_hand::shipped, by_hand::shipped_plain);
    contest.told();
    criterion.final_summary();
}

fn rule(params: &str, when: &str) -> Rule {
    let text = format!(
        r#"code = "ZC90"
name = "试"
category = "支出管理"
on = "支付"
basis = "试"
scope = "试"
handler = "试"
description = "试"
params = {{ {params} }}
[[level]]
light = "黄灯"
when = "{when}""#
    );
    Rule::compile(&text).unwrap()
}

/// No rule here asks for what is elsewhere.
struct NoHistory;

impl History for NoHistory {
    fn find(&self, _: Entity, _: &[usize], _: &[Value]) -> Vec<Arc<Record>> {
        Vec::new()
    }
}

/// A rule, and others that judge the same payments.
struct Contest<'c> {
    group: BenchmarkGroup<'c, WallTime>,
    name: &'static str,
    plain: &'c [Plain],
    records: &'c [Record],
    /// What the rule says of each payment.
    lit: Vec<bool>,
    /// Nanoseconds a payment.
    took: Vec<(&'static str, f64)>,
}

impl<'c> Contest<'c> {
    fn new(criterion: &'c mut Criterion, name: &'static str, rule: Rule, plain: &'c [Plain], records: &'c [Record], today: NaiveDate) -> Contest<'c> {
        let mut group = criterion.benchmark_group(name);
        group.throughput(Throughput::Elements(PAYMENTS as u64));
        let light = |n: usize| rule.light(&records[n], today, Calendar::shipped(), &NoHistory).is_some();
        let lit: Vec<bool> = (0..PAYMENTS).map(light).collect();
        let dark = lit.iter().filter(|lit| !**lit).count();
        assert!((PAYMENTS / 2..PAYMENTS).contains(&dark), "most payments are dark, and some are not: {dark}");
        let mut contest = Contest { group, name, plain, records, lit, took: Vec::new() };
        contest.other(RULE, light);
        // what is lit is justified as well: every value that was read, as people read it
        contest.other(JUDGED, |n| rule.judge(&records[n], today, Calendar::shipped(), &NoHistory).light.is_some());
        contest
    }

    fn by_hand(&mut self, over_record: impl Fn(&Record) -> bool, over_plain: impl Fn(&Plain) -> bool) {
        let (records, plain) = (self.records, self.plain);
        self.other(CLOSURE, |n| over_record(&records[n]));
        self.other(PLAIN, |n| over_plain(&plain[n]));
    }

    fn other(&mut self, name: &'static str, mut judge: impl FnMut(usize) -> bool) {
        let said: Vec<bool> = (0..PAYMENTS).map(&mut judge).collect();
        assert_eq!(said, self.lit, "{}: {name} says otherwise", self.name);
        let mut fastest = f64::INFINITY;
        self.group.bench_function(name, |bencher| {
            bencher.iter_custom(|passes| {
                let started = Instant::now();
                for _ in 0..passes {
                    (0..PAYMENTS).for_each(|n| _ = black_box(judge(black_box(n))));
                }
                let took = started.elapsed();
                fastest = fastest.min(took.as_nanos() as f64 / (passes as f64 * PAYMENTS as f64));
                took
            });
        });
        // left out by a filter on the command line
        if fastest.is_finite() {
            self.took.push((name, fastest));
        }
    }

    /// One line: what was measured, as multiples.
    fn told(self) {
        self.group.finish();
        let of = |name: &str| self.took.iter().find(|(known, _)| *known == name).map(|(_, took)| *took);
        let (Some(rule), Some(judged), Some(closure), Some(plain)) = (of(RULE), of(JUDGED), of(CLOSURE), of(PLAIN)) else { return };
        let dark = self.lit.iter().filter(|lit| !**lit).count();
        print!("{}: {rule:.1} ns a payment = {:.1} times the closure's {closure:.1} ns ({plain:.1} ns over a plain struct)", self.name, rule / closure);
        if let Some(held) = of(HELD) {
            print!(", {:.1} times the {held:.1} ns of one that holds parameters as the rule does", rule / held);
        }
        print!("; {judged:.1} ns with evidence for the {} of {PAYMENTS} that are lit", PAYMENTS - dark);
        for (name, took) in self.took.iter().filter(|(name, _)| ![RULE, JUDGED, CLOSURE, HELD, PLAIN].contains(name)) {
            print!("; {name} {took:.0} ns = {:.1} times the rule", took / rule);
        }
        println!();
    }
}
