//! `/预警 列表`; the other forms have files of their own.

use commands::{List, Page, Standing};

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
        with_listed: true,
        overdue_on: (list.standing == Standing::Overdue).then_some(today),
        level: list.level.map(level),
        skip: list.page.skips(MOST),
    };
    let found = stored::list(&desk.store, &filter, MOST).await?;
    let total = stored::count(&desk.store, &filter).await?;
    if total == 0 {
        return Ok(chat!("没有符合条件的预警。").into());
    }
    let mut lines: Vec<ChatSafe> = found.iter().map(|warning| line(desk, warning)).collect();
    lines.push(if total > MOST || !list.page.is_first() {
        chat!("{}可加 级别=红灯、状态=超期、股室=… 缩小范围。", pages(list.page, total, MOST))
    } else {
        chat!("共 {} 条。", total)
    });
    Ok(ChatSafe::lines(lines).into())
}

/// Where a page of a list stands.
pub(super) fn pages(page: Page, total: i64, a_page: i64) -> ChatSafe {
    let (number, last) = (i64::from(page.number()), (total + a_page - 1) / a_page);
    if number < last {
        chat!("共 {} 条,第 {} 页,共 {} 页。看下一页请加 页={}。", total, number, last, number + 1)
    } else if number == last {
        chat!("共 {} 条,第 {} 页,共 {} 页。", total, number, last)
    } else {
        chat!("没有第 {} 页。共 {} 条,{} 页。", number, total, last)
    }
}

/// One line of a list.
pub(super) fn line(desk: &Desk, w: &Warning) -> ChatSafe {
    let amount = w.amount.map(|amount| chat!("  {} 元", amount)).unwrap_or_default();
    let due = if w.state.is_open() { chat!("  期限 {}{}", w.due_on, unpublished(desk, w)) } else { ChatSafe::default() };
    let name = said(RuleName::new(&w.rule_name));
    let section = section_name(&desk.orders.settings, &w.section);
    chat!("{} {} {}({})  {}{}{}  {}", sign(w.state.light()), no(w.no), name, said(RuleCode::new(&w.rule)), section, amount, due, w.state)
}

/// Says that a deadline was counted without the holidays of its year.
fn unpublished(desk: &Desk, w: &Warning) -> ChatSafe {
    desk.orders.calendar.unpublished(w.due_on).map(|year| chat!("({}年放假安排未公布,按周一至周五计算)", i64::from(year))).unwrap_or_default()
}
