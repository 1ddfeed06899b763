//! A small ledger to judge against, and records written in a line: for the cases of rules.

use std::cell::RefCell;
use std::sync::Arc;

use rust_decimal::Decimal;
use sha2::{Digest, Sha256};
use unicode_normalization::UnicodeNormalization;

use super::History;
use super::diagnosis::{Fault, Span, meant};
use super::toml_rule::entity_named;
use crate::domain::doc_no::DocNo;
use crate::domain::record::{Kind, allocation, payment};
use crate::domain::text::normalise;
use crate::domain::{Entity, KeyedHash, Money, Record, Value};

/// Records in memory, and how often each entity was asked for.
#[derive(Default)]
pub(super) struct Ledger {
    records: Vec<Arc<Record>>,
    pub asked: RefCell<Vec<Entity>>,
}

impl Ledger {
    pub(super) fn of(records: &[Record]) -> Ledger {
        Ledger { records: records.iter().cloned().map(Arc::new).collect(), ..Ledger::default() }
    }
}

impl History for Ledger {
    fn find(&self, entity: Entity, slots: &[usize], key: &[Value]) -> Vec<Arc<Record>> {
        self.asked.borrow_mut().push(entity);
        let matches = |record: &&Arc<Record>| record.entity == entity && slots.iter().zip(key).all(|(slot, value)| record.get(*slot) == value);
        self.records.iter().filter(matches).cloned().collect()
    }
}

/// `支付 支付金额=1000.00 用途="种苗 化肥"`: the kind of record, then fields. A payment is paid, plain and not taken back unless the line says otherwise.
pub(super) fn read_record(line: &str, key: &str) -> Result<Record, Fault> {
    let mut pieces = pieces(line)?.into_iter();
    let Some((span, kind)) = pieces.next() else { return Err(Fault::new(0..0, "要先写记录种类,例如:支付 支付金额=1000.00。")) };
    let Some(entity) = entity_named(&kind.nfkc().collect::<String>()) else {
        return Err(Fault::new(span, format!("没有叫 {kind} 的记录种类{}", meant(kind, Entity::ALL.map(Entity::name)))));
    };
    let mut record = Record::new(entity, key, 1, 0);
    let mut written = Vec::new();
    for (span, piece) in pieces {
        let Some((name, text)) = piece.split_once(['=', '\u{FF1D}']) else {
            return Err(Fault::new(span, "这里要写成 字段=内容;内容里有空格的要加引号。"));
        };
        let name: String = name.nfkc().collect();
        let Some(slot) = entity.slot(&name) else {
            let hint = meant(&name, entity.fields().iter().map(|field| field.name));
            return Err(Fault::new(span, format!("{}没有叫 {name} 的字段{hint}", entity.name())));
        };
        record.set(slot, value(entity, slot, unquoted(text)).map_err(|message| Fault::new(span, message))?);
        written.push(slot);
    }
    complete(&mut record, &written);
    Ok(record)
}

/// What the service itself would have filled in.
fn complete(record: &mut Record, written: &[usize]) {
    let taken = || record.get(payment::REVERSED).as_money().unwrap_or(Money::ZERO);
    let fills: Vec<(usize, Value)> = match record.entity {
        Entity::Payment => {
            let net = record.get(payment::AMOUNT).as_money().map(|amount| amount - taken());
            vec![(payment::STAGE, "支付".into()), (payment::PAYMENT_KIND, "正常".into()), (payment::NET, net.into())]
        }
        Entity::Allocation => vec![(allocation::DOC_NO_NORMAL, DocNo::new(record.text(allocation::DOC_NO)).normal().into())],
        Entity::Disbursement
        | Entity::Beneficiary
        | Entity::Goal
        | Entity::Indicator
        | Entity::Progress
        | Entity::Evaluation
        | Entity::Payroll
        | Entity::Project
        | Entity::Standard
        | Entity::Other => Vec::new(),
    };
    for (slot, value) in fills.into_iter().filter(|(slot, _)| !written.contains(slot)) {
        record.set(slot, value);
    }
}

fn value(entity: Entity, slot: usize, text: &str) -> Result<Value, String> {
    if text.is_empty() {
        return Ok(Value::Empty);
    }
    let kind = entity.fields().get(slot).map(|field| field.kind);
    Ok(match kind {
        Some(Kind::Money) => Value::Money(text.parse().map_err(|error| format!("{error}。"))?),
        Some(Kind::Number) => Value::Number(Decimal::from_str_exact(text).map_err(|_| "这里要写数。")?),
        Some(Kind::Date) => Value::Date(text.parse().map_err(|_| "这里要写日期,例如 2026-11-20。")?),
        Some(Kind::Flag) => match text {
            "是" => Value::Flag(true),
            "否" => Value::Flag(false),
            _ => return Err("这里只能写 是 或 否。".to_owned()),
        },
        // equal texts have equal hashes, and that is all a rule can see
        Some(Kind::Cipher) => Value::Cipher(hash(text)),
        Some(Kind::Text) if entity.is_doc_no(slot) && !entity.is_spelt_freely(slot) => Value::text(DocNo::new(text).normal()),
        Some(Kind::Text) | None => Value::text(&normalise(text)),
    })
}

