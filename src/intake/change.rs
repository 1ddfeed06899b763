//! What an event changes in the ledger (台账). Personal texts become keyed hashes here, before anything is queued.

use std::sync::Arc;

use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::event::disbursement::Month;
use super::event::{Event, allocation as a, beneficiary as b, disbursement as d, payment as p};
use crate::domain::doc_no::DocNo;
use crate::domain::mask;
use crate::domain::person_id::{self, IdShape};
use crate::domain::record::{allocation, beneficiary, disbursement, other, payment};
use crate::domain::text::normalise;
use crate::domain::{Entity, Money, Record, Value};
use crate::keys::Keyring;
use crate::rules::History;
use crate::store::audit::hex;
use crate::store::ledger::Correction;
use crate::watch::cache::{Cache, Wants, want};
use crate::watch::{Applied, Change, Moment, Outcome};

type Fills = Vec<(usize, Value)>;

/// One line of an event, ready to be applied.
#[derive(Debug, Clone)]
pub struct LedgerChange {
    source: String,
    event_type: &'static str,
    /// Event type, and what tells two legitimate events of one type apart (a second adjustment is no correction of the first).
    seen_key: String,
    /// Keyed digest of the typed content: however it was written, the same content has the same.
    digest: String,
    told: Told,
}

/// Numbers that identify are normalised: one number has many spellings.
#[derive(Debug, Clone)]
enum Told {
    Allocation { id: String, fills: Fills },
    Payment { voucher: Option<String>, application: Option<String>, year: u16, stage: Stage, fills: Fills },
    Reversal { voucher: String, year: u16, kind: p::Kind, original: String, original_year: u16, fills: Fills },
    Line { voucher: String, year: u16, line: u32, fills: Fills },
    Person { person_no: String, fills: Fills, leaves: Option<NaiveDate> },
    Other { subject: String },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Stage {
    Requested,
    Reviewed,
    Paid,
}

impl Stage {
    const fn name(self) -> &'static str {
        match self {
            Stage::Requested => "申请",
            Stage::Reviewed => "复核",
            Stage::Paid => "支付",
        }
    }

    fn of(record: &Record) -> Stage {
        match record.text(payment::STAGE) {
            "支付" => Stage::Paid,
            "复核" => Stage::Reviewed,
            _ => Stage::Requested,
        }
    }
}

fn text(value: Option<&str>) -> Value {
    value.map_or(Value::Empty, |value| Value::text(&normalise(value)))
}

/// Free text. Where it holds a person's number its digits do not lie open; in full they are in the journal, sealed.
fn remark(value: Option<&str>) -> Value {
    let open = value.map(normalise);
    let covered = open.map(|open| if mask::find_personal(&open).is_some() { open.replace(|c: char| c.is_ascii_digit(), "*") } else { open });
    text(covered.as_deref())
}

fn number(year: u16) -> Value {
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

impl LedgerChange {
    pub fn new(source: &str, event: &Event, keys: &Keyring) -> LedgerChange {
        let event_type = event.type_name();
        let content = format!("{event_type}\n{}", event.canonical());
        let digest = hex(&keys.commit(content.as_bytes())[..16]);
        let (told, suffix) = told(source, event, keys);
        LedgerChange { source: source.to_owned(), event_type, seen_key: format!("{event_type}{suffix}"), digest, told }
    }
}

fn told(source: &str, event: &Event, keys: &Keyring) -> (Told, String) {
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
                (payment::PURPOSE, remark(e.purpose.as_deref())),
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
        }),
        Event::PerformanceGoal(_)
        | Event::PerformanceIndicator(_)
        | Event::PerformanceProgress(_)
        | Event::PerformanceReview(_)
        | Event::PerformanceSelfEvaluation(_)
        | Event::PayrollListed(_)
        | Event::ProjectListed(_)
        | Event::StandardListed(_)
        | Event::SourceTotals(_) => plain(Told::Other { subject: subject(source, event, keys) }),
    }
}

