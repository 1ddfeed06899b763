//! Batches (批量): `application/x-ndjson`, one event a line, checked as it streams, spooled, taken in by chunks. A cut batch resumes.

use std::fmt::Write as _;
use std::io::{BufRead, BufReader, BufWriter, Seek, Write as _};
use std::sync::Arc;

use axum::body::Body;
use futures_util::StreamExt;

use super::event::Malformed;
use super::problem::{FieldProblem, Problem};
use super::signature::Checker;
use super::take::{Answer, ChunkAnswer, Incoming, problem, read, take, word};
use crate::clock::Clock;
use crate::keys::{Committing, Keyring};
use crate::store::audit::hex;
use crate::store::event::{Chunk, Delivered, Raw};
use crate::store::{Store, StoreError, receipt};
use crate::watch::Orders;

/// Lines in one journal entry.
pub const CHUNK: usize = 2000;

/// A verified batch on disk.
#[derive(Debug)]
pub struct Spooled {
    file: std::fs::File,
    digest: String,
}

/// Streams the body to a temporary file, checking its signature on the way.
pub async fn spool(body: Body, mut checker: Checker, keys: &Keyring, limit: u64) -> Result<Spooled, Problem> {
    let mut file = tempfile::tempfile().map_err(|_| Problem::storage_full(60))?;
    let mut digest = keys.committing();
    let mut length: u64 = 0;
    let mut stream = body.into_data_stream();
    while let Some(piece) = stream.next().await {
        let piece = piece.map_err(|_| Problem::malformed(&Malformed::new("", "内容没有传完,请重新发送")))?;
        length += piece.len() as u64;
        if length > limit {
            return Err(Problem::too_large(limit));
        }
        checker.feed(&piece);
        digest.feed(&piece);
        // small writes into the page cache: not worth a thread of their own
        file.write_all(&piece).map_err(|_| Problem::storage_full(60))?;
    }
    checker.finish()?;
    file.rewind().map_err(|_| Problem::storage_full(60))?;
    Ok(Spooled { file, digest: hex(&digest.finish()[..16]) })
}

/// A batch of our own making, written line by line.
pub struct Filling {
    file: BufWriter<std::fs::File>,
    digest: Committing,
}

impl Filling {
    pub fn begin(keys: &Keyring) -> std::io::Result<Filling> {
        Ok(Filling { file: BufWriter::new(tempfile::tempfile()?), digest: keys.committing() })
    }

    pub fn line(&mut self, line: &str) -> std::io::Result<()> {
        for piece in [line.as_bytes(), b"\n"] {
            self.digest.feed(piece);
            self.file.write_all(piece)?;
        }
        Ok(())
    }

    pub fn finish(self) -> std::io::Result<Spooled> {
        let mut file = self.file.into_inner().map_err(std::io::IntoInnerError::into_error)?;
        file.rewind()?;
        Ok(Spooled { file, digest: hex(&self.digest.finish()[..16]) })
    }
}

impl Spooled {
    /// Hex of the keyed digest of all that is in it.
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// Its lines from the beginning; nothing is taken away from what is to be taken in.
    pub fn lines(&mut self) -> std::io::Result<impl Iterator<Item = std::io::Result<String>> + use<>> {
        self.file.rewind()?;
        Ok(BufReader::new(self.file.try_clone()?).lines())
    }
}

/// What takes a batch in.
#[derive(Debug, Clone)]
pub struct Batches {
    pub store: Store,
    pub orders: Arc<Orders>,
    pub clock: Clock,
}

/// What became of a batch.
#[derive(Debug)]
pub enum Taken {
    /// Every line of it was entered, by this attempt to its end.
    Now,
    /// It had been entered to its end already.
    Before,
    /// Nothing more of it is entered.
    Refused(Answer),
}

/// How far a batch was taken in by an earlier attempt.
enum Before {
    Nothing,
    Lines(i64),
    Everything,
    /// The id was used for other content.
    Other,
}

