//! A usual month of payments: projects to companies, subsidies to persons line by line, some asked for beforehand.

use chrono::{DateTime, Datelike, TimeDelta, Utc};
use rand::RngExt;
use rand::seq::SliceRandom;
use serde_json::{Value, json};

use super::funds::{CHILDREN, project_code};
use super::people::Person;
use super::{Delivery, Level, Moment, Size, Story, TREASURY, about, event, pick, time, yuan};

const FIRMS: [&str; 8] = ["宏达", "兴农", "皖西", "天河", "金寨路", "大别山", "绿源", "众诚"];
const TRADES: [&str; 5] = ["建设工程有限公司", "水利工程有限公司", "农业发展有限公司", "商贸有限公司", "种养专业合作社"];
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
}

impl Draft {
    /// To a firm, by transfer.
    pub(super) fn project(story: &mut Story, child: usize) -> Draft {
        let rng = &mut story.rng;
        let payee = format!("霍山县{}{}", pick(rng, &FIRMS), pick(rng, &TRADES));
        let account = format!("3405016{:012}", rng.random_range(0..1_000_000_000_000_u64));
        let (amount, purpose) = (about(rng, 80_000, 1.0), pick(rng, &WORKS));
        Draft { at: story.office_hour(), child: Some(child), payee, account, amount, purpose, settlement: "电子转账" }
    }

    fn data(&self, story: &Story) -> Value {
        let child = self.child.and_then(|place| story.children.get(place));
        json!({
            "allocation_id": child.map(|c| c.id.as_str()), "payer_name": "霍山县国库支付中心", "payer_account": "34050164860800000001", "payee_name": self.payee,
            "payee_account": self.account, "amount": yuan(self.amount), "purpose": self.purpose, "settlement": self.settlement, "method": "财政直接支付",
            "section": child.map_or("agriculture", |c| c.fund().section), "project_code": child.map(|c| project_code(c.fund())),
        })
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
        let voucher_no = story.voucher();
        if let Some(child) = self.child.and_then(|place| story.children.get_mut(place)) {
            child.spent += self.amount;
        }
        let heard = self.at + TimeDelta::minutes(story.rng.random_range(2..30));
        let data = with(self.data(story), json!({ "voucher_no": voucher_no, "application_no": application_no, "paid_at": time(self.at) }));
        story.tell(heard, TREASURY, "payment.paid", data);
        voucher_no
    }
}

fn with(mut data: Value, more: Value) -> Value {
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
    let mut paid: Vec<Person> = alive.into_iter().cycle().skip(from).take(lines.len()).cloned().collect();
    let mut marks = Vec::new();
    for (place, number) in lines.enumerate() {
        let Some(seat) = paid.get_mut(place) else { continue };
        if number % 1000 == 500 {
            if let Some(dead) = story.people.iter().filter(|p| p.deceased).nth(number / 1000) {
                *seat = dead.clone();
                marks.push("发给已死亡人员");
            }
        } else if number % 67 == 33 {
            *seat = Person::new(&mut story.rng, &mut story.ids);
            marks.push("不在建档立卡名册");
        }
    }
    paid.shuffle(&mut story.rng);
    let at = story.office_hour();
    let voucher = batch(story, at, child, &paid);
    marks.sort_unstable();
    marks.dedup();
    for mark in marks {
        story.plant(mark, Some(("DR01", Level::Yellow)), &voucher);
    }
}

/// Pays a list of persons: one payment to the bank that hands out, its lines as a batch an hour later. Returns the voucher.
pub(super) fn batch(story: &mut Story, at: DateTime<Utc>, child: usize, people: &[Person]) -> String {
    let amounts: Vec<i64> = people.iter().map(|_| about(&mut story.rng, 600, 0.4)).collect();
    let draft = Draft {
        at,
        child: Some(child),
        payee: "霍山农村商业银行惠民资金代发户".to_owned(),
        account: "20000364860066600000018".to_owned(),
        amount: amounts.iter().sum(),
        purpose: "惠民补贴一卡通代发",
        settlement: "电子转账",
    };
    let voucher = draft.pay(story, None);
    let Some(child) = story.children.get(child) else { return voucher };
    let at = draft.at + TimeDelta::hours(1);
    let month = story.month.0;
    let lines = people.iter().zip(&amounts).enumerate().map(|(index, (person, fen))| {
        let data = json!({
            "voucher_no": voucher, "fiscal_year": month.year(), "line_no": index + 1, "project_code": project_code(child.fund()), "town": person.town, "village": person.village,
            // the bank writes another dot than the register
            "name": person.name.replace('·', "•"), "id_type": "居民身份证", "id_no": person.id_no, "basis": "按人", "due": yuan(*fen), "paid": yuan(*fen),
            "month": month.format("%m").to_string(), "account": person.account, "allocation_id": child.id, "section": child.fund().section,
        });
        event(at, "disbursement.listed", data)
    });
    story.moments.push(Moment { at, source: TREASURY, body: Delivery::Batch(lines.collect()) });
    voucher
}
