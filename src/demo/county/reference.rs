//! What lists of persons are compared with: the subsidy standards, the public payroll. Told on the first morning of the month.

use chrono::{Datelike, NaiveDate, TimeDelta};
use serde_json::json;

use super::funds::{FUNDS, project_code};
use super::payments::STANDARD;
use super::people::Person;
use super::{BUDGET, Delivery, Moment, REGISTER, Story, event, local, yuan};

/// People on the payroll who have nothing to do with this month.
const OFFICIALS: usize = 40;

/// Tells both.
pub(super) fn tell(story: &mut Story) {
    let at = local(story.month.day(1), 8);
    let year = story.month.0.year();
    let january = NaiveDate::from_ymd_opt(year, 1, 1);
    let mut standards = Vec::new();
    for fund in FUNDS.iter().filter(|fund| fund.to_persons) {
        let code = project_code(fund);
        for basis in ["按人", "按户"] {
            let data = json!({
                "standard_no": format!("{code}-{basis}"), "name": format!("{}标准({basis})", fund.name), "project_code": code, "basis": basis, "monthly": yuan(STANDARD),
                "effective_from": january,
            });
            standards.push(event(at, "standard.listed", data));
        }
    }
    story.moments.push(Moment { at: at - TimeDelta::minutes(30), source: BUDGET, body: Delivery::Batch(standards) });

    let mut ids = std::mem::take(&mut story.employed);
    ids.extend((0..OFFICIALS).map(|_| Person::new(&mut story.rng, &mut story.ids).id_no));
    ids.sort_unstable();
    let payroll = ids.iter().map(|id_no| event(at, "payroll.listed", json!({ "id_no": id_no, "name": "在编人员", "effective_from": january }))).collect();
    story.moments.push(Moment { at: at - TimeDelta::minutes(20), source: REGISTER, body: Delivery::Batch(payroll) });
}
