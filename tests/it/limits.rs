//! Rules that the calendar sets off: a bell before the limit, a light after it, once each, also after days of standing still; and gone when its cause is.

use serde_json::json;

use crate::deadlines::it_is;
use crate::harness::{Event, Office, allocation, office_story, scan};

/// Received from above with all its elements; the register does not know it yet.
fn received(id: &str, on: &str) -> Event {
    let data = json!({
        "allocation_id": id, "doc_no": "皖财社〔2026〕9号", "received_on": on, "fiscal_year": 2026, "fund_name": "困难群众救助补助资金",
        "fund_nature": "一般公共预算", "function_code": "2082001", "economic_code": "51301", "project_code": "XM1", "section": "business:social_security",
        "amount": "5000.00",
    });
    Event::new("allocation.received", data)
}

fn registered(id: &str, on: &str) -> Event {
    Event::new("allocation.registered", json!({"allocation_id": id, "registered_on": on}))
}

fn distributed(id: &str, on: &str) -> Event {
    Event::new("allocation.distributed", json!({"allocation_id": id, "distributed_on": on}))
}

fn goal(project: &str, filed_on: &str) -> Event {
    let data = json!({
        "project_code": project, "fiscal_year": 2026, "text": "救助困难群众三百户", "filed_on": filed_on, "status": "通过", "reviewed_on": filed_on,
        "section": "business:social_security",
    });
    Event::new("performance.goal", data)
}

/// 产出、效益、满意度, and a goal that has all three.
async fn whole_goal(office: &mut Office, project: &str, filed_on: &str) {
    for (number, measure) in ["产出", "效益", "满意度"].into_iter().enumerate() {
        let data = json!({
            "project_code": project, "fiscal_year": 2026, "indicator_no": number.to_string(), "measure": measure, "name": measure, "comparison": "≥",
            "target": "100", "unit": "%",
        });
        office.allocates(Event::new("performance.indicator", data)).await;
    }
    office.allocates(goal(project, filed_on)).await;
}

fn progress(project: &str, period: &str, filed_on: &str) -> Event {
    let data = json!({"project_code": project, "fiscal_year": 2026, "indicator_no": "0", "period": period, "actual": "95", "filed_on": filed_on});
    Event::new("performance.progress", data)
}

/// The lights that are on at each of these times, after the clock's jobs were done twice.
async fn lights_at(office: &Office, times: &[(&str, &[&str])]) {
    for (time, lights) in times {
        it_is(office, time);
        office.jobs().await;
        office.jobs().await;
        assert_eq!(office.lights().await, *lights, "{time}");
    }
}

const UNREGISTERED: &str = "YJ2026-000001 🔔 ZB01 business:social_security 5,000.00";

// the fifth working day after Monday, 28 September is Saturday, 10 October: the holiday is left out, the Saturday is worked
office_story!(a_limit_over_the_national_day_is_rung_once_after_days_of_standing_still, from "2026-09-28T10:00:00+08:00", async |office| {
    office.allocates(received("ZB-1", "2026-09-28")).await;
    lights_at(office, &[("2026-09-30T09:00", &[]), ("2026-10-08T09:00", &[]), ("2026-10-10T09:00", &[])]).await;
    office.stop().await;
    it_is(office, "2026-10-14T09:00");
    office.start().await;
    lights_at(office, &[("2026-10-14T09:05", &[UNREGISTERED]), ("2026-10-15T09:00", &[UNREGISTERED])]).await;
    office.restart().await;
    lights_at(office, &[("2026-10-16T09:00", &[UNREGISTERED])]).await;
    let chat = office.chat().await;
    assert_eq!(chat.matches("🔔 警铃预警 YJ2026-000001").count(), 1, "{chat}");
});

office_story!(who_has_registered_in_time_hears_nothing_and_who_is_late_hears_why_the_bell_is_gone, from "2026-09-28T10:00:00+08:00", async |office| {
    for id in ["ZB-1", "ZB-2"] {
        office.allocates(received(id, "2026-09-28")).await;
    }
    it_is(office, "2026-10-10T09:00");
    office.jobs().await;
    office.allocates(registered("ZB-2", "2026-10-10")).await;
    office.allocates(scan("ZB-2")).await;
    lights_at(office, &[("2026-10-11T09:00", &[UNREGISTERED])]).await;
    it_is(office, "2026-10-12T09:00");
    office.allocates(registered("ZB-1", "2026-10-12")).await;
    office.allocates(scan("ZB-1")).await;
    assert_eq!(office.lights().await, ["YJ2026-000001 ✅ ZB01 business:social_security 5,000.00"]);
    let chat = office.chat().await;
    assert!(chat.contains("✅ 原因已消除,已办结 YJ2026-000001 · 指标未登记(ZB01)"), "{chat}");
});

