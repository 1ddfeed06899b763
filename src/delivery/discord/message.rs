//! What a message looks like: its text, who is called by it, its buttons.

use serenity::all::{ButtonStyle, CreateActionRow, CreateAllowedMentions, CreateButton, CreateMessage, EditMessage, MessageReference, Nonce};

use super::Place;
use super::button::{Action, Button};
use super::text::{Text, render};
use crate::config::Snowflake;
use crate::domain::{ChatSafe, StaffId};

/// One message, however it gets there.
#[derive(Debug)]
pub(super) struct Face {
    text: Text,
    buttons: Vec<CreateButton>,
}

impl Face {
    /// `accounts` are those of the members of staff who may be called.
    pub fn new(text: &ChatSafe, actions: &[Action], no: i64, delivery: Option<(i64, i64)>, accounts: &[(StaffId, Snowflake)]) -> Face {
        let button = |(place, action): (usize, &Action)| {
            let style = if place == 0 && actions.len() > 1 { ButtonStyle::Primary } else { ButtonStyle::Secondary };
            CreateButton::new(Button { action: *action, no, delivery }.id()).label(action.label()).style(style)
        };
        let text = render(text, |staff| accounts.iter().find(|(bound, _)| *bound == staff).map(|(_, account)| *account));
        Face { text, buttons: actions.iter().enumerate().map(button).collect() }
    }

    /// The same, calling nobody.
    #[must_use]
    pub fn silent(self) -> Face {
        Face { text: self.text.silent(), ..self }
    }

    /// As a message of its own.
    pub fn post(&self, nonce: &str) -> CreateMessage {
        let rows = vec![CreateActionRow::Buttons(self.buttons.clone())];
        let message = CreateMessage::new().content(&self.text.content).allowed_mentions(self.text.allowed_mentions()).components(rows);
        message.nonce(Nonce::String(nonce.to_owned())).enforce_nonce(true)
    }

    /// As a reply; should what it replies to be deleted meanwhile, it stands by itself.
    pub fn reply(&self, to: Place, nonce: &str) -> CreateMessage {
        self.post(nonce).reference_message(MessageReference::from((to.channel, to.message)).fail_if_not_exists(false))
    }

    /// In the place of what a message said before. An edit calls nobody.
    pub fn edit(&self) -> EditMessage {
        let rows = vec![CreateActionRow::Buttons(self.buttons.clone())];
        EditMessage::new().content(&self.text.content).allowed_mentions(CreateAllowedMentions::new()).components(rows)
    }
}
