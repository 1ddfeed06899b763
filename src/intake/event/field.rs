//! What one field of an event may hold. Each type is read from the raw JSON text, so that no float and no rounding ever stands between, and cannot hold a wrong value.

use std::ops::Deref;

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use chrono_tz::Asia::Shanghai;
use rust_decimal::Decimal;
use serde::Serialize;
use utoipa::openapi::schema::{ObjectBuilder, Type};

use crate::domain::Money;

/// How a field is read and described. The error is a Chinese sentence that says what to do and never quotes the value.
pub trait Field: Sized {
    const REQUIRED: bool = true;

    /// From the raw JSON of the value, which is neither `null` nor an empty text.
    fn read(raw: &str) -> Result<Self, String>;

    /// When there is nothing: not sent, `null`, or an empty text.
    fn absent() -> Result<Self, String> {
        Err("必须填写".to_owned())
    }

    fn schema() -> ObjectBuilder;
}

impl<T: Field> Field for Option<T> {
    const REQUIRED: bool = false;

    fn read(raw: &str) -> Result<Self, String> {
        T::read(raw).map(Some)
    }
    fn absent() -> Result<Self, String> {
        Ok(None)
    }
    fn schema() -> ObjectBuilder {
        T::schema()
    }
}

fn string() -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::String)
}

fn text(raw: &str) -> Result<String, String> {
    serde_json::from_str(raw).map_err(|_| "应为文本(加引号)".to_owned())
}

/// Text of at most `MAX` characters on one line, kept as sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Text<const MAX: usize>(String);

/// A name (名称) or title.
pub type Name = Text<200>;
/// Free text (用途、说明).
pub type Remark = Text<500>;
/// A code or an account as the source writes it: rules look for odd ones, so they are not refused here.
pub type Code = Text<64>;

impl<const MAX: usize> Deref for Text<MAX> {
    type Target = str;
    fn deref(&self) -> &str {
        &self.0
    }
}

impl<const MAX: usize> Field for Text<MAX> {
    fn read(raw: &str) -> Result<Self, String> {
        let text = text(raw)?;
        if text.chars().count() > MAX {
            return Err(format!("太长,最多 {MAX} 个字"));
        }
        if text.chars().any(char::is_control) {
            return Err("不能含换行、制表符等控制字符".to_owned());
        }
        Ok(Text(text))
    }
    fn schema() -> ObjectBuilder {
        string().max_length(Some(MAX))
    }
}

/// A number that names something (凭证号、申请号、指标编号): letters, digits, Chinese characters and a few marks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Identifier(Text<64>);

const MARKS: &str = "-_/.〔〕()（）[]号第";

fn may_identify(c: char) -> bool {
    c.is_ascii_alphanumeric()
        || MARKS.contains(c)
        || matches!(c, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{323af}')
}

impl Deref for Identifier {
    type Target = str;
    fn deref(&self) -> &str {
        &self.0
    }
}

impl Field for Identifier {
    fn read(raw: &str) -> Result<Self, String> {
        let text = Text::read(raw)?;
        if text.chars().all(may_identify) { Ok(Identifier(text)) } else { Err(format!("只能用字母、数字、汉字和 {MARKS}")) }
    }
    fn schema() -> ObjectBuilder {
        Text::<64>::schema().min_length(Some(1))
    }
}

/// SHA-256 of a file: 64 hexadecimal digits, kept in lower case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Sha256Hex(String);

impl Deref for Sha256Hex {
    type Target = str;
    fn deref(&self) -> &str {
        &self.0
    }
}

impl Field for Sha256Hex {
    fn read(raw: &str) -> Result<Self, String> {
        let text = text(raw)?;
        let right = text.len() == 64 && text.bytes().all(|b| b.is_ascii_hexdigit());
        if right { Ok(Sha256Hex(text.to_ascii_lowercase())) } else { Err("应为 64 位十六进制的 SHA-256".to_owned()) }
    }
    fn schema() -> ObjectBuilder {
        string().pattern(Some("^[0-9A-Fa-f]{64}$"))
    }
}

/// Either sign: only where the family says what a negative amount means.
impl Field for Money {
    fn read(raw: &str) -> Result<Self, String> {
        Money::from_json(raw).map_err(|e| e.to_string())
    }
    fn schema() -> ObjectBuilder {
        ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::SchemaType::from_iter([Type::String, Type::Number]))
            .pattern(Some(r"^-?[0-9]{1,16}(\.[0-9]{1,2})?$"))
    }
}

/// An amount in 元 that is not negative.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Amount(Money);

