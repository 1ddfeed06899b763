//! What may be said in chat: the whole list, and how each value is said.

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use commands::{Flag, Permission, QuarantineNo, ScopeKind, SectionKind, SerialNo, Tier};

use super::{ChatSafe, Mention, Piece};
use crate::domain::calendar::local;
use crate::domain::evidence::{Figure, RuleText, TableCode};
use crate::domain::money::MoneyError;
use crate::domain::text::is_han;
use crate::domain::{
    AllocationId, DocNo, FieldPath, Level, Light, Money, NameError, ProgrammeName, Reason, Refusal, RuleCode, RuleName, SectionName, SourceName, TownName,
    VoucherNo, WarningNo, WarningState,
};
use crate::domain::{PersonalKind, find_personal, mask};

/// A date with its year: `2026-11-30`. A plain [`NaiveDate`] is said as `11月30日`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FullDate(pub NaiveDate);

/// The sign of a light: 🔔 🟡 🔴 🟢 ✅. The light itself is said as its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sign(pub Light);

/// A share in percent: `Percent::of(3, 8)` is `37.5%`, of nothing `—`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Percent(Option<u64>);

impl Percent {
    /// `part` of `whole`, rounded half up to a tenth of a percent.
    pub fn of(part: u64, whole: u64) -> Percent {
        Percent(part.checked_mul(2000).and_then(|twice| twice.checked_add(whole)?.checked_div(whole.checked_mul(2)?)))
    }
}

mod sealed {
    pub trait Sealed {}
}

/// Only [`ChatSafe`] can make one: a value speaks when it is asked, and nobody else asks.
#[doc(hidden)]
pub struct Key(pub(super) ());

/// What may be said in chat. Sealed: the list stands in this file, and nowhere else.
pub trait Speakable: sealed::Sealed {
    #[doc(hidden)]
    fn speak(&self, out: &mut ChatSafe, key: Key);
}

impl<T: Speakable + ?Sized> sealed::Sealed for &T {}
impl<T: Speakable + ?Sized> Speakable for &T {
    fn speak(&self, out: &mut ChatSafe, key: Key) {
        (**self).speak(out, key);
    }
}

macro_rules! speakable {
    ($($type:ty: |$value:ident, $out:ident| $speak:expr;)*) => {$(
        impl sealed::Sealed for $type {}
        impl Speakable for $type {
            fn speak(&self, $out: &mut ChatSafe, _: Key) {
                let $value = self;
                $speak
            }
        }
    )*};
}

speakable! {
    WarningNo: |no, out| out.say(&no.to_string());
    SerialNo: |no, out| out.say(&no.to_string());
    Permission: |permission, out| out.push(permission.name());
    SectionKind: |kind, out| out.push(kind.name());
    Flag: |flag, out| out.push(flag.name());
    Tier: |tier, out| out.push(tier.name());
    ScopeKind: |kind, out| out.push(kind.name());
    QuarantineNo: |no, out| out.say(&no.to_string());
    AllocationId: |id, out| out.say(&allocation(id));
    Level: |level, out| out.push(level.name());
    Light: |light, out| out.push(light.name());
    Sign: |sign, out| out.push(sign.0.sign());
    PersonalKind: |kind, out| out.push(kind.name());
    Refusal: |refusal, out| out.push(&refusal.to_string());
    NameError: |error, out| out.push(&error.to_string());
    MoneyError: |error, out| out.push(&error.to_string());
    WarningState: |state, out| out.push(state.name());
    RuleCode: |code, out| out.say(code.as_str());
    RuleName: |name, out| out.say(name.as_str());
    RuleText: |text, out| out.push(text.as_str());
    Figure: |figure, out| out.push(figure.as_str());
    TableCode: |code, out| out.say(code.as_str());
    SectionName: |name, out| out.say(name.as_str());
    TownName: |name, out| out.say(name.as_str());
    ProgrammeName: |name, out| out.say(name.as_str());
    SourceName: |name, out| out.push(name.as_str());
    FieldPath: |path, out| out.push(path.as_str());
    Reason: |reason, out| out.say(reason.as_str());
    VoucherNo: |no, out| out.say(&numbered(no.as_str(), "(凭证号见系统)"));
    DocNo: |no, out| out.say(if no.is_regular() { no.normal() } else { "(文号不规范)" });
    Money: |amount, out| out.say(&amount.to_string());
    NaiveDate: |date, out| out.push(&format!("{}月{}日", date.month(), date.day()));
    FullDate: |date, out| out.push(&date.0.format("%Y-%m-%d").to_string());
    DateTime<Utc>: |time, out| out.push(&local(*time).format("%m-%d %H:%M").to_string());
    usize: |count, out| out.push(&number(i64::try_from(*count).unwrap_or(i64::MAX)));
    u32: |count, out| out.push(&number(i64::from(*count)));
    i64: |count, out| out.push(&number(*count));
    Percent: |share, out| out.push(&share.0.map_or_else(|| "—".to_owned(), |tenths| format!("{}.{}%", tenths / 10, tenths % 10)));
    Mention: |mention, out| out.pieces.push(Piece::Mention(mention.clone()));
    ChatSafe: |text, out| text.pieces.iter().for_each(|piece| match piece {
        Piece::Text(text) => out.push(text),
        Piece::Mention(mention) => out.pieces.push(Piece::Mention(mention.clone())),
    });
}

/// A count has at most nine digits: no identity number, card or phone passes as one.
fn number(count: i64) -> String {
    if (-999_999_999..=999_999_999).contains(&count) { count.to_string() } else { "(数值过大)".to_owned() }
}

/// A number of a voucher or an allocation that could be somebody's number shows its last four; one that could be prose shows nothing.
fn numbered(no: &str, hidden: &str) -> String {
    if find_personal(no).is_some() {
        format!("(尾号 {})", mask::account(no).trim_start_matches('*'))
    } else if no.chars().all(|c| c.is_ascii_alphanumeric() || "-/.()〔〕".contains(c) || (is_han(c) && "财政支付直接授权凭证字第号年月退款".contains(c)))
    {
        no.to_owned()
    } else {
        hidden.to_owned()
    }
}

/// A document that was entered by hand is known by its document number.
fn allocation(id: &AllocationId) -> String {
    let doc = DocNo::new(id.as_str());
    if doc.is_regular() { doc.normal().to_owned() } else { numbered(id.as_str(), "(指标编号见系统)") }
}