fn hash(text: &str) -> KeyedHash {
    let digest = Sha256::digest(normalise(text).as_bytes());
    KeyedHash(std::array::from_fn(|at| digest.get(at).copied().unwrap_or(0)))
}

/// The pieces between blanks; a quotation after `=` may hold blanks.
fn pieces(line: &str) -> Result<Vec<(Span, &str)>, Fault> {
    let mut pieces = Vec::new();
    let (mut start, mut close, mut before) = (None, None, ' ');
    for (at, c) in line.char_indices() {
        match (start, close) {
            (_, Some(end)) if c == end => close = None,
            (_, Some(_)) => {}
            (Some(from), None) if c.is_whitespace() => {
                pieces.push(from..at);
                start = None;
            }
            (Some(_), None) if matches!(before, '=' | '\u{FF1D}') => close = closing(c),
            (Some(_), None) => {}
            (None, None) if c.is_whitespace() => {}
            (None, None) => start = Some(at),
        }
        before = c;
    }
    let rest = start.map(|from| from..line.len());
    if close.is_some() {
        return Err(Fault::new(rest.unwrap_or(0..0), "这里的引号没有结束。"));
    }
    pieces.extend(rest);
    Ok(pieces.into_iter().map(|span| (span.clone(), line.get(span).unwrap_or(""))).collect())
}

const fn closing(open: char) -> Option<char> {
    match open {
        '"' | '\'' => Some(open),
        '\u{201C}' => Some('\u{201D}'),
        '\u{2018}' => Some('\u{2019}'),
        _ => None,
    }
}

fn unquoted(text: &str) -> &str {
    let inside = text.chars().next().and_then(closing).and_then(|close| text.strip_suffix(close));
    inside.and_then(|inside| inside.char_indices().nth(1).map(|(at, _)| &inside[at..])).unwrap_or(if inside.is_some() { "" } else { text })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_what_is_known() {
        let record =
            read_record("支付 支付金额=1000.00 冲销金额=200.00 用途=\"种苗 化肥\" 结算方式='现金' 乡镇=“上土市” 收款人性质= 支付日期=2026-11-20", "1").unwrap();
        let shown = |name: &str| super::super::view::shown(record.get(Entity::Payment.slot(name).unwrap()));
        for (name, text) in [
            ("支付净额", "800.00"),
            ("用途", "种苗 化肥"),
            ("结算方式", "现金"),
            ("乡镇", "上土市"),
            ("收款人性质", "(空)"),
            ("支付日期", "2026-11-20"),
            ("阶段", "支付"),
            ("类型", "正常"),
        ] {
            assert_eq!(shown(name), text, "{name}");
        }
        let requested = read_record("支付 阶段=申请 类型= 支付净额=\"\" 支付金额=5", "1").unwrap();
        assert_eq!((requested.text(payment::STAGE), requested.get(payment::PAYMENT_KIND), requested.get(payment::NET)), ("申请", &Value::Empty, &Value::Empty));
    }

    #[test]
    fn a_document_number_is_known_in_its_normal_form() {
        let record = read_record("指标 本级文号=霍财办(2018]164号 上级文号=皖财办[2019]1318号", "1").unwrap();
        let texts = [allocation::DOC_NO, allocation::DOC_NO_NORMAL, allocation::PARENT_DOC_NO].map(|slot| record.text(slot).to_owned());
        assert_eq!(texts, ["霍财办(2018]164号", "霍财办〔2018〕164号", "皖财办〔2019〕1318号"]);
    }

    #[test]
    fn names_and_numbers_are_equal_when_their_texts_are() {
        let name = |text: &str| read_record(&format!("人员 姓名={text}"), "1").unwrap().values;
        assert_eq!(name("阿依古丽•买买提"), name("阿依古丽·买买提"));
        assert_ne!(name("一个很长很长的名字甲"), name("一个很长很长的名字乙"));
    }

    #[test]
    fn faults_point_at_the_piece() {
        for (line, at, message) in [
            ("", 0, "要先写记录种类"),
            ("支忖 用途=甲", 0, "是不是想写 支付"),
            ("支付 用涂=甲", 7, "是不是想写 用途"),
            ("支付 用途", 7, "字段=内容"),
            ("支付 用途=\"甲 乙", 7, "引号没有结束"),
            ("支付 支付金额=1.234", 7, "两位小数"),
            ("支付 年度=今年", 7, "要写数"),
            ("支付 支付日期=昨天", 7, "要写日期"),
            ("指标 纳入台账=对", 7, "只能写 是 或 否"),
        ] {
            let fault = read_record(line, "1").unwrap_err();
            assert!(fault.span.start == at && fault.message.contains(message), "{line}: {fault:?}");
        }
    }
}
