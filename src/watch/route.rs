//! Who answers for it: 谁主管、谁负责 (part 4).

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::domain::record::{allocation, beneficiary, disbursement, payment};
use crate::domain::{Entity, Money, Record};
use crate::rules::History;
use crate::store::setting::OfficeSettings;
use crate::store::staff::Staff;
use crate::watch::cache::{Cache, Wants, want};
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
        Entity::Allocation | Entity::Payment | Entity::Beneficiary | Entity::Other => None,
    }
}

fn allocation_slot(entity: Entity) -> Option<usize> {
    match entity {
        Entity::Payment => Some(payment::ALLOCATION_ID),
        Entity::Disbursement => Some(disbursement::ALLOCATION_ID),
        Entity::Allocation | Entity::Beneficiary | Entity::Other => None,
    }
}

/// First stroke: the payments of lines, and the allocations named directly.
pub fn want_links(record: &Record, wants: &mut Wants) {
    if record.entity == Entity::Disbursement {
        want(wants, Entity::Payment, &[payment::VOUCHER_NO], vec![record.get(disbursement::VOUCHER_NO).clone()]);
    }
    if let Some(slot) = allocation_slot(record.entity) {
        want(wants, Entity::Allocation, &[allocation::ALLOCATION_ID], vec![record.get(slot).clone()]);
    }
}

/// Second stroke: the allocations of those payments.
pub fn want_links_of_payment(record: &Record, cache: &Cache, wants: &mut Wants) {
    if let Some(payment) = payment_of(record, cache) {
        want_links(&payment, wants);
    }
}

/// What to show, and which section answers: the record's own, else its payment's, else its allocation's, else 农业股.
pub fn face(record: &Record, cache: &Cache, settings: &OfficeSettings) -> Face {
    let payment = payment_of(record, cache);
    let allocation_of = |r: &Record| {
        let slot = allocation_slot(r.entity)?;
        cache.find(Entity::Allocation, &[allocation::ALLOCATION_ID], &[r.get(slot).clone()]).into_iter().next()
    };
    let allocation = if record.entity == Entity::Allocation {
        Some(Arc::new(record.clone()))
    } else {
        allocation_of(record).or_else(|| payment.as_deref().and_then(allocation_of))
    };
    let own = |slot: usize| record.get(slot).as_text().map(str::to_owned);
    let section = match record.entity {
        Entity::Payment => own(payment::SECTION),
        Entity::Disbursement => own(disbursement::SECTION).or_else(|| payment.as_ref()?.get(payment::SECTION).as_text().map(str::to_owned)),
        Entity::Allocation | Entity::Beneficiary | Entity::Other => None,
    }
    .or_else(|| allocation.as_ref()?.get(allocation::SECTION).as_text().map(str::to_owned));
    let doc_no = allocation.as_ref().and_then(|a| a.get(allocation::DOC_NO).as_text().map(str::to_owned));
    let section = section.map_or(settings.leading(), |named| settings.route(&named)).to_owned();
    match record.entity {
        Entity::Payment => Face {
            section,
            town: own(payment::TOWN),
            voucher_no: own(payment::VOUCHER_NO).or_else(|| own(payment::APPLICATION_NO)),
            doc_no,
            business_date: record.get(payment::PAID_ON).as_date(),
            amount: record.get(payment::AMOUNT).as_money(),
            payee: own(payment::PAYEE_MASKED).map(|name| format!("{name} {}", record.text(payment::ACCOUNT_TAIL)).trim_end().to_owned()),
        },
        Entity::Disbursement => Face {
            section,
            town: own(disbursement::TOWN),
            voucher_no: own(disbursement::VOUCHER_NO),
            doc_no,
            business_date: payment.and_then(|p| p.get(payment::PAID_ON).as_date()).or_else(|| record.get(disbursement::MONTH_START).as_date()),
            amount: record.get(disbursement::PAID).as_money(),
            payee: None,
        },
        Entity::Allocation => Face {
            section,
            doc_no,
            business_date: [allocation::DISTRIBUTED_ON, allocation::REGISTERED_ON, allocation::RECEIVED_ON, allocation::ISSUED_ON]
                .into_iter()
                .find_map(|slot| record.get(slot).as_date()),
            amount: record.get(allocation::AMOUNT).as_money(),
            ..Face::default()
        },
        Entity::Beneficiary => Face { section, town: own(beneficiary::TOWN), ..Face::default() },
        Entity::Other => Face { section, ..Face::default() },
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
