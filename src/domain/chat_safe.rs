//! Text that may leave for chat (个人信息保护法36条): a type that can hold nothing else.
//!
//! [`ChatSafe`] is woven by [`chat!`](macro@crate::chat) from a literal of the source code and values of the types listed in `speakable.rs`. There is no way in for a
//! `String`: a payee's name does not compile. What a listed type says is cleaned here once more, for part of it comes from outside.

mod speakable;

use std::fmt;

use super::text::is_invisible;
use super::{StaffId, StaffName, find_personal};
use speakable::Key;

pub use speakable::{FullDate, Percent, Sign, Speakable};

/// Characters of one message: Discord takes 2000.
pub const MAX_CHARS: usize = 1900;

/// Text for chat. Made by [`chat!`](macro@crate::chat) and the functions here only; it cannot be read back from outside.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ChatSafe {
    pieces: Vec<Piece>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Text(String),
    Mention(Mention),
}

/// A piece of a text, as a channel renders it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChatPiece<'a> {
    /// Plain text.
    Text(&'a str),
    /// Someone of the staff, to be called by the channel's own means; `@张敏` where it has none.
    Mention(&'a Mention),
}

/// Someone of the staff who is called (经办人).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mention(pub StaffId, pub StaffName);

impl ChatSafe {
    /// A text that stands in the source code outside a [`chat!`](macro@crate::chat), such as the help of a command.
    pub fn fixed(text: &'static str) -> ChatSafe {
        let mut fixed = ChatSafe::default();
        fixed.push(if find_personal(text).is_some() { "(文字已略去)" } else { text });
        fixed.capped()
    }

    /// One below the other.
    pub fn lines(lines: impl IntoIterator<Item = ChatSafe>) -> ChatSafe {
        ChatSafe::joined(lines, "\n")
    }

    /// In a row, with 、 between.
    pub fn list(items: impl IntoIterator<Item = ChatSafe>) -> ChatSafe {
        ChatSafe::joined(items, "、")
    }

    fn joined(parts: impl IntoIterator<Item = ChatSafe>, between: &'static str) -> ChatSafe {
        let mut all = ChatSafe::default();
        for (place, part) in parts.into_iter().enumerate() {
            if place > 0 {
                all.push(between);
            }
            all.pieces.extend(part.pieces);
        }
        all.capped()
    }

    /// The pieces in order, for a channel that calls people by its own means.
    pub fn pieces(&self) -> impl Iterator<Item = ChatPiece<'_>> {
        self.pieces.iter().map(|piece| match piece {
            Piece::Text(text) => ChatPiece::Text(text),
            Piece::Mention(mention) => ChatPiece::Mention(mention),
        })
    }

    /// True when nothing would be said.
    pub fn is_empty(&self) -> bool {
        self.pieces.is_empty()
    }

    /// What [`chat!`](macro@crate::chat) calls: the holes of the literal filled in order.
    #[doc(hidden)]
    pub fn weave<L: Literal>(values: &[&dyn Speakable]) -> ChatSafe {
        let mut woven = ChatSafe::default();
        let mut values = values.iter();
        for (place, plain) in L::TEXT.split("{}").enumerate() {
            if place > 0
                && let Some(value) = values.next()
            {
                value.speak(&mut woven, Key(()));
            }
            woven.push(plain);
        }
        woven.capped()
    }

    fn push(&mut self, text: &str) {
        match self.pieces.last_mut() {
            Some(Piece::Text(last)) => last.push_str(text),
            Some(Piece::Mention(_)) | None if text.is_empty() => {}
            Some(Piece::Mention(_)) | None => self.pieces.push(Piece::Text(text.to_owned())),
        }
    }

    /// A value from outside: cleaned, at most 60 characters.
    fn say(&mut self, value: &str) {
        let clean: String = value.chars().filter(|c| !is_invisible(*c) && !c.is_control() && !"*_~`|<>#\\[]@:".contains(*c)).collect();
        let (mut short, long) = (clean.chars().take(60).collect::<String>(), clean.chars().nth(60).is_some());
        if long {
            short.push('…');
        }
        self.push(&short);
    }

    fn capped(self) -> ChatSafe {
        let mut left = MAX_CHARS;
        let mut capped = ChatSafe::default();
        for piece in self.pieces {
            let length = match &piece {
                Piece::Text(text) => text.chars().count(),
                Piece::Mention(mention) => mention.to_string().chars().count().max(24),
            };
            match (&piece, left.checked_sub(length)) {
                (Piece::Text(_) | Piece::Mention(_), Some(rest)) => left = rest,
                (Piece::Text(text), None) => {
                    let cut: String = text.chars().take(left).collect();
                    capped.push(&cut);
                    capped.push("…");
                    return capped;
                }
                (Piece::Mention(_), None) => {
                    capped.push("…");
                    return capped;
                }
            }
            match piece {
                Piece::Text(text) => capped.push(&text),
                Piece::Mention(mention) => capped.pieces.push(Piece::Mention(mention)),
            }
        }
        capped
    }
}

