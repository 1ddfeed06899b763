//! `/白名单`: entries of the white list, by 农业股 and by the section that answers for the category of the rule. One that is to hold for red lights too waits
//! for a second person. A person's number is typed at the bureau's own terminal only, and nothing of it is kept but its keyed hash.

use commands::white_list::{Agreed, Entered, Returned, Revoked, SubjectKind, WhiteList, WithRed};
use commands::{Command, Permission, Register, SectionKind, SerialNo, Text, WarningNo};

use super::deed::{self, Change, Deed, Scene};
use super::known::{Known, unknown};
use super::mine::Todo;
use super::moves::stored_no;
use super::{Account, Actor, Declined, Desk, Reply, now, privacy};
use crate::chat;
use crate::delivery::card::{mention, no, said};
use crate::delivery::note::{Note, NoteKind};
use crate::delivery::why;
use crate::domain::record::{allocation as slots, payment};
use crate::domain::white_list::{Line, hashed};
use crate::domain::{AllocationId, ChatSafe, Entity, FullDate, IdShape, Level, RuleCode, Value, VoucherNo, local_date, normalise, person_id};
use crate::rules::{Category, Rule};
use crate::store::setting::OfficeSettings;
use crate::store::staff::{self, Staff};
use crate::store::white_list::{self, State};
use crate::store::{Entry, StoreError, Turn, allocation, ledger, register};
use crate::watch::notify::notify;
use crate::watch::white_list::{enlist, release};
use crate::watch::{Moment, Orders};

/// As many as fit a message.
const MOST: i64 = 15;

pub(super) async fn act(desk: &Desk, actor: &Actor, list: WhiteList) -> Result<Reply, Declined> {
    match list {
        WhiteList::Enter(entered) => {
            let entered = covered(desk, actor, entered)?;
            deed::act(desk, actor, Command::WhiteList(WhiteList::Enter(entered.clone())), &entered).await
        }
        WhiteList::Agree(agreed) => deed::act(desk, actor, Command::WhiteList(WhiteList::Agree(agreed.clone())), &agreed).await,
        WhiteList::Return(back) => deed::act(desk, actor, Command::WhiteList(WhiteList::Return(back.clone())), &back).await,
        WhiteList::Revoke(revoked) => deed::act(desk, actor, Command::WhiteList(WhiteList::Revoke(revoked.clone())), &revoked).await,
        WhiteList::List { rule } => show(desk, actor, rule.as_ref()).await,
    }
}

pub(super) async fn replay(turn: &mut Turn, orders: &Orders, entry: &Entry, list: &WhiteList) -> Result<(), StoreError> {
    match list {
        WhiteList::Enter(entered) => deed::replay(turn, orders, entry, entered).await,
        WhiteList::Agree(agreed) => deed::replay(turn, orders, entry, agreed).await,
        WhiteList::Return(back) => deed::replay(turn, orders, entry, back).await,
        WhiteList::Revoke(revoked) => deed::replay(turn, orders, entry, revoked).await,
        WhiteList::List { .. } => Ok(()),
    }
}

/// Somebody's number becomes its keyed hash before anything is journalled.
fn covered(desk: &Desk, actor: &Actor, entered: Entered) -> Result<Entered, Declined> {
    let Some(typed) = entered.subject.as_ref().filter(|_| entered.kind.is_personal()) else { return Ok(entered) };
    if actor.account != Account::Console {
        return Err(chat!("为保护个人信息,身份证号和账号只能在单位内部的终端上登记。请运行 jingling console 办理。没有保存。").into());
    }
    let mut number = normalise(typed.as_str());
    if entered.kind == SubjectKind::Person {
        number = person_id::canonical(&number);
        if person_id::check(&number) != IdShape::Valid {
            return Err(chat!("身份证号不对:位数或校验位不符。请核对后再登记。").into());
        }
    }
    let key = desk.store.keys.hash(&number).map(hashed).and_then(|key| Text::try_from(key).ok());
    Ok(Entered { subject: None, key: Some(key.ok_or_else(|| chat!("对象是空的。请写明账号。"))?), ..entered })
}

fn serial(stored: i64) -> ChatSafe {
    SerialNo::of_stored(Register::WhiteList, stored).map(|no| chat!("{}", no)).unwrap_or_default()
}

