//! Who may do what (附件3): applied for by a section, an opinion by its head, granted by 财政信息中心; and what of it comes to an end.

mod bad;
mod batch;
mod leaving;
mod review;
mod roles;

use commands::Permission::{self, Approve, Handle, Query};
use jingling::desk::Act;
use jingling::store::journal;
use jingling::store::staff::{self, Staff, StaffCard};

use crate::harness::{Office, office_story};

/// Two numbers with the right check digit, of nobody.
pub const ID: &str = "341525200303120019";
pub const OTHER_ID: &str = "342427196503120012";

/// Somebody is entered as `jingling staff add` does it.
pub async fn enters(office: &Office, name: &str, section: &str, permissions: &[Permission]) -> i64 {
    let card = StaffCard {
        name: name.to_owned(),
        section: section.to_owned(),
        title: String::new(),
        permissions: permissions.to_vec(),
        email: Some(format!("{}@huoshan.example", name.chars().map(|c| format!("{:x}", u32::from(c))).collect::<String>())),
        id_no: None,
        phone: None,
    };
    staff::add(office.store(), office.clock.now(), &card).await.unwrap()
}

pub async fn person(office: &Office, name: &str) -> Option<Staff> {
    staff::by_name(office.store(), name).await.unwrap()
}

/// The line by which 社保股 applies for 王小明.
pub fn opens(id_no: &str) -> String {
    format!("/权限 开通 王小明 权限=查询、处置 身份证号={id_no} 电话=0564-6020000 职务=科员 邮箱=wangxm@huoshan.example 备注=新调入")
}

/// 张敏 applies, 李国强 agrees, 吴凡 grants.
pub async fn granted(office: &Office, line: &str, no: u32) -> String {
    let filed = office.says("张敏", line).await;
    assert!(filed.starts_with("已提交"), "{filed}");
    office.says("李国强", &format!("/权限 意见 {no} 同意")).await;
    office.says("吴凡", &format!("/权限 授予 {no}")).await
}

/// What the latest act of somebody changed.
pub async fn changed(office: &Office) -> Vec<String> {
    let entries = journal::read(office.store(), 0, 10_000).await.unwrap();
    let open = entries.iter().map(|entry| entry.open(office.store().office, &office.store().keys).unwrap());
    let act = open.filter_map(|entry| serde_json::from_slice::<Act>(&entry.content).ok()).next_back().unwrap();
    act.changes.iter().map(|change| format!("{} {}: {} -> {}", act.name, change.what, change.before, change.after)).collect()
}

