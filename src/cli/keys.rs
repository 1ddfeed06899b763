//! `jingling keys status|rotate|drop`: the keys that seal what lies in the database. Each may be stopped at any point and run again.

use std::process::ExitCode;
use std::sync::Arc;

use clap::Subcommand;
use indicatif::ProgressBar;

use super::rebuild::style;
use crate::app::open_existing;
use crate::config::Config;
use crate::keys::{Keyring, file};
use crate::reports::table::{Align, Table};
use crate::store::{Db, Store, StoreError, reseal};

#[derive(Debug, Subcommand)]
pub enum Keys {
    /// 列出每个密钥还加密着多少条内容
    Status,
    /// 换一个新密钥,把已有的内容全部改用它加密。请先停止服务,换好后再启动;中途停下可以再运行一次
    Rotate,
    /// 停用一个旧密钥;它不再加密任何内容时才可以
    Drop {
        /// 密钥的编号
        number: i64,
    },
}

pub async fn run(config: &Config, keys: Keys) -> anyhow::Result<ExitCode> {
    let store = open_existing(config).await?;
    match keys {
        Keys::Status => status(config, &store.db).await?,
        Keys::Rotate => rotate(config, &store.db).await?,
        Keys::Drop { number } => discontinue(config, &store.db, number).await?,
    }
    store.db.close().await;
    Ok(ExitCode::SUCCESS)
}

async fn status(config: &Config, db: &Db) -> anyhow::Result<()> {
    let (numbers, counts) = (file::numbers(&config.keys.file)?, reseal::counts(db).await?);
    let columns: Vec<_> = [("密钥", Align::Right)].into_iter().chain(reseal::names().map(|name| (name, Align::Right))).chain([("", Align::Left)]).collect();
    let mut table = Table::new(&columns);
    for number in &numbers {
        let none = vec![0; reseal::names().count()];
        let sealed = counts.get(number).unwrap_or(&none);
        let note = match numbers.last() == Some(number) {
            true => "现用",
            false if sealed.iter().all(|count| *count == 0) => "可停用",
            false => "",
        };
        table.row(std::iter::once(number.to_string()).chain(sealed.iter().map(ToString::to_string)).chain([note.to_owned()]));
    }
    print!("{table}");
    for missing in counts.keys().filter(|number| !numbers.contains(number)) {
        println!("密钥文件里没有 {missing} 号密钥,它加密的内容打不开。请从备份恢复密钥文件。");
    }
    Ok(())
}

/// Each office's part of the database, with keys of its own from the same file.
async fn stores(config: &Config, db: &Db) -> anyhow::Result<Vec<Store>> {
    let offices = reseal::offices(db).await?;
    offices.into_iter().map(|office| Ok(Store::new(db.clone(), office, Arc::new(Keyring::load(&config.keys.file, office)?)))).collect()
}

/// How many rows are sealed by keys older than this.
async fn older(db: &Db, newest: i64) -> Result<i64, StoreError> {
    Ok(reseal::counts(db).await?.range(..newest).flat_map(|(_, counts)| counts).sum())
}

async fn rotate(config: &Config, db: &Db) -> anyhow::Result<()> {
    let path = &config.keys.file;
    let newest = file::numbers(path)?.last().copied().unwrap_or_default();
    let newest = if older(db, newest).await? > 0 {
        println!("上次的更换还没有完成,接着换成 {newest} 号密钥。");
        newest
    } else {
        let added = file::add(path)?;
        println!("已在密钥文件里加上 {added} 号密钥。请把新的密钥文件备份到数据库以外的地方。");
        added
    };
    let stores = stores(config, db).await?;
    for store in &stores {
        reseal::put_in_force(store).await?;
    }
    let bar = ProgressBar::new(u64::try_from(older(db, newest).await?).unwrap_or(0)).with_style(style());
    for store in &stores {
        reseal::reseal(store, usize::MAX, |rows| bar.inc(u64::try_from(rows).unwrap_or(0))).await?;
    }
    bar.finish_and_clear();
    let left = older(db, newest).await?;
    anyhow::ensure!(left == 0, "还有 {left} 条没有换。请再运行一次 jingling keys rotate");
    file::settled(path)?;
    println!("已全部改用 {newest} 号密钥。以前的备份仍要用旧密钥打开;旧密钥不再需要时可运行:jingling keys drop 编号");
    println!("请重新启动服务:换密钥时没有停的服务不能再写入。");
    Ok(())
}

async fn discontinue(config: &Config, db: &Db, number: i64) -> anyhow::Result<()> {
    // whoever still seals with it is shut out first, then counted
    for store in stores(config, db).await? {
        reseal::put_in_force(&store).await?;
    }
    let sealed: i64 = reseal::counts(db).await?.get(&number).into_iter().flatten().sum();
    anyhow::ensure!(sealed == 0, "{number} 号密钥还加密着 {sealed} 条内容,不能停用。请先运行:jingling keys rotate");
    file::drop_key(&config.keys.file, number)?;
    println!("已停用 {number} 号密钥。停用以前的备份要用当时的密钥文件才能打开,请把它与那些备份一起保存。");
    Ok(())
}
