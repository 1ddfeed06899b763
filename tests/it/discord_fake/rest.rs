//! Messages over REST: found again, sent once, limited, and what goes wrong on the way.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};

use super::bot::{Bot, Told};
use crate::harness::discord::{FakeDiscord, Fault, On};

async fn open() -> (FakeDiscord, Bot, u64) {
    let discord = FakeDiscord::open().await;
    let bot = Bot::of(&discord);
    let channel = discord.channel("社保股");
    (discord, bot, channel)
}

fn once(nonce: &str) -> Value {
    json!({"content": nonce, "nonce": nonce, "enforce_nonce": true})
}

#[tokio::test]
async fn a_nonce_is_taken_once_within_minutes() {
    let (discord, bot, channel) = open().await;
    let first = bot.sends(channel, once("d1")).await;
    let again = bot.sends(channel, once("d1")).await;
    assert_eq!((first.id(), again.status), (again.id(), 200));
    bot.sends(channel, once("d2")).await;
    bot.sends(channel, json!({"content": "d1", "nonce": "d1"})).await;
    assert_eq!(discord.messages("社保股").len(), 3, "not enforced, the same nonce is a message of its own");
    discord.nonces_expire();
    assert_ne!(bot.sends(channel, once("d1")).await.id(), first.id());
}

#[tokio::test]
async fn messages_are_found_again_the_newest_first() {
    let (discord, bot, channel) = open().await;
    let mut ids = Vec::new();
    for n in 0..5 {
        ids.push(bot.sends(channel, json!({"content": n.to_string()})).await.id().to_owned());
    }
    for (query, found) in [
        ("", "4 3 2 1 0".to_owned()),
        ("?limit=2", "4 3".to_owned()),
        (&format!("?after={}", ids[2]), "4 3".to_owned()),
        (&format!("?after={}&limit=2", ids[0]), "2 1".to_owned()),
        (&format!("?before={}&limit=2", ids[2]), "1 0".to_owned()),
        (&format!("?around={}&limit=3", ids[2]), "3 2 1".to_owned()),
    ] {
        let told = bot.gets(&format!("/channels/{channel}/messages{query}")).await.body;
        let contents: Vec<&str> = told.as_array().unwrap().iter().map(|message| message["content"].as_str().unwrap()).collect();
        assert_eq!(contents.join(" "), found, "{query}");
    }
    assert_eq!(bot.gets(&format!("/channels/{channel}/messages/{}", ids[3])).await.body["content"], "3");
    assert_eq!(bot.gets(&format!("/channels/{channel}/messages?limit=101")).await.short(), "400 50035 limit NUMBER_TYPE_MAX");
    discord.takes_objections();
}

#[tokio::test]
async fn only_those_are_pinged_whom_it_allows() {
    let (discord, bot, channel) = open().await;
    let (zhang, li) = (discord.member("张敏"), discord.member("李国强"));
    let content = format!("{} {} @everyone", zhang.mention(), li.mention());
    let only_zhang = json!({"parse": [], "users": [zhang.id.to_string()]});
    for allowed in [Value::Null, json!({"parse": []}), only_zhang, json!({"parse": ["users"]})] {
        bot.sends(channel, json!({"content": content, "allowed_mentions": allowed})).await;
    }
    let pings: Vec<String> = discord.messages("社保股").iter().map(|message| message.pings.join(" ")).collect();
    assert_eq!(pings, ["张敏 李国强 everyone", "", "张敏", "张敏 李国强"]);
    insta::assert_snapshot!(discord.messages("社保股")[0], @"@张敏 @李国强 @everyone");
}

