//! What is proposed for a red light and waits for a second person: a measure (`/处置`, part 4 (三)), or that the rule had fired wrongly (`/误报`). The light
//! stays red until somebody else has decided.

use commands::{Command, FalseAlarm, Measure, Measured, Permission, ProposalKind, SectionKind, WarningNo};

use super::Declined;
use super::deed::{Change, Scene};
use super::motion::{Audience, Beside, Motion, Plan};
use super::moves::waiting;
use crate::chat;
use crate::delivery::card::{Occasion, mention, no};
use crate::delivery::note::NoteKind;
use crate::domain::{ChatSafe, DocNo, Money, Step};
use crate::store::StoreError;
use crate::store::proposal::{Status, Terms};
use crate::store::setting::OfficeSettings;
use crate::store::staff::{self, Staff};
use crate::store::transition::Move;
use crate::store::warning::Warning;

impl Motion for Measure {
    fn command(&self) -> Command {
        Command::Measure(self.clone())
    }

    fn warning(&self) -> WarningNo {
        self.warning
    }

    fn step(&self) -> Step {
        Step::Propose
    }

    fn texts(&self) -> Vec<String> {
        let more = match &self.measure {
            Measured::Recover { .. } | Measured::Suspend { .. } => None,
            Measured::Circulate { document: text, .. } | Measured::Transfer { to: text, .. } | Measured::Other { explanation: text, .. } => Some(text),
        };
        std::iter::once(&self.facts).chain(more).map(ToString::to_string).collect()
    }

    async fn plan(&self, scene: &mut Scene<'_>, before: &Warning) -> Result<Plan, Declined> {
        let terms = terms_of(&self.measure)?;
        Ok(Plan { slip: Some(("处置", None)), ..proposing(scene, before, terms, Move::Proposed).await? })
    }

    fn told<'p>(&self, scene: &Scene<'p>, after: &Warning, _: &Plan) -> Option<(NoteKind, Audience<'p>)> {
        Some((NoteKind::Approval, Audience::People(deciders(scene, after, self.measure.kind()))))
    }

    fn done(&self, _: &Scene<'_>, after: &Warning, _: &Plan) -> ChatSafe {
        chat!("已对 {} 提请处置,等农业股或局领导审批。红灯不变,纠正后仍用 /纠正 填写。", no(after.no))
    }
}

impl Motion for FalseAlarm {
    fn command(&self) -> Command {
        Command::FalseAlarm(self.clone())
    }

    fn warning(&self) -> WarningNo {
        self.warning
    }

    fn step(&self) -> Step {
        Step::Propose
    }

    fn texts(&self) -> Vec<String> {
        vec![self.reason.to_string()]
    }

    async fn plan(&self, scene: &mut Scene<'_>, before: &Warning) -> Result<Plan, Declined> {
        let terms = Terms { kind: ProposalKind::FalseAlarm, amount: None, from_on: None, until_on: None, doc_no: None };
        Ok(Plan { slip: Some(("误报", None)), ..proposing(scene, before, terms, Move::Doubted).await? })
    }

    fn told<'p>(&self, scene: &Scene<'p>, after: &Warning, _: &Plan) -> Option<(NoteKind, Audience<'p>)> {
        Some((NoteKind::Approval, Audience::People(deciders(scene, after, ProposalKind::FalseAlarm))))
    }

    fn done(&self, _: &Scene<'_>, after: &Warning, _: &Plan) -> ChatSafe {
        chat!("已提请把 {} 认定为误报,等另一人审批。批准前仍是红灯。", no(after.no))
    }
}

/// One of a kind at a time.
async fn proposing(scene: &mut Scene<'_>, before: &Warning, terms: Terms, how: Move) -> Result<Plan, Declined> {
    if let Some(before) = waiting(scene.turn, before.no).await?.into_iter().find(|other| other.terms.kind == terms.kind) {
        let who = mention(staff::named(scene.people, Some(before.proposed_by)).as_ref());
        let kind = ChatSafe::fixed(terms.kind.name());
        return Err(chat!("{} 的{}已由 {} 于 {} 提请,正等审批。审批以后才能再提。", no(before.no), kind, who, before.proposed_at).into());
    }
    let changes = vec![Change::of(terms.kind.name(), "", Status::Waiting.name())];
    Ok(Plan { occasion: Some(Occasion::Proposed), beside: Beside::Proposes(terms), changes, ..Plan::beside(Step::Propose, how) })
}

/// What of a measure may be counted and told.
fn terms_of(measure: &Measured) -> Result<Terms, Declined> {
    let (amount, from_on, until_on, doc_no) = match measure {
        Measured::Recover { amount } => (Some(*amount), None, None, None),
        Measured::Suspend { from, until, amount } => (*amount, Some(*from), Some(*until), None),
        Measured::Circulate { document, amount } => {
            let document = DocNo::new(document.as_str());
            if !document.is_regular() {
                return Err(chat!("通报文号应写成 霍财农〔2026〕12号 的样子。").into());
            }
            (*amount, None, None, Some(document.normal().to_owned()))
        }
        Measured::Transfer { on, amount, .. } => (*amount, Some(*on), None, None),
        Measured::Other { amount, .. } => (*amount, None, None, None),
    };
    let bad = |e: crate::domain::money::MoneyError| StoreError::BadRow { table: "proposal", id: measure.kind().code().to_owned(), reason: e.to_string() };
    let amount = amount.map(Money::try_from).transpose().map_err(bad)?;
    Ok(Terms { kind: measure.kind(), amount, from_on, until_on, doc_no })
}

/// Whether it falls to this person to decide such a thing: a measure to 农业股 and the bureau's leaders, a false alarm to the warning's section too.
pub(super) fn decides(settings: &OfficeSettings, person: &Staff, warning: &Warning, kind: ProposalKind) -> bool {
    let above = matches!(settings.kind(&person.section), Some(SectionKind::Agriculture | SectionKind::Leadership));
    let own = kind == ProposalKind::FalseAlarm && person.section == warning.section;
    person.may(Permission::Approve) && (above || own)
}

/// Those who may decide it, but for whoever proposes it.
fn deciders<'p>(scene: &Scene<'p>, warning: &Warning, kind: ProposalKind) -> Vec<&'p Staff> {
    let theirs = |person: &&Staff| person.id != scene.actor.id && decides(&scene.orders.settings, person, warning, kind);
    scene.people.iter().filter(theirs).collect()
}
