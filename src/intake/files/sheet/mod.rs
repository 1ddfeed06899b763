//! Tables out of the files that offices really send (表格): workbooks (.xlsx) and CSV, told apart by content, read row by row in bounded memory,
//! safe against broken and hostile ones. What a column means is not known here.

pub mod amount;
pub mod cell;
pub mod date;
pub mod fault;
pub mod header;

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

/// An opened table (已打开的表): iterate over it for its rows. A fault of kind [`FileFault::Row`] concerns that row only; after any other there is nothing more.
/// Reading blocks: use it from a blocking thread.
pub struct Table {
    /// The name of the sheet taken; `None` for CSV.
    pub sheet: Option<String>,
    pub header: Header,
    /// From which day the workbook counts: [`date::date`] asks for it.
    pub epoch: Epoch,
    skipped: Vec<Skipped>,
}

impl Table {
    /// What was passed over so far, other than empty rows.
    pub fn skipped(&self) -> &[Skipped] {
        &self.skipped
    }

    /// How far reading has come: (done, of all), in no particular unit.
    pub fn progress(&self) -> (u64, u64) {
        (0, 0)
    }
}

impl Iterator for Table {
    type Item = Result<Row, FileFault>;

    fn next(&mut self) -> Option<Self::Item> {
        None
    }
}

/// Opens a file and finds its header: the first row (or two) in which enough of the `wanted` titles stand, in the sheet named or else in the one that fits.
/// `wanted` holds every title that may occur, other spellings of one field included.
pub fn open(path: &Path, _wanted: &[&str], _sheet: Option<&str>) -> Result<Table, FileFault> {
    let _ = path;
    Err(FileFault::UnknownKind)
}