/// Whether rules of this category are this person's to decide on: 农业股 all of them, 预算股 指标管理, 评审中心 绩效管理.
fn answers(settings: &OfficeSettings, person: &Staff, category: Category) -> bool {
    match settings.kind(&person.section) {
        Some(SectionKind::Agriculture) => true,
        Some(SectionKind::Budget) => category == Category::Allocation,
        Some(SectionKind::ReviewCenter) => category == Category::Performance,
        Some(_) | None => false,
    }
}

/// Whether this person may approve what somebody else has entered.
fn approves(settings: &OfficeSettings, person: &Staff, category: Category) -> bool {
    let leads = settings.kind(&person.section) == Some(SectionKind::Leadership);
    person.may(Permission::Approve) && (leads || answers(settings, person, category))
}

fn category(orders: &Orders, code: &str) -> Category {
    orders.rules.iter().find(|in_force| in_force.rule.code == code).map_or(Category::Other, |in_force| in_force.rule.category)
}

fn rule<'o>(scene: &Scene<'o>, code: &Text) -> Result<&'o Rule, Declined> {
    let code = normalise(code.as_str()).to_uppercase();
    let found = scene.orders.rules.iter().find(|in_force| in_force.rule.code == code).map(|in_force| &*in_force.rule);
    let rule = found.ok_or_else(|| chat!("没有这个代码的规则在用。请写规则代码,例如 ZC09。"))?;
    if !answers(&scene.orders.settings, scene.actor, rule.category) {
        return Err(chat!("这条规则的白名单由农业股办理;指标管理的也可由预算股、绩效管理的也可由评审中心办理。").into());
    }
    Ok(rule)
}

/// The subject as records are marked with it.
async fn subject(entered: &Entered, scene: &mut Scene<'_>, rule: &str) -> Result<String, Declined> {
    if let Some(key) = &entered.key {
        return Ok(key.to_string());
    }
    let typed = entered.subject.as_ref().map(|subject| normalise(subject.as_str())).unwrap_or_default();
    match entered.kind {
        SubjectKind::Matter => {
            let named = commands::read_no(&typed, local_date(scene.now)).ok_or_else(|| chat!("预警编号应写成 YJ2026-000123 的样子。"))?;
            let known = Known::in_turn(scene.turn, stored_no(named)).await?.filter(|known| known.is_open_to(scene.actor, &scene.orders.settings));
            let warning = known.ok_or_else(|| unknown(stored_no(named)))?.warning;
            if warning.rule != rule {
                return Err(chat!("{} 是规则 {} 的预警,不能列入别的规则。", no(warning.no), said(RuleCode::new(&warning.rule))).into());
            }
            Ok(warning.matter)
        }
        SubjectKind::Allocation => {
            let found = allocation::named_in(&mut scene.turn.tx, scene.turn.office, &typed).await?;
            let ids: std::collections::BTreeSet<&str> = found.iter().map(|(record, _)| record.text(slots::ALLOCATION_ID)).collect();
            match ids.first() {
                Some(id) if ids.len() == 1 => Ok((*id).to_owned()),
                Some(_) => Err(chat!("这个文号有几条指标。请写指标编号。").into()),
                None => Err(chat!("台账里没有这条指标。请核对指标编号或文号。").into()),
            }
        }
        SubjectKind::Voucher => {
            let key = [vec![Value::text(&typed)]];
            let found = ledger::find(&mut scene.turn.tx, scene.turn.office, Entity::Payment, &[payment::VOUCHER_NO], key.iter()).await?;
            if found.is_empty() { Err(chat!("台账里没有这张凭证。请核对凭证号。").into()) } else { Ok(typed) }
        }
        SubjectKind::Project | SubjectKind::Agency => Ok(typed),
        SubjectKind::Person | SubjectKind::Account => Err(chat!("身份证号和账号只能在单位内部的终端上登记。").into()),
    }
}

