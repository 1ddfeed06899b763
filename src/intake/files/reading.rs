//! How a cell is read (读法): what it says in the spelling of an event, or why it says nothing of the kind.

use std::collections::BTreeMap;

use chrono::Datelike;

use crate::domain::text::normalise;
use crate::sheet::amount::{AmountFault, Unit, amount_text};
use crate::sheet::cell::{Cell, CellFault, code_text};
use crate::sheet::date::{DateFault, Epoch, date, moment};

/// How the cells of a column are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    Text,
    /// Numbers that identify: digit by digit, blanks left out.
    Code,
    Money,
    Number,
    Count,
    Year,
    Month,
    Date,
    Time,
    Flag,
    Choice,
}

impl How {
    /// As mappings write them.
    pub const ALL: [(&str, How); 11] = [
        ("text", How::Text),
        ("code", How::Code),
        ("money", How::Money),
        ("number", How::Number),
        ("count", How::Count),
        ("year", How::Year),
        ("month", How::Month),
        ("date", How::Date),
        ("time", How::Time),
        ("flag", How::Flag),
        ("choice", How::Choice),
    ];

    pub fn named(name: &str) -> Option<How> {
        How::ALL.into_iter().find(|(known, _)| *known == name).map(|(_, how)| how)
    }
}

/// Why a cell is not what its column asks for. It never quotes the cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unread {
    #[error(transparent)]
    Cell(#[from] CellFault),
    #[error(transparent)]
    Amount(#[from] AmountFault),
    #[error(transparent)]
    Date(#[from] DateFault),
    #[error("应为年份,例如 2026")]
    Year,
    #[error("应为月份,例如 11、2026年11月或全年")]
    Month,
    #[error("应为 是 或 否")]
    Flag,
}

/// What a cell says: the text for the event, and the year where it tells one.
#[derive(Debug, PartialEq, Eq)]
pub struct Said {
    pub text: String,
    pub year: Option<i32>,
}

impl From<String> for Said {
    fn from(text: String) -> Said {
        Said { text, year: None }
    }
}

/// Reads a cell that is not blank.
pub fn read(cell: &Cell, how: How, words: &BTreeMap<String, Vec<String>>, unit: Unit, epoch: Epoch) -> Result<Said, Unread> {
    if let Cell::Fault(fault) = cell {
        return Err((*fault).into());
    }
    Ok(match how {
        How::Text => plain(cell).trim().to_owned().into(),
        How::Code => code(&code_text(cell)?).into(),
        How::Money => amount_text(cell, unit)?.into(),
        How::Number | How::Count => normalise(&plain(cell)).replace([',', ' '], "").into(),
        How::Year => year(cell, epoch)?.into(),
        How::Month => month(cell, epoch)?,
        How::Date => {
            let day = date(cell, epoch)?;
            Said { text: day.to_string(), year: Some(day.year()) }
        }
        // a day without a time of day begins at midnight in Shanghai
        How::Time => {
            let at = moment(cell, epoch)?;
            Said { text: at.format("%Y-%m-%dT%H:%M:%S+08:00").to_string(), year: Some(at.year()) }
        }
        How::Flag => flag(cell)?.into(),
        How::Choice => choice(cell, words).into(),
    })
}

/// What stands in the cell, as text.
pub fn plain(cell: &Cell) -> String {
    match cell {
        Cell::Empty | Cell::Fault(_) => String::new(),
        Cell::Text(text) | Cell::Number(text) => text.clone(),
        Cell::Date(day) => day.to_string(),
        Cell::Moment(at) => at.to_string(),
        Cell::Flag(flag) => if *flag { "是" } else { "否" }.to_owned(),
    }
}

/// Full-width letters and digits in half width, without blanks; other marks stay as they are, for they may tell two documents apart.
fn code(text: &str) -> String {
    let half = |c: char| match c {
        '\u{ff10}'..='\u{ff19}' | '\u{ff21}'..='\u{ff3a}' | '\u{ff41}'..='\u{ff5a}' | '\u{ff0d}' | '\u{ff0f}' => {
            char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c)
        }
        other => other,
    };
    text.chars().filter(|c| !c.is_whitespace() && *c != '\u{200b}' && *c != '\u{feff}').map(half).collect()
}

fn year(cell: &Cell, epoch: Epoch) -> Result<String, Unread> {
    let text = normalise(&plain(cell));
    let digits = text.trim_end_matches("年度").trim_end_matches('年');
    if digits.len() == 4 && digits.bytes().all(|b| b.is_ascii_digit()) {
        return Ok(digits.to_owned());
    }
    date(cell, epoch).map(|day| day.year().to_string()).map_err(|_| Unread::Year)
}

/// `11`, `11月`, `2026年11月`, `2026-11`, `202611`, `全年`, or a day of that month.
fn month(cell: &Cell, epoch: Epoch) -> Result<Said, Unread> {
    let text = normalise(&plain(cell)).replace(' ', "");
    let (year, rest) = match text.split_once(['年', '-', '/', '.']) {
        Some((year, rest)) => (Some(year), rest),
        None if text.len() == 6 && text.bytes().all(|b| b.is_ascii_digit()) => (text.get(..4), text.get(4..).unwrap_or_default()),
        None => (None, text.as_str()),
    };
    let year = year.map(|year| year.parse::<i32>().ok().filter(|year| (2000..=2100).contains(year)).ok_or(Unread::Month)).transpose();
    let rest = rest.trim_end_matches("份").trim_end_matches('月');
    if rest.is_empty() && text.ends_with('年') || matches!(rest, "全年" | "全年度" | "度") {
        return Ok(Said { text: "全年".to_owned(), year: year? });
    }
    if let Some(month) = rest.parse::<u32>().ok().filter(|month| (1..=12).contains(month))
        && rest.len() <= 2
    {
        return Ok(Said { text: format!("{month:02}"), year: year? });
    }
    let day = date(cell, epoch).map_err(|_| Unread::Month)?;
    Ok(Said { text: format!("{:02}", day.month()), year: Some(day.year()) })
}

fn flag(cell: &Cell) -> Result<String, Unread> {
    match normalise(&plain(cell)).to_lowercase().as_str() {
        "是" | "有" | "√" | "✓" | "y" | "yes" | "true" | "1" => Ok("true".to_owned()),
        "否" | "无" | "×" | "x" | "n" | "no" | "false" | "0" => Ok("false".to_owned()),
        _ => Err(Unread::Flag),
    }
}

/// The event's word for what the file writes; a word that nobody translates is passed on, and refused where it does not belong.
fn choice(cell: &Cell, words: &BTreeMap<String, Vec<String>>) -> String {
    let text = normalise(&plain(cell));
    let meant = words.iter().find(|(word, spellings)| normalise(word) == text || spellings.iter().any(|spelling| normalise(spelling) == text));
    meant.map_or(text.clone(), |(word, _)| word.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(how: How, text: &str) -> String {
        let words = BTreeMap::from([("≥".to_owned(), vec![">=".to_owned(), "不低于".to_owned()])]);
        match read(&Cell::Text(text.to_owned()), how, &words, Unit::TenThousand, Epoch::Y1900) {
            Ok(said) => said.text + &said.year.map(|year| format!(" of {year}")).unwrap_or_default(),
            Err(unread) => unread.to_string(),
        }
    }

    #[test]
    fn cells_are_read_as_their_column_asks() {
        for (how, text, meant) in [
            (How::Text, " 购置农机具　", "购置农机具"),
            (How::Code, "３４２４ 2719650312001x", "34242719650312001x"),
            (How::Code, "霍财办(2018]164号", "霍财办(2018]164号"),
            (How::Money, "1.28", "12800"),
            (How::Number, "１,２００.５", "1200.5"),
            (How::Year, "2026年度", "2026"),
            (How::Year, "今年", "应为年份,例如 2026"),
            (How::Month, "11月份", "11"),
            (How::Month, "2026年３月", "03 of 2026"),
            (How::Month, "202612", "12 of 2026"),
            (How::Month, "2026-11", "11 of 2026"),
            (How::Month, "2026年全年", "全年 of 2026"),
            (How::Month, "2026年", "全年 of 2026"),
            (How::Month, "2026年11月23日", "11 of 2026"),
            (How::Month, "13", "应为月份,例如 11、2026年11月或全年"),
            (How::Month, "第一批", "应为月份,例如 11、2026年11月或全年"),
            (How::Date, "2026.11.23", "2026-11-23 of 2026"),
            (How::Time, "2026-11-23", "2026-11-23T00:00:00+08:00 of 2026"),
            (How::Time, "2026/11/23 9:30:05", "2026-11-23T09:30:05+08:00 of 2026"),
            (How::Flag, "√", "true"),
            (How::Flag, "也许", "应为 是 或 否"),
            (How::Choice, "不低于", "≥"),
            (How::Choice, "大约", "大约"),
        ] {
            assert_eq!(said(how, text), meant, "{how:?} {text}");
        }
    }
}
