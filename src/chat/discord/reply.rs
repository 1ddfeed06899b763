//! Replies (答复): what the desk says, as the asker alone sees it, and the way it gets there: within three seconds, or into the place kept for it,
//! or, when Discord's quarter of an hour is over, as a direct message.

use std::time::Duration;

use serenity::builder::{
    CreateActionRow, CreateAllowedMentions, CreateInteractionResponse, CreateInteractionResponseFollowup, CreateInteractionResponseMessage, CreateMessage,
    EditInteractionResponse,
};
use serenity::http::{LightMethod, Route};
use serenity::model::id::{ApplicationId, InteractionId};
use tracing::warn;

use crate::config::Snowflake;
use crate::delivery::discord::Refusal;
use crate::delivery::discord::rest::{Rest, RestError};
use crate::delivery::discord::text;
use crate::desk::Reply;
use crate::domain::StaffId;

/// Discord's limit for a message, less what a code block takes.
const MAX_UNITS: usize = 1980;
/// An answer that did not get through is tried again: how often, and after which pause.
const TRIES: u32 = 4;
const PAUSE: Duration = Duration::from_secs(1);

/// What is to be seen: one message or several, the last of them with what can be pressed.
#[derive(Debug, Clone, Default)]
pub struct Shown {
    parts: Vec<String>,
    pub rows: Vec<CreateActionRow>,
}

impl Shown {
    /// The desk's reply; `account` knows whose account is bound.
    pub fn reply(reply: &Reply, account: impl Fn(StaffId) -> Option<Snowflake>) -> Shown {
        match reply {
            Reply::Said(said) => Shown { parts: vec![text::render(said, account).content], rows: Vec::new() },
            Reply::Private(words) => Shown::words(words),
            Reply::Sheet(sheet) => Shown { parts: cut(&sheet.replace("```", "'''")).map(|part| format!("```\n{part}\n```")).collect(), rows: Vec::new() },
        }
    }

    /// The asker's own words, or about them: read only, whatever stands in them.
    pub fn words(words: &str) -> Shown {
        Shown { parts: cut(&text::plain(words.trim_end())).collect(), rows: Vec::new() }
    }

    #[must_use]
    pub fn with(self, rows: Vec<CreateActionRow>) -> Shown {
        Shown { rows, ..self }
    }

    fn message(&self) -> CreateInteractionResponseMessage {
        let first = self.parts.first().cloned().unwrap_or_default();
        CreateInteractionResponseMessage::new().content(first).components(self.rows.clone()).allowed_mentions(nobody()).ephemeral(true)
    }
}

/// At line ends where that goes.
fn cut(text: &str) -> impl Iterator<Item = String> {
    let mut parts = vec![String::new()];
    for line in text.split_inclusive('\n') {
        let fits = |part: &str, more: &str| part.encode_utf16().count() + more.encode_utf16().count() <= MAX_UNITS;
        for piece in line.chars().collect::<Vec<char>>().chunks(MAX_UNITS / 2) {
            let piece: String = piece.iter().collect();
            match parts.last_mut() {
                Some(last) if fits(last, &piece) => last.push_str(&piece),
                Some(_) | None => parts.push(piece),
            }
        }
    }
    parts.into_iter().map(|part| part.trim_end().to_owned()).filter(|part| !part.trim().is_empty())
}

/// A private answer calls nobody.
fn nobody() -> CreateAllowedMentions {
    CreateAllowedMentions::new()
}

/// The way back to whoever asked.
#[derive(Clone)]
pub struct Answering {
    pub rest: Rest,
    pub id: InteractionId,
    pub application: ApplicationId,
    /// Whoever has it may answer in our name: it stands in no log.
    pub token: String,
    pub account: Snowflake,
}

impl std::fmt::Debug for Answering {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Answering({})", self.id)
    }
}

impl Answering {
    /// The first response. Discord takes one, within three seconds.
    pub async fn first(&self, response: &CreateInteractionResponse) -> Result<(), RestError> {
        self.rest.tell(LightMethod::Post, Route::InteractionResponse { interaction_id: self.id, token: &self.token }, Some(response)).await
    }

    /// Shown at once, to the asker alone.
    pub async fn say(&self, shown: Shown) {
        self.show(&CreateInteractionResponse::Message(shown.message()), &shown).await;
    }