/// The entry that is meant, in one of these states; with the category of its rule.
async fn entry_of(scene: &mut Scene<'_>, named: SerialNo, states: &[State]) -> Result<white_list::Entered, Declined> {
    let found = white_list::of(&mut scene.turn.tx, scene.turn.office, named.stored()).await?;
    let found = found.ok_or_else(|| chat!("没有 {} 这项白名单。用 /白名单 查询 查看。", named))?;
    if !states.contains(&found.state) {
        return Err(chat!("{} {},不能这样办。用 /白名单 查询 查看。", named, ChatSafe::fixed(found.state.name())).into());
    }
    Ok(found)
}

fn moment(entry: &Entry) -> Moment {
    Moment { seq: entry.seq, line: 1, at: entry.at }
}

fn refused(entry: &Entry) -> impl Fn(Declined) -> StoreError {
    let seq = entry.seq;
    move |declined| match declined {
        Declined::Failed(failure) => failure,
        Declined::Because(_) => StoreError::BadEntry { seq, reason: "what it asks for was not possible".to_owned() },
    }
}

impl Deed for Entered {
    fn texts(&self) -> Vec<String> {
        [Some(&self.basis), self.subject.as_ref()].into_iter().flatten().map(Text::to_string).collect()
    }

    async fn check(&self, scene: &mut Scene<'_>) -> Result<Vec<Change>, Declined> {
        let rule = rule(scene, &self.rule)?;
        if self.with_red == WithRed::No && rule.levels.iter().all(|level| level.light == Level::Red) {
            return Err(chat!("规则 {} 只亮红灯。要列入白名单请加上 红灯=是,由另一人批准。", said(RuleCode::new(&rule.code))).into());
        }
        let subject = subject(self, scene, &rule.code).await?;
        if self.kind == SubjectKind::Matter
            && let Some(number) = self.subject.as_ref().and_then(|typed| commands::read_no(typed.as_str(), local_date(scene.now)))
            && let Some(refusal) = privacy::refuse_evidence(scene.turn, stored_no(number), &privacy::pieces(&self.texts(), &scene.turn.keys.clone())).await?
        {
            return Err(refusal.into());
        }
        let level = if self.with_red == WithRed::Yes { Level::Red } else { Level::Bell };
        if let Some(known) = scene.orders.white_list.covering(&rule.code, &[(self.kind, subject)], level, self.until).first() {
            return Err(chat!("这个对象已在白名单里({}),期限不早于这一次。用 /白名单 查询 查看。", serial(*known)).into());
        }
        let state = state(self);
        Ok(vec![Change::of(&format!("白名单 {} {}", rule.code, self.kind), "", format!("{}(至 {})", state.name(), self.until))])
    }

    async fn apply(&self, scene: &mut Scene<'_>, entry: &Entry) -> Result<Reply, StoreError> {
        let rule = rule(scene, &self.rule).map_err(refused(entry))?;
        let subject = subject(self, scene, &rule.code).await.map_err(refused(entry))?;
        let (section, state) = (scene.actor.section.clone(), state(self));
        let no = register::enter(scene.turn, Register::WhiteList, entry.by(), (&section, state.code(), None), "登记", self).await?;
        let red = self.with_red == WithRed::Yes;
        let line = Line { no: no.stored(), rule: rule.code.clone(), kind: self.kind, subject, until: self.until, red };
        white_list::write(scene.turn, entry.seq, &white_list::Entered { line, state, actor: scene.actor.id }).await?;
        if state == State::Waiting {
            let lines = vec![("白名单".to_owned(), format!("规则 {} {}({})", rule.code, rule.name, self.kind)), ("登记".to_owned(), scene.actor.name.clone())];
            let note = Note { note: NoteKind::WhiteList, at: entry.at, serial: Some(no), section: None, due_on: None, lines };
            let theirs = |person: &&Staff| person.id != scene.actor.id && approves(&scene.orders.settings, person, rule.category);
            notify(scene.turn, entry.seq, scene.people.iter().filter(theirs), &note)?;
            return Ok(chat!("已登记 {},对红灯也有效的须另一人批准。批准以前照常推送。", no).into());
        }
        let orders = scene.orders.anew(scene.turn).await?;
        let quiet = enlist(scene.turn, &orders, &rule.code, moment(entry), entry.actor).await?;
        Ok(chat!("已列入白名单 {},到 {}为止。预警照常记录,不再推送;现有 {} 条预警据此不用办理。", no, FullDate(self.until), quiet).into())
    }
}

