//! The TOML shape of a rule: keys and their types, all faults at once; conditions go on to the compiler.

use std::sync::Arc;

use toml::Spanned;
use toml::de::{DeTable, DeValue};
use unicode_normalization::UnicodeNormalization;

use super::ast::{Expr, Node, Window};
use super::compile::{Compiler, Scope};
use super::dates;
use super::diagnosis::{Diagnosis, Fault, Passage, Span, diagnose, meant};
use super::emptiness;
use super::keys::{self, Key, MAX_PARAMS};
use super::param::{Param, ParamValue, param};
use super::parser::{FactText, parse_fact};
use super::rule::{Category, Fact, Rule};
use super::sense::Sense;
use super::total::{self, Condition};
use super::view::{Figure, MAX_FACTS};
use crate::domain::Entity;

/// The parameter that an office's programme fills.
const PERMITTED: &str = "允许科目";
/// Faults told at once: more would not be read.
const MAX_TOLD: usize = 20;

impl Rule {
    /// Reads and checks a rule. Errors: every fault found (at most twenty), each with its place, in the order of the text.
    pub fn compile(toml_text: &str) -> Result<Rule, Vec<Diagnosis>> {
        Rule::read(toml_text, &[], true)
    }

    /// A rule that was accepted before, for an office that says itself which 支出功能分类 codes its programme may use: a list parameter 允许科目 holds these,
    /// unless there are none. Whether it makes sense is not asked again: neither a setting nor a later version of the program puts an accepted rule out of force.
    pub fn compile_for(toml_text: &str, permitted: &[String]) -> Result<Rule, Vec<Diagnosis>> {
        Rule::read(toml_text, permitted, false)
    }

    fn read(toml_text: &str, permitted: &[String], new: bool) -> Result<Rule, Vec<Diagnosis>> {
        let table = DeTable::parse(toml_text).map_err(|error| {
            let span = error.span().unwrap_or(0..0);
            let escape = toml_text.get(..span.end).and_then(|before| before.lines().last()).is_some_and(|line| line.contains('\\'));
            let message = if escape {
                "这里不合 TOML 的写法。双引号里的反斜杠要写两个;或者改用三个单引号,里面写一个就行。"
            } else {
                "这里不合 TOML 的写法,请检查引号、等号和括号。"
            };
            vec![diagnose(toml_text, Fault::new(span, message))]
        })?;
        let mut reader = Reader { source: toml_text, permitted, told: Vec::new(), broken: Vec::new(), new, sense: Sense::default() };
        let rule = reader.rule(table.get_ref());
        let mut told = reader.told;
        told.sort_by_key(|diagnosis| (diagnosis.line, diagnosis.column));
        match rule {
            Some(rule) if told.is_empty() => Ok(rule),
            Some(_) | None => Err(told),
        }
    }
}

pub(super) type Entry<'t> = (&'t str, Span, &'t Spanned<DeValue<'t>>);

/// The entries of a table as they stand in the text.
pub(super) fn entries<'t>(table: &'t DeTable<'t>) -> Vec<Entry<'t>> {
    let mut entries: Vec<_> = table.iter().map(|(key, value)| (key.get_ref().as_ref(), key.span(), value)).collect();
    entries.sort_by_key(|(_, span, _)| span.start);
    entries
}

pub(super) struct Reader<'s> {
    pub(super) source: &'s str,
    /// What the programme permits.
    permitted: &'s [String],
    told: Vec<Diagnosis>,
    /// Names of parameters and facts that could not be read.
    broken: Vec<String>,
    /// Whether it is asked if the rule makes sense.
    pub(super) new: bool,
    pub(super) sense: Sense,
}

/// A fact before its condition is compiled.
struct FactDraft<'t> {
    name: String,
    entity: Entity,
    passage: Passage<'t>,
    text: FactText,
}

impl<'s> Reader<'s> {
    pub(super) fn fault<T>(&mut self, span: Span, message: impl Into<String>) -> Option<T> {
        if self.told.len() < MAX_TOLD {
            self.told.push(diagnose(self.source, Fault::new(span, message)));
        }
        None
    }

    pub(super) fn faults_in(&mut self, passage: &Passage<'_>, faults: Vec<Fault>) {
        let room = MAX_TOLD.saturating_sub(self.told.len());
        self.told.extend(faults.into_iter().take(room).map(|fault| passage.locate(fault)));
    }

