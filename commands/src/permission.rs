//! What a person was granted (权限, annex 3), and which of it a command asks for.

use serde::{Deserialize, Serialize};

use crate::choice::choices;

choices! {
    /// A permission the information centre grants (权限), regulation part 6.
    Permission {
        Query = "query" "查询",
        Handle = "handle" "处置",
        Approve = "approve" "审批",
        Summarise = "summarise" "汇总",
        Rules = "rules" "规则管理",
        Users = "users" "用户管理",
        Inspect = "inspect" "专项检查",
    }
}

choices! {
    /// What a section is there for (职责分工), regulation part 2. What a county calls it, and by what code, is its own.
    SectionKind {
        LeadOffice = "lead_office" "领导小组办公室",
        Leadership = "leadership" "局领导",
        Budget = "budget" "预算股",
        ReviewCenter = "review_center" "评审中心",
        Agriculture = "agriculture" "农业股",
        Business = "business" "业务股室",
        Supervision = "supervision" "财监股",
        Treasury = "treasury" "国库支付中心",
        InfoCenter = "info_center" "财政信息中心",
        Discipline = "discipline" "驻局纪检监察组",
        Township = "township" "乡镇财政所",
        Department = "department" "主管部门",
    }
}

impl SectionKind {
    /// Whether it is a unit outside the bureau (预算单位), whose users its managing section submits, regulation part 5.
    pub const fn is_budget_unit(self) -> bool {
        match self {
            SectionKind::Township | SectionKind::Department => true,
            SectionKind::LeadOffice | SectionKind::Leadership | SectionKind::Budget | SectionKind::ReviewCenter | SectionKind::Agriculture => false,
            SectionKind::Business | SectionKind::Supervision | SectionKind::Treasury | SectionKind::InfoCenter | SectionKind::Discipline => false,
        }
    }
}

/// Who may say a form of a command, and where.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allowed {
    /// One of these is enough; none listed means everybody of the office.
    pub any_of: &'static [Permission],
    /// Only people of these sections; none listed means every section.
    pub sections: &'static [SectionKind],
    /// Only at the bureau's own terminal: what is said or answered may tell of a person, and a chat may be abroad (个人信息保护法 36 条).
    pub at_terminal: bool,
}

impl Allowed {
    /// Everybody of the office.
    pub const EVERYBODY: Allowed = Allowed { any_of: &[], sections: &[], at_terminal: false };

    /// Whoever holds one of these permissions.
    pub const fn with(any_of: &'static [Permission]) -> Allowed {
        Allowed { any_of, ..Allowed::EVERYBODY }
    }

    /// The same, but only in these sections.
    pub const fn only_in(self, sections: &'static [SectionKind]) -> Allowed {
        Allowed { sections, ..self }
    }

    /// The same, but only at the bureau's own terminal.
    pub const fn at_terminal(self) -> Allowed {
        Allowed { at_terminal: true, ..self }
    }

    /// Whether a person with these permissions, of a section of this kind, may say it. `None`: their section is not there any more.
    pub fn permits(&self, permissions: &[Permission], section: Option<SectionKind>) -> bool {
        let granted = self.any_of.is_empty() || self.any_of.iter().any(|wanted| permissions.contains(wanted));
        granted && (self.sections.is_empty() || section.is_some_and(|kind| self.sections.contains(&kind)))
    }
}

/// `查询或处置`, `汇总(限农业股)`, `所有人(只在终端)`.
impl std::fmt::Display for Allowed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.any_of {
            [] => f.write_str("所有人")?,
            some => f.write_str(&some.iter().map(|p| p.name()).collect::<Vec<_>>().join("或"))?,
        }
        match self.sections {
            [] => {}
            some => write!(f, "(限{})", some.iter().map(|kind| kind.name()).collect::<Vec<_>>().join("、"))?,
        }
        if self.at_terminal { f.write_str("(只在终端)") } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn permission_and_section_both_count() {
        let summary = Allowed::with(&[Permission::Summarise]).only_in(&[SectionKind::Agriculture]);
        assert!(summary.permits(&[Permission::Query, Permission::Summarise], Some(SectionKind::Agriculture)));
        assert!(!summary.permits(&[Permission::Summarise], Some(SectionKind::Treasury)));
        assert!(!summary.permits(&[Permission::Summarise], None));
        assert!(!summary.permits(&[Permission::Query], Some(SectionKind::Agriculture)));
        assert!(Allowed::EVERYBODY.permits(&[], None));
        assert_eq!(summary.at_terminal().to_string(), "汇总(限农业股)(只在终端)");
    }

    #[test]
    fn names_as_annex_3_writes_them() {
        assert_eq!(Permission::from_name("规则管理"), Some(Permission::Rules));
        assert_eq!(Permission::from_code("users"), Some(Permission::Users));
        assert_eq!(Permission::from_name("管理员"), None);
    }
}
