//! Before anything is believed: what kind of file it is, and whether a workbook may be unpacked. Every part is inflated and counted here once, so that what is
//! cut, damaged, or made to burst is refused before its first row is read, whatever sizes the archive itself declares.

use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};
use std::path::Path;

use zip::ZipArchive;
use zip::result::ZipError;

use super::fault::FileFault;
use super::xml::Scan;

const MIB: u64 = 1 << 20;
const FILE: u64 = 1024 * MIB;
const ENTRIES: usize = 10_000;
/// What parts hold that are read into memory whole, or that nobody reads.
const SMALL_PART: u64 = 64 * MIB;
const SHARED_STRINGS: u64 = 256 * MIB;
const SHEET: u64 = 2048 * MIB;
const ALL: u64 = 4096 * MIB;
/// Deflate reaches 1032; a sheet of real rows stays below a hundred.
const RATIO: u64 = 500;

/// What a file is by its content, whatever its name says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Workbook,
    Text,
}

/// Opens a regular file; links, devices and folders are refused.
pub(super) fn open_file(path: &Path) -> Result<File, FileFault> {
    let seen = std::fs::symlink_metadata(path)?;
    if seen.is_dir() {
        return Err(FileFault::Folder);
    }
    if !seen.is_file() {
        return Err(FileFault::NotAFile);
    }
    let file = File::open(path)?;
    let length = file.metadata()?.len();
    match length {
        0 => Err(FileFault::Nothing),
        _ if length > FILE => Err(FileFault::TooLarge(FILE / MIB)),
        _ => Ok(file),
    }
}

/// Tells the kind by the first bytes, and refuses what is neither workbook nor text.
pub(super) fn kind(file: &mut File) -> Result<Kind, FileFault> {
    let mut head = Vec::new();
    file.by_ref().take(4096).read_to_end(&mut head)?;
    file.seek(SeekFrom::Start(0))?;
    if head.starts_with(&[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]) {
        let sealed: Vec<u8> = "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let password = count(file, &sealed)? > 0;
        return Err(if password { FileFault::Password } else { FileFault::OldWorkbook });
    }
    if head.starts_with(b"PK") {
        return Ok(Kind::Workbook);
    }
    let sixteen = head.starts_with(&[0xff, 0xfe]) || head.starts_with(&[0xfe, 0xff]);
    let text = head.strip_prefix(&[0xef, 0xbb, 0xbf]).unwrap_or(&head).trim_ascii_start();
    let foreign = text.starts_with(b"<") || text.starts_with(b"%PDF") || text.starts_with(b"{\\rtf");
    let control = text.iter().any(|b| matches!(b, 1..=8 | 0x0b | 0x0e..=0x1f | 0x7f));
    if !sixteen && (foreign || control) { Err(FileFault::UnknownKind) } else { Ok(Kind::Text) }
}

/// What the look through a workbook found.
pub(super) struct Inspected {
    /// Rows of the longest sheet.
    pub rows: u64,
}

/// Looks through the whole workbook.
pub(super) fn inspect(file: &mut File) -> Result<Inspected, FileFault> {
    if count(file, b"PK\x01\x02")? > ENTRIES {
        return Err(FileFault::Bomb);
    }
    let mut archive = ZipArchive::new(BufReader::new(file)).map_err(|e| of_zip(&e))?;
    let names: Vec<String> = archive.file_names().map(|n| n.map(|n| n.to_ascii_lowercase())).collect::<Result<_, _>>().map_err(|e| of_zip(&e))?;
    if names.iter().any(|n| n.contains("vbaproject") || n.contains("macrosheets/")) {
        return Err(FileFault::Macro);
    }
    is_workbook(&mut archive)?;
    let mut all = 0;
    let mut rows = 0;
    for index in 0..archive.len() {
        let mut part = archive.by_index(index).map_err(|e| of_zip(&e))?;
        let role = Role::of(&part.name().map_err(|e| of_zip(&e))?.to_ascii_lowercase());
        let packed = part.compressed_size().max(1);
        let mut scan = role.piece().map(Scan::new);
        let mut size = 0;
        let mut buffer = vec![0; 64 * 1024];
        loop {
            let read = match part.read(&mut buffer) {
                Ok(0) => break,
                Ok(read) => read,
                Err(_) => return Err(FileFault::Broken),
            };
            size += u64::try_from(read).unwrap_or(u64::MAX);
            if size > role.limit() || all + size > ALL || (size > SMALL_PART && size / packed > RATIO) {
                return Err(FileFault::Bomb);
            }
            if let Some(scan) = &mut scan {
                scan.feed(buffer.get(..read).unwrap_or_default())?;
            }
        }
        all += size;
        if let Some(scan) = scan {
            rows = scan.finish()?.max(rows);
        }
    }
    Ok(Inspected { rows })
}

