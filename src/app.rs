//! The composition root: everything is put together, run, and shut down in order here and nowhere else.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::get;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::{Instant, timeout, timeout_at};
use tracing::{info, warn};

use crate::chat::discord::{Line, listen};
use crate::clock::Clock;
use crate::config::{self, Config};
use crate::delivery::console::{Console, Instead};
use crate::delivery::discord::Discord;
use crate::delivery::discord::rest::{Rest, RestSetupError};
use crate::delivery::email::{Post, PostError};
use crate::delivery::worker;
use crate::desk::Desk;
use crate::intake::batch::Batches;
use crate::intake::door::{Door, Limits};
use crate::intake::files::folder;
use crate::intake::group::{Health, Queue};
use crate::intake::signature::{Secret, SecretError};
use crate::jobs::Jobs;
use crate::keys::{KeyError, Keyring};
use crate::metrics::Metrics;
use crate::rules::{self, BrokenRule};
use crate::server;
use crate::store::delivery::{self, Channel};
use crate::store::setting::{Chasing, Deadlines, OfficeSettings, Programme, Section, SectionDeadlines, Setting};
use crate::store::{Db, Store, StoreError, Turn, journal, receipt, setting, total, warning};
use crate::troubles::Troubles;
use crate::watch::{Moment, Orders, OrdersError, reassign};

