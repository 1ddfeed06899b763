//! What events of payments tell.

use chrono::{DateTime, Utc};

use super::account::{account_kind, account_shape, payee_shape};
use super::{Fills, Stage, Told, cipher, remark, text};
use crate::domain::calendar::local_date;
use crate::domain::record::payment as slots;
use crate::domain::text::normalise;
use crate::domain::{Value, mask};
use crate::intake::event::payment as p;
use crate::keys::Keyring;

/// What a payment is for (用途). The people and accounts that the payment itself names do not lie open in it; all else stays as it is, for rules read it.
fn purpose(value: Option<&str>, names: [Option<&str>; 2], accounts: [Option<&str>; 2]) -> Value {
    let open = value.map(normalise);
    let covered = accounts.into_iter().flatten().fold(open, |open, account| open.map(|open| mask::cover_account(&open, account)));
    let covered = names.into_iter().flatten().fold(covered, |open, name| open.map(|open| mask::cover_name(&open, name)));
    remark(covered.as_deref())
}

/// Whom and where it is paid to.
struct Payee<'e> {
    name: Option<&'e str>,
    account: Option<&'e str>,
    account_kind: Option<p::AccountKind>,
}

macro_rules! payee {
    ($e:expr) => {
        Payee { name: $e.payee_name.as_deref(), account: $e.payee_account.as_deref(), account_kind: $e.payee_account_kind }
    };
}

fn payee(keys: &Keyring, Payee { name, account, account_kind: told }: Payee<'_>) -> Fills {
    let kind = name.and_then(mask::payee_kind);
    let shown = name.map(mask::payee);
    let account_kind = told.or_else(|| name.and_then(account_kind));
    vec![
        (slots::PAYEE_NAME, cipher(keys, name)),
        (slots::PAYEE_ACCOUNT, cipher(keys, account)),
        (slots::PAYEE_MASKED, text(shown.as_deref())),
        (slots::ACCOUNT_TAIL, text(account.map(mask::account).as_deref())),
        (slots::PAYEE_KIND, text(kind.map(mask::PayeeKind::name))),
        (slots::PAYEE_ACCOUNT_KIND, text(account_kind.map(p::AccountKind::name))),
        (slots::PAYEE_SHAPE, text(name.and_then(payee_shape))),
        (slots::ACCOUNT_SHAPE, text(account.and_then(account_shape))),
    ]
}

/// When it was reported, and whether that was before the moment `done` that it tells of.
fn reported(written: Option<DateTime<Utc>>, done: Option<DateTime<Utc>>) -> Fills {
    vec![(slots::REPORTED_ON, written.map(local_date).into()), (slots::REPORTED_EARLY, written.zip(done).map(|(written, done)| written < done).into())]
}

/// What both a request and a payment tell.
macro_rules! particulars {
    ($e:expr, $keys:expr) => {{
        let mut fills = payee($keys, payee!($e));
        fills.extend([
            (slots::ALLOCATION_ID, text($e.allocation_id.as_deref())),
            (slots::PAYER_NAME, cipher($keys, $e.payer_name.as_deref())),
            (slots::PAYER_ACCOUNT, cipher($keys, $e.payer_account.as_deref())),
            (
                slots::PURPOSE,
                purpose(
                    $e.purpose.as_deref(),
                    [$e.payee_name.as_deref(), $e.payer_name.as_deref()],
                    [$e.payee_account.as_deref(), $e.payer_account.as_deref()],
                ),
            ),
            (slots::SETTLEMENT, text($e.settlement.as_deref())),
            (slots::METHOD, text($e.method.as_deref())),
            (slots::ECONOMIC_CODE, text($e.economic_code.as_deref())),
            (slots::TOLD_PROJECT_CODE, text($e.project_code.as_deref())),
            (slots::SECTION, text($e.section.as_deref())),
            (slots::TOWN, text($e.town.as_deref())),
        ]);
        fills
    }};
}

pub(super) fn requested(e: &p::Requested, written: Option<DateTime<Utc>>, keys: &Keyring) -> Told {
    let mut fills = particulars!(e, keys);
    fills.extend([(slots::AMOUNT, e.amount.get().into()), (slots::PAID_ON, e.requested_at.local_date().into())]);
    // nothing is paid yet that could have been reported early
    fills.extend(reported(written, None));
    Told::Payment { voucher: None, application: Some(normalise(&e.application_no)), year: e.fiscal_year.get(), stage: Stage::Requested, fills }
}

pub(super) fn reviewed(e: &p::Reviewed) -> Told {
    let application = Some(normalise(&e.application_no));
    Told::Payment { voucher: None, application, year: e.fiscal_year.get(), stage: Stage::Reviewed, fills: Vec::new() }
}

pub(super) fn paid(e: &p::Paid, written: Option<DateTime<Utc>>, keys: &Keyring) -> Told {
    let mut fills = particulars!(e, keys);
    fills.extend([(slots::AMOUNT, e.amount.into()), (slots::PAID_ON, e.paid_at.local_date().into())]);
    fills.extend(reported(written, Some(e.paid_at.get())));
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

/// What takes a payment back, whatever its kind.
macro_rules! reversal {
    ($e:expr, $kind:expr, $fills:expr) => {
        Told::Reversal {
            voucher: normalise(&$e.voucher_no),
            year: $e.fiscal_year.get(),
            kind: $kind,
            original: normalise(&$e.original_voucher_no),
            original_year: $e.original_fiscal_year.get(),
            fills: $fills,
        }
    };
}

pub(super) fn refunded(e: &p::Refunded, written: Option<DateTime<Utc>>) -> Told {
    let mut fills = reported(written, Some(e.refunded_at.get()));
    fills.extend([(slots::AMOUNT, e.amount.get().into()), (slots::PAID_ON, e.refunded_at.local_date().into()), (slots::PURPOSE, remark(e.reason.as_deref()))]);
    reversal!(e, p::Kind::Refund, fills)
}

pub(super) fn corrected(e: &p::Corrected, written: Option<DateTime<Utc>>, keys: &Keyring) -> Told {
    let mut fills = payee(keys, payee!(e));
    fills.extend(reported(written, Some(e.corrected_at.get())));
    fills.extend([
        (slots::AMOUNT, e.amount.map(|amount| amount.get()).into()),
        (slots::ALLOCATION_ID, text(e.allocation_id.as_deref())),
        (slots::PURPOSE, purpose(e.purpose.as_deref(), [e.payee_name.as_deref(), None], [e.payee_account.as_deref(), None])),
        (slots::PAID_ON, e.corrected_at.local_date().into()),
    ]);
    reversal!(e, p::Kind::Correction, fills)
}

pub(super) fn cancelled(e: &p::Cancelled, written: Option<DateTime<Utc>>) -> Told {
    let mut fills = reported(written, Some(e.cancelled_at.get()));
    fills.extend([(slots::PAID_ON, e.cancelled_at.local_date().into()), (slots::PURPOSE, remark(e.reason.as_deref()))]);
    reversal!(e, p::Kind::Cancellation, fills)
}
