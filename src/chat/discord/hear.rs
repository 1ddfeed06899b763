//! Hearing (听取): an interaction becomes a command or a form, its answer goes back to whoever asked. Who may do what is decided at the desk alone.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use chrono::NaiveDate;
use commands::{Claim, Command, Form, Kind, Mine, SPECS, Show, Spec};
use serenity::builder::{AutocompleteChoice, CreateAutocompleteResponse, CreateInteractionResponse};
use serenity::model::application::{
    ActionRowComponent, CommandData, CommandInteraction, ComponentInteraction, ComponentInteractionDataKind, Interaction, ModalInteraction, ResolvedOption,
    ResolvedValue,
};
use serenity::model::id::{ApplicationId, GuildId, InteractionId, UserId};
use tracing::{debug, warn};

use super::modal::Written;
use super::part::Part;
use super::reply::{Answering, Shown};
use super::slash;
use crate::config::Snowflake;
use crate::delivery::discord::button::{Action, Button};
use crate::delivery::discord::rest::Rest;
use crate::desk::form::{Filling, stored, written};
use crate::desk::{Account, Actor, Desk, Reply};
use crate::domain::calendar::local_date;
use crate::store::staff;

/// Choices that Discord takes.
const OFFERED: usize = 25;
/// Interactions remembered, so that one that comes twice is one.
const REMEMBERED: usize = 2048;

const UNKNOWN: &str = "这个按钮已经失效。请用 /我的 或 /预警 详情 重新打开。";

/// The ear of the office on Discord.
#[derive(Debug)]
pub struct Hearing {
    pub(super) desk: Desk,
    rest: Rest,
    guild: GuildId,
    heard: Mutex<VecDeque<InteractionId>>,
}

impl Hearing {
    /// Hears what is said in this guild.
    pub fn new(desk: Desk, rest: Rest, guild: GuildId) -> Hearing {
        Hearing { desk, rest, guild, heard: Mutex::default() }
    }

    /// Hears one interaction, and answers it.
    pub async fn hear(&self, interaction: Interaction) {
        let id = interaction.id();
        if !self.is_new(id) {
            return debug!(interaction = %id, "discord: an interaction came twice");
        }
        let Some(user) = user(&interaction) else { return };
        let account = Snowflake(user.into());
        let known = self.desk.known(account).await;
        // a direct message carries the buttons of a card; in a guild that is not ours nothing is said
        let ours = match interaction.guild_id() {
            Some(guild) => guild == self.guild,
            None => known.is_ok(),
        };
        if !ours {
            return debug!(interaction = %id, "discord: an interaction from elsewhere is not heard");
        }
        let answering = |application: ApplicationId, token: String| Answering { rest: self.rest.clone(), id, application, token, account };
        match interaction {
            Interaction::Command(said) => self.command(&answering(said.application_id, said.token.clone()), known, &said).await,
            Interaction::Autocomplete(typed) => self.autocomplete(&answering(typed.application_id, typed.token.clone()), known, &typed).await,
            Interaction::Component(press) => self.component(&answering(press.application_id, press.token.clone()), known, press).await,
            Interaction::Modal(sent) => self.modal(&answering(sent.application_id, sent.token.clone()), known, &sent).await,
            _ => {}
        }
    }

    fn is_new(&self, id: InteractionId) -> bool {
        let mut heard = self.heard.lock().unwrap_or_else(PoisonError::into_inner);
        if heard.contains(&id) {
            return false;
        }
        heard.push_back(id);
        if heard.len() > REMEMBERED {
            heard.pop_front();
        }
        true
    }

    /// The day it is in the office.
    pub(super) fn today(&self) -> NaiveDate {
        local_date(self.desk.clock.now())
    }

    /// A reply as Discord shows it, whoever is named in it called by their account.
    pub(super) async fn shown(&self, reply: &Reply) -> Shown {
        let people = staff::all(&self.desk.store).await.unwrap_or_default();
        Shown::reply(reply, |id| people.iter().find(|person| person.id == id.0).and_then(|person| person.discord))
    }

    async fn command(&self, answering: &Answering, known: Result<Actor, Reply>, said: &CommandInteraction) {
        let Some((form, options)) = form_of(&said.data) else {
            return answering.say(Shown::words("这个命令已经改了。请重新打开 Discord 再试。")).await;
        };
        let given: Vec<(&str, &str)> = options.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let made = form.fill(&given, self.today());
        if let Ok(Command::Bind(code)) = &made {
            if answering.hold(false).await {
                let reply = self.desk.bind(Account::Discord(answering.account), code).await;
                answering.finish(self.shown(&reply).await).await;
            }
            return;
        }
        let actor = match known {
            Ok(actor) => actor,
            Err(stranger) => return answering.say(self.shown(&stranger).await).await,
        };
        // before anything is said of what was written: a command of the terminal's may be known here from before
        if let Err(refused) = actor.must(&form.allowed) {
            return answering.say(self.shown(&refused).await).await;
        }
        if let Some((filling, written)) = slip(form, &options, self.today()) {
            return self.written(answering, &actor, filling, &written, false).await;
        }
        match made {
            Err(complaint) => answering.say(Shown::words(&complaint.to_string())).await,
            Ok(command) => self.act(answering, &actor, command).await,
        }
    }

    async fn act(&self, answering: &Answering, actor: &Actor, command: Command) {
        if answering.hold(false).await {
            let reply = self.desk.act(actor, command).await;
            answering.finish(self.shown(&reply).await).await;
        }
    }

