//! `/会签 导出` and `/会签 登记外送`: the file is made, journalled, then put in its place. A crash between leaves no file or a logged one; asked again, it
//! is made from the journal as it stood, with the same bytes.

use std::path::Path;

use commands::countersign::{Countersign, Export, Left, Recorded};
use commands::{Command, DataKind, FileFormat};

use super::file::{checksum_of, failed, make, name_of, place, plain, private, unwritable};
use super::leave::{Leaving, may_hand_out, may_leave};
use super::{Case, Handed, Standing, known};
use crate::chat;
use crate::desk::{Actor, Declined, Desk, Reply, deed, now};
use crate::rebuild::as_of;
use crate::reports::outward::Order;
use crate::store::staff;

pub(super) async fn export(desk: &Desk, actor: &Actor, asked: Export) -> Result<Reply, Declined> {
    let case = known(desk, actor, asked.no).await?;
    may_hand_out(&desk.orders.settings, &actor.staff, actor.kind, &case.entered)?;
    let (at, today) = now(desk);
    if Standing::of(&case.entered, today)? == Standing::Provided {
        return again(desk, actor, asked, &case).await;
    }
    may_leave(&case, today, &staff::all(&desk.store).await?, false)?;
    if case.application.data == DataKind::Other {
        return Err(chat!("“其他”数据不由系统导出。请把文件放进外送文件夹,用 /会签 登记外送 {} 登记。", asked.no).into());
    }
    let format = asked.format.unwrap_or(FileFormat::Csv);
    let name = name_of(asked.no, &case.application, format);
    let target = desk.outgoing.join(&name);
    if target.symlink_metadata().is_ok() {
        return Err(private(format!("{} 已经有了,没有覆盖,也没有导出。请移走它,或换一个文件夹。", target.display())));
    }
    let (file, left) = make(&desk.store, &desk.outgoing, &name, order(&case, format, at)).await?;
    let export = Export { format: Some(format), left: Some(left.clone()), ..asked };
    deed::act(desk, actor, Command::Countersign(Countersign::Export(export.clone())), &Leaving::export(&export, today)).await?;
    put(desk, file, &left, "已导出").await
}

fn order(case: &Case, format: FileFormat, at: chrono::DateTime<chrono::Utc>) -> Order<'_> {
    let Case { entered, application, .. } = case;
    let (data, period, recipient) = (application.data, application.period, application.recipient.as_str());
    Order { no: entered.no, data, period, section: &entered.section, recipient, format, at, seq: 0 }
}

/// The same file once more, from the journal as it stood then.
async fn again(desk: &Desk, actor: &Actor, asked: Export, case: &Case) -> Result<Reply, Declined> {
    let (_, today) = now(desk);
    let Some(Handed { left, way: None }) = case.handed() else {
        may_leave(case, today, &staff::all(&desk.store).await?, false)?;
        return Err(chat!("{} 的文件是另行制作的,系统不能再做一份。", asked.no).into());
    };
    let (Some(format), Some(seq)) = (left.format, left.seq) else {
        return Err(chat!("{} 的文件是另行制作的,系统不能再做一份。", asked.no).into());
    };
    if asked.format.is_some_and(|wanted| wanted != format) {
        return Err(private(format!("{} 已按 {format} 提供,一份会签只提供一份文件。要同样的文件,请不写格式;要别的格式,请重新申请。", asked.no)));
    }
    let target = desk.outgoing.join(&left.file);
    if target.symlink_metadata().is_ok() {
        return lies_there(&target, &left).await;
    }
    let past = as_of(&desk.store, seq).await.map_err(|failure| failed(&failure))?;
    let (file, made) = make(&past.store, &desk.outgoing, &left.file, order(case, format, left.at)).await?;
    past.store.db.close().await;
    if target.symlink_metadata().is_ok() {
        // whoever exported it was only about to put it there
        return lies_there(&target, &left).await;
    }
    if made != left {
        return Err(private(format!("按流水第 {seq} 条重做的内容与登记的校验值不符(程序换过版本),没有导出。请重新申请会签。")));
    }
    let export = Export { format: Some(format), left: Some(left.clone()), ..asked };
    deed::act(desk, actor, Command::Countersign(Countersign::Export(export.clone())), &Leaving::export(&export, today).again()).await?;
    put(desk, file, &left, "以前已经提供过,按流水重做了同样的一份").await
}

/// What has been journalled is put where it can be taken.
async fn put(desk: &Desk, file: std::fs::File, left: &Left, done: &str) -> Result<Reply, Declined> {
    let target = desk.outgoing.join(&left.file);
    if let Err(error) = place(file, target.clone()).await {
        if error.kind() == std::io::ErrorKind::AlreadyExists {
            return lies_there(&target, left).await;
        }
        let why = Reply::from(unwritable(&desk.outgoing, &error));
        return Err(private(format!("{why}已经登记,换好后再导出一次,内容相同。")));
    }
    let rows = left.rows.unwrap_or_default();
    let seq = left.seq.unwrap_or_default();
    let (place, bytes, sha256) = (target.display(), left.bytes, &left.sha256);
    Ok(Reply::Private(format!("{done}:{place}\n{rows} 行,{bytes} 字节,数据截至流水第 {seq} 条\n校验值(SHA-256) {sha256}")))
}

/// There is one of that name: the same, or another that is left alone.
async fn lies_there(target: &Path, left: &Left) -> Result<Reply, Declined> {
    let shown = target.display();
    let same =
        plain(target.parent().unwrap_or(target), &left.file).is_some() && checksum_of(target.to_owned()).await.is_ok_and(|(sha256, _)| sha256 == left.sha256);
    if same {
        return Ok(Reply::Private(format!("已经导出过,文件还在:{shown}\n与登记的校验值相符,没有重写。")));
    }
    Err(private(format!("{shown} 是另一份内容,没有覆盖。请移走它,或换一个文件夹,再导出一次。")))
}

/// A file that was made elsewhere and lies in the outgoing folder.
pub(super) async fn record(desk: &Desk, actor: &Actor, asked: Recorded) -> Result<Reply, Declined> {
    let case = known(desk, actor, asked.no).await?;
    may_hand_out(&desk.orders.settings, &actor.staff, actor.kind, &case.entered)?;
    let (at, today) = now(desk);
    may_leave(&case, today, &staff::all(&desk.store).await?, false)?;
    let (name, folder) = (asked.file.to_string(), desk.outgoing.display());
    let unfit = || private(format!("外送文件夹 {folder} 里没有这个文件。请先把文件放进去,文件= 只写文件名。没有登记。"));
    let path = plain(&desk.outgoing, &name).ok_or_else(unfit)?;
    let (sha256, bytes) = checksum_of(path).await.map_err(|_| private("这个文件读不了。请检查权限。没有登记。".to_owned()))?;
    let left = Left { file: name, sha256, bytes, rows: None, seq: None, format: None, at };
    let recorded = Recorded { left: Some(left.clone()), ..asked };
    deed::act(desk, actor, Command::Countersign(Countersign::Record(recorded.clone())), &Leaving::record(&recorded, today)).await?;
    Ok(Reply::Private(format!("已登记外送 {}({}):{} 字节\n校验值(SHA-256) {}", left.file, recorded.way, left.bytes, left.sha256)))
}
