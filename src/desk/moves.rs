//! Moves on a warning (处置): checked, journalled, applied and announced in one turn. Of two people pressing at once one wins, and the other is told by whom and when.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use commands::{Command, WarningNo};

use super::assign::{self, Assignee};
use super::deed::{Change, record, still};
use super::{Actor, Declined, Desk, Reply, correct, privacy, section_name, verify, warning};
use crate::chat;
use crate::delivery::card::{Occasion, mention, no};
use crate::domain::calendar::local_date;
use crate::domain::{ChatSafe, Refusal, Step, WarningState};
use crate::rules::{Evidence, Rule};
use crate::store::setting::OfficeSettings;
use crate::store::slip;
use crate::store::staff::{self, Staff};
use crate::store::transition::{self, Move, Transition};
use crate::store::warning::{self as stored, Warning};
use crate::store::{Entry, StoreError, Turn};
use crate::watch::announce::{Grounds, announce};
use crate::watch::{Moment, Orders};

/// What a command does to a warning.
pub(super) struct Plan {
    pub step: Step,
    pub how: Move,
    pub occasion: Occasion,
    /// The kind of slip that is filed, if one is.
    pub slip: Option<&'static str>,
    /// A deadline laid down by the person.
    pub due_on: Option<NaiveDate>,
    /// Who is to do it from now on; `None`: whoever moved it.
    pub to: Option<Assignee>,
}

/// The stored number of the one people write.
pub(super) fn stored_no(no: WarningNo) -> i64 {
    i64::from(no.year()) * 1_000_000 + i64::from(no.number())
}

/// None for commands that move nothing.
fn plan(command: &Command) -> Option<Plan> {
    match command {
        Command::Claim(_) => Some(warning::claim()),
        Command::Assign(_) => Some(assign::plan()),
        Command::Finish(_) => Some(warning::finish()),
        Command::Verify(slip) => Some(verify::plan(&slip.outcome)),
        Command::Correct(_) => Some(correct::plan()),
        Command::Help(_) | Command::Mine(_) | Command::List(_) | Command::Show(_) | Command::Summarise(_) | Command::Deliveries | Command::Bind(_) => None,
        Command::Ledger(_) | Command::Allocation(_) | Command::Payments(_) | Command::Performance(_) | Command::Quarantine(_) => None,
        Command::Log(_) | Command::Receipt(_) | Command::Notice(_) | Command::Lead(_) | Command::Matter(_) | Command::Inspection(_) => None,
        Command::Reveal(_) | Command::Export(_) | Command::Batch(_) | Command::Access(_) | Command::Countersign(_) => None,
        Command::Hold(_) | Command::Leave(_) => None,
    }
}

/// What was written, for the slip and the check of personal data.
fn texts(command: &Command) -> Vec<String> {
    match command {
        Command::Assign(assign) => assign::texts(assign),
        Command::Finish(finish) => vec![finish.note.as_str().to_owned()],
        Command::Verify(slip) => verify::texts(slip),
        Command::Correct(slip) => correct::texts(slip),
        Command::Claim(_)
        | Command::Help(_)
        | Command::Mine(_)
        | Command::List(_)
        | Command::Show(_)
        | Command::Summarise(_)
        | Command::Deliveries
        | Command::Bind(_)
        | Command::Batch(_)
        | Command::Log(_)
        | Command::Ledger(_)
        | Command::Allocation(_)
        | Command::Payments(_)
        | Command::Performance(_)
        | Command::Quarantine(_)
        | Command::Hold(_)
        | Command::Leave(_)
        | Command::Receipt(_)
        | Command::Notice(_)
        | Command::Lead(_)
        | Command::Matter(_)
        | Command::Inspection(_)
        | Command::Reveal(_)
        | Command::Export(_)
        | Command::Access(_)
        | Command::Countersign(_) => Vec::new(),
    }
}

/// Does a person's move, or says why it is not possible.
pub(super) async fn act(desk: &Desk, actor: &Actor, command: Command) -> Result<Reply, Declined> {
    let (Some(mut plan), Some(number)) = (plan(&command), command.warning()) else { return Ok(chat!("没有要办的事。").into()) };
    let number = stored_no(number);
    let texts = texts(&command);
    if let Some(refusal) = privacy::refuse_typed(&texts) {
        return Err(refusal.into());
    }
    let typed = privacy::pieces(&texts, &desk.store.keys);
    let mut turn = desk.store.turn().await?;
    let people = staff::all_in(&mut turn.tx, turn.office).await?;
    let found = stored::in_turn(&mut turn, number).await?;
    let before = open_to(desk, actor, &people, number, found, plan.step)?;
    let orders = desk.orders.as_of(&mut turn).await?;
    plan.to = assign::find(&command, &orders.settings, &people, &before)?;
    if let Some(refusal) = privacy::refuse_evidence(&mut turn, number, &typed).await? {
        return Err(refusal.into());
    }
    let person = still(&people, &orders, actor, &command)?;
    let after = moved(&before, person, desk.clock.now(), &orders, &plan)?;
    let entry = record(desk, &mut turn, actor, command.clone(), changes(&orders, &people, &before, &after, plan.how))?;
    let after = apply(&mut turn, &orders, &people, &entry, person, before, &command, &plan).await?;
    turn.commit().await?;
    Ok(done(&orders.settings, &people, &after, &plan).into())
}

