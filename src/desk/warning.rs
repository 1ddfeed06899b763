//! `/预警 列表|详情|认领|办结`; 转办 has a file of its own.

use chrono::NaiveDate;
use commands::{List, Page, Standing, WarningNo};

use super::moves::{Plan, stored_no};
use super::{Actor, Declined, Desk, Reply, now, section_called, section_name};
use crate::chat;
use crate::delivery::card::{Occasion, mention, no, said, sign};
use crate::domain::{ChatSafe, DocNo, Level, RuleCode, RuleName, Step, TownName, VoucherNo};
use crate::store::reveal;
use crate::store::staff;
use crate::store::transition::{self, Move};
use crate::store::warning::{self as stored, Filter, Warning};

/// As many as fit a message.
const MOST: i64 = 15;

pub(super) fn claim() -> Plan {
    Plan { step: Step::Claim, how: Move::Claimed, occasion: Occasion::Claimed, slip: None, due_on: None, to: None }
}

pub(super) fn finish() -> Plan {
    Plan { step: Step::Finish, how: Move::Finished, occasion: Occasion::Closed, slip: Some("办结"), due_on: None, to: None }
}

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

fn unpublished(desk: &Desk, w: &Warning) -> ChatSafe {
    desk.orders.calendar.unpublished(w.due_on).map(|year| chat!("({}年放假安排未公布,按周一至周五计算)", i64::from(year))).unwrap_or_default()
}

/// The same for a number that is none, and for one that is not the asker's to know.
pub(super) fn unknown(number: i64) -> ChatSafe {
    chat!("没有 {} 这条预警,或者它不归您所在的股室。用 /预警 列表 查看。", no(number))
}

/// One warning with its history.
pub(super) async fn show(desk: &Desk, actor: &Actor, number: WarningNo) -> Result<Reply, Declined> {
    let number = stored_no(number);
    let found = stored::get(&desk.store, number).await?.filter(|w| actor.may_read(&w.section));
    let w = found.ok_or_else(|| unknown(number))?;
    let people = staff::all(&desk.store).await?;
    let person = |id: Option<i64>| staff::named(&people, id);
    let mut lines = vec![line(desk, &w)];
    let mut about = Vec::new();
    about.extend(w.town.as_deref().map(|town| chat!("乡镇 {}", said(TownName::new(town)))));
    about.extend(w.voucher_no.as_deref().map(|no| chat!("凭证 {}", said(VoucherNo::new(no)))));
    about.extend(w.doc_no.as_deref().map(|no| chat!("文号 {}", DocNo::new(no))));
    about.extend(w.business_date.map(|date: NaiveDate| chat!("日期 {}", date)));
    about.push(chat!("共 {} 条", w.items));
    if w.backlog {
        about.push(chat!("存量"));
    }
    lines.push(chat!("   {}", ChatSafe::list(about)));
    lines.push(chat!("   经办 {}", mention(person(w.handler).as_ref())));
    if let Some(parent) = w.parent {
        lines.push(chat!("   同一事项此前的预警:{}", no(parent)));
    }
    let history = transition::of(&desk.store, number).await?;
    for (place, t) in history.iter().enumerate() {
        let who = person(t.actor).map(|who| chat!("  {}", mention(Some(&who)))).unwrap_or_default();
        // what a later move found is what this one left
        let left = || history.iter().skip(place + 1).find_map(|later| later.due_on).unwrap_or(w.due_on);
        let due = t.due_on.map(|before| (before, left())).filter(|(before, after)| before != after && t.to.0.is_open());
        let due = due.map(|(before, after)| chat!("  期限 {}→{}", before, after)).unwrap_or_default();
        lines.push(chat!("   {} {}({} {}){}{}", t.at, how(t.how), sign(t.to.0.light()), t.to.0, who, due));
    }
    let seen = reveal::count(&desk.store, number).await?;
    if seen > 0 {
        lines.push(chat!("   全文查看 {} 次", seen));
    }
    if w.state.is_open() {
        lines.push(match w.state.open_level() {
            Some(Level::Bell) => chat!("下一步:办好业务后用 /预警 办结 {} 填写。", no(number)),
            Some(Level::Yellow) => chat!("下一步:核实后用 /核实 {} 填写。", no(number)),
            Some(Level::Red) | None => chat!("下一步:督促纠正后用 /纠正 {} 填写。", no(number)),
        });
    }
    Ok(ChatSafe::lines(lines).into())
}

pub(super) fn how(how: Move) -> ChatSafe {
    match how {
        Move::Fired => chat!("触发"),
        Move::Rose => chat!("升级"),
        Move::Claimed => chat!("认领"),
        Move::Assigned => chat!("转办"),
        Move::Reassigned => chat!("改派"),
        Move::Finished => chat!("办结"),
        Move::VerifiedNormal => chat!("核实为正常"),
        Move::VerifiedViolation => chat!("核实为违规"),
        Move::Corrected => chat!("纠正"),
        Move::Reversed => chat!("所涉支付有退款、更正或撤销"),
        Move::Ceased => chat!("原因已消除,自动办结"),
        Move::StoodIn => chat!("转由代理人代办"),
        Move::HandedBack => chat!("代办结束,交回"),
        Move::Paused => chat!("暂停计时"),
        Move::Resumed => chat!("恢复计时"),
        Move::Recounted => chat!("按新的放假安排重新计算期限"),
        Move::Rerouted => chat!("改派"),
    }
}
