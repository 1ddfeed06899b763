//! What could come next in a line: commands, subcommands, options, choices, warning numbers.

use crate::line::{Line, fold, parts_list};
use crate::{Form, Kind, Param, SPECS};

/// Suggestions for the word that ends at the cursor, and the byte offset where they replace the line up to the cursor.
///
/// `cursor` is a byte offset; one inside a character counts as before it. `numbers` are the open warnings, as displayed.
pub fn complete(line: &str, cursor: usize, numbers: &[String]) -> (usize, Vec<String>) {
    let typed = line.get(..line.floor_char_boundary(cursor)).unwrap_or("");
    let start = typed.char_indices().rev().find(|(_, c)| c.is_whitespace()).map_or(0, |(i, c)| i + c.len_utf8());
    let (before, word) = typed.split_at_checked(start).unwrap_or((typed, ""));
    let folded = fold(word);
    // an open quotation is text, nothing to suggest
    let Ok(words) = Line::read(before) else { return (start, Vec::new()) };
    let mut said = words.words.iter().map(|word| fold(words.slice((word.start, word.end))));
    let Some(first) = said.next() else {
        return (start, beginning(SPECS.iter().map(|spec| format!("/{}", spec.name)), if folded.is_empty() { "/" } else { &folded }));
    };
    let Some(spec) = SPECS.iter().find(|spec| first.strip_prefix('/') == Some(spec.name)) else { return (start, Vec::new()) };
    let subcommands = || beginning(spec.subcommands().map(str::to_owned), &folded);
    let said: Vec<String> = said.collect();
    let (form, said) = match (said.split_first(), spec.plain_form()) {
        (Some((word, rest)), plain) => match (spec.form(word), plain) {
            (Some(form), _) => (form, rest),
            (None, Some(plain)) => (plain, said.as_slice()),
            (None, None) => return (start, Vec::new()),
        },
        (None, None) => return (start, subcommands()),
        (None, Some(plain)) => {
            let (at, values) = next_option(plain, &[], start, word, numbers);
            return (at, if at == start { subcommands().into_iter().chain(values).collect() } else { values });
        }
    };
    next_option(form, said, start, word, numbers)
}

fn next_option(form: &Form, said: &[String], start: usize, word: &str, numbers: &[String]) -> (usize, Vec<String>) {
    if let Some((at, sign)) = word.char_indices().find(|(_, c)| matches!(c, '=' | '＝' | ':' | '：')) {
        let (name, value) = word.split_at_checked(at + sign.len_utf8()).unwrap_or((word, ""));
        let param = form.param(&fold(name.trim_end_matches(sign)));
        return param.map_or((start, Vec::new()), |param| values(param, start + name.len(), value, numbers));
    }
    let name_of = |word: &String| word.split_once(['=', ':']).and_then(|(name, _)| form.param(name)).map(|param| param.name);
    let named: Vec<&str> = said.iter().filter_map(name_of).collect();
    let mut places = form.params.iter().filter(|param| param.positional && !named.contains(&param.name));
    let filled: Vec<&str> = places.by_ref().take(said.len() - named.len()).map(|param| param.name).collect();
    let (at, mut suggestions) = places.next().map_or((start, Vec::new()), |param| values(param, start, word, numbers));
    // values first: a lone one is then taken by a single Tab
    if suggestions.is_empty() && at == start {
        let open = form.params.iter().filter(|param| !named.contains(&param.name) && !filled.contains(&param.name));
        suggestions.extend(beginning(open.map(|param| format!("{}=", param.name)), &fold(word)));
    }
    (at, suggestions)
}

