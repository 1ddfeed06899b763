//! The one caller of Discord's REST API, by itself.

use std::time::Duration;

use jingling::config::{self, Discord, Secret};
use jingling::delivery::discord::Refusal;
use jingling::delivery::discord::rest::{Rest, RestError, Unanswered};
use jingling::troubles::Troubles;
use serde_json::{Value, json};
use serenity::all::{ChannelId, LightMethod, MessageId, Route};

use crate::harness::discord::{FakeDiscord, Fault, On};

fn rest(discord: &FakeDiscord, troubles: &Troubles) -> Rest {
    let config = config::load(None, std::iter::empty()).unwrap().chat.discord;
    let config = Discord { api_url: discord.url(), token: Some(Secret::new(discord.token())), ..config };
    Rest::new(&config, troubles.clone()).unwrap()
}

async fn says(rest: &Rest, channel: u64, content: &str) -> Result<Value, RestError> {
    rest.call(LightMethod::Post, Route::ChannelMessages { channel_id: ChannelId::new(channel) }, Some(&json!({ "content": content }))).await
}

#[tokio::test]
async fn callers_that_know_nothing_of_each_other_keep_to_one_limit() {
    let discord = FakeDiscord::open().await;
    discord.limits(On::Sends, 5, Duration::from_millis(400));
    discord.limits(On::Anything, 40, Duration::from_secs(1));
    let rest = rest(&discord, &Troubles::default());
    let (one, other) = (discord.channel("社保股"), discord.channel("教科文股"));
    let callers = (0..40).map(|n| {
        let rest = rest.clone();
        tokio::spawn(async move { says(&rest, if n % 2 == 0 { one } else { other }, "一").await })
    });
    for caller in callers.collect::<Vec<_>>() {
        caller.await.unwrap().unwrap();
    }
    assert_eq!((discord.messages("社保股").len(), discord.messages("教科文股").len(), discord.limited()), (20, 20, 0));
}

#[tokio::test]
async fn each_refusal_has_its_name() {
    let discord = FakeDiscord::open().await;
    let troubles = Troubles::default();
    let rest = rest(&discord, &troubles);
    let channel = discord.channel("社保股");
    let edit = Route::ChannelMessage { channel_id: ChannelId::new(channel), message_id: MessageId::new(5) };
    assert_eq!(rest.tell(LightMethod::Patch, edit, Some(&json!({ "content": "二" }))).await, Err(RestError::Refused(Refusal::UnknownMessage)));
    discord.forbids("社保股");
    assert_eq!(says(&rest, channel, "一").await, Err(RestError::Refused(Refusal::MissingPermissions)));
    discord.hides("社保股");
    assert_eq!(says(&rest, channel, "一").await, Err(RestError::Refused(Refusal::MissingAccess)));
    discord.deletes_channel("社保股");
    assert_eq!(says(&rest, channel, "一").await, Err(RestError::Refused(Refusal::UnknownChannel)));
    let refused = says(&rest, discord.channel("公共"), "").await;
    assert!(matches!(&refused, Err(RestError::Refused(refusal)) if refusal.is_of_the_body()), "{refused:?}");
    assert_eq!(discord.takes_objections().len(), 1);
    assert!(troubles.all().is_empty(), "a refusal is no trouble with Discord: {:?}", troubles.all());
}

#[tokio::test]
async fn what_was_not_answered_is_told_until_something_is() {
    let discord = FakeDiscord::open().await;
    let troubles = Troubles::default();
    let rest = rest(&discord, &troubles);
    let channel = discord.channel("社保股");
    let faults = [
        (Fault::Status(502), Unanswered::Status(502)),
        (Fault::CutBefore, Unanswered::Cut),
        (Fault::CutAfter, Unanswered::Cut),
        (Fault::Hang, Unanswered::TimedOut),
    ];
    for (fault, how) in faults {
        discord.fails(On::Sends, fault, 1);
        assert_eq!(says(&rest, channel, "一").await, Err(RestError::Later(how)), "{fault:?}");
        assert_eq!(troubles.all().len(), 1);
        says(&rest, channel, "二").await.unwrap();
        assert!(troubles.all().is_empty());
    }
    discord.fails(On::Sends, Fault::Garbage, 1);
    assert!(matches!(says(&rest, channel, "一").await, Err(RestError::Later(_))));
}

#[tokio::test]
async fn a_refused_token_is_not_shown_again_at_once() {
    let discord = FakeDiscord::open().await;
    let troubles = Troubles::default();
    let rest = rest(&discord, &troubles);
    let channel = discord.channel("社保股");
    discord.resets_token();
    for _ in 0..50 {
        assert_eq!(says(&rest, channel, "一").await, Err(RestError::Unauthorised));
    }
    assert_eq!(discord.requests().len(), 1);
    assert!(troubles.all()[0].1.starts_with("Discord 不接受机器人的令牌。"));
}
