//! `[deadlines]`: how long an answer may take. The regulation only says 及时; the numbers are the office's own.

use serde::Deserialize;

use super::fault::Faults;
use crate::domain::Level;

/// Working days to answer, by light, and to give a receipt.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Deadlines {
    /// 警铃
    pub bell: u32,
    /// 黄灯
    pub yellow: u32,
    /// 红灯
    pub red: u32,
    /// 回执: to give one, and from one reminder to the next.
    pub receipt: u32,
}

impl Deadlines {
    /// Working days for a light.
    pub const fn of(&self, level: Level) -> u32 {
        match level {
            Level::Bell => self.bell,
            Level::Yellow => self.yellow,
            Level::Red => self.red,
        }
    }

    pub(super) fn check(&self, faults: &mut Faults) {
        let all = [("deadlines.bell", self.bell), ("deadlines.yellow", self.yellow), ("deadlines.red", self.red), ("deadlines.receipt", self.receipt)];
        for (key, days) in all {
            faults.expect((1..=250).contains(&days), key, || format!("写的是 {days},应在 1 到 250 个工作日之间。请改正。"));
        }
    }
}
