//! `/隔离`: what came validly signed and could not be read. It is settled once: by a right resend, by reading it again, or by a person who says why not.

use commands::quarantine::{Quarantine, Voided};
use commands::{Command, Count, QuarantineNo};
use serde_json::Value as Json;

use super::deed::{self, Change, Deed, Scene};
use super::ledger::{MOST, offset, pages};
use super::{Actor, Declined, Desk, Reply};
use crate::chat;
use crate::delivery::card::said;
use crate::domain::{ChatSafe, FieldPath, Reason, SourceName, mask};
use crate::intake::take;
use crate::store::event::Delivered;
use crate::store::receipt::{self, Kept};
use crate::store::{Entry, EntryKind, StoreError, Turn, journal};
use crate::watch::{self, Moment, Orders};

pub(super) async fn act(desk: &Desk, actor: &Actor, command: Quarantine) -> Result<Reply, Declined> {
    match command {
        Quarantine::List { page } => list(desk, page).await,
        Quarantine::Show { no } => show(desk, no).await,
        Quarantine::Replay { no } => deed::act(desk, actor, Command::Quarantine(Quarantine::Replay { no }), &Replayed(no)).await,
        Quarantine::Void(voided) => deed::act(desk, actor, Command::Quarantine(Quarantine::Void(voided.clone())), &voided).await,
    }
}

pub(super) async fn replay(turn: &mut Turn, orders: &Orders, entry: &Entry, command: &Quarantine) -> Result<(), StoreError> {
    match command {
        Quarantine::Replay { no } => deed::replay(turn, orders, entry, &Replayed(*no)).await,
        Quarantine::Void(voided) => deed::replay(turn, orders, entry, voided).await,
        Quarantine::List { .. } | Quarantine::Show { .. } => Ok(()),
    }
}

fn place(no: QuarantineNo) -> (i64, i64) {
    (i64::from(no.seq), i64::from(no.line))
}

/// What waits, and why.
async fn list(desk: &Desk, page: Count) -> Result<Reply, Declined> {
    let found = receipt::waiting(&desk.store, offset(page), MOST).await?;
    let total = receipt::quarantined(&desk.store).await?;
    if total == 0 {
        return Ok(chat!("隔离区是空的。").into());
    }
    let mut lines = vec![chat!("读不了、还没了结的 {} 条", total)];
    lines.extend(found.iter().map(|q| {
        let no = u32::try_from(q.seq).ok().zip(u32::try_from(q.line).ok()).map(|(seq, line)| chat!("{}", QuarantineNo { seq, line }));
        chat!("{}  {}  来源 {}  {}", no.unwrap_or_default(), q.at, said(SourceName::new(&q.source)), why(&q.field, &q.reason))
    }));
    lines.extend(pages(page, found.len(), total));
    lines.push(chat!("对方改正后用同一编号重发就自动了结;也可用 /隔离 重放 或 /隔离 作废。"));
    Ok(ChatSafe::lines(lines).into())
}

/// Where and why; a field's name is short and plain, the reason is ours.
fn why(field: &str, reason: &str) -> ChatSafe {
    if field.is_empty() { said(Reason::new(reason)) } else { chat!("{} {}", said(FieldPath::new(field)), said(Reason::new(reason))) }
}

/// The line as it came.
fn line_of(entry: Option<&Entry>, line: i64) -> Option<(Delivered, Vec<u8>)> {
    let entry = entry.filter(|entry| entry.kind == EntryKind::Event)?;
    let delivered: Delivered = serde_json::from_slice(&entry.content).ok()?;
    let bytes = delivered.lines.get(usize::try_from(line - 1).ok()?)?.bytes();
    Some((delivered, bytes))
}

async fn show(desk: &Desk, no: QuarantineNo) -> Result<Reply, Declined> {
    let (seq, line) = place(no);
    let (kept, settled) = receipt::kept(&desk.store, seq, line).await?.ok_or_else(|| unknown(no))?;
    let entry = journal::entry(&desk.store, seq).await?;
    let content = line_of(entry.as_ref(), line).map(|(_, bytes)| masked(&bytes)).unwrap_or_default();
    let settled = settled.map(|by| format!("已由流水第 {by} 条了结")).unwrap_or_else(|| "还没了结".to_owned());
    let field = if kept.field.is_empty() { "整条".to_owned() } else { kept.field };
    Ok(Reply::Private(format!("{no}  来源 {}  编号 {}\n原因:{field} {}\n{settled}\n内容(已遮盖):\n{content}", kept.source, kept.webhook_id, kept.reason)))
}

fn unknown(no: QuarantineNo) -> ChatSafe {
    chat!("隔离区没有 {} 这一条。用 /隔离 列表 查看。", no)
}

/// It, if it is not settled yet.
async fn waiting(scene: &mut Scene<'_>, no: QuarantineNo) -> Result<Kept, Declined> {
    let (seq, line) = place(no);
    let kept = receipt::kept_in(&mut scene.turn.tx, scene.turn.office, seq, line).await?.ok_or_else(|| unknown(no))?;
    match kept.1 {
        None => Ok(kept),
        Some(_) => Err(chat!("{} 已经了结,不用再办。", no).into()),
    }
}

/// To be read again as it came.
struct Replayed(QuarantineNo);

