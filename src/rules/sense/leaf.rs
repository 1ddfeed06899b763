//! One comparison: in which states of its place it holds.

use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::super::ast::{Comparison, Expr, Node};
use super::super::compile::Scope;
use super::ground::{Constant, Place, days};
use super::states::{Shape, States};

/// What one comparison says.
pub(super) enum Leaf {
    /// Nothing that can be told beforehand.
    Open,
    /// The same for every record.
    Truth(bool),
    /// Both sides are one and the same.
    Same(String),
    /// It holds in exactly these states of a place.
    Exact(Place, States),
    /// It can hold only where these have content.
    Filled(Vec<Place>),
}

pub(super) fn leaf(expr: &Expr, ground: &Scope<'_>) -> Leaf {
    match &expr.node {
        Node::Truth(truth) => Leaf::Truth(*truth),
        Node::Compare(comparison, left, right) => compare(*comparison, left, right, ground),
        Node::Empty { operand, negated } => match (ground.constant(operand), ground.place(operand)) {
            (Some(_), _) => Leaf::Truth(*negated),
            (None, Some(place)) => {
                let filled = place.shape.filled();
                let states = if *negated { filled } else { place.shape.not(&filled) };
                Leaf::Exact(place, states)
            }
            (None, None) => Leaf::Open,
        },
        Node::Aggregate { .. } | Node::Name(_) | Node::This(_) => flag(expr, true, ground),
        Node::Call { function, args } => elapsed(function, args, ground),
        Node::Number(_)
        | Node::Percent(_)
        | Node::Text(_)
        | Node::Texts(_)
        | Node::Numbers(_)
        | Node::Duration(..)
        | Node::Not(_)
        | Node::All(_)
        | Node::Any(_)
        | Node::Arithmetic(..) => Leaf::Open,
    }
}

fn compare(comparison: Comparison, left: &Expr, right: &Expr, ground: &Scope<'_>) -> Leaf {
    let (place, comparison, constant) = match (ground.constant(left), ground.constant(right)) {
        (Some(a), Some(b)) => return holds(comparison, &a, &b).map_or(Leaf::Open, Leaf::Truth),
        (None, Some(constant)) => (left, comparison, constant),
        (Some(constant), None) => (right, comparison.turned(), constant),
        (None, None) => return places(left, right, ground),
    };
    if let (Constant::Truth(truth), Comparison::Equal | Comparison::NotEqual) = (&constant, comparison) {
        return flag(place, *truth == (comparison == Comparison::Equal), ground);
    }
    let Some(place) = ground.place(place) else { return Leaf::Open };
    match states(place.shape, comparison, &constant) {
        Some(states) => Leaf::Exact(place, states),
        None => Leaf::Filled(vec![place]),
    }
}

fn places(left: &Expr, right: &Expr, ground: &Scope<'_>) -> Leaf {
    let places: Vec<Place> = [left, right].into_iter().filter_map(|side| ground.place(side)).collect();
    match places.as_slice() {
        [one, other] if one == other => Leaf::Same(one.key.clone()),
        _ => Leaf::Filled(places),
    }
}

/// A flag by itself, or compared with 是 or 否. That a fact exists is a matter of its 笔数.
fn flag(expr: &Expr, truth: bool, ground: &Scope<'_>) -> Leaf {
    if let Node::Aggregate { fact, what, field: None } = &expr.node
        && let "存在" | "不存在" = what.as_str()
    {
        let some = Shape::Count.above(Decimal::ONE, true);
        let states = if (what == "存在") == truth { some } else { Shape::Count.not(&some) };
        return Leaf::Exact(Place { key: format!("{fact}.笔数"), shape: Shape::Count }, states);
    }
    match ground.place(expr) {
        Some(place) if place.shape == Shape::Flag => {
            let states = place.shape.flag(truth);
            Leaf::Exact(place, states)
        }
        Some(_) | None => Leaf::Open,
    }
}

/// 超过, 未满 and 临近 as comparisons of the time that has passed, or is left, with a number of units.
fn elapsed(function: &str, args: &[Expr], ground: &Scope<'_>) -> Leaf {
    let [from, Expr { node: Node::Duration(count, unit), .. }] = args else { return Leaf::Open };
    let (Some(from), Some(Constant::Number(count))) = (ground.place(from), ground.constant(count)) else { return Leaf::Open };
    let shape = Shape::Day;
    let (measured, states) = match function {
        "超过" => ("已过", shape.above(count, false)),
        "未满" => ("已过", shape.filled().both(&shape.not(&shape.above(count, false)))),
        "临近" => ("还有", shape.filled().both(&shape.not(&shape.above(count, false)))),
        _ => return Leaf::Open,
    };
    Leaf::Exact(Place { key: format!("{measured}({}, {})", from.key, unit.name()), shape }, states)
}