impl Amount {
    /// In fen, not negative.
    pub const fn get(self) -> Money {
        self.0
    }
}

impl Field for Amount {
    fn read(raw: &str) -> Result<Self, String> {
        let money = <Money as Field>::read(raw)?;
        if money.is_negative() { Err("金额不能为负数".to_owned()) } else { Ok(Amount(money)) }
    }
    fn schema() -> ObjectBuilder {
        Money::schema().pattern(Some(r"^[0-9]{1,16}(\.[0-9]{1,2})?$"))
    }
}

/// An exact number (数) that is not money: a target, a result, a weight. At most four decimals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Number(#[serde(serialize_with = "plain")] Decimal);

fn plain<S: serde::Serializer>(number: &Decimal, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(number)
}

impl Number {
    /// Exact, without trailing zeros.
    pub const fn get(self) -> Decimal {
        self.0
    }
}

impl Field for Number {
    fn read(raw: &str) -> Result<Self, String> {
        let digits = raw.trim_matches('"');
        let plain = !digits.is_empty() && digits.len() <= 20 && digits.bytes().all(|b| b.is_ascii_digit() || b == b'.' || b == b'-');
        let number = Some(digits).filter(|_| plain).and_then(|d| Decimal::from_str_exact(d).ok()).ok_or("应为数字,例如 95.5")?;
        if number.scale() > 4 { Err("最多四位小数".to_owned()) } else { Ok(Number(number.normalize())) }
    }
    fn schema() -> ObjectBuilder {
        ObjectBuilder::new().schema_type(utoipa::openapi::schema::SchemaType::from_iter([Type::String, Type::Number]))
    }
}

/// A whole number from 0 to 10 000 000: a line's number, a count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Count(u32);

impl Count {
    /// As a number.
    pub const fn get(self) -> u32 {
        self.0
    }
}

fn digits(raw: &str) -> Option<u32> {
    Some(raw.trim_matches('"')).filter(|t| t.bytes().all(|b| b.is_ascii_digit())).and_then(|t| t.parse().ok())
}

impl Field for Count {
    fn read(raw: &str) -> Result<Self, String> {
        digits(raw).filter(|n| *n <= 10_000_000).map(Count).ok_or_else(|| "应为不超过 10000000 的整数".to_owned())
    }
    fn schema() -> ObjectBuilder {
        ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(0)).maximum(Some(10_000_000))
    }
}

/// A fiscal year (年度).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct Year(u16);

impl Year {
    /// Four digits.
    pub const fn get(self) -> u16 {
        self.0
    }
}

impl Field for Year {
    fn read(raw: &str) -> Result<Self, String> {
        let year = digits(raw).and_then(|y| u16::try_from(y).ok()).filter(|y| (2000..=2100).contains(y));
        year.map(Year).ok_or_else(|| "应为四位年份,例如 2026".to_owned())
    }
    fn schema() -> ObjectBuilder {
        ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(2000)).maximum(Some(2100))
    }
}

/// A local date (日期, Asia/Shanghai), written `2026-10-08`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct Day(NaiveDate);

impl Day {
    /// As a local date.
    pub const fn get(self) -> NaiveDate {
        self.0
    }
}

impl Field for Day {
    fn read(raw: &str) -> Result<Self, String> {
        let text = text(raw)?;
        let shaped = text.len() == 10 && text.bytes().enumerate().all(|(i, b)| if i == 4 || i == 7 { b == b'-' } else { b.is_ascii_digit() });
        let day = NaiveDate::parse_from_str(&text, "%Y-%m-%d").ok().filter(|d| shaped && (1900..=2100).contains(&d.year()));
        day.map(Day).ok_or_else(|| "应为日期,例如 2026-10-08".to_owned())
    }
    fn schema() -> ObjectBuilder {
        string().format(Some(utoipa::openapi::SchemaFormat::Custom("date".to_owned())))
    }
}

/// An instant (时间), written in RFC 3339 with its offset; kept in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct Time(DateTime<Utc>);

impl Time {
    /// In UTC.
    pub const fn get(self) -> DateTime<Utc> {
        self.0
    }

    /// The date in Asia/Shanghai.
    pub fn local_date(self) -> NaiveDate {
        self.0.with_timezone(&Shanghai).date_naive()
    }

    /// The year in Asia/Shanghai.
    pub fn year(self) -> Year {
        Year(u16::try_from(self.local_date().year()).unwrap_or(2100).clamp(2000, 2100))
    }
}

