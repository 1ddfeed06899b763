//! `/权限 授予`: 财政信息中心 sets the permissions as applied for (part 5). By another person than the applicant, and than whoever it is about.

use commands::access::{AccessKind, AccessState, Granting};
use commands::{Permission, SerialNo};

use super::filed::{Case, Row};
use super::{kind_name, tell};
use crate::chat;
use crate::delivery::card::mention;
use crate::delivery::note::NoteKind;
use crate::desk::deed::{Change, Deed, Scene};
use crate::desk::{Declined, Reply, section_name};
use crate::domain::ChatSafe;
use crate::store::register;
use crate::store::staff::{self, Holders, Staff};
use crate::store::{Entry, StoreError, warning::Warning};
use crate::watch::{Moment, reassign};

/// Why an application cannot be granted or given back as it stands; `None`: it can.
pub(super) fn not_pending(scene: &Scene<'_>, case: &Case) -> Option<ChatSafe> {
    let no = case.entered.no;
    let waits = || ChatSafe::list(case.unheard().into_iter().map(|section| section_name(&scene.orders.settings, section)));
    match case.state {
        AccessState::Grant => None,
        AccessState::Opinion => Some(chat!("{} 还等{}的负责人签署意见,签署后才能授予。", no, waits())),
        AccessState::Done => Some(chat!("{} 已经办结,不用再办。", no)),
        AccessState::Returned => Some(chat!("{} 已经退回。请等申请股室重新申请。", no)),
        AccessState::Withdrawn => Some(chat!("{} 已由申请股室撤回。", no)),
        AccessState::Review | AccessState::Reviewed => Some(chat!("{} 是年审,不用授予。", no)),
    }
}

impl Deed for Granting {
    async fn check(&self, scene: &mut Scene<'_>) -> Result<Vec<Change>, Declined> {
        let case = Case::find(scene.turn, self.no).await?;
        if let Some(why) = not_pending(scene, &case) {
            return Err(why.into());
        }
        if case.entered.actor == scene.actor.id {
            return Err(chat!("{} 是您自己提交的申请,要由另一位有“用户管理”权限的人授予。", self.no).into());
        }
        if case.filed.people.iter().any(|row| row.id == Some(scene.actor.id)) {
            return Err(chat!("{} 关系到您本人的权限,要由另一位有“用户管理”权限的人授予。", self.no).into());
        }
        let holders = Holders::read(scene.turn).await?;
        let (after, ids) = match case.filed.granted(&scene.orders.settings, scene.people, &holders) {
            Ok(granted) => granted,
            Err((at, why)) => return Err(stale(self.no, at, &case.filed.people, &why)),
        };
        for id in &ids {
            let orphans = reassign::orphaned(scene.turn, scene.orders, &after, *id).await?;
            let homeless = |warning: &&Warning| reassign::heir(&scene.orders.settings, &after, warning).is_none();
            let count = orphans.iter().filter(homeless).count();
            if count > 0 {
                let who = mention(staff::named(scene.people, Some(*id)).as_ref());
                return Err(chat!("{} 手上有 {} 件预警没有办结,本股室和农业股都没有别人可以接办。请先为接办的人开通“处置”权限。", who, count).into());
            }
        }
        Ok(ids.iter().flat_map(|id| changes(scene, &after, *id)).collect())
    }

    async fn apply(&self, scene: &mut Scene<'_>, entry: &Entry) -> Result<Reply, StoreError> {
        let mut case = Case::known(scene.turn, self.no, entry.seq).await?;
        let holders = Holders::read(scene.turn).await?;
        let bad = |_| StoreError::BadEntry { seq: entry.seq, reason: "the application does not hold".to_owned() };
        let (after, ids) = case.filed.granted(&scene.orders.settings, scene.people, &holders).map_err(bad)?;
        for (row, id) in case.filed.people.iter().zip(&ids) {
            match (case.filed.kind, after.iter().find(|person| person.id == *id)) {
                (AccessKind::Open, _) => staff::write(scene.turn, entry.by(), *id, &row.card()).await?,
                (AccessKind::Change, Some(person)) => staff::change(scene.turn, entry.by(), person).await?,
                (AccessKind::Revoke, _) => staff::revoke(scene.turn, entry.by(), *id).await?,
                (AccessKind::Change, None) => {}
            }
        }
        let moment = Moment { seq: entry.seq, line: 1, at: entry.at };
        let mut orphans = Vec::new();
        for id in &ids {
            orphans.extend(reassign::orphaned(scene.turn, scene.orders, &after, *id).await?);
        }
        let given = orphans.len();
        reassign::reassign(scene.turn, scene.orders, moment, entry.actor, orphans, None).await?;
        register::advance(scene.turn, self.no, entry.by(), (AccessState::Done.code(), None), "授予", self).await?;
        case.entered.due_on = None;
        // whoever was revoked just now is told nothing any more
        let told: Vec<Staff> = after.iter().filter(|person| person.active && (person.id == case.entered.actor || ids.contains(&person.id))).cloned().collect();
        tell(scene, entry, NoteKind::AccessDone, &told, &case.entered, &case.filed)?;
        let next = match case.filed.kind {
            AccessKind::Open => chat!("请在终端用 jingling staff bind 给本人办理初始口令。"),
            AccessKind::Change | AccessKind::Revoke if given > 0 => chat!("当即生效,手上的 {} 件预警已转给接办的人。", given),
            AccessKind::Change | AccessKind::Revoke => chat!("当即生效。"),
        };
        Ok(chat!("{} 已办结:{} {} 人。{}", self.no, kind_name(case.filed.kind), ids.len(), next).into())
    }
}

/// Something has changed since it was filed; it is said at the terminal or to 财政信息中心, whose business it is.
fn stale(no: SerialNo, at: usize, rows: &[Row], why: &str) -> Declined {
    let name = rows.get(at).map(|row| row.name.as_str()).unwrap_or_default();
    Declined::Because(Reply::Private(format!("{no} 的情况已经变了,不能授予。{name}: {why}可用 /权限 退回 退给申请股室。")))
}

/// What a person was and held, and what from now on.
fn changes(scene: &Scene<'_>, after: &[Staff], id: i64) -> Vec<Change> {
    let (old, new) = (scene.people.iter().find(|person| person.id == id), after.iter().find(|person| person.id == id));
    let name = new.or(old).map(|person| person.name.clone()).unwrap_or_default();
    let held = |person: Option<&Staff>| {
        let names: Vec<&str> = person.iter().flat_map(|person| &person.permissions).copied().map(Permission::name).collect();
        names.join("、")
    };
    let section = |person: Option<&Staff>| person.map(|person| scene.orders.settings.section_name(&person.section)).unwrap_or_default();
    let access = |person: Option<&Staff>| person.map_or("", |person| if person.active { "在用" } else { "已撤销" });
    let title = |person: Option<&Staff>| person.map(|person| person.title.clone()).unwrap_or_default();
    let all = [
        Change::of(&format!("{name} 账号"), access(old), access(new)),
        Change::of(&format!("{name} 权限"), held(old), held(new)),
        Change::of(&format!("{name} 股室"), section(old), section(new)),
        Change::of(&format!("{name} 职务"), title(old), title(new)),
    ];
    all.into_iter().filter(|change| change.before != change.after).collect()
}
