//! Workbooks that the service writes out, filled in and saved again as Excel does.

use std::path::PathBuf;

use calamine::{Data, Reader, open_workbook_auto};
use rust_xlsxwriter::Workbook;

use super::Office;

/// A workbook on somebody's screen: every cell as text, rows and columns from 0.
pub struct Sheet {
    pub name: String,
    pub cells: Vec<Vec<String>>,
}

impl Sheet {
    /// The headings stand here.
    pub const HEAD: usize = 2;

    fn column(&self, heading: &str) -> usize {
        self.cells[Sheet::HEAD].iter().position(|cell| cell == heading).unwrap_or_else(|| panic!("no column {heading}: {:?}", self.cells[Sheet::HEAD]))
    }

    /// The cell below a heading; the first line is 1.
    pub fn cell(&mut self, line: usize, heading: &str) -> &mut String {
        let column = self.column(heading);
        &mut self.cells[Sheet::HEAD + line][column]
    }

    pub fn lines(&self) -> usize {
        self.cells.len() - Sheet::HEAD - 1
    }

    /// What is known of every line, for people to find it.
    pub fn shown(&self) -> String {
        let until = self.column("结论");
        self.cells[Sheet::HEAD..].iter().map(|row| row[..until].join(" | ")).collect::<Vec<_>>().join("\n")
    }

    pub fn normal(&mut self, line: usize, facts: &str) -> &mut Sheet {
        *self.cell(line, "结论") = "正常".to_owned();
        *self.cell(line, "情况") = facts.to_owned();
        self
    }

    pub fn violation(&mut self, line: usize, facts: &str, due: &str) -> &mut Sheet {
        for (heading, text) in [("结论", "违规"), ("情况", facts), ("违规类型", "虚报冒领套取"), ("整改要求", "退回多付款项"), ("整改期限", due)]
        {
            *self.cell(line, heading) = text.to_owned();
        }
        self
    }

    pub fn file(&self) -> Vec<u8> {
        let mut workbook = Workbook::new();
        let sheet = workbook.add_worksheet().set_name(&self.name).unwrap();
        for (at, row) in (0u32..).zip(&self.cells) {
            for (column, cell) in (0u16..).zip(row).filter(|(_, cell)| !cell.is_empty()) {
                sheet.write_string(at, column, cell).unwrap();
            }
        }
        workbook.save_to_buffer().unwrap()
    }
}

impl Office {
    /// Where a file of the desk's folder lies.
    pub fn desk_file(&self, name: &str) -> PathBuf {
        self.config.desk.folder.join(name)
    }

    /// Opens the workbook that an answer names.
    pub fn opens(&self, answer: &str) -> (String, Sheet) {
        let name = answer.lines().next().and_then(|line| line.rsplit_once(':')).unwrap_or_else(|| panic!("names no file: {answer}")).1.to_owned();
        let mut workbook = open_workbook_auto(self.desk_file(&name)).unwrap();
        let sheet = workbook.sheet_names()[0].clone();
        let range = workbook.worksheet_range(&sheet).unwrap();
        let text = |cell: &Data| if matches!(cell, Data::Empty) { String::new() } else { cell.to_string() };
        let width = range.width();
        let cells = range.rows().map(|row| (0..width).map(|at| row.get(at).map(text).unwrap_or_default()).collect()).collect();
        (name, Sheet { name: sheet, cells })
    }

    /// Saves a workbook into the desk's folder.
    pub fn fills(&self, name: &str, sheet: &Sheet) {
        self.lays(name, sheet.file());
    }

    pub fn lays(&self, name: &str, content: impl AsRef<[u8]>) {
        std::fs::create_dir_all(&self.config.desk.folder).unwrap();
        std::fs::write(self.desk_file(name), content).unwrap();
    }
}
