//! Who answers for it: 谁主管、谁负责 (part 4).

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::domain::record::{allocation, beneficiary, disbursement, evaluation, goal, indicator, payment, progress, project};
use crate::domain::{Entity, Money, Record};
use crate::rules::History;
use crate::store::setting::OfficeSettings;
use crate::store::staff::Staff;
use crate::watch::cache::{Cache, Wants, key_of, want};
use chrono::NaiveDate;
use commands::{Permission, SectionKind};

/// What a warning shows of the record that lit it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Face {
    pub section: String,
    pub town: Option<String>,
    pub voucher_no: Option<String>,
    pub doc_no: Option<String>,
    pub business_date: Option<NaiveDate>,
    pub amount: Option<Money>,
    /// 张*, and the last four of the account: for letters.
    pub payee: Option<String>,
}

/// The payment a line belongs to, if it has come.
fn payment_of(record: &Record, cache: &Cache) -> Option<Arc<Record>> {
    match record.entity {
        Entity::Disbursement => {
            let year = record.get(disbursement::FISCAL_YEAR);
            let found = cache.find(Entity::Payment, &[payment::VOUCHER_NO], &[record.get(disbursement::VOUCHER_NO).clone()]);
            // a cancellation may bear the number of what it cancels
            found.into_iter().find(|p| p.get(payment::FISCAL_YEAR) == year && matches!(p.text(payment::PAYMENT_KIND), "正常" | "更正"))
        }
        Entity::Allocation
        | Entity::Payment
        | Entity::Beneficiary
        | Entity::Goal
        | Entity::Indicator
        | Entity::Progress
        | Entity::Evaluation
        | Entity::Payroll
        | Entity::Project
        | Entity::Standard
        | Entity::Other => None,
    }
}

/// The fields of a record by which its allocation is found, and those of the allocation that they equal.
type Link = (&'static [usize], &'static [usize]);

/// A payment or a line names its allocation; what is told of performance names a project and a year.
fn allocation_link(entity: Entity) -> Option<Link> {
    const NUMBER: &[usize] = &[allocation::ALLOCATION_ID];
    const PROJECT: &[usize] = &[allocation::PROJECT_CODE, allocation::FISCAL_YEAR];
    match entity {
        Entity::Payment => Some((&[payment::ALLOCATION_ID], NUMBER)),
        Entity::Disbursement => Some((&[disbursement::ALLOCATION_ID], NUMBER)),
        Entity::Goal => Some((&[goal::PROJECT_CODE, goal::FISCAL_YEAR], PROJECT)),
        Entity::Indicator => Some((&[indicator::PROJECT_CODE, indicator::FISCAL_YEAR], PROJECT)),
        Entity::Progress => Some((&[progress::PROJECT_CODE, progress::FISCAL_YEAR], PROJECT)),
        Entity::Evaluation => Some((&[evaluation::PROJECT_CODE, evaluation::FISCAL_YEAR], PROJECT)),
        Entity::Allocation | Entity::Beneficiary | Entity::Payroll | Entity::Project | Entity::Standard | Entity::Other => None,
    }
}

fn allocation_of(record: &Record, cache: &Cache) -> Option<Arc<Record>> {
    let (own, theirs) = allocation_link(record.entity)?;
    let found = cache.find(Entity::Allocation, theirs, &key_of(record, own));
    // of several under one project, one that names a section
    found.iter().find(|allocation| !allocation.get(allocation::SECTION).is_empty()).or(found.first()).cloned()
}

/// The goal of what was told of the same project and year.
const GOAL: &[usize] = &[goal::PROJECT_CODE, goal::FISCAL_YEAR];

/// First stroke: the payments of lines, the goals of indicators and the like, and the allocations named directly.
pub fn want_links(record: &Record, wants: &mut Wants) {
    if record.entity == Entity::Disbursement {
        want(wants, Entity::Payment, &[payment::VOUCHER_NO], vec![record.get(disbursement::VOUCHER_NO).clone()]);
    }
    if let Some((own, theirs)) = allocation_link(record.entity) {
        want(wants, Entity::Allocation, theirs, key_of(record, own));
        if own.len() == GOAL.len() {
            want(wants, Entity::Goal, GOAL, key_of(record, own));
        }
    }
}

/// Second stroke: the allocations of those payments.
pub fn want_further_links(record: &Record, cache: &Cache, wants: &mut Wants) {
    if let Some(payment) = payment_of(record, cache) {
        want_links(&payment, wants);
    }
}

/// The section that the record itself tells, or what it belongs to.
fn told_section(record: &Record, payment: Option<&Record>, cache: &Cache) -> Option<String> {
    let of = |record: &Record, slot: usize| record.get(slot).as_text().map(str::to_owned);
    let of_goal = |own: &[usize]| cache.find(Entity::Goal, GOAL, &key_of(record, own)).iter().find_map(|found| of(found, goal::SECTION));
    match record.entity {
        Entity::Payment => of(record, payment::SECTION),
        Entity::Disbursement => of(record, disbursement::SECTION).or_else(|| of(payment?, payment::SECTION)),
        Entity::Goal => of(record, goal::SECTION),
        Entity::Indicator => of_goal(&[indicator::PROJECT_CODE, indicator::FISCAL_YEAR]),
        Entity::Progress => of_goal(&[progress::PROJECT_CODE, progress::FISCAL_YEAR]),
        Entity::Evaluation => of_goal(&[evaluation::PROJECT_CODE, evaluation::FISCAL_YEAR]),
        Entity::Project => of(record, project::SECTION),
        Entity::Allocation | Entity::Beneficiary | Entity::Payroll | Entity::Standard | Entity::Other => None,
    }
}

