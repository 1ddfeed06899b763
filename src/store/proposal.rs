//! What waits for a second person on a red light (待批事项), and what became of it: measures (处置) and false alarms (误报). Kinds, amounts and days stand
//! in plain columns, for the month counts them; what was written stands in a slip.

use chrono::{DateTime, NaiveDate, Utc};
use commands::ProposalKind;

use super::db::Tx;
use super::register::By;
use super::row::Row;
use super::warning::{No, date, time};
use super::{Store, StoreError, Turn};
use crate::binds;
use crate::domain::Money;
use crate::domain::calendar::local_date;

/// How far it has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    Waiting,
    Approved,
    Returned,
    /// The warning was closed before anybody had decided.
    Withdrawn,
}

impl Status {
    const ALL: [Status; 4] = [Status::Waiting, Status::Approved, Status::Returned, Status::Withdrawn];

    const fn code(self) -> &'static str {
        match self {
            Status::Waiting => "waiting",
            Status::Approved => "approved",
            Status::Returned => "returned",
            Status::Withdrawn => "withdrawn",
        }
    }

    /// What people read.
    pub const fn name(self) -> &'static str {
        match self {
            Status::Waiting => "待审批",
            Status::Approved => "已同意",
            Status::Returned => "已退回",
            Status::Withdrawn => "已撤销",
        }
    }
}

/// What is proposed, as far as it may be counted and told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms {
    pub kind: ProposalKind,
    pub amount: Option<Money>,
    /// Local days, both included; of a transfer the day it happens.
    pub from_on: Option<NaiveDate>,
    pub until_on: Option<NaiveDate>,
    /// Of the notice (通报), normalised.
    pub doc_no: Option<String>,
}

/// A proposal as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    pub no: No,
    /// From 1, in the order they were made.
    pub n: i64,
    pub terms: Terms,
    /// The number of the slip that tells of it.
    pub slip: i64,
    pub proposed_at: DateTime<Utc>,
    /// Staff id.
    pub proposed_by: i64,
    pub status: Status,
    pub settled_at: Option<DateTime<Utc>>,
    /// Staff id.
    pub settled_by: Option<i64>,
}

const COLUMNS: &str = "no, n, kind, amount, from_on, until_on, doc_no, slip, proposed_at, proposed_by, status, settled_at, settled_by";

fn read(row: &Row) -> Result<Proposal, StoreError> {
    let one = || -> Result<Proposal, StoreError> {
        let (kind, status) = (row.text(2)?, row.text(10)?);
        Ok(Proposal {
            no: row.int(0)?,
            n: row.int(1)?,
            terms: Terms {
                kind: ProposalKind::from_code(kind).ok_or(StoreError::BadColumn { column: 2, expected: "a kind of proposal" })?,
                amount: row.opt_int(3)?.and_then(|fen| Money::from_fen(fen).ok()),
                from_on: date(row.opt_text(4)?, 4)?,
                until_on: date(row.opt_text(5)?, 5)?,
                doc_no: row.opt_text(6)?.map(str::to_owned),
            },
            slip: row.int(7)?,
            proposed_at: time(Some(row.int(8)?)).unwrap_or_default(),
            proposed_by: row.int(9)?,
            status: Status::ALL.into_iter().find(|one| one.code() == status).ok_or(StoreError::BadColumn { column: 10, expected: "a status" })?,
            settled_at: time(row.opt_int(11)?),
            settled_by: row.opt_int(12)?,
        })
    };
    one().map_err(|e| e.in_row("proposal", row.int(0).unwrap_or(0)))
}

/// Writes down what is proposed.
pub async fn propose(turn: &mut Turn, no: No, by: By, terms: &Terms, slip: i64) -> Result<(), StoreError> {
    let n = in_turn(&mut turn.tx, turn.office, no).await?.len() + 1;
    let columns = ["office_id", "no", "n", "kind", "amount", "from_on", "until_on", "doc_no", "slip", "proposed_seq", "proposed_at", "proposed_by", "status"];
    let row = binds![
        turn.office,
        no,
        i64::try_from(n).unwrap_or(i64::MAX),
        terms.kind.code(),
        terms.amount.map(Money::fen),
        terms.from_on.map(|day| day.to_string()),
        terms.until_on.map(|day| day.to_string()),
        terms.doc_no.clone(),
        slip,
        by.seq,
        by.at.timestamp_micros(),
        by.actor.unwrap_or(0),
        Status::Waiting.code()
    ];
    turn.tx.insert("proposal", &columns, vec![row], "").await
}

/// Decides one: it waits no longer.
pub async fn settle(turn: &mut Turn, proposal: &Proposal, status: Status, by: By) -> Result<(), StoreError> {
    let text =
        "UPDATE proposal SET status = $4, settled_seq = $5, settled_at = $6, settled_on = $7, settled_by = $8 WHERE office_id = $1 AND no = $2 AND n = $3";
    let binds =
        binds![turn.office, proposal.no, proposal.n, status.code(), by.seq, by.at.timestamp_micros(), local_date(by.at).to_string(), by.actor.unwrap_or(0)];
    turn.tx.execute(text, binds).await.map(drop)
}

/// A warning's, as the turn sees them.
pub async fn in_turn(tx: &mut Tx, office: i64, no: No) -> Result<Vec<Proposal>, StoreError> {
    let rows = tx.fetch(format!("SELECT {COLUMNS} FROM proposal WHERE office_id = $1 AND no = $2 ORDER BY n"), binds![office, no]).await?;
    rows.iter().map(read).collect()
}

/// A warning's, in the order they were made.
pub async fn of(store: &Store, no: No) -> Result<Vec<Proposal>, StoreError> {
    let text = format!("SELECT {COLUMNS} FROM proposal WHERE office_id = $1 AND no = $2 ORDER BY n");
    let rows = store.db.fetch(text, binds![store.office, no]).await?;
    rows.iter().map(read).collect()
}

/// All that wait, the oldest first.
pub async fn waiting(store: &Store) -> Result<Vec<Proposal>, StoreError> {
    let text = format!("SELECT {COLUMNS} FROM proposal WHERE office_id = $1 AND status = $2 ORDER BY proposed_seq, no, n");
    let rows = store.db.fetch(text, binds![store.office, Status::Waiting.code()]).await?;
    rows.iter().map(read).collect()
}
