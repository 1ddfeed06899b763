//! `[keys]`: what personal data is encrypted with.

use std::path::PathBuf;

use serde::Deserialize;

use super::fault::Faults;

/// The key file (密钥文件).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Keys {
    /// Where it lies; made at the first start.
    pub file: PathBuf,
}

impl Keys {
    pub(super) fn check(&self, faults: &mut Faults) {
        let shown = self.file.display();
        // a missing file is made at the first start, one that cannot be read must not be taken for missing
        let readable = match std::fs::File::open(&self.file) {
            Ok(file) => file.metadata().is_ok_and(|meta| meta.is_file()),
            Err(error) => error.kind() == std::io::ErrorKind::NotFound && !self.file.as_os_str().is_empty(),
        };
        faults.expect(readable, "keys.file", || format!("\"{shown}\" 不是能读的文件。请检查路径和权限。"));
    }
}
