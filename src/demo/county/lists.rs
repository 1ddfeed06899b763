//! What goes wrong in lists of persons of this month beyond the shares of usual lines, each on purpose and written into the plan.

use chrono::{DateTime, Datelike, Utc};
use serde_json::json;

use super::funds::FUNDS;
use super::payments::{STANDARD, Seat, handed_out, list};
use super::people::Person;
use super::{Level, REGISTER, Story, local};

/// Plants a list for each rule about lists.
pub(super) fn plant(story: &mut Story) {
    let fund = FUNDS.iter().rposition(|f| f.to_persons).unwrap_or(0);
    let child = story.children.iter().position(|c| c.fund == fund).unwrap_or(0);
    // of the register's far end, whom no other list reaches in this fund; heads of their households
    let heads: Vec<Person> = story.people.iter().rev().filter(|p| !p.deceased && p.relation == "户主").skip(12).take(12).cloned().collect();
    let mut heads = heads.into_iter();
    let mut next = || heads.next().map(Seat::from);

    let (Some(one), Some(mut other)) = (next(), next()) else { return };
    other.with = json!({ "account": one.person.account });
    told(story, 13, child, &[one, other], &[60_000; 2], &[("一个账号发给两户", "DR07", Level::Yellow)]);

    let Some(mut seat) = next() else { return };
    seat.with = json!({ "account_name": Person::new(&mut story.rng, &mut story.ids).name });
    told(story, 14, child, &[seat], &[58_000], &[("户名不是本人", "DR08", Level::Yellow)]);

    let Some(mut seat) = next() else { return };
    seat.with = json!({ "due": "650.00" });
    told(story, 15, child, &[seat], &[61_000], &[("应发与实发不一致", "DR10", Level::Bell)]);

    let Some(seat) = next() else { return };
    told(story, 16, child, &[seat], &[STANDARD + 30_000], &[("超补助标准", "DR11", Level::Red)]);

    let Some(seat) = next() else { return };
    story.employed.push(seat.person.id_no.clone());
    told(story, 16, child, &[seat], &[62_000], &[("发给财政供养人员", "DR05", Level::Yellow)]);

    let Some(seat) = next() else { return };
    moved_out(story, &seat.person);
    told(story, 19, child, &[seat], &[57_000], &[("发给已迁出人员", "DR12", Level::Yellow), ("发给已迁出人员", "DR01", Level::Yellow)]);

    two_of_a_household(story, child);

    let at = day(story, 12);
    let voucher = handed_out(at, child, 480_000).pay(story, None);
    story.plant("没有发放明细", Some(("DR09", Level::Bell)), &voucher);
    let Some(seat) = next() else { return };
    let voucher = list(story, at, child, &[seat], &[63_000], 126_000);
    story.plant("明细合计不符", Some(("DR09", Level::Yellow)), &voucher);
}

fn day(story: &Story, day: u32) -> DateTime<Utc> {
    local(story.month.day(day), 11)
}

/// Tells a list that adds up, and plans what it should light.
fn told(story: &mut Story, on: u32, child: usize, seats: &[Seat], amounts: &[i64], lights: &[(&'static str, &'static str, Level)]) {
    let at = day(story, on);
    let voucher = list(story, at, child, seats, amounts, amounts.iter().sum());
    for (what, rule, level) in lights {
        story.plant(what, Some((rule, *level)), &voucher);
    }
}

fn moved_out(story: &mut Story, person: &Person) {
    let before = story.month.before();
    let data = json!({ "person_no": person.person_no, "status": "迁出", "effective_to": before.with_day(20), "reason": "户口迁出" });
    story.tell(local(story.month.day(1), 10), REGISTER, "beneficiary.removed", data);
}

/// A household is paid as one, yet two of it stand on the list.
fn two_of_a_household(story: &mut Story, child: usize) {
    let mut pairs = story.people.iter().zip(story.people.iter().skip(1)).rev().skip(60);
    let Some((head, mate)) = pairs.find(|(a, b)| a.household_no == b.household_no && a.relation == "户主" && !a.deceased && !b.deceased) else { return };
    let seats = [head, mate].map(|person| Seat { person: person.clone(), with: json!({ "basis": "按户" }) });
    told(story, 20, child, &seats, &[59_000; 2], &[("按户发放而一户两人", "DR14", Level::Yellow)]);
}
