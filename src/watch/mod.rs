//! Watching (值守): a change to the ledger is applied, judged, and what it lights is raised, all within one turn.
//!
//! A group of changes runs in three strokes: it is rehearsed, and everything it can see is loaded, one query an index; then it is judged in memory,
//! strictly one change after the other, while what changed is written; then what it lit is raised. Because judging never looks at the database, a group
//! of a thousand and a thousand groups of one give the same warnings.

pub mod announce;
pub mod cache;
mod cease;
pub mod chase;
mod foresee;
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
pub mod white_list;

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use futures_util::future::join;

use crate::domain::calendar::local_date;
use crate::domain::record::payment;
use crate::domain::white_list::Mark;
use crate::domain::{Entity, Level, Record};
use crate::rules::{Evidence, History};
use crate::store::ledger::{self, Correction, Due};
use crate::store::{StoreError, Turn, total};
use cache::{Cache, Turned, Wants};
use foresee::{Reader, readers, want_to_judge};
pub use orders::{InForce, Orders, OrdersError};

/// Changes judged before the database is asked whether it is ready for more.
const AT_ONCE: usize = 32;

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
    /// What hangs on those, once they are known.
    fn leads(&self, _known: &Cache, _wants: &mut Wants) {}
    fn apply(&self, moment: Moment, cache: &mut Cache) -> Applied;
}

