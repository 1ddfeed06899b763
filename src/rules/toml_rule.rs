//! The TOML shape of a rule: keys and their types, all faults at once; conditions go on to the compiler.

use std::sync::Arc;

use toml::Spanned;
use toml::de::{DeTable, DeValue};
use unicode_normalization::UnicodeNormalization;

use super::ast::{Expr, Node};
use super::compile::{Compiler, Scope};
use super::diagnosis::{Diagnosis, Fault, Passage, Span, diagnose, meant};
use super::emptiness;
use super::parser::{FactText, parse_condition, parse_fact};
use super::rule::{Category, Fact, LevelRule, Param, ParamValue, Rule};
use super::view::{Figure, MAX_FACTS};
use crate::domain::{Entity, Level, Money};

const KEYS: [&str; 13] = ["code", "name", "category", "on", "basis", "scope", "handler", "description", "needs", "matter", "params", "facts", "level"];
const MAX_PARAMS: usize = 64;
/// The parameter that an office's programme fills.
const PERMITTED: &str = "允许科目";
/// Faults told at once: more would not be read.
const MAX_TOLD: usize = 20;

impl Rule {
    /// Reads and checks a rule. Errors: every fault found (at most twenty), each with its place, in the order of the text.
    pub fn compile(toml_text: &str) -> Result<Rule, Vec<Diagnosis>> {
        Rule::compile_for(toml_text, &[])
    }

    /// The same for an office that says itself which 支出功能分类 codes its programme may use: a list parameter 允许科目 holds these, unless there are none.
    pub fn compile_for(toml_text: &str, permitted: &[String]) -> Result<Rule, Vec<Diagnosis>> {
        let table = DeTable::parse(toml_text).map_err(|error| {
            let span = error.span().unwrap_or(0..0);
            vec![diagnose(toml_text, Fault::new(span, "这里不合 TOML 的写法,请检查引号、等号和括号。"))]
        })?;
        let mut reader = Reader { source: toml_text, permitted, told: Vec::new(), broken: Vec::new() };
        let rule = reader.rule(table.get_ref());
        let mut told = reader.told;
        told.sort_by_key(|diagnosis| (diagnosis.line, diagnosis.column));
        match rule {
            Some(rule) if told.is_empty() => Ok(rule),
            Some(_) | None => Err(told),
        }
    }
}

type Entry<'t> = (&'t str, Span, &'t Spanned<DeValue<'t>>);

/// The entries of a table as they stand in the text.
fn entries<'t>(table: &'t DeTable<'t>) -> Vec<Entry<'t>> {
    let mut entries: Vec<_> = table.iter().map(|(key, value)| (key.get_ref().as_ref(), key.span(), value)).collect();
    entries.sort_by_key(|(_, span, _)| span.start);
    entries
}

struct Reader<'s> {
    source: &'s str,
    /// What the programme permits.
    permitted: &'s [String],
    told: Vec<Diagnosis>,
    /// Names of parameters and facts that could not be read.
    broken: Vec<String>,
}

/// A fact before its condition is compiled.
struct FactDraft<'t> {
    name: String,
    entity: Entity,
    passage: Passage<'t>,
    text: FactText,
}

impl<'s> Reader<'s> {
    fn fault<T>(&mut self, span: Span, message: impl Into<String>) -> Option<T> {
        if self.told.len() < MAX_TOLD {
            self.told.push(diagnose(self.source, Fault::new(span, message)));
        }
        None
    }

    fn faults_in(&mut self, passage: &Passage<'_>, faults: Vec<Fault>) {
        let room = MAX_TOLD.saturating_sub(self.told.len());
        self.told.extend(faults.into_iter().take(room).map(|fault| passage.locate(fault)));
    }

