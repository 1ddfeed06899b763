//! Document number (指标文号): 代字〔年份〕序号, however it was typed.

use std::fmt;

use super::text::{is_han, normalise};

/// A document number: the text as received beside the form that is compared, e.g. `霍财办(2018]164号` → `霍财办〔2018〕164号`.
/// A text that is no document number keeps its normalised self and says so (GB/T 9704 knows the regular form).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct DocNo {
    raw: String,
    normal: String,
    regular: bool,
}

impl DocNo {
    /// Reads any text; never fails.
    pub fn new(raw: &str) -> DocNo {
        let text = normalise(raw);
        match regular_form(&text) {
            Some(normal) => DocNo { raw: raw.to_owned(), normal, regular: true },
            None => DocNo { raw: raw.to_owned(), normal: text, regular: false },
        }
    }

    /// As it was received.
    pub fn raw(&self) -> &str {
        &self.raw
    }

    /// What is compared, hashed and shown.
    pub fn normal(&self) -> &str {
        &self.normal
    }

    /// True when the text has all parts of a document number.
    pub const fn is_regular(&self) -> bool {
        self.regular
    }
}

impl fmt::Display for DocNo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.normal)
    }
}

/// 代字 (2–12 Chinese characters), an opening and a closing bracket of any kind, a year between them, a number, 号.
fn regular_form(text: &str) -> Option<String> {
    let tight: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let (issuer, rest) = tight.split_once(|c| "[(〔【「『{<《〈".contains(c))?;
    let (year, rest) = rest.split_once(|c| "])〕】」』}>》〉".contains(c))?;
    let number = rest.strip_suffix('号')?;
    let number = number.strip_prefix('第').unwrap_or(number).trim_start_matches('0');

    let digits = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
    let issuer_fits = (2..=12).contains(&issuer.chars().count()) && issuer.chars().all(is_han);
    let year_fits = digits(year) && year.len() == 4 && ("1949".."2100").contains(&year);
    (issuer_fits && year_fits && digits(number) && number.len() <= 6).then(|| format!("{issuer}〔{year}〕{number}号"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn odd_spellings_become_the_regular_one() {
        for (typed, meant) in [
            ("皖财办[2019]1318号", "皖财办〔2019〕1318号"),
            ("霍财办(2018]164号", "霍财办〔2018〕164号"),
            ("霍财办（２０１８）１６４号", "霍财办〔2018〕164号"),
            (" 皖财农 【2020】 第 0012 号", "皖财农〔2020〕12号"),
            ("国办发〔2018〕35号", "国办发〔2018〕35号"),
        ] {
            let doc = DocNo::new(typed);
            assert!(doc.is_regular(), "{typed}");
            assert_eq!((doc.normal(), doc.raw()), (meant, typed));
            assert_eq!(DocNo::new(meant).normal(), meant);
        }
    }

    #[test]
    fn what_is_no_number_keeps_its_text() {
        for (typed, kept) in [
            ("皖财办２０１９", "皖财办2019"),
            ("〔2019〕1318号", "〔2019〕1318号"),
            ("皖财办〔19〕1318号", "皖财办〔19〕1318号"),
            ("皖财办〔2019〕0号", "皖财办〔2019〕0号"),
            ("abc〔2019〕1号", "abc〔2019〕1号"),
            ("", ""),
        ] {
            let doc = DocNo::new(typed);
            assert!(!doc.is_regular(), "{typed}");
            assert_eq!(doc.to_string(), kept);
        }
    }
}