impl Batches {
    /// Takes the lines in, chunk by chunk, from where an earlier attempt was cut. The answer is NDJSON, one result a line and a summary.
    pub async fn take(&self, source: &str, webhook_id: &str, spooled: Spooled) -> Result<Answer, StoreError> {
        match self.enter(source, webhook_id, spooled, |_| ()).await? {
            Taken::Now | Taken::Before => self.results(source, webhook_id).await,
            Taken::Refused(answer) => Ok(answer),
        }
    }

    /// The same without an answer; `progress` is told how many lines have been entered.
    pub async fn enter(&self, source: &str, webhook_id: &str, spooled: Spooled, mut progress: impl FnMut(i64)) -> Result<Taken, StoreError> {
        let Spooled { mut file, digest } = spooled;
        file.rewind().map_err(StoreError::Spool)?;
        let skip = match self.before(source, webhook_id, &digest).await? {
            Before::Nothing => 0,
            Before::Lines(taken) => taken,
            Before::Everything => return Ok(Taken::Before),
            Before::Other => return Ok(Taken::Refused(problem(&Problem::id_reused()))),
        };
        let again = file.try_clone().map_err(StoreError::Spool)?;
        let about = Arc::new(About { source: source.to_owned(), webhook_id: webhook_id.to_owned(), digest, clock: self.clock.clone() });
        let read = |reader, skip, first_line| Part::read(reader, skip, first_line, Arc::clone(&about), Arc::clone(&self.store.keys));
        let mut first_line = skip + 1;
        let mut coming = read(BufReader::new(file), skip, first_line);
        loop {
            let Part { reader, incoming, last } = coming.await?;
            let count = i64::try_from(incoming.delivered.lines.len()).unwrap_or(0);
            // the next part is read while this one is entered
            coming = read(reader, 0, first_line + count);
            let mut turn = self.store.turn().await?;
            // another attempt with the same content may have come further meanwhile: this one goes on behind it
            let receipts = receipt::find(&mut turn.tx, turn.office, &[(source.to_owned(), webhook_id.to_owned())]).await?;
            let further = receipts.into_iter().find(|other| other.status == 0 && hex(&other.digest) == about.digest && other.lines >= first_line);
            if let Some(further) = further {
                drop(turn);
                drop(coming.await?);
                let mut file = again.try_clone().map_err(StoreError::Spool)?;
                file.rewind().map_err(StoreError::Spool)?;
                first_line = further.lines + 1;
                coming = read(BufReader::new(file), further.lines, first_line);
                continue;
            }
            let answers = take(&mut turn, &self.orders, &[incoming]).await?;
            turn.commit().await?;
            if let Some(conflict) = answers.into_iter().find(|answer| answer.status >= 400) {
                return Ok(Taken::Refused(conflict));
            }
            first_line += count;
            progress(first_line - 1);
            if last {
                return Ok(Taken::Now);
            }
        }
    }

    async fn before(&self, source: &str, webhook_id: &str, digest: &str) -> Result<Before, StoreError> {
        Ok(match receipt::get(&self.store, source, webhook_id).await? {
            None => Before::Nothing,
            // what was refused has freed the id; of its body nothing was taken in, not even if it is the same
            Some(receipt) if receipt.status >= 300 => Before::Nothing,
            Some(receipt) if hex(&receipt.digest) != digest => Before::Other,
            Some(receipt) if receipt.status == 0 => Before::Lines(receipt.lines),
            Some(_) => Before::Everything,
        })
    }

    /// What the chunk after a line was answered when it was taken in, and the number of its first line.
    pub async fn chunk(&self, source: &str, webhook_id: &str, after: i64) -> Result<Option<(i64, ChunkAnswer)>, StoreError> {
        let Some((first, answer)) = receipt::next_chunk(&self.store, source, webhook_id, after).await? else { return Ok(None) };
        let unreadable = |e: serde_json::Error| StoreError::BadRow { table: "receipt_chunk", id: webhook_id.to_owned(), reason: e.to_string() };
        Ok(Some((first, serde_json::from_str(&answer).map_err(unreadable)?)))
    }

