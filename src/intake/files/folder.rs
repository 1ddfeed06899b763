//! The drop folder (导入文件夹): `payments/` and the like take files; each is entered once it has stopped growing, then lies in `done/` or `refused/`
//! beside its report. In `taking/` lies what is being entered; whoever holds the lock on it enters it, and a file nobody holds is gone on with.

use std::collections::HashMap;
use std::fs::{self, File, TryLockError};
use std::io::{Error, ErrorKind, Result as IoResult};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use chrono::{DateTime, TimeDelta, Utc};
use tokio::sync::{Mutex, watch};
use tracing::info;

use super::kind::Kind;
use super::report::Report;
use super::{Order, Refusal, import};
use crate::intake::batch::Batches;
use crate::troubles::Troubles;

/// How often it is looked at.
const LOOK: Duration = Duration::from_secs(2);
/// A file that has neither grown nor been written to for so long is whole.
const STILL: TimeDelta = TimeDelta::seconds(5);
/// Under this name troubles are told.
const TROUBLE: &str = "import";

/// What a file looked like, and since when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Seen {
    length: u64,
    modified: SystemTime,
    since: DateTime<Utc>,
}

/// A watched folder.
#[derive(Debug, Clone)]
pub struct Folder {
    root: PathBuf,
    batches: Batches,
    troubles: Troubles,
    /// One look at a time.
    seen: Arc<Mutex<HashMap<PathBuf, Seen>>>,
}

impl Folder {
    pub fn new(root: &Path, batches: Batches, troubles: Troubles) -> Folder {
        Folder { root: root.to_owned(), batches, troubles, seen: Arc::default() }
    }

    /// Looks again and again until told to stop; what is being entered then goes on at the next start.
    pub async fn keep_watch(self, mut stop: watch::Receiver<bool>) {
        while !*stop.borrow() {
            tokio::select! {
                () = self.look() => {}
                _ = stop.changed() => return,
            }
            tokio::select! {
                () = tokio::time::sleep(LOOK) => {}
                _ = stop.changed() => {}
            }
        }
    }

    /// Enters whatever is whole. What goes wrong is told at `/readyz`, and tried again at the next look.
    pub async fn look(&self) {
        let mut seen = self.seen.lock().await;
        let mut trouble = None;
        for kind in Kind::ALL {
            if let Err(failure) = self.claim(kind, &mut seen) {
                trouble = Some(self.unusable(&failure));
            }
            let waiting = self.files(&self.root.join("taking").join(kind.name())).unwrap_or_default();
            for path in waiting {
                match self.take(kind, &path).await {
                    Ok(()) => {}
                    Err(Failure::Folder(failure)) => trouble = Some(self.unusable(&failure)),
                    Err(Failure::Later(refusal)) => trouble = Some(format!("有{}文件暂时导入不了,会自动再试。{refusal}", kind.title())),
                }
            }
        }
        match trouble {
            Some(sentence) => self.troubles.note(TROUBLE, &sentence),
            None => self.troubles.settle(TROUBLE),
        }
    }

    fn unusable(&self, failure: &Error) -> String {
        format!("导入文件夹 {} 读不了或写不了({})。请检查文件夹的权限和磁盘空间。", self.root.display(), failure.kind())
    }

    /// Moves what is whole to `taking/`.
    fn claim(&self, kind: Kind, seen: &mut HashMap<PathBuf, Seen>) -> IoResult<()> {
        let (inbox, taking) = (self.root.join(kind.name()), self.root.join("taking").join(kind.name()));
        for folder in [&inbox, &taking, &self.root.join("done").join(kind.name()), &self.root.join("refused").join(kind.name())] {
            fs::create_dir_all(folder)?;
        }
        let now = self.batches.clock.now();
        let files = self.files(&inbox)?;
        seen.retain(|path, _| !path.starts_with(&inbox) || files.contains(path));
        for path in files {
            // whoever put it there, or another service, may have taken it away since
            let Ok(about) = fs::metadata(&path) else { continue };
            let fresh = Seen { length: about.len(), modified: about.modified()?, since: now };
            let known = seen.entry(path.clone()).or_insert(fresh);
            if (known.length, known.modified) != (fresh.length, fresh.modified) {
                *known = fresh;
            }
            if now - known.since < STILL {
                continue;
            }
            let to = free(&taking, &path)?;
            match fs::rename(&path, &to) {
                Err(failure) if failure.kind() == ErrorKind::NotFound => {}
                moved => moved?,
            }
            seen.remove(&path);
        }
        Ok(())
    }

