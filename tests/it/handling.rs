//! What is done on a warning beside the slips that close it: others help, it is pressed for, followed up, corrected, opened again.

use commands::Permission::{Handle, Query};
use jingling::store::slip;

use crate::discord_in::joins;
use crate::harness::discord::FakeDiscord;
use crate::harness::{Office, allocation, office_story, payment};

/// A red light of 社保股: more paid than was allotted.
async fn overspent(office: &mut Office) {
    office.allocates(allocation("ZB-1", "100.00")).await;
    office.pays(payment("PZ-1", "150.00")).await;
    office.wait_until_sent().await;
}

/// A yellow light of 社保股: the same payment made twice.
async fn paid_twice(office: &mut Office) {
    office.allocates(allocation("ZB-1", "100000.00")).await;
    for voucher in ["PZ-1", "PZ-2"] {
        office.pays(payment(voucher, "4800.00").with("payee_account", "6217000000017")).await;
    }
    office.wait_until_sent().await;
}

const NORMAL: &str = "/核实 1 正常 电话核实 对象=村会计 时间=今天 情况=两次分别是两季度的补助";

office_story!(another_section_helps_reads_and_follows_up_and_no_more, async |office| {
    overspent(office).await;
    let unknown = "没有 YJ2026-000001 这条预警,或者它不归您所在的股室。用 /预警 列表 查看。";
    assert_eq!(office.says("王芳", "/预警 详情 1").await, unknown);
    for (line, answer) in [
        (
            "/预警 配合 1 水利股",
            "没有叫“水利股”的股室。可选:局脱贫攻坚领导小组办公室、局党组、预算股、评审中心、农业股、社保股、教科文股、经建股、财监股、国库支付中心、财政信息中心、驻局纪检监察组。",
        ),
        ("/预警 配合 1 社保股", "YJ2026-000001 本来就由社保股办理,不用再请配合。"),
        ("/预警 配合 1 经建股", "经建股还没有能办理预警的人。请找别的股室配合,或先找财政信息中心开通权限。"),
        ("/预警 配合 1 教科文股", "已请教科文股配合办理 YJ2026-000001,已通知他们。他们可以查看这条预警,并用 /预警 跟踪 记录情况。"),
        ("/预警 配合 1 教科文股", "YJ2026-000001 已经请教科文股配合了。"),
    ] {
        assert_eq!(office.says("张敏", line).await, answer, "{line}");
    }
    let mailbox = office.mailbox().await;
    let letter = mailbox.of("wangfang@huoshan.example")[0];
    insta::assert_snapshot!(letter.subject, @"【请配合】教科文股 · 12月7日前");
    assert!(letter.text.contains("预警:YJ2026-000001 超指标支付(ZC08)") && letter.text.contains("牵头股室:社保股\n经办:张敏"), "{}", letter.text);
    insta::assert_snapshot!(office.says("王芳", "/我的").await, @r"
    另外要办
    🔴 YJ2026-000001 超指标支付  配合社保股办理,用 /预警 详情 查看  期限 12月7日
    ");
    insta::assert_snapshot!(office.says("王芳", "/预警 跟踪 1 情况=上门督促一次").await, @"已记录 YJ2026-000001 的跟踪督促情况。请在 12月7日前纠正,纠正后用 /纠正 填写。");
    for line in ["/纠正 1 今天 情况=已退回 督促=电话", "/误报 1 原因=不是", "/预警 认领 1", "/预警 更正 1 1 内容=甲"] {
        assert_eq!(office.says("王芳", line).await, "YJ2026-000001 由社保股办理,您可以查看,不能代办。", "{line}");
    }
    insta::assert_snapshot!(office.says("王芳", "/预警 详情 1").await, @r"
    🔴 YJ2026-000001 超指标支付(ZC08)  社保股  150.00 元  期限 12月7日  待纠正
       凭证 PZ-1、文号 皖财办〔2026〕18号、日期 11月23日、共 1 条
       经办 @张敏
       配合 教科文股
       11-23 10:00 触发(🔴 待纠正)
       11-23 10:00 请其他股室配合(🔴 待纠正)  @张敏
       11-23 10:00 跟踪督促(🔴 待纠正)  @王芳
       处理单 第 1 张(11-23 10:00 @王芳)
    下一步:督促纠正后用 /纠正 YJ2026-000001 填写。
    ");
    assert!(office.says("王芳", "/预警 全文 1 原因=配合调查").await.contains("情况=上门督促一次"));
    assert!(office.chat().await.contains("🔴 已请其他股室配合 YJ2026-000001"));
    assert!(office.chat().await.contains("📌 请配合 · 教科文股  期限 12月7日"));
    assert_eq!(office.says("刘洋", "/预警 详情 1").await, unknown);
});

office_story!(it_is_pressed_for_and_whoever_is_on_it_is_called, async |office| {
    let discord = FakeDiscord::open().await;
    office.moves_to(&discord).await;
    joins(office, &discord, "张敏").await;
    office.hires("何伟", "lead_office", &[Query], "hewei").await;
    overspent(office).await;
    assert_eq!(office.says("陈静", "/预警 督办 1").await, "这个命令由领导小组办公室有“查询”权限的人使用。");
    insta::assert_snapshot!(office.says("何伟", "/预警 督办 1").await, @"已督办 YJ2026-000001(第 1 次),已提醒 @张敏 在 12月7日前办理。");
    insta::assert_snapshot!(office.says("何伟", "/预警 督办 1 意见=\"请于本周内办结\"").await, @"已督办 YJ2026-000001(第 2 次),已提醒 @张敏 在 12月7日前办理。");
    office.wait_until_sent().await;
    let messages = discord.messages("社保股");
    insta::assert_snapshot!(messages[0], @r"
    🔴 领导小组办公室督办 YJ2026-000001 · 超指标支付(ZC08)
       股室 社保股  金额 150.00 元
       凭证 PZ-1  文号 皖财办〔2026〕18号  日期 11月23日
       已督办 2 次
       期限 12月7日(10 个工作日)  状态 待纠正  经办 @张敏
    [认领] [纠正] [转办] [详情]
    ");
    let reply = messages.iter().find(|message| message.reply_to == Some(messages[0].id)).unwrap();
    insta::assert_snapshot!(reply, @r"
    🔴 YJ2026-000001 领导小组办公室督办,请 @张敏 在 12月7日前督促纠正。
    [详情]
    ");
    assert_eq!(reply.pings, ["张敏"]);
    assert!(messages.iter().all(|message| !message.content.contains("本周内")));
    // what was decided above the section is not the section's to correct
    assert_eq!(
        office.says("张敏", "/预警 更正 1 1 内容=下月办结").await,
        "YJ2026-000001 的第 1 张处理单是 @何伟 写的意见,您不能更正。有不同情况,请与对方联系。"
    );
    let full = office.says("何伟", "/预警 全文 1 原因=督办").await;
    assert!(full.contains("— 处理单 1 督办 2026-11-23 10:00 何伟\n   /预警 督办 编号=YJ2026-000001 意见=请于本周内办结"), "{full}");
});

office_story!(what_is_overdue_is_asked_for_at_once, async |office| {
    office.hires("何伟", "lead_office", &[Query], "hewei").await;
    overspent(office).await;
    office.wind(chrono::TimeDelta::days(30));
    insta::assert_snapshot!(office.says("何伟", "/预警 督办 1").await, @"已督办 YJ2026-000001(第 1 次),已提醒 @张敏 尽快办理。");
    insta::assert_snapshot!(office.says("张敏", "/预警 跟踪 1 情况=上门督促一次").await, @"已记录 YJ2026-000001 的跟踪督促情况。请尽快纠正,纠正后用 /纠正 填写。");
});

office_story!(a_slip_is_corrected_by_another_beside_it, async |office| {
    paid_twice(office).await;
    assert_eq!(office.says("张敏", "/预警 更正 1 1 内容=甲").await, "YJ2026-000001 还没有处理单,不用更正。");
    office.says("张敏", NORMAL).await;
    let filed = slip::of(office.store(), 2_026_000_001).await.unwrap();
    assert_eq!(office.says("张敏", "/预警 更正 1 3 内容=甲").await, "YJ2026-000001 只有 1 张处理单,没有第 3 张。用 /预警 详情 查看。");
    insta::assert_snapshot!(office.says("李国强", "/预警 更正 1 1 内容=\"核实时间应为 11 月 22 日\"").await, @"已更正 YJ2026-000001 的第 1 张处理单:原来的不变,更正另存一张。");
    let after = slip::of(office.store(), 2_026_000_001).await.unwrap();
    assert_eq!((&after[..1], after[1].corrects, after[1].kind.as_str()), (&filed[..], Some(1), "更正"));
    let full = office.says("李国强", "/预警 全文 1 原因=核对").await;
    assert!(full.contains("   /预警 更正 编号=YJ2026-000001 内容=核实时间应为 11 月 22 日 处理单=1"), "{full}");
    assert!(office.says("张敏", "/预警 详情 1").await.contains("处理单 第 1 张(11-23 10:00 @张敏)、第 2 张(11-23 10:00 @李国强,更正第 1 张)"));
    // it moved nothing: the warning is still handled, and counts once
    assert!(
        office.says("陈静", "/月报 汇总").await.contains("ZC09 疑似重复支付       0       0       0       1         0         0       0       0     0     1")
    );
});

office_story!(what_was_closed_too_early_is_opened_again, async |office| {
    paid_twice(office).await;
    office.says("张敏", NORMAL).await;
    assert_eq!(office.says("张敏", "/预警 重开 1 原因=没说清").await, "这个命令由农业股有“处置”权限的人使用。");
    office.wind(chrono::TimeDelta::days(2));
    insta::assert_snapshot!(office.says("陈静", "/预警 重开 1 原因=\"补助文件对不上\"").await, @"YJ2026-000001 已重开,黄灯(待核实),由 @张敏 在 12月2日前办理。");
    insta::assert_snapshot!(office.says("陈静", "/预警 重开 1 原因=再开").await, @"YJ2026-000001 还没有处理完毕,不用重开。");
    assert!(office.says("张敏", "/我的").await.contains("YJ2026-000001"));
    let chat = office.chat().await;
    assert!(chat.contains("🟡 重开黄灯 YJ2026-000001") && !chat.contains("对不上"), "{chat}");
    let month = office.says("陈静", "/月报 汇总").await;
    assert!(month.contains("社保股  黄灯     0     1     1     0     1     0     1") && month.contains("核对:逐股室、逐灯相符。"), "{month}");
    assert!(office.says("张敏", NORMAL).await.contains("转为绿灯"));
});

office_story!(a_red_one_is_told_by_mail_again, async |office| {
    overspent(office).await;
    office.says("张敏", "/纠正 1 今天 情况=已退回 督促=电话").await;
    assert!(office.says("陈静", "/预警 重开 1 原因=没有到账").await.contains("已重开,红灯(待纠正)"));
    let mailbox = office.mailbox().await;
    let subjects: Vec<&str> = mailbox.of("zhangmin@huoshan.example").iter().map(|mail| mail.subject.as_str()).collect();
    assert_eq!(subjects, ["【红灯】YJ2026-000001 超指标支付 · 社保股 · 12月7日前纠正"; 2]);
});

office_story!(of_a_matter_that_came_up_again_the_latest_warning_is_the_one_to_handle, async |office| {
    office.hires("何伟", "lead_office", &[Query, Handle], "hewei").await;
    paid_twice(office).await;
    office.says("张敏", NORMAL).await;
    office.pays(payment("PZ-3", "4800.00").with("payee_account", "6217000000017")).await;
    assert_eq!(office.lights().await.len(), 2, "{:?}", office.lights().await);
    insta::assert_snapshot!(office.says("陈静", "/预警 重开 1 原因=再看").await, @"YJ2026-000001 的事项后来又触发了 YJ2026-000002(待核实)。请在那一条上办理。");
});
