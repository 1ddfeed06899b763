//! The page for rule authors (`templates/rules/README.md`) is held to the program: its tables are the program's, its examples compile, its faults are
//! told word for word, its grammar is the parser's. `UPDATE_README=1 cargo test --lib rules::guide` writes tables and messages anew.

mod grammar;

use super::Rule;
use super::aggregate::SUMMARIES;
use super::ast::{Comparison, Unit};
use super::functions::FUNCTIONS;
use super::keys::{CASE, Key, LEVEL, RULE};
use super::lexer::WORDS;
use crate::domain::Entity;
use crate::domain::record::Kind;

const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/templates/rules/README.md");

fn page() -> String {
    std::fs::read_to_string(PAGE).unwrap()
}

/// A fenced block: what it is marked with, and its lines.
struct Block<'t> {
    mark: &'t str,
    lines: Vec<&'t str>,
}

fn blocks(text: &str) -> Vec<Block<'_>> {
    let (mut blocks, mut open): (Vec<Block<'_>>, bool) = (Vec::new(), false);
    for line in text.lines() {
        match (line.strip_prefix("```"), open) {
            (Some(_), true) => open = false,
            (Some(mark), false) => {
                blocks.push(Block { mark, lines: Vec::new() });
                open = true;
            }
            (None, true) => blocks.last_mut().unwrap().lines.push(line),
            (None, false) => {}
        }
    }
    blocks
}

/// A rule whose bell has this condition. `facts` are those of the block; only what the condition names is put in.
fn rule(on: &str, facts: &[&str], when: &str) -> String {
    let named = |line: &&&str| when.contains(&format!("{}.", line.split('"').nth(1).unwrap()));
    let facts: String = facts.iter().filter(named).map(|line| format!("{line}\n")).collect();
    let read = format!("{facts}{when}");
    let params = [("起点", "\"1000.00\""), ("次数", "3"), ("现金类", "[\"现金\", \"现金支票\"]"), ("比例", "\"10%\"")];
    // on payments a red light uses them all, so that what is misspelt below is still there
    let payment = on == "支付" && !facts.contains("同户");
    let params: String = params.iter().filter(|(name, _)| payment || read.contains(name)).map(|(name, value)| format!("\"{name}\" = {value}\n")).collect();
    let fact = if payment { "\"同户\" = \"支付 其中 收款账号 = 本次.收款账号\"\n" } else { "" };
    let red = "[[level]]\nlight = \"红灯\"\nwhen = \"支付金额 > 起点 且 结算方式 属于 现金类 且 同户.笔数 > 次数 且 支付净额 < 支付金额 * 比例\"\n";
    let red = if payment { red } else { "" };
    format!(
        "code = \"T01\"\nname = \"试\"\ncategory = \"其他\"\non = \"{on}\"\nbasis = \"试\"\nscope = \"试\"\nhandler = \"试\"\ndescription = \"试\"\n\
         [params]\n{params}[facts]\n{fact}{facts}{red}[[level]]\nlight = \"警铃\"\nwhen = '''\n{when}'''\n"
    )
}

/// What is told of a condition, without the place.
fn told(on: &str, facts: &[&str], when: &str) -> Vec<String> {
    let faults = Rule::compile(&rule(on, facts, when)).err().unwrap_or_default();
    faults.iter().map(|fault| fault.to_string().split_once("个字起:").unwrap().1.to_owned()).collect()
}

#[test]
fn whole_rules_compile_and_their_cases_go_as_told() {
    let text = page();
    let rules: Vec<_> = blocks(&text).into_iter().filter(|block| block.mark == "toml").collect();
    assert!(rules.len() >= 2);
    for block in rules {
        let rule = Rule::compile(&block.lines.join("\n")).unwrap_or_else(|faults| panic!("{}", faults[0].marked()));
        let otherwise: Vec<String> = rule.run_cases().iter().map(ToString::to_string).collect();
        assert!(otherwise.is_empty() && rule.case_count().0 > 0, "{otherwise:?}");
    }
}

#[test]
fn every_condition_compiles() {
    let (text, mut count) = (page(), 0);
    for block in blocks(&text) {
        let Some(on) = block.mark.strip_prefix("condition ") else { continue };
        let (facts, conditions): (Vec<&str>, Vec<&str>) = block.lines.iter().partition(|line| line.starts_with('"'));
        for when in conditions {
            assert_eq!(told(on, &facts, when), Vec::<String>::new(), "{when}");
            count += 1;
        }
    }
    assert!(count > 30, "{count}");
}

