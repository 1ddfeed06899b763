//! What an auditor asks two years later: who did what, who knew it when, who saw the full texts and why.

use commands::{Command, Export, Permission, Text};
use jingling::desk::Account;
use jingling::proof::{self, Filter, Format};
use jingling::store::staff::{self, StaffCard};

use crate::harness::{Office, allocation, office_story, payment};

/// A yellow light of 社保股, verified by 张敏.
async fn verified(office: &mut Office) {
    office.allocates(allocation("ZB-1", "100000.00")).await;
    for voucher in ["PZ-1", "PZ-2"] {
        let event = payment(voucher, "4800.00").with("payee_name", "欧阳小满").with("payee_account", "6217000000017").with("payer_account", "34150001");
        assert_eq!(office.pays(event).await.told(), "200 accepted");
    }
    office.wait_until_sent().await;
    let reply = office.says("张敏", "/核实 1 正常 电话核实 对象=村会计 时间=今天 情况=两次分别是两季度的补助").await;
    assert_eq!(reply, "已记录核实情况,YJ2026-000001 转为绿灯。已通知国库支付中心。");
    office.wait_until_sent().await;
}

async fn enters(office: &Office, name: &str, section: &str, permissions: &[Permission]) {
    let card = StaffCard {
        name: name.to_owned(),
        section: section.to_owned(),
        title: String::new(),
        permissions: permissions.to_vec(),
        email: None,
        id_no: Some("341525200303120019".to_owned()),
        phone: Some("13812345678".to_owned()),
    };
    staff::add(office.store(), office.clock.now(), &card).await.unwrap();
}

/// What the export holds: `种类 姓名 账号 | 事项 | 变动` a line.
async fn told(office: &Office, filter: &Filter) -> Vec<String> {
    let mut out = Vec::new();
    let count = proof::export(office.store(), filter, Format::Csv, &mut out).await.unwrap();
    let text = String::from_utf8(out).unwrap();
    let mut rows = csv::Reader::from_reader(text.strip_prefix('\u{feff}').expect("Excel wants the mark").as_bytes());
    let rows: Vec<csv::StringRecord> = rows.records().map(Result::unwrap).collect();
    assert_eq!(i64::try_from(rows.len()).unwrap(), count);
    rows.iter().map(|row| format!("{} {} {} | {} | {}", &row[2], &row[3], &row[4], &row[5], &row[6])).collect()
}

async fn asks(office: &Office, name: &str, export: Export) -> Result<String, String> {
    let desk = &office.app().desk;
    let actor = desk.person(name, Account::Console).await.map_err(|reply| reply.to_string())?;
    desk.attempt(&actor, Command::Export(export)).await.map(|reply| reply.to_string()).map_err(|reply| reply.to_string())
}

