//! `jingling rule`: rules are checked, listed and described without a running service.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;

use crate::config::Config;
use crate::domain::{Entity, Level};
use crate::reports::table::{Align, Table};
use crate::rules::{self, Rule};
use crate::store::{Db, ledger};

#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// 检查规则文件:一次说出每个文件的所有问题;没有问题的,逐个试用例,说明规则是什么
    Check {
        /// 规则文件(.toml),可以写几个
        #[arg(required = true, value_name = "文件")]
        files: Vec<PathBuf>,
    },
    /// 列出随程序提供的规则
    List,
    /// 打印规则文件的 JSON Schema,给编辑器用
    Schema,
}

/// Only the list looks at the configuration, for what this office uses.
pub async fn run(config: impl FnOnce() -> anyhow::Result<Config>, command: Command) -> anyhow::Result<ExitCode> {
    match command {
        Command::Check { files } => Ok(check(&files)),
        Command::List => {
            print!("{}", list(&config()?).await?);
            Ok(ExitCode::SUCCESS)
        }
        Command::Schema => {
            println!("{}", serde_json::to_string_pretty(&rules::schema()).context("JSON Schema 写不出来")?);
            Ok(ExitCode::SUCCESS)
        }
    }
}

/// 0 when every file is a good rule whose cases go as told.
fn check(files: &[PathBuf]) -> ExitCode {
    let mut wrong = 0;
    for (at, file) in files.iter().enumerate() {
        if at > 0 {
            println!();
        }
        match examined(file) {
            Ok(told) => println!("{}:没有问题\n{told}", file.display()),
            Err(faults) => {
                wrong += 1;
                eprintln!("{}:有 {} 处问题\n{}", file.display(), faults.len(), faults.join("\n"));
            }
        }
    }
    if wrong > 0 && files.len() > 1 {
        eprintln!("\n{} 个文件,{wrong} 个有问题。", files.len());
    }
    if wrong == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// What the rule of a file is. Errors: everything wrong with it, each by itself.
fn examined(file: &Path) -> Result<String, Vec<String>> {
    let bytes = std::fs::read(file).map_err(|failure| vec![format!("读不了:{failure}")])?;
    let text = String::from_utf8(bytes).map_err(|_| vec!["文件应是 UTF-8 文本,请另存为 UTF-8。".to_owned()])?;
    // some editors put a mark before the text
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(&text);
    let marked = |faults: Vec<rules::Diagnosis>| -> Vec<String> { faults.iter().map(rules::Diagnosis::marked).collect() };
    let rule = Rule::compile(text).map_err(marked)?;
    let mut faults = marked(rule.run_cases());
    if file.file_stem().is_none_or(|stem| stem != rule.code.as_str()) {
        faults.push(format!("文件名应与规则编号相同:{}.toml。", rule.code));
    }
    if faults.is_empty() { Ok(described(&rule)) } else { Err(faults) }
}

fn described(rule: &Rule) -> String {
    let mut told = format!("{} {} · {} · 判断{}\n", rule.code, rule.name, rule.category.name(), rule.on.name());
    for level in &rule.levels {
        told += &format!("{}  {}\n", level.light.name(), level.when.split_whitespace().collect::<Vec<_>>().join(" "));
    }
    let reads = rule.reads();
    told += &format!("读字段  {}\n", if reads.is_empty() { "没有".to_owned() } else { reads.join("、") });
    for fact in &rule.facts {
        let keys: Vec<&str> = fact.slots.iter().filter_map(|slot| Some(fact.entity.fields().get(*slot)?.name)).collect();
        told += &format!("查台账  {}:{},按 {}\n", fact.name, fact.entity.name(), keys.join("、"));
    }
    if !rule.needs.is_empty() {
        told += &format!("要有  {}\n", names(&rule.needs));
    }
    told += if rule.watches_time() { "到期  会因时间到期重新判断\n" } else { "到期  不随时间变化,有新数据才重新判断\n" };
    if !rule.enabled {
        told += "停用  enabled = false\n";
    }
    let (lit, dark) = rule.case_count();
    told += &match lit + dark {
        0 => "用例  还没有,请写几个 [[case]]:该亮的,不该亮的,正好在线上的".to_owned(),
        all => format!("用例  {all} 个都与所写的相同(亮 {lit},不亮 {dark})"),
    };
    told
}

fn names(entities: &[Entity]) -> String {
    entities.iter().map(|entity| entity.name()).collect::<Vec<_>>().join("、")
}

/// The rules of the program, and how each stands in this office as far as can be seen from here.
async fn list(config: &Config) -> anyhow::Result<String> {
    let loaded = loaded(config).await;
    let columns = ["编号", "名称", "分类", "灯", "状态"].map(|name| (name, Align::Left));
    let mut table = Table::new(&columns);
    for rule in rules::pack()? {
        let lights: Vec<&str> = rule.levels.iter().map(|level| Level::name(level.light)).collect();
        let state = state(&rule, config, loaded.as_ref());
        table.row([rule.code.clone(), rule.name.clone(), rule.category.name().to_owned(), lights.join("、"), state]);
    }
    Ok(table.to_string())
}

fn state(rule: &Rule, config: &Config, loaded: Option<&HashSet<Entity>>) -> String {
    let used = &config.office.programme.rules;
    if !rule.enabled || !used.is_empty() && !used.iter().any(|code| code.as_str() == rule.code) {
        return "停用".to_owned();
    }
    let missing: Vec<Entity> = rule.needs.iter().copied().filter(|need| loaded.is_none_or(|loaded| !loaded.contains(need))).collect();
    match (missing.is_empty(), loaded) {
        (true, _) => "启用".to_owned(),
        (false, Some(_)) => format!("未就绪:没有{}数据", names(&missing)),
        (false, None) => format!("启用,要先有{}数据", names(&missing)),
    }
}

/// The reference data this office has loaded; none where its database cannot be looked at.
async fn loaded(config: &Config) -> Option<HashSet<Entity>> {
    let db = Db::inspect(config.database.url.expose()).await.ok()?;
    let mut tx = db.snapshot().await.ok()?;
    ledger::references(&mut tx, config.office.id.0).await.ok()
}
