//! Roles (角色): who usually holds what, which permission may be held where, and the table of what each role may say. The table is made from the specs
//! alone: the README and `/权限 一览` show it, and a test says every cell at the desk.

use crate::permission::Permission::{self, Approve, Handle, Inspect, Query, Rules, Summarise, Users};
use crate::permission::SectionKind;
use crate::{Form, SPECS};

/// A usual holder of permissions (角色).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Role {
    pub name: &'static str,
    pub kind: SectionKind,
    pub permissions: &'static [Permission],
}

const fn role(name: &'static str, kind: SectionKind, permissions: &'static [Permission]) -> Role {
    Role { name, kind, permissions }
}

/// The roles of an office, by the duties of regulation part 2. What a person holds is what was granted; these are the usual cases.
pub const ROLES: &[Role] = &[
    role("业务股室经办", SectionKind::Business, &[Query, Handle]),
    role("业务股室负责人", SectionKind::Business, &[Query, Handle, Approve]),
    role("农业股经办", SectionKind::Agriculture, &[Query, Handle, Summarise]),
    role("农业股负责人", SectionKind::Agriculture, &[Query, Handle, Approve, Summarise]),
    role("预算股", SectionKind::Budget, &[Query, Handle]),
    role("评审中心", SectionKind::ReviewCenter, &[Query, Handle, Rules]),
    role("财监股", SectionKind::Supervision, &[Query, Inspect]),
    role("国库支付中心", SectionKind::Treasury, &[Query]),
    role("领导小组办公室", SectionKind::LeadOffice, &[Query, Approve]),
    role("局领导", SectionKind::Leadership, &[Query, Approve]),
    role("财政信息中心", SectionKind::InfoCenter, &[Query, Users]),
    role("驻局纪检监察组", SectionKind::Discipline, &[Query]),
    role("乡镇财政所", SectionKind::Township, &[Query]),
    role("主管部门", SectionKind::Department, &[Query]),
];

impl Role {
    /// Whether it may say the form, where the form may be said at all.
    pub fn may_say(&self, form: &Form) -> bool {
        form.allowed.permits(self.permissions, Some(self.kind))
    }
}

/// Why nobody of a section of this kind may hold the permission; `None`: they may.
pub fn barred(kind: SectionKind, permission: Permission) -> Option<&'static str> {
    let at = |wanted: SectionKind| kind == wanted;
    let outside = at(SectionKind::Discipline) || kind.is_budget_unit();
    match permission {
        Query => None,
        Users => (!at(SectionKind::InfoCenter)).then_some("“用户管理”权限只能授予财政信息中心的人。"),
        Handle | Approve | Summarise | Rules | Inspect if at(SectionKind::InfoCenter) => Some("财政信息中心的人只能有“查询”和“用户管理”权限,管理员不办业务。"),
        Inspect => (!at(SectionKind::Supervision)).then_some("“专项检查”权限只能授予财监股的人。"),
        Summarise => (!at(SectionKind::Agriculture)).then_some("“汇总”权限只能授予农业股的人。"),
        Handle => outside.then_some("驻局纪检监察组、乡镇财政所和主管部门的人不能有“处置”权限。"),
        Approve | Rules => None,
    }
}

/// Every form with what each role may say of it, in the order of [`ROLES`].
pub fn table() -> impl Iterator<Item = (&'static Form, Vec<bool>)> {
    SPECS.iter().flat_map(|spec| spec.forms.iter().copied()).map(|form| (form, ROLES.iter().map(|role| role.may_say(form)).collect()))
}

/// The README's table of roles, in Markdown, with a line end after each row: what may be held, then what may be said. Forms of a command that are for
/// the same roles share a row.
pub fn table_markdown() -> String {
    let row = |head: &str, cells: &[String]| format!("| {head} | {} |\n", cells.join(" | "));
    let names: Vec<String> = ROLES.iter().map(|role| role.name.to_owned()).collect();
    let holds: Vec<String> = ROLES.iter().map(|role| role.permissions.iter().map(|permission| permission.name()).collect::<Vec<_>>().join("、")).collect();
    let mut alike: Vec<(Vec<&Form>, Vec<bool>)> = Vec::new();
    for (form, cells) in table() {
        match alike.iter_mut().find(|(forms, may)| forms.iter().all(|other| other.command == form.command) && *may == cells) {
            Some((forms, _)) => forms.push(form),
            None => alike.push((vec![form], cells)),
        }
    }
    let says = alike.iter().map(|(forms, cells)| row(&format!("`{}`", together(forms)), &cells.iter().map(|may| mark(*may).to_owned()).collect::<Vec<_>>()));
    let head = [row("命令", &names), row("---", &vec![":-:".to_owned(); ROLES.len()]), row("通常的权限", &holds)];
    head.into_iter().chain(says).collect()
}

/// `/预警 列表、详情`; what may be left out stands in brackets.
fn together(forms: &[&Form]) -> String {
    let command = forms.first().map_or("", |form| form.command);
    let words = forms.iter().filter_map(|form| form.subcommand).collect::<Vec<_>>().join("、");
    match forms.iter().any(|form| form.subcommand.is_none()) {
        true if words.is_empty() => format!("/{command}"),
        true => format!("/{command} [{words}]"),
        false => format!("/{command} {words}"),
    }
}

/// ● or nothing.
pub const fn mark(may: bool) -> &'static str {
    if may { "●" } else { "" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_role_holds_what_it_may_not() {
        for role in ROLES {
            assert_eq!(role.permissions.iter().find_map(|permission| barred(role.kind, *permission)), None, "{}", role.name);
        }
    }

    #[test]
    fn an_administrator_makes_no_business_moves_and_nobody_else_administers() {
        for permission in Permission::ALL {
            assert_eq!(barred(SectionKind::InfoCenter, *permission).is_none(), [Query, Users].contains(permission), "{permission}");
        }
        for kind in SectionKind::ALL.iter().copied() {
            assert_eq!(barred(kind, Users).is_none(), kind == SectionKind::InfoCenter);
            assert_eq!(barred(kind, Inspect).is_none(), kind == SectionKind::Supervision);
            assert_eq!(barred(kind, Summarise).is_none(), kind == SectionKind::Agriculture);
            let outside = [SectionKind::Discipline, SectionKind::Township, SectionKind::Department, SectionKind::InfoCenter].contains(&kind);
            assert_eq!(barred(kind, Handle).is_some(), outside);
        }
    }

    #[test]
    fn every_form_stands_in_the_table_once_with_a_cell_a_role() {
        let table = table_markdown();
        assert!(table.lines().all(|line| line.matches('|').count() == ROLES.len() + 2), "{table}");
        assert!(table.contains("| `/审批 列表、同意、退回` |  | ● |"), "{table}");
        assert!(table.contains("| `/核实 [导出、批量]` | ● |"), "{table}");
        for (form, cells) in super::table() {
            let says = |line: &&str| {
                let title = line.split('`').nth(1).unwrap_or_default();
                let (command, words) = title.split_once(' ').unwrap_or((title, "[]"));
                let named = |word: &str| words.trim_matches(['[', ']']).split('、').any(|other| other == word);
                command == format!("/{}", form.command) && form.subcommand.map_or(words.starts_with('['), named)
            };
            let rows: Vec<&str> = table.lines().filter(says).collect();
            assert_eq!(rows.len(), 1, "{}: {rows:?}", form.title());
            assert_eq!(rows[0].split('|').skip(2).take(ROLES.len()).map(|cell| cell.trim() == "●").collect::<Vec<_>>(), cells, "{}", form.title());
        }
    }
}
