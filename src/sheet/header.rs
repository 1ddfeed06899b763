//! The header of a table: which row it is, what its columns are called, and in which unit they count.

use std::collections::HashMap;

use super::Row;
use super::amount::Unit;
use super::cell::Cell;
use super::fault::FileFault;
use crate::domain::text::normalise;

/// A column with a title (列).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its place in [`Row::cells`], from 0.
    pub index: usize,
    /// The title as it is compared: normalised, without blanks and without its unit; of a two-line header both lines, as 收款人姓名.
    pub title: String,
    /// Which of the wanted titles it is, spelt as the caller spelt it.
    pub wanted: Option<String>,
    /// What its amounts are counted in: by its own title, or else by the line 单位:万元 above the table.
    pub unit: Unit,
}

/// The header of a table (表头).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// The row it stands in as Excel counts, from 1; the lower one of two.
    pub row: u32,
    /// Columns with a title, from left to right.
    pub columns: Vec<Column>,
}

impl Header {
    /// The column of a wanted title, spelt as in the call of [`open`](super::open()).
    pub fn column(&self, wanted: &str) -> Option<&Column> {
        self.columns.iter().find(|c| c.wanted.as_deref() == Some(wanted))
    }

    /// How many cells of a row matter.
    pub(super) fn width(&self) -> usize {
        self.columns.last().map_or(0, |c| c.index + 1)
    }

    /// A title that stands over two columns cannot be mapped.
    pub(super) fn check(&self) -> Result<(), FileFault> {
        for (place, column) in self.columns.iter().enumerate() {
            let earlier = self.columns.iter().take(place).find(|c| c.wanted.is_some() && c.wanted == column.wanted);
            if let (Some(earlier), Some(title)) = (earlier, &column.wanted) {
                return Err(FileFault::SameTitle(title.clone(), letter(earlier.index), letter(column.index)));
            }
        }
        Ok(())
    }
}

/// The column as Excel names it: A, B … AA.
fn letter(index: usize) -> String {
    let last = char::from(b'A' + u8::try_from(index % 26).unwrap_or(0));
    if index < 26 { last.to_string() } else { format!("{}{last}", letter(index / 26 - 1)) }
}

/// The titles that may occur, by the form in which they are compared.
pub(super) struct Wanted {
    by_key: HashMap<String, String>,
    enough: usize,
    examples: Vec<String>,
}

impl Wanted {
    pub fn new(titles: &[&str]) -> Wanted {
        let by_key: HashMap<String, String> = titles.iter().map(|t| (key(t).0, (*t).to_owned())).collect();
        Wanted { enough: by_key.len().clamp(1, 2), by_key, examples: titles.iter().take(8).map(|t| (*t).to_owned()).collect() }
    }

    pub fn missing(&self) -> FileFault {
        FileFault::NoHeader(self.examples.clone())
    }
}

/// A title as it is compared, and its unit if it names one.
pub(super) fn key(title: &str) -> (String, Option<Unit>) {
    let plain: String = normalise(title).chars().filter(|c| !c.is_whitespace()).collect::<String>().to_lowercase();
    let plain = plain.trim_matches(['*', ':', '\'']);
    match Unit::at_end(plain) {
        Some((unit, rest)) if !rest.is_empty() => (rest.to_owned(), Some(unit)),
        Some(_) | None => (plain.to_owned(), None),
    }
}

/// A header that was found among the first rows.
pub(super) struct Found {
    pub header: Header,
    /// How many wanted titles stand in it.
    pub score: usize,
    /// How many cells its row has.
    pub fields: usize,
    pub has_data: bool,
}

/// Where the header may be: how many wanted titles stand there, and how many of them are joined from two lines.
struct Candidate {
    met: usize,
    joined: usize,
    start: usize,
    lines: usize,
    columns: Vec<Column>,
}

fn is_joined(lines: &[Row], column: &Column) -> bool {
    lines.len() > 1 && lines.last().and_then(|row| title(row, column.index)).is_some_and(|lower| key(lower).0 != column.title)
}

