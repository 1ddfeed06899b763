//! Files as offices send them, and as they should not.

mod hostile;
mod property;
mod taken;
mod text;

use std::fmt::Write;
use std::io::{Cursor, Write as _};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;
use zip::write::{SimpleFileOptions, ZipWriter};

use super::*;

/// The titles of a list of recipients.
pub(super) const LISTING: &[&str] = &["乡镇", "收款人姓名", "姓名", "收款人身份证号", "身份证号", "收款人银行账号", "银行账号", "发放日期", "补贴金额", "备注"];

pub(super) fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/import").join(name)
}

pub(super) fn file(bytes: &[u8]) -> NamedTempFile {
    let file = NamedTempFile::new().unwrap();
    std::fs::write(file.path(), bytes).unwrap();
    file
}

/// The table as a person might note it down.
pub(super) fn told(opened: Result<Table, FileFault>) -> String {
    let mut table = match opened {
        Ok(table) => table,
        Err(fault) => return format!("不收: {fault}"),
    };
    let mut out = String::new();
    if let Some(sheet) = &table.sheet {
        writeln!(out, "工作表 {sheet}").unwrap();
    }
    let titles: Vec<String> =
        table.header.columns.iter().map(|c| if c.unit == Unit::Yuan { c.title.clone() } else { format!("{}<{}>", c.title, c.unit.name()) }).collect();
    writeln!(out, "{}: {}", table.header.row, titles.join(" | ")).unwrap();
    for row in &mut table {
        match row {
            Ok(row) => {
                let cells: Vec<String> = row.cells.iter().map(shown).collect();
                writeln!(out, "{}: {}", row.number, cells.join(" | ")).unwrap();
            }
            Err(fault) => writeln!(out, "不收: {fault}").unwrap(),
        }
    }
    for skipped in table.skipped() {
        writeln!(out, "略过 {}: {:?}", skipped.row, skipped.why).unwrap();
    }
    out
}

fn shown(cell: &Cell) -> String {
    match cell {
        Cell::Empty => "-".to_owned(),
        Cell::Text(text) => text.clone(),
        Cell::Number(number) => format!("#{number}"),
        Cell::Date(date) => format!("@{date}"),
        Cell::Moment(moment) => format!("@{moment}"),
        Cell::Flag(flag) => format!("?{flag}"),
        Cell::Fault(fault) => format!("!{fault:?}"),
    }
}

pub(super) fn text(bytes: impl AsRef<[u8]>, wanted: &[&str]) -> String {
    told(open(file(bytes.as_ref()).path(), wanted, None))
}

/// A workbook put together by hand: the sheet's XML, and parts that replace or join the usual ones.
pub(super) fn workbook(sheet: &str, parts: &[(&str, &str)]) -> Vec<u8> {
    const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    const REL: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let usual = [
        ("[Content_Types].xml", r#"<Types><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>"#.to_owned()),
        ("_rels/.rels", format!(r#"<Relationships><Relationship Id="r1" Type="{REL}/officeDocument" Target="xl/workbook.xml"/></Relationships>"#)),
        ("xl/workbook.xml", format!(r#"<workbook xmlns="{MAIN}" xmlns:r="{REL}"><sheets><sheet name="表" sheetId="1" r:id="r1"/></sheets></workbook>"#)),
        ("xl/_rels/workbook.xml.rels", format!(r#"<Relationships><Relationship Id="r1" Type="{REL}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#)),
        ("xl/worksheets/sheet1.xml", format!(r#"<worksheet xmlns="{MAIN}"><sheetData>{sheet}</sheetData></worksheet>"#)),
    ];
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let replaced = |name: &str| parts.iter().any(|p| p.0 == name);
    let kept = usual.iter().filter(|u| !replaced(u.0)).map(|(name, text)| (*name, text.as_str()));
    for (name, text) in kept.chain(parts.iter().copied()) {
        zip.start_file(name, SimpleFileOptions::default()).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// A row of text cells.
pub(super) fn row(number: u32, texts: &[&str]) -> String {
    let cells: String = texts.iter().map(|t| if t.is_empty() { "<c/>".to_owned() } else { format!(r#"<c t="inlineStr"><is><t>{t}</t></is></c>"#) }).collect();
    format!(r#"<row r="{number}">{cells}</row>"#)
}
