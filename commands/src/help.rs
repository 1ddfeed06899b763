//! `/帮助 [命令]`, and the README's table: both are written from the specs alone.

use serde::{Deserialize, Serialize};

use crate::complaint::{excerpt, nearest};
use crate::line::fold;
use crate::spec::every;
use crate::values::Values;
use crate::{Allowed, Command, Complaint, Form, Kind, Param, Permission, SPECS, SectionKind, Spec, Text};

pub static SPEC: Spec = Spec { name: "帮助", summary: "看能用哪些命令,或一个命令怎么用", forms: &[&HELP] };

pub static HELP: Form = Form {
    command: "帮助",
    subcommand: None,
    summary: "看能用哪些命令,或一个命令怎么用",
    allowed: Allowed::EVERYBODY,
    params: &[Param::optional("命令", Kind::Command, "想看哪个命令,例如 核实").in_place()],
    example: "/帮助 核实",
    asks: every,
    build: Help::read,
};

/// What to explain: one command, or all of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Help {
    pub topic: Option<Text>,
}

impl Help {
    fn read(values: &Values<'_>) -> Result<Command, Complaint> {
        Ok(Command::Help(Help { topic: values.optional("命令")? }))
    }
}

/// What a person with these permissions, of a section of this kind, may say: all commands, or one in detail.
///
/// Fails on a command that does not exist or is not theirs; the two are not told apart.
pub fn help(permissions: &[Permission], section: Option<SectionKind>, command: Option<&str>) -> Result<String, Complaint> {
    let theirs = |spec: &'static Spec| spec.forms.iter().copied().filter(|form| form.allowed.permits(permissions, section)).collect::<Vec<&Form>>();
    match command {
        None => {
            let all: Vec<(&Spec, Vec<&Form>)> = SPECS.iter().map(|spec| (*spec, theirs(spec))).filter(|(_, forms)| !forms.is_empty()).collect();
            let lines = overview(&all);
            let example = if theirs(&crate::verify::SPEC).is_empty() { "我的" } else { "核实" };
            Ok(format!("您可以用这些命令:\n{}\n想看一个命令怎么用:/帮助 {example}", lines.join("\n")))
        }
        Some(word) => {
            let folded = fold(word);
            let (name, part) = folded.trim_start_matches('/').split_once(char::is_whitespace).unwrap_or((folded.trim_start_matches('/'), ""));
            let part = part.trim();
            let known: Vec<&'static Spec> = SPECS.iter().copied().filter(|spec| !theirs(spec).is_empty()).collect();
            match known.iter().find(|spec| spec.name == name) {
                Some(spec) => {
                    let mut forms = theirs(spec);
                    let (plain, others): (Vec<&Form>, Vec<&Form>) = forms.iter().copied().partition(|form| form.subcommand.is_none());
                    if forms.iter().any(|form| form.subcommand == Some(part)) {
                        forms.retain(|form| form.subcommand == Some(part));
                    } else if !plain.is_empty() {
                        // what is said with nothing behind it is meant; the others are named
                        let others = others.into_iter().map(|form| format!("另有 {}", line(form)));
                        return Ok(plain.into_iter().map(explain).chain(others).collect::<Vec<_>>().join("\n"));
                    }
                    Ok(forms.into_iter().map(explain).collect::<Vec<_>>().join("\n\n"))
                }
                None => {
                    let hint = nearest(name, known.iter().map(|spec| spec.name)).map(|near| format!("是不是想看 /帮助 {near}?")).unwrap_or_default();
                    Err(Complaint::new(format!("没有您可以用的命令「{}」。{hint}用 /帮助 看全部命令。", excerpt(name))))
                }
            }
        }
    }
}

/// Lines that a screen shows at once.
const SCREEN: usize = 20;

/// `(只在终端)`, where that is so.
fn place(form: &Form) -> &'static str {
    if form.allowed.at_terminal { "(只在终端)" } else { "" }
}

