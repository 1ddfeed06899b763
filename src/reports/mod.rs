//! Reports (报表): what 农业股 and the leadership read.

pub mod month;
pub mod table;
