//! Raising (亮灯): one matter, one warning. It rises in place by itself; a closed one that fires again has a successor.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use chrono::Datelike;
use commands::white_list::SubjectKind;

use super::announce::{Grounds, announce};
use super::leave::Staffing;
use super::{Happening, InForce, Lit, Moment, Orders, cease, white_list};
use crate::delivery::card::Occasion;
use crate::domain::calendar::local_date;
use crate::domain::record::disbursement;
use crate::domain::{Entity, Level, Record, Step, Value, WarningState};
use crate::store::absence::{self, Lent};
use crate::store::bell::{self, Mark};
use crate::store::transition::{self, Move, Transition};
use crate::store::warning::{self, Item, No, Warning};
use crate::store::white_list::{self as listed, Concerned};
use crate::store::{StoreError, Turn};

/// A matter and what is known of it while a group is raised.
pub(super) struct Matter {
    pub warning: Warning,
    pub changed: bool,
    /// records it gathers already: level and version at which they lit it
    pub gathered: HashMap<(Entity, String), (Level, i64)>,
    /// How often any of them was found to light it.
    findings: i64,
    /// those of them that a bell rang for and that are lit no more
    pub ceased: HashSet<(Entity, String)>,
}

#[derive(Default)]
pub(super) struct Raised {
    items: Vec<Item>,
    pub transitions: Vec<Transition>,
    finished: Vec<Warning>,
    /// What entries of the white list concern.
    concerned: Vec<Concerned>,
    /// How records of bells were judged last.
    pub marks: BTreeMap<(No, Entity, String), Mark>,
    /// What fell to a stand-in, and by which entry.
    lent: Vec<(i64, Lent)>,
}

/// Raises what was lit and notes what was reversed, in order.
pub(super) async fn raise(turn: &mut Turn, orders: &Orders, happenings: Vec<Happening>) -> Result<(), StoreError> {
    if happenings.is_empty() {
        return Ok(());
    }
    let mut matters = load_matters(turn, orders, &happenings).await?;
    // most records were never lit
    if matters.is_empty() && lit(&happenings).next().is_none() {
        return Ok(());
    }
    let staffing = Staffing::read(turn).await?;
    let mut raised = Raised::default();
    for happening in happenings {
        match happening {
            Happening::Lit(l) => {
                if let Some(in_force) = orders.rules.get(l.rule) {
                    one(turn, orders, &staffing, in_force, *l, &mut matters, &mut raised).await?;
                }
            }
            Happening::Reversed(payment, moment) => note_reversal(&mut matters, &payment, moment, &mut raised),
            Happening::Ceased(ceased) => cease::cease(turn, orders, &staffing.people, &ceased, &mut matters, &mut raised).await?,
        }
    }
    let mut warnings = raised.finished;
    warnings.extend(matters.into_values().filter(|m| m.changed).map(|m| m.warning));
    warnings.sort_by_key(|w| w.no);
    warning::write(&mut turn.tx, turn.office, &warnings).await?;
    warning::write_items(&mut turn.tx, turn.office, &raised.items).await?;
    listed::concern(&mut turn.tx, turn.office, &raised.concerned).await?;
    bell::write(&mut turn.tx, turn.office, raised.marks.into_values()).await?;
    for (seq, lent) in raised.lent {
        absence::lend(turn, seq, &[lent]).await?;
    }
    transition::write(&mut turn.tx, turn.office, &raised.transitions).await
}

fn lit(happenings: &[Happening]) -> impl Iterator<Item = &Lit> {
    happenings.iter().filter_map(|happening| match happening {
        Happening::Lit(l) => Some(&**l),
        Happening::Reversed(..) | Happening::Ceased(_) => None,
    })
}

