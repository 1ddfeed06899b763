//! Parts (部件) of a form on Discord: which field, button or window an interaction comes from, as the text that Discord keeps for us and gives back.

use commands::Form;

use crate::desk::form::Filling;

/// What was pressed, picked or sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// Opens this sheet of fields, from 0; and what its sending brings.
    Sheet(usize),
    /// A choice among words, by the option's name.
    Choice(String),
    /// 提交
    HandIn,
    /// 取消
    Discard,
}

/// Raised when the text below changes its meaning.
const VERSION: &str = "f1";

impl Part {
    /// `f1/核实/2026000123/sheet/0`: at most 100 characters.
    pub fn id(&self, filling: &Filling) -> String {
        let form = filling.form.title();
        let what = match self {
            Part::Sheet(n) => format!("sheet/{n}"),
            Part::Choice(name) => format!("choice/{name}"),
            Part::HandIn => "hand-in".to_owned(),
            Part::Discard => "discard".to_owned(),
        };
        format!("{VERSION}/{}/{}/{what}", form.trim_start_matches('/'), filling.no)
    }

    /// None for what is not ours, or of another version.
    pub fn parse(id: &str) -> Option<(Filling, Part)> {
        let mut parts = id.splitn(5, '/');
        let (version, form, no, what, rest) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?, parts.next());
        let (command, subcommand) = form.split_once(' ').map_or((form, None), |(command, subcommand)| (command, Some(subcommand)));
        let form = Form::find(command, subcommand).filter(|form| version == VERSION && form.param("编号").is_some())?;
        let filling = Filling { form, no: no.parse().ok().filter(|no| *no > 0)? };
        let part = match (what, rest) {
            ("sheet", Some(n)) => Part::Sheet(n.parse().ok()?),
            ("choice", Some(name)) => Part::Choice(form.param(name)?.name.to_owned()),
            ("hand-in", None) => Part::HandIn,
            ("discard", None) => Part::Discard,
            _ => return None,
        };
        Some((filling, part))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_read_back_as_it_was_written() {
        for form in commands::SPECS.iter().flat_map(|spec| spec.forms).filter(|form| form.param("编号").is_some()) {
            let filling = Filling { form, no: 2_026_000_123 };
            for part in [Part::Sheet(0), Part::Sheet(1), Part::Choice("编号".to_owned()), Part::HandIn, Part::Discard] {
                let id = part.id(&filling);
                assert!(id.chars().count() <= 100);
                let (same, read) = Part::parse(&id).unwrap();
                assert!(std::ptr::eq(same.form, *form) && same.no == filling.no && read == part, "{id}");
            }
        }
    }

    #[test]
    fn what_is_not_ours_is_no_part() {
        for id in [
            "",
            "f1",
            "f2/核实/1/hand-in",
            "f1/核石/1/hand-in",
            "f1/核实/-1/hand-in",
            "f1/核实/1/choice/颜色",
            "f1/核实/1/sheet",
            "f1/核实/1/sheet/x",
            "f1/我的/1/hand-in",
            "1/verify/3",
        ] {
            assert_eq!(Part::parse(id).map(|(_, part)| part), None, "{id}");
        }
    }
}
