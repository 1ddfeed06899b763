//! Allocations (预算指标) as people look for them: lists with what was paid, sums, chains.

use commands::{Flag, ScopeKind, Tier};

use super::db::Tx;
use super::ledger::{columns, read_record};
use super::row::Row;
use super::setting::OfficeSettings;
use super::statement::Bind;
use super::{Store, StoreError};
use crate::binds;
use crate::domain::{DocNo, Entity, Money, Record, normalise};

/// Whose records (归口股室): a section as records may name it, by code or by name. What names no section known here is the leading one's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owner {
    names: Vec<String>,
    /// Every name that is somebody's: whatever is none of these is its own too.
    others: Option<Vec<String>>,
}

impl Owner {
    pub fn of(settings: &OfficeSettings, code: &str) -> Owner {
        let names = |sections: &mut dyn Iterator<Item = &super::setting::Section>| sections.flat_map(|s| [s.code.clone(), s.name.clone()]).collect();
        let own = names(&mut settings.sections.iter().filter(|section| section.code == code));
        Owner { names: own, others: (settings.leading() == code).then(|| names(&mut settings.sections.iter())) }
    }

    /// A condition on a column that holds a section's name.
    pub(super) fn condition(&self, column: &str, binds: &mut Vec<Bind>) -> String {
        let mut among = |names: &[String]| {
            let places = names.iter().map(|name| {
                binds.push(name.as_str().into());
                format!("${}", binds.len())
            });
            places.collect::<Vec<_>>().join(", ")
        };
        let own = among(&self.names);
        match &self.others {
            Some(all) => format!(" AND ({column} IN ({own}) OR {column} IS NULL OR {column} NOT IN ({}))", among(all)),
            None => format!(" AND {column} IN ({own})"),
        }
    }
}

/// What a list is narrowed to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    pub owner: Option<Owner>,
    pub tier: Option<Tier>,
    pub year: Option<u32>,
    pub doc_no: Option<DocNo>,
    pub flag: Option<Flag>,
    /// Only funds from above (上级下达): everything that is not the county's own.
    pub from_above: bool,
}

impl Filter {
    /// Conditions on `a`, and the values of all placeholders so far.
    fn narrow(&self, office: i64) -> (String, Vec<Bind>) {
        let mut binds: Vec<Bind> = binds![office];
        let mut text = self.owner.as_ref().map(|owner| owner.condition("a.section", &mut binds)).unwrap_or_default();
        let equals: [(&str, Option<Bind>); 4] = [
            ("a.tier", self.tier.map(|tier| tier.name().into())),
            ("a.fiscal_year", self.year.map(|year| year.to_string().into())),
            ("a.doc_no_normal", self.doc_no.as_ref().map(|doc| doc.normal().into())),
            ("a.poverty_flag", self.flag.map(|flag| flag.name().into())),
        ];
        for (column, bind) in equals {
            if let Some(bind) = bind {
                binds.push(bind);
                text.push_str(&format!(" AND {column} = ${}", binds.len()));
            }
        }
        if self.from_above {
            text.push_str(" AND (a.tier IS NULL OR a.tier <> '县级')");
        }
        (text, binds)
    }
}

/// What counts as paid, of a payment `p`; the index on payments holds all of it.
const PAID: &str = "p.stage = '支付' AND p.kind IN ('正常', '更正')";

fn selected() -> String {
    let columns: Vec<String> = columns(Entity::Allocation).into_iter().map(|column| format!("a.{column}")).collect();
    let paid = format!(
        "SELECT CAST(COALESCE(SUM(p.net), 0) AS BIGINT) FROM payment p WHERE p.office_id = a.office_id AND p.allocation_id = a.allocation_id AND {PAID}"
    );
    format!("SELECT {}, ({paid}) FROM allocation a WHERE a.office_id = $1", columns.join(", "))
}

/// An allocation, and what was paid from it.
pub type Paid = (Record, Money);

fn read(row: &Row) -> Result<Paid, StoreError> {
    let record = read_record(Entity::Allocation, row)?;
    let paid = money(row, columns(Entity::Allocation).len())?;
    Ok((record, paid))
}

fn money(row: &Row, column: usize) -> Result<Money, StoreError> {
    Money::from_fen(row.int(column)?).map_err(|_| StoreError::BadColumn { column, expected: "money" })
}

/// Those that match, the longest waiting first where it is asked what waits, else by document.
pub async fn list(store: &Store, filter: &Filter, offset: i64, limit: i64) -> Result<Vec<Paid>, StoreError> {
    let (narrowed, mut binds) = filter.narrow(store.office);
    let order = if filter.from_above {
        "CASE WHEN a.received_on IS NULL THEN 1 ELSE 0 END, a.received_on, a.key"
    } else {
        "a.fiscal_year DESC, a.doc_no_normal, a.key"
    };
    binds.extend([limit.into(), offset.into()]);
    let text = format!("{}{narrowed} ORDER BY {order} LIMIT ${} OFFSET ${}", selected(), binds.len() - 1, binds.len());
    let rows = store.db.fetch(text, binds).await?;
    rows.iter().map(read).collect()
}