/// Why the service could not start. Shown to whoever runs it.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    #[error("数据库打不开:{0}")]
    Store(#[from] StoreError),
    #[error("{0}")]
    Key(#[from] KeyError),
    #[error("这里还没有警铃的数据(没有密钥文件 {0})。请在放数据的文件夹里运行,或用 --config 指定配置文件;第一次使用请先 jingling staff add 或 serve。")]
    NothingHere(String),
    #[error("数据库里已有流水,密钥文件 {0} 却不见了。请从备份恢复密钥文件;没有它,已保存的内容打不开。")]
    KeysLost(String),
    #[error("密钥文件 {0} 打不开这个数据库里的流水。请换回原来的密钥文件。")]
    KeysWrong(String),
    #[error("规则包有错:{0}")]
    Pack(BrokenRule),
    #[error("规则读不出:{0}")]
    Orders(#[from] OrdersError),
    #[error("来源 {name} 的密钥不能用:{reason}")]
    Secret { name: String, reason: SecretError },
    #[error("地址 {0} 用不了:{1}")]
    Listen(SocketAddr, std::io::Error),
    #[error("邮件:{0}")]
    Mail(#[from] PostError),
    #[error("Discord:{0}")]
    Discord(#[from] RestSetupError),
}

/// The running service of one office.
#[derive(Debug)]
pub struct App {
    pub store: Store,
    pub clock: Clock,
    pub desk: Desk,
    pub jobs: Jobs,
    pub console: Arc<Console>,
    pub troubles: Troubles,
    /// The drop folder, if one is watched.
    pub import: Option<folder::Folder>,
    /// Where events arrive.
    pub listen: SocketAddr,
    /// Health and metrics.
    pub admin: SocketAddr,
    /// How long requests under way may hold up stopping.
    patience: Duration,
    doors: watch::Sender<bool>,
    accepting: watch::Sender<bool>,
    workers: watch::Sender<bool>,
    front: Vec<JoinHandle<()>>,
    queue: JoinHandle<()>,
    back: Vec<JoinHandle<()>>,
}

/// Opens the store that a configuration names; the key file is made on the first start.
pub async fn open_store(config: &Config) -> Result<Store, AppError> {
    let (file, office): (&Path, i64) = (&config.keys.file, config.office.id.0);
    let db = Db::open(config.database.url.expose()).await?;
    let begun = journal::begun(&db, office).await?;
    if !file.exists() {
        if begun {
            return Err(AppError::KeysLost(file.display().to_string()));
        }
        Keyring::create(file)?;
        warn!(file = %file.display(), "keys: a new key file was made; back it up where the database is not");
    }
    let store = Store::new(db, office, Arc::new(Keyring::load(file, office)?));
    // the wrong key file is found out now, not when the first evidence is asked for
    if begun && let Some(first) = journal::read(&store, 0, 1).await?.first() {
        first.open(office, &store.keys).map_err(|_| AppError::KeysWrong(file.display().to_string()))?;
    }
    Ok(store)
}

/// The same for what only reads: it makes nothing where there is nothing.
pub async fn open_existing(config: &Config) -> Result<Store, AppError> {
    if !config.keys.file.exists() {
        return Err(AppError::NothingHere(config.keys.file.display().to_string()));
    }
    open_store(config).await
}

/// Journals what the configuration and the shipped rules say, where it differs from what is in force.
pub async fn lay_down(store: &Store, clock: &Clock, config: &Config) -> Result<(), AppError> {
    let wanted = settings(config);
    // looked at and laid down in one turn: two that start at once lay down nothing twice
    let mut turn = store.turn().await?;
    if setting::office(&mut turn.tx, store.office).await?.as_ref() != Some(&wanted) {
        setting::enter(&mut turn, clock.now(), &Setting::Office(wanted.clone())).await?;
        hand_over(&mut turn, clock, &wanted).await?;
    }
    let in_force = setting::rules(&mut turn.tx, store.office).await?;
    for rule in rules::pack().map_err(AppError::Pack)? {
        if in_force.get(&rule.code).is_none_or(|(_, source)| *source != rule.source) {
            setting::enter(&mut turn, clock.now(), &Setting::Rule { code: rule.code, source: rule.source }).await?;
        }
    }
    Ok(turn.commit().await?)
}

/// What sections that are not there any more leave open goes to 农业股.
async fn hand_over(turn: &mut Turn, clock: &Clock, settings: &OfficeSettings) -> Result<(), AppError> {
    let left = warning::open_sections(&mut turn.tx, turn.office).await?;
    for section in left.into_iter().filter(|section| settings.kind(section).is_none()) {
        let into = settings.leading().to_owned();
        let entry = setting::enter(turn, clock.now(), &Setting::Dissolved { section: section.clone(), into: into.clone() }).await?;
        let orders = Orders::read(turn).await?;
        reassign::dissolve(turn, &orders, Moment { seq: entry.seq, line: 1, at: entry.at }, &section, &into).await?;
    }
    Ok(())
}

/// The same, for a tool beside the service: only where nothing has been laid down yet. What a running service goes by is not changed under its feet.
pub async fn lay_down_first(store: &Store, clock: &Clock, config: &Config) -> Result<(), AppError> {
    match setting::current(store).await? {
        Some(_) => Ok(()),
        None => lay_down(store, clock, config).await,
    }
}

fn settings(config: &Config) -> OfficeSettings {
    let programme = &config.office.programme;
    let config::Deadlines { bell, yellow, red, receipt, countersign, sections, remind, escalate, pause } = &config.deadlines;
    let own = |s: &config::SectionDeadlines| SectionDeadlines { section: s.section.to_string(), bell: s.bell, yellow: s.yellow, red: s.red };
    OfficeSettings {
        name: config.office.name.clone(),
        go_live: Some(config.office.go_live),
        sections: config.office.sections.iter().map(section).collect(),
        deadlines: Deadlines { bell: *bell, yellow: *yellow, red: *red, receipt: Some(*receipt), countersign: *countersign },
        section_deadlines: sections.iter().map(own).collect(),
        chasing: Chasing { remind: *remind, escalate: *escalate, pause: *pause },
        chat: match config.chat.channel {
            config::chat::Channel::Console => Channel::Console,
            config::chat::Channel::Discord => Channel::Discord,
        },
        programme: Programme {
            name: programme.name.to_string(),
            funds: programme.funds.to_string(),
            people: programme.people.to_string(),
            ledger: programme.ledger.to_string(),
            function_codes: programme.function_codes.clone(),
            rules: programme.rules.iter().map(ToString::to_string).collect(),
        },
    }
}

fn section(section: &config::office::Section) -> Section {
    let managed_by = section.managed_by.as_ref().map(ToString::to_string);
    Section { code: section.code.to_string(), name: section.name.to_string(), kind: section.kind, managed_by }
}

impl App {
    /// Starts everything. When this has returned the doors are open.
    pub async fn start(config: &Config, clock: Clock) -> Result<App, AppError> {
        let store = open_store(config).await?;
        lay_down(&store, &clock, config).await?;
        let mut turn = store.turn().await?;
        let orders = Arc::new(Orders::read(&mut turn).await?);
        total::catch_up(turn, &orders.totals).await?;
        let mut sources = HashMap::new();
        for source in &config.sources {
            let parse = |secret: &config::Secret| Secret::parse(secret.expose()).map_err(|reason| AppError::Secret { name: source.name.clone(), reason });
            sources.insert(source.name.clone(), source.secrets.iter().map(parse).collect::<Result<Vec<_>, _>>()?);
        }
        for (code, name, missing) in orders.not_ready(&store).await? {
            let missing: Vec<&str> = missing.into_iter().map(|entity| entity.name()).collect();
            info!(rule = code, "rule {code} {name} is not ready: {} was never loaded", missing.join(", "));
        }
        let metrics = Arc::new(Metrics::default());
        let troubles = Troubles::default();
        let console = Arc::new(Console::new(&config.chat.transcript));
        let post = Arc::new(Post::open(&config.mail, store.clone(), troubles.clone())?);
        let files = config.desk.folder.clone();
        let desk = Desk { store: store.clone(), orders: Arc::clone(&orders), clock: clock.clone(), files, outgoing: config.outgoing.ready() };
        let jobs = Jobs { store: store.clone(), orders: Arc::clone(&orders), clock: clock.clone(), troubles: troubles.clone() };
        jobs.run_all().await?;

        let (workers, _) = watch::channel(false);
        let mut back = vec![
            tokio::spawn(worker::work(store.clone(), clock.clone(), Arc::clone(&console), workers.subscribe())),
            tokio::spawn(worker::work(store.clone(), clock.clone(), post, workers.subscribe())),
            tokio::spawn(jobs.clone().keep_time(workers.subscribe())),
        ];
        let (doors, closed) = watch::channel(false);
        let mut front = Vec::new();
        match config.chat.channel {
            config::chat::Channel::Console => {
                let instead = Arc::new(Instead(Arc::clone(&console)));
                back.push(tokio::spawn(worker::work(store.clone(), clock.clone(), instead, workers.subscribe())));
            }
            config::chat::Channel::Discord => {
                let rest = Rest::new(&config.chat.discord, troubles.clone())?;
                let line = Line::new(&config.chat.discord, rest.clone(), troubles.clone());
                front.extend(line.map(|line| tokio::spawn(listen(line, desk.clone(), closed.clone()))));
                let discord = Arc::new(Discord::new(rest, &config.chat.discord, store.clone(), clock.clone(), troubles.clone()));
                back.push(tokio::spawn(worker::work(store.clone(), clock.clone(), discord, workers.subscribe())));
            }
        }
        let (accepting, closing) = watch::channel(false);
        let (queue_in, queue) = Queue::open(store.clone(), Arc::clone(&orders), config.server.queue, closing);
        let health = queue_in.health();
        let batches = Batches { store: store.clone(), orders: Arc::clone(&orders), clock: clock.clone() };
        let import = config.import.watched().map(|root| folder::Folder::new(root, batches.clone(), troubles.clone()));
        back.extend(import.clone().map(|folder| tokio::spawn(folder.keep_watch(workers.subscribe()))));
        let limits = Limits {
            event_bytes: config.server.event_max_bytes,
            batch_bytes: config.server.batch_max_bytes as u64,
            read_timeout: config.server.read_timeout(),
        };
        let door = Door::new(sources, queue_in, batches, limits, Arc::clone(&metrics));
        let (address, front_door) = open_door(config.server.listen, door.router(), closed.clone()).await?;
        let (admin, back_door) =
            open_door(config.server.admin, admin_router(Admin { store: store.clone(), orders, metrics, queue: health, troubles: troubles.clone() }), closed)
                .await?;
        front.extend([front_door, back_door]);
        info!(listen = %address, %admin, "jingling is up: events at {address}, health at {admin}");
        let patience = config.server.shutdown_timeout();
        Ok(App { store, clock, desk, jobs, console, troubles, import, listen: address, admin, patience, doors, accepting, workers, front, queue, back })
    }

    /// Closes the doors, works off what was accepted, sends what can be sent at once, closes the database.
    /// Whoever has not finished a request within the configured time was promised nothing and is left to send it again.
    pub async fn stop(self) {
        self.doors.send_replace(true);
        let leaving = async {
            for task in self.front {
                let _ = task.await;
            }
        };
        if timeout(self.patience, leaving).await.is_err() {
            warn!("some requests were not finished in time and are left unanswered");
        }
        self.accepting.send_replace(true);
        let _ = self.queue.await;
        self.workers.send_replace(true);
        // what still hangs is given up: whatever was not concluded is kept, and goes on at the next start
        let until = Instant::now() + self.patience;
        for mut task in self.back {
            if timeout_at(until, &mut task).await.is_err() {
                warn!("a delivery was not answered in time and is left for the next start");
                task.abort();
                let _ = task.await;
            }
        }
        self.store.db.close().await;
        info!("jingling is down");
    }
}

async fn open_door(address: SocketAddr, router: Router, closed: watch::Receiver<bool>) -> Result<(SocketAddr, JoinHandle<()>), AppError> {
    server::serve(address, router, closed).await.map_err(|e| AppError::Listen(address, e))
}

#[derive(Debug, Clone)]
struct Admin {
    store: Store,
    orders: Arc<Orders>,
    metrics: Arc<Metrics>,
    queue: Health,
    troubles: Troubles,
}

fn admin_router(admin: Admin) -> Router {
    Router::new()
        .route("/healthz", get(|| async { "ok\n" }))
        .route("/readyz", get(ready))
        .route("/notes", get(notes))
        .route("/metrics", get(scrape))
        .with_state(admin)
}

/// Ready when the database answers and events are being taken in. What else is wrong is told line by line, and does not keep events out: nothing is lost by taking them.
async fn ready(State(admin): State<Admin>) -> (StatusCode, String) {
    if !admin.queue.is_open() {
        return (StatusCode::SERVICE_UNAVAILABLE, "intake: the queue is not worked off\n".to_owned());
    }
    match delivery::parked(&admin.store).await {
        Ok(parked) => {
            let mut told = "ready\n".to_owned();
            for (of, what) in admin.troubles.all() {
                told += &format!("{of}: {what}\n");
            }
            if parked > 0 {
                told += &format!("delivery: 有 {parked} 件通知或邮件被退回,不再重发。用 /投递 列表 查看,并核对收件人。\n");
            }
            (StatusCode::OK, told)
        }
        Err(failure) => (StatusCode::SERVICE_UNAVAILABLE, format!("database: {failure}\n")),
    }
}

/// What waits for somebody and is nothing wrong with the service itself, line by line.
async fn notes(State(admin): State<Admin>) -> (StatusCode, String) {
    let told = async {
        let mut told = String::new();
        let waiting = receipt::quarantined(&admin.store).await?;
        if waiting > 0 {
            told += &format!("隔离区有 {waiting} 条读不了的数据。用 /隔离 列表 查看。\n");
        }
        let rules: Vec<String> = admin.orders.not_ready(&admin.store).await?.into_iter().map(|(code, name, _)| format!("{code} {name}")).collect();
        if !rules.is_empty() {
            told += &format!("{} 条规则未就绪,还没有收到过它们要的数据:{}。\n", rules.len(), rules.join("、"));
        }
        Ok::<_, StoreError>(told)
    };
    match told.await {
        Ok(told) => (StatusCode::OK, told),
        Err(failure) => (StatusCode::SERVICE_UNAVAILABLE, format!("database: {failure}\n")),
    }
}

async fn scrape(State(admin): State<Admin>) -> (StatusCode, String) {
    match admin.metrics.scrape(&admin.store, &admin.troubles).await {
        Ok(text) => (StatusCode::OK, text),
        Err(failure) => (StatusCode::SERVICE_UNAVAILABLE, format!("database: {failure}\n")),
    }
}
