//! What Discord refuses, each with its code and its place.

use serde_json::{Value, json};

use super::bot::Bot;
use crate::harness::discord::FakeDiscord;

fn text(length: usize) -> String {
    "警".repeat(length)
}

fn row(parts: Value) -> Value {
    json!({"components": [{"type": 1, "components": parts}]})
}

fn button(id: &str) -> Value {
    json!({"type": 2, "style": 1, "label": "核实", "custom_id": id})
}

fn select(count: usize, more: Value) -> Value {
    let options: Vec<_> = (0..count).map(|n| json!({"label": format!("第{n}项"), "value": n.to_string()})).collect();
    let mut select = json!({"type": 3, "custom_id": "s", "options": options});
    more.as_object().unwrap().iter().for_each(|(key, value)| select[key] = value.clone());
    row(json!([select]))
}

#[tokio::test]
async fn messages() {
    let buttons = |count: usize| (0..count).map(|n| button(&format!("b{n}"))).collect::<Value>();
    let rows = |count: usize| json!({"components": (0..count).map(|n| json!({"type": 1, "components": [button(&n.to_string())]})).collect::<Value>()});
    let bad = "400 50035";
    let table = [
        (json!({"content": text(2000)}), "200".to_owned()),
        (json!({"content": text(2001)}), format!("{bad} content BASE_TYPE_BAD_LENGTH")),
        (json!({"content": 5}), format!("{bad} content MODEL_TYPE_CONVERT")),
        (json!({"content": " "}), "400 50006".to_owned()),
        (json!({}), "400 50006".to_owned()),
        (json!({"content": "a", "nonce": "n".repeat(25)}), "200".to_owned()),
        (json!({"content": "a", "nonce": "n".repeat(26)}), format!("{bad} nonce BASE_TYPE_BAD_LENGTH")),
        (row(buttons(5)), "200".to_owned()),
        (row(buttons(6)), format!("{bad} components INVALID_FORM_BODY")),
        (rows(5), "200".to_owned()),
        (rows(6), format!("{bad} components INVALID_FORM_BODY")),
        (row(json!([])), format!("{bad} components/0/components BASE_TYPE_BAD_LENGTH")),
        (row(json!([button(&"i".repeat(100))])), "200".to_owned()),
        (row(json!([button(&"i".repeat(101))])), format!("{bad} components/0/components/0/custom_id BASE_TYPE_BAD_LENGTH")),
        (row(json!([button("a"), button("a")])), format!("{bad} components/0/components/1/custom_id COMPONENT_CUSTOM_ID_DUPLICATED")),
        (row(json!([{"type": 2, "style": 1, "custom_id": "a"}])), format!("{bad} components/0/components/0/label BUTTON_COMPONENT_EMPTY")),
        (row(json!([{"type": 2, "style": 1, "label": "a"}])), format!("{bad} components INVALID_FORM_BODY")),
        (row(json!([{"type": 2, "style": 5, "label": "a", "url": "javascript:1"}])), format!("{bad} components/0/components/0/url URL_TYPE_INVALID_SCHEME")),
        (
            row(json!([{"type": 2, "style": 5, "label": "a", "url": format!("https://{}", "a".repeat(505))}])),
            format!("{bad} components/0/components/0/url BASE_TYPE_BAD_LENGTH"),
        ),
        (row(json!([{"type": 4, "custom_id": "t", "label": "a", "style": 1}])), format!("{bad} components/0/components/0 COMPONENT_TYPE_INVALID")),
        (json!({"components": [button("a")]}), format!("{bad} components INVALID_FORM_BODY")),
        (select(25, json!({})), "200".to_owned()),
        (select(26, json!({})), format!("{bad} components INVALID_FORM_BODY")),
        (select(0, json!({})), format!("{bad} components/0/components/0/options BASE_TYPE_BAD_LENGTH")),
        (select(2, json!({"min_values": 2})), format!("{bad} components/0/components/0/min_values BASE_TYPE_MAX_VALUE")),
        (select(2, json!({"max_values": 3})), format!("{bad} components/0/components/0/max_values SELECT_COMPONENT_MAX_VALUES")),
        (json!({"embeds": [{"description": text(4096)}]}), "200".to_owned()),
        (json!({"embeds": [{"description": text(4097)}]}), format!("{bad} embeds INVALID_FORM_BODY")),
        (json!({"embeds": [{"description": text(3001)}, {"description": text(3000)}]}), format!("{bad} embeds INVALID_FORM_BODY")),
        (
            json!({"content": "a", "allowed_mentions": {"parse": ["users"], "users": ["1"]}}),
            format!("{bad} allowed_mentions MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE"),
        ),
        (json!({"content": "a", "allowed_mentions": {"parse": ["people"]}}), format!("{bad} allowed_mentions MODEL_TYPE_CONVERT")),
        (json!({"content": "a", "message_reference": {"message_id": "1"}}), format!("{bad} message_reference REPLIES_UNKNOWN_MESSAGE")),
        (json!({"content": "a", "message_reference": {"message_id": "1", "fail_if_not_exists": false}}), "200".to_owned()),
    ];
    let discord = FakeDiscord::open().await;
    let (bot, channel) = (Bot::of(&discord), discord.channel("社保股"));
    for (body, told) in &table {
        assert_eq!(&bot.sends(channel, body.clone()).await.short(), told, "{body}");
    }
    let mistakes = table.iter().filter(|(_, told)| told != "200" && !told.contains("REPLIES")).count();
    assert_eq!(discord.takes_objections().len(), mistakes, "each is the bot's own mistake, but for a reply whose message is gone");
}

