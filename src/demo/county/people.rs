//! The people of the county: names from common characters, valid made-up id numbers (GB 11643), households in the 17 towns.

use std::collections::BTreeSet;

use chrono::{Datelike, Days, NaiveDate, TimeDelta};
use rand::{Rng, RngExt};
use serde_json::json;

use super::{Delivery, Moment, REGISTER, Story, event, local, pick};

/// Codes and names of the towns (乡镇) of 霍山县, 341525.
pub const TOWNS: [(&str, &str); 17] = [
    ("341525100", "衡山镇"),
    ("341525101", "佛子岭镇"),
    ("341525102", "下符桥镇"),
    ("341525103", "但家庙镇"),
    ("341525104", "与儿街镇"),
    ("341525105", "黑石渡镇"),
    ("341525106", "诸佛庵镇"),
    ("341525107", "落儿岭镇"),
    ("341525108", "磨子潭镇"),
    ("341525109", "大化坪镇"),
    ("341525110", "漫水河镇"),
    ("341525111", "上土市镇"),
    ("341525112", "单龙寺镇"),
    ("341525201", "东西溪乡"),
    ("341525202", "太平畈乡"),
    ("341525203", "太阳乡"),
    ("341525400", "经济开发区"),
];

const SURNAMES: [&str; 24] =
    ["王", "李", "张", "刘", "陈", "杨", "黄", "赵", "吴", "周", "徐", "孙", "马", "朱", "胡", "郭", "何", "高", "林", "罗", "郑", "汪", "程", "储"];
const GIVEN: [&str; 32] = [
    "国", "明", "华", "文", "德", "福", "春", "秀", "英", "兰", "芳", "玉", "桂", "珍", "平", "军", "勇", "强", "红", "霞", "荣", "贵", "祥", "良", "成", "家",
    "传", "永", "志", "光", "友", "先",
];
/// Rare characters and long names that a system must not stumble over.
const ODD_NAMES: [&str; 5] = ["𠮷永福", "䶮小满", "阿依古丽·买买提", "尔古·阿呷", "欧阳㛃"];
const VILLAGES: [&str; 6] = ["中心村", "高峰村", "河口村", "龙井村", "松林村", "新塘村"];
const RELATIONS: [&str; 3] = ["户主", "配偶", "子女"];

/// A made-up person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Person {
    pub household_no: String,
    pub person_no: String,
    pub name: String,
    pub id_no: String,
    pub relation: &'static str,
    pub town: &'static str,
    pub village: &'static str,
    pub account: String,
    pub deceased: bool,
}

impl Person {
    /// Someone new, whose id nobody else has.
    pub(super) fn new(rng: &mut impl Rng, ids: &mut BTreeSet<String>) -> Person {
        let mut id_no = id(rng);
        while !ids.insert(id_no.clone()) {
            id_no = id(rng);
        }
        let mut name = pick(rng, &SURNAMES).to_string();
        for _ in 0..rng.random_range(1..=2) {
            name.push_str(pick(rng, &GIVEN));
        }
        Person {
            household_no: String::new(),
            person_no: String::new(),
            name,
            id_no,
            relation: "户主",
            town: pick(rng, &TOWNS).1,
            village: pick(rng, &VILLAGES),
            account: format!("621723{:013}", rng.random_range(0..10_000_000_000_000_u64)),
            deceased: false,
        }
    }
}

/// An id number with a right check digit; people born before 2000 carry the code of before the district was renamed.
fn id(rng: &mut impl Rng) -> String {
    let birth = NaiveDate::default() - Days::new(365 * 30) + Days::new(rng.random_range(0..365 * 75));
    let area = if birth.year() < 2000 { "342427" } else { "341525" };
    let first = format!("{area}{}{:03}", birth.format("%Y%m%d"), rng.random_range(1..1000));
    let check = check_digit(&first);
    format!("{first}{check}")
}

/// GB 11643 (ISO 7064 MOD 11-2) over the first 17 digits.
pub(super) fn check_digit(first: &str) -> char {
    let sum = first.bytes().fold(0_u32, |sum, digit| (sum + u32::from(digit - b'0')) * 2 % 11);
    let value = (12 - sum) % 11;
    char::from_digit(value, 10).unwrap_or('X')
}

/// Makes the households up and tells the register, a batch a town; every 700th person has died the month before.
pub(super) fn register(story: &mut Story, households: usize) {
    let before = story.month.before();
    for number in 1..=households {
        let home = Person::new(&mut story.rng, &mut story.ids);
        for (index, relation) in RELATIONS.iter().enumerate().take(story.rng.random_range(1..=3)) {
            let mut person = if index == 0 { home.clone() } else { Person::new(&mut story.rng, &mut story.ids) };
            (person.town, person.village, person.relation) = (home.town, home.village, relation);
            person.household_no = format!("H{number:06}");
            person.person_no = format!("H{number:06}-{}", index + 1);
            person.deceased = story.people.len() % 700 == 699;
            if let Some(name) = ODD_NAMES.get(number - 1).filter(|_| index == 0) {
                person.name = (*name).to_owned();
            }
            story.people.push(person);
        }
    }
    for (place, (_, town)) in TOWNS.iter().enumerate() {
        let at = local(story.month.day(1), 8) + TimeDelta::minutes(place as i64);
        let lines: Vec<String> = story.people.iter().filter(|p| p.town == *town).map(|p| event(at, "beneficiary.registered", registered(p, before))).collect();
        if !lines.is_empty() {
            story.moments.push(Moment { at, source: REGISTER, body: Delivery::Batch(lines) });
        }
    }
    let died: Vec<String> = story.people.iter().filter(|p| p.deceased).map(|p| p.person_no.clone()).collect();
    for person_no in died {
        let data = json!({ "person_no": person_no, "status": "死亡", "effective_to": before + Days::new(14), "reason": "死亡注销" });
        story.tell(local(story.month.day(1), 10), REGISTER, "beneficiary.removed", data);
    }
}

fn registered(person: &Person, before: NaiveDate) -> serde_json::Value {
    json!({
        "household_no": person.household_no, "person_no": person.person_no, "name": person.name, "id_no": person.id_no, "relation": person.relation,
        "town": person.town, "village": person.village, "status": "在册", "effective_from": NaiveDate::from_ymd_opt(before.year(), 1, 1),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_check_digit_is_the_standard_s() {
        for id in ["342427196503120012", "341525200303120019", "11010519491231002X"] {
            assert!(id.ends_with(check_digit(&id[..17])), "{id}");
        }
    }
}
