//! The shape of a condition as it was written, before names and types are known.

use rust_decimal::Decimal;

use super::diagnosis::Span;

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Expr {
    pub node: Node,
    pub span: Span,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Node {
    Number(Decimal),
    /// NFKC-normalised.
    Text(String),
    List(Vec<String>),
    Truth(bool),
    /// A bare name: a parameter or a field.
    Name(String),
    /// `本次.X`
    This(String),
    /// `同日.笔数`, `所属指标.最早(登记日期)`
    Aggregate {
        fact: String,
        what: String,
        field: Option<String>,
    },
    Call {
        function: String,
        args: Vec<Expr>,
    },
    /// `5 工作日`, only as an argument.
    Duration(Box<Expr>, Unit),
    Not(Box<Expr>),
    /// 且, flat however long it is.
    All(Vec<Expr>),
    /// 或
    Any(Vec<Expr>),
    Compare(Comparison, Box<Expr>, Box<Expr>),
    /// 为空 / 不为空
    Empty {
        operand: Box<Expr>,
        negated: bool,
    },
    Arithmetic(Operation, Box<Expr>, Box<Expr>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Comparison {
    Equal,
    NotEqual,
    Less,
    AtMost,
    Greater,
    AtLeast,
    /// 属于
    In,
    /// 不属于
    NotIn,
    /// 包含: one text, or any text of a list.
    Contains,
    /// 不包含
    NotContains,
    /// 开头是: one text, or any text of a list.
    StartsWith,
}

impl Comparison {
    /// Whether an empty operand hides a case from the rule: the sentence reads as a negation, yet emptiness makes it false.
    pub(super) const fn is_negative(self) -> bool {
        match self {
            Comparison::NotEqual | Comparison::NotIn | Comparison::NotContains => true,
            Comparison::Equal
            | Comparison::Less
            | Comparison::AtMost
            | Comparison::Greater
            | Comparison::AtLeast
            | Comparison::In
            | Comparison::Contains
            | Comparison::StartsWith => false,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operation {
    Add,
    Subtract,
    Multiply,
    Divide,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
    /// 天
    Day,
    /// 工作日
    WorkingDay,
    /// 月
    Month,
}

impl Unit {
    pub(super) fn from_name(name: &str) -> Option<Unit> {
        match name {
            "天" | "日" => Some(Unit::Day),
            "工作日" => Some(Unit::WorkingDay),
            "月" => Some(Unit::Month),
            _ => None,
        }
    }
}

impl Expr {
    /// Whether this reads as a fact's key: `字段 = 本次.字段`, either way round.
    pub(super) fn as_key(&self) -> Option<(&str, &str)> {
        let Node::Compare(Comparison::Equal, left, right) = &self.node else { return None };
        match (&left.node, &right.node) {
            (Node::Name(own), Node::This(subject)) | (Node::This(subject), Node::Name(own)) => Some((own, subject)),
            _ => None,
        }
    }
}
