//! What events of reference lists tell. Each source has a list of its own: who leaves one may stay on another.

use super::{Identity, Leaving, Told, cipher, day, number, text};
use crate::domain::record::{payroll, project as projects, standard as standards};
use crate::domain::text::normalise;
use crate::domain::{Entity, Value, person_id};
use crate::intake::event::reference::{Payroll, PayrollDelisted, Project, ProjectDelisted, Standard, StandardDelisted};
use crate::intake::event::{Identifier, Year};
use crate::keys::Keyring;
use crate::store::audit::hex;

fn person(source: &str, id_no: &str, keys: &Keyring) -> Identity {
    let id = keys.hash(&person_id::canonical(id_no));
    let key = format!("{source}/{}", id.map(|hash| hex(&hash.0)).unwrap_or_default());
    Identity { entity: Entity::Payroll, slots: &[payroll::ID_NO], values: vec![id.into()], key }
}

pub(super) fn on_payroll(source: &str, e: &Payroll, keys: &Keyring) -> Told {
    let fills = vec![
        (payroll::NAME, cipher(keys, Some(&e.name))),
        (payroll::AGENCY_NAME, text(e.agency_name.as_deref())),
        (payroll::EFFECTIVE_FROM, day(e.effective_from.as_ref())),
        (payroll::EFFECTIVE_TO, day(e.effective_to.as_ref())),
        (payroll::STATUS, "在册".into()),
    ];
    Told::Listed { identity: person(source, &e.id_no, keys), fills }
}

pub(super) fn off_payroll(source: &str, e: &PayrollDelisted, keys: &Keyring) -> Told {
    let leaving = Leaving { status: payroll::STATUS, word: "移出", until: payroll::EFFECTIVE_TO };
    Told::Delisted { identity: person(source, &e.id_no, keys), leaving, on: e.delisted_on.get() }
}

fn of_library(source: &str, code: &Identifier, year: Year) -> Identity {
    let key = format!("{source}/{}/{}", year.get(), normalise(code));
    let values = vec![text(Some(code)), number(year.get())];
    Identity { entity: Entity::Project, slots: &[projects::PROJECT_CODE, projects::FISCAL_YEAR], values, key }
}

pub(super) fn project(source: &str, e: &Project) -> Told {
    let fills = vec![
        (projects::PROJECT_NAME, text(Some(&e.project_name))),
        (projects::AGENCY_CODE, text(e.agency_code.as_deref())),
        (projects::SECTION, text(e.section.as_deref())),
        (projects::AMOUNT, e.amount.map(|amount| amount.get()).into()),
        (projects::STATUS, "在库".into()),
        (projects::DELISTED_ON, Value::Empty),
    ];
    Told::Listed { identity: of_library(source, &e.project_code, e.fiscal_year), fills }
}

pub(super) fn no_project(source: &str, e: &ProjectDelisted) -> Told {
    let leaving = Leaving { status: projects::STATUS, word: "移出", until: projects::DELISTED_ON };
    Told::Delisted { identity: of_library(source, &e.project_code, e.fiscal_year), leaving, on: e.delisted_on.get() }
}

/// A standard is known by its number: it may be renamed.
fn numbered(source: &str, no: &Identifier) -> Identity {
    let key = format!("{source}/{}", normalise(no));
    Identity { entity: Entity::Standard, slots: &[standards::STANDARD_NO], values: vec![text(Some(no))], key }
}

pub(super) fn standard(source: &str, e: &Standard) -> Told {
    let fills = vec![
        (standards::NAME, text(Some(&e.name))),
        (standards::PROJECT_CODE, text(e.project_code.as_deref())),
        (standards::BASIS, text(Some(e.basis.name()))),
        (standards::MONTHLY, e.monthly.get().into()),
        (standards::EFFECTIVE_FROM, e.effective_from.get().into()),
        (standards::EFFECTIVE_TO, day(e.effective_to.as_ref())),
        (standards::STATUS, "有效".into()),
    ];
    Told::Listed { identity: numbered(source, &e.standard_no), fills }
}

pub(super) fn no_standard(source: &str, e: &StandardDelisted) -> Told {
    let leaving = Leaving { status: standards::STATUS, word: "停用", until: standards::EFFECTIVE_TO };
    Told::Delisted { identity: numbered(source, &e.standard_no), leaving, on: e.delisted_on.get() }
}