office_story!(what_waits_to_be_handed_out_rings_first_and_then_turns_yellow_in_place, from "2026-10-26T10:00:00+08:00", async |office| {
    office.allocates(received("ZB-1", "2026-10-26")).await;
    office.allocates(registered("ZB-1", "2026-10-26")).await;
    office.allocates(scan("ZB-1")).await;
    const BELL: &str = "YJ2026-000001 🔔 ZB02 business:social_security 5,000.00";
    const YELLOW: &str = "YJ2026-000001 🟡 ZB02 business:social_security 5,000.00";
    lights_at(office, &[("2026-11-15T09:00", &[]), ("2026-11-16T09:00", &[BELL]), ("2026-11-25T09:00", &[BELL])]).await;
    // nobody answers the bell
    office.stop().await;
    it_is(office, "2026-11-30T09:00");
    office.start().await;
    lights_at(office, &[("2026-11-30T09:05", &[YELLOW])]).await;
    let told = office.says("张敏", "/预警 详情 1").await;
    assert!(told.contains("11-16 09:00 触发(🔔 待办理)") && told.contains("(🟡 待核实)"), "{told}");
    // what is yellow stays, though the money is handed out now
    whole_goal(office, "XM1", "2026-11-30").await;
    office.allocates(distributed("ZB-1", "2026-11-30")).await;
    assert_eq!(office.lights().await, [YELLOW]);
});

office_story!(a_bell_is_answered_by_handing_out_in_time, from "2026-10-26T10:00:00+08:00", async |office| {
    office.allocates(received("ZB-1", "2026-10-26").without("project_code")).await;
    office.allocates(registered("ZB-1", "2026-10-26")).await;
    office.allocates(scan("ZB-1")).await;
    it_is(office, "2026-11-16T09:00");
    office.jobs().await;
    assert_eq!(
        office.lights().await,
        ["YJ2026-000001 🔔 ZB02 business:social_security 5,000.00", "YJ2026-000002 🔔 ZB12 business:social_security 5,000.00"]
    );
    // all of it goes to one unit and project: the parent is asked neither question any more
    let child = allocation("ZB-1-1", "5000.00").with("parent_id", "ZB-1").with("doc_no", "霍财社〔2026〕3号").with("agency_code", "301001");
    office.allocates(child.with("received_on", "2026-11-16").with("registered_on", "2026-11-16").with("project_code", "XM1")).await;
    office.allocates(scan("ZB-1-1")).await;
    assert_eq!(
        office.lights().await,
        ["YJ2026-000001 ✅ ZB02 business:social_security 5,000.00", "YJ2026-000002 ✅ ZB12 business:social_security 5,000.00"]
    );
});

office_story!(money_without_a_goal_rings_at_once_and_turns_red_when_no_goal_comes, async |office| {
    for (id, project) in [("ZB-1", "XM1"), ("ZB-2", "XM2")] {
        office.allocates(allocation(id, "5000.00").with("project_code", project)).await;
        office.allocates(scan(id)).await;
        office.allocates(distributed(id, "2026-11-23")).await;
    }
    const FIRST: &str = "🔔 JX01 business:social_security 5,000.00";
    assert_eq!(office.lights().await, [format!("YJ2026-000001 {FIRST}"), format!("YJ2026-000002 {FIRST}")]);
    // its goal was only told later
    whole_goal(office, "XM1", "2026-11-20").await;
    let done = "YJ2026-000001 ✅ JX01 business:social_security 5,000.00";
    let red = "YJ2026-000002 🔴 JX01 business:social_security 5,000.00";
    assert_eq!(office.lights().await, [done.to_owned(), format!("YJ2026-000002 {FIRST}")]);
    lights_at(office, &[("2026-11-25T09:00", &[done, red])]).await;
    whole_goal(office, "XM2", "2026-11-25").await;
    assert_eq!(office.lights().await, [done, red], "only a person lowers a red light");
});

office_story!(the_last_quarter_is_asked_for_over_the_year_s_end, from "2026-10-09T10:00:00+08:00", async |office| {
    whole_goal(office, "XM1", "2026-10-09").await;
    whole_goal(office, "XM2", "2026-10-09").await;
    // filed after the third quarter: that one is not asked for; ten working days of January are over on the 14th
    lights_at(office, &[("2026-11-10T09:00", &[]), ("2026-12-31T09:00", &[]), ("2027-01-14T09:00", &[])]).await;
    office.allocates(progress("XM2", "全年", "2027-01-14")).await;
    const BELL: &str = "YJ2027-000001 🔔 JX04 business:social_security";
    const YELLOW: &str = "YJ2027-000001 🟡 JX04 business:social_security";
    lights_at(office, &[("2027-01-15T09:00", &[BELL]), ("2027-01-28T09:00", &[BELL]), ("2027-01-29T09:00", &[YELLOW])]).await;
    let told = office.says("张敏", "/预警 详情 1").await;
    assert!(told.contains("01-15 09:00 触发") && told.contains("01-29 09:00"), "{told}");
});
