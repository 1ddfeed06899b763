//! Cutting a line into words: spaces (also full-width) part them, quotes keep them together, `名=` or `名:` stands before a value.

use unicode_normalization::UnicodeNormalization;

use crate::complaint::{Complaint, excerpt};

/// The longest line taken, in characters.
pub const LONGEST: usize = 4000;

const QUOTES: [(char, char); 6] = [('"', '"'), ('\'', '\''), ('“', '”'), ('‘', '’'), ('「', '」'), ('『', '』')];

/// NFKC without spaces around: how command words, options, choices, numbers and dates are compared. Free text is never folded.
pub fn fold(word: &str) -> String {
    word.trim().nfkc().collect()
}

/// What parts the items of a list: `、` `,` `，` `;` and spaces.
pub(crate) fn parts_list(c: char) -> bool {
    matches!(c, '、' | ',' | '，' | ';' | '；') || c.is_whitespace()
}

/// From where to where, in bytes of the line.
pub(crate) type Span = (usize, usize);

/// A word of a line; all positions are byte offsets into it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Word<'l> {
    pub start: usize,
    pub end: usize,
    /// What stands before the first `=` or `:`, if anything does.
    pub lead: Option<Lead<'l>>,
    /// The value inside quotes, where the word or its value is quoted.
    pub quoted: Option<Span>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Lead<'l> {
    pub name: &'l str,
    /// `=` names an option; `:` may also be plain text, as in 10:30.
    pub assigns: bool,
    pub value_start: usize,
}

impl Word<'_> {
    /// Where the value of `名=值` lies, quotes left out.
    pub fn value_of(&self, lead: &Lead<'_>) -> Span {
        self.quoted.unwrap_or((lead.value_start, self.end))
    }

    /// Where the word lies as a plain value: inside its quotes, or all of it.
    pub fn plain(&self) -> Span {
        match self.quoted {
            Some(inside) if self.lead.is_none() => inside,
            Some(_) | None => (self.start, self.end),
        }
    }
}

/// A line that is safe to read, and its words.
#[derive(Debug)]
pub(crate) struct Line<'l> {
    pub text: &'l str,
    pub words: Vec<Word<'l>>,
}

impl<'l> Line<'l> {
    /// Fails on a line too long, on control characters (line breaks and bidi overrides too) and on an open quote.
    pub fn read(text: &'l str) -> Result<Line<'l>, Complaint> {
        let length = text.chars().count();
        if length > LONGEST {
            return Err(Complaint::new(format!("这一行有 {length} 个字,太长了,最多 {LONGEST} 个字。请把长的内容放到材料里。")));
        }
        if let Some(place) = hidden(text) {
            return Err(Complaint::new(format!("第 {place} 个字是换行或看不见的控制字符,不能用。请删去后重写在一行里。")));
        }
        let mut words = Vec::new();
        let mut at = 0;
        while let Some(start) = next_start(text, at) {
            let word = word_at(text, start)?;
            at = word.end;
            words.push(word);
        }
        Ok(Line { text, words })
    }

    pub fn slice(&self, (start, end): Span) -> &'l str {
        self.text.get(start..end).unwrap_or("")
    }

    /// `/核实 123 … ▸打电话◂`: the first words, then the wrong one. What options and quotes hold is left out.
    pub fn mark(&self, (start, end): Span) -> String {
        let before: Vec<&Word<'_>> = self.words.iter().take_while(|word| word.end <= start).collect();
        let mut shown: Vec<String> = before
            .iter()
            .take(3)
            .map(|word| match (&word.lead, word.quoted) {
                (Some(lead), _) => format!("{}=…", excerpt(lead.name)),
                (None, Some(_)) => "“…”".to_owned(),
                (None, None) => excerpt(self.slice((word.start, word.end))),
            })
            .collect();
        if before.len() > 3 {
            shown.push("…".to_owned());
        }
        shown.push(format!("▸{}◂", excerpt(self.slice((start, end)))));
        shown.join(" ")
    }
}

/// Where the first control character stands (line breaks and bidi overrides too), counted from 1.
pub(crate) fn hidden(text: &str) -> Option<usize> {
    let unsafe_char = |c: char| (c.is_control() && c != '\t') || matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{2028}' | '\u{2029}');
    text.chars().position(unsafe_char).map(|place| place + 1)
}

