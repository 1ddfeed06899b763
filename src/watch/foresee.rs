//! What a group will ask for (预取): facts of the records it judges, records elsewhere that read those, and what a warning would show beside them.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::cache::{Turned, Wants, key_of, want};
use super::{Group, Orders, route};
use crate::domain::{Entity, Record, Value};
use crate::rules::{History, Rule};
use crate::store::{StoreError, Turn};

/// Whoever has a fact that reads a record: the rule, and the records it is on, found by these fields.
pub(super) struct Reader<'o> {
    pub rule: usize,
    pub on: Entity,
    pub slots: &'o [usize],
    pub key: Vec<Value>,
}

impl<'o> Group<'o> {
    /// Loads the facts that will be asked for, given what the changes do one after the other. Returns what will be judged.
    pub(super) async fn foresee(&mut self, turn: &mut Turn, turned: impl Iterator<Item = &Turned> + Clone) -> Result<Vec<Arc<Record>>, StoreError> {
        let mut judged: Vec<Arc<Record>> = turned.clone().map(|turned| Arc::clone(&turned.new)).collect();
        let mut wants = Wants::new();
        turned.clone().for_each(|turned| self.cache.want_totals(turned, &mut wants));
        let orders = self.orders;
        let asked = || {
            // lines of one payment all ask for the same one
            let readers: HashSet<(Entity, &'o [usize], Vec<Value>)> =
                turned.flat_map(|turned| readers(orders, turned)).map(|Reader { on, slots, key, .. }| (on, slots, key)).collect();
            let mut wants = Wants::new();
            want_to_judge(orders, &judged, &mut wants);
            for (on, slots, key) in &readers {
                want(&mut wants, *on, slots, key.clone());
            }
            (readers, wants)
        };
        let (readers, wants) = self.cache.load_while(turn, wants, asked).await?;
        self.cache.load(turn, wants).await?;
        // records elsewhere that read what has changed will be judged again: what they ask for is wanted too
        let elsewhere = readers.iter().flat_map(|(on, slots, key)| self.cache.find(*on, slots, key));
        let mut met = HashSet::new();
        judged.extend(elsewhere.filter(|record| met.insert((record.entity, record.key.clone()))));
        if !met.is_empty() {
            let again: Vec<Arc<Record>> = judged.iter().filter(|record| met.contains(&(record.entity, record.key.clone()))).cloned().collect();
            let mut wants = Wants::new();
            want_to_judge(self.orders, &again, &mut wants);
            self.cache.load(turn, wants).await?;
        }
        self.load_further_links(turn, &judged).await?;
        Ok(judged)
    }

    pub(super) async fn load_further_links(&mut self, turn: &mut Turn, records: &[Arc<Record>]) -> Result<(), StoreError> {
        let mut wants = Wants::new();
        records.iter().for_each(|record| route::want_further_links(record, &self.cache, &mut wants));
        self.cache.load(turn, wants).await
    }
}

/// The facts that rules on these records may ask for, and what a warning would show beside them.
pub(super) fn want_to_judge(orders: &Orders, records: &[Arc<Record>], wants: &mut Wants) {
    let mut versions: HashMap<(Entity, &str), Vec<&Record>> = HashMap::new();
    for record in records {
        route::want_links(record, wants);
        versions.entry((record.entity, &record.key)).or_default().push(record);
    }
    for ((entity, _), versions) in versions {
        for in_force in orders.on(entity) {
            let rule = &in_force.rule;
            // of a bell that one version rings and the next one ends it is told why: that reads the same facts
            if versions.iter().any(|record| rule.asks_facts(record)) {
                versions.iter().for_each(|record| want_facts(rule, record, wants));
            }
        }
    }
}

/// Which records elsewhere have facts that say something else since this record has turned, by where it stood and where it stands.
pub(super) fn readers<'o>(orders: &'o Orders, Turned { old, new }: &Turned) -> Vec<Reader<'o>> {
    let mut readers = Vec::new();
    for (rule, in_force) in orders.judging() {
        let on = in_force.rule.on;
        let facts = in_force.rule.facts.iter().filter(|fact| fact.entity == new.entity && fact.reads_others(on));
        for fact in facts.filter(|fact| fact.notices(old.as_deref(), new)) {
            let (is, was) = (key_of(new, &fact.slots), old.as_ref().map(|old| key_of(old, &fact.slots)));
            let was = was.filter(|was| *was != is);
            readers.extend(was.into_iter().chain([is]).map(|key| Reader { rule, on, slots: &fact.subject_slots, key }));
        }
    }
    readers
}

pub(super) fn want_facts(rule: &Rule, record: &Record, wants: &mut Wants) {
    for fact in &rule.facts {
        if fact.reads_records() {
            fact.key(record).into_iter().for_each(|key| want(wants, fact.entity, &fact.slots, key));
        } else if let Some(key) = fact.total_key(record) {
            wants.totals.extend(fact.totals.iter().map(|total| (total.id, key.clone())));
        }
    }
}
