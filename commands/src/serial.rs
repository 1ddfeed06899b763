//! Numbers of what the office registers beside warnings (登记编号): applications, countersignatures, notices.

use std::fmt;
use std::str::FromStr;

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};

use crate::choice::choices;
use crate::line::fold;
use crate::values::Argument;

choices! {
    /// A book that numbers its entries by the year (登记簿).
    Register {
        Access = "QX" "权限申请",
        Countersign = "HQ" "会签",
        Notice = "TB" "通报",
        Receipt = "HZ" "回执",
        Inspection = "JC" "检查",
        Matter = "SX" "事项",
        Lead = "XS" "线索",
        Log = "JL" "记录",
        Leave = "QJ" "请假",
        WhiteList = "BM" "白名单",
    }
}

/// The number of an entry, shown as `QX2026-0007`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct SerialNo {
    register: Register,
    year: u16,
    number: u32,
}

impl SerialNo {
    /// `None` outside the years 2000–2099 and the numbers 1–999 999.
    pub const fn new(register: Register, year: u16, number: u32) -> Option<SerialNo> {
        if year >= 2000 && year <= 2099 && number >= 1 && number <= 999_999 { Some(SerialNo { register, year, number }) } else { None }
    }

    pub const fn register(self) -> Register {
        self.register
    }

    /// As one number: year × 1 000 000 + number.
    pub const fn stored(self) -> i64 {
        self.year as i64 * 1_000_000 + self.number as i64
    }

    /// The number of this register from how it is [stored](SerialNo::stored).
    pub fn of_stored(register: Register, stored: i64) -> Option<SerialNo> {
        SerialNo::new(register, u16::try_from(stored / 1_000_000).ok()?, u32::try_from(stored % 1_000_000).ok()?)
    }
}

impl fmt::Display for SerialNo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{}{:04}-{:04}", self.register.code(), self.year, self.number))
    }
}

/// `QX2026-0007`, also `qx2026-7`; full-width forms are the same.
impl FromStr for SerialNo {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<SerialNo, Self::Err> {
        const WRONG: &str = "编号应为 QX2026-0007 的样子";
        let text = fold(text).to_uppercase();
        let (register, rest) = text.split_at_checked(2).ok_or(WRONG)?;
        let register = Register::from_code(register).ok_or(WRONG)?;
        let (year, number) = rest.split_once('-').ok_or(WRONG)?;
        digits(year).zip(digits(number)).and_then(|(year, number)| SerialNo::new(register, year.try_into().ok()?, number)).ok_or(WRONG)
    }
}

impl TryFrom<String> for SerialNo {
    type Error = &'static str;

    fn try_from(text: String) -> Result<SerialNo, Self::Error> {
        text.parse()
    }
}

impl From<SerialNo> for String {
    fn from(no: SerialNo) -> String {
        no.to_string()
    }
}

fn digits(text: &str) -> Option<u32> {
    if !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()) { text.parse().ok() } else { None }
}

/// What was written for a number whose register the form knows.
pub(crate) enum Written {
    Whole(SerialNo),
    /// A number alone, of this year.
    Alone(u16, u32),
}

impl Written {
    /// The number, if it is one of this register.
    pub(crate) fn of(self, register: Register) -> Option<SerialNo> {
        match self {
            Written::Whole(no) => Some(no).filter(|no| no.register() == register),
            Written::Alone(year, number) => SerialNo::new(register, year, number),
        }
    }
}

impl Argument for Written {
    fn read(word: &str, today: NaiveDate) -> Result<Written, String> {
        let alone = digits(&fold(word)).zip(u16::try_from(today.year()).ok()).map(|(number, year)| Written::Alone(year, number));
        alone.or_else(|| word.parse().ok().map(Written::Whole)).ok_or_else(|| "应写成 QX2026-0007 的样子,今年的也可以只写 7。".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_lead_back() {
        let no = SerialNo::new(Register::Access, 2026, 7).unwrap();
        assert_eq!(no.to_string(), "QX2026-0007");
        assert_eq!("ｑx2026-7".parse(), Ok(no));
        assert_eq!(SerialNo::of_stored(Register::Access, no.stored()), Some(no));
        assert_eq!(serde_json::from_str::<SerialNo>("\"QX2026-0007\"").unwrap(), no);
        assert!("AB2026-1".parse::<SerialNo>().is_err() && "QX2026-0".parse::<SerialNo>().is_err() && "权2026-1".parse::<SerialNo>().is_err());
    }
}
