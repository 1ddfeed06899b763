//! What an event tells (所述): whose record it is about and which fields it fills. Personal texts become keyed hashes here, before anything is queued.

use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::event::disbursement::Month;
use super::event::{Event, allocation as a, beneficiary as b, disbursement as d, payment as p};
use super::subject::subject;
use crate::domain::doc_no::DocNo;
use crate::domain::mask;
use crate::domain::person_id::{self, IdShape};
use crate::domain::record::{allocation, beneficiary, disbursement, payment};
use crate::domain::text::normalise;
use crate::domain::{Record, Value, find_personal};
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
    Other {
        subject: String,
    },
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
        match record.text(payment::STAGE) {
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

/// What a payment is for (用途). The people and accounts that the payment itself names do not lie open in it; all else stays as it is, for rules read it.
fn purpose(value: Option<&str>, names: [Option<&str>; 2], accounts: [Option<&str>; 2]) -> Value {
    let open = value.map(normalise);
    let covered = accounts.into_iter().flatten().fold(open, |open, account| open.map(|open| mask::cover_account(&open, account)));
    let covered = names.into_iter().flatten().fold(covered, |open, name| open.map(|open| mask::cover_name(&open, name)));
    remark(covered.as_deref())
}

pub(super) fn number(year: u16) -> Value {
    Value::Number(Decimal::from(year))
}

fn cipher(keys: &Keyring, value: Option<&str>) -> Value {
    value.and_then(|value| keys.hash(value)).into()
}

fn payee(keys: &Keyring, name: Option<&str>, account: Option<&str>) -> Fills {
    let kind = name.and_then(mask::payee_kind);
    let shown = name.map(mask::payee);
    vec![
        (payment::PAYEE_NAME, cipher(keys, name)),
        (payment::PAYEE_ACCOUNT, cipher(keys, account)),
        (payment::PAYEE_MASKED, text(shown.as_deref())),
        (payment::ACCOUNT_TAIL, text(account.map(mask::account).as_deref())),
        (payment::PAYEE_KIND, text(kind.map(mask::PayeeKind::name))),
    ]
}

pub(super) fn told(source: &str, event: &Event, keys: &Keyring) -> (Told, String) {
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
        Event::AllocationDocumentAttached(e) => {
            (Told::Allocation { id: normalise(&e.allocation_id), fills: vec![(allocation::HAS_SCAN, true.into())] }, format!("/{}", &*e.sha256))
        }
        Event::PaymentRequested(e) => plain(Told::Payment {
            voucher: None,
            application: Some(normalise(&e.application_no)),
            year: e.fiscal_year.get(),
            stage: Stage::Requested,
            fills: requested(e, keys),
        }),
        Event::PaymentReviewed(e) => plain(Told::Payment {
            voucher: None,
            application: Some(normalise(&e.application_no)),
            year: e.fiscal_year.get(),
            stage: Stage::Reviewed,
            fills: Vec::new(),
        }),
        Event::PaymentPaid(e) => plain(paid(e, keys)),
        Event::PaymentRefunded(e) => plain(Told::Reversal {
            voucher: normalise(&e.voucher_no),
            year: e.fiscal_year.get(),
            kind: p::Kind::Refund,
            original: normalise(&e.original_voucher_no),
            original_year: e.original_fiscal_year.get(),
            fills: vec![
                (payment::AMOUNT, e.amount.get().into()),
                (payment::PAID_ON, e.refunded_at.local_date().into()),
                (payment::PURPOSE, remark(e.reason.as_deref())),
            ],
        }),
        Event::PaymentCorrected(e) => {
            let mut fills = payee(keys, e.payee_name.as_deref(), e.payee_account.as_deref());
            fills.extend([
                (payment::AMOUNT, e.amount.map(|amount| amount.get()).into()),
                (payment::ALLOCATION_ID, text(e.allocation_id.as_deref())),
                (payment::PURPOSE, purpose(e.purpose.as_deref(), [e.payee_name.as_deref(), None], [e.payee_account.as_deref(), None])),
                (payment::PAID_ON, e.corrected_at.local_date().into()),
            ]);
            plain(Told::Reversal {
                voucher: normalise(&e.voucher_no),
                year: e.fiscal_year.get(),
                kind: p::Kind::Correction,
                original: normalise(&e.original_voucher_no),
                original_year: e.original_fiscal_year.get(),
                fills,
            })
        }
        Event::PaymentCancelled(e) => plain(Told::Reversal {
            voucher: normalise(&e.voucher_no),
            year: e.fiscal_year.get(),
            kind: p::Kind::Cancellation,
            original: normalise(&e.original_voucher_no),
            original_year: e.original_fiscal_year.get(),
            fills: vec![(payment::PAID_ON, e.cancelled_at.local_date().into()), (payment::PURPOSE, remark(e.reason.as_deref()))],
        }),
        Event::DisbursementListed(e) => {
            plain(Told::Line { voucher: normalise(&e.voucher_no), year: e.fiscal_year.get(), line: e.line_no.get(), fills: line(e, keys) })
        }
        Event::BeneficiaryRegistered(e) => plain(enrolled(e, keys)),
        Event::BeneficiaryChanged(e) => (changed(e, keys), format!("/{}", e.effective_from.get())),
        Event::BeneficiaryRemoved(e) => plain(Told::Person {
            person_no: normalise(&e.person_no),
            fills: vec![(beneficiary::STATUS, text(Some(e.status.name())))],
            leaves: Some(e.effective_to.get()),
            returns: false,
        }),
        Event::PerformanceGoal(_)
        | Event::PerformanceIndicator(_)
        | Event::PerformanceProgress(_)
        | Event::PerformanceReview(_)
        | Event::PerformanceSelfEvaluation(_)
        | Event::PayrollListed(_)
        | Event::PayrollDelisted(_)
        | Event::ProjectListed(_)
        | Event::ProjectDelisted(_)
        | Event::StandardListed(_)
        | Event::StandardDelisted(_)
        | Event::SourceTotals(_) => plain(Told::Other { subject: subject(source, event, keys) }),
    }
}

