//! Pages of a list.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::line::fold;
use crate::spec::{Kind, Param};
use crate::values::Argument;

/// Which page of a list (页), from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u32", into = "u32")]
pub struct Page(u32);

/// The option of a list that has pages.
pub(crate) const PAGE: Param = Param::optional("页", Kind::Page, "第几页,不写就是第 1 页");

impl Page {
    /// Nobody turns so many.
    const LAST: u32 = 9999;

    pub const fn number(self) -> u32 {
        self.0
    }

    pub const fn is_first(&self) -> bool {
        self.0 == 1
    }

    /// How many entries stand on the pages before it, so many a page.
    pub const fn skips(self, a_page: i64) -> i64 {
        (self.0 as i64 - 1) * a_page
    }
}

impl Default for Page {
    fn default() -> Page {
        Page(1)
    }
}

impl TryFrom<u32> for Page {
    type Error = &'static str;

    fn try_from(number: u32) -> Result<Page, Self::Error> {
        if (1..=Page::LAST).contains(&number) { Ok(Page(number)) } else { Err("应是 1 到 9999 的数字,例如 页=2。") }
    }
}

impl From<Page> for u32 {
    fn from(page: Page) -> u32 {
        page.0
    }
}

/// `2`, `第2页`
impl Argument for Page {
    fn read(word: &str, _: NaiveDate) -> Result<Page, String> {
        let folded = fold(word);
        let bare = folded.strip_prefix('第').unwrap_or(&folded);
        let digits = Some(bare.strip_suffix('页').unwrap_or(bare)).filter(|digits| digits.bytes().all(|b| b.is_ascii_digit()));
        let number = digits.and_then(|digits| digits.parse().ok()).unwrap_or(0);
        Page::try_from(number).map_err(str::to_owned)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_count_from_one() {
        for (word, number) in [("2", Some(2)), ("第３页", Some(3)), ("9999", Some(9999)), ("0", None), ("10000", None), ("-1", None), ("二", None), ("", None)]
        {
            assert_eq!(Page::read(word, NaiveDate::default()).ok().map(Page::number), number, "{word}");
        }
        assert_eq!((Page::default().skips(15), Page(3).skips(15)), (0, 30));
        assert!(serde_json::from_str::<Page>("0").is_err());
    }
}
