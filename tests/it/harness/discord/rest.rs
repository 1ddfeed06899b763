//! The REST door: who asks, faults, limits, then the route.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::State as Shared;
use axum::http::{HeaderMap, Method, Request, Response};
use serde_json::{Value, json};

use super::fault::{Fault, On};
use super::rates::{Limited, Told};
use super::refusal::{self, Outcome, Refusal};
use super::state::{State, World};
use super::{commands, interactions, messages};

/// Marks an answer that must never be written: the connection ends instead.
#[derive(Debug, Clone, Copy)]
pub struct Cut;

#[derive(Debug)]
struct Asked {
    method: Method,
    path: String,
    query: Vec<(String, String)>,
    authorization: String,
    body: Bytes,
}

impl Asked {
    async fn read(request: Request<Body>) -> io::Result<Asked> {
        let (head, body) = request.into_parts();
        let pair = |pair: &str| {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            (key.to_owned(), value.to_owned())
        };
        Ok(Asked {
            method: head.method,
            path: head.uri.path().strip_prefix("/api/v10").unwrap_or_default().to_owned(),
            query: head.uri.query().unwrap_or_default().split('&').filter(|part| !part.is_empty()).map(pair).collect(),
            authorization: text(&head.headers, "authorization"),
            body: to_bytes(body, 8 << 20).await.map_err(io::Error::other)?,
        })
    }

    fn segments(&self) -> Vec<&str> {
        self.path.split('/').filter(|segment| !segment.is_empty()).collect()
    }
}

fn text(headers: &HeaderMap, name: &str) -> String {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned()
}

pub async fn serve(Shared(world): Shared<Arc<World>>, request: Request<Body>) -> Response<Body> {
    let Ok(asked) = Asked::read(request).await else { return cut() };
    let segments = asked.segments();
    let kind = On::of(&asked.method, &segments);
    let major = segments.get(1).copied().unwrap_or_default();
    let line = format!("{} {}", asked.method, asked.path);
    let fault = world.with(|state| state.faults.meet(kind));
    let answer = match fault {
        Some(Fault::Hang) => {
            world.with(|state| state.requests.push(format!("{line} hangs")));
            std::future::pending().await
        }
        Some(Fault::Status(status)) => answer(status, &json!({"message": format!("{status}: no"), "code": 0})),
        Some(Fault::Limited { retry_after, global }) => {
            let retry_after = Duration::from_secs_f64(retry_after);
            world.with(|state| state.rates.close(kind, major, retry_after, global));
            limited(&Limited { retry_after, global, told: None })
        }
        Some(Fault::CutBefore) => cut(),
        Some(Fault::CutAfter) => {
            world.with(|state| take(state, &asked, kind, major));
            cut()
        }
        Some(Fault::Garbage) => {
            let response = world.with(|state| take(state, &asked, kind, major));
            let whole = to_bytes(response.into_body(), usize::MAX).await.unwrap_or_default();
            let half = if whole.is_empty() { Bytes::from_static(b"{") } else { whole.slice(..whole.len() / 2) };
            Response::builder().status(200).header("content-type", "application/json").body(Body::from(half)).unwrap_or_default()
        }
        None => world.with(|state| take(state, &asked, kind, major)),
    };
    let status = if answer.extensions().get::<Cut>().is_some() { "cut".to_owned() } else { answer.status().as_u16().to_string() };
    world.with(|state| state.requests.push(format!("{line} {status}")));
    answer
}

fn cut() -> Response<Body> {
    let mut response = Response::new(Body::empty());
    response.extensions_mut().insert(Cut);
    response
}

fn answer(status: u16, body: &Value) -> Response<Body> {
    let builder = Response::builder().status(status);
    let response =
        if status == 204 { builder.body(Body::empty()) } else { builder.header("content-type", "application/json").body(Body::from(body.to_string())) };
    response.unwrap_or_default()
}

fn limited(limited: &Limited) -> Response<Body> {
    let seconds = limited.retry_after.as_secs_f64();
    let body = json!({"message": "You are being rate limited.", "retry_after": (seconds * 1000.0).ceil() / 1000.0, "global": limited.global});
    let mut response = answer(429, &body);
    let mut header = |name: &'static str, value: String| value.parse().map(|value| response.headers_mut().insert(name, value)).ok();
    header("retry-after", format!("{:.0}", seconds.ceil()));
    header("via", "1.1 google".to_owned());
    header("x-ratelimit-scope", if limited.global { "global" } else { "user" }.to_owned());
    if limited.global {
        header("x-ratelimit-global", "true".to_owned());
    }
    if let Some(told) = &limited.told {
        tell(&mut response, told);
    }
    response
}

