//! Mappings (列的对照): which column of a file fills which field of which event, and how its cells are read. One TOML file each.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use super::kind::Kind;
use super::reading::How;
use super::target::Target;
use crate::domain::text::normalise;

/// A checked mapping: it names an event type that exists, and only fields that this type has.
#[derive(Debug, Clone)]
pub struct Mapping {
    /// The file it came from, without `.toml`.
    pub name: String,
    pub kind: Kind,
    /// Under which source its events are entered: the same as the machines' of this kind, for a voucher belongs to its source.
    pub source: String,
    pub target: Target,
    pub columns: Vec<Column>,
    /// What a field takes where the row says nothing.
    pub defaults: BTreeMap<String, String>,
    /// Field that takes the year of another one where neither row nor default says it.
    pub year_of: BTreeMap<String, String>,
    /// Field that counts the rows where they have no number of their own.
    pub numbered: Option<String>,
}

/// How one field is filled from the rows.
#[derive(Debug, Clone)]
pub struct Column {
    pub field: String,
    /// Spellings of the title, the usual one first.
    pub titles: Vec<String>,
    /// The file is not taken without it, though the event would be.
    pub required: bool,
    pub how: How,
    /// Word of the event → what files write for it.
    pub words: BTreeMap<String, Vec<String>>,
}

/// As it is written. What is not known is gathered, so that all of it can be told.
#[derive(Debug, Deserialize)]
struct Written {
    kind: Option<String>,
    event: Option<String>,
    source: Option<String>,
    numbered: Option<String>,
    #[serde(default)]
    columns: BTreeMap<String, WrittenColumn>,
    #[serde(default)]
    defaults: BTreeMap<String, String>,
    #[serde(default)]
    year_of: BTreeMap<String, String>,
    #[serde(flatten)]
    others: BTreeMap<String, toml::Value>,
}

#[derive(Debug, Deserialize)]
struct WrittenColumn {
    #[serde(default)]
    titles: Vec<String>,
    #[serde(default)]
    required: bool,
    read: Option<String>,
    #[serde(default)]
    words: BTreeMap<String, Vec<String>>,
    #[serde(flatten)]
    others: BTreeMap<String, toml::Value>,
}

impl Mapping {
    /// Reads and checks a mapping. Every fault there is, in sentences.
    pub fn parse(name: &str, text: &str) -> Result<Mapping, Vec<String>> {
        let written: Written = toml::from_str(text).map_err(|e| {
            let line = e.span().and_then(|span| text.get(..span.start)).map_or(1, |before| before.matches('\n').count() + 1);
            vec![format!("第 {line} 行写法不对。每一列写成 字段 = {{ titles = [\"标题\"], read = \"text\" }},文字都要加引号。")]
        })?;
        let mut faults = Vec::new();
        faults.extend(written.others.keys().map(|key| format!("不认识 {key}。可用: kind event source numbered columns defaults year_of。")));
        let kind = written.kind.as_deref().unwrap_or("").parse::<Kind>().map_err(|e| faults.push(format!("kind: {e}。"))).ok();
        let target = Target::named(written.event.as_deref().unwrap_or(""));
        if target.is_none() {
            faults.push("event: 没有这个事件类型,请对照 /openapi.json,例如 payment.paid。".to_owned());
        }
        let source = written.source.unwrap_or_default();
        if !is_source(&source) {
            faults.push("source: 应为 1 到 32 个小写英文、数字或下划线,例如 treasury。".to_owned());
        }
        if written.columns.is_empty() {
            faults.push("没有写任何一列。请在 [columns] 下写 字段 = { titles = [\"标题\"] }。".to_owned());
        }
        let mut columns = Vec::new();
        let mut titles = BTreeMap::new();
        for (field, column) in written.columns {
            columns.push(check_column(field, column, &mut titles, &mut faults));
        }
        if let Some(target) = &target {
            let named = columns.iter().map(|c| &c.field).chain(written.defaults.keys()).chain(written.year_of.keys()).chain(&written.numbered);
            let unknown: BTreeSet<&String> = named.filter(|field| !target.has(field)).collect();
            faults.extend(unknown.into_iter().map(|field| target.unknown(field)));
            let filled = |field: &str| {
                columns.iter().any(|c| c.field == field)
                    || written.defaults.contains_key(field)
                    || written.year_of.contains_key(field)
                    || written.numbered.as_deref() == Some(field)
            };
            let missing = target.required().filter(|field| !filled(field));
            faults.extend(missing.map(|field| format!("缺少必须填写的字段 {field}({}):请给它写一列或一个默认值。", target.title(field))));
        }
        for (field, from) in &written.year_of {
            let dated = columns.iter().any(|c| &c.field == from && matches!(c.how, How::Date | How::Time | How::Month));
            if !dated {
                faults.push(format!("year_of: {field} 要从 {from} 取年份,但没有按 date、time 或 month 读的 {from} 列。"));
            }
        }
        match (kind, target) {
            (Some(kind), Some(target)) if faults.is_empty() => Ok(Mapping {
                name: name.to_owned(),
                kind,
                source,
                target,
                columns,
                defaults: written.defaults,
                year_of: written.year_of,
                numbered: written.numbered,
            }),
            (Some(_) | None, _) => Err(faults),
        }
    }
}

