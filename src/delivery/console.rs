//! The console as chat: messages go into a transcript file and to whoever sits at the terminal.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use tokio::fs::File;
use tokio::io::{AsyncReadExt, AsyncSeekExt, AsyncWriteExt, SeekFrom};
use tokio::sync::{broadcast, mpsc};

use super::card::Card;
use super::note::Note;
use super::worker::{Failure, Outlet};
use crate::domain::ChatSafe;
use crate::domain::calendar::local;
use crate::store::delivery::{Channel, Message, Parcel};

/// How far back a message written just before a crash may stand: a batch of messages.
const TAIL: u64 = 32 * 1024;

/// How often a followed transcript is looked at.
const LOOK: Duration = Duration::from_millis(500);

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
        let message = format!("{mark}\n{text}\n\n");
        // a message that was written whole before a crash is found, and not written again; one that was torn is
        let mut file = tokio::fs::OpenOptions::new().create(true).append(true).read(true).open(&self.transcript).await?;
        if tail(&mut file).await?.contains(&message) {
            return Ok(());
        }
        file.write_all(message.as_bytes()).await?;
        // the write goes on behind the back: only a flush tells whether it succeeded, `sync_data` does not
        file.flush().await?;
        file.sync_data().await?;
        let _ = self.listeners.send(text.to_string());
        Ok(())
    }
}

/// Follows a transcript that another process writes: what is added from now on, message by message, until nobody listens.
///
/// # Errors
/// When the file is there and cannot be read.
pub async fn follow(transcript: PathBuf, listener: mpsc::Sender<String>) -> std::io::Result<()> {
    let length = |path: PathBuf| async move { tokio::fs::metadata(path).await.map_or(0, |data| data.len()) };
    let mut read = length(transcript.clone()).await;
    while !listener.is_closed() {
        tokio::time::sleep(LOOK).await;
        if length(transcript.clone()).await <= read {
            continue;
        }
        let mut file = File::open(&transcript).await?;
        file.seek(SeekFrom::Start(read)).await?;
        let mut added = Vec::new();
        file.read_to_end(&mut added).await?;
        let added = String::from_utf8_lossy(&added).into_owned();
        // a message ends with an empty line; what is only half written is read the next time
        let Some((whole, _)) = added.rsplit_once("\n\n") else { continue };
        read += (whole.len() + 2) as u64;
        for message in whole.split("\n\n") {
            let text = message.split_once('\n').map_or(message, |(_mark, text)| text);
            if listener.send(text.to_owned()).await.is_err() {
                return Ok(());
            }
        }
    }
    Ok(())
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

    async fn deliver(&self, Parcel { newest: delivery, .. }: &Parcel) -> Result<Option<Message>, Failure> {
        let poison = |e: serde_json::Error| Failure::Poison(e.to_string());
        let (at, text) = match delivery.warning {
            Some(_) => serde_json::from_str(&delivery.payload).map(|card: Card| (card.at, card.text())).map_err(poison)?,
            None => serde_json::from_str(&delivery.payload).map(|note: Note| (note.at, note.text())).map_err(poison)?,
        };
        let mark = format!("— {} [{}-{}]", local(at).format("%Y-%m-%d %H:%M:%S"), delivery.seq, delivery.n);
        self.say(&mark, &text).await.map_err(|e| Failure::Later(e.to_string()))?;
        Ok(None)
    }
}

/// The console in the place of Discord: what is still owed there when the office has gone back to the console is said here, each on its own.
#[derive(Debug)]
pub struct Instead(pub Arc<Console>);

impl Outlet for Instead {
    fn channel(&self) -> Channel {
        Channel::Discord
    }

    async fn deliver(&self, parcel: &Parcel) -> Result<Option<Message>, Failure> {
        self.0.deliver(parcel).await
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[tokio::test]
    async fn a_message_torn_by_a_crash_is_written_again_and_a_whole_one_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("chat.txt");
        let console = Console::new(&path);
        std::fs::write(&path, "— 10:00 [1-1]\n🟡 黄").unwrap();
        let text = crate::chat!("🟡 黄灯预警");
        for _ in 0..2 {
            console.say("— 10:00 [1-1]", &text).await.unwrap();
        }
        assert_eq!(std::fs::read_to_string(&path).unwrap().matches("黄灯预警").count(), 1);
    }

    #[tokio::test]
    async fn a_listener_hears_what_is_added_and_nothing_from_before() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("chat.txt");
        std::fs::write(&path, "— 10:00 [1-1]\n旧的\n\n").unwrap();
        let (listener, mut heard) = mpsc::channel(8);
        let follower = tokio::spawn(follow(path.clone(), listener));
        tokio::time::sleep(LOOK / 2).await;
        let mut file = std::fs::OpenOptions::new().append(true).open(&path).unwrap();
        write!(file, "— 10:01 [2-1]\n🟡 黄灯预警\n   股室 社保股\n\n— 10:02 [3-1]\n🔴").unwrap();
        assert_eq!(heard.recv().await.unwrap(), "🟡 黄灯预警\n   股室 社保股");
        writeln!(file, " 红灯预警\n").unwrap();
        assert_eq!(heard.recv().await.unwrap(), "🔴 红灯预警");
        drop(heard);
        follower.await.unwrap().unwrap();
    }
}
