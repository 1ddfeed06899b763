//! Whom a deadline is for is called in a reply: handler, section head, and those above.

use chrono::TimeDelta;

use super::{is_bound, pays_twice, told};
use crate::harness::discord::FakeDiscord;
use crate::harness::{Office, office_story};

async fn days_later(office: &Office, days: i64) {
    office.wind(TimeDelta::days(days));
    office.jobs().await;
    office.wait_until_sent().await;
}

office_story!(a_deadline_calls_those_it_is_for, async |office| {
    let discord = FakeDiscord::open().await;
    office.moves_to(&discord).await;
    for name in ["张敏", "李国强", "陈静"] {
        is_bound(office, &discord, name).await;
    }
    pays_twice(office).await;
    office.wait_until_sent().await;
    days_later(office, 4).await;
    days_later(office, 4).await;
    days_later(office, 2).await;
    insta::assert_snapshot!(told(&discord.messages("社保股")), @r"
    🟡 超期上报 YJ2026-000001 · 疑似重复支付(ZC09)
       股室 社保股  金额 4,800.00 元
       凭证 PZ-2  文号 皖财办〔2026〕18号  日期 11月23日
       期限 11月30日(已超期 3 个工作日)  状态 待核实  经办 @张敏
       请 @张敏、@陈静 注意
    [认领] [核实] [转办] [详情]
    (edited 3)
    (rang 张敏)

    (to 1) 🟡 YJ2026-000001 到期提醒,请 @张敏 在 11月30日前核实。
    [详情]
    (rang 张敏)

    (to 1) 🟡 YJ2026-000001 已超期 1 个工作日(期限 11月30日),请 @张敏 尽快核实;请 @李国强 督促。
    [详情]
    (rang 张敏, 李国强)

    (to 1) 🟡 YJ2026-000001 已超期 3 个工作日(期限 11月30日),请 @张敏 尽快核实;请 @陈静 督促。
    [详情]
    (rang 张敏, 陈静)
    ");
});

office_story!(a_stand_in_is_called_for_what_goes_over, async |office| {
    let discord = FakeDiscord::open().await;
    office.moves_to(&discord).await;
    for name in ["张敏", "李国强"] {
        is_bound(office, &discord, name).await;
    }
    pays_twice(office).await;
    office.wait_until_sent().await;
    office.says("张敏", "/请假 登记 今天 明天 李国强").await;
    office.wait_until_sent().await;
    days_later(office, 2).await;
    let replies: Vec<String> = discord.messages("社保股").iter().skip(1).map(|m| format!("{} {:?}", m.content, m.pings)).collect();
    insta::assert_snapshot!(replies.join("\n"), @r#"
    🟡 YJ2026-000001 代办黄灯,请 @李国强 在 11月30日前核实。 ["李国强"]
    🟡 YJ2026-000001 交回黄灯,请 @张敏 在 11月30日前核实。 ["张敏"]
    "#);
});
