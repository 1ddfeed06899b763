//! Files from offices that have no webhooks (文件导入): a workbook or CSV becomes a batch of events that goes through the same door.
//!
//! ```text
//! sheet (rows, cells) ─► lines (by a mapping, on disk) ─► door: one batch, entered by chunks ─► report of what was refused
//! ```

pub mod door;
mod fault;
pub mod folder;
mod holidays;
pub mod kind;
mod lines;
mod list;
pub mod mapping;
mod overlap;
pub mod preset;
pub mod reading;
pub mod report;
mod summary;
pub mod target;

pub use door::{Counts, Order, Outcome, Progress, import};
pub use fault::Refusal;
pub use kind::Kind;
pub use list::Replace;
