//! Running totals (累计) of the facts that rules ask for: loaded and written many at a time, and brought in line when other rules come into force.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use foldhash::{HashMap, HashSet};

use super::db::Tx;
use super::row::Row;
use super::rule::{self, RuleError};
use super::statement::Among;
use super::{Bind, Store, StoreError, Turn, ledger, setting};
use crate::binds;
use crate::domain::{Entity, Record};
use crate::rules::{Part, Tally, Total, TotalKey, totals};

/// Totals that are asked for: which, and of which key.
pub type Wanted = HashSet<(i64, TotalKey)>;

/// Records read at a time when a total is counted for the first time.
const PAGE: i64 = 2000;

/// Totals as a group of changes sees and changes them.
#[derive(Debug, Default)]
pub struct Totals {
    kept: HashMap<i64, HashMap<TotalKey, Kept>>,
    /// Changed since they were read; in order, so that they are written in one.
    changed: BTreeSet<(i64, TotalKey)>,
    /// One that was changed though nobody had read it: what is in memory would be wrong.
    missed: Option<i64>,
}

#[derive(Debug, Clone, Copy, Default)]
struct Kept {
    tally: Tally,
    /// As it stands in the table.
    stored: Tally,
}

impl Totals {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.kept.values().map(HashMap::len).sum()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What it stands at; nothing where nothing was counted.
    pub fn get(&self, id: i64, key: &TotalKey) -> Tally {
        let kept = self.kept.get(&id).and_then(|of| of.get(key));
        debug_assert!(kept.is_some(), "total {id} was not loaded");
        kept.map_or_else(Tally::default, |kept| kept.tally)
    }

    /// Reads what is wanted and not yet here.
    pub async fn load(&mut self, tx: &mut Tx, office: i64, wanted: Wanted) -> Result<(), StoreError> {
        let wanted = self.missing(wanted);
        let rows = rows(tx, office, &wanted).await?;
        self.take_in(wanted, &rows)
    }

    /// What is wanted and not yet here, in the order in which the table has it.
    pub fn missing(&self, wanted: Wanted) -> Vec<(i64, TotalKey)> {
        let here = |(id, key): &(i64, TotalKey)| self.kept.get(id).is_some_and(|of| of.contains_key(key));
        let mut missing: Vec<(i64, TotalKey)> = wanted.into_iter().filter(|total| !here(total)).collect();
        missing.sort_unstable();
        missing
    }

    /// Takes in what the table says of those that were missing: nothing where it has no row.
    pub fn take_in(&mut self, missing: Vec<(i64, TotalKey)>, rows: &[Row]) -> Result<(), StoreError> {
        for (id, key) in missing {
            self.kept.entry(id).or_default().insert(key, Kept::default());
        }
        for row in rows {
            let (id, tally) = read(row).map_err(|e| e.in_row("total", row.int(0).unwrap_or(0)))?;
            let key = row.blob(1).map_err(|e| e.in_row("total", id))?;
            if let Some(kept) = self.kept.get_mut(&id).and_then(|of| of.get_mut(key)) {
                *kept = Kept { tally, stored: tally };
            }
        }
        Ok(())
    }

    /// A record of it says something else now: what it added is taken out, what it adds is put in.
    pub fn change(&mut self, id: i64, out: Option<Part>, into: Option<Part>) {
        if let Some(part) = out {
            self.at(id, part.key, |tally| tally.take_out(part.amount));
        }
        if let Some(part) = into {
            self.at(id, part.key, |tally| tally.add(part.amount));
        }
    }

    fn at(&mut self, id: i64, key: TotalKey, change: impl FnOnce(&mut Tally)) {
        match self.kept.get_mut(&id).and_then(|of| of.get_mut(&key)) {
            Some(kept) => {
                change(&mut kept.tally);
                self.changed.insert((id, key));
            }
            None => self.missed = Some(id),
        }
    }

    /// Writes what was changed; what counts nothing any more has no row.
    pub async fn flush(&mut self, tx: &mut Tx, office: i64) -> Result<(), StoreError> {
        if let Some(id) = self.missed {
            return Err(StoreError::BadRow { table: "total", id: id.to_string(), reason: "changed without having been read".to_owned() });
        }
        let (mut rows, mut gone) = (Vec::new(), BTreeMap::<i64, Vec<Bind>>::new());
        for (id, key) in std::mem::take(&mut self.changed) {
            let Some(kept) = self.kept.get_mut(&id).and_then(|of| of.get_mut(&key)) else { continue };
            let Kept { tally, stored } = *kept;
            kept.stored = tally;
            if tally.count != 0 && tally != stored {
                rows.push(binds![office, id, key, tally.count, tally.amounts, tally.sum.to_string()]);
            } else if tally.count == 0 && stored.count != 0 {
                gone.entry(id).or_default().push(key.into());
            }
        }
        let tail = "ON CONFLICT (office_id, fact, key) DO UPDATE SET count = excluded.count, amounts = excluded.amounts, sum = excluded.sum";
        tx.insert("total", &["office_id", "fact", "key", "count", "amounts", "sum"], rows, tail).await?;
        for (id, keys) in gone {
            tx.delete_among("total", &[("office_id", office.into()), ("fact", id.into())], "key", keys).await?;
        }
        Ok(())
    }
}

