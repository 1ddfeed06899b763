//! 提供: what leaves is journalled, with its checksum, before anybody can take it.

use chrono::NaiveDate;
use commands::countersign::{Export, Left, Recorded, Way};
use commands::{SectionKind, SerialNo};

use super::apply::not_agreed;
use super::{Case, Handed, LEFT, Standing, in_turn};
use crate::chat;
use crate::delivery::card::mention;
use crate::desk::deed::{Change, Deed, Scene};
use crate::desk::{Declined, Reply, section_name};
use crate::domain::ChatSafe;
use crate::store::register::{self, Entered};
use crate::store::setting::OfficeSettings;
use crate::store::staff::{self, Staff};
use crate::store::{Entry, StoreError};

/// A file on its way out.
#[derive(Debug)]
pub(super) struct Leaving<'l> {
    no: SerialNo,
    left: Option<&'l Left>,
    way: Option<Way>,
    today: NaiveDate,
    /// Made before, and made again.
    again: bool,
}

impl<'l> Leaving<'l> {
    pub(super) const fn export(export: &'l Export, today: NaiveDate) -> Leaving<'l> {
        Leaving { no: export.no, left: export.left.as_ref(), way: None, today, again: false }
    }

    pub(super) const fn record(recorded: &'l Recorded, today: NaiveDate) -> Leaving<'l> {
        Leaving { no: recorded.no, left: recorded.left.as_ref(), way: Some(recorded.way), today, again: false }
    }

    pub(super) const fn again(self) -> Leaving<'l> {
        Leaving { again: true, ..self }
    }

    fn left(&self, seq: i64) -> Result<&'l Left, StoreError> {
        self.left.ok_or_else(|| StoreError::BadEntry { seq, reason: "what left is not told".to_owned() })
    }
}

impl Deed for Leaving<'_> {
    fn texts(&self) -> Vec<String> {
        self.left.map(|left| left.file.clone()).into_iter().collect()
    }

    async fn check(&self, scene: &mut Scene<'_>) -> Result<Vec<Change>, Declined> {
        let case = in_turn(scene, self.no).await?;
        may_hand_out(&scene.orders.settings, scene.actor, scene.kind(), &case.entered)?;
        may_leave(&case, self.today, scene.people, self.again)?;
        let left = self.left(scene.turn.seq() + 1)?;
        Ok(vec![Change::of("外送文件", "", format!("{} {}", left.file, left.sha256))])
    }

    async fn apply(&self, scene: &mut Scene<'_>, entry: &Entry) -> Result<Reply, StoreError> {
        let handed = Handed { left: self.left(entry.seq)?.clone(), way: self.way };
        register::advance(scene.turn, self.no, entry.by(), (Standing::Provided.code(), None), LEFT, &handed).await?;
        Ok(chat!("已登记 {} 的外送文件。", self.no).into())
    }
}

/// Whether it is this person's to hand out: whoever's section asked for it, or 财政信息中心 (regulation part 2 (八)).
pub(super) fn may_hand_out(settings: &OfficeSettings, staff: &Staff, kind: Option<SectionKind>, entered: &Entered) -> Result<(), ChatSafe> {
    if staff.section == entered.section || kind == Some(SectionKind::InfoCenter) {
        return Ok(());
    }
    Err(chat!("{} 由{}或财政信息中心提供,您可以查看。", entered.no, section_name(settings, &entered.section)))
}

/// Whether it is agreed and not used yet; or, to be made again, used already.
pub(super) fn may_leave(case: &Case, today: NaiveDate, people: &[Staff], again: bool) -> Result<(), Declined> {
    let no = case.entered.no;
    let standing = Standing::of(&case.entered, today)?;
    if let Some(refusal) = not_agreed(no, standing) {
        return Err(refusal.into());
    }
    match (standing, case.step(LEFT)) {
        (Standing::Provided, Some(step)) if !again => {
            let who = staff::named(people, step.actor);
            Err(chat!("{} 已由 {} 于 {} 提供,一份会签只提供一份文件。", no, mention(who.as_ref()), step.at).into())
        }
        _ => Ok(()),
    }
}
