//! `/核实 导出`: the yellow lights that the asker may verify, a line a row, into the desk's folder.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};
use std::path::Path;
use std::sync::Arc;

use commands::batch::Export;

use super::super::known::{Known, Whose, open_to};
use super::super::moves::stored_no;
use super::super::{Actor, Declined, Desk, Reply};
use super::workbook::{self, Shown};
use crate::chat;
use crate::delivery::card::{said, warning_no};
use crate::domain::record::{allocation, beneficiary, disbursement, evaluation, goal, indicator, payment, payroll, progress, project, standard};
use crate::domain::{ChatSafe, Entity, Level, Record, RuleCode, Step, Value};
use crate::store::warning::{self as stored, Item, Warning};
use crate::store::{StoreError, ledger, staff};

/// Rows of one workbook.
const MOST: i64 = 20_000;
/// Workbooks of the same lines that may lie there side by side.
const COPIES: i64 = 50;

/// The lines asked for, as they stand.
struct Chosen {
    warnings: Vec<Warning>,
    items: Vec<Item>,
    records: BTreeMap<(Entity, String), Arc<Record>>,
}

pub(super) async fn write(desk: &Desk, actor: &Actor, export: &Export) -> Result<Reply, Declined> {
    let chosen = choose(desk, actor, export).await?;
    let lines = shown(&chosen);
    let (what, name, title) = match export {
        Export::Warning(no) => (warning_no(stored_no(*no)).map(|no| chat!("{}", no)).unwrap_or_default(), no.to_string(), format!("{no} 逐行核实")),
        Export::Rule(_) => {
            let (code, name) = chosen.warnings.first().map(|w| (w.rule.clone(), w.rule_name.clone())).unwrap_or_default();
            (said(RuleCode::new(&code)), code.clone(), format!("{code} {name} 批量核实"))
        }
    };
    let (keys, office, folder) = (Arc::clone(&desk.store.keys), desk.store.office, desk.files.clone());
    let rows = lines.len();
    let written = tokio::task::spawn_blocking(move || {
        let mark = workbook::mark(&keys, office, &lines.iter().map(|line| (line.no, line.n)).collect::<Vec<_>>());
        let tag = i64::from_str_radix(mark.get(..6).unwrap_or_default(), 16).unwrap_or_default();
        let file = workbook::write(&keys, &mark, &title, &lines).map_err(std::io::Error::other)?;
        Ok::<_, std::io::Error>((tag, put(&folder, &format!("核实-{name}-{tag}"), &file)?))
    });
    match written.await.unwrap_or_else(|failed| Err(std::io::Error::other(failed))) {
        Ok((tag, copy)) => {
            let copy = if copy > 1 { chat!("-{}", copy) } else { ChatSafe::default() };
            let warnings = chosen.warnings.len();
            Ok(chat!(
                "已写好 {} 条预警、{} 行,在办事文件夹里:核实-{}-{}{}.xlsx\n逐行填好并保存后,用 /核实 批量 文件=(文件名) 方式=… 办理。",
                warnings,
                rows,
                what,
                tag,
                copy
            )
            .into())
        }
        Err(failure) => {
            tracing::error!(%failure, "desk: a workbook could not be written");
            Err(chat!("办事文件夹写不进去,表格没有写出。请财政信息中心检查配置 desk.folder 的权限和磁盘空间。").into())
        }
    }
}

/// Which of them there are, and which are this person's to verify.
async fn choose(desk: &Desk, actor: &Actor, export: &Export) -> Result<Chosen, Declined> {
    let mut turn = desk.store.turn().await?;
    let office = turn.office;
    let warnings = match export {
        Export::Warning(no) => {
            let people = staff::all_in(&mut turn.tx, office).await?;
            let known = Known::in_turn(&mut turn, stored_no(*no)).await?;
            vec![open_to(&desk.orders.settings, &people, &actor.staff, stored_no(*no), known, (Step::VerifyNormal, Whose::Handlers))?]
        }
        Export::Rule(code) => {
            let code = code.as_str().to_uppercase();
            let mut found = stored::open_of_rule(&mut turn.tx, office, &code, &actor.staff.section, actor.staff.id).await?;
            found.retain(|warning| warning.state.open_level() == Some(Level::Yellow));
            found
        }
    };
    if warnings.is_empty() {
        return Err(chat!("这条规则下没有归您核实的黄灯。用 /预警 列表 级别=黄灯 查看。").into());
    }
    let rows: i64 = warnings.iter().map(|warning| warning.items).sum();
    if rows > MOST {
        return Err(chat!("一共 {} 行,一张表最多 {} 行。请用 编号=… 一条一条导出。", rows, MOST).into());
    }
    let mut items = stored::items_of(&mut turn.tx, office, &warnings.iter().map(|warning| warning.no).collect::<Vec<_>>()).await?;
    // what was found of a record again stands for what was found before
    items.sort_by(|a, b| (a.no, a.entity, &a.key, b.n).cmp(&(b.no, b.entity, &b.key, a.n)));
    items.dedup_by(|again, latest| (again.no, again.entity, &again.key) == (latest.no, latest.entity, &latest.key));
    items.sort_by_key(|item| (item.no, item.n));
    let records = records(&mut turn, &items).await?;
    Ok(Chosen { warnings, items, records })
}

