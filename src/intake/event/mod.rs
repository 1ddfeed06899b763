//! Events (事件): what machines tell, `{"type", "timestamp", "data"}`. Read with a raw `data` first, then typed by the exact type.

mod field;
mod shape;

pub mod allocation;
pub mod beneficiary;
pub mod disbursement;
pub mod payment;
pub mod performance;
pub mod reference;
pub mod totals;

pub use field::{Amount, Code, Count, Day, Identifier, Name, Number, Remark, Sha256Hex, Text, Time, Year};
pub use shape::Malformed;

use chrono::{DateTime, Utc};
use serde_json::Value;
use shape::{Members, Shape};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::Schema;
use utoipa::{PartialSchema, ToSchema};

/// The families of events: what kind of thing they tell about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Family {
    /// 指标
    Allocation,
    /// 支付
    Payment,
    /// 到人到户发放明细
    Disbursement,
    /// 绩效
    Performance,
    /// 建档立卡人口
    Beneficiary,
    /// 财政供养人员、项目库、补助标准
    Reference,
    /// 来源对账
    Totals,
}

/// One event type as the interface description needs it.
pub struct EventSchema {
    /// `payment.paid`
    pub type_name: &'static str,
    /// The name of the schema of its `data`.
    pub schema_name: String,
    /// The fields of its `data`.
    pub schema: RefOr<Schema>,
}

macro_rules! events {
    ($($variant:ident $name:literal $family:ident $content:ty,)+) => {
        /// The typed content of an event. It cannot hold what [`Envelope::parse`] would refuse.
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub enum Event {
            $(#[doc = $name] $variant($content),)+
        }

        impl Event {
            /// Every type, in the order of the interface description.
            pub const TYPES: &'static [&'static str] = &[$($name),+];

            /// `payment.paid`
            pub const fn type_name(&self) -> &'static str {
                match self { $(Event::$variant(_) => $name),+ }
            }

            /// What kind of thing it tells about.
            pub const fn family(&self) -> Family {
                match self { $(Event::$variant(_) => Family::$family),+ }
            }

            /// The typed content as JSON: names sorted, empty fields left out, money as text with two decimals, times in UTC, defaults filled in.
            /// The same content however it was written gives the same text; the envelope's own timestamp is not part of it.
            pub fn canonical(&self) -> Value {
                let content = match self { $(Event::$variant(content) => serde_json::to_value(content)),+ };
                let Ok(Value::Object(members)) = content else { return Value::Null };
                let mut told: Vec<_> = members.into_iter().filter(|(_, value)| !value.is_null()).collect();
                told.sort_by(|(a, _), (b, _)| a.cmp(b));
                Value::Object(told.into_iter().collect())
            }

            /// What each type is called and how its `data` looks.
            pub fn schemas() -> Vec<EventSchema> {
                vec![$(EventSchema { type_name: $name, schema_name: <$content as ToSchema>::name().into_owned(), schema: <$content>::schema() }),+]
            }

            fn read(type_name: &str, data: &str) -> Result<Event, Malformed> {
                match type_name {
                    $($name => <$content as Shape>::read(Members::read(data.as_bytes(), "/data")?).map(Event::$variant),)+
                    _ => Err(Malformed::new("/type", "没有这个事件类型,请对照 /openapi.json")),
                }
            }
        }
    };
}

events! {
    AllocationReceived "allocation.received" Allocation allocation::Received,
    AllocationRegistered "allocation.registered" Allocation allocation::Registered,
    AllocationDistributed "allocation.distributed" Allocation allocation::Distributed,
    AllocationAdjusted "allocation.adjusted" Allocation allocation::Adjusted,
    AllocationApproved "allocation.approved" Allocation allocation::Approved,
    AllocationDocumentAttached "allocation.document_attached" Allocation allocation::DocumentAttached,
    PaymentRequested "payment.requested" Payment payment::Requested,
    PaymentReviewed "payment.reviewed" Payment payment::Reviewed,
    PaymentPaid "payment.paid" Payment payment::Paid,
    PaymentRefunded "payment.refunded" Payment payment::Refunded,
    PaymentCorrected "payment.corrected" Payment payment::Corrected,
    PaymentCancelled "payment.cancelled" Payment payment::Cancelled,
    DisbursementListed "disbursement.listed" Disbursement disbursement::Listed,
    PerformanceGoal "performance.goal" Performance performance::Goal,
    PerformanceIndicator "performance.indicator" Performance performance::Indicator,
    PerformanceProgress "performance.progress" Performance performance::Progress,
    PerformanceReview "performance.review" Performance performance::Review,
    PerformanceSelfEvaluation "performance.self_evaluation" Performance performance::SelfEvaluation,
    BeneficiaryRegistered "beneficiary.registered" Beneficiary beneficiary::Registered,
    BeneficiaryChanged "beneficiary.changed" Beneficiary beneficiary::Changed,
    BeneficiaryRemoved "beneficiary.removed" Beneficiary beneficiary::Removed,
    PayrollListed "payroll.listed" Reference reference::Payroll,
    PayrollDelisted "payroll.delisted" Reference reference::PayrollDelisted,
    ProjectListed "project.listed" Reference reference::Project,
    ProjectDelisted "project.delisted" Reference reference::ProjectDelisted,
    StandardListed "standard.listed" Reference reference::Standard,
    StandardDelisted "standard.delisted" Reference reference::StandardDelisted,
    SourceTotals "source.totals" Totals totals::Totals,
}

/// The timestamp of events that come out of a file: it does not tell when its rows were written, and the same rows must make the same lines.
pub const UNTOLD: &str = "2000-01-01T00:00:00Z";

/// An event with its `data` still raw.
#[derive(Debug)]
pub struct Envelope<'a> {
    /// The exact type, known or not.
    pub type_name: String,
    /// When the source wrote the event; business dates stand in the content.
    pub timestamp: DateTime<Utc>,
    data: &'a str,
}

impl<'a> Envelope<'a> {
    /// Reads the envelope alone.
    pub fn open(json: &'a [u8]) -> Result<Envelope<'a>, Malformed> {
        let mut members = Members::read(json, "")?;
        let type_name = members.take::<Code>("", "type")?.to_string();
        let timestamp = members.take::<Time>("", "timestamp")?.get();
        let data = members.raw("data").ok_or_else(|| Malformed::new("/data", "必须填写"))?;
        members.finish("", &["type", "timestamp", "data"])?;
        Ok(Envelope { type_name, timestamp, data })
    }

    /// The typed content.
    pub fn event(&self) -> Result<Event, Malformed> {
        Event::read(&self.type_name, self.data)
    }

    /// When the source wrote the event, as far as it tells: rows of a file do not.
    pub fn written_at(&self) -> Option<DateTime<Utc>> {
        Some(self.timestamp).filter(|at| DateTime::parse_from_rfc3339(UNTOLD).is_ok_and(|untold| untold != *at))
    }

    /// The typed content of an event's JSON text.
    pub fn parse(json: &'a [u8]) -> Result<Event, Malformed> {
        Envelope::open(json)?.event()
    }
}

#[cfg(test)]
mod tests;
