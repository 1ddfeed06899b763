//! What may not be typed into chat (个人信息保护法 28、36 条): id, card and phone numbers, and any name, id or account of the warning's own evidence.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use crate::chat;
use crate::domain::record::{beneficiary, disbursement, payment, payroll};
use crate::domain::text::is_han;
use crate::domain::{ChatSafe, Entity, Value, find_personal, normalise};
use crate::keys::Keyring;
use crate::store::warning::{self, No};
use crate::store::{StoreError, Turn, ledger};

/// Fields that tell of a person. The ledger keeps their keyed hashes, so pieces of a text are hashed and compared: nothing sealed is opened.
const PERSONAL: &[(Entity, usize)] = &[
    (Entity::Payment, payment::PAYER_ACCOUNT),
    (Entity::Payment, payment::PAYEE_NAME),
    (Entity::Payment, payment::PAYEE_ACCOUNT),
    (Entity::Disbursement, disbursement::NAME),
    (Entity::Disbursement, disbursement::ID_NO),
    (Entity::Disbursement, disbursement::ACCOUNT),
    (Entity::Disbursement, disbursement::ACCOUNT_NAME),
    (Entity::Beneficiary, beneficiary::NAME),
    (Entity::Beneficiary, beneficiary::ID_NO),
    (Entity::Payroll, payroll::NAME),
    (Entity::Payroll, payroll::ID_NO),
];
/// The shortest and the longest piece of a text that is hashed: one character would forbid ordinary words, longer names are those of units.
const SHORTEST: usize = 2;
const LONGEST: usize = 32;

/// Refuses what is personal by its shape.
pub(super) fn refuse_typed(texts: &[String]) -> Option<ChatSafe> {
    use crate::domain::PersonalKind;
    let kind = texts.iter().find_map(|text| find_personal(text))?;
    Some(match kind {
        PersonalKind::Id => chat!("文字里好像有身份证号。为保护个人信息,聊天里不能填写,请改为“见材料”。没有保存。"),
        PersonalKind::Card => chat!("文字里好像有银行账号。为保护个人信息,聊天里不能填写,请改为“见材料”。没有保存。"),
        PersonalKind::Phone => chat!("文字里好像有电话号码。请只写前三位和后四位,如 138****1234。没有保存。"),
    })
}

/// The keyed hashes of all pieces of these texts, as typed and as they would be without what was put between: 张 三, 张·三 and 张-三 are 张三.
pub(super) fn pieces(texts: &[String], keys: &Keyring) -> HashSet<Value> {
    let mut hashes = HashSet::new();
    for text in texts {
        let typed: Vec<char> = normalise(text).chars().collect();
        let bare: Vec<char> = typed.iter().filter(|c| c.is_alphanumeric()).map(char::to_ascii_uppercase).collect();
        // a name of two parts stands in the evidence with a dot, whatever was typed there
        let words: Vec<String> = typed.split(|c| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(|word| word.iter().collect()).collect();
        let dotted: Vec<char> = words.join("·").chars().collect();
        let mut readings = vec![&typed, &bare, &dotted];
        readings.dedup();
        for letters in readings {
            for length in SHORTEST..=LONGEST {
                hashes.extend(letters.windows(length).filter_map(|piece| keys.hash_normal(&piece.iter().collect::<String>())).map(Value::Cipher));
            }
        }
        // lists set names of two characters apart, to stand straight under those of three
        let apart = bare.windows(2).filter(|pair| pair.iter().all(|c| is_han(*c))).map(|pair| pair.iter().map(char::to_string).collect::<Vec<_>>().join(" "));
        hashes.extend(apart.filter_map(|pair| keys.hash_normal(&pair)).map(Value::Cipher));
    }
    hashes
}

/// Refuses what the warning's own evidence holds of a person, whichever of its records it is.
pub(super) async fn refuse_evidence(turn: &mut Turn, no: No, typed: &HashSet<Value>) -> Result<Option<ChatSafe>, StoreError> {
    if typed.is_empty() {
        return Ok(None);
    }
    let refused = evidence_of(turn, &[no]).await?.iter().any(|value| typed.contains(value));
    Ok(refused.then(|| chat!("文字里有这条预警所涉人员的姓名、证件号或账号。为保护个人信息,聊天里不能填写,请改为“见材料”。没有保存。")))
}

/// The keyed hashes of what the evidence of these warnings holds of people.
pub(super) async fn evidence_of(turn: &mut Turn, numbers: &[No]) -> Result<HashSet<Value>, StoreError> {
    let mut keys: BTreeMap<Entity, BTreeSet<String>> = BTreeMap::new();
    for item in warning::items_of(&mut turn.tx, turn.office, numbers).await? {
        keys.entry(item.entity).or_default().insert(item.key);
    }
    let mut values = HashSet::new();
    for (entity, keys) in keys {
        let slots: Vec<usize> = PERSONAL.iter().filter(|(of, _)| *of == entity).map(|(_, slot)| *slot).collect();
        let records = ledger::by_key(&mut turn.tx, turn.office, entity, &keys.into_iter().collect::<Vec<_>>()).await?;
        values.extend(records.iter().flat_map(|record| slots.iter().map(|slot| record.get(*slot).clone())).filter(|value| !value.is_empty()));
    }
    Ok(values)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_or_number_is_known_however_it_is_typed() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("keys.toml");
        Keyring::create(&path).unwrap();
        let keys = Keyring::load(&path, 1).unwrap();
        let known = |typed: &str, evidence: &str| keys.hash(evidence).is_some_and(|hash| pieces(&[typed.to_owned()], &keys).contains(&Value::Cipher(hash)));
        for (typed, evidence) in [
            ("找张三核对", "张三"),
            ("找张 三核对", "张三"),
            ("找张·三核对", "张三"),
            ("找张　三核对", "张三"),
            ("找 张-三 核对", "张三"),
            ("找张\u{200B}三核对", "张三"),
            ("找张三核对", "张　三"),
            ("欧.阳.小.满领取", "欧阳小满"),
            ("阿依古丽 买买提", "阿依古丽·买买提"),
            ("阿依古丽・买买提", "阿依古丽·买买提"),
            ("账户6217 0000 0001 7", "6217000000017"),
            ("账户６２１７-00000-0017", "6217000000017"),
            ("证号11010519491231002x", "11010519491231002X"),
        ] {
            assert!(known(typed, evidence), "{typed}");
        }
        for (typed, evidence) in [("三张发票", "张三"), ("找张四核对", "张三"), ("款项已到账", "张三"), ("", "张三")] {
            assert!(!known(typed, evidence), "{typed}");
        }
    }
}
