//! The gateway (网关): the line on which Discord tells of interactions. A lost line is resumed or taken up anew by serenity; what it cannot mend is mended
//! here, by beginning again from the address. Whatever is said through it is heard in tasks of their own, which are waited for at the end.
//!
//! serenity's shards run in a runtime of their own: so an attempt can be ended whole, whatever state its tasks are in, and never holds up the rest.

use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream::BoxStream;
use serenity::async_trait;
use serenity::client::{Context, EventHandler};
use serenity::gateway::{ConnectionStage, GatewayError, ShardManager, ShardManagerOptions, ShardStageUpdateEvent};
use serenity::http::{HttpBuilder, Route};
use serenity::model::application::Interaction;
use serenity::model::gateway::{BotGateway, GatewayIntents};
use serenity::model::id::GuildId;
use tokio::runtime::Runtime;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, timeout};
use tracing::{info, warn};

use super::hear::Hearing;
use super::register::register;
use crate::config::{self, Secret};
use crate::delivery::discord::Refusal;
use crate::delivery::discord::rest::{Rest, RestError};
use crate::desk::Desk;
use crate::troubles::Troubles;

/// Under which names troubles are noted.
const LINE: &str = "discord gateway";
const COMMANDS: &str = "discord commands";
/// A line that is not whole again within this is begun anew.
const PATIENCE: Duration = Duration::from_secs(60);
/// How often the line is looked after.
const LOOK: Duration = Duration::from_secs(5);
/// Commands that could not be registered are tried again after this.
const AGAIN: Duration = Duration::from_secs(15);
/// Pauses between attempts: doubling from the one to the other.
const PAUSES: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(900));
/// Saying goodbye may take this long, and so may what is still being answered.
const GOODBYE: Duration = Duration::from_secs(5);

/// How a line ended.
#[derive(Debug)]
enum End {
    /// We were asked to stop.
    Stopped,
    /// It could not be kept; the flag: whether it had been whole.
    Lost(bool),
    /// Discord will not have us as we are.
    Refused(&'static str),
}

/// What serenity tells us.
enum Told {
    Interaction(Box<Interaction>),
    Stage(ConnectionStage),
}

struct Teller(mpsc::UnboundedSender<Told>);

#[async_trait]
impl EventHandler for Teller {
    async fn interaction_create(&self, _: Context, interaction: Interaction) {
        let _ = self.0.send(Told::Interaction(Box::new(interaction)));
    }

    async fn shard_stage_update(&self, _: Context, event: ShardStageUpdateEvent) {
        let _ = self.0.send(Told::Stage(event.new));
    }
}

/// The line to Discord.
#[derive(Debug)]
pub struct Line {
    rest: Rest,
    token: Secret,
    guild: GuildId,
    troubles: Troubles,
}

impl Line {
    /// The line of this configuration; none where it names no guild or no token, which [`config::load`](crate::config::load) does not let pass.
    pub fn new(config: &config::Discord, rest: Rest, troubles: Troubles) -> Option<Line> {
        Some(Line { rest, token: config.token.clone()?, guild: GuildId::from(config.guild?.0), troubles })
    }
}

/// Listens until told to stop; meanwhile the guild gets its commands.
pub async fn listen(line: Line, desk: Desk, stop: watch::Receiver<bool>) {
    tokio::join!(line.register(stop.clone()), line.hear(desk, stop));
}

impl Line {
    /// One attempt after the other, with growing pauses.
    async fn hear(&self, desk: Desk, mut stop: watch::Receiver<bool>) {
        let hearing = Arc::new(Hearing::new(desk, self.rest.clone(), self.guild));
        let mut at_work = JoinSet::new();
        let mut pause = PAUSES.0;
        while !*stop.borrow() {
            match self.keep(&hearing, &mut at_work, &mut stop).await {
                End::Stopped => break,
                End::Lost(whole) => {
                    pause = if whole { PAUSES.0 } else { pause };
                    self.troubles
                        .note(LINE, "与 Discord 的连接断了,正在重连;这期间大家在 Discord 里的操作收不到,通知不受影响。请检查网络和 chat.discord.api_url。");
                }
                End::Refused(sentence) => {
                    pause = pause.max(LOOK);
                    self.troubles.note(LINE, sentence);
                }
            }
            tokio::select! {
                () = sleep(pause) => pause = (pause * 2).min(PAUSES.1),
                () = asked(&mut stop) => {}
            }
        }
        // what was begun is finished and answered
        if timeout(GOODBYE, async { while at_work.join_next().await.is_some() {} }).await.is_err() {
            warn!("discord: some interactions were left unanswered");
        }
    }

