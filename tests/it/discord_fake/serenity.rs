//! The library that the service speaks with finds its Discord here, whole.

use std::time::Duration;

use serde_json::json;
use serenity::all::{
    ButtonStyle, CommandOptionType, Context, CreateActionRow, CreateButton, CreateCommand, CreateCommandOption, CreateInputText, CreateInteractionResponse,
    CreateInteractionResponseMessage, CreateMessage, CreateModal, EventHandler, GatewayIntents, GuildId, Http, HttpBuilder, InputTextStyle, Interaction, Nonce,
    Ready,
};
use serenity::async_trait;

use crate::harness::discord::FakeDiscord;

struct Handler(GuildId);

#[async_trait]
impl EventHandler for Handler {
    async fn ready(&self, ctx: Context, ready: Ready) {
        assert_eq!(ready.user.name, "jingling");
        let option = CreateCommandOption::new(CommandOptionType::String, "编号", "预警编号").required(true);
        let commands = vec![CreateCommand::new("预警").description("预警").add_option(option)];
        let registered = ctx.http.create_guild_commands(self.0, &commands).await.unwrap();
        assert_eq!(registered[0].name, "预警");
    }

    async fn interaction_create(&self, ctx: Context, interaction: Interaction) {
        match interaction {
            Interaction::Command(command) => {
                let button = CreateButton::new("b:1").label("核实").style(ButtonStyle::Primary);
                let message = CreateInteractionResponseMessage::new().content(format!("{} {}", command.user.id.get(), command.data.name)).button(button);
                ctx.http.create_interaction_response(command.id, &command.token, &CreateInteractionResponse::Message(message), Vec::new()).await.unwrap();
                assert!(ctx.http.get_original_interaction_response(&command.token).await.unwrap().content.ends_with("预警"));
            }
            Interaction::Component(press) => {
                let rows = vec![CreateActionRow::InputText(CreateInputText::new(InputTextStyle::Paragraph, "情况", "f"))];
                ctx.http
                    .create_interaction_response(
                        press.id,
                        &press.token,
                        &CreateInteractionResponse::Modal(CreateModal::new("m", "核实").components(rows)),
                        Vec::new(),
                    )
                    .await
                    .unwrap();
            }
            Interaction::Modal(form) => {
                let message = CreateInteractionResponseMessage::new().content("已办结").ephemeral(true);
                ctx.http.create_interaction_response(form.id, &form.token, &CreateInteractionResponse::Message(message), Vec::new()).await.unwrap();
            }
            _ => {}
        }
    }
}

fn http(discord: &FakeDiscord) -> Http {
    HttpBuilder::new(discord.token()).proxy(discord.url()).application_id(discord.bot().into()).ratelimiter_disabled(true).build()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_registers_is_asked_answers_and_comes_back() {
    let discord = FakeDiscord::open().await;
    discord.gateway().beats_every(Duration::from_millis(600));
    let handler = Handler(GuildId::new(discord.guild()));
    let mut client = serenity::client::ClientBuilder::new_with_http(http(&discord), GatewayIntents::GUILDS).event_handler(handler).await.unwrap();
    let running = tokio::spawn(async move { client.start().await });
    let zhang = discord.member("张敏");
    let answer = zhang.says("/预警 编号=1").await;
    assert_eq!(answer.to_string(), format!("{} 预警\n[核实]", zhang.id));
    let form = zhang.presses(&answer, "核实").await;
    let answer = zhang.fills(&form, &[("情况", "款项已到账")]).await;
    insta::assert_snapshot!(answer, @"(only you) 已办结");

    discord.gateway().drops();
    discord.wait_for("the session resumed", |discord| discord.gateway().resumed() == 1).await;
    discord.gateway().falls_silent();
    discord.wait_for("a new session", |discord| discord.gateway().sessions() == 2).await;
    assert!(discord.gateway().heartbeats() > 0);
    assert_eq!(zhang.says("/预警 编号=2").await.as_ref().buttons().count(), 1);
    running.abort();
}

#[tokio::test]
async fn its_messages_are_taken() {
    let discord = FakeDiscord::open().await;
    let http = http(&discord);
    let channel = serenity::all::ChannelId::new(discord.channel("社保股"));
    let say = || CreateMessage::new().content("一条").nonce(Nonce::String("d1".to_owned())).enforce_nonce(true);
    let sent = http.send_message(channel, Vec::new(), &say()).await.unwrap();
    assert_eq!(http.send_message(channel, Vec::new(), &say()).await.unwrap().id, sent.id);
    let reply = http.send_message(channel, Vec::new(), &CreateMessage::new().content("又一条").reference_message(&sent)).await.unwrap();
    assert_eq!(reply.referenced_message.unwrap().id, sent.id);
    assert_eq!(http.get_messages(channel, None, Some(5)).await.unwrap().len(), 2);
    let private = http.create_private_channel(&json!({"recipient_id": discord.member("张敏").id.to_string()})).await.unwrap();
    assert_eq!(private.recipient.id.get(), discord.member("张敏").id);
    assert_eq!(http.get_current_application_info().await.unwrap().id.get(), discord.bot());
    assert_eq!(discord.messages("社保股").len(), 2);
}
