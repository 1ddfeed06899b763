//! Email (邮件): the letters of the bureau's own post, by its mail server or into a folder.

mod folder;
pub mod letter;
mod masked;
mod message;
mod note;
mod refusal;
mod smtp;

use lettre::message::Mailbox;

pub use letter::{Letter, LetterFacts};
pub use masked::Masked;
pub use message::compose;
pub use smtp::Smtp;

use super::worker::{Failure, Outlet};
use crate::config::mail::{Mail, Transport};
use crate::store::Store;
use crate::store::delivery::{self, Channel, Parcel};
use crate::troubles::Troubles;
use folder::Folder;
use message::Writer;

/// Writes letters and sees them off.
#[derive(Debug)]
pub struct Post {
    writer: Writer,
    way: Way,
}

/// How they leave.
#[derive(Debug)]
enum Way {
    Folder(Folder),
    Smtp(Box<Smtp>),
}

/// Why letters cannot leave as it is configured.
#[derive(Debug, thiserror::Error)]
pub enum PostError {
    #[error("mail.from 不是邮件地址")]
    Sender,
    #[error("存放邮件的文件夹不能用:{0}")]
    Folder(#[from] std::io::Error),
    #[error("{0}")]
    Trust(String),
}

impl Post {
    /// The post as it is configured; what keeps letters from leaving is noted as a trouble of `mail`.
    ///
    /// # Errors
    /// When the sender, the folder or the certificates cannot be used.
    pub fn open(config: &Mail, store: Store, troubles: Troubles) -> Result<Post, PostError> {
        let from: Mailbox = config.from.parse().map_err(|_| PostError::Sender)?;
        let way = match config.transport {
            Transport::Folder => Way::Folder(Folder::open(&config.folder)?),
            Transport::Smtp => Way::Smtp(Box::new(Smtp::new(&config.smtp, troubles).map_err(PostError::Trust)?)),
        };
        Ok(Post { writer: Writer { store, from }, way })
    }
}

impl Outlet for Post {
    fn channel(&self) -> Channel {
        Channel::Email
    }

    async fn deliver(&self, Parcel { newest: delivery, .. }: &Parcel) -> Result<Option<delivery::Message>, Failure> {
        let message = self.writer.write(delivery).await?;
        match &self.way {
            Way::Folder(folder) => folder.put(delivery, message).await?,
            Way::Smtp(smtp) => smtp.send(&message).await?,
        }
        Ok(None)
    }

    async fn rest(&self) {
        match &self.way {
            Way::Folder(_) => {}
            Way::Smtp(smtp) => smtp.hang_up().await,
        }
    }
}
