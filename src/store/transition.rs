//! How warnings came to where they stand (经过): every move, in order.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, Utc};

use super::db::Tx;
use super::row::Row;
use super::statement::Among;
use super::warning::{No, date, state, time};
use super::{Store, StoreError};
use crate::binds;
use crate::domain::WarningState;

/// How a warning came to where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Move {
    Fired,
    Rose,
    Claimed,
    Assigned,
    /// Its handler or its section is not there for it any more: given to the next.
    Reassigned,
    Finished,
    VerifiedNormal,
    VerifiedViolation,
    Corrected,
    /// A refund, cancellation or correction took back what lit it: noted, nothing moves.
    Reversed,
    /// Another section is asked to help (配合).
    Engaged,
    /// 领导小组办公室 presses for it (督办).
    Urged,
    /// How a red is followed up (跟踪).
    Followed,
    /// A measure is proposed (处置).
    Proposed,
    /// A measure is approved.
    Measured,
    /// A false alarm is proposed (误报).
    Doubted,
    /// A false alarm is approved.
    Dismissed,
    /// What was proposed is refused (退回).
    Returned,
    /// Closed, before what was proposed had been decided.
    Withdrawn,
    /// Opened again by 农业股 (重开).
    Reopened,
    /// A slip is corrected by another (更正).
    Amended,
    /// What a bell rang for is gone: it closed by itself.
    Ceased,
    /// A stand-in does it while its handler is away.
    StoodIn,
    /// Whoever was away has it again.
    HandedBack,
    /// Its deadline stands still.
    Paused,
    /// Its deadline runs again.
    Resumed,
    /// Its deadline was counted again by a new holiday table.
    Recounted,
    /// An entry of the white list concerns all of it: nobody is called for it.
    Listed,
    /// The entry holds no more: it is pushed now.
    Unlisted,
}

impl Move {
    /// All of them.
    pub const ALL: [Move; 29] = [
        Move::Fired,
        Move::Rose,
        Move::Claimed,
        Move::Assigned,
        Move::Reassigned,
        Move::Finished,
        Move::VerifiedNormal,
        Move::VerifiedViolation,
        Move::Corrected,
        Move::Reversed,
        Move::Engaged,
        Move::Urged,
        Move::Followed,
        Move::Proposed,
        Move::Measured,
        Move::Doubted,
        Move::Dismissed,
        Move::Returned,
        Move::Withdrawn,
        Move::Reopened,
        Move::Amended,
        Move::Ceased,
        Move::StoodIn,
        Move::HandedBack,
        Move::Paused,
        Move::Resumed,
        Move::Recounted,
        Move::Listed,
        Move::Unlisted,
    ];

    /// The code in the database.
    pub const fn code(self) -> &'static str {
        match self {
            Move::Fired => "fired",
            Move::Rose => "rose",
            Move::Claimed => "claimed",
            Move::Assigned => "assigned",
            Move::Reassigned => "reassigned",
            Move::Finished => "finished",
            Move::VerifiedNormal => "verified_normal",
            Move::VerifiedViolation => "verified_violation",
            Move::Corrected => "corrected",
            Move::Reversed => "reversed",
            Move::Engaged => "engaged",
            Move::Urged => "urged",
            Move::Followed => "followed",
            Move::Proposed => "proposed",
            Move::Measured => "measured",
            Move::Doubted => "doubted",
            Move::Dismissed => "dismissed",
            Move::Returned => "returned",
            Move::Withdrawn => "withdrawn",
            Move::Reopened => "reopened",
            Move::Amended => "amended",
            Move::Ceased => "ceased",
            Move::StoodIn => "stood_in",
            Move::HandedBack => "handed_back",
            Move::Paused => "paused",
            Move::Resumed => "resumed",
            Move::Recounted => "recounted",
            Move::Listed => "listed",
            Move::Unlisted => "unlisted",
        }
    }

    /// What people read.
    pub const fn name(self) -> &'static str {
        match self {
            Move::Fired => "触发",
            Move::Rose => "升级",
            Move::Claimed => "认领",
            Move::Assigned => "转办",
            Move::Reassigned => "改派",
            Move::Finished => "办结",
            Move::VerifiedNormal => "核实为正常",
            Move::VerifiedViolation => "核实为违规",
            Move::Corrected => "纠正",
            Move::Reversed => "所涉支付有退款、更正或撤销",
            Move::Engaged => "请其他股室配合",
            Move::Urged => "督办",
            Move::Followed => "跟踪督促",
            Move::Proposed => "提请处置",
            Move::Measured => "处置获批准",
            Move::Doubted => "提请认定误报",
            Move::Dismissed => "认定为误报",
            Move::Returned => "审批退回",
            Move::Withdrawn => "待批事项因办结撤销",
            Move::Reopened => "重开",
            Move::Amended => "更正处理单",
            Move::Ceased => "原因已消除,自动办结",
            Move::StoodIn => "转由代理人代办",
            Move::HandedBack => "代办结束,交回",
            Move::Paused => "暂停计时",
            Move::Resumed => "恢复计时",
            Move::Recounted => "按新的放假安排重新计算期限",
            Move::Listed => "列入白名单,不推送",
            Move::Unlisted => "移出白名单,开始办理",
        }
    }
}

