//! What leaves the house: the channels, one folder each.

pub mod email;
