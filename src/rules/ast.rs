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
    /// `10%` is 0.10: a number, never an amount.
    Percent(Decimal),
    /// NFKC-normalised.
    Text(String),
    /// NFKC-normalised, never empty.
    Texts(Vec<String>),
    /// `[1, 3, 10%]`, never empty.
    Numbers(Vec<Decimal>),
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
    /// `5 工作日`, only as an argument and in a window.
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
    /// 匹配: one pattern, or any of a list. A pattern is a literal or a parameter.
    Matches,
    /// 不匹配
    NotMatches,
}

impl Comparison {
    /// Whether an empty operand hides a case from the rule: the sentence reads as a negation, yet emptiness makes it false.
    pub(super) const fn is_negative(self) -> bool {
        match self {
            Comparison::NotEqual | Comparison::NotIn | Comparison::NotContains | Comparison::NotMatches => true,
            Comparison::Equal
            | Comparison::Less
            | Comparison::AtMost
            | Comparison::Greater
            | Comparison::AtLeast
            | Comparison::In
            | Comparison::Contains
            | Comparison::StartsWith
            | Comparison::Matches => false,
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

/// What time is counted in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
    /// 天
    Day,
    /// 工作日
    WorkingDay,
    /// 月: to the same day of the month, or its last.
    Month,
    /// 季度: three months
    Quarter,
    /// 年: twelve months
    Year,
}

impl Unit {
    pub(super) const ALL: [Unit; 5] = [Unit::Day, Unit::WorkingDay, Unit::Month, Unit::Quarter, Unit::Year];

    pub(super) const fn name(self) -> &'static str {
        match self {
            Unit::Day => "天",
            Unit::WorkingDay => "工作日",
            Unit::Month => "月",
            Unit::Quarter => "季度",
            Unit::Year => "年",
        }
    }

    /// By its name, also with a measure word: 3 个月.
    pub(super) fn from_name(name: &str) -> Option<Unit> {
        let name = name.strip_prefix('个').unwrap_or(name);
        Unit::ALL.into_iter().find(|unit| unit.name() == name).or_else(|| (name == "日").then_some(Unit::Day))
    }
}

/// Which records a fact looks at by their date (`Entity::date_slot`), seen from that of 本次.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Window {
    /// 近30天: the days that end with that of 本次.
    Recent(Box<Expr>, Unit),
    /// 本年度
    SameYear,
    /// 同月, of the same year
    SameMonth,
}

impl Window {
    /// As it begins in a rule.
    pub(super) const fn name(&self) -> &'static str {
        match self {
            Window::Recent(..) => "近",
            Window::SameYear => "本年度",
            Window::SameMonth => "同月",
        }
    }
}

impl Expr {
    /// Whether any of it asks a fact.
    pub(super) fn asks_a_fact(&self) -> bool {
        match &self.node {
            Node::Aggregate { .. } => true,
            Node::Call { args: parts, .. } | Node::All(parts) | Node::Any(parts) => parts.iter().any(Expr::asks_a_fact),
            Node::Duration(inner, _) | Node::Not(inner) | Node::Empty { operand: inner, .. } => inner.asks_a_fact(),
            Node::Compare(_, left, right) | Node::Arithmetic(_, left, right) => left.asks_a_fact() || right.asks_a_fact(),
            Node::Number(_) | Node::Percent(_) | Node::Text(_) | Node::Texts(_) | Node::Numbers(_) | Node::Truth(_) | Node::Name(_) | Node::This(_) => false,
        }
    }

    /// Whether this reads as a fact's key: `字段 = 本次.字段`, either way round.
    pub(super) fn as_key(&self) -> Option<(&str, &str)> {
        let Node::Compare(Comparison::Equal, left, right) = &self.node else { return None };
        match (&left.node, &right.node) {
            (Node::Name(own), Node::This(subject)) | (Node::This(subject), Node::Name(own)) => Some((own, subject)),
            _ => None,
        }
    }
}
