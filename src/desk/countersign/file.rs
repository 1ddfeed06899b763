//! The file itself: made where nobody sees it, put in its place whole, and never over another.

use std::fs::File;
use std::io::{self, Read, Seek};
use std::path::{Component, Path, PathBuf};

use commands::countersign::{Application, Left};
use sha2::{Digest, Sha256};
use tempfile::NamedTempFile;

use crate::desk::{Declined, Reply, apology};
use crate::reports::outward::{self, Order, OutwardError};
use crate::reports::sheet::SheetError;
use crate::store::audit::hex;
use crate::store::{Store, StoreError, journal, setting};

/// Makes the file in a folder, without a name there: whoever looks into the folder sees nothing yet.
/// `order.seq` is filled in with the entry up to which the store tells.
pub(super) async fn make(store: &Store, folder: &Path, name: &str, mut order: Order<'_>) -> Result<(File, Left), Declined> {
    let file = tempfile::tempfile_in(folder).map_err(|e| unwritable(folder, &e))?;
    let mut tx = store.db.snapshot().await?;
    order.seq = journal::seq_in(&mut tx, store.office).await?;
    let missing = || StoreError::BadRow { table: "office_setting", id: store.office.to_string(), reason: "the office has no settings".to_owned() };
    let settings = setting::office(&mut tx, store.office).await?.ok_or_else(missing)?;
    let written = outward::write(&mut tx, store.office, &settings, &order, file).await;
    let (file, rows) = written.map_err(|failure| match failure {
        OutwardError::Store(failure) => Declined::Failed(failure),
        OutwardError::Sheet(SheetError::Io(error)) => unwritable(folder, &error),
        OutwardError::Sheet(SheetError::TooLong) => private("数据的行数超过一张工作表能放的,没有导出。请用 格式=csv。".to_owned()),
    })?;
    tx.rollback().await?;
    let (file, sha256, bytes) = sum(file).await.map_err(|e| unwritable(folder, &e))?;
    let left = Left { file: name.to_owned(), sha256, bytes, rows: Some(rows), seq: Some(order.seq), format: Some(order.format), at: order.at };
    Ok((file, left))
}

/// The name of the file of a countersignature.
pub(super) fn name_of(no: commands::SerialNo, application: &Application, format: commands::FileFormat) -> String {
    format!("{no}_{}_{}.{format}", application.data, application.period)
}

/// Checksum and length of a file, which is then at its beginning again.
async fn sum(mut file: File) -> io::Result<(File, String, u64)> {
    let read = move || {
        file.rewind()?;
        let (sha256, bytes) = checksum(&mut file)?;
        file.rewind()?;
        Ok((file, sha256, bytes))
    };
    tokio::task::spawn_blocking(read).await.map_err(io::Error::other)?
}

/// SHA-256 in hexadecimal, and how many bytes there were.
pub(super) fn checksum(from: &mut impl Read) -> io::Result<(String, u64)> {
    let (mut hash, mut bytes, mut buffer) = (Sha256::new(), 0, vec![0; 64 * 1024]);
    loop {
        let read = from.read(&mut buffer)?;
        let Some(part) = buffer.get(..read).filter(|part| !part.is_empty()) else { break };
        hash.update(part);
        bytes += part.len() as u64;
    }
    Ok((hex(&hash.finalize()), bytes))
}

/// Checksum and length of a file that lies somewhere.
pub(super) async fn checksum_of(path: PathBuf) -> io::Result<(String, u64)> {
    tokio::task::spawn_blocking(move || checksum(&mut File::open(path)?)).await.map_err(io::Error::other)?
}

/// Puts a file in its place at once and whole. There must be none of that name.
pub(super) async fn place(mut file: File, target: PathBuf) -> io::Result<()> {
    let put = move || {
        let folder = target.parent().unwrap_or(Path::new("."));
        let mut part = NamedTempFile::new_in(folder)?;
        io::copy(&mut file, &mut part)?;
        part.as_file().sync_all()?;
        part.persist_noclobber(&target).map_err(|e| e.error)?;
        File::open(folder)?.sync_all()
    };
    tokio::task::spawn_blocking(put).await.map_err(io::Error::other)?
}

