//! The other values a command holds, each unable to hold a wrong one, also when read back from the journal.

use std::fmt;
use std::str::FromStr;

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};

use crate::choice::Method;
use crate::complaint::nearest;
use crate::line::{fold, parts_list};
use crate::values::Argument;

/// The number of a warning (预警编号), shown as `YJ2026-000123`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct WarningNo {
    year: u16,
    number: u32,
}

impl WarningNo {
    /// `None` outside the years 2000–2099 and the numbers 1–999 999 999.
    pub const fn new(year: u16, number: u32) -> Option<WarningNo> {
        if year >= 2000 && year <= 2099 && number >= 1 && number <= 999_999_999 { Some(WarningNo { year, number }) } else { None }
    }

    pub const fn year(self) -> u16 {
        self.year
    }

    pub const fn number(self) -> u32 {
        self.number
    }
}

impl fmt::Display for WarningNo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("YJ{:04}-{:06}", self.year, self.number))
    }
}

/// `YJ2026-000123`, also `yj2026-123` and `2026-123`; full-width forms are the same.
impl FromStr for WarningNo {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<WarningNo, Self::Err> {
        let text = fold(text).to_uppercase();
        let (year, number) = text.strip_prefix("YJ").unwrap_or(&text).split_once('-').ok_or("编号应为 YJ2026-000123 的样子")?;
        let number = digits(number).and_then(|number| WarningNo::new(digits(year)?.try_into().ok()?, number));
        number.ok_or("编号应为 YJ2026-000123 的样子")
    }
}

impl TryFrom<String> for WarningNo {
    type Error = &'static str;

    fn try_from(text: String) -> Result<WarningNo, Self::Error> {
        text.parse()
    }
}

impl From<WarningNo> for String {
    fn from(no: WarningNo) -> String {
        no.to_string()
    }
}

fn digits(text: &str) -> Option<u32> {
    if !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()) { text.parse().ok() } else { None }
}

/// A number alone is of this year.
impl Argument for WarningNo {
    fn read(word: &str, today: NaiveDate) -> Result<WarningNo, String> {
        let alone = digits(&fold(word)).and_then(|number| WarningNo::new(u16::try_from(today.year()).ok()?, number));
        alone.or_else(|| word.parse().ok()).ok_or_else(|| "应写成 YJ2026-000123、2026-123,今年的也可以只写 123。".to_owned())
    }
}

/// Free text as it was typed (文字): 1 to 1000 characters without spaces around and without control characters.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Text(String);

