//! Telling sections (告知) of what was done at the desk.

use std::collections::BTreeSet;

use commands::SectionKind;

use super::deed::Scene;
use super::section_name;
use crate::chat;
use crate::delivery::note::Note;
use crate::domain::ChatSafe;
use crate::store::StoreError;
use crate::watch::notify::notify;

/// Writes to everybody of these sections. Says which of them nobody could be written to, for whoever must tell them otherwise; nothing if all is well.
pub(super) fn sections(scene: &mut Scene<'_>, seq: i64, sections: &BTreeSet<String>, note: &Note) -> Result<ChatSafe, StoreError> {
    let theirs = scene.people.iter().filter(|person| sections.contains(&person.section) && !person.permissions.is_empty());
    let reached: Vec<_> = theirs.filter(|person| person.email.is_some()).collect();
    notify(scene.turn, seq, reached.iter().copied(), note)?;
    let missed = sections.iter().filter(|section| !reached.iter().any(|person| person.section == **section));
    let names = ChatSafe::list(missed.map(|section| section_name(&scene.orders.settings, section)));
    Ok(if names.is_empty() { names } else { chat!("\n{}还没有人登记邮箱,没有寄出邮件,请另行告知。", names) })
}

/// The sections of these kinds.
pub(super) fn of_kinds(scene: &Scene<'_>, kinds: &[SectionKind]) -> BTreeSet<String> {
    kinds.iter().flat_map(|kind| scene.orders.settings.of_kind(*kind)).map(str::to_owned).collect()
}
