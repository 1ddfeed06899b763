//! A small office with three people and the shipped rules, and how deliveries reach it.

use std::path::Path;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use chrono::{DateTime, TimeDelta, Utc};
use commands::Permission;
use jingling::clock::Clock;
use jingling::desk::Desk;
use jingling::intake::take::{Answer, Incoming, read, take};
use jingling::jobs::Jobs;
use jingling::keys::Keyring;
use jingling::store::audit::hex;
use jingling::store::event::{Chunk, Delivered, Raw};
use jingling::store::setting::Setting;
use jingling::store::staff::{self, StaffCard};
use jingling::store::{Store, audit};
use jingling::troubles::Troubles;
use jingling::watch::Orders;
use jingling::{app, config};

use crate::place::Place;

pub const OFFICE: i64 = 1;
/// Valid numbers that belong to nobody.
pub const IDS: [&str; 2] = ["342427196503120012", "341525200303120019"];

/// Rules that read what is taken over from other records, and what is told beside the money.
const LINKED: [(&str, &str); 4] = [
    (
        "ZC18",
        r#"
name = "项目不在项目库"
category = "支出管理"
on = "支付"
needs = ["项目"]
[facts]
"在库项目" = "项目 其中 项目编码 = 本次.项目编码 且 状态 = '在库'"
[[level]]
light = "黄灯"
when = "项目编码 不为空 且 在库项目.不存在"
"#,
    ),
    (
        "DR14",
        r#"
name = "一户多笔"
category = "到人到户"
on = "明细"
[facts]
"同户" = "明细 其中 户编号 = 本次.户编号"
[[level]]
light = "黄灯"
when = "户编号 不为空 且 同户.笔数 > 2"
"#,
    ),
    (
        "DR05",
        r#"
name = "财政供养人员"
category = "到人到户"
on = "明细"
needs = ["财政供养"]
[facts]
"供养" = "财政供养 其中 身份证号 = 本次.身份证号 且 (截止日期 为空 或 截止日期 >= 本次.发放月初)"
[[level]]
light = "黄灯"
when = "供养.存在"
"#,
    ),
    (
        "JX09",
        r#"
name = "目标待审核"
category = "绩效管理"
on = "绩效目标"
[facts]
"执行" = "执行情况 其中 项目编码 = 本次.项目编码 且 年度 = 本次.年度"
[[level]]
light = "黄灯"
when = "填报日期 不为空 且 (审核状态 为空 或 审核状态 ≠ '通过') 且 执行.存在"
[[level]]
light = "警铃"
when = "填报日期 不为空 且 审核状态 = '待审核' 且 超过(填报日期, 1 工作日)"
"#,
    ),
];

fn linked(code: &str, rest: &str) -> Setting {
    let columns = "basis = \"《扶贫资金动态监控平台内部工作规程》\"\nscope = \"财政扶贫资金\"\nhandler = \"归口股室\"\ndescription = \"说明\"";
    Setting::Rule { code: code.to_owned(), source: format!("code = \"{code}\"\n{columns}\n{}", rest.trim_start()) }
}

/// A bell for what is not registered a working day after it came: one for all of a year, so that it rings for several.
const BELL: &str = r#"
code = "ZB01"
name = "指标未登记"
category = "指标管理"
on = "指标"
basis = "《扶贫资金动态监控平台内部工作规程》第一部分"
scope = "上级下达的资金"
handler = "预算股"
description = "收到后一个工作日还没有登记。"
matter = ["年度"]

[params]
"宽限" = 1

[[level]]
light = "警铃"
when = "登记日期 为空 且 超过(收到日期, 宽限 工作日)"
"#;

/// Monday 2 November 2026, nine in the morning, and some hours.
pub fn hours(after: i64) -> DateTime<Utc> {
    DateTime::parse_from_rfc3339("2026-11-02T09:00:00+08:00").unwrap().to_utc() + TimeDelta::hours(after)
}

/// A key file whose keys are the same in every run, with so many sealing keys.
pub fn key_file(sealing: u8) -> String {
    let key = |byte: u8| BASE64.encode([byte; 32]);
    let rows: String = (1..=sealing).map(|n| format!("{n} = \"{}\"\n", key(n))).collect();
    format!("commitment = \"{}\"\nindex = \"{}\"\n[sealing]\n{rows}", key(101), key(102))
}

pub fn keyring(sealing: u8) -> Arc<Keyring> {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("keys.toml");
    std::fs::write(&path, key_file(sealing)).unwrap();
    Arc::new(Keyring::load(&path, OFFICE).unwrap())
}

