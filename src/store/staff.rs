//! Staff (用户): one person, one account (实名制, part 5).

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use commands::Permission;
use serde::{Deserialize, Serialize};

use super::db::Tx;
use super::register::By;
use super::row::Row;
use super::setting::{self, Setting};
use super::warning::time;
use super::{Store, StoreError, Turn};
use crate::binds;
use crate::config::Snowflake;
use crate::keys::Keyring;

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
    /// None once their access is revoked.
    pub permissions: Vec<Permission>,
    pub email: Option<String>,
    /// argon2 hash
    pub passphrase: Option<String>,
    /// The account on Discord that is bound to them.
    pub discord: Option<Snowflake>,
    /// Whether their access holds; whoever lost it stays by name, for the history.
    pub active: bool,
    /// Since when they hold what they hold; `None`: from before this was kept.
    pub since: Option<DateTime<Utc>>,
    /// Whether the passphrase is the one that was handed out (登录初始密码, part 5): the first thing to do is to change it.
    pub first_passphrase: bool,
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
    #[error("已有同名用户“{0}”。一人一个账号;如是同名的另一人,请在姓名后加注,例如 张伟教科文。")]
    NameTaken(String),
    #[error("这个身份证号已经登记在用户“{0}”名下。一人一个账号。")]
    PersonTaken(String),
    #[error("没有叫“{0}”的用户。用 jingling staff list 查看。")]
    Unknown(String),
    #[error("{0}已经绑定了一个 Discord 账号。如需更换,请先运行:jingling staff unbind {0} --discord")]
    AlreadyBound(String),
    #[error("{0}没有绑定 Discord 账号。")]
    NotBound(String),
    #[error("{0}")]
    Barred(&'static str),
    #[error(transparent)]
    Store(#[from] StoreError),
}

const COLUMNS: &str = "id, name, section, title, permissions, email, passphrase, discord, active, since, first_passphrase";

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
            active: row.int(8)? != 0,
            since: time(row.opt_int(9)?),
            first_passphrase: row.int(10)? != 0,
        })
    };
    one().map_err(|e| e.in_row("staff", row.int(0).unwrap_or(0)))
}

fn joined(permissions: &[Permission]) -> String {
    permissions.iter().map(|permission| permission.name()).collect::<Vec<_>>().join(",")
}

/// Enters a person, or takes a revoked account up again: same number, what it holds now.
pub async fn write(turn: &mut Turn, by: By, id: i64, card: &StaffCard) -> Result<(), StoreError> {
    let id_hash = card.id_no.as_deref().and_then(|id_no| turn.keys.hash(id_no)).map(|hash| hash.0.to_vec());
    let values = binds![
        turn.office,
        id,
        by.seq,
        card.name.as_str(),
        card.section.as_str(),
        card.title.as_str(),
        joined(&card.permissions),
        card.email.clone(),
        super::Bind::Blob(id_hash),
        1,
        by.at.timestamp_micros()
    ];
    let columns = ["office_id", "id", "seq", "name", "section", "title", "permissions", "email", "id_hash", "active", "since"];
    let updates: Vec<String> = columns.iter().skip(2).map(|column| format!("{column} = excluded.{column}")).collect();
    turn.tx.insert("staff", &columns, vec![values], &format!("ON CONFLICT (office_id, id) DO UPDATE SET {}", updates.join(", "))).await
}

/// Lays down what a person is and holds from now on (变更).
pub async fn change(turn: &mut Turn, by: By, person: &Staff) -> Result<(), StoreError> {
    let text = "UPDATE staff SET seq = $3, section = $4, title = $5, permissions = $6, email = $7, since = $8 WHERE office_id = $1 AND id = $2";
    let (permissions, since) = (joined(&person.permissions), by.at.timestamp_micros());
    let values = binds![turn.office, person.id, by.seq, person.section.as_str(), person.title.as_str(), permissions, person.email.clone(), since];
    turn.tx.execute(text, values).await.map(drop)
}

/// Takes everything from a person by which they could act or be told anything (撤销); what they were typing goes with it.
pub async fn revoke(turn: &mut Turn, by: By, id: i64) -> Result<(), StoreError> {
    let text = "UPDATE staff SET seq = $3, since = $4, active = 0, permissions = '', email = NULL, passphrase = NULL, first_passphrase = 0, discord = NULL, code_hash = NULL, code_until = NULL WHERE office_id = $1 AND id = $2";
    turn.tx.execute(text, binds![turn.office, id, by.seq, by.at.timestamp_micros()]).await?;
    turn.tx.execute("DELETE FROM draft WHERE office_id = $1 AND staff = $2", binds![turn.office, id]).await.map(drop)
}

/// Whose id number (身份证号) is whose, by keyed hash; revoked people's too.
#[derive(Debug)]
pub struct Holders {
    keys: Arc<Keyring>,
    by_hash: BTreeMap<Vec<u8>, i64>,
}

impl Holders {
    /// Reads all of them, as the turn sees it.
    pub async fn read(turn: &mut Turn) -> Result<Holders, StoreError> {
        let rows = turn.tx.fetch("SELECT id_hash, id FROM staff WHERE office_id = $1 AND id_hash IS NOT NULL", binds![turn.office]).await?;
        let by_hash = rows.iter().map(|row| Ok((row.blob(0)?.to_vec(), row.int(1)?))).collect::<Result<_, StoreError>>()?;
        Ok(Holders { keys: Arc::clone(&turn.keys), by_hash })
    }

    /// Staff id of whoever has this number, in canonical form.
    pub fn of(&self, id_no: &str) -> Option<i64> {
        self.keys.hash(id_no).and_then(|hash| self.by_hash.get(&hash.0[..]).copied())
    }
}

