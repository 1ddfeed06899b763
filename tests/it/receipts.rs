//! 国库支付中心 is told of what was done about a warning, and says that it was told: receipts asked, given, and chased when missing.

use chrono::{DateTime, TimeDelta};

use crate::harness::{Office, allocation, office_story, payment};

const VIOLATION: &str = "/核实 1 违规 调阅材料 情况=同一张发票付了两次 材料=凭证和发票 违规类型=其他 整改要求=退回 整改期限=12-7";
const CORRECTED: &str = "/纠正 1 今天 情况=已退回国库 督促=电话督促两次";

/// A yellow light that 张敏 has verified as a violation: 国库支付中心 is told.
pub async fn turned_red(office: &mut Office) {
    office.allocates(allocation("ZB-1", "100000.00")).await;
    for voucher in ["PZ-1", "PZ-2"] {
        office.pays(payment(voucher, "4800.00").with("payee_name", "欧阳小满").with("payee_account", "6217000000017")).await;
    }
    office.says("张敏", VIOLATION).await;
}

fn winds_to(office: &Office, time: &str) {
    office.wind(DateTime::parse_from_rfc3339(time).unwrap().to_utc() - office.clock.now());
}

/// Letters that remind 国库支付中心.
async fn reminders(office: &Office) -> usize {
    office.mailbox().await.all().iter().filter(|mail| mail.subject.contains("催收回执")).count()
}

