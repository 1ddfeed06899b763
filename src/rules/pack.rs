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
        self.faults.iter().try_for_each(|fault| write!(f, "\n{fault}"))
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
