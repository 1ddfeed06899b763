//! A look over the XML of a part as it is inflated, in constant memory: nothing in it may make a parser hold more than a cell at a time.

use super::fault::FileFault;

/// A cell or shared string from start to end: 32 767 characters, each in formatting of its own, stay below.
const ITEM: usize = 4 << 20;
/// Half a million rows with eight texts each, all different.
const STRINGS: u64 = 4_000_000;
/// Formats of cells and of named styles; Excel stops at 64 000 of each.
const FORMATS: u64 = 140_000;
/// Whatever is neither row, cell nor string.
const OTHERS: u64 = 2_000_000;
const DEPTH: usize = 64;
/// The attribute by which a reader reserves memory before it has seen a single string.
const UNIQUE: &[u8] = b"uniqueCount";
/// How much of a tag is looked at; names are shorter.
const TAG_KEPT: usize = 256;

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Text,
    Tag,
    Quoted(u8),
}

/// The scan, fed block by block.
pub(super) struct Scan {
    state: State,
    tag: Vec<u8>,
    last: u8,
    /// Bytes since the last `<` outside quotes, and how many there may be.
    piece: usize,
    piece_limit: usize,
    /// The names of the open elements, one after the other, and where each begins.
    names: Vec<u8>,
    open: Vec<usize>,
    /// How deep the cell or string at hand lies, and its bytes so far.
    item: Option<(usize, usize)>,
    first: bool,
    rows: u64,
    strings: u64,
    formats: u64,
    others: u64,
}

impl Scan {
    pub fn new(piece_limit: usize) -> Scan {
        Scan {
            state: State::Text,
            tag: Vec::with_capacity(TAG_KEPT),
            last: 0,
            piece: 0,
            piece_limit,
            names: Vec::new(),
            open: Vec::new(),
            item: None,
            first: true,
            rows: 0,
            strings: 0,
            formats: 0,
            others: 0,
        }
    }

    pub fn feed(&mut self, block: &[u8]) -> Result<(), FileFault> {
        // A zero byte is UTF-16 or the like, which would hide all that follows.
        if block.contains(&0) {
            return Err(FileFault::Unusual);
        }
        let mut rest = block;
        while !rest.is_empty() {
            let run = match self.state {
                State::Text => rest.iter().position(|b| *b == b'<'),
                State::Tag => rest.iter().position(|b| matches!(b, b'>' | b'<' | b'"' | b'\'' | b'!')),
                State::Quoted(quote) => rest.iter().position(|b| *b == quote),
            }
            .unwrap_or(rest.len());
            let (passed, after) = rest.split_at(run);
            self.piece += run;
            if self.piece > self.piece_limit {
                return Err(FileFault::Unusual);
            }
            if self.state != State::Text {
                self.keep(passed);
            }
            self.last = passed.last().copied().unwrap_or(self.last);
            let Some((&byte, after)) = after.split_first() else { break };
            self.piece += 1;
            match self.state {
                State::Text => self.begin()?,
                State::Tag => self.in_tag(byte)?,
                State::Quoted(_) => {
                    self.keep(&[byte]);
                    self.state = State::Tag;
                }
            }
            self.last = byte;
            rest = after;
        }
        Ok(())
    }

    /// The rows counted, if everything was closed.
    pub fn finish(self) -> Result<u64, FileFault> {
        if self.state == State::Text && self.open.is_empty() && !self.first { Ok(self.rows) } else { Err(FileFault::Broken) }
    }

    fn begin(&mut self) -> Result<(), FileFault> {
        if let Some((_, size)) = &mut self.item {
            *size += self.piece;
            if *size > ITEM {
                return Err(FileFault::Unusual);
            }
        }
        self.state = State::Tag;
        self.piece = 0;
        self.tag.clear();
        Ok(())
    }

    fn keep(&mut self, bytes: &[u8]) {
        let room = TAG_KEPT - self.tag.len();
        self.tag.extend_from_slice(bytes.get(..room.min(bytes.len())).unwrap_or_default());
    }

    fn in_tag(&mut self, byte: u8) -> Result<(), FileFault> {
        let begins = self.tag.first().copied();
        match byte {
            // Document types, entities, comments and CDATA: no office program writes them into a sheet.
            b'!' if begins.is_none() => return Err(FileFault::Unusual),
            b'<' => return Err(FileFault::Broken),
            b'"' | b'\'' if begins == Some(b'/') => return Err(FileFault::Broken),
            b'"' | b'\'' if begins != Some(b'?') => {
                self.keep(&[byte]);
                self.state = State::Quoted(byte);
            }
            b'>' => {
                self.state = State::Text;
                return self.closed();
            }
            _ => self.keep(&[byte]),
        }
        Ok(())
    }

