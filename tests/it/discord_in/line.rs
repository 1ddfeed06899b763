//! The line to Discord: lost, silent, refused, and taken up again.

use std::time::Duration;

use futures_util::FutureExt;

use super::{joins, paid_twice};
use crate::harness::discord::FakeDiscord;
use crate::harness::{Office, office_story, snowflake, until};

async fn until_troubles(office: &Office, so: impl Fn(&str) -> bool) -> String {
    until(15, async || {
        let told = office.troubles().await;
        if so(&told) { Ok(told) } else { Err(told) }
    })
    .await
}

office_story!(a_lost_line_is_taken_up_again_and_what_was_said_meanwhile_is_heard_once, async |office| {
    let discord = FakeDiscord::open().await;
    discord.gateway().beats_every(Duration::from_millis(800));
    office.moves_to(&discord).await;
    let card = paid_twice(office, &discord).await;
    let zhang = joins(office, &discord, "张敏").await;
    discord.gateway().drops();
    discord.wait_for("the session resumed", |discord| discord.gateway().resumed() == 1).await;
    assert!(zhang.presses(&card, "认领").await.to_string().contains("由您认领"));
    discord.gateway().asks_to_reconnect();
    discord.wait_for("the session resumed", |discord| discord.gateway().resumed() == 2).await;
    assert!(zhang.says("/我的").await.to_string().contains("YJ2026-000001"));
    discord.gateway().invalidates(false);
    discord.wait_for("a new session", |discord| discord.gateway().sessions() == 2 && discord.gateway().listening() == 1).await;
    assert!(zhang.says("/我的").await.to_string().contains("YJ2026-000001"));
    assert_eq!(discord.registrations(), 1);
});

office_story!(a_silent_line_is_given_up, async |office| {
    let discord = FakeDiscord::open().await;
    discord.gateway().beats_every(Duration::from_millis(500));
    office.moves_to(&discord).await;
    let zhang = joins(office, &discord, "张敏").await;
    discord.gateway().falls_silent();
    discord.wait_for("a new session", |discord| discord.gateway().sessions() == 2 && discord.gateway().listening() == 1).await;
    insta::assert_snapshot!(zhang.says("/我的").await, @"(only you) 您手上没有待办的预警。");
});

office_story!(a_refused_line_is_told_of_and_tried_again, async |office| {
    let discord = FakeDiscord::open().await;
    discord.gateway().refuses(Some(4014));
    office.moves_to(&discord).await;
    let told = until_troubles(office, |told| told.contains("gateway")).await;
    insta::assert_snapshot!(told, @"discord gateway: Discord 不让机器人接收操作(intents 不被接受)。警铃不需要任何特权,请检查 chat.discord.api_url 指向的服务器是否兼容。");
    discord.gateway().refuses(None);
    until_troubles(office, str::is_empty).await;
    joins(office, &discord, "张敏").await;
});

office_story!(a_token_that_is_worth_nothing_is_told_of_and_never_shown, async |office| {
    let discord = FakeDiscord::open().await;
    discord.gateway().refuses(Some(4004));
    office.moves_to(&discord).await;
    let told = until_troubles(office, |told| told.contains("gateway")).await;
    assert!(told.contains("Discord 不接受机器人的令牌") && !told.contains(&discord.token()), "{told}");
});

office_story!(commands_are_registered_once, async |office| {
    let discord = FakeDiscord::open().await;
    office.moves_to(&discord).await;
    joins(office, &discord, "张敏").await;
    let commands = discord.commands().join(" ");
    assert!(commands.starts_with("我的 预警 核实 ") && commands.ends_with(" 绑定 帮助"), "{commands}");
    office.restart().await;
    discord.gateway().connected().await;
    assert_eq!(discord.member("张敏").says("/我的").await.to_string(), "(only you) 您手上没有待办的预警。");
    assert_eq!(discord.registrations(), 1, "what is there already is left alone");
});

