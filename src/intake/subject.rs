//! What an event is about (所指) where it is about no record of its own, and which earlier event it undoes.

use super::event::totals::Totals;
use super::event::{Event, beneficiary as b};

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
        | Event::AllocationApproved(_)
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

/// What the totals of a source are about: which period, and of what.
pub(super) fn subject(source: &str, totals: &Totals) -> String {
    format!("source.totals/{source}/{}/{}/{}", totals.from.get(), totals.to.get(), totals.about.name())
}
