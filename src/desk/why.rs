//! `/预警 依据`: what it takes to defend a warning before an auditor. In chat figures, codes and the rule's own words; at the bureau's own terminal every
//! record's comparisons in full, a 密文 still without its content (that is `/预警 全文`, which is journalled).

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use commands::WarningNo;

use super::known::{Known, unknown};
use super::moves::stored_no;
use super::warning::line;
use super::{Account, Actor, Declined, Desk, Reply, white_list};
use crate::chat;
use crate::delivery::card::{no, said, sign};
use crate::delivery::why;
use crate::domain::calendar::{local, local_date};
use crate::domain::{ChatSafe, FullDate, Light, RuleCode, WarningState};
use crate::rules::{Evidence, Rule};
use crate::store::bell::{self, Gone};
use crate::store::setting::{self, Version};
use crate::store::warning::{self, Item, Warning};
use crate::store::{journal, transition};

/// Records that a message has room for.
const RECORDS: usize = 8;
/// Records whose comparisons are told in full at the terminal.
const IN_FULL: usize = 200;

pub(super) async fn show(desk: &Desk, actor: &Actor, number: WarningNo) -> Result<Reply, Declined> {
    let number = stored_no(number);
    let known = Known::get(&desk.store, number).await?.filter(|known| known.is_open_to(&actor.staff, &desk.orders.settings));
    let w = known.ok_or_else(|| unknown(number))?.warning;
    let items = warning::items(&desk.store, number, i64::MAX).await?;
    let told = journal::times(&desk.store, &items.iter().map(|item| item.seq).collect::<Vec<_>>()).await?;
    let mut lines = vec![line(desk, &w)];
    lines.extend(rule(desk, &w).await?);
    let decisive = decisive(&items);
    let evidence = decisive.and_then(|item| serde_json::from_str::<Evidence>(&item.evidence).ok()).unwrap_or_default();
    if let Some(item) = decisive {
        lines.push(chat!("   {}{}的条件:{}", sign(Light::Lit(item.level)), item.level, why::rule_text(&evidence.condition)));
        lines.push(chat!("   逐项对照(第 {} 条记录,流水第 {} 条)", item.n, item.seq));
    }
    lines.extend(evidence.terms.iter().map(why::term));
    lines.extend(read(decisive, &evidence));
    lines.extend(records(&items, &told));
    lines.extend(dues(&desk.store, &w).await?);
    lines.extend(white_list::of_warning(desk, number).await?);
    let gone = bell::gone(&desk.store, number).await?;
    for (seq, gone) in gone.iter().filter(|_| w.state == WarningState::BellDone && w.closed_by.is_none()) {
        lines.push(chat!("   原因消除:{}(流水第 {} 条)", why::gone(gone), *seq));
    }
    if actor.account != Account::Console {
        lines.push(chat!("   各条记录的逐项对照在终端用 /预警 依据 {} 查看。", no(number)));
        return Ok(ChatSafe::lines(lines).into());
    }
    let mut text = lines.iter().map(ChatSafe::to_string).collect::<Vec<_>>().join("\n");
    items.iter().take(IN_FULL).for_each(|item| text.push_str(&in_full(item, &told)));
    if items.len() > IN_FULL {
        text.push_str(&format!("\n— 其余 {} 条从略,可用 jingling audit export 导出。", items.len() - IN_FULL));
    }
    gone.iter().for_each(|(seq, gone)| text.push_str(&no_more(*seq, gone)));
    Ok(Reply::Private(text))
}

/// The rule as it stood: this version is what the warning stands under, whatever came later.
async fn rule(desk: &Desk, w: &Warning) -> Result<Vec<ChatSafe>, Declined> {
    let versions = setting::versions(&desk.store, &w.rule).await?;
    let since = |version: &Version| FullDate(local_date(version.at));
    let own = versions.iter().find(|version| version.version == w.rule_version);
    let code = said(RuleCode::new(&w.rule));
    let mut lines = Vec::new();
    let in_force = own.map(|own| chat!(",{} 起施行", since(own))).unwrap_or_default();
    lines.push(match versions.last().filter(|latest| latest.version != w.rule_version) {
        Some(latest) => chat!(
            "   规则 {} 第 {} 版{};现为第 {} 版({} 起),本预警仍按当时的第 {} 版",
            code,
            w.rule_version,
            in_force,
            latest.version,
            since(latest),
            w.rule_version
        ),
        None => chat!("   规则 {} 第 {} 版{},至今未改", code, w.rule_version, in_force),
    });
    // a later program may read an old rule otherwise, or not at all: what is frozen with the warning stands all the same
    if let Some(rule) = own.and_then(|own| Rule::compile_for(&own.source, &desk.orders.settings.programme.function_codes).ok()) {
        lines.push(chat!("   分类 {}  预警处理人 {}", ChatSafe::fixed(rule.category.name()), why::rule_text(&rule.handler)));
        lines.push(chat!("   依据 {}", why::rule_text(&rule.basis)));
        lines.push(chat!("   范围 {}", why::rule_text(&rule.scope)));
        lines.push(chat!("   说明 {}", why::rule_text(&rule.description)));
    }
    Ok(lines)
}

