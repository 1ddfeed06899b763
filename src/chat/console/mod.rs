//! The terminal as a chat: one person types, the desk answers, announcements come in between.
//!
//! [`converse`] is the interactive one, [`recite`] reads a script. Both understand, beside what the desk understands: `我是 姓名`, `姓名: /命令`, `退出`, `清屏`, `#`.

use std::future::Future;

mod script;
mod session;
mod terminal;

pub use script::{ScriptOutcome, recite};
pub use terminal::converse;

/// Whoever answers: the console hands lines over and shows what comes back.
pub trait Desk: Send + Sync + 'static {
    /// The answer to a line that this person typed.
    fn say(&self, speaker: &str, line: &str) -> impl Future<Output = Answer> + Send;
    /// The people who may speak: name and section.
    fn speakers(&self) -> Vec<(String, String)>;
    /// The numbers of the open warnings, as displayed, for completion.
    fn numbers(&self) -> impl Future<Output = Vec<String>> + Send;
    /// The number that a script's `{黄灯1}` (n-th open one of that level, by number) or `{黄灯:ZC09}` (first open one of that rule) stands for.
    fn placeholder(&self, word: &str) -> impl Future<Output = Option<String>> + Send;
}

/// What the desk says back, ready to show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    pub text: String,
}

/// Who sits at the terminal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Identity {
    /// The demo: may become anybody of the office; speaks as `current` for now.
    Anyone { current: String },
    /// Signed in, and nobody else.
    Person(String),
}
