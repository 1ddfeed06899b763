//! `jingling check`

use std::collections::BTreeSet;
use std::path::Path;
use std::process::ExitCode;

use chrono::Datelike;
use serde::de::IgnoredAny;
use serenity::http::Route;
use serenity::model::id::ChannelId;

use crate::clock::Clock;
use crate::config::chat::Channel;
use crate::config::mail::Transport;
use crate::config::{Config, Secrets, Snowflake};
use crate::delivery::discord::rest::{Rest, RestError};
use crate::delivery::email::Smtp;
use crate::domain::calendar::{Calendar, local_date};
use crate::store::{Db, setting};
use crate::troubles::Troubles;

#[derive(Debug, clap::Args)]
pub struct Options {
    /// 还要实际连接:邮件服务器和 Discord 能否连上、登录,各频道在不在;不发信,不发消息
    #[arg(long)]
    connect: bool,
}

/// Says everything that is wrong with the configuration at once, or what it amounts to; if asked, also whether others let us in.
pub async fn run(path: Option<&Path>, options: Options) -> ExitCode {
    let config = match super::read(path, Secrets::Needed) {
        Ok(config) => config,
        Err(faults) => {
            eprintln!("配置有 {} 处问题:", faults.len());
            faults.iter().for_each(|fault| eprintln!("{fault}"));
            return ExitCode::FAILURE;
        }
    };
    let sources: Vec<&str> = config.sources.iter().map(|source| source.name.as_str()).collect();
    println!("配置没有问题。");
    println!("单位 {},股室 {} 个,启用日期 {}", config.office.name, config.office.sections.len(), config.office.go_live);
    println!("接收地址 {},管理地址 {}", config.server.listen, config.server.admin);
    println!("来源 {}", if sources.is_empty() { "还没有,请在 [[sources]] 里添加".to_owned() } else { sources.join("、") });
    println!("{}", calendar(&config).await);
    println!("{}", config.mail.told());
    println!("{}", chat(&config));
    println!("{}", config.import.watched().map_or_else(|| "没有导入文件夹".to_owned(), |folder| format!("导入文件夹 {}", folder.display())));
    println!("办事文件夹 {},外送文件夹 {}", config.desk.folder.display(), config.outgoing.folder.display());
    if options.connect { connect(&config).await } else { ExitCode::SUCCESS }
}

/// Up to which year deadlines go by published holidays: of the office's own tables where there are any, else of those that come with the program.
async fn calendar(config: &Config) -> String {
    let own = async {
        let db = Db::inspect(config.database.url.expose()).await.ok()?;
        let mut tx = db.snapshot().await.ok()?;
        setting::calendar(&mut tx, config.office.id.0).await.ok()
    };
    let calendar = own.await.unwrap_or_else(|| Calendar::shipped().clone());
    let (this, last) = (local_date(Clock::system().now()).year(), calendar.latest_year().unwrap_or_default());
    let missing = [this, this + 1].into_iter().find(|year| !calendar.known(*year));
    let plain_week = missing.map(|year| format!(";{year}年的还没有,期限按周一至周五计算,公布后用 jingling import holidays 导入")).unwrap_or_default();
    format!("放假安排到 {last} 年{plain_week}")
}

fn chat(config: &Config) -> String {
    let discord = &config.chat.discord;
    match (config.chat.channel, discord.guild) {
        (Channel::Discord, Some(guild)) => {
            let at = if discord.api_url.is_empty() { String::new() } else { format!(",接口地址 {}", discord.api_url) };
            format!("聊天用 Discord,服务器 {guild},股室频道 {} 个{at}", discord.channels.len())
        }
        (Channel::Discord | Channel::Console, _) => format!("聊天用终端,记录 {}", config.chat.transcript.display()),
    }
}

/// Tries what the configuration names; each says in a sentence what fails.
async fn connect(config: &Config) -> ExitCode {
    let (mail, discord) = (mail(config).await, discord(config).await);
    for told in [&mail, &discord] {
        match told {
            Ok(sentence) => println!("{sentence}"),
            Err(sentence) => eprintln!("{sentence}"),
        }
    }
    if mail.is_ok() && discord.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

async fn mail(config: &Config) -> Result<&'static str, String> {
    match config.mail.transport {
        Transport::Folder => Ok("没有要连接的邮件服务器。"),
        Transport::Smtp => {
            Smtp::new(&config.mail.smtp, Troubles::default())?.probe().await?;
            Ok("邮件服务器已连上。")
        }
    }
}

/// Signs in, and looks at each channel.
async fn discord(config: &Config) -> Result<&'static str, String> {
    match config.chat.channel {
        Channel::Console => return Ok("没有要连接的 Discord。"),
        Channel::Discord => {}
    }
    let troubles = Troubles::default();
    let rest = Rest::new(&config.chat.discord, troubles.clone()).map_err(|failure| failure.to_string())?;
    // what is wrong with Discord as a whole, the board says in the words of whoever looks after it
    let sentence = |failure: RestError| troubles.all().into_iter().next().map_or_else(|| failure.to_string(), |(_, sentence)| sentence);
    rest.get::<IgnoredAny>(Route::UserMe, Vec::new()).await.map_err(sentence)?;
    let channels: BTreeSet<Snowflake> = config.chat.discord.channels.iter().map(|entry| entry.channel).chain(config.chat.discord.general).collect();
    let mut shut = Vec::new();
    for channel in channels {
        match rest.get::<IgnoredAny>(Route::Channel { channel_id: ChannelId::from(channel.0) }, Vec::new()).await {
            Ok(_) => {}
            Err(RestError::Refused(_)) => shut.push(channel.to_string()),
            Err(failure) => return Err(sentence(failure)),
        }
    }
    if shut.is_empty() {
        Ok("Discord 已连上,各频道都在。")
    } else {
        Err(format!("Discord 已连上,但频道 {} 不存在,或机器人进不去。请核对编号,并让机器人能查看频道、发送消息、读取历史消息。", shut.join("、")))
    }
}
