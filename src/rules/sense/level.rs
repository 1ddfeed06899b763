//! Levels: one that holds only when a higher one does is never seen.

use super::super::ast::{Expr, Node};
use super::super::compile::Scope;
use super::weigh::{Scale, Weighed};

/// Comparisons of pieces before it is given up: undecided counts as fine.
const EFFORT: u32 = 2_000;

/// Whether `higher` holds whenever `lower` does, as far as ranges of single places tell.
pub(in super::super) fn never_wins(lower: &Expr, higher: &Expr, ground: &Scope<'_>) -> bool {
    let mut scale = Scale::new(ground);
    let (lower, higher) = (scale.weigh(lower), scale.weigh(higher));
    scale.faults.is_empty() && follows(&lower, &higher, &mut EFFORT.clone())
}

/// Whether `then` is true whenever `if_` is.
fn follows(given: &Weighed<'_>, then: &Weighed<'_>, effort: &mut u32) -> bool {
    let Some(left) = effort.checked_sub(1) else { return false };
    *effort = left;
    let by_place = || then.holds.iter().any(|(key, hold)| given.holds.get(key).is_some_and(|known| known.may.is_within(&hold.must)));
    if given.text == then.text || by_place() {
        return true;
    }
    if let Node::All(_) = then.expr.node {
        return then.parts.iter().all(|part| follows(given, part, effort));
    }
    if let Node::Any(_) = given.expr.node {
        return given.parts.iter().all(|part| follows(part, then, effort));
    }
    let some_then = matches!(then.expr.node, Node::Any(_)) && then.parts.iter().any(|part| follows(given, part, effort));
    some_then || matches!(given.expr.node, Node::All(_)) && given.parts.iter().any(|part| follows(part, then, effort))
}
