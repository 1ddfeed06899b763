//! A command told again in words (复述), for whoever reads the journal later: `/预警 转办 编号=YJ2026-000123 交给=社保股 原因=…`.

use serde_json::Value;

use crate::access::{AccessKind, AccessState, Confirmation, Opinion};
use crate::countersign::Way;
use crate::ledger::{Flag, ScopeKind, Tier};
use crate::performance::Reviewed;
use crate::white_list::{SubjectKind, WithRed};
use crate::{Command, DataKind, FileFormat, InspectionKind, Level, LogKind, Method, Permission, ProposalKind, Standing, Verdict, ViolationKind};

/// Field → the word people read. What stands inside another field has a line of its own.
const LABELS: &[(&str, &str)] = &[
    ("warning", "编号"),
    ("about", "内容"),
    ("actor", "经办"),
    ("allocation", "指标"),
    ("amount", "金额"),
    ("at", "时间"),
    ("basis", "依据"),
    ("bytes", "字节"),
    ("change", "更改"),
    ("code", "代码"),
    ("confirmation", "结论"),
    ("content", "内容"),
    ("data", "数据"),
    ("date", "日期"),
    ("demand", "整改要求"),
    ("doc_no", "文号"),
    ("document", "文号"),
    ("documents", "材料"),
    ("due", "整改期限"),
    ("due_on", "期限"),
    ("email", "邮箱"),
    ("explanation", "其他说明"),
    ("facts", "情况"),
    ("file", "文件"),
    ("findings", "发现"),
    ("flag", "标识"),
    ("format", "格式"),
    ("from", "起始"),
    ("function", "功能分类"),
    ("fund_name", "资金名称"),
    ("id_no", "身份证号"),
    ("kind", "类型"),
    ("left", "外送"),
    ("level", "级别"),
    ("list", "材料"),
    ("method", "方式"),
    ("month", "月份"),
    ("name", "姓名"),
    ("key", "对象"),
    ("no", "编号"),
    ("note", "说明"),
    ("notice", "通报"),
    ("number", "电话"),
    ("on", "日期"),
    ("opinion", "意见"),
    ("page", "页"),
    ("parent_doc_no", "上级文号"),
    ("passed", "结论"),
    ("period", "期间"),
    ("permissions", "权限"),
    ("person", "人员"),
    ("phone", "联系电话"),
    ("position", "职务"),
    ("pressed", "督促"),
    ("project", "项目"),
    ("purpose", "用途"),
    ("reason", "原因"),
    ("receipts", "回执"),
    ("received_on", "收到日期"),
    ("recipient", "接收单位"),
    ("result", "结果"),
    ("rows", "行数"),
    ("rule", "规则"),
    ("section", "股室"),
    ("sections", "股室"),
    ("seq", "截至流水"),
    ("sha256", "校验值"),
    ("slip", "处理单"),
    ("staff", "人员"),
    ("stand_in", "代理"),
    ("standing", "状态"),
    ("state", "状态"),
    ("subject", "内容"),
    ("text", "内容"),
    ("tier", "级次"),
    ("time", "时间"),
    ("title", "标题"),
    ("to", "交给"),
    ("topic", "命令"),
    ("until", "至"),
    ("value", "内容"),
    ("verdict", "结论"),
    ("voucher", "凭证"),
    ("waits_for", "等待"),
    ("warnings", "预警"),
    ("way", "方式"),
    ("where", "地点"),
    ("whom", "对象"),
    ("with", "对象"),
    ("with_red", "红灯"),
    ("year", "年度"),
];

/// Lists that mean everything where nothing is named.
const ALL_IF_EMPTY: [&str; 1] = ["receipts"];

/// Fields that are not told again.
const HIDDEN: [&str; 3] = ["id_no", "key", "phone"];

/// The word that stands for a stored code.
fn word(code: &str) -> Option<&'static str> {
    macro_rules! of {
        ($($choice:ty),* $(,)?) => { [$(<$choice>::from_code(code).map(<$choice>::name)),*] };
    }
    let choices = of![
        Verdict,
        Method,
        ViolationKind,
        LogKind,
        ProposalKind,
        InspectionKind,
        Flag,
        Tier,
        ScopeKind,
        Reviewed,
        AccessKind,
        AccessState,
        Opinion,
        Confirmation,
        Permission,
        DataKind,
        FileFormat,
        Way,
        Level,
        Standing,
        SubjectKind,
        WithRed
    ];
    choices.into_iter().flatten().next()
}