office_story!(the_full_texts_are_shown_to_whoever_may_and_the_journal_knows_it_first, async |office: &mut Office| {
    verified(office).await;
    let before = office.journal().await;
    let full = office.says("张敏", "/预警 全文 1 原因=\"核对收款账号\"").await;
    insta::assert_snapshot!(full, @r"
    🟢 YJ2026-000001 疑似重复支付(ZC09)  社保股  4,800.00 元  核实为正常
    — 第 1 条 支付 treasury/2026/PZ-2
       2026-11-23 10:00 treasury payment.paid 指标编号=ZB-1 支付金额=4800.00 支付时间=2026-11-23T09:30:00+08:00 收款账号=6217000000017 收款人=欧阳小满 付款账号=34150001 用途=购置农机具 归口股室=business:social_security 结算方式=电子转账 凭证号=PZ-2
    — 处理单 1 核实 2026-11-23 10:00 张敏
       /核实 编号=YJ2026-000001 日期=2026-11-23 方式=电话核实 对象=村会计 情况=两次分别是两季度的补助 结论=正常
    ");
    assert_eq!(office.journal().await, before + 1);
    assert!(office.says("张敏", "/预警 详情 1").await.contains("全文查看 1 次"));
    // 财监股 reads every section's
    assert!(office.says("孙丽", "/预警 全文 1 原因=专项检查").await.contains("欧阳小满"));
    assert!(office.says("孙丽", "/预警 详情 1").await.contains("全文查看 2 次"));
    let story = told(office, &Filter { warning: Some(2_026_000_001), ..Filter::default() }).await;
    let seen: Vec<&String> = story.iter().filter(|line| line.contains("全文")).collect();
    assert_eq!(
        seen,
        [
            "办理 张敏 console | /预警 全文 编号=YJ2026-000001 原因=核对收款账号 | 全文查看次数:0→1",
            "办理 孙丽 console | /预警 全文 编号=YJ2026-000001 原因=专项检查 | 全文查看次数:1→2",
        ]
    );
});

office_story!(nothing_is_shown_without_the_right_and_a_reason, async |office: &mut Office| {
    verified(office).await;
    enters(office, "何平", "business:social_security", &[Permission::Query]).await;
    let before = office.journal().await;
    let reason = "原因=\"核对收款账号\"";
    let unknown = office.says("王芳", &format!("/预警 全文 99 {reason}")).await;
    assert_eq!(unknown, office.says("王芳", "/预警 详情 99").await);
    assert_eq!(office.says("王芳", &format!("/预警 全文 1 {reason}")).await.replace("000001", "000099"), unknown, "of another section");
    insta::assert_snapshot!(office.says("何平", &format!("/预警 全文 1 {reason}")).await, @"看 YJ2026-000001 的全文需要“处置”、“审批”或“专项检查”权限。一般情况可用 /预警 详情 查看。");
    insta::assert_snapshot!(office.says("吴凡", &format!("/预警 全文 1 {reason}")).await, @"这个命令需要“查询”权限。如需开通,请按附件3的申请表找财政信息中心办理。");
    insta::assert_snapshot!(office.says("张敏", "/预警 全文 1").await, @r#"还缺查看原因。请用一两句话写明,例如:原因="……"。"#);
    assert!(office.says("张敏", "/预警 全文 1 原因=\"找13812345678\"").await.contains("好像有电话号码"));
    let desk = &office.app().desk;
    let zhang = desk.person("张敏", Account::Discord(crate::harness::snowflake(1_100_000_000_000_000_099))).await.unwrap();
    let line = commands::parse(&format!("/预警 全文 1 {reason}"), jingling::domain::calendar::local_date(office.clock.now())).unwrap();
    insta::assert_snapshot!(desk.attempt(&zhang, line).await.unwrap_err(), @"为保护个人信息,这个命令只能在单位内部的终端上用。请运行 jingling console 办理。");
    // the right is taken back while the command is on its way
    let desk = &office.app().desk;
    let li = desk.person("李国强", Account::Console).await.unwrap();
    let takes = async |permissions: &str| {
        let text = format!("UPDATE staff SET permissions = '{permissions}' WHERE name = '李国强'");
        office.store().db.execute(text, vec![]).await.unwrap();
    };
    takes("").await;
    let line = commands::parse(&format!("/预警 全文 1 {reason}"), jingling::domain::calendar::local_date(office.clock.now())).unwrap();
    insta::assert_snapshot!(desk.attempt(&li, line).await.unwrap_err(), @"您的权限已经变更,不能再办这件事。请找财政信息中心。");
    takes("查询,处置,审批").await;
    assert_eq!(office.journal().await, before, "what was refused is not journalled");
    assert!(!office.says("张敏", "/预警 详情 1").await.contains("全文查看"));
});

office_story!(the_journal_is_told_in_words_to_those_who_watch, async |office: &mut Office| {
    verified(office).await;
    enters(office, "秦明", "discipline", &[Permission::Query]).await;
    for (name, refused) in [
        ("张敏", "这个命令由财监股、驻局纪检监察组、局领导有“查询”权限的人使用。"),
        ("吴凡", "这个命令由财监股、驻局纪检监察组、局领导有“查询”权限的人使用。"),
        ("路人", "您还没有登记为用户。请找财政信息中心办理。"),
    ] {
        assert_eq!(asks(office, name, Export::default()).await.unwrap_err(), refused);
    }
    let nobody = Export { actor: Some(Text::try_from("路人".to_owned()).unwrap()), ..Export::default() };
    insta::assert_snapshot!(asks(office, "孙丽", nobody).await.unwrap_err(), @"没有这个姓名的用户。用 jingling staff list 查看。");
    let before = office.journal().await;
    for name in ["孙丽", "秦明"] {
        let reply = asks(office, name, Export::default()).await.unwrap();
        assert_eq!(reply, format!("导出记在流水第 {} 条。", office.journal().await));
    }
    assert_eq!(office.journal().await, before + 2);

    let all = told(office, &Filter::default()).await;
    assert_eq!(i64::try_from(all.len()).unwrap(), office.journal().await, "every entry is told");
    let has = |wanted: &str| assert!(all.iter().any(|line| line.contains(wanted)), "{wanted}: {all:#?}");
    has("接收  treasury | 编号 msg_2:payment.paid 1 条;摘要 ");
    has("办理 张敏 console | /核实 ");
    has("情况=两次分别是两季度的补助");
    has("| 状态:待核实→核实为正常");
    has("设置   | 用户 张敏 科员 | 股室:→社保股;权限:→查询、处置");
    has("YJ2026-000001 邮件→zhoutao@huoshan.example 已送达");
    has("YJ2026-000001 聊天→社保股 已送达");
    has("办理 秦明 console | /审计 导出 | ");
    for personal in ["欧阳小满", "6217000000017", "34150001", "341525200303120019", "13812345678"] {
        assert!(!all.iter().any(|line| line.contains(personal)), "{personal}");
    }

    let mut out = Vec::new();
    proof::export(office.store(), &Filter::default(), Format::Jsonl, &mut out).await.unwrap();
    let rows: Vec<serde_json::Value> = String::from_utf8(out).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(rows.windows(2).all(|pair| pair[0]["hash"] == pair[1]["previous"]), "each names the one before");
    assert_eq!(rows[0]["previous"], "0".repeat(64));
});

office_story!(it_is_told_by_day_by_person_and_by_warning, async |office: &mut Office| {
    verified(office).await;
    let total = told(office, &Filter::default()).await.len();
    let day = jingling::domain::calendar::local_date(office.clock.now());
    let next = day.succ_opt().unwrap();
    let filter = |from, to| Filter { from, to, ..Filter::default() };
    assert_eq!(told(office, &filter(Some(day), Some(day))).await.len(), total);
    assert!(told(office, &filter(Some(next), None)).await.is_empty());
    assert!(told(office, &filter(None, day.pred_opt())).await.is_empty());
    let zhang = told(office, &Filter { actor: Some("张敏".to_owned()), ..Filter::default() }).await;
    assert!(zhang.len() == 1 && zhang[0].contains("/核实"), "{zhang:?}");
    let story = told(office, &Filter { warning: Some(2_026_000_001), ..Filter::default() }).await;
    assert!(story.len() < total && story[0].starts_with("接收"), "{story:#?}");
    assert!(story.iter().any(|line| line.contains("聊天→社保股 已送达")), "who knew of it: {story:#?}");
    assert!(story.iter().any(|line| line.contains("/核实")), "{story:#?}");
    assert!(!story.iter().any(|line| line.starts_with("设置")), "{story:#?}");
});

office_story!(a_lead_is_told_to_those_it_is_for_alone, async |office: &mut Office| {
    enters(office, "秦明", "discipline", &[Permission::Query]).await;
    let example = "/线索 报送 内容=\"某村两次虚报面积\"";
    let reply = office.says("张敏", example).await;
    assert!(reply.contains("XS2026-"), "{reply}");
    let words = commands::parse(example, jingling::domain::calendar::local_date(office.clock.now())).unwrap().words();
    let watched = told(office, &Filter::default()).await;
    assert!(!watched.iter().any(|line| line.contains(&words) || line.contains("办理 张敏")), "{watched:#?}");
    assert!(watched.iter().any(|line| line == "办理   | 内容不公开的登记 | "), "{watched:#?}");
    let theirs = told(office, &Filter { leads: true, ..Filter::default() }).await;
    assert!(theirs.iter().any(|line| line.contains(&words)), "{theirs:#?}");
});
