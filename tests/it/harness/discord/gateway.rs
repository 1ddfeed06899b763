//! The gateway: HELLO, IDENTIFY or RESUME, heartbeats, and events that wait for whoever comes back.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::ws::{CloseFrame, Message, WebSocket};
use axum::extract::{State as Shared, WebSocketUpgrade};
use axum::response::Response;
use serde::de::DeserializeSeed;
use serde_json::{Value, json};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::time::{Instant, sleep_until};
use twilight_model::gateway::event::GatewayEventDeserializer;

use super::state::{State, World};

pub const GUILDS: u64 = 1;
/// GUILD_MEMBERS, GUILD_PRESENCES, MESSAGE_CONTENT: Discord gives them on request only.
const PRIVILEGED: u64 = 1 << 1 | 1 << 8 | 1 << 15;
const KNOWN: u64 = (1 << 26) - 1;

/// What a connection is made to do.
#[derive(Debug)]
pub enum Frame {
    Tell(Value),
    Close(u16),
    /// The line is dead, without a word.
    Cut,
}

#[derive(Debug)]
struct Session {
    id: String,
    intents: u64,
    seq: u64,
    events: Vec<(u64, Value)>,
    connection: Option<u64>,
}

#[derive(Debug)]
struct Connection {
    frames: UnboundedSender<Frame>,
    silent: bool,
}

#[derive(Debug)]
pub struct Gateway {
    pub url: String,
    pub interval: Duration,
    /// The next to identify are turned away with this code.
    pub refuses: Option<u16>,
    pub identified: u32,
    pub resumed: u32,
    pub heartbeats: u32,
    /// `identified`, `closed with 4004` …, for a story that waits in vain.
    pub log: Vec<String>,
    next: u64,
    sessions: Vec<Session>,
    connections: HashMap<u64, Connection>,
}

impl Default for Gateway {
    fn default() -> Gateway {
        Gateway {
            url: String::new(),
            interval: Duration::from_millis(41_250),
            refuses: None,
            identified: 0,
            resumed: 0,
            heartbeats: 0,
            log: Vec::new(),
            next: 0,
            sessions: Vec::new(),
            connections: HashMap::new(),
        }
    }
}

impl Gateway {
    /// How many sessions somebody listens to.
    pub fn listening(&self) -> usize {
        self.sessions.iter().filter(|session| session.connection.is_some_and(|connection| self.connections.contains_key(&connection))).count()
    }

    /// How many sessions there are, listened to or waiting to be resumed.
    pub fn sessions(&self) -> usize {
        self.sessions.len()
    }

    /// How many connections are open, known who or not.
    pub fn connections(&self) -> usize {
        self.connections.len()
    }

    pub fn everybody(&mut self, frame: impl Fn() -> Frame) {
        self.connections.values().for_each(|connection| _ = connection.frames.send(frame()));
    }

    /// Those connected now are told nothing any more, and no heartbeat is answered.
    pub fn falls_silent(&mut self) {
        self.connections.values_mut().for_each(|connection| connection.silent = true);
    }

    pub fn invalidates(&mut self, resumable: bool) {
        self.everybody(|| Frame::Tell(json!({"op": 9, "d": resumable})));
        if !resumable {
            self.sessions.clear();
        }
    }

    /// An event for every session with one of these intents (0: for all).
    pub fn dispatch(&mut self, intents: u64, name: &str, data: &Value) {
        for session in &mut self.sessions {
            if intents == 0 || session.intents & intents != 0 {
                session.push(&self.connections, name, data);
            }
        }
    }

    fn session(&mut self, id: &str) -> Option<&mut Session> {
        self.sessions.iter_mut().find(|session| session.id == id)
    }
}

impl Session {
    fn push(&mut self, connections: &HashMap<u64, Connection>, name: &str, data: &Value) {
        self.seq += 1;
        let event = json!({"op": 0, "s": self.seq, "t": name, "d": data});
        judged(&event);
        self.events.push((self.seq, event.clone()));
        if let Some(connection) = self.connection.and_then(|connection| connections.get(&connection)).filter(|connection| !connection.silent) {
            _ = connection.frames.send(Frame::Tell(event));
        }
    }
}

