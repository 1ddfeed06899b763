//! What an event is about (所指) where it is about no record of its own, and which earlier event it undoes.

use super::event::{Event, beneficiary as b};
use crate::keys::Keyring;
use crate::store::audit::hex;

/// The seen key of what this event undoes: told once more after it, the same content is news.
pub(super) fn undoes(event: &Event) -> Option<String> {
    let listed = |undone: &str| Some(undone.to_owned());
    match event {
        Event::PayrollListed(_) => listed("payroll.delisted"),
        Event::PayrollDelisted(_) => listed("payroll.listed"),
        Event::ProjectListed(_) => listed("project.delisted"),
        Event::ProjectDelisted(_) => listed("project.listed"),
        Event::StandardListed(_) => listed("standard.delisted"),
        Event::StandardDelisted(_) => listed("standard.listed"),
        Event::BeneficiaryChanged(e) if e.status == Some(b::Status::Registered) => listed("beneficiary.removed"),
        Event::BeneficiaryRemoved(e) => Some(format!("beneficiary.changed/{}", e.effective_to.get())),
        Event::AllocationReceived(_)
        | Event::AllocationRegistered(_)
        | Event::AllocationDistributed(_)
        | Event::AllocationAdjusted(_)
        | Event::AllocationDocumentAttached(_)
        | Event::PaymentRequested(_)
        | Event::PaymentReviewed(_)
        | Event::PaymentPaid(_)
        | Event::PaymentRefunded(_)
        | Event::PaymentCorrected(_)
        | Event::PaymentCancelled(_)
        | Event::DisbursementListed(_)
        | Event::PerformanceGoal(_)
        | Event::PerformanceIndicator(_)
        | Event::PerformanceProgress(_)
        | Event::PerformanceReview(_)
        | Event::PerformanceSelfEvaluation(_)
        | Event::BeneficiaryRegistered(_)
        | Event::BeneficiaryChanged(_)
        | Event::SourceTotals(_) => None,
    }
}

/// What an event of no entity of its own is about: its identifying members, hashed where they are personal.
pub(super) fn subject(source: &str, event: &Event, keys: &Keyring) -> String {
    const IDENTIFYING: [&str; 8] = ["project_code", "standard_no", "fiscal_year", "period", "name", "from", "to", "about"];
    let canonical = event.canonical();
    let member = |name: &str| canonical.get(name).map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned));
    // what leaves a list is the one that was listed
    let family = event.type_name().replace(".delisted", ".listed");
    let mut parts = vec![family, source.to_owned()];
    match member("id_no").and_then(|id| keys.hash(&id)) {
        Some(hash) => parts.push(hex(&hash.0)),
        None => parts.extend(IDENTIFYING.iter().filter_map(|name| member(name))),
    }
    parts.join("/")
}
