//! The letters in the mail folder, read as a person reads them.

use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    pub to: String,
    pub subject: String,
    pub message_id: String,
    /// The plain text part.
    pub text: String,
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
        Mailbox(files.iter().map(|path| parse(&std::fs::read_to_string(path).unwrap())).collect())
    }

    /// All letters, the oldest first.
    pub fn all(&self) -> &[Mail] {
        &self.0
    }

    /// The letters to one address, the oldest first.
    pub fn of(&self, address: &str) -> Vec<&Mail> {
        self.0.iter().filter(|mail| mail.to == address).collect()
    }
}

fn parse(letter: &str) -> Mail {
    let (head, body) = letter.split_once("\r\n\r\n").unwrap();
    let header = |head: &str, name: &str| {
        let unfolded = head.replace("\r\n ", " ").replace("\r\n\t", " ");
        unfolded.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": ").map(str::to_owned)).unwrap_or_default()
    };
    let content_type = header(head, "Content-Type");
    let boundary = content_type.split("boundary=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap();
    let part = body.split(&format!("--{boundary}")).find(|part| part.contains("text/plain")).unwrap();
    let (part_head, part_body) = part.trim_start().split_once("\r\n\r\n").unwrap();
    Mail {
        to: header(head, "To"),
        subject: words(&header(head, "Subject")),
        message_id: header(head, "Message-ID"),
        text: decode(&header(part_head, "Content-Transfer-Encoding"), part_body).replace("\r\n", "\n").trim_end().to_owned(),
    }
}

/// Encoded words (RFC 2047) put together again; the space between two of them is none.
fn words(header: &str) -> String {
    let mut text = String::new();
    for (n, word) in header.split(' ').filter(|word| !word.is_empty()).enumerate() {
        match word.strip_prefix("=?utf-8?b?").and_then(|coded| coded.strip_suffix("?=")) {
            Some(coded) => text += &String::from_utf8(STANDARD.decode(coded).unwrap()).unwrap(),
            None => text += &format!("{}{word}", if n > 0 { " " } else { "" }),
        }
    }
    text
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
