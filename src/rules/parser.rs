//! Grammar of a condition, from the weakest bond to the strongest:
//!
//! ```text
//! fact        = 实体 [含冲销] [window] 其中 condition
//! window      = 近 (数 | 参数) unit | 本年度 | 同月
//! condition   = both { 或 both }
//! both        = negation { 且 negation }
//! negation    = 非 negation | comparison
//! comparison  = sum [ (= ≠ < <= > >= 属于 不属于 包含 不包含 开头是 匹配 不匹配) sum | 为空 | 不为空 ]
//! sum         = product { (+ -) product }
//! product     = sign { (* /) sign }
//! sign        = - sign | primary
//! primary     = 数 | '文本' | 是 | 否 | list | ( condition ) | 名称 | 本次.名称 | 事实.汇总 [ ( 字段 ) ] | 函数( argument, … )
//! list        = [ '文本', … ] | [ [-] 数, … ]
//! argument    = condition [ unit ]
//! unit        = [个] (天 | 工作日 | 月 | 季度 | 年)
//! ```

use super::ast::{Comparison, Expr, Node, Operation, Unit, Window};
use super::diagnosis::{Fault, Span, meant};
use super::lexer::{Token, lex, number};

/// Brackets and negations inside each other; also the arithmetic signs of one condition, which nest to the left.
const NESTING: usize = 64;
/// Characters of one condition.
const LENGTH: usize = 4_000;

const RECENT: &str = "「近」后面要写数和单位,例如 近30天、近 3 月,或者用参数:近 间隔 天。";

/// The text of a fact, taken apart.
#[derive(Debug, PartialEq)]
pub(super) struct FactText {
    pub entity: (String, Span),
    /// 含冲销: reversed and merely requested records count as well.
    pub with_reversed: bool,
    /// Where it stands, for faults.
    pub window: Option<(Window, Span)>,
    pub condition: Expr,
}

pub(super) fn parse_condition(text: &str) -> Result<Expr, Fault> {
    let mut parser = Parser::new(text)?;
    let condition = parser.condition()?;
    parser.end()?;
    Ok(condition)
}

pub(super) fn parse_fact(text: &str) -> Result<FactText, Fault> {
    let mut parser = Parser::new(text)?;
    let entity = parser.name("事实要先写查哪种记录,例如:支付 其中 收款账号 = 本次.收款账号。")?;
    let with_reversed = parser.take_name("含冲销");
    let window = parser.window()?;
    if !parser.take_name("其中") {
        return Err(parser.fault("这里应写「其中」,后面是条件。"));
    }
    let condition = parser.condition()?;
    parser.end()?;
    Ok(FactText { entity, with_reversed, window, condition })
}

struct Parser {
    tokens: std::iter::Peekable<std::vec::IntoIter<(Token, Span)>>,
    /// End of the last word taken.
    end: usize,
    nesting: usize,
    operations: usize,
}

impl Parser {
    fn new(text: &str) -> Result<Parser, Fault> {
        if text.chars().nth(LENGTH).is_some() {
            return Err(Fault::new(0..0, format!("条件太长,最多 {LENGTH} 个字。")));
        }
        Ok(Parser { tokens: lex(text)?.into_iter().peekable(), end: 0, nesting: 0, operations: 0 })
    }

    fn peek(&mut self) -> &Token {
        self.tokens.peek().map_or(&Token::End, |(token, _)| token)
    }

    fn next(&mut self) -> (Token, Span) {
        let taken = self.tokens.next().unwrap_or((Token::End, self.end..self.end));
        self.end = taken.1.end;
        taken
    }

    fn take(&mut self, wanted: &Token) -> bool {
        let here = self.peek() == wanted;
        if here {
            self.next();
        }
        here
    }

    fn expect(&mut self, wanted: &Token, message: &str) -> Result<(), Fault> {
        if self.take(wanted) { Ok(()) } else { Err(self.fault(message)) }
    }

    fn fault(&mut self, message: &str) -> Fault {
        match self.next() {
            (Token::End, span) => Fault::new(span, format!("条件到这里就断了。{message}")),
            (_, span) => Fault::new(span, message),
        }
    }

    fn name(&mut self, message: &str) -> Result<(String, Span), Fault> {
        match self.next_if_name() {
            Some((name, span)) if name == "本次" => Err(Fault::new(span, message)),
            Some(found) => Ok(found),
            None => Err(self.fault(message)),
        }
    }

    fn next_if_name(&mut self) -> Option<(String, Span)> {
        if !matches!(self.peek(), Token::Name(_)) {
            return None;
        }
        match self.next() {
            (Token::Name(name), span) => Some((name, span)),
            _ => None,
        }
    }

    fn take_name(&mut self, wanted: &str) -> bool {
        let here = matches!(self.peek(), Token::Name(name) if name == wanted);
        if here {
            self.next();
        }
        here
    }

    fn end(&mut self) -> Result<(), Fault> {
        self.expect(&Token::End, "前面的条件已经完整,这里多出了内容。两个条件之间要写「且」或「或」,它们的前后都要空一格。")
    }