async fn load_matters(turn: &mut Turn, orders: &Orders, happenings: &[Happening]) -> Result<BTreeMap<(String, String), Matter>, StoreError> {
    let mut keys: BTreeSet<(String, String)> =
        lit(happenings).filter_map(|l| orders.rules.get(l.rule).map(|r| (r.rule.code.clone(), matter_of(r, &l.record)))).collect();
    let mut reversed = Vec::new();
    for happening in happenings {
        match happening {
            Happening::Reversed(payment, _) => reversed.push(payment.clone()),
            Happening::Ceased(c) => keys.extend(c.matters.iter().filter_map(|m| Some((orders.rules.get(c.rule)?.rule.code.clone(), m.clone())))),
            Happening::Lit(_) => {}
        }
    }
    keys.extend(warning::open_matters_of(&mut turn.tx, turn.office, Entity::Payment, &reversed).await?);
    let keys: Vec<(String, String)> = keys.into_iter().collect();
    let mut matters = BTreeMap::new();
    // in number order: the latest of a matter stays
    for warning in warning::latest_of(&mut turn.tx, turn.office, &keys).await? {
        let key = (warning.rule.clone(), warning.matter.clone());
        matters.insert(key, Matter { warning, changed: false, gathered: HashMap::new(), findings: 0, ceased: HashSet::new() });
    }
    let numbers: BTreeMap<No, (String, String)> = matters.iter().map(|(key, m)| (m.warning.no, key.clone())).collect();
    let all: Vec<No> = numbers.keys().copied().collect();
    for item in warning::items_of(&mut turn.tx, turn.office, &all).await? {
        if let Some(matter) = numbers.get(&item.no).and_then(|key| matters.get_mut(key)) {
            matter.findings = matter.findings.max(item.n);
            let gathered = matter.gathered.entry((item.entity, item.key)).or_insert((item.level, item.record_version));
            *gathered = (gathered.0.max(item.level), gathered.1.max(item.record_version));
        }
    }
    let bells: Vec<No> = matters
        .values()
        .filter(|m| matches!(m.warning.state, WarningState::BellOpen | WarningState::BellDone | WarningState::BellListed))
        .map(|m| m.warning.no)
        .collect();
    for (no, entity, key) in bell::ceased(&mut turn.tx, turn.office, &bells).await? {
        if let Some(matter) = numbers.get(&no).and_then(|key| matters.get_mut(key)) {
            matter.ceased.insert((entity, key));
        }
    }
    Ok(matters)
}

async fn one(
    turn: &mut Turn,
    orders: &Orders,
    staffing: &Staffing,
    in_force: &InForce,
    l: Lit,
    matters: &mut BTreeMap<(String, String), Matter>,
    raised: &mut Raised,
) -> Result<(), StoreError> {
    let key = (in_force.rule.code.clone(), matter_of(in_force, &l.record));
    let face = l.face;
    let record = (l.record.entity, l.record.key.clone());
    let today = local_date(l.moment.at);
    // of the section that answers: a matter that is known already may have been handed on
    let section = matters.get(&key).filter(|m| stands(m)).map_or(&face.section, |m| &m.warning.section);
    let due_on = orders.due_on(today, l.level, section);
    let grounds = Grounds { rule: Some(&*in_force.rule), evidence: Some(&l.evidence), payee: face.payee.as_deref(), measure: None };
    let evidence = serde_json::to_string(&l.evidence).unwrap_or_default();
    let mut marks = l.marks;
    marks.push((SubjectKind::Matter, key.1.clone()));
    let entries = orders.white_list.covering(&in_force.rule.code, &marks, l.level, today);
    let concerned = |no: No, n: i64| entries.iter().map(move |entry| Concerned { no, n, entry: *entry, seq: l.moment.seq }).collect::<Vec<_>>();
    let item = |no: No, n: i64| Item {
        no,
        n,
        seq: l.moment.seq,
        entity: l.record.entity,
        key: l.record.key.clone(),
        record_version: l.record.version,
        level: l.level,
        evidence: evidence.clone(),
    };

    if let Some(matter) = matters.get_mut(&key) {
        let seen = matter.gathered.get(&record).copied();
        let news = seen.is_none_or(|(level, version)| l.level > level || l.record.version > version);
        // what was gone and has come back: an open bell goes on ringing for it, after a closed one there is a new bell
        let back = matter.ceased.contains(&record);
        if back && stands(matter) {
            matter.relit(&record, l.moment.seq, &mut raised.marks);
        }
        if !news && (!back || stands(matter)) {
            return Ok(());
        }
        if stands(matter) {
            let w = &mut matter.warning;
            let before = (w.state, w.section.clone());
            // a list of lines or payments adds up; a parent allocation and its children do not
            if seen.is_none() && l.record.entity != Entity::Allocation {
                w.amount = w.amount.zip(face.amount).map(|(sum, more)| sum + more).or(w.amount);
            }
            w.items += i64::from(seen.is_none());
            w.row_version += 1;
            matter.changed = true;
            matter.findings += 1;
            matter.gathered.insert(record, (l.level, l.record.version));
            raised.items.push(item(w.no, matter.findings));
            raised.concerned.extend(concerned(w.no, matter.findings));
            if let Ok(after) = w.state.after(Step::Rise(l.level)).map_err(|_| ())
                && after != w.state
            {
                let stood = w.due_on;
                w.state = after;
                w.due_on = due_on;
                raised.transitions.push(Transition {
                    no: w.no,
                    seq: l.moment.seq,
                    at: l.moment.at,
                    local_date: today,
                    how: Move::Rose,
                    from: Some(before),
                    to: (w.state, w.section.clone()),
                    due_on: Some(stood),
                    actor: None,
                });
                if w.state.is_open() {
                    announce(turn, orders, &staffing.people, w, Occasion::Rose, grounds, l.moment).await?;
                }
            }
            // what no entry concerns has come to what was on the white list: now somebody has to act
            if w.state.is_listed() && entries.is_empty() {
                let before = w.clone();
                *w = white_list::moved(&before, Step::Unlist, orders, staffing, l.moment);
                raised.transitions.push(white_list::noted(&before, w, Move::Unlisted, l.moment, None));
                announce(turn, orders, &staffing.people, w, Occasion::Unlisted, grounds, l.moment).await?;
            }
            return Ok(());
        }
    }

    let year = today.year();
    let number = turn.next_number(&format!("warning/{year}")).await?;
    let parent = matters.get(&key).map(|m| m.warning.no);
    let on_duty = staffing.on_duty(&orders.settings, &face.section, today);
    let mut warning = Warning {
        no: i64::from(year) * 1_000_000 + number,
        row_version: 1,
        rule: in_force.rule.code.clone(),
        rule_version: in_force.version,
        rule_name: in_force.rule.name.clone(),
        category: in_force.rule.category.name().to_owned(),
        matter: key.1.clone(),
        first_level: l.level,
        state: WarningState::lit(l.level),
        handler: on_duty.map(|(person, _)| person.id),
        section: face.section,
        town: face.town,
        voucher_no: face.voucher_no,
        doc_no: face.doc_no,
        business_date: face.business_date,
        amount: face.amount,
        items: 1,
        backlog: orders.settings.go_live.is_some_and(|live| face.business_date.is_some_and(|date| date < live)),
        fired_at: l.moment.at,
        due_on,
        closed_at: None,
        closed_by: None,
        parent,
        urged: 0,
    };
    raised.items.push(item(warning.no, 1));
    raised.concerned.extend(concerned(warning.no, 1));
    let lent = on_duty.and_then(|(person, leave)| Some(Lent { no: warning.no, leave: leave?, stand_in: person.id }));
    raised.lent.extend(lent.map(|lent| (l.moment.seq, lent)));
    raised.transitions.push(Transition {
        no: warning.no,
        seq: l.moment.seq,
        at: l.moment.at,
        local_date: today,
        how: Move::Fired,
        from: None,
        to: (warning.state, warning.section.clone()),
        due_on: None,
        actor: None,
    });
    if entries.is_empty() {
        announce(turn, orders, &staffing.people, &warning, Occasion::Fired, grounds, l.moment).await?;
    } else {
        let before = warning.clone();
        warning = white_list::moved(&before, Step::List, orders, staffing, l.moment);
        raised.transitions.push(white_list::noted(&before, &warning, Move::Listed, l.moment, None));
    }
    let gathered = HashMap::from([(record, (l.level, l.record.version))]);
    let matter = Matter { warning, changed: true, gathered, findings: 1, ceased: HashSet::new() };
    if let Some(closed) = matters.insert(key, matter)
        && closed.changed
    {
        raised.finished.push(closed.warning);
    }
    Ok(())
}