/// The record by which the warning came to its highest level by itself.
fn decisive(items: &[Item]) -> Option<&Item> {
    let level = items.iter().map(|item| item.level).max()?;
    items.iter().find(|item| item.level == level)
}

/// Parameters, and the fields and facts that were read.
fn read(item: Option<&Item>, evidence: &Evidence) -> Vec<ChatSafe> {
    let entity = item.map(|item| item.entity);
    let of = |field: &str| entity.and_then(|entity| entity.fields().iter().find(|known| known.name == field)).map(|known| known.kind);
    let own = evidence.params.iter().map(|(_, value)| value.as_str()).collect::<Vec<_>>().join("、");
    let value = |name: &str, text: &str| match of(name) {
        _ if text == crate::rules::CIPHER => chat!("(密文)"),
        _ if text == crate::rules::NOTHING => chat!("(空)"),
        Some(crate::domain::Kind::Text) => why::words(name, text, &own),
        Some(_) | None => why::figure(text),
    };
    let listed = |pairs: &[(String, String)]| ChatSafe::list(pairs.iter().map(|(name, text)| chat!("{} {}", why::rule_text(name), value(name, text))));
    let mut lines = Vec::new();
    if !evidence.params.is_empty() {
        let params = evidence.params.iter().map(|(name, text)| chat!("{} {}", why::rule_text(name), why::rule_text(text)));
        lines.push(chat!("   参数 {}", ChatSafe::list(params)));
    }
    if !evidence.fields.is_empty() {
        lines.push(chat!("   字段 {}", listed(&evidence.fields)));
    }
    if !evidence.facts.is_empty() {
        lines.push(chat!("   事实 {}", listed(&evidence.facts)));
    }
    lines
}

/// Which entries of the journal lit it, and which came later.
fn records(items: &[Item], told: &BTreeMap<i64, DateTime<Utc>>) -> Vec<ChatSafe> {
    let left_out = items.len().saturating_sub(RECORDS);
    let each = items.iter().take(RECORDS).map(|item| {
        let at = told.get(&item.seq).map(|at| chat!(",{} 收到", *at)).unwrap_or_default();
        let part = if item.n == 1 { chat!("触发") } else { chat!("后续") };
        chat!("   记录 第 {} 条({}) {} {} 流水第 {} 条{}", item.n, part, ChatSafe::fixed(item.entity.name()), item.level, item.seq, at)
    });
    let more = (left_out > 0).then(|| chat!("   (另有 {} 条后续记录从略)", left_out));
    each.chain(more).collect()
}

/// The deadlines it has had, and that it has.
async fn dues(store: &crate::store::Store, w: &Warning) -> Result<Option<ChatSafe>, Declined> {
    let mut dues: Vec<_> = transition::of(store, w.no).await?.iter().filter_map(|moved| moved.due_on).collect();
    dues.push(w.due_on);
    dues.dedup();
    Ok(Some(chat!("   期限 {}", ChatSafe::list(dues.into_iter().map(|due| chat!("{}", FullDate(due)))))))
}

/// One record with everything that was read of it.
fn in_full(item: &Item, told: &BTreeMap<i64, DateTime<Utc>>) -> String {
    let at = told.get(&item.seq).map(|at| local(*at).format(" %Y-%m-%d %H:%M").to_string()).unwrap_or_default();
    let mut text =
        format!("\n— 第 {} 条 {} {} {} 第 {} 版 流水第 {} 条{at}", item.n, item.entity.name(), item.key, item.level.name(), item.record_version, item.seq);
    let Ok(evidence) = serde_json::from_str::<Evidence>(&item.evidence) else { return text };
    text.push_str(&format!("\n   条件 {}", evidence.condition));
    evidence.terms.iter().for_each(|term| text.push_str(&format!("\n   {term}")));
    for (name, pairs) in [("字段", &evidence.fields), ("事实", &evidence.facts), ("参数", &evidence.params)] {
        if !pairs.is_empty() {
            text.push_str(&format!("\n   {name} {}", pairs.iter().map(|(name, value)| format!("{name} {value}")).collect::<Vec<_>>().join("、")));
        }
    }
    text
}

fn no_more(seq: i64, gone: &Gone) -> String {
    match gone {
        Gone::TakenBack => format!("\n— 流水第 {seq} 条:所涉支付已全部退款、更正或撤销"),
        Gone::Unlit { condition, terms } => {
            let terms: String = terms.iter().map(|term| format!("\n   {term}")).collect();
            format!("\n— 流水第 {seq} 条起不再成立\n   条件 {condition}{terms}")
        }
    }
}