office_story!(what_is_for_the_terminal_alone_is_not_registered_and_refused_all_the_same, async |office| {
    let discord = FakeDiscord::open().await;
    office.moves_to(&discord).await;
    let zhao = joins(office, &discord, "赵刚").await;
    let log = discord.registered().into_iter().find(|command| command["name"] == "记录").unwrap();
    let forms: Vec<&str> = log["options"].as_array().unwrap().iter().filter_map(|form| form["name"].as_str()).collect();
    assert!(forms.contains(&"登记") && !forms.contains(&"查看"), "{forms:?}");
    zhao.says("/记录 登记 类型=沟通协调 日期=今天 对象=省厅 内容=接口 结果=下月测试").await;
    let before = office.journal().await;
    // a client that has not heard of it yet, or never had it from us
    let old = serde_json::json!({"id": "1", "name": "记录", "options": [{"type": 1, "name": "查看", "options": [{"type": 3, "name": "编号"}]}]});
    discord.remembers(old);
    for line in ["/记录 查看 编号=1", "/记录 查看 编号=没有的", "/记录 查看"] {
        let answer = zhao.says(line).await.to_string();
        assert_eq!(answer, "(only you) 为保护个人信息,这个命令只能在单位内部的终端上用。请运行 jingling console 办理。", "{line}");
    }
    assert!(office.says("赵刚", "/记录 查看 1").await.contains("下月测试"));
    assert_eq!(office.journal().await, before);
});

office_story!(what_is_said_while_the_line_is_down_is_heard_once_or_not_at_all, async |office| {
    let discord = FakeDiscord::open().await;
    office.moves_to(&discord).await;
    let card = paid_twice(office, &discord).await;
    let zhang = joins(office, &discord, "张敏").await;
    // told again on resuming, within its three seconds
    discord.gateway().drops();
    let [one, other] = zhang.presses_twice(&card, "认领").await;
    let claimed = [one.to_string(), other.to_string()];
    assert_eq!(claimed.iter().filter(|said| said.contains("由您认领")).count(), 1, "{claimed:?}");
    office.wait_until_sent().await;
    // told again after Discord has said that it failed
    let before = office.journal().await;
    discord.gateway().drops();
    let mut late = Box::pin(zhang.says("/核实 编号=1 结论=正常 方式=调阅材料 材料=合同 情况=属实"));
    assert!(late.as_mut().now_or_never().is_none(), "nobody is there to answer");
    discord.tokens_expire();
    assert_eq!(late.await.to_string(), "(did not respond)");
    assert_eq!(office.journal().await, before, "not acted upon");
    discord.takes_objections();
});

office_story!(in_private_only_those_are_heard_who_are_bound, async |office| {
    let discord = FakeDiscord::open().await;
    office.moves_to(&discord).await;
    let zhang = joins(office, &discord, "张敏").await;
    insta::assert_snapshot!(zhang.in_private().says("/我的").await, @"(only you) 您手上没有待办的预警。");
    insta::assert_snapshot!(discord.member("路人").in_private().says("/我的").await, @"(did not respond)");
});

office_story!(in_a_guild_that_is_not_ours_nothing_is_heard_and_the_wrong_number_is_told_of, async |office| {
    let discord = FakeDiscord::open().await;
    office.moves_to(&discord).await;
    let zhang = joins(office, &discord, "张敏").await;
    office.config.chat.discord.guild = Some(snowflake(1_100_000_000_000_000_999));
    office.restart().await;
    discord.gateway().connected().await;
    insta::assert_snapshot!(zhang.says("/我的").await, @"(did not respond)");
    let told = until_troubles(office, |told| told.contains("commands")).await;
    insta::assert_snapshot!(told, @"discord commands: 机器人不在服务器里,或没有注册命令的权限。请核对 chat.discord.guild,并用带 bot 和 applications.commands 两项的邀请链接重新邀请。");
    discord.takes_objections();
});
