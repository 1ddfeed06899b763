//! An office with its service running: one verb for each thing that a person or a machine does.

mod database;
mod desktop;
pub mod discord;
mod machine;
mod mailbox;
mod proof;
mod sheets;
mod smtp;
mod story;
mod until;

use std::path::PathBuf;
use std::time::Duration;

use chrono::{DateTime, TimeDelta};
use commands::Permission::{self, Approve, Handle, Query, Rules, Summarise, Users};
use jingling::app::App;
use jingling::clock::Clock;
use jingling::config::chat::SectionChannel;
use jingling::config::{self, Config, Secret, Snowflake, Source};
use jingling::delivery::card::warning_no;
use jingling::desk::Account;
use jingling::domain::SectionCode;
use jingling::store::staff::{self, StaffCard};
use jingling::store::{Store, delivery, journal, receipt, warning};
use tempfile::TempDir;

pub use database::Database;
pub use desktop::{plain_table, workbook};
pub use discord::FakeDiscord;
pub use machine::{Answer, Delivery, Event, allocation, line, payment, person, scan, secret};
pub use mailbox::{Mail, Mailbox};
pub use sheets::Sheet;
pub use smtp::{MailServer, Mood};
pub(crate) use story::office_story;
pub use story::{on_sqlite, told_on_postgres, told_on_sqlite};
pub use until::until;

/// Name, section, title, permissions, and the local part of the address.
const PEOPLE: [(&str, &str, &str, &[Permission], &str); 9] = [
    ("张敏", "business:social_security", "科员", &[Query, Handle], "zhangmin"),
    ("李国强", "business:social_security", "股长", &[Query, Handle, Approve], "liguoqiang"),
    ("王芳", "business:education", "科员", &[Query, Handle], "wangfang"),
    ("陈静", "agriculture", "股长", &[Query, Handle, Summarise], "chenjing"),
    ("刘洋", "budget", "科员", &[Query, Handle], "liuyang"),
    ("孙丽", "supervision", "科员", &[Query], "sunli"),
    ("周涛", "treasury", "科员", &[Query], "zhoutao"),
    ("吴凡", "info_center", "工程师", &[Users], "wufan"),
    ("赵刚", "review_center", "科员", &[Query, Handle, Rules], "zhaogang"),
];

/// 10 o'clock on Monday, 23 November 2026.
pub const MORNING: &str = "2026-11-23T10:00:00+08:00";

/// The office, its service, and all that can be seen of it from outside.
pub struct Office {
    app: Option<App>,
    pub config: Config,
    pub clock: Clock,
    database: Database,
    folder: TempDir,
    http: reqwest::Client,
    sent: u32,
    /// How many deliveries are expected to be parked.
    pub parked: i64,
}

impl Office {
    /// Opens in the morning, everybody entered. `configure` changes what differs from the defaults.
    pub async fn open(database: Database, configure: impl FnOnce(&mut Config)) -> Office {
        Office::open_at(MORNING, database, configure).await
    }

    /// The same on another morning.
    pub async fn open_at(morning: &str, database: Database, configure: impl FnOnce(&mut Config)) -> Office {
        let folder = tempfile::tempdir().unwrap();
        let clock = Clock::standing_at(DateTime::parse_from_rfc3339(morning).unwrap().to_utc());
        let mut config = configuration(&database, &folder);
        configure(&mut config);
        let app = App::start(&config, clock.clone()).await.unwrap();
        for (name, section, title, permissions, address) in PEOPLE {
            let card = StaffCard {
                name: name.to_owned(),
                section: section.to_owned(),
                title: title.to_owned(),
                permissions: permissions.to_vec(),
                email: Some(format!("{address}@huoshan.example")),
                id_no: None,
                phone: None,
            };
            staff::add(&app.store, clock.now(), &card).await.unwrap();
        }
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        Office { app: Some(app), config, clock, database, folder, http, sent: 0, parked: 0 }
    }

    pub fn app(&self) -> &App {
        self.app.as_ref().unwrap()
    }

    pub fn store(&self) -> &Store {
        &self.app().store
    }

    // what machines do

    /// 国库支付中心 reports a payment.
    pub async fn pays(&mut self, payment: Event) -> Answer {
        self.tells("treasury", payment).await
    }

    /// 预算股 reports something about an allocation.
    pub async fn allocates(&mut self, allocation: Event) -> Answer {
        self.tells("budget", allocation).await
    }

    /// An allocation handed down to a unit for a project, with its scan: nothing of it falls due, however long the story.
    pub async fn funds(&mut self, allocation: Event) {
        let scanned = scan(allocation.text_of("allocation_id"));
        self.allocates(allocation.with("parent_id", "SJ-1").with("agency_code", "301001").with("project_code", "XM1")).await;
        self.allocates(scanned).await;
    }

