//! A made-up office to look at: everything in it is synthetic.

pub mod county;
