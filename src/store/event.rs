//! What an `event` entry of the journal holds: a delivery as it came, word for word.

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde::{Deserialize, Serialize};

/// Bytes as they came: text where they are text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Raw {
    Text(String),
    Base64(String),
}

impl Raw {
    /// Keeps the bytes exactly, whether they are text or not.
    pub fn new(bytes: &[u8]) -> Raw {
        match std::str::from_utf8(bytes) {
            Ok(text) => Raw::Text(text.to_owned()),
            Err(_) => Raw::Base64(BASE64.encode(bytes)),
        }
    }

    /// The bytes as they came.
    pub fn bytes(&self) -> Vec<u8> {
        match self {
            Raw::Text(text) => text.clone().into_bytes(),
            Raw::Base64(encoded) => BASE64.decode(encoded).unwrap_or_default(),
        }
    }
}

/// The content of an `event` entry: a single delivery, or a chunk of a batch, as it came.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivered {
    pub source: String,
    pub webhook_id: String,
    /// Hex of the keyed digest of the whole body.
    pub digest: String,
    pub lines: Vec<Raw>,
    /// None: a single event.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub chunk: Option<Chunk>,
}

/// Which part of a batch a chunk is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chunk {
    /// Number of its first line in the batch, from 1.
    pub first_line: i64,
    pub last: bool,
}
