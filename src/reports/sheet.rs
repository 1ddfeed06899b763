//! A sheet written row by row (表格): titles, a head, rows of typed cells, and how many there were; as CSV or as a workbook. Whatever its length, it
//! takes no more memory than a row. The same cells give the same bytes.

use std::io::{self, BufWriter, Write};

use chrono::{DateTime, NaiveDate, Utc};
use commands::FileFormat;
use csv::{Terminator, WriterBuilder};
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, XlsxError};

use crate::domain::calendar::local;
use crate::domain::{Money, find_personal, mask, normalise};

/// What stands in one place of a sheet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell {
    Empty,
    Text(Shown),
    Count(i64),
    /// 元, two decimals
    Money(Money),
    /// Local.
    Date(NaiveDate),
    /// Shown to the minute, Asia/Shanghai.
    Moment(DateTime<Utc>),
}

/// A text without a person's number in it: there is no other way to make one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown(String);

impl Cell {
    /// Any text; one that holds an id, card or phone number is left out and says so.
    pub fn text(text: &str) -> Cell {
        match (find_personal(text), text.is_empty()) {
            (Some(kind), _) => Cell::Text(Shown(format!("(含{},已略去)", kind.name()))),
            (None, true) => Cell::Empty,
            (None, false) => Cell::Text(Shown(normalise(text))),
        }
    }

    /// A line laid out with spaces, as it is, under the same condition.
    pub fn line(line: &str) -> Cell {
        if find_personal(line).is_some() { Cell::text(line) } else { Cell::Text(Shown(line.to_owned())) }
    }

    /// A voucher's number; one that could be somebody's shows its last four.
    pub fn voucher(no: &str) -> Cell {
        if find_personal(no).is_some() { Cell::Text(Shown(mask::account(no))) } else { Cell::text(no) }
    }

    fn plain(&self) -> String {
        match self {
            Cell::Empty => String::new(),
            Cell::Text(Shown(text)) => text.clone(),
            Cell::Count(count) => count.to_string(),
            Cell::Money(money) => money.to_string().replace(',', ""),
            Cell::Date(date) => date.to_string(),
            Cell::Moment(at) => local(*at).format("%Y-%m-%d %H:%M").to_string(),
        }
    }
}

impl From<Option<Money>> for Cell {
    fn from(money: Option<Money>) -> Cell {
        money.map_or(Cell::Empty, Cell::Money)
    }
}

impl From<Option<NaiveDate>> for Cell {
    fn from(date: Option<NaiveDate>) -> Cell {
        date.map_or(Cell::Empty, Cell::Date)
    }
}

/// Why a sheet could not be written.
#[derive(Debug, thiserror::Error)]
pub enum SheetError {
    #[error(transparent)]
    Io(#[from] io::Error),
    /// A workbook holds 1 048 576 rows.
    #[error("the sheet has more rows than a workbook holds")]
    TooLong,
}

impl From<csv::Error> for SheetError {
    fn from(error: csv::Error) -> SheetError {
        SheetError::Io(error.into())
    }
}

impl From<XlsxError> for SheetError {
    fn from(error: XlsxError) -> SheetError {
        match error {
            XlsxError::IoError(error) => SheetError::Io(error),
            XlsxError::ZipError(error) => SheetError::Io(error.into()),
            XlsxError::RowColumnLimitError => SheetError::TooLong,
            other => SheetError::Io(io::Error::other(other)),
        }
    }
}

/// A sheet being written.
#[derive(Debug)]
pub struct Sheet<W: Write> {
    out: Out<W>,
    rows: u64,
}

enum Out<W: Write> {
    Csv(Box<csv::Writer<BufWriter<W>>>),
    Xlsx { book: Box<Workbook>, money: Box<Format>, next: u32, into: W },
}

impl<W: Write> std::fmt::Debug for Out<W> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Out::Csv(_) => "csv",
            Out::Xlsx { .. } => "xlsx",
        })
    }
}