/// What people read for a field; the field itself where nobody gave it a word.
fn label(field: &str) -> &str {
    LABELS.iter().find(|(known, _)| *known == field).map_or(field, |(_, word)| *word)
}

impl Command {
    /// Its form and its options, free text included.
    pub fn words(&self) -> String {
        let mut words = self.form().title();
        if let Ok(Value::Object(mut fields)) = serde_json::to_value(self) {
            fields.remove("command");
            // what it is about comes first
            for field in ["warning", "no"] {
                fields.remove(field).iter().for_each(|value| tell(&mut words, field, value));
            }
            fields.iter().for_each(|(field, value)| tell(&mut words, field, value));
        }
        words
    }
}

fn tell(words: &mut String, field: &str, value: &Value) {
    // what a person is known by stays in the sealed journal
    let hidden = HIDDEN.contains(&field);
    let mut say = |text: &str| words.push_str(&format!(" {}={text}", label(field)));
    match value {
        Value::Null => {}
        Value::String(_) if hidden => say("(已隐去)"),
        Value::Bool(flag) => say(if *flag { "是" } else { "否" }),
        Value::Number(number) => say(&number.to_string()),
        Value::String(text) => say(word(text).unwrap_or(text)),
        Value::Array(items) if items.is_empty() && ALL_IF_EMPTY.contains(&field) => say("全部"),
        Value::Array(items) if items.is_empty() => {}
        Value::Array(items) if items.iter().all(Value::is_string) => {
            say(&items.iter().filter_map(Value::as_str).map(|item| word(item).unwrap_or(item)).collect::<Vec<_>>().join("、"));
        }
        Value::Array(items) => items.iter().for_each(|item| tell(words, field, item)),
        Value::Object(fields) => fields.iter().for_each(|(field, value)| tell(words, field, value)),
    }
}

#[cfg(test)]
mod tests {
    use crate::SPECS;
    use crate::tests::said;

    #[test]
    fn what_was_typed_is_told_again() {
        for (line, words) in [
            ("/我的", "/我的"),
            ("/权限 开通 王小明 查询 身份证号=341525200303120019 电话=6020000", "/权限 开通 姓名=王小明 权限=查询 身份证号=(已隐去) 联系电话=(已隐去)"),
            ("/预警 认领 123", "/预警 认领 编号=YJ2026-000123"),
            ("/权限 撤销 王小明 原因=调离", "/权限 撤销 姓名=王小明 说明=调离"),
            ("/回执 签收 全部", "/回执 签收 回执=全部"),
            ("/回执 签收 7", "/回执 签收 回执=HZ2026-0007"),
            ("/预警 转办 7 社保股 原因=\"归 社保股\"", "/预警 转办 编号=YJ2026-000007 原因=归 社保股 交给=社保股"),
            (
                "/核实 7 违规 电话核实 重复 对象=甲 时间=10:30 违规类型=滞留闲置 整改要求=退 整改期限=今天",
                "/核实 方式=电话核实 日期=2026-11-23 时间=10:30:00 对象=甲 情况=重复 整改要求=退 整改期限=2026-11-23 类型=滞留闲置 结论=违规 编号=YJ2026-000007",
            ),
        ] {
            let (told, mut wanted) = (said(line).words(), words.split(' ').collect::<Vec<_>>());
            let mut told = told.split(' ').collect::<Vec<_>>();
            told.sort_unstable();
            wanted.sort_unstable();
            assert_eq!(told, wanted, "{line}");
        }
    }

    /// Whoever adds a command gives its fields words: an auditor reads no English.
    #[test]
    fn every_field_and_every_choice_has_a_word() {
        let mut bare = Vec::new();
        for form in SPECS.iter().flat_map(|spec| spec.forms) {
            for option in said(form.example).words().split(' ').skip(1) {
                let (field, value) = option.split_once('=').unwrap_or((option, ""));
                let code = |text: &&str| !text.is_empty() && text.chars().all(|c| c.is_ascii_lowercase() || c == '_');
                bare.extend([field, value].into_iter().filter(code).map(|text| format!("{} {text}", form.title())));
            }
        }
        assert_eq!(bare, [""; 0], "give these a word in LABELS, or their choices in word()");
    }
}
