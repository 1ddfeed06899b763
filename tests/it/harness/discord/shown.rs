//! What a person sees of a message or of a form.

use std::fmt::{self, Display, Formatter};

use serde_json::Value;

use super::state::{LOADING, Record, State};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Button {
    pub label: String,
    /// Empty for a link.
    pub custom_id: String,
    pub url: Option<String>,
    pub disabled: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Select {
    pub custom_id: String,
    pub placeholder: String,
    /// Label and value.
    pub options: Vec<(String, String)>,
    pub values: (u64, u64),
    pub disabled: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    Button(Button),
    Select(Select),
}

/// A message as somebody saw it; it does not change when the message does.
#[derive(Debug, Clone, PartialEq)]
pub struct Message {
    pub id: u64,
    pub channel: u64,
    /// Mentions by name.
    pub content: String,
    /// Title, description, fields and footer, a line each.
    pub embeds: Vec<String>,
    pub rows: Vec<Vec<Part>>,
    pub ephemeral: bool,
    /// The bot is thinking.
    pub thinking: bool,
    pub edits: u32,
    pub reply_to: Option<u64>,
    /// Names of those whose telephone rang, or `everyone`.
    pub pings: Vec<String>,
    /// As it was sent, for what no person sees.
    pub record: Record,
}

impl PartialEq for Record {
    fn eq(&self, other: &Record) -> bool {
        self.id == other.id && self.edits == other.edits
    }
}

impl Message {
    pub fn of(state: &State, record: &Record) -> Message {
        let name = |ping: &String| ping.parse().ok().and_then(|id| state.person(id)).map_or_else(|| ping.clone(), |member| member.name.clone());
        Message {
            id: record.id,
            channel: record.channel,
            content: state.readable(&record.content),
            embeds: items(&record.embeds).flat_map(|embed| embed_lines(state, embed)).collect(),
            rows: items(&record.components).map(|row| items(&row["components"]).filter_map(part).collect()).collect(),
            ephemeral: record.only_for.is_some(),
            thinking: record.flags & LOADING != 0,
            edits: record.edits,
            reply_to: record.reply_to,
            pings: record.pings.iter().map(name).collect(),
            record: record.clone(),
        }
    }

    pub fn buttons(&self) -> impl Iterator<Item = &Button> {
        self.rows.iter().flatten().filter_map(|part| match part {
            Part::Button(button) => Some(button),
            Part::Select(_) => None,
        })
    }

    pub fn selects(&self) -> impl Iterator<Item = &Select> {
        self.rows.iter().flatten().filter_map(|part| match part {
            Part::Select(select) => Some(select),
            Part::Button(_) => None,
        })
    }
}

impl AsRef<Message> for Message {
    fn as_ref(&self) -> &Message {
        self
    }
}

fn items(list: &Value) -> impl Iterator<Item = &Value> {
    list.as_array().into_iter().flatten()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn embed_lines(state: &State, embed: &Value) -> Vec<String> {
    let line = |value: &Value| value.as_str().map(|text| state.readable(text));
    let mut lines: Vec<String> = [&embed["author"]["name"], &embed["title"], &embed["description"]].into_iter().filter_map(line).collect();
    lines.extend(items(&embed["fields"]).map(|field| state.readable(&format!("{}: {}", text(&field["name"]), text(&field["value"])))));
    lines.extend(line(&embed["footer"]["text"]));
    lines.iter().flat_map(|line| line.lines()).map(str::to_owned).collect()
}

fn part(component: &Value) -> Option<Part> {
    let disabled = component["disabled"] == true;
    match component["type"].as_u64()? {
        2 => Some(Part::Button(Button {
            label: component["label"].as_str().or(component["emoji"]["name"].as_str()).unwrap_or_default().to_owned(),
            custom_id: text(&component["custom_id"]),
            url: component["url"].as_str().map(str::to_owned),
            disabled,
        })),
        3 => Some(Part::Select(Select {
            custom_id: text(&component["custom_id"]),
            placeholder: text(&component["placeholder"]),
            options: items(&component["options"]).map(|option| (text(&option["label"]), text(&option["value"]))).collect(),
            values: (component["min_values"].as_u64().unwrap_or(1), component["max_values"].as_u64().unwrap_or(1)),
            disabled,
        })),
        _ => None,
    }
}

/// Content; embeds behind bars; `[认领] [核实](off) <请选择: 正常 / 违规>`.
impl Display for Message {
    fn fmt(&self, f: &mut Formatter) -> fmt::Result {
        let mut lines = Vec::new();
        if self.thinking {
            lines.push("…".to_owned());
        } else if !self.content.is_empty() {
            lines.push(self.content.clone());
        }
        lines.extend(self.embeds.iter().map(|line| format!("| {line}")));
        lines.extend(self.rows.iter().map(|row| row.iter().map(Part::to_string).collect::<Vec<_>>().join(" ")));
        write!(f, "{}", lines.join("\n"))
    }
}

impl Display for Part {
    fn fmt(&self, f: &mut Formatter) -> fmt::Result {
        match self {
            Part::Button(button) => {
                let target = button.url.as_ref().map(|url| format!(" → {url}")).unwrap_or_default();
                write!(f, "[{}{target}]{}", button.label, if button.disabled { "(off)" } else { "" })
            }
            Part::Select(select) => {
                let labels: Vec<&str> = select.options.iter().map(|(label, _)| label.as_str()).collect();
                write!(f, "<{}: {}>{}", select.placeholder, labels.join(" / "), if select.disabled { "(off)" } else { "" })
            }
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    pub label: String,
    pub custom_id: String,
    pub required: bool,
    pub placeholder: String,
    pub value: String,
    /// In characters.
    pub length: (u64, u64),
    /// In a label of its own, or in a row as it is widely written.
    pub labelled: bool,
}

/// A form that stands before a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Modal {
    pub title: String,
    pub custom_id: String,
    pub fields: Vec<Field>,
}

impl Modal {
    pub fn of(data: &Value) -> Modal {
        let field = |row: &Value| {
            let labelled = row["type"] == 18;
            let input = if labelled { &row["component"] } else { &row["components"][0] };
            Field {
                label: text(if labelled { &row["label"] } else { &input["label"] }),
                custom_id: text(&input["custom_id"]),
                required: input["required"] != false,
                placeholder: text(&input["placeholder"]),
                value: text(&input["value"]),
                length: (input["min_length"].as_u64().unwrap_or(0), input["max_length"].as_u64().unwrap_or(4000)),
                labelled,
            }
        };
        Modal { title: text(&data["title"]), custom_id: text(&data["custom_id"]), fields: items(&data["components"]).map(field).collect() }
    }
}

/// `《填写核实情况》`, then a line for each field: `情况*: (请写明) 已填的`.
impl Display for Modal {
    fn fmt(&self, f: &mut Formatter) -> fmt::Result {
        write!(f, "《{}》", self.title)?;
        for field in &self.fields {
            let hint = if field.placeholder.is_empty() { String::new() } else { format!(" ({})", field.placeholder) };
            let value = if field.value.is_empty() { String::new() } else { format!(" {}", field.value) };
            write!(f, "\n{}{}:{hint}{value}", field.label, if field.required { "*" } else { "" })?;
        }
        Ok(())
    }
}

/// What came of an act.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// Nothing within three seconds: Discord says that the application did not respond.
    Silence,
    /// A new message, for all or for the person alone.
    Said(Message),
    /// The message that the button stood on was changed.
    Changed(Message),
    /// It was taken, and nothing visible came of it (yet).
    Taken,
    Asked(Modal),
}

#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    pub outcome: Outcome,
    /// Messages that came after the first response.
    pub later: Vec<Message>,
    /// Names the interaction.
    pub interaction: u64,
}

impl Answer {
    pub fn modal(&self) -> &Modal {
        match &self.outcome {
            Outcome::Asked(modal) => modal,
            other => panic!("no form came: {other:?}"),
        }
    }

    pub fn ephemeral(&self) -> bool {
        self.as_ref().ephemeral
    }
}

impl AsRef<Message> for Answer {
    fn as_ref(&self) -> &Message {
        match (&self.outcome, self.later.last()) {
            (Outcome::Said(message) | Outcome::Changed(message), _) | (Outcome::Taken, Some(message)) => message,
            (other, _) => panic!("no message came: {other:?}"),
        }
    }
}

impl Display for Answer {
    fn fmt(&self, f: &mut Formatter) -> fmt::Result {
        let private = |message: &Message| if message.ephemeral { "(only you) " } else { "" };
        match &self.outcome {
            Outcome::Silence => write!(f, "(did not respond)"),
            Outcome::Said(message) => write!(f, "{}{message}", private(message)),
            Outcome::Changed(message) => write!(f, "(changed) {message}"),
            Outcome::Taken if self.later.is_empty() => write!(f, "(nothing)"),
            Outcome::Taken => Ok(()),
            Outcome::Asked(modal) => write!(f, "{modal}"),
        }?;
        for (n, message) in self.later.iter().enumerate() {
            let between = if n > 0 || self.outcome != Outcome::Taken { "\n" } else { "" };
            write!(f, "{between}{}{message}", private(message))?;
        }
        Ok(())
    }
}
