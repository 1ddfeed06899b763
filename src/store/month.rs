//! What the monthly summary is made from: the moves of warnings, up to a day.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::StoreError;
use super::db::Tx;
use super::transition::{self, Transition};
use super::warning::No;
use crate::binds;

/// One warning's life as the summary needs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct History {
    pub no: No,
    /// Its code.
    pub rule: String,
    pub rule_name: String,
    pub category: String,
    pub town: Option<String>,
    /// Oldest first, none after the day asked for.
    pub moves: Vec<Transition>,
    /// The deadline that stood at the end of that day; earlier ones stand with the moves that ended them.
    pub due_on: NaiveDate,
}

/// All warnings that were open at any time from `from` to `until` (both included), with every move up to `until`.
pub async fn histories(tx: &mut Tx, office: i64, from: NaiveDate, until: NaiveDate) -> Result<Vec<History>, StoreError> {
    let text = "SELECT no, rule, rule_name, category, town, COALESCE((SELECT t.due_on FROM transition t WHERE t.office_id = w.office_id AND t.no = w.no AND t.local_date > $3 AND t.due_on IS NOT NULL ORDER BY t.n LIMIT 1), due_on) FROM warning w WHERE office_id = $1 AND EXISTS (SELECT 1 FROM transition t WHERE t.office_id = w.office_id AND t.no = w.no AND t.n = 1 AND t.local_date <= $3) AND (closed_at IS NULL OR state IN ('bell_listed', 'yellow_listed', 'red_listed') OR EXISTS (SELECT 1 FROM transition t WHERE t.office_id = w.office_id AND t.no = w.no AND t.local_date >= $2)) ORDER BY no";
    let rows = tx.fetch(text, binds![office, from.to_string(), until.to_string()]).await?;
    let mut moves: BTreeMap<No, Vec<Transition>> = BTreeMap::new();
    let text = format!(
        "SELECT {} FROM transition WHERE office_id = $1 AND local_date <= $3 AND no IN (SELECT no FROM warning w WHERE office_id = $1 AND (closed_at IS NULL OR state IN ('bell_listed', 'yellow_listed', 'red_listed') OR EXISTS (SELECT 1 FROM transition t WHERE t.office_id = w.office_id AND t.no = w.no AND t.local_date >= $2))) ORDER BY no, n",
        transition::COLUMNS
    );
    for row in &tx.fetch(text, binds![office, from.to_string(), until.to_string()]).await? {
        let moved = transition::read(row).map_err(|e| e.in_row("transition", row.int(0).unwrap_or(0)))?;
        moves.entry(moved.no).or_default().push(moved);
    }
    rows.iter()
        .map(|row| {
            let no = row.int(0)?;
            Ok(History {
                no,
                rule: row.text(1)?.to_owned(),
                rule_name: row.text(2)?.to_owned(),
                category: row.text(3)?.to_owned(),
                town: row.opt_text(4)?.map(str::to_owned),
                moves: moves.remove(&no).unwrap_or_default(),
                due_on: row.text(5)?.parse().map_err(|_| StoreError::BadColumn { column: 5, expected: "a date" })?,
            })
        })
        .collect()
}
