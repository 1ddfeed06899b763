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
    assert!(discord.messages("大厅").is_empty(), "nobody else sees it");
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
    let (_discord, bot, mut ear, zhang) = connected().await;
    let (offered, asked) = tokio::join!(zhang.types("/预警 详情", "编号", "12"), async {
        let asked = ear.interaction().await;
        bot.responds(&asked, json!({"type": 8, "data": {"choices": [{"name": "YJ2026-000012", "value": "12"}]}})).await;
        asked
    });
    assert_eq!(offered, ["YJ2026-000012"]);
    assert_eq!(asked["type"], 4);
    assert_eq!(asked["data"]["options"][0]["options"][0], json!({"name": "编号", "type": 3, "value": "12", "focused": true}));
}
