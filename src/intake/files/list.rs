//! Lists replaced whole (整体替换): whoever is on the ledger's list by this source and not in the file leaves it, by ordinary events.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::NaiveDate;
use serde_json::{Map, Value, json};

use super::Refusal;
use super::kind::Kind;
use super::lines::Lines;
use super::mapping::Mapping;
use crate::domain::Entity;
use crate::intake::take::read;
use crate::keys::Keyring;
use crate::store::event::Delivered;
use crate::store::ledger::{self, Standing};
use crate::store::{Store, StoreError, journal};

/// How a list is replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Replace {
    /// The day on which whoever is not in the file leaves the list.
    pub as_of: NaiveDate,
    /// Even if more than half of it would leave.
    pub sure: bool,
}

/// What replacing a list comes to, as lines of events.
#[derive(Debug, Default)]
pub struct Changes {
    /// Entered before the rows: whoever had left and is in the file.
    pub returning: Vec<String>,
    /// Entered after the rows.
    pub leaving: Vec<String>,
    /// On the list before, and in the file.
    pub staying: usize,
}

/// The records that the rows of a file tell about: key → whether the row has it on the list.
type Named = HashMap<String, bool>;

const PAGE: i64 = 2000;

/// The table in which a list is kept, and how what is on it stands there.
const fn kept_in(kind: Kind) -> Option<(Entity, &'static str)> {
    match kind {
        Kind::Beneficiaries => Some((Entity::Beneficiary, "在册")),
        Kind::Payroll => Some((Entity::Payroll, "在册")),
        Kind::Projects => Some((Entity::Project, "在库")),
        Kind::Standards => Some((Entity::Standard, "有效")),
        Kind::Allocations | Kind::Payments | Kind::Disbursements | Kind::Performance | Kind::Holidays => None,
    }
}

/// What is to be entered beside the rows so that the list is that of the file. None if a row cannot be read: nobody leaves a list by a slip of the pen.
pub async fn changes(store: &Store, lines: &mut Lines, mapping: &Mapping, replace: Replace) -> Result<Option<Changes>, Refusal> {
    let (entity, on) = kept_in(mapping.kind).ok_or(Refusal::NotAList(mapping.kind))?;
    let Some(named) = named(lines, &mapping.source, &store.keys)?.filter(|_| lines.broken.is_empty()) else { return Ok(None) };
    let register = mapping.kind == Kind::Beneficiaries;
    // the register is one, whoever tells of it; of the other lists each source has its own
    let prefix = if register { String::new() } else { format!("{}/", mapping.source) };
    let mut changes = Changes::default();
    let (mut leaving, mut returning): (Vec<Standing>, BTreeSet<String>) = Default::default();
    let mut after = String::new();
    loop {
        let page = ledger::standing(store, entity, &after, PAGE).await?;
        let Some(last) = page.last() else { break };
        after.clone_from(&last.key);
        for record in page.into_iter().filter(|record| record.key.starts_with(&prefix)) {
            match (record.stands == on, named.get(&record.key)) {
                (true, Some(_)) => changes.staying += 1,
                (true, None) => leaving.push(record),
                (false, Some(true)) => drop(returning.insert(record.key)),
                (false, Some(false) | None) => {}
            }
        }
    }
    changes.leaving = left(store, &mapping.source, leaving, |key, data| leave(mapping, key, data, replace.as_of)).await?;
    if changes.leaving.len() > changes.staying && !replace.sure {
        return Err(Refusal::TooMany { leaving: changes.leaving.len(), of: changes.leaving.len() + changes.staying });
    }
    changes.returning = if register {
        returning.iter().map(|key| come_back(key, replace.as_of)).collect()
    } else {
        // the row itself lists it again
        rows_of(lines, &mapping.source, &store.keys, &returning)?
    };
    Ok(Some(changes))
}

