//! Messages in channels, as REST sends, changes and finds them.

use serde_json::{Value, json};

use super::judge;
use super::refusal::{self, Outcome, Refusal};
use super::state::{Access, Channel, EPHEMERAL, LOADING, Record, State, WHEN};

/// What the bot may do there.
fn reach(state: &State, channel: &str, to_write: bool) -> Result<Channel, Refusal> {
    let channel = channel.parse().ok().and_then(|id| state.channel(id)).ok_or(refusal::UNKNOWN_CHANNEL)?;
    match channel.access {
        Access::Hidden => Err(refusal::MISSING_ACCESS.into()),
        Access::ReadOnly if to_write => Err(refusal::MISSING_PERMISSIONS.into()),
        Access::ReadOnly | Access::Full => Ok(channel.clone()),
    }
}

pub fn channel(state: &State, channel: &str) -> Outcome {
    Ok((200, state.channel_json(&reach(state, channel, false)?)))
}

pub fn open_dm(state: &mut State, body: &Value) -> Outcome {
    let person = body["recipient_id"].as_str().and_then(|id| id.parse().ok()).filter(|id| state.person(*id).is_some() && *id != state.bot);
    let id = state.dm(person.ok_or(refusal::UNKNOWN_USER)?);
    let channel = state.channel(id).cloned().ok_or(refusal::UNKNOWN_CHANNEL)?;
    Ok((200, state.channel_json(&channel)))
}

pub fn send(state: &mut State, channel: &str, body: &Value) -> Outcome {
    let channel = reach(state, channel, true)?;
    if channel.dm.and_then(|person| state.person(person)).is_some_and(|person| person.shut) {
        return Err(refusal::SHUT_TO_US.into());
    }
    judge::message_body(body)?;
    let nonce = body.get("nonce").filter(|nonce| !nonce.is_null()).cloned();
    let live = |record: &&Record| record.nonce == nonce && record.author == state.bot && state.nonces.contains(&mark(&record.nonce));
    if body["enforce_nonce"] == true
        && nonce.is_some()
        && let Some(known) = state.messages.iter().find(live)
    {
        return Ok((200, json(state, known)));
    }
    let reply_to = match body.get("message_reference").filter(|reference| !reference.is_null()) {
        Some(reference) => {
            let id = reference["message_id"].as_str().and_then(|id| id.parse().ok());
            let there = id.filter(|id| state.message(*id).is_some_and(|message| message.channel == channel.id && message.only_for.is_none()));
            if there.is_none() && reference["fail_if_not_exists"] != false {
                return Err(Refusal::unknown_reply());
            }
            there
        }
        None => None,
    };
    let id = write(state, state.bot, channel.id, body)?;
    state.nonces.insert(mark(&nonce));
    if let Some(record) = find(state, id) {
        (record.nonce, record.reply_to) = (nonce, reply_to);
    }
    state.message(id).map(|record| (200, json(state, record))).ok_or_else(|| refusal::UNKNOWN_MESSAGE.into())
}

fn mark(nonce: &Option<Value>) -> String {
    nonce.as_ref().map(Value::to_string).unwrap_or_default()
}

/// A new message of a body that was judged; its id.
pub fn write(state: &mut State, author: u64, channel: u64, body: &Value) -> Result<u64, Refusal> {
    let record = Record {
        id: state.new_id(),
        author,
        channel,
        content: body["content"].as_str().unwrap_or_default().to_owned(),
        embeds: list(body, "embeds"),
        components: list(body, "components"),
        flags: body["flags"].as_u64().unwrap_or_default() & (EPHEMERAL | 1 << 2 | 1 << 12),
        nonce: None,
        reply_to: None,
        pings: pings(state, body),
        edits: 0,
        only_for: None,
        interaction: None,
        settled: false,
    };
    refuse_empty(&record)?;
    let id = record.id;
    state.messages.push(record);
    Ok(id)
}

fn list(body: &Value, field: &str) -> Value {
    body.get(field).filter(|value| value.is_array()).cloned().unwrap_or_else(|| json!([]))
}

fn refuse_empty(record: &Record) -> Result<(), Refusal> {
    let nothing = |value: &Value| value.as_array().is_none_or(Vec::is_empty);
    let empty = record.content.trim().is_empty() && nothing(&record.embeds) && nothing(&record.components);
    if empty { Err(refusal::EMPTY_MESSAGE.into()) } else { Ok(()) }
}

pub fn find(state: &mut State, id: u64) -> Option<&mut Record> {
    state.messages.iter_mut().find(|message| message.id == id)
}

pub fn edit(state: &mut State, channel: &str, id: &str, body: &Value) -> Outcome {
    let channel = reach(state, channel, false)?;
    let record = seen_by_rest(state, channel.id, id)?;
    if record.author != state.bot {
        return Err(refusal::NOT_THE_AUTHOR.into());
    }
    if record.settled {
        return Err(Refusal::too_many_edits());
    }
    let id = record.id;
    judge::message_body(body)?;
    change(state, id, body)
}

/// The fields that a body names are changed; nobody is pinged by a change.
pub fn change(state: &mut State, id: u64, body: &Value) -> Outcome {
    let record = find(state, id).ok_or(refusal::UNKNOWN_MESSAGE)?;
    let mut changed = record.clone();
    if let Some(content) = body.get("content") {
        content.as_str().unwrap_or_default().clone_into(&mut changed.content);
    }
    for (field, kept) in [("embeds", &mut changed.embeds), ("components", &mut changed.components)] {
        if body.get(field).is_some() {
            *kept = list(body, field);
        }
    }
    refuse_empty(&changed)?;
    changed.flags &= !LOADING;
    changed.edits += 1;
    *record = changed.clone();
    Ok((200, json(state, &changed)))
}

