//! `/核实 导出|批量`: one slip for a warning with a list, or slips for many warnings of one rule: outcomes line by line, from a workbook (regulation part 4 (二)).

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::date::not_before_today;
use crate::permission::Permission::Handle;
use crate::spec::every;
use crate::values::{Argument, Values};
use crate::verify::{INSTEAD, METHODS, PAPERS, PHONE, PLACE, STAFF, WHEN, WHOM};
use crate::{Allowed, Checks, Command, Complaint, Filled, Form, Kind, Outcome, Param, Text, Verdict, Verify, WarningNo};

pub static EXPORT: Form = Form {
    command: "核实",
    subcommand: Some("导出"),
    summary: "把要核实的黄灯写成表格,一行一条,供批量填写",
    allowed: Allowed::with(&[Handle]),
    params: &[
        Param::optional("编号", Kind::Warning, "一条带清单的预警,例如 YJ2026-000123").in_place(),
        Param::optional("规则", Kind::Text, "或者一条规则下的全部黄灯,例如 ZC09").called("规则代码"),
    ],
    example: "/核实 导出 规则=ZC09",
    asks: every,
    build: Batch::export,
};

pub static BATCH: Form = Form {
    command: "核实",
    subcommand: Some("批量"),
    summary: "按填好的表格逐行核实:正常转绿灯,违规转红灯",
    allowed: Allowed::with(&[Handle]),
    params: &[
        Param::required("文件", Kind::File, "办事文件夹里填好的表格,只写文件名").called("文件名"),
        METHODS,
        WHOM,
        WHEN,
        PHONE,
        PAPERS,
        PLACE,
        STAFF,
        INSTEAD,
    ],
    example: "/核实 批量 核实-ZC09-1.xlsx 调阅材料 材料=\"发放表、银行回单\"",
    asks: Verify::asks,
    build: Batch::read,
};

/// `/核实 导出|批量`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "command")]
pub enum Batch {
    /// `/核实 导出`
    #[serde(rename = "verify.export")]
    Export(Export),
    /// `/核实 批量`, as it is said.
    #[serde(rename = "verify.batch")]
    HandIn(HandIn),
    /// `/核实 批量`, as it was read: what is done, and journalled, needs no file any more.
    #[serde(rename = "verify.batch.filed")]
    Filed(Filed),
}

/// Which yellow lights to write out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Export {
    Warning(WarningNo),
    /// By the code of its rule.
    Rule(Text),
}

/// A filled workbook, and how it was verified.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HandIn {
    pub file: FileName,
    pub checks: Checks,
}

/// Outcomes line by line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Filed {
    pub checks: Checks,
    /// One a warning, each once.
    pub cases: Vec<Case>,
}

/// A warning of which every line has its outcome.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Case {
    pub warning: WarningNo,
    /// How many lines there are, and how many of them are a violation.
    pub facts: String,
    /// At least one.
    pub lines: Vec<Line>,
}

/// A line of a warning's list and what was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// Its place in the warning's list, from 1.
    pub n: u32,
    /// The row of the workbook, as Excel counts.
    pub row: u32,
    #[serde(flatten)]
    pub finding: Finding,
}

/// What a row says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    pub facts: Text,
    pub outcome: Outcome,
}

/// The name of a file in a folder that is known: no way to another place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct FileName(String);

impl Batch {
    /// The form it was said in.
    pub fn form(&self) -> &'static Form {
        match self {
            Batch::Export(_) => &EXPORT,
            Batch::HandIn(_) | Batch::Filed(_) => &BATCH,
        }
    }

    fn export(values: &Values<'_>) -> Result<Command, Complaint> {
        let export = match (values.optional("编号")?, values.optional("规则")?) {
            (Some(warning), None) => Export::Warning(warning),
            (None, Some(rule)) => Export::Rule(rule),
            (None, None) => return Err(Complaint::new("请写明要核实哪些:编号=…(一条带清单的预警)或 规则=…(一条规则下的全部黄灯)。")),
            (Some(_), Some(_)) => return Err(Complaint::new("编号和规则只能写一个:编号是一条预警,规则是它名下的全部黄灯。")),
        };
        Ok(Command::Batch(Batch::Export(export)))
    }

    fn read(values: &Values<'_>) -> Result<Command, Complaint> {
        Ok(Command::Batch(Batch::HandIn(HandIn { file: values.required("文件")?, checks: Checks::read(values)? })))
    }
}