    /// In the place of the message that was pressed.
    pub async fn update(&self, shown: Shown) {
        self.show(&CreateInteractionResponse::UpdateMessage(shown.message()), &shown).await;
    }

    async fn show(&self, response: &CreateInteractionResponse, shown: &Shown) {
        match self.first(response).await {
            Ok(()) => self.rest_of(shown).await,
            Err(failure) => warn!(%failure, interaction = %self.id, "discord: an answer came too late"),
        }
    }

    /// Keeps a place for the answer, before anything is done. Where Discord does not take even that, the asker has been told that it failed: then nothing is done.
    pub async fn hold(&self, update: bool) -> bool {
        let response = if update {
            CreateInteractionResponse::Acknowledge
        } else {
            CreateInteractionResponse::Defer(CreateInteractionResponseMessage::new().ephemeral(true))
        };
        match self.first(&response).await {
            Ok(()) => true,
            Err(failure) => {
                warn!(%failure, interaction = %self.id, "discord: an interaction could not be taken, nothing was done");
                false
            }
        }
    }

    /// Into the place kept. What was done stands, so the answer is tried again, and at last goes as a direct message.
    pub async fn finish(&self, shown: Shown) {
        let mut edit = EditInteractionResponse::new().components(shown.rows.clone()).allowed_mentions(nobody());
        edit = edit.content(shown.parts.first().cloned().unwrap_or_default());
        let route = Route::WebhookOriginalInteractionResponse { application_id: self.application, token: &self.token };
        for _ in 0..TRIES {
            match self.rest.tell(LightMethod::Patch, route, Some(&edit)).await {
                Ok(()) => return self.rest_of(&shown).await,
                Err(RestError::Refused(_)) => break,
                Err(RestError::Limited(_) | RestError::Later(_) | RestError::Unauthorised) => tokio::time::sleep(PAUSE).await,
            }
        }
        if let Err(failure) = self.direct(&shown).await {
            warn!(%failure, interaction = %self.id, "discord: what was answered could not be shown; what was done stands");
        }
    }

    async fn rest_of(&self, shown: &Shown) {
        let route = Route::WebhookFollowupMessages { application_id: self.application, token: &self.token };
        for part in shown.parts.iter().skip(1) {
            let more = CreateInteractionResponseFollowup::new().content(part).allowed_mentions(nobody()).ephemeral(true);
            if let Err(failure) = self.rest.tell(LightMethod::Post, route, Some(&more)).await {
                warn!(%failure, interaction = %self.id, "discord: the rest of an answer could not be shown");
                return;
            }
        }
    }

    async fn direct(&self, shown: &Shown) -> Result<(), RestError> {
        let channel_id = self.rest.direct_messages(self.account).await?;
        for part in &shown.parts {
            let message = CreateMessage::new().content(part).allowed_mentions(nobody());
            match self.rest.tell(LightMethod::Post, Route::ChannelMessages { channel_id }, Some(&message)).await {
                Ok(()) => {}
                Err(RestError::Refused(Refusal::DirectMessagesShut)) => {
                    warn!(interaction = %self.id, "discord: an answer came too late, and its asker takes no direct messages; what was done stands");
                    return Ok(());
                }
                Err(failure) => return Err(failure),
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(reply: Reply) -> Vec<String> {
        Shown::reply(&reply, |_| None).parts
    }

    #[test]
    fn words_of_ones_own_are_only_read() {
        assert_eq!(parts(Reply::Private("情况 @everyone [x](javascript:1)\n".to_owned())), [r"情况 \@everyone \[x\](javascript:1)"]);
    }

    #[test]
    fn a_sheet_is_cut_at_line_ends_and_leaves_its_block_in_no_way() {
        let row = format!("{}\n", "表".repeat(99));
        let sheet = parts(Reply::Sheet(format!("```@everyone\n{}", row.repeat(50))));
        assert!(sheet.len() == 3 && sheet[0].starts_with("```\n'''@everyone\n"), "{sheet:?}");
        for part in &sheet {
            assert!(part.encode_utf16().count() <= 2000);
            assert!(part.starts_with("```\n") && part.ends_with("\n```") && part.matches("```").count() == 2);
            assert!(part.lines().filter(|line| line.starts_with('表')).all(|line| line.chars().count() == 99));
        }
        assert_eq!(parts(Reply::Sheet("𠮷".repeat(4000))).concat().matches('𠮷').count(), 4000);
    }
}
