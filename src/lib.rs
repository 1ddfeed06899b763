pub mod demo;
pub mod domain;
pub mod intake;
