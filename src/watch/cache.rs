//! The part of the ledger that one group of changes can see: loaded set-wise, then read and changed in memory, one change after the other.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use foldhash::{HashMap, HashSet};
use futures_util::future::join;

use crate::domain::record::{allocation, beneficiary, disbursement, evaluation, goal, indicator, other, payment, payroll, progress, project, standard};
use crate::domain::scope::Scope;
use crate::domain::{Entity, Record, Value};
use crate::rules::{Fact, History, Rule, Tally, Total, TotalKey};
use crate::store::total::{Totals, Wanted};
use crate::store::{StoreError, Turn, ledger, total};

/// An entity and the fields by which its records are found.
pub type Index = (Entity, Vec<usize>);

/// What is still to be taken in of what the database has found.
type TakingIn = Box<dyn FnOnce(&mut Cache) -> Result<(), StoreError> + Send>;

/// Keys that a group of changes asks for.
#[derive(Debug, Default)]
pub struct Wants {
    /// Of records, by index: a few dozen at the most.
    records: Vec<(Index, HashSet<Vec<Value>>)>,
    pub totals: Wanted,
}

/// The keys of an index that were loaded, and which records have them: theirs in order, so that which is found first depends on nothing else.
type Found = HashMap<Vec<Value>, BTreeSet<String>>;

impl Wants {
    pub fn new() -> Wants {
        Wants::default()
    }

    pub fn is_empty(&self) -> bool {
        self.records.is_empty() && self.totals.is_empty()
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
    /// By which allocations are identified that nobody has identified.
    scope: Arc<Scope>,
    rows: HashMap<Entity, HashMap<String, Arc<Record>>>,
    /// One an index.
    found: Vec<Found>,
    totals: Totals,
    /// Which totals there are.
    totalled: Arc<Vec<Arc<Total>>>,
    /// What was put since somebody asked.
    turned: Vec<Turned>,
    /// What was looked for and had not been loaded.
    missed: Mutex<Wants>,
    /// While a group is rehearsed: what stood in the place of what was put, to be put back.
    undo: Option<Vec<Undone>>,
}

/// A record put during a rehearsal: its place, and what stood there.
type Undone = ((Entity, String), Option<Arc<Record>>);

/// By which fields records are identified and linked, whatever the rules ask for.
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
    if key.iter().any(Value::is_empty) {
        return;
    }
    match wants.records.iter_mut().find(|((of, by), _)| *of == entity && by == slots) {
        Some((_, keys)) => drop(keys.insert(key)),
        None => wants.records.push(((entity, slots.to_vec()), HashSet::from_iter([key]))),
    }
}

impl Cache {
    pub fn new(indexes: Arc<Vec<Index>>, scope: Arc<Scope>, totalled: Arc<Vec<Arc<Total>>>) -> Cache {
        let found = indexes.iter().map(|_| Found::default()).collect();
        let (rows, totals) = (HashMap::default(), Totals::default());
        Cache { indexes, scope, rows, found, totals, totalled, turned: Vec::new(), missed: Mutex::default(), undo: None }
    }

    /// Loads what is wanted and not yet here, one query an index. What one has found is taken in while the database works on the next.
    pub async fn load(&mut self, turn: &mut Turn, wants: Wants) -> Result<(), StoreError> {
        self.load_while(turn, wants, || ()).await
    }

    /// The same; while the database works on the totals something else is made ready.
    pub async fn load_while<T>(&mut self, turn: &mut Turn, wants: Wants, work: impl FnOnce() -> T) -> Result<T, StoreError> {
        let (tx, office) = (&mut turn.tx, turn.office);
        let totals = self.totals.missing(wants.totals);
        let (rows, done) = join(total::rows(tx, office, &totals), async { work() }).await;
        let rows = rows?;
        let mut found: TakingIn = Box::new(move |cache| cache.totals.take_in(totals, &rows));
        let mut wants = wants.records;
        // what has found the most is taken in while something else is looked for
        wants.sort_by(|(a, of_a), (b, of_b)| of_b.len().cmp(&of_a.len()).then(a.cmp(b)));
        for ((entity, slots), mut keys) in wants {
            let missing = || StoreError::BadRow { table: entity.table(), id: format!("{slots:?}"), reason: "looked up by what is no index".to_owned() };
            let at = self.position(entity, &slots).ok_or_else(missing)?;
            keys.retain(|key| !self.found[at].contains_key(key));
            if keys.is_empty() {
                continue;
            }
            let (rows, taken_in) = join(ledger::rows(tx, office, entity, &slots, keys.iter()), async { found(self) }).await;
            taken_in?;
            let rows = rows?;
            found = Box::new(move |cache| cache.take_in(at, keys, &ledger::read(entity, &rows)?));
        }
        found(self)?;
        Ok(done)
    }

    /// Takes in what was found by these keys of an index.
    fn take_in(&mut self, at: usize, keys: HashSet<Vec<Value>>, records: &[Arc<Record>]) -> Result<(), StoreError> {
        self.found[at].extend(keys.into_iter().map(|key| (key, BTreeSet::new())));
        let indexes = Arc::clone(&self.indexes);
        let (_, slots) = &indexes[at];
        for record in records {
            if !self.admit(Arc::clone(record)) {
                // it is here by another key already
                let held = self.get(record.entity, &record.key).cloned();
                held.iter().for_each(|record| note(&mut self.found[at], slots, record));
            }
        }
        Ok(())
    }