/// The page with the messages that are told of its faulty conditions.
fn with_messages(text: &str) -> String {
    let (mut renewed, mut on, mut count) = (String::new(), None, 0);
    for line in text.lines() {
        match (line.strip_prefix("```"), on) {
            (Some(mark), None) => on = Some(mark.strip_prefix("fault ").unwrap_or("")),
            (Some(_), Some(_)) => on = None,
            (None, _) => {}
        }
        let faulty = on.filter(|on| !on.is_empty() && !line.starts_with("```"));
        if faulty.is_some() && line.starts_with("! ") {
            continue;
        }
        renewed += &format!("{line}\n");
        if let Some(on) = faulty {
            let told = told(on, &[], line);
            assert!(!told.is_empty(), "{line} is no fault");
            told.iter().for_each(|message| renewed += &format!("! {message}\n"));
            count += 1;
        }
    }
    assert!(count > 20, "{count}");
    renewed
}

fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Money => "金额",
        Kind::Number => "数",
        Kind::Text => "文本",
        Kind::Date => "日期",
        Kind::Flag => "是否",
        Kind::Cipher => "密文",
    }
}

fn fields() -> String {
    let mut table = "| 记录 | 类型 | 字段 |\n| --- | --- | --- |\n".to_owned();
    for entity in Entity::ALL {
        for of in [Kind::Text, Kind::Number, Kind::Money, Kind::Date, Kind::Flag, Kind::Cipher] {
            let names: Vec<&str> = entity.fields().iter().filter(|field| field.kind == of).map(|field| field.name).collect();
            if !names.is_empty() {
                table += &format!("| {} | {} | {} |\n", entity.name(), kind(of), names.join("、"));
            }
        }
    }
    table
}

fn keys() -> String {
    let mut table = "| 项 | 必写 | 内容 |\n| --- | --- | --- |\n".to_owned();
    for (prefix, keys) in [("", RULE.as_slice()), ("[[level]] ", &LEVEL), ("[[case]] ", &CASE)] {
        for Key { name, required, told, .. } in keys {
            table += &format!("| {prefix}`{name}` | {} | {told} |\n", if *required { "是" } else { "" });
        }
    }
    table
}

/// The page with the tables of keys and of fields.
fn with_tables(text: &str) -> String {
    let mut renewed = text.to_owned();
    for (mark, table) in [("keys", keys()), ("fields", fields())] {
        let (before, rest) = renewed.split_once(&format!("<!-- {mark} -->\n")).unwrap();
        let (_, after) = rest.split_once(&format!("<!-- /{mark} -->")).unwrap();
        renewed = format!("{before}<!-- {mark} -->\n\n{table}\n<!-- /{mark} -->{after}");
    }
    renewed
}

#[test]
fn tables_and_messages_are_those_of_the_program() {
    let text = page();
    let renewed = with_tables(&with_messages(&text));
    if std::env::var_os("UPDATE_README").is_some() {
        std::fs::write(PAGE, renewed).unwrap();
        return;
    }
    let differs = text.lines().zip(renewed.lines()).find(|(one, other)| one != other);
    assert!(text == renewed, "the guide is out of date (UPDATE_README=1 cargo test --lib rules::guide): {differs:?}");
}

/// Every word of the language is explained, and stands in an example that compiles.
#[test]
fn nothing_of_the_language_is_left_out() {
    let text = page();
    let examples: String =
        blocks(&text).iter().filter(|block| block.mark == "toml" || block.mark.starts_with("condition")).map(|block| block.lines.join("\n")).collect();
    let signs = [Comparison::Equal, Comparison::NotEqual, Comparison::Less, Comparison::AtMost, Comparison::Greater, Comparison::AtLeast].map(Comparison::sign);
    for word in WORDS.iter().chain(&signs).chain(&["近", "本年度", "同月", "含冲销", "其中"]) {
        assert!(text.contains(&format!("`{word}")) || text.contains(&format!("\"{word}\"")), "{word} is not explained");
        assert!(examples.contains(word), "{word} has no example");
    }
    for (function, _) in FUNCTIONS {
        assert!(text.contains(&format!("`{function}(")) && examples.contains(&format!("{function}(")), "{function}");
    }
    for summary in SUMMARIES {
        assert!(text.contains(&format!("`.{summary}")) && examples.contains(&format!(".{summary}")), "{summary}");
    }
    for unit in Unit::ALL {
        assert!(text.contains(&format!("`{}`", unit.name())) && examples.contains(&format!(" {})", unit.name())), "{}", unit.name());
    }
}
