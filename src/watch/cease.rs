//! A bell closes itself once what it rang for is gone (part 4 (一)): when nothing that it gathers is lit by its rule any more. A yellow or a red light never does.

use std::collections::BTreeMap;

use super::announce::show;
use super::raise::{Matter, Raised};
use super::{Moment, Orders};
use crate::delivery::card::Occasion;
use crate::domain::calendar::local_date;
use crate::domain::{Entity, WarningState};
use crate::store::bell::Mark;
use crate::store::staff::Staff;
use crate::store::transition::{Move, Transition};
use crate::store::warning::No;
use crate::store::{StoreError, Turn};

/// A rule was asked of a record and lights nothing.
#[derive(Debug)]
pub(super) struct Ceased {
    pub rule: usize,
    pub entity: Entity,
    pub key: String,
    /// The record was there before this entry of the journal: a bell may have rung for it in an earlier group.
    pub of_before: bool,
    pub moment: Moment,
}

impl Matter {
    /// A record of it is lit again.
    pub(super) fn relit(&mut self, record: &(Entity, String), seq: i64, marks: &mut BTreeMap<(No, Entity, String), Mark>) {
        self.ceased.remove(record);
        self.mark(record, seq, true, marks);
    }

    fn mark(&self, (entity, key): &(Entity, String), seq: i64, lit: bool, marks: &mut BTreeMap<(No, Entity, String), Mark>) {
        let mark = Mark { no: self.warning.no, entity: *entity, key: key.clone(), seq, lit };
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
        let concerned = matter.warning.state == WarningState::BellOpen && matter.gathered.contains_key(&record);
        if !concerned || !matter.ceased.insert(record.clone()) {
            continue;
        }
        matter.mark(&record, moment.seq, false, &mut raised.marks);
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
        if !matter.warning.backlog {
            show(turn, orders, people, &matter.warning, Occasion::Ceased, moment)?;
        }
    }
    Ok(())
}
