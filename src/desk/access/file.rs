//! Filing an application (提交申请表): looked over whole, entered, and sent on to whoever has to say something.

use std::collections::BTreeSet;

use commands::access::{AccessKind, AccessState, Application};
use commands::{Permission, Register, SectionKind, Text};

use super::filed::{Filed, Row};
use super::row::{self, Fault};
use super::{DAYS, kind_name, tell};
use crate::chat;
use crate::delivery::note::NoteKind;
use crate::desk::deed::{Change, Deed, Scene};
use crate::desk::{Declined, Reply, section_name};
use crate::domain::calendar::local_date;
use crate::store::register::{self, Entered};
use crate::store::staff::{Holders, Staff};
use crate::store::{Entry, StoreError};

/// An application that is handed in.
pub(super) struct Filing<'a> {
    kind: AccessKind,
    application: &'a Application,
    /// In which rows of the file the people stand; none for a line that was typed.
    rows: &'a [u32],
}

impl<'a> Filing<'a> {
    pub fn of(kind: AccessKind, application: &'a Application, rows: &'a [u32]) -> Filing<'a> {
        Filing { kind, application, rows }
    }

    /// The application with everything in its place. Err: all that is wrong with it.
    async fn filed(&self, scene: &mut Scene<'_>) -> Result<Result<Filed, Vec<Fault>>, StoreError> {
        let holders = Holders::read(scene.turn).await?;
        let people = match row::read(scene, &holders, self.kind, self.application) {
            Ok(people) => people,
            Err(faults) => return Ok(Err(faults)),
        };
        let needed = concerned(scene, &people);
        let mut filed = Filed { kind: self.kind, people, needed, heard: Vec::new() };
        let mut faults = Vec::new();
        match filed.granted(&scene.orders.settings, scene.people, &holders) {
            Ok((after, _)) if !somebody_grants(scene, &after) => {
                let why = "这样就没有人有“用户管理”权限了,谁也不能再授予权限。请先为财政信息中心的另一人开通。";
                faults.push(Fault { at: 0, column: "权限", why: why.to_owned() });
            }
            Ok(_) => {}
            Err((at, why)) => faults.push(Fault { at, column: "姓名", why }),
        }
        for section in &filed.needed {
            let mut heads = filed.deciders(&scene.orders.settings, scene.people, section).peekable();
            if heads.peek().is_none() {
                let name = scene.orders.settings.section_name(section);
                let why = format!("{name}没有可以签署意见的负责人(“审批”权限),局领导和领导小组办公室也没有。请先为负责人开通。");
                faults.push(Fault { at: 0, column: "申请单位意见", why });
            } else if *section == scene.actor.section && heads.any(|head| head.id == scene.actor.id) {
                filed.heard.push(section.clone());
            }
        }
        Ok(if faults.is_empty() { Ok(filed) } else { Err(faults) })
    }

    /// At the terminal, or about the asker's own words: what stands where, and what to do.
    fn refusal(&self, faults: &[Fault]) -> Declined {
        let line = |fault: &Fault| match self.rows.get(fault.at) {
            Some(row) => format!("第 {row} 行 {}: {}", fault.column, fault.why),
            None => format!("{}: {}", fault.column, fault.why),
        };
        let head = if self.rows.is_empty() { "没有提交。" } else { "整张表都没有提交,请改正后再来一次。" };
        let lines: Vec<String> = std::iter::once(head.to_owned()).chain(faults.iter().map(line)).collect();
        Declined::Because(Reply::Private(lines.join("\n")))
    }
}

/// Codes of the sections whose head has to say something: the applying one, where the people are, where they will be. Budget units have no say of their own.
fn concerned(scene: &Scene<'_>, rows: &[Row]) -> Vec<String> {
    let settings = &scene.orders.settings;
    let now = |row: &Row| scene.people.iter().find(|person| Some(person.id) == row.id).map(|person| person.section.clone());
    let sections = rows.iter().flat_map(|row| [row.section.clone(), now(row)]).flatten();
    let all: BTreeSet<String> = sections.chain([scene.actor.section.clone()]).collect();
    all.into_iter().filter(|section| settings.kind(section).is_some_and(|kind| !kind.is_budget_unit())).collect()
}

/// Whether somebody is left who may grant (用户管理).
fn somebody_grants(scene: &Scene<'_>, after: &[Staff]) -> bool {
    let grants = |person: &&Staff| person.may(Permission::Users) && scene.orders.settings.kind(&person.section) == Some(SectionKind::InfoCenter);
    after.iter().any(|person| grants(&person)) || !scene.people.iter().any(|person| grants(&person))
}

impl Deed for Filing<'_> {
    fn texts(&self) -> Vec<String> {
        let free = self.application.people.iter().flat_map(|person| [&person.title, &person.note]);
        free.flatten().map(Text::to_string).collect()
    }

    async fn check(&self, scene: &mut Scene<'_>) -> Result<Vec<Change>, Declined> {
        let settings = &scene.orders.settings;
        match scene.kind() {
            Some(kind) if kind.is_budget_unit() => {
                let manager = settings.manager(&scene.actor.section).unwrap_or(settings.leading());
                return Err(chat!("乡镇财政所和主管部门的用户由归口的股室提交。请把信息交给{}。", section_name(settings, manager)).into());
            }
            Some(_) => {}
            None => return Err(chat!("您所在的股室已经撤并。请先由财政信息中心变更您的股室。").into()),
        }
        match self.filed(scene).await? {
            Ok(_) => Ok(vec![Change::of("权限申请", "", self.kind.name())]),
            Err(faults) => Err(self.refusal(&faults)),
        }
    }

    async fn apply(&self, scene: &mut Scene<'_>, entry: &Entry) -> Result<Reply, StoreError> {
        let bad = |_| StoreError::BadEntry { seq: entry.seq, reason: "the application does not hold".to_owned() };
        let filed = self.filed(scene).await?.map_err(bad)?;
        let unheard: Vec<String> = filed.needed.iter().filter(|section| !filed.heard.contains(section)).cloned().collect();
        let state = if unheard.is_empty() { AccessState::Grant } else { AccessState::Opinion };
        let today = local_date(entry.at);
        let due_on = Some(scene.orders.calendar.add(today, DAYS));
        let section = scene.actor.section.clone();
        let no = register::enter(scene.turn, Register::Access, entry.by(), (&section, state.code(), due_on), "申请", &filed).await?;
        let entered = Entered { no, opened_on: today, actor: scene.actor.id, section, state: state.code().to_owned(), due_on };
        let (people, settings) = (scene.people, std::sync::Arc::clone(&scene.orders.settings));
        let (note, told): (_, Vec<&Staff>) = if unheard.is_empty() {
            (NoteKind::AccessGrant, scene.holders(SectionKind::InfoCenter, Permission::Users).filter(|person| person.id != entered.actor).collect())
        } else {
            (NoteKind::AccessOpinion, unheard.iter().flat_map(|section| filed.deciders(&settings, people, section)).collect())
        };
        let told: Vec<Staff> = told.into_iter().cloned().collect();
        tell(scene, entry, note, &told, &entered, &filed)?;
        let next = match state {
            AccessState::Opinion => {
                let names = crate::domain::ChatSafe::list(unheard.iter().map(|section| section_name(&settings, section)));
                chat!("等{}的负责人签署意见。", names)
            }
            _ => chat!("等财政信息中心授权。"),
        };
        Ok(chat!("已提交 {}:{} {} 人。{}", no, kind_name(self.kind), filed.people.len(), next).into())
    }
}
