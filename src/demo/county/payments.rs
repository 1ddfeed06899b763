//! A usual month of payments: projects to companies, subsidies to persons line by line, some asked for beforehand.

use chrono::{DateTime, Datelike, TimeDelta, Utc};
use rand::RngExt;
use rand::seq::SliceRandom;
use serde_json::{Value, json};

use super::funds::{CHILDREN, project_code};
use super::people::Person;
use super::{Delivery, Level, Moment, Size, Story, TREASURY, about, event, pick, share, time, yuan};

const FIRMS: [&str; 8] = ["宏达", "兴农", "皖西", "天河", "金寨路", "大别山", "绿源", "众诚"];
const TRADES: [&str; 5] = ["建设工程有限公司", "水利工程有限公司", "农业发展有限公司", "商贸有限公司", "种养专业合作社"];
/// From this amount on a payment is large (大额), in fen.
const LARGE: i64 = 50_000_000;
/// The subsidy of a month (每月标准), in fen: nobody is paid more unless a defect says so.
pub(super) const STANDARD: i64 = 150_000;
const WORKS: [&str; 5] = ["工程进度款", "材料采购款", "设备购置款", "工程质量保证金返还", "监理费"];

/// A payment before it has a voucher.
pub(super) struct Draft {
    pub at: DateTime<Utc>,
    /// place among the children; none where the source named no known allocation
    pub child: Option<usize>,
    pub payee: String,
    pub account: String,
    /// in fen
    pub amount: i64,
    pub purpose: &'static str,
    pub settlement: &'static str,
    /// what is told beside or instead of the usual
    pub with: Value,
}

impl Draft {
    /// To a firm, by transfer.
    pub(super) fn project(story: &mut Story, child: usize) -> Draft {
        let rng = &mut story.rng;
        let payee = format!("霍山县{}{}", pick(rng, &FIRMS), pick(rng, &TRADES));
        let account = format!("3405016{:012}", rng.random_range(0..1_000_000_000_000_u64));
        let (amount, purpose) = (about(rng, 80_000, 1.0), pick(rng, &WORKS));
        Draft { at: story.office_hour(), child: Some(child), payee, account, amount, purpose, settlement: "电子转账", with: json!({}) }
    }

    fn data(&self, story: &Story) -> Value {
        let child = self.child.and_then(|place| story.children.get(place));
        let usual = json!({
            "allocation_id": child.map(|c| c.id.as_str()), "payer_name": "霍山县国库支付中心", "payer_account": "34050164860800000001", "payee_name": self.payee,
            "payee_account": self.account, "amount": yuan(self.amount), "purpose": self.purpose, "settlement": self.settlement, "method": "财政直接支付",
            "section": child.map_or("agriculture", |c| c.fund().section), "project_code": child.map(|c| project_code(c.fund())),
        });
        with(usual, self.with.clone())
    }

    /// Asks for it; nothing is spent yet. Returns the application number.
    pub(super) fn request(&self, story: &mut Story, at: DateTime<Utc>) -> String {
        let application_no = story.voucher().replace("ZF", "SQ");
        let data = with(self.data(story), json!({ "application_no": application_no, "requested_at": time(at) }));
        story.tell(at, TREASURY, "payment.requested", data);
        application_no
    }

    /// Pays it, and tells so some minutes later. Returns the voucher.
    pub(super) fn pay(&self, story: &mut Story, application_no: Option<&str>) -> String {
        let heard = self.at + TimeDelta::minutes(story.rng.random_range(2..30));
        self.pay_told(story, heard, application_no)
    }

    /// Pays it, and tells so at this time.
    pub(super) fn pay_told(&self, story: &mut Story, heard: DateTime<Utc>, application_no: Option<&str>) -> String {
        let voucher_no = story.voucher();
        if let Some(child) = self.child.and_then(|place| story.children.get_mut(place)) {
            child.spent += self.amount;
        }
        let data = with(self.data(story), json!({ "voucher_no": voucher_no, "application_no": application_no, "paid_at": time(self.at) }));
        story.tell(heard, TREASURY, "payment.paid", data);
        if self.amount >= LARGE {
            story.plant("大额支付", Some(("ZC11", Level::Bell)), &voucher_no);
        }
        voucher_no
    }
}

pub(super) fn with(mut data: Value, more: Value) -> Value {
    if let (Value::Object(data), Value::Object(more)) = (&mut data, more) {
        data.extend(more);
    }
    data
}

