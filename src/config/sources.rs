//! `[[sources]]`: the machines that may send, and how their signatures are checked.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;

use super::fault::Faults;
use super::secret::{Secret, from_env, from_file};

/// A source of events (数据来源).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// Its name, in `/webhooks/{name}`.
    pub name: String,
    /// Environment variables that hold a secret each.
    #[serde(default)]
    pub secret_env: Vec<String>,
    /// Files that hold a secret each, white space around it ignored.
    #[serde(default)]
    pub secret_file: Vec<PathBuf>,
    /// The live secrets themselves, `whsec_…`, at least one; read by [`load`](super::load).
    #[serde(skip)]
    pub secrets: Vec<Secret>,
}

pub(super) fn check(sources: &mut [Source], env: &BTreeMap<String, String>, faults: &mut Faults) {
    let mut names = BTreeSet::new();
    for (place, source) in sources.iter_mut().enumerate() {
        let key = format!("sources[{}]", place + 1);
        let name_key = format!("{key}.name");
        let name_fits = (1..=32).contains(&source.name.len()) && source.name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
        faults.expect(name_fits, &name_key, || format!("写的是 \"{}\",应为 1 到 32 个小写英文、数字或下划线。请改名,例如 \"treasury\"。", source.name));
        let alone = faults.has(&name_key) || names.insert(source.name.clone());
        faults.expect(alone, &name_key, || format!("\"{}\" 与前面的来源重名。请给每个来源一个不同的名称。", source.name));
        source.secrets = secrets(source, env, &key, faults);
    }
}

fn secrets(source: &Source, env: &BTreeMap<String, String>, key: &str, faults: &mut Faults) -> Vec<Secret> {
    if source.secret_env.is_empty() && source.secret_file.is_empty() {
        faults.add(key, "没有签名密钥,收不了数据。请在 secret_env 或 secret_file 里至少写一个。");
    }
    let (env_key, file_key) = (format!("{key}.secret_env"), format!("{key}.secret_file"));
    let mut found = Vec::new();
    if !faults.has(&env_key) {
        found.extend(source.secret_env.iter().map(|name| (&env_key, from_env(name, env))));
    }
    if !faults.has(&file_key) {
        found.extend(source.secret_file.iter().map(|path| (&file_key, from_file(path))));
    }
    let usable = found.into_iter().filter_map(|(key, text)| text.and_then(|text| usable(&text)).map_err(|why| faults.add(key, why)).ok());
    usable.collect()
}

fn usable(text: &str) -> Result<Secret, String> {
    if text.is_empty() {
        return Err("密钥是空的,任何人都能冒充。请填入对方给的密钥(以 whsec_ 开头)。".to_owned());
    }
    let key = text.strip_prefix("whsec_").and_then(|coded| STANDARD.decode(coded).ok());
    match key {
        Some(bytes) if (16..=64).contains(&bytes.len()) => Ok(Secret::new(text.to_owned())),
        Some(_) | None => Err("密钥的格式不对,应为 whsec_ 加 16 到 64 字节的 Base64。请向对方核对。".to_owned()),
    }
}
