//! `/预警 处理单`: what was written on a warning, in full, at the bureau's own terminal.

use std::fmt::Write;

use commands::{Amend, Assign, Correct, FalseAlarm, Finish, Follow, Measure, Reopen, Return, Urge, Verify, WarningNo};
use serde::de::DeserializeOwned;

use super::known::{Known, unknown};
use super::moves::{Motion, stored_no};
use super::{Actor, Declined, Desk, Reply};
use crate::chat;
use crate::delivery::card::no;
use crate::domain::calendar::local;
use crate::store::slip::{self, Slip};
use crate::store::staff;

pub(super) async fn show(desk: &Desk, actor: &Actor, number: WarningNo) -> Result<Reply, Declined> {
    let number = stored_no(number);
    let known = Known::get(&desk.store, number).await?.filter(|known| known.is_open_to(&actor.staff, &desk.orders.settings));
    if known.is_none() {
        return Err(unknown(number).into());
    }
    let slips = slip::of(&desk.store, number).await?;
    if slips.is_empty() {
        return Ok(chat!("{} 还没有处理单。", no(number)).into());
    }
    let people = staff::all(&desk.store).await?;
    let mut text = format!("{} 的处理单", no(number));
    for slip in slips {
        let who = staff::named(&people, Some(slip.actor)).map(|(_, name)| name).unwrap_or_default();
        let corrects = slip.corrects.map(|n| format!("(更正第 {n} 张)")).unwrap_or_default();
        let _ = write!(text, "\n\n第 {} 张 {}{corrects}  {} {who}", slip.n, slip.kind, local(slip.at).format("%Y-%m-%d %H:%M"));
        for (label, written) in written(&slip) {
            let _ = write!(text, "\n  {label}:{written}");
        }
    }
    Ok(Reply::Private(text))
}

/// A slip is the command that filed it.
fn written(slip: &Slip) -> Vec<(&'static str, String)> {
    let text = slip.text.as_str();
    let read = match slip.kind.as_str() {
        "办结" => read::<Finish>(text),
        "转办" => read::<Assign>(text),
        "核实" => read::<Verify>(text),
        "纠正" => read::<Correct>(text),
        "处置" => read::<Measure>(text),
        "误报" => read::<FalseAlarm>(text),
        "退回" => read::<Return>(text),
        "督办" => read::<Urge>(text),
        "跟踪" => read::<Follow>(text),
        "重开" => read::<Reopen>(text),
        "更正" => read::<Amend>(text),
        _ => None,
    };
    read.unwrap_or_else(|| vec![("内容", text.to_owned())])
}

fn read<M: Motion + DeserializeOwned>(text: &str) -> Option<Vec<(&'static str, String)>> {
    serde_json::from_str::<M>(text).ok().map(|motion| motion.written())
}
