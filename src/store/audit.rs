//! Proof (审计): walking the chain, and comparing two copies of the state.

use std::collections::BTreeMap;

use commands::Register;

use super::journal::{self, GENESIS};
use super::{Row, Store, StoreError, register, slip};
use crate::binds;

/// What a walk along the chain found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Walk {
    /// All links hold: entries walked, and the last hash in hex.
    Whole { entries: i64, head: String },
    /// The first link that does not.
    Broken { seq: i64, reason: String },
}

const STRIDE: i64 = 500;

/// Walks the whole chain, opening each entry and checking it against its commitment. `expected` is a head that was noted down elsewhere, number and
/// hash in hex: only it shows that nothing was cut off at the end.
pub async fn walk(store: &Store, expected: Option<&(i64, String)>, mut progress: impl FnMut(i64)) -> Result<Walk, StoreError> {
    let mut previous = GENESIS.to_vec();
    let mut last = 0;
    loop {
        let entries = match journal::read(store, last, STRIDE).await {
            Ok(entries) => entries,
            Err(StoreError::BadRow { reason, .. } | StoreError::BadEntry { reason, .. }) => return Ok(broken(last + 1, &reason)),
            Err(error @ (StoreError::Database(_) | StoreError::Migration(_) | StoreError::BadColumn { .. } | StoreError::Spool(_) | StoreError::Key(_))) => {
                return Err(error);
            }
        };
        if entries.is_empty() {
            break;
        }
        for entry in entries {
            if entry.seq != last + 1 {
                return Ok(broken(last + 1, "缺少这一条"));
            }
            if entry.expected_hash(store.office, &previous)[..] != entry.hash[..] {
                return Ok(broken(entry.seq, "与前一条接不上:时间、种类、经办人或校验值被改动过"));
            }
            match entry.open(store.office, &store.keys) {
                Ok(open) if store.keys.commit(&open.content)[..] == entry.commitment[..] => {}
                Ok(_) => return Ok(broken(entry.seq, "内容与当时登记的校验值不符")),
                Err(_) => return Ok(broken(entry.seq, "内容打不开:被改动过,或密钥不对")),
            }
            previous = entry.hash;
            last = entry.seq;
            if expected.is_some_and(|(seq, hash)| *seq == last && *hash != hex(&previous)) {
                return Ok(broken(last, "与当时记下的链头不同:这一条或以前的记录被换过"));
            }
        }
        progress(last);
    }
    if let Some((seq, _)) = expected.filter(|(seq, _)| *seq > last) {
        return Ok(broken(last + 1, &format!("当时记下的链头在第 {seq} 条,现在只到第 {last} 条:末尾的记录被删去了")));
    }
    match journal::head(store).await? {
        Some((seq, hash)) if seq != last || (seq > 0 && hash != previous) => Ok(broken(last + 1, "链头与最后一条对不上:末尾的记录被删去或改动过")),
        None if last > 0 => Ok(broken(last + 1, "链头不见了")),
        Some(_) | None => Ok(Walk::Whole { entries: last, head: hex(&previous) }),
    }
}

fn broken(seq: i64, reason: &str) -> Walk {
    Walk::Broken { seq, reason: reason.to_owned() }
}

/// Two lower-case digits a byte.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Every table that the journal determines, and the columns by which two copies are compared.
/// Left out are sealed bytes (their nonces differ) and what only steers the worker.
const STATE: &[(&str, &str, &str)] = &[
    ("journal", "*", "seq"),
    ("head", "*", "office_id"),
    ("counter", "*", "name"),
    ("office_setting", "*", "office_id"),
    ("rule", "*", "code, version"),
    ("holiday", "*", "year"),
    ("staff", "*", "id"),
    ("receipt", "*", "source, webhook_id"),
    ("receipt_chunk", "*", "source, webhook_id, first_line"),
    ("quarantine", "*", "seq, line"),
    ("allocation", "*", "key"),
    ("payment", "*", "key"),
    ("disbursement", "*", "key"),
    ("beneficiary", "*", "key"),
    ("goal", "*", "key"),
    ("indicator", "*", "key"),
    ("progress", "*", "key"),
    ("evaluation", "*", "key"),
    ("payroll", "*", "key"),
    ("project", "*", "key"),
    ("standard", "*", "key"),
    ("other_record", "*", "key"),
    ("reference", "*", "entity"),
    ("correction", "*", "entity, key, version"),
    ("due", "*", "rule, entity, key"),
    ("total_fact", "*", "id"),
    ("total", "*", "fact, key"),
    ("scope_change", "*", "seq"),
    ("warning", "*", "no"),
    ("warning_item", "*", "no, n"),
    ("bell_record", "*", "no, entity, key"),
    ("white_list", "*", "no"),
    ("white_listed", "*", "no, n, entry"),
    ("transition", "*", "no, n"),
    ("slip", "no, n, seq, at, actor, kind, corrects", "no, n"),
    ("co_handler", "*", "no, section"),
    ("proposal", "*", "no, n"),
    ("chased", "*", "no"),
    ("job_day", "*", "job"),
    ("pause", "*", "no"),
    ("absence", "*", "no"),
    ("standing_in", "*", "no"),
    ("register_entry", "*", "register, no"),
    ("register_step", "register, no, n, seq, at, actor, step", "register, no, n"),
    ("reveal", "*", "no, seq"),
    ("delivery", "seq, n, channel, recipient, no, payload, queued_at, urgency, status, outcome_seq, outcome_at, message_channel, message_id", "seq, n"),
];

