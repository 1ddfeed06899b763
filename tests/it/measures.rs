//! What takes two people: measures against a serious violation, and a rule that had fired wrongly.

use commands::Permission::{Approve, Handle, Query};
use jingling::desk::{Account, Act};
use jingling::store::{EntryKind, journal, slip};

use crate::harness::{Office, allocation, office_story, payment, snowflake};

/// A red light of 社保股: more paid than was allotted. 高翔 of 农业股 and 郑平 of the bureau's leaders may approve.
async fn overspent(office: &mut Office) {
    office.hires("高翔", "agriculture", &[Query, Handle, Approve], "gaoxiang").await;
    office.hires("郑平", "leadership", &[Query, Approve], "zhengping").await;
    office.allocates(allocation("ZB-1", "100.00")).await;
    office.pays(payment("PZ-1", "150.00")).await;
    assert_eq!(office.lights().await, ["YJ2026-000001 🔴 ZC08 business:social_security PZ-1 150.00"]);
    office.wait_until_sent().await;
}

/// What the month will count: kind, amount, days, and what became of it.
async fn counted(office: &Office) -> String {
    let columns = "kind, COALESCE(amount, 0), COALESCE(from_on, '-'), COALESCE(until_on, '-'), COALESCE(doc_no, '-'), status, COALESCE(settled_on, '-')";
    let rows = office.store().db.fetch(format!("SELECT {columns} FROM proposal WHERE $1 = $1 ORDER BY n"), jingling::binds![1]).await.unwrap();
    let text = |row: &jingling::store::Row, column| row.text(column).unwrap().to_owned();
    let line = |row: &jingling::store::Row| format!("{} {} {}", text(row, 0), row.int(1).unwrap(), (2..7).map(|n| text(row, n)).collect::<Vec<_>>().join(" "));
    rows.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// What each act of the journal says that it changed.
async fn changes(office: &Office) -> Vec<String> {
    let store = office.store();
    let entries = journal::read(store, 0, i64::MAX).await.unwrap().into_iter().map(|sealed| sealed.open(store.office, &store.keys).unwrap());
    let acts = entries.filter(|entry| entry.kind == EntryKind::Act).map(|entry| serde_json::from_slice::<Act>(&entry.content).unwrap());
    let line = |act: Act| act.changes.iter().map(|c| format!("{} {} {}:{}→{}", act.name, act.account, c.what, c.before, c.after)).collect::<Vec<_>>();
    acts.flat_map(line).collect()
}

office_story!(money_is_taken_back_once_another_person_agrees, async |office| {
    overspent(office).await;
    let propose = "/处置 收回 1 50.00 情况=\"超付部分应收回\"";
    insta::assert_snapshot!(office.says("张敏", propose).await, @"已对 YJ2026-000001 提请处置,等农业股或局领导审批。红灯不变,纠正后仍用 /纠正 填写。");
    insta::assert_snapshot!(office.says("李国强", propose).await, @"YJ2026-000001 的收回已由 @张敏 于 11-23 10:00 提请,正等审批。审批以后才能再提。");
    insta::assert_snapshot!(office.says("李国强", "/审批 同意 1").await, @"YJ2026-000001 的处置由农业股或局领导有“审批”权限的人审批。");
    insta::assert_snapshot!(office.says("张敏", "/审批 同意 1").await, @"这个命令需要“审批”权限。如需开通,请按附件3的申请表找财政信息中心办理。");
    // whoever may decide it is written to, and finds it
    let mailbox = office.mailbox().await;
    insta::assert_snapshot!(mailbox.of("gaoxiang@huoshan.example")[0].subject, @"【待审批】社保股 · 12月7日前");
    assert!(mailbox.of("gaoxiang@huoshan.example")[0].text.contains("事项:收回资金 50.00 元") && mailbox.of("zhengping@huoshan.example").len() == 1);
    insta::assert_snapshot!(office.says("高翔", "/审批 列表").await, @r"
    🔴 YJ2026-000001 超指标支付  收回资金 50.00 元  @张敏 提请于 11-23 10:00
    情况和原因用 /预警 全文 查看(只在终端)。用 /审批 同意 或 /审批 退回 办理。
    ");
    insta::assert_snapshot!(office.says("郑平", "/我的").await, @r"
    另外要办
    🔴 YJ2026-000001 待审批:收回资金 50.00 元,用 /审批 办理  期限 12月7日
    ");
    let full = office.says("高翔", "/预警 全文 1 原因=审批处置").await;
    assert!(full.contains("— 处理单 1 处置 2026-11-23 10:00 张敏") && full.contains("情况=超付部分应收回") && full.contains("金额=50.00"), "{full}");
    let (one, other) = tokio::join!(office.says("高翔", "/审批 同意 1 收回"), office.says("郑平", "/审批 同意 1"));
    let done =
        "已同意对 YJ2026-000001 的处置:收回资金 50.00 元。已通知国库支付中心。红灯不变,请督促在 12月7日前纠正。如有问题线索,请用 /线索 报驻局纪检监察组。";
    let late = |who: &str| format!("YJ2026-000001 的收回已由 @{who} 于 11-23 10:00 审批(已同意),无需再次审批。");
    assert!((one == done && other == late("高翔")) || (other == done && one == late("郑平")), "{one}\n{other}");
    // it stays red; the treasury holds to it
    assert_eq!(office.lights().await, ["YJ2026-000001 🔴 ZC08 business:social_security PZ-1 150.00"]);
    assert_eq!(counted(office).await, "recover 5000 - - - approved 2026-11-23");
    let mailbox = office.mailbox().await;
    let letter = mailbox.of("zhoutao@huoshan.example")[0];
    assert_eq!(letter.subject, "【处置】YJ2026-000001 超指标支付 · 社保股 · 已批准");
    assert!(letter.text.starts_with("国库支付中心请知悉:社保股的这条红灯预警,处置措施已批准:收回资金 50.00 元。"), "{}", letter.text);
    let chat = office.chat().await;
    assert!(chat.contains("🔴 已提请审批 YJ2026-000001") && chat.contains("🔴 处置已批准 YJ2026-000001") && !chat.contains("超付部分"), "{chat}");
    insta::assert_snapshot!(office.says("周涛", "/预警 详情 1").await.replace("@郑平", "@高翔"), @r"
    🔴 YJ2026-000001 超指标支付(ZC08)  社保股  150.00 元  期限 12月7日  待纠正
       凭证 PZ-1、文号 皖财办〔2026〕18号、日期 11月23日、共 1 条
       经办 @张敏
       收回资金 50.00 元:已同意(@高翔 11-23 10:00)
       11-23 10:00 触发(🔴 待纠正)
       11-23 10:00 提请处置(🔴 待纠正)  @张敏
       11-23 10:00 处置获批准(🔴 待纠正)  @高翔
       处理单 第 1 张(11-23 10:00 @张敏)
       全文查看 1 次
    下一步:督促纠正后用 /纠正 YJ2026-000001 填写。
    ");
});

office_story!(each_kind_of_measure_says_what_it_must, async |office| {
    overspent(office).await;
    insta::assert_snapshot!(office.says("张敏", "/处置 通报 1 通报第一期 情况=屡次超付").await, @"通报文号应写成 霍财农〔2026〕12号 的样子。");
    insta::assert_snapshot!(office.says("张敏", "/处置 移交 1 县农业农村局 今天 情况=\"请打 13812345678\"").await, @"文字里好像有电话号码。请只写前三位和后四位,如 138****1234。没有保存。");
    assert_eq!(counted(office).await, "");
    for line in [
        "/处置 暂缓 1 11-24 12-31 情况=整改到位前暂缓 金额=5万元",
        "/处置 通报 1 霍财农(2026]012号 情况=屡次超付",
        "/处置 移交 1 县农业农村局 11-25 情况=验收不实",
        "/处置 其他 1 措施=约谈负责人 情况=责任不落实",
    ] {
        assert!(office.says("张敏", line).await.starts_with("已对 YJ2026-000001 提请处置"), "{line}");
    }
    insta::assert_snapshot!(office.says("郑平", "/审批 同意 1").await, @"YJ2026-000001 有 4 件待审批:暂缓、通报、移交、其他。请写明是哪一件,例如 事项=收回。");
    for kind in ["暂缓", "通报", "移交"] {
        assert!(office.says("郑平", &format!("/审批 同意 1 {kind}")).await.starts_with("已同意对 YJ2026-000001 的处置"), "{kind}");
    }
    let letters = office.mailbox().await.of("zhoutao@huoshan.example").iter().map(|mail| mail.text.lines().next().unwrap().to_owned()).collect::<Vec<_>>();
    insta::assert_snapshot!(letters.join("\n"), @r"
    国库支付中心请知悉:社保股的这条红灯预警,处置措施已批准:暂缓拨付 11月24日至12月31日(涉及 50,000.00 元)。
    国库支付中心请知悉:社保股的这条红灯预警,处置措施已批准:通报 霍财农〔2026〕12号。
    国库支付中心请知悉:社保股的这条红灯预警,处置措施已批准:移交相关部门 11月25日。
    ");
    // what still waits when the light turns green is settled by that
    assert!(office.says("张敏", "/纠正 1 今天 情况=已退回 督促=电话").await.contains("转为绿灯"));
    assert_eq!(
        counted(office).await,
        "suspend 5000000 2026-11-24 2026-12-31 - approved 2026-11-23\ncirculate 0 - - 霍财农〔2026〕12号 approved 2026-11-23\ntransfer 0 2026-11-25 - - approved 2026-11-23\nother 0 - - - withdrawn 2026-11-23"
    );
    assert!(changes(office).await.contains(&"张敏 console 其他:待审批→已撤销".to_owned()));
    let shown = office.says("张敏", "/预警 详情 1").await;
    assert!(shown.contains("其他处置措施:已撤销(@张敏 11-23 10:00)") && shown.contains("待批事项因办结撤销(🟢 已纠正)  @张敏"), "{shown}");
    insta::assert_snapshot!(office.says("郑平", "/审批 同意 1 其他").await, @"YJ2026-000001 已由社保股处理(11-23 10:00 已纠正),无需再次办理。处理单有误可用:/预警 更正;要重新办理,由农业股用 /预警 重开。");
});

office_story!(a_false_alarm_takes_a_second_person_whatever_account_the_first_one_uses, async |office| {
    overspent(office).await;
    insta::assert_snapshot!(office.says("李国强", "/误报 1 原因=\"上级追加的指标还没有登记\"").await, @"已提请把 YJ2026-000001 认定为误报,等另一人审批。批准前仍是红灯。");
    let own = "YJ2026-000001 的误报是您自己提请的,须由另一人审批。";
    assert_eq!(office.says("李国强", "/审批 同意 1").await, own);
    let discord = Account::Discord(snowflake(1_100_000_000_000_000_099));
    assert_eq!(office.app().desk.hear("李国强", discord, "/审批 同意 1 误报").await.to_string(), own);
    assert_eq!(office.app().desk.hear("李国强", discord, "/审批 退回 1 原因=算了").await.to_string(), own);
    assert_eq!(office.says("李国强", "/审批 列表").await, "没有等您审批的事项。");
    insta::assert_snapshot!(office.says("郑平", "/审批 退回 1").await, @"还缺退回原因。请用一两句话写明,例如:原因=\"……\"。");
    insta::assert_snapshot!(office.says("郑平", "/审批 退回 1 原因=先补登记再报").await, @"已退回 @李国强 提请的 YJ2026-000001 的认定为误报。红灯不变。");
    assert!(office.says("张敏", "/误报 1 原因=追加指标已于今天登记").await.starts_with("已提请"));
    insta::assert_snapshot!(office.says("李国强", "/审批 同意 1").await, @"已同意,YJ2026-000001 认定为误报,转为绿灯。已通知国库支付中心。");
    assert_eq!(office.lights().await, ["YJ2026-000001 🟢 ZC08 business:social_security PZ-1 150.00"]);
    insta::assert_snapshot!(office.mailbox().await.of("zhoutao@huoshan.example")[0].subject, @"【已处理】YJ2026-000001 超指标支付 · 社保股 · 误报");
    let chat = office.chat().await;
    assert!(chat.contains("🔴 审批退回 YJ2026-000001") && chat.contains("状态 误报") && !chat.contains("先补登记"), "{chat}");
    insta::assert_snapshot!(changes(office).await.join("\n"), @r"
    李国强 console 误报:→待审批
    郑平 console 误报:待审批→已退回
    张敏 console 误报:→待审批
    李国强 console 状态:待纠正→误报
    李国强 console 误报:待审批→已同意
    ");
    assert_eq!(counted(office).await, "false_alarm 0 - - - returned 2026-11-23\nfalse_alarm 0 - - - approved 2026-11-23");
    let kinds: Vec<String> = slip::of(office.store(), 2_026_000_001).await.unwrap().into_iter().map(|slip| slip.kind).collect();
    assert_eq!(kinds, ["误报", "退回", "误报"]);
    // counted apart, and the month still adds up
    let month = office.says("陈静", "/月报 汇总").await;
    let rows: Vec<&str> = month.lines().filter(|line| ["规则 ", "ZC08", "核对", "误报"].iter().any(|head| line.starts_with(head))).collect();
    insta::assert_snapshot!(rows.join("\n"), @r"
    核对:逐股室、逐灯相符。
    规则             红未纠  红已纠  黄待核  黄正常  违规待纠  违规已纠  铃待办  铃办结  误报  合计
    ZC08 超指标支付       0       0       0       0         0         0       0       0     1     1
    误报(件)           1     0         1
    误报率        100.0%     —    100.0%
    ");
});
