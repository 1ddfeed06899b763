//! The interactive terminal: history, completion, announcements above the prompt. Without a terminal, plain lines from standard input.
//!
//! The history lives in memory only: what a clerk types may tell of people, and is not left on disk.

use std::io::{BufRead, IsTerminal, Write};
use std::sync::{Arc, Mutex, PoisonError, mpsc as std_mpsc};
use std::thread;

use rustyline::completion::Completer;
use rustyline::error::ReadlineError;
use rustyline::highlight::Highlighter;
use rustyline::hint::Hinter;
use rustyline::history::MemHistory;
use rustyline::validate::Validator;
use rustyline::{CompletionType, Config, Context, Editor, ExternalPrinter, Helper};
use tokio::sync::mpsc::{self, Receiver};

use super::session::{Heard, Session};
use super::{Desk, Identity};

/// Open warning numbers for completion, fresh before each prompt.
type Numbers = Arc<Mutex<Vec<String>>>;

/// What came from the keyboard.
enum Typed {
    Line(String),
    /// Ctrl-C: the line is dropped.
    Interrupted,
    /// Ctrl-D, or the end of the input.
    End,
    Broken(ReadlineError),
}

/// Talks until 退出, Ctrl-D, the end of the input, or Ctrl-C twice in a row. Announcements are shown as they come, above the prompt.
///
/// Fails where the terminal cannot be read or written.
pub async fn converse<D: Desk>(desk: Arc<D>, who: Identity, announcements: Receiver<String>) -> anyhow::Result<()> {
    let mut session = Session::new(desk, who);
    let numbers = Numbers::default();
    let interactive = std::io::stdin().is_terminal() && std::io::stdout().is_terminal();
    let (prompts, mut lines) = if interactive { editor(Arc::clone(&numbers), announcements)? } else { plain(announcements) };
    let mut interrupted = false;
    loop {
        let open = session.desk.numbers().await;
        *numbers.lock().unwrap_or_else(PoisonError::into_inner) = open;
        if prompts.send(session.title(session.speaker())).is_err() {
            return Ok(());
        }
        let line = match lines.recv().await {
            Some(Typed::Line(line)) => line,
            Some(Typed::Interrupted) if !interrupted => {
                interrupted = true;
                show("要退出,请再按一次 Ctrl-C,或输入 退出。")?;
                continue;
            }
            Some(Typed::Interrupted | Typed::End) | None => return Ok(()),
            Some(Typed::Broken(error)) => return Err(anyhow::Error::new(error).context("cannot read the terminal")),
        };
        interrupted = false;
        match session.hear(&line).await {
            Heard::Nothing => {}
            Heard::Leave => return Ok(()),
            // erase all, also what has scrolled away, and go to the corner
            Heard::Clear if interactive => show("\x1b[H\x1b[2J\x1b[3J")?,
            Heard::Clear => {}
            Heard::Reply(text) | Heard::Refused(text) => show(&format!("{text}\n"))?,
        }
    }
}

fn show(text: &str) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{text}")?;
    out.flush()
}

/// The keyboard behind a line editor, in a thread of its own: a prompt goes in, a line comes out.
fn editor(numbers: Numbers, mut announcements: Receiver<String>) -> anyhow::Result<(std_mpsc::Sender<String>, Receiver<Typed>)> {
    let config = Config::builder().completion_type(CompletionType::List).auto_add_history(true).build();
    let history = MemHistory::with_config(&config);
    let mut editor = Editor::<Suggestions, MemHistory>::with_history(config, history)?;
    editor.set_helper(Some(Suggestions { numbers }));
    let mut printer = editor.create_external_printer()?;
    // the printer may block until the prompt stands again
    thread::spawn(move || {
        while let Some(text) = announcements.blocking_recv() {
            if printer.print(format!("{text}\n")).is_err() {
                return;
            }
        }
    });
    Ok(keyboard(move |title| {
        let prompt = (format!("{title}> "), format!("\x1b[1;36m{title}>\x1b[0m "));
        match editor.readline(&prompt) {
            Ok(line) => Typed::Line(line),
            Err(ReadlineError::Interrupted) => Typed::Interrupted,
            Err(ReadlineError::Eof) => Typed::End,
            Err(error) => Typed::Broken(error),
        }
    }))
}

/// Lines of standard input as they are, without a prompt.
fn plain(mut announcements: Receiver<String>) -> (std_mpsc::Sender<String>, Receiver<Typed>) {
    thread::spawn(move || while announcements.blocking_recv().is_some_and(|text| show(&format!("{text}\n")).is_ok()) {});
    keyboard(|_| {
        let mut line = Vec::new();
        match std::io::stdin().lock().read_until(b'\n', &mut line) {
            Ok(0) => Typed::End,
            Ok(_) => Typed::Line(String::from_utf8_lossy(&line).into_owned()),
            Err(error) => Typed::Broken(error.into()),
        }
    })
}

/// Reading blocks, and nothing can wake it: a thread, so that the service can stop without waiting for a key.
fn keyboard(mut read: impl FnMut(String) -> Typed + Send + 'static) -> (std_mpsc::Sender<String>, Receiver<Typed>) {
    let (prompts, asked) = std_mpsc::channel();
    let (typed, lines) = mpsc::channel(1);
    thread::spawn(move || {
        while let Ok(title) = asked.recv() {
            if typed.blocking_send(read(title)).is_err() {
                return;
            }
        }
    });
    (prompts, lines)
}

/// What the Tab key offers.
struct Suggestions {
    numbers: Numbers,
}

impl Completer for Suggestions {
    type Candidate = String;

    fn complete(&self, line: &str, cursor: usize, _: &Context<'_>) -> rustyline::Result<(usize, Vec<String>)> {
        Ok(commands::complete(line, cursor, &self.numbers.lock().unwrap_or_else(PoisonError::into_inner)))
    }
}

impl Helper for Suggestions {}
impl Highlighter for Suggestions {}
impl Hinter for Suggestions {
    type Hint = String;
}
impl Validator for Suggestions {}
