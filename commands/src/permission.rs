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

/// Who may say a form of a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allowed {
    /// One of these is enough; none listed means everybody of the office.
    pub any_of: &'static [Permission],
    /// Only people of these sections, by code; none listed means every section.
    pub sections: &'static [&'static str],
}

impl Allowed {
    /// Everybody of the office.
    pub const EVERYBODY: Allowed = Allowed { any_of: &[], sections: &[] };

    /// Whoever holds one of these permissions.
    pub const fn with(any_of: &'static [Permission]) -> Allowed {
        Allowed { any_of, sections: &[] }
    }

    /// The same, but only in these sections.
    pub const fn only_in(self, sections: &'static [&'static str]) -> Allowed {
        Allowed { sections, ..self }
    }

    /// Whether a person with these permissions, of this section (its code), may say it.
    pub fn permits(&self, permissions: &[Permission], section_code: &str) -> bool {
        let granted = self.any_of.is_empty() || self.any_of.iter().any(|wanted| permissions.contains(wanted));
        granted && (self.sections.is_empty() || self.sections.contains(&section_code))
    }
}

/// `查询或处置`, `汇总(限 agriculture)`, `所有人`.
impl std::fmt::Display for Allowed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.any_of {
            [] => f.write_str("所有人")?,
            some => f.write_str(&some.iter().map(|p| p.name()).collect::<Vec<_>>().join("或"))?,
        }
        match self.sections {
            [] => Ok(()),
            some => write!(f, "(限 {})", some.join("、")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn permission_and_section_both_count() {
        let summary = Allowed::with(&[Permission::Summarise]).only_in(&["agriculture"]);
        assert!(summary.permits(&[Permission::Query, Permission::Summarise], "agriculture"));
        assert!(!summary.permits(&[Permission::Summarise], "treasury"));
        assert!(!summary.permits(&[Permission::Query], "agriculture"));
        assert!(Allowed::EVERYBODY.permits(&[], "business:social"));
        assert_eq!(summary.to_string(), "汇总(限 agriculture)");
    }

    #[test]
    fn names_as_annex_3_writes_them() {
        assert_eq!(Permission::from_name("规则管理"), Some(Permission::Rules));
        assert_eq!(Permission::from_code("users"), Some(Permission::Users));
        assert_eq!(Permission::from_name("管理员"), None);
    }
}