    /// 国库支付中心 lists a line of a payment.
    pub async fn lists(&mut self, line: Event) -> Answer {
        self.tells("treasury", line).await
    }

    /// The register of poor households enters a person.
    pub async fn registers(&mut self, person: Event) -> Answer {
        self.tells("register", person).await
    }

    async fn tells(&mut self, source: &str, event: Event) -> Answer {
        let delivery = self.delivery(source, event.text());
        self.sends(delivery).await
    }

    /// A properly signed delivery under a new id, to be changed before it is sent.
    pub fn delivery(&mut self, source: &str, body: impl Into<Vec<u8>>) -> Delivery {
        self.sent += 1;
        Delivery::new(source, &format!("msg_{}", self.sent), self.clock.now().timestamp(), body.into())
    }

    /// Many events in one delivery, one a line.
    pub fn batch<'e>(&mut self, source: &str, lines: impl IntoIterator<Item = &'e str>) -> Delivery {
        let body = lines.into_iter().fold(String::new(), |body, line| body + line + "\n");
        self.delivery(source, body).batch()
    }

    pub async fn sends(&self, delivery: impl Into<Delivery>) -> Answer {
        self.door().sends(delivery.into()).await
    }

    /// A way in of its own, for senders that do not wait for each other.
    pub fn door(&self) -> Door {
        self.door_of(self.app())
    }

    /// The way into a service that was started beside the office's own.
    pub fn door_of(&self, app: &App) -> Door {
        Door { http: self.http.clone(), url: format!("http://{}", app.listen) }
    }

    /// What stands at an address of the public door.
    pub async fn reads(&self, path: &str) -> Answer {
        Answer::of(self.http.get(format!("http://{}{path}", self.app().listen)).send().await.unwrap()).await
    }

    /// What stands at an address of the inner door.
    pub async fn inspects(&self, path: &str) -> Answer {
        Answer::of(self.http.get(format!("http://{}{path}", self.app().admin)).send().await.unwrap()).await
    }

    /// What is wrong, as the inner door tells it.
    pub async fn troubles(&self) -> String {
        self.inspects("/readyz").await.body.trim_start_matches("ready\n").to_owned()
    }

    // how letters leave

    /// From now on letters go by this mail server.
    pub async fn posts_by(&mut self, server: &MailServer) {
        let ca_file = self.path("ca.pem");
        server.settings(&ca_file, &mut self.config.mail);
        self.restart().await;
    }

    /// Time goes by until everything is out.
    pub async fn waits_until_sent(&self) {
        for _ in 0..200 {
            if self.left_in_outbox().await.is_empty() {
                return;
            }
            self.wind(TimeDelta::minutes(5));
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("still in the outbox: {:?}", self.left_in_outbox().await);
    }

    // what people do

    /// Somebody says one line on the console and is answered.
    pub async fn says(&self, name: &str, line: &str) -> String {
        self.app().desk.hear(name, Account::Console, line).await.to_string()
    }

    /// Somebody more works here; without an address where it is empty.
    pub async fn hires(&self, name: &str, section: &str, permissions: &[Permission], address: &str) {
        let card = StaffCard {
            name: name.to_owned(),
            section: section.to_owned(),
            title: "科员".to_owned(),
            permissions: permissions.to_vec(),
            email: (!address.is_empty()).then(|| format!("{address}@huoshan.example")),
            id_no: None,
            phone: None,
        };
        staff::add(self.store(), self.clock.now(), &card).await.unwrap();
    }

    // what the clock does

    pub fn wind(&self, by: TimeDelta) {
        self.clock.advance(by);
    }

    /// Whatever is due by now is done.
    pub async fn jobs(&self) {
        self.app().jobs.run_all().await.unwrap();
    }

    // what is to be seen

    /// Every warning in the order of its number: `YJ2026-000001 🟡 ZC09 business:social_security PZ-2 12800.00 共 2 条`.
    pub async fn lights(&self) -> Vec<String> {
        let mut all = warning::list(self.store(), &warning::Filter::default(), i64::MAX).await.unwrap();
        all.sort_by_key(|w| w.no);
        let line = |w: &warning::Warning| {
            let mut line = format!("{} {} {} {}", warning_no(w.no).unwrap(), w.state.light().sign(), w.rule, w.section);
            line += &w.voucher_no.as_deref().map(|no| format!(" {no}")).unwrap_or_default();
            line += &w.amount.map(|amount| format!(" {amount}")).unwrap_or_default();
            line + &if w.items > 1 { format!(" 共 {} 条", w.items) } else { String::new() }
        };
        all.iter().map(line).collect()
    }

    /// Everything that was said in chat so far, without the marks of the transcript.
    pub async fn chat(&self) -> String {
        self.wait_until_sent().await;
        let said = std::fs::read_to_string(&self.config.chat.transcript).unwrap_or_default();
        said.lines().filter(|line| !line.starts_with("— ")).fold(String::new(), |all, line| all + line + "\n").trim_end().to_owned()
    }

    /// The letters that went out so far.
    pub async fn mailbox(&self) -> Mailbox {
        self.wait_until_sent().await;
        Mailbox::read(&self.config.mail.folder)
    }

    pub async fn wait_until_sent(&self) {
        until(10, async || {
            let left = self.left_in_outbox().await;
            if left.is_empty() { Ok(()) } else { Err(format!("in the outbox: {left:?} {:?}", delivery::pending(self.store(), 20).await.unwrap())) }
        })
        .await;
    }

    /// (channel, status, how many) of what did not go out.
    async fn left_in_outbox(&self) -> Vec<(String, String, i64)> {
        let counts = delivery::counts(self.store()).await.unwrap();
        counts.into_iter().filter(|(_, status, count)| status != "sent" && (status != "parked" || *count != self.parked)).collect()
    }

    /// The number of the journal's latest entry.
    pub async fn journal(&self) -> i64 {
        journal::head(self.store()).await.unwrap().map_or(0, |(seq, _)| seq)
    }

    /// How many deliveries and lines wait in quarantine.
    pub async fn quarantine(&self) -> i64 {
        receipt::quarantined(self.store()).await.unwrap()
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    // how the day ends

    /// The service is stopped in order and started again; the clock goes on.
    pub async fn restart(&mut self) {
        self.stop().await;
        self.start().await;
    }

    pub async fn stop(&mut self) {
        self.app.take().unwrap().stop().await;
    }

    /// The office moves to this Discord: 社保股 and 教科文股 have channels of their own there, everybody else reads 公共.
    pub async fn moves_to(&mut self, discord: &FakeDiscord) {
        self.stop().await;
        let channel = |section: &str, name: &str| SectionChannel { section: SectionCode::new(section).unwrap(), channel: snowflake(discord.channel(name)) };
        self.config.chat.channel = config::chat::Channel::Discord;
        self.config.chat.discord = config::Discord {
            guild: Some(snowflake(discord.guild())),
            general: Some(snowflake(discord.channel("公共"))),
            channels: vec![channel("business:social_security", "社保股"), channel("business:education", "教科文股")],
            api_url: discord.url(),
            token: Some(Secret::new(discord.token())),
            ..self.config.chat.discord.clone()
        };
        self.start().await;
    }

    pub async fn start(&mut self) {
        self.app = Some(App::start(&self.config, self.clock.clone()).await.unwrap());
    }

    /// Nothing may be left in the outbox, and the journal must tell the whole story.
    async fn close(&mut self) {
        self.rebuilds().await;
        self.stop().await;
    }

    async fn clear_away(mut self) {
        if let Some(app) = self.app.take() {
            app.stop().await;
        }
        self.database.drop().await;
    }
}

/// A way in that can be handed to several senders.
#[derive(Clone)]
pub struct Door {
    http: reqwest::Client,
    url: String,
}

impl Door {
    pub async fn sends(&self, delivery: Delivery) -> Answer {
        Answer::of(delivery.request(&self.http, &self.url).send().await.unwrap()).await
    }
}

fn configuration(database: &Database, folder: &TempDir) -> Config {
    let path = |name: &str| folder.path().join(name).display().to_string();
    let settings = [
        ("JINGLING_DATABASE__URL", database.url(folder.path())),
        ("JINGLING_SERVER__LISTEN", "127.0.0.1:0".to_owned()),
        ("JINGLING_SERVER__ADMIN", "127.0.0.1:0".to_owned()),
        ("JINGLING_KEYS__FILE", path("jingling.key")),
        ("JINGLING_MAIL__FOLDER", path("mail")),
        ("JINGLING_DESK__FOLDER", path("desk")),
        ("JINGLING_CHAT__TRANSCRIPT", path("chat.txt")),
        ("JINGLING_OUTGOING__FOLDER", path("outgoing")),
    ];
    let mut config = config::load(None, settings.into_iter().map(|(name, value)| (name.to_owned(), value))).unwrap();
    config.sources = ["treasury", "budget", "register"].map(source).into();
    config
}

pub fn snowflake(number: u64) -> Snowflake {
    Snowflake(number.try_into().unwrap())
}

fn source(name: &str) -> Source {
    Source { name: name.to_owned(), secret_env: Vec::new(), secret_file: Vec::new(), secrets: vec![Secret::new(secret(name))] }
}
