//! A bot of a few lines: plain requests and a plain websocket, no library of Discord's.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use reqwest::Method;
use reqwest::header::HeaderMap;
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use crate::harness::discord::FakeDiscord;

pub struct Bot {
    http: reqwest::Client,
    url: String,
    token: String,
    pub id: u64,
    guild: u64,
}

/// What REST answered.
#[derive(Debug)]
pub struct Told {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Value,
}

impl Told {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map(|value| value.to_str().unwrap()).unwrap_or_default()
    }

    /// `200`, `404 10003`, or `400 50035` with the first error and its path.
    pub fn short(&self) -> String {
        let mut place = &self.body["errors"];
        let mut path = Vec::new();
        while let Some((step, inner)) = place.as_object().and_then(|steps| steps.iter().find(|(step, _)| *step != "_errors")) {
            path.push(step.as_str());
            place = inner;
        }
        let code = self.body["code"].as_u64().map(|code| format!(" {code}")).unwrap_or_default();
        let error = place["_errors"][0]["code"].as_str().map(|error| format!(" {} {error}", path.join("/"))).unwrap_or_default();
        format!("{}{code}{error}", self.status)
    }

    pub fn id(&self) -> &str {
        self.body["id"].as_str().unwrap()
    }
}

impl Bot {
    pub fn of(discord: &FakeDiscord) -> Bot {
        let http = reqwest::Client::builder().no_proxy().timeout(Duration::from_secs(5)).build().unwrap();
        Bot { http, url: discord.url(), token: discord.token(), id: discord.bot(), guild: discord.guild() }
    }

    pub async fn tries(&self, method: Method, path: &str, body: &Value) -> reqwest::Result<Told> {
        let request = self.http.request(method, format!("{}/api/v10{path}", self.url)).header("authorization", format!("Bot {}", self.token));
        let request = if body.is_null() { request } else { request.json(body) };
        let response = request.send().await?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let bytes = response.bytes().await?;
        let body = if bytes.is_empty() { Value::Null } else { serde_json::from_slice(&bytes).unwrap_or(Value::String("broken".to_owned())) };
        Ok(Told { status, headers, body })
    }

    pub async fn asks(&self, method: Method, path: &str, body: Value) -> Told {
        self.tries(method, path, &body).await.unwrap()
    }

    pub async fn gets(&self, path: &str) -> Told {
        self.asks(Method::GET, path, Value::Null).await
    }

    pub async fn sends(&self, channel: u64, body: Value) -> Told {
        self.asks(Method::POST, &format!("/channels/{channel}/messages"), body).await
    }

    pub async fn edits(&self, channel: u64, message: &str, body: Value) -> Told {
        self.asks(Method::PATCH, &format!("/channels/{channel}/messages/{message}"), body).await
    }

    pub async fn registers(&self, commands: Value) -> Told {
        self.asks(Method::PUT, &format!("/applications/{}/guilds/{}/commands", self.id, self.guild), commands).await
    }

    pub async fn responds(&self, interaction: &Value, response: Value) -> Told {
        let path = format!("/interactions/{}/{}/callback", interaction["id"].as_str().unwrap(), interaction["token"].as_str().unwrap());
        self.asks(Method::POST, &path, response).await
    }

    pub async fn edits_original(&self, interaction: &Value, body: Value) -> Told {
        self.asks(Method::PATCH, &format!("/webhooks/{}/{}/messages/@original", self.id, interaction["token"].as_str().unwrap()), body).await
    }

    pub async fn follows_up(&self, interaction: &Value, body: Value) -> Told {
        self.asks(Method::POST, &format!("/webhooks/{}/{}", self.id, interaction["token"].as_str().unwrap()), body).await
    }

    /// A connection that has heard HELLO.
    pub async fn connects(&self) -> Ear {
        let url = self.gets("/gateway/bot").await.body["url"].as_str().unwrap_or_default().to_owned();
        let url = if url.is_empty() { self.url.replace("http", "ws") } else { url };
        let (socket, _) = connect_async(format!("{url}/?v=10&encoding=json")).await.unwrap();
        let mut ear = Ear { socket, seq: 0, session: String::new() };
        assert_eq!(ear.hears().await.unwrap()["op"], 10);
        ear
    }

    pub async fn identifies(&self) -> Ear {
        let mut ear = self.connects().await;
        ear.says(self.identity(1)).await;
        ear.session = ear.event("READY").await["session_id"].as_str().unwrap().to_owned();
        ear
    }

    pub fn identity(&self, intents: u64) -> Value {
        json!({"op": 2, "d": {"token": self.token, "intents": intents, "properties": {"os": "linux", "browser": "none", "device": "none"}}})
    }

    pub async fn resumes(&self, session: &str, seq: u64) -> Ear {
        let mut ear = self.connects().await;
        ear.says(json!({"op": 6, "d": {"token": self.token, "session_id": session, "seq": seq}})).await;
        Ear { session: session.to_owned(), seq, ..ear }
    }
}

pub struct Ear {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    pub seq: u64,
    pub session: String,
}

impl Ear {
    pub async fn says(&mut self, message: Value) {
        self.socket.send(Message::text(message.to_string())).await.unwrap();
    }

    /// The next message, or the code of the closing (0: the line was cut).
    pub async fn hears(&mut self) -> Result<Value, u16> {
        let next = tokio::time::timeout(Duration::from_secs(5), self.socket.next()).await.expect("nothing is heard");
        let message: Value = match next {
            Some(Ok(Message::Text(text))) => serde_json::from_str(&text).unwrap(),
            Some(Ok(Message::Close(frame))) => return Err(frame.map_or(0, |frame| frame.code.into())),
            _ => return Err(0),
        };
        self.seq = message["s"].as_u64().unwrap_or(self.seq);
        Ok(message)
    }

    /// The data of the next event of that name.
    pub async fn event(&mut self, name: &str) -> Value {
        loop {
            let mut message = self.hears().await.unwrap();
            if message["t"] == name {
                return message["d"].take();
            }
        }
    }

    pub async fn interaction(&mut self) -> Value {
        self.event("INTERACTION_CREATE").await
    }
}
