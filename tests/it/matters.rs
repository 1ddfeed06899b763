//! What 局党组 or 领导小组 have ordered to be watched besides.

use chrono::TimeDelta;
use commands::Permission::{Handle, Query};

use crate::harness::office_story;

office_story!(a_matter_is_given_to_a_section_which_says_what_came_of_it, async |office| {
    office.hires("何军", "lead_office", &[Query, Handle], "hejun").await;
    let ordered = "/事项 登记 标题=\"核对春节慰问资金\" 依据=\"局党组会议第12期\" 股室=社保股 期限=12月7日";
    insta::assert_snapshot!(office.says("张敏", ordered).await, @"");
    insta::assert_snapshot!(office.says("何军", &ordered.replace("社保股", "水利股")).await, @"");
    assert_eq!(office.says("何军", &ordered.replace("慰问", "慰问341525200303120019")).await, "文字里好像有身份证号。为保护个人信息,聊天里不能填写,请改为“见材料”。没有保存。");
    assert_eq!(office.says("何军", ordered).await, "已登记 SX2026-0001,交社保股办理,期限 12月7日。");
    insta::assert_snapshot!(office.says("陈静", &ordered.replace("社保股", "经建股")).await, @"");
    insta::assert_snapshot!(office.chat().await, @"");
    let mailbox = office.mailbox().await;
    insta::assert_snapshot!(mailbox.list(), @"");
    insta::assert_snapshot!(mailbox.of("zhangmin@huoshan.example")[0].text, @"");
    insta::assert_snapshot!(office.says("张敏", "/我的").await, @"");
    assert_eq!(office.says("王芳", "/事项 列表").await, "没有符合条件的监控事项。");
    insta::assert_snapshot!(office.says("王芳", "/事项 查看 1").await, @"");
    assert_eq!(office.says("王芳", "/事项 查看 9").await.replace("0009", "0001"), office.says("王芳", "/事项 查看 1").await);
    assert_eq!(office.says("王芳", "/事项 办结 1 好了").await, "没有 SX2026-0001 这项事项,或者它不由您所在的股室办理。用 /事项 列表 查看。");

    office.wind(TimeDelta::days(15));
    insta::assert_snapshot!(office.says("何军", "/事项 列表 超期").await, @"");
    insta::assert_snapshot!(office.says("何军", "/我的").await, @"");
    assert_eq!(office.says("张敏", "/事项 办结 1 结果=\"已核对,账实相符\"").await, "SX2026-0001 已办结,已告知登记人。");
    insta::assert_snapshot!(office.says("李国强", "/事项 办结 1 结果=也好了").await, @"");
    insta::assert_snapshot!(office.says("何军", "/事项 查看 1").await, @"");
    insta::assert_snapshot!(office.says("何军", "/事项 列表 全部").await, @"");
    assert_eq!(office.mailbox().await.of("hejun@huoshan.example").last().unwrap().subject, "【事项办结】SX2026-0001 社保股");
    assert_eq!(office.says("张敏", "/我的").await, "您手上没有待办的预警。");
});
