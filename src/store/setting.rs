//! What whoever runs the service has laid down: the office, its rules, its staff. Journalled, so that old months replay under the settings of their time.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use commands::SectionKind;
use serde::{Deserialize, Serialize};

use super::db::Tx;
use super::delivery::Channel;
use super::ledger;
use super::register::By;
use super::staff::{self, StaffCard};
use super::{Entry, EntryKind, Store, StoreError, Turn, account};
use crate::binds;
use crate::domain::Level;
use crate::domain::calendar::{Calendar, local_date};

/// A section (股室) or a contact outside the bureau.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "WrittenSection")]
pub struct Section {
    pub code: String,
    pub name: String,
    /// What it is there for.
    pub kind: SectionKind,
    /// Code of the section that manages it (部门预算管理股室); `None`: 农业股, or it is no budget unit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub managed_by: Option<String>,
}

/// A section as entries hold it; those from before kinds were kept tell it by the code.
#[derive(Deserialize)]
struct WrittenSection {
    code: String,
    name: String,
    kind: Option<SectionKind>,
    managed_by: Option<String>,
}

impl From<WrittenSection> for Section {
    fn from(WrittenSection { code, name, kind, managed_by }: WrittenSection) -> Section {
        let by_code = || SectionKind::from_code(code.split(':').next().unwrap_or_default());
        Section { kind: kind.or_else(by_code).unwrap_or(SectionKind::Business), code, name, managed_by }
    }
}

/// What the office has set, as journalled: a replay judges by what held then.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfficeSettings {
    pub name: String,
    /// Business dates before it are judged as 存量: listed, not pushed.
    pub go_live: Option<NaiveDate>,
    pub sections: Vec<Section>,
    /// Working days for each light. The regulation says 及时 and sets no number.
    pub deadlines: Deadlines,
    /// Sections where they are others.
    #[serde(default)]
    pub section_deadlines: Vec<SectionDeadlines>,
    /// When people are reminded, and when those above them are told.
    #[serde(default)]
    pub chasing: Chasing,
    /// What sections are told through.
    #[serde(default = "console")]
    pub chat: Channel,
    /// The programme it runs.
    #[serde(default)]
    pub programme: Programme,
}

/// A fund programme (资金项目): its words, the function codes it may use and the rules it is watched by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Programme {
    pub name: String,
    /// 资金
    pub funds: String,
    /// 对象名册
    pub people: String,
    /// 总台账
    pub ledger: String,
    /// Beginnings of the 支出功能分类 codes that are permitted; none: any.
    pub function_codes: Vec<String>,
    /// Codes of the rules it is watched by; none: all there are.
    pub rules: Vec<String>,
}

/// The regulation's, which entries from before this was kept mean.
impl Default for Programme {
    fn default() -> Programme {
        let [name, funds, people, ledger] = ["财政扶贫资金", "扶贫资金", "建档立卡", "财政扶贫资金总台账"].map(str::to_owned);
        Programme { name, funds, people, ledger, function_codes: Vec::new(), rules: Vec::new() }
    }
}

impl Programme {
    /// Whether this rule watches over it.
    pub fn uses(&self, rule: &str) -> bool {
        self.rules.is_empty() || self.rules.iter().any(|code| code == rule)
    }
}

/// What entries from before there was a choice mean.
const fn console() -> Channel {
    Channel::Console
}

/// Working days for each light, and for a receipt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deadlines {
    pub bell: u32,
    pub yellow: u32,
    pub red: u32,
    /// None in entries from before receipts were asked for: then none is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub receipt: Option<u32>,
    /// From the consent of a countersignature to the day the data must have left by.
    #[serde(default = "ten")]
    pub countersign: u32,
}

/// What entries from before it could be set mean.
const fn ten() -> u32 {
    10
}

impl Deadlines {
    /// Working days for this light.
    pub const fn of(self, level: Level) -> u32 {
        match level {
            Level::Bell => self.bell,
            Level::Yellow => self.yellow,
            Level::Red => self.red,
        }
    }
}

/// Working days for each light in one section; a light left out is as everywhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SectionDeadlines {
    /// Section code.
    pub section: String,
    pub bell: Option<u32>,
    pub yellow: Option<u32>,
    pub red: Option<u32>,
}

