//! Performance (绩效) as people look for it: what was filed of a project and year, and what waits for a review.

use super::db::Tx;
use super::ledger::{columns, read_record};
use super::statement::Bind;
use super::{Store, StoreError};
use crate::binds;
use crate::domain::{Entity, Record, normalise};

fn of_project(office: i64, entity: Entity, project: &str, year: u32) -> (String, Vec<Bind>) {
    let (columns, table) = (columns(entity).join(", "), entity.table());
    let text = format!("SELECT {columns} FROM {table} WHERE office_id = $1 AND project_code = $2 AND fiscal_year = $3 ORDER BY key LIMIT 1");
    (text, binds![office, normalise(project), year.to_string()])
}

/// The goal of a project and year that was filed; a review alone is none.
pub async fn goal(store: &Store, project: &str, year: u32) -> Result<Option<Record>, StoreError> {
    let (text, binds) = of_project(store.office, Entity::Goal, project, year);
    filed(store.db.fetch(text, binds).await?.first().map(|row| read_record(Entity::Goal, row)).transpose()?)
}

/// The same, as the turn sees it.
pub async fn goal_in(tx: &mut Tx, office: i64, project: &str, year: u32) -> Result<Option<Record>, StoreError> {
    let (text, binds) = of_project(office, Entity::Goal, project, year);
    filed(tx.fetch(text, binds).await?.first().map(|row| read_record(Entity::Goal, row)).transpose()?)
}

fn filed(goal: Option<Record>) -> Result<Option<Record>, StoreError> {
    Ok(goal.filter(|goal| !goal.get(crate::domain::record::goal::FILED_ON).is_empty()))
}

/// Whether a project has evaluated itself for a year.
pub async fn is_evaluated(store: &Store, project: &str, year: u32) -> Result<bool, StoreError> {
    let (text, binds) = of_project(store.office, Entity::Evaluation, project, year);
    Ok(!store.db.fetch(text, binds).await?.is_empty())
}

/// How many goals of a year wait for a review, and those that have waited longest.
pub async fn waiting(store: &Store, year: u32, limit: i64) -> Result<(i64, Vec<Record>), StoreError> {
    const WAITS: &str = "FROM goal WHERE office_id = $1 AND fiscal_year = $2 AND status = '待审核' AND filed_on IS NOT NULL";
    let counted = store.db.fetch(format!("SELECT COUNT(*) {WAITS}"), binds![store.office, year.to_string()]).await?;
    let count = counted.first().map(|row| row.int(0)).transpose()?.unwrap_or(0);
    let text = format!("SELECT {} {WAITS} ORDER BY filed_on, project_code LIMIT $3", columns(Entity::Goal).join(", "));
    let rows = store.db.fetch(text, binds![store.office, year.to_string(), limit]).await?;
    Ok((count, rows.iter().map(|row| read_record(Entity::Goal, row)).collect::<Result<_, _>>()?))
}
