//! What a person does in Discord.

use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::line::{self, Line};
use super::messages;
use super::shapes::PERMISSIONS;
use super::shown::{Answer, Message, Modal, Outcome, Part, Select};
use super::state::{First, Interaction, Kind, LOADING, State, World};

/// How long a story waits for what must come.
pub const PATIENCE: Duration = Duration::from_secs(20);

#[derive(Debug, Clone)]
pub struct Person {
    pub(super) world: Arc<World>,
    pub id: u64,
    pub name: String,
    /// Where slash commands are said.
    pub(super) channel: u64,
}

impl Person {
    pub fn mention(&self) -> String {
        format!("<@{}>", self.id)
    }

    /// The same person in another channel.
    pub fn at(&self, channel: &str) -> Person {
        Person { channel: self.world.with(|state| state.channel_named(channel).id), ..self.clone() }
    }

    /// The same person in the private channel with the bot.
    pub fn in_private(&self) -> Person {
        Person { channel: self.world.with(|state| state.dm(self.id)), ..self.clone() }
    }

    /// Refuses private messages from now on.
    pub fn shuts_private_messages(&self) {
        self.world.with(|state| state.members.iter_mut().filter(|member| member.id == self.id).for_each(|member| member.shut = true));
    }

    /// Writes something that is not for the bot.
    pub fn writes(&self, text: &str) {
        self.world.with(|state| _ = messages::write(state, self.id, self.channel, &json!({"content": text})));
    }

    /// Says a slash command: `/预警 详情 编号=1`.
    ///
    /// # Panics
    /// When the commands that are registered do not allow it.
    pub async fn says(&self, line: &str) -> Answer {
        self.bot_is_there().await;
        let token = self.acts(Kind::Command, self.channel, None, |state| line::data(state, &Line::read(line), None));
        self.answer(&token).await
    }

    /// What is offered while an option of a command is typed: `types("/预警 详情", "编号", "12")`.
    pub async fn types(&self, line: &str, option: &str, so_far: &str) -> Vec<String> {
        self.bot_is_there().await;
        let token = self.acts(Kind::Autocomplete, self.channel, None, |state| line::data(state, &Line::read(line), Some((option, so_far))));
        match self.first(&token).await {
            Some(First::Choices(choices)) => choices.iter().map(|choice| choice["name"].as_str().unwrap_or_default().to_owned()).collect(),
            Some(other) => panic!("no choices: {other:?}"),
            None => Vec::new(),
        }
    }

    /// Presses a button by its label, of the message as it was seen.
    pub async fn presses(&self, message: impl AsRef<Message>, label: &str) -> Answer {
        let token = self.press(message.as_ref(), label);
        self.answer(&token).await
    }

    /// Presses twice, before the first press is answered.
    pub async fn presses_twice(&self, message: impl AsRef<Message>, label: &str) -> [Answer; 2] {
        let (one, other) = (self.press(message.as_ref(), label), self.press(message.as_ref(), label));
        let (one, other) = tokio::join!(self.answer(&one), self.answer(&other));
        [one, other]
    }

    fn press(&self, message: &Message, label: &str) -> String {
        let button = message.buttons().find(|button| button.label == label).unwrap_or_else(|| panic!("{} sees no button {label} on: {message}", self.name));
        assert!(!button.disabled && button.url.is_none(), "{label} cannot be pressed on: {message}");
        let data = json!({"custom_id": button.custom_id, "component_type": 2, "id": 2});
        self.acts(Kind::Component, message.channel, Some(message), |_| data)
    }

