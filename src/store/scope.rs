//! Scope changes (口径变动): the lines of the scope, and what was proposed and decided on single allocations. The latest of a subject holds; its basis stands in the journal.

use chrono::{DateTime, Utc};
use commands::{Flag, ScopeKind};

use super::db::Tx;
use super::register::By;
use super::row::Row;
use super::{Store, StoreError, Turn};
use crate::binds;
use crate::domain::scope::{Scope, ScopeLine};

/// What a change is about (对象).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// One allocation, by its key.
    Allocation,
    Line(ScopeKind),
}

impl Kind {
    const fn code(self) -> &'static str {
        match self {
            Kind::Allocation => "allocation",
            Kind::Line(kind) => kind.code(),
        }
    }
}

/// What was done (步骤).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// 提出: the owning section's proposal
    Proposed,
    /// 认定 of an allocation, 界定 of a line: decided by 农业股
    Decided,
}

impl Step {
    /// As it is kept, and read.
    pub const fn name(self) -> &'static str {
        match self {
            Step::Proposed => "提出",
            Step::Decided => "认定",
        }
    }
}

/// One change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changed {
    /// The journal entry that holds its basis.
    pub seq: i64,
    pub kind: String,
    /// The allocation's key, or the line's value.
    pub subject: String,
    pub step: Step,
    pub was: Flag,
    pub flag: Flag,
    /// Staff id.
    pub actor: i64,
    pub at: DateTime<Utc>,
}

const COLUMNS: &str = "seq, kind, subject, step, was, flag, actor, at";

fn flag(row: &Row, column: usize) -> Result<Flag, StoreError> {
    Flag::from_code(row.text(column)?).ok_or(StoreError::BadColumn { column, expected: "a flag" })
}

fn read(row: &Row) -> Result<Changed, StoreError> {
    let one = || -> Result<Changed, StoreError> {
        Ok(Changed {
            seq: row.int(0)?,
            kind: row.text(1)?.to_owned(),
            subject: row.text(2)?.to_owned(),
            step: if row.text(3)? == Step::Proposed.name() { Step::Proposed } else { Step::Decided },
            was: flag(row, 4)?,
            flag: flag(row, 5)?,
            actor: row.int(6)?,
            at: super::warning::time(Some(row.int(7)?)).unwrap_or_default(),
        })
    };
    one().map_err(|e| e.in_row("scope_change", row.int(0).unwrap_or(0)))
}

/// Writes a change down.
pub async fn write(turn: &mut Turn, by: By, kind: Kind, subject: &str, step: Step, (was, now): (Flag, Flag)) -> Result<(), StoreError> {
    let columns = ["office_id", "seq", "kind", "subject", "step", "was", "flag", "actor", "at"];
    let row = binds![turn.office, by.seq, kind.code(), subject, step.name(), was.code(), now.code(), by.actor.unwrap_or(0), by.at.timestamp_micros()];
    turn.tx.insert("scope_change", &columns, vec![row], "").await
}

/// The lines in force.
pub async fn in_force(tx: &mut Tx, office: i64) -> Result<Scope, StoreError> {
    let text = format!("SELECT {COLUMNS} FROM scope_change WHERE office_id = $1 AND kind <> 'allocation' ORDER BY seq");
    let mut lines: Vec<ScopeLine> = Vec::new();
    for row in tx.fetch(text, binds![office]).await? {
        let Changed { seq, kind, subject, flag, .. } = read(&row)?;
        let kind = ScopeKind::from_code(&kind).ok_or(StoreError::BadColumn { column: 1, expected: "a kind of line" })?;
        lines.retain(|line| (line.kind, line.value.as_str()) != (kind, subject.as_str()));
        lines.push(ScopeLine { kind, value: subject, flag, seq });
    }
    Ok(Scope::new(lines))
}

/// The latest decision on a subject, or the latest step of any kind.
pub async fn latest(tx: &mut Tx, office: i64, kind: Kind, subject: &str, step: Option<Step>) -> Result<Option<Changed>, StoreError> {
    let narrowed = step.map_or("", |_| " AND step = $4");
    let text = format!("SELECT {COLUMNS} FROM scope_change WHERE office_id = $1 AND kind = $2 AND subject = $3{narrowed} ORDER BY seq DESC LIMIT 1");
    let mut values = binds![office, kind.code(), subject];
    values.extend(step.map(|step| step.name().into()));
    let rows = tx.fetch(text, values).await?;
    rows.first().map(read).transpose()
}

/// All changes of a subject, oldest first.
pub async fn history(store: &Store, kind: Kind, subject: &str) -> Result<Vec<Changed>, StoreError> {
    let text = format!("SELECT {COLUMNS} FROM scope_change WHERE office_id = $1 AND kind = $2 AND subject = $3 ORDER BY seq");
    let rows = store.db.fetch(text, binds![store.office, kind.code(), subject]).await?;
    rows.iter().map(read).collect()
}

/// All changes of lines, subject by subject, oldest first.
pub async fn all_lines(store: &Store) -> Result<Vec<Changed>, StoreError> {
    let text = format!("SELECT {COLUMNS} FROM scope_change WHERE office_id = $1 AND kind <> 'allocation' ORDER BY kind, subject, seq");
    let rows = store.db.fetch(text, binds![store.office]).await?;
    rows.iter().map(read).collect()
}

/// Proposals on allocations that nobody has decided yet, oldest first.
pub async fn proposed(store: &Store) -> Result<Vec<Changed>, StoreError> {
    let later =
        "SELECT 1 FROM scope_change later WHERE later.office_id = c.office_id AND later.kind = c.kind AND later.subject = c.subject AND later.seq > c.seq";
    let text = format!(
        "SELECT {COLUMNS} FROM scope_change c WHERE c.office_id = $1 AND c.kind = 'allocation' AND c.step = '提出' AND NOT EXISTS ({later}) ORDER BY c.seq"
    );
    let rows = store.db.fetch(text, binds![store.office]).await?;
    rows.iter().map(read).collect()
}
