//! How money is spent (支出管理): what time brings to light, what can still be stopped, what comes right again.

use chrono::TimeDelta;
use serde_json::json;

use crate::harness::{Event, Office, allocation, office_story, payment, scan};

/// What a rule has lit, without what belongs to every warning.
async fn lit(office: &Office, rule: &str) -> Vec<String> {
    office.lights().await.into_iter().filter(|light| light.contains(rule)).map(|light| light.split(' ').skip(1).take(2).collect::<Vec<_>>().join(" ")).collect()
}

fn refunded(voucher: &str, original: &str, amount: &str) -> Event {
    let data =
        json!({"voucher_no": voucher, "original_voucher_no": original, "refunded_at": "2026-11-23T09:45:00+08:00", "amount": amount, "reason": "账号有误退回"});
    Event::new("payment.refunded", data)
}

office_story!(what_was_refunded_is_paid_again_in_time, async |office| {
    office.allocates(allocation("ZB-1", "100000.00")).await;
    office.allocates(scan("ZB-1")).await;
    office.pays(payment("PZ-1", "800.00")).await;
    office.pays(payment("PZ-2", "900.00")).await;
    office.pays(refunded("TK-1", "PZ-1", "800.00")).await;
    office.pays(refunded("TK-2", "PZ-2", "900.00")).await;
    office.wind(TimeDelta::days(2));
    office.pays(payment("PZ-3", "800.00").with("paid_at", "2026-11-25T09:30:00+08:00")).await;
    office.wind(TimeDelta::days(8)); // 3 December, the tenth day
    office.jobs().await;
    assert!(office.lights().await.is_empty(), "{:?}", office.lights().await);
    office.wind(TimeDelta::days(1));
    office.jobs().await;
    assert_eq!(office.lights().await, ["YJ2026-000001 🔔 ZC16 business:social_security PZ-2 900.00"]);
    office.wind(TimeDelta::days(5));
    office.jobs().await;
    assert_eq!(office.lights().await, ["YJ2026-000001 🟡 ZC16 business:social_security PZ-2 900.00"]);
});

office_story!(a_bell_for_a_refund_closes_once_it_was_paid_again, async |office| {
    office.allocates(allocation("ZB-1", "100000.00")).await;
    office.allocates(scan("ZB-1")).await;
    office.pays(payment("PZ-1", "800.00")).await;
    office.pays(refunded("TK-1", "PZ-1", "800.00")).await;
    office.wind(TimeDelta::days(11)); // 4 December
    office.jobs().await;
    assert_eq!(office.lights().await, ["YJ2026-000001 🔔 ZC16 business:social_security PZ-1 800.00"]);
    office.pays(payment("PZ-2", "800.00").with("paid_at", "2026-12-04T09:30:00+08:00")).await;
    assert_eq!(office.lights().await, ["YJ2026-000001 ✅ ZC16 business:social_security PZ-1 800.00"]);
});

