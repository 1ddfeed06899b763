//! A cell as it stands in the file, and identifiers read from it.

use chrono::{NaiveDate, NaiveDateTime};

use crate::domain::text::{is_han, normalise};

/// A cell (单元格): nothing rounded, nothing guessed. A CSV file only has `Empty` and `Text`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell {
    Empty,
    Text(String),
    /// The shortest decimal text that means the double which the workbook stores.
    Number(String),
    Date(NaiveDate),
    Moment(NaiveDateTime),
    Flag(bool),
    Fault(CellFault),
}

/// Why a cell holds nothing that could be read, or not what its column asks for. It never quotes the cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CellFault {
    #[error("是公式,但没有算出的结果;请用 Excel 或 WPS 打开文件,保存后再导入")]
    Unevaluated,
    #[error("是公式错误(如 #REF!、#N/A);请改正后再导入")]
    Error,
    #[error("超过 Excel 能保存的 15 位,后面的数字已经丢失;请把这一列设为文本格式,再重新填写")]
    DigitsLost,
    #[error("应为编号,不能是日期、小数或是否;请把这一列设为文本格式,再重新填写")]
    NotACode,
}

impl Cell {
    /// Nothing in it, or only blanks.
    pub fn is_blank(&self) -> bool {
        match self {
            Cell::Empty => true,
            // Most cells begin with what anybody can see.
            Cell::Text(text) => !text.starts_with(|c: char| c.is_ascii_graphic() || is_han(c)) && normalise(text).is_empty(),
            Cell::Number(_) | Cell::Date(_) | Cell::Moment(_) | Cell::Flag(_) | Cell::Fault(_) => false,
        }
    }
}

/// An identifier (编号: 证件号, 账号, 凭证号 …) as text, letter by letter. Refused where Excel made it a number and lost its digits.
pub fn code_text(cell: &Cell) -> Result<String, CellFault> {
    match cell {
        Cell::Empty => Ok(String::new()),
        Cell::Text(text) => {
            let text = text.trim().trim_start_matches(['\'', '`']);
            if is_exponent(&normalise(text)) { Err(CellFault::DigitsLost) } else { Ok(text.to_owned()) }
        }
        Cell::Number(text) if !text.bytes().all(|b| b.is_ascii_digit()) => Err(CellFault::NotACode),
        Cell::Number(text) if text.len() > 15 => Err(CellFault::DigitsLost),
        Cell::Number(text) => Ok(text.clone()),
        Cell::Date(_) | Cell::Moment(_) | Cell::Flag(_) => Err(CellFault::NotACode),
        Cell::Fault(fault) => Err(*fault),
    }
}

/// `3.41525E+17`: what is left of a long number that Excel showed in short and wrote into a CSV file.
fn is_exponent(text: &str) -> bool {
    let Some((digits, power)) = text.split_once(['E', 'e']) else { return false };
    let number = |t: &str| !t.is_empty() && t.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    number(digits) && power.strip_prefix('+').is_some_and(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_keep_every_digit_or_are_refused() {
        for (cell, meant) in [
            (Cell::Text("342427196503120012".into()), Ok("342427196503120012")),
            (Cell::Text(" '00123".into()), Ok("00123")),
            (Cell::Text("皖财办〔2026〕18号".into()), Ok("皖财办〔2026〕18号")),
            (Cell::Text("1E5".into()), Ok("1E5")),
            (Cell::Text("3.41525E+17".into()), Err(CellFault::DigitsLost)),
            (Cell::Text("6.22E+18".into()), Err(CellFault::DigitsLost)),
            (Cell::Number("2130505".into()), Ok("2130505")),
            (Cell::Number("999999999999999".into()), Ok("999999999999999")),
            (Cell::Number("341525200303120000".into()), Err(CellFault::DigitsLost)),
            (Cell::Number("1.5".into()), Err(CellFault::NotACode)),
            (Cell::Number("-1".into()), Err(CellFault::NotACode)),
            (Cell::Flag(true), Err(CellFault::NotACode)),
            (Cell::Fault(CellFault::Unevaluated), Err(CellFault::Unevaluated)),
            (Cell::Empty, Ok("")),
        ] {
            assert_eq!(code_text(&cell).as_deref(), meant.as_deref(), "{cell:?}");
        }
    }
}
