//! What must not be granted, and what is said instead.

use commands::Permission::{Approve, Handle, Query, Rules, Users};
use jingling::config::SectionKind;
use jingling::config::office::Section;
use jingling::domain::{SectionCode, SectionName};
use jingling::store::account;
use jingling::store::staff::{self, StaffCard};

use super::{ID, OTHER_ID, enters, granted, opens, person};
use crate::harness::{Office, allocation, office_story, payment, snowflake};

/// The number of the journal's latest entry once all letters are out.
async fn settled(office: &Office) -> i64 {
    office.wait_until_sent().await;
    office.journal().await
}

/// What somebody is told who speaks through their account on Discord.
async fn says_on_discord(office: &Office, name: &str, line: &str) -> String {
    let account = snowflake(1_100_000_000_000_000_101);
    account::offer(office.store(), office.clock.now(), name, "abcde-fghjk").await.unwrap();
    account::redeem(office.store(), office.clock.now(), account, "abcde-fghjk").await.unwrap();
    let desk = &office.app().desk;
    let actor = desk.known(account).await.unwrap();
    let command = commands::parse(line, jingling::domain::local_date(office.clock.now())).unwrap();
    let answer = desk.act(&actor, command).await.to_string();
    account::release(office.store(), office.clock.now(), name).await.unwrap();
    answer
}

office_story!(nobody_grants_what_they_applied_for_from_whatever_account, async |office| {
    enters(office, "何工", "info_center", &[Query, Users]).await;
    enters(office, "马局长", "leadership", &[Query, Approve]).await;
    office.says("何工", "/权限 变更 张敏 查询 备注=调整").await;
    for head in ["马局长", "李国强"] {
        assert!(office.says(head, "/权限 意见 1 同意").await.starts_with("已签署"), "{head}");
    }
    let own = "QX2026-0001 是您自己提交的申请,要由另一位有“用户管理”权限的人授予。";
    assert_eq!(office.says("何工", "/权限 授予 1").await, own);
    assert_eq!(says_on_discord(office, "何工", "/权限 授予 1").await, own);
    assert!(office.says("何工", "/我的").await == "您手上没有待办的预警。", "nor is it on his list");
    // nor does the one it is about
    office.says("何工", "/权限 变更 吴凡 查询、用户管理").await;
    office.says("马局长", "/权限 意见 2 同意").await;
    assert_eq!(office.says("吴凡", "/权限 授予 2").await, "QX2026-0002 关系到您本人的权限,要由另一位有“用户管理”权限的人授予。");
    assert!(office.says("吴凡", "/权限 授予 1").await.starts_with("QX2026-0001 已办结"));
    assert_eq!(person(office, "张敏").await.unwrap().permissions, [Query]);
});

