//! Comparisons as closures: one a type and sign, the plain ones (a slot against a constant, a slot against a slot) without a detour.
//! Any comparison with 空 is false.

use std::collections::HashSet;
use std::sync::Arc;

use regex::{Regex, RegexBuilder};
use rust_decimal::Decimal;

use super::ast::Comparison;
use super::code::{Held, Source, Test, Text};
use crate::domain::doc_no::DocNo;

/// Bytes that a compiled pattern may take, and brackets inside each other: far more than any text of the office needs.
const PATTERN_SIZE: usize = 1 << 18;
const PATTERN_NESTING: u32 = 32;

/// A list up to here is gone through; a longer one is looked up.
const LINEAR: usize = 16;

/// Compares two values of one type. `None` for comparisons that are no order (属于, 包含 …).
pub(super) fn compare<T: Held + PartialOrd>(comparison: Comparison, left: Source<T>, right: Source<T>) -> Option<Test> {
    Some(match comparison {
        Comparison::Equal => test(left, right, |a, b| a == b),
        Comparison::NotEqual => test(left, right, |a, b| a != b),
        Comparison::Less => test(left, right, |a, b| a < b),
        Comparison::AtMost => test(left, right, |a, b| a <= b),
        Comparison::Greater => test(left, right, |a, b| a > b),
        Comparison::AtLeast => test(left, right, |a, b| a >= b),
        Comparison::In
        | Comparison::NotIn
        | Comparison::Contains
        | Comparison::NotContains
        | Comparison::StartsWith
        | Comparison::Matches
        | Comparison::NotMatches => return None,
    })
}

fn test<T: Held>(left: Source<T>, right: Source<T>, holds: impl Fn(T, T) -> bool + Send + Sync + 'static) -> Test {
    match (left, right) {
        (Source::Field(place), Source::Constant(b)) => Box::new(move |view| T::of(view.field(place)).is_some_and(|a| holds(a, b))),
        (Source::Field(one), Source::Field(other)) => {
            Box::new(move |view| matches!((T::of(view.field(one)), T::of(view.field(other))), (Some(a), Some(b)) if holds(a, b)))
        }
        (Source::Computed(get), Source::Constant(b)) => Box::new(move |view| get(view).is_some_and(|a| holds(a, b))),
        (left, right) => {
            let (left, right) = (left.into_get(), right.into_get());
            Box::new(move |view| matches!((left(view), right(view)), (Some(a), Some(b)) if holds(a, b)))
        }
    }
}

/// 属于 and 不属于 over numbers. `None` for other comparisons.
pub(super) fn compare_numbers(comparison: Comparison, left: Source<Decimal>, list: Arc<[Decimal]>) -> Option<Test> {
    let wanted = match comparison {
        Comparison::In => true,
        Comparison::NotIn => false,
        Comparison::Equal
        | Comparison::NotEqual
        | Comparison::Less
        | Comparison::AtMost
        | Comparison::Greater
        | Comparison::AtLeast
        | Comparison::Contains
        | Comparison::NotContains
        | Comparison::StartsWith
        | Comparison::Matches
        | Comparison::NotMatches => return None,
    };
    let left = left.into_get();
    Some(Box::new(move |view| left(view).is_some_and(|number| list.contains(&number) == wanted)))
}

/// Compares a text with one text. `None` for comparisons that need an order or a list, and for 匹配.
pub(super) fn compare_text(comparison: Comparison, left: Text, right: Text) -> Option<Test> {
    let doc_no = matches!((&left, &right), (Text::DocNo(_), _) | (_, Text::DocNo(_)));
    Some(match comparison {
        Comparison::Equal if doc_no => test_doc_no(left, right, true),
        Comparison::NotEqual if doc_no => test_doc_no(left, right, false),
        Comparison::Equal => test_text(left, right, |a, b| a == b),
        Comparison::NotEqual => test_text(left, right, |a, b| a != b),
        Comparison::Contains => test_text(left, right, |a, b| a.contains(b)),
        Comparison::NotContains => test_text(left, right, |a, b| !a.contains(b)),
        Comparison::StartsWith => test_text(left, right, |a, b| a.starts_with(b)),
        Comparison::Less
        | Comparison::AtMost
        | Comparison::Greater
        | Comparison::AtLeast
        | Comparison::In
        | Comparison::NotIn
        | Comparison::Matches
        | Comparison::NotMatches => return None,
    })
}

