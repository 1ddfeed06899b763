//! Files as an office has them on its desktop, and what the program says about them.

use std::path::{Path, PathBuf};
use std::time::Duration;

use chrono::TimeDelta;
use jingling::intake::batch::Batches;
use jingling::intake::files::folder::report_of;
use jingling::intake::files::{Kind, Order, Outcome, Progress, Refusal, import};
use jingling::watch::Orders;
use rust_xlsxwriter::Workbook;

use super::Office;

/// A workbook of one sheet; a cell that begins with `#` is a number.
pub fn workbook(rows: &[&[&str]]) -> Vec<u8> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    for (at, row) in (0u32..).zip(rows) {
        for (column, cell) in (0u16..).zip(*row) {
            match cell.strip_prefix('#') {
                Some(number) => sheet.write_number(at, column, number.parse::<f64>().unwrap()).unwrap(),
                None => sheet.write_string(at, column, *cell).unwrap(),
            };
        }
    }
    workbook.save_to_buffer().unwrap()
}

/// A CSV file in UTF-8.
pub fn plain_table(rows: &[&[&str]]) -> Vec<u8> {
    rows.iter().fold(String::new(), |text, row| text + &row.join(",") + "\n").into_bytes()
}

/// The report beside a file, as Excel shows it: what is said of the whole, then a row a line.
fn read_report(file: &Path) -> String {
    let text = std::fs::read_to_string(report_of(file)).unwrap();
    let mut rows = csv::Reader::from_reader(text.strip_prefix('\u{feff}').expect("Excel wants the mark").as_bytes());
    assert_eq!(rows.headers().unwrap(), vec!["行号", "列", "问题和办法"]);
    let mut told = Vec::new();
    for row in rows.deserialize() {
        let (row, column, what): (String, String, String) = row.unwrap();
        told.push(if row == "全部" { what } else { format!("{row} {column}: {what}") });
    }
    told.join("\n")
}

impl Office {
    /// Somebody puts a file on the desktop.
    pub fn saves(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        std::fs::write(&path, content).unwrap();
        path
    }

    /// `jingling import` of a file, beside the running service; what is said, then the report without its head.
    pub async fn imports(&self, kind: Kind, name: &str, content: impl AsRef<[u8]>) -> String {
        self.imports_as(&Order::plain(kind), name, content).await
    }

    pub async fn imports_as(&self, order: &Order, name: &str, content: impl AsRef<[u8]>) -> String {
        let path = self.saves(name, content);
        match self.tries_to_import(order, name, |_| ()).await {
            Ok(Outcome { counts, report }) if report.is_empty() => counts.to_string(),
            Ok(Outcome { counts, report }) => {
                report.save(&report_of(&path), &counts.to_string()).unwrap();
                read_report(&path)
            }
            Err(refusal) => format!("没有导入。{refusal}"),
        }
    }

    /// The same for a file that lies there already; `progress` is told how far it has come.
    pub async fn tries_to_import(&self, order: &Order, name: &str, progress: impl Fn(Progress) + Send + Sync + 'static) -> Result<Outcome, Refusal> {
        let mut turn = self.store().turn().await.unwrap();
        let orders = Orders::read(&mut turn).await.unwrap();
        drop(turn);
        let batches = Batches { store: self.store().clone(), orders: orders.into(), clock: self.clock.clone() };
        import(&batches, &self.path(name), order, progress).await
    }

    /// Where the drop folder is.
    pub fn folder(&self, place: &str) -> PathBuf {
        self.config.import.watched().unwrap().join(place)
    }

    /// Somebody drops a file in.
    pub fn drops(&self, kind: &str, name: &str, content: impl AsRef<[u8]>) {
        let inbox = self.folder(kind);
        std::fs::create_dir_all(&inbox).unwrap();
        std::fs::write(inbox.join(name), content).unwrap();
    }

    /// The service looks at the drop folder, and again when files have lain still for long enough.
    pub async fn looks(&self) {
        let folder = self.app().import.as_ref().unwrap();
        folder.look().await;
        self.wind(TimeDelta::seconds(6));
        folder.look().await;
    }

    /// What lies in the drop folder, without empty folders: `done/payments/明细.xlsx`.
    pub fn lies(&self) -> Vec<String> {
        let root = self.folder("");
        let mut found = Vec::new();
        let mut folders = vec![root.clone()];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    found.push(path.strip_prefix(&root).unwrap().display().to_string());
                }
            }
        }
        found.sort();
        found
    }

    /// The report beside a file of the drop folder.
    pub fn report(&self, place: &str) -> String {
        read_report(&self.folder(place))
    }

    /// The inner door tells of a trouble, or of none.
    pub async fn troubled_by(&self, sentence: &str) -> bool {
        for _ in 0..200 {
            if self.inspects("/readyz").await.body.contains(sentence) {
                return true;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        false
    }
}