office_story!(a_new_clerk_is_applied_for_and_granted, async |office| {
    insta::assert_snapshot!(office.says("张敏", &opens(ID)).await, @"已提交 QX2026-0001:开通 1 人。等社保股的负责人签署意见。");
    assert_eq!(person(office, "王小明").await, None);
    insta::assert_snapshot!(office.says("李国强", "/我的").await, @r"
    另外要办
    QX2026-0001 权限申请(开通)待您签署意见:/权限 意见  期限 11月26日
    ");
    insta::assert_snapshot!(office.says("李国强", "/权限 查看 1").await, @r"
    QX2026-0001 开通 社保股 待意见
    王小明  股室 社保股  职务 科员  权限 查询、处置  身份证号 341525********0019  联系电话 056****0000  邮箱 wangxm@huoshan.example  备注 新调入
    11-23 10:00 张敏 申请
    ");
    insta::assert_snapshot!(office.says("吴凡", "/权限 授予 1").await, @"QX2026-0001 还等社保股的负责人签署意见,签署后才能授予。");
    insta::assert_snapshot!(office.says("李国强", "/权限 意见 1 同意").await, @"已签署,QX2026-0001 转财政信息中心授权。");
    insta::assert_snapshot!(office.says("吴凡", "/我的").await, @r"
    另外要办
    QX2026-0001 权限申请(开通)待授权:/权限 授予  期限 11月26日
    ");
    insta::assert_snapshot!(office.says("吴凡", "/权限 授予 1").await, @"QX2026-0001 已办结:开通 1 人。请在终端用 jingling staff bind 给本人办理初始口令。");
    assert_eq!(
        changed(office).await,
        ["吴凡 王小明 账号:  -> 在用", "吴凡 王小明 权限:  -> 查询、处置", "吴凡 王小明 股室:  -> 社保股", "吴凡 王小明 职务:  -> 科员"]
    );
    let wang = person(office, "王小明").await.unwrap();
    assert_eq!((wang.section.as_str(), &wang.permissions[..]), ("business:social_security", &[Query, Handle][..]));
    assert_eq!(office.says("王小明", "/我的").await, "您手上没有待办的预警。");
    assert_eq!(office.says("吴凡", "/我的").await, "您手上没有待办的预警。");

    let mailbox = office.mailbox().await;
    let subjects = |who: &str| mailbox.of(&format!("{who}@huoshan.example")).iter().map(|mail| mail.subject.clone()).collect::<Vec<_>>();
    assert_eq!(subjects("liguoqiang"), ["【权限申请待签署意见】QX2026-0001 社保股 · 11月26日前"]);
    assert_eq!(subjects("wufan"), ["【权限申请待授权】QX2026-0001 社保股 · 11月26日前"]);
    assert_eq!(subjects("zhangmin"), ["【权限申请已办结】QX2026-0001 社保股"]);
    assert_eq!(subjects("wangxm"), ["【权限申请已办结】QX2026-0001 社保股"]);
    // neither number is anywhere that leaves
    let letters = mailbox.of("wufan@huoshan.example").iter().map(|mail| mail.text.clone()).collect::<String>();
    assert!(letters.contains("王小明") && !letters.contains("3415") && !letters.contains("6020000"), "{letters}");
    assert!(!office.chat().await.contains("QX2026"), "an application is nobody's business in chat");
});

office_story!(who_is_moved_to_another_section_needs_both_heads, async |office| {
    enters(office, "马局长", "leadership", &[Query, Approve]).await;
    insta::assert_snapshot!(office.says("张敏", "/权限 变更 张敏 股室=教科文股 备注=轮岗").await, @"已提交 QX2026-0001:变更 1 人。等教科文股、社保股的负责人签署意见。");
    // 教科文股 has no head: a bureau leader speaks for it
    insta::assert_snapshot!(office.says("马局长", "/权限 意见 1 同意").await, @"已签署,QX2026-0001 还等社保股的负责人签署意见。");
    insta::assert_snapshot!(office.says("马局长", "/权限 意见 1 同意").await, @"QX2026-0001 的意见已经签署过了,不用再签。用 /权限 列表 看办到了哪一步。");
    assert_eq!(office.says("李国强", "/权限 意见 1 同意").await, "已签署,QX2026-0001 转财政信息中心授权。");
    insta::assert_snapshot!(office.says("吴凡", "/权限 授予 1").await, @"QX2026-0001 已办结:变更 1 人。当即生效。");
    assert_eq!(changed(office).await, ["吴凡 张敏 股室: 社保股 -> 教科文股"]);
    assert_eq!(person(office, "张敏").await.unwrap().permissions, [Query, Handle]);
});

office_story!(a_head_who_applies_has_said_yes_already_but_not_about_himself, async |office| {
    enters(office, "马局长", "leadership", &[Query, Approve]).await;
    insta::assert_snapshot!(office.says("李国强", &opens(ID)).await, @"已提交 QX2026-0001:开通 1 人。等财政信息中心授权。");
    insta::assert_snapshot!(office.says("李国强", "/权限 变更 李国强 查询、处置、审批、规则管理").await, @"已提交 QX2026-0002:变更 1 人。等社保股的负责人签署意见。");
    insta::assert_snapshot!(office.says("李国强", "/权限 意见 2 同意").await, @"没有 QX2026-0002 这件申请,或者它不归您办理。用 /权限 列表 查看。");
    insta::assert_snapshot!(office.says("马局长", "/权限 意见 2 不同意").await, @"不同意的请写明原因,例如:说明=\"……\"。");
    insta::assert_snapshot!(office.says("马局长", "/权限 意见 2 不同意 职责不符").await, @"已签署不同意,QX2026-0002 退回申请股室。");
    insta::assert_snapshot!(office.says("李国强", "/权限 查看 2").await, @r"
    QX2026-0002 变更 社保股 已退回
    李国强  权限 查询、处置、审批、规则管理
    11-23 10:00 李国强 申请
    11-23 10:00 马局长 意见(社保股)不同意:职责不符
    ");
    insta::assert_snapshot!(office.says("吴凡", "/权限 授予 2").await, @"QX2026-0002 已经退回。请等申请股室重新申请。");
    let mailbox = office.mailbox().await;
    let subjects: Vec<&str> = mailbox.of("liguoqiang@huoshan.example").iter().map(|mail| mail.subject.as_str()).collect();
    assert_eq!(subjects, ["【权限申请已退回】QX2026-0002 社保股"]);
});

office_story!(an_application_is_given_back_or_taken_back, async |office| {
    office.says("李国强", &opens(ID)).await;
    insta::assert_snapshot!(office.says("吴凡", "/权限 退回 1 原因=\"身份证 341525200303120019 不清楚\"").await, @"文字里好像有身份证号。为保护个人信息,聊天里不能填写,请改为“见材料”。没有保存。");
    insta::assert_snapshot!(office.says("吴凡", "/权限 退回 1 原因=\"权限与职责不符\"").await, @"QX2026-0001 已退回申请股室。");
    insta::assert_snapshot!(office.says("吴凡", "/权限 退回 1 原因=再退").await, @"QX2026-0001 已经退回。请等申请股室重新申请。");
    assert!(office.says("李国强", "/权限 查看 1").await.ends_with("11-23 10:00 吴凡 退回:权限与职责不符"));
    office.says("张敏", &opens(ID)).await;
    insta::assert_snapshot!(office.says("王芳", "/权限 撤回 2").await, @"没有 QX2026-0002 这件申请,或者它不归您办理。用 /权限 列表 查看。");
    insta::assert_snapshot!(office.says("张敏", "/权限 列表").await, @"QX2026-0002 开通 1 人  社保股  待意见  期限 11月26日");
    insta::assert_snapshot!(office.says("张敏", "/权限 撤回 2").await, @"QX2026-0002 已撤回。");
    insta::assert_snapshot!(office.says("李国强", "/权限 意见 2 同意").await, @"QX2026-0002 的意见已经签署过了,不用再签。用 /权限 列表 看办到了哪一步。");
    assert_eq!(office.says("张敏", "/权限 列表").await, "没有符合条件的权限申请。");
    assert_eq!(office.says("王芳", "/权限 列表 已退回").await, "没有符合条件的权限申请。");
    assert_eq!(office.says("吴凡", "/权限 列表 已退回").await, "QX2026-0001 开通 1 人  社保股  已退回");
});

office_story!(the_journal_keeps_who_held_what_and_the_tables_show_no_number, async |office| {
    granted(office, &opens(ID), 1).await;
    let rows = office.store().db.fetch("SELECT name, title, permissions, email FROM staff", Vec::new()).await.unwrap();
    assert!(rows.iter().all(|row| !row.describe().contains("3415")));
    let steps = office.store().db.fetch("SELECT sealed FROM register_step", Vec::new()).await.unwrap();
    assert!(steps.iter().all(|row| !String::from_utf8_lossy(row.blob(0).unwrap()).contains("341525")), "sealed");
});
