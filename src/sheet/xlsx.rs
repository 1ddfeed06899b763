//! Workbooks, by calamine, cell by cell in a thread of their own: a parser that gives up on a hostile file takes nothing with it, and reading goes on while rows are used.

use std::fs::File;
use std::io::{BufReader, Read, Seek};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

use calamine::{DataRef, Reader, SheetType, SheetVisible, Xlsx, XlsxCellFormulaMetadataRecord, XlsxCellReader, XlsxError};
use chrono::{NaiveDateTime, NaiveTime};

use super::cell::{Cell, CellFault};
use super::date::{Epoch, moment};
use super::fault::{FileFault, RowFault};
use super::header::{Found, Wanted, find};
use super::{MOST_COLUMNS, PREVIEW_ROWS, PREVIEW_UNTIL, ROW_BYTES, Row};

/// Rows handed over at once, and how many such lots may wait.
const LOT: usize = 128;
const LOTS: usize = 4;

/// What the reading thread says.
enum Said {
    Opened(Box<Opened>),
    Rows(Vec<Result<Row, FileFault>>),
    /// The last word; a thread that ends without it has failed.
    Done,
}

pub(super) struct Opened {
    pub sheet: String,
    pub found: Found,
    pub epoch: Epoch,
}

/// The rows below the header.
pub(super) struct Rows {
    said: Receiver<Said>,
    lot: std::vec::IntoIter<Result<Row, FileFault>>,
    over: bool,
}

/// Opens a workbook that was looked through before.
pub(super) fn open(file: File, wanted: Wanted, sheet: Option<&str>) -> Result<(Opened, Rows), FileFault> {
    let (say, said) = sync_channel(LOTS);
    let sheet = sheet.map(str::to_owned);
    thread::Builder::new().name("workbook".to_owned()).spawn(move || {
        // Whoever no longer listens has dropped the table.
        let _ = match read(file, &wanted, sheet.as_deref(), &say) {
            Ok(()) => say.send(Said::Done),
            Err(fault) => say.send(Said::Rows(vec![Err(fault)])),
        };
    })?;
    match said.recv() {
        Ok(Said::Opened(opened)) => Ok((*opened, Rows { said, lot: Vec::new().into_iter(), over: false })),
        Ok(Said::Rows(lot)) => Err(lot.into_iter().find_map(Result::err).unwrap_or(FileFault::Broken)),
        Ok(Said::Done) | Err(_) => Err(FileFault::Broken),
    }
}

impl Iterator for Rows {
    type Item = Result<Row, FileFault>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(row) = self.lot.next() {
                self.over |= row.as_ref().is_err_and(|f| f.row().is_none());
                return Some(row);
            }
            if self.over {
                return None;
            }
            match self.said.recv() {
                Ok(Said::Rows(lot)) => self.lot = lot.into_iter(),
                Ok(Said::Done) => self.over = true,
                Ok(Said::Opened(_)) | Err(_) => {
                    self.over = true;
                    return Some(Err(FileFault::Broken));
                }
            }
        }
    }
}

fn read(file: File, wanted: &Wanted, sheet: Option<&str>, say: &SyncSender<Said>) -> Result<(), FileFault> {
    let mut workbook = Xlsx::new(BufReader::new(file)).map_err(of_calamine)?;
    let epoch = if workbook.has_1904_epoch() { Epoch::Y1904 } else { Epoch::Y1900 };
    let opened = choose(&mut workbook, wanted, sheet, epoch)?;
    let (name, from, width) = (opened.sheet.clone(), opened.found.header.row, opened.found.header.width());
    if say.send(Said::Opened(Box::new(opened))).is_err() {
        return Ok(());
    }
    let mut rows = SheetRows::new(workbook.worksheet_cells_reader(&name).map_err(of_calamine)?, epoch, width, u32::MAX);
    let mut lot = Vec::with_capacity(LOT);
    while let Some(row) = rows.next_row().unwrap_or_else(|fatal| Some(Err(fatal))) {
        let fatal = row.as_ref().is_err_and(|f| f.row().is_none());
        if fatal {
            lot.push(row);
            break;
        }
        if row.as_ref().map_or_else(|f| f.row(), |r| Some(r.number)).is_some_and(|number| number > from) {
            lot.push(row);
        }
        if lot.len() == LOT && say.send(Said::Rows(std::mem::replace(&mut lot, Vec::with_capacity(LOT)))).is_err() {
            return Ok(());
        }
    }
    // If nobody listens any more, the last word finds nobody either.
    let _ = say.send(Said::Rows(lot));
    Ok(())
}

