//! `jingling check`

use std::path::Path;
use std::process::ExitCode;

/// Says everything that is wrong with the configuration at once, or what it amounts to.
pub fn run(path: Option<&Path>) -> ExitCode {
    match super::read(path) {
        Err(faults) => {
            eprintln!("配置有 {} 处问题:", faults.len());
            faults.iter().for_each(|fault| eprintln!("{fault}"));
            ExitCode::FAILURE
        }
        Ok(config) => {
            let sources: Vec<&str> = config.sources.iter().map(|source| source.name.as_str()).collect();
            println!("配置没有问题。");
            println!("单位 {},股室 {} 个,启用日期 {}", config.office.name, config.office.sections.len(), config.office.go_live);
            println!("接收地址 {},管理地址 {}", config.server.listen, config.server.admin);
            println!("来源 {}", if sources.is_empty() { "还没有,请在 [[sources]] 里添加".to_owned() } else { sources.join("、") });
            println!("邮件存入 {},聊天记录 {}", config.mail.folder.display(), config.chat.transcript.display());
            ExitCode::SUCCESS
        }
    }
}
