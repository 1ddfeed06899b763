//! Co-handling sections (配合股室): whoever else looks into a warning, and may know of it.

use super::warning::No;
use super::{Store, StoreError, Turn};
use crate::binds;

const OF: &str = "SELECT section FROM co_handler WHERE office_id = $1 AND no = $2 ORDER BY seq, section";

/// A section helps with a warning from now on.
pub async fn add(turn: &mut Turn, no: No, section: &str, seq: i64) -> Result<(), StoreError> {
    let row = binds![turn.office, no, section, seq];
    turn.tx.insert("co_handler", &["office_id", "no", "section", "seq"], vec![row], "").await
}

/// Codes of the sections that help, as the turn sees them.
pub async fn in_turn(turn: &mut Turn, no: No) -> Result<Vec<String>, StoreError> {
    let rows = turn.tx.fetch(OF, binds![turn.office, no]).await?;
    rows.iter().map(|row| Ok(row.text(0)?.to_owned())).collect()
}

/// Codes of the sections that help, in the order they were asked.
pub async fn of(store: &Store, no: No) -> Result<Vec<String>, StoreError> {
    let rows = store.db.fetch(OF, binds![store.office, no]).await?;
    rows.iter().map(|row| Ok(row.text(0)?.to_owned())).collect()
}
