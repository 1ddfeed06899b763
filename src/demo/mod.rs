//! A made-up office to look at: everything in it is synthetic. Its events come the way real ones do: signed, over HTTP.

pub mod county;
pub mod office;
pub mod play;
