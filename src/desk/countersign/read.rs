//! `/会签 列表|查看|台账`, and which file left under which number.

use std::io;
use std::path::PathBuf;

use commands::countersign::{Consent, Returning};
use commands::{Register, SerialNo};

use super::file::checksum_of;
use super::{AGREED, Case, Handed, LEFT, RETURNED, Standing, data, known, period, sees_all};
use crate::chat;
use crate::delivery::card::mention;
use crate::desk::{Actor, Declined, Desk, Reply, now, section_name};
use crate::domain::ChatSafe;
use crate::domain::calendar::local;
use crate::reports::table::{Align, Table};
use crate::store::register::{self, Entered, Filter, Step};
use crate::store::staff::{self, Staff};
use crate::store::{Store, StoreError};

/// As many as fit a message.
pub(super) const MOST: i64 = 15;
/// As many as the log shows.
const LATEST: i64 = 50;

pub(super) async fn list(desk: &Desk, actor: &Actor) -> Result<Reply, Declined> {
    let (_, today) = now(desk);
    let filter = Filter { section: Some(actor.staff.section.as_str()).filter(|_| !sees_all(actor.kind)), ..Filter::default() };
    let found = register::list(&desk.store, Register::Countersign, filter, MOST).await?;
    let mut steps = register::steps_of(&desk.store, Register::Countersign, &found).await?;
    let people = staff::all(&desk.store).await?;
    let mut lines = Vec::new();
    for entered in found {
        let steps = steps.remove(&entered.no).unwrap_or_default();
        let case = Case::of(entered, steps)?;
        lines.push(line(desk, &case, Standing::of(&case.entered, today)?, &people));
    }
    if lines.is_empty() {
        return Ok(chat!("还没有会签。用 /会签 申请 提出。").into());
    }
    Ok(ChatSafe::lines(lines).into())
}

fn line(desk: &Desk, Case { entered, application, .. }: &Case, standing: Standing, people: &[Staff]) -> ChatSafe {
    let Entered { no, section, actor, due_on, .. } = entered;
    let due = due_on.filter(|_| standing == Standing::Agreed).map(|due| chat!("  期限 {}", due)).unwrap_or_default();
    let who = mention(staff::named(people, Some(*actor)).as_ref());
    let section = section_name(&desk.orders.settings, section);
    chat!("{} {}  {} {}  {} {}{}", no, standing.said(), data(application.data), period(application.period), section, who, due)
}

/// All of it, at the bureau's own terminal.
pub(super) async fn show(desk: &Desk, actor: &Actor, no: SerialNo) -> Result<Reply, Declined> {
    let case = known(desk, actor, no).await?;
    let (_, today) = now(desk);
    let people = staff::all(&desk.store).await?;
    let mut lines = vec![line(desk, &case, Standing::of(&case.entered, today)?, &people).to_string()];
    lines.push(format!("接收单位:{}", case.application.recipient));
    lines.push(format!("用途:{}", case.application.purpose));
    lines.extend(case.steps.iter().map(|step| {
        let who = staff::named(&people, step.actor).map(|(_, name)| name).unwrap_or_default();
        format!("{} {} {who}{}", local(step.at).format("%Y-%m-%d %H:%M"), step.step, said_at(step))
    }));
    Ok(Reply::Private(lines.join("\n")))
}

/// What was said or done at a step.
fn said_at(step: &Step) -> String {
    let told = match step.step.as_str() {
        AGREED => serde_json::from_str(&step.content).ok().and_then(|consent: Consent| Some(consent.opinion?.to_string())),
        RETURNED => serde_json::from_str(&step.content).ok().map(|returning: Returning| returning.reason.to_string()),
        LEFT => serde_json::from_str(&step.content).ok().map(|handed: Handed| format!("{} {}", handed.left.file, handed.left.sha256)),
        _ => None,
    };
    told.map(|told| format!(":{told}")).unwrap_or_default()
}

/// What left, when, to whom: the latest first.
pub(super) async fn log(desk: &Desk) -> Result<Reply, Declined> {
    let filter = Filter { state: Some(Standing::Provided.code()), ..Filter::default() };
    let found = register::list(&desk.store, Register::Countersign, filter, LATEST).await?;
    if found.is_empty() {
        return Ok(chat!("还没有数据上报或对外提供。").into());
    }
    let mut steps = register::steps_of(&desk.store, Register::Countersign, &found).await?;
    let people = staff::all(&desk.store).await?;
    let columns = ["编号", "时间", "数据", "接收单位", "经手", "文件", "方式"].map(|name| (name, Align::Left));
    let mut table = Table::new(&columns).numbers(&["行数", "字节", "截至流水"]).left(&["校验值(SHA-256)"]);
    for entered in found {
        let steps = steps.remove(&entered.no).unwrap_or_default();
        let case = Case::of(entered, steps)?;
        case.steps.iter().filter(|step| step.step == LEFT).for_each(|step| table.row(log_row(&case, step, &people)));
    }
    Ok(Reply::Private(table.to_string()))
}

fn log_row(case: &Case, step: &Step, people: &[Staff]) -> Vec<String> {
    let Case { entered, application, .. } = case;
    let who = staff::named(people, step.actor).map(|(_, name)| name).unwrap_or_default();
    let at = local(step.at).format("%Y-%m-%d %H:%M").to_string();
    let mut row = vec![entered.no.to_string(), at, format!("{} {}", application.data, application.period), application.recipient.to_string(), who];
    if let Ok(Handed { left, way }) = serde_json::from_str(&step.content) {
        let count = |count: Option<i64>| count.map_or_else(|| "—".to_owned(), |count| count.to_string());
        let way = way.map_or_else(|| "系统导出".to_owned(), |way| way.to_string());
        let rows = count(left.rows.and_then(|rows| rows.try_into().ok()));
        row.extend([left.file, way, rows, left.bytes.to_string(), count(left.seq), left.sha256]);
    }
    row
}

/// Why it cannot be told whether a file left.
#[derive(Debug, thiserror::Error)]
pub enum UntoldError {
    #[error("这个文件读不了:{0}")]
    File(#[from] io::Error),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Under which number a file left, and what is known of it; `None`: it did not, or it was changed since.
pub async fn left_under(store: &Store, path: PathBuf) -> Result<Option<(SerialNo, String)>, UntoldError> {
    let (sha256, _) = checksum_of(path).await?;
    let mut before = None;
    loop {
        let steps = register::steps_named(store, Register::Countersign, LEFT, before, 200).await?;
        let Some((last, _)) = steps.last() else { return Ok(None) };
        before = Some(*last);
        let of = |step: &Step| serde_json::from_str::<Handed>(&step.content).ok().filter(|handed| handed.left.sha256 == sha256);
        let found = steps.iter().find_map(|(no, step)| Some((*no, step.at, of(step)?.left)));
        if let Some((no, at, left)) = found {
            return Ok(Some((no, format!("{} {}", local(at).format("%Y-%m-%d %H:%M"), left.file))));
        }
    }
}
