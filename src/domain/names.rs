//! Names and numbers of the office, each a type that is checked where it is made.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::personal::find_personal;
use super::text::{is_han, normalise};

/// Why a text is not the name or number it was given as. The text itself is not repeated: it may be personal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{what}不规范,应为{}{expected}", if expected.starts_with(|c: char| c.is_ascii_digit()) { " " } else { "" })]
pub struct NameError {
    /// 什么, e.g. 股室代码
    pub what: &'static str,
    /// 应该是什么样
    pub expected: &'static str,
}

macro_rules! name {
    ($(#[$doc:meta])* $type:ident, $what:literal, $expected:literal, $fits:expr) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $type(String);

        impl $type {
            /// Normalises the text and checks it.
            pub fn new(text: &str) -> Result<$type, NameError> {
                let fits: fn(&str) -> bool = $fits;
                let text = normalise(text);
                if fits(&text) { Ok($type(text)) } else { Err(NameError { what: $what, expected: $expected }) }
            }

            /// The normalised text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }

        impl FromStr for $type {
            type Err = NameError;
            fn from_str(text: &str) -> Result<$type, NameError> {
                $type::new(text)
            }
        }

        impl TryFrom<String> for $type {
            type Error = NameError;
            fn try_from(text: String) -> Result<$type, NameError> {
                $type::new(&text)
            }
        }

        impl From<$type> for String {
            fn from(name: $type) -> String {
                name.0
            }
        }
    };
}

name!(
    /// Code of a section (股室代码): `agriculture`, `business:social_security`, `township:hengshan`.
    SectionCode,
    "股室代码",
    "小写英文、数字和下划线,可带一个冒号,例如 agriculture、business:social_security",
    |text| text.len() <= 64 && text.splitn(2, ':').all(is_snake)
);
name!(
    /// Name of a section (股室名称): 社保股, 国库支付中心.
    SectionName,
    "股室名称",
    "2 到 20 个汉字,例如 社保股",
    |text| (2..=20).contains(&text.chars().count()) && text.chars().all(|c| is_han(c) || "、()".contains(c))
);
name!(
    /// Name of a township (乡镇): 衡山镇, 太阳乡, 经济开发区.
    TownName,
    "乡镇名称",
    "以镇、乡、街道、办事处、区或场结尾的汉字,例如 衡山镇",
    |text| (2..=12).contains(&text.chars().count()) && text.chars().all(is_han) && ["镇", "乡", "街道", "办事处", "区", "场"].iter().any(|end| text.ends_with(end))
);
name!(
    /// Voucher number (支付凭证号) as the payment system gives it.
    VoucherNo,
    "凭证号",
    "1 到 64 个字,含数字,不含空格",
    |text| (1..=64).contains(&text.chars().count()) && !text.contains(' ') && text.contains(|c: char| c.is_ascii_digit())
);
name!(
    /// Number of an allocation (指标编号) as the budget system gives it.
    AllocationId,
    "指标编号",
    "1 到 64 个字,含数字,不含空格",
    |text| (1..=64).contains(&text.chars().count()) && !text.contains(' ') && text.contains(|c: char| c.is_ascii_digit())
);
name!(
    /// What a programme calls its funds, its people or its ledger (资金项目用语): 扶贫资金, 财政扶贫资金总台账.
    ProgrammeName,
    "资金项目用语",
    "2 到 30 个汉字,可带引号、顿号和括号,例如 财政扶贫资金总台账",
    |text| (2..=30).contains(&text.chars().count()) && text.chars().all(|c| is_han(c) || "、()“”".contains(c))
);
name!(
    /// Name of a source of events (来源名称), as in its address.
    SourceName,
    "来源名称",
    "小写英文、数字和下划线",
    |text| text.len() <= 64 && is_snake(text)
);
name!(
    /// Place of a field in an event (字段位置), a JSON pointer; empty for the whole.
    FieldPath,
    "字段位置",
    "JSON Pointer,例如 /data/amount",
    |text| text.len() <= 80 && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"/_".contains(&b))
);
name!(
    /// Why an event cannot be read (原因), in our own words, without what was sent.
    Reason,
    "原因",
    "1 到 120 个字,不含身份证号、账号、电话",
    |text| (1..=120).contains(&text.chars().count()) && find_personal(text).is_none()
);
name!(
    /// Name of a member of staff (姓名), as in annex 3.
    StaffName,
    "姓名",
    "2 到 20 个汉字",
    |text| (2..=20).contains(&text.chars().count()) && text.chars().all(|c| is_han(c) || c == '·')
);
name!(
    /// Code of a rule (规则编号): ZC10.
    RuleCode,
    "规则编号",
    "2 到 4 个大写字母加 2 到 4 位数字,例如 ZC10",
    |text| {
        let digits = text.trim_start_matches(|c: char| c.is_ascii_uppercase());
        (2..=4).contains(&(text.len() - digits.len())) && (2..=4).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit())
    }
);
name!(
    /// Name of a rule (规则名称), as in annex 2: 拆分现金支付.
    RuleName,
    "规则名称",
    "2 到 30 个字,不含身份证号、账号、电话",
    |text| (2..=30).contains(&text.chars().count()) && text.contains(is_han) && find_personal(text).is_none()
);

