//! What Discord knows: people, channels, messages, interactions; and who waits for it to change.

use std::collections::HashSet;
use std::net::SocketAddr;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use serde_json::Value;
use tokio::sync::watch;

use super::fault::Faults;
use super::gateway::Gateway;
use super::rates::Rates;
use super::shown::Message;

/// Of Monday, 23 November 2026; ids go up from here.
pub const FIRST_ID: u64 = 1_574_000_000_000_000_000;
pub const WHEN: &str = "2026-11-23T02:00:00.000000+00:00";
pub const EPHEMERAL: u64 = 1 << 6;
pub const LOADING: u64 = 1 << 7;

/// One Discord: the state, and a number that goes up whenever it changes.
#[derive(Debug)]
pub struct World {
    pub address: SocketAddr,
    state: Mutex<State>,
    changed: watch::Sender<u64>,
}

impl World {
    pub fn new(address: SocketAddr) -> World {
        World { address, state: Mutex::new(State::new()), changed: watch::Sender::new(0) }
    }

    /// Something happens.
    pub fn with<T>(&self, act: impl FnOnce(&mut State) -> T) -> T {
        let told = act(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner));
        self.changed.send_modify(|n| *n += 1);
        told
    }

    /// Somebody looks.
    pub fn look<T>(&self, look: impl FnOnce(&State) -> T) -> T {
        look(&self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub fn changes(&self) -> watch::Receiver<u64> {
        self.changed.subscribe()
    }

    /// Waits until there is something to be seen; `None` when it does not come in time.
    pub async fn until<T>(&self, patience: Duration, mut look: impl FnMut(&State) -> Option<T>) -> Option<T> {
        let mut changes = self.changes();
        let waited = tokio::time::timeout(patience, async {
            loop {
                if let Some(seen) = self.look(&mut look) {
                    return Some(seen);
                }
                changes.changed().await.ok()?;
            }
        });
        waited.await.ok().flatten()
    }
}

#[derive(Debug, Clone)]
pub struct Member {
    pub id: u64,
    pub name: String,
    pub shut: bool,
}

/// What the bot may do in a channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    Full,
    ReadOnly,
    Hidden,
}

#[derive(Debug, Clone)]
pub struct Channel {
    pub id: u64,
    pub name: String,
    /// The person of a private channel.
    pub dm: Option<u64>,
    pub access: Access,
}

#[derive(Debug, Clone)]
pub struct Record {
    pub id: u64,
    pub author: u64,
    pub channel: u64,
    pub content: String,
    pub embeds: Value,
    pub components: Value,
    pub flags: u64,
    pub nonce: Option<Value>,
    pub reply_to: Option<u64>,
    /// User ids, or `everyone`.
    pub pings: Vec<String>,
    pub edits: u32,
    /// Who alone sees it.
    pub only_for: Option<u64>,
    pub interaction: Option<u64>,
    /// Older than an hour, and changed too often since.
    pub settled: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Command = 2,
    Component = 3,
    Autocomplete = 4,
    Modal = 5,
}

/// What the first response was.
#[derive(Debug, Clone, PartialEq)]
pub enum First {
    Message(u64),
    Deferred(u64),
    DeferredUpdate,
    Update,
    Choices(Vec<Value>),
    Modal(Value),
}

#[derive(Debug, Clone)]
pub struct Interaction {
    pub id: u64,
    pub token: String,
    pub kind: Kind,
    pub person: u64,
    pub channel: u64,
    /// The message whose button was pressed.
    pub message: Option<u64>,
    /// The type of the option that is being typed.
    pub focused: Option<u64>,
    pub born: Instant,
    pub expired: bool,
    pub first: Option<First>,
    /// `@original` was changed later.
    pub changed: bool,
    pub follow_ups: Vec<u64>,
}

impl Interaction {
    /// The message that `@original` means.
    pub fn original(&self) -> Option<u64> {
        match self.first.as_ref()? {
            First::Message(id) | First::Deferred(id) => Some(*id),
            First::DeferredUpdate | First::Update => self.message,
            First::Choices(_) | First::Modal(_) => None,
        }
    }
}