    /// Files by name, without those that are only half there or belong to Excel, and without ours.
    fn files(&self, folder: &Path) -> IoResult<Vec<PathBuf>> {
        let mut files = Vec::new();
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().to_lowercase();
            let passing = name.starts_with("~$")
                || name.starts_with('.')
                || [".tmp", ".part", ".crdownload", ".filepart", ".report.csv"].iter().any(|end| name.ends_with(end));
            if !passing && entry.file_type()?.is_file() {
                files.push(entry.path());
            }
        }
        files.sort();
        Ok(files)
    }

    /// Enters one file and puts it away. Killed in between, the next look finds it here, enters it once more, which changes nothing, and puts it away.
    async fn take(&self, kind: Kind, path: &Path) -> Result<(), Failure> {
        let Some(lock) = hold(path).map_err(Failure::Folder)? else { return Ok(()) };
        let looks = || lock.metadata().and_then(|about| Ok((about.len(), about.modified()?))).map_err(Failure::Folder);
        let before = looks()?;
        let (place, report, told) = match import(&self.batches, path, &Order::plain(kind), |_| ()).await {
            Ok(outcome) => {
                let counts = outcome.counts;
                let nothing = counts.refused > 0 && counts.accepted + counts.known + counts.corrected == 0;
                info!(
                    kind = kind.name(),
                    "import: a file was taken: {} new, {} known, {} corrected, {} refused", counts.accepted, counts.known, counts.corrected, counts.refused
                );
                (if nothing { "refused" } else { "done" }, outcome.report, counts.to_string())
            }
            Err(refusal) if refusal.passes() => return Err(Failure::Later(refusal)),
            Err(refusal) => {
                info!(kind = kind.name(), "import: a file was refused as a whole");
                ("refused", Report::begin().map_err(Failure::Later)?, format!("没有导入。{refusal}"))
            }
        };
        // whoever wrote to it has not ended: the next look enters the rest
        if looks()? != before {
            return Ok(());
        }
        put_away(path, &self.root.join(place).join(kind.name()), report, &told).map_err(Failure::Folder)
    }
}

enum Failure {
    Folder(Error),
    Later(Refusal),
}

/// The lock on a file that lies in `taking/`; none if somebody else has it, or has put the file away meanwhile.
fn hold(path: &Path) -> IoResult<Option<File>> {
    let file = match File::open(path) {
        Err(failure) if failure.kind() == ErrorKind::NotFound => return Ok(None),
        opened => opened?,
    };
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => return Ok(None),
        Err(TryLockError::Error(failure)) => return Err(failure),
    }
    let ours = file.metadata()?;
    let there = fs::metadata(path).is_ok_and(|there| (there.dev(), there.ino()) == (ours.dev(), ours.ino()));
    Ok(there.then_some(file))
}

/// Moves a file beside its report, under a name that nothing has: the report is made first and holds the name.
fn put_away(path: &Path, folder: &Path, report: Report, told: &str) -> IoResult<()> {
    loop {
        let to = free(folder, path)?;
        let beside = report_of(&to);
        match File::options().write(true).create_new(true).open(&beside) {
            Err(failure) if failure.kind() == ErrorKind::AlreadyExists => continue,
            made => drop(made?),
        }
        report.save(&beside, told)?;
        return fs::rename(path, &to);
    }
}

/// Where the report of a file lies.
pub fn report_of(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".report.csv");
    PathBuf::from(name)
}

/// The file's own name in a folder, with a number where it is taken: `明细.xlsx`, `明细-2.xlsx`.
fn free(folder: &Path, file: &Path) -> IoResult<PathBuf> {
    let part = |part: Option<&std::ffi::OsStr>| part.map(|text| text.to_string_lossy().into_owned()).unwrap_or_default();
    let (stem, ending) = (part(file.file_stem()), file.extension().map(|ending| format!(".{}", ending.to_string_lossy())).unwrap_or_default());
    // room is left in the name for a number and for the report's ending
    let (ending, stem) = (cut(&ending, 40), cut(&stem, 180));
    let names = std::iter::once(format!("{stem}{ending}")).chain((2..10_000).map(|n| format!("{stem}-{n}{ending}")));
    let free = names.map(|name| folder.join(name)).find(|path| !path.exists() && !report_of(path).exists());
    free.ok_or_else(|| Error::from(ErrorKind::AlreadyExists))
}

/// The beginning of a text, at most so many bytes.
fn cut(text: &str, most: usize) -> &str {
    text.get(..text.floor_char_boundary(most)).unwrap_or(text)
}
