//! The gateway: who is let in, what is told again, and how a line ends.

use std::time::Duration;

use serde_json::json;

use super::bot::Bot;
use crate::harness::discord::FakeDiscord;

async fn open() -> (FakeDiscord, Bot) {
    let discord = FakeDiscord::open().await;
    let bot = Bot::of(&discord);
    bot.registers(json!([{"name": "帮助", "description": "全部命令"}])).await;
    (discord, bot)
}

#[tokio::test]
async fn who_identifies_badly_is_sent_away() {
    let (discord, bot) = open().await;
    let mut wrong_token = bot.identity(1);
    wrong_token["d"]["token"] = json!("another");
    let no_properties = json!({"op": 2, "d": {"token": discord.token(), "intents": 1}});
    for (message, code) in [
        (wrong_token, 4004),
        (bot.identity(1 << 15), 4014),
        (bot.identity(1 << 40), 4013),
        (no_properties, 4002),
        (json!({"op": 3, "d": {}}), 4003),
        (json!({"op": 99}), 4001),
    ] {
        let mut ear = bot.connects().await;
        ear.says(message.clone()).await;
        assert_eq!(ear.hears().await, Err(code), "{message}");
    }
    discord.gateway().refuses(Some(4014));
    let mut ear = bot.connects().await;
    ear.says(bot.identity(1)).await;
    assert_eq!(ear.hears().await, Err(4014));
    discord.gateway().refuses(None);
    let mut ear = bot.identifies().await;
    assert_eq!(ear.event("GUILD_CREATE").await["id"], discord.guild().to_string());
    ear.says(bot.identity(1)).await;
    assert_eq!(ear.hears().await, Err(4005), "once is enough");
    assert_eq!(discord.gateway().sessions(), 1);
}

#[tokio::test]
async fn what_was_missed_is_told_to_who_resumes() {
    let (discord, bot) = open().await;
    let mut ear = bot.identifies().await;
    ear.event("GUILD_CREATE").await;
    let zhang = discord.member("张敏");
    discord.gateway().drops();
    assert_eq!(ear.hears().await, Err(0), "without a word");
    discord.wait_for("the line is dead", |discord| discord.gateway().connections() == 0).await;
    let (answer, ()) = tokio::join!(zhang.says("/帮助"), async {
        let mut again = bot.resumes(&ear.session, ear.seq).await;
        let asked = again.interaction().await;
        again.event("RESUMED").await;
        bot.responds(&asked, json!({"type": 4, "data": {"content": "还在"}})).await;
    });
    insta::assert_snapshot!(answer, @"还在");
    assert_eq!((discord.gateway().sessions(), discord.gateway().resumed()), (1, 1));

    let mut stranger = bot.resumes("0123", 1).await;
    assert_eq!(stranger.hears().await.unwrap(), json!({"op": 9, "s": null, "t": null, "d": false}));
    let mut ahead = bot.resumes(&ear.session, 99).await;
    assert_eq!(ahead.hears().await, Err(4007));
}

#[tokio::test]
async fn a_session_may_be_ended_from_either_side() {
    let (discord, bot) = open().await;
    let mut ear = bot.identifies().await;
    ear.event("GUILD_CREATE").await;
    discord.gateway().asks_to_reconnect();
    assert_eq!(ear.hears().await.unwrap()["op"], 7);
    discord.gateway().invalidates(true);
    assert_eq!(ear.hears().await.unwrap()["d"], true);
    let mut again = bot.resumes(&ear.session, ear.seq).await;
    again.event("RESUMED").await;
    discord.gateway().invalidates(false);
    assert_eq!(again.hears().await.unwrap()["d"], false);
    let mut gone = bot.resumes(&ear.session, ear.seq).await;
    assert_eq!(gone.hears().await.unwrap()["op"], 9);

    let mut ear = bot.identifies().await;
    ear.event("GUILD_CREATE").await;
    discord.gateway().connected().await;
    discord.gateway().closes(4000);
    assert_eq!(ear.hears().await, Err(4000));
    discord.wait_for("the line is closed", |discord| discord.gateway().listening() == 0).await;
    let mut ear = bot.resumes(&ear.session, ear.seq).await;
    ear.event("RESUMED").await;
    discord.resets_token();
    assert_eq!(ear.hears().await, Err(4004));
}

#[tokio::test]
async fn heartbeats_are_answered_unless_it_falls_silent() {
    let (discord, bot) = open().await;
    discord.gateway().beats_every(Duration::from_millis(100));
    let mut ear = bot.identifies().await;
    ear.event("GUILD_CREATE").await;
    ear.says(json!({"op": 1, "d": ear.seq})).await;
    assert_eq!(ear.hears().await.unwrap()["op"], 11);
    discord.gateway().falls_silent();
    ear.says(json!({"op": 1, "d": ear.seq})).await;
    assert_eq!(ear.hears().await, Err(4009), "nothing comes, and who says nothing more is forgotten");
    assert_eq!(discord.gateway().heartbeats(), 2);
}
