//! Taking in (接收): verified deliveries become journal entries, ledger changes and answers, all in one turn.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::change::LedgerChange;
use super::event::{Envelope, Malformed};
use super::problem::{FieldProblem, Problem};
use crate::keys::Keyring;
use crate::store::event::{Chunk, Delivered};
use crate::store::receipt::{self, Quarantined, Receipt};
use crate::store::{Entry, EntryKind, StoreError, Turn};
use crate::watch::{self, Moment, Orders, Outcome};

/// What a line came to be read as.
pub type Reading = Result<LedgerChange, Malformed>;

/// The largest event, in bytes, alone or as a line of a batch.
const LARGEST: usize = 1024 * 1024;

/// Reads an event. All that decides on it stands here, so that a replay decides alike.
pub fn read(source: &str, line: &[u8], keys: &Keyring) -> Reading {
    if line.len() > LARGEST {
        return Err(Malformed::new("", format!("一行最多 {LARGEST} 字节")));
    }
    let envelope = Envelope::open(line)?;
    Ok(LedgerChange::new(source, &envelope.event()?, envelope.written_at(), keys))
}

/// A delivery on its way in.
#[derive(Debug)]
pub struct Incoming {
    pub delivered: Delivered,
    pub readings: Vec<Reading>,
    /// When it was at the door; kept whatever group it falls into.
    pub at: DateTime<Utc>,
    /// As the journal keeps it: put together before anybody waits for it.
    content: Vec<u8>,
}

impl Incoming {
    pub fn new(delivered: Delivered, readings: Vec<Reading>, at: DateTime<Utc>) -> Result<Incoming, StoreError> {
        let content = serde_json::to_vec(&delivered).map_err(|e| StoreError::Spool(e.into()))?;
        Ok(Incoming { delivered, readings, at, content })
    }
}

/// An answer: the status and the JSON body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    pub status: u16,
    pub body: String,
    /// Seconds to wait before the same is sent again, where that is what to do.
    pub retry_after: Option<u32>,
}

/// What a batch chunk was answered: one letter a line, and what was wrong with those that could not be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChunkAnswer {
    pub codes: String,
    pub problems: Vec<(i64, FieldProblemText)>,
}

/// A [`FieldProblem`] as it is kept in a receipt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldProblemText {
    pub pointer: String,
    pub detail: String,
}

impl From<&Malformed> for FieldProblemText {
    fn from(malformed: &Malformed) -> FieldProblemText {
        FieldProblemText { pointer: malformed.field.clone(), detail: malformed.reason.clone() }
    }
}

impl From<FieldProblemText> for FieldProblem {
    fn from(text: FieldProblemText) -> FieldProblem {
        FieldProblem { pointer: text.pointer, detail: text.detail }
    }
}

/// The letter a line's outcome is kept as.
pub const fn code(outcome: Outcome) -> char {
    match outcome {
        Outcome::Accepted => 'a',
        Outcome::Known => 'k',
        Outcome::Corrected => 'c',
    }
}

/// `accepted`, `known`, `corrected`, `quarantined`
pub const fn word(code: char) -> &'static str {
    match code {
        'a' => "accepted",
        'k' => "known",
        'c' => "corrected",
        _ => "quarantined",
    }
}

/// An entry with what its lines were read as.
struct Entered<'a> {
    moment: Moment,
    delivered: &'a Delivered,
    readings: &'a [Reading],
}

