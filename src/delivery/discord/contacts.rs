//! Contacts (联系处): where a section is reached, and what is wrong with those that cannot be.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};
use serenity::model::id::ChannelId;

use super::Refusal;
use crate::clock::Clock;
use crate::config;
use crate::troubles::Troubles;

/// A channel that refused is left alone this long.
const AVOIDED: TimeDelta = TimeDelta::minutes(5);

/// The channels of every section. Which of them refuse is working memory: after a restart it shows again.
#[derive(Debug)]
pub(super) struct Contacts {
    config: config::Discord,
    clock: Clock,
    troubles: Troubles,
    avoided: Mutex<BTreeMap<ChannelId, DateTime<Utc>>>,
}

impl Contacts {
    pub fn new(config: &config::Discord, clock: Clock, troubles: Troubles) -> Contacts {
        Contacts { config: config.clone(), clock, troubles, avoided: Mutex::default() }
    }

    /// Where a section may be reached now, in the order to try.
    pub fn of(&self, section: &str) -> Vec<ChannelId> {
        let (now, avoided) = (self.clock.now(), self.avoided());
        let all = self.config.channels_of(section).into_iter().map(|channel| ChannelId::from(channel.0));
        all.filter(|channel| avoided.get(channel).is_none_or(|until| *until <= now)).collect()
    }

    /// Whether a section is reached in this channel by configuration, be it now or not: not so in a private one, nor in one that was given up.
    pub fn serves(&self, channel: ChannelId, section: &str) -> bool {
        self.config.channels_of(section).into_iter().any(|one| one.0.get() == channel.get())
    }

    /// A channel took a message.
    pub fn works(&self, channel: ChannelId) {
        if self.avoided().remove(&channel).is_some() {
            self.troubles.settle(&of_channel(channel));
        }
    }

    /// A channel refused: it is left alone for a while, and told of. `name` is that of the section.
    pub fn refused(&self, channel: ChannelId, name: &str, refusal: &Refusal) {
        let is_it = |one: config::Snowflake| one.0.get() == channel.get();
        let whose = match (self.config.general.is_some_and(is_it), self.config.channels.iter().any(|entry| is_it(entry.channel))) {
            (true, _) => "公共",
            (false, true) => name,
            // a private one, or one that is not used any more: nobody has to mend it
            (false, false) => return,
        };
        let sentence = match refusal {
            // that message is gone, or that person: the channel is not
            Refusal::UnknownMessage | Refusal::DirectMessagesShut => return,
            Refusal::UnknownChannel => {
                format!("{whose}频道(编号 {channel})在 Discord 上已不存在,通知改发到下一个联系处。请在配置 chat.discord 中换成现有频道的编号,再重启服务。")
            }
            Refusal::UnfitChannel => {
                format!("{whose}频道(编号 {channel})不是文字频道或已归档,通知改发到下一个联系处。请在配置 chat.discord 中换成文字频道的编号,再重启服务。")
            }
            Refusal::MissingAccess
            | Refusal::MissingPermissions
            | Refusal::UnknownGuild
            | Refusal::InteractionOver
            | Refusal::AlreadyAnswered
            | Refusal::OldEdit
            | Refusal::InvalidBody(_)
            | Refusal::Other { .. } => {
                format!(
                    "{whose}频道(编号 {channel})不让机器人发言,通知改发到下一个联系处。请在 Discord 的频道设置里给机器人“查看频道”“发送消息”“读取消息历史记录”的权限。"
                )
            }
        };
        self.avoided().insert(channel, self.clock.now() + AVOIDED);
        self.troubles.note(&of_channel(channel), &sentence);
    }

    /// A section was reached.
    pub fn reached(&self, section: &str) {
        self.troubles.settle(&of_section(section));
    }

    /// A section cannot be reached at all; says so.
    pub fn unreached(&self, section: &str, name: &str) -> String {
        let sentence = format!("{name}在 Discord 上没有一个能用的联系处,通知都留在队列里,恢复后自动补发。请检查该股室的频道和公共频道。");
        self.troubles.note(&of_section(section), &sentence);
        sentence
    }

    fn avoided(&self) -> MutexGuard<'_, BTreeMap<ChannelId, DateTime<Utc>>> {
        self.avoided.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn of_channel(channel: ChannelId) -> String {
    format!("discord channel {channel}")
}

fn of_section(section: &str) -> String {
    format!("discord {section}")
}
