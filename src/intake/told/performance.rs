//! What events of performance tell. A goal and its review are known by project and year, whoever tells them.

use serde_json::Value as Json;

use super::{Filing, Identity, Told, day, number, text};
use crate::domain::record::{evaluation, goal as goals, indicator as indicators, progress as progresses};
use crate::domain::{Entity, Value};
use crate::intake::event::performance::{Comparison, Goal, Indicator, Measure, Period, Progress, Review, SelfEvaluation, Status};
use crate::intake::event::{Identifier, Number, Year};
use crate::keys::Keyring;
use crate::store::audit::hex;

/// `2026:XM0001`, and what else tells it apart. No number holds a colon.
fn identity(entity: Entity, slots: &'static [usize], project: &Identifier, year: Year, rest: &[&str]) -> Identity {
    let named: Vec<Value> = std::iter::once(&**project).chain(rest.iter().copied()).map(|part| text(Some(part))).collect();
    let key = named.iter().filter_map(Value::as_text).fold(year.get().to_string(), |key, part| format!("{key}:{part}"));
    let mut values = named;
    values.insert(1, number(year.get()));
    Identity { entity, slots, values, key }
}

fn goal_of(project: &Identifier, year: Year) -> Identity {
    identity(Entity::Goal, &[goals::PROJECT_CODE, goals::FISCAL_YEAR], project, year, &[])
}

fn plain(number: Option<Number>) -> Value {
    number.map_or(Value::Empty, |number| Value::Number(number.get()))
}

pub(super) fn goal(e: &Goal, canonical: &Json, keys: &Keyring) -> Told {
    let mut read = canonical.clone();
    if let Some(members) = read.as_object_mut() {
        for stands in ["status", "reviewed_by", "reviewed_on", "published_on", "section"] {
            members.remove(stands);
        }
    }
    let filing = Filing {
        fills: vec![
            (goals::PROJECT_NAME, text(e.project_name.as_deref())),
            (goals::AMOUNT, e.amount.map(|amount| amount.get()).into()),
            (goals::FISCAL_AMOUNT, e.fiscal_amount.map(|amount| amount.get()).into()),
            (goals::FILED_BY, text(e.filed_by.as_deref())),
            (goals::FILED_ON, e.filed_on.get().into()),
            (goals::PUBLISHED_ON, day(e.published_on.as_ref())),
            (goals::SECTION, text(e.section.as_deref())),
        ],
        on: e.filed_on.get(),
        digest: hex(&keys.commit(read.to_string().as_bytes())[..16]),
        outcome: (e.status != Status::Pending).then(|| (e.status, e.reviewed_on.map(|day| day.get()))),
    };
    Told::Goal { identity: goal_of(&e.project_code, e.fiscal_year), filing }
}

pub(super) fn review(e: &Review) -> Told {
    Told::Review { identity: goal_of(&e.project_code, e.fiscal_year), status: e.status, on: e.reviewed_on.get() }
}

pub(super) fn indicator(e: &Indicator) -> Told {
    const SLOTS: &[usize] = &[indicators::PROJECT_CODE, indicators::FISCAL_YEAR, indicators::INDICATOR_NO];
    let fills = vec![
        (indicators::MEASURE, text(Some(Measure::name(e.measure)))),
        (indicators::NAME, text(Some(&e.name))),
        (indicators::COMPARISON, text(Some(Comparison::name(e.comparison)))),
        (indicators::TARGET, plain(e.target)),
        (indicators::UNIT, text(e.unit.as_deref())),
        (indicators::WEIGHT, plain(e.weight)),
    ];
    Told::Whole { identity: identity(Entity::Indicator, SLOTS, &e.project_code, e.fiscal_year, &[&e.indicator_no]), fills }
}

pub(super) fn progress(e: &Progress) -> Told {
    const SLOTS: &[usize] = &[progresses::PROJECT_CODE, progresses::FISCAL_YEAR, progresses::INDICATOR_NO, progresses::PERIOD];
    let fills = vec![(progresses::ACTUAL, Value::Number(e.actual.get())), (progresses::FILED_ON, e.filed_on.get().into())];
    let rest: [&str; 2] = [&e.indicator_no, Period::name(e.period)];
    Told::Whole { identity: identity(Entity::Progress, SLOTS, &e.project_code, e.fiscal_year, &rest), fills }
}

pub(super) fn evaluation(e: &SelfEvaluation) -> Told {
    const SLOTS: &[usize] = &[evaluation::PROJECT_CODE, evaluation::FISCAL_YEAR];
    let fills = vec![(evaluation::SCORE, Value::Number(e.score.get())), (evaluation::EVALUATED_ON, e.evaluated_on.get().into())];
    Told::Whole { identity: identity(Entity::Evaluation, SLOTS, &e.project_code, e.fiscal_year, &[]), fills }
}
