//! Holidays of a new year (节假日): 日期, 休 or 班, 名称. All of it or nothing: half a calendar would miscount deadlines.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

use chrono::{Datelike, NaiveDate};

use super::Refusal;
use super::door::{Counts, Order, Outcome};
use super::reading::plain;
use super::report::Report;
use crate::domain::calendar::{Calendar, local_date};
use crate::domain::text::normalise;
use crate::intake::batch::Batches;
use crate::sheet::{self, Cell, date};
use crate::store::setting::{self, Setting};
use crate::watch::recount;

const DATE: [&str; 2] = ["日期", "放假日期"];
const WORKED: [&str; 4] = ["休/班", "休班", "类型", "安排"];
const NAME: [&str; 3] = ["名称", "节日", "节假日名称"];

/// Days off that every year has at least (全国年节及纪念日放假办法: 11, from 2025 on 13): a table with fewer would put a known year out of force.
const LEAST: usize = 11;

type Days = BTreeMap<NaiveDate, (bool, String)>;

/// Lays down the years of a table, each as a setting. The same table again changes nothing.
pub(super) async fn import(batches: &Batches, path: &Path, order: &Order) -> Result<Outcome, Refusal> {
    if order.mapping.is_some() || order.replace.is_some() || !order.set.is_empty() || order.source.is_some() {
        return Err(Refusal::PlainHolidays);
    }
    let (path, sheet) = (path.to_owned(), order.sheet.clone());
    let days = tokio::task::spawn_blocking(move || read(&path, sheet.as_deref())).await.map_err(|e| Refusal::Spool(std::io::Error::other(e)))??;
    let mut counts = Counts { dry_run: order.dry_run, ..Counts::default() };
    for (year, table) in tables(&days) {
        let calendar = Calendar::parse(&table).map_err(|e| Refusal::Holidays(e.to_string()))?;
        if !calendar.known(year) {
            return Err(Refusal::Holidays(format!("{year} 年的表里没有 10 月的国庆节,看来不完整;请补全后再导入")));
        }
        let off = days.iter().filter(|(day, (worked, _))| day.year() == year && !worked).count();
        if off < LEAST {
            return Err(Refusal::Holidays(format!("{year} 年的表里只有 {off} 天休假,全年应有 {LEAST} 天以上;请补全,不属于这一年的行请删去")));
        }
        let count = table.lines().count();
        let mut turn = batches.store.turn().await?;
        if setting::holidays(&mut turn.tx, turn.office, year).await?.as_ref() == Some(&table) {
            counts.known += count;
            continue;
        }
        counts.accepted += count;
        if !order.dry_run {
            let (now, before) = (batches.clock.now(), batches.orders.as_of(&mut turn).await?);
            let after = before.calendar.with_year(year, &calendar);
            let recounted = recount::find(&mut turn, &before.calendar, &after, local_date(now)).await?;
            let setting = Setting::Holidays { year, table, recounted: recounted.clone() };
            let entry = setting::enter(&mut turn, now, &setting).await?;
            let orders = before.by(after);
            recount::apply(&mut turn, &orders, &entry, &recounted).await?;
            turn.commit().await?;
        }
    }
    Ok(Outcome { counts, report: Report::begin()? })
}

fn read(path: &Path, sheet: Option<&str>) -> Result<Days, Refusal> {
    let wanted: Vec<&str> = DATE.into_iter().chain(WORKED).chain(NAME).collect();
    let table = sheet::open(path, &wanted, sheet)?;
    let column = |titles: &[&str]| titles.iter().find_map(|title| table.header.column(title)).map(|column| column.index);
    let missing = |title: &str| Refusal::MissingColumns(vec![title.to_owned()]);
    let (day_at, worked_at, name_at) = (column(&DATE).ok_or_else(|| missing(DATE[0]))?, column(&WORKED).ok_or_else(|| missing(WORKED[0]))?, column(&NAME));
    let epoch = table.epoch;
    let mut days = Days::new();
    for row in table {
        let row = row?;
        let bad = |what: &str| Refusal::Holidays(format!("第 {} 行: {what}", row.number));
        let cell = |at: usize| row.cells.get(at).unwrap_or(&Cell::Empty);
        let day = date::date(cell(day_at), epoch).map_err(|e| bad(&e.to_string()))?;
        let worked = worked(cell(worked_at)).ok_or_else(|| bad("应写 休 或 班"))?;
        let name = name_at.map(|at| normalise(&plain(cell(at))).replace([',', '\n', '\r'], " ")).unwrap_or_default();
        if days.insert(day, (worked, name)).is_some() {
            return Err(bad("这一天写了两次"));
        }
    }
    if days.is_empty() { Err(Refusal::NoRows) } else { Ok(days) }
}

fn worked(cell: &Cell) -> Option<bool> {
    match normalise(&plain(cell)).to_lowercase().as_str() {
        "休" | "休息" | "放假" | "假" | "off" => Some(false),
        "班" | "上班" | "补班" | "调休上班" | "work" => Some(true),
        _ => None,
    }
}

/// A table a year, in the spelling of the shipped one.
fn tables(days: &Days) -> BTreeMap<i32, String> {
    let mut tables: BTreeMap<i32, String> = BTreeMap::new();
    for (day, (worked, name)) in days {
        let _ = writeln!(tables.entry(day.year()).or_default(), "{day},{},{name}", if *worked { "work" } else { "off" });
    }
    tables
}
