//! The people's door (办事台): `Command` + actor → [`Reply`] is the only way a person acts, whatever they speak through.
//!
//! Authority is decided here, from the staff table: permission, section, relation to the warning. A stranger learns nothing, not even that a
//! number exists. Reading happens outside any turn; a move is checked, journalled and applied in one.

mod access;
mod allocation;
mod amend;
mod approve;
mod assign;
mod batch;
mod bind;
mod claim;
mod correct;
pub mod countersign;
mod deed;
mod delivery;
mod engage;
mod export;
mod finish;
mod follow;
pub mod form;
mod handling;
mod inspection;
mod known;
mod lead;
mod leave;
mod ledger;
mod log;
mod matter;
mod mine;
mod month;
mod motion;
mod moves;
mod notice;
mod pause;
mod payment;
mod performance;
mod privacy;
mod propose;
mod quarantine;
mod receipt;
mod receive;
mod reopen;
mod reveal;
mod scope;
mod show;
mod tell;
mod urge;
mod verify;
mod warning;
mod white_list;
mod why;

use std::path::PathBuf;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use commands::{Allowed, Batch, Command, Hold, Leave, Log, SectionKind};
pub use deed::Change;
use serde::{Deserialize, Serialize};
use tracing::error;

use crate::chat;
use crate::clock::Clock;
use crate::config::Snowflake;
use crate::domain::calendar::local_date;
use crate::domain::{ChatSafe, SectionName};
use crate::store::setting::{OfficeSettings, Section};
use crate::store::staff::{self, Staff};
use crate::store::{Entry, Store, StoreError, Turn};
use crate::watch::Orders;

/// What a person is answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reply {
    /// Fit for any chat.
    Said(ChatSafe),
    /// A sheet of aggregate figures or help: no single case in it.
    Sheet(String),
    /// About the asker's own words: for the asker's eyes only.
    Private(String),
}

impl std::fmt::Display for Reply {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Reply::Said(text) => text.fmt(f),
            Reply::Sheet(text) | Reply::Private(text) => f.write_str(text.trim_end()),
        }
    }
}

impl From<ChatSafe> for Reply {
    fn from(text: ChatSafe) -> Reply {
        Reply::Said(text)
    }
}

/// Why nothing was done: said to the person, or logged and apologised for.
#[derive(Debug)]
pub enum Declined {
    Because(Reply),
    Failed(StoreError),
}

impl From<Declined> for Reply {
    fn from(declined: Declined) -> Reply {
        match declined {
            Declined::Because(reply) => reply,
            Declined::Failed(failure) => apology(&failure),
        }
    }
}

impl From<StoreError> for Declined {
    fn from(failure: StoreError) -> Declined {
        Declined::Failed(failure)
    }
}

impl From<ChatSafe> for Declined {
    fn from(text: ChatSafe) -> Declined {
        Declined::Because(Reply::Said(text))
    }
}

/// The content of an `act` entry; the actor's id stands beside it in the journal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Act {
    /// The real name, as it was then.
    pub name: String,
    /// Through what the person spoke: `console`, `discord:1100000000000000099`.
    pub account: String,
    pub command: Command,
    /// What it changed; entries from before that was kept have none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<Change>,
}

/// The desk of one office.
#[derive(Debug, Clone)]
pub struct Desk {
    pub store: Store,
    pub orders: Arc<Orders>,
    pub clock: Clock,
    /// Where files lie that people fill in.
    pub files: PathBuf,
    /// Where files lie that leave the bureau (外送文件夹).
    pub outgoing: PathBuf,
}

/// Through what a person speaks (账号); the journal keeps it with what was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Account {
    /// The terminal, signed in by passphrase.
    Console,
    Discord(Snowflake),
}

impl std::fmt::Display for Account {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Account::Console => f.write_str("console"),
            Account::Discord(account) => write!(f, "discord:{account}"),
        }
    }
}

/// A person at the desk.
#[derive(Debug, Clone)]
pub struct Actor {
    pub staff: Staff,
    pub account: Account,
    /// What their section is there for; `None`: it is not there any more.
    pub kind: Option<SectionKind>,
}

