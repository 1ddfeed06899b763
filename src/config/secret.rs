//! A text that must not be seen.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

use zeroize::Zeroizing;

/// A secret: shown as `***`, wiped from memory when dropped.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Takes the text as it is.
    pub fn new(text: String) -> Secret {
        Secret(Zeroizing::new(text))
    }

    /// The text itself, for the one place that needs it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

/// Bytes of the largest file a secret is read from.
const FILE_LIMIT: u64 = 4096;

/// What stands in an environment variable, white space around it left out; or a sentence that says why not.
pub(super) fn from_env(name: &str, env: &BTreeMap<String, String>) -> Result<String, String> {
    if name.starts_with("whsec_") || !name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') {
        return Err("写的像是密钥本身,这里应为环境变量名。请移走并更换这个密钥。".to_owned());
    }
    let text = env.get(name).ok_or_else(|| format!("没有名为 {name} 的环境变量。请设置它,或改正名称。"))?;
    Ok(text.trim().to_owned())
}

/// What stands in a small file, white space around it left out; or a sentence that says why not.
pub(super) fn from_file(path: &Path) -> Result<String, String> {
    let shown = path.display();
    let text = match std::fs::metadata(path) {
        Ok(meta) if meta.is_file() && meta.len() <= FILE_LIMIT => {
            std::fs::read_to_string(path).map_err(|_| format!("读不了文件 {shown}。请检查它的权限和内容。"))?
        }
        Ok(_) => return Err(format!("{shown} 不是只存一个密钥的小文件。请检查路径。")),
        Err(_) => return Err(format!("读不了文件 {shown}。请检查路径和权限。")),
    };
    Ok(text.trim().to_owned())
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}
