//! `[database]`: where the journal and the state are kept.

use std::fmt;

use serde::Deserialize;

use super::fault::Faults;

/// The database.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Database {
    /// Its address.
    pub url: DatabaseUrl,
}

/// `sqlite:jingling.db` or `postgres://host/name`; its Debug hides user and password.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct DatabaseUrl(String);

impl DatabaseUrl {
    /// An address made in code.
    pub const fn new(url: String) -> DatabaseUrl {
        DatabaseUrl(url)
    }

    /// The whole address, password included.
    pub fn expose(&self) -> &str {
        &self.0
    }

    fn has_password(&self) -> bool {
        self.0.split_once("://").and_then(|(_, rest)| rest.split_once('@')).is_some_and(|(user, _)| user.contains(':')) || self.0.contains("password=")
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = self.0.split(':').next().unwrap_or_default();
        if kind == "sqlite" { f.write_str(&self.0) } else { write!(f, "{kind}://***") }
    }
}

impl Database {
    pub(super) fn check(&self, from_env: bool, faults: &mut Faults) {
        let known = ["sqlite:", "postgres://", "postgresql://"].iter().any(|kind| self.url.0.strip_prefix(kind).is_some_and(|rest| !rest.is_empty()));
        faults.expect(known, "database.url", || "不能识别,应以 sqlite: 或 postgres:// 开头。例如 sqlite:jingling.db。".to_owned());
        faults.expect(from_env || !self.url.has_password(), "database.url", || {
            "带有口令,不应写在文件里。请移到环境变量 JINGLING_DATABASE__URL,并更换这个口令。".to_owned()
        });
    }
}
