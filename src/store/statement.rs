//! Statements (语句): their values, and the texts of those that write or look up many rows at once. Placeholders are `$1, $2, …`.

use std::fmt::Write as _;
use std::sync::Arc;

/// A value on its way into a statement. The empty ones keep their type: PostgreSQL asks for it.
#[derive(Debug, Clone, PartialEq)]
pub enum Bind {
    Int(Option<i64>),
    Text(Option<Arc<str>>),
    Blob(Option<Vec<u8>>),
}

impl Bind {
    /// Nothing, of the same type.
    pub(super) const fn emptied(&self) -> Bind {
        match self {
            Bind::Int(_) => Bind::Int(None),
            Bind::Text(_) => Bind::Text(None),
            Bind::Blob(_) => Bind::Blob(None),
        }
    }
}

impl From<i64> for Bind {
    fn from(value: i64) -> Bind {
        Bind::Int(Some(value))
    }
}
impl From<Option<i64>> for Bind {
    fn from(value: Option<i64>) -> Bind {
        Bind::Int(value)
    }
}
impl From<&str> for Bind {
    fn from(value: &str) -> Bind {
        Bind::Text(Some(value.into()))
    }
}
impl From<String> for Bind {
    fn from(value: String) -> Bind {
        Bind::Text(Some(value.into()))
    }
}
impl From<Option<String>> for Bind {
    fn from(value: Option<String>) -> Bind {
        Bind::Text(value.map(Into::into))
    }
}
impl From<&[u8]> for Bind {
    fn from(value: &[u8]) -> Bind {
        Bind::Blob(Some(value.to_vec()))
    }
}
impl From<Vec<u8>> for Bind {
    fn from(value: Vec<u8>) -> Bind {
        Bind::Blob(Some(value))
    }
}

/// `binds![office, no, "text"]`
#[macro_export]
macro_rules! binds {
    ($($value:expr),* $(,)?) => { vec![$($crate::store::statement::Bind::from($value)),*] };
}

/// Powers of two below what a statement may bind, so that few texts are prepared.
pub(super) fn group_size(rows: usize, width: usize) -> usize {
    let most = (8192 / width.max(1)).max(1);
    let size = rows.min(most);
    if size.is_power_of_two() { size } else { size.next_power_of_two() / 2 }
}

/// SQLite looks up a numbered placeholder by going through all of them, thousands here: it gets them without numbers.
pub(super) fn insert_text(table: &str, columns: &[&str], rows: usize, tail: &str, numbered: bool) -> String {
    let mut text = format!("INSERT INTO {table} ({}) VALUES ", columns.join(", "));
    let mut place = 0;
    for row in 0..rows {
        text.push_str(if row == 0 { "(" } else { ",(" });
        for column in 0..columns.len() {
            place += 1;
            text.push_str(if column == 0 { "" } else { "," });
            if numbered {
                let _ = write!(text, "${place}");
            } else {
                text.push('?');
            }
        }
        text.push(')');
    }
    text.push(' ');
    text.push_str(tail);
    text
}

/// A query over many keys: `SELECT columns FROM table WHERE fixed AND on IN keys tail`.
#[derive(Debug, Clone, Copy)]
pub struct Among<'a> {
    pub columns: &'a str,
    pub table: &'a str,
    /// The condition that all rows share; its placeholders, `$1` and at most `$2`, each once and in order, are filled by `fixed_binds`.
    pub fixed: &'a str,
    pub fixed_binds: &'a [Bind],
    /// The columns that make up the key.
    pub on: &'a [&'a str],
    /// What follows: an order, a grouping.
    pub tail: &'a str,
}

impl Among<'_> {
    /// The left side of a cross join is read first by SQLite, and PostgreSQL finds its own way.
    /// SQLite gets placeholders without numbers, in the order in which they stand: the keys, then what is fixed.
    pub(super) fn text(&self, shape: &[Bind], keys: usize, numbered: bool) -> String {
        let mut text = format!("SELECT {} FROM (VALUES ", self.columns);
        values(&mut text, shape, keys, self.fixed_binds.len(), numbered);
        let fixed = if numbered { self.fixed.to_owned() } else { self.fixed.replace("$1", "?").replace("$2", "?") };
        text.push_str(&format!(") AS wanted CROSS JOIN {} WHERE {fixed}", self.table));
        for (n, column) in self.on.iter().enumerate() {
            text.push_str(&format!(" AND {column} = wanted.column{}", n + 1));
        }
        text.push(' ');
        text.push_str(self.tail);
        text
    }
}

/// The rows of a list of values, their places counted on from `place`.
fn values(text: &mut String, shape: &[Bind], rows: usize, mut place: usize, numbered: bool) {
    for row in 0..rows {
        text.push_str(if row == 0 { "(" } else { ",(" });
        for (column, bind) in shape.iter().enumerate() {
            place += 1;
            text.push_str(if column == 0 { "" } else { "," });
            // the first row tells PostgreSQL the types of all
            let _ = match (row, bind) {
                _ if !numbered => text.write_char('?'),
                (0, Bind::Int(_)) => write!(text, "CAST(${place} AS BIGINT)"),
                (0, Bind::Text(_)) => write!(text, "CAST(${place} AS TEXT)"),
                (_, Bind::Int(_) | Bind::Text(_) | Bind::Blob(_)) => write!(text, "${place}"),
            };
        }
        text.push(')');
    }
}

/// The shape of keys, and to how many they are filled up: few sizes, so that few statements are ever prepared.
pub(super) fn padded(keys: &[Vec<Bind>]) -> (&[Bind], usize) {
    (keys.first().map_or(&[][..], Vec::as_slice), keys.len().next_power_of_two())
}

/// Empty keys, which equal nothing.
pub(super) fn fill(shape: &[Bind], keys: usize) -> impl Iterator<Item = Bind> {
    std::iter::repeat_n(shape, keys).flatten().map(Bind::emptied)
}

/// Takes out the rows of a list of keys, all else being equal.
pub(super) fn delete_text(table: &str, fixed: &[&str], column: &str, (shape, keys): (&[Bind], usize), numbered: bool) -> String {
    let place = |n: usize| if numbered { format!("${}", n + 1) } else { "?".to_owned() };
    let fixed: Vec<String> = fixed.iter().enumerate().map(|(n, name)| format!("{name} = {}", place(n))).collect();
    let mut text = format!("DELETE FROM {table} WHERE {} AND {column} IN (VALUES ", fixed.join(" AND "));
    values(&mut text, shape, keys, fixed.len(), numbered);
    text.push(')');
    text
}
