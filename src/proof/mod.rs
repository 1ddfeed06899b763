//! Proof (证明): the journal told in words, for whoever must find out years later who did what, and who knew of it when. It tells nothing of the people
//! whom payments reach: their names and numbers are only in what staff wrote themselves.

mod table;
mod words;

use std::collections::BTreeSet;
use std::io::Write;

use chrono::NaiveDate;
use serde::Serialize;

use crate::domain::calendar::{local, local_date};
use crate::store::audit::hex;
use crate::store::journal::{self, GENESIS, SealedEntry};
use crate::store::{EntryKind, Store, StoreError, story};
pub use table::Format;
use words::Words;

/// One entry of the journal in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Told {
    /// 序号
    pub seq: i64,
    /// 时间, Asia/Shanghai.
    pub at: String,
    /// 种类
    pub kind: &'static str,
    /// 姓名, the real one as it was then.
    pub name: String,
    /// 账号
    pub account: String,
    /// 事项
    pub what: String,
    /// 变动: `状态:待核实→核实中`.
    pub changes: String,
    /// 校验值, in hex, of this entry and of the one before.
    pub hash: String,
    pub previous: String,
}

/// Which entries to tell; nothing given: all of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Local dates, both included.
    pub from: Option<NaiveDate>,
    pub to: Option<NaiveDate>,
    /// A real name.
    pub actor: Option<String>,
    /// The stored number of a warning: its whole story, from what lit it to who was told and when.
    pub warning: Option<i64>,
    /// Whether leads (问题线索) are told too: they are for 驻局纪检监察组 alone.
    pub leads: bool,
}

/// Why it could not be told.
#[derive(Debug, thiserror::Error)]
pub enum ProofError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("写不进文件:{0}")]
    File(#[from] std::io::Error),
    #[error("流水第 {0} 条接不上前一条。请先运行 jingling audit verify。")]
    Broken(i64),
}

const STRIDE: i64 = 100;

/// Tells the entries in order, as many as fit a stride in memory at a time; returns how many there were.
pub async fn export(store: &Store, filter: &Filter, format: Format, out: impl Write) -> Result<i64, ProofError> {
    let mut table = table::Table::begin(format, out)?;
    let mut words = Words::of(store, filter.leads).await?;
    let about = match filter.warning {
        Some(no) => Some((story::of(store, no).await?, crate::delivery::card::no(no).to_string())),
        None => None,
    };
    let (mut last, mut previous, mut count) = (0, GENESIS.to_vec(), 0);
    loop {
        let entries = journal::read(store, last, STRIDE).await?;
        let Some(end) = entries.last().map(|entry| entry.seq) else { break };
        words.look_up(store, last, end).await?;
        for entry in &entries {
            if entry.seq != last + 1 || entry.expected_hash(store.office, &previous)[..] != entry.hash[..] {
                return Err(ProofError::Broken(entry.seq));
            }
            if let Some(told) = tell(store, &mut words, entry, &previous, filter, about.as_ref())? {
                table.row(&told)?;
                count += 1;
            }
            (last, previous) = (entry.seq, entry.hash.clone());
        }
    }
    table.end()?;
    Ok(count)
}

fn tell(
    store: &Store,
    words: &mut Words,
    sealed: &SealedEntry,
    previous: &[u8],
    filter: &Filter,
    about: Option<&(BTreeSet<i64>, String)>,
) -> Result<Option<Told>, ProofError> {
    let entry = sealed.open(store.office, &store.keys)?;
    // also of what is left out: settings are told by how they stood before
    let said = words.say(&entry)?;
    let day = local_date(entry.at);
    let in_time = filter.from.is_none_or(|from| day >= from) && filter.to.is_none_or(|to| day <= to);
    let by_whom = filter.actor.as_ref().is_none_or(|name| *name == said.name);
    let named = |no: &str| entry.kind == EntryKind::Act && said.what.contains(no);
    let of_it = about.is_none_or(|(seqs, no)| seqs.contains(&entry.seq) || named(no));
    Ok((in_time && by_whom && of_it).then(|| Told {
        seq: entry.seq,
        at: local(entry.at).format("%Y-%m-%d %H:%M:%S").to_string(),
        kind: words::kind(entry.kind),
        name: said.name,
        account: said.account,
        what: said.what,
        changes: said.changes.iter().map(|c| format!("{}:{}→{}", c.what, c.before, c.after)).collect::<Vec<_>>().join(";"),
        hash: hex(&sealed.hash),
        previous: hex(previous),
    }))
}
