//! `/记录`: exchanges and trainings (沟通协调、培训), in a register.

use commands::log::{Log, Logged};
use commands::{Command, LogKind, Register, SerialNo, Text};

use super::deed::{self, Change, Deed, Scene};
use super::{Actor, Declined, Desk, Reply, section_name};
use crate::chat;
use crate::delivery::card::mention;
use crate::domain::ChatSafe;
use crate::store::register::{self, Filter};
use crate::store::{Entry, StoreError, staff};

/// As many as fit a message.
const MOST: i64 = 15;

pub(super) async fn act(desk: &Desk, actor: &Actor, log: Log) -> Result<Reply, Declined> {
    match log {
        Log::Enter(logged) => deed::act(desk, actor, Command::Log(Log::Enter(logged.clone())), &logged).await,
        Log::List => list(desk).await,
        Log::Show { no } => show(desk, no).await,
    }
}

impl Deed for Logged {
    fn texts(&self) -> Vec<String> {
        [&self.with, &self.about, &self.result].map(Text::to_string).into()
    }

    async fn check(&self, _: &mut Scene<'_>) -> Result<Vec<Change>, Declined> {
        Ok(vec![Change::of("记录", "", self.kind.name())])
    }

    async fn apply(&self, scene: &mut Scene<'_>, entry: &Entry) -> Result<Reply, StoreError> {
        let (section, state) = (scene.actor.section.clone(), self.kind.code());
        let no = register::enter(scene.turn, Register::Log, entry.by(), (&section, state, None), "登记", self).await?;
        Ok(chat!("已登记 {}。", no).into())
    }
}

/// What was recorded lately; what was said there stands in the system.
async fn list(desk: &Desk) -> Result<Reply, Declined> {
    let found = register::list(&desk.store, Register::Log, Filter::default(), MOST).await?;
    let people = staff::all(&desk.store).await?;
    let lines = found.iter().map(|entered| {
        let kind = match LogKind::from_code(&entered.state) {
            Some(LogKind::Training) => chat!("培训"),
            Some(LogKind::Exchange) | None => chat!("沟通协调"),
        };
        let who = mention(staff::named(&people, Some(entered.actor)).as_ref());
        chat!("{} {}  {}  {} {}", entered.no, kind, entered.opened_on, section_name(&desk.orders.settings, &entered.section), who)
    });
    let lines: Vec<ChatSafe> = lines.collect();
    if lines.is_empty() {
        return Ok(chat!("还没有记录。用 /记录 登记 填写。").into());
    }
    Ok(ChatSafe::lines(lines).into())
}

/// All of it, at the bureau's own terminal.
async fn show(desk: &Desk, no: SerialNo) -> Result<Reply, Declined> {
    let steps = register::steps(&desk.store, no).await?;
    let logged = steps.first().and_then(|step| serde_json::from_str::<Logged>(&step.content).ok());
    let Some(Logged { kind, on, with, about, result }) = logged else { return Err(chat!("没有 {} 这条记录。用 /记录 列表 查看。", no).into()) };
    Ok(Reply::Private(format!("{no} {kind} {on}\n对象:{with}\n内容:{about}\n结果:{result}")))
}
