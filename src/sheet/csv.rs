//! CSV as offices save it: encoding and separator found out, the whole of it looked through before its first row is believed.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};

use csv::{ByteRecord, ReaderBuilder};
use encoding_rs::{Encoding, GB18030, UTF_8, UTF_16BE, UTF_16LE};

use super::cell::Cell;
use super::fault::{FileFault, RowFault};
use super::guard::Guard;
use super::header::{Found, Wanted, find};
use super::{MOST_COLUMNS, PREVIEW_ROWS, PREVIEW_UNTIL, Row};

const BLOCK: u64 = 1 << 20;
const SEPARATORS: [u8; 3] = [b',', b'\t', b';'];

/// How a text file is written.
#[derive(Debug, Clone, Copy)]
pub(super) struct Manner {
    pub encoding: &'static Encoding,
    /// Bytes of the byte order mark.
    mark: u64,
    pub separator: u8,
}

/// The rows below the header.
pub(super) struct Rows {
    reader: csv::Reader<Guard<File>>,
    record: ByteRecord,
    number: u32,
    /// Fields of the header: a data row has as many.
    fields: usize,
    from: u32,
    over: bool,
    pub total: u64,
}

/// Opens a text file.
pub(super) fn open(mut file: File, wanted: &Wanted) -> Result<(Found, Rows), FileFault> {
    let (encoding, mark) = encoding(&mut file)?;
    let mut best: Option<(Found, Manner)> = None;
    let mut trouble = None;
    for separator in SEPARATORS {
        let manner = Manner { encoding, mark, separator };
        let mut rows = Vec::new();
        let mut reader = Rows::new(file.try_clone()?, manner)?;
        while rows.len() < PREVIEW_ROWS && reader.number < PREVIEW_UNTIL {
            match reader.next() {
                None => break,
                Some(Ok(row)) if row.cells.iter().all(Cell::is_blank) => {}
                Some(Ok(row)) => rows.push(row),
                Some(Err(fault)) if fault.row().is_some() => {}
                Some(Err(fault)) => {
                    trouble.get_or_insert(fault);
                    break;
                }
            }
        }
        let found = find(&rows, wanted)?;
        if let Some(found) = found.filter(|f| best.as_ref().is_none_or(|(b, _)| f.score > b.score)) {
            best = Some((found, manner));
        }
    }
    let Some((found, manner)) = best else { return Err(trouble.unwrap_or_else(|| wanted.missing())) };
    let total = Guard::new(at_start(&file, manner)?, manner.encoding, manner.separator).look_through()?;
    let mut rows = Rows::new(file, manner)?;
    rows.fields = found.fields;
    rows.from = found.header.row;
    rows.total = total;
    Ok((found, rows))
}

fn at_start(file: &File, manner: Manner) -> Result<File, FileFault> {
    let mut file = file.try_clone()?;
    file.seek(SeekFrom::Start(manner.mark))?;
    Ok(file)
}

impl Rows {
    fn new(file: File, manner: Manner) -> Result<Rows, FileFault> {
        let guard = Guard::new(at_start(&file, manner)?, manner.encoding, manner.separator);
        let reader = ReaderBuilder::new().has_headers(false).flexible(true).delimiter(manner.separator).from_reader(guard);
        Ok(Rows { reader, record: ByteRecord::new(), number: 0, fields: 0, from: 0, over: false, total: 0 })
    }

    fn row(&self) -> Row {
        Row { number: self.number, cells: self.record.iter().take(MOST_COLUMNS).map(cell).collect() }
    }

    /// Whether a row of data has other columns than the header: a separator or a line break too many or too few shifts what stands behind it.
    pub fn ragged(&self, row: &Row) -> Option<RowFault> {
        let ragged = self.record.len() != self.fields && !row.cells.iter().all(Cell::is_blank);
        ragged.then_some(RowFault::Ragged { found: self.record.len(), expected: self.fields })
    }
}

impl Iterator for Rows {
    type Item = Result<Row, FileFault>;

    fn next(&mut self) -> Option<Self::Item> {
        while !self.over {
            match self.reader.read_byte_record(&mut self.record) {
                Ok(true) => {
                    self.number += 1;
                    if self.number > self.from {
                        return Some(Ok(self.row()));
                    }
                }
                Ok(false) => self.over = true,
                Err(error) => {
                    self.over = true;
                    return Some(Err(Guard::<File>::fault(error)));
                }
            }
        }
        None
    }
}

/// A field; `="00123"` is how programs keep Excel from making a number of it.
fn cell(field: &[u8]) -> Cell {
    let text = String::from_utf8_lossy(field);
    match text.strip_prefix("=\"").and_then(|t| t.strip_suffix('"')) {
        Some(kept) => Cell::Text(kept.to_owned()),
        None if text.is_empty() => Cell::Empty,
        None => Cell::Text(text.into_owned()),
    }
}

/// The encoding, decided once for the whole file: by its mark, or by the first megabyte from its first character that is not plain ASCII.
/// Text that is UTF-8 but for a few spots is damaged UTF-8, not GBK.
fn encoding(file: &mut File) -> Result<(&'static Encoding, u64), FileFault> {
    let mut head = Vec::new();
    file.seek(SeekFrom::Start(0))?;
    file.by_ref().take(BLOCK).read_to_end(&mut head)?;
    if let Some((encoding, mark)) = Encoding::for_bom(&head) {
        return Ok((encoding, u64::try_from(mark).unwrap_or(0)));
    }
    loop {
        let Some(at) = head.iter().position(|b| !b.is_ascii()) else {
            head.clear();
            if file.by_ref().take(BLOCK).read_to_end(&mut head)? == 0 {
                return Ok((UTF_8, 0));
            }
            continue;
        };
        head.drain(..at);
        file.by_ref().take(BLOCK).read_to_end(&mut head)?;
        return Ok((if mostly_utf8(&head) { UTF_8 } else { GB18030 }, 0));
    }
}

fn mostly_utf8(head: &[u8]) -> bool {
    let (mut right, mut wrong) = (0_usize, 0_usize);
    for chunk in head.utf8_chunks() {
        right += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        wrong += usize::from(!chunk.invalid().is_empty());
    }
    wrong == 0 || right > 4 * wrong
}

/// The name people know an encoding by.
pub(super) fn name(encoding: &'static Encoding) -> &'static str {
    if encoding == GB18030 {
        "GBK"
    } else if encoding == UTF_16LE || encoding == UTF_16BE {
        "UTF-16"
    } else {
        "UTF-8"
    }
}
