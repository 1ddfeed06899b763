//! Running totals (累计): how many records a fact counts and what they add up to, kept per key, so that judging costs one row however large the ledger is.
//!
//! A fact can be kept so when the rest of its condition reads only the record's own fields and parameters, no field of 本次 and no time: whoever asks, the
//! same records count. Facts written alike in several rules share one total.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use chrono::NaiveDate;
use sha2::{Digest, Sha256};

use super::code::Test;
use super::diagnosis::Span;
use super::lexer::{Token, lex};
use super::param::Param;
use super::rule::{Fact, Rule};
use super::view::{Bench, Figure, Summary, View, bit};
use super::{History, WorkingDays};
use crate::domain::record::{allocation, beneficiary, disbursement, evaluation, goal, indicator, project, standard};
use crate::domain::{Entity, Money, Record, Value};

/// Fields that identify one record: a fact keyed by them reads a row or none, and needs no total.
const IDENTIFYING: &[(Entity, &[usize])] = &[
    (Entity::Allocation, &[allocation::ALLOCATION_ID]),
    (Entity::Disbursement, &[disbursement::PAYMENT, disbursement::LINE_NO]),
    (Entity::Beneficiary, &[beneficiary::PERSON_NO]),
    (Entity::Goal, &[goal::PROJECT_CODE, goal::FISCAL_YEAR]),
    (Entity::Indicator, &[indicator::PROJECT_CODE, indicator::FISCAL_YEAR, indicator::INDICATOR_NO]),
    (Entity::Evaluation, &[evaluation::PROJECT_CODE, evaluation::FISCAL_YEAR]),
    (Entity::Project, &[project::PROJECT_CODE, project::FISCAL_YEAR]),
    (Entity::Standard, &[standard::STANDARD_NO]),
];

/// What is kept per key: count and sum of the records of one entity that meet a condition.
pub struct Total {
    /// The beginning of the digest of `meaning`: the same in every run and on every machine.
    pub id: i64,
    /// Which records count, and what of them is added up, names and parameters resolved.
    pub meaning: String,
    pub entity: Entity,
    /// The fields that make up the key, in order.
    pub slots: Vec<usize>,
    /// The amount that is added up.
    pub(super) sum: Option<usize>,
    with_reversed: bool,
    filter: Arc<[Test]>,
}

impl fmt::Debug for Total {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Total").field(&self.meaning).finish()
    }
}

/// A key's values as bytes: personal ones are keyed hashes already. Keys of one total sort like their texts, so that neighbours stay neighbours.
pub type TotalKey = Vec<u8>;

/// What a record adds to a total: to which key, and its amount in fen, if it has one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    pub key: TotalKey,
    pub amount: Option<i64>,
}

/// What records add up to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    pub count: i64,
    /// How many of them have an amount: a sum over rows that all lack one is 空.
    pub amounts: i64,
    /// In fen. Wider than any amount: what was added can be taken out again exactly.
    pub sum: i128,
}

impl Tally {
    /// One more record.
    pub fn add(&mut self, amount: Option<i64>) {
        self.shift(1, amount);
    }

    /// One record less.
    pub fn take_out(&mut self, amount: Option<i64>) {
        self.shift(-1, amount);
    }

    fn shift(&mut self, by: i64, amount: Option<i64>) {
        self.count += by;
        if let Some(fen) = amount {
            self.amounts += by;
            self.sum += i128::from(by) * i128::from(fen);
        }
    }

    /// Together with another.
    pub fn merge(&mut self, other: Tally) {
        self.count += other.count;
        self.amounts += other.amounts;
        self.sum += other.sum;
    }

    /// 金额: zero over no rows, empty when rows are there and none has an amount. Too much is still too much: it stays at the largest amount.
    pub(super) fn money(&self) -> Option<Money> {
        (self.count == 0 || self.amounts > 0).then(|| Money::clamped(self.sum))
    }
}

impl Total {
    /// What the record adds, if it counts.
    pub fn part(&self, record: &Record) -> Option<Part> {
        (record.entity == self.entity && (self.with_reversed || record.counts())).then(|| self.matching(record)).flatten()
    }

    /// What the subject adds to the total it asks for although it does not count for others: what is merely requested is judged as if it were paid.
    pub(super) fn own(&self, subject: &Record, key: &TotalKey) -> Option<Part> {
        let left_out = subject.entity == self.entity && !self.with_reversed && !subject.counts();
        left_out.then(|| self.matching(subject)).flatten().filter(|part| part.key == *key)
    }

