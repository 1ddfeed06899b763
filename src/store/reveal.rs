//! Reveals (全文查看): who saw the full texts of a warning.

use super::register::By;
use super::warning::No;
use super::{Store, StoreError, Turn};
use crate::binds;
use crate::domain::Entity;

/// Notes that somebody saw them.
pub async fn enter(turn: &mut Turn, no: No, by: By) -> Result<(), StoreError> {
    let columns = ["office_id", "no", "seq", "at", "actor"];
    let row = binds![turn.office, no, by.seq, by.at.timestamp_micros(), by.actor.unwrap_or(0)];
    turn.tx.insert("reveal", &columns, vec![row], "").await
}

/// How often they were seen.
pub async fn count(store: &Store, no: No) -> Result<i64, StoreError> {
    let rows = store.db.fetch("SELECT COUNT(*) FROM reveal WHERE office_id = $1 AND no = $2", binds![store.office, no]).await?;
    rows.first().map_or(Ok(0), |row| row.int(0))
}

/// The same, as the turn sees it.
pub async fn count_in(turn: &mut Turn, no: No) -> Result<i64, StoreError> {
    let rows = turn.tx.fetch("SELECT COUNT(*) FROM reveal WHERE office_id = $1 AND no = $2", binds![turn.office, no]).await?;
    rows.first().map_or(Ok(0), |row| row.int(0))
}

/// Where in the journal stands what a machine told of a record that a warning gathers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// The record's place in the warning's list, from 1.
    pub n: i64,
    pub entity: Entity,
    pub seq: i64,
    /// The line of the delivery, from 1.
    pub line: i64,
}

/// All that was told of its records, what was corrected later too.
pub async fn places(store: &Store, no: No) -> Result<Vec<Place>, StoreError> {
    let mut places = Vec::new();
    for entity in Entity::ALL {
        let table = entity.table();
        let told = format!("SELECT i.n, r.seq, r.line FROM warning_item i JOIN {table} r ON r.office_id = i.office_id AND r.key = i.key");
        let corrected = |columns: &str| {
            format!("SELECT i.n, {columns} FROM warning_item i JOIN correction c ON c.office_id = i.office_id AND c.entity = i.entity AND c.key = i.key")
        };
        for joined in [told, corrected("c.seq, c.line"), corrected("c.previous_seq, c.previous_line")] {
            let rows = store.db.fetch(format!("{joined} WHERE i.office_id = $1 AND i.no = $2 AND i.entity = $3"), binds![store.office, no, table]).await?;
            for row in &rows {
                places.push(Place { n: row.int(0)?, entity, seq: row.int(1)?, line: row.int(2)? });
            }
        }
    }
    Ok(places)
}
