//! What a piece of a condition stands for: a value known beforehand, or a place whose state only a record tells.

use chrono::{Datelike, NaiveDate};
use rust_decimal::Decimal;

use super::super::ast::{Expr, Node, Operation};
use super::super::compile::Scope;
use super::super::param::ParamValue;
use super::states::Shape;
use crate::domain::Entity;
use crate::domain::record::Kind;
use crate::domain::text::normalise;

/// A value known before any record is.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Constant {
    Number(Decimal),
    /// A date, counted in days.
    Day(Decimal),
    Text(String),
    Truth(bool),
    Texts(Vec<String>),
    Numbers(Vec<Decimal>),
}

/// A piece that records give a state: by its canonical text, and the states it may be in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    pub key: String,
    pub shape: Shape,
}

impl Scope<'_> {
    fn here(&self) -> Entity {
        self.row.unwrap_or(self.on)
    }

    pub(super) fn constant(&self, expr: &Expr) -> Option<Constant> {
        match &expr.node {
            Node::Number(number) | Node::Percent(number) => Some(Constant::Number(*number)),
            Node::Text(text) => Some(Constant::Text(normalise(text))),
            Node::Texts(items) => Some(Constant::Texts(items.iter().map(|item| normalise(item)).collect())),
            Node::Numbers(items) => Some(Constant::Numbers(items.clone())),
            Node::Truth(truth) => Some(Constant::Truth(*truth)),
            Node::Name(name) if self.here().slot(name).is_none() => self.params.iter().find(|param| param.name == *name).map(|param| value(&param.value)),
            Node::Arithmetic(operation, left, right) => {
                let (Some(Constant::Number(a)), Some(Constant::Number(b))) = (self.constant(left), self.constant(right)) else { return None };
                let result = match operation {
                    Operation::Add => a.checked_add(b),
                    Operation::Subtract => a.checked_sub(b),
                    Operation::Multiply => a.checked_mul(b),
                    Operation::Divide => a.checked_div(b),
                };
                result.map(Constant::Number)
            }
            Node::Name(_)
            | Node::This(_)
            | Node::Aggregate { .. }
            | Node::Call { .. }
            | Node::Duration(..)
            | Node::Not(_)
            | Node::All(_)
            | Node::Any(_)
            | Node::Compare(..)
            | Node::Empty { .. } => None,
        }
    }

    pub(super) fn place(&self, expr: &Expr) -> Option<Place> {
        let shape = match &expr.node {
            Node::Name(name) => shape(self.here(), name)?,
            Node::This(name) => shape(self.on, name)?,
            Node::Aggregate { fact, what, field } => {
                let entity = self.facts.iter().find(|(name, _)| name == fact)?.1;
                match (what.as_str(), field) {
                    ("笔数" | "不同", _) => Shape::Count,
                    ("存在" | "不存在", _) => Shape::Known,
                    ("金额", _) => Shape::Money,
                    (_, Some(field)) => shape(entity, field)?,
                    (_, None) => return None,
                }
            }
            Node::Call { function, .. } => match function.as_str() {
                "相隔" | "长度" => Shape::Whole,
                "年" | "月" | "序时进度" | "绝对值" => Shape::Number,
                "日期" | "季末" => Shape::Day,
                _ => return None,
            },
            Node::Arithmetic(..) => Shape::Number,
            Node::Number(_)
            | Node::Percent(_)
            | Node::Text(_)
            | Node::Texts(_)
            | Node::Numbers(_)
            | Node::Truth(_)
            | Node::Duration(..)
            | Node::Not(_)
            | Node::All(_)
            | Node::Any(_)
            | Node::Compare(..)
            | Node::Empty { .. } => return None,
        };
        let key = match &expr.node {
            // outside a fact both say the same
            Node::This(name) if self.row.is_none() => name.clone(),
            _ => expr.to_string(),
        };
        Some(Place { key, shape })
    }
}

fn shape(entity: Entity, field: &str) -> Option<Shape> {
    let slot = entity.slot(field)?;
    Some(match entity.fields().get(slot)?.kind {
        Kind::Text if entity.is_doc_no(slot) => Shape::DocNo,
        Kind::Money => Shape::Money,
        Kind::Number => Shape::Number,
        Kind::Text | Kind::Cipher => Shape::Text,
        Kind::Date => Shape::Day,
        Kind::Flag => Shape::Flag,
    })
}

fn value(param: &ParamValue) -> Constant {
    match param {
        ParamValue::Money(money) => Constant::Number(Decimal::new(money.fen(), 2)),
        ParamValue::Number(number) => Constant::Number(Decimal::from(*number)),
        ParamValue::Percent(share) => Constant::Number(*share),
        ParamValue::Date(date) => Constant::Day(days(*date)),
        ParamValue::Numbers(list) => Constant::Numbers(list.to_vec()),
        ParamValue::Text(text) => Constant::Text(text.to_string()),
        ParamValue::List(list) => Constant::Texts(list.iter().map(ToString::to_string).collect()),
    }
}

pub(super) fn days(date: NaiveDate) -> Decimal {
    Decimal::from(date.num_days_from_ce())
}