impl Actor {
    /// Whether they may say it, where they are.
    pub fn may(&self, allowed: &Allowed) -> bool {
        allowed.permits(&self.staff.permissions, self.kind) && (!allowed.at_terminal || self.account == Account::Console)
    }

    /// The same. Err: what they are told who may not.
    pub fn must(&self, allowed: &Allowed) -> Result<(), Reply> {
        if self.may(allowed) { Ok(()) } else { Err(not_allowed(self, allowed)) }
    }

    /// Whether they read every section's warnings.
    fn reads_all(&self) -> bool {
        reads_all(self.kind)
    }

    /// Whether they may know of a section's warnings.
    fn may_read(&self, section: &str) -> bool {
        self.staff.section == section || self.reads_all()
    }
}

/// Whether people of such a section read every section's warnings: it leads, supervises, pays or reports.
fn reads_all(kind: Option<SectionKind>) -> bool {
    use SectionKind::{Agriculture, LeadOffice, Leadership, Supervision, Treasury};
    kind.is_some_and(|kind| [Agriculture, LeadOffice, Leadership, Supervision, Treasury].contains(&kind))
}

impl Desk {
    /// Hears one line of a person known by real name.
    pub async fn hear(&self, name: &str, account: Account, line: &str) -> Reply {
        match self.person(name, account).await {
            Ok(actor) => self.hear_from(&actor, line).await,
            Err(reply) => reply,
        }
    }

    /// The person of this real name. Err: what is said to somebody who is none of the office, or that it could not be looked up.
    pub async fn person(&self, name: &str, account: Account) -> Result<Actor, Reply> {
        match staff::by_name(&self.store, name).await {
            Ok(Some(staff)) => Ok(self.actor(staff, account)),
            Ok(None) => Err(not_staff().into()),
            Err(failure) => Err(apology(&failure)),
        }
    }

    /// Who speaks through an account on Discord. Err: what somebody is told to whom it is not bound, or that it could not be looked up.
    pub async fn known(&self, account: Snowflake) -> Result<Actor, Reply> {
        match staff::by_account(&self.store, account).await {
            Ok(Some(staff)) => Ok(self.actor(staff, Account::Discord(account))),
            Ok(None) => Err(bind::stranger().into()),
            Err(failure) => Err(apology(&failure)),
        }
    }

    fn actor(&self, staff: Staff, account: Account) -> Actor {
        Actor { kind: self.orders.settings.kind(&staff.section), staff, account }
    }

    /// An account on Discord says the code by which it becomes a person's own; the one thing that needs no right.
    pub async fn bind(&self, account: Account, code: &commands::Bind) -> Reply {
        bind::bind(self, account, code.code.as_str()).await.unwrap_or_else(Reply::from)
    }

    /// What is in force at this moment, whatever another process or another turn has laid down.
    async fn orders_now(&self) -> Result<Orders, StoreError> {
        let mut turn = self.store.turn().await?;
        self.orders.as_of(&mut turn).await
    }

    async fn hear_from(&self, actor: &Actor, line: &str) -> Reply {
        match commands::parse(line, local_date(self.clock.now())) {
            Err(complaint) => Reply::Private(complaint.to_string()),
            Ok(command) => self.act(actor, command).await,
        }
    }

    /// Does what a person asks for, or says why not.
    pub async fn act(&self, actor: &Actor, command: Command) -> Reply {
        self.attempt(actor, command).await.unwrap_or_else(|declined| declined)
    }

    /// The same, telling what was done (Ok) from what was not (Err).
    pub async fn attempt(&self, actor: &Actor, command: Command) -> Result<Reply, Reply> {
        actor.must(&command.form().allowed)?;
        self.dispatch(actor, command).await.map_err(Reply::from)
    }