/// Working memory: lost, it costs somebody a moment and nothing that was decided. Not journalled, so not compared.
const WORKING: &[&str] = &[
    // how often a wrong code was tried, for the pause before the next try
    "binding_try",
    // which key seals; what a seal covers is compared opened
    "sealing",
    // what somebody has typed into a form and not handed in yet
    "draft",
];

/// Table → (rows, first difference) between two copies of one office's state.
pub async fn compare(one: &Store, other: &Store) -> Result<BTreeMap<&'static str, (usize, Option<String>)>, StoreError> {
    let mut result = BTreeMap::new();
    for (table, columns, order) in STATE {
        let mut offset = 0i64;
        let mut rows = 0;
        let mut difference = None;
        loop {
            let text = format!("SELECT {columns} FROM {table} WHERE office_id = $1 ORDER BY {order} LIMIT 1000 OFFSET $2");
            let left = one.db.fetch(text.clone(), binds![one.office, offset]).await?;
            let right = other.db.fetch(text, binds![other.office, offset]).await?;
            rows += left.len();
            let unlike = left.iter().zip(&right).position(|(l, r)| l != r);
            let shorter = left.len().min(right.len());
            if unlike.is_some() || left.len() != right.len() {
                let at = offset + i64::try_from(unlike.unwrap_or(shorter)).unwrap_or(0);
                difference = Some(row_name(one, other, table, order, at).await?);
                break;
            }
            if left.is_empty() {
                break;
            }
            offset += 1000;
        }
        if difference.is_none() {
            difference = match *table {
                "slip" => slips_unlike(one, other).await?,
                "register_step" => steps_unlike(one, other).await?,
                _ => None,
            };
        }
        result.insert(*table, (rows, difference));
    }
    Ok(result)
}

/// Which row it is, by what identifies it and nothing else: the rest may tell of a person.
async fn row_name(one: &Store, other: &Store, table: &str, order: &str, at: i64) -> Result<String, StoreError> {
    let text = format!("SELECT {order} FROM {table} WHERE office_id = $1 ORDER BY {order} LIMIT 1 OFFSET $2");
    for copy in [one, other] {
        // of a lead not even its number is told
        let lead = |row: &&Row| row.text(0).is_ok_and(|register| register == Register::Lead.code());
        if let Some(row) = copy.db.fetch(text.clone(), binds![copy.office, at]).await?.first().filter(|row| !lead(row)) {
            return Ok(format!("第 {} 行({order} 为 {})", at + 1, row.describe().trim_end_matches('|')));
        }
    }
    Ok(format!("第 {} 行", at + 1))
}

/// The first warning whose slips do not say the same, or cannot be opened.
async fn slips_unlike(one: &Store, other: &Store) -> Result<Option<String>, StoreError> {
    let rows = one.db.fetch("SELECT DISTINCT no FROM slip WHERE office_id = $1 ORDER BY no", binds![one.office]).await?;
    for row in rows {
        let no = row.int(0)?;
        match (slip::of(one, no).await, slip::of(other, no).await) {
            (Ok(left), Ok(right)) if left == right => {}
            (Err(failure @ StoreError::Database(_)), _) | (_, Err(failure @ StoreError::Database(_))) => return Err(failure),
            _ => return Ok(Some(format!("预警 {no} 的处理单内容不同,或打不开"))),
        }
    }
    Ok(None)
}

/// The first entry of a register whose steps do not say the same, or cannot be opened.
async fn steps_unlike(one: &Store, other: &Store) -> Result<Option<String>, StoreError> {
    for no in register::all(one).await? {
        match (register::steps(one, no).await, register::steps(other, no).await) {
            (Ok(left), Ok(right)) if left == right => {}
            (Err(failure @ StoreError::Database(_)), _) | (_, Err(failure @ StoreError::Database(_))) => return Err(failure),
            _ if no.register() == Register::Lead => return Ok(Some("有一项登记的内容不同,或打不开".to_owned())),
            _ => return Ok(Some(format!("{no} 的登记内容不同,或打不开"))),
        }
    }
    Ok(None)
}

/// Names of all tables, for the test that none is forgotten: what the journal determines, and working memory.
pub fn tables() -> Vec<&'static str> {
    STATE.iter().map(|(table, _, _)| *table).chain(WORKING.iter().copied()).collect()
}
