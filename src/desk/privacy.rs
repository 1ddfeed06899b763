//! What may not be typed into chat (个人信息保护法 28、36 条): id, card and phone numbers, and any name, id or account of the warning's own evidence.

use std::collections::HashSet;

use crate::chat;
use crate::domain::record::{beneficiary, disbursement, payment};
use crate::domain::{ChatSafe, Entity, Value, find_personal, normalise};
use crate::intake::take::Delivered;
use crate::keys::Keyring;
use crate::store::warning::{self, Warning};
use crate::store::{Store, StoreError, journal, ledger};

/// As many of a warning's records as are looked into; a list of thousands is answered on the page.
const MOST: i64 = 200;
/// The members of an event that name a person.
const PERSONAL: &[&str] = &["payee_name", "payee_account", "payer_account", "name", "id_no", "account"];

/// Fields whose hashes tell of a person, even where the latest event did not name them: a correction takes them over from its original.
const HASHED: &[(Entity, usize)] = &[
    (Entity::Payment, payment::PAYEE_NAME),
    (Entity::Payment, payment::PAYEE_ACCOUNT),
    (Entity::Disbursement, disbursement::NAME),
    (Entity::Disbursement, disbursement::ID_NO),
    (Entity::Disbursement, disbursement::ACCOUNT),
    (Entity::Beneficiary, beneficiary::NAME),
    (Entity::Beneficiary, beneficiary::ID_NO),
];
/// The longest piece of a text that is hashed: longer names are those of units.
const PIECE: usize = 32;

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

/// Refuses what the warning's own evidence holds of a person.
pub(super) async fn refuse_evidence(store: &Store, warning: &Warning, texts: &[String]) -> Result<Option<ChatSafe>, StoreError> {
    if texts.is_empty() {
        return Ok(None);
    }
    let typed: Vec<String> = texts.iter().map(|text| normalise(text)).collect();
    let hashes = pieces(&typed, &store.keys);
    for item in warning::items(store, warning.no, MOST).await? {
        let Some(record) = ledger::record(store, item.entity, &item.key).await? else { continue };
        if !matches!(item.entity, Entity::Payment | Entity::Disbursement | Entity::Beneficiary) {
            continue;
        }
        let held = HASHED.iter().filter(|(entity, _)| *entity == record.entity).any(|(_, slot)| hashes.contains(record.get(*slot)));
        if held || personal_of(store, record.seq, record.line).await?.iter().any(|own| typed.iter().any(|text| text.contains(own.as_str()))) {
            return Ok(Some(chat!("文字里有这条预警所涉人员的姓名、证件号或账号。为保护个人信息,聊天里不能填写,请改为“见材料”。没有保存。")));
        }
    }
    Ok(None)
}

/// The keyed hashes of all pieces of these texts.
fn pieces(texts: &[String], keys: &Keyring) -> HashSet<Value> {
    let mut hashes = HashSet::new();
    for text in texts {
        let letters: Vec<char> = text.chars().collect();
        for length in 2..=PIECE {
            hashes.extend(letters.windows(length).filter_map(|piece| keys.hash(&piece.iter().collect::<String>())).map(Value::Cipher));
        }
    }
    hashes
}

/// The personal texts of one journalled line.
async fn personal_of(store: &Store, seq: i64, line: i64) -> Result<HashSet<String>, StoreError> {
    let Some(sealed) = journal::read(store, seq - 1, 1).await?.into_iter().next() else { return Ok(HashSet::new()) };
    let entry = sealed.open(store.office, &store.keys)?;
    let Ok(delivered) = serde_json::from_slice::<Delivered>(&entry.content) else { return Ok(HashSet::new()) };
    let line = usize::try_from(line - 1).unwrap_or(0);
    let Some(raw) = delivered.lines.get(line) else { return Ok(HashSet::new()) };
    let Ok(event) = serde_json::from_slice::<serde_json::Value>(&raw.bytes()) else { return Ok(HashSet::new()) };
    let data = event.get("data");
    let texts = PERSONAL.iter().filter_map(|name| data?.get(name)?.as_str()).map(normalise);
    // a single character would forbid ordinary words
    Ok(texts.filter(|text| text.chars().count() >= 2).collect())
}