/// One move of a warning, for its history and for the month. States stand with the section that had it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transition {
    pub no: No,
    pub seq: i64,
    pub at: DateTime<Utc>,
    /// The day it counts for in the month, Asia/Shanghai.
    pub local_date: NaiveDate,
    pub how: Move,
    /// State and section code before; `None` when it was lit.
    pub from: Option<(WarningState, String)>,
    /// State and section code after.
    pub to: (WarningState, String),
    /// The deadline that stood before the move.
    pub due_on: Option<NaiveDate>,
    /// Staff id; `None` for the service.
    pub actor: Option<i64>,
}

/// Writes moves; `n` counts per warning from what stands there already.
pub async fn write(tx: &mut Tx, office: i64, transitions: &[Transition]) -> Result<(), StoreError> {
    let numbers: BTreeSet<No> = transitions.iter().map(|t| t.no).collect();
    let columns = "no, CAST(MAX(n) AS BIGINT)";
    let among = Among { columns, table: "transition", fixed: "office_id = $1", fixed_binds: &[office.into()], on: &["no"], tail: "GROUP BY no" };
    let rows = tx.fetch_among(among, numbers.iter().map(|no| binds![*no]).collect()).await?;
    let mut last: BTreeMap<No, i64> = rows.iter().map(|row| Ok((row.int(0)?, row.int(1)?))).collect::<Result<_, StoreError>>()?;
    let columns = ["office_id", "no", "n", "seq", "at", "local_date", "move", "from_state", "to_state", "from_section", "to_section", "due_on", "actor"];
    let rows = transitions.iter().map(|t| {
        let n = last.entry(t.no).or_insert(0);
        *n += 1;
        binds![
            office,
            t.no,
            *n,
            t.seq,
            t.at.timestamp_micros(),
            t.local_date.to_string(),
            t.how.code(),
            t.from.as_ref().map(|(state, _)| state.code().to_owned()),
            t.to.0.code(),
            t.from.as_ref().map(|(_, section)| section.clone()),
            t.to.1.as_str(),
            t.due_on.map(|d| d.to_string()),
            t.actor
        ]
    });
    tx.insert("transition", &columns, rows, "").await
}

/// A warning's history, oldest first.
pub async fn of(store: &Store, no: No) -> Result<Vec<Transition>, StoreError> {
    let text = format!("SELECT {COLUMNS} FROM transition WHERE office_id = $1 AND no = $2 ORDER BY n");
    let rows = store.db.fetch(text, binds![store.office, no]).await?;
    rows.iter().map(|row| read(row).map_err(|e| e.in_row("transition", no))).collect()
}

pub(super) const COLUMNS: &str = "no, seq, at, local_date, move, from_state, from_section, to_state, to_section, due_on, actor";

pub(super) fn read(row: &Row) -> Result<Transition, StoreError> {
    let code = row.text(4)?;
    let from = match (row.opt_text(5)?, row.opt_text(6)?) {
        (Some(from), Some(section)) => Some((state(from, 5)?, section.to_owned())),
        (Some(_), None) | (None, _) => None,
    };
    Ok(Transition {
        no: row.int(0)?,
        seq: row.int(1)?,
        at: time(Some(row.int(2)?)).unwrap_or_default(),
        local_date: date(Some(row.text(3)?), 3)?.unwrap_or_default(),
        how: Move::ALL.into_iter().find(|how| how.code() == code).ok_or(StoreError::BadColumn { column: 4, expected: "a move" })?,
        from,
        to: (state(row.text(7)?, 7)?, row.text(8)?.to_owned()),
        due_on: date(row.opt_text(9)?, 9)?,
        actor: row.opt_int(10)?,
    })
}
