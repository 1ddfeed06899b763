//! 自查: every open warning has somebody who may act, a deadline (its type sees to that) and a next step. What can be mended is given to somebody else
//! (改派); for what cannot, the service cries until it is.

use chrono::NaiveDate;
use commands::SectionKind;
use serde::{Deserialize, Serialize};

use super::{Jobs, Tick};
use crate::delivery::card::{Occasion, warning_no};
use crate::delivery::note::{Note, NoteKind};
use crate::domain::calendar::local_date;
use crate::domain::{Step, WarningState};
use crate::store::standing::{self, Held};
use crate::store::transition::Move;
use crate::store::warning::{self, Warning};
use crate::store::{Entry, StoreError, Turn, job_day, staff};
use crate::watch::leave::Staffing;
use crate::watch::notify::notify;
use crate::watch::shift::{Shift, shift};
use crate::watch::{Moment, Orders, route};

const JOB: &str = "self_audit";
/// Looked at in one turn.
const AT_ONCE: i64 = 500;

/// What was found, and what was done about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Audited {
    pub today: NaiveDate,
    pub rerouted: Vec<Rerouted>,
    /// What nobody may act on: section code, and how many.
    pub left: Vec<(String, i64)>,
    /// Whether it is told by mail.
    pub told: bool,
}

/// A warning that goes to somebody else.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rerouted {
    /// Year × 1 000 000 + number.
    pub no: i64,
    /// Section code.
    pub section: String,
    /// Staff id.
    pub handler: i64,
}

/// Whether whoever has it may act on it: they may handle (处置) what is its section's, are of a section that exists, and are not away with nobody in their place.
fn sound(orders: &Orders, staffing: &Staffing, held: &Held, today: NaiveDate) -> bool {
    let settings = &orders.settings;
    let handler = staffing.people.iter().find(|person| Some(person.id) == held.handler);
    let may = handler.filter(|person| route::may_have(settings, person, &held.section) && settings.kind(&person.section).is_some());
    let there = may.is_some_and(|person| {
        let away = staffing.away(person.id, today);
        away.is_none_or(|absence| staffing.substitute(settings, absence, &held.section, today).is_some())
    });
    there && settings.kind(&held.section).is_some() && has_next_step(held.state)
}

fn has_next_step(state: WarningState) -> bool {
    [Step::Finish, Step::VerifyNormal, Step::Correct].into_iter().any(|step| state.after(step).is_ok())
}

pub(super) async fn run(jobs: &Jobs) -> Result<(), StoreError> {
    let now = jobs.clock.now();
    let today = local_date(now);
    let mut turn = jobs.store.turn().await?;
    let orders = jobs.orders.as_of(&mut turn).await?;
    calendar(jobs, &mut turn, &orders, today).await?;
    let staffing = Staffing::read(&mut turn).await?;
    let (mut rerouted, mut left) = (Vec::new(), Vec::new());
    for held in standing::held(&mut turn.tx, turn.office).await? {
        if sound(&orders, &staffing, &held, today) {
            continue;
        }
        let section = if orders.settings.kind(&held.section).is_some() { held.section.as_str() } else { orders.settings.leading() };
        match staffing.present(&orders.settings, section, today).filter(|person| Some(person.id) != held.handler && has_next_step(held.state)) {
            Some(person) => {
                let numbers = standing::numbers(&mut turn.tx, turn.office, &held, AT_ONCE).await?;
                rerouted.extend(numbers.into_iter().map(|no| Rerouted { no, section: section.to_owned(), handler: person.id }));
            }
            None => left.push((held.section.clone(), held.count)),
        }
    }
    cry(jobs, &orders, &left);
    let told = !rerouted.is_empty() || (!left.is_empty() && job_day::last(&mut turn, JOB).await? != Some(today));
    if !told {
        return Ok(());
    }
    let audited = Audited { today, rerouted, left, told };
    let entry = Tick::SelfAudit(audited.clone()).record(&mut turn, now)?;
    apply(&mut turn, &orders, &entry, &audited).await?;
    turn.commit().await
}

pub(super) async fn apply(turn: &mut Turn, orders: &Orders, entry: &Entry, audited: &Audited) -> Result<(), StoreError> {
    let people = staff::all_in(&mut turn.tx, turn.office).await?;
    let numbers: Vec<i64> = audited.rerouted.iter().map(|to| to.no).collect();
    let mut moved = Vec::new();
    for before in warning::of_numbers(&mut turn.tx, turn.office, &numbers).await? {
        let Some(to) = audited.rerouted.iter().find(|to| to.no == before.no) else { continue };
        // whoever gets it has not taken it up yet
        let state = before.state.after(Step::Assign).unwrap_or(before.state);
        let after = Warning { state, section: to.section.clone(), handler: Some(to.handler), ..before.clone() };
        moved.push((before, after));
    }
    let moment = Moment { seq: entry.seq, line: 1, at: entry.at };
    shift(turn, orders, &people, Shift { how: Move::Reassigned, actor: None, occasion: Some(Occasion::Assigned), moment }, &moved).await?;
    if audited.told {
        let kind = |person: &staff::Staff| orders.settings.kind(&person.section);
        let watchers = people.iter().filter(|person| matches!(kind(person), Some(SectionKind::InfoCenter | SectionKind::Agriculture)));
        let note = Note { note: NoteKind::SelfAudit, at: entry.at, serial: None, section: None, due_on: None, lines: lines(orders, audited) };
        notify(turn, entry.seq, watchers, &note)?;
        job_day::done(turn, entry.seq, JOB, audited.today).await?;
    }
    Ok(())
}

/// The first few by number, then how many there are.
fn lines(orders: &Orders, audited: &Audited) -> Vec<(String, String)> {
    let mut lines = Vec::new();
    if !audited.rerouted.is_empty() {
        let first: Vec<String> = audited.rerouted.iter().take(3).filter_map(|to| Some(warning_no(to.no)?.to_string())).collect();
        lines.push(("已改派".to_owned(), format!("{} 等 {} 条,原经办人不能再办", first.join("、"), audited.rerouted.len())));
    }
    lines.extend(audited.left.iter().map(|(section, count)| ("没有人能办".to_owned(), format!("{} {count} 条", orders.settings.section_name(section)))));
    lines
}

/// Says what is wrong on the board, or that all is well again.
fn cry(jobs: &Jobs, orders: &Orders, left: &[(String, i64)]) {
    if left.is_empty() {
        return jobs.troubles.settle(JOB);
    }
    let of: Vec<String> = left.iter().map(|(section, count)| format!("{} {count} 条", orders.settings.section_name(section))).collect();
    jobs.troubles.note(JOB, &format!("有预警没有人能办:{}。请给这些股室的人开通“处置”权限,或用 /预警 转办 转给别人。", of.join("、")));
}

/// Says that deadlines run into a year whose holidays nobody has published.
async fn calendar(jobs: &Jobs, turn: &mut Turn, orders: &Orders, today: NaiveDate) -> Result<(), StoreError> {
    let latest = standing::latest_deadline(&mut turn.tx, turn.office).await?;
    match [Some(today), latest].into_iter().flatten().find_map(|day| orders.calendar.unpublished(day)) {
        Some(year) => jobs.troubles.note("calendar", &format!("{year}年放假安排还没有导入,期限按周一至周五计算。公布后请用 jingling import holidays 导入。")),
        None => jobs.troubles.settle("calendar"),
    }
    Ok(())
}
