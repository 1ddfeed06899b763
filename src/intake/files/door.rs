//! The files' door (文件入口): a file becomes a batch of events under a source's name, taken in by the same hand as a machine's.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::kind::Kind;
use super::lines::{self, Lines};
use super::list::{self, Replace};
use super::mapping::{Mapping, is_source};
use super::report::Report;
use super::{Refusal, holidays, overlap, preset};
use crate::intake::batch::{Batches, Filling, Taken};
use crate::intake::event::Malformed;
use crate::intake::take::{FieldProblemText, read};
use crate::sheet;
use crate::store::{Store, StoreError, journal};

/// What is asked for with a file.
#[derive(Debug, Clone)]
pub struct Order {
    pub kind: Kind,
    /// The office's own mapping: name and text.
    pub mapping: Option<(String, String)>,
    /// In place of the mapping's own.
    pub source: Option<String>,
    pub sheet: Option<String>,
    /// Field → what it takes where the row says nothing.
    pub set: BTreeMap<String, String>,
    pub replace: Option<Replace>,
    /// Although lines that reach other people would be overwritten.
    pub sure: bool,
    /// Although the very same has been entered before: something else may have changed it since.
    pub again: bool,
    /// Only look.
    pub dry_run: bool,
}

impl Order {
    /// A file of this kind and nothing more.
    pub fn plain(kind: Kind) -> Order {
        Order { kind, mapping: None, source: None, sheet: None, set: BTreeMap::new(), replace: None, sure: false, again: false, dry_run: false }
    }
}

/// What became of a file.
#[derive(Debug)]
pub struct Outcome {
    pub counts: Counts,
    pub report: Report,
}

/// Rows, by what became of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    pub accepted: usize,
    pub known: usize,
    pub corrected: usize,
    pub refused: usize,
    /// 合计 rows, notes and repeated headers.
    pub skipped: usize,
    /// Left the list, or came back to it, when it was replaced whole.
    pub left: usize,
    pub returned: usize,
    /// It was to be replaced, and was not, because rows were refused.
    pub not_replaced: bool,
    /// The very same had been entered to its end before: nothing changed.
    pub before: bool,
    pub dry_run: bool,
}

/// How far an import has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    Reading { done: u64, of: u64 },
    Entering { done: u64, of: u64 },
}

/// Takes a file in. Cut at any point, a second call with the same file goes on where it was.
pub async fn import(batches: &Batches, path: &Path, order: &Order, progress: impl Fn(Progress) + Send + Sync + 'static) -> Result<Outcome, Refusal> {
    let progress = Arc::new(progress);
    if order.kind == Kind::Holidays {
        return holidays::import(batches, path, order).await;
    }
    let mappings = mappings(order)?;
    let (mut lines, mapping) = open(batches, path.to_owned(), order.sheet.clone(), mappings, Arc::clone(&progress)).await?;
    let mut counts = Counts { skipped: lines.skipped, refused: lines.broken.len(), dry_run: order.dry_run, ..Counts::default() };
    if order.kind == Kind::Disbursements && !order.sure {
        overlap::check(&batches.store, &mut lines, &mapping.source).await?;
    }
    let changes = match order.replace {
        Some(replace) => list::changes(&batches.store, &mut lines, &mapping, replace).await?,
        None => None,
    };
    counts.not_replaced = order.replace.is_some() && changes.is_none();
    let changes = changes.unwrap_or_default();
    (counts.left, counts.returned) = (changes.leaving.len(), changes.returning.len());
    let mut report = Reporting { rows: &lines.rows, titles: &lines.titles, unread: &lines.unread, mapping: &mapping, report: Report::begin()?, next_unread: 0 };
    for (row, fault) in &lines.broken {
        report.report.row(*row, "整行", &fault.to_string())?;
    }
    if order.dry_run {
        for (line, text) in (1..).zip(lines.spooled.lines().map_err(Refusal::Spool)?) {
            match read(&mapping.source, text.map_err(Refusal::Spool)?.as_bytes(), &batches.store.keys) {
                Ok(_) => counts.accepted += 1,
                Err(malformed) => report.refused(line, &malformed, &mut counts)?,
            }
        }
        return Ok(Outcome { counts, report: report.report });
    }
    let source = mapping.source.as_str();
    beside(batches, source, changes.returning).await?;
    let id = delivery_id(&batches.store, source, lines.spooled.digest(), order.again).await?;
    let of = u64::try_from(lines.rows.len()).unwrap_or(0);
    let told = move |done: i64| progress(Progress::Entering { done: u64::try_from(done).unwrap_or(0), of });
    counts.before = match batches.enter(source, &id, lines.spooled, told).await? {
        Taken::Now => false,
        Taken::Before => true,
        // its id is made from its content: only a forger could have come here
        Taken::Refused(answer) => return Err(Refusal::Answered(answer.status)),
    };
    let mut after = 0;
    while let Some((first, chunk)) = batches.chunk(source, &id, after).await? {
        after = first;
        for code in chunk.codes.chars() {
            match code {
                'a' => counts.accepted += 1,
                'k' => counts.known += 1,
                'c' => counts.corrected += 1,
                _ => {}
            }
        }
        for (line, FieldProblemText { pointer, detail }) in chunk.problems {
            report.refused(line, &Malformed::new(pointer, detail), &mut counts)?;
        }
    }
    beside(batches, source, changes.leaving).await?;
    Ok(Outcome { counts, report: report.report })
}