/// What an event of no entity of its own is about: its identifying members, hashed where they are personal.
fn subject(source: &str, event: &Event, keys: &Keyring) -> String {
    const IDENTIFYING: [&str; 8] = ["project_code", "standard_no", "fiscal_year", "period", "name", "from", "to", "about"];
    let canonical = event.canonical();
    let member = |name: &str| canonical.get(name).map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned));
    let mut parts = vec![event.type_name().to_owned(), source.to_owned()];
    match member("id_no").and_then(|id| keys.hash(&id)) {
        Some(hash) => parts.push(hex(&hash.0)),
        None => parts.extend(IDENTIFYING.iter().filter_map(|name| member(name))),
    }
    parts.join("/")
}

fn received(e: &a::Received) -> Fills {
    vec![
        (allocation::PARENT_ID, text(e.parent_id.as_deref())),
        (allocation::DOC_NO, text(Some(DocNo::new(&e.doc_no).normal()))),
        (allocation::PARENT_DOC_NO, text(e.parent_doc_no.as_deref().map(|no| DocNo::new(no).normal().to_owned()).as_deref())),
        (allocation::TITLE, remark(e.title.as_deref())),
        (allocation::ISSUED_ON, e.issued_on.map(|day| day.get()).into()),
        (allocation::RECEIVED_ON, e.received_on.get().into()),
        (allocation::FISCAL_YEAR, number(e.fiscal_year.get())),
        (allocation::FUND_NAME, text(e.fund_name.as_deref())),
        (allocation::FUND_NATURE, text(e.fund_nature.as_deref())),
        (allocation::FUNCTION_CODE, text(e.function_code.as_deref())),
        (allocation::ECONOMIC_CODE, text(e.economic_code.as_deref())),
        (allocation::PROJECT_CODE, text(e.project_code.as_deref())),
        (allocation::PROJECT_NAME, text(e.project_name.as_deref())),
        (allocation::AGENCY_CODE, text(e.agency_code.as_deref())),
        (allocation::SECTION, text(e.section.as_deref())),
        (allocation::TIER, text(e.tier.map(a::Tier::name))),
        (allocation::POVERTY_FLAG, text(e.poverty_flag.map(a::PovertyFlag::name))),
        (allocation::IN_LEDGER, e.in_ledger.into()),
        (allocation::AMOUNT, e.amount.get().into()),
    ]
}

fn registered(e: &a::Registered) -> Fills {
    vec![
        (allocation::REGISTERED_ON, e.registered_on.get().into()),
        (allocation::PARENT_ID, text(e.parent_id.as_deref())),
        (allocation::DOC_NO, text(e.doc_no.as_deref().map(|no| DocNo::new(no).normal().to_owned()).as_deref())),
        (allocation::PARENT_DOC_NO, text(e.parent_doc_no.as_deref().map(|no| DocNo::new(no).normal().to_owned()).as_deref())),
        (allocation::TITLE, remark(e.title.as_deref())),
        (allocation::ISSUED_ON, e.issued_on.map(|day| day.get()).into()),
        (allocation::RECEIVED_ON, e.received_on.map(|day| day.get()).into()),
        (allocation::FISCAL_YEAR, e.fiscal_year.map_or(Value::Empty, |year| number(year.get()))),
        (allocation::FUND_NAME, text(e.fund_name.as_deref())),
        (allocation::FUND_NATURE, text(e.fund_nature.as_deref())),
        (allocation::FUNCTION_CODE, text(e.function_code.as_deref())),
        (allocation::ECONOMIC_CODE, text(e.economic_code.as_deref())),
        (allocation::PROJECT_CODE, text(e.project_code.as_deref())),
        (allocation::PROJECT_NAME, text(e.project_name.as_deref())),
        (allocation::AGENCY_CODE, text(e.agency_code.as_deref())),
        (allocation::SECTION, text(e.section.as_deref())),
        (allocation::TIER, text(e.tier.map(a::Tier::name))),
        (allocation::POVERTY_FLAG, text(e.poverty_flag.map(a::PovertyFlag::name))),
        (allocation::IN_LEDGER, e.in_ledger.into()),
        (allocation::AMOUNT, e.amount.map(|amount| amount.get()).into()),
    ]
}