/// Whatever is said here must be what twilight takes for Discord's.
fn judged(event: &Value) {
    let text = event.to_string();
    let read = GatewayEventDeserializer::from_json(&text).map(|seed| seed.deserialize(&mut serde_json::Deserializer::from_str(&text)));
    assert!(matches!(read, Some(Ok(_))), "the fake's own mistake: {read:?} of {text}");
}

pub async fn open(Shared(world): Shared<Arc<World>>, request: axum::extract::RawQuery, upgrade: WebSocketUpgrade) -> Response {
    let query = request.0.unwrap_or_default();
    upgrade.on_upgrade(async move |mut socket| {
        if !query.split('&').any(|part| part == "v=10") {
            return close(&mut socket, 4012).await;
        }
        if query.split('&').any(|part| part == "encoding=etf" || part.starts_with("compress=")) {
            world.with(|state| state.objections.push(format!("the gateway speaks plain JSON here: ?{query}")));
            return close(&mut socket, 4002).await;
        }
        let (frames, said) = unbounded_channel();
        let id = world.with(|state| {
            state.gateway.next += 1;
            state.gateway.log.push("connected".to_owned());
            state.gateway.connections.insert(state.gateway.next, Connection { frames, silent: false });
            state.gateway.next
        });
        let orderly = talk(&world, id, socket, said).await;
        world.with(|state| {
            let gateway = &mut state.gateway;
            gateway.connections.remove(&id);
            // whoever says goodbye with 1000 or 1001 gives the session up
            gateway.sessions.retain(|session| !(orderly && session.connection == Some(id)));
            gateway.sessions.iter_mut().filter(|session| session.connection == Some(id)).for_each(|session| session.connection = None);
        });
    })
}

/// True when the other side ended it for good.
async fn talk(world: &World, id: u64, mut socket: WebSocket, mut said: UnboundedReceiver<Frame>) -> bool {
    let interval = world.look(|state| state.gateway.interval);
    let hello = json!({"op": 10, "s": null, "t": null, "d": {"heartbeat_interval": u64::try_from(interval.as_millis()).unwrap_or(u64::MAX)}});
    if socket.send(Message::text(hello.to_string())).await.is_err() {
        return false;
    }
    let mut patience = Instant::now() + interval * 3;
    loop {
        tokio::select! {
            frame = said.recv() => match frame {
                Some(Frame::Tell(event)) => {
                    if socket.send(Message::text(event.to_string())).await.is_err() {
                        return false;
                    }
                }
                Some(Frame::Close(code)) => {
                    close(&mut socket, code).await;
                    return false;
                }
                Some(Frame::Cut) | None => return false,
            },
            message = socket.recv() => match message {
                Some(Ok(Message::Text(text))) => {
                    if let Err(code) = world.with(|state| hear(state, id, &text)) {
                        world.with(|state| state.gateway.log.push(format!("closed with {code} after {text}")));
                        close(&mut socket, code).await;
                        return false;
                    }
                    patience = Instant::now() + interval * 3;
                }
                Some(Ok(Message::Close(frame))) => return frame.is_none_or(|frame| matches!(frame.code, 1000 | 1001)),
                Some(Ok(Message::Binary(_) | Message::Ping(_) | Message::Pong(_))) => {}
                Some(Err(_)) | None => return false,
            },
            () = sleep_until(patience) => {
                close(&mut socket, 4009).await;
                return false;
            }
        }
    }
}

async fn close(socket: &mut WebSocket, code: u16) {
    let reason = match code {
        4003 => "Not authenticated.",
        4004 => "Authentication failed.",
        4009 => "Session timed out.",
        4014 => "Disallowed intent(s).",
        _ => "",
    };
    _ = socket.send(Message::Close(Some(CloseFrame { code, reason: reason.into() }))).await;
}