/// Everything that is as it should be, and the shares of lines that are not.
pub(super) fn usual(story: &mut Story, size: Size) {
    let to_persons: Vec<usize> = places(story, true);
    let to_projects: Vec<usize> = places(story, false);
    let batches = size.payments / 6;
    for number in 0..size.payments.saturating_sub(batches) {
        let child = pick(&mut story.rng, &to_projects);
        let draft = Draft::project(story, child);
        let asked = (number % 25 == 0).then(|| draft.request(story, draft.at - TimeDelta::hours(20)));
        draft.pay(story, asked.as_deref());
    }
    let mut done = 0;
    for batch in 0..batches {
        let until = size.lines * (batch + 1) / batches.max(1);
        let child = to_persons.get(batch % to_persons.len().max(1)).copied().unwrap_or(0);
        // each fund walks through the register by itself, so that nobody is paid twice by chance
        let turn = batch / to_persons.len().max(1) * CHILDREN + child % CHILDREN;
        subsidies(story, child, turn * size.lines.div_ceil(batches), done..until);
        done = until;
    }
}

fn places(story: &Story, to_persons: bool) -> Vec<usize> {
    story.children.iter().enumerate().filter(|(_, c)| c.fund().to_persons == to_persons).map(|(place, _)| place).collect()
}

/// One payment to the persons who stand in the register from a place on; `lines` are the numbers of its lines within the month.
fn subsidies(story: &mut Story, child: usize, from: usize, lines: std::ops::Range<usize>) {
    let alive: Vec<&Person> = story.people.iter().filter(|p| !p.deceased).collect();
    let mut seats: Vec<Seat> = alive.into_iter().cycle().skip(from).take(lines.len()).cloned().map(Seat::from).collect();
    let mut marks = Vec::new();
    for (place, number) in lines.enumerate() {
        if let Some(seat) = seats.get_mut(place) {
            marks.extend(share::spoil(story, seat, number));
        }
    }
    seats.shuffle(&mut story.rng);
    let at = story.office_hour();
    let voucher = batch(story, at, child, &seats);
    marks.sort_unstable();
    marks.dedup();
    for (what, rule, level) in marks {
        story.plant(what, Some((rule, level)), &voucher);
    }
}

/// A line of a list: whom it reaches, and what it tells beside or instead of the usual.
#[derive(Debug, Clone)]
pub(super) struct Seat {
    pub person: Person,
    pub with: Value,
}

impl From<Person> for Seat {
    fn from(person: Person) -> Seat {
        Seat { person, with: json!({}) }
    }
}

/// A payment to the bank that hands out, not yet told.
pub(super) fn handed_out(at: DateTime<Utc>, child: usize, amount: i64) -> Draft {
    Draft {
        at,
        child: Some(child),
        payee: "霍山农村商业银行惠民资金代发户".to_owned(),
        account: "20000364860066600000018".to_owned(),
        amount,
        purpose: "惠民补贴一卡通代发",
        settlement: "电子转账",
        with: json!({}),
    }
}

/// Pays a list of persons: one payment to the bank that hands out, its lines as a batch an hour later. Returns the voucher.
pub(super) fn batch(story: &mut Story, at: DateTime<Utc>, child: usize, seats: &[Seat]) -> String {
    let amounts: Vec<i64> = seats.iter().map(|_| about(&mut story.rng, 600, 0.4).min(STANDARD)).collect();
    list(story, at, child, seats, &amounts, amounts.iter().sum())
}

/// The same with these amounts, in fen; `total` is what the bank was paid.
pub(super) fn list(story: &mut Story, at: DateTime<Utc>, child: usize, seats: &[Seat], amounts: &[i64], total: i64) -> String {
    let voucher = handed_out(at, child, total).pay(story, None);
    let Some(child) = story.children.get(child) else { return voucher };
    let at = at + TimeDelta::hours(1);
    let month = story.month.0;
    let lines = seats.iter().zip(amounts).enumerate().map(|(index, (seat, fen))| {
        let person = &seat.person;
        // the bank writes another dot than the register
        let name = person.name.replace('·', "•");
        let usual = json!({
            "voucher_no": voucher, "fiscal_year": month.year(), "line_no": index + 1, "project_code": project_code(child.fund()), "town": person.town, "village": person.village,
            "name": name, "id_type": "居民身份证", "id_no": person.id_no, "basis": "按人", "due": yuan(*fen), "paid": yuan(*fen), "month": month.format("%m").to_string(),
            "account": person.account, "account_name": name, "allocation_id": child.id, "section": child.fund().section,
        });
        event(at, "disbursement.listed", with(usual, seat.with.clone()))
    });
    story.moments.push(Moment { at, source: TREASURY, body: Delivery::Batch(lines.collect()) });
    voucher
}