impl<C: Change> Change for &C {
    fn needs(&self, wants: &mut Wants) {
        (**self).needs(wants);
    }
    fn leads(&self, known: &Cache, wants: &mut Wants) {
        (**self).leads(known, wants);
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
    /// By what entries of the white list may concern it; nothing where none is about the rule.
    marks: Vec<Mark>,
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
    /// For which records bells ring from before: rule, record → matters.
    ringing: cease::Ringing,
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
    let mut wants = Wants::new();
    changes.iter().for_each(|(_, change)| change.leads(&group.cache, &mut wants));
    group.cache.load(turn, wants).await?;
    let rehearsed = group.rehearse(turn, changes).await?;
    let judged = group.foresee(turn, rehearsed.iter().flat_map(|(_, turned)| turned)).await?;
    group.listen(turn, &judged).await?;

    // how everything will stand is known: it is written while it is judged how it came to that
    let latest = cache::latest(rehearsed.iter().flat_map(|(_, turned)| turned));
    let moments = changes.iter().map(|(moment, _)| *moment);
    let (written, outcomes) = join(write(turn, &latest), group.judge_in_turn(moments.zip(rehearsed))).await;
    written?;
    if let Some((last, _)) = changes.last() {
        turn.changed_ledger(last.seq);
    }
    group.finish(turn).await?;
    Ok(outcomes)
}

async fn write(turn: &mut Turn, records: &BTreeMap<Entity, BTreeMap<String, Arc<Record>>>) -> Result<(), StoreError> {
    for (entity, records) in records {
        ledger::write(&mut turn.tx, turn.office, *entity, records.values()).await?;
    }
    Ok(())
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
    want_to_judge(orders, &records, &mut wants);
    group.cache.load(turn, wants).await?;
    group.load_further_links(turn, &records).await?;
    group.listen(turn, &records).await?;
    for item in due {
        // whatever comes of it, it does not wait as it did: judging sets a later date if there is one
        group.due.insert((item.rule.clone(), item.entity, item.key.clone()), None);
        let rule = orders.judging().find(|(_, in_force)| in_force.rule.code == item.rule);
        if let Some((rule, _)) = rule {
            group.judge(item.entity, &item.key, Some(rule), moment);
        }
    }
    group.finish(turn).await
}

impl<'o> Group<'o> {
    async fn begin(turn: &mut Turn, orders: &'o Orders) -> Result<Group<'o>, StoreError> {
        total::settle(turn, &orders.totals).await?;
        Ok(Group {
            orders,
            cache: orders.recall(turn.ledger_seq()),
            ready: ledger::references(&mut turn.tx, turn.office).await?,
            newly_ready: BTreeMap::new(),
            happenings: Vec::new(),
            ringing: cease::Ringing::new(),
            rung: HashSet::new(),
            due: BTreeMap::new(),
            corrections: Vec::new(),
            disputed: Vec::new(),
        })
    }

    /// What the changes do, one after the other. Where one makes another look for what nobody foresaw, that is loaded, and all is played again.
    async fn rehearse<C: Change>(&mut self, turn: &mut Turn, changes: &[(Moment, C)]) -> Result<Vec<(Applied, Vec<Turned>)>, StoreError> {
        loop {
            let play = |cache: &mut Cache| changes.iter().map(|(moment, change)| (change.apply(*moment, cache), cache.take_turned())).collect();
            let rehearsed = self.cache.rehearse(play);
            let missed = self.cache.take_missed();
            if missed.is_empty() {
                return Ok(rehearsed);
            }
            self.cache.load(turn, missed).await?;
        }
    }

    /// Judges what the changes have done, strictly one after the other. It looks at nothing but memory, and lets others go on now and then.
    async fn judge_in_turn(&mut self, rehearsed: impl Iterator<Item = (Moment, (Applied, Vec<Turned>))>) -> Vec<Outcome> {
        let mut outcomes = Vec::new();
        for (moment, (applied, turned)) in rehearsed {
            self.cache.repeat(&turned);
            outcomes.push(applied.outcome);
            self.judge_change(moment, applied, &turned);
            if outcomes.len() % AT_ONCE == 0 {
                tokio::task::yield_now().await;
            }
        }
        outcomes
    }

    fn judge_change(&mut self, moment: Moment, applied: Applied, turned: &[Turned]) {
        let Applied { outcome, subjects, changed, correction, reversed, disputed } = applied;
        self.corrections.extend(correction);
        if disputed {
            let record = subjects.first().and_then(|(entity, key)| self.cache.get(*entity, key));
            self.disputed.extend(record.map(|record| (moment, scope::dispute(record))));
        }
        self.happenings.extend(reversed.into_iter().map(|key| Happening::Reversed(key, moment)));
        if outcome == Outcome::Known {
            return;
        }
        for (entity, _) in &changed {
            if self.ready.insert(*entity) {
                self.newly_ready.insert(*entity, moment.seq);
            }
        }
        for (entity, key) in &subjects {
            self.judge(*entity, key, None, moment);
        }
        for (rule, entity, key) in self.taken_back(&changed, &subjects).into_iter().chain(self.touched(turned)) {
            self.judge(entity, &key, Some(rule), moment);
        }
    }

    /// The records elsewhere to be judged again, rule by rule, because facts of theirs have changed.
    fn touched(&self, turned: &[Turned]) -> BTreeSet<(usize, Entity, String)> {
        let readers = turned.iter().flat_map(|turned| readers(self.orders, turned));
        let subjects = readers
            .flat_map(|Reader { rule, on, slots, key }| self.cache.find(on, slots, &key).into_iter().map(move |subject| (rule, on, subject.key.clone())));
        subjects.collect()
    }

    /// What this change took back without being about it: for the rules that ask for such, and for those that have no more to say of it, whose bells close.
    fn taken_back(&self, changed: &[(Entity, String)], subjects: &[(Entity, String)]) -> Vec<(usize, Entity, String)> {
        let only_changed = changed.iter().filter(|record| !subjects.contains(record));
        let by_rule = |(entity, key): &(Entity, String)| {
            let Some(record) = self.cache.get(*entity, key) else { return Vec::new() };
            let on = self.orders.judging().filter(|(_, in_force)| in_force.rule.on == *entity);
            let concerned = on.filter(|(_, in_force)| in_force.rule.with_reversed || !in_force.rule.judges(record));
            concerned.map(|(at, _)| (at, *entity, key.clone())).collect::<Vec<_>>()
        };
        only_changed.flat_map(by_rule).collect()
    }

    /// Judges one record by one rule, or by all that are on it.
    fn judge(&mut self, entity: Entity, key: &str, only: Option<usize>, moment: Moment) {
        let Some(record) = self.cache.get(entity, key).cloned() else { return };
        let today = local_date(moment.at);
        for (at, in_force) in self.orders.judging() {
            let rule = &in_force.rule;
            if rule.on != entity || only.is_some_and(|only| only != at) || !rule.needs.iter().all(|need| self.ready.contains(need)) {
                continue;
            }
            if !rule.judges(&record) {
                self.cease(at, &record, false, moment);
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
                let marks = if self.orders.white_list.concerns(&rule.code) { white_list::marked(&record, &self.cache) } else { Vec::new() };
                let lit = Lit { rule: at, record: Arc::clone(&record), level, evidence: judgement.evidence, face, marks, moment };
                self.happenings.push(Happening::Lit(Box::new(lit)));
            } else {
                self.cease(at, &record, true, moment);
            }
        }
    }

    /// Writes the totals and what else came of it, and raises what was lit.
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

/// A payment that is only requested can still be stopped: whatever it lights is a bell (避免发生违规问题).
fn is_paid(record: &Record) -> bool {
    record.entity != Entity::Payment || record.text(payment::STAGE) == "支付"
}