/// One message of the bot; the code with which the connection is closed for it.
fn hear(state: &mut State, id: u64, text: &str) -> Result<(), u16> {
    let message: Value = serde_json::from_str(text).map_err(|_| 4002_u16)?;
    let known = state.gateway.sessions.iter().any(|session| session.connection == Some(id));
    match message["op"].as_u64() {
        Some(1) => {
            state.gateway.heartbeats += 1;
            tell(state, id, json!({"op": 11, "s": null, "t": null, "d": null}));
            Ok(())
        }
        Some(2 | 6) if known => Err(4005),
        Some(2) => identify(state, id, &message["d"]),
        Some(6) => resume(state, id, &message["d"]),
        Some(3 | 4 | 8) if known => Ok(()),
        Some(3 | 4 | 8) => Err(4003),
        _ => Err(4001),
    }
}

fn tell(state: &State, id: u64, message: Value) {
    if let Some(connection) = state.gateway.connections.get(&id).filter(|connection| !connection.silent) {
        _ = connection.frames.send(Frame::Tell(message));
    }
}

fn identify(state: &mut State, id: u64, data: &Value) -> Result<(), u16> {
    if let Some(code) = state.gateway.refuses {
        return Err(code);
    }
    if !is_token(state, &data["token"]) {
        return Err(4004);
    }
    let intents = data["intents"].as_u64().filter(|intents| intents & !KNOWN == 0).ok_or(4013_u16)?;
    if intents & PRIVILEGED != 0 {
        return Err(4014);
    }
    if ["os", "browser", "device"].iter().any(|name| !data["properties"][name].is_string()) {
        return Err(4002);
    }
    state.gateway.identified += 1;
    state.gateway.log.push("identified".to_owned());
    let session = format!("{:032x}", state.new_id());
    let mut user = state.user_json(state.bot);
    user["username"] = json!("jingling");
    let ready = json!({
        "v": 10, "user": user, "guilds": [{"id": state.guild.to_string(), "unavailable": true}], "session_id": session, "session_type": "normal",
        "resume_gateway_url": state.gateway.url, "shard": data.get("shard").cloned().unwrap_or_else(|| json!([0, 1])),
        "application": {"id": state.bot.to_string(), "flags": 0},
    });
    let guild = state.guild_json();
    let gateway = &mut state.gateway;
    let mut session = Session { id: session, intents, seq: 0, events: Vec::new(), connection: Some(id) };
    session.push(&gateway.connections, "READY", &ready);
    if intents & GUILDS != 0 {
        session.push(&gateway.connections, "GUILD_CREATE", &guild);
    }
    gateway.sessions.push(session);
    Ok(())
}

/// With or without the word Bot before it.
fn is_token(state: &State, given: &Value) -> bool {
    given.as_str().is_some_and(|given| given.strip_prefix("Bot ").unwrap_or(given) == state.token)
}

/// What was missed is told again, in order.
fn resume(state: &mut State, id: u64, data: &Value) -> Result<(), u16> {
    if !is_token(state, &data["token"]) {
        return Err(4004);
    }
    let seq = data["seq"].as_u64().ok_or(4002_u16)?;
    let Some(session) = state.gateway.session(data["session_id"].as_str().unwrap_or_default()) else {
        tell(state, id, json!({"op": 9, "s": null, "t": null, "d": false}));
        return Ok(());
    };
    if seq > session.seq {
        return Err(4007);
    }
    session.connection = Some(id);
    session.events.retain(|(n, _)| *n > seq);
    let missed: Vec<Value> = session.events.iter().map(|(_, event)| event.clone()).collect();
    let name = session.id.clone();
    missed.into_iter().for_each(|event| tell(state, id, event));
    let gateway = &mut state.gateway;
    gateway.resumed += 1;
    gateway.log.push("resumed".to_owned());
    if let Some(session) = gateway.sessions.iter_mut().find(|session| session.id == name) {
        session.push(&gateway.connections, "RESUMED", &json!({}));
    }
    Ok(())
}
