//! Identification (扶贫标识) changed by people: an allocation is marked, or a line of the scope is laid down. Both go through the watch, so that rules judge anew.

use commands::Flag;

use super::cache::{Cache, Wants, want};
use super::{Applied, Change, Moment, Orders, Outcome, notify};
use crate::delivery::note::{Note, NoteKind};
use crate::domain::record::allocation;
use crate::domain::scope::{MarkedBy, mark};
use crate::domain::{Entity, Record, Value};
use crate::store::{StoreError, Turn, staff};

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

/// Lines of one letter.
const MOST: usize = 20;

/// What a source says otherwise of it: which one, and both words.
pub(super) fn dispute(record: &Record) -> (String, String) {
    let text = |slot: usize| record.text(slot);
    let which = format!("{}({})", text(allocation::DOC_NO_NORMAL), text(allocation::ALLOCATION_ID));
    (which, format!("认定为{},来源另报{}", text(allocation::POVERTY_FLAG), text(allocation::TOLD_OTHERWISE)))
}

/// Tells 农业股 of allocations that a source now calls otherwise than was decided: one note an entry of the journal, however many its lines are.
pub(super) async fn tell(turn: &mut Turn, orders: &Orders, disputed: &[(Moment, (String, String))]) -> Result<(), StoreError> {
    if disputed.is_empty() {
        return Ok(());
    }
    let people = staff::all_in(&mut turn.tx, turn.office).await?;
    for told in disputed.chunk_by(|(one, _), (other, _)| one.seq == other.seq) {
        let Some((moment, _)) = told.first() else { continue };
        let mut lines: Vec<(String, String)> = told.iter().take(MOST).map(|(_, line)| line.clone()).collect();
        if told.len() > MOST {
            lines.push(("另有".to_owned(), format!("{} 条,用 /我的 查看", told.len() - MOST)));
        }
        let note = Note { note: NoteKind::Disputed, at: moment.at, serial: None, section: None, due_on: None, lines };
        notify::notify_section(turn, orders, &people, moment.seq, orders.settings.leading(), &note)?;
    }
    Ok(())
}
