//! What Discord takes and what it refuses: shapes read by twilight-model, limits by twilight-validate, and what neither knows here.

use std::collections::HashSet;

use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use twilight_model::application::command::{Command, CommandOption, CommandOptionChoice, CommandOptionChoiceValue, CommandOptionType};
use twilight_model::channel::message::component::{Component, ComponentType, SelectMenu, SelectMenuType, TextInput};
use twilight_model::channel::message::{AllowedMentions, Embed, MentionType};
use twilight_validate::{command, component, message};

use super::messages;
use super::refusal::{Errors, Refusal};

/// A part of a body, of the shape twilight knows; a wrong shape is an error at its path.
fn read<T: DeserializeOwned>(errors: &mut Errors, body: &Value, field: &str) -> Option<T> {
    let value = body.get(field).filter(|value| !value.is_null())?;
    match serde_json::from_value(value.clone()) {
        Ok(read) => Some(read),
        Err(error) => {
            errors.add(field, "MODEL_TYPE_CONVERT", error.to_string());
            None
        }
    }
}

/// The body of a message, new or changed, in a channel or as a response.
pub fn message_body(body: &Value) -> Result<(), Refusal> {
    let mut errors = Errors::default();
    if let Some(content) = read::<String>(&mut errors, body, "content") {
        errors.length("content", &content, 0, message::MESSAGE_CONTENT_LENGTH_MAX);
    }
    if let Some(embeds) = read::<Vec<Embed>>(&mut errors, &json!({"embeds": messages::typed(&body["embeds"])}), "embeds") {
        errors.judged("embeds", message::embeds(&embeds));
    }
    if let Some(rows) = read::<Vec<Component>>(&mut errors, body, "components") {
        errors.judged("components", message::components(&rows, false));
        rows_of(&mut errors, &rows, false);
    }
    if let Some(allowed) = read::<AllowedMentions>(&mut errors, body, "allowed_mentions") {
        mentions(&mut errors, &allowed);
    }
    match body.get("nonce") {
        Some(Value::String(nonce)) => errors.length("nonce", nonce, 0, 25),
        Some(Value::Number(_) | Value::Null) | None => {}
        Some(_) => errors.add("nonce", "NONCE_TYPE_BAD", "Must be a string or an integer."),
    }
    if body["flags"].as_u64().is_some_and(|flags| flags & (1 << 15) != 0) {
        errors.add("flags", "NOT_TOLD", "Components V2 are not told by this Discord.");
    }
    errors.verdict()
}

fn mentions(errors: &mut Errors, allowed: &AllowedMentions) {
    for (kind, ids, field) in [(MentionType::Users, allowed.users.len(), "users"), (MentionType::Roles, allowed.roles.len(), "roles")] {
        if ids > 100 {
            errors.add(format!("allowed_mentions/{field}"), "BASE_TYPE_MAX_LENGTH", "Must be 100 or fewer in length.");
        }
        if ids > 0 && allowed.parse.contains(&kind) {
            let message = format!("parse:[\"{field}\"] and {field}: [ids...] are mutually exclusive.");
            errors.add("allowed_mentions", "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE", message);
        }
    }
}

/// What twilight does not judge of rows: empty ones, mixed ones, the same id twice, a button that shows nothing.
fn rows_of(errors: &mut Errors, rows: &[Component], modal: bool) {
    let mut ids = HashSet::new();
    for (r, row) in rows.iter().enumerate() {
        let inside = match row {
            Component::ActionRow(row) => row.components.as_slice(),
            Component::Label(label) if modal => std::slice::from_ref(label.component.as_ref()),
            _ => continue,
        };
        if inside.is_empty() {
            errors.add(format!("components/{r}/components"), "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 5 in length.");
        }
        if inside.len() > 1 && inside.iter().any(|part| part.kind() != ComponentType::Button) {
            errors.add(format!("components/{r}/components"), "COMPONENT_LAYOUT_WIDTH_EXCEEDED", "The specified component exceeds the maximum width");
        }
        for (c, part) in inside.iter().enumerate() {
            let path = format!("components/{r}/components/{c}");
            let id = match part {
                Component::Button(button) => {
                    if button.label.as_deref().is_none_or(str::is_empty) && button.emoji.is_none() {
                        errors.add(format!("{path}/label"), "BUTTON_COMPONENT_EMPTY", "A button needs a label or an emoji.");
                    }
                    if button.url.as_ref().is_some_and(|url| !["http://", "https://", "discord://"].iter().any(|scheme| url.starts_with(scheme))) {
                        errors.add(format!("{path}/url"), "URL_TYPE_INVALID_SCHEME", "Scheme must be one of ('http', 'https', 'discord').");
                    }
                    errors.length(format!("{path}/url"), button.url.as_deref().unwrap_or_default(), 0, 512);
                    button.custom_id.as_deref()
                }
                Component::SelectMenu(menu) => {
                    select(errors, &path, menu);
                    Some(menu.custom_id.as_str())
                }
                Component::TextInput(input) => Some(input.custom_id.as_str()),
                _ => None,
            };
            if modal != (part.kind() == ComponentType::TextInput) && !matches!(row, Component::Label(_)) {
                errors.add(path.clone(), "COMPONENT_TYPE_INVALID", format!("{} cannot stand here.", part.kind().name()));
            }
            if let Some(id) = id {
                errors.length(format!("{path}/custom_id"), id, 1, component::COMPONENT_CUSTOM_ID_LENGTH);
                if !ids.insert(id.to_owned()) {
                    errors.add(format!("{path}/custom_id"), "COMPONENT_CUSTOM_ID_DUPLICATED", "Component custom id cannot be duplicated");
                }
            }
        }
    }
}

