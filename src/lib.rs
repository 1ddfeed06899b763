pub mod chat;
pub mod domain;
