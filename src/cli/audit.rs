//! `jingling audit verify|export`: verify walks the chain, then rebuilds the state from it and compares.

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context;
use clap::{Args, Subcommand};

use super::export::{self, Export};
use crate::config::Config;
use crate::domain::normalise;
use crate::keys::Keyring;
use crate::rebuild::rebuild;
use crate::store::audit::{Walk, compare, walk};
use crate::store::{Db, Store};

#[derive(Debug, Subcommand)]
pub enum Audit {
    /// 逐条核对流水,再由流水重建状态,与现有的逐表比较
    Verify(Verify),
    /// 把流水逐条写成文字,供审计查阅。须登录;导出本身也记入流水
    Export(Box<Export>),
}

/// Which copy, and with which keys; by default the configured ones.
#[derive(Debug, Args)]
pub struct Verify {
    /// 要核对的数据库(可以是副本):sqlite:文件名 或 postgres://…
    #[arg(long, value_name = "数据库")]
    database: Option<String>,
    /// 密钥文件
    #[arg(long, value_name = "文件")]
    keys: Option<PathBuf>,
    /// 以前记下的链头,写成 条数:校验值;只有对照它,才能发现末尾的记录被整段删去
    #[arg(long, value_name = "条数:校验值", value_parser = head)]
    expect: Option<(i64, String)>,
    /// 只核对流水,不重建比较
    #[arg(long)]
    chain_only: bool,
}

/// As it is shown and mailed; what stands around it when it is copied does no harm.
fn head(text: &str) -> Result<(i64, String), String> {
    let text = normalise(text);
    let text = text.trim_start_matches("链头").trim_start_matches([':', ' ']);
    let parsed = text.split_once(':').and_then(|(seq, hash)| Some((seq.trim().parse().ok()?, hash.trim().to_lowercase())));
    let is_hash = |hash: &str| hash.len() == 64 && hash.bytes().all(|b| b.is_ascii_hexdigit());
    parsed.filter(|(_, hash): &(i64, String)| is_hash(hash)).ok_or_else(|| "应写成 条数:校验值,就是核对时显示的、每天邮件里的链头".to_owned())
}

/// Opens a copy for reading: nothing in it is changed or made.
pub async fn open_copy(config: &impl Fn() -> anyhow::Result<Config>, database: Option<String>, keys: Option<PathBuf>) -> anyhow::Result<Store> {
    let (url, file, office) = match (database, keys) {
        (Some(url), Some(file)) => (url, file, 1),
        (database, keys) => {
            let config = config()?;
            let url = database.unwrap_or_else(|| config.database.url.expose().to_owned());
            (url, keys.unwrap_or(config.keys.file), config.office.id.0)
        }
    };
    let keys = Arc::new(Keyring::load(&file, office)?);
    let shown = url.split('@').next_back().unwrap_or_default();
    let db = Db::inspect(&url).await.with_context(|| format!("打不开数据库 {shown}。请检查文件名和权限,它应是警铃的数据库"))?;
    Ok(Store::new(db, office, keys))
}

pub async fn run(config: impl Fn() -> anyhow::Result<Config>, audit: Audit) -> anyhow::Result<ExitCode> {
    match audit {
        Audit::Verify(options) => verify(config, options).await,
        Audit::Export(options) => export::run(&config()?, *options).await,
    }
}

async fn verify(config: impl Fn() -> anyhow::Result<Config>, options: Verify) -> anyhow::Result<ExitCode> {
    let store = open_copy(&config, options.database, options.keys).await?;
    let walked = walk(&store, options.expect.as_ref(), |_| ()).await?;
    let entries = match walked {
        Walk::Broken { seq, reason } => {
            eprintln!("流水在第 {seq} 条断开:{reason}。");
            if seq == 1 {
                eprintln!("第一条就打不开或接不上:先核对密钥文件是不是这份数据库的。如果是,请保留这份数据库,不要再写入,并通知财监股。");
            } else {
                eprintln!("第 {} 条及以前完好。请保留这份数据库,不要再写入,并通知财监股。", seq - 1);
            }
            return Ok(ExitCode::FAILURE);
        }
        Walk::Whole { entries, head } => {
            println!("流水 {entries} 条,逐条相符。链头 {entries}:{head}");
            entries
        }
    };
    if options.chain_only || entries == 0 {
        return Ok(ExitCode::SUCCESS);
    }
    let folder = tempfile::tempdir()?;
    let copy = Db::open(&format!("sqlite:{}", folder.path().join("rebuilt.db").display())).await?;
    let copy = Store::new(copy, store.office, Arc::clone(&store.keys));
    rebuild(&store, &copy, |_| ()).await?;
    let code = report(&store, &copy).await?;
    copy.db.close().await;
    store.db.close().await;
    Ok(code)
}

/// Compares two copies table by table and says what differs.
pub async fn report(one: &Store, other: &Store) -> anyhow::Result<ExitCode> {
    let mut unlike = 0;
    let mut rows = 0;
    for (table, (count, difference)) in compare(one, other).await? {
        rows += count;
        if let Some(difference) = difference {
            unlike += 1;
            eprintln!("{table} 与流水不符:{difference}");
        }
    }
    if unlike > 0 {
        eprintln!("{unlike} 张表与流水不符:有人绕过程序改动过数据库。");
        return Ok(ExitCode::FAILURE);
    }
    println!("由流水重建的状态与现有的相同(共 {rows} 行)。");
    Ok(ExitCode::SUCCESS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_is_taken_as_it_was_shown_or_mailed() {
        let hash = "0123456789abcdef".repeat(4);
        for text in [format!("12:{hash}"), format!("链头 12:{hash}"), format!("链头:12:{}", hash.to_uppercase()), format!(" 链头:12:{hash} ")] {
            assert_eq!(head(&text), Ok((12, hash.clone())), "{text}");
        }
        for text in ["12", "12:abc", &hash, &format!("x:{hash}"), &format!("12:{}", "g".repeat(64))] {
            assert!(head(text).is_err(), "{text}");
        }
    }
}