impl SectionDeadlines {
    const fn of(&self, level: Level) -> Option<u32> {
        match level {
            Level::Bell => self.bell,
            Level::Yellow => self.yellow,
            Level::Red => self.red,
        }
    }
}

/// How deadlines are kept to (催办), in working days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chasing {
    /// Before the deadline of a yellow or red light.
    pub remind: u32,
    /// After it: to handler and section head, to 农业股, to 领导小组办公室.
    pub escalate: [u32; 3],
    /// The most that a deadline may stand still at a time.
    pub pause: u32,
}

/// What entries from before there was a choice mean.
impl Default for Chasing {
    fn default() -> Chasing {
        Chasing { remind: 1, escalate: [1, 3, 5], pause: 60 }
    }
}

impl OfficeSettings {
    /// Working days for this light in this section.
    pub fn days(&self, section: &str, level: Level) -> u32 {
        let own = self.section_deadlines.iter().find(|own| own.section == section).and_then(|own| own.of(level));
        own.unwrap_or_else(|| self.deadlines.of(level))
    }

    /// What people call it; the code itself where it is unknown.
    pub fn section_name(&self, code: &str) -> String {
        self.sections.iter().find(|section| section.code == code).map_or_else(|| code.to_owned(), |section| section.name.clone())
    }

    /// What people call them, with 、 between.
    pub fn section_names(&self) -> String {
        self.sections.iter().map(|section| section.name.as_str()).collect::<Vec<_>>().join("、")
    }

    /// The section that people or machines name, by code or by name.
    pub fn section(&self, named: &str) -> Option<&Section> {
        self.sections.iter().find(|section| section.code == named || section.name == named)
    }

    /// What a section is there for; `None` if there is none of this code (any more).
    pub fn kind(&self, code: &str) -> Option<SectionKind> {
        self.sections.iter().find(|section| section.code == code).map(|section| section.kind)
    }

    /// Codes of the sections of a kind.
    pub fn of_kind(&self, kind: SectionKind) -> impl Iterator<Item = &str> {
        self.sections.iter().filter(move |section| section.kind == kind).map(|section| section.code.as_str())
    }

    /// The code of the section that leads, and takes what belongs to no section known here: 农业股.
    pub fn leading(&self) -> &str {
        self.of_kind(SectionKind::Agriculture).next().unwrap_or(SectionKind::Agriculture.code())
    }

    /// Code of the section that manages a budget unit (部门、乡镇): the one that its setting names, else 农业股. `None` where it is none.
    pub fn manager(&self, code: &str) -> Option<&str> {
        let unit = self.sections.iter().find(|section| section.code == code && section.kind.is_budget_unit())?;
        let named = unit.managed_by.as_deref().filter(|named| self.kind(named).is_some());
        Some(named.unwrap_or(self.leading()))
    }

    /// The section as a payment names it, by code or by name; anything unknown goes to 农业股.
    pub fn route(&self, named: &str) -> &str {
        self.section(named).map_or(self.leading(), |section| section.code.as_str())
    }
}

/// A deadline that was counted again by a new table of holidays.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recounted {
    /// The warning: year × 1 000 000 + number.
    pub no: i64,
    pub due_on: NaiveDate,
    /// Of a deadline that stands still, what stood before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stood: Option<NaiveDate>,
}

/// The content of a `setting` entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "setting", rename_all = "snake_case")]
pub enum Setting {
    Office(OfficeSettings),
    /// A rule's new version comes into force.
    Rule {
        code: String,
        source: String,
    },
    /// The holidays of a year, as lines that [`Calendar::parse`] reads.
    Holidays {
        year: i32,
        table: String,
        /// Open deadlines that it makes others; entries from before they were counted again have none.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        recounted: Vec<Recounted>,
    },
    Staff {
        id: i64,
        card: StaffCard,
    },
    /// A person's console passphrase, as an argon2 hash; `first`: as it was handed out, to be changed.
    Passphrase {
        id: i64,
        hash: String,
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        first: bool,
    },
    /// A section is not there any more; its open warnings are given to another. Who is told stands with [`watch::reassign`](crate::watch::reassign).
    Dissolved {
        section: String,
        into: String,
    },
    /// A one-time code by which a person may bind an account on Discord; only its keyed hash, and until when (µs UTC).
    BindingCode {
        id: i64,
        hash: String,
        until: i64,
    },
    /// A person's account on Discord: bound, or none any more. Their code is used up by it.
    Account {
        id: i64,
        discord: Option<String>,
    },
}

