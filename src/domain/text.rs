//! Text as it is compared: one spelling for what people type in many.

use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfkc_quick};

/// The text in the form that is hashed and compared: NFKC (full-width forms become plain), invisible marks dropped,
/// white space folded to single blanks and trimmed, the dots inside names (• ‧ ・ …) written as `·`. Doing it twice changes nothing.
pub fn normalise(text: &str) -> String {
    if text.bytes().all(|byte| byte.is_ascii_graphic()) {
        return text.to_owned();
    }
    let visible = || text.chars().filter(|c| !is_invisible(*c));
    let plain: String = match is_nfkc_quick(visible()) {
        IsNormalized::Yes => visible().map(one_dot).collect(),
        IsNormalized::No | IsNormalized::Maybe => visible().nfkc().map(one_dot).collect(),
    };
    let mut folded = String::with_capacity(plain.len());
    for word in plain.split_whitespace() {
        if !folded.is_empty() {
            folded.push(' ');
        }
        folded.push_str(word);
    }
    folded
}

/// A Chinese character (汉字), rare ones of the later planes and 〇 included.
pub const fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{323AF}' | '〇')
}

/// Control characters that are not white space, direction marks, zero-width and variation marks: nothing a reader could see.
pub(super) fn is_invisible(c: char) -> bool {
    (c.is_control() && !c.is_whitespace())
        || matches!(c, '\u{00AD}' | '\u{034F}' | '\u{061C}' | '\u{115F}' | '\u{1160}' | '\u{3164}' | '\u{FFA0}' | '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}')
        || matches!(c, '\u{2060}'..='\u{206F}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E0FFF}')
}

const fn one_dot(c: char) -> char {
    match c {
        '•' | '‧' | '・' | '∙' | '⋅' | '⸱' => '·',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn many_spellings_are_one() {
        for (typed, meant) in [
            ("  张　敏 ", "张 敏"),
            ("６２１７７８", "621778"),
            ("阿依古丽•买买提", "阿依古丽·买买提"),
            ("阿依古丽‧买买提", "阿依古丽·买买提"),
            ("阿依古丽・买买提", "阿依古丽·买买提"),
            ("阿依古丽･买买提", "阿依古丽·买买提"),
            ("张\u{200B}敏\u{202E}", "张敏"),
            ("农副产品\r\n\t收购", "农副产品 收购"),
            ("", ""),
        ] {
            assert_eq!(normalise(typed), meant, "{typed:?}");
        }
    }

    #[test]
    fn no_character_becomes_another_the_second_time() {
        for c in '\0'..=char::MAX {
            let once = normalise(&format!("甲{c}乙"));
            assert_eq!(normalise(&once), once, "{:x}", u32::from(c));
        }
    }

    proptest! {
        #[test]
        fn twice_is_once(text in "\\PC*") {
            let once = normalise(&text);
            prop_assert_eq!(normalise(&once), once);
        }
    }
}
