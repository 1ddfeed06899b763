//! Diagnosis (诊断): what is wrong with a rule, where, and what was probably meant.

use std::fmt;
use std::ops::Range;

use unicode_width::UnicodeWidthChar;

/// Byte offsets into a text.
pub(super) type Span = Range<usize>;

/// How many characters of the rule a diagnosis quotes.
const QUOTED: usize = 40;
/// Columns of a line that are shown, and how many of them before the place.
const SHOWN: usize = 110;
const BEFORE: usize = 50;

/// One fault of a rule, in a sentence for finance staff. Lines and columns begin at 1; columns count characters, not bytes.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct Diagnosis {
    /// The sentence, without the place.
    pub message: String,
    pub line: usize,
    pub column: usize,
    /// The piece of the rule it speaks of, shortened; empty when there is none.
    pub excerpt: String,
    /// The line as a terminal shows it, shortened around the place.
    pub(super) shown: String,
    /// Where the place is in it, in terminal columns: a Han character takes two.
    pub(super) caret: Range<usize>,
}

impl Diagnosis {
    /// The sentence, below it the line itself with a caret under the place.
    pub fn marked(&self) -> String {
        let number = self.line.to_string();
        let gap = " ".repeat(number.len());
        format!("{self}\n  {number} | {}\n  {gap} | {}{}", self.shown, " ".repeat(self.caret.start), "^".repeat(self.caret.len().max(1)))
    }
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
        let span = self.start.map_or_else(|| self.span.clone(), |start| start + fault.span.start..start + fault.span.end);
        place(self.source, &span, excerpt, fault.message)
    }
}

/// A fault of the file itself rather than of a text in it.
pub(super) fn diagnose(source: &str, fault: Fault) -> Diagnosis {
    let excerpt = excerpt(source, &fault.span).trim_matches('"').to_owned();
    place(source, &fault.span, excerpt, fault.message)
}

fn place(source: &str, span: &Span, excerpt: String, message: String) -> Diagnosis {
    let before = source.char_indices().take_while(|(at, _)| *at < span.start).map(|(_, c)| c);
    let (line, column) = before.fold((1, 1), |(line, column), c| if c == '\n' { (line + 1, 1) } else { (line, column + 1) });
    let text = source.split('\n').nth(line - 1).unwrap_or("").trim_end_matches('\r');
    let marked = source.get(span.clone()).unwrap_or("").lines().next().unwrap_or("").chars().count();
    let (shown, caret) = shown(text, column - 1, marked);
    Diagnosis { message, line, column, excerpt, shown, caret }
}

/// The line around `count` characters from the `at`-th on, and their terminal columns in what is shown.
fn shown(line: &str, at: usize, count: usize) -> (String, Range<usize>) {
    // what moves the cursor would put the caret elsewhere, and may be meant to
    let line: Vec<char> = line.chars().map(|c| if c.width().is_some() { c } else { ' ' }).collect();
    let width = |piece: &[char]| piece.iter().map(|c| c.width().unwrap_or(0)).sum::<usize>();
    let (head, rest) = line.split_at_checked(at).unwrap_or((&line, &[]));
    let place = rest.get(..count).unwrap_or(rest);
    let before = head.iter().rev().scan(0, |columns, c| {
        *columns += c.width().unwrap_or(0);
        (*columns <= BEFORE).then_some(())
    });
    let from = if width(&line) <= SHOWN { 0 } else { head.len() - before.count() };
    let (mut shown, mut columns) = (String::new(), 0);
    if from > 0 {
        (shown, columns) = ("…".to_owned(), '…'.width().unwrap_or(1));
    }
    let start = columns + width(&head[from..]);
    for c in line.iter().skip(from) {
        columns += c.width().unwrap_or(0);
        if columns > SHOWN {
            shown.push('…');
            break;
        }
        shown.push(*c);
    }
    (shown, start..(start + width(place)).min(SHOWN.max(start)))
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
    let scored = candidates.into_iter().map(|name| (likeness(written, name), name));
    scored.filter(|(score, _)| *score >= 0.5).max_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, name)| name)
}

/// From 0 to 1: by what would have to be changed, or, for names in another order or cut short, by the characters they share.
fn likeness(one: &str, other: &str) -> f64 {
    let mut left: Vec<char> = other.chars().collect();
    let all = one.chars().count() + left.len();
    let shared = one.chars().filter(|c| left.iter().position(|known| known == c).map(|at| left.swap_remove(at)).is_some()).count();
    // never as good as the same number of characters in their places
    let by_characters = 0.9 * 2.0 * shared as f64 / all.max(1) as f64;
    strsim::normalized_damerau_levenshtein(one, other).max(by_characters)
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
        assert_eq!(meant("金额支付", ["支付净额", "支付金额"]), "。是不是想写 支付金额?");
        assert_eq!(meant("净额", ["支付金额", "支付净额", "用途"]), "。是不是想写 支付净额?");
        assert_eq!(meant("天气", ["支付金额", "用途"]), "。");
    }

    fn marked(source: &str, piece: &str) -> String {
        let start = source.find(piece).unwrap();
        diagnose(source, Fault::new(start..start + piece.len(), "这里不对。")).marked()
    }

    #[test]
    fn the_caret_stands_under_the_place() {
        insta::assert_snapshot!(marked("a = 1\nwhen = \"支付金额 > '现金' 且 b\"\nc = 2", "'现金'"), @r#"
        第 2 行第 16 个字起:"'现金'" 这里不对。
          2 | when = "支付金额 > '现金' 且 b"
            |                    ^^^^^^
        "#);
        let long = format!("when = \"{}支付金额 > 起点{}\"", "用途 不为空 且 ".repeat(20), " 且 用途 不为空".repeat(20));
        insta::assert_snapshot!(marked(&long, "支付金额 > 起点"), @r#"
        第 1 行第 189 个字起:"支付金额 > 起点" 这里不对。
          1 | … 且 用途 不为空 且 用途 不为空 且 用途 不为空 且 支付金额 > 起点 且 用途 不为空 且 用途 不为空 且 用途 不为空…
            |                                                   ^^^^^^^^^^^^^^^
        "#);
        insta::assert_snapshot!(marked("when\t= \u{1b}[31m用途\r\nb = 1", "用途"), @r#"
        第 1 行第 13 个字起:"用途" 这里不对。
          1 | when =  [31m用途
            |             ^^^^
        "#);
        insta::assert_snapshot!(marked("when = '''\n用途 = '甲'\n且 乙'''", "用途 = '甲'\n且 乙"), @r#"
        第 2 行第 1 个字起:"用途 = '甲'…" 这里不对。
          2 | 用途 = '甲'
            | ^^^^^^^^^^^
        "#);
        assert!(diagnose("a", Fault::new(1..1, "断了。")).marked().ends_with("  1 | a\n    |  ^"));
        assert!(diagnose("", Fault::new(0..0, "没有。")).marked().ends_with("  1 | \n    | ^"));
    }
}