impl<W: Write + Send> Sheet<W> {
    /// Begins with the titles, a row each, and the head. `at` is when it is made: a workbook says so of itself.
    pub fn begin(format: FileFormat, mut into: W, at: DateTime<Utc>, titles: &[Cell], head: &[&str]) -> Result<Sheet<W>, SheetError> {
        let out = match format {
            FileFormat::Csv => {
                // Excel takes it for UTF-8 by this mark
                into.write_all("\u{feff}".as_bytes())?;
                Out::Csv(Box::new(WriterBuilder::new().flexible(true).terminator(Terminator::CRLF).from_writer(BufWriter::new(into))))
            }
            FileFormat::Xlsx => {
                let mut book = Box::new(Workbook::new());
                book.set_properties(&DocProperties::new().set_creation_datetime(&ExcelDateTime::from_timestamp(at.timestamp())?));
                book.add_worksheet_with_constant_memory()?;
                Out::Xlsx { book, money: Box::new(Format::new().set_num_format("#,##0.00")), next: 0, into }
            }
        };
        let mut sheet = Sheet { out, rows: 0 };
        for title in titles {
            sheet.write(std::slice::from_ref(title))?;
        }
        sheet.write(&head.iter().map(|name| Cell::text(name)).collect::<Vec<_>>())?;
        Ok(sheet)
    }

    /// One more row.
    pub fn row(&mut self, cells: &[Cell]) -> Result<(), SheetError> {
        self.rows += 1;
        self.write(cells)
    }

    /// Many more rows.
    pub fn rows(&mut self, rows: impl IntoIterator<Item = Vec<Cell>>) -> Result<(), SheetError> {
        rows.into_iter().try_for_each(|cells| self.row(&cells))
    }

    /// Ends with how many rows there were, and gives back what it was written into.
    pub fn finish(mut self) -> Result<(W, u64), SheetError> {
        self.write(&[Cell::text(&format!("共 {} 行", self.rows))])?;
        let into = match self.out {
            Out::Csv(writer) => {
                let buffered = writer.into_inner().map_err(|e| io::Error::new(e.error().kind(), e.to_string()))?;
                buffered.into_inner().map_err(io::IntoInnerError::into_error)?
            }
            Out::Xlsx { mut book, mut into, .. } => {
                book.save_to_writer(&mut into)?;
                into
            }
        };
        Ok((into, self.rows))
    }

    fn write(&mut self, cells: &[Cell]) -> Result<(), SheetError> {
        match &mut self.out {
            Out::Csv(writer) => Ok(writer.write_record(cells.iter().map(|cell| tame(cell.plain())))?),
            Out::Xlsx { book, money, next, .. } => {
                let sheet = book.worksheet_from_index(0)?;
                for (column, cell) in (0u16..).zip(cells) {
                    match cell {
                        Cell::Empty => {}
                        Cell::Money(amount) if exact(amount.fen()) => {
                            sheet.write_number_with_format(*next, column, yuan(amount.fen()), money)?;
                        }
                        Cell::Count(count) if exact(*count) => {
                            sheet.write_number(*next, column, *count as f64)?;
                        }
                        Cell::Text(_) | Cell::Count(_) | Cell::Money(_) | Cell::Date(_) | Cell::Moment(_) => {
                            sheet.write_string(*next, column, cell.plain())?;
                        }
                    }
                }
                *next += 1;
                Ok(())
            }
        }
    }
}

/// Excel shows fifteen digits of a number.
const fn exact(number: i64) -> bool {
    number.unsigned_abs() < 1_000_000_000_000_000
}

/// A workbook has no other numbers than floats; nothing is added up here.
fn yuan(fen: i64) -> f64 {
    fen as f64 / 100.0
}

