//! Letters, read as a person reads them: from the mail folder, or from where a mail server put them.

use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// `霍山县财政局警铃 <jingling@huoshan.example>`
    pub from: String,
    /// The address alone.
    pub to: String,
    /// The name before it.
    pub to_name: String,
    pub subject: String,
    pub message_id: String,
    pub in_reply_to: String,
    pub references: Vec<String>,
    /// The plain text part.
    pub text: String,
    /// The HTML part.
    pub html: String,
    /// Everything above the first empty line, as it came.
    pub head: String,
}

pub struct Mailbox(Vec<Mail>);

impl Mailbox {
    pub(super) fn read(folder: &Path) -> Mailbox {
        let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        // 12-1.eml: the journal's number, then a count
        files.sort_by_key(|path| {
            let number = |text: &str| text.parse::<i64>().unwrap();
            path.file_stem().unwrap().to_str().unwrap().split_once('-').map(|(seq, n)| (number(seq), number(n)))
        });
        Mailbox::of_letters(files.iter().map(|path| std::fs::read_to_string(path).unwrap()))
    }

    pub fn of_letters(letters: impl Iterator<Item = String>) -> Mailbox {
        Mailbox(letters.map(|letter| Mail::parse(&letter)).collect())
    }

    /// All letters, the oldest first.
    pub fn all(&self) -> &[Mail] {
        &self.0
    }

    /// The letters to one address, the oldest first.
    pub fn of(&self, address: &str) -> Vec<&Mail> {
        self.0.iter().filter(|mail| mail.to == address).collect()
    }

    /// Receiver and subject of each, a line a letter.
    pub fn list(&self) -> String {
        self.0.iter().map(|mail| format!("{}  {}", mail.to, mail.subject)).collect::<Vec<_>>().join("\n")
    }
}

impl Mail {
    pub fn parse(letter: &str) -> Mail {
        let (head, body) = letter.split_once("\r\n\r\n").unwrap();
        let content_type = header(head, "Content-Type");
        let boundary = content_type.split("boundary=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap();
        let part = |media_type: &str| {
            let part = body.split(&format!("--{boundary}")).find(|part| part.contains(media_type)).unwrap();
            let (part_head, part_body) = part.trim_start().split_once("\r\n\r\n").unwrap();
            assert!(header(part_head, "Content-Type").to_lowercase().contains("charset=utf-8"), "{part_head}");
            decode(&header(part_head, "Content-Transfer-Encoding"), part_body).replace("\r\n", "\n").trim_end().to_owned()
        };
        let to = words(&header(head, "To"));
        let (to_name, address) = to.rsplit_once(" <").map_or(("", to.as_str()), |(name, address)| (name, address.trim_end_matches('>')));
        Mail {
            from: words(&header(head, "From")),
            to: address.to_owned(),
            to_name: to_name.to_owned(),
            subject: words(&header(head, "Subject")),
            message_id: header(head, "Message-ID"),
            in_reply_to: header(head, "In-Reply-To"),
            references: header(head, "References").split_whitespace().map(str::to_owned).collect(),
            text: part("text/plain"),
            html: part("text/html"),
            head: head.to_owned(),
        }
    }

    /// The value of a header, unfolded.
    pub fn header(&self, name: &str) -> String {
        header(&self.head, name)
    }

    /// Whether a mail program gathers the two: they share a reference, or one names the other (RFC 5256).
    pub fn is_threaded_with(&self, other: &Mail) -> bool {
        let ids = |mail: &Mail| mail.references.iter().chain([&mail.message_id]).cloned().collect::<Vec<_>>();
        ids(self).iter().any(|id| ids(other).contains(id))
    }
}

fn header(head: &str, name: &str) -> String {
    let unfolded = head.replace("\r\n ", " ").replace("\r\n\t", " ");
    unfolded.split("\r\n").find_map(|line| line.strip_prefix(name)?.strip_prefix(": ").map(str::to_owned)).unwrap_or_default()
}

/// Encoded words (RFC 2047) put together again: each whole by itself; the space between two of them is none.
fn words(header: &str) -> String {
    let mut text = String::new();
    let mut after_coded = false;
    for (n, word) in header.split(' ').enumerate() {
        let coded = coded(word);
        if n > 0 && !(after_coded && coded.is_some()) {
            text.push(' ');
        }
        after_coded = coded.is_some();
        text += coded.as_deref().unwrap_or(word);
    }
    text
}

fn coded(word: &str) -> Option<String> {
    let inner = word.strip_prefix("=?")?.strip_suffix("?=")?;
    let [charset, encoding, content] = inner.splitn(3, '?').collect::<Vec<_>>()[..] else { return None };
    assert!(word.len() <= 75 && charset.eq_ignore_ascii_case("utf-8"), "{word}");
    let bytes = match encoding {
        "b" | "B" => STANDARD.decode(content).unwrap(),
        _ => quoted_printable(&content.replace('_', " ")),
    };
    Some(String::from_utf8(bytes).unwrap())
}

fn decode(encoding: &str, body: &str) -> String {
    match encoding {
        "base64" => String::from_utf8(STANDARD.decode(body.replace("\r\n", "")).unwrap()).unwrap(),
        "quoted-printable" => String::from_utf8(quoted_printable(body)).unwrap(),
        _ => body.to_owned(),
    }
}

fn quoted_printable(body: &str) -> Vec<u8> {
    let mut pieces = body.split('=');
    let mut bytes = pieces.next().unwrap_or_default().as_bytes().to_vec();
    for piece in pieces {
        if let Some(rest) = piece.strip_prefix("\r\n") {
            bytes.extend(rest.as_bytes());
        } else {
            let (hex, rest) = piece.split_at(2);
            bytes.push(u8::from_str_radix(hex, 16).unwrap());
            bytes.extend(rest.as_bytes());
        }
    }
    bytes
}