/// Takes in a group of deliveries; one answer each, in order. Nothing is acknowledged before the turn is committed.
pub async fn take(turn: &mut Turn, orders: &Orders, group: &[Incoming]) -> Result<Vec<Answer>, StoreError> {
    let orders = &orders.as_of(turn).await?;
    let ids: Vec<(String, String)> = group.iter().map(|i| (i.delivered.source.clone(), i.delivered.webhook_id.clone())).collect();
    let mut known: HashMap<(String, String), Told> = HashMap::new();
    for receipt in receipt::find(&mut turn.tx, turn.office, &ids).await? {
        known.insert((receipt.source.clone(), receipt.webhook_id.clone()), Told::Before(receipt));
    }
    // what each delivery is answered: from the past, or by what is entered now
    let mut replies: Vec<Reply> = Vec::with_capacity(group.len());
    let mut entered: Vec<Entered<'_>> = Vec::new();
    for (incoming, id) in group.iter().zip(ids) {
        let (digest, single) = (&incoming.delivered.digest, incoming.delivered.chunk.is_none());
        let reply = match known.get(&id) {
            // what was refused as one event, and now comes as a batch, is taken line by line
            Some(Told::Before(receipt)) if hex_eq(&receipt.digest, digest) && receipt.status != 0 && (receipt.status < 300 || single) => {
                Reply::Settled(Answer { status: receipt.status, body: receipt.answer.clone(), retry_after: None })
            }
            // a batch goes on where it was cut
            Some(Told::Before(receipt)) if receipt.status == 0 && (single || !hex_eq(&receipt.digest, digest)) => Reply::Settled(reused()),
            Some(Told::Before(receipt)) if receipt.status != 0 && receipt.status < 300 => Reply::Settled(reused()),
            Some(Told::Now { at, digest: before, .. }) if before == digest => Reply::Entered(*at),
            Some(Told::Now { taken: true, .. }) => Reply::Settled(reused()),
            Some(Told::Before(_) | Told::Now { .. }) | None => {
                let taken = incoming.readings.first().is_none_or(Result::is_ok);
                known.insert(id, Told::Now { at: entered.len(), digest: digest.clone(), taken });
                let entry = turn.record(incoming.at, EntryKind::Event, None, incoming.content.clone())?;
                entered.push(Entered {
                    moment: Moment { seq: entry.seq, line: 1, at: entry.at },
                    delivered: &incoming.delivered,
                    readings: &incoming.readings,
                });
                Reply::Entered(entered.len() - 1)
            }
        };
        replies.push(reply);
    }
    let answers = enter(turn, orders, entered).await?;
    let fallback = || Answer { status: 500, body: String::new(), retry_after: None };
    Ok(replies
        .into_iter()
        .map(|reply| match reply {
            Reply::Settled(answer) => answer,
            Reply::Entered(at) => answers.get(at).cloned().unwrap_or_else(fallback),
        })
        .collect())
}

enum Told {
    Before(Receipt),
    Now { at: usize, digest: String, taken: bool },
}

enum Reply {
    Settled(Answer),
    Entered(usize),
}

fn reused() -> Answer {
    problem(&Problem::id_reused())
}

/// The refusal as an answer.
pub fn problem(problem: &Problem) -> Answer {
    Answer { status: problem.status, body: serde_json::to_string(problem).unwrap_or_default(), retry_after: problem.retry_after }
}

fn hex_eq(bytes: &[u8], hex: &str) -> bool {
    crate::store::audit::hex(bytes) == *hex
}

fn unhex(hex: &str) -> Vec<u8> {
    (0..hex.len() / 2).filter_map(|at| u8::from_str_radix(hex.get(at * 2..at * 2 + 2)?, 16).ok()).collect()
}

/// Applies journalled entries of another copy: the same as when they first came.
pub async fn replay(turn: &mut Turn, orders: &Orders, entries: &[Entry]) -> Result<(), StoreError> {
    let orders = &orders.as_of(turn).await?;
    let keys = Arc::clone(&turn.keys);
    let mut group = Vec::with_capacity(entries.len());
    for entry in entries {
        let delivered: Delivered = serde_json::from_slice(&entry.content).map_err(|e| StoreError::BadEntry { seq: entry.seq, reason: e.to_string() })?;
        let readings: Vec<Reading> = delivered.lines.iter().map(|line| read(&delivered.source, &line.bytes(), &keys)).collect();
        group.push((Moment { seq: entry.seq, line: 1, at: entry.at }, delivered, readings));
    }
    let entered = group.iter().map(|(moment, delivered, readings)| Entered { moment: *moment, delivered, readings }).collect();
    enter(turn, orders, entered).await.map(drop)
}