/// A text that a spreadsheet would take for a formula is marked as text. Amounts are none.
fn tame(text: String) -> String {
    let formula = text.starts_with(['=', '+', '@', '\t', '\r']) || (text.starts_with('-') && text.parse::<f64>().is_err());
    if formula { format!("'{text}") } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn at() -> DateTime<Utc> {
        DateTime::from_timestamp(1_780_000_000, 0).unwrap()
    }

    fn written(format: FileFormat, rows: &[Vec<Cell>]) -> Vec<u8> {
        let mut sheet = Sheet::begin(format, Vec::new(), at(), &[Cell::text("支付明细")], &["凭证号", "金额"]).unwrap();
        sheet.rows(rows.iter().cloned()).unwrap();
        sheet.finish().unwrap().0
    }

    fn csv(rows: &[Vec<Cell>]) -> String {
        let text = String::from_utf8(written(FileFormat::Csv, rows)).unwrap();
        text.strip_prefix('\u{feff}').expect("Excel wants the mark").to_owned()
    }

    #[test]
    fn typed_cells_as_csv() {
        let money = Money::from_fen(-128_000_050).unwrap();
        let rows = [
            vec![Cell::voucher("PZ-1"), Cell::Money(money)],
            vec![Cell::Date(day("2026-11-23")), Cell::Moment(at())],
            vec![Cell::text("甲,\"乙\"\n丙"), Cell::Count(3)],
        ];
        insta::assert_snapshot!(csv(&rows).replace("\r\n", "\n"), @r#"
        支付明细
        凭证号,金额
        PZ-1,-1280000.50
        2026-11-23,2026-05-29 04:26
        "甲,""乙"" 丙",3
        共 3 行
        "#);
        assert!(csv(&[]).ends_with("凭证号,金额\r\n共 0 行\r\n"));
    }

    #[test]
    fn nothing_in_it_is_a_formula() {
        for text in ["=1+1", "+HYPERLINK(\"x\")", "@SUM(A1)", "-2+3", "=1"] {
            let line = csv(&[vec![Cell::text(text)]]);
            let line = line.lines().nth(2).unwrap();
            assert!(line.trim_start_matches('"').starts_with('\''), "{text}: {line}");
        }
        assert!(csv(&[vec![Cell::line("\t=1")]]).contains("'\t=1"));
    }

    #[test]
    fn a_number_of_a_person_does_not_get_in() {
        assert_eq!(Cell::text("联系 13812345678").plain(), "(含电话号码,已略去)");
        assert_eq!(Cell::line("  342427196503120012  甲").plain(), "(含身份证号,已略去)");
        assert_eq!(Cell::voucher("6217000000000000000017").plain(), Cell::text("6217000000000000000017").plain());
        assert_eq!(Cell::voucher("342427196503120012").plain(), "****0012");
    }

    #[test]
    fn a_workbook_holds_the_same_and_is_the_same_each_time() {
        use calamine::{Data, Reader, Xlsx};
        let rows = [vec![Cell::text("=1"), Cell::Money(Money::from_fen(1_280_005).unwrap())], vec![Cell::Count(i64::MAX), Cell::Empty]];
        let bytes = written(FileFormat::Xlsx, &rows);
        assert_eq!(bytes, written(FileFormat::Xlsx, &rows));
        let mut book = Xlsx::new(io::Cursor::new(bytes)).unwrap();
        let range = book.worksheet_range_at(0).unwrap().unwrap();
        let cell = |row, column| range.get_value((row, column)).cloned().unwrap_or_default();
        assert_eq!((cell(2, 0), cell(2, 1)), (Data::String("=1".into()), Data::Float(12_800.05)));
        assert_eq!((cell(3, 0), cell(4, 0)), (Data::String(i64::MAX.to_string()), Data::String("共 2 行".into())));
    }

    #[test]
    fn a_workbook_that_would_be_too_long_says_so() {
        let mut sheet = Sheet::begin(FileFormat::Xlsx, Vec::new(), at(), &[], &["甲"]).unwrap();
        let Out::Xlsx { next, .. } = &mut sheet.out else { panic!() };
        *next = 1_048_576;
        assert!(matches!(sheet.row(&[Cell::Count(1)]), Err(SheetError::TooLong)));
    }

    /// A disk with no more than this many bytes left.
    struct Full(usize);

    impl Write for Full {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0 = self.0.checked_sub(bytes.len()).ok_or(io::ErrorKind::StorageFull)?;
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_full_disk_is_told_as_such() {
        for format in [FileFormat::Csv, FileFormat::Xlsx] {
            let write = || -> Result<(), SheetError> {
                let mut sheet = Sheet::begin(format, Full(100), at(), &[], &["甲"])?;
                sheet.rows((0..1000).map(|n| vec![Cell::Count(n)]))?;
                sheet.finish().map(drop)
            };
            let Err(SheetError::Io(error)) = write() else { panic!("{format}") };
            assert_eq!(error.kind(), io::ErrorKind::StorageFull, "{format}: {error}");
        }
    }
}