    fn matching(&self, record: &Record) -> Option<Part> {
        let key = encode(self.slots.iter().map(|slot| record.values.get(*slot)))?;
        let amount = self.sum.and_then(|slot| record.values.get(slot)?.as_money()).map(Money::fen);
        (self.filter.is_empty() || self.holds(record)).then_some(Part { key, amount })
    }

    fn holds(&self, record: &Record) -> bool {
        let bench = Bench::new(record, NaiveDate::MIN, &Nothing, &Nothing, &[], &[]);
        let view = View::of_row(&bench, record);
        self.filter.iter().all(|test| test(&view))
    }
}

/// The filter of a total asks neither for working days nor for other records.
struct Nothing;

impl WorkingDays for Nothing {
    fn is_working_day(&self, _: NaiveDate) -> bool {
        false
    }
    fn add(&self, day: NaiveDate, _: u32) -> NaiveDate {
        day
    }
}

impl History for Nothing {
    fn find(&self, _: Entity, _: &[usize], _: &[Value]) -> Vec<Arc<Record>> {
        Vec::new()
    }
}

/// The values of a key as bytes, each followed by its length; `None` when one is empty, for empty equals nothing.
pub(super) fn encode<'v>(values: impl Iterator<Item = Option<&'v Value>>) -> Option<TotalKey> {
    let mut key = TotalKey::with_capacity(32);
    for value in values {
        let start = key.len();
        match value? {
            Value::Empty => return None,
            Value::Money(money) => key.extend(money.fen().to_be_bytes()),
            Value::Number(number) => key.extend(number.normalize().to_string().bytes()),
            Value::Text(text) => key.extend(text.bytes()),
            Value::Date(date) => key.extend(date.to_string().bytes()),
            Value::Flag(flag) => key.push(u8::from(*flag)),
            Value::Cipher(hash) => key.extend(hash.0),
        }
        let length = u32::try_from(key.len() - start).unwrap_or(u32::MAX);
        key.extend(length.to_be_bytes());
    }
    Some(key)
}

/// What is known of a fact's condition once it was compiled.
pub(super) struct Condition<'r> {
    pub text: &'r str,
    /// Where the parts stand that are no key.
    pub parts: Vec<Span>,
    pub params: &'r [Param],
    /// It reads nothing but the record itself and parameters.
    pub of_row_only: bool,
}

impl Condition<'_> {
    /// Its words in an order of its own, parameters by their values; `None` where it cannot be kept as a total.
    pub(super) fn meaning(&self) -> Option<String> {
        let meant = |span: &Span| {
            let words: Vec<Token> = lex(self.text.get(span.clone())?).ok()?.into_iter().map(|(token, _)| token).filter(|token| *token != Token::End).collect();
            Some(bare(&words).iter().map(|word| self.resolved(word)).collect::<String>())
        };
        let parts: BTreeSet<String> = self.parts.iter().map(meant).collect::<Option<_>>()?;
        self.of_row_only.then(|| parts.into_iter().collect::<Vec<_>>().join(" & "))
    }

    fn resolved(&self, token: &Token) -> String {
        match token {
            Token::Name(name) => match self.params.iter().find(|param| param.name == *name) {
                Some(param) => format!("{:?} ", param.value),
                None => format!("{name} "),
            },
            word => format!("{word:?} "),
        }
    }
}

/// Without brackets around the whole.
fn bare(words: &[Token]) -> &[Token] {
    let [Token::Open, inner @ .., Token::Close] = words else { return words };
    let mut open = 0_i32;
    let closed_early = inner.iter().any(|word| {
        open += i32::from(*word == Token::Open) - i32::from(*word == Token::Close);
        open < 0
    });
    if closed_early { words } else { bare(inner) }
}

/// Notes what the figures read of each fact, and gives those that can be kept so the totals they ask for.
pub(super) fn assign(facts: &mut [Fact], figures: &[Figure]) {
    for (index, fact) in facts.iter_mut().enumerate() {
        let mut sums = BTreeSet::new();
        let mut sums_only = true;
        for figure in figures.iter().filter(|figure| figure.fact == index) {
            match figure.summary {
                // whatever is added up there tells the count as well
                Summary::Count | Summary::Exists | Summary::Missing => drop(sums.insert(fact.entity.amount_slot())),
                Summary::Sum(slot) => {
                    fact.row_mask |= bit(slot);
                    sums.insert(Some(slot));
                }
                Summary::SumOfNumbers(slot)
                | Summary::Largest(slot)
                | Summary::Smallest(slot)
                | Summary::Earliest(slot)
                | Summary::Latest(slot)
                | Summary::Distinct(slot)
                | Summary::DistinctDocNos(slot) => {
                    fact.row_mask |= bit(slot);
                    sums_only = false;
                }
            }
        }
        if sums_only && fact.meaning.is_some() && !identifies(fact.entity, &fact.slots) {
            fact.totals = sums.into_iter().map(|sum| Arc::new(total(fact, sum))).collect();
        }
    }
}