/// Whether a matter goes on: somebody has to act on it, or it is on the white list.
const fn stands(matter: &Matter) -> bool {
    matter.warning.state.is_open() || matter.warning.state.is_listed()
}

/// What the warning is about: the fields the rule names, else the payment of a line, else the record itself.
fn matter_of(in_force: &InForce, record: &Record) -> String {
    let slots = &in_force.rule.matter;
    if slots.is_empty() || slots.iter().any(|slot| record.get(*slot).is_empty()) {
        return match record.entity {
            Entity::Disbursement => record.text(disbursement::PAYMENT).to_owned(),
            Entity::Allocation
            | Entity::Payment
            | Entity::Beneficiary
            | Entity::Goal
            | Entity::Indicator
            | Entity::Progress
            | Entity::Evaluation
            | Entity::Payroll
            | Entity::Project
            | Entity::Standard
            | Entity::Other => record.key.clone(),
        };
    }
    slots.iter().map(|slot| plain(record.get(*slot))).collect::<Vec<_>>().join("/")
}

fn plain(value: &Value) -> String {
    match value {
        Value::Empty => String::new(),
        Value::Money(money) => money.fen().to_string(),
        Value::Number(number) => number.normalize().to_string(),
        Value::Text(text) => text.to_string(),
        Value::Date(date) => date.to_string(),
        Value::Flag(flag) => flag.to_string(),
        Value::Cipher(hash) => crate::store::audit::hex(&hash.0),
    }
}

/// Notes a refund or the like on the open warnings of the payment it takes back; it closes none.
fn note_reversal(matters: &mut BTreeMap<(String, String), Matter>, payment: &str, moment: Moment, raised: &mut Raised) {
    let record = (Entity::Payment, payment.to_owned());
    for matter in matters.values().filter(|m| m.warning.state.is_open() && m.gathered.contains_key(&record)) {
        let stands = (matter.warning.state, matter.warning.section.clone());
        raised.transitions.push(Transition {
            no: matter.warning.no,
            seq: moment.seq,
            at: moment.at,
            local_date: local_date(moment.at),
            how: Move::Reversed,
            from: Some(stands.clone()),
            to: stands,
            due_on: None,
            actor: None,
        });
    }
}
