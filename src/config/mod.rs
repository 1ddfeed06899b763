//! The configuration: `jingling.toml`, over it the environment (`JINGLING_SECTION__KEY`), under both the defaults.
//!
//! The commented file [`DEFAULT`] is embedded: it is the defaults and their documentation at once, so the two cannot differ.
//! Unknown keys are refused. All faults are told together, each in a sentence.

pub mod chat;
pub mod database;
pub mod deadlines;
pub mod desk;
mod fault;
pub mod import;
pub mod keys;
pub mod log;
pub mod mail;
pub mod office;
pub mod outgoing;
mod reader;
mod secret;
pub mod server;
pub mod smtp;
pub mod sources;

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;

pub use chat::{Chat, Discord, Snowflake};
pub use commands::SectionKind;
pub use database::Database;
pub use deadlines::{Deadlines, SectionDeadlines};
pub use desk::Desk;
pub use fault::Fault;
pub use import::Import;
pub use keys::Keys;
pub use log::Log;
pub use mail::Mail;
pub use office::{Office, Programme, Section};
pub use outgoing::Outgoing;
pub use secret::Secret;
pub use server::Server;
pub use smtp::Smtp;
pub use sources::Source;

use fault::Faults;

/// The default configuration file with its comments, as a new office gets it.
pub const DEFAULT: &str = include_str!("../../templates/config/jingling.toml");

/// All settings, checked.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "each is described at its type")]
pub struct Config {
    pub office: Office,
    /// Empty when only files are imported.
    #[serde(default)]
    pub sources: Vec<Source>,
    pub server: Server,
    pub import: Import,
    pub desk: Desk,
    pub outgoing: Outgoing,
    pub database: Database,
    pub keys: Keys,
    pub deadlines: Deadlines,
    pub mail: Mail,
    pub chat: Chat,
    pub log: Log,
}

/// Whether the secrets that the settings name must be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Secrets {
    /// The service: it checks signatures, signs in to Discord and to the mail server.
    Needed,
    /// What runs beside it, in a terminal that need not know them.
    Spared,
}

/// Reads the file (none: the defaults), then the environment, then the secrets they name.
///
/// # Errors
/// Every fault there is, sorted by section; never a secret in it.
pub fn load(path: Option<&Path>, env: impl Iterator<Item = (String, String)>) -> Result<Config, Vec<Fault>> {
    load_for(Secrets::Needed, path, env)
}

