//! The key file (密钥文件): replaced whole or not at all, readable by its owner alone.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::{KeyError, random};

/// What stands in it. Sealing keys stand under their numbers.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct KeyFile {
    pub commitment: Zeroizing<String>,
    pub index: Zeroizing<String>,
    sealing: BTreeMap<String, Zeroizing<String>>,
}

impl KeyFile {
    pub fn read(path: &Path) -> Result<KeyFile, KeyError> {
        let text = Zeroizing::new(fs::read_to_string(path).map_err(|e| unreadable(path, e))?);
        toml::from_str(&text).map_err(|e| unreadable(path, e.message()))
    }

    /// The sealing keys by number.
    pub fn sealing(&self) -> Result<BTreeMap<i64, &Zeroizing<String>>, KeyError> {
        self.sealing.iter().map(|(id, key)| Ok((id.parse().map_err(|_| KeyError::NotAKey("sealing"))?, key))).collect()
    }

    fn write(&self, path: &Path, out: &mut File) -> Result<(), KeyError> {
        let text = Zeroizing::new(toml::to_string(self).map_err(|e| unreadable(path, e))?);
        out.write_all(text.as_bytes()).and_then(|()| out.sync_all()).map_err(|e| unreadable(path, e))
    }

    /// Puts it in the place of the file that is there: whoever reads it, and whatever stops this, finds the one or the other.
    fn replace(&self, path: &Path) -> Result<(), KeyError> {
        let (old, new) = (fs::metadata(path).map_err(|e| unreadable(path, e))?, beside(path, "new"));
        let _ = fs::remove_file(&new);
        let mut out = owned(&new)?;
        self.write(&new, &mut out)?;
        // run by somebody else, it stays readable to the service
        #[cfg(unix)]
        {
            use std::os::unix::fs::MetadataExt;
            std::os::unix::fs::chown(&new, Some(old.uid()), Some(old.gid())).map_err(|e| unreadable(&new, e))?;
        }
        fs::rename(&new, path).map_err(|e| unreadable(path, e))?;
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        File::open(folder).and_then(|folder| folder.sync_all()).map_err(|e| unreadable(path, e))
    }
}

fn unreadable(path: &Path, reason: impl ToString) -> KeyError {
    KeyError::Unreadable { path: path.display().to_string(), reason: reason.to_string() }
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(ending);
    name.into()
}

/// A new file that nobody else may read.
fn owned(path: &Path) -> Result<File, KeyError> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map_err(|e| unreadable(path, e))
}

fn fresh() -> Result<Zeroizing<String>, KeyError> {
    random::<32>().map(|bytes| Zeroizing::new(BASE64.encode(bytes)))
}

pub(super) fn create(path: &Path) -> Result<(), KeyError> {
    let file = KeyFile { commitment: fresh()?, index: fresh()?, sealing: BTreeMap::from([("1".to_owned(), fresh()?)]) };
    file.write(path, &mut owned(path)?)
}

/// Numbers of the sealing keys, the one that seals last.
pub fn numbers(path: &Path) -> Result<Vec<i64>, KeyError> {
    Ok(KeyFile::read(path)?.sealing()?.into_keys().collect())
}

/// Adds a sealing key, which seals from now on; returns its number. The file as it was stands beside it until [`settled`].
pub fn add(path: &Path) -> Result<i64, KeyError> {
    let mut file = KeyFile::read(path)?;
    let number = file.sealing()?.into_keys().next_back().ok_or(KeyError::NotAKey("sealing"))? + 1;
    let old = beside(path, "old");
    let _ = fs::remove_file(&old);
    file.write(&old, &mut owned(&old)?)?;
    file.sealing.insert(number.to_string(), fresh()?);
    file.replace(path)?;
    Ok(number)
}

/// Nothing needs the file as it was any more.
pub fn settled(path: &Path) -> Result<(), KeyError> {
    let old = beside(path, "old");
    if old.exists() { fs::remove_file(&old).map_err(|e| unreadable(&old, e)) } else { Ok(()) }
}

/// Takes a sealing key out. That it seals nothing any more is looked after by the caller; the newest is never taken out.
pub fn drop_key(path: &Path, number: i64) -> Result<(), KeyError> {
    let mut file = KeyFile::read(path)?;
    let sealing = file.sealing()?;
    if sealing.keys().next_back() == Some(&number) {
        return Err(KeyError::InUse(number));
    }
    let name = file.sealing.keys().find(|name| name.parse() == Ok(number)).cloned().ok_or(KeyError::Missing(number))?;
    file.sealing.remove(&name);
    file.replace(path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::Keyring;

    #[test]
    fn a_key_is_added_and_taken_out_and_the_rest_stays() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("keys.toml");
        create(&path).unwrap();
        let before = Keyring::load(&path, 1).unwrap();
        let (id, sealed) = before.seal("x", b"text").unwrap();
        // what an earlier try left behind is no hindrance
        fs::write(dir.path().join("keys.toml.new"), "half").unwrap();
        assert_eq!(add(&path).unwrap(), 2);
        assert!(dir.path().join("keys.toml.old").exists());
        assert_eq!(numbers(&path).unwrap(), [1, 2]);
        let after = Keyring::load(&path, 1).unwrap();
        assert_eq!((after.newest(), after.open("x", id, &sealed).unwrap()), (2, b"text".to_vec()));
        assert_eq!((after.hash("张三"), after.commit(b"text")), (before.hash("张三"), before.commit(b"text")));
        settled(&path).unwrap();
        settled(&path).unwrap();
        assert!(!dir.path().join("keys.toml.old").exists());
        assert!(matches!(drop_key(&path, 2), Err(KeyError::InUse(2))));
        assert!(matches!(drop_key(&path, 3), Err(KeyError::Missing(3))));
        drop_key(&path, 1).unwrap();
        assert_eq!(numbers(&path).unwrap(), [2]);
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1, "nothing is left beside it");
        #[cfg(unix)]
        assert_eq!(std::os::unix::fs::PermissionsExt::mode(&fs::metadata(&path).unwrap().permissions()) & 0o777, 0o600);
    }
}
