//! Watching (值守): a change to the ledger is applied, judged, and what it lights is raised, all within one turn.
//!
//! A group of changes runs in three strokes: everything it can see is loaded, one query an index; then the changes are applied and judged in
//! memory, strictly one after the other; then what changed is written. Because the middle stroke never looks at the database, a group of a
//! thousand and a thousand groups of one give the same warnings.

pub mod announce;
pub mod cache;
mod cease;
pub mod chase;
pub mod leave;
pub mod notify;
mod orders;
mod raise;
pub mod reassign;
pub mod receipt;
pub mod recount;
pub mod route;
pub mod scope;
pub mod shift;

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};

use crate::domain::calendar::local_date;
use crate::domain::record::{disbursement, payment};
use crate::domain::{Entity, Level, Record};
use crate::rules::{Evidence, History};
use crate::store::ledger::{self, Correction, Due};
use crate::store::{StoreError, Turn};
use cache::{Cache, Wants, key_of, want};
pub use orders::{InForce, Orders, OrdersError};

/// Where in the journal a change stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    pub seq: i64,
    pub line: i64,
    pub at: DateTime<Utc>,
}

/// What became of one line of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// new
    Accepted,
    /// the same content again: nothing changed
    Known,
    /// other content for what was told before: a visible correction
    Corrected,
}

/// What a change did to the ledger.
#[derive(Debug)]
pub struct Applied {
    pub outcome: Outcome,
    /// The records to judge by all rules: the one the change is about, and those that had waited for it.
    pub subjects: Vec<(Entity, String)>,
    /// All records that now say something else, the subjects among them.
    pub changed: Vec<(Entity, String)>,
    pub correction: Option<Correction>,
    /// Payments that lost part or all of their amount by this change.
    pub reversed: Vec<String>,
    /// A source now says otherwise than a person has decided.
    pub disputed: bool,
}

impl Applied {
    /// The same content again: nothing changed.
    pub const fn known() -> Applied {
        Applied { outcome: Outcome::Known, subjects: Vec::new(), changed: Vec::new(), correction: None, reversed: Vec::new(), disputed: false }
    }
}

/// Something that changes the ledger: one line of an event.
pub trait Change {
    /// The records that must be known before it can be applied.
    fn needs(&self, wants: &mut Wants);
    fn apply(&self, moment: Moment, cache: &mut Cache) -> Applied;
}

impl<C: Change> Change for &C {
    fn needs(&self, wants: &mut Wants) {
        (**self).needs(wants);
    }
    fn apply(&self, moment: Moment, cache: &mut Cache) -> Applied {
        (**self).apply(moment, cache)
    }
}

/// A verdict that lights something.
#[derive(Debug)]
struct Lit {
    rule: usize,
    record: Arc<Record>,
    level: Level,
    evidence: Evidence,
    /// As it was then: what comes later in the group has no part in it.
    face: route::Face,
    moment: Moment,
}

/// What a group has to tell, in the order in which it came about.
#[derive(Debug)]
enum Happening {
    Lit(Box<Lit>),
    /// A payment lost part or all of its amount.
    Reversed(String, Moment),
    /// A rule that may have rung a bell on a record does not light it (any more).
    Ceased(cease::Ceased),
}

/// One group at work.
struct Group<'o> {
    orders: &'o Orders,
    cache: Cache,
    ready: HashSet<Entity>,
    newly_ready: BTreeMap<Entity, i64>,
    happenings: Vec<Happening>,
    /// Bells rung in this group: rule, record.
    rung: HashSet<(usize, Entity, String)>,
    due: BTreeMap<(String, Entity, String), Option<NaiveDate>>,
    corrections: Vec<Correction>,
    /// Of which allocations a source now says otherwise than a person has decided, as it was told then.
    disputed: Vec<(Moment, (String, String))>,
}

/// Applies and judges a group of changes. Returns one outcome a change.
pub async fn run<C: Change>(turn: &mut Turn, orders: &Orders, changes: &[(Moment, C)]) -> Result<Vec<Outcome>, StoreError> {
    let mut group = Group::begin(turn, orders).await?;
    let mut wants = Wants::new();
    changes.iter().for_each(|(_, change)| change.needs(&mut wants));
    group.cache.load(turn, wants).await?;
    group.foresee(turn, changes).await?;

    let mut outcomes = Vec::with_capacity(changes.len());
    for (moment, change) in changes {
        let applied = change.apply(*moment, &mut group.cache);
        outcomes.push(applied.outcome);
        group.corrections.extend(applied.correction);
        if applied.disputed {
            let record = applied.subjects.first().and_then(|(entity, key)| group.cache.get(*entity, key));
            group.disputed.extend(record.map(|record| (*moment, scope::dispute(record))));
        }
        group.happenings.extend(applied.reversed.into_iter().map(|key| Happening::Reversed(key, *moment)));
        if applied.outcome == Outcome::Known {
            continue;
        }
        for (entity, _) in &applied.changed {
            if group.ready.insert(*entity) {
                group.newly_ready.insert(*entity, moment.seq);
            }
        }
        for (entity, key) in &applied.subjects {
            group.judge(*entity, key, None, *moment);
        }
        for (rule, entity, key) in group.touched(&applied.changed) {
            group.judge(entity, &key, Some(rule), *moment);
        }
    }
    if let Some((last, _)) = changes.last() {
        turn.changed_ledger(last.seq);
    }
    group.finish(turn).await?;
    Ok(outcomes)
}

