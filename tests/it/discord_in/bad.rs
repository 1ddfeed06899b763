//! What must not happen, and what is said instead.

use std::time::Duration;

use jingling::store::{account, staff};

use super::{joins, paid_twice, pays_cash};
use crate::harness::discord::{FakeDiscord, Fault, On};
use crate::harness::{Office, office_story};

const NORMAL: &str = "/核实 1 正常 电话核实 对象=村会计 时间=今天 情况=两次分别是两季度的补助";

async fn drafts(office: &Office) -> usize {
    office.store().db.fetch("SELECT no FROM draft", Vec::new()).await.unwrap().len()
}

office_story!(a_button_on_a_warning_that_is_closed_meanwhile_tells_by_whom_and_when, async |office| {
    let discord = FakeDiscord::open().await;
    office.moves_to(&discord).await;
    let card = paid_twice(office, &discord).await;
    let (zhang, li) = (joins(office, &discord, "张敏").await, joins(office, &discord, "李国强").await);
    let wizard = zhang.presses(&card, "核实").await;
    assert!(office.says("李国强", NORMAL).await.contains("转为绿灯"));
    insta::assert_snapshot!(li.presses(&card, "认领").await, @"(only you) YJ2026-000001 已由社保股处理(11-23 10:00 核实为正常),无需再次办理。处理单有误可用:/预警 更正;要重新办理,由农业股用 /预警 重开。");
    insta::assert_snapshot!(li.presses(&card, "核实").await, @"(only you) YJ2026-000001 已由社保股处理(11-23 10:00 核实为正常),无需再次办理。处理单有误可用:/预警 更正;要重新办理,由农业股用 /预警 重开。");
    insta::assert_snapshot!(zhang.selects(&wizard, "核实结论", &["正常"]).await, @"(changed) YJ2026-000001 已由社保股处理(11-23 10:00 核实为正常),无需再次办理。处理单有误可用:/预警 更正;要重新办理,由农业股用 /预警 重开。");
});

office_story!(of_two_who_press_at_once_one_wins_and_the_other_is_told, async |office| {
    let discord = FakeDiscord::open().await;
    office.moves_to(&discord).await;
    let card = paid_twice(office, &discord).await;
    let (zhang, li) = (joins(office, &discord, "张敏").await, joins(office, &discord, "李国强").await);
    let before = office.journal().await;
    let (one, other) = tokio::join!(zhang.presses(&card, "认领"), li.presses(&card, "认领"));
    let both = [one.to_string(), other.to_string()];
    assert_eq!(both.iter().filter(|said| said.contains("由您认领")).count(), 1, "{both:?}");
    assert_eq!(both.iter().filter(|said| said.contains("已由 @")).count(), 1, "{both:?}");
    office.wait_until_sent().await;
    let [one, other] = zhang.presses_twice(&card, "认领").await;
    assert!(one.to_string().contains("认领,正在核实") && other.to_string().contains("认领,正在核实"), "{one}\n{other}");
    assert!(office.journal().await > before);
});

office_story!(strangers_and_other_sections_move_nothing, async |office| {
    let discord = FakeDiscord::open().await;
    office.moves_to(&discord).await;
    let card = paid_twice(office, &discord).await;
    let stranger = discord.member("路人");
    let wang = joins(office, &discord, "王芳").await;
    let before = office.journal().await;
    let told = "(only you) 您的账号还没有绑定到本人。请向财政信息中心领取一次性代码,再在这里输入 /绑定 代码。";
    for label in ["认领", "核实", "转办", "详情"] {
        assert_eq!(stranger.presses(&card, label).await.to_string(), told, "{label}");
    }
    for line in ["/预警 详情 编号=1", "/预警 详情 编号=99", "/核实 编号=1", "/帮助"] {
        assert_eq!(stranger.says(line).await.to_string(), told, "{line}");
    }
    assert!(stranger.types("/预警 详情", "编号", "1").await.is_empty());
    insta::assert_snapshot!(stranger.says("/绑定 代码=abcde-fghjk").await, @"(only you) 这个代码不对、已经用过或已过期。请核对,或请财政信息中心重新办理。");
    insta::assert_snapshot!(wang.presses(&card, "认领").await, @"(only you) 没有 YJ2026-000001 这条预警,或者它不归您所在的股室。用 /预警 列表 查看。");
    insta::assert_snapshot!(wang.presses(&card, "核实").await, @"(only you) 没有 YJ2026-000001 这条预警,或者它不归您所在的股室。用 /预警 列表 查看。");
    assert_eq!(wang.says("/预警 详情 编号=99").await.to_string().replace("000099", "000001"), wang.presses(&card, "详情").await.to_string());
    assert!(wang.types("/预警 详情", "编号", "1").await.is_empty());
    assert_eq!(office.journal().await, before, "nothing moved");
    // unbound, one is a stranger again at once, whatever stands on the screen
    let zhang = joins(office, &discord, "张敏").await;
    let wizard = zhang.presses(&card, "核实").await;
    account::release(office.store(), office.clock.now(), "张敏").await.unwrap();
    assert_eq!(zhang.selects(&wizard, "核实结论", &["正常"]).await.to_string(), told);
    assert_eq!(drafts(office).await, 0);
    assert!(staff::by_name(office.store(), "张敏").await.unwrap().unwrap().discord.is_none());
});

