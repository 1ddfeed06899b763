//! `/核实 导出|批量`: many lines verified at once (part 4 (二)): written out as a workbook, read back, and filed in one turn.
//!
//! ```text
//! export (which lines) ─► workbook ─► a clerk ─► read (what stands in it, what is wrong) ─► one act: slips, moves, what is told
//! ```

mod export;
mod faults;
mod read;
mod workbook;

use std::collections::BTreeMap;

use commands::batch::{Case, Filed};
use commands::{Batch, Command, Outcome, SectionKind, WarningNo};

use self::faults::Faults;
use super::deed::{self, Change, Deed, Scene};
use super::known::{Known, Whose, open_to};
use super::motion::Plan;
use super::moves::{moved, stored_no};
use super::{Actor, Declined, Desk, Reply, verify};
use crate::chat;
use crate::delivery::card::{no, warning_no};
use crate::delivery::note::{Note, NoteKind};
use crate::domain::{Step, local_date};
use crate::rules::Evidence;
use crate::store::register::By;
use crate::store::setting::OfficeSettings;
use crate::store::staff::Staff;
use crate::store::transition::{self, Transition};
use crate::store::warning::{self as stored, No, Warning};
use crate::store::{Entry, StoreError, slip};
use crate::watch::announce::{Grounds, announce, show};
use crate::watch::notify::notify;
use crate::watch::receipt::{self, Asked};
use crate::watch::{Moment, Orders};

/// Numbers that a letter names before it says how many more there are.
const NAMED: usize = 100;

pub(super) async fn act(desk: &Desk, actor: &Actor, batch: Batch) -> Result<Reply, Declined> {
    match batch {
        Batch::Export(export) => export::write(desk, actor, &export).await,
        Batch::HandIn(hand_in) => {
            let read::Read { filed, left } = read::read(desk, actor, &hand_in).await?;
            hand_in_turn(desk, actor, filed, left).await
        }
        Batch::Filed(filed) => hand_in_turn(desk, actor, filed, 0).await,
    }
}

async fn hand_in_turn(desk: &Desk, actor: &Actor, filed: Filed, left: usize) -> Result<Reply, Declined> {
    deed::act(desk, actor, Command::Batch(Batch::Filed(filed.clone())), &Filing { filed: &filed, left }).await
}

/// Outcomes on their way into the state.
pub(super) struct Filing<'a> {
    filed: &'a Filed,
    /// Warnings of the workbook that were left open.
    left: usize,
}

impl<'a> Filing<'a> {
    pub(super) fn replayed(filed: &'a Filed) -> Filing<'a> {
        Filing { filed, left: 0 }
    }
}

impl Deed for Filing<'_> {
    fn texts(&self) -> Vec<String> {
        verify::of_checks(&self.filed.checks)
    }

    async fn check(&self, scene: &mut Scene<'_>) -> Result<Vec<Change>, Declined> {
        let found = found(scene, self.filed).await?;
        // somebody may have moved one of them since the workbook was read
        let claims =
            self.filed.cases.iter().map(|case| Claim { warning: case.warning, row: case.lines.first().map_or(0, |line| line.row), lines: case.lines.len() });
        obstacles(&scene.orders.settings, scene.actor, scene.people, &found, claims).refuse()?;
        let after = |case: &Case| Some((found.get(&stored_no(case.warning))?, verify::plan(&case.outcome())));
        let changes = self.filed.cases.iter().filter_map(|case| {
            let (before, plan) = after(case)?;
            let state = before.state.after(plan.step).ok()?;
            Some(Change::of(&format!("{} 状态", case.warning), before.state.name(), state.name()))
        });
        Ok(changes.collect())
    }

