//! What an event tells (所述): whose record it is about and which fields it fills. Personal texts become keyed hashes here, before anything is queued.

mod account;
mod payment;
mod people;
mod performance;
mod reference;

use chrono::{DateTime, NaiveDate, Utc};
use rust_decimal::Decimal;

use super::event::performance::Status;
use super::event::{Day, Event, allocation as a, payment as p};
use super::subject::subject;
use crate::domain::doc_no::DocNo;
use crate::domain::record::{allocation, payment as slots};
use crate::domain::text::normalise;
use crate::domain::{Entity, Record, Value, find_personal};
use crate::keys::Keyring;

pub(super) type Fills = Vec<(usize, Value)>;

/// Numbers that identify are normalised: one number has many spellings.
#[derive(Debug, Clone)]
pub(super) enum Told {
    Allocation {
        id: String,
        fills: Fills,
    },
    Payment {
        voucher: Option<String>,
        application: Option<String>,
        year: u16,
        stage: Stage,
        fills: Fills,
    },
    Reversal {
        voucher: String,
        year: u16,
        kind: p::Kind,
        original: String,
        original_year: u16,
        fills: Fills,
    },
    Line {
        voucher: String,
        year: u16,
        line: u32,
        fills: Fills,
    },
    /// `returns`: whoever had left is back, and the day on which they left holds no more.
    Person {
        person_no: String,
        fills: Fills,
        leaves: Option<NaiveDate>,
        returns: bool,
    },
    /// A record that is told whole each time.
    Whole {
        identity: Identity,
        fills: Fills,
    },
    Goal {
        identity: Identity,
        filing: Filing,
    },
    Review {
        identity: Identity,
        status: Status,
        on: NaiveDate,
    },
    /// On its list, or back on it.
    Listed {
        identity: Identity,
        fills: Fills,
    },
    Delisted {
        identity: Identity,
        leaving: Leaving,
        on: NaiveDate,
    },
    Other {
        subject: String,
    },
}

/// By what a record is known (业务标识): the fields that name it, what they say, and the key that comes of it.
#[derive(Debug, Clone)]
pub(super) struct Identity {
    pub entity: Entity,
    pub slots: &'static [usize],
    pub values: Vec<Value>,
    pub key: String,
}

/// A goal as it was filed.
#[derive(Debug, Clone)]
pub(super) struct Filing {
    pub fills: Fills,
    pub on: NaiveDate,
    /// Of what a review reads: the same however it stands and whenever it is published.
    pub digest: String,
    /// 通过 or 不通过, where the filing itself tells.
    pub outcome: Option<(Status, Option<NaiveDate>)>,
}

/// How a record leaves its list: what it is from then on, and the field of the last day.
#[derive(Debug, Clone, Copy)]
pub(super) struct Leaving {
    pub status: usize,
    pub word: &'static str,
    pub until: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Stage {
    Requested,
    Reviewed,
    Paid,
}

impl Stage {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Stage::Requested => "申请",
            Stage::Reviewed => "复核",
            Stage::Paid => "支付",
        }
    }

    pub(super) fn of(record: &Record) -> Stage {
        match record.text(slots::STAGE) {
            "支付" => Stage::Paid,
            "复核" => Stage::Reviewed,
            _ => Stage::Requested,
        }
    }
}

pub(super) fn text(value: Option<&str>) -> Value {
    value.map_or(Value::Empty, |value| Value::text(&normalise(value)))
}

/// Free text. Where it holds a person's number its digits do not lie open; in full they are in the journal, sealed.
fn remark(value: Option<&str>) -> Value {
    let open = value.map(normalise);
    let covered = open.map(|open| if find_personal(&open).is_some() { open.replace(|c: char| c.is_ascii_digit(), "*") } else { open });
    text(covered.as_deref())
}

pub(super) fn number(year: u16) -> Value {
    Value::Number(Decimal::from(year))
}

fn cipher(keys: &Keyring, value: Option<&str>) -> Value {
    value.and_then(|value| keys.hash(value)).into()
}