/// Journals a setting and applies it, as part of a turn.
pub async fn enter(turn: &mut Turn, at: DateTime<Utc>, setting: &Setting) -> Result<Entry, StoreError> {
    let content = serde_json::to_vec(setting).map_err(|e| StoreError::BadEntry { seq: turn.seq() + 1, reason: e.to_string() })?;
    let entry = turn.record(at, EntryKind::Setting, None, content)?;
    apply(turn, entry.seq, entry.at, setting).await?;
    Ok(entry)
}

/// Brings a setting into the state; the same for the first time and for a rebuild.
pub async fn apply(turn: &mut Turn, seq: i64, at: DateTime<Utc>, setting: &Setting) -> Result<(), StoreError> {
    let office = turn.office;
    match setting {
        Setting::Office(settings) => {
            let content = serde_json::to_string(settings).map_err(|e| StoreError::BadEntry { seq, reason: e.to_string() })?;
            let text = "INSERT INTO office_setting (office_id, seq, content) VALUES ($1, $2, $3) ON CONFLICT (office_id) DO UPDATE SET seq = excluded.seq, content = excluded.content";
            turn.tx.execute(text, binds![office, seq, content]).await?;
            turn.changed_rules();
        }
        Setting::Rule { code, source } => {
            let text = "INSERT INTO rule (office_id, code, version, seq, source) SELECT $1, $2, COALESCE(MAX(version), 0) + 1, $3, $4 FROM rule WHERE office_id = $1 AND code = $2";
            turn.tx.execute(text, binds![office, code.as_str(), seq, source.as_str()]).await?;
            turn.changed_rules();
        }
        Setting::Holidays { year, table, recounted: _ } => {
            Calendar::parse(table).map_err(|e| StoreError::BadEntry { seq, reason: e.to_string() })?;
            let text = "INSERT INTO holiday (office_id, year, seq, content) VALUES ($1, $2, $3, $4) ON CONFLICT (office_id, year) DO UPDATE SET seq = excluded.seq, content = excluded.content";
            turn.tx.execute(text, binds![office, i64::from(*year), seq, table.as_str()]).await?;
            // what waits for a day was told that day by the old table: the next sweep looks at all of it
            ledger::hasten(&mut turn.tx, office, local_date(at)).await?;
        }
        Setting::Staff { id, card } => staff::write(turn, By { seq, at, actor: None }, *id, card).await?,
        Setting::Passphrase { id, hash, first } => {
            let text = "UPDATE staff SET passphrase = $3, seq = $4, first_passphrase = $5 WHERE office_id = $1 AND id = $2";
            turn.tx.execute(text, binds![office, *id, hash.as_str(), seq, i64::from(*first)]).await?;
        }
        Setting::Dissolved { .. } => {}
        Setting::BindingCode { id, hash, until } => account::write_code(turn, seq, *id, hash, *until).await?,
        Setting::Account { id, discord } => account::write(turn, seq, *id, discord.as_deref()).await?,
    }
    Ok(())
}

/// The settings in force, inside a turn.
pub async fn office(tx: &mut Tx, office: i64) -> Result<Option<OfficeSettings>, StoreError> {
    let rows = tx.fetch("SELECT content FROM office_setting WHERE office_id = $1", binds![office]).await?;
    rows.first().map(|row| parse(row.text(0)?)).transpose()
}

/// The settings in force.
pub async fn current(store: &Store) -> Result<Option<OfficeSettings>, StoreError> {
    let rows = store.db.fetch("SELECT content FROM office_setting WHERE office_id = $1", binds![store.office]).await?;
    rows.first().map(|row| parse(row.text(0)?)).transpose()
}