    async fn apply(&self, scene: &mut Scene<'_>, entry: &Entry) -> Result<Reply, StoreError> {
        let found = found(scene, self.filed).await?;
        let mut moved_on = Vec::with_capacity(self.filed.cases.len());
        for case in &self.filed.cases {
            let before =
                found.get(&stored_no(case.warning)).ok_or_else(|| StoreError::BadEntry { seq: entry.seq, reason: "its warning is unknown".to_owned() })?;
            let plan = verify::plan(&case.outcome());
            let after = moved(before, scene.actor, entry.at, scene.orders, &plan)?;
            moved_on.push((case, before, after, plan));
        }
        write(scene, entry, self.filed, &moved_on).await?;
        tell(scene, entry, &moved_on).await?;
        Ok(self.said(&moved_on))
    }
}

/// A warning before and after, and why.
type MovedOn<'a> = (&'a Case, &'a Warning, Warning, Plan);

async fn found(scene: &mut Scene<'_>, filed: &Filed) -> Result<BTreeMap<No, Warning>, StoreError> {
    let numbers: Vec<No> = filed.cases.iter().map(|case| stored_no(case.warning)).collect();
    let found = stored::of_numbers(&mut scene.turn.tx, scene.turn.office, &numbers).await?;
    Ok(found.into_iter().map(|warning| (warning.no, warning)).collect())
}

/// What a workbook says of a warning: in which row it begins, and how many lines it has.
struct Claim {
    warning: WarningNo,
    row: u32,
    lines: usize,
}

/// Why some of it cannot be done as things stand.
fn obstacles(settings: &OfficeSettings, person: &Staff, people: &[Staff], found: &BTreeMap<No, Warning>, claims: impl Iterator<Item = Claim>) -> Faults {
    let mut faults = Faults::default();
    for Claim { warning: named, row, lines } in claims {
        let number = stored_no(named);
        match open_to(settings, people, person, number, found.get(&number).cloned().map(Known::alone), (Step::VerifyNormal, Whose::Handlers)) {
            Err(declined) => faults.add(row, workbook::NUMBER, &Reply::from(declined).to_string()),
            Ok(warning) if usize::try_from(warning.items) != Ok(lines) => {
                faults.add(row, workbook::NUMBER, &format!("{named} 现在有 {} 行,表里是 {lines} 行。请重新导出这一条。", warning.items));
            }
            Ok(_) => {}
        }
    }
    faults
}

async fn write(scene: &mut Scene<'_>, entry: &Entry, filed: &Filed, moved_on: &[MovedOn<'_>]) -> Result<(), StoreError> {
    let (turn, actor) = (&mut *scene.turn, scene.actor.id);
    let after: Vec<Warning> = moved_on.iter().map(|(_, _, after, _)| after.clone()).collect();
    stored::write(&mut turn.tx, turn.office, &after).await?;
    let transitions = moved_on.iter().map(|(_, before, after, plan)| Transition {
        no: after.no,
        seq: entry.seq,
        at: entry.at,
        local_date: local_date(entry.at),
        how: plan.how,
        from: Some((before.state, before.section.clone())),
        to: (after.state, after.section.clone()),
        due_on: Some(before.due_on),
        actor: Some(actor),
    });
    transition::write(&mut turn.tx, turn.office, &transitions.collect::<Vec<_>>()).await?;
    let slip_of = |(case, _, after, _): &MovedOn<'_>| {
        let slip = Command::Batch(Batch::Filed(Filed { checks: filed.checks.clone(), cases: vec![(*case).clone()] }));
        let text = serde_json::to_string(&slip).map_err(|e| StoreError::BadEntry { seq: entry.seq, reason: e.to_string() })?;
        Ok((after.no, text))
    };
    let slips = moved_on.iter().map(slip_of).collect::<Result<Vec<_>, StoreError>>()?;
    slip::file(turn, slip::Filing { seq: entry.seq, at: entry.at, actor, kind: "核实", corrects: None }, &slips).await.map(drop)
}

