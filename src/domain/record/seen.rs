//! What a record has been told (已收): how a repeated delivery is told from a correction.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize, Serializer};

/// Event type → digest of its latest content. Nearly every record has one, few more than three: pairs in order, rather than a tree for each of millions.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(from = "BTreeMap<Box<str>, Box<str>>")]
pub struct Seen(Vec<(Box<str>, Box<str>)>);

impl Seen {
    fn place(&self, key: &str) -> Result<usize, usize> {
        self.0.binary_search_by(|(other, _)| (**other).cmp(key))
    }

    /// The digest under this key.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.place(key).ok().and_then(|at| self.0.get(at)).map(|(_, digest)| &**digest)
    }

    /// Takes the place of what stood under this key.
    pub fn insert(&mut self, key: &str, digest: &str) {
        match self.place(key) {
            Ok(at) => self.0[at].1 = digest.into(),
            Err(at) => self.0.insert(at, (key.into(), digest.into())),
        }
    }

    /// Forgets what stood under this key.
    pub fn remove(&mut self, key: &str) {
        if let Ok(at) = self.place(key) {
            self.0.remove(at);
        }
    }
}

impl From<BTreeMap<Box<str>, Box<str>>> for Seen {
    fn from(told: BTreeMap<Box<str>, Box<str>>) -> Seen {
        Seen(told.into_iter().collect())
    }
}

impl Serialize for Seen {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(key, digest)| (key, digest)))
    }
}
