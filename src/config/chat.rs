//! `[chat]`: what people speak through.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use serde::{Deserialize, Deserializer};

use super::fault::Faults;
use super::office::Office;
use super::secret::{self, Secret};
use crate::domain::SectionCode;

/// Chat.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Chat {
    /// Which channel.
    pub channel: Channel,
    /// The file that keeps what was said on the console.
    pub transcript: PathBuf,
    /// Read when the channel is [`Channel::Discord`].
    pub discord: Discord,
}

/// The channels there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// 终端
    Console,
    /// Discord
    Discord,
}

/// Discord, or a server or proxy that speaks like it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Discord {
    /// The guild (服务器) whose members may speak.
    #[serde(deserialize_with = "perhaps")]
    pub guild: Option<Snowflake>,
    /// The channel of a section that has none of its own, and of one whose own cannot be reached.
    #[serde(deserialize_with = "perhaps")]
    pub general: Option<Snowflake>,
    /// Channels of sections; those of one section are tried in this order.
    #[serde(default)]
    pub channels: Vec<SectionChannel>,
    /// The environment variable that holds the bot's token.
    pub token_env: String,
    /// The file that holds the bot's token; empty: the variable does.
    pub token_file: PathBuf,
    /// Another address than Discord's own, `http://127.0.0.1:3000`; empty: Discord's own.
    pub api_url: String,
    /// The token itself; read by [`load`](super::load) when the channel is Discord.
    #[serde(skip)]
    pub token: Option<Secret>,
}

/// The channel of a section (股室频道).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SectionChannel {
    /// 股室代码
    pub section: SectionCode,
    /// 频道编号
    pub channel: Snowflake,
}

/// A number that Discord gives (编号): of a guild, a channel, an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(try_from = "String")]
pub struct Snowflake(pub std::num::NonZeroU64);

impl TryFrom<String> for Snowflake {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Snowflake, Self::Error> {
        let digits = text.len() <= 20 && text.bytes().all(|b| b.is_ascii_digit());
        let number = text.parse().ok().filter(|_| digits);
        number.map(Snowflake).ok_or("Discord 的编号是 17 到 20 位数字,要加引号;在 Discord 里打开开发者模式后右键复制")
    }
}

impl std::fmt::Display for Snowflake {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// An empty text is nothing.
fn perhaps<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Snowflake>, D::Error> {
    let text = String::deserialize(deserializer)?;
    if text.is_empty() { Ok(None) } else { Snowflake::try_from(text).map(Some).map_err(serde::de::Error::custom) }
}

impl Chat {
    pub(super) fn check(&mut self, office: &Office, env: &BTreeMap<String, String>, faults: &mut Faults) {
        faults.expect(!self.transcript.as_os_str().is_empty() && !self.transcript.is_dir(), "chat.transcript", || {
            format!("写的是 \"{}\",应为文件名。例如 \"chat.txt\"。", self.transcript.display())
        });
        match self.channel {
            Channel::Console => {}
            Channel::Discord => self.discord.check(office, env, faults),
        }
    }
}

impl Discord {
    fn check(&mut self, office: &Office, env: &BTreeMap<String, String>, faults: &mut Faults) {
        faults
            .expect(self.guild.is_some(), "chat.discord.guild", || "没有填写。请填服务器编号:在 Discord 里打开开发者模式,右键服务器图标,复制编号。".to_owned());
        let known: BTreeSet<&SectionCode> = office.sections.iter().map(|section| &section.code).collect();
        for (place, entry) in self.channels.iter().enumerate() {
            faults.expect(known.contains(&entry.section), &format!("chat.discord.channels[{}].section", place + 1), || {
                format!("没有代码为 \"{}\" 的股室。请对照 office.sections 改正。", entry.section)
            });
        }
        let housed: BTreeSet<&SectionCode> = self.channels.iter().map(|entry| &entry.section).collect();
        let homeless: Vec<&str> = office.sections.iter().filter(|section| !housed.contains(&section.code)).map(|section| section.name.as_str()).collect();
        faults.expect(self.general.is_some() || homeless.is_empty(), "chat.discord.general", || {
            format!("没有填写,而 {} 没有自己的频道。请填一个公共频道的编号。", homeless.join("、"))
        });
        let proper = self.api_url.is_empty() || ["http://", "https://"].iter().any(|kind| self.api_url.strip_prefix(kind).is_some_and(|rest| !rest.is_empty()));
        faults.expect(proper, "chat.discord.api_url", || format!("写的是 \"{}\",应以 http:// 或 https:// 开头。用 Discord 官方服务时不要填写。", self.api_url));
        let (key, read) = if self.token_file.as_os_str().is_empty() {
            ("chat.discord.token_env", secret::from_env(&self.token_env, env))
        } else {
            ("chat.discord.token_file", secret::from_file(&self.token_file))
        };
        match read.and_then(|token| usable(&token)) {
            Ok(token) => self.token = Some(token),
            Err(why) => faults.expect(false, key, || why),
        }
    }

    /// Where a section may be reached, in the order to try: its own channels, then the general one.
    pub fn channels_of(&self, section: &str) -> Vec<Snowflake> {
        let own = self.channels.iter().filter(|entry| entry.section.as_str() == section).map(|entry| entry.channel);
        let mut all: Vec<Snowflake> = own.chain(self.general).collect();
        let mut seen = BTreeSet::new();
        all.retain(|channel| seen.insert(*channel));
        all
    }
}

/// A header must be able to carry it.
fn usable(token: &str) -> Result<Secret, String> {
    let token = token.strip_prefix("Bot ").unwrap_or(token);
    let fits = !token.is_empty() && token.len() <= 200 && token.bytes().all(|b| b.is_ascii_graphic());
    if fits {
        Ok(Secret::new(token.to_owned()))
    } else {
        Err("不是机器人令牌。请在 Discord 开发者页面的 Bot 一栏重新生成并复制。".to_owned())
    }
}