async fn records(turn: &mut crate::store::Turn, items: &[Item]) -> Result<BTreeMap<(Entity, String), Arc<Record>>, StoreError> {
    let mut keys: BTreeMap<Entity, BTreeSet<String>> = BTreeMap::new();
    for item in items {
        keys.entry(item.entity).or_default().insert(item.key.clone());
    }
    let mut records = BTreeMap::new();
    for (entity, keys) in keys {
        let found = ledger::by_key(&mut turn.tx, turn.office, entity, &keys.into_iter().collect::<Vec<_>>()).await?;
        records.extend(found.into_iter().map(|record| ((entity, record.key.clone()), record)));
    }
    Ok(records)
}

fn shown(chosen: &Chosen) -> Vec<Shown> {
    let warnings: BTreeMap<i64, &Warning> = chosen.warnings.iter().map(|warning| (warning.no, warning)).collect();
    let line = |item: &Item| {
        let warning = warnings.get(&item.no)?;
        let record = chosen.records.get(&(item.entity, item.key.clone()));
        let found = record.map(|record| found_by(record)).unwrap_or_default();
        let [voucher, town, village, payee, date, amount] = found;
        let or = |text: String, other: Option<String>| if text.is_empty() { other.unwrap_or_default() } else { text };
        let about = [
            warning_no(item.no).map(|no| no.to_string()).unwrap_or_default(),
            item.n.to_string(),
            or(voucher, warning.voucher_no.clone()),
            warning.doc_no.clone().unwrap_or_default(),
            or(town, warning.town.clone()),
            village,
            payee,
            or(date, warning.business_date.map(|date| date.to_string())),
            amount,
        ];
        Some(Shown { no: item.no, n: item.n, about })
    };
    chosen.items.iter().filter_map(line).collect()
}

/// What helps to find a record in the papers: voucher (or what numbers it in the place of one), town, village, payee (masked), date, amount. No name, no number of a person.
fn found_by(record: &Record) -> [String; 6] {
    let text = |slot: usize| record.text(slot).to_owned();
    let date = |slot: usize| record.get(slot).as_date().map(|date| date.to_string()).unwrap_or_default();
    let money = |slot: usize| record.get(slot).as_money().map(|money| money.to_string()).unwrap_or_default();
    let none = String::new;
    match record.entity {
        Entity::Payment => {
            let voucher = if record.text(payment::VOUCHER_NO).is_empty() { text(payment::APPLICATION_NO) } else { text(payment::VOUCHER_NO) };
            let payee = format!("{} {}", record.text(payment::PAYEE_MASKED), record.text(payment::ACCOUNT_TAIL)).trim().to_owned();
            [voucher, text(payment::TOWN), none(), payee, date(payment::PAID_ON), money(payment::AMOUNT)]
        }
        Entity::Disbursement => {
            let line = match record.get(disbursement::LINE_NO) {
                Value::Empty => none(),
                _ => format!("第 {} 行", record.text(disbursement::LINE_NO)),
            };
            let month = date(disbursement::MONTH_START);
            [text(disbursement::VOUCHER_NO), text(disbursement::TOWN), text(disbursement::VILLAGE), line, month, money(disbursement::PAID)]
        }
        Entity::Allocation => [none(), none(), none(), none(), date(allocation::REGISTERED_ON), money(allocation::AMOUNT)],
        Entity::Beneficiary => [none(), text(beneficiary::TOWN), text(beneficiary::VILLAGE), none(), none(), none()],
        Entity::Goal => [text(goal::PROJECT_CODE), none(), none(), none(), date(goal::FILED_ON), money(goal::AMOUNT)],
        Entity::Indicator => [text(indicator::PROJECT_CODE), none(), none(), none(), none(), none()],
        Entity::Progress => [text(progress::PROJECT_CODE), none(), none(), none(), date(progress::FILED_ON), none()],
        Entity::Evaluation => [text(evaluation::PROJECT_CODE), none(), none(), none(), date(evaluation::EVALUATED_ON), none()],
        Entity::Payroll => [none(), none(), none(), none(), date(payroll::EFFECTIVE_FROM), none()],
        Entity::Project => [text(project::PROJECT_CODE), none(), none(), none(), none(), money(project::AMOUNT)],
        Entity::Standard => [text(standard::STANDARD_NO), none(), none(), none(), date(standard::EFFECTIVE_FROM), money(standard::MONTHLY)],
        Entity::Other => Default::default(),
    }
}

/// Into the folder, under a name that is free: what somebody is filling in is not written over. Which copy it became.
fn put(folder: &Path, name: &str, file: &[u8]) -> std::io::Result<i64> {
    std::fs::create_dir_all(folder)?;
    for copy in 1..=COPIES {
        let path = folder.join(if copy > 1 { format!("{name}-{copy}.xlsx") } else { format!("{name}.xlsx") });
        match OpenOptions::new().write(true).create_new(true).open(&path) {
            Ok(mut new) => return new.write_all(file).and_then(|()| new.sync_all()).map(|()| copy),
            Err(failure) if failure.kind() == ErrorKind::AlreadyExists => {}
            Err(failure) => return Err(failure),
        }
    }
    Err(ErrorKind::AlreadyExists.into())
}