impl Text {
    /// The most characters a text may have.
    pub const LONGEST: usize = 1000;

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Text {
    type Error = String;

    fn try_from(text: String) -> Result<Text, String> {
        let text = text.trim();
        match text.chars().count() {
            0 => Err("不能是空的。".to_owned()),
            length if length > Text::LONGEST => Err(format!("有 {length} 个字,最多 {} 个字。请写要点,细节放到材料里。", Text::LONGEST)),
            _ if text.chars().any(char::is_control) => Err("里有看不见的控制字符,请删去。".to_owned()),
            _ => Ok(Text(text.to_owned())),
        }
    }
}

impl From<Text> for String {
    fn from(text: Text) -> String {
        text.0
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl Argument for Text {
    fn read(word: &str, _: NaiveDate) -> Result<Text, String> {
        Text::try_from(word.to_owned())
    }
}

/// A whole number from 1 to 9999: a page, a year (页、年度).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "u32", into = "u32")]
pub struct Count(u32);

impl Count {
    /// The first page.
    pub const ONE: Count = Count(1);

    pub const fn get(self) -> u32 {
        self.0
    }
}

impl TryFrom<u32> for Count {
    type Error = &'static str;

    fn try_from(number: u32) -> Result<Count, Self::Error> {
        if (1..=9999).contains(&number) { Ok(Count(number)) } else { Err("应是 1 到 9999 的整数。") }
    }
}

impl From<Count> for u32 {
    fn from(count: Count) -> u32 {
        count.0
    }
}

impl Argument for Count {
    fn read(word: &str, _: NaiveDate) -> Result<Count, String> {
        digits(&fold(word)).ok_or("应是 1 到 9999 的整数。").and_then(Count::try_from).map_err(str::to_owned)
    }
}

/// A phone number of which only the ends are kept (`138****5678`): the rest never leaves the parser.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct MaskedPhone(String);

impl MaskedPhone {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Already masked: the middle is covered.
impl TryFrom<String> for MaskedPhone {
    type Error = &'static str;

    fn try_from(text: String) -> Result<MaskedPhone, Self::Error> {
        let shape = (7..=13).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit() || b == b'*') && text.contains("****");
        if shape { Ok(MaskedPhone(text)) } else { Err("电话应已遮盖中间四位") }
    }
}

impl From<MaskedPhone> for String {
    fn from(phone: MaskedPhone) -> String {
        phone.0
    }
}

impl fmt::Display for MaskedPhone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// 7 to 13 digits, hyphens and spaces aside; typed whole or already masked.
impl Argument for MaskedPhone {
    fn read(word: &str, _: NaiveDate) -> Result<MaskedPhone, String> {
        let mut digits: Vec<char> = fold(word).chars().filter(|c| !matches!(c, '-' | ' ' | '+' | '(' | ')')).collect();
        let length = digits.len();
        if let Some(middle) = length.checked_sub(8).and_then(|start| digits.get_mut(start..length - 4)) {
            middle.fill('*');
        } else if let Some(middle) = digits.get_mut(1..5) {
            middle.fill('*');
        }
        MaskedPhone::try_from(String::from_iter(digits)).map_err(|_| "应是 7 到 13 位的电话号码。".to_owned())
    }
}

/// The staff who paid a visit (约谈走访人员): at least two different people, by name.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "Vec<String>", into = "Vec<String>")]
pub struct VisitStaff(Vec<String>);

impl VisitStaff {
    pub fn names(&self) -> &[String] {
        &self.0
    }
}

impl TryFrom<Vec<String>> for VisitStaff {
    type Error = &'static str;

    fn try_from(names: Vec<String>) -> Result<VisitStaff, Self::Error> {
        let mut distinct: Vec<String> = Vec::new();
        for name in names {
            if !(1..=30).contains(&name.chars().count()) || name.chars().any(char::is_control) {
                return Err("里有一个名字太长,请用顿号隔开每个人。");
            }
            if !distinct.contains(&name) {
                distinct.push(name);
            }
        }
        match distinct.len() {
            0 | 1 => Err("至少要两个人,请用顿号隔开。"),
            2..=20 => Ok(VisitStaff(distinct)),
            _ => Err("太多了,最多 20 个人。"),
        }
    }
}

impl From<VisitStaff> for Vec<String> {
    fn from(staff: VisitStaff) -> Vec<String> {
        staff.0
    }
}

impl fmt::Display for VisitStaff {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0.join("、"))
    }
}

impl Argument for VisitStaff {
    fn read(word: &str, _: NaiveDate) -> Result<VisitStaff, String> {
        let names = word.split(parts_list).filter(|name| !name.is_empty()).map(str::to_owned).collect::<Vec<_>>();
        VisitStaff::try_from(names).map_err(str::to_owned)
    }
}

pub(crate) fn choose<T>(word: &str, choice: Option<T>, names: &[&'static str]) -> Result<T, String> {
    choice.ok_or_else(|| {
        let hint = nearest(&fold(word), names.iter().copied()).map(|near| format!("是不是想写 {near}?")).unwrap_or_default();
        format!("只能从这些里选:{}。{hint}", names.join("、"))
    })
}

/// The chosen methods, in the order of the list, each once.
impl Argument for Vec<Method> {
    fn read(word: &str, _: NaiveDate) -> Result<Vec<Method>, String> {
        let items = word.split(parts_list).filter(|item| !item.is_empty());
        let mut methods = items.map(|item| choose(item, Method::from_name(item), Method::NAMES)).collect::<Result<Vec<_>, _>>()?;
        methods.sort();
        methods.dedup();
        if methods.is_empty() { Err(format!("至少选一项:{}。", Method::NAMES.join("、"))) } else { Ok(methods) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read<T: Argument>(word: &str) -> Option<T> {
        T::read(word, NaiveDate::from_ymd_opt(2026, 11, 23).unwrap()).ok()
    }

    #[test]
    fn warning_numbers() {
        for word in ["YJ2026-000123", "yj2026-123", "2026-123", "123", "ＹＪ２０２６－１２３", " 000123 "] {
            assert_eq!(read::<WarningNo>(word).map(|no| no.to_string()).as_deref(), Some("YJ2026-000123"), "{word}");
        }
        for word in ["0", "YJ", "YJ-1", "YJ1999-1", "2026-", "2026-0", "99999999999", "YJ2026-1x", "-1", "1.5", "一"] {
            assert_eq!(read::<WarningNo>(word), None, "{word}");
        }
    }

    #[test]
    fn counts_are_whole() {
        for (word, count) in [("2", Some(2)), ("２０２６", Some(2026)), ("0", None), ("-1", None), ("10000", None), ("1.5", None), ("二", None)] {
            assert_eq!(read::<Count>(word).map(Count::get), count, "{word}");
        }
        assert!(serde_json::from_str::<Count>("0").is_err());
    }

    #[test]
    fn a_phone_is_masked_as_it_is_read() {
        for (word, shown) in [
            ("13800001234", Some("138****1234")),
            ("0564-6021234", Some("056****1234")),
            ("6021234", Some("6****34")),
            ("138****1234", Some("138****1234")),
            ("123", None),
            ("打过去", None),
            ("342427196503120012", None),
        ] {
            assert_eq!(read::<MaskedPhone>(word).map(String::from).as_deref(), shown, "{word}");
        }
    }

    #[test]
    fn a_visit_takes_two() {
        assert_eq!(read::<VisitStaff>("甲、乙，丙").unwrap().to_string(), "甲、乙、丙");
        assert_eq!(read::<VisitStaff>("甲、甲"), None);
        assert_eq!(read::<VisitStaff>("甲"), None);
    }

    #[test]
    fn methods_in_order_each_once() {
        assert_eq!(read::<Vec<Method>>("约谈走访、电话核实,电话核实"), Some(vec![Method::Phone, Method::Visit]));
        assert_eq!(read::<Vec<Method>>("、"), None);
    }

    #[test]
    fn text_has_an_end() {
        assert_eq!(read::<Text>("  李 四 ").unwrap().as_str(), "李 四");
        assert_eq!(read::<Text>(&"长".repeat(1001)), None);
        assert!(serde_json::from_str::<Text>("\" \"").is_err());
    }
}