/// The states of a place of this shape in which a comparison with a constant holds. `None` where they cannot be said: 包含 and the like.
fn states(shape: Shape, comparison: Comparison, constant: &Constant) -> Option<States> {
    let filled = shape.filled();
    let but = |states: &States| filled.both(&shape.not(states));
    let equal = match constant {
        Constant::Number(value) if shape.is_ordered() => return ordered(shape, comparison, *value),
        Constant::Day(day) if shape == Shape::Day => return ordered(shape, comparison, *day),
        Constant::Text(text) if shape == Shape::Day => return ordered(shape, comparison, days(text.parse::<NaiveDate>().ok()?)),
        Constant::Text(text) if shape == Shape::Text => shape.names([text.clone()]),
        Constant::Texts(list) if shape == Shape::Text => shape.names(list.iter().cloned()),
        Constant::Numbers(list) if shape.is_ordered() => list.iter().fold(shape.nothing(), |all, value| all.either(&shape.exactly(*value))),
        Constant::Number(_) | Constant::Day(_) | Constant::Text(_) | Constant::Truth(_) | Constant::Texts(_) | Constant::Numbers(_) => return None,
    };
    match comparison {
        Comparison::Equal | Comparison::In => Some(equal),
        Comparison::NotEqual | Comparison::NotIn => Some(but(&equal)),
        Comparison::Less
        | Comparison::AtMost
        | Comparison::Greater
        | Comparison::AtLeast
        | Comparison::Contains
        | Comparison::NotContains
        | Comparison::StartsWith
        | Comparison::Matches
        | Comparison::NotMatches => None,
    }
}

fn ordered(shape: Shape, comparison: Comparison, value: Decimal) -> Option<States> {
    let but = |states: States| shape.filled().both(&shape.not(&states));
    Some(match comparison {
        Comparison::Equal => shape.exactly(value),
        Comparison::NotEqual => but(shape.exactly(value)),
        Comparison::Less => but(shape.above(value, true)),
        Comparison::AtMost => but(shape.above(value, false)),
        Comparison::Greater => shape.above(value, false),
        Comparison::AtLeast => shape.above(value, true),
        Comparison::In
        | Comparison::NotIn
        | Comparison::Contains
        | Comparison::NotContains
        | Comparison::StartsWith
        | Comparison::Matches
        | Comparison::NotMatches => return None,
    })
}

/// A comparison of two constants. `None` where it takes the judge to say.
fn holds(comparison: Comparison, left: &Constant, right: &Constant) -> Option<bool> {
    match (comparison, left, right) {
        (Comparison::Equal, a, b) => Some(a == b),
        (Comparison::NotEqual, a, b) => Some(a != b),
        (Comparison::Less, Constant::Number(a), Constant::Number(b)) => Some(a < b),
        (Comparison::AtMost, Constant::Number(a), Constant::Number(b)) => Some(a <= b),
        (Comparison::Greater, Constant::Number(a), Constant::Number(b)) => Some(a > b),
        (Comparison::AtLeast, Constant::Number(a), Constant::Number(b)) => Some(a >= b),
        (Comparison::In, Constant::Number(a), Constant::Numbers(list)) => Some(list.contains(a)),
        (Comparison::In, Constant::Text(a), Constant::Texts(list)) => Some(list.contains(a)),
        (Comparison::NotIn, Constant::Number(a), Constant::Numbers(list)) => Some(!list.contains(a)),
        (Comparison::NotIn, Constant::Text(a), Constant::Texts(list)) => Some(!list.contains(a)),
        (_, _, _) => None,
    }
}

impl Comparison {
    /// The same said from the other side.
    const fn turned(self) -> Comparison {
        match self {
            Comparison::Less => Comparison::Greater,
            Comparison::AtMost => Comparison::AtLeast,
            Comparison::Greater => Comparison::Less,
            Comparison::AtLeast => Comparison::AtMost,
            Comparison::Equal
            | Comparison::NotEqual
            | Comparison::In
            | Comparison::NotIn
            | Comparison::Contains
            | Comparison::NotContains
            | Comparison::StartsWith
            | Comparison::Matches
            | Comparison::NotMatches => self,
        }
    }
}
