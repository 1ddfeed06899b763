//! The wizard (向导): a form on Discord, step by step: choices to pick from, sheets of at most five fields, a summary to hand in. What a form asks for, and
//! when, it says itself; nothing here knows a command.

use chrono::{DateTime, NaiveDate, Utc};
use commands::{Ask, Command, Complaint, Kind, Moment, Text};
use serenity::builder::{CreateActionRow, CreateButton, CreateInputText, CreateModal, CreateSelectMenu, CreateSelectMenuKind, CreateSelectMenuOption};
use serenity::model::application::{ButtonStyle, InputTextStyle};

use super::part::Part;
use super::reply::Shown;
use crate::desk::form::{Filling, written};
use crate::domain::calendar::local;
use crate::store::draft::Draft;

/// Fields on one sheet.
const FIELDS: usize = 5;
/// Characters of an answer that the summary shows.
const SUMMARISED: usize = 80;
/// Characters that a field takes which is no free text.
const SHORT: u16 = 100;

/// A form and what is written in it so far.
#[derive(Debug, Clone)]
pub struct Wizard {
    pub filling: Filling,
    pub draft: Draft,
}

impl Wizard {
    fn answer(&self, ask: &Ask) -> Option<&str> {
        self.draft.get(ask.param.name).map(String::as_str)
    }

    /// What it asks for now, the number aside.
    fn asks(&self) -> Vec<Ask> {
        let filled: Vec<(&str, &str)> = self.draft.iter().map(|(name, answer)| (name.as_str(), answer.as_str())).collect();
        self.filling.form.asks(&filled).into_iter().filter(|ask| ask.param.kind != Kind::Warning).collect()
    }

    fn choices(&self) -> Vec<Ask> {
        self.asks().into_iter().filter(|ask| !ask.param.kind.choices().is_empty()).collect()
    }

    fn sheets(&self) -> Vec<Vec<Ask>> {
        let fields: Vec<Ask> = self.asks().into_iter().filter(|ask| ask.param.kind.choices().is_empty()).collect();
        fields.chunks(FIELDS).map(<[Ask]>::to_vec).collect()
    }

    fn lacks(&self, ask: &Ask) -> bool {
        ask.required && self.answer(ask).is_none()
    }

    /// The command, by the checks of a typed line. What was written for a choice that was since changed is left out.
    pub fn command(&self, today: NaiveDate) -> Result<Command, Complaint> {
        let no = written(self.filling.no).map(|no| no.to_string()).unwrap_or_default();
        let asks = self.asks();
        let answers = asks.iter().filter_map(|ask| Some((ask.param.name, self.answer(ask)?)));
        let filled: Vec<(&str, &str)> = std::iter::once(("编号", no.as_str())).chain(answers).collect();
        self.filling.form.fill(&filled, today)
    }

    fn title(&self) -> String {
        let name = self.filling.form.subcommand.unwrap_or(self.filling.form.command);
        written(self.filling.no).map_or_else(|| name.to_owned(), |no| format!("{name} {no}"))
    }

    /// A sheet of fields as a window, with what is written already; a moment that is asked for is now until told otherwise.
    pub fn sheet(&self, n: usize, now: DateTime<Utc>) -> Option<CreateModal> {
        let fields = self.sheets().into_iter().nth(n)?;
        let rows = fields.iter().map(|ask| {
            let (style, longest) = match ask.param.kind {
                Kind::Text => (InputTextStyle::Paragraph, u16::try_from(Text::LONGEST).unwrap_or(u16::MAX)),
                _ => (InputTextStyle::Short, SHORT),
            };
            let field = CreateInputText::new(style, ask.param.label, ask.param.name).placeholder(ask.param.about).required(ask.required).max_length(longest);
            let written = match (self.answer(ask), ask.param.kind) {
                (Some(answer), _) => Some(answer.to_owned()),
                (None, Kind::Moment) if ask.required => Some(moment(now)),
                (None, _) => None,
            };
            CreateActionRow::InputText(match written {
                Some(written) => field.value(written),
                None => field,
            })
        });
        Some(CreateModal::new(Part::Sheet(n).id(&self.filling), self.title()).components(rows.collect()))
    }

