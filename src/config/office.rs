//! `[office]`: whose payments are watched, and by which sections.

use std::collections::BTreeSet;

use chrono::{Datelike, NaiveDate};
use commands::SectionKind;
use serde::Deserialize;

use super::fault::Faults;
use crate::domain::{OfficeId, ProgrammeName, RuleCode, SectionCode, SectionName};

/// The office (单位) and its sections (股室).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Office {
    /// Which office's rows these are.
    pub id: OfficeId,
    /// 单位名称
    pub name: String,
    /// 行政区划 of the county, six digits (GB/T 2260).
    pub county_code: String,
    /// Business dates before it are judged as 存量: listed, not pushed.
    pub go_live: NaiveDate,
    /// Its sections; exactly one leads (农业股) and one pays (国库支付中心).
    pub sections: Vec<Section>,
    /// The programme it runs.
    pub programme: Programme,
}

/// A fund programme (资金项目): its words, its permitted codes and its rules; the regulation's, or those of a later one such as 衔接推进乡村振兴补助资金.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Programme {
    /// 项目名称
    pub name: ProgrammeName,
    /// 资金
    pub funds: ProgrammeName,
    /// 对象名册
    pub people: ProgrammeName,
    /// 总台账
    pub ledger: ProgrammeName,
    /// Beginnings of the 支出功能分类 codes that are permitted; none: any.
    pub function_codes: Vec<String>,
    /// The rules it is watched by; none: all that are shipped.
    pub rules: Vec<RuleCode>,
}

/// A section (股室) as rules and people address it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Section {
    /// 股室代码
    pub code: SectionCode,
    /// 股室名称
    pub name: SectionName,
    /// 职责
    pub kind: SectionKind,
    /// 部门预算管理股室 of a budget unit (part 5); 农业股 where none is named.
    pub managed_by: Option<SectionCode>,
}

impl Programme {
    fn check(&self, faults: &mut Faults) {
        for code in &self.function_codes {
            let fits = [3, 5, 7].contains(&code.len()) && code.bytes().all(|b| b.is_ascii_digit());
            faults.expect(fits, "office.programme.function_codes", || format!("写的是 \"{code}\",应为 3、5 或 7 位数字(类、款、项)。请改正。"));
        }
        // a rule that is written wrongly would be one that watches no more
        let shipped: Vec<String> = crate::rules::pack().map(|rules| rules.into_iter().map(|rule| rule.code).collect()).unwrap_or_default();
        for code in &self.rules {
            faults.expect(shipped.iter().any(|known| known == code.as_str()), "office.programme.rules", || {
                format!("没有编号为 {code} 的规则。可用的有:{}。请改正或删去。", shipped.join("、"))
            });
        }
    }
}

impl Office {
    /// The first section of a kind.
    pub fn section(&self, kind: SectionKind) -> Option<&Section> {
        self.sections.iter().find(|section| section.kind == kind)
    }

    pub(super) fn check(&self, faults: &mut Faults) {
        faults.expect(self.id.0 > 0, "office.id", || format!("写的是 {},应为正整数。请改成 1 或其他正整数。", self.id.0));
        let county_fits = self.county_code.len() == 6 && self.county_code.bytes().all(|b| b.is_ascii_digit());
        faults.expect(county_fits, "office.county_code", || format!("写的是 \"{}\",应为 6 位数字。请填县级行政区划代码,例如 \"341525\"。", self.county_code));
        faults.expect((2015..=2050).contains(&self.go_live.year()), "office.go_live", || {
            format!("写的是 {},应在 2015 年到 2050 年之间。请检查年份。", self.go_live)
        });
        faults.expect(!self.name.trim().is_empty(), "office.name", || "是空的,应为文字。请填写名称,或删去这一项用默认值。".to_owned());
        self.programme.check(faults);
        self.check_sections(faults);
    }

    fn check_sections(&self, faults: &mut Faults) {
        let mut seen = BTreeSet::new();
        for (place, section) in self.sections.iter().enumerate() {
            let key = format!("office.sections[{}]", place + 1);
            if !faults.has(&key) {
                faults.expect(seen.insert(&section.code), &format!("{key}.code"), || {
                    format!("\"{}\" 与前面的股室重复。请给每个股室一个不同的代码。", section.code)
                });
            }
        }
        for (place, section) in self.sections.iter().enumerate() {
            let Some(manager) = &section.managed_by else { continue };
            let key = format!("office.sections[{}].managed_by", place + 1);
            let known = self.sections.iter().any(|other| other.code == *manager && !other.kind.is_budget_unit());
            faults.expect(known, &key, || format!("\"{manager}\" 不是局里的股室。请填部门预算管理股室的代码。"));
            faults.expect(section.kind.is_budget_unit(), &key, || "只有主管部门和乡镇财政所写归口股室。请删去这一项。".to_owned());
        }
        for (kind, name) in [(SectionKind::Agriculture, "农业股"), (SectionKind::Treasury, "国库支付中心")] {
            let count = self.sections.iter().filter(|section| section.kind == kind).count();
            faults.expect(count == 1, "office.sections", || format!("职责为{name}的股室有 {count} 个,应当正好 1 个。请增加或改正 kind。"));
        }
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn only_budget_units_are_managed_and_only_by_a_section_of_the_bureau() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("jingling.toml");
        let load = |managed: &str| {
            let sections = format!(
                r#"[office]
                sections = [
                  {{ code = "agriculture", name = "农业股", kind = "agriculture" }},
                  {{ code = "treasury", name = "国库支付中心", kind = "treasury" }},
                  {managed}
                ]"#
            );
            std::fs::write(&path, sections).unwrap();
            let faults = crate::config::load(Some(&path), std::iter::empty()).map(drop).err().unwrap_or_default();
            faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
        };
        assert_eq!(load(r#"{ code = "township:a", name = "衡山镇财政所", kind = "township", managed_by = "agriculture" }"#), "");
        let unknown = load(r#"{ code = "township:a", name = "衡山镇财政所", kind = "township", managed_by = "forestry" }"#);
        assert_eq!(unknown, "office.sections[3].managed_by:\"forestry\" 不是局里的股室。请填部门预算管理股室的代码。");
        let own = load(r#"{ code = "budget", name = "预算股", kind = "budget", managed_by = "agriculture" }"#);
        assert_eq!(own, "office.sections[3].managed_by:只有主管部门和乡镇财政所写归口股室。请删去这一项。");
    }
}