fn test_text(left: Text, right: Text, holds: impl Fn(&str, &str) -> bool + Send + Sync + 'static) -> Test {
    match (left, right) {
        (Text::Field(place) | Text::DocNo(place), Text::Constant(b)) => Box::new(move |view| view.field(place).as_text().is_some_and(|a| holds(a, &b))),
        (left, right) => Box::new(move |view| matches!((left.get(view), right.get(view)), (Some(a), Some(b)) if holds(a, b))),
    }
}

fn test_doc_no(left: Text, right: Text, wanted: bool) -> Test {
    match (left, right) {
        (left, Text::Constant(typed)) | (Text::Constant(typed), left) => {
            let meant = DocNo::new(&typed);
            Box::new(move |view| left.get(view).is_some_and(|a| is_doc_no(a, meant.normal()) == wanted))
        }
        (left, right) => {
            Box::new(move |view| matches!((left.get(view), right.get(view)), (Some(a), Some(b)) if (a == b || is_doc_no(a, DocNo::new(b).normal())) == wanted))
        }
    }
}

/// Whether a text is this number; most are written as they should be, and then nothing is rewritten.
fn is_doc_no(text: &str, normal: &str) -> bool {
    text == normal || DocNo::new(text).normal() == normal
}

/// Compares a text with a list: 属于 means one of them, 包含 and 开头是 mean any of them. `None` for other comparisons.
pub(super) fn compare_list(comparison: Comparison, left: Text, list: Arc<[Arc<str>]>) -> Option<Test> {
    Some(match comparison {
        Comparison::In => one_of(left, list, true),
        Comparison::NotIn => one_of(left, list, false),
        Comparison::Contains => any_of(left, list, true, |a, b| a.contains(b)),
        Comparison::NotContains => any_of(left, list, false, |a, b| a.contains(b)),
        Comparison::StartsWith => any_of(left, list, true, |a, b| a.starts_with(b)),
        Comparison::Equal
        | Comparison::NotEqual
        | Comparison::Less
        | Comparison::AtMost
        | Comparison::Greater
        | Comparison::AtLeast
        | Comparison::Matches
        | Comparison::NotMatches => return None,
    })
}

fn one_of(left: Text, list: Arc<[Arc<str>]>, wanted: bool) -> Test {
    if let Text::DocNo(_) = left {
        let numbers: HashSet<String> = list.iter().map(|typed| DocNo::new(typed).normal().to_owned()).collect();
        return test_any(left, move |a| (numbers.contains(a) || numbers.contains(DocNo::new(a).normal())) == wanted);
    }
    if list.len() > LINEAR {
        let set: HashSet<Arc<str>> = list.iter().cloned().collect();
        return test_any(left, move |a| set.contains(a) == wanted);
    }
    any_of(left, list, wanted, |a, b| a == b)
}

fn any_of(left: Text, list: Arc<[Arc<str>]>, wanted: bool, holds: impl Fn(&str, &str) -> bool + Send + Sync + 'static) -> Test {
    test_any(left, move |a| list.iter().any(|b| holds(a, b)) == wanted)
}

fn test_any(left: Text, holds: impl Fn(&str) -> bool + Send + Sync + 'static) -> Test {
    match left {
        Text::Field(place) | Text::DocNo(place) => Box::new(move |view| view.field(place).as_text().is_some_and(&holds)),
        constant @ Text::Constant(_) => Box::new(move |view| constant.get(view).is_some_and(&holds)),
    }
}

/// 匹配 and 不匹配: any of the patterns somewhere in the text. Matching takes time in proportion to the text, whatever the pattern.
/// Errors: why a pattern cannot be used, for a clerk.
pub(super) fn matching(left: Text, patterns: &[Arc<str>], wanted: bool) -> Result<Test, &'static str> {
    let patterns: Vec<Regex> = patterns.iter().map(|pattern| read(pattern)).collect::<Result<_, _>>()?;
    Ok(test_any(left, move |text| patterns.iter().any(|pattern| pattern.is_match(text)) == wanted))
}

fn read(pattern: &str) -> Result<Regex, &'static str> {
    RegexBuilder::new(pattern).size_limit(PATTERN_SIZE).nest_limit(PATTERN_NESTING).build().map_err(|error| match error {
        regex::Error::CompiledTooBig(_) => "这个匹配式太大了,请减少重复的次数,或者拆成几个。",
        _ => "这个匹配式看不懂。请检查括号是否成对,*、+、? 前面有没有内容,反斜杠后面的字母有没有意义;不能向前、向后张望,也不能引用前面的括号。",
    })
}
