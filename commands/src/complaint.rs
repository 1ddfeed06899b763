//! Why a line cannot be taken as a command, in words for the person who typed it.

use std::fmt;

/// What is missing or wrong and what to do, in plain Chinese; the wrong word is marked `▸…◂` where that helps.
///
/// It may quote the line: show it to its author only, and keep it out of logs.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct Complaint {
    text: String,
    mark: Option<String>,
}

/// Long enough to recognise a word, too short to carry a story.
const QUOTED: usize = 16;
/// Shorter runs of digits are warning numbers, dates and amounts; longer ones are phones, accounts and ids.
const DIGITS: usize = 7;

impl Complaint {
    /// A complaint about the line as a whole.
    pub fn new(text: impl Into<String>) -> Complaint {
        Complaint { text: text.into(), mark: None }
    }

    pub(crate) fn marked(text: impl Into<String>, mark: String) -> Complaint {
        Complaint { text: text.into(), mark: Some(mark) }
    }
}

impl fmt::Display for Complaint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)?;
        match &self.mark {
            Some(mark) => write!(f, "\n  {mark}"),
            None => Ok(()),
        }
    }
}

/// A word of the line, cut short, with long runs of digits covered.
pub(crate) fn excerpt(word: &str) -> String {
    let mut shown: Vec<char> = word.chars().take(QUOTED).collect();
    for run in shown.chunk_by_mut(|a, b| a.is_numeric() && b.is_numeric()) {
        if run.len() >= DIGITS {
            run.fill('*');
        }
    }
    if word.chars().nth(QUOTED).is_some() {
        shown.push('…');
    }
    shown.into_iter().collect()
}

/// The candidate that was probably meant, if any is near enough.
pub(crate) fn nearest<'c>(word: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    let likeness = |candidate: &str| strsim::normalized_levenshtein(word, candidate);
    candidates.into_iter().filter(|c| likeness(c) >= 0.5).max_by(|a, b| likeness(a).total_cmp(&likeness(b)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_excerpt_is_short_and_covers_numbers() {
        assert_eq!(excerpt("打电话"), "打电话");
        assert_eq!(excerpt("13800138000李"), "***********李");
        assert_eq!(excerpt("YJ2026-000123"), "YJ2026-000123");
        assert_eq!(excerpt("一二三四五六七八九十一二三四五六七"), "一二三四五六七八九十一二三四五六…");
    }

    #[test]
    fn near_names() {
        assert_eq!(nearest("核石", ["核实", "纠正"]), Some("核实"));
        assert_eq!(nearest("电话", Some("电话核实")), Some("电话核实"));
        assert_eq!(nearest("吃饭", ["核实", "纠正"]), None);
    }
}
