//! A note as a letter.

use askama::Template;
use commands::SerialNo;

use super::letter::day;
use super::{Letter, Masked};
use crate::delivery::note::Note;
use crate::domain::SectionName;

/// What a note's letter may tell: typed or masked, nothing else.
pub(super) struct NoteFacts {
    title: &'static str,
    task: &'static str,
    serial: Option<SerialNo>,
    section: Option<SectionName>,
    /// `12月7日`
    due: Option<String>,
    lines: Vec<(String, Masked)>,
    /// What a letter about a warning adds below; a note has none.
    facts: Vec<(String, Masked)>,
}

#[derive(Template)]
#[template(path = "email/note/subject.txt")]
struct Subject<'a> {
    facts: &'a NoteFacts,
}
#[derive(Template)]
#[template(path = "email/note/body.txt")]
struct Text<'a> {
    facts: &'a NoteFacts,
}
#[derive(Template)]
#[template(path = "email/note/body.html")]
struct Html<'a> {
    facts: &'a NoteFacts,
}

impl NoteFacts {
    fn of(note: &Note) -> NoteFacts {
        NoteFacts {
            title: note.note.title(),
            task: note.note.task(),
            serial: note.serial,
            section: note.section.as_deref().and_then(|name| SectionName::new(name).ok()),
            due: note.due_on.map(day),
            lines: note.lines.iter().map(|(label, text)| (label.clone(), Masked::chain_head(text).unwrap_or_else(|| Masked::text(text)))).collect(),
            facts: Vec::new(),
        }
    }

    /// Label and text, in the order people read.
    fn rows(&self) -> Vec<(&str, String)> {
        let known = [("编号", self.serial.map(|no| no.to_string())), ("股室", self.section.as_ref().map(SectionName::to_string)), ("期限", self.due.clone())];
        let known = known.into_iter().filter_map(|(label, text)| Some((label, text?)));
        known.chain(self.lines.iter().map(|(label, text)| (label.as_str(), text.to_string()))).collect()
    }
}

/// The letter of a note.
///
/// # Errors
/// Only if a template cannot be written out.
pub(super) fn letter(note: &Note) -> askama::Result<Letter> {
    let facts = &NoteFacts::of(note);
    Letter::of(&Subject { facts }, &Text { facts }, &Html { facts })
}