    /// Picks options by their labels, in a select named by its placeholder or custom id.
    pub async fn selects(&self, message: impl AsRef<Message>, select: &str, labels: &[&str]) -> Answer {
        let message = message.as_ref();
        let named = |part: &&Select| part.placeholder == select || part.custom_id == select;
        let menu = message.selects().find(named).unwrap_or_else(|| panic!("{} sees no select {select} on: {message}", self.name));
        let count = u64::try_from(labels.len()).unwrap_or(u64::MAX);
        assert!(
            (menu.values.0..=menu.values.1).contains(&count),
            "{} to {} can be picked, not {count}: {}",
            menu.values.0,
            menu.values.1,
            Part::Select(menu.clone())
        );
        assert!(!menu.disabled, "{select} is off");
        let value = |label: &&str| menu.options.iter().find(|(name, _)| name == label).map(|(_, value)| value.clone());
        let values: Vec<String> =
            labels.iter().map(|label| value(label).unwrap_or_else(|| panic!("no option {label} in {}", Part::Select(menu.clone())))).collect();
        let data = json!({"custom_id": menu.custom_id, "component_type": 3, "id": 2, "values": values});
        let token = self.acts(Kind::Component, message.channel, Some(message), |_| data);
        self.answer(&token).await
    }

    /// Fills the fields of a form by their labels and sends it; what is not named stays as it was filled in already.
    ///
    /// # Panics
    /// When the client would not send it: a required field is empty, a text too short or too long.
    pub async fn fills(&self, answer: &Answer, fields: &[(&str, &str)]) -> Answer {
        for field in &answer.modal().fields {
            let text = filled(field.value.as_str(), &field.label, fields);
            let length = u64::try_from(text.chars().count()).unwrap_or(u64::MAX);
            assert!(!(field.required && text.is_empty()), "{} is required", field.label);
            let fits = text.is_empty() || (field.length.0..=field.length.1).contains(&length);
            assert!(fits, "{} takes {} to {} characters, not {length}", field.label, field.length.0, field.length.1);
        }
        self.fills_carelessly(answer, fields).await
    }

    /// The same with a client that checks nothing.
    pub async fn fills_carelessly(&self, answer: &Answer, fields: &[(&str, &str)]) -> Answer {
        let modal = answer.modal();
        for (label, _) in fields {
            assert!(modal.fields.iter().any(|field| field.label == *label), "no field {label} in {modal}");
        }
        let (channel, message) = self.world.look(|state| {
            let interaction = state.interactions.iter().find(|interaction| interaction.id == answer.interaction);
            let interaction = interaction.unwrap_or_else(|| panic!("a form of nobody"));
            let message = interaction.message.and_then(|id| state.message(id)).map(|record| Message::of(state, record));
            (interaction.channel, message)
        });
        let token = self.acts(Kind::Modal, channel, message.as_ref(), |_| submitted(modal, fields));
        self.answer(&token).await
    }

    /// What the person sees of the interaction by now.
    pub fn sees(&self, answer: &Answer) -> Answer {
        self.world.look(|state| {
            let interaction = state.interactions.iter().find(|interaction| interaction.id == answer.interaction);
            interaction.map_or_else(|| answer.clone(), |interaction| seen(state, interaction))
        })
    }

    /// A story may begin before the bot has connected and registered its commands.
    async fn bot_is_there(&self) {
        let there = |state: &State| (state.gateway.sessions() > 0 && state.registrations > 0).then_some(());
        if self.world.until(PATIENCE, there).await.is_none() {
            panic!("the bot is not there, or has registered no commands; {}", self.world.look(State::story));
        }
    }

    /// The interaction goes out; its token.
    fn acts(&self, kind: Kind, channel: u64, message: Option<&Message>, data: impl FnOnce(&State) -> Value) -> String {
        self.world.with(|state| {
            let data = data(state);
            let id = state.new_id();
            let record = message.map(|seen| state.message(seen.id).unwrap_or(&seen.record));
            let interaction = Interaction {
                id,
                token: format!("aW50ZXJhY3Rpb246{id}"),
                kind,
                person: self.id,
                channel,
                message: record.map(|record| record.id),
                focused: line::focused(&data["options"]),
                born: Instant::now(),
                expired: false,
                first: None,
                changed: false,
                follow_ups: Vec::new(),
            };
            let mut json = self.interaction(state, &interaction, data);
            if let Some(record) = record {
                json["message"] = messages::json(state, record);
            }
            let token = interaction.token.clone();
            state.interactions.push(interaction);
            state.gateway.dispatch(0, "INTERACTION_CREATE", &json);
            token
        })
    }

