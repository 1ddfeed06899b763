//! The report (导入报告): every row that was not taken, by row and column, with what to do. A CSV that Excel opens. Never what stood in a cell.

use std::io::{BufWriter, Seek, Write};
use std::path::Path;

use super::Refusal;

/// Rows of a report, on disk until it is known where they belong.
pub struct Report {
    rows: csv::Writer<BufWriter<std::fs::File>>,
    count: usize,
}

impl std::fmt::Debug for Report {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Report({} rows)", self.count)
    }
}

impl Report {
    pub fn begin() -> Result<Report, Refusal> {
        let file = tempfile::tempfile().map_err(Refusal::Spool)?;
        Ok(Report { rows: csv::Writer::from_writer(BufWriter::new(file)), count: 0 })
    }

    /// One row, what is wrong with it, and in which column.
    pub fn row(&mut self, number: u32, column: &str, what: &str) -> Result<(), Refusal> {
        self.count += 1;
        self.rows.write_record([number.to_string().as_str(), column, what]).map_err(|e| Refusal::Spool(std::io::Error::other(e)))
    }

    /// Whether it has no rows.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Writes it under this path: the sentence about the whole first, then the rows. UTF-8 with a mark, as Excel wants it.
    pub fn save(self, path: &Path, whole: &str) -> std::io::Result<()> {
        let mut rows = self.rows.into_inner().map_err(|e| std::io::Error::other(e.to_string()))?;
        rows.flush()?;
        let mut rows = rows.into_inner().map_err(std::io::IntoInnerError::into_error)?;
        rows.rewind()?;
        let mut out = std::fs::File::create(path)?;
        out.write_all("\u{feff}".as_bytes())?;
        let mut head = csv::Writer::from_writer(&mut out);
        head.write_record(["行号", "列", "问题和办法"]).and_then(|()| head.write_record(["全部", "", whole])).map_err(std::io::Error::other)?;
        head.flush()?;
        drop(head);
        std::io::copy(&mut rows, &mut out)?;
        out.sync_all()
    }
}
