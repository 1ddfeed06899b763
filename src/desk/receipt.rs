//! `/回执`: what a section was told of, it says that it was told (part 2 (四)–(六)).

use commands::receipt::Signing;
use commands::{Command, Permission, Receipt, Register, SectionKind, SerialNo};

use super::deed::{self, Change, Deed, Scene};
use super::mine::Todo;
use super::{Actor, Declined, Desk, Reply, notice, section_name};
use crate::chat;
use crate::delivery::card::mention;
use crate::domain::ChatSafe;
use crate::store::register::{self, Entered, Filter, Step};
use crate::store::{Entry, StoreError, Turn, staff};
use crate::watch::Orders;
use crate::watch::receipt::{Asked, Standing};

/// As many as fit a message.
const MOST: i64 = 15;

pub(super) async fn act(desk: &Desk, actor: &Actor, receipt: Receipt) -> Result<Reply, Declined> {
    match receipt {
        Receipt::List => list(desk, actor).await,
        Receipt::Sign(signing) => deed::act(desk, actor, Command::Receipt(Receipt::Sign(signing.clone())), &signing).await,
    }
}

pub(super) async fn replay(turn: &mut Turn, orders: &Orders, entry: &Entry, receipt: &Receipt) -> Result<(), StoreError> {
    match receipt {
        Receipt::Sign(signing) => deed::replay(turn, orders, entry, signing).await,
        Receipt::List => Ok(()),
    }
}

impl Deed for Signing {
    async fn check(&self, scene: &mut Scene<'_>) -> Result<Vec<Change>, Declined> {
        for no in &self.receipts {
            let unknown = || chat!("没有 {} 这份回执,或者它不是请您所在的股室签收的。用 /回执 列表 查看。", no);
            let found = register::in_turn(&mut scene.turn.tx, scene.turn.office, *no).await?;
            let entered = found.filter(|entered| entered.section == scene.actor.section).ok_or_else(unknown)?;
            if entered.due_on.is_none() {
                let given = register::steps_in(scene.turn, *no).await?.pop();
                let who = mention(staff::named(scene.people, given.as_ref().and_then(|step| step.actor)).as_ref());
                let at = given.map(|step| chat!("({})", step.at)).unwrap_or_default();
                return Err(chat!("{} 已由 {} 签收{},无需再签。", no, who, at).into());
            }
        }
        let waiting = waiting(self, scene).await?;
        if waiting.is_empty() {
            return Err(chat!("没有等{}签收的回执。", section_name(&scene.orders.settings, &scene.actor.section)).into());
        }
        Ok(waiting.iter().map(|entered| Change::of(&format!("回执 {}", entered.no), "待签收", "已签收")).collect())
    }

    async fn apply(&self, scene: &mut Scene<'_>, entry: &Entry) -> Result<Reply, StoreError> {
        let waiting = waiting(self, scene).await?;
        for entered in &waiting {
            let asked = register::steps_in(scene.turn, entered.no).await?.first().and_then(Step::read::<Asked>);
            register::advance(scene.turn, entered.no, entry.by(), (Standing::Signed.code(), None), "签收", &()).await?;
            match asked {
                Some(Asked::Notice(no)) => notice::acknowledged(scene, entry, no).await?,
                Some(Asked::Warning(..) | Asked::Batch(..)) | None => {}
            }
        }
        Ok(match waiting.as_slice() {
            [one] => chat!("已签收 {}。", one.no).into(),
            several => chat!("已签收 {} 份回执。", several.len()).into(),
        })
    }
}

/// Those of the actor's section that are meant and wait.
async fn waiting(signing: &Signing, scene: &mut Scene<'_>) -> Result<Vec<Entered>, StoreError> {
    let filter = Filter { section: Some(&scene.actor.section), open_only: true, ..Filter::default() };
    let mut open = register::list_in(scene.turn, Register::Receipt, filter, i64::MAX).await?;
    open.retain(|entered| signing.receipts.is_empty() || signing.receipts.contains(&entered.no));
    Ok(open)
}

/// What waits for the section; for 领导小组办公室 what waits for anybody (督促协调, part 2 (一)).
async fn list(desk: &Desk, actor: &Actor) -> Result<Reply, Declined> {
    let urges = actor.kind == Some(SectionKind::LeadOffice);
    let filter = Filter { section: (!urges).then_some(actor.staff.section.as_str()), open_only: true, ..Filter::default() };
    let found = register::list(&desk.store, Register::Receipt, filter, MOST).await?;
    if found.is_empty() {
        return Ok(chat!("没有等着签收的回执。").into());
    }
    let steps = register::steps_of(&desk.store, Register::Receipt, &found).await?;
    let line = |entered: &Entered| {
        let asked = steps.get(&entered.no).and_then(|steps| steps.first()?.read::<Asked>());
        let about = asked.map(|asked| asked.about()).unwrap_or_default();
        let section = if urges { chat!("  {}", section_name(&desk.orders.settings, &entered.section)) } else { ChatSafe::default() };
        let chased = match Standing::from_code(&entered.state) {
            Some(Standing::Chased) => chat!("已催收,"),
            Some(Standing::Asked | Standing::Signed) | None => ChatSafe::default(),
        };
        let due = entered.due_on.map(|due| chat!("  {}期限 {}", chased, due)).unwrap_or_default();
        chat!("{} {}{}{}", entered.no, about, section, due)
    };
    let mut lines: Vec<ChatSafe> = found.iter().map(line).collect();
    let total = register::count(&desk.store, Register::Receipt, filter).await?;
    lines.push(chat!("共 {} 份。签收用 /回执 签收 编号,几份用顿号隔开,也可以写 全部。", total));
    Ok(ChatSafe::lines(lines).into())
}

/// How many wait, and until when the first of them may.
pub(super) async fn todos(desk: &Desk, actor: &Actor) -> Result<Vec<Todo>, StoreError> {
    if !actor.staff.may(Permission::Query) && !actor.staff.may(Permission::Handle) {
        return Ok(Vec::new());
    }
    let filter = Filter { section: Some(&actor.staff.section), open_only: true, ..Filter::default() };
    let Some(first) = register::list(&desk.store, Register::Receipt, filter, 1).await?.pop() else { return Ok(Vec::new()) };
    let count = register::count(&desk.store, Register::Receipt, filter).await?;
    Ok(vec![Todo { due_on: first.due_on, text: chat!("{} 份回执待签收,用 /回执 列表 查看", count) }])
}

/// The receipts that were asked for an entry of another register, as the one who asked reads them.
pub(super) fn numbers(wanted: &[SerialNo]) -> ChatSafe {
    ChatSafe::list(wanted.iter().map(|no| chat!("{}", no)))
}
