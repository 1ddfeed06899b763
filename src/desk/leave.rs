//! `/请假`: who is away and who stands in (有人请假时,在办事项转由代理人办).

use chrono::NaiveDate;
use commands::leave::{Away, Cancelled, Leave};
use commands::{Command, Permission, Register, SerialNo, Text};

use super::deed::{self, Change, Deed, Scene};
use super::mine::Todo;
use super::{Actor, Declined, Desk, Reply, now, section_name};
use crate::chat;
use crate::delivery::card::mention;
use crate::domain::ChatSafe;
use crate::domain::calendar::local_date;
use crate::store::absence::{self, Absence, State};
use crate::store::staff::{self, Staff};
use crate::store::{Entry, StoreError, register};
use crate::watch::Moment;
use crate::watch::leave::{Staffing, advance, hand_back, hand_over};

pub(super) async fn act(desk: &Desk, actor: &Actor, leave: Leave) -> Result<Reply, Declined> {
    let command = Command::Leave(leave.clone());
    match leave {
        Leave::Enter(away) => deed::act(desk, actor, command, &away).await,
        Leave::Cancel(cancelled) => deed::act(desk, actor, command, &cancelled).await,
        Leave::List => list(desk, actor).await,
    }
}

fn called(person: &Staff) -> ChatSafe {
    mention(Some(&(person.id, person.name.clone())))
}

fn by_id(people: &[Staff], id: i64) -> ChatSafe {
    mention(staff::named(people, Some(id)).as_ref())
}

fn serial(stored: i64) -> ChatSafe {
    SerialNo::of_stored(Register::Leave, stored).map(|no| chat!("{}", no)).unwrap_or_default()
}

fn days(from: NaiveDate, until: NaiveDate) -> ChatSafe {
    if from == until { chat!("{}", from) } else { chat!("{}至{}", from, until) }
}

fn named<'p>(people: &'p [Staff], name: &Text) -> Result<&'p Staff, Declined> {
    let unknown = || Declined::Because(Reply::Private(format!("没有叫“{name}”的同事。请写登记的姓名。")));
    people.iter().find(|person| person.name == name.as_str()).ok_or_else(unknown)
}

/// Who is away, and who stands in.
fn both<'p>(asked: &Away, people: &'p [Staff], actor: &'p Staff) -> Result<(&'p Staff, &'p Staff), Declined> {
    let person = asked.person.as_ref().map_or(Ok(actor), |name| named(people, name))?;
    Ok((person, named(people, &asked.stand_in)?))
}

/// Why this person cannot stand in for that one.
fn unfit(asked: &Away, scene: &Scene<'_>, live: &[Absence], person: &Staff, stand_in: &Staff) -> Option<ChatSafe> {
    let away = |who: &Staff| live.iter().find(|absence| absence.person == who.id && absence.meets(asked.from, asked.until));
    if stand_in.id == person.id {
        return Some(chat!("代理人不能是请假的本人。请写一位同事。"));
    }
    if !stand_in.may(Permission::Handle) {
        return Some(chat!("{} 没有“处置”权限,不能代理。请换一位同事,或先找财政信息中心开通权限。", called(stand_in)));
    }
    let colleague = |other: &&Staff| other.id != person.id && other.section == person.section && other.may(Permission::Handle);
    if stand_in.section != person.section {
        let leading = scene.orders.settings.leading();
        if scene.people.iter().filter(colleague).any(|other| away(other).is_none()) {
            return Some(chat!("代理人应是{}有“处置”权限的同事。", section_name(&scene.orders.settings, &person.section)));
        }
        if stand_in.section != leading {
            return Some(chat!("本股室没有别人能代理时,由{}的人代理。", section_name(&scene.orders.settings, leading)));
        }
    }
    away(stand_in).map(|other| chat!("{} {}也请假,不能代理。请换一位同事。", called(stand_in), days(other.from, other.until)))
}

impl Deed for Away {
    async fn check(&self, scene: &mut Scene<'_>) -> Result<Vec<Change>, Declined> {
        let (person, stand_in) = both(self, scene.people, scene.actor)?;
        if person.id != scene.actor.id && !(person.section == scene.actor.section && scene.actor.may(Permission::Approve)) {
            return Err(chat!("只有股室负责人(有“审批”权限)可以替本股室的人登记请假。").into());
        }
        let live = absence::live(&mut scene.turn.tx, scene.turn.office).await?;
        let meets = |absence: &&Absence| absence.meets(self.from, self.until);
        if let Some(other) = live.iter().filter(meets).find(|absence| absence.person == person.id) {
            let (when, no) = (days(other.from, other.until), serial(other.no));
            return Err(chat!("{} {}已登记请假({}),与这次重叠。要改的话,先用 /请假 取消 {}。", called(person), when, no, no).into());
        }
        if let Some(other) = live.iter().filter(meets).find(|absence| absence.stand_in == person.id) {
            let (whom, when, no) = (by_id(scene.people, other.person), days(other.from, other.until), serial(other.no));
            return Err(chat!("{} {}为 {} 代理({})。请先由 {} 取消后另找代理人登记,再登记这次请假。", called(person), when, whom, no, whom).into());
        }
        if let Some(refusal) = unfit(self, scene, &live, person, stand_in) {
            return Err(refusal.into());
        }
        Ok(vec![Change::of("请假", "", format!("{} {} 至 {}", person.name, self.from, self.until)), Change::of("代理", "", &stand_in.name)])
    }

