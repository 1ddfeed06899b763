//! Files from offices that have no webhooks (文件导入): a workbook or CSV becomes a batch of events that goes through the same door.

pub mod kind;
pub mod mapping;
pub mod preset;
pub mod reading;
pub mod sheet;
pub mod target;
