//! How the told journal is written: a table that Excel opens, or a JSON object a line for programs.

use std::io::{BufWriter, Write};

use super::Told;

/// 格式
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// UTF-8 with a mark, for Excel.
    Csv,
    Jsonl,
}

/// A file under way.
pub(super) enum Table<W: Write> {
    Csv(Box<csv::Writer<W>>),
    Jsonl(BufWriter<W>),
}

const HEAD: [&str; 9] = ["序号", "时间", "种类", "姓名", "账号", "事项", "变动", "校验值", "前一条的校验值"];

/// What a spreadsheet would take for a formula is written so that it stays text.
fn harmless(cell: &str) -> String {
    let risky = |c: char| matches!(c, '=' | '+' | '-' | '@' | '\t' | '\r' | '＝' | '＋' | '－' | '＠');
    if cell.trim_start_matches([' ', '\u{3000}', '\n']).starts_with(risky) { format!("'{cell}") } else { cell.to_owned() }
}

impl<W: Write> Table<W> {
    pub fn begin(format: Format, mut out: W) -> std::io::Result<Table<W>> {
        match format {
            Format::Csv => {
                out.write_all("\u{feff}".as_bytes())?;
                let mut rows = csv::Writer::from_writer(out);
                rows.write_record(HEAD)?;
                Ok(Table::Csv(Box::new(rows)))
            }
            Format::Jsonl => Ok(Table::Jsonl(BufWriter::new(out))),
        }
    }

    pub fn row(&mut self, told: &Told) -> std::io::Result<()> {
        match self {
            Table::Csv(rows) => {
                let seq = told.seq.to_string();
                let cells = [&seq, &told.at, told.kind, &told.name, &told.account, &told.what, &told.changes, &told.hash, &told.previous];
                Ok(rows.write_record(cells.map(harmless))?)
            }
            Table::Jsonl(out) => {
                serde_json::to_writer(&mut *out, told)?;
                out.write_all(b"\n")
            }
        }
    }

    pub fn end(self) -> std::io::Result<()> {
        match self {
            Table::Csv(mut rows) => rows.flush(),
            Table::Jsonl(mut out) => out.flush(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(what: &str) -> Told {
        let text = |text: &str| text.to_owned();
        Told {
            seq: 7,
            at: text("2026-11-23 10:00:00"),
            kind: "办理",
            name: text("张敏"),
            account: text("console"),
            what: text(what),
            changes: text(""),
            hash: text("ab"),
            previous: text("00"),
        }
    }

    fn written(format: Format, what: &str) -> String {
        let mut out = Vec::new();
        let mut table = Table::begin(format, &mut out).unwrap();
        table.row(&told(what)).unwrap();
        table.end().unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn no_cell_is_a_formula_and_every_cell_is_read_again() {
        for what in ["=1+1", "+86", "-1", "@sum", "\t=1", " =1", "\r=1", "\n=1", "＝1", "=HYPERLINK(\"http://x\",\"看\")"] {
            let text = written(Format::Csv, what);
            let mut rows = csv::Reader::from_reader(text.strip_prefix('\u{feff}').unwrap().as_bytes());
            assert_eq!(rows.headers().unwrap(), &csv::StringRecord::from(HEAD.to_vec()));
            assert_eq!(&rows.records().next().unwrap().unwrap()[5], format!("'{what}"));
        }
        for what in ["", "情况属实", "退回 -1 元", "一,二\n\"三\""] {
            let text = written(Format::Csv, what);
            let mut rows = csv::Reader::from_reader(text.strip_prefix('\u{feff}').unwrap().as_bytes());
            assert_eq!(&rows.records().next().unwrap().unwrap()[5], what);
        }
    }

    #[test]
    fn a_program_reads_one_object_a_line() {
        let line = written(Format::Jsonl, "一\n=二");
        assert_eq!(line.lines().count(), 1);
        let row: serde_json::Value = serde_json::from_str(&line).unwrap();
        assert_eq!((row["seq"].as_i64(), row["what"].as_str()), (Some(7), Some("一\n=二")));
    }
}
