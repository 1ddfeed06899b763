//! Forms (填写) before they are handed in: who may begin one, what may be kept of it, which warnings are offered for it.

use std::collections::HashSet;

use commands::{Form, Kind, Param, WarningNo};

use super::known::{Known, Whose, open_to, unknown};
use super::moves::stored_no;
use super::{Actor, Declined, Desk, Reply, privacy};
use crate::chat;
use crate::delivery::card::{said, sign, warning_no};
use crate::domain::{ChatSafe, RuleName, Step};
use crate::store::draft::{self, Draft, Of};
use crate::store::staff;
use crate::store::warning::{self, Filter};

/// Looked through for what was typed.
const LOOKED_AT: i64 = 2000;

/// A form about a warning, as one person fills it in.
#[derive(Debug, Clone, Copy)]
pub struct Filling {
    pub form: &'static Form,
    /// As it is stored.
    pub no: i64,
}

impl Filling {
    fn of<'a>(&self, actor: &Actor, title: &'a str) -> Of<'a> {
        Of { staff: actor.staff.id, no: self.no, form: title }
    }

    /// What it asks of the warning, and whose it is to ask.
    fn step(&self) -> Option<(Step, Whose)> {
        use commands::{approve, correct, false_alarm, handling, measure, verify, warning};
        let steps = [
            (&warning::CLAIM, Step::Claim, Whose::Handlers),
            (&warning::ASSIGN, Step::Assign, Whose::Handlers),
            (&warning::FINISH, Step::Finish, Whose::Handlers),
            (&verify::VERIFY, Step::VerifyNormal, Whose::Handlers),
            (&correct::CORRECT, Step::Correct, Whose::Handlers),
            (&handling::ENGAGE, Step::Engage, Whose::Handlers),
            (&handling::FOLLOW, Step::Follow, Whose::Helpers),
            (&handling::URGE, Step::Urge, Whose::Readers),
            (&handling::REOPEN, Step::Reopen, Whose::Readers),
            (&handling::AMEND, Step::Amend, Whose::Handlers),
            (&measure::RECOVER, Step::Propose, Whose::Handlers),
            (&measure::SUSPEND, Step::Propose, Whose::Handlers),
            (&measure::CIRCULATE, Step::Propose, Whose::Handlers),
            (&measure::TRANSFER, Step::Propose, Whose::Handlers),
            (&measure::OTHER, Step::Propose, Whose::Handlers),
            (&false_alarm::FALSE_ALARM, Step::Propose, Whose::Handlers),
            (&approve::AGREE, Step::Propose, Whose::Readers),
            (&approve::RETURN, Step::Propose, Whose::Readers),
        ];
        steps.into_iter().find(|(form, ..)| std::ptr::eq(*form, self.form)).map(|(_, step, whose)| (step, whose))
    }
}

impl Desk {
    /// What this person has written of it so far. Err: why it is not theirs to fill in, so that nobody fills in a form in vain.
    pub async fn begin(&self, actor: &Actor, filling: &Filling) -> Result<Draft, Reply> {
        actor.must(&filling.form.allowed)?;
        let look = async {
            let (settings, known) = (&self.orders.settings, Known::get(&self.store, filling.no).await?);
            match filling.step() {
                Some(step) => drop(open_to(settings, &staff::all(&self.store).await?, &actor.staff, filling.no, known, step)?),
                // what is kept of it is compared with the evidence: only whoever may know of the warning may learn by that what stands there
                None => drop(known.filter(|known| known.is_open_to(&actor.staff, settings)).ok_or_else(|| unknown(filling.no))?),
            }
            Ok::<Draft, Declined>(draft::get(&self.store, self.clock.now(), filling.of(actor, &filling.form.title())).await?)
        };
        look.await.map_err(Reply::from)
    }

    /// Keeps what was written, so that a restart, a closed window or a complaint loses nothing. What names a person is neither taken nor kept: the sentences say so.
    pub async fn keep(&self, actor: &Actor, filling: &Filling, draft: &mut Draft, written: &[(&'static Param, String)]) -> Result<Vec<ChatSafe>, Reply> {
        let keep = async {
            // looked at piece by piece before anybody has to wait for it
            let looked_at = written.iter().map(|(param, answer)| {
                let texts = [param.kept(answer)];
                let refusal = if param.kind.private() { privacy::refuse_typed(&texts) } else { None };
                let pieces = if param.kind == Kind::Text { privacy::pieces(&texts, &self.store.keys) } else { HashSet::new() };
                let [answer] = texts;
                (param, answer, refusal, pieces)
            });
            let looked_at: Vec<_> = looked_at.collect();
            let mut refusals = Vec::new();
            let (now, title) = (self.clock.now(), filling.form.title());
            let mut turn = self.store.turn().await?;
            // what was kept while this waited for its turn stays
            *draft = draft::in_turn(&mut turn, now, filling.of(actor, &title)).await?;
            for (param, answer, refusal, pieces) in looked_at {
                let refusal = match refusal {
                    Some(refusal) => Some(refusal),
                    None => privacy::refuse_evidence(&mut turn, filling.no, &pieces).await?,
                };
                match refusal {
                    Some(refusal) => refusals.push(refusal),
                    None if answer.is_empty() => drop(draft.remove(param.name)),
                    None => drop(draft.insert(param.name.to_owned(), answer)),
                }
            }
            draft::save(turn, now, filling.of(actor, &title), draft).await?;
            refusals.dedup();
            Ok::<Vec<ChatSafe>, Declined>(refusals)
        };
        keep.await.map_err(Reply::from)
    }

    /// Throws away what this person has written of it.
    pub async fn discard(&self, actor: &Actor, filling: &Filling) -> Result<(), Reply> {
        draft::discard(&self.store, filling.of(actor, &filling.form.title())).await.map_err(|failure| Declined::from(failure).into())
    }

    /// Open warnings that this person may see and whose number holds what was typed: their own first, then by deadline.
    pub async fn offered(&self, actor: &Actor, typed: &str, most: usize) -> Vec<(WarningNo, ChatSafe)> {
        let reads_all = actor.reads_all();
        let filter = Filter { section: (!reads_all).then(|| actor.staff.section.clone()), open_only: true, ..Filter::default() };
        let mut open = warning::list(&self.store, &filter, LOOKED_AT).await.unwrap_or_default();
        open.sort_by_key(|w| w.handler != Some(actor.staff.id));
        let typed = typed.trim().to_uppercase();
        let offered = open.iter().filter_map(|w| {
            let number = warning_no(w.no)?.to_string();
            let label = chat!("{} {} {} {}前", sign(w.state.light()), said(warning_no(w.no).ok_or(())), said(RuleName::new(&w.rule_name)), w.due_on);
            number.contains(&typed).then_some((number.parse().ok()?, label))
        });
        offered.take(most).collect()
    }
}

/// The number as people write it.
pub fn written(no: i64) -> Option<WarningNo> {
    warning_no(no)?.to_string().parse().ok()
}

/// The number as it is stored.
pub fn stored(no: WarningNo) -> i64 {
    stored_no(no)
}
