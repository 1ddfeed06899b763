//! The monthly summary adds up: for whatever lives of warnings, in every month, section and light, and however it is counted.

use std::collections::BTreeMap;

use chrono::{Datelike, Days, Months, NaiveDate};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use tokio::runtime::Runtime;

use jingling::domain::{Level, Step, WarningState};
use jingling::reports::month::{self, Lights, Month};
use jingling::store::EntryKind;
use jingling::store::transition::{self, Move, Transition};
use jingling::store::warning::{self, Warning};

use crate::place::Place;
use crate::world::{OFFICE, World, hours};

const MONTHS: u32 = 7;
const RULES: [(&str, &str); 3] = [("ZC09", "支出管理"), ("ZC13", "支出管理"), ("ZB05", "指标管理")];
const SECTIONS: [&str; 3] = ["agriculture", "business:education", "business:social_security"];

/// Rule, section, town, level, first day, and moves: what, after how many days, into which section.
type Life = (usize, usize, Option<&'static str>, Level, u64, Vec<(u8, u64, usize)>);

fn lives() -> impl Strategy<Value = Vec<Life>> {
    let town = prop::sample::select(vec![None, Some("诸佛庵镇"), Some("佛子岭镇")]);
    let level = prop::sample::select(Level::ALL.to_vec());
    let moves = prop::collection::vec((0..15_u8, 0..40_u64, 0..SECTIONS.len()), 0..9);
    prop::collection::vec((0..RULES.len(), 0..SECTIONS.len(), town, level, 0..180_u64, moves), 1..30)
}

fn first() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 1, 1).unwrap()
}

/// The row and the moves of one life, as the service would have written them.
fn told(no: i64, life: &Life) -> (Warning, Vec<Transition>) {
    let (rule, section, town, level, day, moves) = life;
    let mut date = first() + Days::new(*day);
    let mut stands = (WarningState::lit(*level), SECTIONS[*section].to_owned());
    let mut due_on = date + Days::new(7);
    let transition = |how, date: NaiveDate, from, to: &(WarningState, String), due_on| Transition {
        no,
        seq: 1,
        at: hours(0),
        local_date: date,
        how,
        from,
        to: to.clone(),
        due_on,
        actor: None,
    };
    let mut transitions = vec![transition(Move::Fired, date, None, &stands, None)];
    for (what, days, into) in moves {
        let (step, how) = match what {
            0 => (Some(Step::Rise(Level::Yellow)), Move::Rose),
            1 => (Some(Step::Rise(Level::Red)), Move::Rose),
            2 => (Some(Step::Claim), Move::Claimed),
            3 => (Some(Step::Finish), Move::Finished),
            4 => (Some(Step::VerifyNormal), Move::VerifiedNormal),
            5 => (Some(Step::VerifyViolation), Move::VerifiedViolation),
            6 => (Some(Step::Correct), Move::Corrected),
            7 => (Some(Step::Dismiss), Move::Dismissed),
            // as often as all that close together: what is reopened is closed again
            8 | 9 => (Some(Step::Reopen), Move::Reopened),
            // a word beside it, on what is closed too
            10 => (Some(Step::Amend), Move::Amended),
            11 => (Some(Step::Urge), Move::Urged),
            // a refund notes; a claim may carry it into another section
            12 => (stands.0.is_open().then_some(Step::Urge), Move::Reversed),
            // a bell closes by itself
            13 => (Some(Step::Finish), Move::Ceased),
            _ => (None, Move::Claimed),
        };
        let moved = match (step, how) {
            (Some(step), _) => stands.0.after(step).ok(),
            (None, Move::Claimed) => stands.0.is_open().then_some(stands.0),
            (None, _) => None,
        };
        let Some(state) = moved else { continue };
        date = date + Days::new(*days);
        let section = if how == Move::Claimed { SECTIONS[*into].to_owned() } else { stands.1.clone() };
        let to = (state, section);
        let stood = (how != Move::Reversed).then_some(due_on);
        transitions.push(transition(how, date, Some(stands), &to, stood));
        stands = to;
        if stood.is_some() {
            due_on = date + Days::new(7);
        }
    }
    let warning = Warning {
        no,
        row_version: 1,
        rule: RULES[*rule].0.to_owned(),
        rule_version: 1,
        rule_name: "规则".to_owned(),
        category: RULES[*rule].1.to_owned(),
        matter: no.to_string(),
        first_level: *level,
        section: stands.1.clone(),
        handler: None,
        town: town.map(str::to_owned),
        voucher_no: None,
        doc_no: None,
        business_date: None,
        amount: None,
        items: 1,
        backlog: false,
        fired_at: hours(0),
        due_on,
        closed_at: (!stands.0.is_open()).then(|| hours(0)),
        closed_by: None,
        parent: None,
        urged: 0,
        state: stands.0,
    };
    (warning, transitions)
}