    fn rule<'t>(&mut self, table: &'t DeTable<'t>) -> Option<Rule>
    where
        's: 't,
    {
        let top = entries(table);
        self.known_keys(&top, &KEYS);
        let code = self.line(&top, "code");
        let name = self.line(&top, "name");
        let category = self.choice(&top, "category", Category::from_name, &Category::ALL.map(Category::name));
        let on = self.choice(&top, "on", entity_named, &Entity::ALL.map(Entity::name));
        let basis = self.line(&top, "basis");
        let scope = self.line(&top, "scope");
        let handler = self.line(&top, "handler");
        let description = self.line(&top, "description");
        let needs = self.needs(&top);
        let params = self.params(&top);
        let drafts = self.fact_drafts(&top);
        let on = on?;
        self.distinct_names(&top, on, &params, &drafts);
        let matter = self.matter(&top, on);

        let mut figures = Vec::new();
        let heads: Vec<(&str, Entity)> = drafts.iter().map(|draft| (draft.name.as_str(), draft.entity)).collect();
        let broken = std::mem::take(&mut self.broken);
        let scope_of = |row| Scope { on, row, params: &params, facts: &heads, broken: &broken };
        let facts: Vec<_> = drafts.iter().map(|draft| self.fact(draft, scope_of(Some(draft.entity)), &mut figures)).collect();
        let levels = self.levels(&top, scope_of(None), &mut figures);
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
            facts: facts.into_iter().collect::<Option<_>>()?,
            levels: levels?,
            source: self.source.to_owned(),
            params,
            figures,
        })
    }

    fn known_keys(&mut self, entries: &[Entry<'_>], keys: &[&str]) {
        for (key, span, _) in entries.iter().filter(|(key, ..)| !keys.contains(key)) {
            self.fault::<()>(span.clone(), format!("规则里没有这一项{}", meant(key, keys.iter().copied())));
        }
    }

    /// A required text of one line at least.
    fn string<'t>(&mut self, entries: &[Entry<'t>], key: &str) -> Option<(&'t str, Span)> {
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

    fn choice<T>(&mut self, entries: &[Entry<'_>], key: &str, named: fn(&str) -> Option<T>, names: &[&str]) -> Option<T> {
        let (text, span) = self.string(entries, key)?;
        match named(text) {
            Some(choice) => Some(choice),
            None => self.fault(span, format!("{key} 只能是:{}{}", names.join("、"), meant(text, names.iter().copied()))),
        }
    }

    fn needs(&mut self, top: &[Entry<'_>]) -> Option<Vec<Entity>> {
        let Some((_, _, value)) = top.iter().find(|(key, ..)| *key == "needs") else { return Some(Vec::new()) };
        let entities = value.get_ref().as_array().and_then(|items| items.iter().map(|item| entity_named(item.get_ref().as_str()?)).collect());
        match entities {
            Some(entities) => Some(entities),
            None => self.fault(value.span(), "needs 要写记录种类的列表,例如 [\"人员\"]。"),
        }
    }

    fn matter(&mut self, top: &[Entry<'_>], on: Entity) -> Option<Vec<usize>> {
        let Some((_, _, value)) = top.iter().find(|(key, ..)| *key == "matter") else { return Some(Vec::new()) };
        let slots = value.get_ref().as_array().and_then(|items| items.iter().map(|item| on.slot(item.get_ref().as_str()?)).collect());
        match slots {
            Some(slots) => Some(slots),
            None => self.fault(value.span(), format!("matter 要写{}的字段的列表,例如 [\"指标编号\"]。", on.name())),
        }
    }

    fn table<'t>(&mut self, top: &[Entry<'t>], key: &str) -> Vec<Entry<'t>> {
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
        let (mut slots, mut subject_slots, mut filter) = (Vec::new(), Vec::new(), Vec::new());
        for part in conjuncts {
            // compiled even when it becomes a key: names and types are checked the same way
            let test = compiler.test(part);
            let key = part.as_key().and_then(|(own, subject)| Some((draft.entity.slot(own)?, scope.on.slot(subject)?)));
            match (key, test) {
                (Some((own, subject)), _) => {
                    slots.push(own);
                    subject_slots.push(subject);
                }
                (None, test) => filter.extend(test),
            }
        }
        let (mut faults, param_mask, subject_mask, watches_time) = (compiler.faults, compiler.param_mask, compiler.subject_mask, compiler.watches_time);
        if faults.is_empty() && slots.is_empty() {
            faults.push(Fault::new(condition.span.clone(), "事实至少要有一个「字段 = 本次.字段」,并用「且」与其他条件相连;否则每次都要翻遍整个台账。"));
        }
        faults.extend(emptiness::check(condition, true, &|name| draft.entity.slot(name).is_some()));
        let sound = faults.is_empty();
        self.faults_in(&draft.passage, faults);
        let name = draft.name.clone();
        let (entity, with_reversed) = (draft.entity, draft.text.with_reversed);
        sound.then_some(Fact { name, entity, slots, subject_slots, with_reversed, watches_time, filter, param_mask, subject_mask })
    }

    fn levels(&mut self, top: &[Entry<'_>], scope: Scope<'_>, figures: &mut Vec<Figure>) -> Option<Vec<LevelRule>> {
        let array = top.iter().find(|(key, ..)| *key == "level").map(|(_, _, value)| *value);
        let Some(items) = array.and_then(|value| value.get_ref().as_array()).filter(|items| !items.is_empty()) else {
            return self.fault(array.map_or(0..0, Spanned::span), "至少要有一个 [[level]],写明亮什么灯(light)和什么时候亮(when)。");
        };
        let mut levels: Vec<LevelRule> = Vec::new();
        for item in items.iter() {
            let Some(table) = item.get_ref().as_table() else {
                self.fault::<()>(item.span(), "level 要写成 [[level]],下面写 light 和 when。");
                continue;
            };
            let entries = entries(table);
            self.known_keys(&entries, &["light", "when"]);
            let light = self.choice(&entries, "light", Level::from_name, &Level::ALL.map(Level::name));
            let level = self.string(&entries, "when").and_then(|(when, span)| self.level(light, when, span, scope, figures));
            match level {
                Some(level) if levels.iter().any(|known| known.light == level.light) => {
                    self.fault::<()>(item.span(), format!("{}写了两次。请用「或」把条件合在一起。", level.light.name()));
                }
                other => levels.extend(other),
            }
        }
        levels.sort_by_key(|level| std::cmp::Reverse(level.light));
        Some(levels)
    }

    fn level(&mut self, light: Option<Level>, when: &str, span: Span, scope: Scope<'_>, figures: &mut Vec<Figure>) -> Option<LevelRule> {
        let passage = Passage::new(self.source, when, span);
        let condition = match parse_condition(passage.text()) {
            Ok(condition) => condition,
            Err(fault) => {
                self.faults_in(&passage, vec![fault]);
                return None;
            }
        };
        let mut compiler = Compiler::new(scope, figures);
        let test = compiler.test(&condition);
        let (mut faults, param_mask, watches_time) = (compiler.faults, compiler.param_mask, compiler.watches_time);
        faults.extend(emptiness::check(&condition, false, &|name| scope.on.slot(name).is_some()));
        self.faults_in(&passage, faults);
        Some(LevelRule { light: light?, when: when.trim().to_owned(), test: test?, param_mask, watches_time })
    }
}

/// By the name people use or by that of the table.
fn entity_named(name: &str) -> Option<Entity> {
    Entity::ALL.into_iter().find(|entity| entity.name() == name || entity.table() == name)
}

fn param(value: &DeValue<'_>) -> Result<ParamValue, &'static str> {
    let text = |text: &str| -> Arc<str> { Arc::from(text.nfkc().collect::<String>()) };
    match value {
        DeValue::String(written) if written.is_empty() => Err("参数不能是空文本。"),
        DeValue::String(written) => Ok(written.parse::<Money>().map_or_else(|_| ParamValue::Text(text(written)), ParamValue::Money)),
        DeValue::Integer(integer) => i64::from_str_radix(integer.as_str(), integer.radix()).map(ParamValue::Number).map_err(|_| "这个数太大了。"),
        DeValue::Array(items) => {
            let items: Option<Arc<[Arc<str>]>> = items.iter().map(|item| item.get_ref().as_str().map(text)).collect();
            items.filter(|items| !items.is_empty()).map(ParamValue::List).ok_or("列表参数的每一项都要是带引号的文本,而且不能没有内容。")
        }
        DeValue::Float(_) => Err("金额要写成带引号的文本,例如 \"1000.00\",不能写成小数。"),
        DeValue::Boolean(_) | DeValue::Datetime(_) | DeValue::Table(_) => Err("参数只能是文本、整数、金额(带引号)或文本的列表。"),
    }
}