    async fn apply(&self, scene: &mut Scene<'_>, entry: &Entry) -> Result<Reply, StoreError> {
        let unknown = |_| StoreError::BadEntry { seq: entry.seq, reason: "it names somebody unknown".to_owned() };
        let (person, stand_in) = both(self, scene.people, scene.actor).map_err(unknown)?;
        let begun = self.from <= local_date(entry.at);
        let state = if begun { State::Away } else { State::Planned };
        let no = register::enter(scene.turn, Register::Leave, entry.by(), (&person.section, state.code(), None), "登记", self).await?;
        let absence = Absence { no: no.stored(), person: person.id, stand_in: stand_in.id, from: self.from, until: self.until, state };
        absence::write(scene.turn, entry.seq, &absence).await?;
        let told = chat!("已登记 {}:{} {}请假,由 {} 代办。", no, called(person), days(self.from, self.until), called(stand_in));
        if !begun {
            return Ok(told.into());
        }
        let (staffing, moment) = (Staffing::read(scene.turn).await?, Moment { seq: entry.seq, line: 1, at: entry.at });
        let moved = hand_over(scene.turn, scene.orders, &staffing, moment, entry.actor).await?;
        Ok(chat!("{}手上的 {} 条预警已转给代理人。", told, moved).into())
    }
}

/// The leave, if it is the actor's own, or that of somebody whose section they head.
async fn theirs(scene: &mut Scene<'_>, no: SerialNo) -> Result<Option<Absence>, StoreError> {
    let Some(found) = absence::of(&mut scene.turn.tx, scene.turn.office, no.stored()).await? else { return Ok(None) };
    let section = scene.people.iter().find(|person| person.id == found.person).map(|person| person.section.as_str());
    let heads = scene.actor.may(Permission::Approve) && section == Some(scene.actor.section.as_str());
    Ok(Some(found).filter(|found| found.person == scene.actor.id || heads))
}

impl Deed for Cancelled {
    async fn check(&self, scene: &mut Scene<'_>) -> Result<Vec<Change>, Declined> {
        let unknown = || chat!("没有 {} 这次请假,或者它不归您取消。用 /请假 列表 查看。", self.no);
        let found = theirs(scene, self.no).await?.ok_or_else(unknown)?;
        match found.state {
            State::Planned | State::Away if found.until >= local_date(scene.now) => {
                Ok(vec![Change::of("请假", format!("{} 至 {}", found.from, found.until), "取消")])
            }
            State::Planned | State::Away | State::Over => Err(chat!("{} 已经结束,不用取消。", self.no).into()),
            State::Cancelled => Err(chat!("{} 已经取消。", self.no).into()),
        }
    }

    async fn apply(&self, scene: &mut Scene<'_>, entry: &Entry) -> Result<Reply, StoreError> {
        let unknown = || StoreError::BadEntry { seq: entry.seq, reason: "its leave is unknown".to_owned() };
        let found = theirs(scene, self.no).await?.ok_or_else(unknown)?;
        let (staffing, moment) = (Staffing::read(scene.turn).await?, Moment { seq: entry.seq, line: 1, at: entry.at });
        let moved = hand_back(scene.turn, scene.orders, &staffing, &found, moment, entry.actor).await?;
        advance(scene.turn, entry.by(), &found, State::Cancelled, "取消").await?;
        Ok(if moved > 0 { chat!("{} 已取消,{} 条预警已交回。", self.no, moved) } else { chat!("{} 已取消。", self.no) }.into())
    }
}

/// Leave that runs or is to come, of one's own section, or where one stands in; of all for whoever reads all.
async fn list(desk: &Desk, actor: &Actor) -> Result<Reply, Declined> {
    let people = staff::all(&desk.store).await?;
    let section = |id: i64| people.iter().find(|person| person.id == id).map(|person| person.section.as_str());
    let seen = |absence: &Absence| absence.stand_in == actor.staff.id || section(absence.person).is_some_and(|section| actor.may_read(section));
    let live = absence::live_now(&desk.store).await?;
    let lines = live.iter().filter(|absence| seen(absence)).map(|absence| {
        let section = section_name(&desk.orders.settings, section(absence.person).unwrap_or_default());
        let (person, stand_in) = (by_id(&people, absence.person), by_id(&people, absence.stand_in));
        chat!("{} {}  {} {}  由 {} 代办", serial(absence.no), days(absence.from, absence.until), section, person, stand_in)
    });
    let lines: Vec<ChatSafe> = lines.collect();
    if lines.is_empty() {
        return Ok(chat!("现在和以后都没有人请假。").into());
    }
    Ok(ChatSafe::lines(lines).into())
}

/// For whom one stands in, now and to come.
pub(super) async fn todos(desk: &Desk, actor: &Actor) -> Result<Vec<Todo>, StoreError> {
    let (_, today) = now(desk);
    let live = absence::live_now(&desk.store).await?;
    let people = staff::all(&desk.store).await?;
    let own = live.iter().filter(|absence| absence.stand_in == actor.staff.id && absence.until >= today);
    let todo = |absence: &Absence| Todo {
        due_on: None,
        text: chat!("{}为 {} 代理({})", days(absence.from, absence.until), by_id(&people, absence.person), serial(absence.no)),
    };
    Ok(own.map(todo).collect())
}
