//! Whoever is revoked: old buttons, windows, wizards and codes answer as to a stranger.

use jingling::store::account;

use super::{joins, paid_twice};
use crate::harness::discord::FakeDiscord;
use crate::harness::office_story;

const STRANGER: &str = "您的账号还没有绑定到本人。请向财政信息中心领取一次性代码,再在这里输入 /绑定 代码。";

office_story!(what_somebody_had_open_on_discord_is_a_strangers_once_they_are_revoked, async |office| {
    let discord = FakeDiscord::open().await;
    office.moves_to(&discord).await;
    let card = paid_twice(office, &discord).await;
    let zhang = joins(office, &discord, "张敏").await;
    zhang.presses(&card, "认领").await;
    office.wait_until_sent().await;
    let card = discord.messages("社保股")[0].clone();
    let wizard = zhang.presses(&card, "核实").await;
    let wizard = zhang.selects(&wizard, "核实结论", &["正常"]).await;
    let wizard = zhang.selects(&wizard, "核实方式", &["调阅材料"]).await;
    let sheet = zhang.presses(&wizard, "填写").await;
    let drafts = async || office.store().db.fetch("SELECT no FROM draft", Vec::new()).await.unwrap().len();
    assert_eq!(drafts().await, 1);
    // asked for over Discord, agreed and granted
    let li = joins(office, &discord, "李国强").await;
    let wu = joins(office, &discord, "吴凡").await;
    insta::assert_snapshot!(zhang.says("/权限 撤销 姓名=张敏 原因=调离").await, @"(only you) 已提交 QX2026-0001:撤销 1 人。等社保股的负责人签署意见。");
    insta::assert_snapshot!(li.says("/权限 意见 编号=1 意见=同意").await, @"(only you) 已签署,QX2026-0001 转财政信息中心授权。");
    insta::assert_snapshot!(wu.says("/权限 授予 编号=1").await, @"(only you) QX2026-0001 已办结:撤销 1 人。当即生效,手上的 1 件预警已转给接办的人。");
    office.wait_until_sent().await;
    let journal = office.journal().await;
    for label in ["核实", "转办", "详情"] {
        assert!(zhang.presses(&card, label).await.to_string().ends_with(STRANGER), "{label}");
    }
    assert!(zhang.selects(&wizard, "核实结论", &["违规"]).await.to_string().contains(STRANGER));
    assert!(zhang.fills(&sheet, &[("核实情况", "属实"), ("材料清单", "凭证")]).await.to_string().contains(STRANGER));
    assert!(zhang.says("/我的").await.to_string().contains(STRANGER));
    assert_eq!((drafts().await, office.journal().await), (0, journal), "nothing kept, nothing moved");
    assert!(discord.messages("社保股")[0].content.contains("转来黄灯 YJ2026-000001"), "{}", discord.messages("社保股")[0]);
    // who holds what is in numbers here
    let chen = joins(office, &discord, "陈静").await;
    let roster = chen.says("/权限 清单").await.to_string();
    assert!(roster.contains("社保股 1 人") && roster.contains("每个人的权限在单位内部的终端上看。") && !roster.contains("查询"), "{roster}");
});

office_story!(a_code_that_was_handed_out_is_void_with_the_access, async |office| {
    let discord = FakeDiscord::open().await;
    office.moves_to(&discord).await;
    account::offer(office.store(), office.clock.now(), "张敏", "abcde-fghjk").await.unwrap();
    office.says("李国强", "/权限 撤销 张敏 原因=调离").await;
    office.says("吴凡", "/权限 授予 1").await;
    let zhang = discord.member("张敏");
    insta::assert_snapshot!(zhang.says("/绑定 代码=abcde-fghjk").await, @"(only you) 这个代码不对、已经用过或已过期。请核对,或请财政信息中心重新办理。");
    let offered = account::offer(office.store(), office.clock.now(), "张敏", "bbbbb-fghjk").await.unwrap_err();
    assert_eq!(offered.to_string(), "没有叫“张敏”的用户。用 jingling staff list 查看。");
    office.wait_until_sent().await;
});