/// What an event of this source tells, `written` at that time; and what tells two legitimate events of its type apart.
pub(super) fn told(source: &str, event: &Event, written: Option<DateTime<Utc>>, keys: &Keyring) -> (Told, String) {
    let plain = |told| (told, String::new());
    match event {
        Event::AllocationReceived(e) => plain(Told::Allocation { id: normalise(&e.allocation_id), fills: received(e) }),
        Event::AllocationRegistered(e) => plain(Told::Allocation { id: normalise(&e.allocation_id), fills: registered(e) }),
        Event::AllocationDistributed(e) => {
            plain(Told::Allocation { id: normalise(&e.allocation_id), fills: vec![(allocation::DISTRIBUTED_ON, e.distributed_on.get().into())] })
        }
        Event::AllocationAdjusted(e) => (
            Told::Allocation { id: normalise(&e.allocation_id), fills: vec![(allocation::AMOUNT, e.amount.get().into())] },
            format!("/{}", e.adjusted_on.get()),
        ),
        Event::AllocationApproved(e) => {
            let fills = approved(e);
            // one more date is no correction of those before
            let dates: String = fills.iter().filter(|(_, day)| !day.is_empty()).map(|(slot, _)| format!("/{}", allocation::FIELDS[*slot].column)).collect();
            (Told::Allocation { id: normalise(&e.allocation_id), fills }, dates)
        }
        Event::AllocationDocumentAttached(e) => {
            (Told::Allocation { id: normalise(&e.allocation_id), fills: vec![(allocation::HAS_SCAN, true.into())] }, format!("/{}", &*e.sha256))
        }
        Event::PaymentRequested(e) => plain(payment::requested(e, written, keys)),
        Event::PaymentReviewed(e) => plain(payment::reviewed(e)),
        Event::PaymentPaid(e) => plain(payment::paid(e, written, keys)),
        Event::PaymentRefunded(e) => plain(payment::refunded(e, written)),
        Event::PaymentCorrected(e) => plain(payment::corrected(e, written, keys)),
        Event::PaymentCancelled(e) => plain(payment::cancelled(e, written)),
        Event::DisbursementListed(e) => {
            plain(Told::Line { voucher: normalise(&e.voucher_no), year: e.fiscal_year.get(), line: e.line_no.get(), fills: people::line(e, keys) })
        }
        Event::BeneficiaryRegistered(e) => plain(people::enrolled(e, keys)),
        Event::BeneficiaryChanged(e) => (people::changed(e, keys), format!("/{}", e.effective_from.get())),
        Event::BeneficiaryRemoved(e) => plain(people::removed(e)),
        Event::PerformanceGoal(e) => plain(performance::goal(e, &event.canonical(), keys)),
        Event::PerformanceIndicator(e) => plain(performance::indicator(e)),
        Event::PerformanceProgress(e) => plain(performance::progress(e)),
        // a later review is no correction of the first, nor one told elsewhere
        Event::PerformanceReview(e) => (performance::review(e), format!("/{source}/{}", e.reviewed_on.get())),
        Event::PerformanceSelfEvaluation(e) => plain(performance::evaluation(e)),
        Event::PayrollListed(e) => plain(reference::on_payroll(source, e, keys)),
        Event::PayrollDelisted(e) => plain(reference::off_payroll(source, e, keys)),
        Event::ProjectListed(e) => plain(reference::project(source, e)),
        Event::ProjectDelisted(e) => plain(reference::no_project(source, e)),
        Event::StandardListed(e) => plain(reference::standard(source, e)),
        Event::StandardDelisted(e) => plain(reference::no_standard(source, e)),
        Event::SourceTotals(e) => plain(Told::Other { subject: subject(source, e) }),
    }
}

/// The elements that both receiving and registering may tell.
macro_rules! elements {
    ($e:expr) => {
        vec![
            (allocation::PARENT_ID, text($e.parent_id.as_deref())),
            (allocation::PARENT_DOC_NO, normal($e.parent_doc_no.as_deref())),
            (allocation::TITLE, remark($e.title.as_deref())),
            (allocation::ISSUED_ON, day($e.issued_on.as_ref())),
            (allocation::FUND_NAME, text($e.fund_name.as_deref())),
            (allocation::FUND_NATURE, text($e.fund_nature.as_deref())),
            (allocation::FUNCTION_CODE, text($e.function_code.as_deref())),
            (allocation::ECONOMIC_CODE, text($e.economic_code.as_deref())),
            (allocation::PROJECT_CODE, text($e.project_code.as_deref())),
            (allocation::PROJECT_NAME, text($e.project_name.as_deref())),
            (allocation::AGENCY_CODE, text($e.agency_code.as_deref())),
            (allocation::SECTION, text($e.section.as_deref())),
            (allocation::TIER, text($e.tier.map(a::Tier::name))),
            (allocation::POVERTY_FLAG, text($e.poverty_flag.map(a::PovertyFlag::name))),
            (allocation::IN_LEDGER, $e.in_ledger.into()),
            (allocation::TO_PERSONS, $e.to_persons.into()),
        ]
    };
}

/// The normal form of a document number.
fn normal(raw: Option<&str>) -> Value {
    text(raw.map(DocNo::new).as_ref().map(DocNo::normal))
}

fn day(day: Option<&Day>) -> Value {
    day.map(|day| day.get()).into()
}

fn approved(e: &a::Approved) -> Fills {
    vec![
        (allocation::APPROVED_ON, day(e.approved_on.as_ref())),
        (allocation::REPLIED_ON, day(e.replied_on.as_ref())),
        (allocation::UNIT_REPLIED_ON, day(e.unit_replied_on.as_ref())),
        (allocation::APPENDED_ON, day(e.appended_on.as_ref())),
    ]
}

fn received(e: &a::Received) -> Fills {
    let mut fills: Fills = elements!(e);
    fills.extend([
        (allocation::DOC_NO, text(Some(&e.doc_no))),
        (allocation::DOC_NO_NORMAL, normal(Some(&e.doc_no))),
        (allocation::RECEIVED_ON, e.received_on.get().into()),
        (allocation::FISCAL_YEAR, number(e.fiscal_year.get())),
        (allocation::AMOUNT, e.amount.get().into()),
    ]);
    fills
}

fn registered(e: &a::Registered) -> Fills {
    let mut fills: Fills = elements!(e);
    fills.extend([
        (allocation::REGISTERED_ON, e.registered_on.get().into()),
        (allocation::DOC_NO, text(e.doc_no.as_deref())),
        (allocation::DOC_NO_NORMAL, normal(e.doc_no.as_deref())),
        (allocation::RECEIVED_ON, day(e.received_on.as_ref())),
        (allocation::FISCAL_YEAR, e.fiscal_year.map_or(Value::Empty, |year| number(year.get()))),
        (allocation::AMOUNT, e.amount.map(|amount| amount.get()).into()),
    ]);
    fills
}
