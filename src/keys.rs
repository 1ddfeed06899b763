//! Keys (密钥) and what they do: sealing at rest, keyed hashes for matching, commitments for the journal. And the door of randomness.
//!
//! The [key file](mod@file) is TOML: `commitment` and `index` never change; `sealing` keys are numbered, the highest seals, all open.

pub mod file;

use std::collections::BTreeMap;
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::domain::KeyedHash;
use crate::domain::text::normalise;
use file::KeyFile;

type HmacSha256 = Hmac<Sha256>;

/// What can be wrong with keys. It shows nothing of them.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    #[error("密钥文件 {path} 读不出:{reason}")]
    Unreadable { path: String, reason: String },
    #[error("密钥文件里的 {0} 应为 32 字节的 base64")]
    NotAKey(&'static str),
    #[error("没有编号为 {0} 的密钥:请把更换下来的旧密钥留在密钥文件里")]
    Missing(i64),
    #[error("内容打不开:密钥不对,或内容被改动过")]
    CannotOpen,
    #[error("取不到随机数:{0}")]
    NoRandomness(String),
    #[error("加密密钥已经更换成 {0} 号,这里用的还是旧的密钥文件。请用新的密钥文件重新启动服务;在此之前什么也不写入。")]
    Outdated(i64),
    #[error("{0} 号密钥正在使用,不能停用。")]
    InUse(i64),
}

/// The keys of one office. `Debug` shows nothing of them.
pub struct Keyring {
    commitment: HmacSha256,
    index: HmacSha256,
    sealing: BTreeMap<i64, XChaCha20Poly1305>,
    newest: i64,
}

impl std::fmt::Debug for Keyring {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Keyring(newest {})", self.newest)
    }
}

/// A commitment under way.
pub struct Committing(HmacSha256);

impl Committing {
    /// Takes in the next piece.
    pub fn feed(&mut self, piece: &[u8]) {
        self.0.update(piece);
    }

    /// The commitment to all pieces in order: HMAC-SHA256.
    pub fn finish(self) -> [u8; 32] {
        self.0.finalize().into_bytes().into()
    }
}

/// Fills with unpredictable bytes: the only place that asks the system for them.
pub fn random<const N: usize>() -> Result<[u8; N], KeyError> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| KeyError::NoRandomness(error.to_string()))?;
    Ok(bytes)
}

impl Keyring {
    /// Reads the key file; each office's own keys are derived from it.
    pub fn load(path: &Path, office: i64) -> Result<Keyring, KeyError> {
        Keyring::from_file(&KeyFile::read(path)?, office)
    }

    /// Writes a new key file, readable by its owner alone. An existing one is never overwritten.
    pub fn create(path: &Path) -> Result<(), KeyError> {
        file::create(path)
    }

    /// The number of the key that seals.
    pub const fn newest(&self) -> i64 {
        self.newest
    }

    fn from_file(file: &KeyFile, office: i64) -> Result<Keyring, KeyError> {
        let mut sealing = BTreeMap::new();
        for (id, text) in file.sealing()? {
            let key = derive(text, "sealing", office)?;
            sealing.insert(id, XChaCha20Poly1305::new(&(*key).into()));
        }
        let newest = *sealing.keys().next_back().ok_or(KeyError::NotAKey("sealing"))?;
        Ok(Keyring {
            commitment: keyed(&*derive(&file.commitment, "commitment", office)?),
            index: keyed(&*derive(&file.index, "index", office)?),
            sealing,
            newest,
        })
    }

    /// The same texts, after [`normalise`], have the same hash; an empty text has none.
    pub fn hash(&self, text: &str) -> Option<KeyedHash> {
        self.hash_normal(&normalise(text))
    }

    /// The same of a text that is normalised already, or a piece of one.
    pub fn hash_normal(&self, text: &str) -> Option<KeyedHash> {
        let text = text.trim();
        if text.is_empty() {
            return None;
        }
        let mut mac = self.index.clone();
        mac.update(text.as_bytes());
        let full = mac.finalize().into_bytes();
        let mut hash = [0; 16];
        hash.copy_from_slice(&full[..16]);
        Some(KeyedHash(hash))
    }