    fn rule<'t>(&mut self, table: &'t DeTable<'t>) -> Option<Rule>
    where
        's: 't,
    {
        let top = entries(table);
        self.known_keys(&top, &keys::RULE);
        let code = self.line(&top, "code");
        let name = self.line(&top, "name");
        let category = self.choice(&top, "category", Category::from_name, &Category::ALL.map(Category::name));
        let on = self.choice(&top, "on", entity_named, &Entity::ALL.map(Entity::name));
        let basis = self.line(&top, "basis");
        let scope = self.line(&top, "scope");
        let handler = self.line(&top, "handler");
        let description = self.line(&top, "description");
        let needs = self.needs(&top);
        let enabled = self.flag(&top, "enabled", true);
        let with_reversed = self.flag(&top, "with_reversed", false);
        // an accepted rule is judged by, not tried
        let cases = if self.new { self.cases(&top, on) } else { Some(Vec::new()) };
        let params = self.params(&top);
        let drafts = self.fact_drafts(&top);
        let on = on?;
        self.distinct_names(&top, on, &params, &drafts);
        let matter = self.matter(&top, on);
        if with_reversed == Some(true) && !matches!(on, Entity::Payment | Entity::Disbursement) {
            let span = top.iter().find(|(key, ..)| *key == "with_reversed").map_or(0..0, |(_, _, value)| value.span());
            self.fault::<()>(span, format!("{}没有冲销,with_reversed 只能写在 支付 和 明细 的规则里。", on.name()));
        }

        let mut figures = Vec::new();
        let heads: Vec<(&str, Entity)> = drafts.iter().map(|draft| (draft.name.as_str(), draft.entity)).collect();
        let broken = std::mem::take(&mut self.broken);
        let scope_of = |row| Scope { on, row, params: &params, facts: &heads, broken: &broken };
        let facts: Vec<_> = drafts.iter().map(|draft| self.fact(draft, scope_of(Some(draft.entity)), &mut figures)).collect();
        let levels = self.levels(&top, scope_of(None), &mut figures);
        let mut facts: Vec<Fact> = facts.into_iter().collect::<Option<_>>()?;
        total::assign(&mut facts, &figures);
        self.unused(&top);
        Some(Rule {
            code: code?,
            name: name?,
            category: category?,
            on,
            basis: basis?,
            scope: scope?,
            handler: handler?,
            description: description?,
            needs: needs?,
            matter: matter?,
            enabled: enabled?,
            with_reversed: with_reversed?,
            cases: cases?,
            facts,
            levels: levels?,
            source: self.source.to_owned(),
            params,
            figures,
        })
    }

