//! Rows that are no data: sums, notes, the header once more.

use super::cell::Cell;
use super::header::{Header, key};
use super::{Row, Skip};
use crate::domain::text::{is_han, normalise};

const TOTALS: [&str; 11] = ["合计", "小计", "总计", "总合计", "共计", "累计", "本页合计", "本页小计", "本月合计", "全年合计", "合计金额"];
const NOTES: [&str; 20] = [
    "注",
    "备注",
    "说明",
    "附注",
    "填表说明",
    "制表",
    "填表",
    "填报",
    "编制",
    "审核",
    "复核",
    "审批",
    "经办",
    "负责",
    "单位负责",
    "财务负责",
    "打印",
    "联系",
    "盖章",
    "领导",
];
const NOTE_TAILS: [&str; 9] = ["", "人", "日期", "时间", "单位", "电话", "签字", "签章", "人签字"];

/// What kind of row it is, if it is no data. It looks only at the first cells that hold something: what stands further right may say 合计 and be data.
pub(super) fn judge(row: &Row, header: &Header) -> Option<Skip> {
    let first: Vec<&str> = row.cells.iter().filter(|c| !c.is_blank()).take(3).filter_map(text).collect();
    let leading = row.cells.iter().find(|c| !c.is_blank()).and_then(text).unwrap_or_default();
    // What every such word holds is looked for first: this runs for each row of half a million.
    if first.iter().any(|t| t.contains('计') && TOTALS.contains(&key(t).0.as_str())) || (leading.contains('计') && is_subtotal(&key(leading).0)) {
        return Some(Skip::Total);
    }
    if leading.contains([':', '：']) && is_note(leading) {
        return Some(Skip::Note);
    }
    (repeats(row, header) || numbers_columns(row, header)).then_some(Skip::Header)
}

fn text(cell: &Cell) -> Option<&str> {
    match cell {
        Cell::Text(text) if text.len() <= 3000 => Some(text),
        Cell::Empty | Cell::Text(_) | Cell::Number(_) | Cell::Date(_) | Cell::Moment(_) | Cell::Flag(_) | Cell::Fault(_) => None,
    }
}

/// 晓天镇小计, 合计(12户), 2026年合计
fn is_subtotal(word: &str) -> bool {
    let bare = word.split('(').next().unwrap_or_default();
    TOTALS.contains(&bare) || (bare.ends_with("小计") || bare.ends_with("合计")) && bare.chars().count() <= 16
}

/// 注:…, 制表人:…, with the colon that tells it from a name.
fn is_note(leading: &str) -> bool {
    let plain: String = normalise(leading).chars().filter(|c| !c.is_whitespace()).take(20).collect();
    let Some((word, _)) = plain.split_once(':') else { return false };
    let word = word.trim_end_matches(|c: char| c.is_ascii_digit()).trim_end_matches("(盖章)").trim_end_matches("(签字)");
    NOTES.iter().any(|note| word.strip_prefix(note).is_some_and(|tail| NOTE_TAILS.contains(&tail)))
}

/// Every cell says again what its column is called.
fn repeats(row: &Row, header: &Header) -> bool {
    let mut said = 0;
    for column in &header.columns {
        let Some(cell) = row.cells.get(column.index).filter(|c| !c.is_blank()) else { continue };
        let again = text(cell).is_some_and(|t| says(t, &column.title));
        if !again {
            return false;
        }
        said += 1;
    }
    said > 1
}

fn says(text: &str, title: &str) -> bool {
    let foreign = text.starts_with(|c| is_han(c) && !title.contains(c)) || text.starts_with(|c: char| c.is_ascii_digit() && !title.contains(c));
    !foreign && Some(key(text).0).filter(|k| !k.is_empty()).is_some_and(|k| title.starts_with(&k) || title.ends_with(&k))
}

/// The row 1, 2, 3 … that numbers the columns, right below the header.
fn numbers_columns(row: &Row, header: &Header) -> bool {
    if row.number != header.row + 1 {
        return false;
    }
    let cells: Vec<&Cell> = row.cells.iter().filter(|c| !c.is_blank()).collect();
    let counted = cells.iter().enumerate().all(|(place, cell)| match cell {
        Cell::Number(text) | Cell::Text(text) => text.trim() == (place + 1).to_string(),
        Cell::Empty | Cell::Date(_) | Cell::Moment(_) | Cell::Flag(_) | Cell::Fault(_) => false,
    });
    cells.len() > 2 && counted
}