    /// What the chain covers in place of the content itself.
    pub fn commit(&self, content: &[u8]) -> [u8; 32] {
        let mut mac = self.commitment.clone();
        mac.update(content);
        mac.finalize().into_bytes().into()
    }

    /// A commitment over content that comes in pieces.
    pub fn committing(&self) -> Committing {
        Committing(self.commitment.clone())
    }

    /// Seals for one place (`context`), so that a sealed text cannot be moved elsewhere. Returns the key's number and the bytes.
    pub fn seal(&self, context: &str, content: &[u8]) -> Result<(i64, Vec<u8>), KeyError> {
        let nonce = random::<24>()?;
        let cipher = self.sealing.get(&self.newest).ok_or(KeyError::Missing(self.newest))?;
        let mut sealed = nonce.to_vec();
        let payload = Payload { msg: content, aad: context.as_bytes() };
        sealed.extend(cipher.encrypt(&XNonce::from(nonce), payload).map_err(|_| KeyError::CannotOpen)?);
        Ok((self.newest, sealed))
    }

    /// What was sealed under this context by the key of this number. Fails if either is another, or a bit was changed.
    pub fn open(&self, context: &str, key_id: i64, sealed: &[u8]) -> Result<Vec<u8>, KeyError> {
        let cipher = self.sealing.get(&key_id).ok_or(KeyError::Missing(key_id))?;
        let (nonce, body) = sealed.split_first_chunk::<24>().ok_or(KeyError::CannotOpen)?;
        let payload = Payload { msg: body, aad: context.as_bytes() };
        cipher.decrypt(&XNonce::from(*nonce), payload).map_err(|_| KeyError::CannotOpen)
    }
}

fn keyed(key: &[u8; 32]) -> HmacSha256 {
    <HmacSha256 as KeyInit>::new_from_slice(key).unwrap_or_else(|_| unreachable!("HMAC takes keys of any length"))
}

fn derive(text: &str, purpose: &'static str, office: i64) -> Result<Zeroizing<[u8; 32]>, KeyError> {
    let bytes = Zeroizing::new(BASE64.decode(text).map_err(|_| KeyError::NotAKey(purpose))?);
    let root = <[u8; 32]>::try_from(bytes.as_slice()).map(Zeroizing::new).map_err(|_| KeyError::NotAKey(purpose))?;
    let mut mac = keyed(&root);
    mac.update(format!("jingling/{purpose}/{office}").as_bytes());
    Ok(Zeroizing::new(mac.finalize().into_bytes().into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keyring(office: i64) -> Keyring {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("keys.toml");
        Keyring::create(&path).unwrap();
        Keyring::load(&path, office).unwrap()
    }

    #[test]
    fn sealed_opens_only_in_its_place_and_unaltered() {
        let keys = keyring(1);
        let (id, mut sealed) = keys.seal("journal/1/7", "张三".as_bytes()).unwrap();
        assert_eq!(keys.open("journal/1/7", id, &sealed).unwrap(), "张三".as_bytes());
        assert!(keys.open("journal/1/8", id, &sealed).is_err());
        assert!(keys.open("journal/1/7", id + 1, &sealed).is_err());
        *sealed.last_mut().unwrap() ^= 1;
        assert!(keys.open("journal/1/7", id, &sealed).is_err());
        assert!(keys.open("journal/1/7", id, b"short").is_err());
    }

    #[test]
    fn spellings_of_one_name_hash_alike_and_an_empty_one_not_at_all() {
        let keys = keyring(1);
        assert_eq!(keys.hash("阿依·古丽"), keys.hash(" 阿依•古丽 "));
        assert_ne!(keys.hash("张三"), keys.hash("张四"));
        assert_eq!(keys.hash("  "), None);
    }

    #[test]
    fn a_key_file_is_never_overwritten() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("keys.toml");
        Keyring::create(&path).unwrap();
        assert!(Keyring::create(&path).is_err());
    }
}
