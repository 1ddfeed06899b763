//! The rows of an application (附件3) as they were written, looked over one by one: all that is wrong is said at once, by row and column.

use std::collections::BTreeSet;

use commands::Text;
use commands::access::{AccessKind, Applicant, Application};
use commands::roles::barred;

use super::filed::Row;
use crate::desk::deed::Scene;
use crate::domain::StaffName;
use crate::domain::person_id::{self, IdShape};
use crate::store::setting::OfficeSettings;
use crate::store::staff::{self, Holders, Staff, StaffError};

/// What is wrong with a row: its place from 0, the column as annex 3 calls it, what to do.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Fault {
    pub at: usize,
    pub column: &'static str,
    pub why: String,
}

/// The rows with everything in its canonical form.
pub(super) fn read(scene: &Scene<'_>, holders: &Holders, kind: AccessKind, application: &Application) -> Result<Vec<Row>, Vec<Fault>> {
    let (mut rows, mut faults, mut seen) = (Vec::new(), Vec::new(), BTreeSet::new());
    for (at, applicant) in application.people.iter().enumerate() {
        let mut found = Vec::new();
        let reading = Reading { scene, settings: &scene.orders.settings, holders, applicant, faults: &mut found };
        let row = match kind {
            AccessKind::Open => reading.opened(),
            AccessKind::Change => reading.changed(),
            AccessKind::Revoke => reading.revoked(),
        };
        let twice = [Some(row.name.clone()), row.id_no.clone()].into_iter().flatten().filter(|said| !seen.insert(said.clone())).count() > 0;
        if twice {
            found.push(("姓名", "这个人在表里出现了两次,请只留一行。".to_owned()));
        }
        faults.extend(found.into_iter().map(|(column, why)| Fault { at, column, why }));
        rows.push(row);
    }
    if faults.is_empty() { Ok(rows) } else { Err(faults) }
}

struct Reading<'a> {
    scene: &'a Scene<'a>,
    settings: &'a OfficeSettings,
    holders: &'a Holders,
    applicant: &'a Applicant,
    faults: &'a mut Vec<(&'static str, String)>,
}

impl<'a> Reading<'a> {
    fn fault(&mut self, column: &'static str, why: impl Into<String>) {
        self.faults.push((column, why.into()));
    }

    fn opened(mut self) -> Row {
        let mut row = self.plain(None);
        match StaffName::new(&row.name) {
            Ok(name) => name.as_str().clone_into(&mut row.name),
            Err(wrong) => self.fault("姓名", format!("{wrong}。")),
        }
        if row.id_no.is_none() {
            self.fault("身份证号", "没有填写,实名登记需要。");
        }
        if row.phone.is_none() {
            self.fault("联系电话", "没有填写。");
        }
        if row.permissions.is_none() {
            self.fault("权限", "没有填写,请至少写一项。");
        }
        if self.applicant.section.is_none() {
            row.section = Some(self.scene.actor.section.clone());
        }
        self.placed(&row, None);
        let holder = row.id_no.as_deref().and_then(|id_no| self.holders.of(id_no));
        match staff::account_for(self.scene.people, holder, &row.name) {
            Ok(_) => {}
            Err(taken @ StaffError::PersonTaken(_)) => self.fault("身份证号", taken.to_string()),
            Err(other) => self.fault("姓名", other.to_string()),
        }
        row
    }

    fn changed(mut self) -> Row {
        let person = self.person();
        let row = self.plain(person);
        if let Some(person) = person {
            let same = [
                row.section.as_ref().is_none_or(|section| *section == person.section),
                row.title.as_ref().is_none_or(|title| *title == person.title),
                row.permissions.as_ref().is_none_or(|permissions| *permissions == person.permissions),
                row.email.is_none() || row.email == person.email,
            ];
            if same.iter().all(|same| *same) && self.faults.is_empty() {
                self.fault("权限", "与现在的一样,没有要变更的。请写明要改的权限、股室、职务或邮箱。");
            }
            self.placed(&row, Some(person));
        }
        row
    }

    fn revoked(mut self) -> Row {
        let person = self.person();
        let row = Row { section: None, title: None, permissions: None, email: None, ..self.plain(person) };
        if let Some(person) = person {
            self.managed(&person.section);
        }
        row
    }

