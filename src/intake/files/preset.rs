//! The mappings that come with the program (预设), and which of several fits a file.

use std::sync::LazyLock;

use include_dir::{Dir, include_dir};

use super::kind::Kind;
use super::mapping::{Column, Mapping};
use crate::sheet::{self, Header};

static FILES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/templates/import");

/// Every file with what is wrong with it: a test sees to it that nothing is.
static PRESETS: LazyLock<Vec<Result<Mapping, Vec<String>>>> = LazyLock::new(|| {
    let mut files: Vec<_> = FILES.files().collect();
    files.sort_by_key(|file| file.path());
    let parse = |file: &include_dir::File<'_>| {
        let name = file.path().file_stem().and_then(|name| name.to_str()).unwrap_or_default();
        Mapping::parse(name, file.contents_utf8().unwrap_or_default())
    };
    files.into_iter().map(parse).collect()
});

/// The presets of a kind.
pub fn of(kind: Kind) -> Vec<Mapping> {
    PRESETS.iter().flatten().filter(|mapping| mapping.kind == kind).cloned().collect()
}

/// Every title that one of these may want; first the usual ones of what must be there, by which people know the table.
pub fn titles(mappings: &[Mapping]) -> Vec<&str> {
    let must = |mapping: &Mapping, column: &Column| column.required || mapping.target.required().any(|field| field == column.field);
    let columns = mappings.iter().flat_map(|mapping| mapping.columns.iter().map(move |column| (must(mapping, column), column)));
    let (needed, others): (Vec<_>, Vec<_>) = columns.partition(|(needed, _)| *needed);
    let usual = needed.iter().chain(&others).filter_map(|(_, column)| column.titles.first());
    let mut titles: Vec<&str> = Vec::new();
    for title in usual.chain(needed.iter().chain(&others).flat_map(|(_, column)| &column.titles)) {
        if !titles.contains(&title.as_str()) {
            titles.push(title);
        }
    }
    titles
}

impl Column {
    /// The column of the file that fills it: by the first of its titles that stands there.
    pub fn in_header<'h>(&self, header: &'h Header) -> Option<&'h sheet::Column> {
        self.titles.iter().find_map(|title| header.column(title))
    }
}

impl Mapping {
    /// The fields that neither a column of this file nor a default would fill, though they must be, by what people call them.
    pub fn missing(&self, header: &Header) -> Vec<String> {
        let there = |field: &str| self.columns.iter().any(|column| column.field == field && column.in_header(header).is_some());
        let filled = |field: &str| {
            there(field)
                || self.defaults.contains_key(field)
                || self.numbered.as_deref() == Some(field)
                || self.year_of.get(field).is_some_and(|from| there(from))
        };
        let mut fields: Vec<&str> = self.target.required().filter(|field| !filled(field)).collect();
        fields.extend(self.columns.iter().filter(|column| column.required && !there(&column.field)).map(|column| column.field.as_str()));
        fields.sort_unstable();
        fields.dedup();
        fields.into_iter().map(|field| format!("{}({field})", self.called(field))).collect()
    }

    /// A field by the usual title of its column.
    pub fn called(&self, field: &str) -> String {
        let column = self.columns.iter().find(|column| column.field == field);
        column.and_then(|column| column.titles.first()).map_or_else(|| self.target.title(field).to_owned(), Clone::clone)
    }

    fn matched(&self, header: &Header) -> usize {
        self.columns.iter().filter(|column| column.in_header(header).is_some()).count()
    }
}

/// The mapping that fits: nothing missing, and most of the file's columns used. Else what is missing for the one that comes nearest.
pub fn choose(mappings: Vec<Mapping>, header: &Header) -> Result<Mapping, Vec<String>> {
    let mut best: Option<(Mapping, usize, Vec<String>)> = None;
    for mapping in mappings {
        let (missing, matched) = (mapping.missing(header), mapping.matched(header));
        let better = best.as_ref().is_none_or(|(_, most, least)| (missing.is_empty(), matched) > (least.is_empty(), *most));
        if better {
            best = Some((mapping, matched, missing));
        }
    }
    match best {
        Some((mapping, _, missing)) if missing.is_empty() => Ok(mapping),
        Some((_, _, missing)) => Err(missing),
        None => Err(Vec::new()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_preset_is_whole_and_every_kind_has_one() {
        let faults: Vec<&Vec<String>> = PRESETS.iter().filter_map(|preset| preset.as_ref().err()).collect();
        assert!(faults.is_empty(), "{faults:#?}");
        for kind in Kind::ALL.into_iter().filter(|kind| *kind != Kind::Holidays) {
            assert!(!of(kind).is_empty(), "{}", kind.name());
        }
    }
}
