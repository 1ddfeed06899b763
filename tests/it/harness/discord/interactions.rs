//! What the bot answers to an interaction: the first response within three seconds, and what may come within fifteen minutes.

use std::time::Duration;

use serde_json::{Value, json};

use super::judge;
use super::messages;
use super::refusal::{self, Errors, Outcome, Refusal};
use super::state::{EPHEMERAL, First, Interaction, Kind, LOADING, State};

const TOKEN: Duration = Duration::from_secs(15 * 60);

pub fn callback(state: &mut State, id: &str, token: &str, body: &Value) -> Outcome {
    let interaction = state.interaction(token).filter(|interaction| interaction.id.to_string() == id).ok_or(refusal::UNKNOWN_INTERACTION)?.clone();
    if interaction.first.is_some() {
        return Err(refusal::ALREADY_ACKNOWLEDGED.into());
    }
    if interaction.expired || interaction.born.elapsed() > state.first_response {
        return Err(refusal::UNKNOWN_INTERACTION.into());
    }
    let data = body.get("data").filter(|data| !data.is_null()).cloned().unwrap_or_else(|| json!({}));
    let first = first(state, &interaction, &body["type"], &data)?;
    if let Some(interaction) = state.interaction(token) {
        interaction.first = Some(first);
    }
    Ok((204, Value::Null))
}

fn first(state: &mut State, interaction: &Interaction, kind: &Value, data: &Value) -> Result<First, Refusal> {
    let on_message = interaction.message.filter(|_| interaction.kind != Kind::Command);
    match (kind.as_u64(), interaction.kind) {
        (Some(4), Kind::Command | Kind::Component | Kind::Modal) => {
            judge::message_body(data)?;
            respond(state, interaction, data).map(First::Message)
        }
        (Some(5), Kind::Command | Kind::Component | Kind::Modal) => {
            let thinking = json!({"content": "…", "flags": data["flags"]});
            let id = respond(state, interaction, &thinking)?;
            if let Some(record) = messages::find(state, id) {
                record.content.clear();
                record.flags |= LOADING;
            }
            Ok(First::Deferred(id))
        }
        (Some(6), Kind::Component | Kind::Modal) if on_message.is_some() => Ok(First::DeferredUpdate),
        (Some(7), Kind::Component | Kind::Modal) if let Some(id) = on_message => {
            judge::message_body(data)?;
            messages::change(state, id, data)?;
            Ok(First::Update)
        }
        (Some(8), Kind::Autocomplete) => {
            judge::choices(data, interaction.focused)?;
            Ok(First::Choices(data["choices"].as_array().cloned().unwrap_or_default()))
        }
        (Some(9), Kind::Command | Kind::Component) => {
            judge::modal(data)?;
            Ok(First::Modal(data.clone()))
        }
        _ => {
            let mut errors = Errors::default();
            errors.add("type", "INTERACTION_RESPONSE_TYPE_INVALID", format!("{kind} is no response to a {:?} interaction.", interaction.kind));
            errors.verdict()?;
            Err(refusal::UNKNOWN_INTERACTION.into())
        }
    }
}

/// A message of the interaction, for all or for the person alone.
fn respond(state: &mut State, interaction: &Interaction, data: &Value) -> Result<u64, Refusal> {
    let id = messages::write(state, state.bot, interaction.channel, data)?;
    if let Some(record) = messages::find(state, id) {
        record.interaction = Some(interaction.id);
        record.only_for = (record.flags & EPHEMERAL != 0).then_some(interaction.person);
    }
    Ok(id)
}

/// The interaction of a token that still holds.
fn held(state: &mut State, application: &str, token: &str) -> Result<Interaction, Refusal> {
    let bot = state.bot.to_string();
    let interaction = state.interaction(token).filter(|_| application == bot).ok_or(refusal::UNKNOWN_WEBHOOK)?;
    if interaction.expired || interaction.born.elapsed() > TOKEN {
        return Err(refusal::BAD_TOKEN.into());
    }
    if interaction.first.is_none() {
        return Err(refusal::UNKNOWN_WEBHOOK.into());
    }
    Ok(interaction.clone())
}

/// A message of the interaction by its id, or by the name `@original`.
fn named(state: &mut State, application: &str, token: &str, message: &str) -> Result<u64, Refusal> {
    let interaction = held(state, application, token)?;
    let id = match message {
        "@original" => interaction.original(),
        id => id.parse().ok().filter(|id| interaction.original() == Some(*id) || interaction.follow_ups.contains(id)),
    };
    id.filter(|id| state.message(*id).is_some()).ok_or_else(|| refusal::UNKNOWN_MESSAGE.into())
}

pub fn get(state: &mut State, application: &str, token: &str, message: &str) -> Outcome {
    let id = named(state, application, token, message)?;
    state.message(id).map(|record| (200, messages::json(state, record))).ok_or_else(|| refusal::UNKNOWN_MESSAGE.into())
}

pub fn edit(state: &mut State, application: &str, token: &str, message: &str, body: &Value) -> Outcome {
    let id = named(state, application, token, message)?;
    judge::message_body(body)?;
    let changed = messages::change(state, id, body)?;
    if let Some(interaction) = state.interaction(token).filter(|interaction| interaction.original() == Some(id)) {
        interaction.changed = true;
    }
    Ok(changed)
}

pub fn delete(state: &mut State, application: &str, token: &str, message: &str) -> Outcome {
    let id = named(state, application, token, message)?;
    state.messages.retain(|message| message.id != id);
    Ok((204, Value::Null))
}

/// A further message. Right after a deferral it takes the place of what is thinking, and whether it is private is already decided.
pub fn follow_up(state: &mut State, application: &str, token: &str, body: &Value) -> Outcome {
    let interaction = held(state, application, token)?;
    judge::message_body(body)?;
    if let Some(First::Deferred(id)) = interaction.first
        && state.message(id).is_some_and(|message| message.flags & LOADING != 0)
    {
        return messages::change(state, id, body);
    }
    let id = respond(state, &interaction, body)?;
    if let Some(interaction) = state.interaction(token) {
        interaction.follow_ups.push(id);
    }
    state.message(id).map(|record| (200, messages::json(state, record))).ok_or_else(|| refusal::UNKNOWN_MESSAGE.into())
}