fn tell(response: &mut Response<Body>, told: &Told) {
    let lines = [
        ("x-ratelimit-limit", told.limit.to_string()),
        ("x-ratelimit-remaining", told.remaining.to_string()),
        ("x-ratelimit-reset-after", format!("{:.3}", told.reset_after.as_secs_f64())),
        ("x-ratelimit-reset", format!("{:.3}", (now() + told.reset_after).as_secs_f64())),
        ("x-ratelimit-bucket", told.bucket.clone()),
    ];
    for (name, value) in lines {
        if let Ok(value) = value.parse() {
            response.headers_mut().insert(name, value);
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "Discord has a clock of its own, which nobody winds")]
fn now() -> Duration {
    std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default()
}

/// Limits first, then what is asked.
fn take(state: &mut State, asked: &Asked, kind: On, major: &str) -> Response<Body> {
    let told = match state.rates.ask(kind, major) {
        Ok(told) => told,
        Err(too_much) => return limited(&too_much),
    };
    let mut response = match authorised(state, asked, kind).and_then(|body| route(state, asked, &body)) {
        Ok((status, body)) => answer(status, &body),
        Err(refusal) => {
            if refusal.mistake {
                state.objections.push(format!("{} {}: {}", asked.method, asked.path, refusal.body));
            }
            answer(refusal.status, &refusal.body)
        }
    };
    if response.status() == 429 {
        response.headers_mut().insert("retry-after", axum::http::HeaderValue::from_static("3600"));
    }
    tell(&mut response, &told);
    response
}

/// Interactions and their webhooks are let in by the token in the path, all else by the bot's own; then the body, if there is one.
fn authorised(state: &State, asked: &Asked, kind: On) -> Result<Value, Refusal> {
    let by_path = matches!(kind, On::Callbacks | On::Originals | On::FollowUps) || (kind == On::Gateway && asked.path == "/gateway");
    if !by_path && asked.authorization != format!("Bot {}", state.token) {
        return Err(refusal::UNAUTHORIZED.into());
    }
    if asked.body.is_empty() {
        return Ok(Value::Null);
    }
    serde_json::from_slice(&asked.body).map_err(|_| refusal::NOT_JSON.into())
}

fn route(state: &mut State, asked: &Asked, body: &Value) -> Outcome {
    let segments = asked.segments();
    match (asked.method.as_str(), segments.as_slice()) {
        ("GET", ["gateway"]) => Ok((200, json!({"url": state.gateway.url}))),
        ("GET", ["gateway", "bot"]) => {
            let limit = json!({"total": 1000, "remaining": 999, "reset_after": 14_400_000, "max_concurrency": 1});
            Ok((200, json!({"url": state.gateway.url, "shards": 1, "session_start_limit": limit})))
        }
        ("GET", ["users", "@me"]) => Ok((200, state.user_json(state.bot))),
        ("GET", ["users", id]) => known_user(state, id).map(|id| (200, state.user_json(id))),
        ("POST", ["users", "@me", "channels"]) => messages::open_dm(state, body),
        ("GET", ["applications", "@me"] | ["oauth2", "applications", "@me"]) => Ok((200, application(state))),
        ("GET", ["guilds", guild, rest @ ..]) => guild_part(state, guild, rest),
        ("GET", ["applications", app, "guilds", guild, "commands"]) => commands::list(state, app, guild),
        ("PUT", ["applications", app, "guilds", guild, "commands"]) => commands::replace(state, app, guild, body),
        ("POST", ["applications", app, "guilds", guild, "commands"]) => commands::add(state, app, guild, body),
        ("DELETE", ["applications", app, "guilds", guild, "commands", id]) => commands::remove(state, app, guild, id),
        ("GET", ["channels", channel]) => messages::channel(state, channel),
        ("GET", ["channels", channel, "messages"]) => messages::page(state, channel, &asked.query),
        ("POST", ["channels", channel, "messages"]) => messages::send(state, channel, body),
        ("GET", ["channels", channel, "messages", id]) => messages::get(state, channel, id),
        ("PATCH", ["channels", channel, "messages", id]) => messages::edit(state, channel, id, body),
        ("DELETE", ["channels", channel, "messages", id]) => messages::delete(state, channel, id),
        ("POST", ["interactions", id, token, "callback"]) => interactions::callback(state, id, token, body),
        ("POST", ["webhooks", app, token]) => interactions::follow_up(state, app, token, body),
        ("GET", ["webhooks", app, token, "messages", id]) => interactions::get(state, app, token, id),
        ("PATCH", ["webhooks", app, token, "messages", id]) => interactions::edit(state, app, token, id, body),
        ("DELETE", ["webhooks", app, token, "messages", id]) => interactions::delete(state, app, token, id),
        _ => Err(refusal::NO_ROUTE.into()),
    }
}

fn known_user(state: &State, id: &str) -> Result<u64, Refusal> {
    id.parse().ok().filter(|id| state.person(*id).is_some()).ok_or_else(|| refusal::UNKNOWN_USER.into())
}

fn guild_part(state: &State, guild: &str, part: &[&str]) -> Outcome {
    let mut whole = state.guild_json();
    if whole["id"] != guild {
        return Err(refusal::UNKNOWN_GUILD.into());
    }
    match part {
        [] => Ok((200, whole)),
        [list @ ("channels" | "roles")] => Ok((200, whole[*list].take())),
        ["members", id] => {
            let id = known_user(state, id).map_err(|_| Refusal::from(refusal::UNKNOWN_MEMBER))?;
            Ok((200, state.member_with_user(id)))
        }
        _ => Err(refusal::NO_ROUTE.into()),
    }
}

fn application(state: &State) -> Value {
    let bot = state.user_json(state.bot);
    json!({
        "id": state.bot.to_string(), "name": "警铃", "icon": null, "description": "", "bot_public": false, "bot_require_code_grant": false,
        "verify_key": "0".repeat(64), "owner": bot, "team": null, "summary": "", "flags": 0, "bot": bot,
    })
}
