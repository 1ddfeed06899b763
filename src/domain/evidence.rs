//! What of a rule and of its evidence may be said in chat (part 8 of the regulation, 个人信息保护法36条): the rule's own words, figures, and codes that nobody
//! could take for prose.

use super::find_personal;
use super::text::is_invisible;

/// A passage of a rule (规则原文): it was approved by two people and is about nobody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleText(String);

impl RuleText {
    /// The longest that is said at once.
    const LONGEST: usize = 400;

    /// `None` if it holds the number of a person or of a card all the same.
    pub fn new(text: &str) -> Option<RuleText> {
        let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
        // what a chat would take for its own marks
        let mut clean: String = words.chars().filter(|c| !is_invisible(*c) && !c.is_control() && !"*_~`|#\\@".contains(*c)).collect();
        if find_personal(&clean).is_some() {
            return None;
        }
        if let Some((end, _)) = clean.char_indices().nth(RuleText::LONGEST) {
            clean.truncate(end);
            clean.push('…');
        }
        Some(RuleText(clean))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A figure of evidence (数值): an amount, a number, a date, 是 or 否.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Figure(String);

impl Figure {
    /// `None` for anything that is not one, and for a number so long that it could be somebody's.
    pub fn new(text: &str) -> Option<Figure> {
        let digits = text.bytes().filter(u8::is_ascii_digit).count();
        let figure = matches!(text, "是" | "否") || (digits > 0 && text.bytes().all(|b| b.is_ascii_digit() || b",.-%".contains(&b)));
        // an amount is grouped by commas: no number of a person, card or phone is written so
        let could_be_somebodys = digits >= 7 && !text.contains([',', '-']) || find_personal(&text.replace(',', "")).is_some() && !text.contains('.');
        (figure && digits <= 20 && !could_be_somebodys).then(|| Figure(text.to_owned()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A code that stands in a table of the office (编码): of a function, a project, a unit, a month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableCode(String);

impl TableCode {
    /// `None` if it is none: prose, or a number that could be somebody's.
    pub fn new(text: &str) -> Option<TableCode> {
        let code = (1..=24).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-.:_/".contains(&b));
        (code && find_personal(text).is_none()).then(|| TableCode(text.to_owned()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_figures_and_nobodys_number() {
        for text in ["1,500.00", "4", "-12.5", "2026-11-23", "10%", "是", "0.30", "123,456,789.00"] {
            assert_eq!(Figure::new(text).as_ref().map(Figure::as_str), Some(text), "{text}");
        }
        for text in ["张三", "", "13812345678", "342427196503120012", "138-1234-5678", "种苗款", "6217000000017"] {
            assert_eq!(Figure::new(text), None, "{text}");
        }
    }

    #[test]
    fn codes_are_no_prose() {
        assert!(TableCode::new("2130505").is_some() && TableCode::new("XM-01").is_some());
        for text in ["产业奖补", "342427196503120012", "13812345678", ""] {
            assert_eq!(TableCode::new(text), None, "{text}");
        }
    }

    #[test]
    fn a_rule_is_quoted_without_marks_and_never_with_a_number_of_a_person() {
        assert_eq!(RuleText::new("支付金额 >  起点\n且 *笔数* >= 3 @all").unwrap().as_str(), "支付金额 > 起点 且 笔数 >= 3 all");
        assert_eq!(RuleText::new("收款 = 342427196503120012"), None);
        assert_eq!(RuleText::new(&"条".repeat(500)).unwrap().as_str().chars().count(), 401);
    }
}
