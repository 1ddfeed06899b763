//! Text by display columns: a Chinese character takes two, so do most emoji, combining marks none.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Columns a text takes on a terminal.
pub fn width(text: &str) -> usize {
    text.width()
}

/// The text and blanks up to `columns`; a longer text stays as it is.
pub fn pad(text: &str, columns: usize) -> String {
    format!("{text}{}", " ".repeat(columns.saturating_sub(width(text))))
}

/// Blanks before the text up to `columns`, for numbers.
pub fn pad_left(text: &str, columns: usize) -> String {
    format!("{}{text}", " ".repeat(columns.saturating_sub(width(text))))
}

/// At most `columns` wide; what is cut off is replaced by `…`. Never cuts inside a joined emoji or before a combining mark.
pub fn truncate(text: &str, columns: usize) -> String {
    if width(text) <= columns {
        return text.to_owned();
    }
    let Some(room) = columns.checked_sub(1) else { return String::new() };
    let whole = |at: usize| text.get(at..).and_then(|rest| rest.chars().next()).is_none_or(|next| next.width() != Some(0));
    let cuts = text.char_indices().map(|(at, _)| at).filter(|at| whole(*at)).filter_map(|at| text.get(..at));
    let kept = cuts.filter(|kept| !kept.ends_with('\u{200D}')).take_while(|kept| width(kept) <= room).last().unwrap_or("");
    format!("{kept}…")
}

/// How a column of a table stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    Left,
    /// For numbers.
    Right,
}

/// Rows as aligned lines, two blanks between columns, without blanks at line ends. Columns beyond `sides` stand left; rows may be of different length.
pub fn table(rows: &[Vec<String>], sides: &[Side]) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let widths: Vec<usize> = (0..columns).map(|i| rows.iter().filter_map(|row| row.get(i)).map(|cell| width(cell)).max().unwrap_or(0)).collect();
    let line = |row: &Vec<String>| {
        let cells = row.iter().zip(&widths).enumerate().map(|(i, (cell, columns))| match sides.get(i).copied().unwrap_or(Side::Left) {
            Side::Left => pad(cell, *columns),
            Side::Right => pad_left(cell, *columns),
        });
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    rows.iter().map(line).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_on_a_terminal() {
        for (text, columns) in [
            ("", 0),
            ("abc", 3),
            ("社保股", 6),
            ("𠮷野", 4),
            ("㛃䶮", 4),
            ("阿卜杜拉·买买提", 15),
            ("🔴", 2),
            ("🟡🔔", 4),
            ("⚠️", 2),
            ("👨‍👩‍👧", 2),
            ("ＡＢ", 4),
            ("e\u{301}", 1),
            ("12,800.00", 9),
        ] {
            assert_eq!(width(text), columns, "{text}");
        }
    }

    #[test]
    fn cut_to_a_width() {
        for (text, columns, cut) in [
            ("社保股", 6, "社保股"),
            ("社保股", 5, "社保…"),
            ("社保股", 4, "社…"),
            ("社保股", 1, "…"),
            ("社保股", 0, ""),
            ("𠮷𠮷𠮷", 5, "𠮷𠮷…"),
            ("阿·买买提", 6, "阿·买…"),
            ("🔴🔴🔴", 5, "🔴🔴…"),
            ("👨‍👩‍👧👨‍👩‍👧", 3, "👨‍👩‍👧…"),
            ("e\u{301}e\u{301}e\u{301}", 2, "e\u{301}…"),
        ] {
            assert_eq!(truncate(text, columns), cut, "{text} in {columns}");
            assert!(width(&truncate(text, columns)) <= columns, "{text} in {columns}");
        }
    }

    #[test]
    fn rows_line_up() {
        let row = |cells: [&str; 3]| cells.map(str::to_owned).to_vec();
        let rows = [row(["🔴", "社保股", "12,800.00"]), row(["🟡", "𠮷·股", "9.50"]), vec!["🔔".to_owned()]];
        assert_eq!(table(&rows, &[Side::Left, Side::Left, Side::Right]), "🔴  社保股  12,800.00\n🟡  𠮷·股        9.50\n🔔");
        assert_eq!(table(&[], &[]), "");
    }
}
