//! The performance goals of the county's projects: each with an output, a benefit and a satisfaction indicator, filed and reviewed before money is handed out.

use chrono::{Datelike, NaiveDate};
use serde_json::json;

use super::funds::{FUNDS, Fund, parent_id, project_code};
use super::{BUDGET, Level, Story, local};

/// The fund whose project has no goal, though its money is distributed.
const WITHOUT: usize = 8;

/// What is to be reached: kind, name, target, unit, weight.
const INDICATORS: [(&str, &str, &str, &str, &str); 3] =
    [("产出", "任务完成率", "100", "%", "50"), ("效益", "受益户数", "300", "户", "30"), ("满意度", "受益群众满意度", "95", "%", "20")];

/// Tells every goal.
pub(super) fn tell(story: &mut Story) {
    for (index, fund) in FUNDS.iter().enumerate() {
        if index == WITHOUT {
            let parent = parent_id(story, index);
            story.plant("没有绩效目标", Some(("JX01", Level::Red)), &parent);
        } else {
            goal(story, fund, story.month.day(1));
        }
    }
}

fn goal(story: &mut Story, fund: &Fund, filed_on: NaiveDate) {
    let (project, year) = (project_code(fund), filed_on.year());
    let data = json!({
        "project_code": project, "fiscal_year": year, "project_name": fund.name, "text": format!("完成{}年度任务", fund.name), "filed_on": filed_on,
        "reviewed_on": filed_on, "status": "通过", "section": fund.section,
    });
    story.tell(local(filed_on, 10), BUDGET, "performance.goal", data);
    for (number, (measure, name, target, unit, weight)) in INDICATORS.into_iter().enumerate() {
        let data = json!({
            "project_code": project, "fiscal_year": year, "indicator_no": format!("{project}-{}", number + 1), "measure": measure, "name": name, "comparison": "≥",
            "target": target, "unit": unit, "weight": weight,
        });
        story.tell(local(filed_on, 10), BUDGET, "performance.indicator", data);
    }
}
