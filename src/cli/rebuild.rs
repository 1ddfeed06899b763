//! `jingling rebuild`: the journal replayed into an empty database.

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};

use super::audit::{open_copy, report};
use crate::config::Config;
use crate::rebuild::rebuild;
use crate::store::{Db, Store, journal};

#[derive(Debug, Args)]
pub struct Options {
    /// 重建到哪里,必须是空的:sqlite:文件名 或 postgres://…
    #[arg(long, value_name = "数据库")]
    into: String,
    /// 流水所在的数据库;不写时用配置里的
    #[arg(long, value_name = "数据库")]
    database: Option<String>,
    /// 密钥文件;不写时用配置里的
    #[arg(long, value_name = "文件")]
    keys: Option<PathBuf>,
}

pub async fn run(config: impl Fn() -> anyhow::Result<Config>, options: Options) -> anyhow::Result<ExitCode> {
    let from = open_copy(&config, options.database, options.keys).await?;
    let into = Store::new(Db::open(&options.into).await?, from.office, Arc::clone(&from.keys));
    let total = journal::head(&from).await?.map_or(0, |(seq, _)| seq);
    let bar = ProgressBar::new(u64::try_from(total).unwrap_or(0)).with_style(style());
    let entries = rebuild(&from, &into, |done| bar.set_position(u64::try_from(done).unwrap_or(0))).await?;
    bar.finish_and_clear();
    println!("已重放 {entries} 条流水到 {}。", options.into.split('@').next_back().unwrap_or_default());
    let code = report(&from, &into).await?;
    into.db.close().await;
    from.db.close().await;
    Ok(code)
}

/// How every progress bar looks.
pub fn style() -> ProgressStyle {
    ProgressStyle::with_template("{bar:40} {pos}/{len} {elapsed}").unwrap_or_else(|_| ProgressStyle::default_bar())
}
