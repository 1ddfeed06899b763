//! Slash commands (斜杠命令) as Discord has them: one that can be said as it is has no subcommands there, and what may be said at the terminal alone is none.

use commands::{Form, SPECS, Spec};

/// A slash command: one form, or several told apart by a subcommand.
#[derive(Debug)]
pub struct Slash {
    /// Without the slash; at most 32 characters.
    pub name: String,
    pub summary: &'static str,
    /// By subcommand; none beside a form that has none.
    pub forms: Vec<(Option<&'static str>, &'static Form)>,
}

/// Every slash command of ours.
pub fn all() -> Vec<Slash> {
    SPECS.iter().copied().flat_map(of).collect()
}

/// The form that is said by this command and subcommand. One that is for the terminal alone is found under its own name: the desk says so.
pub fn find(name: &str, subcommand: Option<&str>) -> Option<&'static Form> {
    let said = all().into_iter().filter(|slash| slash.name == name).flat_map(|slash| slash.forms).find(|(word, _)| *word == subcommand);
    said.map(|(_, form)| form).or_else(|| Form::find(name, subcommand))
}

/// `/核实` beside `/核实 批量` becomes `/核实` and `/核实批量`: Discord forbids options beside subcommands.
fn of(spec: &'static Spec) -> Vec<Slash> {
    let here: Vec<&'static Form> = spec.forms.iter().copied().filter(|form| !form.allowed.at_terminal).collect();
    if here.iter().any(|form| form.subcommand.is_none()) {
        let alone = |form: &'static Form| Slash {
            name: format!("{}{}", spec.name, form.subcommand.unwrap_or_default()),
            summary: if form.subcommand.is_none() { spec.summary } else { form.summary },
            forms: vec![(None, form)],
        };
        return here.into_iter().map(alone).collect();
    }
    let forms: Vec<_> = here.into_iter().map(|form| (form.subcommand, form)).collect();
    if forms.is_empty() { Vec::new() } else { vec![Slash { name: spec.name.to_owned(), summary: spec.summary, forms }] }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    fn forms() -> impl Iterator<Item = &'static Form> {
        SPECS.iter().flat_map(|spec| spec.forms.iter().copied())
    }

    #[test]
    fn every_form_is_found_by_what_it_is_registered_as() {
        let mut found = Vec::new();
        for slash in all() {
            assert!(slash.name.chars().count() <= 32 && !slash.forms.is_empty(), "{}", slash.name);
            assert!(slash.forms.len() == 1 || slash.forms.iter().all(|(word, _)| word.is_some()), "{}: options beside subcommands", slash.name);
            for (word, form) in slash.forms {
                assert!(std::ptr::eq(find(&slash.name, word).unwrap(), form), "{}", form.title());
                found.push(form.title());
            }
        }
        let spoken: Vec<String> = forms().filter(|form| !form.allowed.at_terminal).map(Form::title).collect();
        assert_eq!(found, spoken);
    }

    #[test]
    fn no_name_stands_twice_and_discord_takes_them_all() {
        let names: Vec<String> = all().into_iter().map(|slash| slash.name).collect();
        assert!(names.len() <= 100, "{}", names.len());
        assert_eq!(names.iter().collect::<HashSet<_>>().len(), names.len(), "{names:?}");
    }

    #[test]
    fn a_form_with_none_beside_it_that_has_stands_for_itself() {
        use commands::{correct::CORRECT, log::SHOW, warning::CLAIM};
        static MIXED: Spec = Spec { name: "纠正", summary: "总", forms: &[&CORRECT, &CLAIM, &SHOW] };
        static LOCAL: Spec = Spec { name: "记录", summary: "总", forms: &[&SHOW] };
        let named = |spec: &'static Spec| of(spec).into_iter().map(|slash| (slash.name, slash.forms.len())).collect::<Vec<_>>();
        assert_eq!(named(&MIXED), [("纠正".to_owned(), 1), ("纠正认领".to_owned(), 1)]);
        assert!(named(&LOCAL).is_empty());
    }

    #[test]
    fn what_is_for_the_terminal_is_not_registered_and_yet_known() {
        assert!(!all().iter().flat_map(|slash| &slash.forms).any(|(_, form)| form.allowed.at_terminal));
        assert!(find("记录", Some("查看")).unwrap().allowed.at_terminal);
        assert!(find("核石", None).is_none());
    }
}
