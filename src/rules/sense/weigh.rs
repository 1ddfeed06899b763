//! A condition weighed: for every place it names, in which states it may hold and in which it must; and from that, what holds never or always.

use std::collections::BTreeMap;

use super::super::ast::{Expr, Node};
use super::super::compile::Scope;
use super::super::diagnosis::{Fault, Span};
use super::ground::Place;
use super::leaf::{Leaf, leaf};
use super::states::{Shape, States};

/// How a condition depends on one place.
#[derive(Debug, Clone)]
pub(super) struct Hold {
    pub shape: Shape,
    /// Outside these states the condition is false, whatever else is true.
    pub may: States,
    /// Inside these it is true, whatever else is true.
    pub must: States,
}

pub(super) type Holds = BTreeMap<String, Hold>;

pub(super) struct Weighed<'e> {
    pub expr: &'e Expr,
    /// Canonical: two conditions with the same text are the same.
    pub text: String,
    pub holds: Holds,
    pub parts: Vec<Weighed<'e>>,
}

/// Weighs conditions of one text and notes their faults.
pub(super) struct Scale<'r> {
    ground: &'r Scope<'r>,
    pub faults: Vec<Fault>,
}

impl<'r> Scale<'r> {
    pub(super) fn new(ground: &'r Scope<'r>) -> Scale<'r> {
        Scale { ground, faults: Vec::new() }
    }

    pub(super) fn weigh<'e>(&mut self, expr: &'e Expr) -> Weighed<'e> {
        let (parts, holds) = match &expr.node {
            Node::All(parts) => {
                let parts: Vec<_> = parts.iter().map(|part| self.weigh(part)).collect();
                let holds = self.never(&parts);
                (parts, holds)
            }
            Node::Any(parts) => {
                let parts: Vec<_> = parts.iter().map(|part| self.weigh(part)).collect();
                let holds = self.always(&parts);
                (parts, holds)
            }
            Node::Not(inner) => {
                let inner = self.weigh(inner);
                let turned = inner
                    .holds
                    .iter()
                    .map(|(key, Hold { shape, may, must })| (key.clone(), Hold { shape: *shape, may: shape.not(must), must: shape.not(may) }));
                let holds = turned.collect();
                (vec![inner], holds)
            }
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
            | Node::Arithmetic(..) => (Vec::new(), self.leaf(expr)),
        };
        Weighed { expr, text: expr.to_string(), holds, parts }
    }

    fn fault(&mut self, span: &Span, message: impl Into<String>) -> Holds {
        self.faults.push(Fault::new(span.clone(), message));
        // told once, where it stands: what contains it is not told again
        Holds::new()
    }

    fn leaf(&mut self, expr: &Expr) -> Holds {
        match leaf(expr, self.ground) {
            Leaf::Open => Holds::new(),
            Leaf::Truth(truth) => {
                let verdict = if truth { "总是成立,写了等于没写" } else { "永远不会成立" };
                self.fault(&expr.span, format!("这里没有用到任何字段或事实,{verdict}。请改用字段,或者删去。"))
            }
            Leaf::Same(key) if self.ground.row.is_some() && !key.starts_with("本次.") => {
                self.fault(&expr.span, format!("两边是同一个字段,比较没有意义。是不是想写 {key} = 本次.{key}?"))
            }
            Leaf::Same(key) => self.fault(&expr.span, format!("两边都是 {key},比较没有意义。请把其中一边换成别的字段、参数或事实。")),
            Leaf::Exact(place, states) if states.is_nothing() && matches!(expr.node, Node::Empty { .. }) => {
                self.fault(&expr.span, format!("{} 总有内容,不会为空:没有记录时笔数是 0,「存在」是否。请改为比较大小,或者删去。", place.key))
            }
            Leaf::Exact(_, states) if states.is_nothing() => self.fault(&expr.span, "这里永远不会成立。请检查数值,或者删去。"),
            Leaf::Exact(place, states) if states == place.shape.all() => self.fault(&expr.span, "这里总是成立,写了等于没写。请检查数值,或者删去。"),
            Leaf::Exact(place, states) => Holds::from([(place.key, Hold { shape: place.shape, may: states.clone(), must: states })]),
            Leaf::Filled(places) => {
                let filled = |Place { key, shape }| (key, Hold { shape, may: shape.filled(), must: shape.nothing() });
                places.into_iter().map(filled).collect()
            }
        }
    }

    /// 且: what may hold is what all parts allow. Nothing left: it never holds.
    fn never(&mut self, parts: &[Weighed<'_>]) -> Holds {
        let mut holds = merged(parts, States::both, States::both);
        for Hold { shape, must, .. } in missing(&mut holds, parts.len()) {
            *must = shape.nothing();
        }
        let holds: Holds = holds.into_iter().map(|(key, (hold, _))| (key, hold)).collect();
        let Some((key, _)) = holds.iter().find(|(_, hold)| hold.may.is_nothing()) else { return holds };
        match pair(parts, key, |one, other| one.may.both(&other.may).is_nothing()) {
            Some((early, late)) => self.fault(&late.expr.span, format!("{early}与{late}不能同时成立,所以永远不会成立。请改数值;如果有一个就算,请用「或」。")),
            None => self.fault(&last(parts, key), format!("这里与前面对 {key} 的要求合在一起,永远不会成立。请改数值;如果有一个就算,请用「或」。")),
        }
    }

    /// 或: what must hold is what any part takes in. Everything taken in: it always holds.
    fn always(&mut self, parts: &[Weighed<'_>]) -> Holds {
        let mut holds = merged(parts, States::either, States::either);
        for Hold { shape, may, .. } in missing(&mut holds, parts.len()) {
            *may = shape.all();
        }
        let holds: Holds = holds.into_iter().map(|(key, (hold, _))| (key, hold)).collect();
        let whole = |hold: &Hold| hold.must == hold.shape.all();
        let filled = |hold: &Hold| hold.shape.filled().is_within(&hold.must);
        if let Some((key, hold)) = holds.iter().find(|(_, hold)| whole(hold)) {
            let all = hold.shape.all();
            return match pair(parts, key, |one, other| one.must.either(&other.must) == all) {
                Some((early, late)) => {
                    self.fault(&late.expr.span, format!("{early}与{late}总有一个成立,所以总是成立,写了等于没写。请改数值;如果要同时满足,请用「且」。"))
                }
                None => self.fault(&last(parts, key), format!("这里与前面对 {key} 的要求合在一起,总是成立,写了等于没写。请改数值;如果要同时满足,请用「且」。")),
            };
        }
        // one of them already says 不为空 by itself: that is what was meant
        let plain = |key: &String| parts.iter().any(|part| part.holds.get(key).is_some_and(filled));
        match holds.iter().find(|(key, hold)| filled(hold) && !plain(key)) {
            Some((key, _)) => self.fault(
                &last(parts, key),
                format!("这里与前面合在一起,只要 {key} 有内容就成立。如果是这个意思,请直接写「{key} 不为空」;如果要同时满足,请用「且」。"),
            ),
            None => holds,
        }
    }
}

/// For each place that any part names: its states combined, and how many parts name it.
fn merged(parts: &[Weighed<'_>], may: fn(&States, &States) -> States, must: fn(&States, &States) -> States) -> BTreeMap<String, (Hold, usize)> {
    let mut all: BTreeMap<String, (Hold, usize)> = BTreeMap::new();
    for (key, hold) in parts.iter().flat_map(|part| &part.holds) {
        match all.get_mut(key) {
            Some((known, named)) => {
                (known.may, known.must) = (may(&known.may, &hold.may), must(&known.must, &hold.must));
                *named += 1;
            }
            None => {
                all.insert(key.clone(), (hold.clone(), 1));
            }
        }
    }
    all
}

/// Of places that some part does not name, that part says nothing.
fn missing(all: &mut BTreeMap<String, (Hold, usize)>, parts: usize) -> impl Iterator<Item = &mut Hold> {
    all.values_mut().filter(move |(_, named)| *named < parts).map(|(hold, _)| hold)
}

/// The first two parts of which `clash` is true.
fn pair<'w, 'e>(parts: &'w [Weighed<'e>], key: &str, clash: impl Fn(&Hold, &Hold) -> bool) -> Option<(&'w Weighed<'e>, &'w Weighed<'e>)> {
    let named: Vec<_> = parts.iter().filter_map(|part| Some((part, part.holds.get(key)?))).collect();
    named.iter().enumerate().find_map(|(at, (late, b))| named.iter().take(at).find(|(_, a)| clash(a, b)).map(|(early, _)| (*early, *late)))
}

fn last(parts: &[Weighed<'_>], key: &str) -> Span {
    parts.iter().rev().find(|part| part.holds.contains_key(key)).map_or(0..0, |part| part.expr.span.clone())
}

/// Characters of a piece that are said again in a message.
const SAID: usize = 30;

impl std::fmt::Display for Weighed<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let short: String = self.text.chars().take(SAID).collect();
        write!(f, "「{short}{}」", if short.len() < self.text.len() { "…" } else { "" })
    }
}
