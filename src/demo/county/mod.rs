//! A made-up county's month in the shape of 霍山: allocations, payments, disbursement lines, a register, and a few deliberate defects. The same seed tells the same month, byte for byte.

mod defects;
mod funds;
mod lists;
mod payments;
mod people;
mod projects;
mod reference;
mod share;
mod spending;

use std::collections::BTreeSet;

use chrono::{DateTime, Datelike, Days, Months, NaiveDate, TimeDelta, TimeZone, Utc};
use chrono_tz::Asia::Shanghai;
use rand::seq::IndexedRandom;
use rand::{Rng, RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde_json::{Value, json};

use crate::domain::Level;
use funds::Child;
use people::Person;
pub use people::TOWNS;

const TREASURY: &str = "treasury";
const BUDGET: &str = "budget";
const REGISTER: &str = "register";

/// A delivery and the simulated instant at which its source sends it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moment {
    /// In order within a month.
    pub at: DateTime<Utc>,
    /// `treasury` for payments and lines, `budget` for allocations, projects and their performance, `register` for beneficiaries.
    pub source: &'static str,
    pub body: Delivery,
}

/// What is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Delivery {
    /// The JSON text of one event.
    Single(String),
    /// The lines of an NDJSON batch, an event each, without line breaks.
    Batch(Vec<String>),
}

/// The month that is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Month(NaiveDate);

impl Month {
    /// The month that holds this local date.
    pub fn of(day: NaiveDate) -> Month {
        Month(day.with_day(1).unwrap_or(day))
    }

    /// Its n-th day, counted from 1; each month told has at least 28.
    fn day(self, n: u32) -> NaiveDate {
        self.0 + Days::new(u64::from(n.saturating_sub(1)))
    }

    fn before(self) -> NaiveDate {
        self.0.checked_sub_months(Months::new(1)).unwrap_or(self.0)
    }
}

/// How much happens in the month, defects beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size {
    /// Payments, a sixth of them to persons.
    pub payments: usize,
    /// Disbursement lines in all.
    pub lines: usize,
    /// Households on the register, two people each on average.
    pub households: usize,
}

impl Default for Size {
    /// A county's month.
    fn default() -> Size {
        Size { payments: 600, lines: 4_000, households: 1_500 }
    }
}

/// One deliberate defect (预设问题) and what it should light.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Planted {
    /// In the office's words.
    pub what: &'static str,
    /// The rule and the level it must reach; `None` where nothing should light by itself.
    pub lights: Option<(&'static str, Level)>,
    /// The voucher, application or allocation it hangs on.
    pub subject: String,
}

/// A month as it will be sent, in order, and what was planted in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct County {
    /// Ordered by `at`.
    pub moments: Vec<Moment>,
    /// Every deliberate defect.
    pub plan: Vec<Planted>,
}

impl County {
    /// Tells the month. No clock and no chance but the seed.
    pub fn generate(seed: u64, month: Month, size: Size) -> County {
        let mut story = Story::new(seed, month);
        people::register(&mut story, size.households);
        projects::tell(&mut story);
        funds::open(&mut story);
        payments::usual(&mut story, size);
        defects::plant(&mut story);
        spending::plant(&mut story);
        lists::plant(&mut story);
        reference::tell(&mut story);
        funds::tell(&mut story);
        story.moments.sort_by_key(|moment| moment.at);
        County { moments: story.moments, plan: story.plan }
    }
}

/// Allocations that [`one_payment`] draws on, as many as a county has in a year or two; each large enough for any load.
pub fn load_allocations() -> Vec<String> {
    let event = |kind: &str, data: Value| json!({ "type": kind, "timestamp": "2026-10-01T08:00:00+08:00", "data": data }).to_string();
    let one = |n: u64| {
        let id = format!("FZ2026-{n:04}");
        let received = json!({ "allocation_id": id, "doc_no": format!("霍财办〔2026〕{n}号"), "received_on": "2026-09-01", "fiscal_year": 2026, "amount": "9000000000.00" });
        [event("allocation.received", received), event("allocation.registered", json!({ "allocation_id": id, "registered_on": "2026-09-02" }))]
    };
    (0..LOAD_ALLOCATIONS).flat_map(one).collect()
}

