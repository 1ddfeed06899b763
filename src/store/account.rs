//! Accounts (聊天账号) on Discord: a one-time code is laid down for a person, and whoever says it in time has that person's account from then on.

use chrono::{DateTime, TimeDelta, Utc};

use super::setting::{self, Setting};
use super::staff::{self, Staff, StaffError};
use super::{EntryKind, Store, StoreError, Turn};
use crate::binds;
use crate::config::Snowflake;

/// How long a code may be used.
pub const VALID: TimeDelta = TimeDelta::minutes(30);
/// Wrong codes that an account may say in a row before it has to wait.
const FREE_TRIES: i64 = 5;
/// The first wait; it doubles with every further wrong code.
const PAUSE: TimeDelta = TimeDelta::minutes(1);
/// The longest wait; after as long without a try all is forgotten.
const LONGEST: TimeDelta = TimeDelta::hours(1);

/// What came of a code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Binding {
    /// The account is this person's now, or was already.
    Bound(Staff),
    /// Wrong, used, or too old: which of them is nobody's business.
    NoSuchCode,
    /// The account is somebody else's.
    AccountTaken,
    /// The person has another account.
    PersonBound(Staff),
    /// Too many wrong codes: not before then.
    Wait(DateTime<Utc>),
}

pub(super) async fn write_code(turn: &mut Turn, seq: i64, id: i64, hash: &str, until: i64) -> Result<(), StoreError> {
    let text = "UPDATE staff SET code_hash = $3, code_until = $4, seq = $5 WHERE office_id = $1 AND id = $2";
    turn.tx.execute(text, binds![turn.office, id, hash, until, seq]).await.map(drop)
}

pub(super) async fn write(turn: &mut Turn, seq: i64, id: i64, discord: Option<&str>) -> Result<(), StoreError> {
    let text = "UPDATE staff SET discord = $3, code_hash = NULL, code_until = NULL, seq = $4 WHERE office_id = $1 AND id = $2";
    turn.tx.execute(text, binds![turn.office, id, discord.map(str::to_owned), seq]).await.map(drop)
}

/// Lays down a code for a person without an account; an earlier one is void from then on.
pub async fn offer(store: &Store, at: DateTime<Utc>, name: &str, code: &str) -> Result<(), StaffError> {
    let turn = store.turn().await?;
    let person = staff::by_name(store, name).await?.ok_or_else(|| StaffError::Unknown(name.to_owned()))?;
    if person.discord.is_some() {
        return Err(StaffError::AlreadyBound(person.name));
    }
    let until = (at + VALID).timestamp_micros();
    staff::enter(turn, at, &Setting::BindingCode { id: person.id, hash: hash(store, code), until }).await?;
    Ok(())
}

/// Takes a person's account from them.
pub async fn release(store: &Store, at: DateTime<Utc>, name: &str) -> Result<(), StaffError> {
    let turn = store.turn().await?;
    let person = staff::by_name(store, name).await?.ok_or_else(|| StaffError::Unknown(name.to_owned()))?;
    if person.discord.is_none() {
        return Err(StaffError::NotBound(person.name));
    }
    staff::enter(turn, at, &Setting::Account { id: person.id, discord: None }).await?;
    Ok(())
}

/// An account says a code.
pub async fn redeem(store: &Store, at: DateTime<Utc>, account: Snowflake, code: &str) -> Result<Binding, StoreError> {
    if let Some(then) = paused(store, account, at).await? {
        return Ok(Binding::Wait(then));
    }
    let mut turn = store.turn().await?;
    let holders = turn.tx.fetch("SELECT id, code_until FROM staff WHERE office_id = $1 AND code_hash = $2", binds![turn.office, hash(store, code)]).await?;
    let holder = match holders.first() {
        Some(row) if row.opt_int(1)?.is_some_and(|until| until >= at.timestamp_micros()) => Some(row.int(0)?),
        Some(_) | None => None,
    };
    let people = staff::all_in(&mut turn.tx, turn.office).await?;
    let Some(person) = people.iter().find(|person| Some(person.id) == holder) else {
        drop(turn);
        missed(store, account, at).await?;
        return Ok(Binding::NoSuchCode);
    };
    match (person.discord, people.iter().find(|other| other.discord == Some(account))) {
        (_, Some(owner)) if owner.id != person.id => return Ok(Binding::AccountTaken),
        (Some(own), _) if own != account => return Ok(Binding::PersonBound(person.clone())),
        (Some(_) | None, _) => {}
    }
    let bound = Setting::Account { id: person.id, discord: Some(account.to_string()) };
    let content = serde_json::to_vec(&bound).map_err(|e| StoreError::BadEntry { seq: turn.seq() + 1, reason: e.to_string() })?;
    // whose act it was stands beside it
    let entry = turn.record(at, EntryKind::Setting, Some(person.id), content)?;
    setting::apply(&mut turn, entry.seq, entry.at, &bound).await?;
    turn.commit().await?;
    store.db.execute("DELETE FROM binding_try WHERE office_id = $1 AND account = $2", binds![store.office, account.to_string()]).await?;
    Ok(Binding::Bound(Staff { discord: Some(account), ..person.clone() }))
}

/// Until when an account has to wait, if it has to.
async fn paused(store: &Store, account: Snowflake, now: DateTime<Utc>) -> Result<Option<DateTime<Utc>>, StoreError> {
    let rows = store.db.fetch("SELECT tries, at FROM binding_try WHERE office_id = $1 AND account = $2", binds![store.office, account.to_string()]).await?;
    let Some(row) = rows.first() else { return Ok(None) };
    let (tries, at) = (row.int(0)?, DateTime::from_timestamp_micros(row.int(1)?).unwrap_or_default());
    let doublings = u32::try_from(tries - FREE_TRIES).ok().map(|more| more.min(10));
    let pause = doublings.map(|more| (PAUSE * 2_i32.pow(more)).min(LONGEST));
    Ok(pause.map(|pause| at + pause).filter(|then| *then > now))
}

async fn missed(store: &Store, account: Snowflake, now: DateTime<Utc>) -> Result<(), StoreError> {
    let forgotten = (now - LONGEST).timestamp_micros();
    store.db.execute("DELETE FROM binding_try WHERE office_id = $1 AND at < $2", binds![store.office, forgotten]).await?;
    let text = "INSERT INTO binding_try (office_id, account, tries, at) VALUES ($1, $2, 1, $3) ON CONFLICT (office_id, account) DO UPDATE SET tries = binding_try.tries + 1, at = excluded.at";
    store.db.execute(text, binds![store.office, account.to_string(), now.timestamp_micros()]).await?;
    Ok(())
}

/// However it is typed: letters large or small, with or without its dash.
fn hash(store: &Store, code: &str) -> String {
    let bare: String = code.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    // a text that is not empty always has a hash
    store.keys.hash(&format!("binding code {bare}")).map_or_else(String::new, |hash| super::audit::hex(&hash.0))
}
