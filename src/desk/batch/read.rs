//! A filled workbook: read whole, looked at cell by cell, and refused whole if anything is wrong. It is read from the desk's folder only.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::path::Path;
use std::sync::Arc;

use chrono::NaiveDate;
use commands::batch::{Case, Filed, Finding, HandIn, Line};
use commands::{Outcome, WarningNo};

use super::super::moves::stored_no;
use super::super::{Actor, Declined, Desk, Reply, now, privacy, verify};
use super::faults::Faults;
use super::{Claim, obstacles, workbook};
use crate::domain::Value;
use crate::keys::Keyring;
use crate::sheet::{self, Cell, FileFault, Table};
use crate::store::staff;
use crate::store::warning::{self as stored, No};

/// Bytes of a workbook; twenty thousand rows take two million.
const LARGEST: u64 = 32 << 20;

/// What a workbook says.
pub(super) struct Read {
    pub filed: Filed,
    /// Warnings that are left open.
    pub left: usize,
}

pub(super) async fn read(desk: &Desk, actor: &Actor, hand_in: &HandIn) -> Result<Read, Declined> {
    let (path, keys, (_, today)) = (desk.files.join(hand_in.file.as_str()), Arc::clone(&desk.store.keys), now(desk));
    let rows = tokio::task::spawn_blocking(move || rows(&path, &keys, today)).await.unwrap_or(Err(FileFault::Broken));
    let rows = rows.map_err(|fault| Declined::Because(Reply::Private(format!("文件 {}:{}。", hand_in.file.as_str(), told(&fault)))))?;
    let Sorted { cases, claims, left, mut faults } = sorted(rows);
    let numbers: Vec<No> = claims.iter().map(|claim| stored_no(claim.warning)).collect();
    let mut turn = desk.store.turn().await?;
    let people = staff::all_in(&mut turn.tx, turn.office).await?;
    let found = stored::of_numbers(&mut turn.tx, turn.office, &numbers).await?.into_iter().map(|warning| (warning.no, warning)).collect();
    let evidence = privacy::evidence_of(&mut turn, &numbers).await?;
    drop(turn);
    faults.extend(obstacles(&desk.orders.settings, &actor.staff, &people, &found, claims.into_iter()));
    let (cases, others, keys) = (Arc::new(cases), verify::of_checks(&hand_in.checks), Arc::clone(&desk.store.keys));
    let looked_at = Arc::clone(&cases);
    let personal = tokio::task::spawn_blocking(move || personal(&looked_at, &others, &evidence, &keys)).await;
    faults.extend(personal.map_err(|_| told_broken())?);
    faults.refuse()?;
    Ok(Read { filed: Filed { checks: hand_in.checks.clone(), cases: Arc::unwrap_or_clone(cases) }, left })
}

fn told_broken() -> Declined {
    Declined::Because(Reply::Private(format!("{}。", FileFault::Broken)))
}

fn told(fault: &FileFault) -> String {
    match fault {
        FileFault::Missing => "办事文件夹里没有这个文件。请核对文件名;还没有表格的,先用 /核实 导出".to_owned(),
        FileFault::NoHeader(_) | FileFault::NoSuchSheet(..) | FileFault::UnknownKind => {
            "不是 /核实 导出 写的表格,或者标题改动过。请用导出的表格填写".to_owned()
        }
        other => other.to_string(),
    }
}

/// The rows of a workbook, and what is wrong with them by themselves.
struct Rows {
    rows: Vec<Row>,
    faults: Faults,
}

/// A row that is ours.
struct Row {
    row: u32,
    warning: WarningNo,
    n: u32,
    /// None: nothing is filled in, or not as it should be.
    finding: Option<Finding>,
    empty: bool,
}

