//! Every open warning has somebody who may act; where not, it is mended, or the service cries.

use super::{it_is, pays_twice};
use crate::harness::{Office, allocation, office_story, payment};

async fn told_by_mail(office: &Office) -> Vec<String> {
    let mailbox = office.mailbox().await;
    mailbox.all().iter().filter(|mail| mail.subject.starts_with("【预警自查】")).map(|mail| format!("{}\n{}", mail.to, mail.text)).collect()
}

office_story!(what_a_dissolved_section_leaves_behind_goes_to_somebody_who_may_act, async |office| {
    office.allocates(allocation("ZB-1", "100000.00")).await;
    for voucher in ["PZ-1", "PZ-2"] {
        office.pays(payment(voucher, "4800.00").with("payee_account", "6217000001").with("section", "教科文股")).await;
    }
    office.says("王芳", "/预警 认领 1").await;
    office.wait_until_sent().await;
    office.stop().await;
    office.config.office.sections.retain(|section| section.code.as_str() != "business:education");
    office.start().await;
    office.jobs().await;
    assert_eq!(office.lights().await, ["YJ2026-000001 🟡 ZC09 agriculture PZ-2 4,800.00"]);
    assert!(office.chat().await.contains("🟡 转来黄灯 YJ2026-000001"), "{}", office.chat().await);
    assert!(office.says("陈静", "/我的").await.contains("YJ2026-000001"));
    let history = office.says("陈静", "/预警 详情 1").await;
    assert!(history.contains("11-23 10:00 改派(🟡 待核实)"), "{history}");
    assert_eq!(told_by_mail(office).await.len(), 0, "handed on as the settings were laid down: nothing is left to mend");
    assert_eq!(office.troubles().await, "");
    assert!(office.says("陈静", "/月报 汇总").await.contains("核对:逐股室、逐灯相符。"));
});

office_story!(whoever_may_not_act_any_more_is_relieved_by_somebody_who_may, async |office| {
    pays_twice(office).await;
    office.says("张敏", "/预警 认领 1").await;
    let rights = |from: &str, to: &str| format!("UPDATE staff SET permissions = REPLACE(permissions, '{from}', '{to}') WHERE name = '张敏'");
    office.store().db.execute(rights("处置", "处_置"), Vec::new()).await.unwrap();
    office.jobs().await;
    assert!(office.says("李国强", "/我的").await.contains("YJ2026-000001"));
    let told = told_by_mail(office).await;
    assert_eq!(told.len(), 2, "陈静 and 吴凡: {told:?}");
    insta::assert_snapshot!(told[0], @r"
    chenjing@huoshan.example
    有预警的经办人不能再办。已经改派的,请新的经办人留意;没有人能办的,请尽快开通“处置”权限,或用 /预警 转办 转给别人。

    预警自查

    已改派:YJ2026-000001 等 1 条,原经办人不能再办

    姓名、证件号、账号已隐去一部分,全文请在单位内部系统查看。本邮件由警铃自动发出,请勿回复。
    ");
    it_is(office, "2026-11-24T10:00");
    office.jobs().await;
    assert_eq!(told_by_mail(office).await.len(), 2, "mended, it is not told again");
    assert_eq!(office.troubles().await, "");
    office.store().db.execute(rights("处_置", "处置"), Vec::new()).await.unwrap();
    assert!(office.says("陈静", "/月报 汇总").await.contains("核对:逐股室、逐灯相符。"));
});

office_story!(where_nobody_may_act_it_cries_every_day_until_somebody_may, async |office| {
    pays_twice(office).await;
    let permissions = |from: &str, to: &str| format!("UPDATE staff SET permissions = REPLACE(permissions, '{from}', '{to}')");
    office.store().db.execute(permissions("处置", "处_置"), Vec::new()).await.unwrap();
    office.jobs().await;
    office.jobs().await;
    insta::assert_snapshot!(office.troubles().await, @"self_audit: 有预警没有人能办:社保股 1 条。请给这些股室的人开通“处置”权限,或用 /预警 转办 转给别人。");
    let told = told_by_mail(office).await;
    assert_eq!(told.len(), 2, "once a day: {told:?}");
    assert!(told[0].contains("没有人能办:社保股 1 条"), "{}", told[0]);
    it_is(office, "2026-11-24T10:00");
    office.jobs().await;
    assert_eq!(told_by_mail(office).await.len(), 4);
    office.store().db.execute(permissions("处_置", "处置"), Vec::new()).await.unwrap();
    office.jobs().await;
    assert_eq!((office.troubles().await.as_str(), told_by_mail(office).await.len()), ("", 4));
});
