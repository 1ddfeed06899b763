//! A motion (办理动作): a command that moves a warning, and what it does to one. [`moves`](super::moves) carries it out.

use chrono::NaiveDate;
use commands::{Command, WarningNo};

use super::Declined;
use super::assign::Assignee;
use super::deed::{Change, Scene};
use super::known::Whose;
use crate::delivery::card::Occasion;
use crate::delivery::note::NoteKind;
use crate::domain::{ChatSafe, Step};
use crate::store::proposal::{Proposal, Status, Terms};
use crate::store::staff::Staff;
use crate::store::transition::Move;
use crate::store::warning::Warning;

/// A command that moves a warning.
pub(super) trait Motion {
    /// As it is journalled.
    fn command(&self) -> Command;

    fn warning(&self) -> WarningNo;

    /// What it asks for, looked at before anything else.
    fn step(&self) -> Step;

    /// Whose it is to do.
    fn whose(&self) -> Whose {
        Whose::Handlers
    }

    /// Free text of it: not taken if it names a person, by shape or from the warning's own evidence.
    fn texts(&self) -> Vec<String> {
        Vec::new()
    }

    /// What it does to this warning as things stand, or why it cannot.
    async fn plan(&self, scene: &mut Scene<'_>, before: &Warning) -> Result<Plan, Declined>;

    /// Who beside the warning's own people is written to, and what for.
    fn told<'p>(&self, _: &Scene<'p>, _: &Warning, _: &Plan) -> Option<(NoteKind, Audience<'p>)> {
        None
    }

    /// What is answered.
    fn done(&self, scene: &Scene<'_>, after: &Warning, plan: &Plan) -> ChatSafe;
}

/// What a command does to a warning.
pub(super) struct Plan {
    pub step: Step,
    pub how: Move,
    /// What chat and letters are told; `None`: it stands in the history alone.
    pub occasion: Option<Occasion>,
    /// The kind of slip that is filed, if one is, and which one it corrects.
    pub slip: Option<(&'static str, Option<i64>)>,
    /// A deadline laid down by the person.
    pub due_on: Option<NaiveDate>,
    pub to: To,
    pub beside: Beside,
    /// What changes beside the warning's own row, for the journal.
    pub changes: Vec<Change>,
}

/// Who beside the warning's own people is written to.
pub(super) enum Audience<'p> {
    People(Vec<&'p Staff>),
    /// By code; in chat too.
    Section(String),
}

/// Who is on it from now on.
pub(super) enum To {
    /// Whoever moved it.
    Actor,
    /// Whoever was.
    Stays,
    Somebody(Assignee),
}

/// What it leaves beside the warning and its history.
pub(super) enum Beside {
    Nothing,
    /// This section helps from now on, by code.
    Helper(String),
    /// This waits for a second person.
    Proposes(Terms),
    /// This waits no longer.
    Decides(Proposal, Status),
}

impl Plan {
    /// A step that whoever makes it is on from now on.
    pub fn of(step: Step, how: Move) -> Plan {
        Plan { step, how, occasion: None, slip: None, due_on: None, to: To::Actor, beside: Beside::Nothing, changes: Vec::new() }
    }

    /// A step that leaves the warning with whoever is on it.
    pub fn beside(step: Step, how: Move) -> Plan {
        Plan { to: To::Stays, ..Plan::of(step, how) }
    }
}