fn rows(path: &Path, keys: &Keyring, today: NaiveDate) -> Result<Rows, FileFault> {
    if std::fs::symlink_metadata(path)?.len() > LARGEST {
        return Err(FileFault::TooLarge(LARGEST >> 20));
    }
    let headings = workbook::headings();
    let mut table = sheet::open(path, &headings, Some(workbook::SHEET))?;
    let missing: Vec<String> = headings.iter().filter(|heading| table.header.column(heading).is_none()).map(|heading| (*heading).to_owned()).collect();
    if table.sheet.is_none() || !missing.is_empty() {
        return Err(FileFault::NoHeader(missing));
    }
    let mut read = Rows { rows: Vec::new(), faults: Faults::default() };
    let mut seen: BTreeMap<(No, u32), u32> = BTreeMap::new();
    let mut whole: Option<(String, usize)> = None;
    let mut there = 0;
    while let Some(row) = table.next() {
        there += 1;
        let row = match row {
            Ok(row) => row,
            Err(fault) if fault.row().is_some() => {
                read.faults.add(0, "", &format!("{fault}。"));
                continue;
            }
            Err(fault) => return Err(fault),
        };
        let (cells, mut wrong) = cells(&table, &row);
        let text = |name: &str| cells.get(name).map_or("", String::as_str);
        let Some((warning, n, mark, count)) = ours(keys, text(workbook::NUMBER), text(workbook::PLACE), text(workbook::SEAL)) else {
            read.faults.add(row.number, workbook::NUMBER, "这一行不是导出时写的行。请勿增加行,也不要改动编号、序号和最后隐藏的校验码。");
            continue;
        };
        if whole.get_or_insert_with(|| (mark.clone(), count)).0 != mark {
            read.faults.add(row.number, workbook::NUMBER, "这一行是另一份表格的。请不要在表格之间复制整行。");
            continue;
        }
        if let Some(earlier) = seen.insert((stored_no(warning), n), row.number) {
            read.faults.add(row.number, workbook::NUMBER, &format!("和第 {earlier} 行是同一行。请删去多出的一行。"));
            continue;
        }
        let filled: Vec<(&str, &str)> = Finding::COLUMNS.iter().map(|name| (*name, text(name))).collect();
        let finding = match Finding::read(&filled, today) {
            Ok(finding) => finding,
            Err(more) => {
                wrong.extend(more.into_iter().filter(|(column, _)| !wrong.iter().any(|(known, _)| known == column)).collect::<Vec<_>>());
                None
            }
        };
        let empty = finding.is_none() && wrong.is_empty();
        for (column, sentence) in wrong {
            read.faults.add(row.number, column, &sentence);
        }
        read.rows.push(Row { row: row.number, warning, n, finding, empty });
    }
    match whole {
        Some((_, count)) if count > there => {
            read.faults.add(0, "", &format!("导出时有 {count} 行,现在只有 {there} 行。请勿删行;不想填写的整条留空。"));
        }
        Some(_) => {}
        None => read.faults.add(0, "", "表格里没有一行是导出时写的。请用导出的表格填写。"),
    }
    Ok(read)
}

/// What stands under the headings, as text; and what could not be read.
fn cells(table: &Table, row: &sheet::Row) -> (BTreeMap<&'static str, String>, Vec<(&'static str, String)>) {
    let (mut cells, mut wrong) = (BTreeMap::new(), Vec::new());
    for heading in workbook::headings() {
        let cell = table.header.column(heading).and_then(|column| row.cells.get(column.index));
        let text = match cell {
            None | Some(Cell::Empty) => String::new(),
            // a cell may be written in several lines
            Some(Cell::Text(text)) => text.split(['\r', '\n']).map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" "),
            Some(Cell::Number(number)) => number.clone(),
            Some(Cell::Date(date)) => date.to_string(),
            Some(Cell::Moment(moment)) => moment.date().to_string(),
            Some(Cell::Flag(_)) => "是否".to_owned(),
            Some(Cell::Fault(fault)) => {
                wrong.push((heading, format!("{fault}。")));
                String::new()
            }
        };
        cells.insert(heading, text);
    }
    (cells, wrong)
}