impl Field for Time {
    fn read(raw: &str) -> Result<Self, String> {
        let at = DateTime::parse_from_rfc3339(&text(raw)?).ok().map(|t| t.to_utc()).filter(|t| (2000..=2099).contains(&t.year()));
        at.map(Time).ok_or_else(|| "应为带时区的时间,例如 2026-10-08T09:30:00+08:00".to_owned())
    }
    fn schema() -> ObjectBuilder {
        string().format(Some(utoipa::openapi::SchemaFormat::Custom("date-time".to_owned())))
    }
}

/// 是否
impl Field for bool {
    fn read(raw: &str) -> Result<Self, String> {
        raw.parse().map_err(|_| "应为 true 或 false".to_owned())
    }
    fn schema() -> ObjectBuilder {
        ObjectBuilder::new().schema_type(Type::Boolean)
    }
}

/// A closed list of words: the type, its members and the words that people and machines write.
macro_rules! closed {
    ($(#[$doc:meta])* $name:ident { $($member:ident $word:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize)]
        pub enum $name {
            $(#[serde(rename = $word)] #[doc = $word] $member),+
        }
        impl $name {
            /// Every member.
            pub const ALL: &'static [$name] = &[$($name::$member),+];

            /// The word itself.
            pub const fn name(self) -> &'static str {
                match self { $($name::$member => $word),+ }
            }
        }
        impl $crate::intake::event::field::Field for $name {
            fn read(raw: &str) -> Result<Self, String> {
                let word: Option<String> = serde_json::from_str(raw).ok();
                $name::ALL.iter().copied().find(|m| word.as_deref() == Some(m.name())).ok_or_else(|| concat!("只能是" $(, " ", $word)+).to_owned())
            }
            fn schema() -> utoipa::openapi::schema::ObjectBuilder {
                utoipa::openapi::schema::ObjectBuilder::new().schema_type(utoipa::openapi::schema::Type::String).enum_values(Some([$($word),+]))
            }
        }
    };
}
pub(super) use closed;

#[cfg(test)]
mod tests {
    use super::*;

    fn refused<T: Field>(raws: &[&str]) {
        for raw in raws {
            let reason = T::read(raw).err().unwrap_or_else(|| panic!("{raw} was taken"));
            let inner = raw.trim_matches('"');
            assert!(inner.len() < 3 || !reason.contains(inner), "{reason} quotes {raw}");
        }
    }

    #[test]
    fn only_what_is_meant_is_read() {
        assert_eq!(Day::read("\"2026-10-08\"").unwrap().get().to_string(), "2026-10-08");
        refused::<Day>(&["\"2026-02-30\"", "\"2026-1-08\"", "\"+2026-01-8\"", "20261008", "\"2026-10-08T00:00:00Z\"", "\"1800-01-01\""]);
        refused::<Time>(&["\"2026-10-09\"", "\"2026-10-09T09:30:00\"", "1791000000", "\"9999-12-31T23:59:59Z\""]);
        refused::<Year>(&["26", "\"二〇二六\"", "1999", "2026.0", "99999999999"]);
        refused::<Count>(&["-1", "1.5", "\"+1\"", "4294967296"]);
        refused::<Number>(&["1e5", "\"NaN\"", "1.23456", "true", "\"1-2\"", "[1]"]);
        refused::<Amount>(&["-0.01", "12.345", "1e3", "true", "{}", "9007199254740993.071"]);
        refused::<Identifier>(&["\"a b\"", "\"a\\u0000\"", "\"<script>\"", "12345", "\"ＡＢＣ\""]);
        refused::<Name>(&["\"a\\nb\"", "\"\\ud800\"", "[\"abc\"]", "123"]);
        refused::<Sha256Hex>(&["\"abc\"", "\"zz\""]);
        assert!(Identifier::read("\"霍财办〔2026〕第(18)号-1_a/b.c\"").is_ok());
        assert!(Name::read(&format!("\"{}\"", "长".repeat(200))).is_ok());
        assert_eq!(Name::read(&format!("\"{}\"", "长".repeat(201))).unwrap_err(), "太长,最多 200 个字");
    }

    #[test]
    fn money_survives_to_the_fen() {
        for raw in ["9007199254740993.07", "\"9007199254740993.07\""] {
            assert_eq!(Amount::read(raw).unwrap().get().fen(), 900_719_925_474_099_307);
        }
    }

    #[test]
    fn the_year_turns_at_midnight_in_shanghai() {
        assert_eq!(Time::read("\"2026-12-31T16:00:00Z\"").unwrap().year().get(), 2027);
        assert_eq!(Time::read("\"2026-12-31T23:59:59+08:00\"").unwrap().year().get(), 2026);
    }
}