    fn closed(&mut self) -> Result<(), FileFault> {
        let first = std::mem::replace(&mut self.first, false);
        let ends = match self.tag.first() {
            Some(b'?') if first => return self.declaration(),
            None | Some(b'?') => return Err(FileFault::Unusual),
            Some(b'/') => true,
            Some(_) => false,
        };
        let whole = self.tag.get(usize::from(ends)..).unwrap_or_default();
        let whole = whole.split(|b| matches!(b, b' ' | b'\t' | b'\r' | b'\n' | b'/')).next().unwrap_or_default();
        if ends {
            let from = self.open.pop().ok_or(FileFault::Broken)?;
            if self.names.get(from..) != Some(whole) {
                return Err(FileFault::Broken);
            }
            self.names.truncate(from);
            self.item = self.item.filter(|(depth, _)| *depth <= self.open.len());
            return Ok(());
        }
        let name = whole.rsplit(|b| *b == b':').next().unwrap_or_default();
        let is_item = matches!(name, b"c" | b"si");
        match name {
            b"row" => self.rows += 1,
            b"si" => self.strings += 1,
            b"xf" => self.formats += 1,
            b"sst" => check_reserved(&self.tag)?,
            _ => self.others += u64::from(!is_item && self.item.is_none()),
        }
        if self.strings > STRINGS || self.others > OTHERS || self.formats > FORMATS {
            return Err(FileFault::Bomb);
        }
        if self.last == b'/' {
            return Ok(());
        }
        if self.open.len() == DEPTH || (is_item && self.item.is_some()) || whole.len() == TAG_KEPT {
            return Err(FileFault::Broken);
        }
        self.open.push(self.names.len());
        self.names.extend_from_slice(whole);
        if is_item {
            self.item = Some((self.open.len(), 0));
        }
        Ok(())
    }

    /// `<?xml … ?>`, which may only stand at the very beginning, and name no encoding in which a `<` could be something else.
    fn declaration(&self) -> Result<(), FileFault> {
        let declared = String::from_utf8_lossy(&self.tag).to_ascii_lowercase();
        let readable = !declared.contains("encoding") || declared.contains("utf-8") || declared.contains("us-ascii");
        if declared.starts_with("?xml ") && self.last == b'?' && readable { Ok(()) } else { Err(FileFault::Unusual) }
    }
}

/// The number of strings that the part announces must be one that it may hold.
fn check_reserved(tag: &[u8]) -> Result<(), FileFault> {
    let Some(at) = tag.windows(UNIQUE.len()).position(|w| w == UNIQUE) else {
        return if tag.len() < TAG_KEPT { Ok(()) } else { Err(FileFault::Unusual) };
    };
    let digits = tag.iter().skip(at + UNIQUE.len()).skip_while(|b| !b.is_ascii_digit()).take_while(|b| b.is_ascii_digit());
    let announced = digits.fold(0_u64, |n, d| n.saturating_mul(10).saturating_add(u64::from(d - b'0')));
    if announced > STRINGS { Err(FileFault::Bomb) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scan(xml: &str) -> Result<u64, FileFault> {
        let mut scan = Scan::new(1000);
        for block in xml.as_bytes().chunks(7) {
            scan.feed(block)?;
        }
        scan.finish()
    }

    #[test]
    fn an_ordinary_sheet_passes_and_its_rows_are_counted() {
        let sheet = "\u{feff}<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<x:worksheet a=\"1>2\"><x:row><x:c r='A1'><x:v>1</x:v></x:c><x:c/></x:row><x:row/></x:worksheet>";
        assert_eq!(scan(sheet).unwrap(), 2);
    }

    #[test]
    fn what_could_fool_a_parser_is_refused() {
        for (xml, expected) in [
            ("<!DOCTYPE lolz [<!ENTITY a \"b\">]><a/>", FileFault::Unusual),
            ("<a><!-- x --></a>", FileFault::Unusual),
            ("<a><![CDATA[x]]></a>", FileFault::Unusual),
            ("<?xml version=\"1.0\" encoding=\"UTF-16\"?><a/>", FileFault::Unusual),
            ("<a><?x y?></a>", FileFault::Unusual),
            ("<a>\0</a>", FileFault::Unusual),
            (&format!("<a>{}</a>", "x".repeat(1001)), FileFault::Unusual),
            (&format!("<a b=\"{}\"/>", "<>".repeat(501)), FileFault::Unusual),
            (&format!("<a><c>{}</c></a>", "<t>xxxxxxxxxxxx</t>".repeat(300_000)), FileFault::Unusual),
            ("<a><c><is></c></a>", FileFault::Broken),
            ("<a><c><c></c></c></a>", FileFault::Broken),
            ("<a b=\"<\"", FileFault::Broken),
            ("<a></a \"b\">", FileFault::Broken),
            ("<a>", FileFault::Broken),
            ("", FileFault::Broken),
            (&"<a>".repeat(65), FileFault::Broken),
            ("<sst uniqueCount=\"99999999999999999999999\"/>", FileFault::Bomb),
            (&format!("<sst x=\"{}\" uniqueCount=\"99999999\"/>", "y".repeat(300)), FileFault::Unusual),
            (&"<si/>".repeat(4_000_001), FileFault::Bomb),
            (&"<xf/>".repeat(140_001), FileFault::Bomb),
        ] {
            let fault = scan(xml).unwrap_err();
            assert_eq!(std::mem::discriminant(&fault), std::mem::discriminant(&expected), "{fault} for {}", &xml[..xml.len().min(60)]);
        }
    }
}