/// What the table says of these.
pub async fn rows(tx: &mut Tx, office: i64, of: &[(i64, TotalKey)]) -> Result<Vec<Row>, StoreError> {
    let columns = "fact, key, count, amounts, sum";
    let among = Among { columns, table: "total", fixed: "office_id = $1", fixed_binds: &[office.into()], on: &["fact", "key"], tail: "" };
    tx.fetch_among(among, of.iter().map(|(id, key)| binds![*id, key.as_slice()]).collect()).await
}

fn read(row: &Row) -> Result<(i64, Tally), StoreError> {
    let sum = row.text(4)?.parse().map_err(|_| StoreError::bad_column(4, "a sum in fen"))?;
    Ok((row.int(0)?, Tally { count: row.int(2)?, amounts: row.int(3)?, sum }))
}

/// Brings what is kept in line with what is asked for: what nobody asks for any more is dropped, what is new is counted once from the ledger.
pub async fn settle(turn: &mut Turn, asked: &[Arc<Total>]) -> Result<(), StoreError> {
    let office = turn.office;
    let rows = turn.tx.fetch("SELECT id FROM total_fact WHERE office_id = $1", binds![office]).await?;
    let known = rows.iter().map(|row| row.int(0)).collect::<Result<BTreeSet<i64>, _>>()?;
    for id in known.iter().filter(|id| !asked.iter().any(|total| total.id == **id)) {
        turn.tx.execute("DELETE FROM total WHERE office_id = $1 AND fact = $2", binds![office, *id]).await?;
        turn.tx.execute("DELETE FROM total_fact WHERE office_id = $1 AND id = $2", binds![office, *id]).await?;
    }
    let mut fresh: BTreeMap<Entity, Vec<&Total>> = BTreeMap::new();
    for total in asked.iter().filter(|total| !known.contains(&total.id)) {
        fresh.entry(total.entity).or_default().push(total);
    }
    for (entity, totals) in fresh {
        let rows = totals.iter().map(|total| binds![office, total.id, total.meaning.as_str()]);
        turn.tx.insert("total_fact", &["office_id", "id", "meaning"], rows, "").await?;
        count(&mut turn.tx, office, entity, &totals).await?;
    }
    Ok(())
}

/// Counts the records of an entity, a page at a time: however large the ledger, memory holds no more than that.
async fn count(tx: &mut Tx, office: i64, entity: Entity, of: &[&Total]) -> Result<(), StoreError> {
    let mut after = String::new();
    loop {
        let records: Vec<Record> = ledger::after(tx, office, entity, &after, PAGE).await?;
        let Some(last) = records.last() else { return Ok(()) };
        after.clone_from(&last.key);
        let parts: Vec<(i64, Part)> = records.iter().flat_map(|record| of.iter().filter_map(|total| Some((total.id, total.part(record)?)))).collect();
        let mut totals = Totals::default();
        totals.load(tx, office, parts.iter().map(|(id, part)| (*id, part.key.clone())).collect()).await?;
        for (id, part) in parts {
            totals.change(id, None, Some(part));
        }
        totals.flush(tx, office).await?;
    }
}

/// The same for the rules that are in force after this turn. Where one of them cannot be read nothing is judged, and nothing kept.
pub(super) async fn settle_by_rules(turn: &mut Turn) -> Result<(), StoreError> {
    let Some(settings) = setting::office(&mut turn.tx, turn.office).await? else { return Ok(()) };
    match rule::in_force(&mut turn.tx, turn.office, &settings, |_| None).await {
        Ok(rules) => settle(turn, &totals(rules.iter().map(|(rule, _)| &**rule).filter(|rule| rule.enabled))).await,
        Err(RuleError::Broken { .. }) => Ok(()),
        Err(RuleError::Store(failure)) => Err(failure),
    }
}

/// The same for a database that another version of the program has left: nothing of it is news, so nothing of it is journalled.
pub async fn catch_up(mut turn: Turn, asked: &[Arc<Total>]) -> Result<(), StoreError> {
    settle(&mut turn, asked).await?;
    turn.tx.commit().await
}

/// All totals as they stand: fact, key, and what they add up to, in order.
pub async fn all(store: &Store) -> Result<Vec<(i64, TotalKey, Tally)>, StoreError> {
    let rows = store.db.fetch("SELECT fact, key, count, amounts, sum FROM total WHERE office_id = $1 ORDER BY fact, key", binds![store.office]).await?;
    rows.iter().map(|row| read(row).and_then(|(id, tally)| Ok((id, row.blob(1)?.to_vec(), tally)))).collect()
}