fn is_snake(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_lowercase()) && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}

/// Number of a warning (预警编号), counted per year: `YJ2026-000123`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct WarningNo {
    year: u16,
    number: u32,
}

impl WarningNo {
    /// The `number`th warning (from 1, up to 99 999 999) of a local year.
    pub fn new(year: u16, number: u32) -> Result<WarningNo, NameError> {
        if (2000..=2999).contains(&year) && (1..=99_999_999).contains(&number) { Ok(WarningNo { year, number }) } else { Err(WarningNo::ERROR) }
    }

    const ERROR: NameError = NameError { what: "预警编号", expected: "YJ、年份、短横和至少 6 位序号,例如 YJ2026-000123" };

    /// The local year it was counted in.
    pub const fn year(self) -> u16 {
        self.year
    }

    /// Its place in that year, from 1.
    pub const fn number(self) -> u32 {
        self.number
    }
}

impl fmt::Display for WarningNo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("YJ{}-{:06}", self.year, self.number))
    }
}

impl FromStr for WarningNo {
    type Err = NameError;

    /// Understands what people type: small letters, full-width forms, leading zeros left out.
    fn from_str(text: &str) -> Result<WarningNo, NameError> {
        let text = normalise(text).to_ascii_uppercase();
        let (year, number) = text.strip_prefix("YJ").and_then(|rest| rest.split_once('-')).ok_or(WarningNo::ERROR)?;
        let digits = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
        if !digits(year) || !digits(number) {
            return Err(WarningNo::ERROR);
        }
        match (year.parse(), number.parse()) {
            (Ok(year), Ok(number)) => WarningNo::new(year, number),
            (Err(_), _) | (_, Err(_)) => Err(WarningNo::ERROR),
        }
    }
}

impl TryFrom<String> for WarningNo {
    type Error = NameError;
    fn try_from(text: String) -> Result<WarningNo, NameError> {
        text.parse()
    }
}

impl From<WarningNo> for String {
    fn from(no: WarningNo) -> String {
        no.to_string()
    }
}

/// The office (单位) a row belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct OfficeId(pub i64);

/// A member of staff (用户).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct StaffId(pub i64);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_fits_and_what_does_not() {
        for (text, fits) in [("agriculture", true), ("business:social_security", true), ("a:b:c", false), ("Business", false), ("", false), ("a:", false)] {
            assert_eq!(SectionCode::new(text).is_ok(), fits, "{text}");
        }
        for (text, fits) in [("衡山镇", true), (" 经济开发区 ", true), ("张三", false), ("342427196503120012镇", false)] {
            assert_eq!(TownName::new(text).is_ok(), fits, "{text}");
        }
        for (text, fits) in [("ZC10", true), ("ZC1", false), ("zc10", false), ("10", false), ("ZC10a", false), ("规则10", false)] {
            assert_eq!(RuleCode::new(text).is_ok(), fits, "{text}");
        }
        for (text, fits) in [("PZ-0001", true), ("支字第0001号", true), ("", false), ("张三", false), ("PZ 1", false)] {
            assert_eq!(VoucherNo::new(text).is_ok(), fits, "{text}");
        }
        assert!(StaffName::new("@everyone").is_err() && StaffName::new("张敏").is_ok());
        assert!(RuleName::new("拆分现金支付").is_ok() && RuleName::new("张三13812345678").is_err());
        assert!(SectionName::new("社保股").is_ok());
    }

    #[test]
    fn an_error_names_the_shape_and_not_the_text() {
        assert_eq!(TownName::new("张三").unwrap_err().to_string(), "乡镇名称不规范,应为以镇、乡、街道、办事处、区或场结尾的汉字,例如 衡山镇");
    }

    #[test]
    fn warning_numbers_as_people_type_them() {
        let no = WarningNo::new(2026, 123).unwrap();
        assert_eq!(no.to_string(), "YJ2026-000123");
        for text in ["YJ2026-000123", "yj2026-123", " ＹＪ２０２６－０００１２３ "] {
            assert_eq!(text.parse(), Ok(no), "{text}");
        }
        for text in ["", "YJ2026", "YJ26-1", "YJ2026-0", "YJ2026-+1", "YJ2026-99999999999"] {
            assert!(text.parse::<WarningNo>().is_err(), "{text}");
        }
    }
}
