//! What may not be typed into chat (个人信息保护法 28、36 条): id, card and phone numbers, and any name, id or account of the warning's own evidence.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use crate::chat;
use crate::domain::record::{beneficiary, disbursement, payment};
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
    (Entity::Beneficiary, beneficiary::NAME),
    (Entity::Beneficiary, beneficiary::ID_NO),
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

/// The keyed hashes of all pieces of these texts.
pub(super) fn pieces(texts: &[String], keys: &Keyring) -> HashSet<Value> {
    let mut hashes = HashSet::new();
    for text in texts {
        let letters: Vec<char> = normalise(text).chars().collect();
        for length in SHORTEST..=LONGEST {
            hashes.extend(letters.windows(length).filter_map(|piece| keys.hash(&piece.iter().collect::<String>())).map(Value::Cipher));
        }
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
