//! Division: whatever is divided by must be kept from zero by the same conjunction, or the condition would quietly be false.

use super::super::ast::{Expr, Node, Operation};
use super::super::compile::Scope;
use super::super::diagnosis::Fault;
use super::ground::Constant;
use super::weigh::{Holds, Weighed};

/// The divisions of a condition that may meet zero. `known` is what holds wherever it is asked.
pub(super) fn check(weighed: &Weighed<'_>, ground: &Scope<'_>) -> Vec<Fault> {
    let mut walk = Walk { ground, faults: Vec::new() };
    walk.condition(weighed, &Holds::new());
    walk.faults
}

struct Walk<'r> {
    ground: &'r Scope<'r>,
    faults: Vec<Fault>,
}

impl Walk<'_> {
    fn condition(&mut self, weighed: &Weighed<'_>, known: &Holds) {
        match &weighed.expr.node {
            Node::All(_) => {
                let mut known = known.clone();
                for (key, hold) in &weighed.holds {
                    known.entry(key.clone()).and_modify(|before| before.may = before.may.both(&hold.may)).or_insert_with(|| hold.clone());
                }
                weighed.parts.iter().for_each(|part| self.condition(part, &known));
            }
            Node::Any(_) | Node::Not(_) => weighed.parts.iter().for_each(|part| self.condition(part, known)),
            Node::Number(_)
            | Node::Percent(_)
            | Node::Text(_)
            | Node::Texts(_)
            | Node::Numbers(_)
            | Node::Truth(_)
            | Node::Name(_)
            | Node::This(_)
            | Node::Aggregate { .. }
            | Node::Call { .. }
            | Node::Duration(..)
            | Node::Compare(..)
            | Node::Empty { .. }
            | Node::Arithmetic(..) => self.value(weighed.expr, known),
        }
    }

    fn value(&mut self, expr: &Expr, known: &Holds) {
        match &expr.node {
            Node::Arithmetic(operation, left, right) => {
                self.value(left, known);
                self.value(right, known);
                if *operation == Operation::Divide && !self.is_never_zero(right, known) {
                    self.faults.push(Fault::new(right.span.clone(), message(right)));
                }
            }
            Node::Call { args: parts, .. } | Node::All(parts) | Node::Any(parts) => parts.iter().for_each(|part| self.value(part, known)),
            Node::Duration(inner, _) | Node::Not(inner) | Node::Empty { operand: inner, .. } => self.value(inner, known),
            Node::Compare(_, left, right) => {
                self.value(left, known);
                self.value(right, known);
            }
            Node::Number(_)
            | Node::Percent(_)
            | Node::Text(_)
            | Node::Texts(_)
            | Node::Numbers(_)
            | Node::Truth(_)
            | Node::Name(_)
            | Node::This(_)
            | Node::Aggregate { .. } => {}
        }
    }

    fn is_never_zero(&self, expr: &Expr, known: &Holds) -> bool {
        if let Some(constant) = self.ground.constant(expr) {
            return matches!(constant, Constant::Number(number) if !number.is_zero());
        }
        let kept = self.ground.place(expr).and_then(|place| known.get(&place.key)).is_some_and(|hold| !hold.may.holds_zero());
        kept || match &expr.node {
            Node::Arithmetic(Operation::Multiply, left, right) => self.is_never_zero(left, known) && self.is_never_zero(right, known),
            Node::Arithmetic(Operation::Divide, left, _) => self.is_never_zero(left, known),
            Node::Arithmetic(Operation::Subtract, zero, operand) => {
                matches!(self.ground.constant(zero), Some(Constant::Number(number)) if number.is_zero()) && self.is_never_zero(operand, known)
            }
            Node::Call { function, args } => function == "绝对值" && args.iter().all(|arg| self.is_never_zero(arg, known)),
            Node::Arithmetic(Operation::Add, ..)
            | Node::Number(_)
            | Node::Percent(_)
            | Node::Text(_)
            | Node::Texts(_)
            | Node::Numbers(_)
            | Node::Truth(_)
            | Node::Name(_)
            | Node::This(_)
            | Node::Aggregate { .. }
            | Node::Duration(..)
            | Node::Not(_)
            | Node::All(_)
            | Node::Any(_)
            | Node::Compare(..)
            | Node::Empty { .. } => false,
        }
    }
}

fn message(divisor: &Expr) -> String {
    let divisor = divisor.to_string();
    // longer ones are seen where the caret stands
    let guard = if divisor.chars().count() <= 30 { format!("{divisor} > 0") } else { "除数 > 0".to_owned() };
    format!("除数可能是零,那时算不出来,条件会悄悄不成立。请用「且」连上「{guard}」。")
}