/// Judges what has fallen due by time alone.
pub async fn sweep(turn: &mut Turn, orders: &Orders, moment: Moment, due: &[Due]) -> Result<(), StoreError> {
    let mut group = Group::begin(turn, orders).await?;
    for entity in Entity::ALL {
        let keys: Vec<String> = due.iter().filter(|d| d.entity == entity).map(|d| d.key.clone()).collect::<BTreeSet<_>>().into_iter().collect();
        for record in ledger::by_key(&mut turn.tx, turn.office, entity, &keys).await? {
            group.cache.admit(record);
        }
    }
    let records: Vec<Arc<Record>> = due.iter().filter_map(|item| group.cache.get(item.entity, &item.key).cloned()).collect();
    let mut wants = Wants::new();
    records.iter().for_each(|record| group.want_to_judge(record, &mut wants));
    group.cache.load(turn, wants).await?;
    group.load_links_of_payments(turn, &records).await?;
    for item in due {
        // whatever comes of it, it does not wait as it did: judging sets a later date if there is one
        group.due.insert((item.rule.clone(), item.entity, item.key.clone()), None);
        let rule = orders.rules.iter().position(|r| r.rule.code == item.rule);
        if let Some(rule) = rule {
            group.judge(item.entity, &item.key, Some(rule), moment);
        }
    }
    group.finish(turn).await
}

