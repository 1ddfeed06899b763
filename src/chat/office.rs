//! The desk as the console sees it.

use crate::chat::console::{Answer, Desk as ConsoleDesk};
use crate::delivery::card::warning_no;
use crate::desk::{Account, Desk};
use crate::domain::Level;
use crate::store::{StoreError, staff, warning};

/// The office behind a terminal.
#[derive(Debug)]
pub struct Office {
    desk: Desk,
    people: Vec<(String, String)>,
}

/// Open warnings offered for completion.
const OFFERED: i64 = 500;

impl Office {
    /// Loads the people who may be named.
    pub async fn open(desk: Desk) -> Result<Office, StoreError> {
        let settings = &desk.orders.settings;
        let people = staff::all(&desk.store).await?.into_iter().map(|person| (person.name, settings.section_name(&person.section))).collect();
        Ok(Office { desk, people })
    }
}

impl ConsoleDesk for Office {
    async fn say(&self, speaker: &str, line: &str) -> Answer {
        Answer { text: self.desk.hear(speaker, Account::Console, line).await.to_string() }
    }

    fn speakers(&self) -> Vec<(String, String)> {
        self.people.clone()
    }

    async fn numbers(&self) -> Vec<String> {
        let open = warning::open_numbers(&self.desk.store, OFFERED).await.unwrap_or_default();
        open.into_iter().filter_map(|(no, ..)| warning_no(no)).map(|no| no.to_string()).collect()
    }

    async fn placeholder(&self, word: &str) -> Option<String> {
        let open = warning::open_numbers(&self.desk.store, i64::MAX).await.ok()?;
        let (level, rule, nth) = match word.split_once([':', ':']) {
            Some((level, rule)) => (Level::from_name(level)?, Some(rule), 1),
            None => {
                let digits = word.find(|c: char| c.is_ascii_digit())?;
                (Level::from_name(word.get(..digits)?)?, None, word.get(digits..)?.parse().ok()?)
            }
        };
        let of_kind = open.into_iter().filter(|(_, at, of)| *at == level && rule.is_none_or(|rule| of == rule));
        of_kind.map(|(no, ..)| no).nth(nth - 1).and_then(warning_no).map(|no| no.to_string())
    }
}
