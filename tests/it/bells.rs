//! Bells that close themselves once what they rang for is gone; a yellow or a red light never does.

use jingling::store::setting::Setting;
use jingling::store::staff;
use serde_json::json;

use crate::harness::{Event, Office, allocation, office_story, payment};

/// Three working days after it came an allocation must be registered; all of one fund are one matter.
const UNREGISTERED: &str = r#"
code = "ZB91"
name = "指标未登记"
category = "指标管理"
on = "指标"
basis = "《扶贫资金动态监控平台内部工作规程》第一部分"
scope = "上级下达的资金"
handler = "预算股"
description = "收到后三个工作日还没有登记。"
matter = ["资金名称"]

[params]
"期限" = 3

[[level]]
light = "警铃"
when = "登记日期 为空 且 超过(收到日期, 期限 工作日)"
"#;

fn received(id: &str) -> Event {
    Event::new(
        "allocation.received",
        json!({
            "allocation_id": id, "doc_no": "皖财办〔2026〕18号", "received_on": "2026-11-16", "fiscal_year": 2026, "fund_name": "产业奖补", "fund_nature": "一般公共预算",
            "function_code": "2130505", "economic_code": "51301", "section": "business:social_security", "amount": "1000.00",
        }),
    )
}

fn registered(id: &str) -> Event {
    Event::new("allocation.registered", json!({"allocation_id": id, "registered_on": "2026-11-23"}))
}

async fn watches_registration(office: &mut Office) {
    let turn = office.store().turn().await.unwrap();
    let rule = Setting::Rule { code: "ZB91".to_owned(), source: UNREGISTERED.to_owned() };
    staff::enter(turn, office.clock.now(), &rule).await.unwrap();
    office.restart().await;
}

office_story!(a_bell_closes_itself_when_its_cause_is_gone, async |office| {
    watches_registration(office).await;
    office.allocates(received("ZB-1")).await;
    assert_eq!(office.lights().await, ["YJ2026-000001 🔔 ZB91 business:social_security 1,000.00"]);
    office.allocates(registered("ZB-1")).await;
    assert_eq!(office.lights().await, ["YJ2026-000001 ✅ ZB91 business:social_security 1,000.00"]);
    let chat = office.chat().await;
    assert!(chat.contains("✅ 原因已消除,已办结 YJ2026-000001 · 指标未登记(ZB91)"), "{chat}");
    assert!(chat.contains("   原因 登记日期 2026-11-23 为空 不再成立"), "{chat}");
    insta::assert_snapshot!(office.says("张敏", "/预警 办结 1 已登记").await, @"YJ2026-000001 的原因已消除,已自动办结(11-23 10:00),无需再次办理。");
    assert_eq!(office.says("张敏", "/我的").await, "您手上没有待办的预警。");
    let history = office.says("张敏", "/预警 详情 1").await;
    assert!(history.contains("原因已消除,自动办结(✅ 已办结)"), "{history}");
    assert!(history.contains("   原因消除:登记日期 2026-11-23 为空 不再成立"), "{history}");
    let month = office.says("陈静", "/月报 汇总").await;
    assert!(month.contains("核对:逐股室、逐灯相符。") && month.contains("社保股  警铃     0     1     0     0     1     0     0"), "{month}");
});

office_story!(a_bell_for_two_waits_for_both_and_rings_anew_for_what_comes_back, async |office| {
    watches_registration(office).await;
    office.allocates(received("ZB-1")).await;
    office.allocates(received("ZB-2")).await;
    assert_eq!(office.lights().await, ["YJ2026-000001 🔔 ZB91 business:social_security 1,000.00 共 2 条"]);
    office.allocates(registered("ZB-1")).await;
    assert_eq!(office.lights().await, ["YJ2026-000001 🔔 ZB91 business:social_security 1,000.00 共 2 条"]);
    office.allocates(registered("ZB-2")).await;
    assert_eq!(office.lights().await, ["YJ2026-000001 ✅ ZB91 business:social_security 1,000.00 共 2 条"]);
    office.allocates(received("ZB-3")).await;
    assert_eq!(office.lights().await[1], "YJ2026-000002 🔔 ZB91 business:social_security 1,000.00");
});

office_story!(what_a_colleague_has_done_meanwhile_stays_theirs, async |office| {
    watches_registration(office).await;
    office.allocates(received("ZB-1")).await;
    assert_eq!(office.says("张敏", "/预警 办结 1 正在登记").await, "YJ2026-000001 已办结。");
    office.allocates(registered("ZB-1")).await;
    insta::assert_snapshot!(office.says("李国强", "/预警 办结 1 已登记").await, @"YJ2026-000001 已由社保股处理(11-23 10:00 已办结),无需再次办理。处理单有误可用:/预警 更正;要重新办理,由农业股用 /预警 重开。");
    assert!(!office.chat().await.contains("原因已消除"));
});

office_story!(a_requested_payment_rings_until_it_is_paid_as_it_should_be, async |office| {
    office.allocates(allocation("ZB-1", "100000.00")).await;
    let asked = |settlement: &str| {
        let data = json!({"application_no": "SQ-1", "allocation_id": "ZB-1", "requested_at": "2026-11-23T09:00:00+08:00", "payee_name": "霍山县农机服务部", "payee_account": "34150001", "amount": "5000.00", "settlement": settlement, "section": "business:social_security"});
        Event::new("payment.requested", data)
    };
    office.pays(asked("现金")).await;
    assert!(office.lights().await[0].starts_with("YJ2026-000001 🔔 ZC01 "), "{:?}", office.lights().await);
    let paid = payment("PZ-1", "5000.00").with("application_no", "SQ-1").with("payee_name", "霍山县农机服务部").with("payee_account", "34150001");
    office.pays(paid.with("settlement", "电子转账")).await;
    assert!(office.lights().await[0].starts_with("YJ2026-000001 ✅ ZC01 "), "{:?}", office.lights().await);
});

office_story!(a_yellow_or_red_light_never_closes_by_itself, async |office| {
    office.allocates(allocation("ZB-1", "100000.00")).await;
    office.pays(payment("PZ-1", "5000.00").with("settlement", "现金")).await;
    let cancelled = json!({"voucher_no": "PZ-2", "original_voucher_no": "PZ-1", "cancelled_at": "2026-11-23T09:40:00+08:00"});
    office.pays(Event::new("payment.cancelled", cancelled)).await;
    assert!(office.lights().await[0].starts_with("YJ2026-000001 🔴 ZC01 "), "{:?}", office.lights().await);
});
