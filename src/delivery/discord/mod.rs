//! Discord: one message a warning, edited in place as the warning moves, and the one caller of Discord's REST API for the whole program.
//!
//! An edit notifies nobody: what must be noticed is said besides, in a short reply that calls the handler. A message that was sent without hearing back
//! is looked for before it is sent again; every message carries the number of its delivery in its buttons.

pub mod button;
mod contacts;
mod limits;
mod message;
mod note;
mod parcel;
mod refusal;
pub mod rest;
mod search;
pub mod text;

use serde::Deserialize;
use serenity::http::{LightMethod, Route};
use serenity::model::id::{ChannelId, MessageId};

use super::worker::{Failure, Outlet};
use crate::clock::Clock;
use crate::config;
use crate::store::Store;
use crate::store::delivery::{Channel, Message, Parcel};
use crate::troubles::Troubles;
use contacts::Contacts;
use message::Face;
use parcel::News;
pub use refusal::Refusal;
use rest::{Rest, RestError};
use search::Search;

/// The way out to Discord.
#[derive(Debug)]
pub struct Discord {
    rest: Rest,
    contacts: Contacts,
    search: Search,
    store: Store,
}

/// A message on Discord.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Place {
    channel: ChannelId,
    message: MessageId,
}

impl Place {
    fn read(message: &Message) -> Option<Place> {
        Some(Place { channel: message.channel.parse().ok()?, message: message.id.parse().ok()? })
    }

    fn write(self) -> Message {
        Message { channel: self.channel.to_string(), id: self.message.to_string() }
    }
}

/// What became of a message that was to be changed or answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Change {
    Made,
    /// The message, or the way to it, is not there any more.
    Gone,
}

impl From<RestError> for Failure {
    fn from(failure: RestError) -> Failure {
        match &failure {
            RestError::Limited(_) | RestError::Later(_) | RestError::Unauthorised => Failure::Down(failure.to_string()),
            RestError::Refused(refusal) if refusal.is_of_the_body() => Failure::Poison(failure.to_string()),
            RestError::Refused(_) => Failure::Down(failure.to_string()),
        }
    }
}

impl Outlet for Discord {
    const GATHERS: bool = true;

    fn channel(&self) -> Channel {
        Channel::Discord
    }

    async fn deliver(&self, parcel: &Parcel) -> Result<Option<Message>, Failure> {
        if parcel.newest.warning.is_none() {
            return self.note(&parcel.newest).await.map(|place| Some(place.write()));
        }
        let news = News::read(parcel, &self.store).await?;
        let shown = parcel.shown.as_ref().and_then(|(message, to)| Some((Place::read(message)?, to)));
        let mut moves = None;
        if let Some((place, to)) = shown {
            if *to != parcel.newest.recipient {
                self.leave(place, news.farewell(), &news).await?;
            } else if !self.contacts.serves(place.channel, to) {
                moves = Some(place);
            } else if self.update(place, &news, None).await? == Change::Made {
                return Ok(Some(place.write()));
            }
        }
        let place = self.post(&news, moves).await?;
        if let Some(before) = moves.filter(|before| *before != place) {
            self.leave(before, news.elsewhere(), &news).await?;
        }
        Ok(Some(place.write()))
    }
}

impl Discord {
    /// Speaks to the sections of this configuration.
    pub fn new(rest: Rest, config: &config::Discord, store: Store, clock: Clock, troubles: Troubles) -> Discord {
        Discord { search: Search::new(rest.clone()), contacts: Contacts::new(config, clock, troubles), rest, store }
    }

    /// Brings the warning's message up to date, and says besides what must be noticed. `known` is the delivery that the message carries, if it was just found.
    async fn update(&self, place: Place, news: &News, known: Option<(i64, i64)>) -> Result<Change, Failure> {
        match self.change(place, news.face(), news).await? {
            (Change::Made, false) => {}
            (Change::Made, true) => return Ok(Change::Made),
            (Change::Gone, _) => return Ok(Change::Gone),
        }
        match news.notice(known) {
            Some(notice) => self.reply(place, &notice, news, |told| news.notice(Some(told)).is_none()).await,
            None => Ok(Change::Made),
        }
    }

    /// The warning goes to another section, or to another channel of the same: its old message says so.
    async fn leave(&self, place: Place, goodbye: Face, news: &News) -> Result<(), Failure> {
        self.change(place, goodbye, news).await.map(drop)
    }

