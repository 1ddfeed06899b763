//! The console as chat: messages go into a transcript file and to whoever sits at the terminal.

use std::path::{Path, PathBuf};

use tokio::fs::File;
use tokio::io::{AsyncReadExt, AsyncSeekExt, AsyncWriteExt, SeekFrom};
use tokio::sync::broadcast;

use super::card::Card;
use super::worker::{Failure, Outlet};
use crate::domain::ChatSafe;
use crate::domain::calendar::local;
use crate::store::delivery::{Channel, Claimed};

/// How far back a message written just before a crash may stand: a batch of messages.
const TAIL: u64 = 32 * 1024;

/// The transcript, and the terminals that listen.
#[derive(Debug)]
pub struct Console {
    transcript: PathBuf,
    listeners: broadcast::Sender<String>,
}

impl Console {
    /// Speaks into this file, made when missing, and to whoever [listens](Console::listen).
    pub fn new(transcript: &Path) -> Console {
        Console { transcript: transcript.to_owned(), listeners: broadcast::channel(1024).0 }
    }

    /// What will be said from now on.
    pub fn listen(&self) -> broadcast::Receiver<String> {
        self.listeners.subscribe()
    }

    async fn say(&self, mark: &str, text: &ChatSafe) -> std::io::Result<()> {
        // a message that was written before a crash is found by its mark, and not written again
        let mut file = tokio::fs::OpenOptions::new().create(true).append(true).read(true).open(&self.transcript).await?;
        if tail(&mut file).await?.contains(mark) {
            return Ok(());
        }
        file.write_all(format!("{mark}\n{text}\n\n").as_bytes()).await?;
        file.sync_data().await?;
        let _ = self.listeners.send(text.to_string());
        Ok(())
    }
}

/// The end of the transcript: what was written just before a crash stands there.
async fn tail(file: &mut File) -> std::io::Result<String> {
    let length = file.metadata().await?.len();
    file.seek(SeekFrom::Start(length.saturating_sub(TAIL))).await?;
    let mut end = Vec::new();
    file.read_to_end(&mut end).await?;
    Ok(String::from_utf8_lossy(&end).into_owned())
}

impl Outlet for Console {
    fn channel(&self) -> Channel {
        Channel::Console
    }

    async fn deliver(&self, delivery: &Claimed) -> Result<(), Failure> {
        let card: Card = serde_json::from_str(&delivery.payload).map_err(|e| Failure::Poison(e.to_string()))?;
        let mark = format!("— {} [{}-{}]", local(card.at).format("%Y-%m-%d %H:%M:%S"), delivery.seq, delivery.n);
        self.say(&mark, &card.text()).await.map_err(|e| Failure::Later(e.to_string()))
    }
}
