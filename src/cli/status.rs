//! `jingling status`: asks the running service how it is.

use std::process::ExitCode;
use std::time::Duration;

use crate::config::Config;

const PATIENCE: Duration = Duration::from_secs(5);

/// 0: up, with nothing wrong. 1: up, something is wrong and said. 2: not up, or not taking events.
pub async fn run(config: &Config) -> anyhow::Result<ExitCode> {
    let admin = config.server.admin;
    let http = reqwest::Client::builder().no_proxy().timeout(PATIENCE).build()?;
    let told = async {
        let answer = http.get(format!("http://{admin}/readyz")).send().await?;
        let (ready, troubles) = (answer.status().is_success(), answer.text().await?);
        let notes = http.get(format!("http://{admin}/notes")).send().await?;
        let notes = if notes.status().is_success() { notes.text().await? } else { String::new() };
        Ok::<_, reqwest::Error>((ready, troubles, notes))
    };
    Ok(match told.await {
        Err(_) => {
            eprintln!("{admin} 没有回应:服务没有运行,或管理地址不同。启动用 jingling serve,或看系统日志。");
            ExitCode::from(2)
        }
        Ok((false, why, _)) => {
            eprintln!("服务在运行,但现在不能接收数据:{}", why.trim_end());
            ExitCode::from(2)
        }
        Ok((true, told, notes)) => {
            let troubles: Vec<&str> = told.lines().skip(1).collect();
            let code = if troubles.is_empty() {
                println!("服务正常。");
                ExitCode::SUCCESS
            } else {
                println!("服务在接收数据,有 {} 处要处理:", troubles.len());
                troubles.iter().for_each(|trouble| println!("{trouble}"));
                ExitCode::FAILURE
            };
            // these wait for somebody, and say nothing against the service
            notes.lines().for_each(|note| println!("另外:{note}"));
            code
        }
    })
}