impl fmt::Display for ChatSafe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.pieces().try_for_each(|piece| match piece {
            ChatPiece::Text(text) => f.write_str(text),
            ChatPiece::Mention(mention) => mention.fmt(f),
        })
    }
}

impl fmt::Display for Mention {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "@{}", self.1)
    }
}

/// A literal of the source code, a constant, so that no text made at run time can pose as one.
#[doc(hidden)]
pub trait Literal {
    const TEXT: &'static str;
}

/// How many `{}` a literal has; any other brace does not compile.
#[doc(hidden)]
pub const fn holes(text: &str) -> usize {
    let bytes = text.as_bytes();
    let (mut place, mut holes) = (0, 0);
    while place < bytes.len() {
        if bytes[place] == b'{' {
            assert!(place + 1 < bytes.len() && bytes[place + 1] == b'}', "a chat text may have empty braces only");
            holes += 1;
            place += 1;
        } else {
            assert!(bytes[place] != b'}', "a chat text may have empty braces only");
        }
        place += 1;
    }
    holes
}

/// Weaves a [`ChatSafe`](crate::domain::ChatSafe) from a literal and values that may be said in chat: `chat!("{} 转为{}。", no, light)`.
/// Each `{}` takes one value; a wrong number of values does not compile, nor does a value of a type that may not be said:
///
/// ```compile_fail
/// let payee = String::from("张三");
/// jingling::chat!("收款人 {}", payee);
/// ```
///
/// nor a text made at run time in the place of the literal:
///
/// ```compile_fail
/// let text: &'static str = String::from("张三").leak();
/// jingling::chat!(text);
/// ```
#[macro_export]
macro_rules! chat {
    ($literal:literal $(, $value:expr)* $(,)?) => {{
        struct Here;
        impl $crate::domain::chat_safe::Literal for Here {
            const TEXT: &'static str = $literal;
        }
        const _: () = assert!(
            $crate::domain::chat_safe::holes($literal) == <[&str]>::len(&[$(stringify!($value)),*]),
            "each pair of braces in a chat text needs one value"
        );
        $crate::domain::ChatSafe::weave::<Here>(&[$(&$value),*])
    }};
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, NaiveDate, Utc};

    use super::*;
    use crate::domain::{DocNo, Level, Money, Refusal, RuleCode, RuleName, SectionName, VoucherNo, WarningNo, WarningState};

    fn zhang() -> Mention {
        Mention(StaffId(7), StaffName::new("张敏").unwrap())
    }

    #[test]
    fn a_message_reads_as_written() {
        let no = WarningNo::new(2026, 123).unwrap();
        let date: NaiveDate = "2026-11-30".parse().unwrap();
        let time: DateTime<Utc> = "2026-11-23T02:02:00Z".parse().unwrap();
        let text = chat!(
            "{} {}预警 {}({})\n股室 {} · 金额 {} 元\n期限 {}({} 个工作日) · {} · {}\n— {} {}触发 · {}",
            Sign(WarningState::YellowOpen.light()),
            WarningState::YellowOpen.light(),
            no,
            RuleCode::new("ZC09").unwrap(),
            SectionName::new("社保股").unwrap(),
            Money::from_fen(1_280_000).unwrap(),
            date,
            5_usize,
            WarningState::YellowOpen,
            zhang(),
            time,
            Level::Yellow,
            Percent::of(3, 8),
        );
        insta::assert_snapshot!(text, @r"
        🟡 黄灯预警 YJ2026-000123(ZC09)
        股室 社保股 · 金额 12,800.00 元
        期限 11月30日(5 个工作日) · 待核实 · @张敏
        — 11-23 10:02 黄灯触发 · 37.5%
        ");
        assert_eq!(text.pieces().filter(|piece| matches!(piece, ChatPiece::Mention(mention) if mention.0 == StaffId(7))).count(), 1);
    }

    #[test]
    fn pieces_put_together() {
        let list = ChatSafe::list([chat!("{}", zhang()), chat!("财监股")]);
        assert_eq!(
            ChatSafe::lines([chat!("经办 {}", list), chat!(""), chat!("{}", FullDate("2026-01-02".parse().unwrap()))]).to_string(),
            "经办 @张敏、财监股\n\n2026-01-02"
        );
        assert_eq!(ChatSafe::lines([ChatSafe::fixed("/帮助"), chat!("{}", Refusal::StillOpen)]).to_string(), "/帮助\n还没有处理完毕,不用重开。");
        assert!(chat!("").is_empty());
        assert_eq!(chat!("{} {}", Percent::of(1, 0), Percent::of(2, 3)).to_string(), "— 66.7%");
    }

    #[test]
    fn nothing_is_smuggled() {
        for (voucher, said) in [
            ("ZF202011230001", "ZF202011230001"),
            ("支字第0001号", "支字第0001号"),
            ("342427196503120012", "(尾号 0012)"),
            ("13812345678", "(尾号 5678)"),
            ("张三的1号", "(凭证号见系统)"),
            ("1@everyone", "(凭证号见系统)"),
            ("https://a.b/1", "(凭证号见系统)"),
            ("1\u{202E}2", "12"),
            ("1**2**", "(凭证号见系统)"),
            ("1`_`", "(凭证号见系统)"),
            ("<@1>", "(凭证号见系统)"),
        ] {
            assert_eq!(chat!("{}", VoucherNo::new(voucher).unwrap()).to_string(), said, "{voucher}");
        }
        for (doc, said) in [("皖财办[2019]1318号", "皖财办〔2019〕1318号"), ("张三 342427196503120012", "(文号不规范)"), ("@here", "(文号不规范)")]
        {
            assert_eq!(chat!("{}", DocNo::new(doc)).to_string(), said, "{doc}");
        }
        assert_eq!(ChatSafe::fixed("打 138 1234 5678").to_string(), "(文字已略去)");
        assert_eq!(chat!("{}", 342_427_196_503_120_012_i64).to_string(), "(数值过大)");
        assert_eq!(chat!("{}", 13_812_345_678_usize).to_string(), "(数值过大)");
        assert_eq!(chat!("{}", RuleName::new("规则 **a** <#1> @here http://c").unwrap()).to_string(), "规则 a 1 here http//c");
    }

    #[test]
    fn a_text_has_an_end() {
        let line = chat!("{}", SectionName::new("国库支付中心").unwrap());
        let long = ChatSafe::lines(std::iter::repeat_n(line, 1000)).to_string();
        assert_eq!(long.chars().count(), MAX_CHARS + 1);
        assert!(long.ends_with('…'));
    }
}
