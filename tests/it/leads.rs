//! Leads to 驻局纪检监察组: written and read at the terminal, by the reporter and 驻局纪检监察组; nowhere else is there one.

use commands::Permission::Query;
use jingling::desk::{Account, Reply};
use jingling::store::{audit, staff};
use serde_json::{Value, json};

use crate::discord_in::joins;
use crate::harness::discord::FakeDiscord;
use crate::harness::{Office, allocation, office_story, payment, snowflake};

const LEAD: &str = "/线索 报送 内容=\"村会计李有财两次虚报面积,电话 13812345678,附合同\" 预警=1";

async fn watched(office: &mut Office) {
    office.allocates(allocation("ZB-1", "100000.00")).await;
    for voucher in ["PZ-1", "PZ-2"] {
        office.pays(payment(voucher, "4800.00").with("payee_account", "6217000000017")).await;
    }
    office.wait_until_sent().await;
}

/// The number that an answer names.
fn number(answer: &str) -> String {
    answer.split_whitespace().find(|word| word.starts_with("XS")).unwrap().chars().take(11).collect()
}

office_story!(a_lead_is_seen_by_its_reporter_and_by_discipline_alone, async |office| {
    watched(office).await;
    let unheard = office.says("张敏", LEAD).await;
    let first = number(&unheard);
    insta::assert_snapshot!(unheard.replace(&first, "XS"), @r"
    已报送 XS。只有驻局纪检监察组和您本人看得到,用 /线索 查看 看办理结果。
    驻局纪检监察组还没有人登记邮箱,没有寄出邮件,请另行告知。
    ");
    office.hires("纪明", "discipline", &[Query], "jiming").await;
    office.hires("纪清", "discipline", &[Query], "").await;
    office.hires("纪退", "discipline", &[], "").await;
    let second = number(&office.says("王芳", "/线索 报送 某科长收受礼品").await);
    let (one, two) = [&first, &second].map(|no| no[7..].parse::<i64>().unwrap()).into();
    assert!(two - one != 1, "numbers in a row would tell how many there are: {first} {second}");

    insta::assert_snapshot!(office.mailbox().await.of("jiming@huoshan.example")[0].subject, @"【新的线索】驻局纪检监察组");
    insta::assert_snapshot!(office.mailbox().await.of("jiming@huoshan.example")[0].text, @r"
    有一条新的线索,请到终端查看。

    新的线索

    股室:驻局纪检监察组

    姓名、证件号、账号已隐去一部分,全文请在单位内部系统查看。本邮件由警铃自动发出,请勿回复。
    ");
    insta::assert_snapshot!(office.says("纪明", "/我的").await, @r"
    另外要办
    2 条线索待办理,用 /线索 列表 查看
    ");
    let all = office.says("纪明", "/线索 列表").await;
    assert_eq!(all.lines().count(), 2, "{all}");
    insta::assert_snapshot!(office.says("纪明", &format!("/线索 查看 {first}")).await.replace(&first, "XS"), @r"
    XS
    2026-11-23 10:00 张敏 报送
    村会计李有财两次虚报面积,电话 13812345678,附合同(预警 YJ2026-000001)
    ");

    // to everybody else there is none, not even as a number
    let own = office.says("王芳", "/线索 列表").await;
    assert!(own.starts_with(&second) && own.lines().count() == 1, "{own}");
    for name in ["王芳", "李国强", "吴凡", "孙丽", "陈静", "纪退"] {
        let (theirs, none) = (office.says(name, &format!("/线索 查看 {first}")).await, office.says(name, "/线索 查看 XS2026-999999").await);
        assert_eq!(theirs.replace(&first, "XS"), none.replace("XS2026-999999", "XS"), "{name}");
    }
    assert_eq!(office.says("陈静", "/线索 列表").await, "没有线索。用 /线索 报送 填写。");
    insta::assert_snapshot!(office.says("陈静", &format!("/线索 办理 {first} 结果=不属实")).await, @"这个命令由驻局纪检监察组有“查询”权限的人使用。");
    assert_eq!(office.says("张敏", "/线索 报送 某事 预警=99").await, "没有 YJ2026-000099 这条预警,或者它不归您所在的股室。可以不写预警。");
    assert!(office.says("王芳", "/线索 报送 某事 预警=1").await.starts_with("没有 YJ2026-000001 这条预警"));

    assert!(office.says("纪明", "/线索 办理 XS2026-999999 结果=好").await.starts_with("没有 XS2026-999999 这条线索。"));
    office.says("纪清", &format!("/线索 办理 {first} 结果=\"已初核,李有财属实\"")).await;
    insta::assert_snapshot!(office.says("张敏", &format!("/线索 查看 {first}")).await.replace(&first, "XS"), @r"
    XS
    2026-11-23 10:00 张敏 报送
    村会计李有财两次虚报面积,电话 13812345678,附合同(预警 YJ2026-000001)
    2026-11-23 10:00 纪清 办理
    已初核,李有财属实
    ");
    insta::assert_snapshot!(office.says("纪明", "/我的").await, @r"
    另外要办
    1 条线索待办理,用 /线索 列表 查看
    ");
    let (chat, mails) = (office.chat().await, office.mailbox().await);
    for told in ["XS2026", "线索", "李有财"] {
        assert!(!chat.contains(told), "{chat}");
    }
    assert!(mails.all().iter().all(|mail| !mail.text.contains("XS2026") && !mail.text.contains("李有财")));
});

office_story!(over_discord_nothing_is_taken_and_nothing_is_stored, async |office| {
    watched(office).await;
    office.hires("纪明", "discipline", &[Query], "jiming").await;
    let lead = number(&office.says("张敏", LEAD).await);
    office.wait_until_sent().await;
    let before = office.journal().await;
    let desk = &office.app().desk;
    for (name, line) in [("张敏", LEAD), ("张敏", "/线索 列表"), ("纪明", &format!("/线索 查看 {lead}")), ("纪明", &format!("/线索 办理 {lead} 结果=好"))]
    {
        let answer = desk.hear(name, Account::Discord(snowflake(1_100_000_000_000_000_099)), line).await.to_string();
        assert_eq!(answer, "为保护个人信息,这个命令只能在单位内部的终端上用。请运行 jingling console 办理。", "{line}");
    }
    let mine = desk.hear("纪明", Account::Discord(snowflake(1_100_000_000_000_000_099)), "/我的").await;
    assert!(matches!(&mine, Reply::Said(text) if text.to_string() == "您手上没有待办的预警。"), "{mine}");
    insta::assert_snapshot!(desk.hear("张敏", Account::Discord(snowflake(1_100_000_000_000_000_099)), "/线索").await, @"问题线索不在聊天里报,这里什么也不会保存。请在单位内部的终端运行 jingling console,用 /线索 报送 填写,只有驻局纪检监察组和您本人看得到。");
    assert_eq!(office.journal().await, before, "nothing is stored");
});

office_story!(on_discord_a_lead_is_shown_the_way_and_nothing_can_be_written, async |office| {
    let discord = FakeDiscord::open().await;
    office.moves_to(&discord).await;
    watched(office).await;
    let zhang = joins(office, &discord, "张敏").await;
    let registered: Vec<Value> = discord.registered().into_iter().filter(|command| command["name"].as_str().unwrap().starts_with("线索")).collect();
    assert_eq!(registered.len(), 1);
    assert!(registered[0]["options"].as_array().is_none_or(Vec::is_empty), "there is no field to write into: {registered:?}");
    let before = office.journal().await;
    assert!(zhang.says("/线索").await.to_string().starts_with("(only you) 问题线索不在聊天里报,这里什么也不会保存。"));
    // a client that believes there is one
    let fields = json!([{"type": 3, "name": "内容"}, {"type": 3, "name": "预警"}]);
    discord.remembers(json!({"id": "1", "name": "线索", "options": [{"type": 1, "name": "报送", "options": fields}]}));
    let answer = zhang.says("/线索 报送 内容=李有财虚报面积 预警=1").await.to_string();
    assert_eq!(answer, "(only you) 为保护个人信息,这个命令只能在单位内部的终端上用。请运行 jingling console 办理。");
    assert_eq!(office.journal().await, before, "nothing is stored");
    let drafts = office.store().db.fetch("SELECT COUNT(*) FROM draft", vec![]).await.unwrap();
    assert_eq!(drafts[0].int(0).unwrap(), 0, "not even as something begun");
});

office_story!(a_copy_that_lacks_a_lead_is_found_without_naming_it, async |office| {
    office.hires("纪明", "discipline", &[Query], "jiming").await;
    let lead = number(&office.says("张敏", "/线索 报送 某事").await);
    office.wait_until_sent().await;
    let copy = office.copy().await;
    for table in ["register_step", "register_entry"] {
        copy.db.execute(format!("DELETE FROM {table}"), vec![]).await.unwrap();
    }
    let told: Vec<String> = audit::compare(office.store(), &copy).await.unwrap().into_values().filter_map(|(_, unlike)| unlike).collect();
    assert_eq!(told, ["第 1 行", "第 1 行"], "{lead}");
    assert!(staff::all(&copy).await.unwrap().len() > 9);
    office.discards(copy).await;
});
