//! The commands of the guild, as the bot registers them.

use serde_json::{Value, json};

use super::judge;
use super::refusal::{self, Outcome, Refusal};
use super::state::State;

fn own(state: &State, application: &str, guild: &str) -> Result<(), Refusal> {
    if application != state.bot.to_string() {
        return Err(refusal::MISSING_ACCESS.into());
    }
    if guild == state.guild.to_string() { Ok(()) } else { Err(refusal::UNKNOWN_GUILD.into()) }
}

pub fn list(state: &State, application: &str, guild: &str) -> Outcome {
    own(state, application, guild)?;
    Ok((200, Value::Array(state.commands.clone())))
}

/// All of them anew: what is not named is gone, what keeps its name keeps its id.
pub fn replace(state: &mut State, application: &str, guild: &str, body: &Value) -> Outcome {
    own(state, application, guild)?;
    let mut all = body.as_array().ok_or(refusal::NOT_JSON)?.clone();
    all.iter_mut().for_each(|command| complete(state, command));
    judge::commands(&all)?;
    state.registrations += 1;
    state.commands = all;
    Ok((200, Value::Array(state.commands.clone())))
}

pub fn add(state: &mut State, application: &str, guild: &str, body: &Value) -> Outcome {
    own(state, application, guild)?;
    let mut command = body.clone();
    complete(state, &mut command);
    let mut all = state.commands.clone();
    let known = all.iter().position(|other| other["name"] == command["name"]);
    match known {
        Some(known) => all[known] = command.clone(),
        None => all.push(command.clone()),
    }
    judge::commands(&all)?;
    state.registrations += 1;
    state.commands = all;
    Ok((if known.is_some() { 200 } else { 201 }, command))
}

pub fn remove(state: &mut State, application: &str, guild: &str, id: &str) -> Outcome {
    own(state, application, guild)?;
    state.commands.retain(|command| command["id"] != id);
    Ok((204, Value::Null))
}

fn complete(state: &mut State, command: &mut Value) {
    if !command.is_object() {
        return;
    }
    let known = state.commands.iter().find(|known| known["name"] == command["name"]).map(|known| known["id"].clone());
    command["id"] = known.unwrap_or_else(|| json!(state.new_id().to_string()));
    command["version"] = json!(state.new_id().to_string());
    command["application_id"] = json!(state.bot.to_string());
    command["guild_id"] = json!(state.guild.to_string());
    for (field, usual) in [("type", json!(1)), ("default_member_permissions", Value::Null), ("nsfw", json!(false)), ("options", json!([]))] {
        if command.get(field).is_none() {
            command[field] = usual;
        }
    }
    for field in ["name_localizations", "description_localizations"] {
        if command.get(field).is_some_and(|given| given.as_object().is_some_and(serde_json::Map::is_empty)) {
            command[field] = Value::Null;
        }
    }
}
