//! Identification (扶贫标识) changed by people: an allocation is marked, or a line of the scope is laid down. Both go through the watch, so that rules judge anew.

use super::cache::{Cache, Wants, want};
use super::{Applied, Change, Moment, Orders, Outcome, notify};
use crate::delivery::note::{Note, NoteKind};
use crate::domain::record::allocation;
use crate::domain::scope::{MarkedBy, mark};
use crate::domain::{Entity, Record, Value};
use crate::store::staff;
use crate::store::{StoreError, Turn};
use commands::{Flag, Permission, SectionKind};

/// An allocation identified anew.
#[derive(Debug, Clone)]
pub struct Identified {
    key: String,
    /// 指标编号, by which it is found.
    id: Value,
    /// What a person decided; `None`: as the scope has it now.
    decided: Option<Flag>,
}

impl Identified {
    pub fn new(record: &Record, decided: Option<Flag>) -> Identified {
        Identified { key: record.key.clone(), id: record.get(allocation::ALLOCATION_ID).clone(), decided }
    }
}

impl Change for Identified {
    fn needs(&self, wants: &mut Wants) {
        want(wants, Entity::Allocation, &[allocation::ALLOCATION_ID], vec![self.id.clone()]);
    }

    fn apply(&self, _: Moment, cache: &mut Cache) -> Applied {
        let Some(mut record) = cache.get(Entity::Allocation, &self.key).map(|record| (**record).clone()) else { return Applied::known() };
        let before = record.values.clone();
        match self.decided {
            Some(flag) => mark(&mut record, flag, MarkedBy::Person),
            None if matches!(MarkedBy::of(&record), Some(MarkedBy::Person | MarkedBy::Source)) => {}
            None => cache.scope().settle(&mut record, &Value::Empty),
        }
        if record.values == before {
            return Applied::known();
        }
        let subject = (Entity::Allocation, self.key.clone());
        cache.put(record);
        Applied { outcome: Outcome::Accepted, subjects: vec![subject.clone()], changed: vec![subject], ..Applied::known() }
    }
}

/// Tells 农业股 by mail of allocations that a source now calls otherwise than was decided.
pub(super) async fn tell(turn: &mut Turn, orders: &Orders, cache: &Cache, disputed: &[(String, Moment)]) -> Result<(), StoreError> {
    if disputed.is_empty() {
        return Ok(());
    }
    let people = staff::all_in(&mut turn.tx, turn.office).await?;
    let leads = people.iter().filter(|person| orders.settings.kind(&person.section) == Some(SectionKind::Agriculture) && person.may(Permission::Handle));
    let leads: Vec<_> = leads.collect();
    for (key, moment) in disputed {
        let Some(record) = cache.get(Entity::Allocation, key) else { continue };
        let line = |label: &str, slot: usize| (label.to_owned(), record.text(slot).to_owned());
        let lines = vec![
            line("文号", allocation::DOC_NO),
            line("指标编号", allocation::ALLOCATION_ID),
            line("认定", allocation::POVERTY_FLAG),
            line("来源另报", allocation::TOLD_OTHERWISE),
        ];
        let section = Some(orders.settings.section_name(orders.settings.route(record.text(allocation::SECTION))));
        let note = Note { note: NoteKind::Disputed, at: moment.at, serial: None, section, due_on: None, lines };
        notify::notify(turn, moment.seq, leads.iter().copied(), &note)?;
    }
    Ok(())
}
