//! A warning and who may know of it or move it: its section, whoever is on it while it is open, the sections that help, and those that read everything.

use super::{Declined, reads_all, section_name};
use crate::chat;
use crate::delivery::card::{mention, no};
use crate::domain::{ChatSafe, Refusal, Step};
use crate::store::setting::OfficeSettings;
use crate::store::staff::{self, Staff};
use crate::store::warning::{self, Warning};
use crate::store::{Store, StoreError, Turn, co_handler};

/// Whose a move is to make.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Whose {
    /// The warning's section, or whoever is on it.
    Handlers,
    /// Those, and the sections that help (配合股室).
    Helpers,
    /// Whoever may say the command and read the warning.
    Readers,
}

/// A warning and the sections that help with it.
pub(super) struct Known {
    pub warning: Warning,
    /// By code, in the order they were asked.
    pub helpers: Vec<String>,
}

impl Known {
    /// With nobody to help.
    pub fn alone(warning: Warning) -> Known {
        Known { warning, helpers: Vec::new() }
    }

    pub async fn in_turn(turn: &mut Turn, number: i64) -> Result<Option<Known>, StoreError> {
        let Some(warning) = warning::in_turn(turn, number).await? else { return Ok(None) };
        Ok(Some(Known { warning, helpers: co_handler::in_turn(turn, number).await? }))
    }

    pub async fn get(store: &Store, number: i64) -> Result<Option<Known>, StoreError> {
        let Some(warning) = warning::get(store, number).await? else { return Ok(None) };
        Ok(Some(Known { warning, helpers: co_handler::of(store, number).await? }))
    }

    /// What somebody has answered is their section's afterwards: it does not go with them to another. 农业股 answers for other sections too.
    fn handles(&self, person: &Staff, settings: &OfficeSettings) -> bool {
        let stays = self.warning.state.is_open() || person.section == settings.leading();
        self.warning.section == person.section || (stays && self.warning.handler == Some(person.id))
    }

    fn helps(&self, person: &Staff) -> bool {
        self.helpers.contains(&person.section)
    }

    /// Whether a person may know of it.
    pub fn is_open_to(&self, person: &Staff, settings: &OfficeSettings) -> bool {
        self.handles(person, settings) || self.helps(person) || reads_all(settings.kind(&person.section))
    }
}

/// What somebody is told who may not know whether there is such a number.
pub(super) fn unknown(number: i64) -> ChatSafe {
    chat!("没有 {} 这条预警,或者它不归您所在的股室。用 /预警 列表 查看。", no(number))
}

/// The warning, if it is this person's to move so.
pub(super) fn open_to(
    settings: &OfficeSettings,
    people: &[Staff],
    person: &Staff,
    number: i64,
    known: Option<Known>,
    (step, whose): (Step, Whose),
) -> Result<Warning, Declined> {
    let known = known.filter(|known| known.is_open_to(person, settings)).ok_or_else(|| unknown(number))?;
    let theirs = match whose {
        Whose::Handlers => known.handles(person, settings),
        Whose::Helpers => known.handles(person, settings) || known.helps(person),
        Whose::Readers => true,
    };
    let warning = known.warning;
    if !theirs {
        return Err(chat!("{} 由{}办理,您可以查看,不能代办。", no(number), section_name(settings, &warning.section)).into());
    }
    match warning.state.after(step) {
        Ok(_) => Ok(warning),
        Err(refusal) => Err(explain(settings, people, &warning, refusal).into()),
    }
}

/// Why a move is not possible, and what is, in the words of the one who asks.
pub(super) fn explain(settings: &OfficeSettings, people: &[Staff], warning: &Warning, refusal: Refusal) -> ChatSafe {
    let number = no(warning.no);
    match refusal {
        // nobody closed it: its cause is gone
        Refusal::Closed if warning.closed_by.is_none() => {
            let at = warning.closed_at.map(|at| chat!("({})", at)).unwrap_or_default();
            chat!("{} 的原因已消除,已自动办结{},无需再次办理。", number, at)
        }
        Refusal::Closed => {
            let at = warning.closed_at.map(|at| chat!("{} ", at)).unwrap_or_default();
            chat!("{} 已由{}处理({}{}),{}", number, section_name(settings, &warning.section), at, warning.state, refusal)
        }
        Refusal::AlreadyClaimed => {
            let handler = staff::named(people, warning.handler);
            chat!("{} 已由 {} 认领,正在核实。核实后可直接用 /核实 填写。", number, mention(handler.as_ref()))
        }
        Refusal::BellNeedsFinish | Refusal::YellowNeedsVerify | Refusal::RedNeedsCorrection | Refusal::StillOpen | Refusal::Listed => {
            chat!("{} {}", number, refusal)
        }
    }
}
