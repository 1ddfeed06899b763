//! The shape of a rule's TOML as a JSON Schema (draft 2020-12), for editors that check while one types. Made from the same tables of keys as the reader.

use serde_json::{Map, Value, json};

use super::keys::{CASE, Holds, Key, LEVEL, MAX_CASES, MAX_PARAMS, MAX_RECORDS, RULE};
use super::rule::Category;
use super::view::MAX_FACTS;
use crate::domain::{Entity, Level};

/// Something other than blanks.
const FILLED: &str = "\\S";
const DAY: &str = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$";
const NOTHING: &str = "无";

/// The JSON Schema of a rule file.
pub fn schema() -> Value {
    let mut schema = table(&RULE);
    schema.insert("$schema".to_owned(), json!("https://json-schema.org/draft/2020-12/schema"));
    schema.insert("title".to_owned(), json!("预警规则"));
    Value::Object(schema)
}

fn table(keys: &[Key]) -> Map<String, Value> {
    let required: Vec<&str> = keys.iter().filter(|key| key.required).map(|key| key.name).collect();
    let properties: Map<String, Value> = keys.iter().map(|key| (key.name.to_owned(), described(key))).collect();
    let table = json!({ "type": "object", "required": required, "properties": properties, "additionalProperties": false });
    let Value::Object(table) = table else { return Map::new() };
    table
}

fn described(key: &Key) -> Value {
    let mut value = value(key.holds);
    if let Value::Object(members) = &mut value {
        members.insert("description".to_owned(), json!(key.told));
    }
    value
}

fn value(holds: Holds) -> Value {
    let entities: Vec<&str> = Entity::ALL.iter().flat_map(|entity| [entity.name(), entity.table()]).collect();
    let lights = Level::ALL.iter().flat_map(|level| [level.name(), level.title()]);
    let filled = json!({ "type": "string", "pattern": FILLED });
    let list = |items: Value, least: usize, most: usize| json!({ "type": "array", "items": items, "minItems": least, "maxItems": most });
    match holds {
        Holds::Line => filled,
        Holds::Category => json!({ "enum": Category::ALL.map(Category::name) }),
        Holds::Entity => json!({ "enum": entities }),
        Holds::Entities => json!({ "type": "array", "items": { "enum": entities } }),
        Holds::Fields => json!({ "type": "array", "items": filled }),
        Holds::Flag => json!({ "type": "boolean" }),
        Holds::Params => json!({
            "type": "object",
            "maxProperties": MAX_PARAMS,
            "additionalProperties": { "anyOf": [
                filled,
                { "type": "integer" },
                { "type": "array", "items": filled, "minItems": 1 },
                { "type": "array", "items": { "type": "integer" }, "minItems": 1 },
            ] },
        }),
        Holds::Facts => json!({ "type": "object", "maxProperties": MAX_FACTS, "additionalProperties": filled }),
        Holds::Levels => list(Value::Object(table(&LEVEL)), 1, Level::ALL.len()),
        Holds::Cases => list(Value::Object(table(&CASE)), 0, MAX_CASES),
        Holds::Light => json!({ "enum": lights.collect::<Vec<_>>() }),
        Holds::LightOrNone => json!({ "enum": lights.chain([NOTHING]).collect::<Vec<_>>() }),
        Holds::Day => json!({ "type": "string", "pattern": DAY }),
        Holds::DayOrNone => json!({ "anyOf": [{ "const": NOTHING }, { "type": "string", "pattern": DAY }] }),
        Holds::Days => json!({ "type": "array", "items": { "type": "string", "pattern": DAY } }),
        Holds::Records => list(filled, 1, MAX_RECORDS),
    }
}

#[cfg(test)]
mod tests {
    use super::super::Rule;
    use super::*;
    use toml::Table;

    const TEXT: &str = include_str!("../../templates/rules/ZC10.toml");

    fn checker() -> jsonschema::Validator {
        jsonschema::draft202012::new(&schema()).unwrap()
    }

    fn json(table: &Table) -> Value {
        serde_json::to_value(table).unwrap()
    }

    /// Whether the schema takes it, and whether the reader does.
    fn both(table: &Table) -> (bool, bool) {
        (checker().is_valid(&json(table)), Rule::compile(&toml::to_string(table).unwrap()).is_ok())
    }

