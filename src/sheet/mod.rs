//! Tables out of the files that offices really send (表格): workbooks (.xlsx) and CSV, told apart by content, read row by row in bounded memory,
//! safe against broken and hostile ones. What a column means is not known here.

pub mod amount;
pub mod cell;
mod csv;
pub mod date;
pub mod fault;
mod guard;
pub mod header;
mod safety;
mod skip;

#[cfg(test)]
mod tests;
mod xlsx;
mod xml;

use std::path::Path;

pub use amount::{Unit, amount_text};
pub use cell::{Cell, CellFault, code_text};
pub use date::Epoch;
pub use fault::{FileFault, RowFault};
pub use header::{Column, Header};

/// A row of data (行).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// As the person sees it in Excel, from 1. Of a CSV file: the line it begins in.
    pub number: u32,
    /// One for each column up to the last titled one.
    pub cells: Vec<Cell>,
}

/// Why a row that is not empty was passed over, and which.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Skipped {
    pub row: u32,
    pub why: Skip,
}

/// What a row is that is no data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Skip {
    /// 合计, 小计, 总计 …
    Total,
    /// 注:…, 制表人:… below or between
    Note,
    /// the header once more, as on every printed page
    Header,
}

/// Columns looked at; Excel has 16 384, no table of an office a thousand.
const MOST_COLUMNS: usize = 1024;
/// The header must be among so many rows that are not empty …
const PREVIEW_ROWS: usize = 60;
/// … and not below this one.
const PREVIEW_UNTIL: u32 = 1000;
/// Text of one row.
const ROW_BYTES: usize = 1 << 20;

/// An opened table (已打开的表): iterate over it for its rows. A fault of kind [`FileFault::Row`] concerns that row only; after any other there is nothing more.
/// Empty rows do not appear; hidden rows do. Reading blocks: use it from a blocking thread.
pub struct Table {
    /// The name of the sheet taken; `None` for CSV.
    pub sheet: Option<String>,
    pub header: Header,
    /// From which day the workbook counts: [`date::date`] asks for it.
    pub epoch: Epoch,
    rows: Rows,
    reached: u32,
    total: u64,
    skipped: Vec<Skipped>,
}

enum Rows {
    Workbook(xlsx::Rows),
    Text(Box<csv::Rows>),
}

impl Table {
    /// What was passed over so far, other than empty rows.
    pub fn skipped(&self) -> &[Skipped] {
        &self.skipped
    }

    /// How far reading has come: the row reached, and how many there may be.
    pub fn progress(&self) -> (u64, u64) {
        (u64::from(self.reached), self.total.max(u64::from(self.reached)))
    }
}

impl Iterator for Table {
    type Item = Result<Row, FileFault>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let next = match &mut self.rows {
                Rows::Workbook(rows) => rows.next(),
                Rows::Text(rows) => rows.next(),
            }?;
            let mut row = match next {
                Ok(row) => row,
                Err(fault) => return Some(Err(fault)),
            };
            self.reached = row.number;
            let ragged = match &self.rows {
                Rows::Workbook(_) => None,
                Rows::Text(rows) => rows.ragged(&row),
            };
            row.cells.resize(self.header.width(), Cell::Empty);
            let skip = skip::judge(&row, &self.header);
            match (skip, ragged) {
                (Some(why), _) => self.skipped.push(Skipped { row: row.number, why }),
                (None, Some(fault)) => return Some(Err(FileFault::Row(row.number, fault))),
                (None, None) if row.cells.iter().all(Cell::is_blank) => {}
                (None, None) => return Some(Ok(row)),
            }
        }
    }
}

/// Opens a file and finds its header: the row (or two) in which most of the `wanted` titles stand, in the sheet named or else in the one that fits.
/// `wanted` holds every title that may occur, other spellings of one field included. The whole file is looked through first, so that what is cut, damaged
/// or dangerous is refused before any row of it is used.
pub fn open(path: &Path, wanted: &[&str], sheet: Option<&str>) -> Result<Table, FileFault> {
    let mut file = safety::open_file(path)?;
    let wanted = header::Wanted::new(wanted);
    let table = match safety::kind(&mut file)? {
        safety::Kind::Workbook => {
            let total = safety::inspect(&mut file)?.rows;
            let (opened, rows) = xlsx::open(file, wanted, sheet)?;
            Table {
                sheet: Some(opened.sheet),
                header: opened.found.header,
                epoch: opened.epoch,
                rows: Rows::Workbook(rows),
                reached: 0,
                total,
                skipped: Vec::new(),
            }
        }
        safety::Kind::Text => {
            let (found, rows) = csv::open(file, &wanted)?;
            let total = rows.total;
            Table { sheet: None, header: found.header, epoch: Epoch::Y1900, rows: Rows::Text(Box::new(rows)), reached: 0, total, skipped: Vec::new() }
        }
    };
    table.header.check()?;
    Ok(table)
}
