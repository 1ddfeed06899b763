//! Letters into a folder, one `.eml` each.

use std::io;
use std::path::{Path, PathBuf};

use lettre::{AsyncFileTransport, AsyncTransport, Message, Tokio1Executor};

use crate::delivery::worker::Failure;
use crate::store::delivery::Claimed;

/// The folder; made when missing.
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
    post: AsyncFileTransport<Tokio1Executor>,
}

impl Folder {
    pub fn open(path: &Path) -> io::Result<Folder> {
        std::fs::create_dir_all(path)?;
        Ok(Folder { path: path.to_owned(), post: AsyncFileTransport::new(path) })
    }

    pub async fn put(&self, delivery: &Claimed, message: Message) -> Result<(), Failure> {
        let file = self.path.join(format!("{}-{}.eml", delivery.seq, delivery.n));
        if tokio::fs::try_exists(&file).await.unwrap_or(false) {
            return Ok(());
        }
        let written = self.post.send(message).await.map_err(|e| Failure::Later(e.to_string()))?;
        // under a name that says which delivery it is: on the disk, whole, before it has that name
        let settle = async {
            let written = self.path.join(format!("{written}.eml"));
            tokio::fs::File::open(&written).await?.sync_all().await?;
            tokio::fs::rename(written, file).await?;
            tokio::fs::File::open(&self.path).await?.sync_all().await
        };
        settle.await.map_err(|e: io::Error| Failure::Later(e.to_string()))
    }
}
