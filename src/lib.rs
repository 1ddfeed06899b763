pub mod config;
pub mod delivery;
pub mod domain;
