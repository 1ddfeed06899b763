//! `[import]`: files from offices that have no webhooks.

use std::path::PathBuf;

use serde::Deserialize;

use super::fault::Faults;

/// Files in.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Import {
    /// The drop folder; empty: none is watched.
    pub folder: PathBuf,
}

impl Import {
    /// The folder that is watched.
    pub fn watched(&self) -> Option<&PathBuf> {
        Some(&self.folder).filter(|folder| !folder.as_os_str().is_empty())
    }

    pub(super) fn check(&self, faults: &mut Faults) {
        faults.expect(!self.folder.is_file(), "import.folder", || {
            format!("写的是 \"{}\",应为文件夹。请改成能写入的文件夹,例如 \"import\";不用就空着。", self.folder.display())
        });
    }
}