/// Whom the rows name; none if one of them cannot be read.
fn named(lines: &mut Lines, source: &str, keys: &Keyring) -> Result<Option<Named>, Refusal> {
    let mut named = Named::new();
    for line in lines.spooled.lines().map_err(Refusal::Spool)? {
        let line = line.map_err(Refusal::Spool)?;
        let Ok(change) = read(source, line.as_bytes(), keys) else { return Ok(None) };
        let listed = data_of(&line).get("status").and_then(Value::as_str).is_none_or(|status| status == "在册");
        if let Some((_, key)) = change.listed() {
            named.insert(key.to_owned(), listed);
        }
    }
    Ok(Some(named))
}

fn rows_of(lines: &mut Lines, source: &str, keys: &Keyring, wanted: &BTreeSet<String>) -> Result<Vec<String>, Refusal> {
    let mut rows = Vec::new();
    for line in lines.spooled.lines().map_err(Refusal::Spool)? {
        let line = line.map_err(Refusal::Spool)?;
        let wanted = read(source, line.as_bytes(), keys).is_ok_and(|change| change.listed().is_some_and(|(_, key)| wanted.contains(key)));
        if wanted {
            rows.push(line);
        }
    }
    Ok(rows)
}

/// Those among them whom this source told of last. Who they are stands in the journal, in full.
async fn left(store: &Store, source: &str, records: Vec<Standing>, event: impl Fn(&str, &Map<String, Value>) -> Value) -> Result<Vec<String>, StoreError> {
    let mut by_entry: BTreeMap<i64, Vec<Standing>> = BTreeMap::new();
    for record in records {
        by_entry.entry(record.seq).or_default().push(record);
    }
    let mut lines = Vec::new();
    for (seq, records) in by_entry {
        let bad = |reason: String| StoreError::BadEntry { seq, reason };
        let sealed = journal::read(store, seq - 1, 1).await?.into_iter().next().ok_or_else(|| bad("missing".to_owned()))?;
        let entry = sealed.open(store.office, &store.keys)?;
        let delivered: Delivered = serde_json::from_slice(&entry.content).map_err(|e| bad(e.to_string()))?;
        if delivered.source != source {
            continue;
        }
        for record in records {
            let at = usize::try_from(record.line - 1).unwrap_or(usize::MAX);
            let told = delivered.lines.get(at).map(|raw| data_of(&String::from_utf8_lossy(&raw.bytes()))).unwrap_or_default();
            lines.push(event(&record.key, &told).to_string());
        }
    }
    Ok(lines)
}

fn data_of(line: &str) -> Map<String, Value> {
    let event: Value = serde_json::from_str(line).unwrap_or_default();
    event.get("data").and_then(Value::as_object).cloned().unwrap_or_default()
}

fn event(name: &str, day: NaiveDate, data: Value) -> Value {
    json!({ "type": name, "timestamp": format!("{day}T00:00:00+08:00"), "data": data })
}

/// The event by which a record leaves its list.
fn leave(mapping: &Mapping, key: &str, told: &Map<String, Value>, day: NaiveDate) -> Value {
    let day_text = day.to_string();
    let with = |members: &[&str]| {
        let mut data: Map<String, Value> = members.iter().filter_map(|name| Some(((*name).to_owned(), told.get(*name)?.clone()))).collect();
        data.insert("delisted_on".to_owned(), day_text.clone().into());
        Value::Object(data)
    };
    match mapping.kind {
        Kind::Payroll => event("payroll.delisted", day, with(&["id_no"])),
        Kind::Projects => event("project.delisted", day, with(&["project_code", "fiscal_year"])),
        Kind::Standards => event("standard.delisted", day, with(&["standard_no", "name", "project_code"])),
        Kind::Beneficiaries | Kind::Allocations | Kind::Payments | Kind::Disbursements | Kind::Performance | Kind::Holidays => {
            event("beneficiary.removed", day, json!({ "person_no": key, "status": "清退", "effective_to": day_text, "reason": "名册整体替换,新名册中没有" }))
        }
    }
}

fn come_back(key: &str, day: NaiveDate) -> String {
    event("beneficiary.changed", day, json!({ "person_no": key, "status": "在册", "effective_from": day.to_string() })).to_string()
}
