//! Files from offices that have no webhooks (文件导入).

pub mod sheet;
