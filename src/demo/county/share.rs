//! The lines of usual lists that are not as they should be: each kind its share of all lines.

use serde_json::json;

use super::payments::Seat;
use super::people::Person;
use super::{Level, Story};

/// What was planted, and the rule and level that must find it.
pub(super) type Mark = (&'static str, &'static str, Level);

/// Spoils the line of this number within the month, if it falls to it.
pub(super) fn spoil(story: &mut Story, seat: &mut Seat, number: usize) -> Vec<Mark> {
    match number % 1000 {
        // deceased 0.1 %
        500 => {
            let Some(dead) = story.people.iter().filter(|p| p.deceased).nth(number / 1000).cloned() else { return Vec::new() };
            *seat = dead.into();
            vec![("发给已死亡人员", "DR01", Level::Yellow), ("发给已死亡人员", "DR04", Level::Red)]
        }
        // a digit mistyped: nobody has this number
        250 => {
            let wrong = mistyped(&seat.person.id_no);
            seat.with = json!({ "id_no": wrong });
            vec![("身份证号校验位不符", "DR03", Level::Yellow), ("身份证号校验位不符", "DR01", Level::Yellow)]
        }
        // the bank sends it covered
        350 | 750 => {
            let covered = format!("{}********{}", &seat.person.id_no[..6], &seat.person.id_no[14..]);
            seat.with = json!({ "id_no": covered });
            vec![("证件号码残缺", "DR13", Level::Bell)]
        }
        150 | 650 => {
            let other = Person::new(&mut story.rng, &mut story.ids).name;
            if other == seat.person.name {
                return Vec::new();
            }
            seat.with = json!({ "name": other, "account_name": other });
            vec![("姓名与名册不符", "DR02", Level::Yellow)]
        }
        // on no register 1.5 %
        _ if number % 67 == 33 => {
            *seat = Person::new(&mut story.rng, &mut story.ids).into();
            vec![("不在建档立卡名册", "DR01", Level::Yellow)]
        }
        _ => Vec::new(),
    }
}

/// The number with its last place changed.
fn mistyped(id_no: &str) -> String {
    let (first, last) = id_no.split_at(id_no.len() - 1);
    format!("{first}{}", if last == "1" { "2" } else { "1" })
}
