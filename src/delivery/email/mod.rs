//! Email (邮件): the letters of the bureau's own post. Into a folder, one `.eml` a letter.

pub mod letter;
mod masked;

use std::path::{Path, PathBuf};

use lettre::message::header::ContentType;
use lettre::message::{Mailbox, MultiPart, SinglePart};
use lettre::{AsyncFileTransport, AsyncTransport, Message, Tokio1Executor};

pub use letter::{Letter, LetterFacts};
pub use masked::Masked;

use super::card::{LetterKind, Posting, warning_no};
use super::worker::{Failure, Outlet};
use crate::domain::calendar::local_date;
use crate::domain::{DocNo, Level, RuleCode, RuleName, SectionName, TownName, VoucherNo};
use crate::store::delivery::{self, Channel, Claimed, Parcel};

/// Mail into a folder.
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
    from: Mailbox,
    office: i64,
    post: AsyncFileTransport<Tokio1Executor>,
}

/// Why letters cannot be put there.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    #[error("mail.from is no mail address")]
    Sender,
    #[error("mail folder: {0}")]
    Folder(#[from] std::io::Error),
}

impl Folder {
    /// Letters of this office go into the folder `path`, made when missing; `from` is `名称 <地址>`. Fails if either cannot be used.
    pub fn new(path: &Path, from: &str, office: i64) -> Result<Folder, FolderError> {
        std::fs::create_dir_all(path)?;
        Ok(Folder { path: path.to_owned(), from: from.parse().map_err(|_| FolderError::Sender)?, office, post: AsyncFileTransport::new(path) })
    }

    fn message(&self, delivery: &Claimed) -> Result<Message, String> {
        let posting: Posting = serde_json::from_str(&delivery.payload).map_err(|e| e.to_string())?;
        let facts = facts(&posting).ok_or("the warning's face does not fit its types")?;
        let letter = match posting.kind {
            LetterKind::Red => Letter::red(&facts),
            LetterKind::TurnedRed => Letter::turned_red(&facts),
            LetterKind::Settled => Letter::settled(&facts, local_date(posting.card.at)),
        }
        .map_err(|e| e.to_string())?;
        // the same delivery sent twice after a crash is one message to whoever receives it
        let id = format!("<{}.{}.{}@jingling>", self.office, delivery.seq, delivery.n);
        let thread = format!("<{}.{}@jingling>", self.office, facts.no);
        Message::builder()
            .message_id(Some(id))
            .references(thread)
            .date(posting.card.at.into())
            .from(self.from.clone())
            .to(delivery.recipient.parse().map_err(|_| "the recipient is no mail address".to_owned())?)
            .subject(letter.subject)
            .multipart(
                MultiPart::alternative()
                    .singlepart(SinglePart::builder().header(ContentType::TEXT_PLAIN).body(letter.text))
                    .singlepart(SinglePart::builder().header(ContentType::TEXT_HTML).body(letter.html)),
            )
            .map_err(|e| e.to_string())
    }
}

/// The typed facts of a letter; None when something is not what it should be.
fn facts(posting: &Posting) -> Option<LetterFacts> {
    let card = &posting.card;
    Some(LetterFacts {
        no: warning_no(card.no)?,
        rule_code: RuleCode::new(&card.rule).ok()?,
        rule_name: RuleName::new(&card.rule_name).ok()?,
        level: card.state.open_level().unwrap_or(Level::Red),
        state: card.state,
        section: SectionName::new(&card.section).ok()?,
        town: card.town.as_deref().and_then(|town| TownName::new(town).ok()),
        voucher: card.voucher_no.as_deref().and_then(|no| VoucherNo::new(no).ok()),
        doc_no: card.doc_no.as_deref().map(DocNo::new),
        date: card.date,
        amount: card.amount,
        payee: posting.payee.as_deref().map(Masked::text),
        deadline: card.due_on,
        deadline_days: u32::try_from(card.working_days).unwrap_or(0),
        basis: Masked::text(&posting.basis),
        facts: posting.facts.iter().map(|(label, text)| (label.clone(), Masked::text(text))).collect(),
    })
}

impl Outlet for Folder {
    fn channel(&self) -> Channel {
        Channel::Email
    }

    async fn deliver(&self, Parcel { newest: delivery, .. }: &Parcel) -> Result<Option<delivery::Message>, Failure> {
        let message = self.message(delivery).map_err(Failure::Poison)?;
        let file = self.path.join(format!("{}-{}.eml", delivery.seq, delivery.n));
        if tokio::fs::try_exists(&file).await.unwrap_or(false) {
            return Ok(None);
        }
        let written = self.post.send(message).await.map_err(|e| Failure::Later(e.to_string()))?;
        // under a name that says which delivery it is: on the disk, whole, before it has that name
        let settle = async {
            let written = self.path.join(format!("{written}.eml"));
            tokio::fs::File::open(&written).await?.sync_all().await?;
            tokio::fs::rename(written, file).await?;
            tokio::fs::File::open(&self.path).await?.sync_all().await
        };
        settle.await.map_err(|e: std::io::Error| Failure::Later(e.to_string()))?;
        Ok(None)
    }
}
