//! What an event changes in the ledger (台账): which record it meets, what it corrects, what it takes back, and what hangs on it.

mod fill;
mod find;
mod goal;
mod link;
mod reversal;

use chrono::{DateTime, Utc};

use super::event::Event;
use super::subject::undoes;
use super::told::{Told, told};
use crate::domain::record::disbursement;
use crate::domain::{Entity, Record, Value};
use crate::keys::Keyring;
use crate::store::audit::hex;
use crate::store::ledger::Correction;
use crate::watch::cache::{Cache, Wants};
use crate::watch::{Applied, Change, Moment, Outcome};
use find::{fill_of, line_key};

/// One line of an event, ready to be applied.
#[derive(Debug, Clone)]
pub struct LedgerChange {
    source: String,
    event_type: &'static str,
    /// Event type, and what tells two legitimate events of one type apart (a second adjustment is no correction of the first).
    seen_key: String,
    /// Keyed digest of the typed content: however it was written, the same content has the same.
    digest: String,
    told: Told,
    /// What was told before and holds no more.
    undoes: Option<String>,
}

impl LedgerChange {
    /// `written`: when the source wrote the event, as far as it tells.
    pub fn new(source: &str, event: &Event, written: Option<DateTime<Utc>>, keys: &Keyring) -> LedgerChange {
        let event_type = event.type_name();
        let content = format!("{event_type}\n{}", event.canonical());
        let digest = hex(&keys.commit(content.as_bytes())[..16]);
        let (told, suffix) = told(source, event, written, keys);
        LedgerChange { source: source.to_owned(), event_type, seen_key: format!("{event_type}{suffix}"), digest, told, undoes: undoes(event) }
    }

    /// The key of a disbursement line, and whom it reaches: id number and account.
    pub fn reaches(&self) -> Option<(String, [Value; 2])> {
        let Told::Line { voucher, year, line, fills } = &self.told else { return None };
        let value = |slot: usize| fill_of(fills, slot);
        Some((line_key(&self.source, *year, voucher, *line), [value(disbursement::ID_NO), value(disbursement::ACCOUNT)]))
    }

    /// The record of a list that it tells about: table and business identity.
    pub fn listed(&self) -> Option<(Entity, &str)> {
        match &self.told {
            Told::Person { person_no, .. } => Some((Entity::Beneficiary, person_no)),
            Told::Listed { identity, .. } | Told::Delisted { identity, .. } => Some((identity.entity, &identity.key)),
            Told::Allocation { .. }
            | Told::Payment { .. }
            | Told::Reversal { .. }
            | Told::Line { .. }
            | Told::Whole { .. }
            | Told::Goal { .. }
            | Told::Review { .. }
            | Told::Other { .. } => None,
        }
    }
}

impl Change for LedgerChange {
    fn needs(&self, wants: &mut Wants) {
        self.wants(wants);
    }

    fn leads(&self, cache: &Cache, wants: &mut Wants) {
        self.wants_linked(cache, wants);
    }

    fn apply(&self, moment: Moment, cache: &mut Cache) -> Applied {
        let (existing, key) = self.identify(cache, moment);
        let fresh = existing.is_none();
        let before = existing.clone();
        let mut record = existing.unwrap_or_else(|| Record::new(self.entity(), key, moment.seq, moment.line));
        let previous = record.seen.get(&self.seen_key).filter(|_| !self.numbers_what_agrees(&record));
        if previous == Some(&self.digest) {
            return Applied::known();
        }
        let correction = previous.is_some().then(|| {
            record.version += 1;
            Correction {
                entity: record.entity,
                key: record.key.clone(),
                version: record.version,
                event_type: self.event_type.to_owned(),
                seq: moment.seq,
                line: moment.line,
                previous_seq: record.seq,
                previous_line: record.line,
            }
        });
        record.seen.insert(&self.seen_key, &self.digest);
        self.undoes.iter().for_each(|undone| record.seen.remove(undone));
        record.seq = moment.seq;
        record.line = moment.line;
        let disputed = self.fill(&mut record, moment, fresh, cache);
        link::take_over(&mut record, cache);
        let own = record.key.clone();
        let mut subjects = vec![(record.entity, own.clone())];
        cache.put(record.clone());
        link::hand_on(before.as_ref(), &record, cache, &mut subjects);
        self.complete_corrections(cache, &mut subjects);
        let mut changed = subjects.clone();
        let reversed = self.settle_reversals(&own, cache, &mut changed);
        let outcome = if correction.is_some() { Outcome::Corrected } else { Outcome::Accepted };
        Applied { outcome, subjects, changed, correction, reversed, disputed }
    }
}