    /// The results of all chunks, as they were when each was taken in.
    async fn results(&self, source: &str, webhook_id: &str) -> Result<Answer, StoreError> {
        let mut body = String::new();
        let mut line = 0;
        let mut counts = [0_i64; 4];
        let mut after = 0;
        while let Some((first, answer)) = self.chunk(source, webhook_id, after).await? {
            after = first;
            let mut problems = answer.problems.into_iter();
            for code in answer.codes.chars() {
                line += 1;
                let kind = word(code);
                let _ = if code == 'q' {
                    counts[3] += 1;
                    let errors: Vec<FieldProblem> = problems.next().map(|(_, text)| text.into()).into_iter().collect();
                    let errors = serde_json::to_string(&errors).unwrap_or_default();
                    writeln!(body, "{{\"line\":{line},\"status\":\"{kind}\",\"errors\":{errors}}}")
                } else {
                    counts[usize::from(code == 'k') + 2 * usize::from(code == 'c')] += 1;
                    writeln!(body, "{{\"line\":{line},\"status\":\"{kind}\"}}")
                };
            }
        }
        let [accepted, known, corrected, quarantined] = counts;
        let _ = writeln!(body, "{{\"lines\":{line},\"accepted\":{accepted},\"known\":{known},\"corrected\":{corrected},\"quarantined\":{quarantined}}}");
        Ok(Answer { status: 200, body, retry_after: None })
    }
}

/// What is the same for every part of a batch.
struct About {
    source: String,
    webhook_id: String,
    /// Hex of the keyed digest of the whole.
    digest: String,
    clock: Clock,
}

/// A chunk's worth of lines, read and understood, and the reader for what follows.
struct Part {
    reader: BufReader<std::fs::File>,
    incoming: Incoming,
    last: bool,
}

impl Part {
    /// Reading and understanding two thousand lines takes a while: it has a thread of its own. Blank lines are no lines. `first_line` is the number of the
    /// first that is not skipped.
    fn read(
        reader: BufReader<std::fs::File>,
        skip: i64,
        first_line: i64,
        about: Arc<About>,
        keys: Arc<Keyring>,
    ) -> impl Future<Output = Result<Part, StoreError>> + use<> {
        // it begins now, whenever it is asked for
        let begun = tokio::task::spawn_blocking(move || Part::read_here(reader, skip, first_line, &about, &keys));
        async { begun.await.map_err(|e| StoreError::Spool(std::io::Error::other(e)))? }
    }

    fn read_here(mut reader: BufReader<std::fs::File>, mut skip: i64, first_line: i64, about: &About, keys: &Keyring) -> Result<Part, StoreError> {
        let (mut lines, mut readings) = (Vec::with_capacity(CHUNK), Vec::with_capacity(CHUNK));
        let mut line = Vec::new();
        while lines.len() < CHUNK {
            line.clear();
            if reader.read_until(b'\n', &mut line).map_err(StoreError::Spool)? == 0 {
                break;
            }
            let text = line.trim_ascii();
            if text.is_empty() {
                continue;
            }
            if skip > 0 {
                skip -= 1;
                continue;
            }
            readings.push(read(&about.source, text, keys));
            lines.push(Raw::new(text));
        }
        let last = reader.fill_buf().map_err(StoreError::Spool)?.is_empty();
        let About { source, webhook_id, digest, clock } = about;
        let chunk = Some(Chunk { first_line, last });
        let delivered = Delivered { source: source.clone(), webhook_id: webhook_id.clone(), digest: digest.clone(), lines, chunk };
        Ok(Part { reader, incoming: Incoming::new(delivered, readings, clock.now())?, last })
    }
}