#[tokio::test]
async fn who_is_not_let_in_and_what_is_not_there() {
    let (discord, bot, channel) = open().await;
    let message = bot.sends(channel, json!({"content": "一条"})).await;
    let (path, seen) = (format!("/channels/{channel}"), discord.messages("社保股").remove(0));
    assert_eq!(bot.edits(channel, message.id(), json!({"content": "改了"})).await.short(), "200");
    assert_eq!(discord.messages("社保股")[0].edits, 1);
    assert_eq!(bot.edits(channel, "1", json!({"content": "改了"})).await.short(), "404 10008");
    assert_eq!(bot.sends(1, json!({"content": "一条"})).await.short(), "404 10003");
    discord.grows_old(&seen);
    let old = bot.edits(channel, message.id(), json!({"content": "又改"})).await;
    assert_eq!((old.short().as_str(), old.header("retry-after")), ("429 30046", "3600"));
    discord.member("张敏").at("社保股").writes("大家看一下");
    let written = bot.gets(&format!("/channels/{channel}/messages?limit=1")).await.body[0].clone();
    assert_eq!((&written["author"]["global_name"], &written["content"]), (&json!("张敏"), &json!("")));
    assert_eq!(bot.edits(channel, written["id"].as_str().unwrap(), json!({"content": "改了"})).await.short(), "403 50005");
    discord.deletes(&seen);
    assert_eq!(bot.gets(&format!("{path}/messages/{}", seen.id)).await.short(), "404 10008");
    let own = bot.sends(channel, json!({"content": "一条"})).await;
    assert_eq!(bot.asks(Method::DELETE, &format!("{path}/messages/{}", own.id()), Value::Null).await.short(), "204");
    assert_eq!(discord.messages("社保股").len(), 1, "only what 张敏 wrote");

    discord.forbids("社保股");
    assert_eq!(bot.sends(channel, json!({"content": "一条"})).await.short(), "403 50013");
    discord.allows("社保股");
    assert_eq!(bot.sends(channel, json!({"content": "一条"})).await.short(), "200");
    discord.forbids("社保股");
    assert_eq!(bot.gets(&path).await.short(), "200");
    discord.hides("社保股");
    assert_eq!(bot.gets(&path).await.short(), "403 50001");
    discord.deletes_channel("社保股");
    assert_eq!(bot.gets(&path).await.short(), "404 10003");

    let zhang = discord.member("张敏");
    let private = bot.asks(Method::POST, "/users/@me/channels", json!({"recipient_id": zhang.id.to_string()})).await;
    let private: u64 = private.id().parse().unwrap();
    assert_eq!(bot.sends(private, json!({"content": "您好"})).await.short(), "200");
    zhang.shuts_private_messages();
    assert_eq!(bot.sends(private, json!({"content": "您好"})).await.short(), "403 50007");
    assert_eq!(discord.private_messages(&zhang).len(), 1);

    discord.resets_token();
    assert_eq!(bot.gets("/users/@me").await.short(), "401 0");
    assert_eq!(Bot::of(&discord).gets("/users/@me").await.body["id"], discord.bot().to_string());
    assert_eq!(Bot::of(&discord).gets("/users/@me/guilds").await.short(), "404 0");
    let objections = discord.takes_objections();
    assert!(objections[0].contains("50005") && objections[1].contains("/users/@me/guilds"), "a route that is not told here is seen at once: {objections:?}");
}

#[tokio::test]
async fn limits_are_told_before_they_are_met() {
    let (discord, bot, channel) = open().await;
    let other = discord.channel("教育股");
    discord.limits(On::Sends, 2, Duration::from_secs(60));
    let say = || json!({"content": "一条"});
    let told = |told: &Told| format!("{} {} {}", told.status, told.header("x-ratelimit-remaining"), told.header("x-ratelimit-limit"));
    assert_eq!(told(&bot.sends(channel, say()).await), "200 1 2");
    assert_eq!(told(&bot.sends(channel, say()).await), "200 0 2");
    let refused = bot.sends(channel, say()).await;
    assert_eq!(refused.status, 429);
    let wait = refused.body["retry_after"].as_f64().unwrap();
    assert!((50.0..=60.0).contains(&wait) && refused.header("x-ratelimit-scope") == "user" && refused.body["global"] == false, "{refused:?}");
    assert_eq!(bot.sends(other, say()).await.status, 200, "each channel has a bucket of its own");
    assert_eq!((discord.limited(), discord.too_early()), (1, 1));

    discord.limits(On::Sends, 1000, Duration::from_secs(1));
    discord.fails(On::Sends, Fault::Limited { retry_after: 30.0, global: true }, 1);
    let closed = bot.sends(channel, say()).await;
    assert_eq!((closed.status, closed.header("x-ratelimit-global"), closed.header("retry-after")), (429, "true", "30"));
    assert_eq!(bot.gets("/users/@me").await.status, 429, "asked before its time");
    assert_eq!((discord.limited(), discord.too_early()), (3, 2));
}

#[tokio::test]
async fn what_goes_wrong_goes_wrong_as_often_as_it_was_told_to() {
    let (discord, bot, channel) = open().await;
    let path = format!("/channels/{channel}/messages");
    let body = json!({"content": "一条"});
    for (fault, sent) in [(Fault::Status(503), 0), (Fault::Garbage, 1), (Fault::CutBefore, 1), (Fault::CutAfter, 2)] {
        discord.fails(On::Sends, fault, 1);
        let told = bot.tries(Method::POST, &path, &body).await;
        match fault {
            Fault::Status(status) => assert_eq!(told.unwrap().status, status),
            Fault::Garbage => assert_eq!(told.unwrap().body, "broken"),
            _ => assert!(told.is_err(), "no answer came: {told:?}"),
        }
        assert_eq!(discord.messages("社保股").len(), sent, "{fault:?}");
    }
    discord.fails_until_lifted(On::Anything, Fault::Hang);
    let hanging = tokio::time::timeout(Duration::from_millis(50), bot.gets("/users/@me")).await;
    assert!(hanging.is_err(), "no answer comes");
    discord.lifts();
    assert_eq!(bot.gets("/users/@me").await.status, 200);
    assert_eq!(discord.faults_left(), 0);
    assert_eq!(discord.requests().last().unwrap(), "GET /users/@me 200");
}