fn requested(e: &p::Requested, keys: &Keyring) -> Fills {
    let mut fills = payee(keys, e.payee_name.as_deref(), e.payee_account.as_deref());
    fills.extend([
        (payment::ALLOCATION_ID, text(e.allocation_id.as_deref())),
        (payment::PAYER_NAME, cipher(keys, e.payer_name.as_deref())),
        (payment::PAYER_ACCOUNT, cipher(keys, e.payer_account.as_deref())),
        (payment::AMOUNT, e.amount.get().into()),
        (payment::PAID_ON, e.requested_at.local_date().into()),
        (payment::PURPOSE, remark(e.purpose.as_deref())),
        (payment::SETTLEMENT, text(e.settlement.as_deref())),
        (payment::METHOD, text(e.method.as_deref())),
        (payment::SECTION, text(e.section.as_deref())),
        (payment::TOWN, text(e.town.as_deref())),
    ]);
    fills
}

fn paid(e: &p::Paid, keys: &Keyring) -> Told {
    let mut fills = payee(keys, e.payee_name.as_deref(), e.payee_account.as_deref());
    fills.extend([
        (payment::ALLOCATION_ID, text(e.allocation_id.as_deref())),
        (payment::PAYER_NAME, cipher(keys, e.payer_name.as_deref())),
        (payment::PAYER_ACCOUNT, cipher(keys, e.payer_account.as_deref())),
        (payment::AMOUNT, e.amount.into()),
        (payment::PAID_ON, e.paid_at.local_date().into()),
        (payment::PURPOSE, remark(e.purpose.as_deref())),
        (payment::SETTLEMENT, text(e.settlement.as_deref())),
        (payment::METHOD, text(e.method.as_deref())),
        (payment::SECTION, text(e.section.as_deref())),
        (payment::TOWN, text(e.town.as_deref())),
    ]);
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
    }
}

fn voucher_key(source: &str, year: u16, voucher: &str) -> String {
    format!("{source}/{year}/{voucher}")
}

/// The payment of this source and year with this number, under whatever key it was first heard of.
fn find_payment(cache: &Cache, source: &str, year: u16, slot: usize, no: &str) -> Option<Record> {
    find_of_kind(cache, source, year, slot, no, p::Kind::Normal)
}

/// What a reversal takes back: a payment, or the correction that stands in for one.
fn find_reversible(cache: &Cache, source: &str, year: u16, no: &str) -> Option<Record> {
    let of_kind = |kind| find_of_kind(cache, source, year, payment::VOUCHER_NO, no, kind);
    of_kind(p::Kind::Normal).or_else(|| of_kind(p::Kind::Correction))
}

fn find_of_kind(cache: &Cache, source: &str, year: u16, slot: usize, no: &str, kind: p::Kind) -> Option<Record> {
    let prefix = format!("{source}/{year}/");
    let found = cache.find(Entity::Payment, &[slot], &[Value::text(&normalise(no))]);
    found.into_iter().find(|record| record.key.starts_with(&prefix) && record.text(payment::PAYMENT_KIND) == kind.name()).map(|record| (*record).clone())
}

impl Change for LedgerChange {
    fn needs(&self, wants: &mut Wants) {
        let one = |no: &str| vec![Value::text(&normalise(no))];
        match &self.told {
            Told::Allocation { id, .. } => want(wants, Entity::Allocation, &[allocation::ALLOCATION_ID], one(id)),
            Told::Payment { voucher, application, .. } => {
                if let Some(voucher) = voucher {
                    want(wants, Entity::Payment, &[payment::VOUCHER_NO], one(voucher));
                    want(wants, Entity::Payment, &[payment::ORIGINAL_VOUCHER_NO], one(voucher));
                    want(wants, Entity::Disbursement, &[disbursement::VOUCHER_NO], one(voucher));
                }
                if let Some(application) = application {
                    want(wants, Entity::Payment, &[payment::APPLICATION_NO], one(application));
                }
            }
            Told::Reversal { voucher, original, .. } => {
                for no in [voucher, original] {
                    want(wants, Entity::Payment, &[payment::VOUCHER_NO], one(no));
                    want(wants, Entity::Payment, &[payment::ORIGINAL_VOUCHER_NO], one(no));
                }
                want(wants, Entity::Disbursement, &[disbursement::VOUCHER_NO], one(original));
            }
            Told::Line { voucher, year, line, .. } => {
                want(wants, Entity::Payment, &[payment::VOUCHER_NO], one(voucher));
                let key = vec![Value::text(&format!("{year}/{voucher}")), Value::text(&line.to_string())];
                want(wants, Entity::Disbursement, &[disbursement::PAYMENT, disbursement::LINE_NO], key);
            }
            Told::Person { person_no, .. } => want(wants, Entity::Beneficiary, &[beneficiary::PERSON_NO], one(person_no)),
            Told::Other { subject } => want(wants, Entity::Other, &[other::SUBJECT], vec![Value::text(subject)]),
        }
    }