    async fn dispatch(&self, actor: &Actor, command: Command) -> Result<Reply, Declined> {
        match command {
            Command::Help(help) => {
                let topic = help.topic.as_ref().map(commands::Text::as_str);
                let text = commands::help(&actor.staff.permissions, actor.kind, topic);
                Ok(text.map_or_else(|complaint| Reply::Private(complaint.to_string()), Reply::Sheet))
            }
            Command::Mine(asked) => mine::mine(self, actor, asked.page).await,
            Command::List(list) => warning::list(self, actor, &list).await,
            Command::Show(show) => show::show(self, actor, show.warning).await,
            Command::Why(asked) => why::show(self, actor, asked.warning).await,
            Command::Claim(claim) => moves::act(self, actor, &claim).await,
            Command::Assign(assign) => moves::act(self, actor, &assign).await,
            Command::Finish(finish) => moves::act(self, actor, &finish).await,
            Command::Verify(slip) => moves::act(self, actor, &slip).await,
            Command::Correct(slip) => moves::act(self, actor, &slip).await,
            Command::Measure(measure) => moves::act(self, actor, &measure).await,
            Command::FalseAlarm(alarm) => moves::act(self, actor, &alarm).await,
            Command::Handling(command) => handling::act(self, actor, command).await,
            Command::Approve(command) => approve::act(self, actor, command).await,
            Command::Summarise(summarise) => month::summarise(self, &summarise).await,
            Command::Deliveries => delivery::list(self, actor).await,
            Command::Bind(code) => bind::bind(self, actor.account, code.code.as_str()).await,
            Command::Batch(batch) => batch::act(self, actor, batch).await,
            Command::Log(command) => log::act(self, actor, command).await,
            Command::Ledger(command) => ledger::act(self, actor, command).await,
            Command::Allocation(command) => allocation::act(self, actor, command).await,
            Command::Payments(asked) => payment::list(self, actor, &asked).await,
            Command::Performance(command) => performance::act(self, actor, command).await,
            Command::Quarantine(command) => quarantine::act(self, actor, command).await,
            Command::Receipt(command) => receipt::act(self, actor, command).await,
            Command::Notice(command) => notice::act(self, actor, command).await,
            Command::Lead(command) => lead::act(self, actor, command).await,
            Command::Matter(command) => matter::act(self, actor, command).await,
            Command::Inspection(command) => inspection::act(self, actor, command).await,
            Command::Access(access) => access::act(self, actor, access).await,
            Command::Countersign(command) => countersign::act(self, actor, command).await,
            Command::Hold(command) => pause::act(self, actor, command).await,
            Command::WhiteList(command) => white_list::act(self, actor, command).await,
            Command::Leave(command) => leave::act(self, actor, command).await,
            Command::Reveal(reveal) => reveal::act(self, actor, reveal).await,
            Command::Export(export) => export::act(self, actor, export).await,
        }
    }
}

/// What somebody is told at the terminal who is no user, or not any more.
fn not_staff() -> ChatSafe {
    chat!("您还没有登记为用户。请找财政信息中心办理。")
}

fn not_allowed(actor: &Actor, allowed: &Allowed) -> Reply {
    if allowed.permits(&actor.staff.permissions, actor.kind) {
        return chat!("为保护个人信息,这个命令只能在单位内部的终端上用。请运行 jingling console 办理。").into();
    }
    let places = ChatSafe::list(allowed.sections.iter().map(|kind| chat!("{}", kind)));
    match (allowed.any_of.first(), places.is_empty()) {
        (Some(permission), true) => chat!("这个命令需要“{}”权限。如需开通,请按附件3的申请表找财政信息中心办理。", permission),
        (Some(permission), false) => chat!("这个命令由{}有“{}”权限的人使用。", places, permission),
        (None, _) => chat!("这个命令由{}使用。", places),
    }
    .into()
}