    fn start(&mut self) -> usize {
        self.tokens.peek().map_or(self.end, |(_, span)| span.start)
    }

    fn spanned(&self, start: usize, node: Node) -> Expr {
        Expr { node, span: start..self.end }
    }

    /// Runs one level deeper, so that no text can exhaust the stack.
    fn nested(&mut self, parse: fn(&mut Parser) -> Result<Expr, Fault>) -> Result<Expr, Fault> {
        if self.nesting == NESTING {
            return Err(self.fault(&format!("嵌套太深,最多 {NESTING} 层。")));
        }
        self.nesting += 1;
        let expr = parse(self);
        self.nesting -= 1;
        expr
    }

    /// `近30天` (one word, or 近 and the number and the unit), `本年度`, `同月`.
    fn window(&mut self) -> Result<Option<(Window, Span)>, Fault> {
        let Token::Name(name) = self.peek().clone() else { return Ok(None) };
        let (start, word) = (self.start(), name.as_str());
        let window = match (word, word.strip_prefix('近')) {
            ("本年度", _) => self.window_word(Window::SameYear),
            ("同月", _) => self.window_word(Window::SameMonth),
            (_, Some("")) => {
                self.next();
                let count = self.primary()?;
                self.recent(count)?
            }
            (_, Some(rest)) => {
                let (_, span) = self.next();
                let digits = rest.trim_end_matches(|c: char| !c.is_ascii_digit());
                let unit = rest.strip_prefix(digits).unwrap_or("");
                let count = number(digits, false).map(|count| Expr { node: Node::Number(count), span: span.clone() });
                match (count, Unit::from_name(unit)) {
                    (Some(count), Some(unit)) => Window::Recent(Box::new(count), unit),
                    (Some(count), None) if unit.is_empty() => self.recent(count)?,
                    (_, _) => return Err(Fault::new(span, RECENT)),
                }
            }
            (_, None) => return Ok(None),
        };
        Ok(Some((window, start..self.end)))
    }

    fn window_word(&mut self, window: Window) -> Window {
        self.next();
        window
    }

    fn recent(&mut self, count: Expr) -> Result<Window, Fault> {
        let (name, span) = self.name(RECENT)?;
        let unit = Unit::from_name(&name).ok_or_else(|| Fault::new(span, RECENT))?;
        Ok(Window::Recent(Box::new(count), unit))
    }

    fn condition(&mut self) -> Result<Expr, Fault> {
        self.series(&Token::Or, Parser::both, Node::Any)
    }

    fn both(&mut self) -> Result<Expr, Fault> {
        self.series(&Token::And, Parser::negation, Node::All)
    }

    fn series(&mut self, word: &Token, part: fn(&mut Parser) -> Result<Expr, Fault>, join: fn(Vec<Expr>) -> Node) -> Result<Expr, Fault> {
        let start = self.start();
        let first = part(self)?;
        if self.peek() != word {
            return Ok(first);
        }
        let mut parts = vec![first];
        while self.take(word) {
            parts.push(part(self)?);
        }
        Ok(self.spanned(start, join(parts)))
    }

    fn negation(&mut self) -> Result<Expr, Fault> {
        let start = self.start();
        if !self.take(&Token::Not) {
            return self.comparison();
        }
        let operand = self.nested(Parser::negation)?;
        Ok(self.spanned(start, Node::Not(Box::new(operand))))
    }

    fn comparison(&mut self) -> Result<Expr, Fault> {
        let start = self.start();
        let left = self.sum()?;
        let comparison = match *self.peek() {
            Token::Compare(comparison) => comparison,
            Token::Not => {
                self.next();
                if self.peek() != &Token::Compare(Comparison::In) {
                    return Err(self.fault("「非」要写在整个条件的前面,例如 非 (甲 = 乙)。"));
                }
                Comparison::NotIn
            }
            Token::Empty { negated } => {
                self.next();
                return Ok(self.spanned(start, Node::Empty { operand: Box::new(left), negated }));
            }
            _ => return Ok(left),
        };
        self.next();
        let right = self.sum()?;
        Ok(self.spanned(start, Node::Compare(comparison, Box::new(left), Box::new(right))))
    }

    fn sum(&mut self) -> Result<Expr, Fault> {
        self.chain(Parser::product, |token| match token {
            Token::Plus => Some(Operation::Add),
            Token::Minus => Some(Operation::Subtract),
            _ => None,
        })
    }

    fn product(&mut self) -> Result<Expr, Fault> {
        self.chain(Parser::sign, |token| match token {
            Token::Times => Some(Operation::Multiply),
            Token::Divide => Some(Operation::Divide),
            _ => None,
        })
    }

