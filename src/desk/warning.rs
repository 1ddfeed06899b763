//! `/预警 列表`; the other forms have files of their own.

use commands::{List, Standing};

use super::{Actor, Declined, Desk, Reply, now, section_called, section_name};
use crate::chat;
use crate::delivery::card::{no, said, sign};
use crate::domain::{ChatSafe, Level, RuleCode, RuleName};
use crate::store::warning::{self as stored, Filter, Warning};

/// As many as fit a message.
const MOST: i64 = 15;

const fn level(level: commands::Level) -> Level {
    match level {
        commands::Level::Bell => Level::Bell,
        commands::Level::Yellow => Level::Yellow,
        commands::Level::Red => Level::Red,
    }
}

/// Lists what the asker may see, by what burns.
pub(super) async fn list(desk: &Desk, actor: &Actor, list: &List) -> Result<Reply, Declined> {
    let (_, today) = now(desk);
    let named = list.section.as_ref().map(commands::Text::as_str);
    let settings = &desk.orders.settings;
    let asked = match named {
        None => None,
        Some(name) => Some(section_called(settings, name)?.code.clone()),
    };
    let reads_all = actor.reads_all();
    if asked.as_ref().is_some_and(|section| !actor.may_read(section)) {
        return Err(chat!("您只能查看本股室的预警。").into());
    }
    let filter = Filter {
        section: asked.or_else(|| (!reads_all).then(|| actor.staff.section.clone())),
        handler: None,
        open_only: list.standing == Standing::Open,
        overdue_on: (list.standing == Standing::Overdue).then_some(today),
        level: list.level.map(level),
    };
    let found = stored::list(&desk.store, &filter, MOST).await?;
    if found.is_empty() {
        return Ok(chat!("没有符合条件的预警。").into());
    }
    let total = stored::count(&desk.store, &filter).await?;
    let mut lines: Vec<ChatSafe> = found.iter().map(|warning| line(desk, warning)).collect();
    lines.push(if total > MOST {
        chat!("共 {} 条,以上是最急的 {} 条。可加 级别=红灯、状态=超期、股室=… 缩小范围。", total, MOST)
    } else {
        chat!("共 {} 条。", total)
    });
    Ok(ChatSafe::lines(lines).into())
}

/// One line of a list.
pub(super) fn line(desk: &Desk, w: &Warning) -> ChatSafe {
    let amount = w.amount.map(|amount| chat!("  {} 元", amount)).unwrap_or_default();
    let due = if w.state.is_open() { chat!("  期限 {}", w.due_on) } else { ChatSafe::default() };
    let name = said(RuleName::new(&w.rule_name));
    let section = section_name(&desk.orders.settings, &w.section);
    chat!("{} {} {}({})  {}{}{}  {}", sign(w.state.light()), no(w.no), name, said(RuleCode::new(&w.rule)), section, amount, due, w.state)
}
