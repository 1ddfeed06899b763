//! Chat-safe text as Discord shows it: people are called by their account, and nothing in the text does more than be read.

use serenity::builder::CreateAllowedMentions;
use serenity::model::id::UserId;

use crate::config::Snowflake;
use crate::domain::{ChatPiece, ChatSafe, StaffId};

/// Discord's limit. It counts characters; UTF-16 units are never fewer.
const MAX_UNITS: usize = 2000;

/// A message's content and who is really called by it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    pub content: String,
    called: Vec<Snowflake>,
}

/// Renders a text; `account` knows whose account is bound. Who has none is called by name.
pub fn render(text: &ChatSafe, account: impl Fn(StaffId) -> Option<Snowflake>) -> Text {
    let mut rendered = Text { content: String::new(), called: Vec::new() };
    for piece in text.pieces() {
        match piece {
            ChatPiece::Text(text) => escape(text, &mut rendered.content),
            ChatPiece::Mention(mention) => match account(mention.0) {
                Some(account) => {
                    rendered.content.push_str(&format!("<@{account}>"));
                    rendered.called.push(account);
                }
                None => escape(mention.1.as_str(), &mut rendered.content),
            },
        }
    }
    cut(&mut rendered.content);
    rendered
}

impl Text {
    /// Exactly those who are meant: never everyone, never a role, whatever the text says.
    pub fn allowed_mentions(&self) -> CreateAllowedMentions {
        let mut called = self.called.clone();
        called.sort_unstable();
        called.dedup();
        CreateAllowedMentions::new().users(called.into_iter().map(|account| UserId::from(account.0)))
    }

    /// The same text, calling nobody: an edit notifies no one, and should look so.
    #[must_use]
    pub fn silent(self) -> Text {
        Text { called: Vec::new(), ..self }
    }
}

/// A text that does no more than be read.
pub fn plain(text: &str) -> String {
    let mut plain = String::new();
    escape(text, &mut plain);
    plain
}

/// Whatever Discord's markdown would read as more than text is preceded by a backslash, which it does not show.
fn escape(text: &str, out: &mut String) {
    for c in text.chars() {
        let fresh = out.rsplit('\n').next().is_none_or(|line| line.chars().all(|c| c == ' ' || c.is_ascii_digit()));
        if matches!(c, '\\' | '*' | '_' | '~' | '`' | '|' | '<' | '[' | ']' | '@') || (fresh && matches!(c, '#' | '>' | '-' | '+' | '.')) {
            out.push('\\');
        }
        out.push(c);
    }
}

fn cut(content: &mut String) {
    if content.encode_utf16().count() <= MAX_UNITS {
        return;
    }
    let mut units = 0;
    let fits = content.chars().take_while(|c| {
        units += c.len_utf16();
        units < MAX_UNITS
    });
    let kept: String = fits.collect();
    // not in the middle of an escape or of a call
    let kept = kept.rfind("<@").filter(|at| !kept[*at..].contains('>')).map_or(kept.as_str(), |at| &kept[..at]);
    *content = format!("{}…", kept.trim_end_matches('\\'));
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroU64;

    use super::*;
    use crate::chat;
    use crate::domain::{Mention, RuleName, StaffName, VoucherNo};

    fn nobody(_: StaffId) -> Option<Snowflake> {
        None
    }

    fn seven(id: StaffId) -> Option<Snowflake> {
        (id == StaffId(7)).then_some(Snowflake(NonZeroU64::new(80_351_110_224_678_912)?))
    }

    fn person(id: i64, name: &str) -> Mention {
        Mention(StaffId(id), StaffName::new(name).unwrap())
    }

    #[test]
    fn the_bound_are_called_and_the_unbound_named() {
        let text = render(&chat!("经办 {},{};{}", person(7, "张敏"), person(8, "李国强"), person(7, "张敏")), seven);
        assert_eq!(text.content, "经办 <@80351110224678912>,李国强;<@80351110224678912>");
        let allowed = serde_json::to_string(&text.allowed_mentions()).unwrap();
        assert_eq!(allowed, r#"{"parse":[],"users":["80351110224678912"],"roles":[]}"#);
        assert_eq!(serde_json::to_string(&text.silent().allowed_mentions()).unwrap(), r#"{"parse":[],"users":[],"roles":[]}"#);
    }

    #[test]
    fn a_text_is_only_read() {
        let hostile = [
            ("@everyone", r"\@everyone"),
            ("<@&1> <#2> <t:3>", r"\<\@&1> \<#2> \<t:3>"),
            ("**粗** __线__ ~~删~~ ||藏|| `码`", r"\*\*粗\*\* \_\_线\_\_ \~\~删\~\~ \|\|藏\|\| \`码\`"),
            ("[x](javascript:alert)", r"\[x\](javascript:alert)"),
            ("# 大\n> 引\n- 点\n 1. 一", "\\# 大\n\\> 引\n\\- 点\n 1\\. 一"),
            ("a - b > c # 2026-11-30 1.5", "a - b > c # 2026-11-30 1.5"),
            ("\\*", r"\\\*"),
        ];
        for (text, shown) in hostile {
            let mut out = String::new();
            escape(text, &mut out);
            assert_eq!(out, shown);
        }
    }

    #[test]
    fn what_comes_from_outside_arrives_cleaned() {
        let name = RuleName::new("规则 @here [x](javascript:1)*a*倒").unwrap();
        assert_eq!(render(&chat!("{}", name), nobody).content, "规则 here x(javascript1)a倒");
        assert_eq!(render(&chat!("{}", VoucherNo::new("1@everyone").unwrap()), nobody).content, "(凭证号见系统)");
    }

    #[test]
    fn four_thousand_characters_are_cut_where_nothing_breaks() {
        let mut long = "*".repeat(4000);
        let mut escaped = String::new();
        escape(&long, &mut escaped);
        cut(&mut escaped);
        assert!(escaped.encode_utf16().count() <= MAX_UNITS && escaped.ends_with("\\*…"));
        long = format!("{}<@80351110224678912>", "字".repeat(1990));
        cut(&mut long);
        assert_eq!(long, format!("{}…", "字".repeat(1990)));
        let all = ChatSafe::lines(std::iter::repeat_n(chat!("{}", person(7, "张敏")), 400));
        assert!(render(&all, seven).content.encode_utf16().count() <= MAX_UNITS);
    }
}