    fn position(&self, entity: Entity, slots: &[usize]) -> Option<usize> {
        self.indexes.iter().position(|(of, by)| *of == entity && by == slots)
    }

    /// Takes in what the database holds, unless it is here already: the group may have changed it. Whether it was not.
    pub fn admit(&mut self, record: Arc<Record>) -> bool {
        let fresh = self.get(record.entity, &record.key).is_none();
        if fresh {
            self.enter(record);
        }
        fresh
    }

    pub fn scope(&self) -> &Scope {
        &self.scope
    }

    pub fn get(&self, entity: Entity, key: &str) -> Option<&Arc<Record>> {
        self.rows.get(&entity)?.get(key)
    }

    /// Puts a changed record in the place of the old one.
    pub fn put(&mut self, record: Record) {
        let new = Arc::new(record);
        let old = self.replace(Arc::clone(&new));
        self.turned.push(Turned { old, new });
    }

    /// Does once more what was done in a rehearsal.
    pub fn repeat(&mut self, turned: &[Turned]) {
        for Turned { new, .. } in turned {
            self.replace(Arc::clone(new));
        }
    }

    fn replace(&mut self, new: Arc<Record>) -> Option<Arc<Record>> {
        let place = (new.entity, new.key.clone());
        let old = self.take_out(&place);
        match &mut self.undo {
            Some(undo) => undo.push((place, old.clone())),
            None => self.add_up(old.as_deref(), &new),
        }
        self.enter(new);
        old
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
        let old = self.rows.get_mut(entity)?.remove(key)?;
        for ((_, slots), found) in by_entity(&self.indexes, &mut self.found, *entity) {
            if let Some(keys) = found.get_mut(&key_of(&old, slots)) {
                keys.remove(key);
            }
        }
        Some(old)
    }

    /// Plays something through, and leaves everything as it was.
    pub fn rehearse<T>(&mut self, play: impl FnOnce(&mut Cache) -> T) -> T {
        self.undo = Some(Vec::new());
        let result = play(self);
        while let Some((place, old)) = self.undo.as_mut().and_then(Vec::pop) {
            self.take_out(&place);
            if let Some(old) = old {
                self.enter(old);
            }
        }
        self.undo = None;
        result
    }

    /// How many records it holds; of totals ten take the place of one.
    pub fn len(&self) -> usize {
        self.rows.values().map(HashMap::len).sum::<usize>() + self.totals.len() / 10
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn enter(&mut self, record: Arc<Record>) {
        for ((_, slots), found) in by_entity(&self.indexes, &mut self.found, record.entity) {
            note(found, slots, &record);
        }
        self.rows.entry(record.entity).or_default().insert(record.key.clone(), record);
    }

    /// What was looked for since this was asked last, and had not been loaded.
    pub fn take_missed(&mut self) -> Wants {
        std::mem::take(self.missed.get_mut().unwrap_or_else(PoisonError::into_inner))
    }

    /// Writes the totals that were changed. Errors: something was looked for that had not been loaded, so that what came of it may be wrong.
    pub async fn flush(&mut self, turn: &mut Turn) -> Result<(), StoreError> {
        if let Some(((entity, slots), _)) = self.take_missed().records.first() {
            return Err(StoreError::BadRow { table: entity.table(), id: format!("{slots:?}"), reason: "looked up without having been loaded".to_owned() });
        }
        self.totals.flush(&mut turn.tx, turn.office).await
    }
}

/// How records stand after these turns, by entity and key.
pub fn latest<'t>(turned: impl Iterator<Item = &'t Turned>) -> BTreeMap<Entity, BTreeMap<String, Arc<Record>>> {
    let mut latest: BTreeMap<Entity, BTreeMap<String, Arc<Record>>> = BTreeMap::new();
    for Turned { new, .. } in turned {
        latest.entry(new.entity).or_default().insert(new.key.clone(), Arc::clone(new));
    }
    latest
}

/// The indexes of an entity by which anything was looked up, and what was found.
fn by_entity<'c>(indexes: &'c [Index], found: &'c mut [Found], entity: Entity) -> impl Iterator<Item = (&'c Index, &'c mut Found)> {
    indexes.iter().zip(found).filter(move |((of, _), found)| *of == entity && !found.is_empty())
}

/// Notes that the record has its key, if that key was loaded.
fn note(found: &mut Found, slots: &[usize], record: &Record) {
    if let Some(keys) = found.get_mut(&key_of(record, slots)) {
        keys.insert(record.key.clone());
    }
}

pub fn key_of(record: &Record, slots: &[usize]) -> Vec<Value> {
    slots.iter().map(|slot| record.get(*slot).clone()).collect()
}

impl History for Cache {
    fn find(&self, entity: Entity, slots: &[usize], key: &[Value]) -> Vec<Arc<Record>> {
        let keys = self.position(entity, slots).and_then(|at| self.found.get(at)?.get(key));
        if keys.is_none() {
            want(&mut self.missed.lock().unwrap_or_else(PoisonError::into_inner), entity, slots, key.to_vec());
        }
        keys.map(|keys| keys.iter().filter_map(|key| self.get(entity, key).cloned()).collect()).unwrap_or_default()
    }

    fn tally(&self, _: &Fact, total: &Total, _: &Record, key: &TotalKey) -> Tally {
        self.totals.get(total.id, key)
    }
}
