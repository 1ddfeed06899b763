//! Staff (用户): one person, one account (实名制, part 5).

use chrono::{DateTime, Utc};
use commands::Permission;
use serde::{Deserialize, Serialize};

use super::db::{Row, Tx};
use super::setting::{self, Setting};
use super::{Entry, EntryKind, Store, StoreError, Turn};
use crate::binds;
use crate::config::Snowflake;

/// What annex 3 asks of a person. The id number stands in full only in the sealed journal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StaffCard {
    pub name: String,
    /// Section code.
    pub section: String,
    pub title: String,
    pub permissions: Vec<Permission>,
    pub email: Option<String>,
    /// 身份证号, checked and in canonical form.
    pub id_no: Option<String>,
    pub phone: Option<String>,
}

/// A person of the office (用户): one person, one account (part 5).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Staff {
    pub id: i64,
    pub name: String,
    /// Section code.
    pub section: String,
    pub title: String,
    pub permissions: Vec<Permission>,
    pub email: Option<String>,
    /// argon2 hash
    pub passphrase: Option<String>,
    /// The account on Discord that is bound to them.
    pub discord: Option<Snowflake>,
}

impl Staff {
    /// Whether they hold the permission.
    pub fn may(&self, permission: Permission) -> bool {
        self.permissions.contains(&permission)
    }
}

