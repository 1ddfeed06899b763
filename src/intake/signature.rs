//! Standard Webhooks signatures (签名): HMAC-SHA256 over `id.timestamp.body`, several live secrets per source so that they can be rotated.
//!
//! Order of use: [`Presented::parse`] the three headers, [`Checker::new`] with the secrets and the time, feed the body as it streams in, [`Checker::finish`].

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

type HmacSha256 = Hmac<Sha256>;

/// How far the sender's clock may be from ours, in seconds.
pub const TOLERANCE: u64 = 300;
/// Bytes of the shortest secret taken.
pub const SHORTEST_SECRET: usize = 16;
/// The last second of the year 9999: beyond it a timestamp is a mistake.
const LATEST: i64 = 253_402_300_799;
/// A rotation needs two; whoever sends more than this is not rotating.
const MOST_SIGNATURES: usize = 16;

/// A shared secret (密钥), written `whsec_` and base64. Wiped when dropped, never printed.
#[derive(Clone)]
pub struct Secret(Zeroizing<Vec<u8>>);

/// Why a text is no secret. It never quotes the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SecretError {
    #[error("密钥应以 whsec_ 开头")]
    Prefix,
    #[error("密钥 whsec_ 之后应为 base64")]
    Base64,
    #[error("密钥太短,至少 16 个字节")]
    TooShort,
}

impl Secret {
    /// Reads `whsec_<base64>`.
    pub fn parse(text: &str) -> Result<Secret, SecretError> {
        let encoded = text.trim().strip_prefix("whsec_").ok_or(SecretError::Prefix)?;
        let bytes = Zeroizing::new(STANDARD.decode(encoded).map_err(|_| SecretError::Base64)?);
        if bytes.len() < SHORTEST_SECRET { Err(SecretError::TooShort) } else { Ok(Secret(bytes)) }
    }

    fn mac(&self, id: &str, timestamp: &str) -> HmacSha256 {
        let mut mac = HmacSha256::new_from_slice(&self.0).expect("HMAC takes a key of any length");
        for part in [id, ".", timestamp, "."] {
            mac.update(part.as_bytes());
        }
        mac
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// Why a delivery is not believed. All of them are answered 401.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    #[error("缺少请求头 {0}")]
    Missing(&'static str),
    #[error("请求头 webhook-id 应为 1 至 200 个可见的英文字符")]
    Id,
    #[error("请求头 webhook-timestamp 应为整数秒")]
    Timestamp,
    #[error("请求头 webhook-timestamp 与本机时间相差超过 5 分钟")]
    Stale,
    #[error("签名不符")]
    Wrong,
}

/// The three headers of a delivery, well-formed but not yet believed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Presented {
    /// `webhook-id`: 1 to 200 visible ASCII characters, the delivery's identity.
    pub id: String,
    /// `webhook-timestamp`: seconds since 1970, UTC.
    pub timestamp: i64,
    // as sent, for that is what was signed
    timestamp_text: String,
    signatures: Vec<[u8; 32]>,
}

impl Presented {
    /// Reads the values of `webhook-id`, `webhook-timestamp`, `webhook-signature`. Unknown versions and junk among the signatures are skipped.
    pub fn parse(id: Option<&str>, timestamp: Option<&str>, signature: Option<&str>) -> Result<Presented, SignatureError> {
        let id = id.ok_or(SignatureError::Missing("webhook-id"))?;
        let timestamp_text = timestamp.ok_or(SignatureError::Missing("webhook-timestamp"))?;
        let signature = signature.ok_or(SignatureError::Missing("webhook-signature"))?;
        if id.is_empty() || id.len() > 200 || !id.bytes().all(|b| b.is_ascii_graphic()) {
            return Err(SignatureError::Id);
        }
        if !timestamp_text.bytes().all(|b| b.is_ascii_digit()) {
            return Err(SignatureError::Timestamp);
        }
        let timestamp = timestamp_text.parse().ok().filter(|t| (0..=LATEST).contains(t)).ok_or(SignatureError::Timestamp)?;
        let signatures = signature
            .split(' ')
            .filter_map(|part| part.strip_prefix("v1,"))
            .filter_map(|encoded| STANDARD.decode(encoded).ok()?.try_into().ok())
            .take(MOST_SIGNATURES)
            .collect();
        Ok(Presented { id: id.to_owned(), timestamp, timestamp_text: timestamp_text.to_owned(), signatures })
    }
}

/// Takes the body piece by piece, so that a large batch is never held to be checked.
pub struct Checker {
    macs: Vec<HmacSha256>,
    signatures: Vec<[u8; 32]>,
}

impl Checker {
    /// `now` in seconds since 1970. A timestamp too far from it is refused before the body is read.
    pub fn new(secrets: &[Secret], presented: &Presented, now: i64) -> Result<Checker, SignatureError> {
        if presented.timestamp.abs_diff(now) > TOLERANCE {
            return Err(SignatureError::Stale);
        }
        let macs = secrets.iter().map(|secret| secret.mac(&presented.id, &presented.timestamp_text)).collect();
        Ok(Checker { macs, signatures: presented.signatures.clone() })
    }

    /// The next piece of the body.
    pub fn feed(&mut self, chunk: &[u8]) {
        for mac in &mut self.macs {
            mac.update(chunk);
        }
    }

