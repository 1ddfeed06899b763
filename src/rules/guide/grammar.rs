//! The grammar of the page and the parser are the same language: what the grammar writes is read, and what is read the grammar could have written.

use std::collections::{BTreeSet, HashMap};

use proptest::prelude::*;

use super::super::lexer::{Token, lex};
use super::super::parser::{parse_condition, parse_fact};
use super::{blocks, page};

#[derive(Debug, Clone)]
enum Piece {
    Word(String),
    Rule(String),
    Row(Vec<Piece>),
    Either(Vec<Piece>),
    Many(Box<Piece>),
    Maybe(Box<Piece>),
}

struct Grammar(HashMap<String, Piece>);

/// Signs and words of the text, quoted ones with a quotation mark before them.
fn signs(text: &str) -> Vec<String> {
    let (mut signs, mut rest) = (Vec::new(), text.trim_start());
    while let Some(first) = rest.chars().next() {
        let end = match first {
            '"' => rest[1..].find('"').unwrap() + 1,
            _ if first.is_alphanumeric() => rest.find(|c: char| !c.is_alphanumeric()).unwrap_or(rest.len()),
            _ => first.len_utf8(),
        };
        signs.push(rest[..end].to_owned());
        rest = rest[end..].strip_prefix('"').unwrap_or(&rest[end..]).trim_start();
    }
    signs
}

fn either(signs: &mut std::iter::Peekable<std::vec::IntoIter<String>>) -> Piece {
    let mut rows = vec![Vec::new()];
    while let Some(sign) = signs.next_if(|sign| !matches!(sign.as_str(), ")" | "]" | "}" | ";")) {
        let piece = match sign.as_str() {
            "|" => {
                rows.push(Vec::new());
                continue;
            }
            open @ ("(" | "[" | "{") => {
                let inside = Box::new(either(signs));
                signs.next().unwrap();
                match open {
                    "(" => *inside,
                    "[" => Piece::Maybe(inside),
                    _ => Piece::Many(inside),
                }
            }
            word => word.strip_prefix('"').map_or_else(|| Piece::Rule(word.to_owned()), |word| Piece::Word(word.to_owned())),
        };
        rows.last_mut().unwrap().push(piece);
    }
    Piece::Either(rows.into_iter().map(Piece::Row).collect())
}

impl Grammar {
    fn of_the_page() -> Grammar {
        let text = page();
        let block = blocks(&text).into_iter().find(|block| block.mark == "ebnf").unwrap();
        let mut signs = signs(&block.lines.join("\n")).into_iter().peekable();
        let mut rules = HashMap::new();
        while let Some(name) = signs.next() {
            assert_eq!(signs.next().as_deref(), Some("="), "{name}");
            rules.insert(name, either(&mut signs));
            assert_eq!(signs.next().as_deref(), Some(";"));
        }
        Grammar(rules)
    }

    /// Writes a sentence; each choice is taken from `choices`, and once these are used up the shortest way out.
    fn write(&self, piece: &Piece, choices: &mut impl Iterator<Item = usize>, sentence: &mut Vec<String>) {
        match piece {
            Piece::Word(word) => sentence.push(word.clone()),
            Piece::Rule(name) => match self.0.get(name) {
                Some(piece) => self.write(piece, choices, sentence),
                None => {
                    let known = examples(name);
                    sentence.push(known[choices.next().unwrap_or(0) % known.len()].to_owned());
                }
            },
            Piece::Row(pieces) => pieces.iter().for_each(|piece| self.write(piece, choices, sentence)),
            // the last alternative of each rule leads out
            Piece::Either(rows) => self.write(&rows[choices.next().map_or(rows.len() - 1, |choice| choice % rows.len())], choices, sentence),
            Piece::Many(inside) => {
                while choices.next().is_some_and(|choice| choice % 3 == 0) {
                    self.write(inside, choices, sentence);
                }
            }
            Piece::Maybe(inside) => {
                if choices.next().is_some_and(|choice| choice % 2 == 0) {
                    self.write(inside, choices, sentence);
                }
            }
        }
    }

    fn sentence(&self, rule: &str, choices: Vec<usize>) -> Vec<String> {
        let mut sentence = Vec::new();
        self.write(&self.0[rule], &mut choices.into_iter(), &mut sentence);
        sentence
    }

