//! The header of a table: which row it is, what its columns are called, and in which unit they count.

use super::amount::Unit;

/// A column with a title (列).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its place in [`Row::cells`](super::Row), from 0.
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
}
