//! Looking for our own messages (补查): what was sent without hearing back, or just before a crash, is found by the delivery that its buttons carry.

use serde::Deserialize;
use serenity::http::Route;
use serenity::model::id::{ChannelId, MessageId, UserId};
use tokio::sync::OnceCell;

use super::Place;
use super::button::Button;
use super::parcel::News;
use super::rest::{Rest, RestError};

/// Messages of a page, and pages looked through: what was sent just before stands among the latest.
const PAGE: (usize, usize) = (100, 5);

/// Looks through channels.
#[derive(Debug)]
pub(super) struct Search {
    rest: Rest,
    /// Who the bot is: only what it wrote itself counts.
    bot: OnceCell<UserId>,
}

#[derive(Debug, Deserialize)]
struct Bot {
    id: UserId,
}

#[derive(Debug, Deserialize)]
struct Seen {
    id: MessageId,
    author: Bot,
    #[serde(default)]
    message_reference: Option<serde::de::IgnoredAny>,
    #[serde(default)]
    components: Vec<Row>,
}

#[derive(Debug, Deserialize)]
struct Row {
    #[serde(default)]
    components: Vec<Control>,
}

#[derive(Debug, Deserialize)]
struct Control {
    #[serde(default)]
    custom_id: Option<String>,
}

impl Seen {
    fn button(&self) -> Option<Button> {
        self.components.iter().flat_map(|row| &row.components).find_map(|control| Button::parse(control.custom_id.as_deref()?))
    }
}

impl Search {
    pub fn new(rest: Rest) -> Search {
        Search { rest, bot: OnceCell::new() }
    }

    /// The message of the warning that an earlier attempt sent, and the delivery it carries.
    pub async fn card(&self, channel: ChannelId, news: &News) -> Result<Option<(Place, (i64, i64))>, RestError> {
        self.find(channel, |seen| seen.message_reference.is_none().then(|| carried(seen, news, |delivery| news.holds(delivery))).flatten()).await
    }

    /// The latest reply that an earlier attempt sent, and the delivery it carries.
    pub async fn reply(&self, channel: ChannelId, news: &News) -> Result<Option<(Place, (i64, i64))>, RestError> {
        self.find(channel, |seen| seen.message_reference.is_some().then(|| carried(seen, news, |delivery| news.holds(delivery))).flatten()).await
    }

    /// The message of a note that an earlier attempt sent.
    pub async fn note(&self, channel: ChannelId, delivery: (i64, i64)) -> Result<Option<Place>, RestError> {
        let is_it = |seen: &Seen| seen.button().and_then(|button| button.delivery).filter(|carried| *carried == delivery);
        Ok(self.find(channel, is_it).await?.map(|(place, _)| place))
    }

    async fn find(&self, channel: ChannelId, is_it: impl Fn(&Seen) -> Option<(i64, i64)>) -> Result<Option<(Place, (i64, i64))>, RestError> {
        let bot = *self.bot.get_or_try_init(|| async { self.rest.get(Route::UserMe, Vec::new()).await.map(|Bot { id }| id) }).await?;
        let mut query = vec![("limit", PAGE.0.to_string())];
        for _ in 0..PAGE.1 {
            let page: Vec<Seen> = match self.rest.get(Route::ChannelMessages { channel_id: channel }, query.clone()).await {
                Ok(page) => page,
                // where nothing can be read nothing was written
                Err(RestError::Refused(refusal)) if refusal.is_of_the_place() => return Ok(None),
                Err(failure) => return Err(failure),
            };
            let found = page.iter().filter(|seen| seen.author.id == bot).find_map(|seen| Some((Place { channel, message: seen.id }, is_it(seen)?)));
            match page.last().filter(|_| found.is_none() && page.len() == PAGE.0) {
                Some(last) => query = vec![("limit", PAGE.0.to_string()), ("before", last.id.to_string())],
                None => return Ok(found),
            }
        }
        Ok(None)
    }
}

fn carried(seen: &Seen, news: &News, is_ours: impl Fn((i64, i64)) -> bool) -> Option<(i64, i64)> {
    let button = seen.button().filter(|button| button.no == news.card.no)?;
    button.delivery.filter(|delivery| is_ours(*delivery))
}
