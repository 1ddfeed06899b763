//! The life of a message while all is well.

use std::num::NonZeroU64;
use std::time::Duration;

use jingling::config::{self, Snowflake};

use super::{CORRECTED, VIOLATION, cash, cash_to_a_company, is_bound, numbers, pays_twice, told};
use crate::harness::discord::{FakeDiscord, Fault, On};
use crate::harness::{allocation, office_story};

office_story!(a_warning_is_one_message_edited_as_it_moves, async |office| {
    let discord = FakeDiscord::open().await;
    office.moves_to(&discord).await;
    is_bound(office, &discord, "张敏").await;
    pays_twice(office).await;
    office.wait_until_sent().await;
    insta::assert_snapshot!(told(&discord.messages("社保股")), @r"
    🟡 黄灯预警 YJ2026-000001 · 疑似重复支付(ZC09)
       股室 社保股  金额 4,800.00 元
       凭证 PZ-2  文号 皖财办〔2026〕18号  日期 11月23日
       期限 11月30日(5 个工作日)  状态 待核实  经办 @张敏
    [认领] [核实] [转办] [详情]
    (rang 张敏)
    ");
    office.says("张敏", "/预警 认领 1").await;
    office.wait_until_sent().await;
    insta::assert_snapshot!(told(&discord.messages("社保股")), @r"
    🟡 已认领 YJ2026-000001 · 疑似重复支付(ZC09)
       股室 社保股  金额 4,800.00 元
       凭证 PZ-2  文号 皖财办〔2026〕18号  日期 11月23日
       期限 11月30日(5 个工作日)  状态 核实中  经办 @张敏
    [核实] [转办] [详情]
    (edited 1)
    (rang 张敏)
    ");
    office.says("张敏", VIOLATION).await;
    office.wait_until_sent().await;
    insta::assert_snapshot!(told(&discord.messages("社保股")), @r"
    🔴 黄灯转红灯 YJ2026-000001 · 疑似重复支付(ZC09)
       股室 社保股  金额 4,800.00 元
       凭证 PZ-2  文号 皖财办〔2026〕18号  日期 11月23日
       期限 12月7日(10 个工作日)  状态 待纠正  经办 @张敏
    [认领] [纠正] [转办] [详情]
    (edited 2)
    (rang 张敏)

    (to 1) 🔴 YJ2026-000001 黄灯转红灯,请 @张敏 在 12月7日前督促纠正。
    [详情]
    (rang 张敏)
    ");
    office.says("张敏", CORRECTED).await;
    office.wait_until_sent().await;
    insta::assert_snapshot!(told(&discord.messages("社保股")), @r"
    🟢 已转绿灯 YJ2026-000001 · 疑似重复支付(ZC09)
       股室 社保股  金额 4,800.00 元
       凭证 PZ-2  文号 皖财办〔2026〕18号  日期 11月23日
       状态 已纠正  经办 @张敏
    [详情]
    (edited 3)
    (rang 张敏)

    (to 1) 🔴 YJ2026-000001 黄灯转红灯,请 @张敏 在 12月7日前督促纠正。
    [详情]
    (rang 张敏)
    ");
    assert!(discord.messages("公共").is_empty());
});

office_story!(handed_on_it_is_shown_where_it_went, async |office| {
    let discord = FakeDiscord::open().await;
    office.moves_to(&discord).await;
    is_bound(office, &discord, "王芳").await;
    pays_twice(office).await;
    office.wait_until_sent().await;
    office.says("张敏", "/预警 转办 1 王芳 原因=属教科文股管理").await;
    office.wait_until_sent().await;
    insta::assert_snapshot!(told(&discord.messages("社保股")), @r"
    🟡 YJ2026-000001 已转教科文股办理。
    [详情]
    (edited 1)
    ");
    insta::assert_snapshot!(told(&discord.messages("教科文股")), @r"
    🟡 转来黄灯 YJ2026-000001 · 疑似重复支付(ZC09)
       股室 教科文股  金额 4,800.00 元
       凭证 PZ-2  文号 皖财办〔2026〕18号  日期 11月23日
       期限 11月30日(5 个工作日)  状态 待核实  经办 @王芳
    [认领] [核实] [转办] [详情]
    (rang 王芳)
    ");
    // from now on it lives there
    office.says("王芳", "/预警 认领 1").await;
    office.wait_until_sent().await;
    assert_eq!((discord.messages("社保股")[0].edits, discord.messages("教科文股")[0].edits), (1, 1));
});

office_story!(from_a_channel_that_is_given_up_a_warning_moves_on, async |office| {
    let discord = FakeDiscord::open().await;
    office.moves_to(&discord).await;
    pays_twice(office).await;
    office.wait_until_sent().await;
    let before = discord.channel("社保股");
    office.stop().await;
    let channels = &mut office.config.chat.discord.channels;
    channels.iter_mut().filter(|entry| entry.channel.0.get() == before).for_each(|entry| {
        entry.channel = Snowflake(NonZeroU64::new(discord.channel("新社保股")).unwrap());
    });
    office.start().await;
    office.says("张敏", "/预警 认领 1").await;
    office.wait_until_sent().await;
    insta::assert_snapshot!(told(&discord.messages("社保股")), @r"
    🟡 YJ2026-000001 已改在别处显示。
    [详情]
    (edited 1)
    ");
    insta::assert_snapshot!(told(&discord.messages("新社保股")), @r"
    🟡 已认领 YJ2026-000001 · 疑似重复支付(ZC09)
       股室 社保股  金额 4,800.00 元
       凭证 PZ-2  文号 皖财办〔2026〕18号  日期 11月23日
       期限 11月30日(5 个工作日)  状态 核实中  经办 张敏
    [核实] [转办] [详情]
    ");
    office.says("张敏", VIOLATION).await;
    office.wait_until_sent().await;
    assert_eq!((discord.messages("社保股")[0].edits, discord.messages("新社保股").len()), (1, 2), "now it lives there");
});

office_story!(from_the_messages_of_one_handler_it_moves_to_those_of_the_next, async |office| {
    let discord = FakeDiscord::open().await;
    office.moves_to(&discord).await;
    let (zhang, li) = (is_bound(office, &discord, "张敏").await, is_bound(office, &discord, "李国强").await);
    for channel in ["社保股", "公共"] {
        discord.hides(channel);
    }
    pays_twice(office).await;
    office.wait_until_sent().await;
    office.says("张敏", "/预警 认领 1").await;
    office.wait_until_sent().await;
    let first = discord.private_messages(&zhang);
    assert_eq!((first.len(), first[0].edits), (1, 1), "{}", told(&first));
    office.says("张敏", "/预警 转办 1 李国强 原因=属李国强管理").await;
    office.wait_until_sent().await;
    assert_eq!(told(&discord.private_messages(&zhang)), "🟡 YJ2026-000001 已改在别处显示。\n[详情]\n(edited 2)\n(rang 张敏)");
    assert!(told(&discord.private_messages(&li)).starts_with("🟡 转来黄灯 YJ2026-000001"));
});

office_story!(back_on_the_console_what_was_still_owed_to_discord_is_said_there, async |office| {
    let discord = FakeDiscord::open().await;
    office.moves_to(&discord).await;
    discord.fails_until_lifted(On::Sends, Fault::Status(503));
    pays_twice(office).await;
    discord.wait_for("an attempt", |discord| discord.requests().iter().any(|request| request.contains("503"))).await;
    office.stop().await;
    office.config.chat.channel = config::chat::Channel::Console;
    office.start().await;
    assert!(office.chat().await.contains("🟡 黄灯预警 YJ2026-000001"));
});

office_story!(what_cannot_be_edited_is_answered_and_what_was_deleted_comes_again, async |office| {
    let discord = FakeDiscord::open().await;
    office.moves_to(&discord).await;
    pays_twice(office).await;
    office.wait_until_sent().await;
    discord.grows_old(&discord.messages("社保股")[0]);
    office.says("张敏", "/预警 认领 1").await;
    office.wait_until_sent().await;
    insta::assert_snapshot!(told(&discord.messages("社保股")), @r"
    🟡 黄灯预警 YJ2026-000001 · 疑似重复支付(ZC09)
       股室 社保股  金额 4,800.00 元
       凭证 PZ-2  文号 皖财办〔2026〕18号  日期 11月23日
       期限 11月30日(5 个工作日)  状态 待核实  经办 张敏
    [认领] [核实] [转办] [详情]

    (to 1) 🟡 已认领 YJ2026-000001 · 疑似重复支付(ZC09)
       股室 社保股  金额 4,800.00 元
       凭证 PZ-2  文号 皖财办〔2026〕18号  日期 11月23日
       期限 11月30日(5 个工作日)  状态 核实中  经办 张敏
    [核实] [转办] [详情]
    ");
    for message in discord.messages("社保股") {
        discord.deletes(&message);
    }
    office.says("张敏", VIOLATION).await;
    office.wait_until_sent().await;
    insta::assert_snapshot!(told(&discord.messages("社保股")), @r"
    🔴 黄灯转红灯 YJ2026-000001 · 疑似重复支付(ZC09)
       股室 社保股  金额 4,800.00 元
       凭证 PZ-2  文号 皖财办〔2026〕18号  日期 11月23日
       期限 12月7日(10 个工作日)  状态 待纠正  经办 张敏
    [认领] [纠正] [转办] [详情]
    ");
    assert_eq!(office.troubles().await, "");
});

office_story!(edits_go_on_where_they_were_after_a_restart, async |office| {
    let discord = FakeDiscord::open().await;
    office.moves_to(&discord).await;
    pays_twice(office).await;
    office.wait_until_sent().await;
    office.restart().await;
    office.says("张敏", "/预警 认领 1").await;
    office.wait_until_sent().await;
    let messages = discord.messages("社保股");
    assert_eq!((messages.len(), messages[0].edits), (1, 1), "{}", told(&messages));
});

office_story!(many_at_once_go_as_fast_as_discord_allows_and_no_faster, async |office| {
    let discord = FakeDiscord::open().await;
    discord.limits(On::Sends, 10, Duration::from_millis(500));
    office.moves_to(&discord).await;
    office.allocates(allocation("ZB-1", "1000000.00")).await;
    let events: Vec<String> = (1..=120).map(|n| cash(n).with("section", ["business:social_security", "business:education"][n % 2]).text()).collect();
    let storm = office.batch("treasury", events.iter().map(String::as_str));
    office.sends(storm).await;
    office.wait_until_sent().await;
    for (channel, rest) in [("社保股", 0), ("教科文股", 1)] {
        assert_eq!(numbers(&discord, channel), (1..=120).filter(|n| n % 2 == rest).collect::<Vec<_>>(), "in order, each once");
    }
    assert_eq!((discord.limited(), discord.too_early()), (0, 0));
});

office_story!(a_refusal_for_a_while_is_waited_out, async |office| {
    let discord = FakeDiscord::open().await;
    office.moves_to(&discord).await;
    office.allocates(allocation("ZB-1", "1000000.00")).await;
    for (n, global) in [(1, false), (2, true)] {
        discord.fails(On::Sends, Fault::Limited { retry_after: 0.6, global }, 1);
        office.pays(cash(n)).await;
        office.wait_until_sent().await;
    }
    assert_eq!(numbers(&discord, "社保股"), [1, 2]);
    assert_eq!((discord.limited(), discord.too_early()), (2, 0));
    assert_eq!(office.troubles().await, "");
});

office_story!(the_most_urgent_goes_first_when_many_wait, async |office| {
    let discord = FakeDiscord::open().await;
    office.moves_to(&discord).await;
    office.allocates(allocation("ZB-1", "1000000.00")).await;
    discord.fails_until_lifted(On::Sends, Fault::Status(503));
    for n in 1..=6 {
        office.pays(cash(n)).await;
    }
    office.pays(cash_to_a_company(7)).await;
    discord.wait_for("an attempt", |discord| discord.requests().iter().any(|request| request.contains("503"))).await;
    discord.lifts();
    office.wait_until_sent().await;
    assert_eq!(numbers(&discord, "社保股"), [7, 1, 2, 3, 4, 5, 6]);
});