/// `/预警 认领  由我来办这条预警`
fn line(form: &Form) -> String {
    format!("{}  {}{}", form.title(), form.summary, place(form))
}

/// A line a form; where that would not fit a screen, with the sentences around it, a line a command.
fn overview(all: &[(&Spec, Vec<&Form>)]) -> Vec<String> {
    let each = all.iter().flat_map(|(_, forms)| forms).map(|form| line(form));
    let lines: Vec<String> = each.collect();
    if lines.len() + 2 > SCREEN { all.iter().map(|(spec, forms)| together(spec, forms)).collect() } else { lines }
}

/// `/预警 列表|详情|认领  查看、认领预警`: these forms of a command in one line.
fn together(spec: &Spec, forms: &[&Form]) -> String {
    if let [form] = forms {
        return line(form);
    }
    let words: Vec<String> = forms.iter().filter_map(|form| Some(format!("{}{}", form.subcommand?, place(form)))).collect();
    let words = words.join("|");
    match forms.iter().any(|form| form.subcommand.is_none()) {
        true => format!("/{} [{words}]  {}", spec.name, spec.summary),
        false => format!("/{} {words}  {}", spec.name, spec.summary),
    }
}

fn explain(form: &Form) -> String {
    let params = form.params.iter().map(|param| {
        let choices = match param.kind.choices() {
            [] => String::new(),
            words if param.about.contains(words.last().copied().unwrap_or_default()) => String::new(),
            words => format!(":{}", words.join(" | ")),
        };
        format!("  {}{} — {}{choices}", param.name, if param.required { "" } else { "(可不写)" }, param.about)
    });
    let head = format!("{}\n用法:{}", line(form), form.usage());
    std::iter::once(head).chain(params).chain(std::iter::once(format!("例如:{}", form.example))).collect::<Vec<_>>().join("\n")
}

