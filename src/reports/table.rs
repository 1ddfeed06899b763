//! Tables of text that stand straight in a terminal: columns are measured as displayed, a Chinese character being two wide.

use std::fmt;

use unicode_width::UnicodeWidthStr;

/// On which side a column stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Align {
    Left,
    Right,
}

/// Rows under a head; [`Display`](fmt::Display) measures and aligns them.
#[derive(Debug, Clone)]
pub struct Table {
    align: Vec<Align>,
    rows: Vec<Vec<String>>,
}

impl Table {
    /// The head: names and alignment.
    pub fn new(columns: &[(&str, Align)]) -> Table {
        Table { align: columns.iter().map(|(_, align)| *align).collect(), rows: vec![columns.iter().map(|(name, _)| (*name).to_owned()).collect()] }
    }

    /// Adds columns of numbers, set to the right.
    pub fn numbers(mut self, names: &[&str]) -> Table {
        self.align.extend(names.iter().map(|_| Align::Right));
        if let Some(head) = self.rows.first_mut() {
            head.extend(names.iter().map(|name| (*name).to_owned()));
        }
        self
    }

    /// Adds columns of text, set to the left.
    pub fn left(mut self, names: &[&str]) -> Table {
        self.align.extend(names.iter().map(|_| Align::Left));
        if let Some(head) = self.rows.first_mut() {
            head.extend(names.iter().map(|name| (*name).to_owned()));
        }
        self
    }

    /// One more row; it should have as many cells as the head.
    pub fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        self.rows.push(cells.into_iter().collect());
    }

    /// Rows below the head.
    pub fn len(&self) -> usize {
        self.rows.len() - 1
    }

    /// Only the head is there.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// Fills a text with spaces to a width of display columns.
pub fn pad(text: &str, width: usize, align: Align) -> String {
    let gap = " ".repeat(width.saturating_sub(text.width()));
    match align {
        Align::Left => format!("{text}{gap}"),
        Align::Right => format!("{gap}{text}"),
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let widths: Vec<usize> =
            (0..self.align.len()).map(|at| self.rows.iter().filter_map(|row| row.get(at)).map(|cell| cell.width()).max().unwrap_or(0)).collect();
        for row in &self.rows {
            let cells: Vec<String> = row.iter().zip(&self.align).zip(&widths).map(|((cell, align), width)| pad(cell, *width, *align)).collect();
            writeln!(f, "{}", cells.join("  ").trim_end())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_stand_straight_whatever_stands_in_them() {
        let mut table = Table::new(&[("股室", Align::Left)]).numbers(&["件数"]);
        table.row(["社保股".to_owned(), "12".to_owned()]);
        table.row(["a·𠮷".to_owned(), "3".to_owned()]);
        assert_eq!(table.to_string(), "股室    件数\n社保股    12\na·𠮷       3\n");
    }
}