    /// Where a piece that begins at `from` may end.
    fn ends(&self, piece: &Piece, words: &[String], from: usize, known: &mut HashMap<(String, usize), BTreeSet<usize>>) -> BTreeSet<usize> {
        match piece {
            Piece::Word(word) => words.get(from).filter(|found| *found == word).map(|_| from + 1).into_iter().collect(),
            Piece::Rule(name) => match self.0.get(name) {
                None => words.get(from).filter(|word| is(name, word)).map(|_| from + 1).into_iter().collect(),
                Some(piece) => {
                    let place = (name.clone(), from);
                    if let Some(ends) = known.get(&place) {
                        return ends.clone();
                    }
                    let ends = self.ends(piece, words, from, known);
                    known.insert(place, ends.clone());
                    ends
                }
            },
            Piece::Row(pieces) => {
                let after = |starts: BTreeSet<usize>, piece: &Piece| starts.into_iter().flat_map(|from| self.ends(piece, words, from, known)).collect();
                pieces.iter().fold(BTreeSet::from([from]), after)
            }
            Piece::Either(rows) => rows.iter().flat_map(|row| self.ends(row, words, from, known)).collect(),
            Piece::Maybe(inside) => self.ends(inside, words, from, known).into_iter().chain([from]).collect(),
            Piece::Many(inside) => {
                let (mut all, mut fresh) = (BTreeSet::from([from]), vec![from]);
                while let Some(start) = fresh.pop() {
                    let more = self.ends(inside, words, start, known);
                    fresh.extend(more.into_iter().filter(|end| all.insert(*end)));
                }
                all
            }
        }
    }

    fn derives(&self, words: &[String]) -> bool {
        self.ends(&self.0["条件"], words, 0, &mut HashMap::new()).contains(&words.len())
    }
}

/// Words of the three kinds that the page describes in prose.
fn examples(kind: &str) -> &'static [&'static str] {
    match kind {
        "名称" => &["支付金额", "用途", "同户", "甲2", "_a", "相隔"],
        "数" => &["0", "1000.00", "12.5%", "3"],
        "文本" => &["'现金'", "\"A\"", "“甲 乙”"],
        _ => panic!("{kind} is no rule of the grammar"),
    }
}

fn is(kind: &str, word: &str) -> bool {
    let token = lex(word).map(|mut tokens| tokens.swap_remove(0).0);
    match kind {
        "名称" => matches!(token, Ok(Token::Name(name)) if name != "本次"),
        "数" => matches!(token, Ok(Token::Number(_) | Token::Percent(_))),
        "文本" => matches!(token, Ok(Token::Text(_))),
        _ => panic!("{kind} is no rule of the grammar"),
    }
}

/// Within what one condition may hold.
fn fits(words: &[String]) -> bool {
    words.iter().filter(|word| ["(", "非", "+", "-", "*", "/"].contains(&word.as_str())).count() < 60
}

/// Any word that stands in a sentence.
const WORDS: [&str; 40] = [
    "且",
    "或",
    "非",
    "=",
    "≠",
    "<",
    ">=",
    "属于",
    "不属于",
    "包含",
    "匹配",
    "为空",
    "不为空",
    "+",
    "-",
    "*",
    "/",
    "是",
    "否",
    "(",
    ")",
    "[",
    "]",
    ",",
    ".",
    "本次",
    "天",
    "个月",
    "工作日",
    "其中",
    "近",
    "同月",
    "用途",
    "同户",
    "甲2",
    "0",
    "12.5%",
    "'现金'",
    "“甲 乙”",
    "含冲销",
];

fn choices() -> impl Strategy<Value = Vec<usize>> {
    prop::collection::vec(0usize..1_000, 0..160)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_the_grammar_writes_is_read(choices in choices()) {
        let grammar = Grammar::of_the_page();
        let (condition, fact) = (grammar.sentence("条件", choices.clone()), grammar.sentence("事实", choices));
        if fits(&condition) {
            let text = condition.join(" ");
            let read = parse_condition(&text).map_err(|fault| TestCaseError::fail(format!("{text}: {}", fault.message)))?;
            // and printed, it is read as the same
            prop_assert_eq!(parse_condition(&read.to_string()).map(|again| again.to_string()).ok(), Some(read.to_string()));
            prop_assert!(grammar.derives(&condition), "{}", text);
        }
        if fits(&fact) {
            let text = fact.join(" ");
            parse_fact(&text).map_err(|fault| TestCaseError::fail(format!("{text}: {}", fault.message)))?;
        }
    }

    #[test]
    fn what_is_read_the_grammar_could_have_written(
        choices in choices(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), 0u8..3, prop::sample::select(WORDS.to_vec())), 1..4),
    ) {
        let grammar = Grammar::of_the_page();
        let mut words = grammar.sentence("条件", choices);
        for (at, how, word) in changes {
            let at = at.index(words.len().max(1));
            match how {
                0 if at < words.len() => drop(words.remove(at)),
                1 if at < words.len() => word.clone_into(&mut words[at]),
                _ => words.insert(at.min(words.len()), word.to_owned()),
            }
        }
        prop_assume!(fits(&words));
        let text = words.join(" ");
        let read = parse_condition(&text);
        prop_assert_eq!(read.is_ok(), grammar.derives(&words), "{}: {:?}", text, read.err().map(|fault| fault.message));
    }
}