const fn state(entered: &Entered) -> State {
    match entered.with_red {
        WithRed::Yes => State::Waiting,
        WithRed::No => State::Valid,
    }
}

/// Two different people: whoever entered it does not decide on it.
fn second(scene: &Scene<'_>, found: &white_list::Entered) -> Result<(), Declined> {
    if !approves(&scene.orders.settings, scene.actor, category(scene.orders, &found.line.rule)) {
        return Err(chat!("{} 由农业股、局领导,或主管这类规则的股室有“审批”权限的人批准。", serial(found.line.no)).into());
    }
    if found.actor == scene.actor.id {
        return Err(chat!("{} 是您自己登记的,须由另一人批准。", serial(found.line.no)).into());
    }
    Ok(())
}

impl Deed for Agreed {
    async fn check(&self, scene: &mut Scene<'_>) -> Result<Vec<Change>, Declined> {
        let found = entry_of(scene, self.no, &[State::Waiting]).await?;
        second(scene, &found)?;
        if found.line.until < local_date(scene.now) {
            return Err(chat!("{} 的期限 {}已过,不能批准。请重新登记。", self.no, found.line.until).into());
        }
        Ok(vec![Change::of(&format!("白名单 {}", self.no), found.state.name(), State::Valid.name())])
    }

    async fn apply(&self, scene: &mut Scene<'_>, entry: &Entry) -> Result<Reply, StoreError> {
        let found = entry_of(scene, self.no, &[State::Waiting]).await.map_err(refused(entry))?;
        register::advance(scene.turn, self.no, entry.by(), (State::Valid.code(), None), "批准", self).await?;
        let rule = found.line.rule.clone();
        white_list::write(scene.turn, entry.seq, &white_list::Entered { state: State::Valid, ..found }).await?;
        let orders = scene.orders.anew(scene.turn).await?;
        let quiet = enlist(scene.turn, &orders, &rule, moment(entry), entry.actor).await?;
        Ok(chat!("已批准 {},对红灯也有效。现有 {} 条预警据此不用办理。", self.no, quiet).into())
    }
}

impl Deed for Returned {
    fn texts(&self) -> Vec<String> {
        vec![self.reason.to_string()]
    }

    async fn check(&self, scene: &mut Scene<'_>) -> Result<Vec<Change>, Declined> {
        let found = entry_of(scene, self.no, &[State::Waiting]).await?;
        second(scene, &found)?;
        Ok(vec![Change::of(&format!("白名单 {}", self.no), found.state.name(), State::Returned.name())])
    }

    async fn apply(&self, scene: &mut Scene<'_>, entry: &Entry) -> Result<Reply, StoreError> {
        let found = entry_of(scene, self.no, &[State::Waiting]).await.map_err(refused(entry))?;
        register::advance(scene.turn, self.no, entry.by(), (State::Returned.code(), None), "退回", self).await?;
        white_list::write(scene.turn, entry.seq, &white_list::Entered { state: State::Returned, ..found }).await?;
        Ok(chat!("已退回 {}。预警照常推送。", self.no).into())
    }
}

impl Deed for Revoked {
    fn texts(&self) -> Vec<String> {
        vec![self.reason.to_string()]
    }

    async fn check(&self, scene: &mut Scene<'_>) -> Result<Vec<Change>, Declined> {
        let found = entry_of(scene, self.no, &[State::Waiting, State::Valid]).await?;
        if !answers(&scene.orders.settings, scene.actor, category(scene.orders, &found.line.rule)) {
            return Err(chat!("{} 由农业股或主管这类规则的股室撤销。", self.no).into());
        }
        Ok(vec![Change::of(&format!("白名单 {}", self.no), found.state.name(), State::Revoked.name())])
    }

    async fn apply(&self, scene: &mut Scene<'_>, entry: &Entry) -> Result<Reply, StoreError> {
        let found = entry_of(scene, self.no, &[State::Waiting, State::Valid]).await.map_err(refused(entry))?;
        register::advance(scene.turn, self.no, entry.by(), (State::Revoked.code(), None), "撤销", self).await?;
        white_list::write(scene.turn, entry.seq, &white_list::Entered { state: State::Revoked, ..found }).await?;
        let orders = scene.orders.anew(scene.turn).await?;
        let pushed = release(scene.turn, &orders, self.no.stored(), moment(entry), entry.actor).await?;
        Ok(chat!("已撤销 {},{} 条预警移出白名单,已推送。", self.no, pushed).into())
    }
}

