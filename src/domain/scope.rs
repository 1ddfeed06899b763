//! Scope (资金范围和项目口径): which funds are poverty relief, as 农业股 has laid down (part 2 (四)); and whose word on one allocation holds.

use commands::{Flag, ScopeKind};

use super::record::allocation;
use super::{Record, Value, normalise};

/// By whom an allocation was identified (标识来源). A later one is not overruled by an earlier one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MarkedBy {
    /// 来源: whoever told of it said so outright
    Source,
    /// 口径: a line of the scope matches
    Scope,
    /// 认定: a person decided
    Person,
}

impl MarkedBy {
    const ALL: [MarkedBy; 3] = [MarkedBy::Source, MarkedBy::Scope, MarkedBy::Person];

    /// As the ledger keeps it and people read it.
    pub const fn name(self) -> &'static str {
        match self {
            MarkedBy::Source => "来源",
            MarkedBy::Scope => "口径",
            MarkedBy::Person => "认定",
        }
    }

    /// By whom this allocation was identified; `None`: by nobody.
    pub fn of(record: &Record) -> Option<MarkedBy> {
        let name = record.text(allocation::MARKED_BY);
        MarkedBy::ALL.into_iter().find(|by| by.name() == name)
    }
}

/// What stands of an allocation (扶贫标识).
pub fn flag(record: &Record) -> Flag {
    Flag::from_name(record.text(allocation::POVERTY_FLAG)).unwrap_or(Flag::Unidentified)
}

/// One line of the scope (口径).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScopeLine {
    pub kind: ScopeKind,
    /// In normal form.
    pub value: String,
    pub flag: Flag,
    /// The journal entry that laid it down.
    pub seq: i64,
}

impl ScopeLine {
    fn matches(&self, record: &Record) -> bool {
        match self.kind {
            ScopeKind::Project => record.text(allocation::PROJECT_CODE) == self.value,
            ScopeKind::Fund => record.text(allocation::FUND_NAME) == self.value,
            ScopeKind::Function => record.text(allocation::FUNCTION_CODE).starts_with(&self.value),
        }
    }

    /// A project says more than a fund, a fund more than a function; of two functions the longer code.
    const fn weight(&self) -> (u8, usize) {
        match self.kind {
            ScopeKind::Project => (2, 0),
            ScopeKind::Fund => (1, 0),
            ScopeKind::Function => (0, self.value.len()),
        }
    }
}

/// The value of a line as it is compared.
pub fn subject(value: &str) -> String {
    normalise(value)
}

/// All lines in force.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Scope(Vec<ScopeLine>);

impl Scope {
    pub fn new(lines: Vec<ScopeLine>) -> Scope {
        Scope(lines)
    }

    /// Those that decide something.
    pub fn lines(&self) -> impl Iterator<Item = &ScopeLine> {
        self.0.iter().filter(|line| line.flag != Flag::Unidentified)
    }

    /// The line that decides on this allocation: the one that says most.
    pub fn of(&self, record: &Record) -> Option<&ScopeLine> {
        self.lines().filter(|line| line.matches(record)).max_by_key(|line| line.weight())
    }

    /// Brings what an event tells of the identification to what is known. A person's decision stands: what says otherwise is kept beside it, and true is
    /// returned when that is news. An outright word of the source comes next, then the scope.
    pub fn hear(&self, record: &mut Record, told: &Value, in_ledger: &Value) -> bool {
        let outright = told.as_text().and_then(Flag::from_name).filter(|flag| *flag != Flag::Unidentified);
        match (MarkedBy::of(record), outright) {
            (Some(MarkedBy::Person), None) => false,
            (Some(MarkedBy::Person), Some(told)) => {
                let otherwise = if told == flag(record) { Value::Empty } else { told.name().into() };
                let news = !otherwise.is_empty() && *record.get(allocation::TOLD_OTHERWISE) != otherwise;
                record.set(allocation::TOLD_OTHERWISE, otherwise);
                news
            }
            (Some(MarkedBy::Source | MarkedBy::Scope) | None, Some(told)) => {
                record.set(allocation::POVERTY_FLAG, told.name());
                record.set(allocation::MARKED_BY, MarkedBy::Source.name());
                record.overlay(allocation::IN_LEDGER, in_ledger.clone());
                false
            }
            (Some(MarkedBy::Source), None) if told.is_empty() => {
                record.overlay(allocation::IN_LEDGER, in_ledger.clone());
                false
            }
            (Some(MarkedBy::Source | MarkedBy::Scope) | None, None) => {
                self.settle(record, in_ledger);
                false
            }
        }
    }

