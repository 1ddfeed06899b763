//! Sets of states: what a field or figure may be, 空 among them. Closed under 且, 或 and 非, so that what holds always or never can be read off.

use std::collections::BTreeSet;

use rust_decimal::Decimal;

/// Where a set of ordered values begins or ends: before or after a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Cut {
    at: Decimal,
    after: bool,
}

/// A set of values. Dates are counted in days.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Values {
    /// Membership from the least value on, changing at each cut.
    Line { from_least: bool, cuts: Vec<Cut> },
    /// Membership of texts nobody named, and those for which it is the other way.
    Names { others: bool, except: BTreeSet<String> },
}

/// A set of states of one place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct States {
    /// Whether 空 is among them.
    empty: bool,
    values: Values,
}

/// What kind of value a place holds, and so all the states it may be in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// 笔数 and the like: 0, 1, 2 …, never 空.
    Count,
    /// 相隔, 长度: 0, 1, 2 …, or 空.
    Whole,
    /// Whole days, months or working days that have passed, or days of the calendar.
    Day,
    /// In 元, to the 分.
    Money,
    Number,
    Text,
    /// 文号: many spellings are one, so equality cannot be told from the text.
    DocNo,
    Flag,
    /// 存在 and the like: 是 or 否, never 空.
    Known,
}

impl Shape {
    /// The least difference of two values, where there is one.
    fn step(self) -> Option<Decimal> {
        match self {
            Shape::Count | Shape::Whole | Shape::Day => Some(Decimal::ONE),
            Shape::Money => Some(Decimal::new(1, 2)),
            Shape::Number | Shape::Text | Shape::DocNo | Shape::Flag | Shape::Known => None,
        }
    }

    /// Every state a place of this shape may be in.
    pub(super) fn all(self) -> States {
        let empty = !matches!(self, Shape::Count | Shape::Known);
        let values = match self {
            Shape::Count | Shape::Whole => Values::Line { from_least: false, cuts: vec![Cut { at: Decimal::ZERO, after: false }] },
            Shape::Day | Shape::Money | Shape::Number => Values::Line { from_least: true, cuts: Vec::new() },
            Shape::Text | Shape::DocNo => Values::Names { others: true, except: BTreeSet::new() },
            Shape::Flag | Shape::Known => Values::Names { others: false, except: [true, false].map(flag).into() },
        };
        States { empty, values }
    }

    pub(super) fn nothing(self) -> States {
        self.all().with(&self.all(), |_, _| false)
    }

    pub(super) fn filled(self) -> States {
        States { empty: false, values: self.all().values }
    }

    pub(super) fn not(self, states: &States) -> States {
        self.all().with(states, |all, held| all && !held)
    }

    /// The values above (or, `with_it`, also at) a value.
    pub(super) fn above(self, value: Decimal, with_it: bool) -> States {
        // on a grid every set begins before one of its points, so that sets of the same points are equal
        let cut = match self.step() {
            None => Cut { at: value, after: !with_it },
            Some(step) => {
                let steps = value.checked_div(step).unwrap_or(value);
                let first = if with_it { steps.ceil() } else { steps.floor().saturating_add(Decimal::ONE) };
                Cut { at: first.saturating_mul(step).normalize(), after: false }
            }
        };
        self.filled().with(&States { empty: false, values: Values::Line { from_least: false, cuts: vec![cut] } }, |a, b| a && b)
    }

    pub(super) fn exactly(self, value: Decimal) -> States {
        self.above(value, true).with(&self.above(value, false), |from, past| from && !past)
    }

    pub(super) fn names(self, names: impl IntoIterator<Item = String>) -> States {
        self.filled().with(&States { empty: false, values: Values::Names { others: false, except: names.into_iter().collect() } }, |a, b| a && b)
    }

    pub(super) fn flag(self, truth: bool) -> States {
        self.names([flag(truth)])
    }

    pub(super) fn is_ordered(self) -> bool {
        matches!(self, Shape::Count | Shape::Whole | Shape::Day | Shape::Money | Shape::Number)
    }
}

fn flag(truth: bool) -> String {
    if truth { "是" } else { "否" }.to_owned()
}

impl States {
    pub(super) fn both(&self, other: &States) -> States {
        self.with(other, |a, b| a && b)
    }

    pub(super) fn either(&self, other: &States) -> States {
        self.with(other, |a, b| a || b)
    }

    pub(super) fn is_within(&self, other: &States) -> bool {
        self.with(other, |a, b| a && !b).is_nothing()
    }

