//! What is to be mended in a workbook: row, column, sentence.

use super::super::{Declined, Reply};

/// As many as are said at once.
const MOST: usize = 15;

/// Everything that is wrong, to be said together. No sentence quotes a cell.
#[derive(Debug, Default)]
pub(super) struct Faults(Vec<(u32, String)>);

impl Faults {
    /// About one cell; row 0: about the whole.
    pub fn add(&mut self, row: u32, column: &str, sentence: &str) {
        let place = if row == 0 { String::new() } else { format!("第 {row} 行 {column}:") };
        self.0.push((row, format!("{place}{sentence}")));
    }

    pub fn extend(&mut self, others: Faults) {
        self.0.extend(others.0);
    }

    /// Nothing is done if there is any; they are told in the order of the rows.
    pub fn refuse(mut self) -> Result<(), Declined> {
        if self.0.is_empty() {
            return Ok(());
        }
        self.0.sort_by_key(|(row, _)| *row);
        self.0.dedup();
        let mut lines = vec![format!("表格没有办理,有 {} 处要改:", self.0.len())];
        lines.extend(self.0.iter().take(MOST).map(|(_, sentence)| sentence.clone()));
        if self.0.len() > MOST {
            lines.push(format!("还有 {} 处。", self.0.len() - MOST));
        }
        lines.push("改好保存后,请再说一次 /核实 批量。".to_owned());
        Err(Declined::Because(Reply::Private(lines.join("\n"))))
    }
}