office_story!(one_person_has_one_account, async |office| {
    granted(office, &opens(ID), 1).await;
    let again = format!("/权限 开通 王晓明 查询 身份证号={ID} 电话=6020000");
    insta::assert_snapshot!(office.says("张敏", &again).await, @r"
    没有提交。
    身份证号: 这个身份证号已经登记在用户“王小明”名下。一人一个账号。
    ");
    insta::assert_snapshot!(office.says("张敏", &opens(OTHER_ID)).await, @r"
    没有提交。
    姓名: 已有同名用户“王小明”。一人一个账号;如是同名的另一人,请在姓名后加注,例如 张伟教科文。
    ");
    // filed twice before either was granted: the second is not granted
    let twice = |name: &str| format!("/权限 开通 {name} 查询 身份证号={OTHER_ID} 电话=6020000");
    office.says("李国强", &twice("赵一")).await;
    office.says("李国强", &twice("赵二")).await;
    assert!(office.says("吴凡", "/权限 授予 2").await.contains("已办结"));
    let before = settled(office).await;
    insta::assert_snapshot!(office.says("吴凡", "/权限 授予 3").await, @"QX2026-0003 的情况已经变了,不能授予。赵二: 这个身份证号已经登记在用户“赵一”名下。一人一个账号。可用 /权限 退回 退给申请股室。");
    assert_eq!(settled(office).await, before);
    let card = StaffCard {
        name: "赵三".to_owned(),
        section: "budget".to_owned(),
        title: String::new(),
        permissions: vec![Query],
        email: None,
        id_no: Some(OTHER_ID.to_owned()),
        phone: None,
    };
    let refused = staff::add(office.store(), office.clock.now(), &card).await.unwrap_err();
    assert_eq!(refused.to_string(), "这个身份证号已经登记在用户“赵一”名下。一人一个账号。");
    let administrator = StaffCard { name: "赵四".to_owned(), section: "info_center".to_owned(), permissions: vec![Query, Handle], id_no: None, ..card };
    let refused = staff::add(office.store(), office.clock.now(), &administrator).await.unwrap_err();
    assert_eq!(refused.to_string(), "财政信息中心的人只能有“查询”和“用户管理”权限,管理员不办业务。");
});

office_story!(an_id_number_is_not_taken_over_discord, async |office| {
    let before = settled(office).await;
    for line in [opens(ID), "/权限 批量 文件=附件3.xlsx".to_owned(), "/权限 查看 1".to_owned()] {
        let told = says_on_discord(office, "张敏", &line).await;
        assert_eq!(told, "为保护个人信息,这个命令只能在单位内部的终端上用。请运行 jingling console 办理。", "{line}");
    }
    assert!(says_on_discord(office, "张敏", "/权限 变更 王芳 查询 备注=\"341525200303120019\"").await.contains("没有保存"));
    // a code, an account and its release each time: nothing else
    assert_eq!(settled(office).await, before + 4 * 3);
});

office_story!(what_is_wrong_with_an_application_is_said_at_once, async |office| {
    let before = settled(office).await;
    let line = "/权限 开通 王X 权限=用户管理、汇总 身份证号=341525200303120018 电话=12 股室=社保局 邮箱=wang";
    insta::assert_snapshot!(office.says("张敏", line).await, @r"
    没有提交。
    身份证号: 最后一位校验码不对,请核对。
    联系电话: 应是 7 到 13 位的电话号码。
    邮箱: 写得不对,应像 zhangmin@example.gov.cn。
    股室: 没有这个股室或单位。可选:局脱贫攻坚领导小组办公室、局党组、预算股、评审中心、农业股、社保股、教科文股、经建股、财监股、国库支付中心、财政信息中心、驻局纪检监察组。
    姓名: 姓名不规范,应为 2 到 20 个汉字。
    ");
    for (permissions, section, told) in [
        ("用户管理", "社保股", "“用户管理”权限只能授予财政信息中心的人。"),
        ("汇总", "社保股", "“汇总”权限只能授予农业股的人。"),
        ("专项检查", "社保股", "“专项检查”权限只能授予财监股的人。"),
        ("查询、处置", "财政信息中心", "财政信息中心的人只能有“查询”和“用户管理”权限,管理员不办业务。"),
        ("处置", "驻局纪检监察组", "驻局纪检监察组、乡镇财政所和主管部门的人不能有“处置”权限。"),
    ] {
        let line = format!("/权限 开通 王小明 {permissions} 身份证号={ID} 电话=6020000 股室={section}");
        assert_eq!(office.says("张敏", &line).await, format!("没有提交。\n权限: {told}"), "{line}");
    }
    assert!(office.says("张敏", "/权限 变更 王芳 管理员").await.starts_with("权限只能从这些里选:"));
    assert_eq!(office.says("张敏", "/权限 变更 路人甲 查询").await, "没有提交。\n姓名: 没有叫这个名字的用户。请写登记时的姓名。");
    assert_eq!(office.says("张敏", "/权限 变更 张敏 查询、处置").await, "没有提交。\n权限: 与现在的一样,没有要变更的。请写明要改的权限、股室、职务或邮箱。");
    let nobody = office.says("王芳", "/权限 撤销 王芳 原因=调离").await;
    assert_eq!(nobody, "没有提交。\n申请单位意见: 教科文股没有可以签署意见的负责人(“审批”权限),局领导和领导小组办公室也没有。请先为负责人开通。");
    assert_eq!(settled(office).await, before, "nothing that was refused is kept");
});

office_story!(somebody_is_left_who_may_grant, async |office| {
    enters(office, "马局长", "leadership", &[Query, Approve]).await;
    let told = office.says("马局长", "/权限 撤销 吴凡 原因=调离").await;
    assert_eq!(told, "没有提交。\n权限: 这样就没有人有“用户管理”权限了,谁也不能再授予权限。请先为财政信息中心的另一人开通。");
    enters(office, "何工", "info_center", &[Query, Users]).await;
    insta::assert_snapshot!(office.says("马局长", "/权限 撤销 吴凡 原因=调离").await, @"已提交 QX2026-0001:撤销 1 人。等财政信息中心的负责人签署意见。");
    office.says("马局长", "/权限 意见 1 同意").await;
    assert!(office.says("何工", "/权限 授予 1").await.starts_with("QX2026-0001 已办结"));
    assert_eq!(office.says("吴凡", "/权限 一览").await, "您还没有登记为用户。请找财政信息中心办理。");
});

office_story!(somebody_is_left_for_what_is_open, async |office: &mut Office| {
    enters(office, "马局长", "leadership", &[Query, Approve]).await;
    office.allocates(allocation("ZB-1", "100.00")).await;
    office.pays(payment("PZ-1", "150.00").with("section", "农业股")).await;
    assert!(office.says("陈静", "/我的").await.contains("YJ2026-000001"));
    office.says("马局长", "/权限 撤销 陈静 原因=退休").await;
    office.says("马局长", "/权限 意见 1 同意").await;
    let before = settled(office).await;
    insta::assert_snapshot!(office.says("吴凡", "/权限 授予 1").await, @"@陈静 手上有 1 件预警没有办结,本股室和农业股都没有别人可以接办。请先为接办的人开通“处置”权限。");
    assert_eq!(settled(office).await, before);
    enters(office, "孙强", "agriculture", &[Query, Handle]).await;
    insta::assert_snapshot!(office.says("吴凡", "/权限 授予 1").await, @"QX2026-0001 已办结:撤销 1 人。当即生效,手上的 1 件预警已转给接办的人。");
    assert!(office.says("孙强", "/我的").await.contains("YJ2026-000001"));
});

office_story!(of_two_who_grant_at_once_one_does, async |office| {
    enters(office, "何工", "info_center", &[Query, Users]).await;
    office.says("李国强", &opens(ID)).await;
    let (one, other) = tokio::join!(office.says("吴凡", "/权限 授予 1"), office.says("何工", "/权限 授予 1"));
    let done = "QX2026-0001 已办结:开通 1 人。请在终端用 jingling staff bind 给本人办理初始口令。";
    let late = "QX2026-0001 已经办结,不用再办。";
    assert!([one.as_str(), other.as_str()] == [done, late] || [one.as_str(), other.as_str()] == [late, done], "{one}\n{other}");
    assert_eq!(staff::all(office.store()).await.unwrap().iter().filter(|person| person.name == "王小明").count(), 1);
});

office_story!(strangers_and_those_without_the_right_learn_of_no_application, async |office| {
    office.says("李国强", &opens(ID)).await;
    let before = settled(office).await;
    for (who, line) in [("王芳", "/权限 查看 1"), ("王芳", "/权限 撤回 1"), ("刘洋", "/权限 查看 1")] {
        let there = office.says(who, line).await;
        assert_eq!(there.replace("0001", "0099"), office.says(who, &line.replace('1', "99")).await, "{who} {line}");
    }
    for line in ["/权限 授予 1", "/权限 退回 1 原因=不符"] {
        assert_eq!(office.says("陈静", line).await, "这个命令由财政信息中心有“用户管理”权限的人使用。", "{line}");
    }
    assert_eq!(office.says("路人", "/权限 查看 1").await, "您还没有登记为用户。请找财政信息中心办理。");
    assert_eq!(settled(office).await, before);
});

fn unit(code: &str, name: &str, kind: SectionKind, managed_by: Option<&str>) -> Section {
    let managed_by = managed_by.map(|code| SectionCode::new(code).unwrap());
    Section { code: SectionCode::new(code).unwrap(), name: SectionName::new(name).unwrap(), kind, managed_by }
}

office_story!(
    users_of_budget_units_come_through_the_section_that_manages_them,
    |config| {
        config.office.sections.push(unit("department:education", "教育局", SectionKind::Department, Some("business:education")));
        config.office.sections.push(unit("township:hengshan", "衡山镇财政所", SectionKind::Township, None));
    },
    async |office| {
        enters(office, "马局长", "leadership", &[Query, Approve, Rules]).await;
        enters(office, "镇会计", "township:hengshan", &[Query]).await;
        let line = |section: &str, id: &str| format!("/权限 开通 周老师 查询 身份证号={id} 电话=6020000 股室={section}");
        assert_eq!(office.says("张敏", &line("教育局", ID)).await, "没有提交。\n股室: 教育局的用户由教科文股提交。请把信息交给教科文股。");
        assert_eq!(office.says("王芳", &line("衡山镇财政所", ID)).await, "没有提交。\n股室: 衡山镇财政所的用户由农业股提交。请把信息交给农业股。");
        let own = office.says("镇会计", "/权限 撤销 镇会计 原因=调离").await;
        assert_eq!(own, "乡镇财政所和主管部门的用户由归口的股室提交。请把信息交给农业股。");
        insta::assert_snapshot!(office.says("王芳", &line("教育局", ID)).await, @"已提交 QX2026-0001:开通 1 人。等教科文股的负责人签署意见。");
        office.says("马局长", "/权限 意见 1 同意").await;
        assert!(office.says("吴凡", "/权限 授予 1").await.starts_with("QX2026-0001 已办结"));
        assert_eq!(person(office, "周老师").await.unwrap().section, "department:education");
    }
);