/// The number under which a person is to be entered: a new one, or that of the account which was once theirs. One person, one account.
pub fn account_for(everybody: &[Staff], holder: Option<i64>, name: &str) -> Result<i64, StaffError> {
    let holder = everybody.iter().find(|staff| Some(staff.id) == holder);
    if let Some(active) = holder.filter(|staff| staff.active) {
        return Err(StaffError::PersonTaken(active.name.clone()));
    }
    if everybody.iter().any(|staff| staff.name == name && holder.is_none_or(|holder| holder.id != staff.id)) {
        return Err(StaffError::NameTaken(name.to_owned()));
    }
    Ok(holder.map_or_else(|| everybody.iter().map(|staff| staff.id).max().unwrap_or(0) + 1, |holder| holder.id))
}

/// Enters a person; returns the account's id. Who may hold what is as when access is applied for.
pub async fn add(store: &Store, at: DateTime<Utc>, card: &StaffCard) -> Result<i64, StaffError> {
    let mut turn = store.turn().await?;
    let settings = setting::office(&mut turn.tx, store.office).await?;
    if let Some(kind) = settings.and_then(|settings| settings.kind(&card.section))
        && let Some(why) = card.permissions.iter().find_map(|permission| commands::roles::barred(kind, *permission))
    {
        return Err(StaffError::Barred(why));
    }
    let everybody = all_in(&mut turn.tx, store.office).await?;
    let holders = Holders::read(&mut turn).await?;
    let holder = card.id_no.as_deref().and_then(|id_no| holders.of(id_no));
    let id = account_for(&everybody, holder, &card.name)?;
    enter(turn, at, &Setting::Staff { id, card: card.clone() }).await?;
    Ok(id)
}

/// Hands out a first passphrase for the console, given as an argon2 hash: whoever signs in with it has to choose another.
pub async fn set_passphrase(store: &Store, at: DateTime<Utc>, name: &str, hash: String) -> Result<(), StaffError> {
    lay_down_passphrase(store, at, name, hash, true).await
}

/// The passphrase that a person has chosen, as an argon2 hash.
pub async fn change_passphrase(store: &Store, at: DateTime<Utc>, name: &str, hash: String) -> Result<(), StaffError> {
    lay_down_passphrase(store, at, name, hash, false).await
}

async fn lay_down_passphrase(store: &Store, at: DateTime<Utc>, name: &str, hash: String, first: bool) -> Result<(), StaffError> {
    let mut turn = store.turn().await?;
    // as the turn sees it: whoever was revoked a moment ago gets none
    let everybody = all_in(&mut turn.tx, store.office).await?;
    let person = everybody.iter().find(|staff| staff.active && staff.name == name).ok_or_else(|| StaffError::Unknown(name.to_owned()))?;
    enter(turn, at, &Setting::Passphrase { id: person.id, hash, first }).await?;
    Ok(())
}

/// Journals a setting and applies it in one turn.
pub async fn enter(mut turn: Turn, at: DateTime<Utc>, setting: &Setting) -> Result<(), StoreError> {
    setting::enter(&mut turn, at, setting).await?;
    turn.commit().await
}

/// Number and name of the person of this number.
pub fn named(people: &[Staff], id: Option<i64>) -> Option<(i64, String)> {
    people.iter().find(|person| Some(person.id) == id).map(|person| (person.id, person.name.clone()))
}

/// Everybody, revoked people too, by id, as the turn sees it.
pub async fn all_in(tx: &mut Tx, office: i64) -> Result<Vec<Staff>, StoreError> {
    let rows = tx.fetch(format!("SELECT {COLUMNS} FROM staff WHERE office_id = $1 ORDER BY id"), binds![office]).await?;
    rows.iter().map(read).collect()
}

/// Everybody, revoked people too, by id.
pub async fn all(store: &Store) -> Result<Vec<Staff>, StoreError> {
    let rows = store.db.fetch(format!("SELECT {COLUMNS} FROM staff WHERE office_id = $1 ORDER BY id"), binds![store.office]).await?;
    rows.iter().map(read).collect()
}

/// The person of this number.
pub async fn by_id(store: &Store, id: i64) -> Result<Option<Staff>, StoreError> {
    let rows = store.db.fetch(format!("SELECT {COLUMNS} FROM staff WHERE office_id = $1 AND id = $2"), binds![store.office, id]).await?;
    rows.first().map(read).transpose()
}

/// When each person acted last, by staff id.
pub async fn last_acts(store: &Store) -> Result<BTreeMap<i64, DateTime<Utc>>, StoreError> {
    let text = "SELECT actor, CAST(MAX(at) AS BIGINT) FROM journal WHERE office_id = $1 AND actor IS NOT NULL GROUP BY actor";
    let rows = store.db.fetch(text, binds![store.office]).await?;
    rows.iter().map(|row| Ok((row.int(0)?, time(row.opt_int(1)?).unwrap_or_default()))).collect()
}

/// The person to whom this account on Discord is bound.
pub async fn by_account(store: &Store, account: Snowflake) -> Result<Option<Staff>, StoreError> {
    let text = format!("SELECT {COLUMNS} FROM staff WHERE office_id = $1 AND discord = $2 AND active = 1");
    let rows = store.db.fetch(text, binds![store.office, account.to_string()]).await?;
    rows.first().map(read).transpose()
}

/// The person of exactly this name, if their access holds.
pub async fn by_name(store: &Store, name: &str) -> Result<Option<Staff>, StoreError> {
    let rows = store.db.fetch(format!("SELECT {COLUMNS} FROM staff WHERE office_id = $1 AND name = $2 AND active = 1"), binds![store.office, name]).await?;
    rows.first().map(read).transpose()
}
