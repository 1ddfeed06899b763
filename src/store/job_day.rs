//! For which day something that is done once a day was done last.

use chrono::NaiveDate;

use super::warning::date;
use super::{StoreError, Turn};
use crate::binds;

/// The latest day it was done for.
pub async fn last(turn: &mut Turn, job: &str) -> Result<Option<NaiveDate>, StoreError> {
    let rows = turn.tx.fetch("SELECT day FROM job_day WHERE office_id = $1 AND job = $2", binds![turn.office, job]).await?;
    match rows.first() {
        Some(row) => date(row.opt_text(0)?, 0),
        None => Ok(None),
    }
}

/// It was done for this day.
pub async fn done(turn: &mut Turn, seq: i64, job: &str, day: NaiveDate) -> Result<(), StoreError> {
    let row = binds![turn.office, job, day.to_string(), seq];
    let tail = "ON CONFLICT (office_id, job) DO UPDATE SET day = excluded.day, seq = excluded.seq";
    turn.tx.insert("job_day", &["office_id", "job", "day", "seq"], vec![row], tail).await
}
