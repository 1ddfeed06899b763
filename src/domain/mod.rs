//! The office's own words as types that cannot hold a wrong value. No framework, no I/O, no clock.

pub mod calendar;
pub mod chat_safe;
pub mod doc_no;
pub mod evidence;
pub mod light;
pub mod mask;
pub mod money;
pub mod names;
pub mod person_id;
pub mod personal;
pub mod record;
pub mod scope;
pub mod text;
pub mod value;
pub mod white_list;

pub use calendar::{Calendar, local_date, local_midnight};
pub use chat_safe::{ChatPiece, ChatSafe, FullDate, Mention, Percent, Sign, Speakable};
pub use doc_no::DocNo;
pub use light::{Level, Light, Refusal, Step, WarningState};
pub use mask::PayeeKind;
pub use money::Money;
pub use names::{
    AllocationId, FieldPath, NameError, OfficeId, ProgrammeName, Reason, RuleCode, RuleName, SectionCode, SectionName, SourceName, StaffId, StaffName,
    TownName, VoucherNo, WarningNo,
};
pub use person_id::IdShape;
pub use personal::{PersonalKind, find_personal};
pub use record::{Entity, Field, Kind, Record, Seen};
pub use text::normalise;
pub use value::{KeyedHash, Value};