/// Whose it is where nobody says: performance is 评审中心's, all else 农业股's.
fn otherwise(entity: Entity, settings: &OfficeSettings) -> &str {
    match entity {
        Entity::Goal | Entity::Indicator | Entity::Progress | Entity::Evaluation => {
            settings.of_kind(SectionKind::ReviewCenter).next().unwrap_or(settings.leading())
        }
        Entity::Allocation
        | Entity::Payment
        | Entity::Disbursement
        | Entity::Beneficiary
        | Entity::Payroll
        | Entity::Project
        | Entity::Standard
        | Entity::Other => settings.leading(),
    }
}

/// The allocation itself, or that which the record names, or its payment.
pub(super) fn allocation_behind(record: &Record, cache: &Cache) -> Option<Arc<Record>> {
    if record.entity == Entity::Allocation {
        return Some(Arc::new(record.clone()));
    }
    allocation_of(record, cache).or_else(|| allocation_of(payment_of(record, cache).as_deref()?, cache))
}

/// What to show, and which section answers: the record's own, else its payment's or goal's, else its allocation's, else whose such things are.
pub fn face(record: &Record, cache: &Cache, settings: &OfficeSettings) -> Face {
    let payment = payment_of(record, cache);
    let allocation = allocation_behind(record, cache);
    let own = |slot: usize| record.get(slot).as_text().map(str::to_owned);
    let named = told_section(record, payment.as_deref(), cache).or_else(|| Some(allocation.as_ref()?.get(allocation::SECTION).as_text()?.to_owned()));
    let section = named.map_or(otherwise(record.entity, settings), |named| settings.route(&named)).to_owned();
    let doc_no = allocation.as_ref().and_then(|a| a.get(allocation::DOC_NO_NORMAL).as_text().map(str::to_owned));
    let plain = Face {
        section,
        business_date: record.entity.date_slot().and_then(|slot| record.get(slot).as_date()),
        amount: record.entity.amount_slot().and_then(|slot| record.get(slot).as_money()),
        ..Face::default()
    };
    match record.entity {
        Entity::Payment => Face {
            town: own(payment::TOWN),
            voucher_no: own(payment::VOUCHER_NO).or_else(|| own(payment::APPLICATION_NO)),
            doc_no,
            amount: record.get(payment::AMOUNT).as_money(),
            payee: own(payment::PAYEE_MASKED).map(|name| format!("{name} {}", record.text(payment::ACCOUNT_TAIL)).trim_end().to_owned()),
            ..plain
        },
        Entity::Disbursement => Face {
            town: own(disbursement::TOWN),
            voucher_no: own(disbursement::VOUCHER_NO),
            doc_no,
            business_date: payment.and_then(|p| p.get(payment::PAID_ON).as_date()).or(plain.business_date),
            ..plain
        },
        Entity::Allocation => Face {
            doc_no,
            business_date: [allocation::DISTRIBUTED_ON, allocation::REGISTERED_ON, allocation::RECEIVED_ON, allocation::ISSUED_ON]
                .into_iter()
                .find_map(|slot| record.get(slot).as_date()),
            ..plain
        },
        Entity::Beneficiary => Face { town: own(beneficiary::TOWN), business_date: None, ..plain },
        Entity::Goal | Entity::Indicator | Entity::Progress | Entity::Evaluation | Entity::Payroll | Entity::Project | Entity::Standard | Entity::Other => {
            plain
        }
    }
}

/// The person to whom it falls: the section's first who may handle (处置), else 农业股's.
pub fn handler<'s>(settings: &OfficeSettings, section: &str, staff: &'s [Staff]) -> Option<&'s Staff> {
    handler_in(section, staff).or_else(|| handler_in(settings.leading(), staff))
}

/// The section's first who may handle (处置).
pub fn handler_in<'s>(section: &str, staff: &'s [Staff]) -> Option<&'s Staff> {
    staff.iter().find(|person| person.section == section && person.may(Permission::Handle))
}

/// Whether an open warning of this section may lie in a person's hands: they may handle (处置), and are of the section or of 农业股, which stands in for all.
pub fn may_have(settings: &OfficeSettings, person: &Staff, section: &str) -> bool {
    person.active && person.may(Permission::Handle) && (person.section == section || person.section == settings.leading())
}

/// Whoever heads a section (审批); where nobody does, a bureau leader, else 领导小组办公室. Without these: what is about a person is not for them to decide.
pub fn heads<'s>(settings: &OfficeSettings, section: &str, staff: &'s [Staff], without: &BTreeSet<i64>) -> Vec<&'s Staff> {
    let of = |belongs: &dyn Fn(&Staff) -> bool| -> Vec<&'s Staff> {
        staff.iter().filter(|person| person.may(Permission::Approve) && !without.contains(&person.id) && belongs(person)).collect()
    };
    let of_kind = |kind: SectionKind| of(&|person| settings.kind(&person.section) == Some(kind));
    let own = of(&|person| person.section == section);
    [own, of_kind(SectionKind::Leadership), of_kind(SectionKind::LeadOffice)].into_iter().find(|found| !found.is_empty()).unwrap_or_default()
}