    #[test]
    fn the_schema_itself_is_in_order_and_takes_every_rule_of_the_pack() {
        jsonschema::meta::validate(&schema()).unwrap();
        let checker = checker();
        for rule in crate::rules::pack().unwrap() {
            let table: Table = rule.source.parse().unwrap();
            let faults: Vec<String> = checker.iter_errors(&json(&table)).map(|fault| fault.to_string()).collect();
            assert!(faults.is_empty(), "{}: {faults:?}", rule.code);
        }
    }

    #[test]
    fn schema_and_reader_ask_for_the_same_keys() {
        let whole: Table = TEXT.parse().unwrap();
        assert_eq!(both(&whole), (true, true));
        for Key { name, required, .. } in &RULE {
            let mut without = whole.clone();
            without.remove(*name);
            // a rule may need its facts and parameters, whatever the schema says of keys
            let (schema, reader) = both(&without);
            assert_eq!(schema, !required, "{name}");
            assert!(!required || !reader, "{name}");
            let mut renamed = whole.clone();
            renamed.insert(format!("{name}s"), toml::Value::Boolean(true));
            assert_eq!(both(&renamed), (false, false), "{name}");
        }
        for (array, keys) in [("level", LEVEL.as_slice()), ("case", CASE.as_slice())] {
            for Key { name, required, .. } in keys {
                let mut without = whole.clone();
                let first = without[array].as_array_mut().unwrap()[0].as_table_mut().unwrap();
                first.remove(*name);
                assert_eq!(both(&without), (!required, !required), "{array} {name}");
                let mut wrong = whole.clone();
                let first = wrong[array].as_array_mut().unwrap()[0].as_table_mut().unwrap();
                first.insert(format!("{name}s"), toml::Value::Boolean(true));
                assert_eq!(both(&wrong), (false, false), "{array} {name}");
            }
        }
    }

    #[test]
    fn each_kind_of_value_is_refused_by_both() {
        let flag = || toml::Value::Boolean(true);
        let text = |text: &str| toml::Value::String(text.to_owned());
        let list = |items: &[toml::Value]| toml::Value::Array(items.to_vec());
        let entry = |value: toml::Value| toml::Value::Table([("名".to_owned(), value)].into_iter().collect());
        for (key, value) in [
            ("code", toml::Value::Integer(1)),
            ("name", text(" ")),
            ("category", text("支岀管理")),
            ("on", text("支忖")),
            ("enabled", text("false")),
            ("with_reversed", toml::Value::Integer(0)),
            ("needs", text("人员")),
            ("needs", list(&[text("人圆")])),
            ("matter", text("指标编号")),
            ("matter", list(&[flag()])),
            ("params", text("起点")),
            ("params", entry(toml::Value::Float(1.5))),
            ("params", entry(list(&[]))),
            ("params", entry(list(&[text("甲"), toml::Value::Integer(1)]))),
            ("params", entry(flag())),
            ("facts", list(&[])),
            ("facts", entry(toml::Value::Integer(1))),
            ("level", list(&[])),
            ("level", list(&[flag()])),
            ("case", flag()),
            ("case", list(&[flag()])),
        ] {
            let mut table: Table = TEXT.parse().unwrap();
            table.insert(key.to_owned(), value.clone());
            assert_eq!(both(&table), (false, false), "{key} = {value}");
        }
        for (array, key, value) in [
            ("level", "light", text("绿灯")),
            ("level", "light", text("无")),
            ("level", "when", text("")),
            ("case", "light", text("绿灯")),
            ("case", "today", text("昨天")),
            ("case", "due", text("有")),
            ("case", "told", flag()),
            ("case", "records", list(&[])),
            ("case", "records", list(&[flag()])),
            ("case", "holidays", list(&[text("国庆")])),
            ("case", "working", text("2026-10-10")),
        ] {
            let mut table: Table = TEXT.parse().unwrap();
            table[array].as_array_mut().unwrap()[0].as_table_mut().unwrap().insert(key.to_owned(), value.clone());
            assert_eq!(both(&table), (false, false), "{array} {key} = {value}");
        }
    }
}