fn identifies(entity: Entity, slots: &[usize]) -> bool {
    IDENTIFYING.iter().any(|(of, by)| *of == entity && by.iter().all(|slot| slots.contains(slot)))
}

fn total(fact: &Fact, sum: Option<usize>) -> Total {
    let column = |slot: usize| fact.entity.fields().get(slot).map_or("", |field| field.column);
    let meaning = format!(
        "{} by {} add {}{} where {}",
        fact.entity.table(),
        fact.slots.iter().map(|slot| column(*slot)).collect::<Vec<_>>().join(","),
        sum.map_or("nothing", column),
        if fact.with_reversed { " with reversed" } else { "" },
        fact.meaning.as_deref().unwrap_or(""),
    );
    let mut id = [0; 8];
    id.iter_mut().zip(Sha256::digest(meaning.as_bytes())).for_each(|(byte, digest)| *byte = digest);
    Total {
        id: i64::from_be_bytes(id),
        meaning,
        entity: fact.entity,
        slots: fact.slots.clone(),
        sum,
        with_reversed: fact.with_reversed,
        filter: Arc::clone(&fact.filter),
    }
}

/// The totals that these rules ask for, each once.
pub fn totals<'r>(rules: impl Iterator<Item = &'r Rule>) -> Vec<Arc<Total>> {
    let mut all: Vec<Arc<Total>> = rules.flat_map(|rule| &rule.facts).flat_map(|fact| fact.totals.iter().cloned()).collect();
    all.sort_by_key(|total| total.id);
    all.dedup_by_key(|total| total.id);
    all
}

#[cfg(test)]
mod tests {
    use super::super::ledger::read_record;
    use super::super::pack;
    use super::*;

    /// A rule on payments with one fact, and what its one level asks of it.
    fn rule(fact: &str, when: &str) -> Rule {
        let params = if fact.contains("= 方式") { "\"方式\" = \"现金\"" } else { "" };
        let head =
            "code = \"ZC99\"\nname = \"试\"\ncategory = \"支出管理\"\non = \"支付\"\nbasis = \"试\"\nscope = \"试\"\nhandler = \"试\"\ndescription = \"试\"";
        Rule::compile(&format!("{head}\n[params]\n{params}\n[facts]\n\"甲\" = \"{fact}\"\n[[level]]\nlight = \"黄灯\"\nwhen = \"{when}\""))
            .unwrap_or_else(|faults| panic!("{}", faults.iter().map(ToString::to_string).collect::<String>()))
    }

    fn meanings(fact: &str, when: &str) -> Vec<String> {
        rule(fact, when).facts[0].totals.iter().map(|total| total.meaning.clone()).collect()
    }

    #[test]
    fn what_reads_only_its_own_record_is_kept_as_a_total() {
        let town = "支付 其中 乡镇 = 本次.乡镇 且 结算方式 = 方式";
        for (fact, when, kept) in [
            (town, "甲.笔数 > 1", 1),
            (town, "甲.金额 > 1 或 甲.不存在", 1),
            // one for each field that is added up
            (town, "甲.金额 > 1 且 甲.合计(冲销金额) > 1", 2),
            ("支付 含冲销 其中 乡镇 = 本次.乡镇", "甲.存在", 1),
            // what a total does not tell
            (town, "甲.不同(凭证号) > 1", 0),
            (town, "甲.最大(支付金额) > 1", 0),
            ("支付 近30天 其中 乡镇 = 本次.乡镇", "甲.笔数 > 1", 0),
            (town, "甲.金额 > 1 且 甲.最早(支付日期) < 支付日期", 0),
            // who asks decides which records count, or the day does
            ("支付 其中 乡镇 = 本次.乡镇 且 支付日期 <= 本次.支付日期", "甲.笔数 > 1", 0),
            ("支付 其中 乡镇 = 本次.乡镇 且 (用途 = '差旅' 或 用途 = 本次.用途)", "甲.笔数 > 1", 0),
            ("支付 其中 乡镇 = 本次.乡镇 且 超过(支付日期, 30 天)", "甲.笔数 > 1", 0),
            // one record at the most
            ("指标 其中 指标编号 = 本次.指标编号", "甲.金额 > 1", 0),
        ] {
            assert_eq!(meanings(fact, when).len(), kept, "{fact}: {when}");
        }
    }