/// The sheet that was named, or the one visible sheet whose header fits. Another one whose header holds at least half as many wanted titles, and has rows, makes it ambiguous.
fn choose<R: Read + Seek>(workbook: &mut Xlsx<R>, wanted: &Wanted, named: Option<&str>, epoch: Epoch) -> Result<Opened, FileFault> {
    let tables: Vec<_> = workbook.sheets_metadata().iter().filter(|s| s.typ == SheetType::WorkSheet).cloned().collect();
    let candidates: Vec<String> = match named {
        Some(name) => vec![name.to_owned()],
        None => tables.iter().filter(|s| s.visible == SheetVisible::Visible).map(|s| s.name.clone()).collect(),
    };
    if let Some(name) = named.filter(|n| tables.iter().all(|t| t.name != *n)) {
        let there: Vec<&str> = tables.iter().map(|t| t.name.as_str()).collect();
        return Err(FileFault::NoSuchSheet(name.to_owned(), there.join("、")));
    }
    let mut fitting: Vec<Opened> = Vec::new();
    for sheet in candidates {
        let rows = preview(workbook, &sheet, epoch)?;
        if let Some(found) = find(&rows, wanted)? {
            fitting.push(Opened { sheet, found, epoch });
        }
    }
    fitting.sort_by_key(|o| std::cmp::Reverse((o.found.has_data, o.found.score)));
    let Some(best) = fitting.first() else { return Err(wanted.missing()) };
    let rivals: Vec<String> =
        fitting.iter().filter(|o| o.found.has_data == best.found.has_data && o.found.score * 2 >= best.found.score).map(|o| o.sheet.clone()).collect();
    if rivals.len() > 1 {
        return Err(FileFault::SeveralSheets(rivals));
    }
    fitting.into_iter().next().ok_or(FileFault::Broken)
}

fn preview<R: Read + Seek>(workbook: &mut Xlsx<R>, sheet: &str, epoch: Epoch) -> Result<Vec<Row>, FileFault> {
    let mut rows = SheetRows::new(workbook.worksheet_cells_reader(sheet).map_err(of_calamine)?, epoch, MOST_COLUMNS, PREVIEW_UNTIL);
    let mut head = Vec::new();
    while head.len() < PREVIEW_ROWS
        && let Some(row) = rows.next_row()?
    {
        // A row of too much text is no header; if it is data, it is told when it is read.
        head.extend(row.ok());
    }
    Ok(head)
}

/// Cells gathered into rows; rows without anything in them do not appear.
struct SheetRows<'a, R: Read + Seek> {
    cells: XlsxCellReader<'a, R>,
    next: Option<(u32, usize, Cell)>,
    /// Past the end of its rows the reader would find the end of the file, and call that an error.
    ended: bool,
    epoch: Epoch,
    width: usize,
    /// The last row to look at.
    until: u32,
}

impl<'a, R: Read + Seek> SheetRows<'a, R> {
    fn new(cells: XlsxCellReader<'a, R>, epoch: Epoch, width: usize, until: u32) -> Self {
        SheetRows { cells, next: None, ended: false, epoch, width, until }
    }

