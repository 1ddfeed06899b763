//! `/预警 详情`: one warning, what waits on it, who helps, how it came to where it stands, and what comes next.

use chrono::NaiveDate;
use commands::WarningNo;

use super::known::{Known, unknown};
use super::moves::stored_no;
use super::warning::line;
use super::{Actor, Declined, Desk, Reply, section_name};
use crate::chat;
use crate::delivery::card::{mention, no, said, sign, terms};
use crate::delivery::why;
use crate::domain::{ChatSafe, DocNo, Level, TownName, VoucherNo, WarningState};
use crate::store::bell;
use crate::store::proposal::{self, Proposal, Status};
use crate::store::reveal;
use crate::store::slip::{self, Slip};
use crate::store::staff::{self, Staff};
use crate::store::transition::{self, Transition};
use crate::store::warning::Warning;

/// Moves that a message has room for: the latest.
const MOVES: usize = 15;

pub(super) async fn show(desk: &Desk, actor: &Actor, number: WarningNo) -> Result<Reply, Declined> {
    let number = stored_no(number);
    let settings = &desk.orders.settings;
    let known = Known::get(&desk.store, number).await?.filter(|known| known.is_open_to(&actor.staff, settings));
    let Known { warning: w, helpers } = known.ok_or_else(|| unknown(number))?;
    let people = staff::all(&desk.store).await?;
    let proposals = proposal::of(&desk.store, number).await?;
    let mut lines = vec![line(desk, &w), chat!("   {}", about(&w))];
    lines.push(chat!("   经办 {}", who(&people, w.handler)));
    if !helpers.is_empty() {
        lines.push(chat!("   配合 {}", ChatSafe::list(helpers.iter().map(|code| section_name(settings, code)))));
    }
    if w.urged > 0 {
        lines.push(chat!("   已督办 {} 次", w.urged));
    }
    if let Some(parent) = w.parent {
        lines.push(chat!("   同一事项此前的预警:{}", no(parent)));
    }
    lines.extend(proposals.iter().map(|proposal| proposed(&people, proposal)));
    lines.extend(history(&people, &transition::of(&desk.store, number).await?, w.due_on));
    lines.extend(slips(&people, &slip::of(&desk.store, number).await?));
    for (_, gone) in bell::gone(&desk.store, number).await?.iter().filter(|_| w.state == WarningState::BellDone && w.closed_by.is_none()) {
        lines.push(chat!("   原因消除:{}", why::gone(gone)));
    }
    let seen = reveal::count(&desk.store, number).await?;
    if seen > 0 {
        lines.push(chat!("   全文查看 {} 次", seen));
    }
    let waits = proposals.iter().any(|proposal| proposal.status == Status::Waiting);
    lines.extend(next(&w, waits));
    Ok(ChatSafe::lines(lines).into())
}

fn who(people: &[Staff], id: Option<i64>) -> ChatSafe {
    mention(staff::named(people, id).as_ref())
}

fn about(w: &Warning) -> ChatSafe {
    let mut about = Vec::new();
    about.extend(w.town.as_deref().map(|town| chat!("乡镇 {}", said(TownName::new(town)))));
    about.extend(w.voucher_no.as_deref().map(|no| chat!("凭证 {}", said(VoucherNo::new(no)))));
    about.extend(w.doc_no.as_deref().map(|no| chat!("文号 {}", DocNo::new(no))));
    about.extend(w.business_date.map(|date: NaiveDate| chat!("日期 {}", date)));
    about.push(chat!("共 {} 条", w.items));
    if w.backlog {
        about.push(chat!("存量"));
    }
    ChatSafe::list(about)
}

/// `收回资金 12,800.00 元:待审批(@张敏 11-23 10:00 提请)`.
fn proposed(people: &[Staff], proposal: &Proposal) -> ChatSafe {
    let by = match (proposal.settled_by, proposal.settled_at) {
        (Some(by), Some(at)) => chat!("{} {}", who(people, Some(by)), at),
        (Some(_) | None, _) => chat!("{} {} 提请", who(people, Some(proposal.proposed_by)), proposal.proposed_at),
    };
    chat!("   {}:{}({})", terms(&proposal.terms), ChatSafe::fixed(proposal.status.name()), by)
}

fn history(people: &[Staff], moves: &[Transition], due_on: NaiveDate) -> Vec<ChatSafe> {
    let left_out = moves.len().saturating_sub(MOVES);
    let earlier = (left_out > 0).then(|| chat!("   (更早的 {} 条从略)", left_out));
    let told = moves.iter().enumerate().skip(left_out).map(|(place, t)| {
        let who = t.actor.map(|actor| chat!("  {}", who(people, Some(actor)))).unwrap_or_default();
        // what a later move found is what this one left
        let left = || moves.iter().skip(place + 1).find_map(|later| later.due_on).unwrap_or(due_on);
        let due = t.due_on.map(|before| (before, left())).filter(|(before, after)| before != after && t.to.0.is_open());
        let due = due.map(|(before, after)| chat!("  期限 {}→{}", before, after)).unwrap_or_default();
        chat!("   {} {}({} {}){}{}", t.at, ChatSafe::fixed(t.how.name()), sign(t.to.0.light()), t.to.0, who, due)
    });
    earlier.into_iter().chain(told).collect()
}

/// Which slips there are, and which corrects which; what they say is for the terminal.
fn slips(people: &[Staff], slips: &[Slip]) -> Option<ChatSafe> {
    let left_out = slips.len().saturating_sub(MOVES);
    let each = slips.iter().skip(left_out).map(|slip| {
        let corrects = slip.corrects.map(|n| chat!(",更正第 {} 张", n)).unwrap_or_default();
        chat!("第 {} 张({} {}{})", slip.n, slip.at, who(people, Some(slip.actor)), corrects)
    });
    (!slips.is_empty()).then(|| chat!("   处理单 {}", ChatSafe::list(each)))
}

fn next(w: &Warning, waits: bool) -> Option<ChatSafe> {
    Some(match (w.state.open_level()?, waits) {
        (Level::Bell, _) => chat!("下一步:办好业务后用 /预警 办结 {} 填写。", no(w.no)),
        (Level::Yellow, _) => chat!("下一步:核实后用 /核实 {} 填写。", no(w.no)),
        (Level::Red, false) => chat!("下一步:督促纠正后用 /纠正 {} 填写。", no(w.no)),
        (Level::Red, true) => chat!("下一步:等审批(/审批 同意 {});督促纠正后用 /纠正 {} 填写。", no(w.no), no(w.no)),
    })
}
