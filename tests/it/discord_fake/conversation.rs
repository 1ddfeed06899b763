//! Interactions: what people do, what the bot may answer, and when.

use serde_json::{Value, json};

use super::bot::{Bot, Ear};
use crate::harness::discord::{FakeDiscord, Person};

/// A bot with two commands, in a guild with one person.
async fn connected() -> (FakeDiscord, Bot, Ear, Person) {
    let discord = FakeDiscord::open().await;
    let bot = Bot::of(&discord);
    let number = json!({"type": 3, "name": "编号", "description": "预警编号", "required": true, "autocomplete": true});
    let level = json!({"type": 3, "name": "灯", "description": "灯", "choices": [{"name": "红灯", "value": "red"}]});
    let count = json!({"type": 4, "name": "条数", "description": "条数", "min_value": 1, "max_value": 20});
    let commands = json!([
        {"name": "预警", "description": "预警", "options": [
            {"type": 1, "name": "详情", "description": "看一条", "options": [number]},
            {"type": 1, "name": "列表", "description": "看全部", "options": [level, count]},
        ]},
        {"name": "帮助", "description": "全部命令"},
    ]);
    assert_eq!(bot.registers(commands).await.short(), "200");
    let ear = bot.identifies().await;
    let zhang = discord.member("张敏");
    (discord, bot, ear, zhang)
}

fn buttons(labels: &[&str]) -> Value {
    let buttons = labels.iter().map(|label| json!({"type": 2, "style": 1, "label": label, "custom_id": format!("b:{label}")}));
    json!([{"type": 1, "components": buttons.collect::<Vec<_>>()}])
}

#[tokio::test]
async fn a_command_is_answered_at_once_and_only_its_asker_sees_it() {
    let (discord, bot, mut ear, zhang) = connected().await;
    let (answer, asked) = tokio::join!(zhang.says("/预警 列表 灯=红灯 条数=5"), async {
        let asked = ear.interaction().await;
        let content = format!("<@{}> 没有符合条件的预警。", asked["member"]["user"]["id"].as_str().unwrap());
        assert_eq!(bot.responds(&asked, json!({"type": 4, "data": {"content": content, "flags": 64}})).await.short(), "204");
        asked
    });
    insta::assert_snapshot!(answer, @"(only you) @张敏 没有符合条件的预警。");
    let options = json!([{"name": "列表", "type": 1, "options": [{"name": "灯", "type": 3, "value": "red"}, {"name": "条数", "type": 4, "value": 5}]}]);
    assert_eq!(asked["data"]["options"], options);
    assert!(answer.ephemeral() && discord.messages("大厅").is_empty(), "nobody else sees it");
}

#[tokio::test]
async fn in_private_there_is_no_guild_and_the_answer_stays_between_the_two() {
    let (discord, bot, mut ear, zhang) = connected().await;
    let private = zhang.in_private();
    let (answer, asked) = tokio::join!(private.says("/帮助"), async {
        let asked = ear.interaction().await;
        bot.responds(&asked, json!({"type": 4, "data": {"content": "您好"}})).await;
        asked
    });
    insta::assert_snapshot!(answer, @"您好");
    assert_eq!((&asked["user"]["global_name"], &asked["guild_id"], &asked["member"]), (&json!("张敏"), &json!(null), &json!(null)));
    assert_eq!(discord.private_messages(&zhang).len(), 1);
}

