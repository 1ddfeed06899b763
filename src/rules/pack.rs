//! The rule pack (规则库): the rules shipped inside the program, one TOML file each.

use std::fmt;

use include_dir::{Dir, include_dir};

use super::{Diagnosis, Rule};

static FILES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/templates/rules");

/// A rule file that cannot be used, and every reason why.
#[derive(Debug, thiserror::Error)]
pub struct BrokenRule {
    /// `ZC10.toml`
    pub file: String,
    /// Empty when the file itself is at fault: not text, or its code is not its name.
    pub faults: Vec<Diagnosis>,
}

impl fmt::Display for BrokenRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "规则文件 {} 有误", self.file)?;
        if self.faults.is_empty() {
            f.write_str(":文件应是 UTF-8 文本,文件名应是规则编号。")?;
        }
        self.faults.iter().try_for_each(|fault| write!(f, "\n{}", fault.marked()))
    }
}

/// The embedded rules, compiled, by code. Errors: the first file that is broken, with every fault in it.
pub fn pack() -> Result<Vec<Rule>, BrokenRule> {
    let toml = FILES.files().filter(|file| file.path().extension().is_some_and(|extension| extension == "toml"));
    let mut rules = toml
        .map(|file| {
            let name = file.path().display().to_string();
            let broken = |faults| BrokenRule { file: name.clone(), faults };
            let rule = Rule::compile(file.contents_utf8().ok_or_else(|| broken(Vec::new()))?).map_err(&broken)?;
            if name.strip_suffix(".toml") == Some(&rule.code) { Ok(rule) } else { Err(broken(Vec::new())) }
        })
        .collect::<Result<Vec<_>, _>>()?;
    rules.sort_by(|a, b| a.code.cmp(&b.code));
    Ok(rules)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Entity;

    fn whole() -> Vec<Rule> {
        pack().unwrap_or_else(|broken| panic!("{broken}"))
    }

    #[test]
    fn the_pack_is_whole() {
        let rules = whole();
        let codes: Vec<_> = rules.iter().map(|rule| rule.code.clone()).collect();
        let through = |kind: &'static str, numbers: &[u8]| numbers.iter().map(|n| format!("{kind}{n:02}")).collect::<Vec<_>>();
        let all: Vec<u8> = (1..=18).collect();
        let shipped = [through("DR", &all[..14]), through("JX", &all[..9]), through("ZB", &all[..13]), through("ZC", &all)];
        assert_eq!(codes, shipped.concat());
        assert_eq!(rules[0].needs, [Entity::Beneficiary]);
    }

    #[test]
    fn every_case_of_every_rule_is_as_told() {
        let mut otherwise = String::new();
        for rule in whole() {
            let (lit, dark) = rule.case_count();
            assert!(lit >= 3 && dark >= 3, "{}: {lit} cases that light, {dark} that do not", rule.code);
            rule.run_cases().iter().for_each(|fault| otherwise.push_str(&format!("{}.toml {fault}\n", rule.code)));
        }
        assert!(otherwise.is_empty(), "{otherwise}");
    }

    #[test]
    fn a_broken_rule_names_its_file_and_the_place() {
        let broken = BrokenRule { file: "ZC99.toml".to_owned(), faults: Rule::compile("code = ").unwrap_err() };
        insta::assert_snapshot!(broken, @r#"
        规则文件 ZC99.toml 有误
        第 1 行第 8 个字起:这里不合 TOML 的写法,请检查引号、等号和括号。
          1 | code = 
            |        ^
        "#);
    }
}
