//! Why a warning was lit, as far as chat may hear it: figures, the rule's own words, and codes; a text that was told from outside stands at the terminal.

use crate::chat;
use crate::delivery::card::said;
use crate::domain::evidence::{Figure, RuleText, TableCode};
use crate::domain::{AllocationId, ChatSafe, DocNo, TownName, VoucherNo};
use crate::rules::explain::{ALL, ANY, Found, NOT, Says, Side, Term, mark};
use crate::store::bell::Gone;

/// A passage of a rule.
pub fn rule_text(text: &str) -> ChatSafe {
    RuleText::new(text).map_or_else(|| chat!("(见终端)"), |text| chat!("{}", text))
}

/// A figure of the evidence, or that it stands at the terminal.
pub fn figure(text: &str) -> ChatSafe {
    Figure::new(text).map_or_else(|| chat!("「见终端」"), |figure| chat!("{}", figure))
}

/// A text that was told from outside: said if it is a number, code or town of its field, or one of the rule's own words.
pub fn words(field: &str, text: &str, own: &str) -> ChatSafe {
    if own.split(['、', '\'', '"', '‘', '’', '“', '”', ',', '[', ']', ' ']).any(|word| word == text) {
        return rule_text(text);
    }
    match field.rsplit('.').next().unwrap_or_default() {
        "本级文号" | "上级文号" | "规范文号" => chat!("{}", DocNo::new(text)),
        "凭证号" | "申请号" | "原凭证号" => said(VoucherNo::new(text)),
        "指标编号" | "上级指标" => said(AllocationId::new(text)),
        "乡镇" => said(TownName::new(text)),
        "功能科目" | "经济科目" | "项目编码" | "单位编码" | "标准编号" | "绩效指标编号" | "发放月份" | "行号" => {
            TableCode::new(text).map_or_else(|| chat!("「见终端」"), |code| chat!("{}", code))
        }
        _ => chat!("「见终端」"),
    }
}

fn side(side: &Side, other: Option<&Side>) -> ChatSafe {
    let own = other.map(|other| match &other.found {
        Found::Literal => other.written.as_str(),
        Found::Given(given) => given.as_str(),
        Found::Figure(_) | Found::Words(_) | Found::Sealed | Found::Empty => "",
    });
    let written = rule_text(&side.written);
    match &side.found {
        Found::Literal => written,
        Found::Given(text) => chat!("{} {}", written, rule_text(text)),
        Found::Figure(text) => chat!("{} {}", written, figure(text)),
        Found::Words(text) => chat!("{} {}", written, words(&side.written, text, own.unwrap_or_default())),
        Found::Sealed => chat!("{} (密文)", written),
        Found::Empty => chat!("{} (空)", written),
    }
}

fn plain(term: &Term) -> ChatSafe {
    match &term.says {
        Says::All => ChatSafe::fixed(ALL),
        Says::Any => ChatSafe::fixed(ANY),
        Says::Not => ChatSafe::fixed(NOT),
        Says::Compares { left, sign, right } => {
            let signed = if sign.is_empty() { ChatSafe::default() } else { chat!(" {}", rule_text(sign)) };
            let right = right.as_ref().map(|right| chat!(" {}", side(right, Some(left)))).unwrap_or_default();
            chat!("{}{}{}", side(left, right_of(term)), signed, right)
        }
        Says::Asks { written, of } => chat!("{}:{}", rule_text(written), ChatSafe::list(of.iter().map(|asked| side(asked, None)))),
    }
}

const fn right_of(term: &Term) -> Option<&Side> {
    if let Says::Compares { right, .. } = &term.says { right.as_ref() } else { None }
}

/// One line, at its depth.
pub fn term(term: &Term) -> ChatSafe {
    let indent = ["", "  ", "    ", "      "].get(term.depth).copied().unwrap_or("        ");
    chat!("   {}{} {}", ChatSafe::fixed(indent), plain(term), ChatSafe::fixed(mark(term.holds)))
}

/// Why a bell does not ring any more.
pub fn gone(gone: &Gone) -> ChatSafe {
    match gone {
        Gone::TakenBack => chat!("所涉支付已全部退款、更正或撤销"),
        Gone::Unlit { terms, .. } => ChatSafe::list(
            crate::rules::explain::culprits(terms)
                .into_iter()
                .map(|term| if term.holds { chat!("{} 已经成立", plain(term)) } else { chat!("{} 不再成立", plain(term)) }),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn compared(written: &str, found: Found, sign: &str, right: &str) -> Term {
        let right = Side { written: right.to_owned(), found: Found::Literal };
        Term { depth: 1, says: Says::Compares { left: Side { written: written.to_owned(), found }, sign: sign.to_owned(), right: Some(right) }, holds: true }
    }

    #[test]
    fn figures_and_the_rules_own_words_are_said_and_nothing_that_was_told() {
        let words = |field: &str, text: &str, right: &str| term(&compared(field, Found::Words(text.to_owned()), "=", right)).to_string();
        assert_eq!(words("结算方式", "现金", "'现金'"), "     结算方式 现金 = '现金' ✓");
        assert_eq!(words("用途", "给张三的补助", "'种苗款'"), "     用途 「见终端」 = '种苗款' ✓");
        assert_eq!(words("本次.凭证号", "PZ-1", "原凭证号"), "     本次.凭证号 PZ-1 = 原凭证号 ✓");
        assert_eq!(words("收款人简称", "张*", "'李*'"), "     收款人简称 「见终端」 = '李' ✓");
        assert_eq!(term(&compared("支付金额", Found::Figure("1,500.00".into()), ">", "1000")).to_string(), "     支付金额 1,500.00 > 1000 ✓");
        assert_eq!(term(&compared("收款账号", Found::Sealed, "=", "付款账号")).to_string(), "     收款账号 (密文) = 付款账号 ✓");
    }
}
