//! Telling sections (告知) of what was done at the desk.

use std::collections::BTreeSet;

use commands::SectionKind;

use super::deed::Scene;
use super::section_name;
use crate::chat;
use crate::delivery::note::Note;
use crate::domain::ChatSafe;
use crate::store::StoreError;
use crate::watch::notify::notify_section;

/// Tells these sections. Says which of them nobody could be written to, for whoever must tell them otherwise; nothing if all is well.
pub(super) fn sections(scene: &mut Scene<'_>, seq: i64, sections: &BTreeSet<String>, note: &Note) -> Result<ChatSafe, StoreError> {
    let mut missed = Vec::new();
    for section in sections {
        if !notify_section(scene.turn, scene.orders, scene.people, seq, section, note)? {
            missed.push(section_name(&scene.orders.settings, section));
        }
    }
    let names = ChatSafe::list(missed);
    Ok(if names.is_empty() { names } else { chat!("\n{}还没有人登记邮箱,没有寄出邮件,请另行告知。", names) })
}

/// The sections of these kinds.
pub(super) fn of_kinds(scene: &Scene<'_>, kinds: &[SectionKind]) -> BTreeSet<String> {
    kinds.iter().flat_map(|kind| scene.orders.settings.of_kind(*kind)).map(str::to_owned).collect()
}