const LOAD_ALLOCATIONS: u64 = 1000;

/// One small payment as JSON text, number `n` of a load test.
pub fn one_payment(rng: &mut impl Rng, n: u64) -> String {
    let fen = rng.random_range(100..5_000_000_i64);
    let account = rng.random_range(0..1_000_000_000_u64);
    let data = json!({
        "voucher_no": format!("LT{n:010}"), "allocation_id": format!("FZ2026-{:04}", n % LOAD_ALLOCATIONS), "paid_at": "2026-10-12T09:30:00+08:00", "amount": yuan(fen),
        "payee_name": "霍山县试压建设有限公司", "payee_account": format!("34010{account:010}"), "purpose": "工程款", "settlement": "电子转账", "section": "agriculture",
    });
    json!({ "type": "payment.paid", "timestamp": "2026-10-12T09:31:00+08:00", "data": data }).to_string()
}

/// The month while it is being made up.
struct Story {
    rng: ChaCha8Rng,
    month: Month,
    moments: Vec<Moment>,
    plan: Vec<Planted>,
    people: Vec<Person>,
    ids: BTreeSet<String>,
    children: Vec<Child>,
    /// id numbers of people on the public payroll
    employed: Vec<String>,
    vouchers: u32,
}

impl Story {
    fn new(seed: u64, month: Month) -> Story {
        Story {
            rng: ChaCha8Rng::seed_from_u64(seed),
            month,
            moments: Vec::new(),
            plan: Vec::new(),
            people: Vec::new(),
            ids: BTreeSet::new(),
            children: Vec::new(),
            employed: Vec::new(),
            vouchers: 0,
        }
    }

    fn tell(&mut self, at: DateTime<Utc>, source: &'static str, type_name: &str, data: Value) {
        self.moments.push(Moment { at, source, body: Delivery::Single(event(at, type_name, data)) });
    }

    fn plant(&mut self, what: &'static str, lights: Option<(&'static str, Level)>, subject: &str) {
        self.plan.push(Planted { what, lights, subject: subject.to_owned() });
    }

    fn voucher(&mut self) -> String {
        self.vouchers += 1;
        format!("ZF{}{:06}", self.month.0.format("%Y%m"), self.vouchers)
    }

    /// An instant of office hours on a weekday, from the fourth of the month on: by then the allocations are in.
    fn office_hour(&mut self) -> DateTime<Utc> {
        let mut day = self.month.day(self.rng.random_range(4..=26));
        while day.weekday().number_from_monday() > 5 {
            day = day + Days::new(1);
        }
        local(day, 8) + TimeDelta::seconds(self.rng.random_range(0..9 * 3600))
    }
}

fn event(at: DateTime<Utc>, type_name: &str, data: Value) -> String {
    json!({ "type": type_name, "timestamp": time(at), "data": data }).to_string()
}

/// A full hour in Asia/Shanghai.
fn local(day: NaiveDate, hour: u32) -> DateTime<Utc> {
    let naive = day.and_hms_opt(hour, 0, 0).unwrap_or_default();
    Shanghai.from_local_datetime(&naive).earliest().map_or_else(|| naive.and_utc(), |t| t.to_utc())
}

fn time(at: DateTime<Utc>) -> String {
    at.with_timezone(&Shanghai).to_rfc3339()
}

/// Fen as the wire writes them.
fn yuan(fen: i64) -> String {
    format!("{}.{:02}", fen / 100, fen % 100)
}

fn pick<T: Copy>(rng: &mut impl Rng, list: &[T]) -> T {
    *list.choose(rng).expect("the lists to pick from are constants with members")
}

/// Log-normal around a median, in whole 元, returned as fen. Only made-up amounts may pass through a float.
fn about(rng: &mut impl Rng, median: i64, spread: f64) -> i64 {
    let normal: f64 = (0..12).map(|_| rng.random::<f64>()).sum::<f64>() - 6.0;
    ((median as f64) * (normal * spread).exp()).round().max(1.0) as i64 * 100
}

#[cfg(test)]
mod tests;