fn next_start(text: &str, from: usize) -> Option<usize> {
    let rest = text.get(from..)?;
    rest.char_indices().find(|(_, c)| !c.is_whitespace()).map(|(i, _)| from + i)
}

fn word_at(text: &str, start: usize) -> Result<Word<'_>, Complaint> {
    let rest = text.get(start..).unwrap_or("");
    if let Some((inside, end)) = quotation(text, start)? {
        return Ok(Word { start, end, lead: None, quoted: Some(inside) });
    }
    let plain_end = rest.find(char::is_whitespace).map_or(text.len(), |i| start + i);
    let lead = rest.char_indices().take_while(|(i, _)| start + i < plain_end).find(|(_, c)| matches!(c, '=' | '＝' | ':' | '：')).map(|(i, c)| Lead {
        name: rest.get(..i).unwrap_or(""),
        assigns: matches!(c, '=' | '＝'),
        value_start: start + i + c.len_utf8(),
    });
    if let Some(lead) = &lead
        && let Some((inside, end)) = quotation(text, lead.value_start)?
    {
        return Ok(Word { start, end, lead: Some(lead.clone()), quoted: Some(inside) });
    }
    Ok(Word { start, end: plain_end, lead, quoted: None })
}

/// The quotation that begins at `start`: its inside and its end. Quotes glued to more text are part of that text.
fn quotation(text: &str, start: usize) -> Result<Option<(Span, usize)>, Complaint> {
    let rest = text.get(start..).unwrap_or("");
    let Some((open, close)) = rest.chars().next().and_then(|first| QUOTES.into_iter().find(|(open, _)| *open == first)) else { return Ok(None) };
    let inside = start + open.len_utf8();
    let Some(length) = text.get(inside..).and_then(|rest| rest.find(close)) else {
        let place = text.get(..start).map_or(0, |before| before.chars().count()) + 1;
        return Err(Complaint::new(format!("第 {place} 个字的引号 {open} 没有收尾。请在那段文字后面补上 {close}。")));
    };
    let end = inside + length + close.len_utf8();
    let stands_alone = text.get(end..).and_then(|after| after.chars().next()).is_none_or(char::is_whitespace);
    Ok(stands_alone.then_some(((inside, inside + length), end)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &str) -> Vec<String> {
        let line = Line::read(text).unwrap();
        line.words
            .iter()
            .map(|word| match &word.lead {
                Some(lead) => format!("{}|{}", lead.name, line.slice(word.value_of(lead))),
                None => line.slice(word.plain()).to_owned(),
            })
            .collect()
    }

    #[test]
    fn words_options_and_quotes() {
        for (text, words) in [
            ("", vec![]),
            ("/核实\u{3000}123  正常", vec!["/核实", "123", "正常"]),
            ("材料=“合同 发票” 地点＝村部", vec!["材料|合同 发票", "地点|村部"]),
            ("对象：李会计 \"一 二\" '三' 「四 五」", vec!["对象|李会计", "一 二", "三", "四 五"]),
            ("“已办”并回复 完", vec!["“已办”并回复", "完"]),
            ("时间=10:30", vec!["时间|10:30"]),
            ("对象= x", vec!["对象|", "x"]),
        ] {
            assert_eq!(cut(text), words, "{text}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_said() {
        assert_eq!(Line::read("/预警 办结 1 “没完").unwrap_err().to_string(), "第 10 个字的引号 “ 没有收尾。请在那段文字后面补上 ”。");
        assert!(Line::read("a\u{7}b").unwrap_err().to_string().starts_with("第 2 个字是换行或看不见的控制字符"));
        assert!(Line::read("a\u{202E}b").is_err());
        assert!(Line::read(&"长".repeat(LONGEST + 1)).unwrap_err().to_string().contains("4001 个字"));
    }

    #[test]
    fn the_mark_shows_no_more_than_it_must() {
        let line = Line::read("/核实 1 对象=某某 “一段话” 又 打电话").unwrap();
        let last = line.words.last().unwrap();
        assert_eq!(line.mark((last.start, last.end)), "/核实 1 对象=… … ▸打电话◂");
    }
}
