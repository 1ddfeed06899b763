//! What has been said of deadlines (催办): each stage once for each deadline, the latest alone after a pause of the service.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::db::Tx;
use super::warning::No;
use super::{StoreError, Turn};
use crate::binds;
use crate::domain::WarningState;
use crate::domain::calendar::Calendar;
use crate::store::setting::Chasing;

/// How far it has come with a deadline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// it is near
    Reminded,
    /// it has passed: handler and section head
    Overdue,
    /// 农业股 is told
    Leading,
    /// 领导小组办公室 is told
    LeadOffice,
}

impl Stage {
    const ALL: [Stage; 4] = [Stage::Reminded, Stage::Overdue, Stage::Leading, Stage::LeadOffice];

    const fn number(self) -> i64 {
        match self {
            Stage::Reminded => 1,
            Stage::Overdue => 2,
            Stage::Leading => 3,
            Stage::LeadOffice => 4,
        }
    }
}

/// Open warnings whose deadline has come to a stage that was not said of it yet, and the latest such stage. What stands still, and 存量, is left out.
pub async fn due(tx: &mut Tx, office: i64, today: NaiveDate, calendar: &Calendar, chasing: Chasing, limit: i64) -> Result<Vec<(No, Stage)>, StoreError> {
    let reached =
        "CASE WHEN w.due_on <= $2 THEN 4 WHEN w.due_on <= $3 THEN 3 WHEN w.due_on <= $4 THEN 2 WHEN w.state <> $5 OR w.due_on <= $6 THEN 1 ELSE 0 END";
    let text = format!(
        "SELECT no, CAST(reached AS BIGINT) FROM (SELECT w.no, {reached} AS reached, COALESCE(c.stage, 0) AS said FROM warning w LEFT JOIN chased c ON c.office_id = w.office_id AND c.no = w.no AND c.due_on = w.due_on WHERE w.office_id = $1 AND w.closed_at IS NULL AND w.backlog = 0 AND w.due_on <= $7 AND NOT EXISTS (SELECT 1 FROM pause p WHERE p.office_id = w.office_id AND p.no = w.no AND p.due_on = w.due_on)) near WHERE reached > said ORDER BY no LIMIT $8"
    );
    let [head, leading, above] = chasing.escalate.map(|days| calendar.before(today, days).to_string());
    let (bells, all) = (calendar.within(today, 0), calendar.within(today, chasing.remind));
    let binds = binds![office, above, leading, head, WarningState::BellOpen.code(), bells.to_string(), all.to_string(), limit];
    let rows = tx.fetch(text, binds).await?;
    let stage = |number: i64| Stage::ALL.into_iter().find(|stage| stage.number() == number);
    rows.iter().map(|row| Ok((row.int(0)?, stage(row.int(1)?).ok_or(StoreError::BadColumn { column: 1, expected: "a stage" })?))).collect()
}

/// Remembers what was said of which deadlines.
pub async fn write(turn: &mut Turn, seq: i64, said: &[(No, NaiveDate, Stage)]) -> Result<(), StoreError> {
    let office = turn.office;
    let rows = said.iter().map(|(no, due_on, stage)| binds![office, *no, due_on.to_string(), stage.number(), seq]);
    let tail = "ON CONFLICT (office_id, no) DO UPDATE SET due_on = excluded.due_on, stage = excluded.stage, seq = excluded.seq";
    turn.tx.insert("chased", &["office_id", "no", "due_on", "stage", "seq"], rows, tail).await
}