#[tokio::test]
async fn commands() {
    let command = |name: &str, options: Value| json!([{"name": name, "description": "一个命令", "options": options}]);
    let option = |kind: u8, name: &str, more: Value| {
        let mut option = json!({"type": kind, "name": name, "description": "一项"});
        more.as_object().unwrap().iter().for_each(|(key, value)| option[key] = value.clone());
        option
    };
    let choices = |count: usize| json!({"choices": (0..count).map(|n| json!({"name": format!("第{n}项"), "value": n.to_string()})).collect::<Value>()});
    let bad = "400 50035";
    let mut named = option(3, "甲", json!({}));
    named["description"] = json!("");
    let table = [
        (command("核实", json!([])), "200".to_owned()),
        (command("Verify", json!([])), format!("{bad} 0 INVALID_FORM_BODY")),
        (command("核 实", json!([])), format!("{bad} 0 INVALID_FORM_BODY")),
        (command(&text(33), json!([])), format!("{bad} 0 INVALID_FORM_BODY")),
        (json!([{"name": "核实", "description": text(101)}]), format!("{bad} 0 INVALID_FORM_BODY")),
        (json!([{"name": "核实"}]), format!("{bad} 0 MODEL_TYPE_CONVERT")),
        (json!([{"name": "核实", "description": "甲"}, {"name": "核实", "description": "乙"}]), format!("{bad} 1/name APPLICATION_COMMANDS_DUPLICATE_NAME")),
        (command("核实", json!([named])), format!("{bad} 0/options/0 INVALID_FORM_BODY")),
        (command("核实", json!([option(3, "甲", json!({})), option(3, "乙", json!({"required": true}))])), format!("{bad} 0/options INVALID_FORM_BODY")),
        (command("核实", json!([option(3, "甲", json!({})), option(3, "甲", json!({}))])), format!("{bad} 0/options INVALID_FORM_BODY")),
        (command("核实", (0..26).map(|n| option(3, &format!("甲{n}"), json!({}))).collect()), format!("{bad} 0/options INVALID_FORM_BODY")),
        (command("核实", json!([option(3, "甲", choices(25))])), "200".to_owned()),
        (command("核实", json!([option(3, "甲", choices(26))])), format!("{bad} 0/options/0/choices BASE_TYPE_BAD_LENGTH")),
        (
            command("核实", json!([option(3, "甲", json!({"autocomplete": true, "choices": [{"name": "一", "value": "1"}]}))])),
            format!("{bad} 0/options/0/autocomplete APPLICATION_COMMAND_AUTOCOMPLETE_CHOICES"),
        ),
        (command("核实", json!([option(3, "甲", json!({"max_length": 6001}))])), format!("{bad} 0/options/0/max_length NUMBER_TYPE_MAX")),
        (
            command("核实", json!([option(3, "甲", json!({"choices": [{"name": "一", "value": 1}]}))])),
            format!("{bad} 0/options/0/choices/0/value APPLICATION_COMMAND_OPTIONS_VALUE_INVALID"),
        ),
        (command("核实", json!([option(5, "甲", json!({"autocomplete": true}))])), format!("{bad} 0/options/0/type APPLICATION_COMMAND_OPTIONS_TYPE_INVALID")),
        (command("核实", json!([option(1, "甲", json!({})), option(3, "乙", json!({}))])), format!("{bad} 0/options APPLICATION_COMMAND_OPTIONS_TYPE_INVALID")),
        (
            command("核实", json!([option(1, "甲", json!({"options": [option(1, "乙", json!({}))]}))])),
            format!("{bad} 0/options/0/options APPLICATION_COMMAND_OPTIONS_TYPE_INVALID"),
        ),
        (command("核实", json!([option(2, "甲", json!({"options": [option(1, "乙", json!({}))]}))])), "200".to_owned()),
        (command("核实", json!([option(1, "Upper", json!({"options": []}))])), format!("{bad} 0/options/0 INVALID_FORM_BODY")),
    ];
    let discord = FakeDiscord::open().await;
    let bot = Bot::of(&discord);
    for (body, told) in &table {
        assert_eq!(&bot.registers(body.clone()).await.short(), told, "{body}");
    }
    let refused = table.iter().filter(|(_, told)| told != "200").count();
    assert_eq!(discord.takes_objections().len(), refused);
    assert_eq!(discord.commands(), ["核实"], "what was refused changes nothing");
    assert_eq!(usize::try_from(discord.registrations()).unwrap(), table.len() - refused);
}