    fn chain(&mut self, part: fn(&mut Parser) -> Result<Expr, Fault>, operation: fn(&Token) -> Option<Operation>) -> Result<Expr, Fault> {
        let start = self.start();
        let mut left = part(self)?;
        while let Some(operation) = operation(self.peek()) {
            self.operations += 1;
            if self.operations > NESTING {
                return Err(self.fault(&format!("算式太长,一个条件里最多 {NESTING} 个加减乘除。")));
            }
            self.next();
            let right = part(self)?;
            left = self.spanned(start, Node::Arithmetic(operation, Box::new(left), Box::new(right)));
        }
        Ok(left)
    }

    fn sign(&mut self) -> Result<Expr, Fault> {
        let start = self.start();
        if !self.take(&Token::Minus) {
            return self.primary();
        }
        let zero = self.spanned(start, Node::Number(rust_decimal::Decimal::ZERO));
        let operand = self.nested(Parser::sign)?;
        Ok(self.spanned(start, Node::Arithmetic(Operation::Subtract, Box::new(zero), Box::new(operand))))
    }

    fn primary(&mut self) -> Result<Expr, Fault> {
        let start = self.start();
        if let Some((name, _)) = self.next_if_name() {
            let node = self.named(name)?;
            return Ok(self.spanned(start, node));
        }
        if self.take(&Token::Open) {
            let inner = self.nested(Parser::condition)?;
            self.expect(&Token::Close, "括号没有合上,这里缺「)」。")?;
            return Ok(self.spanned(start, inner.node));
        }
        if !matches!(self.peek(), Token::Number(_) | Token::Percent(_) | Token::Text(_) | Token::Truth(_) | Token::OpenList) {
            return Err(self.fault("这里应写字段、参数、事实、数或文本。"));
        }
        let node = match self.next().0 {
            Token::Number(number) => Node::Number(number),
            Token::Percent(number) => Node::Percent(number),
            Token::Text(text) => Node::Text(text),
            Token::Truth(truth) => Node::Truth(truth),
            _ => self.list()?,
        };
        Ok(self.spanned(start, node))
    }

    fn list(&mut self) -> Result<Node, Fault> {
        const MIXED: &str = "一个列表里只能都写带引号的文本,例如 ['现金', '现金支票'],或者都写数,例如 [1, 2]。";
        let (mut texts, mut numbers) = (Vec::new(), Vec::new());
        loop {
            let minus = self.take(&Token::Minus);
            match self.peek().clone() {
                Token::Text(text) if numbers.is_empty() && !minus => texts.push(text),
                Token::Number(number) | Token::Percent(number) if texts.is_empty() => numbers.push(if minus { -number } else { number }),
                _ => return Err(self.fault(MIXED)),
            }
            self.next();
            if self.take(&Token::CloseList) {
                return Ok(if numbers.is_empty() { Node::Texts(texts) } else { Node::Numbers(numbers) });
            }
            self.expect(&Token::Comma, "列表的各项之间要用逗号隔开,最后写「]」。")?;
        }
    }

    /// What a name begins: itself, a field of 本次, a fact's figure or a function.
    fn named(&mut self, name: String) -> Result<Node, Fault> {
        if name == "本次" {
            self.expect(&Token::Dot, "「本次」后面要写点号和字段名,例如 本次.支付日期。")?;
            return Ok(Node::This(self.name("「本次.」后面要写字段名。")?.0));
        }
        if self.take(&Token::Open) {
            let mut args = Vec::new();
            loop {
                args.push(self.nested(Parser::argument)?);
                if self.take(&Token::Close) {
                    return Ok(Node::Call { function: name, args });
                }
                self.expect(&Token::Comma, "函数的各项之间要用逗号隔开,最后写「)」。")?;
            }
        }
        if !self.take(&Token::Dot) {
            return Ok(Node::Name(name));
        }
        let (what, _) = self.name("点号后面要写汇总方式:笔数、金额、存在、不存在、合计、最大、最小、最早、最晚、不同。")?;
        let mut field = None;
        if self.take(&Token::Open) {
            field = Some(self.name("括号里要写字段名。")?.0);
            self.expect(&Token::Close, "括号没有合上,这里缺「)」。")?;
        }
        Ok(Node::Aggregate { fact: name, what, field })
    }

    fn argument(&mut self) -> Result<Expr, Fault> {
        let start = self.start();
        let value = self.condition()?;
        let Token::Name(name) = self.peek() else { return Ok(value) };
        let Some(unit) = Unit::from_name(name) else { return self.no_unit(value) };
        self.next();
        Ok(self.spanned(start, Node::Duration(Box::new(value), unit)))
    }

    /// A name after a number can only have been meant as a unit; after anything else it is left to whoever reads on.
    fn no_unit(&mut self, value: Expr) -> Result<Expr, Fault> {
        match (&value.node, self.peek()) {
            (Node::Number(_), Token::Name(name)) => {
                let units = Unit::ALL.map(Unit::name);
                let message = format!("没有叫 {name} 的时间单位,可以用:{}{}", units.join("、"), meant(name, units));
                Err(Fault::new(self.next().1, message))
            }
            (_, _) => Ok(value),
        }
    }
}

#[cfg(test)]
mod tests;
