//! An expression as text again, with no more brackets than it needs: read, it gives the same tree. Two pieces of a condition are the same when they read the same.

use std::fmt::{self, Display, Formatter};

use rust_decimal::Decimal;

use super::ast::{Comparison, Expr, Node, Operation};

/// How strongly a node binds, as the grammar has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Bond {
    Any,
    All,
    Not,
    Compare,
    Sum,
    Product,
    Primary,
}

impl Node {
    fn bond(&self) -> Bond {
        match self {
            Node::Any(_) => Bond::Any,
            Node::All(_) => Bond::All,
            Node::Not(_) => Bond::Not,
            Node::Compare(..) | Node::Empty { .. } => Bond::Compare,
            Node::Arithmetic(Operation::Add | Operation::Subtract, ..) => Bond::Sum,
            Node::Arithmetic(Operation::Multiply | Operation::Divide, ..) => Bond::Product,
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
            | Node::Duration(..) => Bond::Primary,
        }
    }
}

/// In brackets where it binds less than its place asks.
struct At<'e>(&'e Expr, Bond);

impl Display for At<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if self.0.node.bond() < self.1 { write!(f, "({})", self.0) } else { self.0.fmt(f) }
    }
}

fn series<T: Display>(f: &mut Formatter<'_>, parts: impl IntoIterator<Item = T>, between: &str) -> fmt::Result {
    parts.into_iter().enumerate().try_for_each(|(at, part)| if at == 0 { part.fmt(f) } else { write!(f, "{between}{part}") })
}

impl Display for Expr {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match &self.node {
            Node::Number(number) => number.fmt(f),
            Node::Percent(share) => write!(f, "{}%", Decimal::from_i128_with_scale(share.mantissa(), share.scale().saturating_sub(2))),
            Node::Text(text) => quoted(f, text),
            Node::Texts(items) => {
                f.write_str("[")?;
                for (at, item) in items.iter().enumerate() {
                    f.write_str(if at == 0 { "" } else { ", " })?;
                    quoted(f, item)?;
                }
                f.write_str("]")
            }
            Node::Numbers(items) => {
                f.write_str("[")?;
                series(f, items, ", ")?;
                f.write_str("]")
            }
            Node::Truth(truth) => f.write_str(if *truth { "是" } else { "否" }),
            Node::Name(name) => f.write_str(name),
            Node::This(name) => write!(f, "本次.{name}"),
            Node::Aggregate { fact, what, field: None } => write!(f, "{fact}.{what}"),
            Node::Aggregate { fact, what, field: Some(field) } => write!(f, "{fact}.{what}({field})"),
            Node::Call { function, args } => {
                write!(f, "{function}(")?;
                series(f, args, ", ")?;
                f.write_str(")")
            }
            Node::Duration(count, unit) => write!(f, "{count} {}", unit.name()),
            Node::Not(inner) => write!(f, "非 {}", At(inner, Bond::Not)),
            Node::All(parts) => series(f, parts.iter().map(|part| At(part, Bond::Not)), " 且 "),
            Node::Any(parts) => series(f, parts.iter().map(|part| At(part, Bond::All)), " 或 "),
            Node::Compare(comparison, left, right) => write!(f, "{} {} {}", At(left, Bond::Sum), comparison.sign(), At(right, Bond::Sum)),
            Node::Empty { operand, negated } => write!(f, "{} {}", At(operand, Bond::Sum), if *negated { "不为空" } else { "为空" }),
            Node::Arithmetic(operation, left, right) => {
                let (sign, own, next) = match operation {
                    Operation::Add => ("+", Bond::Sum, Bond::Product),
                    Operation::Subtract => ("-", Bond::Sum, Bond::Product),
                    Operation::Multiply => ("*", Bond::Product, Bond::Primary),
                    Operation::Divide => ("/", Bond::Product, Bond::Primary),
                };
                write!(f, "{} {sign} {}", At(left, own), At(right, next))
            }
        }
    }
}

impl Comparison {
    /// As people write it.
    pub(super) const fn sign(self) -> &'static str {
        match self {
            Comparison::Equal => "=",
            Comparison::NotEqual => "≠",
            Comparison::Less => "<",
            Comparison::AtMost => "<=",
            Comparison::Greater => ">",
            Comparison::AtLeast => ">=",
            Comparison::In => "属于",
            Comparison::NotIn => "不属于",
            Comparison::Contains => "包含",
            Comparison::NotContains => "不包含",
            Comparison::StartsWith => "开头是",
            Comparison::Matches => "匹配",
            Comparison::NotMatches => "不匹配",
        }
    }
}

/// In the first quotation marks that do not end too early.
fn quoted(f: &mut Formatter<'_>, text: &str) -> fmt::Result {
    let marks = [('\'', '\''), ('"', '"'), ('\u{201C}', '\u{201D}'), ('\u{2018}', '\u{2019}')];
    let (open, close) = marks.into_iter().find(|(_, close)| !text.contains(*close)).unwrap_or(('\'', '\''));
    write!(f, "{open}{text}{close}")
}

#[cfg(test)]
mod tests {
    use super::super::parser::parse_condition;

    #[test]
    fn brackets_stand_where_they_are_needed() {
        for (text, printed) in [
            ("((甲)) 或 (乙 且 丙)", "甲 或 乙 且 丙"),
            ("(甲 或 乙) and not (丙 或 丁)", "(甲 或 乙) 且 非 (丙 或 丁)"),
            ("(甲 且 乙) 且 丙", "(甲 且 乙) 且 丙"),
            ("(甲 + 乙) * (丙 - 丁) / 2 > 1", "(甲 + 乙) * (丙 - 丁) / 2 > 1"),
            ("甲 - (乙 - 丙) <> (丁 = 1)", "甲 - (乙 - 丙) ≠ (丁 = 1)"),
            ("-甲 > - - 1", "0 - 甲 > 0 - (0 - 1)"),
            ("甲 属于 [“一”,'二'] 且 乙 in [1,-2,50%]", "甲 属于 ['一', '二'] 且 乙 属于 [1, -2, 0.50]"),
            ("甲 = “'” 且 乙 = '\"'", "甲 = \"'\" 且 乙 = '\"'"),
            ("超过(本次.甲, 3个工作日) 或 事实.最早(甲) 为空", "超过(本次.甲, 3 工作日) 或 事实.最早(甲) 为空"),
            ("非 (甲 = 1) 且 (甲 = 1) 为空", "非 甲 = 1 且 (甲 = 1) 为空"),
        ] {
            assert_eq!(parse_condition(text).unwrap().to_string(), printed, "{text}");
            assert_eq!(parse_condition(printed).unwrap().to_string(), printed, "{text}");
        }
    }
}