/// Applies a journalled act of another copy; it was checked when it was made.
pub async fn replay(turn: &mut Turn, orders: &Orders, entry: &Entry) -> Result<(), StoreError> {
    let bad = |reason: &str| StoreError::BadEntry { seq: entry.seq, reason: reason.to_owned() };
    let act: Act = serde_json::from_slice(&entry.content).map_err(|e| bad(&e.to_string()))?;
    match &act.command {
        Command::Claim(claim) => moves::replay(turn, orders, entry, claim).await,
        Command::Assign(assign) => moves::replay(turn, orders, entry, assign).await,
        Command::Finish(finish) => moves::replay(turn, orders, entry, finish).await,
        Command::Verify(slip) => moves::replay(turn, orders, entry, slip).await,
        Command::Correct(slip) => moves::replay(turn, orders, entry, slip).await,
        Command::Measure(measure) => moves::replay(turn, orders, entry, measure).await,
        Command::FalseAlarm(alarm) => moves::replay(turn, orders, entry, alarm).await,
        Command::Handling(command) => handling::replay(turn, orders, entry, command).await,
        Command::Approve(command) => approve::replay(turn, orders, entry, command).await,
        Command::Batch(Batch::Filed(filed)) => deed::replay(turn, orders, entry, &batch::Filing::replayed(filed)).await,
        Command::Batch(Batch::Export(_) | Batch::HandIn(_)) => Ok(()),
        Command::Log(Log::Enter(logged)) => deed::replay(turn, orders, entry, logged).await,
        Command::Log(Log::List | Log::Show { .. }) => Ok(()),
        Command::Ledger(command) => ledger::replay(turn, orders, entry, command).await,
        Command::Allocation(command) => allocation::replay(turn, orders, entry, command).await,
        Command::Performance(command) => performance::replay(turn, orders, entry, command).await,
        Command::Quarantine(command) => quarantine::replay(turn, orders, entry, command).await,
        Command::Hold(Hold::Pause(pause)) => deed::replay(turn, orders, entry, pause).await,
        Command::Hold(Hold::Resume(resume)) => deed::replay(turn, orders, entry, resume).await,
        Command::Leave(Leave::Enter(away)) => deed::replay(turn, orders, entry, away).await,
        Command::Leave(Leave::Cancel(cancelled)) => deed::replay(turn, orders, entry, cancelled).await,
        Command::Leave(Leave::List) => Ok(()),
        Command::Receipt(command) => receipt::replay(turn, orders, entry, command).await,
        Command::Notice(command) => notice::replay(turn, orders, entry, command).await,
        Command::Lead(command) => lead::replay(turn, orders, entry, command).await,
        Command::Matter(command) => matter::replay(turn, orders, entry, command).await,
        Command::Inspection(command) => inspection::replay(turn, orders, entry, command).await,
        Command::Access(access) => access::replay(turn, orders, entry, access).await,
        Command::Countersign(command) => countersign::replay(turn, orders, entry, command).await,
        Command::WhiteList(command) => white_list::replay(turn, orders, entry, command).await,
        Command::Reveal(reveal) => deed::replay(turn, orders, entry, reveal).await,
        Command::Export(export) => deed::replay(turn, orders, entry, export).await,
        // these change nothing
        Command::Payments(_) => Ok(()),
        Command::Help(_)
        | Command::Mine(_)
        | Command::List(_)
        | Command::Show(_)
        | Command::Why(_)
        | Command::Summarise(_)
        | Command::Deliveries
        | Command::Bind(_) => Ok(()),
    }
}

fn section_name(settings: &OfficeSettings, code: &str) -> ChatSafe {
    crate::delivery::card::said(SectionName::new(&settings.section_name(code)))
}

/// The section that somebody names; the names there are, if it is none of them.
fn section_called<'s>(settings: &'s OfficeSettings, name: &str) -> Result<&'s Section, Declined> {
    settings.section(name).ok_or_else(|| Declined::Because(Reply::Private(format!("没有叫“{name}”的股室。可选:{}。", settings.section_names()))))
}

fn apology(failure: &StoreError) -> Reply {
    error!(failure = %failure, "desk: a command failed");
    if failure.is_full() {
        return chat!("存储空间不足,这一次没有记录。请联系财政信息中心。").into();
    }
    chat!("系统出了问题,这一次没有记录。请稍后再试;仍不行请联系财政信息中心。").into()
}

/// The present moment and its local date.
fn now(desk: &Desk) -> (DateTime<Utc>, chrono::NaiveDate) {
    let now = desk.clock.now();
    (now, local_date(now))
}
