//! `[desk]`: files that people fill in and hand back.

use std::path::PathBuf;

use serde::Deserialize;

use super::fault::Faults;

/// The desk's own files.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Desk {
    /// Where `/核实 导出` writes and `/核实 批量` reads; made when first needed.
    pub folder: PathBuf,
}

impl Desk {
    pub(super) fn check(&self, faults: &mut Faults) {
        faults.expect(!self.folder.as_os_str().is_empty() && !self.folder.is_file(), "desk.folder", || {
            format!("写的是 \"{}\",应为文件夹。请改成能写入的文件夹,例如 \"desk\"。", self.folder.display())
        });
    }
}
