//! Troubles (故障): what keeps the service from doing all it should while it goes on doing the rest. Whoever looks after it reads them at `/readyz`.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use tracing::{error, info};

/// The board on which each room notes what is wrong with it, in a Chinese sentence that says what to do. Nothing personal.
#[derive(Debug, Clone, Default)]
pub struct Troubles(Arc<Mutex<BTreeMap<String, String>>>);

impl Troubles {
    /// Notes what is wrong with `of` (`discord`, `mail`), in place of what was noted before; logged when it is news.
    pub fn note(&self, of: &str, sentence: &str) {
        let before = self.board().insert(of.to_owned(), sentence.to_owned());
        if before.as_deref() != Some(sentence) {
            error!(of, "trouble with {of}: {sentence}");
        }
    }

    /// All is well with `of` again.
    pub fn settle(&self, of: &str) {
        if self.board().remove(of).is_some() {
            info!(of, "no trouble with {of} any more");
        }
    }

    /// What is wrong now: (of what, what).
    pub fn all(&self) -> Vec<(String, String)> {
        self.board().iter().map(|(of, sentence)| (of.clone(), sentence.clone())).collect()
    }

    fn board(&self) -> std::sync::MutexGuard<'_, BTreeMap<String, String>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