/// A plain file of that name in a folder: no path, no link, nothing hidden.
pub(super) fn plain(folder: &Path, name: &str) -> Option<PathBuf> {
    let mut parts = Path::new(name).components();
    let (Some(Component::Normal(only)), None) = (parts.next(), parts.next()) else { return None };
    let path = folder.join(only);
    let visible = !name.starts_with('.') && only == name;
    path.symlink_metadata().ok().filter(|found| visible && found.is_file()).map(|_| path)
}

/// Why a folder does not take a file, and what to do.
pub(super) fn unwritable(folder: &Path, error: &io::Error) -> Declined {
    let shown = folder.display();
    private(match error.kind() {
        io::ErrorKind::NotFound => format!("没有 {shown} 这个文件夹。请先建好,或换一个文件夹。没有导出。"),
        io::ErrorKind::NotADirectory => format!("{shown} 不是文件夹。请换一个文件夹。没有导出。"),
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => format!("{shown} 里不能写文件。请检查权限,或换一个文件夹。没有导出。"),
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge => {
            format!("{shown} 所在的磁盘空间不足。请腾出空间,或换一个文件夹。没有导出。")
        }
        _ => {
            tracing::error!(failure = %error, "countersign: a file could not be written");
            format!("{shown} 里写不了文件。请检查磁盘,或换一个文件夹。没有导出。")
        }
    })
}

pub(super) fn private(text: String) -> Declined {
    Declined::Because(Reply::Private(text))
}

/// A past state that cannot be replayed is no fault of the asker's.
pub(super) fn failed(failure: &crate::rebuild::RebuildError) -> Declined {
    let failure = StoreError::BadEntry { seq: 0, reason: failure.to_string() };
    Declined::Because(apology(&failure))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(folder: &Path, error: io::ErrorKind) -> String {
        Reply::from(unwritable(folder, &error.into())).to_string()
    }

    #[test]
    fn a_folder_that_takes_nothing_is_told_with_what_to_do() {
        let folder = Path::new("外送");
        assert_eq!(told(folder, io::ErrorKind::StorageFull), "外送 所在的磁盘空间不足。请腾出空间,或换一个文件夹。没有导出。");
        assert_eq!(told(folder, io::ErrorKind::PermissionDenied), "外送 里不能写文件。请检查权限,或换一个文件夹。没有导出。");
    }

    #[test]
    fn only_a_plain_file_of_the_folder_is_taken() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path();
        std::fs::create_dir(path.join("里面")).unwrap();
        for name in ["汇总.xlsx", ".隐藏", "里面/深处.csv"] {
            std::fs::write(path.join(name), "x").unwrap();
        }
        std::os::unix::fs::symlink("/etc/hostname", path.join("链接")).unwrap();
        assert_eq!(plain(path, "汇总.xlsx"), Some(path.join("汇总.xlsx")));
        for name in ["", ".", "..", "没有", "里面", "里面/深处.csv", "../汇总.xlsx", "/etc/hostname", "链接", ".隐藏", "汇总.xlsx/"] {
            assert_eq!(plain(path, name), None, "{name}");
        }
    }

    #[tokio::test]
    async fn a_file_is_put_in_place_whole_and_over_no_other() {
        let folder = tempfile::tempdir().unwrap();
        let file = || {
            let mut file = tempfile::tempfile().unwrap();
            io::Write::write_all(&mut file, b"abc").unwrap();
            file.rewind().unwrap();
            file
        };
        let target = folder.path().join("一.csv");
        place(file(), target.clone()).await.unwrap();
        let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(checksum_of(target.clone()).await.unwrap(), (abc.to_owned(), 3));
        std::fs::write(&target, "另一份").unwrap();
        assert_eq!(place(file(), target.clone()).await.unwrap_err().kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(std::fs::read_to_string(&target).unwrap(), "另一份");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "nothing half done is left");
    }
}
