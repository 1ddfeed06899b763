//! The master ledger: what stands in it, what is poverty relief, and who decided so.

use jingling::clock::Clock;
use jingling::store::setting::Setting;
use jingling::store::staff;

use crate::harness::{Event, Office, allocation, office_story, payment};

/// Lights a yellow on what is poverty relief and outside 农林水支出: for this office's day only.
const RULE: &str = r#"
code = "ZB90"
name = "扶贫资金科目不符"
category = "指标管理"
on = "指标"
basis = "内部规定"
scope = "扶贫资金"
handler = "农业股"
description = "扶贫资金应列农林水支出。"

[[level]]
light = "黄灯"
when = "扶贫标识 = '扶贫' 且 功能科目 开头是 '208'"
"#;

fn document(id: &str, doc_no: &str, section: &str, amount: &str) -> Event {
    allocation(id, amount).with("doc_no", doc_no).with("section", section).with("tier", "省级")
}

/// A county's January: two funds from above and one of its own, of two sections.
async fn january(office: &mut Office) {
    office.allocates(document("ZB-1", "皖财农〔2026〕12号", "business:social_security", "100000.00").with("fund_name", "农村低保资金")).await;
    office.allocates(document("ZB-2", "皖财教〔2026〕7号", "教科文股", "60000.00").with("received_on", "2026-11-18")).await;
    office.allocates(document("ZB-3", "霍财农〔2026〕1号", "business:social_security", "5000.00").with("tier", "县级")).await;
    office
        .allocates(document("ZB-1-1", "霍财社〔2026〕3号", "business:social_security", "40000.00").with("parent_id", "ZB-1").with("poverty_flag", "扶贫"))
        .await;
    office.pays(payment("PZ-1", "9600.00")).await;
    office.pays(payment("PZ-2", "4400.00").with("allocation_id", "ZB-1-1")).await;
}

