//! From text to [`Config`], past every fault: the first one is recorded and mended, then it is read again, until nothing is left to say.

use std::collections::BTreeMap;

use figment::error::{Actual, Kind};
use figment::value::{Dict, Value};

use super::fault::Faults;
use super::{Config, DEFAULT};
use crate::domain::text::is_han;

/// The settings as far as they can be read, faults beside them; `None` if nothing can.
pub(super) fn read(text: &str, env: &BTreeMap<String, String>, faults: &mut Faults) -> Option<Config> {
    let mut tree = parse(DEFAULT, faults)?;
    merge(&mut tree, parse(text, faults)?);
    for (name, raw) in env {
        if let Some(path) = env_path(name) {
            merge(&mut tree, nest(&path, raw.parse().unwrap_or_else(|never: std::convert::Infallible| match never {})));
        }
    }
    let example = parse(&example(), faults)?;
    // each turn records one fault, so a tree of n values needs at most a few n
    for _ in 0..10_000 {
        let error = match tree.deserialize::<Config>() {
            Ok(config) => return Some(config),
            Err(error) => error,
        };
        let mut path = error.path.clone();
        if let Kind::UnknownField(name, _) = &error.kind
            && path.last() != Some(name)
        {
            path.push(name.clone());
        }
        if let Kind::MissingField(name) = &error.kind {
            path.push(name.to_string());
        }
        // 341502 in the environment may be meant as text
        if let Some(raw) = env.iter().find_map(|(name, raw)| (env_path(name)? == path).then_some(raw))
            && matches!(error.kind, Kind::InvalidType(..))
            && at(&tree, &path).is_some_and(|value| value.as_str().is_none())
        {
            merge(&mut tree, nest(&path, Value::from(raw.as_str())));
            continue;
        }
        faults.add(shown(&path), sentence(&error.kind, &path, at(&tree, &path)));
        mend(&mut tree, &path, &example)?;
    }
    None
}

/// The default file with its commented example made real.
pub(super) fn example() -> String {
    let is_example = |rest: &str| {
        rest.starts_with("[[")
            || rest.starts_with("# ")
            || rest.split_once(" = ").is_some_and(|(key, _)| key.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'))
    };
    let lines = DEFAULT.lines().map(|line| line.strip_prefix("# ").filter(|rest| is_example(rest)).unwrap_or(line));
    lines.flat_map(|line| [line, "\n"]).collect()
}

fn parse(text: &str, faults: &mut Faults) -> Option<Value> {
    match toml::from_str::<toml::Table>(text) {
        Ok(table) => Value::serialize(plain(toml::Value::Table(table))).ok(),
        Err(error) => {
            let line = error.span().map_or(1, |span| text.get(..span.start).unwrap_or_default().matches('\n').count() + 1);
            faults.add(format!("第 {line} 行"), "不是 TOML 写法。请检查引号、方括号和等号,文字和日期要加引号。");
            None
        }
    }
}

/// Dates without quotation marks are welcome: they become text.
fn plain(value: toml::Value) -> toml::Value {
    match value {
        toml::Value::Datetime(date) => toml::Value::String(date.to_string()),
        toml::Value::Array(items) => toml::Value::Array(items.into_iter().map(plain).collect()),
        toml::Value::Table(table) => toml::Value::Table(table.into_iter().map(|(key, value)| (key, plain(value))).collect()),
        other @ (toml::Value::String(_) | toml::Value::Integer(_) | toml::Value::Float(_) | toml::Value::Boolean(_)) => other,
    }
}

/// `JINGLING_SERVER__LISTEN` → server, listen. A name without a section is somebody else's.
fn env_path(name: &str) -> Option<Vec<String>> {
    let path: Vec<String> = name.strip_prefix("JINGLING_")?.split("__").map(str::to_ascii_lowercase).collect();
    (path.len() > 1).then_some(path)
}

fn nest(path: &[String], value: Value) -> Value {
    path.iter().rev().fold(value, |inner, key| Value::from(Dict::from([(key.clone(), inner)])))
}

fn merge(under: &mut Value, over: Value) {
    match (under, over) {
        (Value::Dict(_, under), Value::Dict(_, over)) => {
            for (key, value) in over {
                match under.get_mut(&key) {
                    Some(below) => merge(below, value),
                    None => _ = under.insert(key, value),
                }
            }
        }
        (under, over) => *under = over,
    }
}

fn at<'a>(tree: &'a Value, path: &[String]) -> Option<&'a Value> {
    path.iter().try_fold(tree, |value, key| match value {
        Value::Dict(_, dict) => dict.get(key),
        Value::Array(_, items) => items.get(key.parse::<usize>().ok()?),
        _ => None,
    })
}

