//! The office's own words as types that cannot hold a wrong value. No framework, no I/O, no clock.

pub mod light;
pub mod money;
pub mod record;
pub mod value;

pub use light::{Level, Light, Refusal, Step, WarningState};
pub use money::Money;
pub use record::{Entity, Field, Kind, Record, Seen};
pub use value::{KeyedHash, Value};
