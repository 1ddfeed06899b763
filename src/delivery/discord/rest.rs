//! The REST API of Discord: whatever the program asks of it goes through here, under one set of limits.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use reqwest::header::HeaderMap;
use reqwest::{Client, Response, StatusCode};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serenity::http::{LightMethod, Request, Route};
use serenity::model::id::ChannelId;
use tokio::sync::Notify;
use tokio::time::{Instant, sleep, timeout};

use super::limits::{self, Key, Leave, Limits, seconds};
use super::refusal::{Refusal, Told};
use crate::config::{self, Secret, Snowflake};
use crate::troubles::Troubles;

/// Under which name troubles with Discord as a whole are noted.
pub const TROUBLE: &str = "discord";

/// A call that was not answered within this is given up.
const PATIENCE: Duration = Duration::from_secs(8);
/// A call waits this long for the limits before it says [`RestError::Limited`].
const QUEUE: Duration = Duration::from_secs(15);
/// Pauses after a refused token: doubling from the one to the other.
const LOCK: (Duration, Duration) = (Duration::from_secs(5), Duration::from_secs(900));

/// Why a call brought nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RestError {
    /// Nothing was done; may be asked again after this long.
    #[error("Discord limits us for another {} s", .0.as_secs().max(1))]
    Limited(Duration),
    /// Unreachable, hung, 5xx, an answer that says nothing. What was asked for may have been done all the same.
    #[error("{0}")]
    Later(Unanswered),
    /// Nothing was done, and asking again will not help.
    #[error("{0}")]
    Refused(Refusal),
    /// The bot's token is not accepted.
    #[error("Discord does not accept the bot's token")]
    Unauthorised,
}

/// How a call was left without an answer. Nothing of what was asked stands in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unanswered {
    #[error("Discord cannot be reached")]
    Unreachable,
    #[error("Discord did not answer in time")]
    TimedOut,
    #[error("the connection to Discord was cut")]
    Cut,
    #[error("Discord answered {0}")]
    Status(u16),
    #[error("Discord's answer could not be read")]
    Unreadable,
}