    fn apply(&self, moment: Moment, cache: &mut Cache) -> Applied {
        let (existing, key) = self.identify(cache, moment);
        let fresh = existing.is_none();
        let mut record = existing.unwrap_or_else(|| Record::new(self.entity(), key, moment.seq, moment.line));
        let previous = record.seen.get(&self.seen_key).cloned();
        if previous.as_ref() == Some(&self.digest) {
            return Applied { outcome: Outcome::Known, subjects: Vec::new(), changed: Vec::new(), correction: None, reversed: Vec::new() };
        }
        let correction = previous.is_some().then(|| {
            record.version += 1;
            Correction {
                entity: record.entity,
                key: record.key.clone(),
                version: record.version,
                event_type: self.event_type.to_owned(),
                seq: moment.seq,
                line: moment.line,
                previous_seq: record.seq,
                previous_line: record.line,
            }
        });
        record.seen.insert(self.seen_key.clone(), self.digest.clone());
        record.seq = moment.seq;
        record.line = moment.line;
        self.fill(&mut record, moment, fresh, cache);
        let subject = (record.entity, record.key.clone());
        cache.put(record);
        let own = subject.1.clone();
        let mut subjects = vec![subject];
        self.complete_corrections(cache, &mut subjects);
        let mut changed = subjects.clone();
        let reversed = self.settle_reversals(&own, cache, &mut changed);
        let outcome = if correction.is_some() { Outcome::Corrected } else { Outcome::Accepted };
        Applied { outcome, subjects, changed, correction, reversed }
    }
}

impl LedgerChange {
    const fn entity(&self) -> Entity {
        match self.told {
            Told::Allocation { .. } => Entity::Allocation,
            Told::Payment { .. } | Told::Reversal { .. } => Entity::Payment,
            Told::Line { .. } => Entity::Disbursement,
            Told::Person { .. } => Entity::Beneficiary,
            Told::Other { .. } => Entity::Other,
        }
    }

    /// The record as it stands, if there is one, and the key for a new one.
    fn identify(&self, cache: &Cache, moment: Moment) -> (Option<Record>, String) {
        let source = &self.source;
        let known = |entity, key: &str| cache.get(entity, key).map(|record| (**record).clone());
        match &self.told {
            Told::Allocation { id, .. } => (known(Entity::Allocation, id), id.clone()),
            Told::Payment { voucher, application, year, .. } => {
                let by_voucher = voucher.as_ref().and_then(|no| find_payment(cache, source, *year, payment::VOUCHER_NO, no));
                let by_application = || application.as_ref().and_then(|no| find_payment(cache, source, *year, payment::APPLICATION_NO, no));
                let key = match (voucher, application) {
                    (Some(voucher), _) => voucher_key(source, *year, voucher),
                    // a voucher may be told of another application later: the number alone would not stay its own
                    (None, application) => format!("{source}/{year}/申请/{}/{}-{}", application.as_deref().unwrap_or(""), moment.seq, moment.line),
                };
                // an application may be paid by several vouchers: only a row without another voucher is taken over
                let same = |record: &Record| record.get(payment::VOUCHER_NO).is_empty() || voucher.is_none();
                (by_voucher.or_else(|| by_application().filter(same)), key)
            }
            Told::Reversal { voucher, year, kind, .. } => {
                // some sources tell it under the number of what it takes back, or of another payment
                let key = format!("{}/{}", voucher_key(source, *year, voucher), kind.name());
                (known(Entity::Payment, &key), key)
            }
            Told::Line { voucher, year, line, .. } => {
                let slots = [disbursement::PAYMENT, disbursement::LINE_NO];
                let key = [Value::text(&format!("{year}/{voucher}")), Value::text(&line.to_string())];
                let found = cache.find(Entity::Disbursement, &slots, &key).into_iter().next().map(|record| (*record).clone());
                (found, format!("{year}/{voucher}/{line}"))
            }
            Told::Person { person_no, .. } => (known(Entity::Beneficiary, person_no), person_no.clone()),
            Told::Other { subject } => (known(Entity::Other, subject), subject.clone()),
        }
    }

