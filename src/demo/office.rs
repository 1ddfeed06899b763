//! The made-up bureau: its configuration and its people.

use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use chrono::NaiveDate;
use commands::Permission::{self, Approve, Handle, Inspect, Query, Rules, Summarise, Users};

use crate::config::{self, Config, Fault};
use crate::keys::{self, KeyError};
use crate::store::staff::StaffCard;

/// Where the county's events come from.
pub const SOURCES: [&str; 3] = ["treasury", "budget", "register"];

/// Twenty-four unpredictable bytes as a signing secret.
pub fn secret() -> Result<String, KeyError> {
    Ok(format!("whsec_{}", BASE64.encode(keys::random::<24>()?)))
}

/// A configuration that needs nothing: everything in one folder, any free port of this machine.
pub fn config(folder: &Path, go_live: NaiveDate, secret: &str) -> Result<Config, Vec<Fault>> {
    let mut config = config::load(None, std::iter::empty())?;
    config.office.go_live = go_live;
    config.sources = SOURCES
        .into_iter()
        .map(|name| config::Source {
            name: name.to_owned(),
            secret_env: Vec::new(),
            secret_file: Vec::new(),
            secrets: vec![config::Secret::new(secret.to_owned())],
        })
        .collect();
    config.server.listen = ([127, 0, 0, 1], 0).into();
    config.server.admin = ([127, 0, 0, 1], 0).into();
    config.database.url = config::database::DatabaseUrl::new(format!("sqlite:{}", folder.join("jingling.db").display()));
    config.keys.file = folder.join("jingling.key");
    config.mail.folder = folder.join("mail");
    config.desk.folder = folder.join("desk");
    config.chat.transcript = folder.join("chat.txt");
    config.outgoing.folder = folder.join("outgoing");
    Ok(config)
}

/// Name, section, title, permissions, mail box.
const PEOPLE: &[(&str, &str, &str, &[Permission], &str)] = &[
    ("张敏", "business:social_security", "科员", &[Query, Handle], "zhangmin"),
    ("李国强", "business:social_security", "股长", &[Query, Handle, Approve], "liguoqiang"),
    ("王芳", "business:education", "科员", &[Query, Handle], "wangfang"),
    ("何军", "business:education", "股长", &[Query, Handle, Approve], "hejun"),
    ("赵磊", "business:economy", "科员", &[Query, Handle], "zhaolei"),
    ("陈静", "agriculture", "副股长", &[Query, Handle, Summarise, Rules], "chenjing"),
    ("刘洋", "agriculture", "股长", &[Query, Handle, Approve, Summarise, Rules], "liuyang"),
    ("孙丽", "budget", "科员", &[Query, Handle, Rules], "sunli"),
    ("钱伟", "review_center", "科员", &[Query, Handle, Rules], "qianwei"),
    ("周涛", "treasury", "科员", &[Query], "zhoutao"),
    ("郑勇", "lead_office", "主任", &[Query, Approve], "zhengyong"),
    ("冯霞", "supervision", "科员", &[Query, Inspect], "fengxia"),
    ("吴凡", "info_center", "科员", &[Query, Users], "wufan"),
    ("马骏", "discipline", "组员", &[Query], "majun"),
];

/// Everybody of the made-up bureau.
pub fn people() -> impl Iterator<Item = StaffCard> {
    PEOPLE.iter().map(|(name, section, title, permissions, mail)| StaffCard {
        name: (*name).to_owned(),
        section: (*section).to_owned(),
        title: (*title).to_owned(),
        permissions: permissions.to_vec(),
        email: Some(format!("{mail}@huoshan.example")),
        id_no: None,
        phone: None,
    })
}
