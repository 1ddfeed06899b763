//! Discord: how warnings get there, and the one caller of its REST API for the whole program.

pub mod button;
mod limits;
pub mod rest;
pub mod text;