    fn fill(&self, record: &mut Record, moment: Moment, fresh: bool, cache: &Cache) {
        match &self.told {
            Told::Allocation { id, fills } => {
                record.set(allocation::ALLOCATION_ID, id.as_str());
                overlay(record, fills);
            }
            Told::Payment { voucher, application, year, stage, fills } => {
                record.overlay(payment::VOUCHER_NO, text(voucher.as_deref()));
                record.overlay(payment::APPLICATION_NO, text(application.as_deref()));
                record.set(payment::FISCAL_YEAR, number(*year));
                record.set(payment::PAYMENT_KIND, p::Kind::Normal.name());
                if fresh || *stage >= Stage::of(record) {
                    if fresh || *stage > Stage::of(record) {
                        record.set(payment::HEARD_ON, crate::domain::calendar::local_date(moment.at));
                    }
                    record.set(payment::STAGE, stage.name());
                    if *stage == Stage::Reviewed { fill_gaps(record, fills) } else { replace(record, fills) }
                } else {
                    // an earlier stage told late: it fills what is missing and takes nothing back
                    fill_gaps(record, fills);
                }
                settle_net(record);
            }
            Told::Reversal { voucher, year, kind, original, original_year, fills } => {
                if *kind == p::Kind::Correction
                    && let Some(first) = find_reversible(cache, &self.source, *original_year, original)
                {
                    record.values.clone_from(&first.values);
                    record.set(payment::REVERSED, Value::Empty);
                }
                record.set(payment::VOUCHER_NO, text(Some(voucher)));
                record.set(payment::ORIGINAL_VOUCHER_NO, text(Some(original)));
                record.set(payment::FISCAL_YEAR, number(*year));
                record.set(payment::STAGE, Stage::Paid.name());
                record.set(payment::PAYMENT_KIND, kind.name());
                record.set(payment::HEARD_ON, crate::domain::calendar::local_date(moment.at));
                overlay(record, fills);
                settle_net(record);
            }
            Told::Line { voucher, year, line, fills } => {
                record.set(disbursement::VOUCHER_NO, text(Some(voucher)));
                record.set(disbursement::FISCAL_YEAR, number(*year));
                record.set(disbursement::LINE_NO, line.to_string().as_str());
                record.set(disbursement::PAYMENT, format!("{year}/{voucher}").as_str());
                replace(record, fills);
                let taken_back = cache
                    .find(Entity::Payment, &[payment::VOUCHER_NO], &[record.get(disbursement::VOUCHER_NO).clone()])
                    .iter()
                    .any(|payment| payment.get(payment::FISCAL_YEAR) == record.get(disbursement::FISCAL_YEAR) && is_reversed(payment));
                record.set(disbursement::REVERSED, taken_back);
            }
            Told::Person { person_no, fills, leaves } => {
                record.set(beneficiary::PERSON_NO, person_no.as_str());
                overlay(record, fills);
                record.overlay(beneficiary::EFFECTIVE_TO, Value::from(*leaves));
            }
            Told::Other { subject } => {
                record.set(other::EVENT_TYPE, self.event_type);
                record.set(other::SUBJECT, subject.as_str());
            }
        }
    }

    /// A correction that came before what it corrects takes over what it left unsaid.
    fn complete_corrections(&self, cache: &mut Cache, subjects: &mut Vec<(Entity, String)>) {
        let Told::Payment { voucher: Some(voucher), year, .. } = &self.told else { return };
        let Some(first) = find_payment(cache, &self.source, *year, payment::VOUCHER_NO, voucher) else { return };
        for correction in self.reversals_of(&first, cache).iter().filter(|reversal| reversal.text(payment::PAYMENT_KIND) == p::Kind::Correction.name()) {
            let mut whole = (**correction).clone();
            for (slot, value) in first.values.iter().enumerate().filter(|(slot, _)| *slot != payment::REVERSED) {
                if whole.get(slot).is_empty() {
                    whole.set(slot, value.clone());
                }
            }
            settle_net(&mut whole);
            if whole.values != correction.values {
                subjects.push((Entity::Payment, whole.key.clone()));
                cache.put(whole);
            }
        }
    }

