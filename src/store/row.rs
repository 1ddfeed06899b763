//! Rows (行) as they come out of either database: whole numbers, texts and bytes.

use std::sync::Arc;

use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;
use sqlx::{Column, Row as _, TypeInfo, ValueRef};

use super::StoreError;
use super::statement::Bind;

/// A value on its way out.
#[derive(Debug, Clone, PartialEq)]
enum Cell {
    Null,
    Int(i64),
    Text(Arc<str>),
    Blob(Vec<u8>),
}

/// A row; reading a column as what it is not names the column.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    cells: Vec<Cell>,
}

impl Row {
    /// A whole number that may be NULL. Columns count from 0.
    pub fn opt_int(&self, column: usize) -> Result<Option<i64>, StoreError> {
        match self.cells.get(column) {
            Some(Cell::Int(value)) => Ok(Some(*value)),
            Some(Cell::Null) => Ok(None),
            Some(Cell::Text(_) | Cell::Blob(_)) | None => Err(StoreError::bad_column(column, "a whole number")),
        }
    }

    /// A whole number.
    pub fn int(&self, column: usize) -> Result<i64, StoreError> {
        self.opt_int(column)?.ok_or_else(|| StoreError::bad_column(column, "a whole number"))
    }

    /// A text that may be NULL.
    pub fn opt_text(&self, column: usize) -> Result<Option<&str>, StoreError> {
        match self.cells.get(column) {
            Some(Cell::Text(value)) => Ok(Some(value)),
            Some(Cell::Null) => Ok(None),
            Some(Cell::Int(_) | Cell::Blob(_)) | None => Err(StoreError::bad_column(column, "a text")),
        }
    }

    /// A text that may be NULL, without another copy of it; the empty one is none.
    pub(super) fn shared_text(&self, column: usize) -> Result<Option<Arc<str>>, StoreError> {
        Ok(match (self.opt_text(column)?, self.cells.get(column)) {
            (Some(text), Some(Cell::Text(value))) if !text.is_empty() => Some(Arc::clone(value)),
            _ => None,
        })
    }

    /// A text.
    pub fn text(&self, column: usize) -> Result<&str, StoreError> {
        self.opt_text(column)?.ok_or_else(|| StoreError::bad_column(column, "a text"))
    }

    /// Bytes that may be NULL.
    pub fn opt_blob(&self, column: usize) -> Result<Option<&[u8]>, StoreError> {
        match self.cells.get(column) {
            Some(Cell::Blob(value)) => Ok(Some(value)),
            Some(Cell::Null) => Ok(None),
            Some(Cell::Int(_) | Cell::Text(_)) | None => Err(StoreError::bad_column(column, "bytes")),
        }
    }

    /// Bytes.
    pub fn blob(&self, column: usize) -> Result<&[u8], StoreError> {
        self.opt_blob(column)?.ok_or_else(|| StoreError::bad_column(column, "bytes"))
    }

    /// A cell of a key, on its way back into a statement.
    pub(super) fn key(&self, column: usize) -> Result<Bind, StoreError> {
        match self.cells.get(column) {
            Some(Cell::Int(value)) => Ok((*value).into()),
            Some(Cell::Text(value)) => Ok(Bind::Text(Some(Arc::clone(value)))),
            Some(Cell::Blob(_) | Cell::Null) | None => Err(StoreError::bad_column(column, "a key")),
        }
    }

    /// Every cell as text, for comparing whole tables.
    pub fn describe(&self) -> String {
        use std::fmt::Write;
        let mut line = String::new();
        for cell in &self.cells {
            let _ = match cell {
                Cell::Null => write!(line, "∅|"),
                Cell::Int(value) => write!(line, "{value}|"),
                Cell::Text(value) => write!(line, "{value:?}|"),
                Cell::Blob(value) => value.iter().try_for_each(|byte| write!(line, "{byte:02x}")).and_then(|()| write!(line, "|")),
            };
        }
        line
    }
}

macro_rules! read_row {
    ($name:ident, $row:ty) => {
        pub(super) fn $name(row: &$row) -> Result<Row, sqlx::Error> {
            let mut cells = Vec::with_capacity(row.columns().len());
            for column in row.columns() {
                let at = column.ordinal();
                let raw = row.try_get_raw(at)?;
                cells.push(if raw.is_null() {
                    Cell::Null
                } else {
                    match raw.type_info().name() {
                        "INTEGER" | "INT8" => Cell::Int(row.try_get(at)?),
                        "INT4" => Cell::Int(i64::from(row.try_get::<i32, _>(at)?)),
                        "BLOB" | "BYTEA" => Cell::Blob(row.try_get(at)?),
                        _ => Cell::Text(row.try_get::<&str, _>(at)?.into()),
                    }
                });
            }
            Ok(Row { cells })
        }
    };
}
read_row!(read_sqlite, SqliteRow);
read_row!(read_postgres, PgRow);