    /// The next row; the inner fault concerns that row only.
    fn next_row(&mut self) -> Result<Option<Result<Row, FileFault>>, FileFault> {
        let first = match self.next.take() {
            Some(cell) => Some(cell),
            None => self.next_cell()?,
        };
        let Some((number, index, cell)) = first else { return Ok(None) };
        let mut row = Row { number, cells: Vec::with_capacity(self.width.min(64)) };
        let mut bytes = put(&mut row.cells, index, cell);
        while let Some((at, index, cell)) = self.next_cell()? {
            if at < number {
                return Err(FileFault::Broken);
            }
            if at > number {
                self.next = Some((at, index, cell));
                break;
            }
            if bytes <= ROW_BYTES {
                bytes += put(&mut row.cells, index, cell);
            }
        }
        Ok(Some(if bytes > ROW_BYTES { Err(FileFault::Row(number, RowFault::TooMuch)) } else { Ok(row) }))
    }

    /// The next cell that holds something, within the width.
    fn next_cell(&mut self) -> Result<Option<(u32, usize, Cell)>, FileFault> {
        while !self.ended {
            let Some(record) = self.cells.next_cell_with_formula_metadata().map_err(of_calamine)? else {
                self.ended = true;
                break;
            };
            if record.pos.0 >= self.until {
                self.ended = true;
                break;
            }
            let index = usize::try_from(record.pos.1).unwrap_or(usize::MAX);
            if index < self.width {
                let number = record.pos.0.checked_add(1).ok_or(FileFault::Broken)?;
                let cell = cell(record, self.epoch);
                if cell != Cell::Empty {
                    return Ok(Some((number, index, cell)));
                }
            }
        }
        Ok(None)
    }
}

fn put(cells: &mut Vec<Cell>, index: usize, cell: Cell) -> usize {
    let bytes = if let Cell::Text(text) = &cell { text.len() } else { 0 };
    if cells.len() <= index {
        cells.resize(index + 1, Cell::Empty);
    }
    if let Some(place) = cells.get_mut(index) {
        *place = cell;
    }
    bytes
}

fn cell(record: XlsxCellFormulaMetadataRecord<'_>, epoch: Epoch) -> Cell {
    match record.value {
        DataRef::Empty if record.formula.is_some() => Cell::Fault(CellFault::Unevaluated),
        DataRef::Empty => Cell::Empty,
        DataRef::String(text) if text.is_empty() => Cell::Empty,
        DataRef::SharedString("") => Cell::Empty,
        DataRef::String(text) | DataRef::DurationIso(text) => Cell::Text(text),
        DataRef::SharedString(text) => Cell::Text(text.to_owned()),
        DataRef::Int(number) => Cell::Number(number.to_string()),
        DataRef::Float(number) => of_double(number),
        DataRef::Bool(flag) => Cell::Flag(flag),
        DataRef::Error(_) => Cell::Fault(CellFault::Error),
        DataRef::DateTime(serial) if serial.is_datetime() => epoch.moment(serial.as_f64()).map_or_else(|| of_double(serial.as_f64()), of_moment),
        DataRef::DateTime(duration) => of_double(duration.as_f64()),
        DataRef::DateTimeIso(text) => {
            let cell = Cell::Text(text.trim_end_matches('Z').to_owned());
            moment(&cell, epoch).map_or(cell, of_moment)
        }
    }
}

fn of_double(number: f64) -> Cell {
    if number.is_finite() { Cell::Number(number.to_string()) } else { Cell::Fault(CellFault::Error) }
}

fn of_moment(moment: NaiveDateTime) -> Cell {
    if moment.time() == NaiveTime::MIN { Cell::Date(moment.date()) } else { Cell::Moment(moment) }
}

/// The message of the library may quote a cell: only its kind is kept.
fn of_calamine(error: XlsxError) -> FileFault {
    match error {
        XlsxError::Password => FileFault::Password,
        XlsxError::Io(e) if e.kind() == std::io::ErrorKind::PermissionDenied => FileFault::Forbidden,
        _ => FileFault::Broken,
    }
}
