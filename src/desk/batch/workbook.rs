//! The workbook that is filled in: which columns it has, and how it is written. Whatever stands in a cell is text, also where it begins as a formula does.

use commands::batch::Finding;
use commands::{Verdict, ViolationKind};
use rust_xlsxwriter::{DataValidation, Format, FormatAlign, Workbook, XlsxError};

use crate::keys::Keyring;
use crate::store::audit::hex;
use crate::store::warning::No;

/// The sheet's name.
pub(super) const SHEET: &str = "核实";
/// What helps to find a line, and what tells which line it is.
pub(super) const NUMBER: &str = "预警编号";
pub(super) const PLACE: &str = "序号";
pub(super) const SEAL: &str = "校验码";
const ABOUT: [&str; 9] = [NUMBER, PLACE, "凭证号", "文号", "乡镇", "村", "收款人", "日期", "金额(元)"];
/// Rows above the first line: title, explanation, headings.
const ABOVE: u32 = 3;
/// Column widths in characters: what is known, what is filled in.
const WIDTHS: [f64; 14] = [16.0, 6.0, 16.0, 22.0, 12.0, 12.0, 16.0, 12.0, 14.0, 8.0, 40.0, 22.0, 30.0, 14.0];

/// A line to be verified, as it is shown.
#[derive(Debug, Clone)]
pub(super) struct Shown {
    pub no: No,
    /// Its place in the warning's list.
    pub n: i64,
    /// One text for each of the first columns.
    pub about: [String; 9],
}

/// Every heading, from left to right.
pub(super) fn headings() -> Vec<&'static str> {
    ABOUT.into_iter().chain(Finding::COLUMNS).chain([SEAL]).collect()
}

/// What tells this workbook from every other: the same lines make the same.
pub(super) fn mark(keys: &Keyring, office: i64, lines: &[(No, i64)]) -> String {
    let text = lines.iter().fold(format!("workbook/{office}"), |text, (no, n)| text + &format!("/{no}.{n}"));
    hex(&keys.commit(text.as_bytes())).chars().take(12).collect()
}

/// What binds a row to its workbook, and that to its number of rows.
pub(super) fn seal(keys: &Keyring, mark: &str, count: usize, no: No, n: i64) -> String {
    let row = hex(&keys.commit(format!("workbook row/{mark}/{count}/{no}/{n}").as_bytes()));
    format!("{mark}-{count}-{}", row.chars().take(12).collect::<String>())
}

/// The workbook as a file.
pub(super) fn write(keys: &Keyring, mark: &str, title: &str, lines: &[Shown]) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet().set_name(SHEET)?;
    let text = Format::new().set_num_format("@").set_text_wrap().set_align(FormatAlign::Top);
    let known = text.clone().set_background_color(0x00F2_F2F2);
    let date = Format::new().set_num_format("yyyy-mm-dd").set_align(FormatAlign::Top);
    sheet.write_string_with_format(0, 0, title, &Format::new().set_bold().set_font_size(14.0))?;
    sheet.write_string(1, 0, "请逐行填写右边五列;灰色的列和行数请勿改动。一条预警的各行要都填写,整条不填就仍待核实。结论是违规的,违规类型、整改要求、整改期限都要写。不要写姓名、证件号、账号。")?;
    let headings = headings();
    let head = Format::new().set_bold().set_background_color(0x00D9_E1F2);
    for (column, heading) in (0..).zip(&headings) {
        sheet.write_string_with_format(ABOVE - 1, column, *heading, &head)?;
    }
    for (column, width) in (0..).zip(WIDTHS) {
        sheet.set_column_width(column, width)?;
    }
    let (first_filled, sealed) = (column(ABOUT.len()), column(headings.len() - 1));
    for (row, line) in (ABOVE..).zip(lines) {
        for (column, about) in (0..).zip(&line.about) {
            sheet.write_string_with_format(row, column, about, &known)?;
        }
        for (filled, name) in (first_filled..).zip(Finding::COLUMNS) {
            sheet.write_blank(row, filled, if name == "整改期限" { &date } else { &text })?;
        }
        sheet.write_string(row, sealed, seal(keys, mark, lines.len(), line.no, line.n))?;
    }
    let last = ABOVE - 1 + u32::try_from(lines.len()).unwrap_or(u32::MAX - ABOVE);
    for (name, words) in [("结论", Verdict::NAMES), ("违规类型", ViolationKind::NAMES)] {
        let at = headings.iter().position(|heading| *heading == name).map_or(first_filled, column);
        sheet.add_data_validation(ABOVE, at, last, at, &DataValidation::new().allow_list_strings(words)?)?;
    }
    sheet.set_freeze_panes(ABOVE, 2)?;
    sheet.set_column_hidden(sealed)?;
    workbook.save_to_buffer()
}

fn column(place: usize) -> u16 {
    u16::try_from(place).unwrap_or(u16::MAX)
}