fn parse(content: &str) -> Result<OfficeSettings, StoreError> {
    serde_json::from_str(content).map_err(|e| StoreError::BadRow { table: "office_setting", id: "1".to_owned(), reason: e.to_string() })
}

/// The shipped calendar with the years that the office has imported in the place of its own.
pub async fn calendar(tx: &mut Tx, office: i64) -> Result<Calendar, StoreError> {
    let mut calendar = Calendar::shipped().clone();
    for row in tx.fetch("SELECT year, content FROM holiday WHERE office_id = $1 ORDER BY year", binds![office]).await? {
        let year = i32::try_from(row.int(0)?).map_err(|_| StoreError::BadColumn { column: 0, expected: "a year" })?;
        let bad = |reason: String| StoreError::BadRow { table: "holiday", id: year.to_string(), reason };
        calendar = calendar.with_year(year, &Calendar::parse(row.text(1)?).map_err(|e| bad(e.to_string()))?);
    }
    Ok(calendar)
}

/// The table that the office has imported for a year.
pub async fn holidays(tx: &mut Tx, office: i64, year: i32) -> Result<Option<String>, StoreError> {
    let rows = tx.fetch("SELECT content FROM holiday WHERE office_id = $1 AND year = $2", binds![office, i64::from(year)]).await?;
    rows.first().map(|row| Ok(row.text(0)?.to_owned())).transpose()
}

/// The entry that laid down the latest of what is in force: settings of the office, a rule, holidays, a line of the scope, or a step of the white list.
pub async fn latest(tx: &mut Tx, office: i64) -> Result<i64, StoreError> {
    let text = "SELECT COALESCE(MAX(seq), 0) FROM (SELECT seq FROM office_setting WHERE office_id = $1 UNION ALL SELECT seq FROM rule WHERE office_id = $1 UNION ALL SELECT seq FROM holiday WHERE office_id = $1 UNION ALL SELECT seq FROM scope_change WHERE office_id = $1 AND kind <> 'allocation' UNION ALL SELECT MAX(seq) FROM white_list WHERE office_id = $1) laid_down";
    let rows = tx.fetch(text, binds![office]).await?;
    rows.first().map_or(Ok(0), |row| row.int(0))
}

/// The latest version of every rule: code → (version, source).
pub async fn rules(tx: &mut Tx, office: i64) -> Result<BTreeMap<String, (i64, String)>, StoreError> {
    let rows = tx.fetch("SELECT code, version, source FROM rule WHERE office_id = $1 ORDER BY code, version", binds![office]).await?;
    rows.iter().map(|row| Ok((row.text(0)?.to_owned(), (row.int(1)?, row.text(2)?.to_owned())))).collect()
}

/// A version of a rule, and when it came into force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    pub version: i64,
    pub source: String,
    pub at: DateTime<Utc>,
}

/// Every version that a rule has had, the oldest first.
pub async fn versions(store: &Store, code: &str) -> Result<Vec<Version>, StoreError> {
    let text = "SELECT r.version, r.source, j.at FROM rule r JOIN journal j ON j.office_id = r.office_id AND j.seq = r.seq WHERE r.office_id = $1 AND r.code = $2 ORDER BY r.version";
    let rows = store.db.fetch(text, binds![store.office, code]).await?;
    let at = |row: &super::Row| Ok::<_, StoreError>(super::warning::time(Some(row.int(2)?)).unwrap_or_default());
    rows.iter().map(|row| Ok(Version { version: row.int(0)?, source: row.text(1)?.to_owned(), at: at(row)? })).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_from_before_first_passphrases_and_managing_sections_are_read() {
        let old = r#"{"setting":"passphrase","id":1,"hash":"$argon2id$"}"#;
        let read: Setting = serde_json::from_str(old).unwrap();
        assert_eq!(read, Setting::Passphrase { id: 1, hash: "$argon2id$".to_owned(), first: false });
        assert_eq!(serde_json::to_string(&read).unwrap(), old, "and written as they were");
        let section = r#"{"code":"department:education","name":"教育局","kind":"department"}"#;
        let read: Section = serde_json::from_str(section).unwrap();
        assert_eq!((read.managed_by.as_deref(), serde_json::to_string(&read).unwrap().as_str()), (None, section));
    }
}