impl Deed for Replayed {
    async fn check(&self, scene: &mut Scene<'_>) -> Result<Vec<Change>, Declined> {
        waiting(scene, self.0).await?;
        let (seq, line) = place(self.0);
        let entry = scene.turn.entry(seq).await?;
        let (delivered, bytes) = line_of(entry.as_ref(), line).ok_or_else(|| unknown(self.0))?;
        match take::read(&delivered.source, &bytes, &scene.turn.keys) {
            Ok(_) => Ok(vec![Change::of(&format!("隔离 {}", self.0), "待处理", "已重放")]),
            Err(malformed) => {
                let why = why(&malformed.field, &malformed.reason);
                Err(chat!("{} 还是读不了:{}。请对方改正后用同一编号重发,或用 /隔离 作废。", self.0, why).into())
            }
        }
    }

    async fn apply(&self, scene: &mut Scene<'_>, entry: &Entry) -> Result<Reply, StoreError> {
        let (seq, line) = place(self.0);
        let came = scene.turn.entry(seq).await?;
        let unreadable = || StoreError::BadEntry { seq: entry.seq, reason: "what it replays cannot be read".to_owned() };
        let (delivered, bytes) = line_of(came.as_ref(), line).ok_or_else(unreadable)?;
        let change = take::read(&delivered.source, &bytes, &scene.turn.keys).map_err(|_| unreadable())?;
        let outcomes = watch::run(scene.turn, scene.orders, &[(Moment { seq: entry.seq, line: 1, at: entry.at }, change)]).await?;
        receipt::settle_one(&mut scene.turn.tx, scene.turn.office, (seq, line), entry.seq).await?;
        // whoever sends it once more is answered that it was taken
        if delivered.chunk.is_none() {
            let word = take::word(outcomes.first().map_or('k', |outcome| take::code(*outcome)));
            let answer = format!("{{\"status\":\"{word}\",\"seq\":{}}}", entry.seq);
            receipt::answer_anew(&mut scene.turn.tx, scene.turn.office, (&delivered.source, &delivered.webhook_id), seq, (200, &answer)).await?;
        }
        Ok(chat!("{} 已读入台账。", self.0).into())
    }
}

impl Deed for Voided {
    fn texts(&self) -> Vec<String> {
        vec![self.reason.to_string()]
    }

    async fn check(&self, scene: &mut Scene<'_>) -> Result<Vec<Change>, Declined> {
        waiting(scene, self.no).await?;
        Ok(vec![Change::of(&format!("隔离 {}", self.no), "待处理", "已作废")])
    }

    async fn apply(&self, scene: &mut Scene<'_>, entry: &Entry) -> Result<Reply, StoreError> {
        receipt::settle_one(&mut scene.turn.tx, scene.turn.office, place(self.no), entry.seq).await?;
        Ok(chat!("{} 已作废,原文仍保存在流水里。", self.no).into())
    }
}

/// Fields that name people or are written freely; of these only the shape is shown.
fn hides(name: &str) -> bool {
    ["name", "account", "phone", "purpose", "title", "reason", "note", "text"].iter().any(|word| name.contains(word)) && name != "fund_name"
}

/// What came, one field a line: names, accounts, id numbers and free text covered.
fn masked(bytes: &[u8]) -> String {
    let Ok(json) = serde_json::from_slice::<Json>(bytes) else { return format!("不是合法的 JSON,{} 字节", bytes.len()) };
    let mut lines = Vec::new();
    cover("", &json, &mut lines);
    lines.join("\n")
}

fn cover(at: &str, value: &Json, lines: &mut Vec<String>) {
    let name = at.rsplit('/').next().unwrap_or_default();
    let shown = match value {
        Json::Object(members) => return members.iter().for_each(|(name, value)| cover(&format!("{at}/{}", label(name)), value, lines)),
        Json::Array(items) => return items.iter().for_each(|item| cover(at, item, lines)),
        Json::Null => String::new(),
        Json::Bool(flag) => flag.to_string(),
        Json::Number(number) => covered(name, &number.to_string()),
        Json::String(text) => covered(name, text),
    };
    lines.push(format!("{at} {shown}").trim_end().to_owned());
}

/// A name of a field that could be anything is not repeated.
fn label(name: &str) -> &str {
    if name.len() <= 40 && name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_') { name } else { "(字段名不合规范)" }
}

fn covered(name: &str, text: &str) -> String {
    match name {
        "id_no" => mask::id_no(text),
        _ if name.contains("account") => mask::account(text),
        _ if hides(name) => format!("({} 个字)", text.chars().count()),
        _ if crate::domain::find_personal(text).is_some() => text.replace(|c: char| c.is_numeric(), "*"),
        _ => text.chars().take(60).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shown_names_nobody() {
        let event = r#"{"type":"payment.paid","data":{"voucher_no":"PZ-1","amount":"13812345678","payee_name":"欧阳小满","payee_account":"6217000000017","id_no":"342427196503120012","张三":1}}"#;
        insta::assert_snapshot!(masked(event.as_bytes()), @r"
        /data/amount ***********
        /data/id_no 342427********0012
        /data/payee_account ****0017
        /data/payee_name (4 个字)
        /data/voucher_no PZ-1
        /data/(字段名不合规范) 1
        /type payment.paid
        ");
        assert_eq!(masked("张三".as_bytes()), "不是合法的 JSON,6 字节");
    }
}