/// What a part of the workbook is for.
#[derive(Clone, Copy)]
enum Role {
    Sheet,
    Strings,
    Styles,
    Small,
    /// pictures, drawings, comments, links to other workbooks …: nobody reads them here
    Unread,
}

impl Role {
    fn of(name: &str) -> Role {
        const UNREAD: [&str; 16] = [
            "docprops/",
            "customxml/",
            "xl/drawings/",
            "xl/media/",
            "xl/comments",
            "xl/threadedcomments/",
            "xl/persons/",
            "xl/charts/",
            "xl/externallinks/",
            "xl/printersettings/",
            "xl/embeddings/",
            "xl/activex/",
            "xl/ctrlprops/",
            "xl/pivot",
            "xl/tables/",
            "xl/richdata/",
        ];
        if UNREAD.iter().any(|folder| name.starts_with(folder)) {
            Role::Unread
        } else if name.ends_with("sharedstrings.xml") {
            Role::Strings
        } else if name.ends_with("styles.xml") {
            Role::Styles
        } else if name.ends_with(".rels") || name.ends_with("workbook.xml") || name.contains("theme/") {
            Role::Small
        } else if name.ends_with(".xml") {
            Role::Sheet
        } else {
            Role::Unread
        }
    }

    fn limit(self) -> u64 {
        match self {
            Role::Sheet => SHEET,
            Role::Strings => SHARED_STRINGS,
            Role::Styles | Role::Small => SMALL_PART / 4,
            Role::Unread => SMALL_PART,
        }
    }

    /// The longest tag or text that may stand in it, in bytes; `None` where nobody looks.
    fn piece(self) -> Option<usize> {
        match self {
            Role::Sheet | Role::Strings => Some(1 << 20),
            // Each format of a cell takes a copy of the name of its font and of its pattern.
            Role::Styles => Some(2 << 10),
            Role::Small => Some(64 << 10),
            Role::Unread => None,
        }
    }
}

/// By its table of contents: a workbook, and one without macros.
fn is_workbook<R: Read + Seek>(archive: &mut ZipArchive<R>) -> Result<(), FileFault> {
    let part = archive.by_name("[Content_Types].xml").map_err(|e| match e {
        ZipError::FileNotFound => FileFault::UnknownKind,
        other => of_zip(&other),
    })?;
    let mut contents = Vec::new();
    part.take(MIB).read_to_end(&mut contents).map_err(|_| FileFault::Broken)?;
    let contents = String::from_utf8_lossy(&contents).to_ascii_lowercase();
    if contents.contains("macroenabled") || contents.contains("vbaproject") {
        return Err(FileFault::Macro);
    }
    if contents.contains("spreadsheetml.sheet.main+xml") || contents.contains("spreadsheetml.template.main+xml") { Ok(()) } else { Err(FileFault::UnknownKind) }
}

fn of_zip(error: &ZipError) -> FileFault {
    match error {
        ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) => FileFault::Password,
        ZipError::Io(e) if e.kind() == std::io::ErrorKind::PermissionDenied => FileFault::Forbidden,
        _ => FileFault::Broken,
    }
}

/// How often a pattern stands in the file, which is then rewound.
fn count(file: &mut File, pattern: &[u8]) -> Result<usize, FileFault> {
    file.seek(SeekFrom::Start(0))?;
    let mut found = 0;
    let mut window = Vec::with_capacity(64 * 1024 + pattern.len());
    loop {
        let keep = window.len().min(pattern.len() - 1);
        window.drain(..window.len() - keep);
        if file.by_ref().take(64 * 1024).read_to_end(&mut window)? == 0 {
            break;
        }
        found += window.windows(pattern.len()).filter(|w| *w == pattern).count();
    }
    file.seek(SeekFrom::Start(0))?;
    Ok(found)
}