    pub(super) fn is_nothing(&self) -> bool {
        !self.empty
            && match &self.values {
                Values::Line { from_least, cuts } => !from_least && cuts.is_empty(),
                Values::Names { others, except } => !others && except.is_empty(),
            }
    }

    /// Whether zero is among them.
    pub(super) fn holds_zero(&self) -> bool {
        match &self.values {
            Values::Line { from_least, cuts } => {
                let passed = cuts.iter().filter(|cut| **cut <= Cut { at: Decimal::ZERO, after: false }).count();
                *from_least ^ (passed % 2 == 1)
            }
            Values::Names { .. } => true,
        }
    }

    /// The states for which `holds` says so of their membership here and there.
    fn with(&self, other: &States, holds: fn(bool, bool) -> bool) -> States {
        let empty = holds(self.empty, other.empty);
        let values = match (&self.values, &other.values) {
            (Values::Line { from_least: a, cuts: ours }, Values::Line { from_least: b, cuts: theirs }) => {
                let (mut a, mut b) = (*a, *b);
                let from_least = holds(a, b);
                let (mut held, mut cuts) = (from_least, Vec::new());
                let mut places: Vec<Cut> = ours.iter().chain(theirs).copied().collect();
                places.sort_unstable();
                places.dedup();
                for cut in places {
                    a ^= ours.binary_search(&cut).is_ok();
                    b ^= theirs.binary_search(&cut).is_ok();
                    if held != holds(a, b) {
                        held = !held;
                        cuts.push(cut);
                    }
                }
                Values::Line { from_least, cuts }
            }
            (Values::Names { others: a, except: ours }, Values::Names { others: b, except: theirs }) => {
                let others = holds(*a, *b);
                let differs = |name: &&String| holds(a ^ ours.contains(*name), b ^ theirs.contains(*name)) != others;
                Values::Names { others, except: ours.union(theirs).filter(differs).cloned().collect() }
            }
            // one place has one shape: this is never asked
            (Values::Line { .. } | Values::Names { .. }, Values::Line { .. } | Values::Names { .. }) => self.values.clone(),
        };
        States { empty, values }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn n(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    #[test]
    fn sets_follow_the_grid_of_their_shape() {
        let between = |shape: Shape, low: &str, high: &str| shape.above(n(low), false).both(&shape.not(&shape.above(n(high), true))).both(&shape.filled());
        assert!(between(Shape::Count, "2", "3").is_nothing());
        assert!(!between(Shape::Number, "2", "3").is_nothing());
        assert!(between(Shape::Money, "1.00", "1.01").is_nothing());
        assert!(!between(Shape::Money, "1.00", "1.02").is_nothing());
        assert!(Shape::Count.exactly(n("1.5")).is_nothing());
        assert_eq!(Shape::Count.above(n("-3"), true), Shape::Count.all());
        assert_eq!(Shape::Count.above(n("0.5"), false), Shape::Count.above(n("1"), true));
    }

    #[test]
    fn what_is_not_held_is_held_by_the_rest() {
        for (shape, states) in [
            (Shape::Number, Shape::Number.exactly(n("5"))),
            (Shape::Money, Shape::Money.above(n("5"), false)),
            (Shape::Text, Shape::Text.names(["甲".to_owned()])),
            (Shape::Flag, Shape::Flag.flag(true)),
            (Shape::Count, Shape::Count.nothing()),
        ] {
            let rest = shape.not(&states);
            assert!(states.both(&rest).is_nothing(), "{shape:?}");
            assert_eq!(states.either(&rest), shape.all(), "{shape:?}");
            assert_eq!(shape.not(&rest), states, "{shape:?}");
        }
        assert!(!Shape::Known.flag(true).is_within(&Shape::Known.flag(false)) && Shape::Text.names(["甲".to_owned()]).is_within(&Shape::Text.filled()));
    }

    #[test]
    fn zero_is_found_wherever_it_may_be() {
        for (states, held) in [
            (Shape::Number.all(), true),
            (Shape::Number.above(n("0"), true), true),
            (Shape::Number.above(n("0"), false), false),
            (Shape::Money.above(n("0"), false), false),
            (Shape::Number.not(&Shape::Number.exactly(n("0"))), false),
            (Shape::Number.not(&Shape::Number.above(n("-1"), false)), false),
            (Shape::Number.not(&Shape::Number.above(n("1"), false)), true),
            (Shape::Count.all(), true),
        ] {
            assert_eq!(states.holds_zero(), held, "{states:?}");
        }
    }
}