/// Sums of what matches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Totals {
    pub count: i64,
    /// 指标: what was split from another that matches is not counted twice
    pub amount: Money,
    /// 已分配 of these
    pub distributed: Money,
    /// 已支付 from all that match
    pub paid: Money,
}

/// How many match, and their sums.
pub async fn totals(store: &Store, filter: &Filter) -> Result<Totals, StoreError> {
    let (narrowed, binds) = filter.narrow(store.office);
    let sum = |what: &str, from: &str| format!("(SELECT CAST(COALESCE(SUM({what}), 0) AS BIGINT) FROM {from})");
    let text = format!(
        "WITH seen AS (SELECT a.office_id, a.allocation_id, a.parent_id, a.amount FROM allocation a WHERE a.office_id = $1{narrowed}), \
         top AS (SELECT s.* FROM seen s WHERE s.parent_id IS NULL OR NOT EXISTS (SELECT 1 FROM seen u WHERE u.allocation_id = s.parent_id)) \
         SELECT (SELECT COUNT(*) FROM seen), {}, {}, {}",
        sum("amount", "top"),
        sum("c.amount", "top t JOIN allocation c ON c.office_id = t.office_id AND c.parent_id = t.allocation_id"),
        sum("p.net", &format!("seen s JOIN payment p ON p.office_id = s.office_id AND p.allocation_id = s.allocation_id WHERE {PAID}")),
    );
    let rows = store.db.fetch(text, binds).await?;
    let row = rows.first().ok_or(StoreError::BadColumn { column: 0, expected: "a count" })?;
    Ok(Totals { count: row.int(0)?, amount: money(row, 1)?, distributed: money(row, 2)?, paid: money(row, 3)? })
}

/// As many as anybody chooses among.
const CHOICE: i64 = 12;

fn named_by(office: i64, named: &str) -> (String, Vec<Bind>) {
    let text = format!("{} AND (a.allocation_id = $2 OR a.doc_no_normal = $3) ORDER BY a.key LIMIT $4", selected());
    (text, binds![office, normalise(named), DocNo::new(named).normal(), CHOICE])
}

/// Those that people mean by a document number (文号), however it was typed, or by a number of their own (编号): that alone, if there is one.
pub async fn named(store: &Store, named: &str) -> Result<Vec<Paid>, StoreError> {
    let (text, binds) = named_by(store.office, named);
    let rows = store.db.fetch(text, binds).await?;
    Ok(exactly(rows.iter().map(read).collect::<Result<_, _>>()?, named))
}

/// The same, as the turn sees it.
pub async fn named_in(tx: &mut Tx, office: i64, named: &str) -> Result<Vec<Paid>, StoreError> {
    let (text, binds) = named_by(office, named);
    let rows = tx.fetch(text, binds).await?;
    Ok(exactly(rows.iter().map(read).collect::<Result<_, _>>()?, named))
}

fn exactly(mut found: Vec<Paid>, named: &str) -> Vec<Paid> {
    let id = normalise(named);
    let is = |(record, _): &Paid| record.text(crate::domain::record::allocation::ALLOCATION_ID) == id;
    if found.iter().any(is) {
        found.retain(is);
    }
    found
}

/// What was split from it (分配下达).
pub async fn children(store: &Store, id: &str, limit: i64) -> Result<Vec<Paid>, StoreError> {
    let rows = store.db.fetch(format!("{} AND a.parent_id = $2 ORDER BY a.key LIMIT $3", selected()), binds![store.office, id, limit]).await?;
    rows.iter().map(read).collect()
}

/// Those of which a source says otherwise than was decided.
pub async fn disputed(store: &Store) -> Result<Vec<Paid>, StoreError> {
    let rows = store.db.fetch(format!("{} AND a.told_otherwise IS NOT NULL ORDER BY a.key", selected()), binds![store.office]).await?;
    rows.iter().map(read).collect()
}

/// Those that a line of the scope is about and nobody else has identified.
pub async fn within(tx: &mut Tx, office: i64, kind: ScopeKind, value: &str) -> Result<Vec<Record>, StoreError> {
    let condition = match kind {
        ScopeKind::Fund => "a.fund_name = $2",
        ScopeKind::Project => "a.project_code = $2",
        // digits only: the colon comes after the nine
        ScopeKind::Function => "a.function_code >= $2 AND a.function_code < $2 || ':'",
    };
    let text = format!("{} AND {condition} AND (a.marked_by IS NULL OR a.marked_by = '口径') ORDER BY a.key", selected());
    let rows = tx.fetch(text, binds![office, value]).await?;
    rows.iter().map(|row| read_record(Entity::Allocation, row)).collect()
}