/// The mappings that may fit: the office's own, or the presets of the kind; with what was asked for beside them.
fn mappings(order: &Order) -> Result<Vec<Mapping>, Refusal> {
    let mut mappings = match &order.mapping {
        Some((name, text)) => vec![Mapping::parse(name, text).map_err(|faults| Refusal::Mapping { name: name.clone(), faults })?],
        None => preset::of(order.kind),
    };
    if let Some(own) = mappings.iter().find(|mapping| mapping.kind != order.kind) {
        return Err(Refusal::OtherKind { asked: order.kind, mapping: own.kind });
    }
    if order.replace.is_some() && !order.kind.is_list() {
        return Err(Refusal::NotAList(order.kind));
    }
    if let Some(source) = &order.source {
        if !is_source(source) {
            return Err(Refusal::Source);
        }
        mappings.iter_mut().for_each(|mapping| mapping.source.clone_from(source));
    }
    for field in order.set.keys() {
        let unknown = mappings.first().map(|mapping| mapping.target.unknown(field));
        mappings.retain(|mapping| mapping.target.has(field));
        if mappings.is_empty() {
            return Err(Refusal::Field(unknown.unwrap_or_default()));
        }
    }
    mappings.iter_mut().for_each(|mapping| mapping.defaults.extend(order.set.clone()));
    Ok(mappings)
}

/// Opens the file and reads it to its end, on a thread that may block.
async fn open(
    batches: &Batches,
    path: PathBuf,
    sheet: Option<String>,
    mappings: Vec<Mapping>,
    progress: Arc<impl Fn(Progress) + Send + Sync + 'static>,
) -> Result<(Lines, Mapping), Refusal> {
    let keys = Arc::clone(&batches.store.keys);
    let work = move || {
        let table = sheet::open(&path, &preset::titles(&mappings), sheet.as_deref())?;
        let mapping = preset::choose(mappings, &table.header).map_err(Refusal::MissingColumns)?;
        let lines = lines::make(table, &mapping, &keys, |done, of| progress(Progress::Reading { done, of }))?;
        Ok((lines, mapping))
    };
    tokio::task::spawn_blocking(work).await.map_err(|e| Refusal::Spool(std::io::Error::other(e)))?
}

/// The id of a delivery by file: the same content has the same. `again`: the first one that has not been entered to its end.
async fn delivery_id(store: &Store, source: &str, digest: &str, again: bool) -> Result<String, StoreError> {
    let mut id = format!("file_{digest}");
    let mut times = 1;
    while again && crate::store::receipt::get(store, source, &id).await?.is_some_and(|receipt| receipt.status != 0) {
        times += 1;
        id = format!("file_{digest}_{times}");
    }
    Ok(id)
}

/// Enters what a replaced list brings with it. It is worked out anew each time from how the list stands, so it needs no id that lasts.
async fn beside(batches: &Batches, source: &str, lines: Vec<String>) -> Result<(), Refusal> {
    if lines.is_empty() {
        return Ok(());
    }
    let mut filling = Filling::begin(&batches.store.keys).map_err(Refusal::Spool)?;
    lines.iter().try_for_each(|line| filling.line(line)).map_err(Refusal::Spool)?;
    let spooled = filling.finish().map_err(Refusal::Spool)?;
    let seq = journal::head(&batches.store).await?.map_or(0, |(seq, _)| seq);
    let id = format!("list_{}_{seq}", spooled.digest());
    match batches.enter(source, &id, spooled, |_| ()).await? {
        Taken::Now | Taken::Before => Ok(()),
        Taken::Refused(answer) => Err(Refusal::Answered(answer.status)),
    }
}

/// Puts what was refused back to the row and the column it came from.
struct Reporting<'l> {
    rows: &'l [u32],
    titles: &'l [Option<String>],
    unread: &'l [(u32, usize, super::reading::Unread)],
    mapping: &'l Mapping,
    report: Report,
    next_unread: usize,
}

impl Reporting<'_> {
    fn refused(&mut self, line: i64, malformed: &Malformed, counts: &mut Counts) -> Result<(), Refusal> {
        counts.refused += 1;
        let place = usize::try_from(line - 1).unwrap_or(usize::MAX);
        let row = self.rows.get(place).copied().unwrap_or(0);
        let mut told = false;
        while let Some((at, column, why)) = self.unread.get(self.next_unread).filter(|(at, ..)| i64::from(*at) <= line) {
            self.next_unread += 1;
            if i64::from(*at) == line {
                self.report.row(row, &self.title(*column), &why.to_string())?;
                told = true;
            }
        }
        if !told {
            let field = malformed.field.strip_prefix("/data/").unwrap_or("");
            let column = self.mapping.columns.iter().position(|column| column.field == field);
            let title = column.map_or_else(|| self.mapping.called(field), |column| self.title(column));
            self.report.row(row, &title, &malformed.reason)?;
        }
        Ok(())
    }

    /// What a column is called in the file, or else would be.
    fn title(&self, column: usize) -> String {
        let usual = || self.mapping.columns.get(column).map_or_else(String::new, |column| self.mapping.called(&column.field));
        self.titles.get(column).cloned().flatten().unwrap_or_else(usual)
    }
}
