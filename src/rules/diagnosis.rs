//! Diagnosis (诊断): what is wrong with a rule, where, and what was probably meant.

use std::fmt;
use std::ops::Range;

/// Byte offsets into a text.
pub(super) type Span = Range<usize>;

/// How many characters of the rule a diagnosis quotes.
const QUOTED: usize = 40;

/// One fault of a rule, in a sentence for finance staff. Lines and columns begin at 1; columns count characters, not bytes.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct Diagnosis {
    /// The sentence, without the place.
    pub message: String,
    pub line: usize,
    pub column: usize,
    /// The piece of the rule it speaks of, shortened; empty when there is none.
    pub excerpt: String,
}

impl fmt::Display for Diagnosis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "第 {} 行第 {} 个字起:", self.line, self.column)?;
        if !self.excerpt.is_empty() {
            write!(f, "\"{}\" ", self.excerpt)?;
        }
        f.write_str(&self.message)
    }
}

/// A fault inside one text, before its place in the file is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fault {
    pub span: Span,
    pub message: String,
}

impl Fault {
    pub(super) fn new(span: Span, message: impl Into<String>) -> Fault {
        Fault { span, message: message.into() }
    }
}

/// A text as it stands in a rule file: decoded, and where it begins in the source.
pub(super) struct Passage<'a> {
    source: &'a str,
    text: &'a str,
    /// Where the quoted string stands in the source.
    span: Span,
    /// Where its first character stands, unless escapes make source and text differ.
    start: Option<usize>,
}

impl<'a> Passage<'a> {
    pub(super) fn new(source: &'a str, text: &'a str, span: Span) -> Passage<'a> {
        let start = source.get(span.clone()).and_then(|raw| raw.find(text)).map(|at| span.start + at);
        Passage { source, text, span, start }
    }

    pub(super) fn text(&self) -> &'a str {
        self.text
    }

    /// The fault with its place in the file.
    pub(super) fn locate(&self, fault: Fault) -> Diagnosis {
        let excerpt = excerpt(self.text, &fault.span);
        let offset = self.start.map_or(self.span.start, |start| start + fault.span.start);
        place(self.source, offset, excerpt, fault.message)
    }
}

/// A fault of the file itself rather than of a text in it.
pub(super) fn diagnose(source: &str, fault: Fault) -> Diagnosis {
    let excerpt = excerpt(source, &fault.span).trim_matches('"').to_owned();
    place(source, fault.span.start, excerpt, fault.message)
}

fn place(source: &str, offset: usize, excerpt: String, message: String) -> Diagnosis {
    let before = source.char_indices().take_while(|(at, _)| *at < offset).map(|(_, c)| c);
    let (line, column) = before.fold((1, 1), |(line, column), c| if c == '\n' { (line + 1, 1) } else { (line, column + 1) });
    Diagnosis { message, line, column, excerpt }
}

fn excerpt(text: &str, span: &Span) -> String {
    let piece = text.get(span.clone()).unwrap_or("").trim();
    let line = piece.lines().next().unwrap_or("");
    let short: String = line.chars().take(QUOTED).collect();
    if short.len() < piece.len() { format!("{short}…") } else { short }
}

/// `。是不是想写 X?` for the candidate closest to what was written, or nothing when none is close.
pub(super) fn meant<'c>(written: &str, candidates: impl IntoIterator<Item = &'c str>) -> String {
    nearest(written, candidates).map_or_else(|| "。".to_owned(), |name| format!("。是不是想写 {name}?"))
}

fn nearest<'c>(written: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    // a name longer than any field is not a slip of the pen; comparing it would only cost time
    if written.chars().count() > QUOTED {
        return None;
    }
    let scored = candidates.into_iter().map(|name| (strsim::normalized_damerau_levenshtein(written, name), name));
    scored.filter(|(score, _)| *score >= 0.5).max_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_count_characters() {
        let source = "a = 1\nwhen = \"支付金额 > '现金'\"\n";
        let start = source.find('"').unwrap();
        let passage = Passage::new(source, "支付金额 > '现金'", start..source.len() - 1);
        let diagnosis = passage.locate(Fault::new(15..23, "这里不对。"));
        assert_eq!(diagnosis.to_string(), "第 2 行第 16 个字起:\"'现金'\" 这里不对。");
    }

    #[test]
    fn near_names_are_offered_and_far_ones_are_not() {
        assert_eq!(meant("支付金領", ["支付金额", "用途"]), "。是不是想写 支付金额?");
        assert_eq!(meant("天气", ["支付金额", "用途"]), "。");
    }
}
