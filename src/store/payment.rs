//! Payments (支付) as people look for them.

use chrono::NaiveDate;

use super::allocation::Owner;
use super::ledger::{columns, read_record};
use super::statement::Bind;
use super::{Store, StoreError};
use crate::binds;
use crate::domain::{Entity, Record, normalise};

/// A payment, and the section it belongs to as it or its allocation names it.
pub type Owned = (Record, Option<String>);

/// What a list is narrowed to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    pub owner: Option<Owner>,
    pub on: Option<NaiveDate>,
    /// Only those paid from these allocations.
    pub allocations: Option<Vec<String>>,
    /// Only that of this voucher or application.
    pub numbered: Option<String>,
}

/// The latest first.
pub async fn list(store: &Store, filter: &Filter, offset: i64, limit: i64) -> Result<Vec<Owned>, StoreError> {
    const SECTION: &str = "COALESCE(p.section, a.section)";
    let mut binds: Vec<Bind> = binds![store.office];
    let mut text = filter.owner.as_ref().map(|owner| owner.condition(SECTION, &mut binds)).unwrap_or_default();
    let mut bound = |bind: Bind| {
        binds.push(bind);
        format!("${}", binds.len())
    };
    if let Some(on) = filter.on {
        text.push_str(&format!(" AND p.paid_on = {}", bound(on.to_string().into())));
    }
    if let Some(allocations) = &filter.allocations {
        let places: Vec<String> = allocations.iter().map(|id| bound(id.as_str().into())).collect();
        text.push_str(&format!(" AND p.allocation_id IN ({})", places.join(", ")));
    }
    if let Some(numbered) = &filter.numbered {
        let place = bound(normalise(numbered).into());
        text.push_str(&format!(" AND (p.voucher_no = {place} OR p.application_no = {place})"));
    }
    let columns: Vec<String> = columns(Entity::Payment).into_iter().map(|column| format!("p.{column}")).collect();
    let text = format!(
        "SELECT {}, {SECTION} FROM payment p LEFT JOIN allocation a ON a.office_id = p.office_id AND a.allocation_id = p.allocation_id \
         WHERE p.office_id = $1 AND p.paid_on IS NOT NULL{text} ORDER BY p.paid_on DESC, p.key DESC LIMIT {} OFFSET {}",
        columns.join(", "),
        bound(limit.into()),
        bound(offset.into()),
    );
    let rows = store.db.fetch(text, binds).await?;
    rows.iter().map(|row| Ok((read_record(Entity::Payment, row)?, row.opt_text(columns.len())?.map(str::to_owned)))).collect()
}