impl<'o> Group<'o> {
    async fn begin(turn: &mut Turn, orders: &'o Orders) -> Result<Group<'o>, StoreError> {
        Ok(Group {
            orders,
            cache: orders.recall(turn.ledger_seq()),
            ready: ledger::references(&mut turn.tx, turn.office).await?,
            newly_ready: BTreeMap::new(),
            happenings: Vec::new(),
            rung: HashSet::new(),
            due: BTreeMap::new(),
            corrections: Vec::new(),
            disputed: Vec::new(),
        })
    }

    /// Plays the group once without judging, to learn which facts it will ask for, and loads them.
    async fn foresee<C: Change>(&mut self, turn: &mut Turn, changes: &[(Moment, C)]) -> Result<(), StoreError> {
        let versions = self.cache.rehearse(|cache| {
            let mut versions: Vec<Arc<Record>> = Vec::new();
            for (moment, change) in changes {
                let applied = change.apply(*moment, cache);
                versions.extend(applied.changed.iter().filter_map(|(entity, key)| cache.get(*entity, key).cloned()));
            }
            versions
        });
        let mut wants = Wants::new();
        for record in &versions {
            self.want_to_judge(record, &mut wants);
            for (on, slots, key) in self.readers(record) {
                want(&mut wants, on, slots, key);
            }
        }
        self.cache.load(turn, wants).await?;
        // records elsewhere that read what has changed will be judged again: what they ask for is wanted too
        let mut judged = versions.clone();
        for record in &versions {
            for (on, slots, key) in self.readers(record) {
                judged.extend(self.cache.find(on, slots, &key));
            }
        }
        let mut wants = Wants::new();
        judged.iter().for_each(|record| self.want_to_judge(record, &mut wants));
        self.cache.load(turn, wants).await?;
        self.load_links_of_payments(turn, &judged).await
    }

    async fn load_links_of_payments(&mut self, turn: &mut Turn, lines: &[Arc<Record>]) -> Result<(), StoreError> {
        let mut wants = Wants::new();
        lines.iter().for_each(|line| route::want_links_of_payment(line, &self.cache, &mut wants));
        self.cache.load(turn, wants).await
    }

    /// The facts that rules on this record will ask for, and what a warning would show beside it.
    fn want_to_judge(&self, record: &Record, wants: &mut Wants) {
        route::want_links(record, wants);
        for in_force in self.orders.on(record.entity) {
            for fact in &in_force.rule.facts {
                if let Some(key) = fact.key(record) {
                    want(wants, fact.entity, &fact.slots, key);
                }
            }
        }
    }

    /// Which records of other entities have facts that read this record: (entity, slots, key).
    fn readers(&self, record: &Record) -> Vec<(Entity, &'o [usize], Vec<crate::domain::Value>)> {
        let mut readers = Vec::new();
        for in_force in self.orders.rules.iter() {
            for fact in in_force.rule.facts.iter().filter(|fact| fact.entity == record.entity && fact.entity != in_force.rule.on) {
                readers.push((in_force.rule.on, &fact.subject_slots[..], key_of(record, &fact.slots)));
            }
        }
        readers
    }

    /// The records of other entities to be judged again, rule by rule, because facts of theirs have changed.
    fn touched(&self, changed: &[(Entity, String)]) -> Vec<(usize, Entity, String)> {
        let mut touched = BTreeSet::new();
        for (entity, key) in changed {
            let Some(record) = self.cache.get(*entity, key) else { continue };
            for (at, in_force) in self.orders.rules.iter().enumerate() {
                for fact in in_force.rule.facts.iter().filter(|fact| fact.entity == *entity && fact.entity != in_force.rule.on) {
                    let subjects = self.cache.find(in_force.rule.on, &fact.subject_slots, &key_of(record, &fact.slots));
                    touched.extend(subjects.iter().map(|subject| (at, in_force.rule.on, subject.key.clone())));
                }
            }
        }
        touched.into_iter().collect()
    }

    /// Judges one record by one rule, or by all that are on it.
    fn judge(&mut self, entity: Entity, key: &str, only: Option<usize>, moment: Moment) {
        let Some(record) = self.cache.get(entity, key).cloned() else { return };
        let judgeable = judgeable(&record);
        let today = local_date(moment.at);
        for (at, in_force) in self.orders.rules.iter().enumerate() {
            let rule = &in_force.rule;
            if rule.on != entity || only.is_some_and(|only| only != at) || !rule.needs.iter().all(|need| self.ready.contains(need)) {
                continue;
            }
            if !judgeable {
                self.cease(at, &record, moment);
                continue;
            }
            let judgement = rule.judge(&record, today, &*self.orders.calendar, &self.cache);
            if rule.watches_time() && (judgement.due.is_some() || record.first_seq < moment.seq || only.is_some()) {
                self.due.insert((rule.code.clone(), entity, key.to_owned()), judgement.due);
            }
            if let Some(level) = judgement.light {
                let level = if is_paid(&record) { level } else { Level::Bell };
                if level == Level::Bell {
                    self.rung.insert((at, entity, key.to_owned()));
                }
                let face = route::face(&record, &self.cache, &self.orders.settings);
                let lit = Lit { rule: at, record: Arc::clone(&record), level, evidence: judgement.evidence, face, moment };
                self.happenings.push(Happening::Lit(Box::new(lit)));
            } else {
                self.cease(at, &record, moment);
            }
        }
    }

    /// Notes that a rule does not light a record, where it can have rung a bell on it: earlier in this group, or before this entry.
    fn cease(&mut self, rule: usize, record: &Record, moment: Moment) {
        let rings = self.orders.rules.get(rule).is_some_and(|in_force| in_force.rule.rings());
        let of_before = record.first_seq < moment.seq;
        if rings && (of_before || self.rung.contains(&(rule, record.entity, record.key.clone()))) {
            self.happenings.push(Happening::Ceased(cease::Ceased { rule, entity: record.entity, key: record.key.clone(), of_before, moment }));
        }
    }

    /// Writes what changed and raises what was lit.
    async fn finish(mut self, turn: &mut Turn) -> Result<(), StoreError> {
        let office = turn.office;
        self.cache.flush(turn).await?;
        for (entity, seq) in &self.newly_ready {
            ledger::write_reference(&mut turn.tx, office, *entity, *seq).await?;
        }
        ledger::write_corrections(&mut turn.tx, office, &self.corrections).await?;
        let due = self.due.into_iter().map(|((rule, entity, key), on)| Due { rule, entity, key, on }).collect();
        ledger::write_due(&mut turn.tx, office, due).await?;
        raise::raise(turn, self.orders, self.happenings).await?;
        scope::tell(turn, self.orders, &self.disputed).await?;
        self.orders.keep(turn, self.cache);
        Ok(())
    }
}

/// Refunds and what was reversed in full are not judged; neither is what no rule reads.
fn judgeable(record: &Record) -> bool {
    match record.entity {
        Entity::Payment => record.counts() || (!is_paid(record) && matches!(record.text(payment::PAYMENT_KIND), "正常" | "更正")),
        Entity::Disbursement => !record.get(disbursement::REVERSED).is_true(),
        Entity::Allocation | Entity::Beneficiary => true,
        Entity::Other => false,
    }
}

/// A payment that is only requested can still be stopped: whatever it lights is a bell (避免发生违规问题).
fn is_paid(record: &Record) -> bool {
    record.entity != Entity::Payment || record.text(payment::STAGE) == "支付"
}