    /// Identifies by the scope alone, or takes back what it had said.
    pub fn settle(&self, record: &mut Record, in_ledger: &Value) {
        if let Some(line) = self.of(record) {
            mark(record, line.flag, MarkedBy::Scope);
            return;
        }
        if MarkedBy::of(record) == Some(MarkedBy::Scope) {
            record.set(allocation::IN_LEDGER, Value::Empty);
        }
        record.overlay(allocation::IN_LEDGER, in_ledger.clone());
        record.set(allocation::POVERTY_FLAG, Flag::Unidentified.name());
        record.set(allocation::MARKED_BY, Value::Empty);
    }
}

/// Poverty relief belongs into the ledger (总台账), everything else does not; what was said otherwise before is answered by it.
pub fn mark(record: &mut Record, flag: Flag, by: MarkedBy) {
    record.set(allocation::POVERTY_FLAG, flag.name());
    record.set(allocation::IN_LEDGER, flag == Flag::Poverty);
    record.set(allocation::MARKED_BY, by.name());
    record.set(allocation::TOLD_OTHERWISE, Value::Empty);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Entity;

    fn line(kind: ScopeKind, value: &str, flag: Flag) -> ScopeLine {
        ScopeLine { kind, value: value.to_owned(), flag, seq: 1 }
    }

    fn fund(name: &str, function: &str, project: &str) -> Record {
        let mut record = Record::new(Entity::Allocation, "ZB-1", 1, 1);
        for (slot, text) in [(allocation::FUND_NAME, name), (allocation::FUNCTION_CODE, function), (allocation::PROJECT_CODE, project)] {
            record.set(slot, text);
        }
        record
    }

    fn stands(record: &Record) -> (&'static str, Option<MarkedBy>, bool) {
        (flag(record).name(), MarkedBy::of(record), record.get(allocation::IN_LEDGER).is_true())
    }

    #[test]
    fn the_line_that_says_most_decides() {
        let scope = Scope::new(vec![
            line(ScopeKind::Function, "213", Flag::Other),
            line(ScopeKind::Function, "21305", Flag::Poverty),
            line(ScopeKind::Fund, "水利资金", Flag::Other),
            line(ScopeKind::Project, "XM1", Flag::Poverty),
            line(ScopeKind::Project, "XM2", Flag::Unidentified),
        ]);
        for (name, function, project, decided) in [
            ("甲", "2130505", "", Some(Flag::Poverty)),
            ("甲", "2130301", "", Some(Flag::Other)),
            ("水利资金", "2130505", "", Some(Flag::Other)),
            ("水利资金", "2130505", "XM1", Some(Flag::Poverty)),
            ("水利资金二", "2080101", "XM2", None),
        ] {
            assert_eq!(scope.of(&fund(name, function, project)).map(|line| line.flag), decided, "{name} {function} {project}");
        }
    }

    #[test]
    fn a_persons_word_stands_and_what_says_otherwise_is_kept_beside_it() {
        let scope = Scope::new(vec![line(ScopeKind::Function, "21305", Flag::Poverty)]);
        let (nothing, poverty, other, unknown) = (Value::Empty, Value::text("扶贫"), Value::text("非扶贫"), Value::text("未识别"));
        let mut record = fund("甲", "2130505", "");
        assert!(!scope.hear(&mut record, &nothing, &nothing));
        assert_eq!(stands(&record), ("扶贫", Some(MarkedBy::Scope), true));
        scope.hear(&mut record, &other, &nothing);
        assert_eq!(stands(&record), ("非扶贫", Some(MarkedBy::Source), true), "what it said of the ledger it has not taken back");
        scope.hear(&mut record, &unknown, &nothing);
        assert_eq!(stands(&record), ("扶贫", Some(MarkedBy::Scope), true));
        mark(&mut record, Flag::Other, MarkedBy::Person);
        assert!(!scope.hear(&mut record, &other, &nothing) && !scope.hear(&mut record, &unknown, &nothing));
        assert!(scope.hear(&mut record, &poverty, &Value::Flag(true)) && !scope.hear(&mut record, &poverty, &nothing), "told once");
        assert_eq!(stands(&record), ("非扶贫", Some(MarkedBy::Person), false));
        assert_eq!(record.text(allocation::TOLD_OTHERWISE), "扶贫");
        mark(&mut record, Flag::Poverty, MarkedBy::Person);
        assert!(record.get(allocation::TOLD_OTHERWISE).is_empty());
    }

    #[test]
    fn a_line_withdrawn_leaves_it_unidentified() {
        let mut record = fund("甲", "2130505", "");
        Scope::new(vec![line(ScopeKind::Fund, "甲", Flag::Poverty)]).hear(&mut record, &Value::Empty, &Value::Empty);
        Scope::default().settle(&mut record, &Value::Empty);
        assert_eq!(stands(&record), ("未识别", None, false));
    }
}
