//! Reports (报表): what 农业股 and the leadership read, and what leaves the bureau.

pub mod month;
pub mod outward;
pub mod sheet;
pub mod table;
