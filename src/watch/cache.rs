//! The part of the ledger that one group of changes can see: loaded set-wise, then read and changed in memory, one change after the other.

use std::collections::{BTreeSet, HashMap, HashSet, hash_map};
use std::sync::Arc;

use crate::domain::record::{allocation, beneficiary, disbursement, evaluation, goal, indicator, other, payment, payroll, progress, project, standard};
use crate::domain::scope::Scope;
use crate::domain::{Entity, Record, Value};
use crate::rules::{Fact, History, Rule, Tally, Total, TotalKey};
use crate::store::total::{Totals, Wanted};
use crate::store::{StoreError, Turn, ledger};

/// An entity and the fields by which its records are found.
pub type Index = (Entity, Vec<usize>);

/// Keys that a group of changes asks for.
#[derive(Debug, Default)]
pub struct Wants {
    /// Of records, by index.
    records: Sought,
    pub totals: Wanted,
}

/// Keys of records, by the values of an index.
type Found = HashMap<Vec<Value>, BTreeSet<String>>;

type Sought = HashMap<Index, HashSet<Vec<Value>>>;

impl Wants {
    pub fn new() -> Wants {
        Wants::default()
    }
}

/// A record as it was before a change, if there was one, and as it is after it.
#[derive(Debug, Clone)]
pub struct Turned {
    pub old: Option<Arc<Record>>,
    pub new: Arc<Record>,
}

/// Records by the indexes that rules and identities use; complete for every key that was loaded.
#[derive(Debug)]
pub struct Cache {
    indexes: Arc<Vec<Index>>,
    /// Which of the indexes are links: the only ones that a change looks by.
    links: Vec<bool>,
    /// By which allocations are identified that nobody has identified.
    scope: Arc<Scope>,
    rows: HashMap<Entity, HashMap<String, Arc<Record>>>,
    /// One map an index. Keys in order, so that which is found first depends on nothing else.
    found: Vec<Found>,
    loaded: Sought,
    totals: Totals,
    /// Which totals there are.
    totalled: Arc<Vec<Arc<Total>>>,
    dirty: BTreeSet<(Entity, String)>,
    /// What was put since somebody asked.
    turned: Vec<Turned>,
    /// While a group is rehearsed: what stood in the place of what was put, to be put back.
    undo: Option<Vec<Undone>>,
}

/// A record put during a rehearsal: its place, what stood there, and whether that was to be written.
type Undone = ((Entity, String), Option<Arc<Record>>, bool);

/// By which fields records are identified and linked, whatever the rules ask for. Changes look by these and no others.
const LINKS: &[(Entity, &[usize])] = &[
    (Entity::Allocation, &[allocation::ALLOCATION_ID]),
    (Entity::Allocation, &[allocation::PROJECT_CODE, allocation::FISCAL_YEAR]),
    (Entity::Payment, &[payment::ALLOCATION_ID]),
    (Entity::Payment, &[payment::VOUCHER_NO]),
    (Entity::Payment, &[payment::APPLICATION_NO]),
    (Entity::Payment, &[payment::ORIGINAL_VOUCHER_NO]),
    (Entity::Disbursement, &[disbursement::PAYMENT, disbursement::LINE_NO]),
    (Entity::Disbursement, &[disbursement::VOUCHER_NO]),
    (Entity::Disbursement, &[disbursement::ID_NO]),
    (Entity::Beneficiary, &[beneficiary::PERSON_NO]),
    (Entity::Beneficiary, &[beneficiary::ID_NO]),
    (Entity::Goal, &[goal::PROJECT_CODE, goal::FISCAL_YEAR]),
    (Entity::Indicator, &[indicator::PROJECT_CODE, indicator::FISCAL_YEAR, indicator::INDICATOR_NO]),
    (Entity::Progress, &[progress::PROJECT_CODE, progress::FISCAL_YEAR, progress::INDICATOR_NO, progress::PERIOD]),
    (Entity::Evaluation, &[evaluation::PROJECT_CODE, evaluation::FISCAL_YEAR]),
    (Entity::Payroll, &[payroll::ID_NO]),
    (Entity::Project, &[project::PROJECT_CODE, project::FISCAL_YEAR]),
    (Entity::Standard, &[standard::STANDARD_NO]),
    (Entity::Other, &[other::SUBJECT]),
];