impl Case {
    pub fn new(warning: WarningNo, lines: Vec<Line>) -> Case {
        let mut case = Case { warning, facts: String::new(), lines };
        let (all, violations) = (case.lines.len(), case.violations());
        case.facts = format!("逐行核实 {all} 行:{} 行正常,{violations} 行违规", all - violations);
        case
    }

    /// How many lines are a violation.
    pub fn violations(&self) -> usize {
        self.lines.iter().filter(|line| line.finding.outcome.verdict() == Verdict::Violation).count()
    }

    /// What follows for the warning: red if any line is a violation, to be corrected by the earliest day that a line names.
    pub fn outcome(&self) -> Outcome {
        let violations = self.lines.iter().map(|line| &line.finding.outcome).filter_map(|outcome| match outcome {
            Outcome::Normal => None,
            Outcome::Violation { due, .. } => Some((due, outcome)),
        });
        violations.min_by_key(|(due, _)| **due).map_or(Outcome::Normal, |(_, outcome)| outcome.clone())
    }
}

impl Finding {
    /// The columns to fill in.
    pub const COLUMNS: [&'static str; 5] = ["结论", "情况", "违规类型", "整改要求", "整改期限"];

    /// What a row says; `None` where nothing is filled in. Err: each column with the rest of a sentence that says what to mend.
    pub fn read(row: &Filled<'_>, today: NaiveDate) -> Result<Option<Finding>, Vec<(&'static str, String)>> {
        let given = |name: &str| row.iter().find(|(of, _)| *of == name).map_or("", |(_, text)| text.trim());
        if Finding::COLUMNS.iter().all(|name| given(name).is_empty()) {
            return Ok(None);
        }
        let mut wrong = Vec::new();
        let verdict: Option<Verdict> = read("结论", given("结论"), "没有填写。", today, &mut wrong);
        let facts: Option<Text> = read("情况", given("情况"), "没有填写。请用一两句话写明。", today, &mut wrong);
        let outcome = match verdict {
            Some(Verdict::Violation) => {
                let kind = read("违规类型", given("违规类型"), "没有填写,结论是违规要写。", today, &mut wrong);
                let demand = read("整改要求", given("整改要求"), "没有填写,结论是违规要写。", today, &mut wrong);
                let due: Option<NaiveDate> = read("整改期限", given("整改期限"), "没有填写,结论是违规要写。", today, &mut wrong);
                wrong.extend(due.and_then(|due| not_before_today(due, today).err()).map(|why| ("整改期限", why)));
                kind.zip(demand).zip(due).map(|((kind, demand), due)| Outcome::Violation { kind, demand, due })
            }
            Some(Verdict::Normal) => {
                let idle = ["违规类型", "整改要求", "整改期限"].into_iter().filter(|name| !given(name).is_empty());
                wrong.extend(idle.map(|name| (name, "结论是正常,这里不用写。请改正结论,或清空这一格。".to_owned())));
                Some(Outcome::Normal)
            }
            None => None,
        };
        match (facts, outcome) {
            (Some(facts), Some(outcome)) if wrong.is_empty() => Ok(Some(Finding { facts, outcome })),
            _ => Err(wrong),
        }
    }
}

fn read<T: Argument>(column: &'static str, text: &str, missing: &str, today: NaiveDate, wrong: &mut Vec<(&'static str, String)>) -> Option<T> {
    if text.is_empty() {
        wrong.push((column, missing.to_owned()));
        return None;
    }
    T::read(text, today).map_err(|why| wrong.push((column, why))).ok()
}

impl FileName {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for FileName {
    type Error = String;

    fn try_from(text: String) -> Result<FileName, String> {
        let name = text.trim();
        let plain = !name.starts_with('.') && !name.chars().any(|c| matches!(c, '/' | '\\' | ':') || c.is_control()) && name.chars().count() <= 100;
        if !plain {
            return Err("只写办事文件夹里的文件名,不要带路径。".to_owned());
        }
        if !name.to_lowercase().ends_with(".xlsx") {
            return Err("应是 /核实 导出 写出的 .xlsx 文件。".to_owned());
        }
        Ok(FileName(name.to_owned()))
    }
}

impl From<FileName> for String {
    fn from(name: FileName) -> String {
        name.0
    }
}

impl Argument for FileName {
    fn read(word: &str, _: NaiveDate) -> Result<FileName, String> {
        FileName::try_from(word.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ViolationKind;
    use crate::tests::{said, says};

    fn today() -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, 23).unwrap()
    }

