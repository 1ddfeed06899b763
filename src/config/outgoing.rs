//! `[outgoing]`: files that leave the bureau, countersigned (regulation part 5).

use std::path::PathBuf;

use serde::Deserialize;

use super::fault::Faults;

/// Files out.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Outgoing {
    /// Where they are put, and where those lie that are made elsewhere.
    pub folder: PathBuf,
}

impl Outgoing {
    /// The folder, made if it can be: whoever puts something into it is told if it could not.
    pub fn ready(&self) -> PathBuf {
        let _ = std::fs::create_dir_all(&self.folder);
        self.folder.clone()
    }

    pub(super) fn check(&self, faults: &mut Faults) {
        let fits = !self.folder.as_os_str().is_empty() && !self.folder.is_file();
        faults.expect(fits, "outgoing.folder", || format!("写的是 \"{}\",应为文件夹。请改成能写入的文件夹,例如 \"outgoing\"。", self.folder.display()));
    }
}

#[cfg(test)]
mod tests {
    use crate::config::tests::try_load;

    #[test]
    fn a_folder_there_must_be() {
        assert_eq!(try_load("[outgoing]\nfolder = \"away\"", &[]).unwrap().outgoing.folder.to_str(), Some("away"));
        let told = try_load("[outgoing]\nfolder = \"\"", &[]).unwrap_err();
        assert_eq!(told, "outgoing.folder:写的是 \"\",应为文件夹。请改成能写入的文件夹,例如 \"outgoing\"。\n");
    }
}
