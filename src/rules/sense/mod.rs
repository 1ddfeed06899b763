//! Whether a condition makes sense (该不该这样写): what holds never or always, what is divided by zero, which level can never win, what is named and never used.
//! Decided on the tree alone, before any record is seen, and only where it is certain. `states` are sets of what a place may be; `ground` says what a piece
//! stands for; `leaf` what one comparison says; `weigh` puts them together; `zero` and `level` ask.

mod ground;
mod leaf;
mod level;
mod states;
#[cfg(test)]
mod tests;
mod used;
mod weigh;
mod zero;

use std::collections::HashSet;

use super::ast::Expr;
use super::compile::Scope;
use super::diagnosis::Fault;
use crate::domain::Level;
use weigh::Scale;

/// What is asked of a whole rule while it is read.
#[derive(Default)]
pub(super) struct Sense {
    /// Every name that a condition uses.
    used: HashSet<String>,
    levels: Vec<(Level, Expr)>,
    /// Some condition could not be read: which names it uses is not known.
    unread: bool,
}

impl Sense {
    /// The faults of one condition whose names and types are right.
    pub(super) fn check(condition: &Expr, scope: &Scope<'_>) -> Vec<Fault> {
        let mut scale = Scale::new(scope);
        let weighed = scale.weigh(condition);
        let mut faults = scale.faults;
        faults.extend(zero::check(&weighed, scope));
        faults
    }

    pub(super) fn uses(&mut self, condition: &Expr) {
        used::names(condition, &mut self.used);
    }

    pub(super) fn could_not_read(&mut self) {
        self.unread = true;
    }

    /// Whether no condition names this parameter or fact.
    pub(super) fn is_unused(&self, name: &str) -> bool {
        !self.unread && !self.used.contains(name)
    }

    /// Keeps the condition of a level; the level that outshines an earlier or later one is asked for when all are known.
    pub(super) fn level(&mut self, light: Level, condition: Expr) {
        self.levels.push((light, condition));
    }

    /// The higher level that holds whenever this one does, if there is one.
    pub(super) fn outshone(&self, light: Level, scope: &Scope<'_>) -> Option<Level> {
        let (_, lower) = self.levels.iter().find(|(known, _)| *known == light)?;
        let higher = self.levels.iter().filter(|(known, _)| *known > light);
        higher.filter(|(_, higher)| level::never_wins(lower, higher, scope)).map(|(known, _)| *known).min()
    }
}
