//! Who leaves, is moved, or whose section is dissolved: it holds at once, and what they had in hand goes to the next.

use chrono::DateTime;
use commands::Permission::{Approve, Handle, Query, Users};
use jingling::store::staff;

use super::{ID, changed, enters, granted, opens, person};
use crate::harness::{Office, allocation, office_story, payment, scan};

const STRANGER: &str = "您还没有登记为用户。请找财政信息中心办理。";

/// A red and two yellow lights of 社保股, taken up by 张敏.
async fn three_in_hand(office: &mut Office) {
    office.allocates(allocation("ZB-1", "30000.00")).await;
    office.allocates(scan("ZB-1")).await;
    for (voucher, amount, account) in [("PZ-1", "9000.00", "6217000000017"), ("PZ-2", "9000.00", "6217000000017"), ("PZ-3", "100.00", "6217000000025")] {
        office.pays(payment(voucher, amount).with("payee_account", account)).await;
    }
    office.pays(payment("PZ-4", "100.00").with("payee_account", "6217000000025")).await;
    office.pays(payment("PZ-5", "29000.00").with("payee_account", "6217000000033")).await;
    for no in 1..=3 {
        assert!(office.says("张敏", &format!("/预警 认领 {no}")).await.contains("由您"), "{no}");
    }
    office.wait_until_sent().await;
}

