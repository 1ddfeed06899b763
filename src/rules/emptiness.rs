//! What 空 would hide. A comparison with an empty value is false, so `用途 ≠ '差旅'` skips payments without a purpose, and `非 (用途 = '差旅')` takes them in:
//! neither is plain to a reader. Every field under a negation must therefore be tested with 为空 or 不为空 somewhere in the same condition.

use std::collections::HashSet;

use super::ast::{Expr, Node};
use super::diagnosis::{Fault, Span};

/// A field as written: of 本次 or of the record a fact looks at.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct FieldName<'e> {
    of_subject: bool,
    name: &'e str,
}

/// The faults of one condition. `is_field` tells fields from parameters among bare names; fields that are a fact's key are never empty there.
pub(super) fn check(condition: &Expr, in_fact: bool, is_field: &dyn Fn(&str) -> bool) -> Vec<Fault> {
    let mut walk = Walk { in_fact, is_field, tested: HashSet::new(), negated: Vec::new() };
    let conjuncts = if let (Node::All(parts), true) = (&condition.node, in_fact) { parts.as_slice() } else { std::slice::from_ref(condition) };
    for (own, subject) in conjuncts.iter().filter(|_| in_fact).filter_map(Expr::as_key) {
        walk.tested.insert(FieldName { of_subject: false, name: own });
        walk.tested.insert(FieldName { of_subject: true, name: subject });
    }
    walk.visit(condition, false);
    let mut told = HashSet::new();
    let hidden = walk.negated.into_iter().filter(|(field, _)| !walk.tested.contains(field) && told.insert(field.clone()));
    hidden.map(|(field, span)| Fault::new(span, message(&field, in_fact))).collect()
}

fn message(field: &FieldName<'_>, in_fact: bool) -> String {
    let name = if field.of_subject && in_fact { format!("本次.{}", field.name) } else { field.name.to_owned() };
    format!("没有说 {name} 为空时怎么办,空值会被悄悄漏掉或算进来。请在同一个条件里写明「{name} 为空」或「{name} 不为空」。")
}

struct Walk<'e, 'f> {
    in_fact: bool,
    is_field: &'f dyn Fn(&str) -> bool,
    tested: HashSet<FieldName<'e>>,
    negated: Vec<(FieldName<'e>, Span)>,
}

impl<'e> Walk<'e, '_> {
    fn field(&self, expr: &'e Expr) -> Option<FieldName<'e>> {
        match &expr.node {
            Node::Name(name) => (self.is_field)(name).then_some(FieldName { of_subject: !self.in_fact, name }),
            Node::This(name) => Some(FieldName { of_subject: true, name }),
            _ => None,
        }
    }

    fn visit(&mut self, expr: &'e Expr, negated: bool) {
        match &expr.node {
            Node::Name(_) | Node::This(_) => {
                if let (Some(field), true) = (self.field(expr), negated) {
                    self.negated.push((field, expr.span.clone()));
                }
            }
            Node::Number(_) | Node::Percent(_) | Node::Text(_) | Node::Texts(_) | Node::Numbers(_) | Node::Truth(_) | Node::Aggregate { .. } => {}
            Node::Call { args, .. } => args.iter().for_each(|arg| self.visit(arg, negated)),
            Node::Duration(inner, _) => self.visit(inner, negated),
            Node::Not(inner) => self.visit(inner, true),
            Node::All(parts) | Node::Any(parts) => parts.iter().for_each(|part| self.visit(part, negated)),
            Node::Compare(comparison, left, right) => {
                let negated = negated || comparison.is_negative();
                self.visit(left, negated);
                self.visit(right, negated);
            }
            Node::Empty { operand, .. } => match self.field(operand) {
                Some(field) => {
                    self.tested.insert(field);
                }
                None => self.visit(operand, negated),
            },
            Node::Arithmetic(_, left, right) => {
                self.visit(left, negated);
                self.visit(right, negated);
            }
        }
    }
}