office_story!(sums_and_lines_are_those_of_the_section_that_asks, async |office| {
    january(office).await;
    insta::assert_snapshot!(office.says("刘洋", "/台账 查询").await, @r"
    财政扶贫资金总台账  4 条
    指标 165,000.00 元  已分配 40,000.00 元  已支付 14,000.00 元  进度 8.5%
    皖财农〔2026〕12号(ZB-1)  社保股  金额 100,000.00 元  已支付 9,600.00 元  未识别
    皖财教〔2026〕7号(ZB-2)  教科文股  金额 60,000.00 元  已支付 0.00 元  未识别
    霍财农〔2026〕1号(ZB-3)  社保股  金额 5,000.00 元  已支付 0.00 元  未识别
    霍财社〔2026〕3号(ZB-1-1)  社保股  金额 40,000.00 元  已支付 4,400.00 元  扶贫
    ");
    insta::assert_snapshot!(office.says("王芳", "/台账 查询").await, @r"
    财政扶贫资金总台账  1 条
    指标 60,000.00 元  已分配 0.00 元  已支付 0.00 元  进度 0.0%
    皖财教〔2026〕7号(ZB-2)  教科文股  金额 60,000.00 元  已支付 0.00 元  未识别
    ");
    assert_eq!(office.says("王芳", "/台账 查询 股室=社保股").await, "您只能查看本股室的资金。");
    assert!(office.says("王芳", "/台账 查询 股室=水利股").await.starts_with("没有叫“水利股”的股室。可选:"));
    for (narrowed, count) in
        [("级次=县级", 1), ("标识=扶贫", 1), ("年度=2026", 4), ("年度=2025", 0), ("文号=\"皖财农(2026]012号\"", 1), ("股室=社保股", 3), ("股室=农业股", 0)]
    {
        let told = office.says("孙丽", &format!("/台账 查询 {narrowed}")).await;
        let expected = if count == 0 { "没有符合条件的指标。".to_owned() } else { format!("财政扶贫资金总台账  {count} 条") };
        assert_eq!(told.lines().next(), Some(expected.as_str()), "{narrowed}\n{told}");
    }
    assert!(!office.chat().await.contains("农村低保资金"), "a fund's name is not for chat");
});

office_story!(a_long_list_has_pages, async |office| {
    for n in 1..=16 {
        office.allocates(document(&format!("ZB-{n}"), &format!("皖财农〔2026〕{n}号"), "农业股", "1.00")).await;
    }
    let first = office.says("陈静", "/台账 查询").await;
    assert!(first.starts_with("财政扶贫资金总台账  16 条\n") && first.ends_with("\n第 1 页,共 2 页。看别的页加 页=2。"), "{first}");
    assert_eq!(first.lines().count(), 2 + 15 + 1);
    assert!(first.chars().count() < 1900, "it fits a message");
    assert_eq!(office.says("陈静", "/台账 查询 页=2").await.lines().count(), 2 + 1 + 1);
    assert!(office.says("陈静", "/台账 查询 页=3").await.ends_with("没有第 3 页,一共 2 页。"));
});

office_story!(what_nobody_has_identified_is_proposed_by_its_section_and_decided_by_agriculture, async |office| {
    january(office).await;
    insta::assert_snapshot!(office.says("陈静", "/台账 未识别").await, @r"
    上级下达、未识别是否扶贫的资金 2 条,160,000.00 元
    皖财教〔2026〕7号(ZB-2)  教科文股  金额 60,000.00 元  2026-11-18 收到,已 5 天
    皖财农〔2026〕12号(ZB-1)  社保股  金额 100,000.00 元  2026-11-19 收到,已 4 天
    用 /台账 认定 逐条认定,或用 /台账 界定 按资金名称、科目、项目一并界定。
    ");
    let before = office.journal().await;
    for (who, line, answer) in [
        ("陈静", "/台账 认定 皖财农〔2026〕99号 扶贫 依据=办法", "没有这条指标,或者它不归您所在的股室。请核对文号或编号,用 /台账 查询 查看。"),
        ("王芳", "/台账 认定 皖财农〔2026〕12号 扶贫 依据=办法", "没有这条指标,或者它不归您所在的股室。请核对文号或编号,用 /台账 查询 查看。"),
        ("陈静", "/台账 认定 皖财农〔2026〕12号 扶贫", "还缺依据。请用一两句话写明,例如:依据=\"……\"。"),
        ("陈静", "/台账 认定 ZB-1 扶贫 依据=见342427196503120012的材料", "文字里好像有身份证号。为保护个人信息,聊天里不能填写,请改为“见材料”。没有保存。"),
        ("刘洋", "/台账 认定 ZB-1 扶贫 依据=办法", "这个命令由农业股、业务股室有“处置”权限的人使用。"),
    ] {
        assert_eq!(office.says(who, line).await, answer, "{line}");
    }
    assert_eq!(office.journal().await, before, "nothing that was refused is kept");

    assert_eq!(office.says("张敏", "/台账 认定 \"皖财农 [2026] 第012号\" 扶贫 依据=低保办法").await, "已提出:皖财农〔2026〕12号(ZB-1) 为扶贫。由农业股认定。");
    assert_eq!(office.says("李国强", "/台账 认定 ZB-1 扶贫 依据=同上").await, "皖财农〔2026〕12号(ZB-1) 已由 @张敏 提出为扶贫(11-23 10:00),正等农业股认定。");
    assert!(office.says("张敏", "/台账 查询 文号=皖财农〔2026〕12号").await.ends_with("未识别"), "a proposal decides nothing");
    let waiting = "另外要办\n皖财农〔2026〕12号(ZB-1) 有人提出为扶贫,请用 /台账 认定 认定";
    assert!(office.says("陈静", "/我的").await.ends_with(waiting), "{}", office.says("陈静", "/我的").await);
    assert!(!office.says("张敏", "/我的").await.contains("认定"));

    assert_eq!(office.says("陈静", "/台账 认定 ZB-1 扶贫 依据=省厅办法第三条").await, "已认定:皖财农〔2026〕12号(ZB-1) 为扶贫。");
    assert!(!office.says("陈静", "/我的").await.contains("提出"));
    assert_eq!(office.says("陈静", "/台账 认定 ZB-1 扶贫 依据=办法").await, "皖财农〔2026〕12号(ZB-1) 已由 @陈静 认定为扶贫(11-23 10:00),无需再次认定。");
    insta::assert_snapshot!(office.says("陈静", "/台账 认定 ZB-1 非扶贫 依据=办法").await, @"皖财农〔2026〕12号(ZB-1) 已由 @陈静 认定为扶贫(11-23 10:00)。如要更改,请写明依据并加上 更改=是。");
    assert_eq!(office.says("陈静", "/台账 认定 ZB-1 非扶贫 依据=重新核对 更改=是").await, "已认定:皖财农〔2026〕12号(ZB-1) 为非扶贫。");
    insta::assert_snapshot!(office.says("张敏", "/台账 口径 皖财农〔2026〕12号").await, @r"
    皖财农〔2026〕12号(ZB-1)  非扶贫(标识来源:认定)
    2026-11-23 10:00 张敏 提出 未识别 → 扶贫  依据:低保办法
    2026-11-23 10:00 陈静 认定 未识别 → 扶贫  依据:省厅办法第三条
    2026-11-23 10:00 陈静 认定 扶贫 → 非扶贫  依据:重新核对
    ");
    let rows = office.store().db.fetch("SELECT poverty_flag, in_ledger FROM allocation WHERE key = 'ZB-1'", Vec::new()).await.unwrap();
    assert_eq!(rows[0].describe(), "\"非扶贫\"|0|");
});

office_story!(of_two_who_decide_at_once_one_wins_and_the_other_is_told, async |office| {
    january(office).await;
    let card = staff::StaffCard {
        name: "何平".to_owned(),
        section: "agriculture".to_owned(),
        title: "科员".to_owned(),
        permissions: vec![commands::Permission::Handle],
        email: None,
        id_no: None,
        phone: None,
    };
    staff::add(office.store(), office.clock.now(), &card).await.unwrap();
    let (one, other) = tokio::join!(office.says("陈静", "/台账 认定 ZB-1 扶贫 依据=办法"), office.says("何平", "/台账 认定 ZB-1 非扶贫 依据=办法"));
    let won = [one.starts_with("已认定"), other.starts_with("已认定")];
    assert!(won == [true, false] || won == [false, true], "{one}\n{other}");
    let late = if won[0] { other } else { one };
    assert!(late.starts_with("皖财农〔2026〕12号(ZB-1) 已由 @") && late.ends_with("更改=是。"), "{late}");
});

office_story!(rules_judge_anew_and_a_later_event_does_not_overrule_a_person, async |office| {
    lay_down(office).await;
    let told = document("ZB-8", "皖财社〔2026〕8号", "business:social_security", "900.00").with("function_code", "2081902");
    assert_eq!(office.allocates(told.clone()).await.told(), "200 accepted");
    assert_eq!(office.lights().await, [""; 0]);
    assert_eq!(office.says("陈静", "/台账 认定 ZB-8 扶贫 依据=办法").await, "已认定:皖财社〔2026〕8号(ZB-8) 为扶贫。");
    assert_eq!(office.lights().await, ["YJ2026-000001 🟡 ZB90 business:social_security 900.00"]);

    // the source comes again and knows nothing, then says otherwise: the decision stands, and 农业股 is told
    assert_eq!(office.allocates(told.clone().with("title", "关于下达资金的通知")).await.told(), "200 corrected");
    assert_eq!(office.allocates(told.clone().with("poverty_flag", "非扶贫").with("in_ledger", false)).await.told(), "200 corrected");
    insta::assert_snapshot!(office.says("陈静", "/我的").await.lines().last().unwrap(), @"皖财社〔2026〕8号(ZB-8) 认定为扶贫,来源另报非扶贫,请用 /台账 认定 重新认定");
    assert!(office.says("陈静", "/台账 查询 标识=扶贫").await.contains("ZB-8"));
    let letters = office.mailbox().await;
    let letters = letters.of("chenjing@huoshan.example");
    assert!(letters.iter().any(|mail| mail.subject.contains("扶贫标识与认定不一致")), "{letters:?}");
    office.says("陈静", "/台账 认定 ZB-8 扶贫 依据=再次核对无误").await;
    assert!(!office.says("陈静", "/我的").await.contains("来源另报"));
});

/// The rule of this day comes into force.
async fn lay_down(office: &mut Office) {
    let at = Clock::now(&office.clock);
    let setting = Setting::Rule { code: "ZB90".to_owned(), source: RULE.to_owned() };
    staff::enter(office.store().turn().await.unwrap(), at, &setting).await.unwrap();
}

office_story!(a_line_of_the_scope_identifies_what_waits_and_what_comes, async |office| {
    january(office).await;
    office.allocates(document("ZB-5", "皖财农〔2026〕20号", "农业股", "10.00").with("function_code", "2130505").with("poverty_flag", "未识别")).await;
    assert_eq!(office.says("张敏", "/台账 界定 资金名称 农村低保资金 扶贫 依据=办法").await, "这个命令由农业股有“处置”权限的人使用。");
    assert_eq!(office.says("陈静", "/台账 界定 资金名称 农村低保资金 扶贫 依据=低保办法").await, "已界定:这类资金为扶贫。1 条指标据此重新标识。");
    assert_eq!(office.says("陈静", "/台账 界定 功能科目 21305 扶贫 依据=科目说明").await, "已界定:这类资金为扶贫。1 条指标据此重新标识。");
    assert_eq!(office.says("陈静", "/台账 界定 功能科目 21305 扶贫 依据=科目说明").await, "这条口径已经是扶贫。用 /台账 口径 查看。");
    assert_eq!(office.says("陈静", "/台账 界定 项目编码 XM9 未识别 依据=无").await, "没有这条口径,不用撤销。");
    // what comes now is identified as it comes, and what a source says outright is taken
    office.allocates(document("ZB-6", "皖财农〔2026〕21号", "农业股", "10.00").with("function_code", "2130599")).await;
    office.allocates(document("ZB-7", "皖财农〔2026〕22号", "农业股", "10.00").with("function_code", "2130599").with("poverty_flag", "非扶贫")).await;
    let flags = |office: &Office| {
        let store = office.store().clone();
        async move {
            let text = "SELECT key, poverty_flag, in_ledger, marked_by FROM allocation WHERE key IN ('ZB-1', 'ZB-5', 'ZB-6', 'ZB-7') ORDER BY key";
            store.db.fetch(text, Vec::new()).await.unwrap().iter().map(|row| row.describe() + "\n").collect::<String>()
        }
    };
    insta::assert_snapshot!(flags(office).await, @r#"
    "ZB-1"|"扶贫"|1|"口径"|
    "ZB-5"|"扶贫"|1|"口径"|
    "ZB-6"|"扶贫"|1|"口径"|
    "ZB-7"|"非扶贫"|∅|"来源"|
    "#);
    office.restart().await;
    // a person's decision is not touched by a line that goes
    office.says("陈静", "/台账 认定 ZB-5 扶贫 依据=单独核定").await;
    assert_eq!(office.says("陈静", "/台账 界定 功能科目 21305 未识别 依据=口径调整").await, "已撤销这条口径,1 条指标回到未识别。");
    insta::assert_snapshot!(flags(office).await, @r#"
    "ZB-1"|"扶贫"|1|"口径"|
    "ZB-5"|"扶贫"|1|"认定"|
    "ZB-6"|"未识别"|∅|∅|
    "ZB-7"|"非扶贫"|∅|"来源"|
    "#);
    insta::assert_snapshot!(office.says("张敏", "/台账 口径").await, @r"
    资金范围和项目口径(同一对象以最后一次为准)
    2026-11-23 10:00 陈静 界定 功能科目 21305 未识别 → 扶贫  依据:科目说明
    2026-11-23 10:00 陈静 界定 功能科目 21305 扶贫 → 未识别  依据:口径调整
    2026-11-23 10:00 陈静 界定 资金名称 农村低保资金 未识别 → 扶贫  依据:低保办法
    ");
    assert!(office.says("张敏", "/台账 口径 ZB-1").await.starts_with("皖财农〔2026〕12号(ZB-1)  扶贫(标识来源:口径)\n按口径:资金名称 农村低保资金\n"));
});

office_story!(
    the_programme_has_its_own_words_and_rules,
    |config| {
        config.office.programme.funds = "衔接资金".parse().unwrap();
        config.office.programme.rules = vec!["ZC08".parse().unwrap()];
        config.office.programme.function_codes = vec!["21305".to_owned()];
    },
    async |office| {
        insta::assert_snapshot!(office.says("张敏", "/台账 项目").await, @r"
        资金项目:财政扶贫资金
        资金:衔接资金
        对象名册:建档立卡
        总台账:财政扶贫资金总台账
        允许的功能科目:21305
        规则:ZC08 超指标支付
        ");
        assert!(office.says("陈静", "/月报 汇总").await.starts_with("霍山县财政局 衔接资金动态监控月度汇总"));
        // rules it does not use light nothing
        office.allocates(allocation("ZB-1", "100.00")).await;
        office.pays(payment("PZ-1", "900.00").with("settlement", "现金")).await;
        assert_eq!(office.lights().await, ["YJ2026-000001 🔴 ZC08 business:social_security PZ-1 900.00"]);
    }
);
