//! The part of the ledger that one group of changes can see: loaded set-wise, then read and changed in memory, one change after the other.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use crate::domain::record::{allocation, beneficiary, disbursement, other, payment};
use crate::domain::scope::Scope;
use crate::domain::{Entity, Record, Value};
use crate::rules::{History, Rule};
use crate::store::{StoreError, Turn, ledger};

/// An entity and the fields by which its records are found.
pub type Index = (Entity, Vec<usize>);

/// Keys that a group of changes asks for, by index.
pub type Wants = HashMap<Index, HashSet<Vec<Value>>>;

/// Records by the indexes that rules and identities use; complete for every key that was loaded.
#[derive(Debug)]
pub struct Cache {
    indexes: Arc<Vec<Index>>,
    /// By which allocations are identified that nobody has identified.
    scope: Arc<Scope>,
    rows: HashMap<Entity, HashMap<String, Arc<Record>>>,
    /// One map an index. Keys in order, so that which is found first depends on nothing else.
    found: Vec<HashMap<Vec<Value>, BTreeSet<String>>>,
    loaded: Wants,
    dirty: BTreeSet<(Entity, String)>,
    /// While a group is rehearsed: what stood in the place of what was put, to be put back.
    undo: Option<Vec<Undone>>,
}

/// A record put during a rehearsal: its place, what stood there, and whether that was to be written.
type Undone = ((Entity, String), Option<Arc<Record>>, bool);

/// By which fields records are identified and linked, whatever the rules ask for.
const LINKS: &[(Entity, &[usize])] = &[
    (Entity::Allocation, &[allocation::ALLOCATION_ID]),
    (Entity::Payment, &[payment::VOUCHER_NO]),
    (Entity::Payment, &[payment::APPLICATION_NO]),
    (Entity::Payment, &[payment::ORIGINAL_VOUCHER_NO]),
    (Entity::Disbursement, &[disbursement::PAYMENT, disbursement::LINE_NO]),
    (Entity::Disbursement, &[disbursement::VOUCHER_NO]),
    (Entity::Beneficiary, &[beneficiary::PERSON_NO]),
    (Entity::Other, &[other::SUBJECT]),
];

/// The indexes that these rules and the links between records need.
pub fn indexes<'r>(rules: impl Iterator<Item = &'r Rule>) -> Vec<Index> {
    let mut all: Vec<Index> = LINKS.iter().map(|(entity, slots)| (*entity, slots.to_vec())).collect();
    for rule in rules {
        for fact in &rule.facts {
            all.push((fact.entity, fact.slots.clone()));
            if fact.entity != rule.on {
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
        wants.entry((entity, slots.to_vec())).or_default().insert(key);
    }
}

impl Cache {
    pub fn new(indexes: Arc<Vec<Index>>, scope: Arc<Scope>) -> Cache {
        let found = vec![HashMap::new(); indexes.len()];
        Cache { indexes, scope, rows: HashMap::new(), found, loaded: Wants::new(), dirty: BTreeSet::new(), undo: None }
    }

    /// Loads what is wanted and not yet here, one query an index.
    pub async fn load(&mut self, turn: &mut Turn, wants: Wants) -> Result<(), StoreError> {
        let mut wants: Vec<_> = wants.into_iter().collect();
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
        if let Some(undo) = &mut self.undo {
            undo.push((place, old, !fresh));
        }
        self.enter(Arc::new(record));
    }

    fn take_out(&mut self, (entity, key): &(Entity, String)) -> Option<Arc<Record>> {
        let old = self.rows.get_mut(entity).and_then(|rows| rows.remove(key));
        if let Some(old) = &old {
            for ((_, slots), found) in self.indexes.iter().zip(&mut self.found).filter(|((entity, _), _)| *entity == old.entity) {
                if let Some(keys) = found.get_mut(&key_of(old, slots)) {
                    keys.remove(&old.key);
                }
            }
        }
        old
    }

    /// Plays something through, and leaves everything as it was.
    pub fn rehearse<T>(&mut self, play: impl FnOnce(&mut Cache) -> T) -> T {
        self.undo = Some(Vec::new());
        let result = play(self);
        for (place, old, was_dirty) in self.undo.take().into_iter().flatten().rev() {
            self.take_out(&place);
            if !was_dirty {
                self.dirty.remove(&place);
            }
            if let Some(old) = old {
                self.enter(old);
            }
        }
        result
    }

    /// How many records it holds.
    pub fn len(&self) -> usize {
        self.rows.values().map(HashMap::len).sum()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn enter(&mut self, record: Arc<Record>) {
        for ((_, slots), found) in self.indexes.iter().zip(&mut self.found).filter(|((entity, _), _)| *entity == record.entity) {
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
        Ok(())
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
}