/// Brings entries into the state. One answer an entry.
async fn enter(turn: &mut Turn, orders: &Orders, entered: Vec<Entered<'_>>) -> Result<Vec<Answer>, StoreError> {
    let mut changes = Vec::new();
    let mut quarantined = Vec::new();
    let mut places = Vec::new();
    let mut all_lines = Vec::with_capacity(entered.len());
    for (at, Entered { moment, delivered, readings }) in entered.into_iter().enumerate() {
        let mut lines = Vec::with_capacity(readings.len());
        for (n, reading) in readings.iter().enumerate() {
            let line = i64::try_from(n).unwrap_or(i64::MAX) + 1;
            match reading {
                Ok(change) => {
                    places.push((at, n));
                    lines.push(LineAnswer::Read('a'));
                    changes.push((Moment { line, ..moment }, change));
                }
                Err(malformed) => {
                    quarantined.push(Quarantined {
                        seq: moment.seq,
                        line,
                        at: moment.at,
                        source: delivered.source.clone(),
                        webhook_id: delivered.webhook_id.clone(),
                        field: malformed.field.clone(),
                        reason: malformed.reason.clone(),
                    });
                    lines.push(LineAnswer::Malformed(malformed.clone()));
                }
            }
        }
        all_lines.push((moment, delivered, lines));
    }
    let outcomes = watch::run(turn, orders, &changes).await?;
    for ((at, n), outcome) in places.into_iter().zip(outcomes) {
        if let Some(line) = all_lines.get_mut(at).and_then(|(_, _, lines)| lines.get_mut(n)) {
            *line = LineAnswer::Read(code(outcome));
        }
    }
    receipt::quarantine(&mut turn.tx, turn.office, &quarantined).await?;
    let mut receipts: HashMap<(String, String), Receipt> = HashMap::new();
    let mut answers = Vec::with_capacity(all_lines.len());
    let ids: Vec<(String, String)> = all_lines.iter().map(|(_, d, _)| (d.source.clone(), d.webhook_id.clone())).collect();
    let waiting = receipt::in_quarantine(&mut turn.tx, turn.office, &ids).await?;
    for (moment, delivered, lines) in all_lines {
        let taken = lines.iter().all(|line| matches!(line, LineAnswer::Read(_)));
        // a batch answers line by line for all that was refused as one event before it
        let resent = delivered.chunk.map_or(taken, |chunk| chunk.first_line == 1);
        if resent && waiting.contains(&(delivered.source.clone(), delivered.webhook_id.clone())) {
            receipt::settle(&mut turn.tx, turn.office, &delivered.source, &delivered.webhook_id, moment.seq).await?;
        }
        let (answer, status, count) = match delivered.chunk {
            None => {
                let answer = single(moment, &lines);
                let status = answer.status;
                (answer, status, 1)
            }
            Some(chunk) => {
                let answer = chunk_answer(chunk, &lines);
                let text = serde_json::to_string(&answer).unwrap_or_default();
                receipt::write_chunk(&mut turn.tx, turn.office, &delivered.source, &delivered.webhook_id, chunk.first_line, &text).await?;
                let through = chunk.first_line - 1 + i64::try_from(lines.len()).unwrap_or(0);
                let status = if chunk.last { 200 } else { 0 };
                (Answer { status, body: String::new(), retry_after: None }, status, through)
            }
        };
        let receipt = Receipt {
            source: delivered.source.clone(),
            webhook_id: delivered.webhook_id.clone(),
            digest: unhex(&delivered.digest),
            seq: moment.seq,
            status,
            lines: count,
            answer: answer.body.clone(),
        };
        receipts.insert((delivered.source.clone(), delivered.webhook_id.clone()), receipt);
        answers.push(answer);
    }
    let mut receipts: Vec<Receipt> = receipts.into_values().collect();
    receipts.sort_by(|a, b| (&a.source, &a.webhook_id).cmp(&(&b.source, &b.webhook_id)));
    receipt::write(&mut turn.tx, turn.office, &receipts).await?;
    Ok(answers)
}

enum LineAnswer {
    Read(char),
    Malformed(Malformed),
}

fn single(moment: Moment, lines: &[LineAnswer]) -> Answer {
    match lines.first() {
        Some(LineAnswer::Read(code)) => Answer { status: 200, body: format!("{{\"status\":\"{}\",\"seq\":{}}}", word(*code), moment.seq), retry_after: None },
        Some(LineAnswer::Malformed(malformed)) => problem(&Problem::malformed(malformed).about(format!("urn:jingling:quarantine:{}", moment.seq))),
        None => problem(&Problem::malformed(&Malformed::new("", "内容为空"))),
    }
}

fn chunk_answer(chunk: Chunk, lines: &[LineAnswer]) -> ChunkAnswer {
    let mut answer = ChunkAnswer { codes: String::with_capacity(lines.len()), problems: Vec::new() };
    for (line, outcome) in (chunk.first_line..).zip(lines) {
        match outcome {
            LineAnswer::Read(code) => answer.codes.push(*code),
            LineAnswer::Malformed(malformed) => {
                answer.codes.push('q');
                answer.problems.push((line, malformed.into()));
            }
        }
    }
    answer
}