/// What others cannot see, REST cannot find either.
fn seen_by_rest<'s>(state: &'s State, channel: u64, id: &str) -> Result<&'s Record, Refusal> {
    let record = id.parse().ok().and_then(|id| state.message(id));
    record.filter(|record| record.channel == channel && record.only_for.is_none()).ok_or_else(|| refusal::UNKNOWN_MESSAGE.into())
}

pub fn get(state: &State, channel: &str, id: &str) -> Outcome {
    let channel = reach(state, channel, false)?;
    Ok((200, json(state, seen_by_rest(state, channel.id, id)?)))
}

pub fn delete(state: &mut State, channel: &str, id: &str) -> Outcome {
    let channel = reach(state, channel, false)?;
    let id = seen_by_rest(state, channel.id, id)?.id;
    state.messages.retain(|message| message.id != id);
    Ok((204, Value::Null))
}

/// The newest first, as Discord lists; with `after` the oldest of them are taken.
pub fn page(state: &State, channel: &str, query: &[(String, String)]) -> Outcome {
    let channel = reach(state, channel, false)?;
    let asked = |name: &str| query.iter().find(|(key, _)| key == name).and_then(|(_, value)| value.parse::<u64>().ok());
    let limit = asked("limit").unwrap_or(50);
    if !(1..=100).contains(&limit) {
        let mut errors = super::refusal::Errors::default();
        errors.add("limit", "NUMBER_TYPE_MAX", "int value should be between 1 and 100.");
        errors.verdict()?;
    }
    let limit = usize::try_from(limit).unwrap_or(100);
    let all: Vec<&Record> = state.messages.iter().filter(|message| message.channel == channel.id && message.only_for.is_none()).collect();
    let mut taken: Vec<&Record> = match (asked("around"), asked("before"), asked("after")) {
        (Some(id), ..) => {
            let before = all.iter().rev().filter(|message| message.id < id).take(limit / 2);
            before.chain(all.iter().filter(|message| message.id >= id).take(limit - limit / 2)).copied().collect()
        }
        (None, Some(id), _) => all.iter().rev().filter(|message| message.id < id).take(limit).copied().collect(),
        (None, None, Some(id)) => all.iter().filter(|message| message.id > id).take(limit).copied().collect(),
        (None, None, None) => all.iter().rev().take(limit).copied().collect(),
    };
    taken.sort_by_key(|message| std::cmp::Reverse(message.id));
    Ok((200, taken.into_iter().map(|message| json(state, message)).collect()))
}

/// Whom the text names and `allowed_mentions` lets be pinged: user ids, or `everyone`.
fn pings(state: &State, body: &Value) -> Vec<String> {
    let content = body["content"].as_str().unwrap_or_default();
    let allowed = body.get("allowed_mentions").filter(|allowed| !allowed.is_null());
    let parses = |kind: &str| allowed.is_none_or(|allowed| allowed["parse"].as_array().is_some_and(|parse| parse.iter().any(|name| name == kind)));
    let listed = |id: &str| allowed.is_some_and(|allowed| allowed["users"].as_array().is_some_and(|users| users.iter().any(|user| user == id)));
    let ids = state.members.iter().map(|member| member.id.to_string());
    let named = ids.filter(|id| content.contains(&format!("<@{id}>")) || content.contains(&format!("<@!{id}>")));
    let mut pings: Vec<String> = named.filter(|id| parses("users") || listed(id)).collect();
    if parses("everyone") && (content.contains("@everyone") || content.contains("@here")) {
        pings.push("everyone".to_owned());
    }
    pings
}

/// A message as Discord shows it to the bot.
pub fn json(state: &State, record: &Record) -> Value {
    let mentions: Vec<Value> = record.pings.iter().filter_map(|id| id.parse().ok()).map(|id| state.user_json(id)).collect();
    // what people write among themselves is not told to a bot without the intent for it
    let content = if record.author == state.bot { record.content.as_str() } else { "" };
    let mut json = json!({
        "id": record.id.to_string(), "channel_id": record.channel.to_string(), "author": state.user_json(record.author), "content": content,
        "timestamp": WHEN, "edited_timestamp": (record.edits > 0).then_some(WHEN), "tts": false,
        "mention_everyone": record.pings.iter().any(|ping| ping == "everyone"), "mentions": mentions, "mention_roles": [], "attachments": [],
        "embeds": typed(&record.embeds), "components": record.components, "pinned": false, "flags": record.flags,
        "type": if record.reply_to.is_some() { 19 } else if record.interaction.is_some() { 20 } else { 0 },
    });
    if let Some(nonce) = &record.nonce {
        json["nonce"] = nonce.clone();
    }
    if record.interaction.is_some() {
        json["application_id"] = json!(state.bot.to_string());
        json["webhook_id"] = json!(state.bot.to_string());
    }
    if let Some(id) = record.reply_to {
        json["message_reference"] = json!({"type": 0, "channel_id": record.channel.to_string(), "message_id": id.to_string()});
        json["referenced_message"] = state.message(id).map_or(Value::Null, |message| self::json(state, message));
    }
    json
}

/// What Discord fills in where an embed leaves it out.
pub fn typed(embeds: &Value) -> Value {
    let mut embeds = embeds.clone();
    for embed in embeds.as_array_mut().into_iter().flatten().filter_map(Value::as_object_mut) {
        embed.insert("type".to_owned(), json!("rich"));
        let fields = embed.get_mut("fields").and_then(Value::as_array_mut).into_iter().flatten();
        fields.filter_map(Value::as_object_mut).for_each(|field| _ = field.entry("inline").or_insert(json!(false)));
    }
    embeds
}
