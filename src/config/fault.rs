//! What is wrong with a configuration, in sentences.

use std::fmt;

/// One fault: where it is, and a sentence that says what was found, what is expected and what to do. Holds no secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Section and key, `server.listen` or `sources[2].name` (counted from 1).
    pub key: String,
    /// The sentence, in Chinese.
    pub text: String,
}

impl Fault {
    /// Whether it is a secret that is missing or cannot be used.
    pub(super) fn is_of_a_secret(&self) -> bool {
        let key = self.key.rsplit('.').next().unwrap_or_default();
        ["secret_env", "secret_file", "token_env", "token_file", "password_env", "password_file"].contains(&key)
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.key, self.text)
    }
}

impl std::error::Error for Fault {}

/// All faults found so far.
#[derive(Debug, Default)]
pub(super) struct Faults(pub Vec<Fault>);

impl Faults {
    /// One more, for the setting `key` (`server.listen`).
    pub fn add(&mut self, key: impl Into<String>, text: impl Into<String>) {
        self.0.push(Fault { key: key.into(), text: text.into() });
    }

    /// True when a key, or something below it, is known to be wrong: no second fault should follow from it.
    pub fn has(&self, key: &str) -> bool {
        self.0.iter().any(|fault| fault.key.strip_prefix(key).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '['])))
    }

    /// In the order of the default file, whatever found them.
    pub fn sorted(mut self) -> Vec<Fault> {
        const ORDER: [&str; 10] = ["office", "sources", "server", "import", "database", "keys", "deadlines", "mail", "chat", "log"];
        let section = |fault: &Fault| ORDER.iter().position(|name| fault.key.split(['.', '[']).next() == Some(name));
        self.0.sort_by_key(section);
        self.0
    }

    /// A fault unless `fits`, and unless the key is already known to be wrong.
    pub fn expect(&mut self, fits: bool, key: &str, text: impl FnOnce() -> String) {
        if !fits && !self.has(key) {
            self.add(key, text());
        }
    }
}