office_story!(whoever_is_revoked_is_a_stranger_at_once_and_the_next_takes_over, async |office: &mut Office| {
    three_in_hand(office).await;
    let answer = granted(office, "/权限 撤销 张敏 原因=调离", 1).await;
    insta::assert_snapshot!(answer, @"QX2026-0001 已办结:撤销 1 人。当即生效,手上的 3 件预警已转给接办的人。");
    assert_eq!(changed(office).await, ["吴凡 张敏 账号: 在用 -> 已撤销", "吴凡 张敏 权限: 查询、处置 -> "]);
    for line in ["/我的", "/帮助", "/预警 详情 1", "/权限 查看 1"] {
        assert_eq!(office.says("张敏", line).await, STRANGER, "{line}");
    }
    insta::assert_snapshot!(office.says("李国强", "/我的").await, @r"
    以后到期
    🟡 YJ2026-000002 疑似重复支付(ZC09)  社保股  100.00 元  期限 11月30日  待核实
    🟡 YJ2026-000001 疑似重复支付(ZC09)  社保股  9,000.00 元  期限 11月30日  待核实
    🔴 YJ2026-000003 超指标支付(ZC08)  社保股  29,000.00 元  期限 12月7日  待纠正
    ");
    let history = office.says("李国强", "/预警 详情 3").await;
    assert!(history.contains("11-23 10:00 改派(🔴 待纠正)  @吴凡"), "{history}");
    assert!(history.contains("认领(🔴 待纠正)  @张敏"), "the history knows the name: {history}");
    // the card, and a letter about the red light
    let chat = office.chat().await;
    assert!(chat.contains("🔴 转来红灯 YJ2026-000003") && chat.contains("经办 @李国强"), "{chat}");
    let mailbox = office.mailbox().await;
    let last = mailbox.of("liguoqiang@huoshan.example").iter().map(|mail| mail.subject.clone()).rfind(|subject| subject.contains("红灯"));
    assert_eq!(last.as_deref(), Some("【红灯】YJ2026-000003 超指标支付 · 社保股 · 12月7日前纠正"));
    assert!(office.says("陈静", "/月报 汇总").await.contains("核对:逐股室、逐灯相符。"));
    let told = office.says("李国强", "/预警 转办 1 张敏 原因=还给他").await;
    assert_eq!(told, "@张敏 没有“处置”权限,不能接办。请转给别人,或先找财政信息中心开通权限。");
    // nothing is left by which he could come back
    let unknown = staff::set_passphrase(office.store(), office.clock.now(), "张敏", "$argon2id$".to_owned()).await.unwrap_err();
    assert_eq!(unknown.to_string(), "没有叫“张敏”的用户。用 jingling staff list 查看。");
    assert_eq!(staff::all(office.store()).await.unwrap()[0].name, "张敏");
});

office_story!(a_section_without_another_leaves_it_to_the_leading_one, async |office: &mut Office| {
    enters(office, "马局长", "leadership", &[Query, Approve]).await;
    office.allocates(allocation("ZB-1", "100.00")).await;
    office.pays(payment("PZ-1", "150.00").with("section", "教科文股")).await;
    office.says("王芳", "/权限 撤销 王芳 原因=退休").await;
    office.says("马局长", "/权限 意见 1 同意").await;
    assert!(office.says("吴凡", "/权限 授予 1").await.contains("1 件预警"));
    assert!(office.says("陈静", "/我的").await.contains("YJ2026-000001"), "{}", office.says("陈静", "/我的").await);
    assert_eq!(office.says("王芳", "/我的").await, STRANGER);
});

office_story!(whoever_may_no_longer_handle_hands_over_and_whoever_is_moved_leaves_it_behind, async |office: &mut Office| {
    enters(office, "马局长", "leadership", &[Query, Approve]).await;
    three_in_hand(office).await;
    office.says("张敏", "/权限 变更 张敏 股室=教科文股 备注=轮岗").await;
    for head in ["马局长", "李国强"] {
        office.says(head, "/权限 意见 1 同意").await;
    }
    insta::assert_snapshot!(office.says("吴凡", "/权限 授予 1").await, @"QX2026-0001 已办结:变更 1 人。当即生效,手上的 3 件预警已转给接办的人。");
    assert_eq!(office.says("张敏", "/我的").await, "您手上没有待办的预警。");
    assert_eq!(office.says("张敏", "/预警 详情 1").await, "没有 YJ2026-000001 这条预警,或者它不归您所在的股室。用 /预警 列表 查看。");
    // now the one who got it loses 处置
    office.says("李国强", "/权限 变更 李国强 查询、审批").await;
    office.says("马局长", "/权限 意见 2 同意").await;
    insta::assert_snapshot!(office.says("吴凡", "/权限 授予 2").await, @"QX2026-0002 已办结:变更 1 人。当即生效,手上的 3 件预警已转给接办的人。");
    assert!(office.says("陈静", "/我的").await.contains("YJ2026-000003"));
    let month = office.says("陈静", "/月报 汇总").await;
    assert!(month.contains("核对:逐股室、逐灯相符。"), "{month}");
});

office_story!(an_account_is_taken_up_again_under_its_old_number, async |office| {
    granted(office, &opens(ID), 1).await;
    let old = person(office, "王小明").await.unwrap();
    staff::set_passphrase(office.store(), office.clock.now(), "王小明", "$argon2id$".to_owned()).await.unwrap();
    granted(office, "/权限 撤销 王小明 原因=借调", 2).await;
    assert_eq!(office.says("王小明", "/我的").await, STRANGER);
    // back with a new name on the same number
    let back = opens(ID).replace("王小明", "王晓明").replace("查询、处置", "查询");
    granted(office, &back, 3).await;
    let new = person(office, "王晓明").await.unwrap();
    assert_eq!((new.id, &new.permissions[..], new.passphrase), (old.id, &[Query][..], None));
    assert_eq!(person(office, "王小明").await, None);
});

office_story!(what_waited_for_somebody_who_left_waits_for_the_next, async |office| {
    enters(office, "马局长", "leadership", &[Query, Approve]).await;
    enters(office, "何工", "info_center", &[Query, Users]).await;
    office.says("张敏", &opens(ID)).await;
    office.says("马局长", "/权限 撤销 李国强 原因=退休").await;
    assert_eq!(office.says("李国强", "/权限 意见 2 同意").await, "没有 QX2026-0002 这件申请,或者它不归您办理。用 /权限 列表 查看。");
    office.says("马局长", "/权限 意见 2 同意").await;
    assert!(office.says("吴凡", "/权限 授予 2").await.starts_with("QX2026-0002 已办结"));
    assert_eq!(office.says("李国强", "/权限 意见 1 同意").await, STRANGER);
    // 社保股 has no head now: the bureau leader speaks for it
    insta::assert_snapshot!(office.says("马局长", "/我的").await, @r"
    另外要办
    QX2026-0001 权限申请(开通)待您签署意见:/权限 意见  期限 11月26日
    ");
    assert!(office.says("马局长", "/权限 意见 1 同意").await.ends_with("转财政信息中心授权。"));
    assert!(office.says("何工", "/权限 授予 1").await.starts_with("QX2026-0001 已办结"));
});

office_story!(a_section_that_is_dissolved_leaves_its_warnings_to_the_leading_one, async |office: &mut Office| {
    three_in_hand(office).await;
    office.stop().await;
    office.config.office.sections.retain(|section| section.code.as_str() != "business:social_security");
    office.start().await;
    assert!(office.lights().await.iter().all(|light| light.contains(" agriculture ")), "{:?}", office.lights().await);
    assert!(office.says("陈静", "/我的").await.contains("YJ2026-000003"));
    insta::assert_snapshot!(office.says("张敏", "/我的").await, @"您所在的股室已经撤并,不在名单里了。请由接管的股室申请变更,或找财政信息中心。");
    assert!(office.chat().await.contains("🔴 转来红灯 YJ2026-000003"));
    let month = office.says("陈静", "/月报 汇总").await;
    assert!(month.contains("核对:逐股室、逐灯相符。"), "{month}");
    let before = office.journal().await;
    office.restart().await;
    assert_eq!(office.journal().await, before, "once");
});

office_story!(a_section_that_is_renamed_keeps_everything, async |office: &mut Office| {
    three_in_hand(office).await;
    office.says("张敏", &opens(ID)).await;
    office.stop().await;
    for section in office.config.office.sections.iter_mut().filter(|section| section.code.as_str() == "business:social_security") {
        section.name = jingling::domain::SectionName::new("社会保障股").unwrap();
    }
    office.start().await;
    let mine = office.says("张敏", "/我的").await;
    assert!(mine.contains("YJ2026-000003") && mine.contains("社会保障股") && mine.contains("核实中"), "{mine}");
    office.says("李国强", "/权限 意见 1 同意").await;
    assert!(office.says("吴凡", "/权限 授予 1").await.starts_with("QX2026-0001 已办结"));
    assert_eq!(person(office, "王小明").await.unwrap().permissions, [Query, Handle]);
});

office_story!(a_stand_in_who_is_moved_leaves_behind_what_they_stood_in_for, async |office: &mut Office| {
    enters(office, "马局长", "leadership", &[Query, Approve]).await;
    three_in_hand(office).await;
    let stands_in = office.says("张敏", "/请假 登记 今天 11月26日 李国强").await;
    assert!(stands_in.ends_with("手上的 3 条预警已转给代理人。"), "{stands_in}");
    office.says("李国强", "/权限 变更 李国强 股室=教科文股 备注=轮岗").await;
    office.says("马局长", "/权限 意见 1 同意").await;
    office.says("吴凡", "/权限 授予 1").await;
    office.jobs().await;
    // nobody of the section is there: 农业股 has it until 张敏 is back
    assert!(!office.says("李国强", "/我的").await.contains("YJ2026-"));
    assert_eq!(office.says("李国强", "/预警 详情 1").await, "没有 YJ2026-000001 这条预警,或者它不归您所在的股室。用 /预警 列表 查看。");
    assert_eq!(office.says("陈静", "/我的").await.matches("代 @张敏 办理").count(), 3);
    office.clock.advance_to(DateTime::parse_from_rfc3339("2026-11-27T00:01:00+08:00").unwrap().to_utc());
    office.jobs().await;
    assert_eq!(office.says("张敏", "/我的").await.matches("YJ2026-").count(), 3);
});

office_story!(whoever_is_moved_while_away_is_not_given_back_what_was_their_old_sections, async |office: &mut Office| {
    enters(office, "马局长", "leadership", &[Query, Approve]).await;
    three_in_hand(office).await;
    office.says("张敏", "/核实 2 正常 调阅材料 材料=合同 情况=属实").await;
    office.says("张敏", "/请假 登记 今天 11月26日 李国强").await;
    office.says("李国强", "/权限 变更 张敏 股室=教科文股 备注=轮岗").await;
    office.says("王芳", "/权限 意见 1 同意").await;
    office.says("马局长", "/权限 意见 1 同意").await;
    office.says("吴凡", "/权限 授予 1").await;
    office.clock.advance_to(DateTime::parse_from_rfc3339("2026-11-27T00:01:00+08:00").unwrap().to_utc());
    office.jobs().await;
    assert_eq!(office.says("张敏", "/我的").await, "您手上没有待办的预警。");
    assert_eq!(office.says("李国强", "/我的").await.matches("YJ2026-").count(), 2);
    // nor does she read any longer what she had answered there
    for no in 1..=3 {
        for line in [format!("/预警 详情 {no}"), format!("/预警 全文 {no} 原因=核对"), format!("/预警 更正 {no} 1 内容=补充")] {
            assert_eq!(office.says("张敏", &line).await, format!("没有 YJ2026-00000{no} 这条预警,或者它不归您所在的股室。用 /预警 列表 查看。"), "{line}");
        }
    }
});
