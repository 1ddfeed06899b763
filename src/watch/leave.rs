//! Standing in (代理): what somebody away has to do falls to their stand-in, and comes back to them.

use chrono::NaiveDate;
use commands::Permission;

use super::shift::{Shift, shift};
use super::{Moment, Orders, route};
use crate::delivery::card::Occasion;
use crate::domain::calendar::local_date;
use crate::store::absence::{self, Absence, Lent, State};
use crate::store::setting::OfficeSettings;
use crate::store::staff::{self, Staff};
use crate::store::transition::Move;
use crate::store::warning::{self, Warning};
use crate::store::{StoreError, Turn};

/// Everybody, and who of them is away when.
#[derive(Debug, Clone)]
pub struct Staffing {
    pub people: Vec<Staff>,
    /// Leave that runs or is to come.
    pub absences: Vec<Absence>,
}

impl Staffing {
    /// As this turn sees it.
    pub async fn read(turn: &mut Turn) -> Result<Staffing, StoreError> {
        Ok(Staffing { people: staff::all_in(&mut turn.tx, turn.office).await?, absences: absence::live(&mut turn.tx, turn.office).await? })
    }

    /// The leave of this person on that day.
    pub fn away(&self, person: i64, day: NaiveDate) -> Option<&Absence> {
        self.absences.iter().find(|absence| absence.person == person && absence.meets(day, day))
    }

    fn may_act(&self, person: &Staff, day: NaiveDate) -> bool {
        person.may(Permission::Handle) && self.away(person.id, day).is_none()
    }

    /// Who does it on that day in the place of somebody away: the stand-in, or if that one may not act for the section any more, another of it, else of 农业股.
    pub fn substitute(&self, settings: &OfficeSettings, absence: &Absence, section: &str, day: NaiveDate) -> Option<&Staff> {
        let fit = |person: &&Staff| person.id == absence.stand_in && self.may_act(person, day) && route::may_have(settings, person, section);
        let stand_in = self.people.iter().find(fit);
        stand_in.or_else(|| self.present(settings, section, day))
    }

    /// The first of the section who may handle (处置) and is there on that day, else of 农业股.
    pub fn present(&self, settings: &OfficeSettings, section: &str, day: NaiveDate) -> Option<&Staff> {
        let there = |section: &str| self.people.iter().find(|person| person.section == section && self.may_act(person, day));
        there(section).or_else(|| there(settings.leading()))
    }

    /// To whom a new warning of this section falls on that day, and by which leave, if it is somebody else's.
    pub fn on_duty(&self, settings: &OfficeSettings, section: &str, day: NaiveDate) -> Option<(&Staff, Option<i64>)> {
        let person = route::handler(settings, section, &self.people)?;
        let Some(absence) = self.away(person.id, day) else { return Some((person, None)) };
        Some(self.substitute(settings, absence, section, day).map_or((person, None), |other| (other, Some(absence.no))))
    }
}

/// Open warnings of people who are away go to whoever stands in.
pub async fn hand_over(turn: &mut Turn, orders: &Orders, staffing: &Staffing, moment: Moment, actor: Option<i64>) -> Result<usize, StoreError> {
    let day = local_date(moment.at);
    let strays = strays(turn, orders, staffing, day).await?;
    let lent: Vec<Lent> = strays.iter().map(|(_, after, leave)| Lent { no: after.no, leave: *leave, stand_in: after.handler.unwrap_or_default() }).collect();
    let moved: Vec<(Warning, Warning)> = strays.into_iter().map(|(before, after, _)| (before, after)).collect();
    shift(turn, orders, &staffing.people, Shift { how: Move::StoodIn, actor, occasion: Some(Occasion::StandIn), moment }, &moved).await?;
    absence::lend(turn, moment.seq, &lent).await?;
    Ok(moved.len())
}

/// Open warnings whose handler is away and has a substitute: before, after, and by which leave.
pub async fn strays(turn: &mut Turn, orders: &Orders, staffing: &Staffing, day: NaiveDate) -> Result<Vec<(Warning, Warning, i64)>, StoreError> {
    let away: Vec<&Absence> = staffing.absences.iter().filter(|absence| absence.meets(day, day)).collect();
    let people: Vec<i64> = away.iter().map(|absence| absence.person).collect();
    let open = warning::open_of(&mut turn.tx, turn.office, &people).await?;
    let stray = |before: Warning| {
        let absence = away.iter().find(|absence| before.handler == Some(absence.person))?;
        let other = staffing.substitute(&orders.settings, absence, &before.section, day)?;
        let after = Warning { handler: Some(other.id), ..before.clone() };
        Some((before, after, absence.no))
    };
    Ok(open.into_iter().filter_map(stray).collect())
}

/// What is still open of what went by this leave, and still with whoever got it, goes back; unless whoever was away may not act for its section any more.
pub async fn hand_back(
    turn: &mut Turn,
    orders: &Orders,
    staffing: &Staffing,
    leave: &Absence,
    moment: Moment,
    actor: Option<i64>,
) -> Result<usize, StoreError> {
    let lent = absence::lent(&mut turn.tx, turn.office, leave.no).await?;
    let numbers: Vec<i64> = lent.iter().map(|lent| lent.no).collect();
    let back = staffing.people.iter().find(|person| person.id == leave.person);
    let may = |w: &Warning| back.is_some_and(|person| route::may_have(&orders.settings, person, &w.section));
    let still = |w: &Warning| w.state.is_open() && lent.iter().any(|lent| lent.no == w.no && w.handler == Some(lent.stand_in));
    let open = warning::of_numbers(&mut turn.tx, turn.office, &numbers).await?.into_iter().filter(|w| may(w) && still(w));
    let moved: Vec<(Warning, Warning)> = open.map(|before| (before.clone(), Warning { handler: Some(leave.person), ..before })).collect();
    shift(turn, orders, &staffing.people, Shift { how: Move::HandedBack, actor, occasion: Some(Occasion::HandedBack), moment }, &moved).await?;
    absence::settle(turn, leave.no).await?;
    Ok(moved.len())
}

/// Takes leave a step further.
pub async fn advance(turn: &mut Turn, by: crate::store::register::By, leave: &Absence, state: State, step: &str) -> Result<Absence, StoreError> {
    use crate::store::register;
    use commands::{Register, SerialNo};
    let after = Absence { state, ..leave.clone() };
    absence::write(turn, by.seq, &after).await?;
    if let Some(no) = SerialNo::of_stored(Register::Leave, leave.no) {
        register::advance(turn, no, by, (state.code(), None), step, &serde_json::json!({})).await?;
    }
    Ok(after)
}
