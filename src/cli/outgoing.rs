//! `jingling export`: data that was countersigned leaves as a file; `jingling export verify`: whether a file is one that left.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Subcommand};
use commands::countersign::{Countersign, Export};
use commands::{Command, FileFormat, Register, SerialNo};

use super::console;
use crate::app::{lay_down_first, open_existing};
use crate::clock::Clock;
use crate::config::Config;
use crate::desk::Account;
use crate::desk::countersign::left_under;

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub struct Options {
    #[command(subcommand)]
    check: Option<Check>,
    /// 会签编号,例如 HQ2026-0007
    #[arg(value_name = "编号", required = true, value_parser = number)]
    no: Option<SerialNo>,
    /// 放到哪个文件夹;不写就是设置里的外送文件夹
    #[arg(long, value_name = "文件夹")]
    out: Option<PathBuf>,
    /// csv 或 xlsx;不写就是 csv
    #[arg(long, value_name = "格式", value_parser = format)]
    format: Option<FileFormat>,
}

#[derive(Debug, Subcommand)]
enum Check {
    /// 核对一个文件是不是外送的那一份,是哪一份会签
    Verify {
        #[arg(value_name = "文件")]
        file: PathBuf,
    },
}

fn number(text: &str) -> Result<SerialNo, &'static str> {
    let no: Option<SerialNo> = text.parse().ok();
    no.filter(|no| no.register() == Register::Countersign).ok_or("编号应为 HQ2026-0007 的样子")
}

fn format(text: &str) -> Result<FileFormat, String> {
    FileFormat::from_name(text).ok_or_else(|| format!("应为 {}", FileFormat::NAMES.join(" 或 ")))
}

pub async fn run(config: &Config, options: Options) -> anyhow::Result<ExitCode> {
    match (options.check, options.no) {
        (Some(Check::Verify { file }), _) => verify(config, file).await,
        (None, Some(no)) => export(config, Export { no, format: options.format, left: None }, options.out).await,
        (None, None) => Ok(ExitCode::FAILURE),
    }
}

/// What `/会签 导出` does, for whoever signs in.
async fn export(config: &Config, export: Export, out: Option<PathBuf>) -> anyhow::Result<ExitCode> {
    let store = open_existing(config).await?;
    let clock = Clock::system();
    lay_down_first(&store, &clock, config).await?;
    let Some(name) = console::sign_in(&store, &clock, false).await? else { return Ok(ExitCode::FAILURE) };
    let mut desk = console::desk(config, &store, clock).await?;
    desk.outgoing = out.unwrap_or(desk.outgoing);
    let done = match desk.person(&name, Account::Console).await {
        Ok(actor) => desk.attempt(&actor, Command::Countersign(Countersign::Export(export))).await,
        Err(reply) => Err(reply),
    };
    desk.store.db.close().await;
    Ok(match done {
        Ok(reply) => {
            println!("{reply}");
            ExitCode::SUCCESS
        }
        Err(reply) => {
            eprintln!("{reply}");
            ExitCode::FAILURE
        }
    })
}

/// 0: it is one that left, and under which number; 1: it is none.
async fn verify(config: &Config, file: PathBuf) -> anyhow::Result<ExitCode> {
    let store = open_existing(config).await?;
    let found = left_under(&store, file).await?;
    store.db.close().await;
    Ok(match found {
        Some((no, when)) => {
            println!("是外送的文件:{no} {when}");
            ExitCode::SUCCESS
        }
        None => {
            println!("不是外送过的文件,或者内容改动过。");
            ExitCode::FAILURE
        }
    })
}
