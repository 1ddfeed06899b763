//! Forms (表单) of Discord filled in: called up by a button or a command, kept sheet by sheet, handed in to the desk.

use commands::Param;
use serenity::builder::CreateInteractionResponse;

use super::hear::Hearing;
use super::part::Part;
use super::reply::{Answering, Shown};
use super::wizard::Wizard;
use crate::desk::form::Filling;
use crate::desk::{Actor, Reply};

/// What was written: option and answer.
pub(super) type Written = Vec<(&'static Param, String)>;

impl Hearing {
    /// A form is called up: a short one as a window at once, a long one as a wizard.
    pub(super) async fn call_up(&self, answering: &Answering, actor: &Actor, filling: Filling) {
        match self.begin(actor, filling).await {
            Err(reply) => answering.say(self.shown(&reply).await).await,
            Ok(wizard) if filling.form.is_long() => answering.say(wizard.panel(self.today(), None)).await,
            Ok(wizard) => self.open(answering, &wizard, 0).await,
        }
    }

    /// A form comes filled in whole or in part, as a slash command or as a sheet. `again` is set where the wizard stands already.
    pub(super) async fn written(&self, answering: &Answering, actor: &Actor, filling: Filling, written: &Written, again: bool) {
        let mut wizard = match self.begin(actor, filling).await {
            Ok(wizard) => wizard,
            Err(reply) if again => return answering.update(self.shown(&reply).await).await,
            Err(reply) => return answering.say(self.shown(&reply).await).await,
        };
        let note = match self.desk.keep(actor, &filling, &mut wizard.draft, written).await {
            Ok(refusals) if refusals.is_empty() => None,
            Ok(refusals) => Some(refusals.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")),
            Err(failed) => Some(failed.to_string()),
        };
        let made = wizard.command(self.today());
        if filling.form.is_long() && (again || note.is_some() || made.is_err()) {
            let panel = wizard.panel(self.today(), note.as_deref());
            return if again { answering.update(panel).await } else { answering.say(panel).await };
        }
        match (note, made) {
            (None, Ok(command)) => {
                if answering.hold(false).await {
                    let done = self.desk.attempt(actor, command).await;
                    self.conclude(answering, actor, &wizard, done).await;
                }
            }
            (Some(note), _) => answering.say(Shown::words(&note).with(wizard.way_back())).await,
            (None, Err(complaint)) => answering.say(Shown::words(&complaint.to_string()).with(wizard.way_back())).await,
        }
    }

    /// A part of a form was pressed or picked.
    pub(super) async fn pressed(&self, answering: &Answering, actor: &Actor, filling: Filling, part: Part, picked: Vec<String>) {
        if part == Part::Discard {
            return match self.desk.discard(actor, &filling).await {
                Ok(()) => answering.update(Shown::words("已取消,填写的内容已删除。")).await,
                Err(failed) => answering.say(self.shown(&failed).await).await,
            };
        }
        if let Part::Choice(name) = &part {
            let Some(param) = filling.form.param(name) else { return };
            return self.written(answering, actor, filling, &vec![(param, picked.join("、"))], true).await;
        }
        let wizard = match self.begin(actor, filling).await {
            Ok(wizard) => wizard,
            Err(reply) if filling.form.is_long() => return answering.update(self.shown(&reply).await).await,
            Err(reply) => return answering.say(self.shown(&reply).await).await,
        };
        match (part, wizard.command(self.today())) {
            (Part::Sheet(n), _) => self.open(answering, &wizard, n).await,
            (Part::HandIn, Ok(command)) => {
                if answering.hold(true).await {
                    let done = self.desk.attempt(actor, command).await;
                    self.conclude(answering, actor, &wizard, done).await;
                }
            }
            // something is missing since, or a date has passed
            (Part::HandIn, Err(_)) => answering.update(wizard.panel(self.today(), None)).await,
            (Part::Choice(_) | Part::Discard, _) => {}
        }
    }

    async fn begin(&self, actor: &Actor, filling: Filling) -> Result<Wizard, Reply> {
        Ok(Wizard { filling, draft: self.desk.begin(actor, &filling).await? })
    }

    async fn open(&self, answering: &Answering, wizard: &Wizard, sheet: usize) {
        match wizard.sheet(sheet, self.desk.clock.now()) {
            Some(window) => {
                if let Err(failure) = answering.first(&CreateInteractionResponse::Modal(window)).await {
                    tracing::warn!(%failure, interaction = %answering.id, "discord: a window could not be opened");
                }
            }
            // the choices were changed since: there is no such sheet any more
            None => answering.update(wizard.panel(self.today(), None)).await,
        }
    }

    /// Tells what came of it. What was handed in needs no draft any more; what was declined keeps it.
    async fn conclude(&self, answering: &Answering, actor: &Actor, wizard: &Wizard, done: Result<Reply, Reply>) {
        match done {
            Ok(reply) => {
                if let Err(failed) = self.desk.discard(actor, &wizard.filling).await {
                    tracing::warn!(failed = %failed, "discord: a draft that is handed in could not be thrown away");
                }
                answering.finish(self.shown(&reply).await).await;
            }
            Err(reply) => answering.finish(self.shown(&reply).await).await,
        }
    }
}