    /// Edits a message. One that is too old to be edited for now is answered instead: then the flag is set.
    async fn change(&self, place: Place, face: Face, news: &News) -> Result<(Change, bool), Failure> {
        let route = Route::ChannelMessage { channel_id: place.channel, message_id: place.message };
        match self.rest.tell(LightMethod::Patch, route, Some(&face.edit())).await {
            Ok(()) => {
                self.contacts.works(place.channel);
                Ok((Change::Made, false))
            }
            Err(RestError::Refused(Refusal::OldEdit)) => {
                let face = if news.notice(None).is_some() { face } else { face.silent() };
                Ok((self.reply(place, &face, news, |told| told == news.delivery()).await?, true))
            }
            Err(RestError::Refused(refusal)) if refusal.is_of_the_place() => {
                self.contacts.refused(place.channel, &news.card.section, &refusal);
                Ok((Change::Gone, false))
            }
            Err(failure) => Err(failure.into()),
        }
    }

    /// Answers a message, unless an earlier attempt did: `does` says whether a reply that carries this delivery tells it already.
    async fn reply(&self, place: Place, face: &Face, news: &News, does: impl Fn((i64, i64)) -> bool) -> Result<Change, Failure> {
        if news.tried && self.search.reply(place.channel, news).await?.is_some_and(|(_, told)| does(told)) {
            return Ok(Change::Made);
        }
        match self.create(place.channel, &face.reply(place, &news.reply_nonce())).await {
            Ok(_) => Ok(Change::Made),
            Err(RestError::Refused(refusal)) if refusal.is_of_the_place() => {
                self.contacts.refused(place.channel, &news.card.section, &refusal);
                Ok(Change::Gone)
            }
            Err(failure) => Err(failure.into()),
        }
    }

    /// Shows the warning for the first time, or again where its message is gone: at the first contact that takes it.
    async fn post(&self, news: &News, before: Option<Place>) -> Result<Place, Failure> {
        let channels = self.contacts.of(&news.recipient);
        if news.tried {
            for channel in &channels {
                if let Some((place, known)) = self.search.card(*channel, news).await?
                    && self.update(place, news, Some(known)).await? == Change::Made
                {
                    return Ok(place);
                }
            }
        }
        for channel in channels {
            match self.create(channel, &news.face().post(&news.nonce())).await {
                Ok(place) => {
                    self.contacts.reached(&news.recipient);
                    return Ok(place);
                }
                Err(RestError::Refused(refusal)) if refusal.is_of_the_place() => self.contacts.refused(channel, &news.card.section, &refusal),
                Err(failure) => return Err(failure.into()),
            }
        }
        match self.direct(news, before).await? {
            Some(place) => {
                self.contacts.reached(&news.recipient);
                Ok(place)
            }
            None => Err(Failure::Down(self.contacts.unreached(&news.recipient, &news.card.section))),
        }
    }

    /// The last contact: the handler's own messages. What was shown there `before` is edited.
    async fn direct(&self, news: &News, before: Option<Place>) -> Result<Option<Place>, Failure> {
        let Some((_, account)) = news.account else { return Ok(None) };
        let channel = match self.rest.direct_messages(account).await {
            Ok(channel) => channel,
            Err(RestError::Refused(refusal)) if refusal.is_of_the_place() => return Ok(None),
            Err(failure) => return Err(failure.into()),
        };
        let mut there = before.filter(|before| before.channel == channel).map(|before| (before, None));
        if there.is_none() && news.tried {
            there = self.search.card(channel, news).await?.map(|(place, known)| (place, Some(known)));
        }
        if let Some((place, known)) = there
            && self.update(place, news, known).await? == Change::Made
        {
            return Ok(Some(place));
        }
        match self.create(channel, &news.face().post(&news.nonce())).await {
            Ok(place) => Ok(Some(place)),
            Err(RestError::Refused(refusal)) if refusal.is_of_the_place() => Ok(None),
            Err(failure) => Err(failure.into()),
        }
    }

    async fn create(&self, channel: ChannelId, body: &serenity::builder::CreateMessage) -> Result<Place, RestError> {
        let Made { id } = self.rest.call(LightMethod::Post, Route::ChannelMessages { channel_id: channel }, Some(body)).await?;
        self.contacts.works(channel);
        Ok(Place { channel, message: id })
    }
}

/// What was made, of which only the number is wanted.
#[derive(Debug, Deserialize)]
struct Made {
    id: MessageId,
}
