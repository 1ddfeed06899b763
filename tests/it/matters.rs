//! What 局党组 or 领导小组 have ordered to be watched besides.

use chrono::TimeDelta;
use commands::Permission::{Handle, Query};

use crate::harness::office_story;

office_story!(a_matter_is_given_to_a_section_which_says_what_came_of_it, async |office| {
    office.hires("何军", "lead_office", &[Query, Handle], "hejun").await;
    let ordered = "/事项 登记 标题=\"核对春节慰问资金\" 依据=\"局党组会议第12期\" 股室=社保股 期限=12月7日";
    insta::assert_snapshot!(office.says("张敏", ordered).await, @"这个命令由农业股、领导小组办公室有“处置”权限的人使用。");
    insta::assert_snapshot!(office.says("何军", &ordered.replace("社保股", "水利股")).await, @"没有叫“水利股”的股室。可选:局脱贫攻坚领导小组办公室、局党组、预算股、评审中心、农业股、社保股、教科文股、经建股、财监股、国库支付中心、财政信息中心、驻局纪检监察组。");
    assert_eq!(
        office.says("何军", &ordered.replace("慰问", "慰问341525200303120019")).await,
        "文字里好像有身份证号。为保护个人信息,聊天里不能填写,请改为“见材料”。没有保存。"
    );
    assert_eq!(office.says("何军", ordered).await, "已登记 SX2026-0001,交社保股办理,期限 12月7日。");
    insta::assert_snapshot!(office.says("陈静", &ordered.replace("社保股", "经建股")).await, @r"
    已登记 SX2026-0002,交经建股办理,期限 12月7日。
    经建股还没有人登记邮箱,没有寄出邮件,请另行告知。
    ");
    insta::assert_snapshot!(office.chat().await, @r"
    📌 监控事项 SX2026-0001 · 社保股  期限 12月7日
       有一项部署的监控事项交您所在的股室办理。全文请在终端用 /事项 查看,办好后用 /事项 办结 填写结果。

    📌 监控事项 SX2026-0002 · 经建股  期限 12月7日
       有一项部署的监控事项交您所在的股室办理。全文请在终端用 /事项 查看,办好后用 /事项 办结 填写结果。
    ");
    let mailbox = office.mailbox().await;
    insta::assert_snapshot!(mailbox.list(), @r"
    liguoqiang@huoshan.example  【监控事项】SX2026-0001 社保股 · 12月7日前
    zhangmin@huoshan.example  【监控事项】SX2026-0001 社保股 · 12月7日前
    ");
    insta::assert_snapshot!(mailbox.of("zhangmin@huoshan.example")[0].text, @r"
    有一项部署的监控事项交您所在的股室办理。全文请在终端用 /事项 查看,办好后用 /事项 办结 填写结果。

    监控事项

    编号:SX2026-0001
    股室:社保股
    期限:12月7日

    姓名、证件号、账号已隐去一部分,全文请在单位内部系统查看。本邮件由警铃自动发出,请勿回复。
    ");
    insta::assert_snapshot!(office.says("张敏", "/我的").await, @r"
    另外要办
    SX2026-0001 监控事项,办好后用 /事项 办结 填写  期限 12月7日
    ");
    assert_eq!(office.says("王芳", "/事项 列表").await, "没有符合条件的监控事项。");
    insta::assert_snapshot!(office.says("王芳", "/事项 查看 1").await, @"没有 SX2026-0001 这项事项,或者它不由您所在的股室办理。用 /事项 列表 查看。");
    assert_eq!(office.says("王芳", "/事项 查看 9").await.replace("0009", "0001"), office.says("王芳", "/事项 查看 1").await);
    assert_eq!(office.says("王芳", "/事项 办结 1 好了").await, "没有 SX2026-0001 这项事项,或者它不由您所在的股室办理。用 /事项 列表 查看。");

    office.wind(TimeDelta::days(15));
    insta::assert_snapshot!(office.says("何军", "/事项 列表 超期").await, @r"
    SX2026-0002 11月23日登记  经建股  期限 12月7日  已超期
    SX2026-0001 11月23日登记  社保股  期限 12月7日  已超期
    共 2 项。全文在终端用 /事项 查看。
    ");
    insta::assert_snapshot!(office.says("何军", "/我的").await, @r"
    另外要办
    2 项监控事项超期,用 /事项 列表 超期 查看
    ");
    assert_eq!(office.says("张敏", "/事项 办结 1 结果=\"已核对,账实相符\"").await, "SX2026-0001 已办结,已告知登记人。");
    insta::assert_snapshot!(office.says("李国强", "/事项 办结 1 结果=也好了").await, @"SX2026-0001 已由 @张敏 办结(12-08 10:00),无需再次办理。");
    insta::assert_snapshot!(office.says("何军", "/事项 查看 1").await, @r"
    SX2026-0001
    2026-11-23 10:00 何军 登记
    标题:核对春节慰问资金
    依据:局党组会议第12期
    股室:社保股
    期限:2026-12-07
    2026-12-08 10:00 张敏 办结
    结果:已核对,账实相符
    ");
    insta::assert_snapshot!(office.says("何军", "/事项 列表 全部").await, @r"
    SX2026-0002 11月23日登记  经建股  期限 12月7日  已超期
    SX2026-0001 11月23日登记  社保股  已办结
    共 2 项。全文在终端用 /事项 查看。
    ");
    assert_eq!(office.mailbox().await.of("hejun@huoshan.example").last().unwrap().subject, "【事项办结】SX2026-0001 社保股");
    assert_eq!(office.says("张敏", "/我的").await, "您手上没有待办的预警。");
});