    #[test]
    fn the_same_question_has_one_total_however_it_is_written() {
        let asked = |fact: &str| rule(fact, "甲.笔数 > 1").facts[0].totals[0].id;
        let one = asked("支付 其中 乡镇 = 本次.乡镇 且 年度 = 本次.年度 且 结算方式 = '现金' 且 用途 为空");
        assert_eq!(one, asked("支付 其中 用途 为空 and (结算方式='现金') 且 本次.年度=年度 且 乡镇 = 本次.乡镇"));
        assert_eq!(one, asked("支付 其中 乡镇 = 本次.乡镇 且 年度 = 本次.年度 且 结算方式 = 方式 且 用途 为空"), "a parameter is its value");
        let others = [
            "支付 其中 乡镇 = 本次.乡镇 且 年度 = 本次.年度 且 结算方式 = 方式 且 用途 不为空",
            "支付 其中 乡镇 = 本次.乡镇 且 年度 = 本次.年度 且 结算方式 = '转账' 且 用途 为空",
            "支付 其中 乡镇 = 本次.乡镇 且 结算方式 = 方式 且 用途 为空",
            "支付 含冲销 其中 乡镇 = 本次.乡镇 且 年度 = 本次.年度 且 结算方式 = 方式 且 用途 为空",
            "支付 其中 乡镇 = 本次.归口股室 且 年度 = 本次.年度 且 结算方式 = 方式 且 (用途 为空 或 用途 = '差旅')",
        ];
        let all: BTreeSet<i64> = others.iter().map(|fact| asked(fact)).chain([one]).collect();
        assert_eq!(all.len(), others.len() + 1);
        // whose field the key equals is the asker's affair
        assert_eq!(asked("支付 其中 乡镇 = 本次.乡镇"), asked("支付 其中 乡镇 = 本次.归口股室"));
        insta::assert_snapshot!(meanings("支付 其中 乡镇 = 本次.乡镇 且 结算方式 = 方式", "甲.笔数 > 1").join("\n"), @"payment by town add net where 结算方式 Compare(Equal) Text(\"现金\") ");
    }

    #[test]
    fn a_sum_is_exact_and_shown_as_it_is_or_as_the_largest() {
        let payment = |amount: &str| read_record(&format!("支付 阶段=支付 类型=正常 乡镇=甲 支付净额={amount}"), "1").unwrap();
        let rule = rule("支付 其中 乡镇 = 本次.乡镇", "甲.金额 > 1");
        let part = |amount: &str| rule.facts[0].totals[0].part(&payment(amount)).unwrap();
        let mut tally = Tally::default();
        assert_eq!(tally.money(), Some(Money::ZERO));
        for _ in 0..20 {
            tally.add(part("9999999999999999.99").amount);
        }
        assert_eq!(tally.money().unwrap().fen(), i64::MAX);
        (0..19).for_each(|_| tally.take_out(part("9999999999999999.99").amount));
        assert_eq!(tally.money().unwrap().to_string(), "9,999,999,999,999,999.99");
        tally = Tally::default();
        tally.add(None);
        assert_eq!(tally.money(), None, "rows without an amount add up to nothing known");
    }

    #[test]
    fn keys_differ_where_values_do() {
        let key = |values: &[&str]| encode(values.iter().map(|text| Value::text(text)).collect::<Vec<_>>().iter().map(Some));
        assert_ne!(key(&["ab", "c"]), key(&["a", "bc"]));
        assert_eq!(key(&["a", ""]), None);
    }

    /// Facts of the pack that read records: by whom it is, by the household, or by what identifies one. The rest read lists that are short whatever is paid.
    #[test]
    fn what_is_read_as_records_is_little_however_large_an_allocation_or_a_payment_is() {
        let mut rest = Vec::new();
        for rule in pack().unwrap() {
            for fact in rule.facts.iter().filter(|fact| fact.reads_records()) {
                let fields = fact.slots.iter().map(|slot| &fact.entity.fields()[*slot]);
                let of_somebody = fields.clone().any(|field| field.kind == crate::domain::Kind::Cipher || field.name == "户编号");
                if !of_somebody && !identifies(fact.entity, &fact.slots) {
                    rest.push(format!("{} {} by {}", rule.code, fact.entity.name(), fields.map(|field| field.name).collect::<Vec<_>>().join("、")));
                }
            }
        }
        insta::assert_snapshot!(rest.join("\n"), @r"
        DR11 标准 by 项目编码、发放口径
        JX06 执行情况 by 项目编码、年度、绩效指标编号
        ZC16 支付 by 指标编号、支付金额
        ZC18 项目 by 项目编码
        ");
    }
}