#[tokio::test]
async fn responses() {
    let input = |more: Value| {
        let mut input = json!({"type": 4, "custom_id": "t", "label": "情况", "style": 1});
        more.as_object().unwrap().iter().for_each(|(key, value)| input[key] = value.clone());
        json!({"type": 1, "components": [input]})
    };
    let modal = |title: &str, rows: Value| json!({"type": 9, "data": {"title": title, "custom_id": "m", "components": rows}});
    let inputs = |count: usize| (0..count).map(|n| input(json!({"custom_id": n.to_string()}))).collect::<Value>();
    let bad = "400 50035";
    let table = [
        (modal("核实", inputs(5)), "204".to_owned()),
        (modal("核实", inputs(6)), format!("{bad} components BASE_TYPE_BAD_LENGTH")),
        (modal("核实", inputs(0)), format!("{bad} components BASE_TYPE_BAD_LENGTH")),
        (modal(&text(45), inputs(1)), "204".to_owned()),
        (modal(&text(46), inputs(1)), format!("{bad} title BASE_TYPE_BAD_LENGTH")),
        (modal("核实", json!([input(json!({"label": text(46)}))])), format!("{bad} components/0/components/0/label BASE_TYPE_BAD_LENGTH")),
        (modal("核实", json!([input(json!({"label": ""}))])), format!("{bad} components/0/components/0/label BASE_TYPE_BAD_LENGTH")),
        (modal("核实", json!([input(json!({"value": "长了", "max_length": 1}))])), format!("{bad} components/0/components/0/value BASE_TYPE_BAD_LENGTH")),
        (modal("核实", json!([input(json!({"max_length": 4001}))])), format!("{bad} components/0 INVALID_FORM_BODY")),
        (modal("核实", json!([{"type": 1, "components": [button("b")]}])), format!("{bad} components/0/components/0 COMPONENT_TYPE_INVALID")),
        (json!({"type": 4, "data": {"content": text(2001)}}), format!("{bad} content BASE_TYPE_BAD_LENGTH")),
        (json!({"type": 4, "data": {}}), "400 50006".to_owned()),
        (json!({"type": 6}), format!("{bad} type INTERACTION_RESPONSE_TYPE_INVALID")),
        (json!({"type": 7, "data": {"content": "a"}}), format!("{bad} type INTERACTION_RESPONSE_TYPE_INVALID")),
        (json!({"type": 8, "data": {"choices": []}}), format!("{bad} type INTERACTION_RESPONSE_TYPE_INVALID")),
    ];
    let discord = FakeDiscord::open().await;
    let bot = Bot::of(&discord);
    bot.registers(json!([{"name": "核实", "description": "核实"}])).await;
    let mut ear = bot.identifies().await;
    let zhang = discord.member("张敏");
    for (response, told) in &table {
        let (_, told_now) = tokio::join!(zhang.says("/核实"), async {
            let asked = ear.interaction().await;
            let told = bot.responds(&asked, response.clone()).await.short();
            if !told.starts_with("204") {
                bot.responds(&asked, json!({"type": 4, "data": {"content": "a refusal leaves it open"}})).await;
            }
            told
        });
        assert_eq!(&told_now, told, "{response}");
    }
    assert_eq!(discord.takes_objections().len(), table.iter().filter(|(_, told)| told != "204").count());
}

#[tokio::test]
#[should_panic(expected = "Discord would have refused")]
async fn a_mistake_that_nobody_expected_ends_the_story() {
    let discord = FakeDiscord::open().await;
    let channel = discord.channel("社保股");
    Bot::of(&discord).sends(channel, json!({"content": text(2001)})).await;
}
