//! What events of persons tell: the lines that reach them, and the register.

use chrono::NaiveDate;

use super::{Fills, Told, cipher, text};
use crate::domain::Value;
use crate::domain::person_id::{self, IdShape};
use crate::domain::record::{beneficiary, disbursement};
use crate::domain::text::normalise;
use crate::intake::event::disbursement::Month;
use crate::intake::event::{beneficiary as b, disbursement as d};
use crate::keys::Keyring;

pub(super) fn line(e: &d::Listed, keys: &Keyring) -> Fills {
    let year = i32::from(e.fiscal_year.get());
    let (start, end) = month_span(year, e.month);
    let shape = person_id::check(e.id_no.as_deref().unwrap_or(""));
    vec![
        (disbursement::ALLOCATION_ID, text(e.allocation_id.as_deref())),
        (disbursement::PROJECT_CODE, text(e.project_code.as_deref())),
        (disbursement::TOWN, text(e.town.as_deref())),
        (disbursement::VILLAGE, text(e.village.as_deref())),
        (disbursement::TOLD_HOUSEHOLD_NO, text(e.household_no.as_deref())),
        (disbursement::NAME, cipher(keys, e.name.as_deref())),
        (disbursement::ID_NO, cipher(keys, e.id_no.as_deref().map(person_id::canonical).as_deref())),
        (disbursement::ID_VALID, if has_check_digit(e.id_type.as_deref()) { Value::Flag(shape == IdShape::Valid) } else { Value::Empty }),
        (disbursement::ID_MASKED, Value::Flag(shape == IdShape::Masked)),
        (disbursement::BASIS, text(Some(e.basis.name()))),
        (disbursement::DUE, e.due.get().into()),
        (disbursement::PAID, e.paid.get().into()),
        (disbursement::MONTH, text(Some(e.month.name()))),
        (disbursement::MONTH_START, start.into()),
        (disbursement::MONTH_END, end.into()),
        (disbursement::MONTHS, Value::Number(if e.month == Month::WholeYear { 12 } else { 1 }.into())),
        (disbursement::ACCOUNT, cipher(keys, e.account.as_deref())),
        (disbursement::ACCOUNT_NAME, cipher(keys, e.account_name.as_deref())),
        (disbursement::SECTION, text(e.section.as_deref())),
    ]
}

/// A passport has none; where no kind of document is told it is an identity card.
fn has_check_digit(id_type: Option<&str>) -> bool {
    id_type.map(normalise).is_none_or(|kind| kind.is_empty() || ["身份证", "户口"].iter().any(|word| kind.contains(word)))
}

/// First and last day of the month paid for; of the year, for 全年.
fn month_span(year: i32, month: Month) -> (Option<NaiveDate>, Option<NaiveDate>) {
    let (from, to) = month.name().parse().map_or((1, 12), |month: u32| (month, month));
    let after = if to == 12 { NaiveDate::from_ymd_opt(year + 1, 1, 1) } else { NaiveDate::from_ymd_opt(year, to + 1, 1) };
    (NaiveDate::from_ymd_opt(year, from, 1), after.and_then(|day| day.pred_opt()))
}

pub(super) fn enrolled(e: &b::Registered, keys: &Keyring) -> Told {
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

pub(super) fn changed(e: &b::Changed, keys: &Keyring) -> Told {
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

pub(super) fn removed(e: &b::Removed) -> Told {
    let fills = vec![(beneficiary::STATUS, text(Some(e.status.name())))];
    Told::Person { person_no: normalise(&e.person_no), fills, leaves: Some(e.effective_to.get()), returns: false }
}
