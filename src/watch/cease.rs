//! A bell closes itself once what it rang for is gone (part 4 (一)): when nothing that it gathers is lit by its rule any more. A yellow or a red light never does.
//! Why it did is kept with it, and said.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use super::announce::{card, show_as};
use super::cache::Wants;
use super::foresee::want_facts;
use super::raise::{Matter, Raised};
use super::{Group, Happening, InForce, Moment, Orders};
use crate::delivery::card::{Card, Occasion};
use crate::domain::calendar::local_date;
use crate::domain::{Entity, Record, WarningState};
use crate::store::bell::{self, Gone, Mark};
use crate::store::staff::Staff;
use crate::store::transition::{Move, Transition};
use crate::store::warning::No;
use crate::store::{StoreError, Turn};

/// Rule, record → the matters whose bells ring for it.
pub(super) type Ringing = HashMap<(String, Entity, String), Vec<String>>;

/// A rule was asked of a record for which it may have rung a bell, and lights nothing.
#[derive(Debug)]
pub(super) struct Ceased {
    pub rule: usize,
    pub entity: Entity,
    pub key: String,
    /// Those whose bells have rung for it since before this group.
    pub matters: Vec<String>,
    pub why: Gone,
    pub moment: Moment,
}

impl Group<'_> {
    /// Learns for which of the records that it will judge bells ring.
    pub(super) async fn listen(&mut self, turn: &mut Turn, judged: &[Arc<Record>]) -> Result<(), StoreError> {
        let mut asked: BTreeMap<Entity, BTreeSet<&str>> = BTreeMap::new();
        // what this group tells of for the first time, no bell has rung for before
        for record in judged.iter().filter(|record| record.first_seq <= turn.ledger_seq()) {
            if self.orders.on(record.entity).any(|in_force| in_force.rule.rings()) {
                asked.entry(record.entity).or_default().insert(&record.key);
            }
        }
        for (entity, keys) in asked {
            let keys: Vec<String> = keys.into_iter().map(str::to_owned).collect();
            for (rule, matter, key) in bell::ringing(&mut turn.tx, turn.office, entity, &keys).await? {
                self.ringing.entry((rule, entity, key)).or_default().push(matter);
            }
        }
        // why a bell ends is told with the facts, asked or not
        let mut wants = Wants::new();
        for record in if self.ringing.is_empty() { &[] } else { judged } {
            let rung = |in_force: &&InForce| self.ringing.contains_key(&(in_force.rule.code.clone(), record.entity, record.key.clone()));
            self.orders.on(record.entity).filter(rung).for_each(|in_force| want_facts(&in_force.rule, record, &mut wants));
        }
        self.cache.load(turn, wants).await
    }

    /// Notes that a rule does not light a record, where it has rung a bell on it: earlier in this group, or before this entry.
    pub(super) fn cease(&mut self, at: usize, record: &Record, judgeable: bool, moment: Moment) {
        let Some(in_force) = self.orders.rules.get(at).filter(|in_force| in_force.rule.rings()) else { return };
        let key = (in_force.rule.code.clone(), record.entity, record.key.clone());
        let matters = self.ringing.get(&key).cloned().unwrap_or_default();
        if matters.is_empty() && !self.rung.contains(&(at, record.entity, record.key.clone())) {
            return;
        }
        let refuted = in_force.rule.refute(record, local_date(moment.at), &*self.orders.calendar, &self.cache).filter(|_| judgeable);
        let why = refuted.map_or(Gone::TakenBack, |(_, condition, terms)| Gone::Unlit { condition, terms });
        self.happenings.push(Happening::Ceased(Ceased { rule: at, entity: record.entity, key: key.2, matters, why, moment }));
    }
}

impl Matter {
    /// A record of it is lit again.
    pub(super) fn relit(&mut self, record: &(Entity, String), seq: i64, marks: &mut BTreeMap<(No, Entity, String), Mark>) {
        self.ceased.remove(record);
        self.mark(record, seq, None, marks);
    }

    fn mark(&self, (entity, key): &(Entity, String), seq: i64, gone: Option<&Gone>, marks: &mut BTreeMap<(No, Entity, String), Mark>) {
        let why = gone.and_then(|gone| serde_json::to_string(gone).ok());
        let mark = Mark { no: self.warning.no, entity: *entity, key: key.clone(), seq, lit: gone.is_none(), why };
        marks.insert((mark.no, mark.entity, mark.key.clone()), mark);
    }
}

/// Notes it on the open bells of the rule that gather the record; whichever of them has nothing left is done.
pub(super) async fn cease(
    turn: &mut Turn,
    orders: &Orders,
    people: &[Staff],
    ceased: &Ceased,
    matters: &mut BTreeMap<(String, String), Matter>,
    raised: &mut Raised,
) -> Result<(), StoreError> {
    let Some(in_force) = orders.rules.get(ceased.rule) else { return Ok(()) };
    let (record, moment) = ((ceased.entity, ceased.key.clone()), ceased.moment);
    let of_rule = matters.range_mut((in_force.rule.code.clone(), String::new())..).take_while(|((rule, _), _)| *rule == in_force.rule.code);
    for (_, matter) in of_rule {
        // of one on the white list nobody ever heard, or everybody that it is done with
        let (rings, listed) = (matter.warning.state == WarningState::BellOpen, matter.warning.state == WarningState::BellListed);
        if !(rings || listed) || !matter.gathered.contains_key(&record) || !matter.ceased.insert(record.clone()) {
            continue;
        }
        matter.mark(&record, moment.seq, Some(&ceased.why), &mut raised.marks);
        if !matter.gathered.keys().all(|gathered| matter.ceased.contains(gathered)) {
            continue;
        }
        let warning = &mut matter.warning;
        raised.transitions.push(Transition {
            no: warning.no,
            seq: moment.seq,
            at: moment.at,
            local_date: local_date(moment.at),
            how: Move::Ceased,
            from: Some((warning.state, warning.section.clone())),
            to: (WarningState::BellDone, warning.section.clone()),
            due_on: Some(warning.due_on),
            actor: None,
        });
        warning.state = WarningState::BellDone;
        warning.row_version += 1;
        warning.closed_at = Some(moment.at);
        matter.changed = true;
        if rings && !matter.warning.backlog {
            let told = Card { gone: Some(ceased.why.clone()), ..card(orders, people, &matter.warning, Occasion::Ceased, moment) };
            show_as(turn, orders, &matter.warning, told, moment)?;
        }
    }
    Ok(())
}