    /// The person of that name, whose access holds.
    fn person(&mut self) -> Option<&'a Staff> {
        let found = self.scene.people.iter().find(|person| person.active && person.name == self.applicant.name.as_str());
        if found.is_none() {
            self.fault("姓名", "没有叫这个名字的用户。请写登记时的姓名。");
        }
        found
    }

    /// What was written, each by itself.
    fn plain(&mut self, person: Option<&Staff>) -> Row {
        let text = |text: &Option<Text>| text.as_ref().map(|text| text.as_str().to_owned());
        let applicant = self.applicant;
        let id_no = applicant.id_no.as_ref().map(|id_no| person_id::canonical(id_no.as_str()));
        match applicant.id_no.as_ref().map(|id_no| person_id::check(id_no.as_str())) {
            None | Some(IdShape::Valid) => {}
            Some(IdShape::WrongCheckDigit) => self.fault("身份证号", "最后一位校验码不对,请核对。"),
            Some(IdShape::Masked | IdShape::Malformed | IdShape::Missing) => self.fault("身份证号", "应为完整的 18 位号码(老号码 15 位),请核对。"),
        }
        if let (Some(person), Some(id_no)) = (person, id_no.as_deref())
            && self.holders.of(id_no) != Some(person.id)
        {
            self.fault("身份证号", "与这位用户登记的不是同一个,请核对姓名和号码。");
        }
        if applicant.phone.as_ref().is_some_and(|phone| !is_phone(phone.as_str())) {
            self.fault("联系电话", "应是 7 到 13 位的电话号码。");
        }
        if applicant.email.as_ref().is_some_and(|email| email.as_str().parse::<lettre::Address>().is_err()) {
            self.fault("邮箱", "写得不对,应像 zhangmin@example.gov.cn。");
        }
        let section = applicant.section.as_ref().and_then(|named| {
            let found = self.settings.section(named.as_str()).map(|section| section.code.clone());
            if found.is_none() {
                let names: Vec<&str> = self.settings.sections.iter().map(|section| section.name.as_str()).collect();
                self.faults.push(("股室", format!("没有这个股室或单位。可选:{}。", names.join("、"))));
            }
            found
        });
        Row {
            id: person.map(|person| person.id),
            name: applicant.name.as_str().to_owned(),
            section,
            title: text(&applicant.title),
            permissions: Some(applicant.permissions.clone()).filter(|permissions| !permissions.is_empty()),
            email: text(&applicant.email),
            id_no,
            phone: applicant.phone.as_ref().map(|phone| phone.as_str().to_owned()),
            note: text(&applicant.note),
        }
    }

    /// Whether what they will hold may be held there, and whether this section submits it.
    fn placed(&mut self, row: &Row, person: Option<&Staff>) {
        let Some(section) = row.section.clone().or_else(|| person.map(|person| person.section.clone())) else { return };
        let permissions = row.permissions.clone().or_else(|| person.map(|person| person.permissions.clone())).unwrap_or_default();
        if let Some(kind) = self.settings.kind(&section) {
            let why: BTreeSet<&str> = permissions.iter().filter_map(|permission| barred(kind, *permission)).collect();
            why.into_iter().for_each(|why| self.fault("权限", why));
        }
        let sections: BTreeSet<String> = person.map(|person| person.section.clone()).into_iter().chain([section]).collect();
        sections.iter().for_each(|section| self.managed(section));
    }

    /// Users of budget units are submitted by the section that manages them (部门预算归口管理, part 5).
    fn managed(&mut self, section: &str) {
        if let Some(manager) = self.settings.manager(section).filter(|manager| *manager != self.scene.actor.section) {
            let manager = self.settings.section_name(manager);
            self.fault("股室", format!("{}的用户由{manager}提交。请把信息交给{manager}。", self.settings.section_name(section)));
        }
    }
}

/// 7 to 13 digits, hyphens and blanks aside.
fn is_phone(text: &str) -> bool {
    let digits: Vec<char> = crate::domain::normalise(text).chars().filter(|c| !matches!(c, '-' | ' ' | '+' | '(' | ')')).collect();
    (7..=13).contains(&digits.len()) && digits.iter().all(char::is_ascii_digit)
}