    pub(super) fn known_keys(&mut self, entries: &[Entry<'_>], keys: &[Key]) {
        for (key, span, _) in entries.iter().filter(|(key, ..)| !keys.iter().any(|known| known.name == *key)) {
            self.fault::<()>(span.clone(), format!("规则里没有这一项{}", meant(key, keys.iter().map(|known| known.name))));
        }
    }

    /// A required text of one line at least.
    pub(super) fn string<'t>(&mut self, entries: &[Entry<'t>], key: &str) -> Option<(&'t str, Span)> {
        match entries.iter().find(|(name, ..)| *name == key) {
            Some((_, _, value)) => match value.get_ref() {
                DeValue::String(text) if !text.trim().is_empty() => Some((text.as_ref(), value.span())),
                _ => self.fault(value.span(), format!("{key} 要写带引号的文本,不能为空。")),
            },
            None => self.fault(0..0, format!("缺少 {key} 这一项。")),
        }
    }

    fn line(&mut self, entries: &[Entry<'_>], key: &str) -> Option<String> {
        self.string(entries, key).map(|(text, _)| text.trim().to_owned())
    }

    pub(super) fn choice<T>(&mut self, entries: &[Entry<'_>], key: &str, named: fn(&str) -> Option<T>, names: &[&str]) -> Option<T> {
        let (text, span) = self.string(entries, key)?;
        match named(text) {
            Some(choice) => Some(choice),
            None => self.fault(span, format!("{key} 只能是:{}{}", names.join("、"), meant(text, names.iter().copied()))),
        }
    }

    fn flag(&mut self, top: &[Entry<'_>], key: &str, otherwise: bool) -> Option<bool> {
        let Some((_, _, value)) = top.iter().find(|(name, ..)| *name == key) else { return Some(otherwise) };
        match value.get_ref().as_bool() {
            Some(flag) => Some(flag),
            None => self.fault(value.span(), format!("{key} 只能写 true(是)或 false(否),不带引号。")),
        }
    }

    fn needs(&mut self, top: &[Entry<'_>]) -> Option<Vec<Entity>> {
        self.names(top, "needs", entity_named, "记录种类", "人员", &Entity::ALL.map(Entity::name))
    }

    fn matter(&mut self, top: &[Entry<'_>], on: Entity) -> Option<Vec<usize>> {
        let fields: Vec<&str> = on.fields().iter().map(|field| field.name).collect();
        self.names(top, "matter", |name| on.slot(name), &format!("{}的字段", on.name()), "指标编号", &fields)
    }

    /// A list of names, each of which stands for something; none when the key is not there.
    fn names<T>(&mut self, top: &[Entry<'_>], key: &str, named: impl Fn(&str) -> Option<T>, what: &str, example: &str, known: &[&str]) -> Option<Vec<T>> {
        let Some((_, _, value)) = top.iter().find(|(name, ..)| *name == key) else { return Some(Vec::new()) };
        let Some(items) = value.get_ref().as_array() else {
            return self.fault(value.span(), format!("{key} 要写{what}的列表,例如 [\"{example}\"]。"));
        };
        let found: Vec<Option<T>> = items
            .iter()
            .map(|item| {
                let name = item.get_ref().as_str().unwrap_or("");
                named(name).or_else(|| self.fault(item.span(), format!("{key} 里只能写{what}{}", meant(name, known.iter().copied()))))
            })
            .collect();
        found.into_iter().collect()
    }

    pub(super) fn table<'t>(&mut self, top: &[Entry<'t>], key: &str) -> Vec<Entry<'t>> {
        let Some((_, _, value)) = top.iter().find(|(name, ..)| *name == key) else { return Vec::new() };
        match value.get_ref().as_table() {
            Some(table) => entries(table),
            None => {
                self.fault::<()>(value.span(), format!("{key} 要写成一张表:名称 = 内容。"));
                Vec::new()
            }
        }
    }

    fn params(&mut self, top: &[Entry<'_>]) -> Vec<Param> {
        let entries = self.table(top, "params");
        if let Some((_, span, _)) = entries.get(MAX_PARAMS) {
            self.fault::<()>(span.clone(), format!("参数太多,最多 {MAX_PARAMS} 个。"));
        }
        let params = entries.into_iter().take(MAX_PARAMS).filter_map(|(name, _, value)| {
            let name: String = name.nfkc().collect();
            match param(value.get_ref()) {
                Ok(ParamValue::List(_)) if name == PERMITTED && !self.permitted.is_empty() => {
                    let codes = self.permitted.iter().map(|code| Arc::from(code.as_str()));
                    Some(Param { name, value: ParamValue::List(codes.collect()) })
                }
                Ok(value) => Some(Param { name, value }),
                Err(message) => {
                    self.broken.push(name);
                    self.fault(value.span(), message)
                }
            }
        });
        params.collect()
    }

    fn fact_drafts<'t>(&mut self, top: &[Entry<'t>]) -> Vec<FactDraft<'t>>
    where
        's: 't,
    {
        let entries = self.table(top, "facts");
        if let Some((_, span, _)) = entries.get(MAX_FACTS) {
            self.fault::<()>(span.clone(), format!("事实太多,最多 {MAX_FACTS} 个。"));
        }
        let drafts = entries.into_iter().take(MAX_FACTS).filter_map(|(name, _, value)| {
            let name: String = name.nfkc().collect();
            let Some(text) = value.get_ref().as_str() else {
                self.sense.could_not_read();
                self.broken.push(name);
                return self.fault(value.span(), "事实要写带引号的文本,例如 \"支付 其中 收款账号 = 本次.收款账号\"。");
            };
            let passage = Passage::new(self.source, text, value.span());
            let parsed = parse_fact(text).and_then(|parsed| match entity_named(&parsed.entity.0) {
                Some(entity) => Ok((entity, parsed)),
                None => {
                    let hint = meant(&parsed.entity.0, Entity::ALL.map(Entity::name));
                    Err(Fault::new(parsed.entity.1, format!("没有叫 {} 的记录种类{hint}", parsed.entity.0)))
                }
            });
            match parsed {
                Ok((entity, text)) => Some(FactDraft { name, entity, passage, text }),
                Err(fault) => {
                    self.sense.could_not_read();
                    self.broken.push(name);
                    self.faults_in(&passage, vec![fault]);
                    None
                }
            }
        });
        drafts.collect()
    }

    /// A name that means two things would be read wrongly by someone.
    fn distinct_names(&mut self, top: &[Entry<'_>], on: Entity, params: &[Param], drafts: &[FactDraft<'_>]) {
        for (name, span, _) in self.table(top, "params") {
            let name: String = name.nfkc().collect();
            let clash = std::iter::once(on).chain(drafts.iter().map(|draft| draft.entity)).find(|entity| entity.slot(&name).is_some());
            if let Some(entity) = clash {
                self.fault::<()>(span, format!("{}已经有叫 {name} 的字段,参数请换一个名字。", entity.name()));
            }
        }
        for (name, span, _) in self.table(top, "facts") {
            let name: String = name.nfkc().collect();
            if on.slot(&name).is_some() || params.iter().any(|param| param.name == name) {
                self.fault::<()>(span, format!("{name} 已经是字段或参数的名字,事实请换一个名字。"));
            }
        }
    }

    fn fact(&mut self, draft: &FactDraft<'_>, scope: Scope<'_>, figures: &mut Vec<Figure>) -> Option<Fact> {
        let condition = &draft.text.condition;
        let conjuncts: &[Expr] = if let Node::All(parts) = &condition.node { parts } else { std::slice::from_ref(condition) };
        let mut compiler = Compiler::new(scope, figures);
        let (mut keys, mut filter) = (Vec::new(), Vec::new());
        let mut rest = Condition { text: draft.passage.text(), parts: Vec::new(), params: scope.params, of_row_only: draft.text.window.is_none() };
        if let Some((window, span)) = &draft.text.window {
            filter.extend(dates::window(&mut compiler, window, draft.entity, span));
        }
        for part in conjuncts {
            // compiled even when it becomes a key: names and types are checked the same way
            let before = std::mem::take(&mut compiler.subject_mask);
            let test = compiler.test(part);
            let key = part.as_key().and_then(|(own, subject)| Some((draft.entity.slot(own)?, scope.on.slot(subject)?)));
            // one number has many spellings: what is not kept in its normal form cannot be looked up by it
            let key = key.filter(|(own, subject)| !draft.entity.is_spelt_freely(*own) && !scope.on.is_spelt_freely(*subject));
            match (key, test) {
                (Some(key), _) => keys.push(key),
                (None, test) => {
                    filter.extend(test);
                    rest.parts.push(part.span.clone());
                    rest.of_row_only &= compiler.subject_mask == 0;
                }
            }
            compiler.subject_mask |= before;
        }
        // however they were written, the same keys are the same
        keys.sort_unstable();
        let (slots, subject_slots): (Vec<usize>, Vec<usize>) = keys.into_iter().unzip();
        let (mut faults, watches_time) = (compiler.faults, compiler.watches_time);
        let (param_mask, subject_mask, row_mask) = (compiler.param_mask, compiler.subject_mask, compiler.row_mask);
        if faults.is_empty() && slots.is_empty() {
            let free = |name: &str| {
                draft.entity.slot(name).is_some_and(|slot| draft.entity.is_spelt_freely(slot))
                    || scope.on.slot(name).is_some_and(|slot| scope.on.is_spelt_freely(slot))
            };
            let by_doc_no = conjuncts.iter().filter_map(Expr::as_key).any(|(own, subject)| free(own) || free(subject));
            faults.push(if by_doc_no {
                Fault::new(condition.span.clone(), "本级文号 写法不一,不能用来查找。请用 规范文号,例如 规范文号 = 本次.上级文号。")
            } else {
                Fault::new(condition.span.clone(), "事实至少要有一个「字段 = 本次.字段」,并用「且」与其他条件相连;否则每次都要翻遍整个台账。")
            });
        }
        self.sense.uses(condition);
        if let Some((Window::Recent(count, _), _)) = &draft.text.window {
            self.sense.uses(count);
        }
        faults.extend(self.senseless(faults.is_empty(), condition, &scope));
        faults.extend(emptiness::check(condition, true, &|name| draft.entity.slot(name).is_some()));
        let sound = faults.is_empty();
        self.faults_in(&draft.passage, faults);
        rest.of_row_only &= !watches_time;
        let (meaning, filter, totals) = (rest.meaning(), filter.into(), Vec::new());
        let name = draft.name.clone();
        let (entity, with_reversed) = (draft.entity, draft.text.with_reversed);
        sound.then_some(Fact { name, entity, slots, subject_slots, with_reversed, watches_time, filter, meaning, totals, param_mask, subject_mask, row_mask })
    }
}

/// By the name people use or by that of the table.
pub(super) fn entity_named(name: &str) -> Option<Entity> {
    Entity::ALL.into_iter().find(|entity| entity.name() == name || entity.table() == name)
}
