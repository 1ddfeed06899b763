//! Words of a condition. Chinese and ASCII spellings, full-width and half-width signs mean the same.

use rust_decimal::Decimal;
use unicode_normalization::UnicodeNormalization;

use super::ast::Comparison;
use super::diagnosis::{Fault, Span};

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token {
    Name(String),
    Number(Decimal),
    Percent(Decimal),
    Text(String),
    Truth(bool),
    And,
    Or,
    Not,
    Compare(Comparison),
    Empty { negated: bool },
    Plus,
    Minus,
    Times,
    Divide,
    Open,
    Close,
    OpenList,
    CloseList,
    Comma,
    Dot,
    End,
}

/// The words with a meaning of their own, as people write them.
pub(super) const WORDS: [&str; 14] = ["且", "或", "非", "属于", "不属于", "包含", "不包含", "开头是", "匹配", "不匹配", "为空", "不为空", "是", "否"];

fn word(name: &str) -> Option<Token> {
    Some(match name {
        "且" | "and" | "AND" => Token::And,
        "或" | "or" | "OR" => Token::Or,
        "非" | "not" | "NOT" => Token::Not,
        "属于" | "in" | "IN" => Token::Compare(Comparison::In),
        "不属于" => Token::Compare(Comparison::NotIn),
        "包含" => Token::Compare(Comparison::Contains),
        "不包含" => Token::Compare(Comparison::NotContains),
        "开头是" => Token::Compare(Comparison::StartsWith),
        "匹配" => Token::Compare(Comparison::Matches),
        "不匹配" => Token::Compare(Comparison::NotMatches),
        "为空" => Token::Empty { negated: false },
        "不为空" => Token::Empty { negated: true },
        "是" => Token::Truth(true),
        "否" => Token::Truth(false),
        _ => return None,
    })
}

/// The words and where they stand; the last is `End`.
pub(super) fn lex(text: &str) -> Result<Vec<(Token, Span)>, Fault> {
    let mut tokens = Vec::new();
    let mut rest = text.char_indices().peekable();
    while let Some((start, raw)) = rest.next() {
        let c = half(raw);
        if c.is_whitespace() {
            continue;
        }
        let here = start..start + raw.len_utf8();
        let mut follows = |wanted: char| rest.next_if(|(_, next)| half(*next) == wanted).is_some();
        let token = match c {
            '(' => Token::Open,
            ')' => Token::Close,
            '[' | '【' => Token::OpenList,
            ']' | '】' => Token::CloseList,
            ',' | '、' => Token::Comma,
            '.' => Token::Dot,
            '+' => Token::Plus,
            '-' | '−' => Token::Minus,
            '*' | '×' => Token::Times,
            '/' | '÷' => Token::Divide,
            '≠' => Token::Compare(Comparison::NotEqual),
            '≤' => Token::Compare(Comparison::AtMost),
            '≥' => Token::Compare(Comparison::AtLeast),
            '=' => Token::Compare(Comparison::Equal),
            '!' if follows('=') => Token::Compare(Comparison::NotEqual),
            '<' if follows('=') => Token::Compare(Comparison::AtMost),
            '<' if follows('>') => Token::Compare(Comparison::NotEqual),
            '<' => Token::Compare(Comparison::Less),
            '>' if follows('=') => Token::Compare(Comparison::AtLeast),
            '>' => Token::Compare(Comparison::Greater),
            '\'' | '"' | '\u{201C}' | '\u{2018}' => {
                let close = match c {
                    '\u{201C}' => '\u{201D}',
                    '\u{2018}' => '\u{2019}',
                    _ => c,
                };
                let inside = here.end;
                let Some(end) = rest.by_ref().find(|(_, next)| half(*next) == close).map(|(at, _)| at) else {
                    return Err(Fault::new(start..text.len(), "这里开始的引号没有结束。"));
                };
                Token::Text(text.get(inside..end).unwrap_or("").nfkc().collect())
            }
            '0'..='9' => {
                let mut digits = String::from(c);
                let mut ahead = rest.clone();
                loop {
                    match ahead.next().map(|(_, next)| half(next)) {
                        Some(next) if next.is_ascii_digit() => digits.push(next),
                        // a point belongs to the number only before another digit, and once
                        Some('.') if !digits.contains('.') && ahead.peek().is_some_and(|(_, next)| half(*next).is_ascii_digit()) => digits.push('.'),
                        Some(_) | None => break,
                    }
                    rest.next();
                }
                let percent = rest.next_if(|(_, next)| half(*next) == '%').is_some();
                let end = rest.peek().map_or(text.len(), |(at, _)| *at);
                let number = number(&digits, percent).ok_or_else(|| Fault::new(start..end, "这个数太长了。"))?;
                if percent { Token::Percent(number) } else { Token::Number(number) }
            }
            _ if in_name(c) => {
                while rest.next_if(|(_, next)| in_name(*next)).is_some() {}
                let end = rest.peek().map_or(text.len(), |(at, _)| *at);
                let name: String = text.get(start..end).unwrap_or("").nfkc().collect();
                word(&name).unwrap_or(Token::Name(name))
            }
            _ => return Err(Fault::new(here, "这个符号在条件里没有意义。")),
        };
        let end = rest.peek().map_or(text.len(), |(at, _)| *at);
        tokens.push((token, start..end));
    }
    tokens.push((Token::End, text.len()..text.len()));
    Ok(tokens)
}

/// Exactly what the digits say; `None` where they are too many. `10%` is 0.10.
pub(super) fn number(digits: &str, percent: bool) -> Option<Decimal> {
    let mut number = Decimal::from_str_exact(digits).ok()?;
    if percent {
        number.set_scale(number.scale() + 2).ok()?;
    }
    Some(number)
}

/// Full-width ASCII as half-width, all else as it is.
fn half(c: char) -> char {
    match c {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
        _ => c,
    }
}

fn in_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<Token> {
        lex(text).unwrap().into_iter().map(|(token, _)| token).collect()
    }

    #[test]
    fn both_spellings_are_one_word() {
        for (one, other) in [
            ("支付金额<=1000", "支付金额 ≤ 1000"),
            ("用途 ≠ '差旅'", "用途 <> “差旅”"),
            ("用途 != \"差旅\"", "用途 != '差旅'"),
            ("a 且 非 b 或 c", "a and not b OR c"),
            ("超过(到期, 3 天)", "超过\u{FF08}到期\u{FF0C}\u{FF13}天\u{FF09}"),
            ("a <= 1.50 且 b > 2", "a \u{FF1C}\u{FF1D} \u{FF11}\u{FF0E}50 且 b \u{FF1E} 2"),
            ("甲 属于 ['A']", "甲 in ['A']"),
            ("甲 > 10\u{FF05} 且 乙", "甲 > 10% 且 乙"),
        ] {
            assert_eq!(words(one), words(other), "{one} | {other}");
        }
    }

    #[test]
    fn a_percentage_is_a_hundredth() {
        assert_eq!(words("12.5%"), [Token::Percent(Decimal::new(125, 3)), Token::End]);
    }

    #[test]
    fn what_cannot_be_read_is_told() {
        for (text, message) in [
            ("用途 = '差旅", "引号没有结束"),
            ("a ! b", "没有意义"),
            ("a # b", "没有意义"),
            (&"9".repeat(40), "太长"),
            (&format!("0.{}%", "1".repeat(27)), "太长"),
        ] {
            assert!(lex(text).unwrap_err().message.contains(message), "{text}");
        }
    }
}