/// The row, or the two rows, in which most of the wanted titles stand; where several are equal, the one in which the titles of both lines together are meant
/// (收款人 over 姓名), then one row rather than two, then the first.
pub(super) fn find(rows: &[Row], wanted: &Wanted) -> Result<Option<Found>, FileFault> {
    let mut best: Option<Candidate> = None;
    for lines in [1, 2] {
        for (start, some) in rows.windows(lines).enumerate() {
            let adjoining = some.first().zip(some.last()).is_some_and(|(a, b)| b.number - a.number < 2);
            let columns = if adjoining { columns(some, wanted) } else { Vec::new() };
            let met = columns.iter().filter(|c| c.wanted.is_some()).count();
            let joined = columns.iter().filter(|c| c.wanted.as_ref().is_some_and(|w| key(w).0 == c.title) && is_joined(some, c)).count();
            if met >= wanted.enough && best.as_ref().is_none_or(|b| (met, joined) > (b.met, b.joined)) {
                best = Some(Candidate { met, joined, start, lines, columns });
            }
        }
    }
    let Some(Candidate { met: score, start, lines, mut columns, .. }) = best else { return Ok(None) };
    let unit = unit_above(rows.get(..start).unwrap_or_default())?;
    let own = rows.get(start..start + lines).unwrap_or_default();
    for column in &mut columns {
        let named =
            own.iter().rev().find_map(|row| title(row, column.index).and_then(|t| key(t).1)).or_else(|| merged(own, column.index).and_then(|t| key(t).1));
        column.unit = named.or(unit).unwrap_or_default();
    }
    let fields = own.iter().map(|r| r.cells.len()).max().unwrap_or(0);
    let row = own.last().map_or(0, |r| r.number);
    Ok(Some(Found { header: Header { row, columns }, score, fields, has_data: rows.len() > start + lines }))
}

fn title(row: &Row, index: usize) -> Option<&str> {
    match row.cells.get(index) {
        Some(Cell::Text(text)) if text.len() <= 600 && !key(text).0.is_empty() => Some(text),
        Some(Cell::Empty | Cell::Text(_) | Cell::Number(_) | Cell::Date(_) | Cell::Moment(_) | Cell::Flag(_) | Cell::Fault(_)) | None => None,
    }
}

/// The title of the upper line that stands over a column: its own, or the nearest one to the left, as merged cells show it.
fn merged(lines: &[Row], index: usize) -> Option<&str> {
    let upper = lines.first()?;
    (0..=index).rev().find_map(|at| title(upper, at))
}

fn columns(lines: &[Row], wanted: &Wanted) -> Vec<Column> {
    let width = lines.iter().map(|r| r.cells.len()).max().unwrap_or(0);
    let two = lines.len() > 1;
    let mut columns = Vec::new();
    for index in 0..width {
        let lower = lines.last().and_then(|row| title(row, index)).map(|t| key(t).0);
        let upper = lines.first().filter(|_| two).and_then(|row| title(row, index)).map(|t| key(t).0);
        let names = match (upper, lower) {
            (_, None) if !two => continue,
            (None, None) => continue,
            (Some(upper), None) => vec![upper],
            (_, Some(lower)) => match merged(lines, index).filter(|_| two) {
                Some(over) => vec![format!("{}{lower}", key(over).0), lower],
                None => vec![lower],
            },
        };
        let wanted = names.iter().find_map(|name| wanted.by_key.get(name)).cloned();
        let title = names.into_iter().next().unwrap_or_default();
        columns.push(Column { index, title, wanted, unit: Unit::Yuan });
    }
    columns
}

/// The unit that the rows above the header name: 单位:万元 in a cell of its own or in two, or (万元) at the end of the title.
fn unit_above(rows: &[Row]) -> Result<Option<Unit>, FileFault> {
    let mut units = Vec::new();
    for row in rows {
        let texts: Vec<&str> = (0..row.cells.len()).filter_map(|index| title(row, index)).collect();
        let line: String = normalise(&texts.concat()).chars().filter(|c| !c.is_whitespace()).collect();
        if let Some((_, rest)) = line.split_once("单位:") {
            units.extend(rest.split([',', '、', ';', '/', '(', ')', '。']).filter_map(Unit::named));
        }
        units.extend(texts.iter().filter(|t| normalise(t).ends_with(')')).filter_map(|t| key(t).1));
    }
    units.dedup();
    match units.as_slice() {
        [] => Ok(None),
        [one] => Ok(Some(*one)),
        [..] => Err(FileFault::SeveralUnits),
    }
}
