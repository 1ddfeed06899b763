//! Which names a condition uses.

use std::collections::HashSet;

use super::super::ast::{Expr, Node};

/// Adds the bare names and the facts of a condition.
pub(in super::super) fn names(expr: &Expr, used: &mut HashSet<String>) {
    match &expr.node {
        Node::Name(name) | Node::Aggregate { fact: name, .. } => {
            used.insert(name.clone());
        }
        Node::Call { args: parts, .. } | Node::All(parts) | Node::Any(parts) => parts.iter().for_each(|part| names(part, used)),
        Node::Duration(inner, _) | Node::Not(inner) | Node::Empty { operand: inner, .. } => names(inner, used),
        Node::Compare(_, left, right) | Node::Arithmetic(_, left, right) => {
            names(left, used);
            names(right, used);
        }
        Node::Number(_) | Node::Percent(_) | Node::Text(_) | Node::Texts(_) | Node::Numbers(_) | Node::Truth(_) | Node::This(_) => {}
    }
}