async fn months(place: &Place, lives: &[Life]) -> Vec<Month> {
    let world = World::begin(place.emptied().await).await;
    let (warnings, transitions): (Vec<_>, Vec<_>) = (2_026_000_001..).zip(lives).map(|(no, life)| told(no, life)).unzip();
    let mut turn = world.store.turn().await.unwrap();
    turn.record(hours(0), EntryKind::Tick, None, Vec::new()).unwrap();
    warning::write(&mut turn.tx, OFFICE, &warnings).await.unwrap();
    transition::write(&mut turn.tx, OFFICE, &transitions.concat()).await.unwrap();
    turn.commit().await.unwrap();
    let mut counted = Vec::new();
    for n in 0..MONTHS {
        let begins = first() + Months::new(n);
        let today = begins + Months::new(1) - Days::new(1);
        counted.push(month::count(&world.store, &world.desk.orders.settings, begins, today).await.unwrap());
    }
    counted
}

fn sum<'a>(lights: impl Iterator<Item = &'a Lights>) -> [i64; 9] {
    lights.fold([0; 9], |mut sum, l| {
        let lit = [l.red_open, l.violation_open, l.yellow_open, l.bell_open];
        let all = lit.into_iter().chain([l.red_corrected, l.violation_corrected, l.yellow_normal, l.bell_done, l.false_alarm]);
        sum.iter_mut().zip(all).for_each(|(sum, count)| *sum += count);
        sum
    })
}

fn check(month: &Month, before: Option<&Month>, lives: &[Life]) -> Result<(), TestCaseError> {
    prop_assert!(month.balances(), "{:?}", month.flows);
    let all = sum(month.by_rule.values());
    for by in [&month.by_section, &month.by_category, &month.by_town] {
        prop_assert_eq!(sum(by.values()), all);
    }
    // what is open by place is what the flows end with
    let closing = |level| month.flows.iter().filter(|((_, of), _)| *of == level).map(|(_, flow)| flow.closing).sum::<i64>();
    prop_assert_eq!([closing(Level::Red), closing(Level::Yellow), closing(Level::Bell)], [all[0] + all[1], all[2], all[3]]);
    let total = |part: fn(&month::Flow) -> i64| month.flows.values().map(part).sum::<i64>();
    prop_assert_eq!(total(|f| f.moved_in), total(|f| f.moved_out));
    prop_assert_eq!(month.handling.in_hand, total(|f| f.opening + f.new + f.reopened));
    prop_assert_eq!(month.handling.closed, total(|f| f.closed));
    prop_assert!(month.handling.on_time <= month.handling.closed && month.handling.closed <= month.handling.in_hand);
    let new = lives.iter().filter(|life| (first() + Days::new(life.4)).month() == month.period.first.month()).count();
    prop_assert_eq!(total(|f| f.new), i64::try_from(new).unwrap());
    if let Some(before) = before {
        let stands = |month: &Month, part: fn(&month::Flow) -> i64| -> BTreeMap<_, _> {
            month.flows.iter().map(|(place, flow)| (place.clone(), part(flow))).filter(|(_, count)| *count > 0).collect()
        };
        prop_assert_eq!(stands(before, |f| f.closing), stands(month, |f| f.opening));
        prop_assert_eq!(&month.last_month, &before.handling);
        prop_assert_eq!(month.year_to_date.closed, before.year_to_date.closed + month.handling.closed);
    }
    Ok(())
}

#[test]
fn every_month_of_every_life_adds_up() {
    let rt = Runtime::new().unwrap();
    let (file, server) = rt.block_on(async { (Place::file().await, Place::server().await) });
    let mut runner = TestRunner::new(Config { cases: 24, failure_persistence: None, ..Config::default() });
    let outcome = runner.run(&lives(), |lives| {
        let counted = rt.block_on(months(&file, &lives));
        for (n, month) in counted.iter().enumerate() {
            check(month, n.checked_sub(1).and_then(|before| counted.get(before)), &lives)?;
        }
        if let Some(server) = &server {
            prop_assert_eq!(&rt.block_on(months(server, &lives)), &counted);
        }
        Ok(())
    });
    rt.block_on(async {
        for place in [Some(file), server].into_iter().flatten() {
            place.clear().await;
        }
    });
    outcome.unwrap_or_else(|failure| panic!("{failure}"));
}
