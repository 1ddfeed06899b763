//! Lines out of rows (成行): each row becomes the JSON of an event, on disk; what could not be read is remembered by row and column.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::Refusal;
use super::mapping::Mapping;
use super::reading::{Unread, plain, read};
use crate::intake::batch::{Filling, Spooled};
use crate::intake::event::UNTOLD;
use crate::keys::Keyring;
use crate::sheet::{Cell, FileFault, Header, Row, RowFault, Table};

/// The lines of a file, and where in it each came from.
#[derive(Debug)]
pub struct Lines {
    pub spooled: Spooled,
    /// The title that stands in the file for each column of the mapping, where one does.
    pub titles: Vec<Option<String>>,
    /// The row of each line as Excel counts them.
    pub rows: Vec<u32>,
    /// Cells that are not what their column asks for, in the order of the lines: (line from 1, column of the mapping, why).
    pub unread: Vec<(u32, usize, Unread)>,
    /// Rows of which no line could be made.
    pub broken: Vec<(u32, RowFault)>,
    /// 合计 rows, notes and repeated headers that were passed over.
    pub skipped: usize,
}

/// How the columns of one file are read.
struct Plan<'m> {
    mapping: &'m Mapping,
    header: Header,
    table: crate::sheet::Epoch,
}

/// Reads the whole table; takes as long as it takes, in little memory. `progress` is told (done, of all).
pub fn make(mut table: Table, mapping: &Mapping, keys: &Keyring, mut progress: impl FnMut(u64, u64)) -> Result<Lines, Refusal> {
    let plan = Plan { mapping, header: table.header.clone(), table: table.epoch };
    let mut filling = Filling::begin(keys).map_err(Refusal::Spool)?;
    let (mut rows, mut unread, mut broken) = (Vec::new(), Vec::new(), Vec::new());
    let mut number = first_number(mapping);
    let titles = mapping.columns.iter().map(|column| column.in_header(&plan.header).and_then(|found| found.wanted.clone())).collect();
    while let Some(row) = table.next() {
        let row = match row {
            Ok(row) => row,
            Err(FileFault::Row(row, fault)) => {
                broken.push((row, fault));
                continue;
            }
            Err(fault) => return Err(fault.into()),
        };
        rows.push(row.number);
        let line = u32::try_from(rows.len()).unwrap_or(u32::MAX);
        let data = plan.data(&row, number, |column, why| unread.push((line, column, why)));
        number += 1;
        let event = json!({ "type": mapping.target.event, "timestamp": UNTOLD, "data": data });
        filling.line(&event.to_string()).map_err(Refusal::Spool)?;
        if rows.len() % 1000 == 0 {
            let (done, all) = table.progress();
            progress(done, all);
        }
    }
    if rows.is_empty() && broken.is_empty() {
        return Err(Refusal::NoRows);
    }
    Ok(Lines { spooled: filling.finish().map_err(Refusal::Spool)?, titles, rows, unread, broken, skipped: table.skipped().len() })
}

/// Where rows without a number of their own begin to count: at 1, or where the default says.
fn first_number(mapping: &Mapping) -> u64 {
    mapping.numbered.as_ref().and_then(|field| mapping.defaults.get(field)?.parse().ok()).unwrap_or(1)
}

impl Plan<'_> {
    /// The content of the event that a row is. A cell that cannot be read is passed on in a wrapping that no field takes: intake refuses it by its name,
    /// and keeps it.
    fn data(&self, row: &Row, number: u64, mut unread: impl FnMut(usize, Unread)) -> Map<String, Value> {
        let mut data = Map::new();
        let mut years: BTreeMap<&str, i32> = BTreeMap::new();
        for (place, column) in self.mapping.columns.iter().enumerate() {
            let Some(found) = column.in_header(&self.header) else { continue };
            let cell = row.cells.get(found.index).unwrap_or(&Cell::Empty);
            if cell.is_blank() {
                continue;
            }
            let value = match read(cell, column.how, &column.words, found.unit, self.table) {
                Ok(said) => {
                    years.extend(said.year.map(|year| (column.field.as_str(), year)));
                    self.value(&column.field, said.text)
                }
                Err(why) => {
                    unread(place, why);
                    json!({ "cell": plain(cell) })
                }
            };
            data.insert(column.field.clone(), value);
        }
        for (field, text) in &self.mapping.defaults {
            if !data.contains_key(field) && self.mapping.numbered.as_ref() != Some(field) {
                data.insert(field.clone(), self.value(field, text.clone()));
            }
        }
        for (field, from) in &self.mapping.year_of {
            if let (false, Some(year)) = (data.contains_key(field), years.get(from.as_str())) {
                data.insert(field.clone(), (*year).into());
            }
        }
        if let Some(field) = self.mapping.numbered.as_ref().filter(|field| !data.contains_key(*field)) {
            data.insert(field.clone(), number.into());
        }
        data
    }

    fn value(&self, field: &str, text: String) -> Value {
        match text.parse::<bool>() {
            Ok(flag) if self.mapping.target.is_flag(field) => flag.into(),
            Ok(_) | Err(_) => text.into(),
        }
    }
}