#[derive(Debug)]
pub struct State {
    next: u64,
    pub bot: u64,
    pub guild: u64,
    pub token: String,
    pub members: Vec<Member>,
    pub channels: Vec<Channel>,
    pub messages: Vec<Record>,
    pub interactions: Vec<Interaction>,
    pub commands: Vec<Value>,
    pub registrations: u32,
    /// How long an interaction waits for its first response.
    pub first_response: Duration,
    pub objections: Vec<String>,
    /// The nonces of the last few minutes.
    pub nonces: HashSet<String>,
    /// `POST /channels/1/messages 200`
    pub requests: Vec<String>,
    pub rates: Rates,
    pub faults: Faults,
    pub gateway: Gateway,
}

impl State {
    fn new() -> State {
        let bot = FIRST_ID;
        let token = "MTU3NDAwMDAwMDAwMDAwMDAwMA.GkVmZQ.c2VjcmV0LW9mLWEtZGlzY29yZC10aGF0LWlzLW5vbmU".to_owned();
        let mut state = State {
            next: 0,
            bot,
            guild: 0,
            token,
            members: vec![Member { id: bot, name: "警铃".to_owned(), shut: true }],
            channels: Vec::new(),
            messages: Vec::new(),
            interactions: Vec::new(),
            commands: Vec::new(),
            registrations: 0,
            first_response: Duration::from_secs(3),
            objections: Vec::new(),
            nonces: HashSet::new(),
            requests: Vec::new(),
            rates: Rates::default(),
            faults: Faults::default(),
            gateway: Gateway::default(),
        };
        state.guild = state.new_id();
        state
    }

    pub fn new_id(&mut self) -> u64 {
        self.next += 1;
        FIRST_ID + (self.next << 22)
    }

    pub fn member(&mut self, name: &str) -> u64 {
        if let Some(member) = self.members.iter().find(|member| member.name == name) {
            return member.id;
        }
        let id = self.new_id();
        self.members.push(Member { id, name: name.to_owned(), shut: false });
        id
    }

    pub fn person(&self, id: u64) -> Option<&Member> {
        self.members.iter().find(|member| member.id == id)
    }

    pub fn channel_named(&mut self, name: &str) -> &mut Channel {
        let known = self.channels.iter().position(|channel| channel.dm.is_none() && channel.name == name);
        let known = known.unwrap_or_else(|| {
            let id = self.new_id();
            self.channels.push(Channel { id, name: name.to_owned(), dm: None, access: Access::Full });
            self.channels.len() - 1
        });
        &mut self.channels[known]
    }

    pub fn channel(&self, id: u64) -> Option<&Channel> {
        self.channels.iter().find(|channel| channel.id == id)
    }

    /// The private channel with a person.
    pub fn dm(&mut self, person: u64) -> u64 {
        if let Some(channel) = self.channels.iter().find(|channel| channel.dm == Some(person)) {
            return channel.id;
        }
        let id = self.new_id();
        self.channels.push(Channel { id, name: String::new(), dm: Some(person), access: Access::Full });
        id
    }

    pub fn message(&self, id: u64) -> Option<&Record> {
        self.messages.iter().find(|message| message.id == id)
    }

    pub fn interaction(&mut self, token: &str) -> Option<&mut Interaction> {
        self.interactions.iter_mut().find(|interaction| interaction.token == token)
    }

    /// All that happened, for a story that waits in vain.
    pub fn story(&self) -> String {
        let said: Vec<String> = self.messages.iter().map(|record| Message::of(self, record).to_string()).collect();
        format!("said: {said:#?}\nasked: {:#?}\ngateway: {:#?}\nobjections: {:#?}", self.requests, self.gateway.log, self.objections)
    }

    /// `<@1>` as `@张敏`, `<#2>` as `#社保股`.
    pub fn readable(&self, text: &str) -> String {
        let people = self.members.iter().flat_map(|member| ["", "!"].map(|mark| (format!("<@{mark}{}>", member.id), format!("@{}", member.name))));
        let channels = self.channels.iter().map(|channel| (format!("<#{}>", channel.id), format!("#{}", channel.name)));
        people.chain(channels).fold(text.to_owned(), |text, (from, to)| text.replace(&from, &to))
    }
}
