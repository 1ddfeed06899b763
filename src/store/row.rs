//! Rows (行) as they come out of either database: whole numbers, texts and bytes.

use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;
use sqlx::{Row as _, TypeInfo, ValueRef};

use super::StoreError;
use super::statement::Bind;

/// A value on its way out.
#[derive(PartialEq)]
enum Cell<'r> {
    Null,
    Int(i64),
    Text(&'r str),
    Blob(&'r [u8]),
}

/// A row; reading a column as what it is not names the column. Its cells are read when they are asked for.
#[derive(Debug)]
pub struct Row(Of);

#[derive(Debug)]
enum Of {
    Sqlite(SqliteRow),
    Postgres(PgRow),
}

impl From<SqliteRow> for Row {
    fn from(row: SqliteRow) -> Row {
        Row(Of::Sqlite(row))
    }
}

impl From<PgRow> for Row {
    fn from(row: PgRow) -> Row {
        Row(Of::Postgres(row))
    }
}

/// Whichever database each comes from; what cannot be read is like nothing.
impl PartialEq for Row {
    fn eq(&self, other: &Row) -> bool {
        let same = |column| matches!((self.read(column), other.read(column)), (Ok(one), Ok(other)) if one == other);
        self.len() == other.len() && (0..self.len()).all(same)
    }
}

macro_rules! cell {
    ($row:expr, $column:expr) => {{
        let raw = $row.try_get_raw($column)?;
        if raw.is_null() {
            return Ok(Cell::Null);
        }
        Ok(match raw.type_info().name() {
            "INTEGER" | "INT8" => Cell::Int($row.try_get($column)?),
            "INT4" => Cell::Int(i64::from($row.try_get::<i32, _>($column)?)),
            "BLOB" | "BYTEA" => Cell::Blob($row.try_get($column)?),
            _ => Cell::Text($row.try_get($column)?),
        })
    }};
}

impl Row {
    fn read(&self, column: usize) -> Result<Cell<'_>, sqlx::Error> {
        match &self.0 {
            Of::Sqlite(row) => cell!(row, column),
            Of::Postgres(row) => cell!(row, column),
        }
    }

    fn cell(&self, column: usize, expected: &'static str) -> Result<Cell<'_>, StoreError> {
        self.read(column).map_err(|_| StoreError::bad_column(column, expected))
    }

    /// A whole number that may be NULL. Columns count from 0.
    pub fn opt_int(&self, column: usize) -> Result<Option<i64>, StoreError> {
        const EXPECTED: &str = "a whole number";
        match self.cell(column, EXPECTED)? {
            Cell::Int(value) => Ok(Some(value)),
            Cell::Null => Ok(None),
            Cell::Text(_) | Cell::Blob(_) => Err(StoreError::bad_column(column, EXPECTED)),
        }
    }

    /// A whole number.
    pub fn int(&self, column: usize) -> Result<i64, StoreError> {
        self.opt_int(column)?.ok_or_else(|| StoreError::bad_column(column, "a whole number"))
    }

    /// A text that may be NULL.
    pub fn opt_text(&self, column: usize) -> Result<Option<&str>, StoreError> {
        const EXPECTED: &str = "a text";
        match self.cell(column, EXPECTED)? {
            Cell::Text(value) => Ok(Some(value)),
            Cell::Null => Ok(None),
            Cell::Int(_) | Cell::Blob(_) => Err(StoreError::bad_column(column, EXPECTED)),
        }
    }

    /// A text.
    pub fn text(&self, column: usize) -> Result<&str, StoreError> {
        self.opt_text(column)?.ok_or_else(|| StoreError::bad_column(column, "a text"))
    }

    /// Bytes that may be NULL.
    pub fn opt_blob(&self, column: usize) -> Result<Option<&[u8]>, StoreError> {
        const EXPECTED: &str = "bytes";
        match self.cell(column, EXPECTED)? {
            Cell::Blob(value) => Ok(Some(value)),
            Cell::Null => Ok(None),
            Cell::Int(_) | Cell::Text(_) => Err(StoreError::bad_column(column, EXPECTED)),
        }
    }

    /// Bytes.
    pub fn blob(&self, column: usize) -> Result<&[u8], StoreError> {
        self.opt_blob(column)?.ok_or_else(|| StoreError::bad_column(column, "bytes"))
    }

    /// A cell of a key, on its way back into a statement.
    pub(super) fn key(&self, column: usize) -> Result<Bind, StoreError> {
        const EXPECTED: &str = "a key";
        match self.cell(column, EXPECTED)? {
            Cell::Int(value) => Ok(value.into()),
            Cell::Text(value) => Ok(value.into()),
            Cell::Blob(_) | Cell::Null => Err(StoreError::bad_column(column, EXPECTED)),
        }
    }

    /// Every cell as text, for comparing whole tables.
    pub fn describe(&self) -> String {
        use std::fmt::Write;
        let mut line = String::new();
        for column in 0..self.len() {
            let _ = match self.read(column) {
                Ok(Cell::Null) => write!(line, "∅|"),
                Ok(Cell::Int(value)) => write!(line, "{value}|"),
                Ok(Cell::Text(value)) => write!(line, "{value:?}|"),
                Ok(Cell::Blob(value)) => value.iter().try_for_each(|byte| write!(line, "{byte:02x}")).and_then(|()| write!(line, "|")),
                Err(failure) => write!(line, "{failure}|"),
            };
        }
        line
    }

    fn len(&self) -> usize {
        match &self.0 {
            Of::Sqlite(row) => row.len(),
            Of::Postgres(row) => row.len(),
        }
    }
}