/// Why a person cannot be entered.
#[derive(Debug, thiserror::Error)]
pub enum StaffError {
    #[error("已有同名用户“{0}”。一人一个账号;如是同名的另一人,请在姓名后加注(如:张伟(教科文))。")]
    NameTaken(String),
    #[error("这个身份证号已经登记在用户“{0}”名下。一人一个账号。")]
    PersonTaken(String),
    #[error("没有叫“{0}”的用户。用 jingling staff list 查看。")]
    Unknown(String),
    #[error("{0}已经绑定了一个 Discord 账号。如需更换,请先运行:jingling staff unbind {0} --discord")]
    AlreadyBound(String),
    #[error("{0}没有绑定 Discord 账号。")]
    NotBound(String),
    #[error(transparent)]
    Store(#[from] StoreError),
}

const COLUMNS: &str = "id, name, section, title, permissions, email, passphrase, discord";

fn read(row: &Row) -> Result<Staff, StoreError> {
    let one = || -> Result<Staff, StoreError> {
        Ok(Staff {
            id: row.int(0)?,
            name: row.text(1)?.to_owned(),
            section: row.text(2)?.to_owned(),
            title: row.text(3)?.to_owned(),
            permissions: row.text(4)?.split(',').filter_map(Permission::from_name).collect(),
            email: row.opt_text(5)?.map(str::to_owned),
            passphrase: row.opt_text(6)?.map(str::to_owned),
            discord: match row.opt_text(7)?.map(|id| Snowflake::try_from(id.to_owned())) {
                None => None,
                Some(Ok(account)) => Some(account),
                Some(Err(_)) => return Err(StoreError::BadColumn { column: 7, expected: "an account" }),
            },
        })
    };
    one().map_err(|e| e.in_row("staff", row.int(0).unwrap_or(0)))
}

pub(super) async fn write(turn: &mut Turn, seq: i64, id: i64, card: &StaffCard) -> Result<(), StoreError> {
    let permissions: Vec<&str> = card.permissions.iter().map(|permission| permission.name()).collect();
    let id_hash = card.id_no.as_deref().and_then(|id_no| turn.keys.hash(id_no)).map(|hash| hash.0.to_vec());
    let values = binds![
        turn.office,
        id,
        seq,
        card.name.as_str(),
        card.section.as_str(),
        card.title.as_str(),
        permissions.join(","),
        card.email.clone(),
        super::Bind::Blob(id_hash)
    ];
    let columns = ["office_id", "id", "seq", "name", "section", "title", "permissions", "email", "id_hash"];
    turn.tx.insert("staff", &columns, vec![values], "").await
}

/// Enters a person; returns the account's id.
pub async fn add(store: &Store, at: DateTime<Utc>, card: &StaffCard) -> Result<i64, StaffError> {
    let mut turn = store.turn().await?;
    let everybody = all_in(&mut turn.tx, store.office).await?;
    if everybody.iter().any(|staff| staff.name == card.name) {
        return Err(StaffError::NameTaken(card.name.clone()));
    }
    if let Some(hash) = card.id_no.as_deref().and_then(|id_no| store.keys.hash(id_no)) {
        let rows = turn.tx.fetch("SELECT name FROM staff WHERE office_id = $1 AND id_hash = $2", binds![store.office, &hash.0[..]]).await?;
        if let Some(row) = rows.first() {
            return Err(StaffError::PersonTaken(row.text(0)?.to_owned()));
        }
    }
    let id = everybody.iter().map(|staff| staff.id).max().unwrap_or(0) + 1;
    enter(turn, at, &Setting::Staff { id, card: card.clone() }).await?;
    Ok(id)
}

/// Sets a person's console passphrase, given as an argon2 hash.
pub async fn set_passphrase(store: &Store, at: DateTime<Utc>, name: &str, hash: String) -> Result<(), StaffError> {
    let staff = by_name(store, name).await?.ok_or_else(|| StaffError::Unknown(name.to_owned()))?;
    enter(store.turn().await?, at, &Setting::Passphrase { id: staff.id, hash }).await?;
    Ok(())
}

/// Journals a setting and applies it in one turn.
pub async fn enter(mut turn: Turn, at: DateTime<Utc>, setting: &Setting) -> Result<(), StoreError> {
    enter_in(&mut turn, at, setting).await?;
    turn.commit().await
}

/// The same within a turn that goes on.
pub async fn enter_in(turn: &mut Turn, at: DateTime<Utc>, setting: &Setting) -> Result<Entry, StoreError> {
    let content = serde_json::to_vec(setting).map_err(|e| StoreError::BadEntry { seq: turn.seq() + 1, reason: e.to_string() })?;
    let entry = turn.record(at, EntryKind::Setting, None, content)?;
    setting::apply(turn, entry.seq, entry.at, setting).await?;
    Ok(entry)
}

/// Number and name of the person of this number.
pub fn named(people: &[Staff], id: Option<i64>) -> Option<(i64, String)> {
    people.iter().find(|person| Some(person.id) == id).map(|person| (person.id, person.name.clone()))
}

/// Everybody, by id, as the turn sees it.
pub async fn all_in(tx: &mut Tx, office: i64) -> Result<Vec<Staff>, StoreError> {
    let rows = tx.fetch(format!("SELECT {COLUMNS} FROM staff WHERE office_id = $1 ORDER BY id"), binds![office]).await?;
    rows.iter().map(read).collect()
}

/// Everybody, by id.
pub async fn all(store: &Store) -> Result<Vec<Staff>, StoreError> {
    let rows = store.db.fetch(format!("SELECT {COLUMNS} FROM staff WHERE office_id = $1 ORDER BY id"), binds![store.office]).await?;
    rows.iter().map(read).collect()
}

/// The person of this number.
pub async fn by_id(store: &Store, id: i64) -> Result<Option<Staff>, StoreError> {
    let rows = store.db.fetch(format!("SELECT {COLUMNS} FROM staff WHERE office_id = $1 AND id = $2"), binds![store.office, id]).await?;
    rows.first().map(read).transpose()
}

/// The person to whom this account on Discord is bound.
pub async fn by_account(store: &Store, account: Snowflake) -> Result<Option<Staff>, StoreError> {
    let text = format!("SELECT {COLUMNS} FROM staff WHERE office_id = $1 AND discord = $2");
    let rows = store.db.fetch(text, binds![store.office, account.to_string()]).await?;
    rows.first().map(read).transpose()
}

/// The person of exactly this name.
pub async fn by_name(store: &Store, name: &str) -> Result<Option<Staff>, StoreError> {
    let rows = store.db.fetch(format!("SELECT {COLUMNS} FROM staff WHERE office_id = $1 AND name = $2"), binds![store.office, name]).await?;
    rows.first().map(read).transpose()
}
