//! `/权限`: who may do what (附件3, regulation part 5): applied for by a section, an opinion by its head, granted by 财政信息中心.

mod forms;

use serde::{Deserialize, Serialize};

use crate::args::choose;
use crate::choice::choices;
use crate::line::parts_list;
use crate::values::{Argument, Values};
use crate::{Complaint, Form, Permission, SerialNo, Text};

pub use forms::{BATCH, CHANGE, GIVE_BACK, GRANT, LIST, OPEN, OPINION, REVIEW, REVOKE, ROSTER, SHOW, SPEC, TABLE, WITHDRAW};

choices! {
    /// What is applied for (申请类型), annex 3.
    AccessKind {
        Open = "open" "开通",
        Change = "change" "变更",
        Revoke = "revoke" "撤销",
    }
}

choices! {
    /// What a section's head says of an application (申请单位意见、相关部门意见), annex 3.
    Opinion {
        Agree = "agree" "同意",
        Disagree = "disagree" "不同意",
    }
}

choices! {
    /// Where an application stands, or a section's yearly review (年审).
    AccessState {
        Opinion = "opinion" "待意见",
        Grant = "grant" "待授权",
        Done = "done" "已办结",
        Returned = "returned" "已退回",
        Withdrawn = "withdrawn" "已撤回",
        Review = "review" "待年审",
        Reviewed = "reviewed" "已年审",
    }
}

choices! {
    /// What a head says of the yearly list; what is wrong with it is applied for as a change.
    Confirmation {
        Confirm = "confirm" "确认",
    }
}

/// `/权限`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "command")]
pub enum Access {
    /// `/权限 开通`, and a workbook of them
    #[serde(rename = "access.open")]
    Open(Application),
    /// `/权限 变更`
    #[serde(rename = "access.change")]
    Change(Application),
    /// `/权限 撤销`
    #[serde(rename = "access.revoke")]
    Revoke(Application),
    /// `/权限 批量`: where the people stand; the journal keeps them, not the place.
    #[serde(rename = "access.batch")]
    Batch { file: Text, kind: AccessKind },
    /// `/权限 意见`
    #[serde(rename = "access.opinion")]
    Opinion(Opining),
    /// `/权限 授予`
    #[serde(rename = "access.grant")]
    Grant(Granting),
    /// `/权限 退回`
    #[serde(rename = "access.return")]
    GiveBack(GivingBack),
    /// `/权限 撤回`
    #[serde(rename = "access.withdraw")]
    Withdraw(Withdrawing),
    /// `/权限 列表`
    #[serde(rename = "access.list")]
    List { state: Option<AccessState> },
    /// `/权限 查看`
    #[serde(rename = "access.show")]
    Show { no: SerialNo },
    /// `/权限 清单`
    #[serde(rename = "access.roster")]
    Roster,
    /// `/权限 年审`
    #[serde(rename = "access.review")]
    Review(Reviewing),
    /// `/权限 一览`
    #[serde(rename = "access.table")]
    Table,
}

/// An application (申请表): the rows of annex 3, at least one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Application {
    pub people: Vec<Applicant>,
}

/// A row of annex 3, as it was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Applicant {
    pub name: Text,
    /// By name or code; `None`: the applying section (开通), or as it is (变更).
    pub section: Option<Text>,
    #[serde(rename = "position")]
    pub title: Option<Text>,
    /// None given: as it is (变更).
    pub permissions: Vec<Permission>,
    pub id_no: Option<Hidden>,
    pub phone: Option<Hidden>,
    pub email: Option<Text>,
    pub note: Option<Text>,
}

/// A text that tells of a person: nothing that prints for debugging shows it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Hidden(pub Text);

/// `/权限 意见`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opining {
    pub no: SerialNo,
    pub opinion: Opinion,
    pub note: Option<Text>,
}

/// `/权限 授予`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Granting {
    pub no: SerialNo,
}

/// `/权限 退回`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GivingBack {
    pub no: SerialNo,
    pub reason: Text,
}

/// `/权限 撤回`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Withdrawing {
    pub no: SerialNo,
}