/// The warning, if it is this person's to move so.
pub(super) fn open_to(desk: &Desk, actor: &Actor, people: &[Staff], number: i64, found: Option<Warning>, step: Step) -> Result<Warning, Declined> {
    let warning = found.filter(|w| actor.may_read(&w.section)).ok_or_else(|| warning::unknown(number))?;
    if warning.section != actor.staff.section && warning.handler != Some(actor.staff.id) {
        return Err(chat!("{} 由{}办理,您可以查看,不能代办。", no(number), section_name(&desk.orders.settings, &warning.section)).into());
    }
    match warning.state.after(step) {
        Ok(_) => Ok(warning),
        Err(refusal) => Err(explain(desk, people, &warning, refusal).into()),
    }
}

/// The same move on another copy.
pub(super) async fn replay(turn: &mut Turn, orders: &Orders, entry: &Entry, actor: i64, command: &Command) -> Result<(), StoreError> {
    let bad = |reason: &str| StoreError::BadEntry { seq: entry.seq, reason: reason.to_owned() };
    let (Some(mut plan), Some(number)) = (plan(command), command.warning()) else { return Ok(()) };
    let people = staff::all_in(&mut turn.tx, turn.office).await?;
    let person = people.iter().find(|person| person.id == actor).cloned().ok_or_else(|| bad("its actor is unknown"))?;
    let before = stored::in_turn(turn, stored_no(number)).await?.ok_or_else(|| bad("its warning is unknown"))?;
    plan.to = assign::find(command, &orders.settings, &people, &before).map_err(|_| bad("it was handed on to somebody unknown"))?;
    apply(turn, orders, &people, entry, &person, before, command, &plan).await.map(drop)
}

#[allow(clippy::too_many_arguments, reason = "the whole of one move, shared by the first time and the replay")]
async fn apply(
    turn: &mut Turn,
    orders: &Orders,
    people: &[Staff],
    entry: &Entry,
    actor: &Staff,
    before: Warning,
    command: &Command,
    plan: &Plan,
) -> Result<Warning, StoreError> {
    let bad = |reason: String| StoreError::BadEntry { seq: entry.seq, reason };
    let today = local_date(entry.at);
    let after = moved(&before, actor, entry.at, orders, plan)?;
    stored::write(&mut turn.tx, turn.office, std::slice::from_ref(&after)).await?;
    let moved = Transition {
        no: after.no,
        seq: entry.seq,
        at: entry.at,
        local_date: today,
        how: plan.how,
        from: Some((before.state, before.section.clone())),
        to: (after.state, after.section.clone()),
        due_on: Some(before.due_on),
        actor: Some(actor.id),
    };
    transition::write(&mut turn.tx, turn.office, &[moved]).await?;
    if let Some(kind) = plan.slip {
        let text = serde_json::to_string(command).map_err(|e| bad(e.to_string()))?;
        slip::file(turn, slip::Filing { seq: entry.seq, at: entry.at, actor: actor.id, kind }, &[(after.no, text)]).await?;
    }
    let rule = orders.rules.iter().find(|r| r.rule.code == after.rule).map(|r| std::sync::Arc::clone(&r.rule));
    let evidence = first_evidence(turn, after.no).await?;
    let grounds = Grounds { rule: rule.as_deref().map(|rule: &Rule| rule), evidence: evidence.as_ref(), payee: None };
    announce(turn, orders, people, &after, plan.occasion, grounds, Moment { seq: entry.seq, line: 1, at: entry.at }).await?;
    Ok(after)
}

/// The warning after the move.
pub(super) fn moved(before: &Warning, actor: &Staff, at: DateTime<Utc>, orders: &Orders, plan: &Plan) -> Result<Warning, StoreError> {
    let bad = |refusal: Refusal| StoreError::BadRow { table: "warning", id: before.no.to_string(), reason: refusal.to_string() };
    let state = before.state.after(plan.step).map_err(bad)?;
    let mut after = before.clone();
    after.state = state;
    after.row_version += 1;
    after.handler = Some(actor.id);
    if let Some(to) = &plan.to {
        (after.section, after.handler) = (to.section.clone(), Some(to.handler));
    }
    if let Some(due) = plan.due_on {
        after.due_on = due;
    } else if state.open_level() != before.state.open_level()
        && let Some(level) = state.open_level()
    {
        after.due_on = orders.due_on(local_date(at), level, &after.section);
    }
    if !state.is_open() {
        after.closed_at = Some(at);
        after.closed_by = Some(actor.id);
    }
    Ok(after)
}

