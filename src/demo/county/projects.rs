//! The project library (项目库) and what was filed of each project's performance: on the list, its goal approved and published, three indicators, on its way.

use chrono::{DateTime, Datelike, Days, NaiveDate, TimeDelta, Utc};
use serde_json::json;

use super::funds::{FUNDS, Fund, parent_id, project_code};
use super::{BUDGET, Delivery, Level, Moment, Story, event, local};

/// The fund whose project has no goal, though its money is distributed.
const WITHOUT: usize = 8;

/// Number, what it measures, name, how it is held against its target, target, unit, weight.
const INDICATORS: [(&str, &str, &str, &str, &str, &str, &str); 3] = [
    ("1", "产出", "资金按期拨付率", "≥", "95", "%", "50"),
    ("2", "效益", "受益群众", "≥", "1000", "人", "30"),
    ("3", "满意度", "受益群众满意度", "≥", "90", "%", "20"),
];

/// Told as lists at the beginning of the month, one after the other, what a goal is asked for before the goal: what they tell of was done since January.
/// What is to be reported of a quarter in this month is told on its day.
pub(super) fn tell(story: &mut Story) {
    let first = story.month.day(1);
    let year = first.year();
    let day = |month: u32, day: u32| NaiveDate::from_ymd_opt(year, month, day).unwrap_or(first);
    let reports = [("一季度", day(4, 10)), ("二季度", day(7, 10)), ("三季度", day(10, 12))];
    let reported = reports.into_iter().rfind(|(_, filed)| *filed <= first);
    let to_report = reports.into_iter().find(|(_, filed)| *filed > first && filed.month() == first.month());
    let mut lists: [Vec<(&str, serde_json::Value)>; 5] = Default::default();
    let mut later = Vec::new();
    for (index, fund) in FUNDS.iter().enumerate() {
        let code = project_code(fund);
        let [library, reviews, indicators, progress, goals] = &mut lists;
        library.push((
            "project.listed",
            json!({ "project_code": code, "project_name": fund.name, "fiscal_year": year, "agency_code": "341525", "section": fund.section }),
        ));
        if index == WITHOUT {
            let parent = parent_id(story, index);
            story.plant("没有绩效目标", Some(("JX01", Level::Red)), &parent);
            continue;
        }
        reviews.push(("performance.review", json!({ "project_code": code, "fiscal_year": year, "status": "通过", "reviewed_on": day(1, 19) })));
        goals.push(("performance.goal", goal(fund, &code, day(1, 15), day(1, 19))));
        for (no, measure, name, comparison, target, unit, weight) in INDICATORS {
            indicators.push((
                "performance.indicator",
                json!({
                    "project_code": code, "fiscal_year": year, "indicator_no": no, "measure": measure, "name": name, "comparison": comparison, "target": target,
                    "unit": unit, "weight": weight,
                }),
            ));
            let report = |(period, filed_on): (&str, NaiveDate)| {
                let data = json!({ "project_code": code, "fiscal_year": year, "indicator_no": no, "period": period, "actual": target, "filed_on": filed_on });
                ("performance.progress", data)
            };
            progress.extend(reported.map(report));
            later.extend(to_report.map(report));
        }
    }
    for (place, list) in (0..).zip(lists) {
        batch(story, local(first, 8) + TimeDelta::minutes(30 + place), list);
    }
    if let Some((_, filed_on)) = to_report {
        batch(story, local(filed_on, 9), later);
    }
}

fn batch(story: &mut Story, at: DateTime<Utc>, list: Vec<(&str, serde_json::Value)>) {
    if !list.is_empty() {
        let lines = list.into_iter().map(|(kind, data)| event(at, kind, data)).collect();
        story.moments.push(Moment { at, source: BUDGET, body: Delivery::Batch(lines) });
    }
}

fn goal(fund: &Fund, code: &str, filed_on: NaiveDate, reviewed_on: NaiveDate) -> serde_json::Value {
    json!({
        "project_code": code, "fiscal_year": filed_on.year(), "project_name": fund.name, "text": format!("{}按期足额用到项目和群众", fund.name), "filed_by": "341525",
        "filed_on": filed_on, "status": "通过", "reviewed_on": reviewed_on, "published_on": filed_on + Days::new(12), "section": fund.section,
    })
}
