//! `/预警 暂停|恢复`: a deadline stands still while another authority is waited for. Its handler alone may stop it, for so long and no longer.

use commands::pause::{Hold, Pause, Resume};
use commands::{Command, WarningNo};

use super::deed::{self, Change, Deed, Scene};
use super::known::unknown;
use super::moves::stored_no;
use super::{Actor, Declined, Desk, Reply, reads_all};
use crate::chat;
use crate::delivery::card::{Occasion, mention, no};
use crate::domain::Level;
use crate::domain::calendar::local_date;
use crate::store::pause::{self, Pause as Paused};
use crate::store::transition::Move;
use crate::store::warning::{self, Warning};
use crate::store::{Entry, StoreError, slip, staff};
use crate::watch::Moment;
use crate::watch::shift::{Shift, shift};

pub(super) async fn act(desk: &Desk, actor: &Actor, hold: Hold) -> Result<Reply, Declined> {
    let command = Command::Hold(hold.clone());
    match hold {
        Hold::Pause(pause) => deed::act(desk, actor, command, &pause).await,
        Hold::Resume(resume) => deed::act(desk, actor, command, &resume).await,
    }
}

/// The warning, open and the actor's own, with its pause if it has one.
async fn own(scene: &mut Scene<'_>, number: WarningNo) -> Result<(Warning, Option<Paused>), Declined> {
    let number = stored_no(number);
    let found = warning::in_turn(scene.turn, number).await?;
    let found = found.filter(|w| w.section == scene.actor.section || reads_all(scene.kind())).ok_or_else(|| unknown(number))?;
    if !found.state.is_open() {
        return Err(chat!("{} 已经处理完毕({}),没有期限了。", no(number), found.state).into());
    }
    if found.handler != Some(scene.actor.id) {
        let handler = staff::named(scene.people, found.handler);
        return Err(chat!("{} 由 {} 经办,暂停和恢复计时由经办人办理。", no(number), mention(handler.as_ref())).into());
    }
    let paused = pause::of(&mut scene.turn.tx, scene.turn.office, number).await?;
    Ok((found, paused))
}

fn moment(entry: &Entry) -> Moment {
    Moment { seq: entry.seq, line: 1, at: entry.at }
}

/// What it would be like: `None` if there is no working day in it.
fn stood_still(pause: &Pause, scene: &Scene<'_>, warning: &Warning, at: chrono::DateTime<chrono::Utc>) -> Option<Paused> {
    let (calendar, since) = (&scene.orders.calendar, local_date(at));
    let days = u32::try_from(calendar.between(since, pause.until)).ok().filter(|days| *days > 0)?;
    Some(Paused { no: warning.no, since, until: pause.until, stood: warning.due_on, due_on: calendar.add(warning.due_on, days) })
}

impl Deed for Pause {
    fn texts(&self) -> Vec<String> {
        vec![self.waits_for.to_string(), self.reason.to_string()]
    }

    async fn check(&self, scene: &mut Scene<'_>) -> Result<Vec<Change>, Declined> {
        let (found, paused) = own(scene, self.warning).await?;
        let number = no(found.no);
        if found.state.open_level() == Some(Level::Bell) {
            return Err(chat!("{} 是警铃,不能暂停计时。请及时办理;不归您办的,用 /预警 转办。", number).into());
        }
        if let Some(paused) = paused {
            return Err(chat!("{} 已经暂停计时,到 {}恢复。要提前恢复,用 /预警 恢复。", number, paused.until).into());
        }
        let most = scene.orders.settings.chasing.pause;
        let Some(paused) = stood_still(self, scene, &found, scene.now) else {
            return Err(chat!("到 {}没有工作日可以暂停。请写晚一些的日期。", self.until).into());
        };
        if scene.orders.calendar.between(paused.since, self.until) > i64::from(most) {
            return Err(chat!("一次最多暂停 {} 个工作日,最晚到 {}。到期还没有答复的,可以再暂停。", most, scene.orders.calendar.add(paused.since, most)).into());
        }
        Ok(vec![Change::of("暂停计时", "", format!("至 {}", self.until)), Change::of("期限", found.due_on, paused.due_on)])
    }

    async fn apply(&self, scene: &mut Scene<'_>, entry: &Entry) -> Result<Reply, StoreError> {
        let bad = |reason: &str| StoreError::BadEntry { seq: entry.seq, reason: reason.to_owned() };
        let before = warning::in_turn(scene.turn, stored_no(self.warning)).await?.ok_or_else(|| bad("its warning is unknown"))?;
        let paused = stood_still(self, scene, &before, entry.at).ok_or_else(|| bad("no day to pause"))?;
        let after = Warning { due_on: paused.due_on, ..before.clone() };
        let how = Shift { how: Move::Paused, actor: entry.actor, occasion: Some(Occasion::Paused), moment: moment(entry) };
        shift(scene.turn, scene.orders, scene.people, how, &[(before, after)]).await?;
        pause::write(scene.turn, entry.seq, &paused).await?;
        let text = serde_json::to_string(&Command::Hold(Hold::Pause(self.clone()))).map_err(|e| bad(&e.to_string()))?;
        let filing = slip::Filing { seq: entry.seq, at: entry.at, actor: scene.actor.id, kind: "暂停", corrects: None };
        slip::file(scene.turn, filing, &[(paused.no, text)]).await?;
        Ok(chat!("{} 暂停计时,到 {}恢复。期限由 {}改为 {},期间不再提醒。有了答复请用 /预警 恢复。", no(paused.no), paused.until, paused.stood, paused.due_on)
            .into())
    }
}

impl Deed for Resume {
    async fn check(&self, scene: &mut Scene<'_>) -> Result<Vec<Change>, Declined> {
        let (found, paused) = own(scene, self.warning).await?;
        let Some(paused) = paused else {
            return Err(chat!("{} 没有暂停计时,期限是 {}。", no(found.no), found.due_on).into());
        };
        Ok(vec![
            Change::of("暂停计时", format!("至 {}", paused.until), ""),
            Change::of("期限", found.due_on, scene.orders.resumed(&paused, local_date(scene.now))),
        ])
    }

    async fn apply(&self, scene: &mut Scene<'_>, entry: &Entry) -> Result<Reply, StoreError> {
        let bad = |reason: &str| StoreError::BadEntry { seq: entry.seq, reason: reason.to_owned() };
        let number = stored_no(self.warning);
        let before = warning::in_turn(scene.turn, number).await?.ok_or_else(|| bad("its warning is unknown"))?;
        let paused = pause::of(&mut scene.turn.tx, scene.turn.office, number).await?.ok_or_else(|| bad("it is not paused"))?;
        let after = Warning { due_on: scene.orders.resumed(&paused, local_date(entry.at)), ..before.clone() };
        let due_on = after.due_on;
        let how = Shift { how: Move::Resumed, actor: entry.actor, occasion: Some(Occasion::Resumed), moment: moment(entry) };
        shift(scene.turn, scene.orders, scene.people, how, &[(before, after)]).await?;
        pause::remove(scene.turn, number).await?;
        Ok(chat!("{} 恢复计时,期限是 {}。", no(number), due_on).into())
    }
}
