//! `jingling check`

use std::path::Path;
use std::process::ExitCode;

use crate::config::Config;
use crate::config::mail::Transport;
use crate::delivery::email::Smtp;
use crate::troubles::Troubles;

#[derive(Debug, clap::Args)]
pub struct Options {
    /// 还要实际连接:邮件服务器能否连上、登录;不发信
    #[arg(long)]
    connect: bool,
}

/// Says everything that is wrong with the configuration at once, or what it amounts to; if asked, also whether others let us in.
pub async fn run(path: Option<&Path>, options: Options) -> ExitCode {
    let config = match super::read(path) {
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
    println!("{},聊天记录 {}", config.mail.told(), config.chat.transcript.display());
    if options.connect { connect(&config).await } else { ExitCode::SUCCESS }
}

async fn connect(config: &Config) -> ExitCode {
    match config.mail.transport {
        Transport::Folder => {
            println!("没有要连接的邮件服务器。");
            ExitCode::SUCCESS
        }
        Transport::Smtp => {
            let reached = match Smtp::new(&config.mail.smtp, Troubles::default()) {
                Ok(smtp) => smtp.probe().await,
                Err(sentence) => Err(sentence),
            };
            match reached {
                Ok(()) => {
                    println!("邮件服务器已连上。");
                    ExitCode::SUCCESS
                }
                Err(sentence) => {
                    eprintln!("{sentence}");
                    ExitCode::FAILURE
                }
            }
        }
    }
}