/// What the move changes, for the journal.
fn changes(orders: &Orders, people: &[Staff], before: &Warning, after: &Warning, how: Move) -> Vec<Change> {
    let handler = |w: &Warning| staff::named(people, w.handler).map(|(_, name)| name).unwrap_or_default();
    let section = |w: &Warning| orders.settings.section_name(&w.section);
    let all = [
        Change::of("状态", before.state.name(), after.state.name()),
        Change::of("股室", section(before), section(after)),
        Change::of("经办", handler(before), handler(after)),
        Change::of("期限", before.due_on, after.due_on),
    ];
    let mut changed: Vec<Change> = all.into_iter().filter(|change| change.before != change.after).collect();
    // taken up by whoever had it already: nothing stands otherwise, but its history has one line more
    if changed.is_empty() {
        changed.push(Change::of("经过", "", warning::how(how)));
    }
    changed
}

async fn first_evidence(turn: &mut Turn, number: i64) -> Result<Option<Evidence>, StoreError> {
    let items = stored::items_of(&mut turn.tx, turn.office, &[number]).await?;
    let first: BTreeMap<i64, &str> = items.iter().map(|item| (item.n, item.evidence.as_str())).collect();
    Ok(first.values().next().and_then(|evidence| serde_json::from_str(evidence).ok()))
}

/// Why a move is not possible, in the words of the one who asks.
fn explain(desk: &Desk, people: &[Staff], warning: &Warning, refusal: Refusal) -> ChatSafe {
    let number = no(warning.no);
    match refusal {
        // nobody closed it: its cause is gone
        Refusal::Closed if warning.closed_by.is_none() => {
            let at = warning.closed_at.map(|at| chat!("({})", at)).unwrap_or_default();
            chat!("{} 的原因已消除,已自动办结{},无需再次办理。", number, at)
        }
        Refusal::Closed => {
            let section = section_name(&desk.orders.settings, &warning.section);
            let when = |at: DateTime<Utc>| chat!("{} ", at);
            let at = warning.closed_at.map(when).unwrap_or_default();
            chat!("{} 已由{}处理({}{}),无需再次办理。", number, section, at, warning.state)
        }
        Refusal::AlreadyClaimed => {
            let handler = staff::named(people, warning.handler);
            chat!("{} 已由 {} 认领,正在核实。核实后可直接用 /核实 填写。", number, mention(handler.as_ref()))
        }
        Refusal::BellNeedsFinish => chat!("{} 是警铃,不需要核实。业务办好后可用:/预警 办结。", number),
        Refusal::YellowNeedsVerify => chat!("{} 是黄灯,要先核实。可用:/核实(正常转绿灯,违规转红灯)。", number),
        Refusal::RedNeedsCorrection => chat!("{} 是红灯,不能直接核实为正常。可用:/纠正(已纠正转绿灯)。", number),
    }
}

fn done(settings: &OfficeSettings, people: &[Staff], after: &Warning, plan: &Plan) -> ChatSafe {
    let number = no(after.no);
    match plan.how {
        Move::Claimed => match after.state {
            WarningState::YellowVerifying => chat!("{} 由您认领,正在核实。请在 {}前核实,用 /核实 填写。", number, after.due_on),
            WarningState::RedOpen => chat!("{} 由您经办。请督促在 {}前纠正,用 /纠正 填写。", number, after.due_on),
            WarningState::BellOpen | WarningState::BellDone | WarningState::YellowOpen | WarningState::GreenNormal | WarningState::GreenCorrected => {
                chat!("{} 由您经办。请在 {}前办好,用 /预警 办结 填写。", number, after.due_on)
            }
        },
        Move::Assigned => {
            let handler = staff::named(people, after.handler);
            chat!("{} 已转给{} {} 办理,期限不变:{}。", number, section_name(settings, &after.section), mention(handler.as_ref()), after.due_on)
        }
        Move::Finished => chat!("{} 已办结。", number),
        Move::VerifiedNormal => chat!("已记录核实情况,{} 转为绿灯。已通知国库支付中心。", number),
        Move::VerifiedViolation => chat!("已记录核实情况,{} 转为红灯。请督促在 {}前纠正,用 /纠正 填写。已通知国库支付中心。", number, after.due_on),
        Move::Corrected => chat!("已记录纠正情况,{} 转为绿灯。已通知国库支付中心。", number),
        Move::Fired | Move::Rose | Move::Reassigned | Move::Reversed | Move::Ceased | Move::Rerouted => chat!("{} 已记录。", number),
        Move::StoodIn | Move::HandedBack | Move::Paused | Move::Resumed | Move::Recounted => chat!("{} 已记录。", number),
    }
}
