//! Rules that ask for what was taken back, and rules that are shipped but off.

use jingling::store::setting::Setting;
use jingling::store::staff;
use serde_json::json;

use crate::harness::{Event, Office, allocation, line, office_story, payment};

fn rule(code: &str, on: &str, keys: &str, levels: &str) -> Setting {
    let source = format!(
        "code = \"{code}\"\nname = \"试行\"\ncategory = \"支出管理\"\non = \"{on}\"\nbasis = \"《预算法》\"\nscope = \"全部\"\nhandler = \"归口股室\"\n\
         description = \"试行。\"\n{keys}\n{levels}"
    );
    Setting::Rule { code: code.to_owned(), source }
}

async fn goes_by(office: &mut Office, rules: &[Setting]) {
    for rule in rules {
        let turn = office.store().turn().await.unwrap();
        staff::enter(turn, office.clock.now(), rule).await.unwrap();
    }
    office.restart().await;
}

fn refund(voucher: &str, of: &str, amount: &str) -> Event {
    let data = json!({"voucher_no": voucher, "original_voucher_no": of, "refunded_at": "2026-11-23T10:00:00+08:00", "amount": amount});
    Event::new("payment.refunded", data)
}

/// What the rules of these stories have lit.
async fn lit(office: &Office) -> Vec<String> {
    office.lights().await.into_iter().filter(|light| ["ZC91", "ZC92", "ZC93", "DR91", "DR92"].iter().any(|code| light.contains(code))).collect()
}

/// Whether a light of this rule is on what bears this number.
fn has(lights: &[String], light: &str, voucher: &str) -> bool {
    lights.iter().any(|line| line.contains(light) && line.contains(&format!(" {voucher} ")))
}

const RETURNED: &str = "[[level]]\nlight = \"黄灯\"\nwhen = \"冲销金额 > 0 且 超过(支付日期, 2 天)\"\n\
                        [[level]]\nlight = \"红灯\"\nwhen = \"类型 = '退款' 且 支付金额 > 1000\"\n";

office_story!(a_rule_may_ask_for_what_was_taken_back, async |office| {
    goes_by(office, &[rule("ZC91", "支付", "with_reversed = true", RETURNED), rule("ZC92", "支付", "", RETURNED)]).await;
    office.allocates(allocation("ZB-1", "100000.00")).await;
    office.pays(payment("PZ-1", "5000.00").with("paid_at", "2026-11-20T09:30:00+08:00")).await;
    office.pays(payment("PZ-2", "600.00")).await;
    assert!(lit(office).await.is_empty());
    // the refund itself, and the payment that it takes back whole; a rule that does not ask for such says nothing
    office.pays(refund("TK-1", "PZ-1", "5000.00")).await;
    office.pays(refund("TK-2", "PZ-2", "600.00")).await;
    let lights = lit(office).await;
    assert!(lights.len() == 2 && has(&lights, "🔴 ZC91", "TK-1") && has(&lights, "🟡 ZC91", "PZ-1"), "{lights:?}");
    // of the second the limit passes on a Thursday: looked at again by the day alone
    office.wind(chrono::TimeDelta::days(3));
    office.jobs().await;
    let lights = lit(office).await;
    assert!(lights.len() == 3 && has(&lights, "🟡 ZC91", "PZ-2"), "{lights:?}");
});

office_story!(lines_of_a_payment_taken_back_are_judged_by_who_asks, async |office| {
    let reversed = "[[level]]\nlight = \"黄灯\"\nwhen = \"已冲销 = 是\"\n";
    goes_by(office, &[rule("DR91", "明细", "with_reversed = true", reversed), rule("DR92", "明细", "", reversed)]).await;
    office.allocates(allocation("ZB-1", "100000.00")).await;
    office.pays(payment("PZ-1", "600.00")).await;
    office.lists(line("PZ-1", 1, "342427196503120012")).await;
    assert!(lit(office).await.is_empty());
    office.pays(refund("TK-1", "PZ-1", "600.00")).await;
    let lights = lit(office).await;
    assert!(lights.len() == 1 && has(&lights, "🟡 DR91", "PZ-1"), "{lights:?}");
});

office_story!(a_rule_that_is_off_is_known_and_lights_nothing, async |office| {
    let levels = "[[level]]\nlight = \"黄灯\"\nwhen = \"支付金额 > 100 或 超过(支付日期, 1 天)\"\n";
    goes_by(office, &[rule("ZC93", "支付", "enabled = false", levels)]).await;
    office.allocates(allocation("ZB-1", "100000.00")).await;
    office.pays(payment("PZ-1", "5000.00")).await;
    office.wind(chrono::TimeDelta::days(3));
    office.jobs().await;
    assert!(lit(office).await.is_empty());
    assert!(office.says("张敏", "/台账 项目").await.contains("ZC93 试行(停用)"));
    goes_by(office, &[rule("ZC93", "支付", "enabled = true", levels)]).await;
    office.pays(payment("PZ-2", "5000.00")).await;
    assert!(!office.says("张敏", "/台账 项目").await.contains("ZC93 试行(停用)"));
    let lights = lit(office).await;
    assert!(lights.len() == 1 && has(&lights, "🟡 ZC93", "PZ-2"), "{lights:?}");
    // off again: what it has lit stays and is dealt with, nothing new comes
    goes_by(office, &[rule("ZC93", "支付", "enabled = false", levels)]).await;
    office.pays(payment("PZ-3", "5000.00")).await;
    assert_eq!(lit(office).await.len(), 1);
});
