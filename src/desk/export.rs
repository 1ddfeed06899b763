//! The journal is handed out in words: who asked for it is in the journal first. The file itself is written by `jingling audit export`.

use commands::{Command, Export};

use super::deed::{self, Change, Deed, Scene};
use super::{Actor, Declined, Desk, Reply};
use crate::chat;
use crate::store::{Entry, StoreError};

pub(super) async fn act(desk: &Desk, actor: &Actor, export: Export) -> Result<Reply, Declined> {
    deed::act(desk, actor, Command::Export(export.clone()), &export).await
}

impl Deed for Export {
    fn texts(&self) -> Vec<String> {
        self.actor.iter().map(ToString::to_string).collect()
    }

    /// Whoever is named must be of the office: a misspelt name would give an empty file that proves nothing.
    async fn check(&self, scene: &mut Scene<'_>) -> Result<Vec<Change>, Declined> {
        match &self.actor {
            Some(name) if !scene.people.iter().any(|person| person.name == name.as_str()) => {
                Err(chat!("没有这个姓名的用户。用 jingling staff list 查看。").into())
            }
            Some(_) | None => Ok(Vec::new()),
        }
    }

    /// It changes nothing.
    async fn apply(&self, _: &mut Scene<'_>, entry: &Entry) -> Result<Reply, StoreError> {
        Ok(chat!("导出记在流水第 {} 条。", entry.seq).into())
    }
}