/// The elements that both receiving and registering may tell.
macro_rules! elements {
    ($e:expr) => {
        vec![
            (allocation::PARENT_ID, text($e.parent_id.as_deref())),
            (allocation::PARENT_DOC_NO, $e.parent_doc_no.as_deref().map_or(Value::Empty, doc_no)),
            (allocation::TITLE, remark($e.title.as_deref())),
            (allocation::ISSUED_ON, $e.issued_on.map(|day| day.get()).into()),
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
        ]
    };
}

fn doc_no(raw: &str) -> Value {
    text(Some(DocNo::new(raw).normal()))
}

fn received(e: &a::Received) -> Fills {
    let mut fills: Fills = elements!(e);
    fills.extend([
        (allocation::DOC_NO, doc_no(&e.doc_no)),
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
        (allocation::DOC_NO, e.doc_no.as_deref().map_or(Value::Empty, doc_no)),
        (allocation::RECEIVED_ON, e.received_on.map(|day| day.get()).into()),
        (allocation::FISCAL_YEAR, e.fiscal_year.map_or(Value::Empty, |year| number(year.get()))),
        (allocation::AMOUNT, e.amount.map(|amount| amount.get()).into()),
    ]);
    fills
}

/// What both a request and a payment tell.
macro_rules! particulars {
    ($e:expr, $keys:expr) => {{
        let mut fills = payee($keys, $e.payee_name.as_deref(), $e.payee_account.as_deref());
        fills.extend([
            (payment::ALLOCATION_ID, text($e.allocation_id.as_deref())),
            (payment::PAYER_NAME, cipher($keys, $e.payer_name.as_deref())),
            (payment::PAYER_ACCOUNT, cipher($keys, $e.payer_account.as_deref())),
            (
                payment::PURPOSE,
                purpose(
                    $e.purpose.as_deref(),
                    [$e.payee_name.as_deref(), $e.payer_name.as_deref()],
                    [$e.payee_account.as_deref(), $e.payer_account.as_deref()],
                ),
            ),
            (payment::SETTLEMENT, text($e.settlement.as_deref())),
            (payment::METHOD, text($e.method.as_deref())),
            (payment::SECTION, text($e.section.as_deref())),
            (payment::TOWN, text($e.town.as_deref())),
        ]);
        fills
    }};
}

fn requested(e: &p::Requested, keys: &Keyring) -> Fills {
    let mut fills = particulars!(e, keys);
    fills.extend([(payment::AMOUNT, e.amount.get().into()), (payment::PAID_ON, e.requested_at.local_date().into())]);
    fills
}