/// Which line a row is, of which workbook, and how many rows that has; `None` if it is none of ours.
fn ours(keys: &Keyring, number: &str, place: &str, seal: &str) -> Option<(WarningNo, u32, String, usize)> {
    let (warning, n): (WarningNo, u32) = (number.parse().ok()?, place.parse().ok()?);
    let mut parts = seal.split('-');
    let (mark, count) = (parts.next()?, parts.next()?.parse().ok()?);
    let same = workbook::seal(keys, mark, count, stored_no(warning), i64::from(n)) == seal;
    same.then(|| (warning, n, mark.to_owned(), count))
}

/// The rows warning by warning.
struct Sorted {
    cases: Vec<Case>,
    /// Of every warning that something is filled in for.
    claims: Vec<Claim>,
    /// Warnings for which nothing is.
    left: usize,
    faults: Faults,
}

/// Of a warning all lines are filled in, or none.
fn sorted(Rows { rows, mut faults }: Rows) -> Sorted {
    let mut by_warning: BTreeMap<WarningNo, Vec<Row>> = BTreeMap::new();
    for row in rows {
        by_warning.entry(row.warning).or_default().push(row);
    }
    let (mut cases, mut claims, mut left) = (Vec::new(), Vec::new(), 0);
    for (warning, rows) in by_warning {
        if rows.iter().all(|row| row.empty) {
            left += 1;
            continue;
        }
        for row in rows.iter().filter(|row| row.empty) {
            faults.add(row.row, "结论", "没有填写。一条预警的各行要都填写,或者整条不填。");
        }
        claims.push(Claim { warning, row: rows.iter().map(|row| row.row).min().unwrap_or(0), lines: rows.len() });
        let mut lines: Vec<Line> = rows.into_iter().filter_map(|row| Some(Line { n: row.n, row: row.row, finding: row.finding? })).collect();
        lines.sort_by_key(|line| line.n);
        if !lines.is_empty() {
            cases.push(Case::new(warning, lines));
        }
    }
    if claims.is_empty() && left > 0 {
        faults.add(0, "", "还没有填写任何一行。请先在表格里填写结论和情况,保存后再办理。");
    }
    Sorted { cases, claims, left, faults }
}

/// Free text that tells of people: by its shape, and by what the warnings' own evidence holds.
fn personal(cases: &[Case], others: &[String], evidence: &HashSet<Value>, keys: &Keyring) -> Faults {
    let mut faults = Faults::default();
    let mut known: BTreeMap<String, Option<String>> = BTreeMap::new();
    // most rows say the same: each text is looked at once
    let mut judge = |text: &str| known.entry(text.to_owned()).or_insert_with(|| refusal(text, evidence, keys)).clone();
    for line in cases.iter().flat_map(|case| &case.lines) {
        let mut texts = vec![("情况", line.finding.facts.as_str())];
        if let Outcome::Violation { demand, .. } = &line.finding.outcome {
            texts.push(("整改要求", demand.as_str()));
        }
        for (column, text) in texts {
            if let Some(refusal) = judge(text) {
                faults.add(line.row, column, &refusal);
            }
        }
    }
    let told: BTreeSet<String> = others.iter().filter_map(|text| judge(text)).collect();
    for refusal in told {
        faults.add(0, "", &refusal);
    }
    faults
}

fn refusal(text: &str, evidence: &HashSet<Value>, keys: &Keyring) -> Option<String> {
    let texts = [text.to_owned()];
    let named = || !evidence.is_empty() && privacy::pieces(&texts, keys).iter().any(|piece| evidence.contains(piece));
    let sentence = match privacy::refuse_typed(&texts) {
        Some(_) => "里面好像有身份证号、银行账号或电话号码。为保护个人信息,请改为“见材料”。没有保存。",
        None if named() => "里面有预警所涉人员的姓名、证件号或账号。为保护个人信息,请改为“见材料”。没有保存。",
        None => return None,
    };
    Some(sentence.to_owned())
}