office_story!(a_payment_of_tomorrow_rings_until_it_is_put_right, async |office| {
    office.allocates(allocation("ZB-1", "100000.00")).await;
    office.pays(payment("PZ-1", "500.00").with("paid_at", "2026-11-24T09:30:00+08:00")).await;
    office.pays(payment("PZ-2", "600.00").with("paid_at", "2026-11-23T09:50:00+08:00").told("2026-11-23T09:49:59+08:00")).await;
    office.pays(payment("PZ-3", "700.00").with("paid_at", "2026-11-23T09:50:00+08:00").told("2026-11-23T09:50:00+08:00")).await;
    insta::assert_snapshot!(office.lights().await.join("\n"), @r"
    YJ2026-000001 🔔 ZC07 business:social_security PZ-1 500.00
    YJ2026-000002 🔔 ZC07 business:social_security PZ-2 600.00
    ");
    office.pays(payment("PZ-1", "500.00").with("paid_at", "2026-11-23T09:30:00+08:00")).await;
    assert_eq!(office.lights().await[0], "YJ2026-000001 ✅ ZC07 business:social_security PZ-1 500.00");
});

fn requested(application: &str, purpose: &str) -> Event {
    Event::new(
        "payment.requested",
        json!({
            "application_no": application, "allocation_id": "ZB-1", "requested_at": "2026-11-23T09:00:00+08:00", "payee_name": "霍山县佛子岭镇农机服务部",
            "payee_account": format!("3415{application}"), "amount": "98000.00", "purpose": purpose, "settlement": "电子转账", "section": "business:social_security",
        }),
    )
}

office_story!(what_is_on_the_negative_list_rings_before_it_is_paid, async |office| {
    office.allocates(allocation("ZB-1", "500000.00")).await;
    office.pays(requested("SQ-1", "购车款")).await;
    office.pays(requested("SQ-2", "偿还债务")).await;
    insta::assert_snapshot!(office.lights().await.join("\n"), @r"
    YJ2026-000001 🔔 ZC03 business:social_security SQ-1 98,000.00
    YJ2026-000002 🔔 ZC03 business:social_security SQ-2 98,000.00
    ");
    // the one is paid for something else, the other as it was asked for
    office.pays(payment("PZ-1", "98000.00").with("application_no", "SQ-1").with("purpose", "购置农机具")).await;
    office.pays(payment("PZ-2", "98000.00").with("application_no", "SQ-2").with("purpose", "偿还债务")).await;
    insta::assert_snapshot!(office.lights().await.join("\n"), @r"
    YJ2026-000001 ✅ ZC03 business:social_security SQ-1 98,000.00
    YJ2026-000002 🟡 ZC03 business:social_security SQ-2 98,000.00
    ");
});

office_story!(a_bell_closes_when_the_payment_is_cancelled, async |office| {
    office.allocates(allocation("ZB-1", "900000.00")).await;
    office.pays(payment("PZ-1", "500000.00")).await;
    assert_eq!(office.lights().await, ["YJ2026-000001 🔔 ZC11 business:social_security PZ-1 500,000.00"]);
    let cancelled = json!({"voucher_no": "CX-1", "original_voucher_no": "PZ-1", "cancelled_at": "2026-11-23T09:40:00+08:00"});
    office.pays(Event::new("payment.cancelled", cancelled)).await;
    assert_eq!(office.lights().await, ["YJ2026-000001 ✅ ZC11 business:social_security PZ-1 500,000.00"]);
});

office_story!(a_project_has_a_working_day_to_enter_the_library, async |office| {
    let project = |code: &str| Event::new("project.listed", json!({"project_code": code, "project_name": "产业路", "fiscal_year": 2026}));
    office.allocates(allocation("ZB-1", "100000.00")).await;
    office.allocates(project("XM-1")).await;
    for (voucher, code) in [("PZ-1", "XM-1"), ("PZ-2", "XM-2"), ("PZ-3", "XM-3")] {
        office.pays(payment(voucher, "800.00").with("project_code", code)).await;
    }
    office.allocates(project("XM-2")).await;
    office.wind(TimeDelta::days(1)); // Tuesday: the day of grace
    office.jobs().await;
    assert!(office.lights().await.is_empty(), "{:?}", office.lights().await);
    office.wind(TimeDelta::days(1));
    office.jobs().await;
    assert_eq!(office.lights().await, ["YJ2026-000001 🟡 ZC18 business:social_security PZ-3 800.00"]);
});

office_story!(what_lags_behind_the_calendar_lights_on_the_first_of_the_month, async |office| {
    // 64 % of it is paid, and ten whole months are 83 %
    office.pays(payment("PZ-1", "640.00")).await;
    office.allocates(allocation("ZB-1", "1000.00").with("received_on", "2026-08-31").with("registered_on", "2026-09-01")).await;
    assert_eq!(lit(office, "ZC14").await, ["🔔 ZC14"]);
    office.wind(TimeDelta::days(7)); // 30 November
    office.jobs().await;
    assert_eq!(lit(office, "ZC14").await, ["🔔 ZC14"]);
    office.wind(TimeDelta::days(1)); // eleven are 92 %
    office.jobs().await;
    assert_eq!(lit(office, "ZC14").await, ["🟡 ZC14"]);
});

office_story!(what_lies_idle_rings_a_month_before_its_year_is_over, async |office| {
    let last_year = |id: &str| allocation(id, "1000.00").with("received_on", "2025-12-23").with("registered_on", "2025-12-24").with("fiscal_year", 2025);
    office.allocates(last_year("ZB-1")).await;
    office.allocates(last_year("ZB-2")).await;
    assert!(lit(office, "ZC15").await.is_empty());
    office.wind(TimeDelta::days(1));
    office.jobs().await;
    assert_eq!(lit(office, "ZC15").await, ["🔔 ZC15", "🔔 ZC15"]);
    // the one is paid out in time
    office.pays(payment("PZ-1", "1000.00").with("paid_at", "2026-11-24T09:30:00+08:00")).await;
    assert_eq!(lit(office, "ZC15").await, ["✅ ZC15", "🔔 ZC15"]);
    office.wind(TimeDelta::days(30)); // 24 December
    office.jobs().await;
    assert_eq!(lit(office, "ZC15").await, ["✅ ZC15", "🟡 ZC15"]);
});