    async fn autocomplete(&self, answering: &Answering, known: Result<Actor, Reply>, typed: &CommandInteraction) {
        let mut choices = Vec::new();
        if let (Ok(actor), Some(focus), Some((form, _))) = (&known, typed.data.autocomplete(), form_of(&typed.data))
            // whoever may not use it is offered nothing of it
            && actor.may(&form.allowed)
        {
            match form.param(focus.name).map(|param| param.kind) {
                Some(Kind::Warning) => {
                    let offered = self.desk.offered(actor, focus.value, OFFERED).await;
                    choices.extend(offered.into_iter().map(|(no, label)| choice(&label.to_string(), &no.to_string())));
                }
                Some(Kind::Command) => {
                    let theirs = |spec: &&&Spec| spec.forms.iter().any(|form| actor.may(&form.allowed));
                    let named = SPECS.iter().filter(theirs).filter(|spec| spec.name.contains(focus.value.trim_start_matches('/')));
                    choices.extend(named.take(OFFERED).map(|spec| choice(spec.name, spec.name)));
                }
                Some(_) | None => {}
            }
        }
        let response = CreateInteractionResponse::Autocomplete(CreateAutocompleteResponse::new().set_choices(choices));
        if let Err(failure) = answering.first(&response).await {
            debug!(%failure, interaction = %answering.id, "discord: suggestions came too late");
        }
    }

    async fn component(&self, answering: &Answering, known: Result<Actor, Reply>, press: ComponentInteraction) {
        let actor = match known {
            Ok(actor) => actor,
            Err(stranger) => return answering.say(self.shown(&stranger).await).await,
        };
        if let Some((filling, part)) = Part::parse(&press.data.custom_id) {
            let picked = match press.data.kind {
                ComponentInteractionDataKind::StringSelect { values } => values,
                _ => Vec::new(),
            };
            return self.pressed(answering, &actor, filling, part, picked).await;
        }
        let Some(button) = Button::parse(&press.data.custom_id) else { return self.unknown(answering).await };
        let form = match (button.action, written(button.no)) {
            // below a note, which is about no warning
            (Action::Mine, _) => return self.act(answering, &actor, Command::Mine(Mine::default())).await,
            (Action::Claim, Some(warning)) => return self.act(answering, &actor, Command::Claim(Claim { warning })).await,
            (Action::Show, Some(warning)) => return self.act(answering, &actor, Command::Show(Show { warning })).await,
            (Action::Verify, Some(_)) => &commands::verify::VERIFY,
            (Action::Correct, Some(_)) => &commands::correct::CORRECT,
            (Action::Finish, Some(_)) => &commands::warning::FINISH,
            (Action::Assign, Some(_)) => &commands::warning::ASSIGN,
            (Action::Claim | Action::Show | Action::Verify | Action::Correct | Action::Finish | Action::Assign, None) => {
                return self.unknown(answering).await;
            }
        };
        self.call_up(answering, &actor, Filling { form, no: button.no }).await;
    }

    async fn unknown(&self, answering: &Answering) {
        warn!(interaction = %answering.id, "discord: a button of an unknown kind was pressed");
        answering.say(Shown::words(UNKNOWN)).await;
    }

    async fn modal(&self, answering: &Answering, known: Result<Actor, Reply>, sent: &ModalInteraction) {
        let actor = match known {
            Ok(actor) => actor,
            Err(stranger) => return answering.say(self.shown(&stranger).await).await,
        };
        let Some((filling, Part::Sheet(_))) = Part::parse(&sent.data.custom_id) else {
            warn!(interaction = %answering.id, "discord: a window of an unknown kind was sent");
            return answering.say(Shown::words(UNKNOWN)).await;
        };
        let fields = sent.data.components.iter().flat_map(|row| &row.components).filter_map(|part| match part {
            ActionRowComponent::InputText(field) => Some((filling.form.param(&field.custom_id)?, field.value.clone().unwrap_or_default())),
            _ => None,
        });
        let written: Written = fields.collect();
        self.written(answering, &actor, filling, &written, filling.form.is_long()).await;
    }
}

fn user(interaction: &Interaction) -> Option<UserId> {
    Some(match interaction {
        Interaction::Command(i) | Interaction::Autocomplete(i) => i.user.id,
        Interaction::Component(i) => i.user.id,
        Interaction::Modal(i) => i.user.id,
        _ => return None,
    })
}

/// The form that was said, and its options as they were written.
fn form_of(data: &CommandData) -> Option<(&'static Form, Vec<(String, String)>)> {
    let options = data.options();
    let (subcommand, options) = match options.into_iter().next() {
        Some(ResolvedOption { name, value: ResolvedValue::SubCommand(inner), .. }) => (Some(name), inner),
        Some(_) | None => (None, data.options()),
    };
    let text = |option: ResolvedOption<'_>| match option.value {
        ResolvedValue::String(text) => Some((option.name.to_owned(), text.to_owned())),
        _ => None,
    };
    Some((slash::find(&data.name, subcommand)?, options.into_iter().filter_map(text).collect()))
}

/// A form about a warning with more to it than its number is kept as it is filled in. None for the others, and where no number can be read.
fn slip(form: &'static Form, options: &[(String, String)], today: NaiveDate) -> Option<(Filling, Written)> {
    let (_, no) = options.iter().find(|(name, _)| form.param(name).is_some_and(|param| param.kind == Kind::Warning))?;
    let no = commands::read_no(no, today)?;
    let more = form.params.iter().any(|param| param.kind != Kind::Warning);
    let answers = options.iter().filter_map(|(name, answer)| Some((form.param(name).filter(|param| param.kind != Kind::Warning)?, answer.clone())));
    more.then(|| (Filling { form, no: stored(no) }, answers.collect()))
}

/// At most 100 characters.
fn choice(label: &str, value: &str) -> AutocompleteChoice {
    AutocompleteChoice::new(label.chars().take(100).collect::<String>(), value)
}
