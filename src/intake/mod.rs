//! The machines' door (入口): verify, parse, record, judge; nothing is acknowledged before it is committed.

pub mod batch;
pub mod change;
pub mod door;
pub mod event;
pub mod files;
pub mod group;
pub mod hand;
pub mod openapi;
pub mod problem;
pub mod signature;
mod subject;
pub mod take;
mod told;