    /// One line, from its address to its end.
    async fn keep(&self, hearing: &Arc<Hearing>, at_work: &mut JoinSet<()>, stop: &mut watch::Receiver<bool>) -> End {
        let address = tokio::select! {
            address = self.rest.get::<BotGateway>(Route::GatewayBot, Vec::new()) => address,
            () = asked(stop) => return End::Stopped,
        };
        let url = match address {
            Ok(gateway) => gateway.url,
            Err(RestError::Unauthorised) => return End::Refused(sentence(&GatewayError::InvalidAuthentication)),
            Err(failure) => {
                warn!(%failure, "discord: the gateway's address could not be had");
                return End::Lost(false);
            }
        };
        let (tell, mut told) = mpsc::unbounded_channel();
        let mut shards = match Shards::start(&self.token, url, Teller(tell)) {
            Ok(shards) => shards,
            Err(failure) => {
                warn!(%failure, "discord: no thread for the gateway");
                return End::Lost(false);
            }
        };
        let (mut whole, mut broken_since) = (false, Some(Instant::now()));
        let mut look = tokio::time::interval(LOOK);
        let end = loop {
            tokio::select! {
                () = asked(stop) => break End::Stopped,
                Some(told) = told.recv() => match told {
                    Told::Interaction(interaction) => {
                        let hearing = Arc::clone(hearing);
                        at_work.spawn(async move { hearing.hear(*interaction).await });
                    }
                    Told::Stage(ConnectionStage::Connected) => {
                        (whole, broken_since) = (true, None);
                        self.troubles.settle(LINE);
                        info!("discord: listening");
                    }
                    Told::Stage(_) => broken_since = broken_since.or(Some(Instant::now())),
                },
                Some(Err(refused)) = shards.ended.next() => break End::Refused(sentence(&refused)),
                Some(_) = at_work.join_next() => {}
                _ = look.tick() => {
                    if broken_since.is_some_and(|since| since.elapsed() > PATIENCE) {
                        break End::Lost(whole);
                    }
                }
            }
        };
        if broken_since.is_none() {
            shards.say_goodbye().await;
        }
        end
    }

    /// Sees to it, again and again if need be, that the guild has our commands.
    async fn register(&self, mut stop: watch::Receiver<bool>) {
        let trying = async {
            while !self.registered().await {
                sleep(AGAIN).await;
            }
        };
        tokio::select! {
            () = trying => {}
            () = asked(&mut stop) => {}
        }
    }

    async fn registered(&self) -> bool {
        let sentence = match register(&self.rest, self.guild).await {
            Ok(()) => {
                self.troubles.settle(COMMANDS);
                return true;
            }
            Err(RestError::Refused(Refusal::MissingAccess | Refusal::UnknownGuild)) => {
                "机器人不在服务器里,或没有注册命令的权限。请核对 chat.discord.guild,并用带 bot 和 applications.commands 两项的邀请链接重新邀请。"
            }
            Err(RestError::Refused(refusal)) => {
                warn!(%refusal, "discord: the commands were refused");
                "Discord 没有接受命令的注册。请升级警铃;按钮和通知不受影响。"
            }
            // of these Rest tells by itself
            Err(RestError::Limited(_) | RestError::Later(_) | RestError::Unauthorised) => return false,
        };
        self.troubles.note(COMMANDS, sentence);
        false
    }
}

/// Returns once we are asked to stop.
async fn asked(stop: &mut watch::Receiver<bool>) {
    let _ = stop.wait_for(|stop| *stop).await;
}

fn sentence(refused: &GatewayError) -> &'static str {
    match refused {
        GatewayError::InvalidAuthentication | GatewayError::NoAuthentication => {
            "Discord 不接受机器人的令牌,大家在 Discord 里的操作收不到。请在 Discord 开发者页面的 Bot 一栏重新生成令牌,更新配置后重启服务。"
        }
        GatewayError::InvalidGatewayIntents | GatewayError::DisallowedGatewayIntents => {
            "Discord 不让机器人接收操作(intents 不被接受)。警铃不需要任何特权,请检查 chat.discord.api_url 指向的服务器是否兼容。"
        }
        _ => "Discord 拒绝了连接,大家在 Discord 里的操作收不到。稍后自动再试;一直不行请检查机器人在开发者页面的状态。",
    }
}

/// serenity's shards, and the runtime that ends with them.
struct Shards {
    manager: Arc<ShardManager>,
    /// What cannot be mended.
    ended: BoxStream<'static, Result<(), GatewayError>>,
    runtime: Option<Runtime>,
}

impl Shards {
    fn start(token: &Secret, url: String, teller: Teller) -> std::io::Result<Shards> {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).thread_name("discord-gateway").enable_all().build()?;
        let inside = runtime.enter();
        // no call is ever made through it: it only carries the token
        let http = HttpBuilder::new(token.expose()).ratelimiter_disabled(true).proxy("http://127.0.0.1:9").build();
        let (manager, ended) = ShardManager::new(ShardManagerOptions {
            data: Arc::default(),
            event_handlers: vec![Arc::new(teller)],
            raw_event_handlers: Vec::new(),
            shard_index: 0,
            shard_init: 1,
            shard_total: 1,
            ws_url: Arc::new(tokio::sync::Mutex::new(url)),
            http: Arc::new(http),
            // interactions come without being asked for; nothing else is wanted
            intents: GatewayIntents::empty(),
            presence: None,
        });
        if let Err(failure) = manager.initialize() {
            warn!(%failure, "discord: the gateway could not be begun");
        }
        drop(inside);
        Ok(Shards { manager, ended: ended.boxed(), runtime: Some(runtime) })
    }

    /// Tells Discord that nobody listens any more: it need not keep for us what happens.
    async fn say_goodbye(&mut self) {
        let _ = timeout(GOODBYE, self.manager.shutdown_all()).await;
    }
}

impl Drop for Shards {
    /// Whatever is left of it ends here.
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}