fn paid(e: &p::Paid, keys: &Keyring) -> Told {
    let mut fills = particulars!(e, keys);
    fills.extend([(payment::AMOUNT, e.amount.into()), (payment::PAID_ON, e.paid_at.local_date().into())]);
    let year = e.fiscal_year.get();
    match (e.kind, &e.original_voucher_no) {
        (p::Kind::Refund | p::Kind::Correction | p::Kind::Cancellation, Some(original)) => {
            Told::Reversal { voucher: normalise(&e.voucher_no), year, kind: e.kind, original: normalise(original), original_year: year, fills }
        }
        (p::Kind::Normal | p::Kind::Refund | p::Kind::Correction | p::Kind::Cancellation, _) => {
            Told::Payment { voucher: Some(normalise(&e.voucher_no)), application: e.application_no.as_deref().map(normalise), year, stage: Stage::Paid, fills }
        }
    }
}

fn line(e: &d::Listed, keys: &Keyring) -> Fills {
    let year = i32::from(e.fiscal_year.get());
    let (start, end) = month_span(year, e.month);
    let shape = person_id::check(e.id_no.as_deref().unwrap_or(""));
    vec![
        (disbursement::ALLOCATION_ID, text(e.allocation_id.as_deref())),
        (disbursement::PROJECT_CODE, text(e.project_code.as_deref())),
        (disbursement::TOWN, text(e.town.as_deref())),
        (disbursement::VILLAGE, text(e.village.as_deref())),
        (disbursement::NAME, cipher(keys, e.name.as_deref())),
        (disbursement::ID_NO, cipher(keys, e.id_no.as_deref().map(person_id::canonical).as_deref())),
        (disbursement::ID_VALID, Value::Flag(shape == IdShape::Valid)),
        (disbursement::ID_MASKED, Value::Flag(shape == IdShape::Masked)),
        (disbursement::BASIS, text(Some(e.basis.name()))),
        (disbursement::DUE, e.due.get().into()),
        (disbursement::PAID, e.paid.get().into()),
        (disbursement::MONTH, text(Some(e.month.name()))),
        (disbursement::MONTH_START, start.into()),
        (disbursement::MONTH_END, end.into()),
        (disbursement::ACCOUNT, cipher(keys, e.account.as_deref())),
        (disbursement::SECTION, text(e.section.as_deref())),
    ]
}

/// First and last day of the month paid for; of the year, for 全年.
fn month_span(year: i32, month: Month) -> (Option<NaiveDate>, Option<NaiveDate>) {
    let (from, to) = month.name().parse().map_or((1, 12), |month: u32| (month, month));
    let after = if to == 12 { NaiveDate::from_ymd_opt(year + 1, 1, 1) } else { NaiveDate::from_ymd_opt(year, to + 1, 1) };
    (NaiveDate::from_ymd_opt(year, from, 1), after.and_then(|day| day.pred_opt()))
}

fn enrolled(e: &b::Registered, keys: &Keyring) -> Told {
    Told::Person {
        person_no: normalise(&e.person_no),
        fills: vec![
            (beneficiary::HOUSEHOLD_NO, text(Some(&e.household_no))),
            (beneficiary::NAME, cipher(keys, Some(&e.name))),
            (beneficiary::ID_NO, cipher(keys, e.id_no.as_deref().map(person_id::canonical).as_deref())),
            (beneficiary::RELATION, text(e.relation.as_deref())),
            (beneficiary::TOWN, text(e.town.as_deref())),
            (beneficiary::VILLAGE, text(e.village.as_deref())),
            (beneficiary::STATUS, text(Some(e.status.name()))),
            (beneficiary::EFFECTIVE_FROM, e.effective_from.get().into()),
        ],
        leaves: e.effective_to.map(|day| day.get()),
        returns: false,
    }
}

fn changed(e: &b::Changed, keys: &Keyring) -> Told {
    let gone = e.status.filter(|status| *status != b::Status::Registered).map(|_| e.effective_from.get());
    Told::Person {
        person_no: normalise(&e.person_no),
        fills: vec![
            (beneficiary::HOUSEHOLD_NO, text(e.household_no.as_deref())),
            (beneficiary::NAME, cipher(keys, e.name.as_deref())),
            (beneficiary::ID_NO, cipher(keys, e.id_no.as_deref().map(person_id::canonical).as_deref())),
            (beneficiary::RELATION, text(e.relation.as_deref())),
            (beneficiary::TOWN, text(e.town.as_deref())),
            (beneficiary::VILLAGE, text(e.village.as_deref())),
            (beneficiary::STATUS, text(e.status.map(b::Status::name))),
        ],
        leaves: e.effective_to.map(|day| day.get()).or(gone),
        returns: e.status == Some(b::Status::Registered) && e.effective_to.is_none(),
    }
}
