//! 财监股 tells 农业股 and 预算股 of what it found, inspects with other sections; each says that it was told.

use commands::Permission::{Inspect, Query};

use crate::harness::discord::{FakeDiscord, Fault, On};
use crate::harness::{Office, allocation, office_story, payment};

/// A yellow light of 社保股, and 郑丽 of 财监股 who may inspect.
async fn supervised(office: &mut Office) {
    office.hires("郑丽", "supervision", &[Query, Inspect], "zhengli").await;
    office.allocates(allocation("ZB-1", "100000.00")).await;
    for voucher in ["PZ-1", "PZ-2"] {
        office.pays(payment(voucher, "4800.00").with("payee_name", "欧阳小满").with("payee_account", "6217000000017")).await;
    }
}

office_story!(a_finding_goes_to_two_sections_and_each_acknowledges_it, async |office| {
    supervised(office).await;
    office.wait_until_sent().await;
    let before = office.journal().await;
    for (name, line, answer) in [
        ("孙丽", "/通报 发出 内容=用途不清", "这个命令由财监股有“专项检查”权限的人使用。"),
        ("郑丽", "/通报 发出", "通报还没有内容。请写涉及的预警,例如 预警=YJ2026-000123,或写 内容=\"……\"。"),
        ("郑丽", "/通报 发出 预警=1、99 内容=用途不清", "没有 YJ2026-000099 这条预警。请核对编号,用 /预警 列表 查看。"),
        (
            "郑丽",
            "/通报 发出 预警=1 内容=欧阳小满领了两次",
            "文字里有这条预警所涉人员的姓名、证件号或账号。为保护个人信息,聊天里不能填写,请改为“见材料”。没有保存。",
        ),
        ("郑丽", "/通报 发出 内容=请打13812345678", "文字里好像有电话号码。请只写前三位和后四位,如 138****1234。没有保存。"),
        ("张敏", "/通报 列表", "这个命令由财监股、农业股、预算股有“查询”权限的人使用。"),
    ] {
        assert_eq!(office.says(name, line).await, answer, "{line}");
    }
    assert_eq!(office.journal().await, before, "nothing that was refused is kept");
    assert_eq!(office.says("郑丽", "/通报 列表").await, "还没有通报。");

    insta::assert_snapshot!(office.says("郑丽", "/通报 发出 预警=1 内容=\"两笔补助用途不清,请核对\"").await, @"已发出 TB2026-0001,通报农业股、预算股,请在 11月26日前签收(HZ2026-0001、HZ2026-0002)。");
    insta::assert_snapshot!(office.chat().await.rsplit_once("🟡").unwrap().1, @r"
     黄灯预警 YJ2026-000001 · 疑似重复支付(ZC09)
       股室 社保股  金额 4,800.00 元
       凭证 PZ-2  文号 皖财办〔2026〕18号  日期 11月23日
       期限 11月30日(5 个工作日)  状态 待核实  经办 @张敏

    📌 问题通报 TB2026-0001 · 农业股  期限 11月26日
       财监股通报了发现的问题。全文请在终端用 /通报 查看,看后请用 /回执 签收 签收回执。

    📌 问题通报 TB2026-0001 · 预算股  期限 11月26日
       财监股通报了发现的问题。全文请在终端用 /通报 查看,看后请用 /回执 签收 签收回执。
    ");
    let mailbox = office.mailbox().await;
    let letters: Vec<String> = mailbox.all().iter().map(|mail| format!("{}  {}", mail.to, mail.subject)).collect();
    insta::assert_snapshot!(letters.join("\n"), @r"
    chenjing@huoshan.example  【问题通报】TB2026-0001 农业股 · 11月26日前
    liuyang@huoshan.example  【问题通报】TB2026-0001 预算股 · 11月26日前
    ");
    insta::assert_snapshot!(mailbox.of("chenjing@huoshan.example")[0].text, @r"
    财监股通报了发现的问题。全文请在终端用 /通报 查看,看后请用 /回执 签收 签收回执。

    问题通报

    编号:TB2026-0001
    股室:农业股
    期限:11月26日
    回执:HZ2026-0001
    预警:YJ2026-000001

    姓名、证件号、账号已隐去一部分,全文请在单位内部系统查看。本邮件由警铃自动发出,请勿回复。
    ");
    insta::assert_snapshot!(office.says("陈静", "/我的").await, @r"
    另外要办
    1 份回执待签收,用 /回执 列表 查看  期限 11月26日
    ");
    insta::assert_snapshot!(office.says("刘洋", "/回执 列表").await, @r"
    HZ2026-0002 TB2026-0001 问题通报  期限 11月26日
    共 1 份。签收用 /回执 签收 编号,几份用顿号隔开,也可以写 全部。
    ");
    assert_eq!(office.says("陈静", "/回执 签收 2").await, "没有 HZ2026-0002 这份回执,或者它不是请您所在的股室签收的。用 /回执 列表 查看。");
    assert_eq!(office.says("陈静", "/回执 签收 1").await, "已签收 HZ2026-0001。");
    insta::assert_snapshot!(office.says("孙丽", "/通报 列表").await, @"TB2026-0001 11月23日 @郑丽  农业股已签收(11-23 10:00)、预算股待签收");
    office.wind(chrono::TimeDelta::hours(1));
    assert_eq!(office.says("刘洋", "/回执 签收 全部").await, "已签收 HZ2026-0002。");
    insta::assert_snapshot!(office.says("郑丽", "/通报 查看 1").await, @r"
    TB2026-0001 2026-11-23 10:00 郑丽 发出
    预警:YJ2026-000001
    内容:两笔补助用途不清,请核对
    农业股:2026-11-23 10:00 陈静 签收
    预算股:2026-11-23 11:00 刘洋 签收
    ");
    insta::assert_snapshot!(office.says("郑丽", "/通报 查看 7").await, @"没有 TB2026-0007 这份通报。用 /通报 列表 查看。");
    assert!(!office.chat().await.contains("用途不清"), "what was written is said nowhere in chat");
});

office_story!(an_inspection_is_told_to_those_who_take_part, async |office| {
    supervised(office).await;
    let planned = "/检查 登记 专项检查 主题=\"产业奖补资金使用\" 股室=社保股、经建股 开始=11月25日 结束=12月4日";
    assert_eq!(office.says("孙丽", planned).await, "这个命令由财监股有“专项检查”权限的人使用。");
    let nobody = office.says("郑丽", &planned.replace("经建股", "水利股")).await;
    assert!(nobody.starts_with("没有叫“水利股”的股室。可选:"), "{nobody}");
    insta::assert_snapshot!(office.says("郑丽", planned).await, @r"
    已登记 JC2026-0001,已告知经建股、社保股。结束后用 /检查 结果 填写。
    经建股还没有人登记邮箱,没有寄出邮件,请另行告知。
    ");
    insta::assert_snapshot!(office.mailbox().await.of("zhangmin@huoshan.example").last().unwrap().text, @r"
    财监股请您所在的股室参加一次检查。全文请在终端用 /检查 查看。

    检查通知

    编号:JC2026-0001
    股室:社保股
    类型:专项检查
    时间:2026-11-25 至 2026-12-04

    姓名、证件号、账号已隐去一部分,全文请在单位内部系统查看。本邮件由警铃自动发出,请勿回复。
    ");
    insta::assert_snapshot!(office.says("郑丽", "/我的").await, @r"
    另外要办
    JC2026-0001 检查,结束后用 /检查 结果 填写  期限 12月4日
    ");
    assert_eq!(office.says("王芳", "/检查 列表").await, "没有您所在的股室组织或参加的检查。");
    insta::assert_snapshot!(office.says("王芳", "/检查 查看 1").await, @"没有 JC2026-0001 这次检查,或者您所在的股室没有参加。用 /检查 列表 查看。");
    insta::assert_snapshot!(office.says("张敏", "/检查 列表").await, @"JC2026-0001 专项检查  11月25日至12月4日  会同经建股、社保股  进行中");
    assert_eq!(office.says("郑丽", "/检查 结果 1 情况=2户资料不全 通报=1").await, "没有 TB2026-0001 这份通报。用 /通报 列表 查看,或先用 /通报 发出。");
    assert_eq!(office.says("郑丽", "/检查 结果 3 情况=好").await, "没有 JC2026-0003 这次检查,或者您所在的股室没有参加。用 /检查 列表 查看。");
    office.says("郑丽", "/通报 发出 内容=2户资料不全").await;
    assert_eq!(office.says("郑丽", "/检查 结果 1 情况=\"抽查30户,2户资料不全\" 通报=1").await, "已记录 JC2026-0001 的检查结果。");
    assert_eq!(office.says("郑丽", "/检查 结果 1 情况=\"补充:资料已补齐\"").await, "已记录 JC2026-0001 的检查结果。");
    insta::assert_snapshot!(office.says("张敏", "/检查 查看 1").await, @r"
    JC2026-0001 专项检查 2026-11-25 至 2026-12-04
    主题:产业奖补资金使用
    会同:经建股、社保股
    2026-11-23 10:00 郑丽 结果:抽查30户,2户资料不全(见 TB2026-0001)
    2026-11-23 10:00 郑丽 结果:补充:资料已补齐
    ");
    assert_eq!(office.says("郑丽", "/我的").await, "您手上没有待办的预警。");
});

office_story!(a_note_is_one_message_in_the_sections_channel, async |office| {
    let discord = FakeDiscord::open().await;
    office.moves_to(&discord).await;
    supervised(office).await;
    office.wait_until_sent().await;
    let clerk = crate::discord_in::joins(office, &discord, "张敏").await;
    let shown = discord.messages("社保股").len();
    for (n, fault) in [Fault::Status(500), Fault::CutBefore, Fault::CutAfter].into_iter().enumerate() {
        discord.fails(On::Sends, fault, 1);
        office.says("郑丽", "/检查 登记 督导检查 主题=到户资金 股室=社保股 开始=今天 结束=12-4").await;
        discord.wait_for("the fault", |discord| discord.faults_left() == 0).await;
        // so late that the nonce does not help any more
        discord.nonces_expire();
        office.wait_until_sent().await;
        assert_eq!(discord.messages("社保股").len(), shown + n + 1, "{fault:?}");
    }
    let messages = discord.messages("社保股");
    insta::assert_snapshot!(messages.last().unwrap(), @r"
    📌 检查通知 JC2026-0003 · 社保股
       财监股请您所在的股室参加一次检查。全文请在终端用 /检查 查看。
    [我的]
    ");
    insta::assert_snapshot!(clerk.presses(messages.last().unwrap(), "我的").await, @r"
    (only you) 以后到期
    🟡 YJ2026-000001 疑似重复支付(ZC09)  社保股  4,800.00 元  期限 11月30日  待核实
    ");
    // a section without a channel of its own reads it in the general one
    office.says("郑丽", "/检查 登记 督导检查 主题=到户资金 股室=经建股 开始=今天 结束=12-4").await;
    office.wait_until_sent().await;
    assert!(discord.messages("公共").last().unwrap().content.contains("经建股"));
});
