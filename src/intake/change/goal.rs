//! How a performance goal stands (审核状态): whichever of the filing and its review comes first.

use chrono::NaiveDate;

use crate::domain::record::goal;
use crate::domain::{Record, Value};
use crate::intake::event::performance::Status;
use crate::intake::told::Filing;

/// The seen key of what a review reads of a filing.
const READ: &str = "performance.goal/read";

/// Takes the filing in; what was decided of another text does not hold for this one.
pub(super) fn file(record: &mut Record, filing: &Filing) {
    let holds = still_holds(record, filing);
    record.seen.insert(READ, &filing.digest);
    for (slot, value) in &filing.fills {
        record.overlay(*slot, value.clone());
    }
    let reviewed_on = record.get(goal::REVIEWED_ON).as_date();
    match filing.outcome {
        // a review made since says otherwise
        Some((_, Some(on))) if holds && reviewed_on.is_some_and(|reviewed| reviewed > on) => {}
        Some((status, on)) => {
            record.set(goal::STATUS, status.name());
            record.overlay(goal::REVIEWED_ON, on);
        }
        None if holds => {}
        None => {
            record.set(goal::STATUS, Status::Pending.name());
            record.set(goal::REVIEWED_ON, Value::Empty);
        }
    }
}

/// Whether what was decided so far was decided of this filing.
fn still_holds(record: &Record, filing: &Filing) -> bool {
    let Some(reviewed) = record.get(goal::REVIEWED_ON).as_date() else {
        return record.seen.get(READ) == Some(&filing.digest) && !record.get(goal::STATUS).is_empty();
    };
    match record.seen.get(READ) {
        // the review came first
        None => reviewed >= filing.on,
        Some(read) if read == filing.digest => true,
        // filed anew: of a review on the same day nobody knows which of the two it read
        Some(_) => record.get(goal::FILED_ON).as_date() != Some(filing.on) && reviewed > filing.on,
    }
}

pub(super) fn review(record: &mut Record, status: Status, on: NaiveDate) {
    record.set(goal::STATUS, status.name());
    record.set(goal::REVIEWED_ON, on);
}