/// One warning is told of as always. Of many, each red light has its letters; what turned green is seen in chat, and goes to 国库支付中心 in one letter.
async fn tell(scene: &mut Scene<'_>, entry: &Entry, moved_on: &[MovedOn<'_>]) -> Result<(), StoreError> {
    let moment = Moment { seq: entry.seq, line: 1, at: entry.at };
    let (turn, orders, people) = (&mut *scene.turn, scene.orders, scene.people);
    let (by_letter, gathered): (Vec<_>, Vec<_>) = moved_on.iter().partition(|(_, _, after, _)| moved_on.len() == 1 || after.state.is_open());
    let numbers: Vec<No> = by_letter.iter().map(|(_, _, after, _)| after.no).collect();
    let items = stored::first_items(&mut turn.tx, turn.office, &numbers).await?;
    let evidence: BTreeMap<No, Evidence> = items.iter().filter_map(|item| Some((item.no, serde_json::from_str(&item.evidence).ok()?))).collect();
    for (_, _, after, plan) in by_letter {
        let rule = orders.rules.iter().find(|r| r.rule.code == after.rule);
        let grounds = Grounds { rule: rule.map(|r| &*r.rule), evidence: evidence.get(&after.no), payee: None, measure: None };
        if let Some(occasion) = plan.occasion {
            announce(turn, orders, people, after, occasion, grounds, moment).await?;
        }
    }
    for (_, _, after, plan) in &gathered {
        if let Some(occasion) = plan.occasion {
            show(turn, orders, people, after, occasion, moment)?;
        }
    }
    if let Some((_, _, first, _)) = gathered.first() {
        let by = By { actor: None, ..entry.by() };
        for section in orders.settings.of_kind(SectionKind::Treasury) {
            let receipt = receipt::ask(turn, orders, by, section, &Asked::Batch(first.no, gathered.len())).await?;
            let mut note = note(orders, first, &gathered, entry);
            (note.serial, note.due_on) = (receipt.map(|wanted| wanted.no), receipt.map(|wanted| wanted.due_on));
            notify(turn, entry.seq, people.iter().filter(|person| person.section == section), &note)?;
        }
    }
    Ok(())
}

/// By rule, which warnings were found normal.
fn note(orders: &Orders, first: &Warning, gathered: &[&MovedOn<'_>], entry: &Entry) -> Note {
    let mut by_rule: BTreeMap<String, Vec<No>> = BTreeMap::new();
    for (_, _, after, _) in gathered {
        by_rule.entry(format!("{} {}", after.rule, after.rule_name)).or_default().push(after.no);
    }
    let line = |(rule, numbers): (String, Vec<No>)| {
        let named: Vec<String> = numbers.iter().take(NAMED).filter_map(|no| Some(warning_no(*no)?.to_string())).collect();
        let more = if numbers.len() > NAMED { " 等" } else { "" };
        (rule, format!("核实为正常 {} 条:{}{more}", numbers.len(), named.join("、")))
    };
    let section = Some(orders.settings.section_name(&first.section));
    Note { note: NoteKind::Batch, at: entry.at, serial: None, section, due_on: None, lines: by_rule.into_iter().map(line).collect() }
}

impl Filing<'_> {
    fn said(&self, moved_on: &[MovedOn<'_>]) -> Reply {
        if let [(case, _, after, _)] = moved_on
            && self.left == 0
        {
            let (all, violations) = (case.lines.len(), case.violations());
            return match case.outcome() {
                Outcome::Normal => chat!("已逐行核实 {} 的 {} 行,都正常,转为绿灯。已通知国库支付中心。", no(after.no), all),
                Outcome::Violation { .. } => chat!(
                    "已逐行核实 {} 的 {} 行,其中 {} 行违规,转为红灯。请督促在 {}前纠正,用 /纠正 填写。已通知国库支付中心。",
                    no(after.no),
                    all,
                    violations,
                    after.due_on
                ),
            }
            .into();
        }
        let red = moved_on.iter().filter(|(_, _, after, _)| after.state.is_open()).count();
        let left = if self.left > 0 { chat!("没有填写的 {} 条仍待核实。", self.left) } else { chat!("") };
        let urge = if red > 0 { chat!("红灯请督促纠正,用 /纠正 填写。") } else { chat!("") };
        chat!("已批量核实 {} 条:{} 条转为绿灯,{} 条转为红灯。{}{}已通知国库支付中心。", moved_on.len(), moved_on.len() - red, red, left, urge).into()
    }
}
