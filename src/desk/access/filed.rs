//! An application as it was filed (附件3), and what it means once granted. Sections are kept by code: a renamed one is still the same.

use std::collections::BTreeSet;

use commands::access::{AccessKind, AccessState, Opinion};
use commands::roles::barred;
use commands::{Permission, SerialNo};
use serde::{Deserialize, Serialize};

use super::unknown;
use crate::desk::Declined;
use crate::store::register::{self, Entered, Step};
use crate::store::setting::OfficeSettings;
use crate::store::staff::{self, Holders, Staff, StaffCard};
use crate::store::{StoreError, Turn};
use crate::watch::route;

/// The first step of an application; sealed, for it holds id numbers and phones.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Filed {
    pub kind: AccessKind,
    pub people: Vec<Row>,
    /// Codes of the sections whose head has to say something.
    pub needed: Vec<String>,
    /// Those of them that have: the applicant heads them.
    pub heard: Vec<String>,
}

/// One person of it. What is `None` stays as it is.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Row {
    /// Staff id; `None`: to be entered.
    pub id: Option<i64>,
    pub name: String,
    /// Section code.
    pub section: Option<String>,
    pub title: Option<String>,
    pub permissions: Option<Vec<Permission>>,
    pub email: Option<String>,
    pub id_no: Option<String>,
    pub phone: Option<String>,
    pub note: Option<String>,
}

impl std::fmt::Debug for Row {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Row").field("id", &self.id).field("section", &self.section).finish_non_exhaustive()
    }
}

/// A later step: what a head said, for which sections.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Opined {
    pub sections: Vec<String>,
    pub opinion: Opinion,
    pub note: Option<String>,
}

/// An application as it stands.
#[derive(Debug)]
pub(super) struct Case {
    pub entered: Entered,
    pub state: AccessState,
    pub filed: Filed,
    heard: BTreeSet<String>,
}

impl Case {
    /// `None`: the entry is no application.
    pub fn of(entered: Entered, steps: &[Step]) -> Option<Case> {
        let filed: Filed = serde_json::from_str(&steps.first()?.content).ok()?;
        let mut heard: BTreeSet<String> = filed.heard.iter().cloned().collect();
        for step in steps.iter().skip(1) {
            heard.extend(serde_json::from_str::<Opined>(&step.content).map(|opined| opined.sections).unwrap_or_default());
        }
        Some(Case { state: AccessState::from_code(&entered.state)?, entered, filed, heard })
    }

    pub async fn find(turn: &mut Turn, no: SerialNo) -> Result<Case, Declined> {
        let Some(entered) = register::in_turn(&mut turn.tx, turn.office, no).await? else { return Err(unknown(no)) };
        let steps = register::steps_in(turn, no).await?;
        Case::of(entered, &steps).ok_or_else(|| unknown(no))
    }

    /// The same where it was found before.
    pub async fn known(turn: &mut Turn, no: SerialNo, seq: i64) -> Result<Case, StoreError> {
        Case::find(turn, no).await.map_err(|declined| match declined {
            Declined::Failed(failure) => failure,
            Declined::Because(_) => StoreError::BadEntry { seq, reason: format!("{no} is unknown") },
        })
    }

    /// Sections that have not said anything yet.
    pub fn unheard(&self) -> Vec<&str> {
        self.filed.needed.iter().filter(|section| !self.heard.contains(*section)).map(String::as_str).collect()
    }

    /// Of the sections that have not been heard, those for which this person may speak.
    pub fn speaks_for(&self, settings: &OfficeSettings, people: &[Staff], person: i64) -> Vec<String> {
        let theirs = |section: &&&str| self.filed.deciders(settings, people, section).any(|head| head.id == person);
        self.unheard().iter().filter(theirs).map(|section| (*section).to_owned()).collect()
    }

    pub fn is_pending(&self) -> bool {
        matches!(self.state, AccessState::Opinion | AccessState::Grant)
    }
}

impl Filed {
    /// Who may speak for a section: its heads (审批); where it has none, a bureau leader; else 领导小组办公室. Never somebody it is about.
    pub fn deciders<'p>(&self, settings: &OfficeSettings, people: &'p [Staff], section: &str) -> impl Iterator<Item = &'p Staff> + use<'p> {
        let concerned: BTreeSet<i64> = self.people.iter().filter_map(|row| row.id).collect();
        route::heads(settings, section, people, &concerned).into_iter()
    }

    /// The people as they are once it is granted, and the staff id of each row. Err: the row that cannot be granted, and why.
    pub fn granted(&self, settings: &OfficeSettings, people: &[Staff], holders: &Holders) -> Result<(Vec<Staff>, Vec<i64>), (usize, String)> {
        let (mut after, mut ids) = (people.to_vec(), Vec::new());
        for (at, row) in self.people.iter().enumerate() {
            let gone = || (at, format!("{}已经不是用户,或者已经撤销。", row.name));
            let id = match row.id {
                Some(id) => id,
                None => {
                    let holder = row.id_no.as_deref().and_then(|id_no| holders.of(id_no));
                    let id = staff::account_for(&after, holder, &row.name).map_err(|taken| (at, taken.to_string()))?;
                    after.retain(|person| person.id != id);
                    after.push(entered(id, row));
                    id
                }
            };
            let person = after.iter_mut().find(|person| person.id == id && person.active).ok_or_else(gone)?;
            match self.kind {
                AccessKind::Revoke => {
                    (person.active, person.permissions, person.email) = (false, Vec::new(), None);
                }
                AccessKind::Open | AccessKind::Change => {
                    take(&mut person.section, row.section.as_ref());
                    take(&mut person.title, row.title.as_ref());
                    take(&mut person.permissions, row.permissions.as_ref());
                    person.email = row.email.clone().or(person.email.take());
                    let kind = settings.kind(&person.section).ok_or((at, "所在的股室已经撤并,请重新申请。".to_owned()))?;
                    if let Some(why) = person.permissions.iter().find_map(|permission| barred(kind, *permission)) {
                        return Err((at, why.to_owned()));
                    }
                }
            }
            ids.push(id);
        }
        after.sort_by_key(|person| person.id);
        Ok((after, ids))
    }

    /// Their names, for letters inside the bureau.
    pub fn names(&self) -> String {
        self.people.iter().map(|row| row.name.as_str()).collect::<Vec<_>>().join("、")
    }
}

/// Takes over what is given, and leaves the rest.
fn take<T: Clone>(into: &mut T, given: Option<&T>) {
    if let Some(given) = given {
        into.clone_from(given);
    }
}

fn entered(id: i64, row: &Row) -> Staff {
    Staff {
        id,
        name: row.name.clone(),
        section: row.section.clone().unwrap_or_default(),
        title: row.title.clone().unwrap_or_default(),
        permissions: row.permissions.clone().unwrap_or_default(),
        email: row.email.clone(),
        passphrase: None,
        discord: None,
        active: true,
        since: None,
        first_passphrase: false,
    }
}

impl Row {
    /// As it is entered.
    pub fn card(&self) -> StaffCard {
        let Staff { name, section, title, permissions, email, .. } = entered(0, self);
        StaffCard { name, section, title, permissions, email, id_no: self.id_no.clone(), phone: self.phone.clone() }
    }
}