/// How an entry is told in chat: somebody's number never, anything else as far as it is a number or a code.
fn told(people: &[Staff], entered: &white_list::Entered, typed: Option<&str>) -> ChatSafe {
    let line = &entered.line;
    let subject = match line.kind {
        SubjectKind::Matter => typed.and_then(|typed| typed.parse::<WarningNo>().ok()).map(|named| chat!(" {}", no(stored_no(named)))).unwrap_or_default(),
        SubjectKind::Allocation => chat!(" {}", said(AllocationId::new(&line.subject))),
        SubjectKind::Voucher => chat!(" {}", said(VoucherNo::new(&line.subject))),
        SubjectKind::Project | SubjectKind::Agency => chat!(" {}", why::words("项目编码", &line.subject, "")),
        SubjectKind::Person | SubjectKind::Account => chat!("(不显示)"),
    };
    let red = if line.red { chat!("  含红灯") } else { ChatSafe::default() };
    let who = mention(staff::named(people, Some(entered.actor)).as_ref());
    let (code, kind, state) = (said(RuleCode::new(&line.rule)), ChatSafe::fixed(line.kind.name()), ChatSafe::fixed(entered.state.name()));
    chat!("{} {}  {}  {}{}  至 {}{}  {} 登记", serial(line.no), state, code, kind, subject, FullDate(line.until), red, who)
}

async fn show(desk: &Desk, actor: &Actor, rule: Option<&Text>) -> Result<Reply, Declined> {
    let code = rule.map(|rule| normalise(rule.as_str()).to_uppercase());
    let found = white_list::list(&desk.store, code.as_deref(), MOST).await?;
    if found.is_empty() {
        return Ok(chat!("没有白名单。农业股等用 /白名单 登记 填写。").into());
    }
    let people = staff::all(&desk.store).await?;
    let (mut lines, mut text) = (Vec::new(), Vec::new());
    for entered in &found {
        let steps = match SerialNo::of_stored(Register::WhiteList, entered.line.no) {
            Some(no) => register::steps(&desk.store, no).await?,
            None => Vec::new(),
        };
        let asked = steps.first().and_then(register::Step::read::<Entered>);
        let number = asked.as_ref().and_then(|asked| asked.subject.as_ref()).and_then(|typed| commands::read_no(typed.as_str(), now(desk).1));
        let line = told(&people, entered, number.map(|no| no.to_string()).as_deref());
        text.push(line.to_string());
        text.extend(asked.map(|asked| format!("   依据:{}", asked.basis)));
        lines.push(line);
    }
    // what was typed as the basis is said at the terminal only
    Ok(if actor.account == Account::Console { Reply::Private(text.join("\n")) } else { ChatSafe::lines(lines).into() })
}

/// Entries that ever concerned a warning, for `/预警 依据`.
pub(super) async fn of_warning(desk: &Desk, number: i64) -> Result<Vec<ChatSafe>, StoreError> {
    let people = staff::all(&desk.store).await?;
    let found = white_list::of_warning(&desk.store, number).await?;
    Ok(found.iter().map(|entered| chat!("   白名单 {}", told(&people, entered, None))).collect())
}

/// What waits for this person.
pub(super) async fn todos(desk: &Desk, actor: &Actor) -> Result<Vec<Todo>, StoreError> {
    if !actor.staff.may(Permission::Approve) {
        return Ok(Vec::new());
    }
    let waiting = white_list::list(&desk.store, None, i64::MAX).await?.into_iter().filter(|entered| entered.state == State::Waiting);
    let theirs = |e: &white_list::Entered| e.actor != actor.staff.id && approves(&desk.orders.settings, &actor.staff, category(&desk.orders, &e.line.rule));
    Ok(waiting
        .filter(theirs)
        .map(|e| Todo { due_on: None, text: chat!("{} 待批准(含红灯),用 /白名单 批准 或 /白名单 退回 办理", serial(e.line.no)) })
        .collect())
}