    /// The summary with what can be done next; `note` is what just went wrong.
    pub fn panel(&self, today: NaiveDate, note: Option<&str>) -> Shown {
        let (asks, choices, sheets) = (self.asks(), self.choices(), self.sheets());
        let mut lines = vec![self.title()];
        lines.extend(asks.iter().filter_map(|ask| Some(format!("{}:{}", ask.param.label, shortened(self.answer(ask)?)))));
        let chosen = !choices.iter().any(|ask| self.lacks(ask));
        let next = sheets.iter().position(|fields| fields.iter().any(|ask| self.lacks(ask))).filter(|_| chosen);
        let made = self.command(today);
        let complaint = made.as_ref().err().map(ToString::to_string).filter(|_| chosen && next.is_none());
        lines.push(match (note.map(str::to_owned).or(complaint), chosen, next) {
            (Some(note), ..) => note,
            (None, false, _) => "请先选好下面各项。".to_owned(),
            (None, true, Some(_)) => format!("还缺{}。", asks.iter().filter(|ask| self.lacks(ask)).map(|ask| ask.param.label).collect::<Vec<_>>().join("、")),
            (None, true, None) => "都填好了,请核对后提交。".to_owned(),
        });
        let mut rows: Vec<CreateActionRow> = choices.iter().map(|ask| CreateActionRow::SelectMenu(self.menu(ask))).collect();
        let button = |part: Part, label: &str, style| CreateButton::new(part.id(&self.filling)).label(label).style(style);
        let mut buttons = Vec::new();
        match next {
            Some(n) => {
                let begun = sheets.iter().flatten().any(|ask| self.answer(ask).is_some());
                buttons.push(button(Part::Sheet(n), if begun { "继续填写" } else { "填写" }, ButtonStyle::Primary));
            }
            None if chosen => {
                buttons.extend(made.is_ok().then(|| button(Part::HandIn, "提交", ButtonStyle::Success)));
                let labels = |n: usize| if sheets.len() > 1 { format!("修改第{}页", n + 1) } else { "修改".to_owned() };
                buttons.extend((0..sheets.len()).map(|n| button(Part::Sheet(n), &labels(n), ButtonStyle::Secondary)));
            }
            None => {}
        }
        buttons.push(button(Part::Discard, "取消", ButtonStyle::Secondary));
        rows.push(CreateActionRow::Buttons(buttons));
        Shown::words(&lines.join("\n")).with(rows)
    }

    /// What is offered when a short form could not be taken: the way back to it.
    pub fn way_back(&self) -> Vec<CreateActionRow> {
        vec![CreateActionRow::Buttons(vec![CreateButton::new(Part::Sheet(0).id(&self.filling)).label("继续填写").style(ButtonStyle::Primary)])]
    }

    fn menu(&self, ask: &Ask) -> CreateSelectMenu {
        let words = ask.param.kind.choices();
        let chosen = |word: &str| self.answer(ask).is_some_and(|answer| answer == word || (several(ask) && answer.split('、').any(|one| one == word)));
        let options = words.iter().map(|word| CreateSelectMenuOption::new(*word, *word).default_selection(chosen(word))).collect();
        let menu = CreateSelectMenu::new(Part::Choice(ask.param.name.to_owned()).id(&self.filling), CreateSelectMenuKind::String { options });
        let most = if several(ask) { u8::try_from(words.len()).unwrap_or(25) } else { 1 };
        menu.placeholder(ask.param.label).min_values(1).max_values(most)
    }
}

fn several(ask: &Ask) -> bool {
    matches!(ask.param.kind, Kind::Choices(_))
}

/// As the command language reads it.
fn moment(now: DateTime<Utc>) -> String {
    let now = local(now).naive_local();
    Moment { date: now.date(), time: Some(now.time()) }.to_string()
}

fn shortened(answer: &str) -> String {
    let line = answer.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(SUMMARISED) {
        Some((at, _)) => format!("{}…", &line[..at]),
        None => line,
    }
}
