//! Several numbers or names in one option, separated by 、 or spaces.

use chrono::NaiveDate;

use crate::line::parts_list;
use crate::serial::Written;
use crate::values::Argument;
use crate::{Register, SerialNo, Text, WarningNo};

/// As many as one command takes.
const MOST: usize = 50;

/// Each piece read, in the order it was written, each once.
fn each<T: PartialEq>(word: &str, read: impl Fn(&str) -> Result<T, String>) -> Result<Vec<T>, String> {
    let mut all = Vec::new();
    for piece in word.split(|c: char| parts_list(c) || c.is_whitespace()).filter(|piece| !piece.is_empty()) {
        let one = read(piece)?;
        if !all.contains(&one) {
            all.push(one);
        }
    }
    match all.len() {
        0 => Err("是空的。".to_owned()),
        1..=MOST => Ok(all),
        _ => Err(format!("太多了,一次最多 {MOST} 个。")),
    }
}

impl Argument for Vec<WarningNo> {
    fn read(word: &str, today: NaiveDate) -> Result<Vec<WarningNo>, String> {
        each(word, |piece| WarningNo::read(piece, today))
    }
}

/// Names of sections, as people say them.
impl Argument for Vec<Text> {
    fn read(word: &str, today: NaiveDate) -> Result<Vec<Text>, String> {
        each(word, |piece| Text::read(piece, today))
    }
}

/// Numbers of one register; a number alone is of this year.
pub(crate) fn serials(word: &str, register: Register, today: NaiveDate) -> Result<Vec<SerialNo>, String> {
    let wrong = || format!("应写成 {}2026-0007 的样子,今年的也可以只写 7,几个用顿号隔开。", register.code());
    each(word, |piece| Written::read(piece, today).ok().and_then(|written| written.of(register)).ok_or_else(wrong))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn several_are_read_in_order_and_each_once() {
        let today = NaiveDate::from_ymd_opt(2026, 11, 23).unwrap();
        let shown = |word: &str| serials(word, Register::Receipt, today).map(|all| all.iter().map(SerialNo::to_string).collect::<Vec<_>>().join(" "));
        assert_eq!(shown("7、HZ2026-3  7").unwrap(), "HZ2026-0007 HZ2026-0003");
        assert_eq!(shown("QX2026-1").unwrap_err(), "应写成 HZ2026-0007 的样子,今年的也可以只写 7,几个用顿号隔开。");
        assert_eq!(Vec::<WarningNo>::read("1, YJ2025-2", today).unwrap().len(), 2);
        assert_eq!(Vec::<WarningNo>::read(" 、", today).unwrap_err(), "是空的。");
        assert!(Vec::<Text>::read(&(0..60).map(|n| format!("甲{n}")).collect::<Vec<_>>().join("、"), today).unwrap_err().starts_with("太多了"));
    }
}
