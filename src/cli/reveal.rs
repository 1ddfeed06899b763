//! `jingling reveal`: the full texts of a warning, for whoever signs in and says why. The same as `/预警 全文` in `jingling console`.

use std::process::ExitCode;

use chrono::NaiveDate;
use clap::Args;
use commands::{Command, Reveal, Text, WarningNo};

use super::console;
use crate::app::open_existing;
use crate::clock::Clock;
use crate::config::Config;
use crate::desk::Account;
use crate::domain::calendar::local_date;

#[derive(Debug, Args)]
pub struct Options {
    /// 预警编号,例如 YJ2026-000123,今年的可只写 123
    #[arg(value_name = "预警编号")]
    warning: String,
    /// 为什么要看;会记录在案
    #[arg(long, value_name = "原因")]
    reason: String,
}

/// The number as people write it.
pub(super) fn number(text: &str, today: NaiveDate) -> anyhow::Result<WarningNo> {
    commands::read_no(text, today).ok_or_else(|| anyhow::anyhow!("预警编号应写成 YJ2026-000123,今年的可只写 123"))
}

pub async fn run(config: &Config, options: Options) -> anyhow::Result<ExitCode> {
    let store = open_existing(config).await?;
    let clock = Clock::system();
    let warning = number(&options.warning, local_date(clock.now()))?;
    let reason = Text::try_from(options.reason).map_err(|why| anyhow::anyhow!("原因{why}"))?;
    let Some(name) = console::sign_in(&store, &clock, false).await? else { return Ok(ExitCode::FAILURE) };
    let desk = console::desk(config, &store, clock).await?;
    let answer = match desk.person(&name, Account::Console).await {
        Ok(person) => desk.attempt(&person, Command::Reveal(Reveal { warning, reason })).await,
        Err(reply) => Err(reply),
    };
    store.db.close().await;
    match answer {
        Ok(full) => {
            println!("{full}");
            Ok(ExitCode::SUCCESS)
        }
        Err(reply) => {
            eprintln!("{reply}");
            Ok(ExitCode::FAILURE)
        }
    }
}
