//! Receipts (回执): a section that was told of something is asked to say so, by a day; what it was told of stands sealed in the register.

use commands::{Register, SerialNo};
use serde::{Deserialize, Serialize};

use super::Orders;
use crate::chat;
use crate::delivery::card::{LetterKind, Wanted, no};
use crate::domain::ChatSafe;
use crate::domain::calendar::local_date;
use crate::store::register::{self, By};
use crate::store::{StoreError, Turn};

/// Where a receipt stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// 待签收
    Asked,
    /// 已催收
    Chased,
    /// 已签收
    Signed,
}

impl Standing {
    /// The code in the register.
    pub const fn code(self) -> &'static str {
        match self {
            Standing::Asked => "asked",
            Standing::Chased => "chased",
            Standing::Signed => "signed",
        }
    }

    /// The standing of that code.
    pub fn from_code(code: &str) -> Option<Standing> {
        [Standing::Asked, Standing::Chased, Standing::Signed].into_iter().find(|standing| standing.code() == code)
    }
}

/// What a section was told of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Asked {
    /// A warning (year × 1 000 000 + number), and on which occasion.
    Warning(i64, LetterKind),
    /// 通报
    Notice(SerialNo),
    /// 批量核实: the first of the warnings, and how many
    Batch(i64, usize),
}

impl Asked {
    /// What it was, in chat and in letters.
    pub fn about(&self) -> ChatSafe {
        match self {
            Asked::Notice(serial) => chat!("{} 问题通报", serial),
            Asked::Batch(first, count) => chat!("{} 等 {} 条批量核实为正常", no(*first), *count),
            Asked::Warning(number, kind) => chat!("{} {}", no(*number), ChatSafe::fixed(kind.name())),
        }
    }
}

/// Asks a section for a receipt. `None` under settings from before receipts were asked for.
pub async fn ask(turn: &mut Turn, orders: &Orders, by: By, section: &str, asked: &Asked) -> Result<Option<Wanted>, StoreError> {
    let Some(days) = orders.settings.deadlines.receipt else { return Ok(None) };
    let due_on = orders.calendar.add(local_date(by.at), days);
    let no = register::enter(turn, Register::Receipt, by, (section, Standing::Asked.code(), Some(due_on)), "送达", asked).await?;
    Ok(Some(Wanted { no, due_on }))
}