/// One delivery on its way: a single event, or a whole batch.
#[derive(Debug, Clone)]
pub struct Parcel {
    pub source: &'static str,
    pub id: String,
    pub lines: Vec<String>,
    pub batch: bool,
    pub at: DateTime<Utc>,
}

impl Parcel {
    pub fn single(id: impl Into<String>, line: String, at: DateTime<Utc>) -> Parcel {
        Parcel { source: "treasury", id: id.into(), lines: vec![line], batch: false, at }
    }

    fn incoming(&self, keys: &Keyring) -> Incoming {
        let body = self.lines.join("\n");
        let delivered = Delivered {
            source: self.source.to_owned(),
            webhook_id: self.id.clone(),
            digest: hex(&keys.commit(body.as_bytes())[..16]),
            lines: self.lines.iter().map(|line| Raw::new(line.as_bytes())).collect(),
            chunk: self.batch.then_some(Chunk { first_line: 1, last: true }),
        };
        let readings = self.lines.iter().map(|line| read(self.source, line.as_bytes(), keys)).collect();
        Incoming::new(delivered, readings, self.at).unwrap()
    }
}

pub struct World {
    pub store: Store,
    pub clock: Clock,
    pub desk: Desk,
    pub jobs: Jobs,
}

impl World {
    /// Opens the office in an empty place: settings, rules and people are laid down at hour zero.
    pub async fn begin(place: &Place) -> World {
        let store = Store::new(place.db.clone(), OFFICE, keyring(1));
        let clock = Clock::standing_at(hours(0));
        let config = config::load(None::<&Path>, std::iter::empty()).unwrap();
        app::lay_down(&store, &clock, &config).await.unwrap();
        let turn = store.turn().await.unwrap();
        staff::enter(turn, clock.now(), &Setting::Rule { code: "ZB01".to_owned(), source: BELL.to_owned() }).await.unwrap();
        for (code, rest) in LINKED {
            staff::enter(store.turn().await.unwrap(), clock.now(), &linked(code, rest)).await.unwrap();
        }
        for card in people() {
            staff::add(&store, clock.now(), &card).await.unwrap();
        }
        let mut turn = store.turn().await.unwrap();
        let orders = Arc::new(Orders::read(&mut turn).await.unwrap());
        drop(turn);
        let desk = Desk { store: store.clone(), orders: Arc::clone(&orders), clock: clock.clone(), files: config.desk.folder, outgoing: "outgoing".into() };
        let jobs = Jobs { store: store.clone(), orders, clock: clock.clone(), troubles: Troubles::default() };
        World { store, clock, desk, jobs }
    }

    /// Takes a group in, in one turn.
    pub async fn deliver(&self, group: &[Parcel]) -> Vec<Answer> {
        let incoming: Vec<Incoming> = group.iter().map(|parcel| parcel.incoming(&self.store.keys)).collect();
        let mut turn = self.store.turn().await.unwrap();
        let answers = take(&mut turn, &self.desk.orders, &incoming).await.unwrap();
        turn.commit().await.unwrap();
        answers
    }

    /// What the clock sets going at an hour.
    pub async fn tick(&self, at: DateTime<Utc>) {
        self.clock.advance_to(at);
        self.jobs.run_all().await.unwrap();
    }
}

fn people() -> Vec<StaffCard> {
    let card = |name: &str, section: &str, permissions: &[Permission], id_no: Option<&str>| StaffCard {
        name: name.to_owned(),
        section: section.to_owned(),
        title: "科员".to_owned(),
        permissions: permissions.to_vec(),
        email: Some(format!("{}@example.cn", section.replace(':', "."))),
        id_no: id_no.map(str::to_owned),
        phone: None,
    };
    vec![
        card("石榴", "business:social_security", &[Permission::Query, Permission::Handle], Some(IDS[0])),
        card("白杨", "agriculture", &[Permission::Handle, Permission::Approve, Permission::Summarise], None),
        card("青松", "treasury", &[Permission::Query], None),
    ]
}

/// What differs between two copies, table by table; `but` names the tables that may.
pub async fn differences(one: &Store, other: &Store, but: &[&str]) -> Vec<String> {
    let compared = audit::compare(one, other).await.unwrap();
    compared.into_iter().filter(|(table, _)| !but.contains(table)).filter_map(|(table, (_, unlike))| unlike.map(|told| format!("{table}: {told}"))).collect()
}
