//! Text that may stand in a letter.

use std::fmt;

use crate::domain::{find_personal, mask, normalise};

/// A text with nothing personal left whole: masked by what it is, or found to hold no number of a person. 个人信息保护法 36 条.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Masked(String);

impl Masked {
    /// A payee: a unit's name whole, a person's as 张*.
    pub fn payee(name: &str) -> Masked {
        Masked(mask::payee(name))
    }

    /// A person's name, 张*.
    pub fn name(name: &str) -> Masked {
        Masked(mask::name(name))
    }

    /// An identity number, first six and last four.
    pub fn id_no(id: &str) -> Masked {
        Masked(mask::id_no(id))
    }

    /// An account, last four.
    pub fn account(account: &str) -> Masked {
        Masked(mask::account(account))
    }

    /// The end of the journal's chain, 条数:校验值: digits of nobody, whatever they look like. `None` for anything else.
    pub fn chain_head(text: &str) -> Option<Masked> {
        let (count, hash) = text.split_once(':')?;
        let fits = count.parse::<i64>().is_ok() && hash.len() == 64 && hash.bytes().all(|b| b.is_ascii_hexdigit());
        fits.then(|| Masked(text.to_owned()))
    }

    /// Any other text on one line; if it holds an identity number, card or phone it is left out and says so.
    pub fn text(text: &str) -> Masked {
        Masked(find_personal(text).map_or_else(|| normalise(text), |kind| format!("(含{},请在单位内部系统查看)", kind.name())))
    }
}

impl fmt::Display for Masked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}