/// The indexes that these rules and the links between records need.
pub fn indexes<'r>(rules: impl Iterator<Item = &'r Rule>) -> Vec<Index> {
    let mut all: Vec<Index> = LINKS.iter().map(|(entity, slots)| (*entity, slots.to_vec())).collect();
    for rule in rules {
        for fact in &rule.facts {
            if fact.reads_records() {
                all.push((fact.entity, fact.slots.clone()));
            }
            if fact.reads_others(rule.on) {
                all.push((rule.on, fact.subject_slots.clone()));
            }
        }
    }
    all.sort();
    all.dedup();
    all
}

/// Adds a key to what is wanted, unless part of it is empty: empty equals nothing.
pub fn want(wants: &mut Wants, entity: Entity, slots: &[usize], key: Vec<Value>) {
    if !key.iter().any(Value::is_empty) {
        wants.records.entry((entity, slots.to_vec())).or_default().insert(key);
    }
}

impl Cache {
    pub fn new(indexes: Arc<Vec<Index>>, scope: Arc<Scope>, totalled: Arc<Vec<Arc<Total>>>) -> Cache {
        let found = vec![HashMap::new(); indexes.len()];
        let links = indexes.iter().map(|(entity, slots)| LINKS.contains(&(*entity, slots.as_slice()))).collect();
        let (rows, loaded, totals) = (HashMap::new(), Sought::new(), Totals::default());
        Cache { indexes, links, scope, rows, found, loaded, totals, totalled, dirty: BTreeSet::new(), turned: Vec::new(), undo: None }
    }

    /// Loads what is wanted and not yet here, one query an index.
    pub async fn load(&mut self, turn: &mut Turn, wants: Wants) -> Result<(), StoreError> {
        self.totals.load(&mut turn.tx, turn.office, wants.totals).await?;
        let mut wants: Vec<_> = wants.records.into_iter().collect();
        wants.sort_by(|a, b| a.0.cmp(&b.0));
        for (index, mut keys) in wants {
            let loaded = self.loaded.entry(index.clone()).or_default();
            keys.retain(|key| !loaded.contains(key));
            if keys.is_empty() {
                continue;
            }
            let rows = ledger::find(&mut turn.tx, turn.office, index.0, &index.1, &keys).await?;
            loaded.extend(keys);
            for row in rows {
                self.admit(row);
            }
        }
        Ok(())
    }

    /// Takes in what the database holds, unless the group has changed it already.
    pub fn admit(&mut self, record: Arc<Record>) {
        if !self.rows.get(&record.entity).is_some_and(|rows| rows.contains_key(&record.key)) {
            self.enter(record);
        }
    }

    pub fn scope(&self) -> &Scope {
        &self.scope
    }

    pub fn get(&self, entity: Entity, key: &str) -> Option<&Arc<Record>> {
        self.rows.get(&entity)?.get(key)
    }

    /// Puts a changed record in the place of the old one.
    pub fn put(&mut self, record: Record) {
        let place = (record.entity, record.key.clone());
        let old = self.take_out(&place);
        let fresh = self.dirty.insert(place.clone());
        let new = Arc::new(record);
        self.turned.push(Turned { old: old.clone(), new: Arc::clone(&new) });
        match &mut self.undo {
            Some(undo) => undo.push((place, old, !fresh)),
            None => self.add_up(old.as_deref(), &new),
        }
        self.enter(new);
    }

    /// What was put since this was asked last.
    pub fn take_turned(&mut self) -> Vec<Turned> {
        std::mem::take(&mut self.turned)
    }

    fn add_up(&mut self, old: Option<&Record>, new: &Record) {
        for total in self.totalled.iter().filter(|total| total.entity == new.entity) {
            let (out, into) = (old.and_then(|old| total.part(old)), total.part(new));
            if out != into {
                self.totals.change(total.id, out, into);
            }
        }
    }