#[tokio::test]
async fn a_deferred_answer_comes_when_the_original_is_edited() {
    let (_discord, bot, mut ear, zhang) = connected().await;
    let (answer, ()) = tokio::join!(zhang.says("/帮助"), async {
        let asked = ear.interaction().await;
        assert_eq!(bot.responds(&asked, json!({"type": 5, "data": {"flags": 64}})).await.short(), "204");
        assert_eq!(bot.edits_original(&asked, json!({"content": "全部命令"})).await.short(), "200");
        assert_eq!(bot.follows_up(&asked, json!({"content": "还有", "components": buttons(&["更多"])})).await.short(), "200");
    });
    insta::assert_snapshot!(zhang.sees(&answer), @r"
    (only you) 全部命令
    还有
    [更多]
    ");
}

#[tokio::test]
async fn a_button_opens_a_form_and_the_form_changes_the_message() {
    let (discord, bot, mut ear, zhang) = connected().await;
    let channel = discord.channel("社保股");
    bot.sends(channel, json!({"content": "YJ2026-000001", "components": buttons(&["认领", "核实"])})).await;
    let message = discord.message("社保股", |_| true).await;
    let (form, asked) = tokio::join!(zhang.presses(&message, "核实"), async {
        let asked = ear.interaction().await;
        let input = json!({"type": 4, "custom_id": "f", "label": "情况", "style": 2, "min_length": 2, "max_length": 20, "placeholder": "请写明"});
        let modal = json!({"title": "填写核实情况", "custom_id": "m:1", "components": [{"type": 1, "components": [input]}]});
        assert_eq!(bot.responds(&asked, json!({"type": 9, "data": modal})).await.short(), "204");
        asked
    });
    assert_eq!(asked["data"]["custom_id"], "b:核实");
    assert_eq!(asked["message"]["id"], message.id.to_string());
    insta::assert_snapshot!(form, @r"
    《填写核实情况》
    情况*: (请写明)
    ");
    let (answer, sent) = tokio::join!(zhang.fills(&form, &[("情况", "款项已到账")]), async {
        let sent = ear.interaction().await;
        assert_eq!(bot.responds(&sent, json!({"type": 7, "data": {"content": "已办结", "components": []}})).await.short(), "204");
        sent
    });
    assert_eq!(sent["data"]["components"][0]["components"][0]["value"], "款项已到账");
    insta::assert_snapshot!(answer, @"(changed) 已办结");
    assert_eq!(discord.messages("社保股")[0].edits, 1);
}

#[tokio::test]
async fn what_is_typed_is_completed() {
    let (discord, bot, mut ear, zhang) = connected().await;
    let (offered, asked) = tokio::join!(zhang.types("/预警 详情", "编号", "12"), async {
        let asked = ear.interaction().await;
        bot.responds(&asked, json!({"type": 8, "data": {"choices": [{"name": "YJ2026-000012", "value": "12"}]}})).await;
        asked
    });
    assert_eq!(offered, ["YJ2026-000012"]);
    let (offered, told) = tokio::join!(zhang.types("/预警 详情", "编号", ""), async {
        let asked = ear.interaction().await;
        let number = json!([{"name": "YJ2026-000012", "value": 12}]);
        let told = bot.responds(&asked, json!({"type": 8, "data": {"choices": number}})).await.short();
        bot.responds(&asked, json!({"type": 8, "data": {"choices": []}})).await;
        told
    });
    assert_eq!((offered.len(), told.as_str()), (0, "400 50035 choices/0/value APPLICATION_COMMAND_OPTIONS_VALUE_INVALID"));
    assert_eq!(discord.takes_objections().len(), 1);
    assert_eq!(asked["type"], 4);
    assert_eq!(asked["data"]["options"][0]["options"][0], json!({"name": "编号", "type": 3, "value": "12", "focused": true}));
}

#[tokio::test]
async fn an_interaction_is_answered_once_in_time_and_not_after_a_quarter_of_an_hour() {
    let (discord, bot, mut ear, zhang) = connected().await;
    let said = || json!({"type": 4, "data": {"content": "已认领"}});
    let (answer, asked) = tokio::join!(zhang.says("/帮助"), async {
        let asked = ear.interaction().await;
        assert_eq!(bot.edits_original(&asked, json!({"content": "早了"})).await.short(), "404 10015");
        assert_eq!(bot.responds(&asked, said()).await.short(), "204");
        assert_eq!(bot.responds(&asked, said()).await.short(), "400 40060");
        asked
    });
    assert_eq!(discord.takes_objections().len(), 1);
    insta::assert_snapshot!(answer, @"已认领");
    discord.tokens_expire();
    assert_eq!(bot.edits_original(&asked, json!({"content": "晚了"})).await.short(), "401 50027");
    assert_eq!(bot.follows_up(&asked, json!({"content": "晚了"})).await.short(), "401 50027");
    discord.waits_for_responses(std::time::Duration::from_millis(100));
    let late = zhang.says("/帮助").await;
    insta::assert_snapshot!(late, @"(did not respond)");
    assert_eq!(bot.responds(&ear.interaction().await, said()).await.short(), "404 10062");
    insta::assert_snapshot!(zhang.sees(&late), @"(did not respond)");
}

#[tokio::test]
async fn a_form_does_not_follow_a_form() {
    let (discord, bot, mut ear, zhang) = connected().await;
    let modal = json!({"type": 9, "data": {"title": "核实", "custom_id": "m", "components": [
        {"type": 1, "components": [{"type": 4, "custom_id": "f", "label": "情况", "style": 1, "required": false, "value": "照旧"}]},
    ]}});
    let (form, _) = tokio::join!(zhang.says("/帮助"), async { bot.responds(&ear.interaction().await, modal.clone()).await });
    insta::assert_snapshot!(form, @r"
    《核实》
    情况: 照旧
    ");
    let (answer, told) = tokio::join!(zhang.fills(&form, &[]), async {
        let sent = ear.interaction().await;
        let told = bot.responds(&sent, modal.clone()).await.short();
        bot.responds(&sent, json!({"type": 6})).await;
        bot.responds(&sent, json!({"type": 5})).await;
        bot.edits_original(&sent, json!({"content": sent["data"]["components"][0]["components"][0]["value"]})).await;
        told
    });
    assert_eq!(told, "400 50035 type INTERACTION_RESPONSE_TYPE_INVALID");
    insta::assert_snapshot!(answer, @"照旧");
    assert_eq!(discord.takes_objections().len(), 2, "neither a form, nor a change where there was no message");
}

#[tokio::test]
async fn two_presses_are_two_interactions_and_a_press_may_leave_the_message_as_it_is() {
    let (discord, bot, mut ear, zhang) = connected().await;
    let channel = discord.channel("社保股");
    bot.sends(channel, json!({"content": "YJ2026-000001", "components": buttons(&["认领"])})).await;
    let message = discord.message("社保股", |_| true).await;
    let ([one, other], ()) = tokio::join!(zhang.presses_twice(&message, "认领"), async {
        let (first, second) = (ear.interaction().await, ear.interaction().await);
        bot.responds(&first, json!({"type": 7, "data": {"content": "已由张敏认领"}})).await;
        bot.responds(&second, json!({"type": 6})).await;
        bot.follows_up(&second, json!({"content": "已认领过", "flags": 64})).await;
    });
    insta::assert_snapshot!(one, @r"
    (changed) 已由张敏认领
    [认领]
    ");
    insta::assert_snapshot!(other, @"(only you) 已认领过");
}

#[tokio::test]
async fn options_are_picked_by_their_labels() {
    let (_discord, bot, mut ear, zhang) = connected().await;
    let options = json!([{"label": "正常", "value": "normal"}, {"label": "违规", "value": "violation"}]);
    let rows = json!([{"type": 1, "components": [{"type": 3, "custom_id": "s:1", "placeholder": "核实结论", "options": options}]}]);
    let asks = json!({"type": 4, "data": {"content": "请选择", "flags": 64, "components": rows}});
    let (asked, _) = tokio::join!(zhang.says("/帮助"), async { bot.responds(&ear.interaction().await, asks).await });
    insta::assert_snapshot!(asked, @r"
    (only you) 请选择
    <核实结论: 正常 / 违规>
    ");
    let (answer, values) = tokio::join!(zhang.selects(&asked, "核实结论", &["违规"]), async {
        let picked = ear.interaction().await;
        bot.responds(&picked, json!({"type": 7, "data": {"content": "好", "components": []}})).await;
        picked["data"]["values"].clone()
    });
    assert_eq!((answer.to_string().as_str(), values), ("(changed) 好", json!(["violation"])));
}

#[tokio::test]
async fn what_the_client_does_not_let_through_is_a_mistake_of_the_story() {
    let (_discord, _bot, _ear, zhang) = connected().await;
    for (line, why) in [
        ("/销毁", "/销毁 is not registered; these are: 预警 帮助"),
        ("/预警", "one of these must follow: 详情 列表"),
        ("/预警 办结", "办结 is not registered; these are: 详情 列表"),
        ("/预警 详情", "\"编号\" is required, the client does not send without it"),
        ("/预警 列表 红灯", "红灯 belongs to no option; these are: 灯 条数"),
        ("/预警 列表 灯=绿灯", "\"灯\" has no choice 绿灯; these are: 红灯"),
        ("/预警 列表 条数=五", "\"条数\" is a whole number, not 五"),
        ("/预警 列表 条数=21", "\"条数\": 21 is not within min_value and max_value"),
    ] {
        let (zhang, line) = (zhang.clone(), line.to_owned());
        let panic = tokio::spawn(async move { zhang.says(&line).await }).await.unwrap_err().into_panic();
        assert_eq!(panic.downcast_ref::<String>().unwrap(), why);
    }
}

#[tokio::test]
async fn the_client_checks_a_form_unless_it_is_careless() {
    let (_discord, bot, mut ear, zhang) = connected().await;
    let input = json!({"type": 4, "custom_id": "f", "label": "情况", "style": 1, "min_length": 2, "max_length": 4});
    let modal = json!({"type": 9, "data": {"title": "核实", "custom_id": "m", "components": [{"type": 1, "components": [input]}]}});
    let (form, _) = tokio::join!(zhang.says("/帮助"), async { bot.responds(&ear.interaction().await, modal).await });
    for (text, why) in [("", "情况 is required"), ("是", "情况 takes 2 to 4 characters, not 1"), ("两个季度的", "情况 takes 2 to 4 characters, not 5")]
    {
        let (zhang, form) = (zhang.clone(), form.clone());
        let panic = tokio::spawn(async move { zhang.fills(&form, &[("情况", text)]).await }).await.unwrap_err().into_panic();
        assert_eq!(panic.downcast_ref::<String>().unwrap(), why);
    }
    let (answer, ()) = tokio::join!(zhang.fills_carelessly(&form, &[("情况", "")]), async {
        let sent = ear.interaction().await;
        assert_eq!(sent["data"]["components"][0]["components"][0]["value"], "");
        bot.responds(&sent, json!({"type": 4, "data": {"content": "请写明情况。", "flags": 64}})).await;
    });
    insta::assert_snapshot!(answer, @"(only you) 请写明情况。");
}