    /// What takes a payment back, of the same source, in its year or later.
    fn reversals_of(&self, first: &Record, cache: &Cache) -> Vec<Arc<Record>> {
        let prefix = format!("{}/", self.source);
        let mut found = cache.find(Entity::Payment, &[payment::ORIGINAL_VOUCHER_NO], &[first.get(payment::VOUCHER_NO).clone()]);
        found.retain(|reversal| {
            reversal.key.starts_with(&prefix)
                && reversal.key != first.key
                && reversal.get(payment::FISCAL_YEAR).as_number() >= first.get(payment::FISCAL_YEAR).as_number()
        });
        found
    }

    /// Adds up what was taken back from the payments this change touches. Returns those that lost something by it.
    fn settle_reversals(&self, own: &str, cache: &mut Cache, changed: &mut Vec<(Entity, String)>) -> Vec<String> {
        let (original, year) = match &self.told {
            Told::Reversal { original, original_year, .. } => (original, *original_year),
            Told::Payment { voucher: Some(voucher), year, stage: Stage::Paid, .. } => (voucher, *year),
            Told::Payment { .. } | Told::Allocation { .. } | Told::Line { .. } | Told::Person { .. } | Told::Other { .. } => return Vec::new(),
        };
        let Some(mut first) = find_reversible(cache, &self.source, year, original) else { return Vec::new() };
        let amount = first.get(payment::AMOUNT).as_money().unwrap_or(Money::ZERO);
        let taken = self
            .reversals_of(&first, cache)
            .iter()
            .map(|reversal| match reversal.text(payment::PAYMENT_KIND) {
                "退款" => reversal.get(payment::AMOUNT).as_money().unwrap_or(Money::ZERO),
                _ => amount,
            })
            .fold(Money::ZERO, |sum, part| sum + part)
            .min(amount);
        if first.get(payment::REVERSED).as_money().unwrap_or(Money::ZERO) == taken {
            return Vec::new();
        }
        first.set(payment::REVERSED, taken);
        settle_net(&mut first);
        let (key, voucher, whole) = (first.key.clone(), first.get(payment::VOUCHER_NO).clone(), is_reversed(&first));
        let fiscal_year = first.get(payment::FISCAL_YEAR).clone();
        cache.put(first);
        if key != own {
            changed.push((Entity::Payment, key.clone()));
        }
        for line in cache.find(Entity::Disbursement, &[disbursement::VOUCHER_NO], &[voucher]) {
            if line.get(disbursement::FISCAL_YEAR) == &fiscal_year && line.get(disbursement::REVERSED).is_true() != whole {
                let mut line = (*line).clone();
                line.set(disbursement::REVERSED, whole);
                changed.push((Entity::Disbursement, line.key.clone()));
                cache.put(line);
            }
        }
        vec![key]
    }
}

fn is_reversed(payment: &Record) -> bool {
    payment.get(payment::REVERSED).as_money().is_some_and(|taken| taken.fen() > 0) && payment.get(payment::NET).as_money() == Some(Money::ZERO)
}

fn settle_net(record: &mut Record) {
    if let Some(amount) = record.get(payment::AMOUNT).as_money() {
        let taken = record.get(payment::REVERSED).as_money().unwrap_or(Money::ZERO);
        record.set(payment::NET, amount - taken);
    }
}

/// Takes what is told; what is not told stays as it was.
fn overlay(record: &mut Record, fills: &Fills) {
    for (slot, value) in fills {
        record.overlay(*slot, value.clone());
    }
}

/// Takes what is told, emptiness included.
fn replace(record: &mut Record, fills: &Fills) {
    for (slot, value) in fills {
        record.set(*slot, value.clone());
    }
}

fn fill_gaps(record: &mut Record, fills: &Fills) {
    for (slot, value) in fills {
        if record.get(*slot).is_empty() {
            record.set(*slot, value.clone());
        }
    }
}