office_story!(whoever_may_not_use_a_command_is_offered_no_number_for_it, async |office| {
    let discord = FakeDiscord::open().await;
    office.moves_to(&discord).await;
    paid_twice(office, &discord).await;
    // she reads everything, and handles nothing
    let sun = joins(office, &discord, "孙丽").await;
    assert_eq!(sun.types("/预警 详情", "编号", "1").await.len(), 1);
    assert!(sun.types("/核实", "编号", "1").await.is_empty());
});

office_story!(what_is_picked_at_once_is_all_kept, async |office| {
    let discord = FakeDiscord::open().await;
    office.moves_to(&discord).await;
    discord.waits_for_responses(Duration::from_secs(20));
    let card = paid_twice(office, &discord).await;
    let zhang = joins(office, &discord, "张敏").await;
    let wizard = zhang.presses(&card, "核实").await;
    // the office is busy: both wait for their turn
    let busy = office.store().turn().await.unwrap();
    let looks = async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        drop(busy);
    };
    tokio::join!(zhang.selects(&wizard, "核实结论", &["正常"]), zhang.selects(&wizard, "核实方式", &["电话核实"]), looks);
    let wizard = zhang.presses(&card, "核实").await.to_string();
    assert!(wizard.contains("核实结论:正常") && wizard.contains("核实方式:电话核实"), "{wizard}");
});