/// Suggestions for a value, from the last item on where it is a list.
fn values(param: &Param, start: usize, word: &str, numbers: &[String]) -> (usize, Vec<String>) {
    match param.kind {
        Kind::Warning => {
            let typed = fold(word).to_uppercase();
            (start, numbers.iter().filter(|number| number.contains(&typed)).cloned().collect())
        }
        Kind::Choice(words) => (start, beginning(words.iter().map(|word| (*word).to_owned()), &fold(word))),
        Kind::Choices(words) => {
            let item = word.char_indices().rev().find(|(_, c)| parts_list(*c)).map_or(0, |(i, c)| i + c.len_utf8());
            let (chosen, typed) = word.split_at_checked(item).unwrap_or(("", word));
            let left = words.iter().filter(|word| !chosen.split(parts_list).any(|done| fold(done) == **word));
            (start + item, beginning(left.map(|word| (*word).to_owned()), &fold(typed)))
        }
        Kind::Command => (start, beginning(SPECS.iter().map(|spec| spec.name.to_owned()), fold(word).trim_start_matches('/'))),
        Kind::Date => (start, beginning(["今天", "明天"].map(str::to_owned), &fold(word))),
        Kind::Moment => (start, beginning(["今天", "昨天"].map(str::to_owned), &fold(word))),
        Kind::Month | Kind::Period => (start, beginning(["本月", "上月"].map(str::to_owned), &fold(word))),
        Kind::Serial(_) | Kind::Text | Kind::Code | Kind::Count | Kind::Names | Kind::Amount | Kind::Page | Kind::Phone | Kind::File => (start, Vec::new()),
    }
}

fn beginning(candidates: impl IntoIterator<Item = String>, typed: &str) -> Vec<String> {
    candidates.into_iter().filter(|candidate| candidate.starts_with(typed)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(line: &str) -> (String, Vec<String>) {
        let (start, suggestions) = complete(line, line.len(), &["YJ2026-000012".to_owned(), "YJ2026-000123".to_owned()]);
        (line[..start].to_owned(), suggestions)
    }

    #[test]
    fn what_comes_next() {
        for (line, kept, first) in [
            ("", "", &["/我的", "/预警"][..]),
            ("/核", "", &["/核实"]),
            ("／核", "", &["/核实"]),
            ("/预警 ", "/预警 ", &["列表", "详情", "认领", "转办", "办结"]),
            ("/预警 认领 ", "/预警 认领 ", &["YJ2026-000012", "YJ2026-000123"]),
            ("/预警 认领 yj2026-0001", "/预警 认领 ", &["YJ2026-000123"]),
            ("/预警 认领 编号=123", "/预警 认领 编号=", &["YJ2026-000123"]),
            ("/核实 123 正", "/核实 123 ", &["正常"]),
            ("/核实 123 正常 电话核实、调", "/核实 123 正常 电话核实、", &["调阅材料"]),
            ("/核实 123 正常 电话核实 属实 违", "/核实 123 正常 电话核实 属实 ", &["违规类型="]),
            ("/核实 123 违规类型＝虚", "/核实 123 违规类型＝", &["虚报冒领套取"]),
            ("/预警 列表 级别=", "/预警 列表 级别=", &["警铃", "黄灯", "红灯"]),
            ("/预警 列表 超期 股", "/预警 列表 超期 ", &["股室="]),
            ("/帮助 ", "/帮助 ", &["我的", "预警"]),
            ("/没有 ", "/没有 ", &[]),
            ("/核实 123 “正", "/核实 123 ", &[]),
        ] {
            let (at, suggestions) = ask(line);
            assert_eq!((at.as_str(), suggestions.iter().map(String::as_str).take(first.len()).collect::<Vec<_>>()), (kept, first.to_vec()), "{line}");
        }
    }

    #[test]
    fn a_cursor_inside_the_line_or_inside_a_character() {
        assert_eq!(complete("/核实 123", 4, &[]), (0, vec!["/核实".to_owned()]));
        assert_eq!(complete("/核", 3, &[]).0, 0);
        assert_eq!(complete("/核", 999, &[]), (0, vec!["/核实".to_owned()]));
    }
}
