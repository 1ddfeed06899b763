//! Called before the deadline and after it.

use jingling::domain::SectionCode;

use super::{HEAD, it_is, pays_twice, said_since};
use crate::harness::{Event, allocation, office_story, payment};

/// Who got which letter.
const CHASED: [&str; 2] = ["【到期提醒】", "【已超期】"];

office_story!(each_stage_of_a_deadline_is_said_once_to_those_it_is_for, async |office| {
    office.hires("马骏", "lead_office", HEAD, "majun").await;
    pays_twice(office).await;
    let mut before = office.chat().await;
    for (time, said) in [
        ("2026-11-26T10:00", ""),
        // the working day before, not before half past eight
        ("2026-11-27T08:29", ""),
        (
            "2026-11-27T08:30",
            "🟡 到期提醒 YJ2026-000001 · 疑似重复支付(ZC09)\n   股室 社保股  金额 4,800.00 元\n   凭证 PZ-2  文号 皖财办〔2026〕18号  日期 11月23日\n   期限 11月30日(1 个工作日)  状态 待核实  经办 @张敏\n   请 @张敏 注意",
        ),
        ("2026-11-28T10:00", ""),
        ("2026-11-30T18:00", ""),
        (
            "2026-12-01T09:00",
            "🟡 超期提醒 YJ2026-000001 · 疑似重复支付(ZC09)\n   股室 社保股  金额 4,800.00 元\n   凭证 PZ-2  文号 皖财办〔2026〕18号  日期 11月23日\n   期限 11月30日(已超期 1 个工作日)  状态 待核实  经办 @张敏\n   请 @张敏、@李国强 注意",
        ),
        ("2026-12-02T09:00", ""),
        (
            "2026-12-03T09:00",
            "🟡 超期上报 YJ2026-000001 · 疑似重复支付(ZC09)\n   股室 社保股  金额 4,800.00 元\n   凭证 PZ-2  文号 皖财办〔2026〕18号  日期 11月23日\n   期限 11月30日(已超期 3 个工作日)  状态 待核实  经办 @张敏\n   请 @张敏、@陈静 注意",
        ),
        ("2026-12-05T09:00", ""),
        (
            "2026-12-07T09:00",
            "🟡 超期上报 YJ2026-000001 · 疑似重复支付(ZC09)\n   股室 社保股  金额 4,800.00 元\n   凭证 PZ-2  文号 皖财办〔2026〕18号  日期 11月23日\n   期限 11月30日(已超期 5 个工作日)  状态 待核实  经办 @张敏\n   请 @张敏、@马骏 注意",
        ),
        ("2026-12-30T09:00", ""),
    ] {
        it_is(office, time);
        office.jobs().await;
        office.jobs().await;
        assert_eq!(said_since(office, &before).await, said, "{time}");
        before = office.chat().await;
    }
    let letters = office.mailbox().await;
    let chased: Vec<String> =
        letters.all().iter().filter(|m| CHASED.iter().any(|kind| m.subject.starts_with(kind))).map(|m| format!("{}  {}", m.to, m.subject)).collect();
    insta::assert_snapshot!(chased.join("\n"), @r"
    chenjing@huoshan.example  【已超期】YJ2026-000001 疑似重复支付 · 社保股 · 11月30日到期
    zhangmin@huoshan.example  【已超期】YJ2026-000001 疑似重复支付 · 社保股 · 11月30日到期
    majun@huoshan.example  【已超期】YJ2026-000001 疑似重复支付 · 社保股 · 11月30日到期
    zhangmin@huoshan.example  【已超期】YJ2026-000001 疑似重复支付 · 社保股 · 11月30日到期
    ");
});

office_story!(after_weeks_of_standing_still_only_the_latest_is_said, async |office| {
    pays_twice(office).await;
    let before = office.chat().await;
    office.stop().await;
    it_is(office, "2026-12-25T03:00");
    office.start().await;
    assert_eq!(said_since(office, &before).await, "", "nobody is called in the night");
    it_is(office, "2026-12-25T08:31");
    office.jobs().await;
    let said = said_since(office, &before).await;
    assert_eq!(said.matches("YJ2026-000001").count(), 1, "{said}");
    assert!(said.starts_with("🟡 超期上报") && said.ends_with("请 @张敏、@陈静 注意"), "nobody is entered of 领导小组办公室: {said}");
    office.restart().await;
    office.jobs().await;
    assert_eq!(said_since(office, &before).await, said, "said once, however often it is started");
});

office_story!(
    what_is_red_goes_by_mail_in_the_thread_of_its_first_letter_and_a_bell_rings_on_its_day,
    |config| config.deadlines.sections =
        vec![jingling::config::SectionDeadlines { section: SectionCode::new("business:social_security").unwrap(), bell: Some(2), yellow: None, red: Some(4) }],
    async |office| {
        office.funds(allocation("ZB-1", "100.00")).await;
        office.pays(payment("PZ-1", "150.00")).await;
        let cash = serde_json::json!({
            "application_no": "SQ-9", "requested_at": "2026-11-23T09:30:00+08:00", "allocation_id": "ZB-2", "amount": "5000.00",
            "settlement": "现金", "payee_name": "霍山县茶叶有限公司", "payee_account": "341599", "purpose": "购茶", "section": "business:social_security",
        });
        office.funds(allocation("ZB-2", "100000.00")).await;
        office.pays(Event::new("payment.requested", cash)).await;
        insta::assert_snapshot!(office.says("张敏", "/我的").await, @r"
        本周到期
        🔔 YJ2026-000002 违规使用现金(ZC01)  社保股  5,000.00 元  期限 11月25日  待办理
        🔴 YJ2026-000001 超指标支付(ZC08)  社保股  150.00 元  期限 11月27日  待纠正
        ");
        let before = office.chat().await;
        it_is(office, "2026-11-25T09:00");
        office.jobs().await;
        it_is(office, "2026-11-26T09:00");
        office.jobs().await;
        let letters = office.mailbox().await;
        let to_zhang = letters.of("zhangmin@huoshan.example");
        insta::assert_snapshot!(to_zhang.iter().map(|m| m.subject.as_str()).collect::<Vec<_>>().join("\n"), @r"
        【红灯】YJ2026-000001 超指标支付 · 社保股 · 11月27日前纠正
        【到期提醒】YJ2026-000001 超指标支付 · 社保股 · 11月27日前督促纠正
        ");
        let [first, reminder] = to_zhang[..] else { panic!("{}", letters.list()) };
        assert_eq!(reminder.in_reply_to, first.message_id);
        let said = said_since(office, &before).await;
        let headlines: Vec<&str> = said.lines().filter(|line| line.contains("YJ2026")).collect();
        insta::assert_snapshot!(headlines.join("\n"), @r"
        🔔 到期提醒 YJ2026-000002 · 违规使用现金(ZC01)
        🔴 到期提醒 YJ2026-000001 · 超指标支付(ZC08)
        🔔 超期提醒 YJ2026-000002 · 违规使用现金(ZC01)
        ");
    }
);

office_story!(what_is_from_before_the_service_went_live_calls_nobody, |config| config.office.go_live = "2026-11-24".parse().unwrap(), async |office| {
    pays_twice(office).await;
    it_is(office, "2026-12-25T09:00");
    office.jobs().await;
    assert_eq!(office.chat().await, "");
});
