//! What may leave the bureau, page by page in a fixed order: the same state gives the same pages.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::StoreError;
use super::db::Tx;
use super::ledger::{columns, read_record};
use super::row::Row;
use super::statement::Among;
use super::transition::{self, Transition};
use super::warning::{self, No, Warning};
use crate::binds;
use crate::domain::calendar::local_midnight;
use crate::domain::{Entity, Money, Record};

/// Rows of a page.
pub const PAGE: i64 = 500;

/// Warnings that were open at any time from `first` to `last` (both included, local), or were lit then, after this number; with every move so far.
pub async fn warnings(tx: &mut Tx, office: i64, (first, last): (NaiveDate, NaiveDate), after: No) -> Result<Vec<(Warning, Vec<Transition>)>, StoreError> {
    let (from, until) = (local_midnight(first).timestamp_micros(), local_midnight(last.succ_opt().unwrap_or(last)).timestamp_micros());
    let text = format!(
        "SELECT {} FROM warning WHERE office_id = $1 AND no > $2 AND fired_at < $4 AND (closed_at IS NULL OR closed_at >= $3) ORDER BY no LIMIT $5",
        warning::COLUMNS.join(", ")
    );
    let rows = tx.fetch(text, binds![office, after, from, until, PAGE]).await?;
    let found: Vec<Warning> = rows.iter().map(warning::read).collect::<Result<_, _>>()?;
    let among = Among {
        columns: transition::COLUMNS,
        table: "transition",
        fixed: "office_id = $1",
        fixed_binds: &[office.into()],
        on: &["no"],
        tail: "ORDER BY no, n",
    };
    let mut moves: BTreeMap<No, Vec<Transition>> = BTreeMap::new();
    for row in &tx.fetch_among(among, found.iter().map(|warning| binds![warning.no]).collect()).await? {
        let moved = transition::read(row).map_err(|e| e.in_row("transition", row.int(0).unwrap_or(0)))?;
        moves.entry(moved.no).or_default().push(moved);
    }
    Ok(found.into_iter().map(|warning| (moves.remove(&warning.no).unwrap_or_default(), warning)).map(|(moves, warning)| (warning, moves)).collect())
}

/// Payments made from `first` to `last` (both included, local), refunds and the like among them, after this key.
pub async fn payments(tx: &mut Tx, office: i64, (first, last): (NaiveDate, NaiveDate), after: &str) -> Result<Vec<Record>, StoreError> {
    let text = format!(
        "SELECT {} FROM payment WHERE office_id = $1 AND key > $2 AND stage = '支付' AND paid_on >= $3 AND paid_on <= $4 ORDER BY key LIMIT $5",
        columns(Entity::Payment).join(", ")
    );
    let rows = tx.fetch(text, binds![office, after, first.to_string(), last.to_string(), PAGE]).await?;
    rows.iter().map(|row| read_record(Entity::Payment, row)).collect()
}

/// What has become of an allocation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Progress {
    /// Distributed to others (分配下达).
    pub distributed: Money,
    /// Paid from it, refunds taken off.
    pub paid: Money,
}

/// Allocations of a fiscal year, or received in it where none is told, after this key.
pub async fn allocations(tx: &mut Tx, office: i64, year: i32, after: &str) -> Result<Vec<(Record, Progress)>, StoreError> {
    let own: Vec<String> = columns(Entity::Allocation).into_iter().map(|column| format!("a.{column}")).collect();
    let text = format!(
        "SELECT {}, (SELECT CAST(COALESCE(SUM(c.amount), 0) AS BIGINT) FROM allocation c WHERE c.office_id = a.office_id AND c.parent_id = a.allocation_id), (SELECT CAST(COALESCE(SUM(p.net), 0) AS BIGINT) FROM payment p WHERE p.office_id = a.office_id AND p.allocation_id = a.allocation_id AND p.stage = '支付' AND p.kind IN ('正常', '更正') AND p.net > 0) FROM allocation a WHERE a.office_id = $1 AND a.key > $2 AND COALESCE(a.fiscal_year, SUBSTR(a.received_on, 1, 4)) = $3 ORDER BY a.key LIMIT $4",
        own.join(", ")
    );
    let rows = tx.fetch(text, binds![office, after, year.to_string(), PAGE]).await?;
    let sum = |row: &Row, at: usize| Money::from_fen(row.int(at)?).map_err(|_| StoreError::BadColumn { column: at, expected: "an amount" });
    rows.iter()
        .map(|row| {
            let record = read_record(Entity::Allocation, row)?;
            let progress = || Ok(Progress { distributed: sum(row, own.len())?, paid: sum(row, own.len() + 1)? });
            let progress = progress().map_err(|e: StoreError| e.in_row("allocation", &record.key))?;
            Ok((record, progress))
        })
        .collect()
}