    #[test]
    fn one_of_two_says_what_to_write_out() {
        assert_eq!(said("/核实 导出 123"), Command::Batch(Batch::Export(Export::Warning(WarningNo::new(2026, 123).unwrap()))));
        assert!(says("/核实 导出").starts_with("请写明要核实哪些:"));
        assert!(says("/核实 导出 123 规则=ZC09").starts_with("编号和规则只能写一个"));
    }

    #[test]
    fn a_file_is_a_name_and_no_way() {
        for name in ["../a.xlsx", "/etc/a.xlsx", "..\\a.xlsx", ".a.xlsx", "C:a.xlsx"] {
            let told = says(&format!("/核实 批量 文件=\"{name}\" 调阅材料 材料=凭证"));
            assert_eq!(told, "文件名只写办事文件夹里的文件名,不要带路径。", "{name}");
        }
        assert_eq!(said("/核实 批量 文件=a.xlsx 调阅材料 材料=凭证"), said("/核实 批量 a.xlsx 方式=调阅材料 材料=凭证"));
        assert!(says("/核实 批量 a.xls 调阅材料 材料=凭证").starts_with("文件名应是 /核实 导出 写出的 .xlsx 文件。"));
        assert!(says("/核实 批量 a.xlsx 电话核实").contains("还缺核实对象"));
        assert!(serde_json::from_str::<FileName>("\"../a.xlsx\"").is_err());
    }

    #[test]
    fn a_row_is_checked_as_a_slip_is() {
        let read = |row: &Filled<'_>| Finding::read(row, today());
        assert_eq!(read(&[("结论", " "), ("情况", "")]), Ok(None));
        let violation = [("结论", "违规"), ("情况", "付了两次"), ("违规类型", "虚报冒领套取"), ("整改要求", "退回"), ("整改期限", "12月7日")];
        let found = read(&violation).unwrap().unwrap();
        assert!(matches!(found.outcome, Outcome::Violation { kind: ViolationKind::FalseClaim, .. }));
        let wrong = |row: &Filled<'_>| read(row).unwrap_err().into_iter().map(|(column, why)| format!("{column}:{why}")).collect::<Vec<_>>();
        assert_eq!(wrong(&[("情况", "属实")]), ["结论:没有填写。"]);
        assert_eq!(wrong(&[("结论", "对")]), ["结论:只能从这些里选:正常、违规。", "情况:没有填写。请用一两句话写明。"]);
        assert_eq!(wrong(&[("结论", "正常"), ("情况", "属实"), ("整改要求", "退")]), ["整改要求:结论是正常,这里不用写。请改正结论,或清空这一格。"]);
        let late = wrong(&[("结论", "违规"), ("情况", "属实"), ("违规类型", "其他"), ("整改期限", "11-20")]);
        assert_eq!(late[0], "整改要求:没有填写,结论是违规要写。");
        assert!(late[1].starts_with("整改期限:2026-11-20"), "{late:?}");
    }

    #[test]
    fn any_violation_makes_it_red_by_the_earliest_day() {
        let line = |n: u32, due: Option<u32>| Line {
            n,
            row: n + 3,
            finding: Finding {
                facts: Text::try_from("属实".to_owned()).unwrap(),
                outcome: due.map_or(Outcome::Normal, |day| Outcome::Violation {
                    kind: ViolationKind::Other,
                    demand: Text::try_from(format!("第{n}行退回")).unwrap(),
                    due: NaiveDate::from_ymd_opt(2026, 12, day).unwrap(),
                }),
            },
        };
        let case = |lines| Case::new(WarningNo::new(2026, 1).unwrap(), lines);
        assert_eq!(case(vec![line(1, None), line(2, None)]).outcome(), Outcome::Normal);
        let red = case(vec![line(1, Some(9)), line(2, None), line(3, Some(7))]);
        assert_eq!(red.violations(), 2);
        assert!(matches!(red.outcome(), Outcome::Violation { due, .. } if due.to_string() == "2026-12-07"));
        let filed = Command::Batch(Batch::Filed(Filed {
            checks: vec![crate::Check::Documents { list: Text::try_from("凭证".to_owned()).unwrap() }].try_into().unwrap(),
            cases: vec![red],
        }));
        let json = serde_json::to_string(&filed).unwrap();
        assert!(json.starts_with(r#"{"command":"verify.batch.filed","checks":[{"method":"documents","list":"凭证"}],"cases":[{"warning":"YJ2026-000001","facts":"逐行核实 3 行:1 行正常,2 行违规","lines":[{"n":1,"row":4,"facts":"属实","outcome":{"verdict":"violation""#), "{json}");
        assert_eq!(serde_json::from_str::<Command>(&json).unwrap(), filed);
    }
}