    /// Whether any signature was made with any live secret; every pair is compared, each in constant time.
    pub fn finish(self) -> Result<(), SignatureError> {
        let mut right = false;
        for mac in &self.macs {
            for signature in &self.signatures {
                right |= mac.clone().verify_slice(signature).is_ok();
            }
        }
        if right { Ok(()) } else { Err(SignatureError::Wrong) }
    }
}

/// The value of `webhook-signature` for a body, as a sender makes it. `timestamp` in seconds since 1970.
pub fn sign(secret: &Secret, id: &str, timestamp: i64, body: &[u8]) -> String {
    let mut mac = secret.mac(id, &timestamp.to_string());
    mac.update(body);
    format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_791_000_000;
    const BODY: &[u8] = br#"{"type":"payment.paid"}"#;
    // python3: base64(hmac_sha256(bytes(range(24)), b"msg_1.1791000000." + BODY))
    const VECTOR: &str = "v1,hvhd/5CLxNDFfXurCJrWX2r9lPMqw20mY6vXzS4rRqE=";

    fn secret(first: u8) -> Secret {
        Secret::parse(&format!("whsec_{}", STANDARD.encode((first..first + 24).collect::<Vec<u8>>()))).unwrap()
    }

    fn check(secrets: &[Secret], timestamp: &str, signature: &str) -> Result<(), SignatureError> {
        let presented = Presented::parse(Some("msg_1"), Some(timestamp), Some(signature))?;
        let mut checker = Checker::new(secrets, &presented, NOW)?;
        let (head, tail) = BODY.split_at(5);
        checker.feed(head);
        checker.feed(tail);
        checker.finish()
    }

    #[test]
    fn agrees_with_an_independent_implementation() {
        assert_eq!(sign(&secret(0), "msg_1", NOW, BODY), VECTOR);
        assert_eq!(check(&[secret(0)], "1791000000", VECTOR), Ok(()));
    }

    #[test]
    fn any_live_secret_and_any_good_signature_will_do() {
        let (old, new) = (sign(&secret(0), "msg_1", NOW, BODY), sign(&secret(50), "msg_1", NOW, BODY));
        let both = [secret(0), secret(50)];
        for (signature, outcome) in [
            (old.clone(), Ok(())),
            (new.clone(), Ok(())),
            (format!("v1a,xx  junk v1, v1,@@ v9,{old} {new}"), Ok(())),
            (format!("v2,{}", &old[3..]), Err(SignatureError::Wrong)),
            (old.replace("v1,", "v1,A"), Err(SignatureError::Wrong)),
            (sign(&secret(100), "msg_1", NOW, BODY), Err(SignatureError::Wrong)),
            (sign(&secret(0), "msg_2", NOW, BODY), Err(SignatureError::Wrong)),
            (String::new(), Err(SignatureError::Wrong)),
        ] {
            assert_eq!(check(&both, &NOW.to_string(), &signature), outcome, "{signature}");
        }
        assert_eq!(check(&[], &NOW.to_string(), &old), Err(SignatureError::Wrong));
    }

    #[test]
    fn five_minutes_either_way_and_no_more() {
        for (shift, outcome) in [(0, Ok(())), (300, Ok(())), (-300, Ok(())), (301, Err(SignatureError::Stale)), (-301, Err(SignatureError::Stale))] {
            let at = NOW + shift;
            assert_eq!(check(&[secret(0)], &at.to_string(), &sign(&secret(0), "msg_1", at, BODY)), outcome, "{shift}");
        }
    }

    #[test]
    fn absurd_headers_are_refused() {
        for timestamp in
            ["", " 1791000000", "1791000000.0", "1.79e9", "+1791000000", "-1", "-9223372036854775808", "9223372036854775807", "99999999999999999999", "１"]
        {
            assert_eq!(check(&[secret(0)], timestamp, VECTOR), Err(SignatureError::Timestamp), "{timestamp}");
        }
        for (id, fine) in [("", false), ("a b", false), ("号", false), (&*"x".repeat(201), false), (&*"x".repeat(200), true), ("msg.1", true)] {
            assert_eq!(Presented::parse(Some(id), Some("1"), Some("")).is_ok(), fine, "{id}");
        }
        assert_eq!(Presented::parse(None, Some("1"), Some("")), Err(SignatureError::Missing("webhook-id")));
        assert_eq!(Presented::parse(Some("a"), None, Some("")), Err(SignatureError::Missing("webhook-timestamp")));
        assert_eq!(Presented::parse(Some("a"), Some("1"), None), Err(SignatureError::Missing("webhook-signature")));
    }

    #[test]
    fn weak_secrets_are_refused_and_none_is_printed() {
        for (text, error) in [
            ("", SecretError::Prefix),
            ("c2VjcmV0", SecretError::Prefix),
            ("whsec_", SecretError::TooShort),
            ("whsec_%%%", SecretError::Base64),
            ("whsec_AAAAAAAAAAAAAAAAAAAA", SecretError::TooShort),
        ] {
            assert_eq!(Secret::parse(text).unwrap_err(), error, "{text}");
        }
        assert_eq!(format!("{:?}", secret(0)), "Secret(…)");
    }
}