/// `/权限 年审`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reviewing {
    pub confirmation: Confirmation,
}

impl Access {
    /// The form it was said in.
    pub fn form(&self) -> &'static Form {
        match self {
            Access::Open(_) => &OPEN,
            Access::Change(_) => &CHANGE,
            Access::Revoke(_) => &REVOKE,
            Access::Batch { .. } => &BATCH,
            Access::Opinion(_) => &OPINION,
            Access::Grant(_) => &GRANT,
            Access::GiveBack(_) => &GIVE_BACK,
            Access::Withdraw(_) => &WITHDRAW,
            Access::List { .. } => &LIST,
            Access::Show { .. } => &SHOW,
            Access::Roster => &ROSTER,
            Access::Review(_) => &REVIEW,
            Access::Table => &TABLE,
        }
    }

    /// An application of this kind.
    pub fn of(kind: AccessKind, application: Application) -> Access {
        match kind {
            AccessKind::Open => Access::Open(application),
            AccessKind::Change => Access::Change(application),
            AccessKind::Revoke => Access::Revoke(application),
        }
    }
}

impl Application {
    fn one(person: Applicant) -> Application {
        Application { people: vec![person] }
    }
}

impl Applicant {
    fn read(values: &Values<'_>) -> Result<Applicant, Complaint> {
        Ok(Applicant {
            name: values.required("姓名")?,
            section: values.optional("股室")?,
            title: values.optional("职务")?,
            permissions: values.optional("权限")?.unwrap_or_default(),
            id_no: values.optional("身份证号")?,
            phone: values.optional("电话")?,
            email: values.optional("邮箱")?,
            note: values.optional("备注")?.or(values.optional("原因")?),
        })
    }
}

impl Hidden {
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

impl std::fmt::Debug for Hidden {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Hidden")
    }
}

impl Argument for Hidden {
    fn read(word: &str, today: chrono::NaiveDate) -> Result<Hidden, String> {
        Text::read(word, today).map(Hidden)
    }
}

/// The permissions that a cell or an option names, in the order of the list, each once.
pub fn permissions(words: &str) -> Result<Vec<Permission>, String> {
    let items = words.split(parts_list).filter(|item| !item.is_empty());
    let mut permissions = items.map(|item| choose(item, Permission::from_name(item), Permission::NAMES)).collect::<Result<Vec<_>, _>>()?;
    permissions.sort();
    permissions.dedup();
    if permissions.is_empty() { Err(format!("至少选一项:{}。", Permission::NAMES.join("、"))) } else { Ok(permissions) }
}

impl Argument for Vec<Permission> {
    fn read(word: &str, _: chrono::NaiveDate) -> Result<Vec<Permission>, String> {
        permissions(word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Command;
    use crate::Permission::{Handle, Query};
    use crate::tests::{said, says};

    #[test]
    fn a_row_of_annex_3_in_a_line() {
        let line = "/权限 开通 王小明 查询、处置 身份证号=341525200303120019 电话=0564-6020000 股室=经建股 备注=新调入";
        let Command::Access(Access::Open(Application { people })) = said(line) else { panic!() };
        let [person] = &people[..] else { panic!() };
        assert_eq!((person.name.as_str(), &person.permissions[..]), ("王小明", &[Query, Handle][..]));
        assert_eq!(person.section.as_ref().map(Text::as_str), Some("经建股"));
        assert!(!format!("{person:?}").contains("3415"), "{person:?}");
    }

    #[test]
    fn what_is_missing_or_unknown_is_said() {
        assert!(says("/权限 开通 王小明 查询").starts_with("还缺身份证号、电话。"));
        assert!(says("/权限 变更 王小明 管理员").starts_with("权限只能从这些里选:查询、处置、审批、汇总、规则管理、用户管理、专项检查。"));
        assert!(says("/权限 意见 7 也许").starts_with("意见只能从这些里选:同意、不同意。"));
        assert_eq!(says("/权限 授予 HQ2026-0001"), "编号应写成 QX2026-0007 的样子,今年的也可以只写 7。");
    }
}
