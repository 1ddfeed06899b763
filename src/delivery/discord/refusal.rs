//! What Discord refuses (拒绝), by its own codes.

use std::fmt;

/// What Discord refuses, by its own code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// 10003: the channel was deleted
    UnknownChannel,
    /// 10004
    UnknownGuild,
    /// 10008, 50005: the message was deleted, or another bot wrote it, before ours was made anew
    UnknownMessage,
    /// 10015, 10062, 50027: an interaction that is over, or answered too late
    InteractionOver,
    /// 40060: an interaction that was answered already
    AlreadyAnswered,
    /// 30046: the message is old and was edited too often of late
    OldEdit,
    /// 50001: the bot does not see it
    MissingAccess,
    /// 50007: the person takes no direct messages
    DirectMessagesShut,
    /// 50013, 160002: it may not write there, or not read what it would reply to
    MissingPermissions,
    /// 50008, 50024, 50083: no text channel, or an archived thread
    UnfitChannel,
    /// 50035: which fields, and what is wrong with them (`content BASE_TYPE_MAX_LENGTH`)
    InvalidBody(String),
    /// anything else: HTTP status and code
    Other { status: u16, code: u32 },
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Refusal::UnknownChannel => f.write_str("Discord knows no such channel (10003)"),
            Refusal::UnknownGuild => f.write_str("Discord knows no such guild (10004)"),
            Refusal::UnknownMessage => f.write_str("Discord knows no such message of ours (10008, 50005)"),
            Refusal::InteractionOver => f.write_str("the interaction is over"),
            Refusal::AlreadyAnswered => f.write_str("the interaction was answered already (40060)"),
            Refusal::OldEdit => f.write_str("the message may not be edited any more for now (30046)"),
            Refusal::MissingAccess => f.write_str("the bot has no access (50001)"),
            Refusal::DirectMessagesShut => f.write_str("the person takes no direct messages (50007)"),
            Refusal::MissingPermissions => f.write_str("the bot lacks a permission (50013)"),
            Refusal::UnfitChannel => f.write_str("nothing can be written in that channel (50008, 50024, 50083)"),
            Refusal::InvalidBody(fields) => write!(f, "Discord refuses the message (50035): {fields}"),
            Refusal::Other { status, code } => write!(f, "Discord refuses: {status}, code {code}"),
        }
    }
}

impl Refusal {
    /// Whether another place, or a new message, may take what this one refused.
    pub const fn is_of_the_place(&self) -> bool {
        match self {
            Refusal::UnknownChannel
            | Refusal::UnknownMessage
            | Refusal::MissingAccess
            | Refusal::MissingPermissions
            | Refusal::UnfitChannel
            | Refusal::DirectMessagesShut => true,
            Refusal::Other { status, .. } => matches!(*status, 403 | 404),
            Refusal::UnknownGuild | Refusal::InteractionOver | Refusal::AlreadyAnswered | Refusal::OldEdit | Refusal::InvalidBody(_) => false,
        }
    }

    /// Whether what was sent is wrong in itself, and will be wherever it goes.
    pub const fn is_of_the_body(&self) -> bool {
        match self {
            Refusal::InvalidBody(_) => true,
            Refusal::Other { status, .. } => matches!(*status, 400 | 413),
            Refusal::UnknownChannel
            | Refusal::UnknownMessage
            | Refusal::MissingAccess
            | Refusal::MissingPermissions
            | Refusal::UnfitChannel
            | Refusal::DirectMessagesShut
            | Refusal::UnknownGuild
            | Refusal::InteractionOver
            | Refusal::AlreadyAnswered
            | Refusal::OldEdit => false,
        }
    }

    pub(super) fn read(status: u16, body: &[u8]) -> Refusal {
        let told: Told = serde_json::from_slice(body).unwrap_or_default();
        match told.code {
            10003 => Refusal::UnknownChannel,
            10004 => Refusal::UnknownGuild,
            10008 | 50005 => Refusal::UnknownMessage,
            10015 | 10062 | 50027 => Refusal::InteractionOver,
            30046 => Refusal::OldEdit,
            40060 => Refusal::AlreadyAnswered,
            50001 => Refusal::MissingAccess,
            50007 => Refusal::DirectMessagesShut,
            50008 | 50024 | 50083 => Refusal::UnfitChannel,
            50013 | 160_002 => Refusal::MissingPermissions,
            50035 => {
                let mut fields = Vec::new();
                collect(&told.errors, "", &mut fields);
                Refusal::InvalidBody(fields.join(", "))
            }
            code => Refusal::Other { status, code },
        }
    }
}

/// What Discord says with a refusal.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(default)]
pub(super) struct Told {
    code: u32,
    errors: serde_json::Value,
    pub retry_after: Option<f64>,
    pub global: bool,
}

/// The fields that are wrong and the codes of what is wrong with them; never a text, which may repeat what was sent.
fn collect(errors: &serde_json::Value, path: &str, found: &mut Vec<String>) {
    let serde_json::Value::Object(fields) = errors else { return };
    for (name, inner) in fields {
        match inner {
            serde_json::Value::Array(faults) if name == "_errors" => {
                let codes = faults.iter().filter_map(|fault| fault.get("code")?.as_str());
                found.extend(codes.map(|code| format!("{path} {code}")));
            }
            inner => collect(inner, &if path.is_empty() { name.clone() } else { format!("{path}.{name}") }, found),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_read_by_its_code() {
        let read = |status, code: u32| Refusal::read(status, format!(r#"{{"message": "…", "code": {code}}}"#).as_bytes());
        assert_eq!(read(404, 10003), Refusal::UnknownChannel);
        assert_eq!(read(404, 10008), Refusal::UnknownMessage);
        assert_eq!(read(403, 50005), Refusal::UnknownMessage);
        assert_eq!(read(429, 30046), Refusal::OldEdit);
        assert_eq!(read(403, 50001), Refusal::MissingAccess);
        assert_eq!(read(403, 50007), Refusal::DirectMessagesShut);
        assert_eq!(read(403, 50013), Refusal::MissingPermissions);
        assert_eq!(read(403, 0), Refusal::Other { status: 403, code: 0 });
        assert_eq!(Refusal::read(502, b"<html>"), Refusal::Other { status: 502, code: 0 });
    }

    #[test]
    fn an_invalid_body_names_its_fields_and_repeats_no_text() {
        let body = r#"{"code": 50035, "message": "Invalid Form Body", "errors": {"content": {"_errors": [{"code": "BASE_TYPE_MAX_LENGTH", "message": "张三"}]},
            "components": {"0": {"components": {"1": {"label": {"_errors": [{"code": "BASE_TYPE_REQUIRED", "message": "张三"}]}}}}}}}"#;
        let refusal = Refusal::read(400, body.as_bytes());
        assert_eq!(refusal, Refusal::InvalidBody("components.0.components.1.label BASE_TYPE_REQUIRED, content BASE_TYPE_MAX_LENGTH".to_owned()));
        assert!(refusal.is_of_the_body() && !refusal.is_of_the_place());
    }
}