office_story!(what_the_treasury_is_told_it_acknowledges, async |office| {
    turned_red(office).await;
    office.says("张敏", CORRECTED).await;
    let mailbox = office.mailbox().await;
    let letters = mailbox.of("zhoutao@huoshan.example");
    let next = |text: &str| text.lines().filter(|line| line.contains("回执")).collect::<Vec<_>>().join("\n");
    insta::assert_snapshot!(letters.iter().map(|mail| next(&mail.text)).collect::<Vec<_>>().join("\n"), @r"
    如有同一指标或同一收款人的待支付业务,请留意。请在 11月26日前签收回执,不需要填写处理单,纠正后另行告知。
    /回执 签收 HZ2026-0001  签收回执
    请在 11月26日前签收回执,不需要其他办理。
    /回执 签收 HZ2026-0002  签收回执
    ");
    assert!(letters.iter().all(|mail| mail.html.contains("<code>/回执 签收 HZ2026-000")), "{}", letters[0].html);
    insta::assert_snapshot!(office.says("周涛", "/我的").await, @r"
    另外要办
    2 份回执待签收,用 /回执 列表 查看  期限 11月26日
    ");
    insta::assert_snapshot!(office.says("周涛", "/回执 列表").await, @r"
    HZ2026-0002 YJ2026-000001 处理完毕  期限 11月26日
    HZ2026-0001 YJ2026-000001 黄灯转红灯  期限 11月26日
    共 2 份。签收用 /回执 签收 编号,几份用顿号隔开,也可以写 全部。
    ");

    let before = office.journal().await;
    insta::assert_snapshot!(office.says("王芳", "/回执 签收 1").await, @"没有 HZ2026-0001 这份回执,或者它不是请您所在的股室签收的。用 /回执 列表 查看。");
    assert_eq!(office.says("王芳", "/回执 签收 99").await.replace("0099", "0001"), office.says("王芳", "/回执 签收 1").await);
    assert_eq!(office.says("王芳", "/回执 签收 全部").await, "没有等教科文股签收的回执。");
    assert_eq!(office.says("王芳", "/回执 列表").await, "没有等着签收的回执。");
    assert_eq!(office.says("路人", "/回执 签收 1").await, "您还没有登记为用户。请找财政信息中心办理。");
    insta::assert_snapshot!(office.says("吴凡", "/回执 签收 1").await, @"这个命令需要“查询”权限。如需开通,请按附件3的申请表找财政信息中心办理。");
    assert_eq!(office.says("周涛", "/回执 签收 1、99").await, "没有 HZ2026-0099 这份回执,或者它不是请您所在的股室签收的。用 /回执 列表 查看。");
    assert_eq!(office.journal().await, before, "nothing that was refused is kept, not even in part");

    assert_eq!(office.says("周涛", "/回执 签收 HZ2026-0001").await, "已签收 HZ2026-0001。");
    insta::assert_snapshot!(office.says("周涛", "/回执 签收 1、2").await, @"HZ2026-0001 已由 @周涛 签收(11-23 10:00),无需再签。");
    insta::assert_snapshot!(office.says("周涛", "/回执 列表").await, @r"
    HZ2026-0002 YJ2026-000001 处理完毕  期限 11月26日
    共 1 份。签收用 /回执 签收 编号,几份用顿号隔开,也可以写 全部。
    ");
    assert_eq!(office.says("周涛", "/回执 签收 全部").await, "已签收 HZ2026-0002。");
    assert_eq!(office.says("周涛", "/回执 签收 全部").await, "没有等国库支付中心签收的回执。");
    assert_eq!(office.says("周涛", "/我的").await, "您手上没有待办的预警。");
});

office_story!(of_two_who_sign_at_once_one_does, async |office| {
    turned_red(office).await;
    office.hires("钱进", "treasury", &[commands::Permission::Query], "qianjin").await;
    let (one, other) = tokio::join!(office.says("周涛", "/回执 签收 1"), office.says("钱进", "/回执 签收 1"));
    let signed = [&one, &other].into_iter().filter(|answer| *answer == "已签收 HZ2026-0001。").count();
    let told = [&one, &other].into_iter().filter(|answer| answer.contains("签收(11-23 10:00),无需再签。")).count();
    assert_eq!((signed, told), (1, 1), "{one}\n{other}");
});

office_story!(a_missing_receipt_is_chased_once_a_term_and_on_working_days, async |office| {
    turned_red(office).await;
    office.says("张敏", CORRECTED).await;
    office.hires("何军", "lead_office", &[commands::Permission::Query], "hejun").await;
    // three working days: until Thursday
    winds_to(office, "2026-11-26T17:00:00+08:00");
    office.jobs().await;
    assert_eq!(reminders(office).await, 0);
    winds_to(office, "2026-11-27T09:00:00+08:00");
    for _ in 0..3 {
        office.jobs().await;
    }
    assert_eq!(reminders(office).await, 1);
    let mailbox = office.mailbox().await;
    let reminder = mailbox.all().iter().rev().find(|letter| letter.subject.contains("催收回执")).unwrap();
    insta::assert_snapshot!(format!("{} {}\n{}", reminder.to, reminder.subject, reminder.text), @r"
    zhoutao@huoshan.example 【催收回执】国库支付中心 · 12月2日前
    有回执过了期限还没有签收。请用 /回执 列表 查看,用 /回执 签收 签收。

    催收回执

    股室:国库支付中心
    期限:12月2日
    回执:HZ2026-0002 YJ2026-000001 处理完毕
    回执:HZ2026-0001 YJ2026-000001 黄灯转红灯

    姓名、证件号、账号已隐去一部分,全文请在单位内部系统查看。本邮件由警铃自动发出,请勿回复。
    ");
    insta::assert_snapshot!(office.says("周涛", "/回执 列表").await, @r"
    HZ2026-0002 YJ2026-000001 处理完毕  已催收,期限 12月2日
    HZ2026-0001 YJ2026-000001 黄灯转红灯  已催收,期限 12月2日
    共 2 份。签收用 /回执 签收 编号,几份用顿号隔开,也可以写 全部。
    ");
    assert_eq!(office.says("周涛", "/回执 签收 2").await, "已签收 HZ2026-0002。");
    // the next term ends on Wednesday; a service that stood still for a fortnight reminds once, not once a term
    winds_to(office, "2026-12-02T17:00:00+08:00");
    office.jobs().await;
    assert_eq!(reminders(office).await, 1);
    winds_to(office, "2026-12-19T09:00:00+08:00");
    office.jobs().await;
    assert_eq!(reminders(office).await, 1, "nobody is there on a Saturday");
    winds_to(office, "2026-12-21T09:00:00+08:00");
    office.restart().await;
    office.jobs().await;
    assert_eq!(reminders(office).await, 2);
    insta::assert_snapshot!(office.says("何军", "/回执 列表").await, @r"
    HZ2026-0001 YJ2026-000001 黄灯转红灯  国库支付中心  已催收,期限 12月24日
    共 1 份。签收用 /回执 签收 编号,几份用顿号隔开,也可以写 全部。
    ");
    office.says("周涛", "/回执 签收 全部").await;
    office.wind(TimeDelta::days(30));
    office.jobs().await;
    assert_eq!(reminders(office).await, 2, "what is given is asked for no more");
});
