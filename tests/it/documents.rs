//! Documents, payments and goals as people look them up, and the receipt book of 预算股.

use serde_json::json;

use crate::harness::{Event, Office, allocation, office_story, payment};

const REGISTER: &str = "/指标 登记 皖财农〔2026〕12号 财政专项扶贫资金 10万元 1月12日 社保股 级次=省级 功能分类=2130505";

/// What the ledger holds of allocations.
async fn ledger(office: &Office) -> String {
    let text = "SELECT key, allocation_id, doc_no_normal, amount, section, received_on, registered_on, version FROM allocation ORDER BY key";
    office.store().db.fetch(text, Vec::new()).await.unwrap().iter().map(|row| row.describe() + "\n").collect()
}

office_story!(a_document_is_registered_by_hand_and_judged_like_any_other, async |office| {
    let before = office.journal().await;
    for (who, line, answer) in [
        ("张敏", REGISTER, "这个命令由预算股有“处置”权限的人使用。"),
        ("刘洋", "/指标 登记 皖财农2026 甲资金 1 1月12日 社保股", "文号应写成 皖财农〔2026〕12号 的样子。"),
        ("刘洋", "/指标 登记 皖财农〔2026〕12号 甲资金 0 1月12日 社保股", "金额应大于零。\n  /指标 登记 皖财农〔2026〕12号 … ▸0◂"),
        (
            "刘洋",
            "/指标 登记 皖财农〔2026〕12号 甲资金342427196503120012 1 1月12日 社保股",
            "文字里好像有身份证号。为保护个人信息,聊天里不能填写,请改为“见材料”。没有保存。",
        ),
        ("刘洋", "/指标 登记 皖财农〔2026〕12号 甲资金 1 1月12日 社保股 编号=甲?乙", "编号:只能用字母、数字、汉字和 -_/.〔〕()（）[]号第。"),
    ] {
        assert_eq!(office.says(who, line).await, answer, "{line}");
    }
    let unknown = office.says("刘洋", "/指标 登记 皖财农〔2026〕12号 甲资金 1 1月12日 水利股").await;
    assert!(unknown.starts_with("没有叫“水利股”的股室。"), "{unknown}");
    assert_eq!(office.journal().await, before, "nothing that was refused is kept");

    assert_eq!(office.says("刘洋", REGISTER).await, "已登记 皖财农〔2026〕12号  社保股  金额 100,000.00 元  未识别。");
    insta::assert_snapshot!(ledger(office).await, @r#""皖财农〔2026〕12号"|"皖财农〔2026〕12号"|"皖财农〔2026〕12号"|10000000|"business:social_security"|"2026-01-12"|"2026-11-23"|1|"#);
    let twice = office.says("刘洋", "/指标 登记 \"皖财农[2026]第012号\" 财政专项扶贫资金 10万元 1月12日 社保股").await;
    assert_eq!(twice, "皖财农〔2026〕12号 已于 2026-11-23 登记,不能重复登记。如是同一文号的另一条指标,请写上 编号=……。");
    // what is split from it beyond its amount is judged as if it had come by machine
    office.allocates(allocation("ZB-9", "150000.00").with("parent_id", "皖财农〔2026〕12号")).await;
    assert!(office.lights().await.iter().any(|light| light.contains("🔴 ZB05")), "{:?}", office.lights().await);
});

office_story!(the_same_document_told_by_the_system_later_is_one_allocation, async |office| {
    office.says("刘洋", REGISTER).await;
    let told = allocation("ZB-1", "100000.00").with("doc_no", "皖财农[2026]12号").with("received_on", "2026-01-12").with("registered_on", "2026-11-23");
    let told = told.with("fund_name", "财政专项扶贫资金").with("function_code", "2130505");
    assert_eq!(office.allocates(told.clone()).await.told(), "200 accepted", "it agrees with what was entered");
    assert_eq!(office.allocates(told.clone().with("amount", "90000.00")).await.told(), "200 corrected");
    // the number it has now is its own; another number of the same document is another allocation
    assert_eq!(
        office.allocates(Event::new("allocation.distributed", json!({"allocation_id": "ZB-1", "distributed_on": "2026-02-01"}))).await.told(),
        "200 accepted"
    );
    assert_eq!(office.allocates(told.clone().with("allocation_id", "ZB-2").with("amount", "7.00")).await.told(), "200 accepted");
    insta::assert_snapshot!(ledger(office).await, @r#"
    "ZB-2"|"ZB-2"|"皖财农〔2026〕12号"|700|"business:social_security"|"2026-01-12"|"2026-11-23"|1|
    "皖财农〔2026〕12号"|"ZB-1"|"皖财农〔2026〕12号"|9000000|"business:social_security"|"2026-01-12"|"2026-11-23"|2|
    "#);
    assert_eq!(office.says("张敏", "/指标 查询 皖财农〔2026〕12号").await, "这个文号有 2 条指标,请写明指标编号:ZB-2、ZB-1。");
});

office_story!(what_differs_from_what_was_entered_is_a_correction, async |office| {
    office.says("刘洋", REGISTER).await;
    let told = allocation("ZB-1", "99999.00").with("doc_no", "皖财农〔2026〕12号");
    assert_eq!(office.allocates(told).await.told(), "200 corrected");
    assert!(ledger(office).await.contains("|9999900|"));
});

office_story!(what_was_received_by_the_system_is_registered_by_hand, async |office| {
    let received = json!({"allocation_id": "ZB-1", "doc_no": "皖财农〔2026〕12号", "received_on": "2026-01-12", "fiscal_year": 2026, "amount": "80000.00"});
    office.allocates(Event::new("allocation.received", received)).await;
    assert_eq!(
        office.says("刘洋", "/指标 登记 皖财农〔2026〕13号 甲 1 1月12日 社保股 编号=ZB-1").await,
        "这个指标编号是 皖财农〔2026〕12号(ZB-1) 的,不是这个文号的。请核对。"
    );
    assert_eq!(office.says("刘洋", REGISTER).await, "已登记 皖财农〔2026〕12号(ZB-1)  社保股  金额 100,000.00 元  未识别。");
    assert_eq!(ledger(office).await.lines().count(), 1);
});

office_story!(one_allocation_is_shown_with_its_chain, async |office| {
    let parent = allocation("ZB-0", "300000.00").with("doc_no", "皖财农〔2026〕12号").with("fund_name", "农村低保资金").with("tier", "省级");
    office.allocates(parent).await;
    office
        .allocates(
            allocation("ZB-1", "100.00")
                .with("parent_id", "ZB-0")
                .with("agency_code", "301001")
                .with("doc_no", "霍财农〔2026〕3号")
                .with("parent_doc_no", "皖财农〔2026〕12号"),
        )
        .await;
    office.pays(payment("PZ-1", "150.00").with("town", "佛子岭镇").with("payee_name", "欧阳小满").with("payee_account", "6217000000017")).await;
    insta::assert_snapshot!(office.says("张敏", "/指标 查询 皖财农〔2026〕12号").await, @r"
    皖财农〔2026〕12号(ZB-0)  社保股  省级
    金额 300,000.00 元  已支付 0.00 元  进度 0.0%
    标识 未识别
    收到 2026-11-19、登记 2026-11-20
    扫描件 无
    下达 霍财农〔2026〕3号(ZB-1)  社保股  金额 100.00 元  已支付 150.00 元  未识别
    资金名称 农村低保资金
    功能科目 2082001
    ");
    insta::assert_snapshot!(office.says("张敏", "/指标 查询 ZB-1").await, @r"
    霍财农〔2026〕3号(ZB-1)  社保股
    金额 100.00 元  已支付 150.00 元  进度 150.0%
    标识 未识别
    收到 2026-11-19、登记 2026-11-20
    扫描件 无
    上级指标 皖财农〔2026〕12号(ZB-0)
    预警 🔴 YJ2026-000001 超指标支付  待纠正
    资金名称 困难群众救助补助资金
    功能科目 2082001
    ");
    assert_eq!(office.says("王芳", "/指标 查询 ZB-1").await, office.says("王芳", "/指标 查询 ZB-77").await, "what is not theirs is as if it were not");

    insta::assert_snapshot!(office.says("张敏", "/支付 查询 PZ-1").await, @r"
    PZ-1  2026-11-23  社保股  150.00 元  已支付
    乡镇 佛子岭镇
    指标 霍财农〔2026〕3号(ZB-1)
    预警 🔴 YJ2026-000001  待纠正
    收款人 欧*
    收款账号 ****0017
    用途 购置农机具
    结算方式 电子转账
    ");
});

office_story!(payments_are_listed_without_names, async |office| {
    office.allocates(allocation("ZB-1", "100000.00")).await;
    for n in 1..=17 {
        office.pays(payment(&format!("PZ-{n:02}"), "10.00").with("payee_name", "欧阳小满").with("payee_account", "6217000000017")).await;
    }
    office.pays(payment("PZ-90", "10.00").with("section", "教科文股").with("paid_at", "2026-11-20T09:00:00+08:00")).await;
    let first = office.says("张敏", "/支付 查询").await;
    assert!(first.starts_with("PZ-17  2026-11-23  社保股  10.00 元  已支付\n"), "{first}");
    assert!(first.ends_with("还有更多,看下一页加 页=2。也可加 日期=…、文号=…、股室=… 缩小范围。") && !first.contains("欧阳"), "{first}");
    assert_eq!(office.says("张敏", "/支付 查询 页=2").await.lines().count(), 2);
    assert_eq!(office.says("张敏", "/支付 查询 页=3").await, "没有第 3 页。");
    assert_eq!(office.says("王芳", "/支付 查询").await, "PZ-90  2026-11-20  教科文股  10.00 元  已支付");
    assert_eq!(office.says("王芳", "/支付 查询 PZ-01").await, "没有这笔支付,或者它不归您所在的股室。请核对凭证号。");
    assert_eq!(office.says("孙丽", "/支付 查询 日期=11-20 文号=皖财办〔2026〕18号").await, "PZ-90  2026-11-20  教科文股  10.00 元  已支付");
    assert!(office.says("王芳", "/支付 查询 文号=ZB-1").await.starts_with("没有这条指标"));
    let one = office.says("张敏", "/支付 查询 PZ-02").await;
    assert!(one.contains("指标 皖财办〔2026〕18号(ZB-1)\n") && one.contains("\n收款人 欧*\n收款账号 ****0017\n") && one.contains("预警 🟡"), "{one}");
});

office_story!(a_goal_is_reviewed_once_until_it_is_filed_anew, async |office| {
    let goal = json!({"project_code": "XM0001", "fiscal_year": 2026, "text": "改造道路10公里", "filed_on": "2026-11-02"});
    let goal = Event::new("performance.goal", goal);
    office.allocates(goal.clone()).await;
    office.allocates(goal.clone().with("project_code", "XM0002").with("status", "通过")).await;
    assert_eq!(office.says("赵刚", "/绩效 查询").await, "2026年待审核的绩效目标 1 个\nXM0001  填报 2026-11-02");
    assert_eq!(office.says("张敏", "/绩效 审核 XM0001 通过 意见=好").await, "这个命令由评审中心有“处置”权限的人使用。");
    assert_eq!(office.says("赵刚", "/绩效 审核 XM0009 通过 意见=好").await, "没有收到这个项目2026年的绩效目标,不能审核。请核对项目编码和年度。");
    assert_eq!(office.says("赵刚", "/绩效 审核 XM0001 不通过 意见=\"指标不可衡量\"").await, "已记录审核:XM0001 2026年绩效目标不通过。");
    assert_eq!(office.says("赵刚", "/绩效 审核 XM0001 通过 意见=好").await, "XM0001 已于 2026-11-23 审核为不通过,目标没有重新填报,不用再审。");
    assert_eq!(office.says("赵刚", "/绩效 查询").await, "2026年没有待审核的绩效目标。");
    office.allocates(goal.with("text", "改造道路12公里").with("filed_on", "2026-11-23")).await;
    assert_eq!(office.says("赵刚", "/绩效 审核 XM0001 通过 意见=好").await, "已记录审核:XM0001 2026年绩效目标通过。");
    insta::assert_snapshot!(office.says("张敏", "/绩效 查询 XM0001").await, @r"
    XM0001 2026年
    绩效目标 填报 2026-11-23  通过  审核 2026-11-23
    绩效自评 未报
    ");
});