    /// The totals that change when a record does.
    pub fn want_totals(&self, turned: &Turned, wants: &mut Wants) {
        for total in self.totalled.iter().filter(|total| total.entity == turned.new.entity) {
            let (out, into) = (turned.old.as_ref().and_then(|old| total.part(old)), total.part(&turned.new));
            if out != into {
                wants.totals.extend(out.into_iter().chain(into).map(|part| (total.id, part.key)));
            }
        }
    }

    fn take_out(&mut self, (entity, key): &(Entity, String)) -> Option<Arc<Record>> {
        let old = self.rows.get_mut(entity).and_then(|rows| rows.remove(key));
        if let Some(old) = &old {
            for (slots, found) in self.indexes_of(old.entity) {
                if let hash_map::Entry::Occupied(mut keys) = found.entry(key_of(old, slots)) {
                    keys.get_mut().remove(&old.key);
                    if keys.get().is_empty() {
                        keys.remove();
                    }
                }
            }
        }
        old
    }

    /// Plays something through, and leaves everything as it was.
    pub fn rehearse<T>(&mut self, play: impl FnOnce(&mut Cache) -> T) -> T {
        self.undo = Some(Vec::new());
        let result = play(self);
        self.turned.clear();
        while let Some((place, old, was_dirty)) = self.undo.as_mut().and_then(Vec::pop) {
            self.take_out(&place);
            if !was_dirty {
                self.dirty.remove(&place);
            }
            if let Some(old) = old {
                self.enter(old);
            }
        }
        self.undo = None;
        result
    }

    /// The indexes of an entity, and what was found by each; while a group is rehearsed only the links: nothing else is looked by then.
    fn indexes_of(&mut self, entity: Entity) -> impl Iterator<Item = (&[usize], &mut Found)> {
        let all = self.undo.is_none();
        let indexes = self.indexes.iter().zip(&self.links).zip(&mut self.found);
        indexes.filter(move |(((of, _), link), _)| *of == entity && (all || **link)).map(|(((_, slots), _), found)| (slots.as_slice(), found))
    }

    /// How many records it holds; of totals ten take the place of one.
    pub fn len(&self) -> usize {
        self.rows.values().map(HashMap::len).sum::<usize>() + self.totals.len() / 10
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn enter(&mut self, record: Arc<Record>) {
        for (slots, found) in self.indexes_of(record.entity) {
            if !slots.iter().any(|slot| record.get(*slot).is_empty()) {
                found.entry(key_of(&record, slots)).or_default().insert(record.key.clone());
            }
        }
        self.rows.entry(record.entity).or_default().insert(record.key.clone(), record);
    }

    /// Writes what was changed.
    pub async fn flush(&mut self, turn: &mut Turn) -> Result<(), StoreError> {
        for entity in Entity::ALL {
            let changed: Vec<Arc<Record>> = self.dirty.iter().filter(|(of, _)| *of == entity).filter_map(|(_, key)| self.get(entity, key).cloned()).collect();
            ledger::write(&mut turn.tx, turn.office, entity, &changed).await?;
        }
        self.dirty.clear();
        self.totals.flush(&mut turn.tx, turn.office).await
    }
}

pub fn key_of(record: &Record, slots: &[usize]) -> Vec<Value> {
    slots.iter().map(|slot| record.get(*slot).clone()).collect()
}

impl History for Cache {
    fn find(&self, entity: Entity, slots: &[usize], key: &[Value]) -> Vec<Arc<Record>> {
        let index = self.indexes.iter().position(|(of, by)| *of == entity && by == slots);
        let keys = index.and_then(|at| self.found.get(at)?.get(key));
        keys.map(|keys| keys.iter().filter_map(|key| self.get(entity, key).cloned()).collect()).unwrap_or_default()
    }

    fn tally(&self, _: &Fact, total: &Total, _: &Record, key: &TotalKey) -> Tally {
        self.totals.get(total.id, key)
    }
}
