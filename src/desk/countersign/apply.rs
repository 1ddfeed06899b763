//! 申请、批准、退回: asked by one, decided by another.

use commands::countersign::{Application, Consent, Returning};
use commands::{DataKind, Permission, Register, SectionKind, SerialNo, Text};

use super::{AGREED, Case, RETURNED, Standing, data, in_turn, period};
use crate::chat;
use crate::delivery::card::mention;
use crate::delivery::note::{Note, NoteKind};
use crate::desk::deed::{Change, Deed, Scene};
use crate::desk::{Declined, Reply};
use crate::domain::ChatSafe;
use crate::domain::calendar::local_date;
use crate::store::register;
use crate::store::staff::{self, Staff};
use crate::store::{Entry, StoreError};
use crate::watch::notify::notify;

impl Deed for Application {
    fn texts(&self) -> Vec<String> {
        [&self.recipient, &self.purpose].map(Text::to_string).into()
    }

    async fn check(&self, scene: &mut Scene<'_>) -> Result<Vec<Change>, Declined> {
        if consenters(scene).next().is_none() {
            return Err(chat!("领导小组办公室还没有能会签的其他人,申请没有人能办。请先找财政信息中心开通“审批”权限。").into());
        }
        Ok(vec![Change::of("会签", "", format!("{} {}", self.data, self.period.name()))])
    }

    async fn apply(&self, scene: &mut Scene<'_>, entry: &Entry) -> Result<Reply, StoreError> {
        let section = scene.actor.section.clone();
        let no = register::enter(scene.turn, Register::Countersign, entry.by(), (&section, Standing::Pending.code(), None), "申请", self).await?;
        let to: Vec<Staff> = consenters(scene).cloned().collect();
        let mut note = about(scene, self, entry, NoteKind::CountersignAsked, &section);
        note.serial = Some(no);
        note.lines.push(("申请人".to_owned(), scene.actor.name.clone()));
        notify(scene.turn, entry.seq, &to, &note)?;
        let next = match self.data {
            DataKind::Other => chat!("同意后把文件放进外送文件夹,用 /会签 登记外送 登记。"),
            DataKind::Warnings | DataKind::Ledger | DataKind::Payments | DataKind::Summary => chat!("同意后用 /会签 导出 取得文件。"),
        };
        Ok(chat!("已申请 {}({} {}),待领导小组办公室会签。{}", no, data(self.data), period(self.period), next).into())
    }
}

/// Who may consent to what this actor asks for.
fn consenters<'s>(scene: &'s Scene<'_>) -> impl Iterator<Item = &'s Staff> {
    scene.holders(SectionKind::LeadOffice, Permission::Approve).filter(|person| person.id != scene.actor.id)
}

/// What a letter says of an application, besides what is special to it.
fn about(scene: &Scene<'_>, application: &Application, entry: &Entry, kind: NoteKind, section: &str) -> Note {
    let Application { data, period, recipient, purpose } = application;
    let told = [("数据", format!("{data} {}", period.name())), ("接收单位", recipient.to_string()), ("用途", purpose.to_string())];
    let lines = told.map(|(label, text)| (label.to_owned(), text)).into();
    Note { note: kind, at: entry.at, serial: None, section: Some(scene.orders.settings.section_name(section)), due_on: None, lines }
}

impl Deed for Consent {
    fn texts(&self) -> Vec<String> {
        self.opinion.iter().map(Text::to_string).collect()
    }

    async fn check(&self, scene: &mut Scene<'_>) -> Result<Vec<Change>, Declined> {
        may_decide(scene, self.no, AGREED).await
    }

    async fn apply(&self, scene: &mut Scene<'_>, entry: &Entry) -> Result<Reply, StoreError> {
        let due = scene.orders.calendar.add(local_date(entry.at), scene.orders.settings.deadlines.countersign);
        register::advance(scene.turn, self.no, entry.by(), (Standing::Agreed.code(), Some(due)), AGREED, self).await?;
        let opinion = self.opinion.iter().map(|opinion| ("意见".to_owned(), opinion.to_string()));
        tell(scene, entry, self.no, NoteKind::CountersignAgreed, opinion.collect()).await?;
        Ok(chat!("已同意 {},{}前可以提供,过期要重新申请。已通知申请人。", self.no, due).into())
    }
}

impl Deed for Returning {
    fn texts(&self) -> Vec<String> {
        vec![self.reason.to_string()]
    }

    async fn check(&self, scene: &mut Scene<'_>) -> Result<Vec<Change>, Declined> {
        may_decide(scene, self.no, RETURNED).await
    }

    async fn apply(&self, scene: &mut Scene<'_>, entry: &Entry) -> Result<Reply, StoreError> {
        register::advance(scene.turn, self.no, entry.by(), (Standing::Returned.code(), None), RETURNED, self).await?;
        tell(scene, entry, self.no, NoteKind::CountersignReturned, vec![("原因".to_owned(), self.reason.to_string())]).await?;
        Ok(chat!("已退回 {}。已通知申请人。", self.no).into())
    }
}

/// Whether it waits for a decision, and this actor is not whoever asked for it.
async fn may_decide(scene: &mut Scene<'_>, no: SerialNo, to: &str) -> Result<Vec<Change>, Declined> {
    let case = in_turn(scene, no).await?;
    if let Some(decided) = [AGREED, RETURNED].into_iter().find_map(|step| case.step(step)) {
        let who = staff::named(scene.people, decided.actor);
        let how = if decided.step == AGREED { chat!("同意") } else { chat!("退回") };
        return Err(chat!("{} 已由 {} 于 {} {},不用再办。", no, mention(who.as_ref()), decided.at, how).into());
    }
    if case.entered.actor == scene.actor.id {
        return Err(chat!("{} 是您自己申请的,须由领导小组办公室的另一人会签。", no).into());
    }
    Ok(vec![Change::of("会签状态", Standing::Pending.said(), to)])
}

/// Tells whoever applied what became of it.
async fn tell(scene: &mut Scene<'_>, entry: &Entry, no: SerialNo, kind: NoteKind, more: Vec<(String, String)>) -> Result<(), StoreError> {
    let unknown = || StoreError::BadEntry { seq: entry.seq, reason: "its countersignature is unknown".to_owned() };
    let entered = register::in_turn(&mut scene.turn.tx, scene.turn.office, no).await?.ok_or_else(unknown)?;
    let Case { entered, application, .. } = Case::of(entered, register::steps_in(scene.turn, no).await?)?;
    let mut note = about(scene, &application, entry, kind, &entered.section);
    (note.serial, note.due_on) = (Some(no), entered.due_on);
    note.lines.extend(more);
    let applicant = scene.people.iter().filter(|person| person.id == entered.actor);
    notify(scene.turn, entry.seq, applicant, &note).map(drop)
}

/// What may not be done with it now, in the words of the one who asks.
pub(super) fn not_agreed(no: SerialNo, standing: Standing) -> Option<ChatSafe> {
    match standing {
        Standing::Pending => Some(chat!("{} 还没有会签,不能提供。请等领导小组办公室同意。", no)),
        Standing::Returned => Some(chat!("{} 已被退回,不能提供。请按意见修改后重新申请。", no)),
        Standing::Expired => Some(chat!("{} 的会签已过期,不能提供。请用 /会签 申请 重新申请。", no)),
        Standing::Agreed | Standing::Provided => None,
    }
}
