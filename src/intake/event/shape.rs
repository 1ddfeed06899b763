//! How an event's `data` is taken apart, field by field, and what is wrong with it when it cannot be.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::field::Field;

/// What cannot be read (内容有误), and where. Never holds a value that was sent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {reason}")]
pub struct Malformed {
    /// JSON pointer (RFC 6901) from the root of the event: `/data/amount`; empty for the event as a whole.
    pub field: String,
    /// A Chinese sentence that says what to do.
    pub reason: String,
}

impl Malformed {
    /// `field` is a JSON pointer (`/data/amount`); `reason` says what to do and never quotes the value.
    pub fn new(field: impl Into<String>, reason: impl Into<String>) -> Malformed {
        Malformed { field: field.into(), reason: reason.into() }
    }

    /// About a field of `data`.
    pub fn data(name: &str, reason: impl Into<String>) -> Malformed {
        Malformed::new(pointer("/data", name), reason)
    }
}

/// Names of fields hold nothing that a JSON pointer would have to escape.
pub(super) fn pointer(parent: &str, name: &str) -> String {
    format!("{parent}/{name}")
}

/// A JSON object as raw members; the same name twice is refused, for nobody could say which was meant.
pub(super) struct Members<'a>(BTreeMap<String, &'a str>);

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;
        impl<'de> Visitor<'de> for Reader {
            type Value = Members<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members<'de>, A::Error> {
                let mut members = BTreeMap::new();
                while let Some((name, value)) = map.next_entry::<String, &'de RawValue>()? {
                    if members.insert(name, value.get()).is_some() {
                        return Err(A::Error::custom("twice"));
                    }
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(Reader)
    }
}

impl<'a> Members<'a> {
    pub(super) fn read(json: &'a [u8], at: &str) -> Result<Members<'a>, Malformed> {
        serde_json::from_slice(json).map_err(|e| {
            let reason = if e.is_data() { "应为 JSON 对象,且字段名不能重复" } else { "不是合法的 JSON" };
            Malformed::new(at, format!("{reason}(第 {} 行第 {} 列)", e.line(), e.column()))
        })
    }

    /// Takes a member out and reads it; `null` and texts of nothing but spaces count as absent.
    pub(super) fn take<T: Field>(&mut self, parent: &str, name: &str) -> Result<T, Malformed> {
        let given = self.raw(name).filter(|raw| !is_blank(raw));
        given.map_or_else(T::absent, T::read).map_err(|reason| Malformed::new(pointer(parent, name), reason))
    }

    pub(super) fn raw(&mut self, name: &str) -> Option<&'a str> {
        self.0.remove(name)
    }

    /// Nothing may be left over.
    pub(super) fn finish(self, parent: &str, known: &[&str]) -> Result<(), Malformed> {
        let Some(name) = self.0.keys().next() else { return Ok(()) };
        // what is no field's name may be anything, a person's id number too: it is not repeated
        if !may_name_a_field(name) {
            return Err(Malformed::new(parent, "里面有接口没有的字段,名称也不合规范(英文字母、数字、下划线)"));
        }
        let near = known.iter().copied().find(|k| strsim::damerau_levenshtein(k, name) <= 2);
        let hint = near.map(|k| format!(",是不是想写 {k}?")).unwrap_or_default();
        Err(Malformed::new(pointer(parent, name), format!("没有这个字段{hint}")))
    }
}

fn may_name_a_field(name: &str) -> bool {
    name.len() <= 40 && name.starts_with(|c: char| c.is_ascii_alphabetic()) && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

fn is_blank(raw: &str) -> bool {
    raw == "null" || raw.strip_prefix('"').and_then(|r| r.strip_suffix('"')).is_some_and(|inner| inner.trim().is_empty())
}

/// How the typed content of one event is read and described.
pub(super) trait Shape: Sized {
    fn read(members: Members<'_>) -> Result<Self, Malformed>;
}

/// An event's content: the struct, how it is read from raw members and its schema, from one list of fields.
/// `= …` gives what a field that was not sent takes; it may use the fields above it. `check` looks at the whole.
macro_rules! event {
    (
        $(#[doc = $about:literal])+
        $name:ident as $schema:literal $(check $check:path)? {
            $($(#[doc = $doc:literal])+ $field:ident: $ty:ty $(= $default:expr)?,)+
        }
    ) => {
        $(#[doc = $about])+
        #[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
        pub struct $name {
            $($(#[doc = $doc])+ pub $field: $ty,)+
        }

        impl $crate::intake::event::shape::Shape for $name {
            fn read(mut members: $crate::intake::event::shape::Members<'_>) -> Result<Self, $crate::intake::event::Malformed> {
                $($crate::intake::event::shape::take!(members, $field, $ty $(, $default)?);)+
                members.finish("/data", &[$(stringify!($field)),+])?;
                let whole = $name { $($field),+ };
                $(let whole = $check(whole)?;)?
                Ok(whole)
            }
        }

        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
                use $crate::intake::event::field::Field;
                let mut object = utoipa::openapi::schema::ObjectBuilder::new()
                    .description(Some(concat!($($about),+).trim()))
                    .additional_properties(Some(utoipa::openapi::schema::AdditionalProperties::FreeForm(false)));
                $(
                    object = object.property(stringify!($field), <$ty as Field>::schema().description(Some(concat!($($doc),+).trim())).build());
                    if <$ty as Field>::REQUIRED $(&& { stringify!($default); false })? {
                        object = object.required(stringify!($field));
                    }
                )+
                object.into()
            }
        }

        impl utoipa::ToSchema for $name {
            fn name() -> std::borrow::Cow<'static, str> {
                $schema.into()
            }
        }
    };
}
pub(super) use event;

macro_rules! take {
    ($members:ident, $field:ident, $ty:ty) => {
        let $field: $ty = $members.take("/data", stringify!($field))?;
    };
    ($members:ident, $field:ident, $ty:ty, $default:expr) => {
        let $field: Option<$ty> = $members.take("/data", stringify!($field))?;
        let $field: $ty = $field.unwrap_or($default);
    };
}
pub(super) use take;
