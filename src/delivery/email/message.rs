//! A letter as a mail message: its headers, so that mail programs show it, thread it, and let no machine answer it.

use chrono::{DateTime, Utc};
use lettre::Message;
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart, SinglePart};

use super::{Letter, LetterFacts, Masked, note};
use crate::delivery::card::{LetterKind, Posting, warning_no};
use crate::delivery::note::Note;
use crate::delivery::worker::Failure;
use crate::domain::calendar::local_date;
use crate::domain::{DocNo, RuleCode, RuleName, SectionName, StaffName, TownName, VoucherNo};
use crate::rules::CIPHER;
use crate::store::Store;
use crate::store::delivery::Claimed;
use crate::store::letterhead::{self, Letterhead};

/// Writes the letters of one office.
#[derive(Debug)]
pub struct Writer {
    pub store: Store,
    pub from: Mailbox,
}

impl Writer {
    /// The whole message of a delivery.
    pub async fn write(&self, delivery: &Claimed) -> Result<Message, Failure> {
        let head = letterhead::of(&self.store, delivery).await.map_err(|e| Failure::Later(e.to_string()))?;
        compose(self.store.office, &self.from, delivery, head).map_err(Failure::Poison)
    }
}

/// What the outbox holds for the post.
enum Mailing {
    Warning(Box<Posting>),
    Note(Note),
}

impl Mailing {
    /// Either by its own fields: an amount is read from the text itself, so not by way of an untagged enum.
    fn read(payload: &str) -> Result<Mailing, String> {
        match serde_json::from_str(payload) {
            Ok(note) => Ok(Mailing::Note(note)),
            Err(_) => serde_json::from_str(payload).map(|posting| Mailing::Warning(Box::new(posting))).map_err(|e| e.to_string()),
        }
    }
}

/// The message of a delivery: the same each time, so that one sent twice after a crash is one to whoever receives it.
///
/// # Errors
/// When the delivery is none that a letter can be made of.
pub fn compose(office: i64, from: &Mailbox, delivery: &Claimed, head: Letterhead) -> Result<Message, String> {
    let (letter, at, about) = match &Mailing::read(&delivery.payload)? {
        Mailing::Note(note) => (note::letter(note).map_err(|e| e.to_string())?, note.at, note.serial.map(|no| no.to_string())),
        Mailing::Warning(posting) => {
            let facts = facts(posting).ok_or("the warning's face does not fit its types")?;
            let letter = match posting.kind {
                LetterKind::Red => Letter::red(&facts),
                LetterKind::TurnedRed => Letter::turned_red(&facts),
                LetterKind::Chase => Letter::chase(&facts),
                LetterKind::Settled => Letter::settled(&facts, local_date(posting.card.at)),
                LetterKind::Measure => Letter::measure(&facts, &Masked::text(posting.measure.as_deref().unwrap_or_default())),
            };
            (letter.map_err(|e| e.to_string())?, posting.card.at, Some(facts.no.to_string()))
        }
    };
    let to = delivery.recipient.parse().map_err(|_| "the recipient is no mail address".to_owned())?;
    let domain = from.email.domain();
    // with the time, so that a database begun anew never takes up the ids of the old one: servers drop what they have seen
    let id = |(seq, n, at): (i64, i64, DateTime<Utc>)| format!("<{office}.{seq}.{n}.{}@{domain}>", at.timestamp_micros());
    // the matter itself: no letter bears this id, it gathers those whose first one is missing
    let root = about.map(|about| format!("<{office}.{about}@{domain}>"));
    let builder = Message::builder().message_id(Some(id((delivery.seq, delivery.n, delivery.queued_at))));
    let builder = match (root, head.first) {
        (None, _) => builder,
        (Some(root), None) => builder.references(root),
        (Some(root), Some(first)) => builder.references(format!("{root} {}", id(first))).in_reply_to(id(first)),
    };
    builder
        .date(at.into())
        .from(from.clone())
        .to(Mailbox::new(head.name, to))
        .subject(letter.subject)
        .raw_header(raw("List-Id", format!("<jingling-{office}.{domain}>")))
        .raw_header(raw("Auto-Submitted", "auto-generated".to_owned()))
        .raw_header(raw("X-Auto-Response-Suppress", "All".to_owned()))
        .multipart(
            MultiPart::alternative()
                .singlepart(SinglePart::builder().header(ContentType::TEXT_PLAIN).body(letter.text))
                .singlepart(SinglePart::builder().header(ContentType::TEXT_HTML).body(letter.html)),
        )
        .map_err(|e| e.to_string())
}

fn raw(name: &'static str, value: String) -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str(name), value)
}

/// The typed facts of a letter; None when something is not what it should be.
fn facts(posting: &Posting) -> Option<LetterFacts> {
    let card = &posting.card;
    let seen = posting.facts.iter().filter(|(_, text)| text != CIPHER).map(|(label, text)| (label.clone(), Masked::text(text)));
    Some(LetterFacts {
        no: warning_no(card.no)?,
        rule_code: RuleCode::new(&card.rule).ok()?,
        rule_name: RuleName::new(&card.rule_name).ok()?,
        state: card.state,
        section: SectionName::new(&card.section).ok()?,
        town: card.town.as_deref().and_then(|town| TownName::new(town).ok()),
        voucher: card.voucher_no.as_deref().and_then(|no| VoucherNo::new(no).ok()),
        doc_no: card.doc_no.as_deref().map(DocNo::new),
        date: card.date,
        amount: card.amount,
        items: card.items,
        payee: posting.payee.as_deref().map(Masked::text),
        handler: card.handler.as_ref().and_then(|(_, name)| StaffName::new(name).ok()),
        deadline: card.due_on,
        deadline_days: card.working_days,
        unpublished: card.unpublished,
        basis: Masked::text(&posting.basis),
        facts: match posting.kind {
            LetterKind::Red | LetterKind::TurnedRed | LetterKind::Chase => seen.collect(),
            // what lit it was told before
            LetterKind::Settled | LetterKind::Measure => Vec::new(),
        },
        receipt: posting.receipt,
    })
}
