//! The machines' door (入口): verify, parse, describe.

pub mod event;
pub mod openapi;
pub mod problem;
pub mod signature;