    fn interaction(&self, state: &State, interaction: &Interaction, data: Value) -> Value {
        let place = state.channel(interaction.channel).unwrap_or_else(|| panic!("the channel is gone"));
        let mut channel = state.channel_json(place);
        channel["permissions"] = json!(PERMISSIONS);
        let mut json = json!({
            "id": interaction.id.to_string(), "application_id": state.bot.to_string(), "type": interaction.kind as u8, "token": interaction.token,
            "version": 1, "data": data, "channel_id": place.id.to_string(), "channel": channel, "app_permissions": PERMISSIONS, "locale": "zh-CN",
            "entitlements": [], "authorizing_integration_owners": {"0": state.guild.to_string()}, "attachment_size_limit": 10_485_760,
        });
        if place.dm.is_some() {
            json["user"] = state.user_json(self.id);
            json["context"] = json!(1);
        } else {
            json["member"] = state.member_with_user(self.id);
            json["context"] = json!(0);
            json["guild_id"] = json!(state.guild.to_string());
            json["guild_locale"] = json!("zh-CN");
            json["guild"] = json!({"id": state.guild.to_string(), "features": [], "locale": "zh-CN"});
        }
        json
    }

    fn patience(&self) -> Duration {
        self.world.look(|state| state.first_response)
    }

    async fn first(&self, token: &str) -> Option<First> {
        self.world.until(self.patience(), |state| of(state, token)?.first.clone()).await
    }

    /// The first response, and where it is put off, what then comes.
    async fn answer(&self, token: &str) -> Answer {
        match self.first(token).await {
            Some(First::Deferred(id)) => {
                let said = |state: &State| (state.message(id).is_none_or(|message| message.flags & LOADING == 0)).then_some(());
                self.world.until(PATIENCE, said).await;
            }
            Some(First::DeferredUpdate) => {
                let came = |state: &State| of(state, token).filter(|interaction| interaction.changed || !interaction.follow_ups.is_empty()).map(drop);
                self.world.until(self.patience(), came).await;
            }
            _ => {}
        }
        self.world.look(|state| seen(state, of(state, token).unwrap_or_else(|| panic!("an interaction is never lost"))))
    }
}

fn of<'s>(state: &'s State, token: &str) -> Option<&'s Interaction> {
    state.interactions.iter().find(|interaction| interaction.token == token)
}

/// What an interaction has led to by now.
fn seen(state: &State, interaction: &Interaction) -> Answer {
    let message = |id: u64| state.message(id).map(|record| Message::of(state, record));
    let outcome = match &interaction.first {
        None => Outcome::Silence,
        Some(First::Message(id) | First::Deferred(id)) => message(*id).map_or(Outcome::Taken, Outcome::Said),
        Some(First::Update) => interaction.original().and_then(message).map_or(Outcome::Taken, Outcome::Changed),
        Some(First::DeferredUpdate) => interaction.original().filter(|_| interaction.changed).and_then(message).map_or(Outcome::Taken, Outcome::Changed),
        Some(First::Choices(_)) => Outcome::Taken,
        Some(First::Modal(data)) => Outcome::Asked(Modal::of(data)),
    };
    Answer { outcome, later: interaction.follow_ups.iter().filter_map(|id| message(*id)).collect(), interaction: interaction.id }
}

fn filled<'t>(before: &'t str, label: &str, fields: &[(&str, &'t str)]) -> &'t str {
    fields.iter().find(|(name, _)| *name == label).map_or(before, |(_, text)| text)
}

fn submitted(modal: &Modal, fields: &[(&str, &str)]) -> Value {
    let rows = modal.fields.iter().map(|field| {
        let input = json!({"type": 4, "id": 2, "custom_id": field.custom_id, "value": filled(&field.value, &field.label, fields)});
        if field.labelled { json!({"type": 18, "id": 1, "component": input}) } else { json!({"type": 1, "id": 1, "components": [input]}) }
    });
    json!({"custom_id": modal.custom_id, "components": rows.collect::<Vec<Value>>()})
}
