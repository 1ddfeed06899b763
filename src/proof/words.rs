//! An entry in the office's words: what was done, by whom, and what it changed.

use std::collections::{BTreeMap, HashMap};

use crate::desk::{Act, Change};
use crate::jobs::Tick;
use crate::rules::Rule;
use crate::store::event::Delivered;
use crate::store::setting::{self, OfficeSettings, Setting};
use crate::store::staff::{self, StaffCard};
use crate::store::story::{self, Outcome};
use crate::store::{Entry, EntryKind, Store, StoreError};

/// 种类
pub(super) const fn kind(kind: EntryKind) -> &'static str {
    match kind {
        EntryKind::Event => "接收",
        EntryKind::Act => "办理",
        EntryKind::Tick => "定时",
        EntryKind::Delivery => "投递",
        EntryKind::Setting => "设置",
    }
}

/// What is said of one entry.
#[derive(Debug, Default)]
pub(super) struct Said {
    pub name: String,
    pub account: String,
    pub what: String,
    pub changes: Vec<Change>,
}

/// What stands behind the numbers and codes of entries.
pub(super) struct Words {
    settings: Option<OfficeSettings>,
    people: HashMap<i64, String>,
    /// How each person was entered last: section and permissions.
    cards: HashMap<i64, (String, String)>,
    outcomes: HashMap<i64, Vec<Outcome>>,
    leads: bool,
}

impl Words {
    pub async fn of(store: &Store, leads: bool) -> Result<Words, StoreError> {
        let people = staff::all(store).await?.into_iter().map(|person| (person.id, person.name)).collect();
        Ok(Words { settings: setting::current(store).await?, people, cards: HashMap::new(), outcomes: HashMap::new(), leads })
    }

    /// Looks up what became of deliveries by these entries.
    pub async fn look_up(&mut self, store: &Store, after: i64, end: i64) -> Result<(), StoreError> {
        self.outcomes.clear();
        for outcome in story::outcomes(store, after, end).await? {
            self.outcomes.entry(outcome.by).or_default().push(outcome);
        }
        Ok(())
    }

    pub fn say(&mut self, entry: &Entry) -> Result<Said, StoreError> {
        let bad = |e: serde_json::Error| StoreError::BadEntry { seq: entry.seq, reason: e.to_string() };
        Ok(match entry.kind {
            EntryKind::Event => event(&serde_json::from_slice(&entry.content).map_err(bad)?),
            EntryKind::Act => self.act(serde_json::from_slice(&entry.content).map_err(bad)?),
            EntryKind::Tick => {
                let tick: Tick = serde_json::from_slice(&entry.content).map_err(bad)?;
                Said { what: tick.name().to_owned(), ..Said::default() }
            }
            EntryKind::Delivery => {
                let told = self.outcomes.get(&entry.seq).map(Vec::as_slice).unwrap_or_default();
                Said { what: told.iter().map(|outcome| self.delivered(outcome)).collect::<Vec<_>>().join(";"), ..Said::default() }
            }
            EntryKind::Setting => self.setting(serde_json::from_slice(&entry.content).map_err(bad)?),
        })
    }

    fn act(&self, act: Act) -> Said {
        let Act { name, account, command, changes } = act;
        // a lead is known to whoever wrote it and to 驻局纪检监察组; to others not even that it is one
        if !self.leads && command.is_confidential() {
            return Said { what: "内容不公开的登记".to_owned(), ..Said::default() };
        }
        Said { name, account, what: command.words(), changes }
    }

    fn section(&self, code: &str) -> String {
        self.settings.as_ref().map_or_else(|| code.to_owned(), |settings| settings.section_name(code))
    }

    fn person(&self, id: i64) -> String {
        self.people.get(&id).cloned().unwrap_or_else(|| format!("{id} 号用户"))
    }

    fn delivered(&self, outcome: &Outcome) -> String {
        let Outcome { channel, recipient, warning, accepted, .. } = outcome;
        let about = warning.map(|no| format!("{} ", crate::delivery::card::no(no))).unwrap_or_default();
        let (way, to) = match channel.as_str() {
            "email" => ("邮件", recipient.clone()),
            _ => ("聊天", self.section(recipient)),
        };
        format!("{about}{way}→{to} {}", if *accepted { "已送达" } else { "没有送达,已搁置" })
    }

    fn setting(&mut self, setting: Setting) -> Said {
        let plain = |what: String| Said { what, ..Said::default() };
        match setting {
            Setting::Office(settings) => plain(format!("单位设置:{}", settings.name)),
            Setting::Rule { code, source } => {
                let off = Rule::compile(&source).is_ok_and(|rule| !rule.enabled);
                plain(format!("规则 {code} 的新版本{}", if off { "登记,停用" } else { "启用" }))
            }
            Setting::Holidays { year, .. } => plain(format!("{year} 年节假日表")),
            Setting::Staff { id, card } => self.card(id, &card),
            Setting::Dissolved { section, into } => plain(format!("{}撤并,没有办结的预警转给{}", self.section(&section), self.section(&into))),
            Setting::Passphrase { id, first: false, .. } => plain(format!("{} 修改终端口令", self.person(id))),
            Setting::Passphrase { id, .. } => plain(format!("{} 的终端口令重新设置", self.person(id))),
            Setting::BindingCode { id, .. } => plain(format!("{} 的聊天账号绑定代码", self.person(id))),
            Setting::Account { id, discord: Some(account) } => plain(format!("{} 绑定聊天账号 discord:{account}", self.person(id))),
            Setting::Account { id, discord: None } => plain(format!("{} 解除聊天账号", self.person(id))),
        }
    }

    /// A person entered or changed; id number and phone are left out.
    fn card(&mut self, id: i64, card: &StaffCard) -> Said {
        let permissions = card.permissions.iter().map(|permission| permission.name()).collect::<Vec<_>>().join("、");
        let (section, permissions) = (self.section(&card.section), permissions);
        let (old_section, old_permissions) = self.cards.insert(id, (section.clone(), permissions.clone())).unwrap_or_default();
        let change = |what: &str, before: String, after: String| Change { what: what.to_owned(), before, after };
        let changes = [change("股室", old_section, section), change("权限", old_permissions, permissions)];
        let changes = changes.into_iter().filter(|change| change.before != change.after).collect();
        Said { what: format!("用户 {} {}", card.name, card.title).trim_end().to_owned(), changes, ..Said::default() }
    }
}

/// Source, number, kinds and digest; nothing of what it told.
fn event(delivered: &Delivered) -> Said {
    let mut types: BTreeMap<String, usize> = BTreeMap::new();
    for line in &delivered.lines {
        let event: Option<Typed> = serde_json::from_slice(&line.bytes()).ok();
        // what a machine calls its event is told only where it is a plain word
        let plain = |name: &String| name.len() <= 60 && name.bytes().all(|b| b.is_ascii_lowercase() || matches!(b, b'.' | b'_'));
        let name = event.map(|event| event.name).filter(plain).unwrap_or_else(|| "读不出的内容".to_owned());
        *types.entry(name).or_default() += 1;
    }
    let types = types.into_iter().map(|(name, count)| format!("{name} {count} 条")).collect::<Vec<_>>().join("、");
    let part = delivered.chunk.map(|chunk| format!("(分批,自第 {} 行)", chunk.first_line)).unwrap_or_default();
    let what = format!("编号 {}{part}:{types};摘要 {}", delivered.webhook_id, delivered.digest);
    Said { account: delivered.source.clone(), what, ..Said::default() }
}

#[derive(serde::Deserialize)]
struct Typed {
    #[serde(rename = "type")]
    name: String,
}