fn select(errors: &mut Errors, path: &str, menu: &SelectMenu) {
    let (least, most) = (menu.min_values.unwrap_or(1), menu.max_values.unwrap_or(1));
    if least > most {
        errors.add(format!("{path}/min_values"), "BASE_TYPE_MAX_VALUE", "min_values must not exceed max_values.");
    }
    if menu.kind != SelectMenuType::Text {
        return;
    }
    let options = menu.options.as_deref().unwrap_or_default();
    if options.is_empty() {
        errors.add(format!("{path}/options"), "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 25 in length.");
    }
    if usize::from(most) > options.len().max(1) {
        errors.add(format!("{path}/max_values"), "SELECT_COMPONENT_MAX_VALUES", "max_values must not exceed the number of options.");
    }
    for (n, option) in options.iter().enumerate() {
        errors.length(format!("{path}/options/{n}/label"), &option.label, 1, 100);
        errors.length(format!("{path}/options/{n}/value"), &option.value, 1, 100);
        if options[..n].iter().any(|earlier| earlier.value == option.value) {
            errors.add(format!("{path}/options/{n}/value"), "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED", "The specified option value is already used");
        }
    }
}

pub fn modal(data: &Value) -> Result<(), Refusal> {
    let mut errors = Errors::default();
    errors.length("title", data["title"].as_str().unwrap_or_default(), 1, 45);
    errors.length("custom_id", data["custom_id"].as_str().unwrap_or_default(), 1, 100);
    let rows = read::<Vec<Component>>(&mut errors, data, "components").unwrap_or_default();
    if !(1..=5).contains(&rows.len()) {
        errors.add("components", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 5 in length.");
    }
    for (r, row) in rows.iter().enumerate() {
        match row {
            Component::ActionRow(row) => {
                errors.judged(format!("components/{r}"), component::action_row(row, false));
                for input in row.components.iter().filter_map(input_of) {
                    #[allow(deprecated, reason = "the label of an input in a row is how it is still widely written")]
                    let label = input.label.as_deref().unwrap_or_default();
                    errors.length(format!("components/{r}/components/0/label"), label, 1, 45);
                    text_input(&mut errors, &format!("components/{r}/components/0"), input);
                }
            }
            Component::Label(label) => {
                errors.judged(format!("components/{r}"), component::component_v2(row));
                if let Some(input) = input_of(&label.component) {
                    text_input(&mut errors, &format!("components/{r}/component"), input);
                }
            }
            other => errors.add(format!("components/{r}"), "COMPONENT_TYPE_INVALID", format!("{} cannot stand in a modal.", other.kind().name())),
        }
    }
    rows_of(&mut errors, &rows, true);
    errors.verdict()
}

fn input_of(component: &Component) -> Option<&TextInput> {
    match component {
        Component::TextInput(input) => Some(input),
        _ => None,
    }
}

fn text_input(errors: &mut Errors, path: &str, input: &TextInput) {
    let (least, most) = (input.min_length.unwrap_or(0), input.max_length.unwrap_or(4000));
    if least > most {
        errors.add(format!("{path}/min_length"), "BASE_TYPE_MAX_VALUE", "min_length must not exceed max_length.");
    }
    if let Some(value) = input.value.as_deref().filter(|value| !value.is_empty()) {
        errors.length(format!("{path}/value"), value, usize::from(least), usize::from(most));
    }
}

/// What completes an option of a type.
pub fn choices(data: &Value, kind: Option<u64>) -> Result<(), Refusal> {
    let mut errors = Errors::default();
    match read::<Vec<CommandOptionChoice>>(&mut errors, data, "choices") {
        Some(choices) => choices_of(&mut errors, "choices", &choices, kind),
        None => errors.add("choices", "BASE_TYPE_REQUIRED", "This field is required"),
    }
    errors.verdict()
}

fn choices_of(errors: &mut Errors, path: &str, choices: &[CommandOptionChoice], kind: Option<u64>) {
    if choices.len() > command::CHOICES_LIMIT {
        errors.add(path, "BASE_TYPE_BAD_LENGTH", "Must be between 0 and 25 in length.");
    }
    for (n, choice) in choices.iter().enumerate() {
        errors.judged(format!("{path}/{n}"), command::choice(choice));
        let fits = match choice.value {
            CommandOptionChoiceValue::String(_) => kind == Some(3),
            CommandOptionChoiceValue::Integer(_) => matches!(kind, Some(4 | 10)),
            CommandOptionChoiceValue::Number(_) => kind == Some(10),
        };
        if !fits {
            errors.add(format!("{path}/{n}/value"), "APPLICATION_COMMAND_OPTIONS_VALUE_INVALID", "The value is not of the option's type.");
        }
    }
}

/// Every command of a registration.
pub fn commands(all: &[Value]) -> Result<(), Refusal> {
    let mut errors = Errors::default();
    let mut names = HashSet::new();
    if all.len() > command::GUILD_COMMAND_LIMIT {
        errors.add("", "BASE_TYPE_BAD_LENGTH", "Must be between 0 and 100 in length.");
    }
    for (n, value) in all.iter().enumerate() {
        match serde_json::from_value::<Command>(value.clone()) {
            Ok(read) => {
                errors.judged(n.to_string(), command::command(&read));
                errors.judged(format!("{n}/options"), command::options(&read.options));
                options(&mut errors, &format!("{n}/options"), &read.options, 0);
                if !names.insert((u8::from(read.kind), read.name.clone())) {
                    errors.add(format!("{n}/name"), "APPLICATION_COMMANDS_DUPLICATE_NAME", "Application command names must be unique");
                }
            }
            Err(error) => errors.add(n.to_string(), "MODEL_TYPE_CONVERT", error.to_string()),
        }
    }
    errors.verdict()
}

/// What twilight does not judge of options: subcommands themselves, how they may be nested, how many choices, what excludes what.
fn options(errors: &mut Errors, path: &str, all: &[CommandOption], depth: u32) {
    let is_sub = |option: &CommandOption| matches!(option.kind, CommandOptionType::SubCommand | CommandOptionType::SubCommandGroup);
    if all.iter().any(is_sub) && !all.iter().all(is_sub) {
        errors.add(
            path,
            "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID",
            "Sub-command and sub-command group option types are mutually exclusive to all other types",
        );
    }
    for (n, option) in all.iter().enumerate() {
        let path = format!("{path}/{n}");
        errors.judged(path.clone(), command::option(option));
        let choices = option.choices.as_deref().unwrap_or_default();
        choices_of(errors, &format!("{path}/choices"), choices, Some(option.kind as u64));
        for (c, choice) in choices.iter().enumerate() {
            if choices[..c].iter().any(|earlier| earlier.name == choice.name) {
                errors.add(format!("{path}/choices/{c}/name"), "APPLICATION_COMMAND_OPTIONS_CHOICE_NAME_ALREADY_EXISTS", "Option choice name already exists");
            }
        }
        if option.autocomplete == Some(true) && !choices.is_empty() {
            errors.add(format!("{path}/autocomplete"), "APPLICATION_COMMAND_AUTOCOMPLETE_CHOICES", "Autocomplete and choices exclude each other.");
        }
        for (field, length, least) in [("min_length", option.min_length, 0), ("max_length", option.max_length, 1)] {
            if length.is_some_and(|length| !(least..=6000).contains(&length)) {
                errors.add(format!("{path}/{field}"), "NUMBER_TYPE_MAX", format!("int value should be between {least} and 6000."));
            }
        }
        let typed = matches!(option.kind, CommandOptionType::String | CommandOptionType::Integer | CommandOptionType::Number);
        if !typed && (option.autocomplete == Some(true) || !choices.is_empty()) {
            errors.add(format!("{path}/type"), "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", "Only text and numbers have choices.");
        }
        if is_sub(option) && option.required == Some(true) {
            errors.add(format!("{path}/required"), "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID", "A sub-command is never required.");
        }
        let nested = option.options.as_deref().unwrap_or_default();
        let allowed = match option.kind {
            CommandOptionType::SubCommandGroup => depth == 0 && nested.iter().all(|sub| sub.kind == CommandOptionType::SubCommand),
            CommandOptionType::SubCommand => !nested.iter().any(is_sub),
            _ => nested.is_empty(),
        };
        if !allowed {
            errors.add(format!("{path}/options"), "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", "Sub-commands nest no deeper than group, command, options.");
        }
        options(errors, &format!("{path}/options"), nested, depth + 1);
    }
}
