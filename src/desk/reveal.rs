//! `/预警 全文`: the evidence of a warning as it came, and its slips in full, at the bureau's own terminal. Who asked, and why, is in the journal before
//! anything is opened.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use commands::{Command, Permission, Reveal};
use serde_json::{Map, Value};

use super::deed::{self, Change, Deed, Scene};
use super::known::{Known, unknown};
use super::moves::stored_no;
use super::{Actor, Declined, Desk, Reply, reads_all, warning};
use crate::chat;
use crate::delivery::card::no;
use crate::domain::Entity;
use crate::domain::calendar::local;
use crate::store::event::Delivered;
use crate::store::reveal::{self as stored, Place};
use crate::store::{Entry, StoreError, journal, slip, staff, warning as warnings};

pub(super) async fn act(desk: &Desk, actor: &Actor, reveal: Reveal) -> Result<Reply, Declined> {
    deed::act(desk, actor, Command::Reveal(reveal.clone()), &reveal).await?;
    Ok(Reply::Private(full(desk, stored_no(reveal.warning)).await?))
}

impl Deed for Reveal {
    fn texts(&self) -> Vec<String> {
        vec![self.reason.to_string()]
    }

    /// Reading alone is not enough: whoever asks must have it to handle, to approve or to inspect, or read every section's by office.
    async fn check(&self, scene: &mut Scene<'_>) -> Result<Vec<Change>, Declined> {
        let number = stored_no(self.warning);
        let known = Known::in_turn(scene.turn, number).await?;
        if !known.is_some_and(|known| known.is_open_to(scene.actor, &scene.orders.settings)) {
            return Err(unknown(number).into());
        }
        let asks = [Permission::Handle, Permission::Inspect, Permission::Approve];
        if !asks.into_iter().any(|permission| scene.actor.may(permission)) && !reads_all(scene.kind()) {
            return Err(chat!("看 {} 的全文需要“处置”、“审批”或“专项检查”权限。一般情况可用 /预警 详情 查看。", no(number)).into());
        }
        let before = stored::count_in(scene.turn, number).await?;
        Ok(vec![Change::of("全文查看次数", before, before + 1)])
    }

    async fn apply(&self, scene: &mut Scene<'_>, entry: &Entry) -> Result<Reply, StoreError> {
        stored::enter(scene.turn, stored_no(self.warning), entry.by()).await?;
        Ok(chat!("已登记。").into())
    }
}

/// Everything there is, opened. For the terminal, nothing else.
async fn full(desk: &Desk, number: i64) -> Result<String, StoreError> {
    let mut lines = Vec::new();
    lines.extend(warnings::get(&desk.store, number).await?.map(|w| warning::line(desk, &w).to_string()));
    let told = told(desk, number).await?;
    for item in warnings::items(&desk.store, number, i64::MAX).await? {
        lines.push(format!("— 第 {} 条 {} {}", item.n, item.entity.name(), item.key));
        lines.extend(told.get(&item.n).into_iter().flat_map(BTreeMap::values).cloned());
    }
    let people = staff::all(&desk.store).await?;
    for slip in slip::of(&desk.store, number).await? {
        let who = staff::named(&people, Some(slip.actor)).map(|(_, name)| name).unwrap_or_default();
        let words = serde_json::from_str::<Command>(&slip.text).map_or(slip.text, |command| command.words());
        lines.push(format!("— 处理单 {} {} {} {who}\n   {words}", slip.n, slip.kind, when(slip.at)));
    }
    Ok(lines.join("\n"))
}

fn when(at: DateTime<Utc>) -> String {
    local(at).format("%Y-%m-%d %H:%M").to_string()
}

/// What machines told of one record: where in the journal it stands, and its text.
type Told = BTreeMap<(i64, i64), String>;

/// What machines told of each record of the list, from the journal.
async fn told(desk: &Desk, number: i64) -> Result<BTreeMap<i64, Told>, StoreError> {
    let mut by_entry: BTreeMap<i64, Vec<Place>> = BTreeMap::new();
    for place in stored::places(&desk.store, number).await? {
        by_entry.entry(place.seq).or_default().push(place);
    }
    let mut told: BTreeMap<i64, Told> = BTreeMap::new();
    for (seq, places) in by_entry {
        let bad = |reason: String| StoreError::BadEntry { seq, reason };
        let sealed = journal::read(&desk.store, seq - 1, 1).await?.into_iter().next().ok_or_else(|| bad("missing".to_owned()))?;
        let entry = sealed.open(desk.store.office, &desk.store.keys)?;
        let Ok(delivered) = serde_json::from_slice::<Delivered>(&entry.content) else { continue };
        for place in places {
            let raw = usize::try_from(place.line - 1).ok().and_then(|at| delivered.lines.get(at));
            let text = raw.map(|raw| event(place.entity, &String::from_utf8_lossy(&raw.bytes()))).unwrap_or_default();
            told.entry(place.n).or_default().insert((seq, place.line), format!("   {} {} {text}", when(entry.at), delivered.source));
        }
    }
    Ok(told)
}

/// Fields that an event calls otherwise than the ledger.
const ELSE: [(&str, &str); 6] = [
    ("paid_at", "支付时间"),
    ("requested_at", "申请时间"),
    ("refunded_at", "退款时间"),
    ("corrected_at", "更正时间"),
    ("cancelled_at", "撤销时间"),
    ("id_type", "证件类型"),
];

/// An event as it came: its type, then its fields by the names that rules and people use.
fn event(entity: Entity, line: &str) -> String {
    let event: Value = serde_json::from_str(line).unwrap_or_default();
    let empty = Map::new();
    let data = event.get("data").and_then(Value::as_object).unwrap_or(&empty);
    let mut text = event.get("type").and_then(Value::as_str).unwrap_or_default().to_owned();
    for (field, value) in data.iter().filter(|(_, value)| !value.is_null()) {
        let known = entity.fields().iter().map(|known| (known.column, known.name)).chain(ELSE);
        let name = known.into_iter().find(|(column, _)| column == field).map_or(field.as_str(), |(_, name)| name);
        text.push_str(&format!(" {name}={}", value.as_str().map_or_else(|| value.to_string(), str::to_owned)));
    }
    text
}