/// Puts a value that is right in the place of one that is not, or takes an unknown one out. `None` if there is no such place.
fn mend(tree: &mut Value, path: &[String], example: &Value) -> Option<()> {
    let (key, above) = path.split_last()?;
    let right = path.iter().try_fold(example, |value, key| match value {
        Value::Dict(_, dict) => dict.get(key),
        Value::Array(_, items) => items.first(),
        _ => None,
    });
    let place = above.iter().try_fold(tree, |value, key| match value {
        Value::Dict(_, dict) => dict.get_mut(key),
        Value::Array(_, items) => items.get_mut(key.parse::<usize>().ok()?),
        _ => None,
    })?;
    match (place, right) {
        (Value::Dict(_, dict), Some(right)) => _ = dict.insert(key.clone(), right.clone()),
        (Value::Dict(_, dict), None) => _ = dict.remove(key)?,
        (Value::Array(_, items), Some(right)) => *items.get_mut(key.parse::<usize>().ok()?)? = right.clone(),
        _ => return None,
    }
    Some(())
}

/// `sources.0.name` → `sources[1].name`: people count from one.
fn shown(path: &[String]) -> String {
    path.iter().fold(String::new(), |mut shown, key| {
        match key.parse::<usize>() {
            Ok(place) => shown.push_str(&format!("[{}]", place + 1)),
            Err(_) if shown.is_empty() => shown.push_str(key),
            Err(_) => shown.push_str(&format!(".{key}")),
        }
        shown
    })
}

fn sentence(kind: &Kind, path: &[String], found: Option<&Value>) -> String {
    // our own types say in Chinese what they expect, the libraries' do not
    let expected = match kind {
        Kind::Message(own) if own.contains(is_han) => format!("{own}。"),
        _ => described(path).map_or_else(String::new, |text| format!("这一项是:{text}。")),
    };
    match kind {
        Kind::UnknownField(name, known) => {
            let near = known.iter().find(|key| strsim::damerau_levenshtein(key, name) <= 2);
            let advice = near.map_or_else(|| format!("可用的有:{}。请改名或删去。", known.join("、")), |key| format!("是不是想写 {key}?请改名或删去。"));
            format!("没有这一项。{advice}")
        }
        Kind::MissingField(_) => format!("没有填写。{expected}请补上。"),
        Kind::UnknownVariant(name, known) => format!("写的是 \"{name}\",应为 {} 之一。请改正。", known.join("、")),
        Kind::Message(_)
        | Kind::InvalidType(..)
        | Kind::InvalidValue(..)
        | Kind::InvalidLength(..)
        | Kind::DuplicateField(_)
        | Kind::ISizeOutOfRange(_)
        | Kind::USizeOutOfRange(_)
        | Kind::Unsupported(_)
        | Kind::UnsupportedKey(..) => {
            let found = found.map_or_else(String::new, |value| format!("写的是 {},不能识别。", spelt(value)));
            format!("{found}{expected}请改正。")
        }
    }
}

fn spelt(value: &Value) -> String {
    match value.to_actual() {
        // a secret in the wrong place is not repeated
        Actual::Str(text) if text.contains("whsec_") || text.contains("://") => "\"***\"".to_owned(),
        Actual::Str(text) => format!("\"{text}\""),
        Actual::Bool(flag) => flag.to_string(),
        Actual::Unsigned(number) => number.to_string(),
        Actual::Signed(number) => number.to_string(),
        Actual::Float(number) => number.to_string(),
        Actual::Seq => "一个列表".to_owned(),
        Actual::Map => "一段".to_owned(),
        _ => "别的东西".to_owned(),
    }
}

/// The comment that stands above a key in the default file.
fn described(path: &[String]) -> Option<String> {
    let (key, above) = path.split_last()?;
    let section = above.iter().filter(|key| key.parse::<usize>().is_err()).map(String::as_str).collect::<Vec<_>>().join(".");
    let (mut here, mut comment) = (String::new(), None);
    for line in example().lines() {
        if let Some(text) = line.strip_prefix("# ") {
            comment = Some(text.to_owned());
        } else if line.starts_with('[') {
            here = line.trim_matches(['[', ']']).to_owned();
        } else if here == section && line.split_once(" = ").is_some_and(|(name, _)| name == key) {
            return comment;
        }
    }
    None
}
