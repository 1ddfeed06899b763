//! What goes wrong on the way, and what the office sees of it.

use chrono::TimeDelta;
use jingling::config::Secret;

use super::{VIOLATION, cash, is_bound, numbers, pays_twice, told};
use crate::harness::discord::{FakeDiscord, Fault, On};
use crate::harness::{Office, allocation, office_story, until};

/// What `/readyz` says of channels and sections, the channels by their names.
async fn troubles(office: &Office, channels: &[(&str, u64)]) -> String {
    let told = office.troubles().await;
    let ours =
        told.lines().filter(|line| line.starts_with("discord ") && !line.starts_with("discord gateway")).fold(String::new(), |all, line| all + line + "\n");
    channels.iter().fold(ours, |text, (name, id)| text.replace(&id.to_string(), &format!("<{name}>")))
}

fn sends(discord: &FakeDiscord) -> usize {
    discord.requests().iter().filter(|request| request.starts_with("POST /channels/")).count()
}

/// What it says of Discord as a whole, once it says something.
async fn trouble_with_discord(office: &Office) -> String {
    until(20, async || {
        let told = office.troubles().await;
        told.lines().find(|line| line.starts_with("discord: ")).map(str::to_owned).ok_or(told)
    })
    .await
}

office_story!(what_could_not_be_sent_is_sent_once_in_its_newest_state, async |office| {
    let discord = FakeDiscord::open().await;
    office.moves_to(&discord).await;
    discord.fails_until_lifted(On::Sends, Fault::Status(503));
    pays_twice(office).await;
    office.says("张敏", "/预警 认领 1").await;
    office.says("张敏", VIOLATION).await;
    insta::assert_snapshot!(trouble_with_discord(office).await, @"discord: 连不上 Discord,或者它没有正常回答。通知都留在队列里,恢复后自动补发。请检查网络和 chat.discord.api_url。");
    discord.lifts();
    office.wait_until_sent().await;
    insta::assert_snapshot!(told(&discord.messages("社保股")), @r"
    🔴 黄灯转红灯 YJ2026-000001 · 疑似重复支付(ZC09)
       股室 社保股  金额 4,800.00 元
       凭证 PZ-2  文号 皖财办〔2026〕18号  日期 11月23日
       期限 12月7日(10 个工作日)  状态 待纠正  经办 张敏
    [认领] [纠正] [转办] [详情]
    ");
    assert_eq!(troubles(office, &[]).await, "");
    assert!(sends(&discord) < 10, "not hammered: {:#?}", discord.requests());
});

office_story!(sent_once_whatever_becomes_of_the_answer, async |office| {
    let discord = FakeDiscord::open().await;
    office.moves_to(&discord).await;
    office.allocates(allocation("ZB-1", "100000.00")).await;
    for (n, fault) in [Fault::Status(500), Fault::CutBefore, Fault::CutAfter, Fault::Garbage].into_iter().enumerate() {
        discord.fails(On::Sends, fault, 1);
        office.pays(cash(n + 1)).await;
        discord.wait_for("the fault", |discord| discord.faults_left() == 0).await;
        // so late that the nonce does not help any more
        discord.nonces_expire();
        office.wait_until_sent().await;
        assert_eq!(numbers(&discord, "社保股"), (1..=n + 1).collect::<Vec<_>>(), "{fault:?}");
    }
    assert_eq!(troubles(office, &[]).await, "");
});

office_story!(a_hanging_channel_holds_up_no_other, async |office| {
    let discord = FakeDiscord::open().await;
    office.moves_to(&discord).await;
    office.allocates(allocation("ZB-1", "1000000.00")).await;
    discord.fails(On::Sends, Fault::Hang, 1);
    office.pays(cash(1)).await;
    discord.wait_for("the hang", |discord| discord.faults_left() == 0).await;
    office.pays(cash(2).with("section", "business:education")).await;
    discord.wait_for("the other section's", |discord| !discord.messages("教科文股").is_empty()).await;
    assert!(discord.messages("社保股").is_empty(), "still hanging");
    discord.wait_for("the one that hung", |discord| !discord.messages("社保股").is_empty()).await;
    office.wait_until_sent().await;
    assert_eq!((numbers(&discord, "社保股"), numbers(&discord, "教科文股")), (vec![1], vec![2]));
});

office_story!(a_channel_that_is_gone_is_told_of_and_the_next_contact_takes_over, async |office| {
    let discord = FakeDiscord::open().await;
    office.moves_to(&discord).await;
    let ids = [("社保股", discord.channel("社保股")), ("公共", discord.channel("公共"))];
    let zhang = is_bound(office, &discord, "张敏").await;
    office.allocates(allocation("ZB-1", "1000000.00")).await;
    discord.deletes_channel("社保股");
    office.pays(cash(1)).await;
    office.wait_until_sent().await;
    assert_eq!(numbers(&discord, "公共"), [1]);
    insta::assert_snapshot!(troubles(office, &ids).await, @"discord channel <社保股>: 社保股频道(编号 <社保股>)在 Discord 上已不存在,通知改发到下一个联系处。请在配置 chat.discord 中换成现有频道的编号,再重启服务。");
    discord.hides("公共");
    office.pays(cash(2)).await;
    office.wait_until_sent().await;
    insta::assert_snapshot!(told(&discord.private_messages(&zhang)), @r"
    🟡 黄灯预警 YJ2026-000002 · 违规使用现金(ZC01)
       股室 社保股  金额 2,000.00 元
       凭证 PZ-2  文号 皖财办〔2026〕18号  日期 11月23日
       期限 11月30日(5 个工作日)  状态 待核实  经办 @张敏
    [认领] [核实] [转办] [详情]
    (rang 张敏)
    ");
    insta::assert_snapshot!(troubles(office, &ids).await, @r"
    discord channel <公共>: 公共频道(编号 <公共>)不让机器人发言,通知改发到下一个联系处。请在 Discord 的频道设置里给机器人“查看频道”“发送消息”“读取消息历史记录”的权限。
    discord channel <社保股>: 社保股频道(编号 <社保股>)在 Discord 上已不存在,通知改发到下一个联系处。请在配置 chat.discord 中换成现有频道的编号,再重启服务。
    ");
    // what was shown in a place that is closed now is shown anew
    office.says("张敏", "/预警 认领 1").await;
    office.wait_until_sent().await;
    assert_eq!(discord.private_messages(&zhang).len(), 2);
});

office_story!(what_was_sent_to_the_handler_alone_is_brought_up_to_date_whatever_became_of_the_answer, async |office| {
    let discord = FakeDiscord::open().await;
    office.moves_to(&discord).await;
    let zhang = is_bound(office, &discord, "张敏").await;
    pays_twice(office).await;
    office.wait_until_sent().await;
    for channel in ["社保股", "公共"] {
        discord.hides(channel);
    }
    office.says("张敏", "/预警 认领 1").await;
    office.wait_until_sent().await;
    // the first attempt arrives unheard of, and the light turns red before the next
    for message in discord.private_messages(&zhang) {
        discord.deletes(&message);
    }
    discord.nonces_expire();
    discord.fails(On::Sends, Fault::CutAfter, 1);
    office.pays(cash(3)).await;
    discord.wait_for("the fault", |discord| discord.faults_left() == 0).await;
    discord.fails_until_lifted(On::Anything, Fault::Status(503));
    office.says("张敏", &VIOLATION.replace(" 1 ", " 2 ")).await;
    discord.nonces_expire();
    discord.lifts();
    office.wait_until_sent().await;
    let told = told(&discord.private_messages(&zhang));
    assert_eq!(told.matches("YJ2026-000002 · ").count(), 1, "{told}");
    assert!(told.contains("🔴 黄灯转红灯 YJ2026-000002"), "{told}");
});

office_story!(a_reply_that_was_sent_unheard_of_is_not_said_again_with_what_came_after, async |office| {
    let discord = FakeDiscord::open().await;
    office.moves_to(&discord).await;
    pays_twice(office).await;
    office.wait_until_sent().await;
    discord.fails(On::Sends, Fault::CutAfter, 1);
    office.says("张敏", VIOLATION).await;
    discord.wait_for("the fault", |discord| discord.faults_left() == 0).await;
    discord.fails_until_lifted(On::Anything, Fault::Status(503));
    office.says("李国强", "/预警 认领 1").await;
    discord.nonces_expire();
    discord.lifts();
    office.wait_until_sent().await;
    let told = told(&discord.messages("社保股"));
    assert_eq!(told.matches("黄灯转红灯,请").count(), 1, "{told}");
    assert!(told.contains("🔴 已认领 YJ2026-000001"), "{told}");
});

office_story!(what_another_bot_wrote_is_shown_anew_in_the_same_channel, async |office| {
    let discord = FakeDiscord::open().await;
    office.moves_to(&discord).await;
    pays_twice(office).await;
    office.wait_until_sent().await;
    discord.changes_bot();
    office.says("张敏", "/预警 认领 1").await;
    office.wait_until_sent().await;
    assert_eq!((numbers(&discord, "社保股"), numbers(&discord, "公共")), (vec![1, 1], vec![]));
    assert_eq!(discord.takes_objections().len(), 1, "tried once to edit what is another's");
    assert_eq!(troubles(office, &[]).await, "");
});

office_story!(where_nobody_can_be_reached_it_waits_until_somebody_can, async |office| {
    let discord = FakeDiscord::open().await;
    office.moves_to(&discord).await;
    let ids = [("社保股", discord.channel("社保股")), ("公共", discord.channel("公共"))];
    let zhang = is_bound(office, &discord, "张敏").await;
    zhang.shuts_private_messages();
    office.allocates(allocation("ZB-1", "1000000.00")).await;
    discord.hides("社保股");
    discord.forbids("公共");
    office.pays(cash(1)).await;
    discord.wait_for("the last contact tried", |discord| discord.requests().iter().any(|request| request.contains("/users/@me/channels"))).await;
    office.pays(cash(2).with("section", "business:education")).await;
    discord.wait_for("another section's", |discord| numbers(discord, "教科文股") == [2]).await;
    insta::assert_snapshot!(troubles(office, &ids).await, @r"
    discord business:social_security: 社保股在 Discord 上没有一个能用的联系处,通知都留在队列里,恢复后自动补发。请检查该股室的频道和公共频道。
    discord channel <公共>: 公共频道(编号 <公共>)不让机器人发言,通知改发到下一个联系处。请在 Discord 的频道设置里给机器人“查看频道”“发送消息”“读取消息历史记录”的权限。
    discord channel <社保股>: 社保股频道(编号 <社保股>)不让机器人发言,通知改发到下一个联系处。请在 Discord 的频道设置里给机器人“查看频道”“发送消息”“读取消息历史记录”的权限。
    ");
    let waiting = office.says("孙丽", "/投递 列表").await;
    assert!(waiting.contains("YJ2026-000001"), "{waiting}");
    discord.allows("社保股");
    office.wind(TimeDelta::minutes(6));
    office.wait_until_sent().await;
    assert_eq!((numbers(&discord, "社保股"), numbers(&discord, "公共")), (vec![1], vec![]));
    insta::assert_snapshot!(troubles(office, &ids).await, @"discord channel <公共>: 公共频道(编号 <公共>)不让机器人发言,通知改发到下一个联系处。请在 Discord 的频道设置里给机器人“查看频道”“发送消息”“读取消息历史记录”的权限。");
});

office_story!(a_refused_token_is_told_of_and_nothing_is_hammered, async |office| {
    let discord = FakeDiscord::open().await;
    office.moves_to(&discord).await;
    discord.resets_token();
    office.allocates(allocation("ZB-1", "1000000.00")).await;
    for n in 1..=5 {
        office.pays(cash(n).with("section", ["business:social_security", "business:education"][n % 2])).await;
    }
    insta::assert_snapshot!(trouble_with_discord(office).await, @"discord: Discord 不接受机器人的令牌。通知都留在队列里,不会丢。请在 Discord 开发者页面的 Bot 一栏重新生成令牌,更新配置后重启服务。");
    office.stop().await;
    assert!(sends(&discord) <= 4, "{:#?}", discord.requests());
    office.config.chat.discord.token = Some(Secret::new(discord.token()));
    office.start().await;
    office.wait_until_sent().await;
    assert_eq!((numbers(&discord, "社保股"), numbers(&discord, "教科文股")), (vec![2, 4], vec![1, 3, 5]));
    assert_eq!(troubles(office, &[]).await, "");
});
