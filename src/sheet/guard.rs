//! What stands between a text file and its parser: it decodes, counts rows as Excel does, and stops at what a parser would swallow.

use std::io::{self, Read};

use encoding_rs::{Decoder, DecoderResult, Encoding};

use super::ROW_BYTES;
use super::csv::name;
use super::fault::FileFault;

/// A quoted field may go on over lines, but an Excel cell ends after 32 767 characters.
const QUOTED_BYTES: usize = 256 * 1024;
const BLOCK: usize = 64 * 1024;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    FieldStart,
    Field,
    Quoted,
    /// after a quote inside a quoted field: its end, or the first of two
    Closing,
}

/// Reads decoded text in which no line is blank: a blank one is given a separator, so that records number as rows do.
pub(super) struct Guard<R> {
    source: R,
    decoder: Decoder,
    encoding: &'static Encoding,
    separator: u8,
    raw: Vec<u8>,
    clear: Vec<u8>,
    given: usize,
    ended: bool,
    fault: Option<FileFault>,
    place: Place,
    after_cr: bool,
    row: u32,
    size: usize,
    quoted: usize,
}

impl<R: Read> Guard<R> {
    /// `source` stands behind the byte order mark.
    pub fn new(source: R, encoding: &'static Encoding, separator: u8) -> Guard<R> {
        Guard {
            source,
            decoder: encoding.new_decoder_without_bom_handling(),
            encoding,
            separator,
            raw: vec![0; BLOCK],
            clear: Vec::new(),
            given: 0,
            ended: false,
            fault: None,
            place: Place::FieldStart,
            after_cr: false,
            row: 1,
            size: 0,
            quoted: 0,
        }
    }

    /// Reads to the end and says how many rows there are.
    pub fn look_through(mut self) -> Result<u64, FileFault> {
        io::copy(&mut self, &mut io::sink()).map_err(|e| Self::fault(e.into()))?;
        Ok(u64::from(self.row))
    }

    /// The fault that came through a reader above this one.
    pub fn fault(error: csv::Error) -> FileFault {
        match error.into_kind() {
            csv::ErrorKind::Io(error) => {
                let kind = error.kind();
                error.into_inner().and_then(|inner| inner.downcast().ok()).map_or_else(|| FileFault::from(io::Error::from(kind)), |fault| *fault)
            }
            _ => FileFault::UnknownKind,
        }
    }

    fn fill(&mut self) -> io::Result<()> {
        let read = self.source.read(&mut self.raw)?;
        self.ended = read == 0;
        self.clear.clear();
        self.given = 0;
        let mut text = vec![0; self.decoder.max_utf8_buffer_length_without_replacement(read).unwrap_or(4 * BLOCK)];
        let (result, _, written) = self.decoder.decode_to_utf8_without_replacement(self.raw.get(..read).unwrap_or_default(), &mut text, self.ended);
        let looked = self.look(text.get(..written).unwrap_or_default());
        self.fault = match (looked, result) {
            (Err(fault), _) => Some(fault),
            (Ok(()), DecoderResult::Malformed(..)) => Some(FileFault::Encoding { row: self.row, encoding: name(self.encoding) }),
            (Ok(()), DecoderResult::InputEmpty | DecoderResult::OutputFull) if self.ended && self.place == Place::Quoted => {
                Some(FileFault::OpenQuote(self.row))
            }
            (Ok(()), DecoderResult::InputEmpty | DecoderResult::OutputFull) => None,
        };
        Ok(())
    }

    fn look(&mut self, text: &[u8]) -> Result<(), FileFault> {
        for &byte in text {
            let line_end = matches!(byte, b'\n' | b'\r');
            let second_half = byte == b'\n' && std::mem::take(&mut self.after_cr);
            self.after_cr = false;
            self.size += 1;
            match (self.place, byte) {
                (_, 0) => return Err(FileFault::Nul(self.row)),
                (Place::Quoted, b'"') => self.place = Place::Closing,
                (Place::Quoted, _) => {
                    self.quoted += 1;
                    if self.quoted > QUOTED_BYTES {
                        return Err(FileFault::OpenQuote(self.row));
                    }
                }
                (Place::Closing, b'"') => self.place = Place::Quoted,
                (Place::FieldStart, b'"') => {
                    self.place = Place::Quoted;
                    self.quoted = 0;
                }
                _ if second_half => self.size = 0,
                _ if line_end => {
                    if self.size == 1 {
                        self.clear.push(self.separator);
                    }
                    self.after_cr = byte == b'\r';
                    self.place = Place::FieldStart;
                    self.size = 0;
                    self.row = self.row.saturating_add(1);
                }
                _ if byte == self.separator => self.place = Place::FieldStart,
                (Place::Closing, _) => return Err(FileFault::OpenQuote(self.row)),
                (Place::FieldStart | Place::Field, _) => self.place = Place::Field,
            }
            if self.size > ROW_BYTES {
                return Err(FileFault::LongLine(self.row));
            }
            self.clear.push(byte);
        }
        Ok(())
    }
}

impl<R: Read> Read for Guard<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        while self.given == self.clear.len() {
            if let Some(fault) = self.fault.take() {
                self.ended = true;
                return Err(io::Error::other(fault));
            }
            if self.ended {
                return Ok(0);
            }
            self.fill()?;
        }
        let rest = self.clear.get(self.given..).unwrap_or_default();
        let count = rest.len().min(into.len());
        if let (Some(to), Some(from)) = (into.get_mut(..count), rest.get(..count)) {
            to.copy_from_slice(from);
        }
        self.given += count;
        Ok(count)
    }
}
