//! The event that rows become (目标): which fields its type has, as its own description tells.

use std::collections::BTreeMap;

use crate::intake::event::Event;

/// An event type and its fields.
#[derive(Debug, Clone)]
pub struct Target {
    pub event: &'static str,
    fields: BTreeMap<String, Field>,
}

#[derive(Debug, Clone)]
struct Field {
    title: String,
    required: bool,
    flag: bool,
}

impl Target {
    /// The type of this name.
    pub fn named(name: &str) -> Option<Target> {
        let schema = Event::schemas().into_iter().find(|schema| schema.type_name == name)?;
        let described = serde_json::to_value(&schema.schema).ok()?;
        let required: Vec<&str> = described["required"].as_array().into_iter().flatten().filter_map(|name| name.as_str()).collect();
        let field = |(name, about): (&String, &serde_json::Value)| {
            let title = about["description"].as_str().unwrap_or(name);
            // 归口股室代码, 支付时间 …: what stands before the first mark names it
            let title = title.split([':', ',', '(', ',']).next().unwrap_or(title).to_owned();
            (name.clone(), Field { title, required: required.contains(&name.as_str()), flag: about["type"] == "boolean" })
        };
        let fields = described["properties"].as_object()?.iter().map(field).collect();
        Some(Target { event: schema.type_name, fields })
    }

    pub fn has(&self, field: &str) -> bool {
        self.fields.contains_key(field)
    }

    /// What people call it.
    pub fn title(&self, field: &str) -> &str {
        self.fields.get(field).map_or("整行", |field| &field.title)
    }

    /// Whether it is 是 or 否.
    pub fn is_flag(&self, field: &str) -> bool {
        self.fields.get(field).is_some_and(|field| field.flag)
    }

    /// Fields without which no such event is taken.
    pub fn required(&self) -> impl Iterator<Item = &str> {
        self.fields.iter().filter(|(_, field)| field.required).map(|(name, _)| name.as_str())
    }

    /// Says that there is no such field, and which was meant.
    pub fn unknown(&self, field: &str) -> String {
        let near = self.fields.keys().find(|known| strsim::damerau_levenshtein(known, field) <= 2);
        let hint = near.map(|near| format!(",是不是想写 {near}?")).unwrap_or_else(|| "。".to_owned());
        format!("事件 {} 没有字段 {field}{hint}", self.event)
    }
}
