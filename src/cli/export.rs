//! `jingling audit export`: the journal in words, into a file. Who takes it signs in and is journalled first.

use std::fs::OpenOptions;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use chrono::NaiveDate;
use clap::Args;
use commands::{Command, SectionKind, Text};

use super::console;
use crate::app::open_existing;
use crate::clock::Clock;
use crate::config::Config;
use crate::desk::Account;
use crate::domain::calendar::local_date;
use crate::proof::{self, Filter, Format};

#[derive(Debug, Args)]
pub struct Export {
    /// 从哪一天起,写成 2026-11-01
    #[arg(long, value_name = "日期")]
    from: Option<NaiveDate>,
    /// 到哪一天为止(含当天)
    #[arg(long, value_name = "日期")]
    to: Option<NaiveDate>,
    /// 只要这个人办的
    #[arg(long, value_name = "姓名")]
    actor: Option<String>,
    /// 只要一条预警的全部经过
    #[arg(long, value_name = "预警编号")]
    warning: Option<String>,
    /// 格式:csv 可用 Excel 打开,jsonl 给程序读
    #[arg(long, value_enum, default_value = "csv", value_name = "格式")]
    format: Format,
    /// 写到哪个文件(不能是已有的);不写时显示在终端
    #[arg(long, value_name = "文件")]
    out: Option<PathBuf>,
}

pub async fn run(config: &Config, options: Export) -> anyhow::Result<ExitCode> {
    let store = open_existing(config).await?;
    let clock = Clock::system();
    let warning = options.warning.as_deref().map(|no| super::reveal::number(no, local_date(clock.now()))).transpose()?;
    let actor = options.actor.map(Text::try_from).transpose().map_err(|why| anyhow::anyhow!("姓名{why}"))?;
    if let Some(path) = options.out.as_deref().filter(|path| path.exists()) {
        anyhow::bail!("文件 {} 已经有了,不会覆盖它。请换一个文件名", path.display());
    }
    let Some(name) = console::sign_in(&store, &clock, false).await? else { return Ok(ExitCode::FAILURE) };
    let desk = console::desk(config, &store, clock).await?;
    let filter = Filter {
        from: options.from,
        to: options.to,
        actor: actor.as_ref().map(ToString::to_string),
        warning: warning.map(|no| i64::from(no.year()) * 1_000_000 + i64::from(no.number())),
        leads: false,
    };
    let command = Command::Export(commands::Export { from: options.from, to: options.to, actor, about: warning });
    let done = match desk.person(&name, Account::Console).await {
        Ok(person) => desk.attempt(&person, command).await.map(|reply| (person, reply)),
        Err(reply) => Err(reply),
    };
    let (person, journalled) = match done {
        Ok(done) => done,
        Err(reply) => {
            eprintln!("{reply}");
            return Ok(ExitCode::FAILURE);
        }
    };
    let filter = Filter { leads: person.kind == Some(SectionKind::Discipline), ..filter };
    let count = match &options.out {
        None => proof::export(&store, &filter, options.format, std::io::stdout().lock()).await?,
        Some(path) => {
            let mut new = OpenOptions::new();
            new.write(true).create_new(true);
            #[cfg(unix)]
            std::os::unix::fs::OpenOptionsExt::mode(&mut new, 0o600);
            let file = new.open(path).with_context(|| format!("写不进文件 {}", path.display()))?;
            let written = proof::export(&store, &filter, options.format, &file).await;
            // half a proof is none
            if written.is_err() {
                let _ = std::fs::remove_file(path);
            }
            let count = written?;
            file.sync_all()?;
            count
        }
    };
    eprintln!("已导出 {count} 条。{journalled}");
    eprintln!("这份记录供局内审计使用;要送出本局,须先办会签:/会签 申请。");
    store.db.close().await;
    Ok(ExitCode::SUCCESS)
}
