//! The levels of a rule (预警级别), read and checked; what is known of the rule as a whole once they are.

use std::sync::OnceLock;

use toml::Spanned;
use unicode_normalization::UnicodeNormalization;

use super::ast::Expr;
use super::compile::{Compiler, Scope};
use super::diagnosis::{Fault, Passage, Span};
use super::emptiness;
use super::keys;
use super::parser::parse_condition;
use super::rule::LevelRule;
use super::sense::Sense;
use super::toml_rule::{Entry, Reader, entries};
use super::view::Figure;
use crate::domain::Level;

impl Reader<'_> {
    pub(super) fn levels(&mut self, top: &[Entry<'_>], scope: Scope<'_>, figures: &mut Vec<Figure>) -> Option<Vec<LevelRule>> {
        let array = top.iter().find(|(key, ..)| *key == "level").map(|(_, _, value)| *value);
        let Some(items) = array.and_then(|value| value.get_ref().as_array()).filter(|items| !items.is_empty()) else {
            return self.fault(array.map_or(0..0, Spanned::span), "至少要有一个 [[level]],写明亮什么灯(light)和什么时候亮(when)。");
        };
        let (mut levels, mut spans): (Vec<LevelRule>, Vec<_>) = (Vec::new(), Vec::new());
        for item in items.iter() {
            let Some(table) = item.get_ref().as_table() else {
                self.fault::<()>(item.span(), "level 要写成 [[level]],下面写 light 和 when。");
                continue;
            };
            let entries = entries(table);
            self.known_keys(&entries, &keys::LEVEL);
            let light = self.choice(&entries, "light", Level::from_name, &Level::ALL.map(Level::name));
            let level = self.string(&entries, "when").and_then(|(when, span)| self.level(light, when, span, scope, figures));
            spans.extend(light.map(|light| (light, item.span())));
            match level {
                Some(level) if levels.iter().any(|known| known.light == level.light) => {
                    self.fault::<()>(item.span(), format!("{}写了两次。请用「或」把条件合在一起。", level.light.name()));
                }
                other => levels.extend(other),
            }
        }
        for (light, span) in if self.new { spans } else { Vec::new() } {
            if let Some(higher) = self.sense.outshone(light, &scope) {
                let (low, high) = (light.name(), higher.name());
                self.fault::<()>(span, format!("{low}成立时{high}也一定成立,而灯取最高的,所以{low}永远亮不了。请把{high}的条件写得更严,或者删去{low}。"));
            }
        }
        levels.sort_by_key(|level| std::cmp::Reverse(level.light));
        Some(levels)
    }

    /// What does not make sense in a condition that is otherwise right.
    pub(super) fn senseless(&self, sound: bool, condition: &Expr, scope: &Scope<'_>) -> Vec<Fault> {
        if sound && self.new { Sense::check(condition, scope) } else { Vec::new() }
    }

    pub(super) fn unused(&mut self, top: &[Entry<'_>]) {
        for (table, what) in [("params", "参数"), ("facts", "事实")] {
            for (name, span, _) in if self.new { self.table(top, table) } else { Vec::new() } {
                if self.sense.is_unused(&name.nfkc().collect::<String>()) {
                    self.fault::<()>(span, format!("{what} {name} 没有用到。请在条件里用它,或者删去这一行。"));
                }
            }
        }
    }

    fn level(&mut self, light: Option<Level>, when: &str, span: Span, scope: Scope<'_>, figures: &mut Vec<Figure>) -> Option<LevelRule> {
        let passage = Passage::new(self.source, when, span);
        let condition = match parse_condition(passage.text()) {
            Ok(condition) => condition,
            Err(fault) => {
                self.sense.could_not_read();
                self.faults_in(&passage, vec![fault]);
                return None;
            }
        };
        self.sense.uses(&condition);
        let mut compiler = Compiler::new(scope, figures);
        let halves = compiler.halves(&condition);
        let (mut faults, param_mask, watches_time) = (compiler.faults, compiler.param_mask, compiler.watches_time);
        let subject_mask = compiler.subject_mask;
        faults.extend(self.senseless(faults.is_empty(), &condition, &scope));
        faults.extend(emptiness::check(&condition, false, &|name| scope.on.slot(name).is_some()));
        if let (true, Some(light)) = (faults.is_empty(), light) {
            self.sense.level(light, condition);
        }
        self.faults_in(&passage, faults);
        let (own, rest) = halves?;
        Some(LevelRule { light: light?, when: when.trim().to_owned(), own, rest, param_mask, subject_mask, watches_time, lines: OnceLock::new() })
    }
}
