//! Registration (注册命令): the guild's slash commands, put in place only where they differ from what is there.

use commands::{Form, Kind, Param, Text};
use serde::Deserialize;
use serde_json::{Map, Value};
use serenity::builder::{CreateCommand, CreateCommandOption};
use serenity::http::{LightMethod, Route};
use serenity::model::application::CommandOptionType;
use serenity::model::id::{ApplicationId, GuildId};
use tracing::info;

use super::slash::{self, Slash};
use crate::delivery::discord::rest::{Rest, RestError};

/// The bot's application, of which only the number is wanted.
#[derive(Debug, Deserialize)]
struct Application {
    id: ApplicationId,
}

/// Sees to it that the guild has our commands, and no others of ours.
pub async fn register(rest: &Rest, guild_id: GuildId) -> Result<(), RestError> {
    let Application { id: application_id } = rest.get(Route::Oauth2ApplicationCurrent, Vec::new()).await?;
    let route = Route::GuildCommands { application_id, guild_id };
    let there: Vec<Value> = rest.get(route, Vec::new()).await?;
    let ours = all();
    if !differ(&there, &ours) {
        return Ok(());
    }
    info!("discord: the commands of the guild are registered anew");
    rest.tell(LightMethod::Put, route, Some(&ours)).await
}

/// Every command as Discord is told of it.
fn all() -> Vec<CreateCommand> {
    slash::all().into_iter().map(command).collect()
}

fn command(slash: Slash) -> CreateCommand {
    let options = slash.forms.into_iter().flat_map(|(subcommand, form)| match subcommand {
        None => options(form),
        Some(name) => {
            let subcommand = CreateCommandOption::new(CommandOptionType::SubCommand, name, form.summary);
            vec![options(form).into_iter().fold(subcommand, CreateCommandOption::add_sub_option)]
        }
    });
    CreateCommand::new(slash.name).description(slash.summary).set_options(options.collect())
}

/// A form that is filled in step by step may be called up with its number alone: the desk asks for the rest.
fn options(form: &'static Form) -> Vec<CreateCommandOption> {
    form.params.iter().map(|param| option(param, param.required && (!form.is_long() || param.kind == Kind::Warning))).collect()
}

fn option(param: &Param, required: bool) -> CreateCommandOption {
    let option = CreateCommandOption::new(CommandOptionType::String, param.name, param.about).required(required);
    match param.kind {
        Kind::Choice(words) => words.iter().fold(option, |option, word| option.add_string_choice(*word, *word)),
        Kind::Warning | Kind::Command => option.set_autocomplete(true),
        Kind::Text => option.max_length(u16::try_from(Text::LONGEST).unwrap_or(u16::MAX)),
        Kind::Serial(_)
        | Kind::Choices(_)
        | Kind::Code
        | Kind::Count
        | Kind::Names
        | Kind::Date
        | Kind::Moment
        | Kind::Month
        | Kind::Period
        | Kind::Amount
        | Kind::Page
        | Kind::Phone
        | Kind::File => option,
    }
}

fn differ(there: &[Value], ours: &[CreateCommand]) -> bool {
    let ours: Vec<Value> = ours.iter().filter_map(|command| serde_json::to_value(command).ok()).collect();
    essence(there) != essence(&ours)
}

/// What a person would notice of commands, in no order: Discord adds numbers and defaults of its own.
fn essence(commands: &[Value]) -> Vec<Value> {
    let mut all: Vec<Value> = commands.iter().map(told).collect();
    all.sort_by_key(|command| command.get("name").map(Value::to_string));
    all
}

fn told(part: &Value) -> Value {
    const TOLD: [&str; 9] = ["name", "description", "type", "required", "autocomplete", "max_length", "options", "choices", "value"];
    match part {
        Value::Array(items) => items.iter().map(told).collect(),
        Value::Object(fields) => {
            let kept = fields.iter().filter(|(name, value)| TOLD.contains(&name.as_str()) && !is_default(name, value));
            Value::Object(kept.map(|(name, value)| (name.clone(), told(value))).collect::<Map<String, Value>>())
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => part.clone(),
    }
}

fn is_default(name: &str, value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::Array(items) => items.is_empty(),
        // a command that is said with a slash
        Value::Number(number) => name == "type" && number.as_u64() == Some(1),
        Value::Bool(true) | Value::String(_) | Value::Object(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// Discord's limits: <https://discord.com/developers/docs/interactions/application-commands>
    fn within_limits(part: &Value, depth: u32) {
        let text = |name: &str| part[name].as_str().unwrap().chars().count();
        assert!((1..=32).contains(&text("name")) && (1..=100).contains(&text("description")), "{part}");
        assert!(part["name"].as_str().unwrap().chars().all(|c| c.is_alphanumeric() || "-_".contains(c)), "{part}");
        let list = |name: &str| part[name].as_array().cloned().unwrap_or_default();
        let (options, choices) = (list("options"), list("choices"));
        assert!(options.len() <= 25 && choices.len() <= 25 && depth <= 2, "{part}");
        assert!(options.is_sorted_by_key(|option| option["required"] != true), "required options first: {part}");
        assert!(choices.is_empty() || part["autocomplete"] != true, "{part}");
        let mut names: Vec<&Value> = options.iter().map(|option| &option["name"]).collect();
        names.sort_by_key(|name| name.to_string());
        names.dedup();
        assert_eq!(names.len(), options.len(), "{part}");
        for choice in choices {
            assert!(choice["name"].as_str().unwrap().chars().count() <= 100, "{choice}");
        }
        options.iter().for_each(|option| within_limits(option, depth + 1));
    }

    /// Characters of all names, descriptions and values of a command: Discord takes 8000.
    fn spelled(part: &Value) -> usize {
        let own: usize = ["name", "description", "value"].iter().filter_map(|field| part[field].as_str()).map(|text| text.chars().count()).sum();
        own + ["options", "choices"].iter().filter_map(|list| part[list].as_array()).flatten().map(spelled).sum::<usize>()
    }

    fn values() -> Vec<Value> {
        all().iter().map(|command| serde_json::to_value(command).unwrap()).collect()
    }

    #[test]
    fn every_command_keeps_within_discords_limits() {
        for command in &values() {
            within_limits(command, 0);
            let size = spelled(command);
            assert!(size <= 8000, "{} has {size} characters", command["name"]);
        }
    }

    #[test]
    fn a_long_form_asks_for_its_number_alone() {
        let verify = values().into_iter().find(|command| command["name"] == "核实").unwrap();
        let required: Vec<&Value> =
            verify["options"].as_array().unwrap().iter().filter(|option| option["required"] == true).map(|option| &option["name"]).collect();
        assert_eq!(required, ["编号"]);
    }

    #[test]
    fn what_discord_adds_is_no_difference_and_what_we_change_is() {
        let mut there = values();
        for command in &mut there {
            for (field, value) in [("id", json!("1")), ("version", json!("2")), ("type", json!(1)), ("nsfw", json!(false)), ("name_localizations", Value::Null)]
            {
                command[field] = value;
            }
        }
        there.reverse();
        assert!(!differ(&there, &all()));
        for change in [("description", json!("别的")), ("name", json!("旧名"))] {
            let mut changed = there.clone();
            changed[0][change.0] = change.1;
            assert!(differ(&changed, &all()));
        }
        assert!(differ(&there[1..], &all()) && differ(&[], &all()));
        there[0]["options"] = json!([{"type": 3, "name": "多余", "description": "多余"}]);
        assert!(differ(&there, &all()));
    }
}