office_story!(what_names_a_person_is_neither_taken_nor_kept, async |office| {
    let discord = FakeDiscord::open().await;
    office.moves_to(&discord).await;
    let card = paid_twice(office, &discord).await;
    let zhang = joins(office, &discord, "张敏").await;
    let wizard = zhang.presses(&card, "核实").await;
    let wizard = zhang.selects(&wizard, "核实结论", &["正常"]).await;
    let wizard = zhang.selects(&wizard, "核实方式", &["电话核实"]).await;
    let sheet = zhang.presses(&wizard, "填写").await;
    let wizard = zhang.fills(&sheet, &[("核实情况", "证件 341525200303120019 已核对"), ("核实对象", "村会计")]).await;
    insta::assert_snapshot!(wizard, @r"
    (changed) 核实 YJ2026-000001
    核实结论:正常
    核实方式:电话核实
    核实对象:村会计
    核实时间:2026-11-23 10:00
    文字里好像有身份证号。为保护个人信息,聊天里不能填写,请改为“见材料”。没有保存。
    <核实结论: 正常 / 违规>
    <核实方式: 电话核实 / 调阅材料 / 约谈走访 / 其他>
    [继续填写] [取消]
    ");
    let sheet = zhang.presses(&wizard, "继续填写").await;
    assert!(sheet.to_string().contains("村会计") && !sheet.to_string().contains("341525"), "{sheet}");
    let wizard = zhang.fills(&sheet, &[("核实情况", "欧阳小满两季补助一起领")]).await;
    insta::assert_snapshot!(wizard, @r"
    (changed) 核实 YJ2026-000001
    核实结论:正常
    核实方式:电话核实
    核实对象:村会计
    核实时间:2026-11-23 10:00
    文字里有这条预警所涉人员的姓名、证件号或账号。为保护个人信息,聊天里不能填写,请改为“见材料”。没有保存。
    <核实结论: 正常 / 违规>
    <核实方式: 电话核实 / 调阅材料 / 约谈走访 / 其他>
    [继续填写] [取消]
    ");
    let form = zhang.presses(&card, "转办").await;
    let answer = zhang.fills(&form, &[("交给", "李国强"), ("转办原因", "请打 13812345678")]).await;
    insta::assert_snapshot!(answer, @r"
    (only you) 文字里好像有电话号码。请只写前三位和后四位,如 138\*\*\*\*1234。没有保存。
    [继续填写]
    ");
    let form = zhang.presses(&answer, "继续填写").await;
    assert!(form.to_string().contains("李国强") && !form.to_string().contains("138"), "{form}");
});

office_story!(a_form_left_empty_or_overfull_is_complained_of, async |office| {
    let discord = FakeDiscord::open().await;
    office.moves_to(&discord).await;
    let card = pays_cash(office, &discord).await;
    let zhang = joins(office, &discord, "张敏").await;
    let form = zhang.presses(&card, "纠正").await;
    insta::assert_snapshot!(zhang.fills_carelessly(&form, &[]).await, @r"
    (only you) 还缺纠正日期、纠正情况、督促情况。
    [继续填写]
    ");
    insta::assert_snapshot!(zhang.fills_carelessly(&form, &[("纠正日期", "今天"), ("纠正情况", " \n "), ("督促情况", "电话")]).await, @r#"
    (only you) 还缺纠正情况。请用一两句话写明,例如:情况="……"。
    [继续填写]
    "#);
    let long = "长".repeat(4000);
    insta::assert_snapshot!(zhang.fills_carelessly(&form, &[("纠正日期", "今天"), ("纠正情况", &long), ("督促情况", "电话")]).await, @r"
    (only you) 纠正情况有 4000 个字,最多 1000 个字。请写要点,细节放到材料里。
    [继续填写]
    ");
    insta::assert_snapshot!(zhang.fills_carelessly(&form, &[("纠正日期", "今天"), ("纠正情况", "退\u{202E}款"), ("督促情况", "电话")]).await, @r"
    (only you) 纠正情况的第 2 个字是看不见的控制字符,不能用。请删去。
    [继续填写]
    ");
});

office_story!(what_is_typed_is_only_read, async |office| {
    let discord = FakeDiscord::open().await;
    office.moves_to(&discord).await;
    paid_twice(office, &discord).await;
    let zhang = joins(office, &discord, "张敏").await;
    let wizard = zhang.says("/核实 编号=1 情况=@everyone [x](javascript:alert) `码` <@&1>").await;
    insta::assert_snapshot!(wizard, @r"
    (only you) 核实 YJ2026-000001
    核实情况:\@everyone \[x\](javascript:alert) \`码\` \<\@&1>
    请先选好下面各项。
    <核实结论: 正常 / 违规>
    <核实方式: 电话核实 / 调阅材料 / 约谈走访 / 其他>
    [取消]
    ");
    assert!(wizard.as_ref().pings.is_empty());
    insta::assert_snapshot!(zhang.says("/预警 列表 股室=@here**股**").await, @r"(only you) 没有叫“\@here\*\*股\*\*”的股室。可选:局脱贫攻坚领导小组办公室、局党组、预算股、评审中心、农业股、社保股、教科文股、经建股、财监股、国库支付中心、财政信息中心、驻局纪检监察组。");
});

office_story!(a_button_of_another_age_says_how_to_go_on, async |office| {
    let discord = FakeDiscord::open().await;
    office.moves_to(&discord).await;
    let card = paid_twice(office, &discord).await;
    let zhang = joins(office, &discord, "张敏").await;
    let mut old = card.clone();
    for part in old.rows.iter_mut().flatten() {
        if let crate::harness::discord::Part::Button(button) = part {
            button.custom_id = format!("0{}", button.custom_id);
        }
    }
    insta::assert_snapshot!(zhang.presses(&old, "认领").await, @"(only you) 这个按钮已经失效。请用 /我的 或 /预警 详情 重新打开。");
});

office_story!(an_answer_that_comes_too_late_goes_as_a_direct_message_and_the_act_stands, async |office| {
    let discord = FakeDiscord::open().await;
    office.moves_to(&discord).await;
    let card = paid_twice(office, &discord).await;
    let (zhang, li) = (joins(office, &discord, "张敏").await, joins(office, &discord, "李国强").await);
    discord.fails(On::Originals, Fault::Status(503), 1);
    let press = tokio::spawn({
        let (zhang, card) = (zhang.clone(), card.clone());
        async move { zhang.presses(&card, "认领").await }
    });
    discord
        .wait_for("the answer that fails", |discord| discord.requests().iter().any(|line| line.starts_with("PATCH /webhooks") && line.ends_with("503")))
        .await;
    discord.tokens_expire();
    discord.wait_for("the direct message", |discord| !discord.private_messages(&zhang).is_empty()).await;
    insta::assert_snapshot!(discord.private_messages(&zhang)[0], @"YJ2026-000001 由您认领,正在核实。请在 11月30日前核实,用 /核实 填写。");
    press.abort();
    // who takes none is told nothing; what was done stands all the same
    li.shuts_private_messages();
    discord.fails(On::Originals, Fault::Status(503), 1);
    let press = tokio::spawn({
        let (li, card) = (li.clone(), card.clone());
        async move { li.presses(&card, "转办").await }
    });
    let form = press.await.unwrap();
    let sent = tokio::spawn({
        let (li, form) = (li.clone(), form.clone());
        async move { li.fills(&form, &[("交给", "李国强"), ("转办原因", "我来办")]).await }
    });
    discord
        .wait_for("the answer that fails", |discord| {
            discord.requests().iter().filter(|line| line.starts_with("PATCH /webhooks") && line.ends_with("503")).count() == 2
        })
        .await;
    discord.tokens_expire();
    discord.wait_for("the refused message", |discord| discord.requests().iter().any(|line| line.starts_with("POST /channels") && line.ends_with("403"))).await;
    sent.abort();
    assert!(office.says("李国强", "/我的").await.contains("YJ2026-000001"));
    discord.takes_objections();
});

office_story!(what_discord_does_not_take_in_time_is_not_done, async |office| {
    let discord = FakeDiscord::open().await;
    office.moves_to(&discord).await;
    let card = paid_twice(office, &discord).await;
    let zhang = joins(office, &discord, "张敏").await;
    let before = office.journal().await;
    discord.fails(On::Callbacks, Fault::Status(503), 1);
    insta::assert_snapshot!(zhang.presses(&card, "认领").await, @"(did not respond)");
    assert_eq!(office.journal().await, before, "Discord told that it failed, and it did");
    assert!(zhang.presses(&card, "认领").await.to_string().contains("由您认领"));
    office.wait_until_sent().await;
});