/// Why Discord cannot be spoken to at all.
#[derive(Debug, thiserror::Error)]
pub enum RestSetupError {
    #[error("没有机器人令牌")]
    NoToken,
    #[error("{0}")]
    Client(#[from] reqwest::Error),
}

/// The way to Discord. Clones share the connection and the limits.
#[derive(Debug, Clone)]
pub struct Rest(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    client: Client,
    authorization: Secret,
    api_url: Option<String>,
    troubles: Troubles,
    limits: Mutex<Limits>,
    /// Rung when an answer taught something.
    learnt: Notify,
    /// Until when the token is not tried again, and the pause that led there.
    locked: Mutex<Option<(Instant, Duration)>>,
}

/// A query of a route: `("limit", "100")`.
pub type Query = Vec<(&'static str, String)>;

impl Rest {
    /// Speaks to the Discord of this configuration; what is wrong with it as a whole stands on the board.
    ///
    /// # Errors
    /// Without a token, or when no client can be made.
    pub fn new(config: &config::Discord, troubles: Troubles) -> Result<Rest, RestSetupError> {
        let token = config.token.as_ref().ok_or(RestSetupError::NoToken)?;
        let client = Client::builder().timeout(PATIENCE).connect_timeout(PATIENCE / 2).redirect(reqwest::redirect::Policy::none());
        let api_url = Some(config.api_url.clone()).filter(|url| !url.is_empty());
        // an address of one's own is spoken to directly
        let client = if api_url.is_some() { client.no_proxy() } else { client };
        Ok(Rest(Arc::new(Inner {
            client: client.build()?,
            authorization: Secret::new(format!("Bot {}", token.expose())),
            api_url,
            troubles,
            limits: Mutex::default(),
            learnt: Notify::new(),
            locked: Mutex::default(),
        })))
    }

    /// Sends a body, if there is one, and reads the answer.
    ///
    /// # Errors
    /// [`RestError`]
    pub async fn call<T: DeserializeOwned>(&self, method: LightMethod, route: Route<'_>, body: Option<&(impl Serialize + ?Sized)>) -> Result<T, RestError> {
        read(&self.0.ask(method, route, json(body)?, None).await?)
    }

    /// The same where the answer says nothing.
    ///
    /// # Errors
    /// [`RestError`]
    pub async fn tell(&self, method: LightMethod, route: Route<'_>, body: Option<&(impl Serialize + ?Sized)>) -> Result<(), RestError> {
        self.0.ask(method, route, json(body)?, None).await.map(drop)
    }

    /// Asks for what is there.
    ///
    /// # Errors
    /// [`RestError`]
    pub async fn get<T: DeserializeOwned>(&self, route: Route<'_>, query: Query) -> Result<T, RestError> {
        read(&self.0.ask(LightMethod::Get, route, None, Some(query).filter(|query| !query.is_empty())).await?)
    }

    /// The channel of a person's direct messages, opened if it was not.
    ///
    /// # Errors
    /// [`RestError`]
    pub async fn direct_messages(&self, account: Snowflake) -> Result<ChannelId, RestError> {
        #[derive(Deserialize)]
        struct Opened {
            id: ChannelId,
        }
        let whom = serde_json::json!({ "recipient_id": account.to_string() });
        let Opened { id } = self.call(LightMethod::Post, Route::UserMeDmChannels, Some(&whom)).await?;
        Ok(id)
    }
}

fn json(body: Option<&(impl Serialize + ?Sized)>) -> Result<Option<Vec<u8>>, RestError> {
    body.map(serde_json::to_vec).transpose().map_err(|_| RestError::Refused(Refusal::InvalidBody("no JSON".to_owned())))
}

fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, RestError> {
    serde_json::from_slice(body).map_err(|_| RestError::Later(Unanswered::Unreadable))
}

impl Inner {
    async fn ask(&self, method: LightMethod, route: Route<'_>, body: Option<Vec<u8>>, query: Option<Query>) -> Result<Vec<u8>, RestError> {
        let path = route.path();
        let key = Key::of(method.reqwest_method().as_str(), &path);
        // an interaction brings a token of its own, which ends with it: the bot's has no part in it
        let own_token =
            matches!(path.split_once("/api/v10/").map(|(_, path)| path), Some(path) if path.starts_with("interactions/") || path.starts_with("webhooks/"));
        let until = Instant::now() + QUEUE;
        loop {
            if !own_token && self.locked().is_some_and(|(then, _)| then > Instant::now()) {
                return Err(RestError::Unauthorised);
            }
            self.wait(key.as_ref(), until).await?;
            let request = Request::new(route, method).body(body.clone()).params(query.clone());
            let request =
                request.build(&self.client, self.authorization.expose(), self.api_url.as_deref()).map_err(|_| RestError::Later(Unanswered::Unreachable))?;
            let response = match request.send().await {
                Ok(response) => response,
                Err(failure) => return Err(self.unanswered(&failure)),
            };
            let (status, headers) = (response.status(), response.headers().clone());
            let now = Instant::now();
            if let Some(key) = &key {
                self.limits().learn(key, &headers, now);
                self.learnt.notify_waiters();
            }
            let body = self.body(response, status).await?;
            match status {
                // an old message edited too often: waiting here does not help
                StatusCode::TOO_MANY_REQUESTS if Refusal::read(status.as_u16(), &body) == Refusal::OldEdit => {
                    self.limits().refused(now);
                    return Err(RestError::Refused(Refusal::OldEdit));
                }
                StatusCode::TOO_MANY_REQUESTS => {
                    let pause = self.refuse(key.as_ref(), &headers, &body, now);
                    if now + pause > until {
                        return Err(RestError::Limited(pause));
                    }
                    if key.is_none() {
                        sleep(pause).await;
                    }
                }
                StatusCode::UNAUTHORIZED if !own_token => {
                    self.limits().refused(now);
                    self.lock();
                    return Err(RestError::Unauthorised);
                }
                status => {
                    if matches!(status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN) {
                        self.limits().refused(now);
                    }
                    if !own_token {
                        *self.locked() = None;
                        self.troubles.settle(TROUBLE);
                    }
                    return if status.is_success() { Ok(body) } else { Err(RestError::Refused(Refusal::read(status.as_u16(), &body))) };
                }
            }
        }
    }

    /// Waits for a place under the limits.
    async fn wait(&self, key: Option<&Key>, until: Instant) -> Result<(), RestError> {
        let Some(key) = key else { return Ok(()) };
        loop {
            let learnt = self.learnt.notified();
            let leave = self.limits().take(key, Instant::now());
            match leave {
                Leave::Go => return Ok(()),
                Leave::Wait(pause) if Instant::now() + pause <= until => drop(timeout(pause, learnt).await),
                Leave::Wait(pause) => return Err(RestError::Limited(pause)),
                Leave::Stop(pause) => {
                    self.troubles.note(
                        TROUBLE,
                        "Discord 在十分钟内拒绝了太多请求,为免被封禁已暂停发送,稍后自动继续;通知都留在队列里,不会丢。请检查机器人的令牌和它在各频道的权限。",
                    );
                    return Err(RestError::Limited(pause));
                }
            }
        }
    }

    async fn body(&self, response: Response, status: StatusCode) -> Result<Vec<u8>, RestError> {
        if status.is_server_error() || status.is_redirection() {
            return Err(self.down(Unanswered::Status(status.as_u16())));
        }
        response.bytes().await.map(Vec::from).map_err(|failure| self.unanswered(&failure))
    }

    /// Takes a 429 to heart; says how long to keep quiet.
    fn refuse(&self, key: Option<&Key>, headers: &HeaderMap, body: &[u8], now: Instant) -> Duration {
        let told: Told = serde_json::from_slice(body).unwrap_or_default();
        let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        let pause = told.retry_after.and_then(limits::pause).or_else(|| text("retry-after").and_then(seconds));
        let pause = pause.unwrap_or(Duration::from_secs(5));
        let mut limits = self.limits();
        if text("x-ratelimit-scope") != Some("shared") {
            limits.refused(now);
        }
        if let Some(key) = key {
            limits.rest(key, pause, told.global || text("x-ratelimit-global").is_some(), now);
        }
        pause
    }

    fn unanswered(&self, failure: &reqwest::Error) -> RestError {
        self.down(match failure {
            failure if failure.is_connect() => Unanswered::Unreachable,
            failure if failure.is_timeout() => Unanswered::TimedOut,
            _ => Unanswered::Cut,
        })
    }

    fn down(&self, how: Unanswered) -> RestError {
        self.troubles.note(TROUBLE, "连不上 Discord,或者它没有正常回答。通知都留在队列里,恢复后自动补发。请检查网络和 chat.discord.api_url。");
        RestError::Later(how)
    }

    fn lock(&self) {
        let mut locked = self.locked();
        let pause = locked.map_or(LOCK.0, |(_, pause)| (pause * 2).min(LOCK.1));
        *locked = Some((Instant::now() + pause, pause));
        self.troubles.note(TROUBLE, "Discord 不接受机器人的令牌。通知都留在队列里,不会丢。请在 Discord 开发者页面的 Bot 一栏重新生成令牌,更新配置后重启服务。");
    }

    fn limits(&self) -> MutexGuard<'_, Limits> {
        self.limits.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn locked(&self) -> MutexGuard<'_, Option<(Instant, Duration)>> {
        self.locked.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rest(troubles: &Troubles) -> Rest {
        let mut config = config::load(None, std::iter::empty()).unwrap().chat.discord;
        config.token = Some(Secret::new("token-of-the-bot".to_owned()));
        // nobody listens there
        config.api_url = "http://127.0.0.1:1".to_owned();
        Rest::new(&config, troubles.clone()).unwrap()
    }

    #[tokio::test]
    async fn nobody_there_is_told_and_settled_by_nothing_but_an_answer() {
        let troubles = Troubles::default();
        let answer: Result<serde_json::Value, RestError> = rest(&troubles).get(Route::UserMe, Vec::new()).await;
        assert_eq!(answer, Err(RestError::Later(Unanswered::Unreachable)));
        assert_eq!(troubles.all().len(), 1);
    }

    #[tokio::test]
    async fn near_a_ban_nothing_is_asked_and_it_is_told() {
        let troubles = Troubles::default();
        let rest = rest(&troubles);
        for _ in 0..1000 {
            rest.0.limits().refused(Instant::now());
        }
        let answer: Result<serde_json::Value, RestError> = rest.get(Route::UserMe, Vec::new()).await;
        assert!(matches!(answer, Err(RestError::Limited(pause)) if pause > Duration::from_secs(590)), "{answer:?}");
        assert!(troubles.all()[0].1.contains("为免被封禁已暂停发送"), "{:?}", troubles.all());
    }

    #[test]
    fn a_token_is_never_shown() {
        assert!(!format!("{:?}", rest(&Troubles::default())).contains("token-of-the-bot"));
    }
}