fn check_column(field: String, column: WrittenColumn, titles: &mut BTreeMap<String, String>, faults: &mut Vec<String>) -> Column {
    let WrittenColumn { titles: spellings, required, read, words, others } = column;
    faults.extend(others.keys().map(|key| format!("{field}: 不认识 {key}。可用: titles required read words。")));
    if spellings.iter().all(|title| normalise(title).is_empty()) {
        faults.push(format!("{field}: 没有写标题。请写 titles = [\"标题\"]。"));
    }
    for title in &spellings {
        match titles.insert(normalise(title), field.clone()) {
            Some(other) if other == field => faults.push(format!("{field}: 标题 {title} 写了两次。")),
            Some(other) => faults.push(format!("标题 {title} 同时给了 {other} 和 {field}。一个标题只能给一个字段。")),
            None => {}
        }
    }
    let read = read.as_deref().unwrap_or("text");
    let how = How::named(read).unwrap_or_else(|| {
        faults.push(format!("{field}: 不认识读法 {read}。可用: {}。", How::ALL.map(|(name, _)| name).join(" ")));
        How::Text
    });
    if how == How::Choice && words.is_empty() {
        faults.push(format!("{field}: read = \"choice\" 要写 words = {{ \"接口的词\" = [\"文件里的写法\"] }}。"));
    }
    Column { field, titles: spellings, required, how, words }
}

/// As `[[sources]]` has it.
pub fn is_source(name: &str) -> bool {
    (1..=32).contains(&name.len()) && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_faults_of_a_mapping_are_told_at_once() {
        let text = r#"
            kind = "payment"
            event = "payment.paid"
            sheet = "明细"
            [columns]
            voucher_no = { titles = [] }
            amonut = { titles = ["金额"], read = "cash" }
            amount = { titles = ["金额"], unit = "万元" }
            kind = { titles = ["类型"], read = "choice" }
            [year_of]
            fiscal_year = "paid_at"
        "#;
        insta::assert_snapshot!(Mapping::parse("x", text).unwrap_err().join("\n"), @r#"
        不认识 sheet。可用: kind event source numbered columns defaults year_of。
        kind: 没有这个种类。可用: allocations(指标) payments(支付) disbursements(发放明细) beneficiaries(建档立卡名册) payroll(财政供养人员) projects(项目库) standards(补助标准) performance(绩效) holidays(节假日)。
        source: 应为 1 到 32 个小写英文、数字或下划线,例如 treasury。
        amonut: 不认识读法 cash。可用: text code money number count year month date time flag choice。
        amount: 不认识 unit。可用: titles required read words。
        标题 金额 同时给了 amonut 和 amount。一个标题只能给一个字段。
        kind: read = "choice" 要写 words = { "接口的词" = ["文件里的写法"] }。
        voucher_no: 没有写标题。请写 titles = ["标题"]。
        事件 payment.paid 没有字段 amonut,是不是想写 amount?
        缺少必须填写的字段 paid_at(支付时间):请给它写一列或一个默认值。
        year_of: fiscal_year 要从 paid_at 取年份,但没有按 date、time 或 month 读的 paid_at 列。
        "#);
        let nothing = Mapping::parse("x", "kind = \"payments\"\nevent = \"payment.payed\"\nsource = \"treasury\"").unwrap_err();
        assert_eq!(
            nothing,
            ["event: 没有这个事件类型,请对照 /openapi.json,例如 payment.paid。", "没有写任何一列。请在 [columns] 下写 字段 = { titles = [\"标题\"] }。"]
        );
        let broken = Mapping::parse("x", "kind = \"payments\"\nevent = ").unwrap_err();
        assert_eq!(broken, ["第 2 行写法不对。每一列写成 字段 = { titles = [\"标题\"], read = \"text\" },文字都要加引号。"]);
    }
}
