//! `/权限 批量`: the workbook of annex 3 read row by row. The whole of it is taken or nothing; what is wrong is said by row and column, at the terminal.

use std::path::PathBuf;

use commands::access::{AccessKind, Applicant, Hidden, permissions};
use commands::{Permission, Text};

use crate::desk::{Declined, Reply};
use crate::intake::files::reading::plain;
use crate::sheet::{self, Cell, Row, Table, code_text};
use crate::store::StoreError;

const SECTION: &str = "股室";
const NAME: &str = "姓名";
const ID_NO: &str = "身份证号";
const TITLE: &str = "职务";
const PHONE: &str = "联系电话";
const PERMISSIONS: &str = "权限";
const NOTE: &str = "备注";
const EMAIL: &str = "邮箱";
const TITLES: [&str; 8] = [SECTION, NAME, ID_NO, TITLE, PHONE, PERMISSIONS, NOTE, EMAIL];
/// People of one application; a county's whole bureau has fewer.
const MOST: usize = 200;
/// Faults that are said at once.
const SAID: usize = 30;

/// The people of the file, each with the row it stands in.
pub(super) async fn read(path: &str, kind: AccessKind) -> Result<Vec<(Applicant, u32)>, Declined> {
    let path = PathBuf::from(path);
    let read = tokio::task::spawn_blocking(move || rows(&path, kind)).await;
    let refused = |why: String| Declined::Because(Reply::Private(why));
    read.map_err(|e| Declined::Failed(StoreError::Spool(std::io::Error::other(e))))?.map_err(refused)
}

fn rows(path: &std::path::Path, kind: AccessKind) -> Result<Vec<(Applicant, u32)>, String> {
    let table = sheet::open(path, &TITLES, None).map_err(|fault| format!("没有提交。{fault}。"))?;
    let needed: &[&str] = match kind {
        AccessKind::Open => &[NAME, ID_NO, PHONE, PERMISSIONS],
        AccessKind::Change => &[NAME, PERMISSIONS],
        AccessKind::Revoke => &[NAME],
    };
    let missing: Vec<&str> = needed.iter().copied().filter(|title| table.header.column(title).is_none()).collect();
    if !missing.is_empty() {
        return Err(format!("没有提交。缺少这些列:{}。请按附件3的样式补上。", missing.join("、")));
    }
    let (people, faults) = people(table);
    if people.len() > MOST {
        return Err(format!("没有提交。一次最多 {MOST} 人,请分成几张表。"));
    }
    match (faults.len(), people.is_empty()) {
        (0, true) => Err("没有提交。标题行下面没有人。".to_owned()),
        (0, false) => Ok(people),
        (count, _) => {
            let more = (count > SAID).then(|| format!("…… 共 {count} 处。"));
            let said = faults.into_iter().take(SAID).chain(more);
            Err(std::iter::once("整张表都没有提交,请改正后再来一次。".to_owned()).chain(said).collect::<Vec<_>>().join("\n"))
        }
    }
}

fn people(table: Table) -> (Vec<(Applicant, u32)>, Vec<String>) {
    let columns = TITLES.map(|title| table.header.column(title).map(|column| column.index));
    let (mut people, mut faults) = (Vec::new(), Vec::new());
    for row in table {
        let row = match row {
            Ok(row) => row,
            Err(fault) => {
                faults.push(format!("{fault}。"));
                continue;
            }
        };
        let mut reading = Reading { row: &row, columns: &columns, faults: &mut faults };
        if let Some(applicant) = reading.applicant() {
            people.push((applicant, row.number));
        }
    }
    (people, faults)
}

struct Reading<'a> {
    row: &'a Row,
    columns: &'a [Option<usize>; 8],
    faults: &'a mut Vec<String>,
}

impl Reading<'_> {
    fn fault(&mut self, title: &str, why: &str) {
        self.faults.push(format!("第 {} 行 {title}: {why}", self.row.number));
    }

    fn cell(&self, title: &str) -> Option<&Cell> {
        let place = TITLES.iter().position(|known| *known == title)?;
        self.row.cells.get((*self.columns.get(place)?)?).filter(|cell| !cell.is_blank())
    }

    /// Numbers keep every digit, or are refused.
    fn text(&mut self, title: &str) -> Option<Text> {
        let cell = self.cell(title)?;
        let numbers = title == ID_NO || title == PHONE;
        let read = match cell {
            Cell::Fault(fault) => Err(format!("{fault}。")),
            cell if numbers => code_text(cell).map_err(|fault| format!("{fault}。")),
            cell => Ok(plain(cell)),
        };
        match read.and_then(Text::try_from) {
            Ok(text) => Some(text),
            Err(why) => {
                self.fault(title, &why);
                None
            }
        }
    }

    /// `None`: nobody stands in this row, or nobody who can be named.
    fn applicant(&mut self) -> Option<Applicant> {
        // below the list annex 3 has room for opinions and for whoever filled it in
        if [NAME, ID_NO, PERMISSIONS].into_iter().all(|title| self.cell(title).is_none()) {
            return None;
        }
        let name = self.text(NAME);
        if self.cell(NAME).is_none() {
            self.fault(NAME, "没有填写。");
        }
        let (id_no, phone) = (self.text(ID_NO).map(Hidden), self.text(PHONE).map(Hidden));
        let (section, title, email, note) = (self.text(SECTION), self.text(TITLE), self.text(EMAIL), self.text(NOTE));
        let permissions = self.permissions();
        Some(Applicant { name: name?, section, title, permissions, id_no, phone, email, note })
    }

    fn permissions(&mut self) -> Vec<Permission> {
        let Some(words) = self.text(PERMISSIONS) else { return Vec::new() };
        permissions(words.as_str()).unwrap_or_else(|why| {
            self.fault(PERMISSIONS, &why);
            Vec::new()
        })
    }
}