/// The same, for whoever [needs the secrets](Secrets) or is spared them.
///
/// # Errors
/// As [`load`].
pub fn load_for(secrets: Secrets, path: Option<&Path>, env: impl Iterator<Item = (String, String)>) -> Result<Config, Vec<Fault>> {
    let text = match path.map(|path| (path, std::fs::read_to_string(path))) {
        None => String::new(),
        Some((_, Ok(text))) => text,
        Some((path, Err(_))) => {
            let text = "读不了配置文件。请检查路径和权限,文件应为 UTF-8 文本。".to_owned();
            return Err(vec![Fault { key: path.display().to_string(), text }]);
        }
    };
    let env: BTreeMap<String, String> = env.collect();
    let mut faults = Faults::default();
    let Some(mut config) = reader::read(&text, &env, &mut faults) else { return Err(faults.sorted()) };
    config.office.check(&mut faults);
    sources::check(&mut config.sources, &env, &mut faults);
    config.server.check(&mut faults);
    config.import.check(&mut faults);
    config.desk.check(&mut faults);
    config.outgoing.check(&mut faults);
    config.database.check(env.contains_key("JINGLING_DATABASE__URL"), &mut faults);
    config.keys.check(&mut faults);
    config.deadlines.check(&config.office, &mut faults);
    config.mail.check(&env, &mut faults);
    config.chat.check(&config.office, &env, &mut faults);
    match secrets {
        Secrets::Needed => {}
        Secrets::Spared => faults.0.retain(|fault| !fault.is_of_a_secret()),
    }
    if faults.0.is_empty() { Ok(config) } else { Err(faults.sorted()) }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use super::*;
    use crate::domain::Level;

    const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    pub(super) fn try_load(text: &str, env: &[(&str, &str)]) -> Result<Config, String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("jingling.toml");
        std::fs::write(&path, text).unwrap();
        load(Some(&path), env.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))).map_err(|faults| {
            faults.iter().fold(String::new(), |mut all, fault| {
                writeln!(all, "{fault}").unwrap();
                all
            })
        })
    }

    #[test]
    fn the_default_file_is_the_defaults() {
        let config = load(None, std::iter::empty()).unwrap();
        assert_eq!(try_load(DEFAULT, &[]), Ok(config.clone()));
        assert_eq!(config.server.listen.to_string(), "127.0.0.1:8080");
        assert_eq!(Level::ALL.map(|level| config.deadlines.of(level)), [3, 5, 10]);
        assert_eq!(config.office.section(SectionKind::Agriculture).unwrap().name.as_str(), "农业股");
        assert!(config.sources.is_empty());
    }

    #[test]
    fn the_example_of_a_source_works() {
        let config = try_load(&reader::example(), &[("TREASURY_SECRET", SECRET)]).unwrap();
        assert_eq!(config.sources[0].secrets[0].expose(), SECRET);
        assert!(!format!("{config:?}").contains("MfKQ"));
    }

    #[test]
    fn what_runs_beside_the_service_need_not_know_its_secrets() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("jingling.toml");
        let settings = "[[sources]]\nname = \"treasury\"\nsecret_env = [\"TREASURY_SECRET\"]\n[chat]\nchannel = \"discord\"\n[chat.discord]\nguild = \"1\"\ngeneral = \"2\"";
        std::fs::write(&path, settings).unwrap();
        let load = |secrets| load_for(secrets, Some(&path), std::iter::empty());
        assert_eq!(load(Secrets::Needed).unwrap_err().len(), 2);
        let config = load(Secrets::Spared).unwrap();
        assert!(config.sources[0].secrets.is_empty() && config.chat.discord.token.is_none());
        std::fs::write(&path, format!("{settings}\ncolour = 1")).unwrap();
        assert_eq!(load(Secrets::Spared).unwrap_err().len(), 1, "all else is as it must be");
    }

    #[test]
    fn one_wrong_channel_hides_nothing_else() {
        let faults = try_load(
            "[chat.discord]\nchannels = [{ section = \"农业股\", channel = \"x\" }, { section = \"agriculture\" }, \"110\"]\n[mail]\ntransport = \"smpt\"\n[log]\nlevel = \"loud\"",
            &[],
        );
        insta::assert_snapshot!(faults.unwrap_err(), @r#"
        mail.transport:写的是 "smpt",应为 folder、smtp 之一。请改正。
        chat.discord.channels[1].channel:写的是 "x",不能识别。Discord 的编号是 17 到 20 位数字,要加引号;在 Discord 里打开开发者模式后右键复制。请改正。
        chat.discord.channels[1].section:写的是 "农业股",不能识别。股室代码不规范,应为小写英文、数字和下划线,可带一个冒号,例如 agriculture、business:social_security。请改正。
        chat.discord.channels[2].channel:没有填写。请补上。
        chat.discord.channels[3]:写的是 "110",不能识别。请改正。
        log.level:写的是 "loud",应为 error、warn、info、debug、trace 之一。请改正。
        "#);
    }

    #[test]
    fn the_environment_stands_above_the_file() {
        let config = try_load(
            "[server]\nlisten = \"127.0.0.1:1\"\n[office]\ngo_live = 2026-03-01",
            &[
                ("JINGLING_SERVER__LISTEN", "127.0.0.1:9000"),
                ("JINGLING_OFFICE__COUNTY_CODE", "341502"),
                ("JINGLING_OFFICE__PROGRAMME__FUNDS", "衔接资金"),
                ("JINGLING_DATABASE__URL", "postgres://jingling:secret@db/jingling"),
                ("JINGLING_TEST_POSTGRES", "not ours"),
            ],
        )
        .unwrap();
        assert_eq!(config.server.listen.to_string(), "127.0.0.1:9000");
        assert_eq!(config.office.county_code, "341502");
        assert_eq!(config.office.go_live.to_string(), "2026-03-01");
        assert_eq!((config.office.programme.funds.as_str(), config.office.programme.people.as_str()), ("衔接资金", "建档立卡"));
        assert_eq!(format!("{:?}", config.database), "Database { url: postgres://*** }");
    }

    #[test]
    fn all_faults_at_once() {
        let faults = try_load(
            r#"
            colour = "red"
            [office]
            county_code = 341525
            go_live = "2206-01-01"
            sections = [{ code = "Agriculture", name = "农业股", kind = "agriculture" }, { code = "treasury", name = "国库支付中心", kind = "till" }]
            [[sources]]
            name = "treasury"
            secret = "whsec_oops"
            secret_env = ["GOOD", "EMPTY", "MISSING"]
            [[sources]]
            name = "treasury"
            secret_file = ["/nonexistent/secret"]
            [[sources]]
            [server]
            listen = "localhost"
            admin = "0.0.0.0:8081"
            queue = -1
            lisen = 1
            [database]
            url = "postgres://jingling:hunter2@db/jingling"
            [deadlines]
            yellow = 0
            [desk]
            folder = ""
            [mail]
            transport = "pigeon"
            [log]
            level = true
            "#,
            &[("GOOD", SECRET), ("EMPTY", ""), ("JINGLING_DEADLINES__RED", "ten")],
        )
        .unwrap_err();
        insta::assert_snapshot!(faults, @r##"
        colour:没有这一项。可用的有:office、sources、server、import、desk、outgoing、database、keys、deadlines、mail、chat、log。请改名或删去。
        desk.folder:写的是 "",应为文件夹。请改成能写入的文件夹,例如 "desk"。
        office.county_code:写的是 341525,不能识别。这一项是:县级行政区划代码,6 位数字,加引号。请改正。
        office.sections[1].code:写的是 "Agriculture",不能识别。股室代码不规范,应为小写英文、数字和下划线,可带一个冒号,例如 agriculture、business:social_security。请改正。
        office.sections[2].kind:写的是 "till",应为 lead_office、leadership、budget、review_center、agriculture、business、supervision、treasury、info_center、discipline、township、department 之一。请改正。
        office.go_live:写的是 2206-01-01,应在 2015 年到 2050 年之间。请检查年份。
        sources[1].secret:没有这一项。可用的有:name、secret_env、secret_file。请改名或删去。
        sources[3].name:没有填写。这一项是:来源名称,小写英文、数字、下划线,出现在 /webhooks/名称 里。请补上。
        sources[1].secret_env:密钥是空的,任何人都能冒充。请填入对方给的密钥(以 whsec_ 开头)。
        sources[1].secret_env:没有名为 MISSING 的环境变量。请设置它,或改正名称。
        sources[2].name:"treasury" 与前面的来源重名。请给每个来源一个不同的名称。
        sources[2].secret_file:读不了文件 /nonexistent/secret。请检查路径和权限。
        sources[3]:没有签名密钥,收不了数据。请在 secret_env 或 secret_file 里至少写一个。
        server.lisen:没有这一项。是不是想写 listen?请改名或删去。
        server.listen:写的是 "localhost",不能识别。这一项是:接收数据的地址,IP:端口。请改正。
        server.queue:写的是 -1,不能识别。这一项是:排队等候写入的事件数上限,1 到 100000;满了就请对方稍后再发。请改正。
        server.admin:写的是 0.0.0.0:8081,外面的人也能访问。应为本机或内网地址,请改成 127.0.0.1:8081 一类。
        database.url:带有口令,不应写在文件里。请移到环境变量 JINGLING_DATABASE__URL,并更换这个口令。
        deadlines.red:写的是 "ten",不能识别。这一项是:红灯的处理期限,1 到 250 个工作日。请改正。
        deadlines.yellow:写的是 0,应在 1 到 250 个工作日之间。请改正。
        mail.transport:写的是 "pigeon",应为 folder、smtp 之一。请改正。
        log.level:写的是 true,不能识别。这一项是:日志级别,error、warn、info、debug 或 trace。请改正。
        "##);
    }

    #[test]
    fn a_file_that_is_no_toml_or_not_there() {
        insta::assert_snapshot!(try_load("[server]\nlisten = 127", &[]).unwrap_err(), @"server.listen:写的是 127,不能识别。这一项是:接收数据的地址,IP:端口。请改正。");
        insta::assert_snapshot!(try_load("[server\n", &[]).unwrap_err(), @"第 1 行:不是 TOML 写法。请检查引号、方括号和等号,文字和日期要加引号。");
        insta::assert_snapshot!(try_load("server = 3", &[]).unwrap_err(), @"server:写的是 3,不能识别。请改正。");
        assert_eq!(
            load(Some(Path::new("/nonexistent")), std::iter::empty()).unwrap_err()[0].to_string(),
            "/nonexistent:读不了配置文件。请检查路径和权限,文件应为 UTF-8 文本。"
        );
    }
}