/// The README's table of commands, in Markdown, with a line end after each row.
pub fn table_markdown() -> String {
    let rows = SPECS.iter().flat_map(|spec| spec.forms).map(|form| format!("| `{}` | {} | {} |\n", form.usage(), form.summary, form.allowed));
    std::iter::once("| 命令 | 用途 | 谁可以用(权限) |\n| --- | --- | --- |\n".to_owned()).chain(rows).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_the_asker_may_say() {
        let clerk = help(&[Permission::Query, Permission::Handle], Some(SectionKind::Business), None).unwrap();
        assert!(clerk.contains("/核实") && clerk.contains("办结"), "{clerk}");
        assert!(!clerk.contains("/月报"), "{clerk}");
        assert!(clerk.lines().count() <= 24, "fits a screen");
        let reader = help(&[Permission::Query], Some(SectionKind::Supervision), Some("/预警")).unwrap();
        assert!(reader.contains("/预警 详情 编号") && !reader.contains("认领 编号"), "{reader}");
        assert!(help(&[Permission::Summarise], Some(SectionKind::Agriculture), Some("月报")).unwrap().contains("用法:/月报 汇总 [月份]"));
    }

    #[test]
    fn what_would_not_fit_a_screen_is_a_line_a_command() {
        let five = (&crate::warning::SPEC, crate::warning::SPEC.forms.iter().copied().take(5).collect::<Vec<&Form>>());
        assert_eq!(overview(&vec![five.clone(); 3]).len(), 15);
        assert_eq!(overview(&vec![five; 4]), vec!["/预警 列表|详情|认领|转办|办结  查看、认领、转办预警,办结警铃"; 4]);
        let forms: Vec<&Form> = crate::warning::SPEC.forms.iter().copied().take(2).chain([&crate::log::SHOW]).collect();
        assert_eq!(together(&crate::warning::SPEC, &forms), "/预警 列表|详情|查看(只在终端)  查看、认领、转办预警,办结警铃");
        let forms = [&crate::verify::VERIFY, &crate::warning::CLAIM, &crate::warning::SHOW];
        assert_eq!(together(&crate::verify::SPEC, &forms), "/核实 [认领|详情]  填写黄灯的核实情况:正常转绿灯,违规转红灯");
        assert_eq!(together(&crate::log::SPEC, &[&crate::log::SHOW]), "/记录 查看  看一条记录的全文(只在终端)");
        let shown = help(&[Permission::Query], Some(SectionKind::Treasury), Some("记录 查看")).unwrap();
        assert!(shown.starts_with("/记录 查看  看一条记录的全文(只在终端)\n用法:"), "{shown}");
    }

    #[test]
    fn one_form_of_a_command() {
        let text = help(&[Permission::Query], Some(SectionKind::Treasury), Some("/预警 详情")).unwrap();
        assert!(text.starts_with("/预警 详情  ") && !text.contains("/预警 列表"), "{text}");
        let said = crate::parse("/帮助 预警 详情", chrono::NaiveDate::default()).unwrap();
        assert_eq!(said, Command::Help(Help { topic: crate::parse("/帮助 \"预警 详情\"", chrono::NaiveDate::default()).ok().and_then(topic) }));
        assert!(crate::parse("/帮助 预警 乱写", chrono::NaiveDate::default()).is_err());
    }

    fn topic(command: Command) -> Option<Text> {
        if let Command::Help(help) = command { help.topic } else { None }
    }

    #[test]
    fn the_example_is_one_they_may_ask_for() {
        assert!(help(&[], Some(SectionKind::InfoCenter), None).unwrap().ends_with("/帮助 我的"));
        assert!(help(&[Permission::Handle], Some(SectionKind::Budget), None).unwrap().ends_with("/帮助 核实"));
    }

    #[test]
    fn what_is_not_theirs_does_not_exist() {
        let refused = help(&[Permission::Query], Some(SectionKind::Treasury), Some("月报")).unwrap_err().to_string();
        assert_eq!(refused, "没有您可以用的命令「月报」。用 /帮助 看全部命令。");
        let near = help(&[Permission::Handle], Some(SectionKind::Treasury), Some("核石")).unwrap_err().to_string();
        assert_eq!(near, "没有您可以用的命令「核石」。是不是想看 /帮助 核实?用 /帮助 看全部命令。");
    }

    #[test]
    fn one_command_in_detail() {
        let text = help(&[Permission::Handle], Some(SectionKind::Treasury), Some("核实")).unwrap();
        assert!(text.contains("  方式 — 一项或几项,用顿号隔开:电话核实 | 调阅材料 | 约谈走访 | 其他\n"), "{text}");
        assert!(text.contains("  整改期限(可不写) — 最晚哪天纠正(违规要写)\n"), "{text}");
        assert!(text.lines().count() <= 24, "fits a screen");
        assert!(
            text.ends_with("\n另有 /核实 导出  把要核实的黄灯写成表格,一行一条,供批量填写\n另有 /核实 批量  按填好的表格逐行核实:正常转绿灯,违规转红灯"),
            "{text}"
        );
        let batch = help(&[Permission::Handle], Some(SectionKind::Treasury), Some("核实 批量")).unwrap();
        assert!(batch.starts_with("/核实 批量  ") && !batch.contains("另有"), "{batch}");
    }

    #[test]
    fn the_table_has_a_row_a_form() {
        let table = table_markdown();
        assert!(table.contains("| `/预警 办结 编号 说明` | 业务已经办好,把警铃办结 | 处置 |\n"), "{table}");
        assert!(table.contains("| `/月报 汇总 [月份]` | 汇总一个月的预警处理情况,不写月份就是本月 | 汇总(限农业股) |\n"), "{table}");
        assert_eq!(table.lines().count(), 2 + SPECS.iter().map(|spec| spec.forms.len()).sum::<usize>());
    }
}
