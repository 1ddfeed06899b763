//! `/线索`: leads (问题线索) to 驻局纪检监察组, regulation part 5. They are written and read at the bureau's own terminal, by the reporter and 驻局纪检监察组 alone.

use serde::{Deserialize, Serialize};

use crate::permission::Permission::Query;
use crate::permission::SectionKind::Discipline;
use crate::spec::every;
use crate::values::Values;
use crate::{Allowed, Command, Complaint, Form, Kind, Param, Register, SerialNo, Spec, Text, WarningNo};

pub static SPEC: Spec = Spec { name: "线索", summary: "问题线索报驻局纪检监察组", forms: &[&WHERE, &REPORT, &LIST, &SHOW, &HANDLE] };

const NUMBER: Param = Param::required("编号", Kind::Serial(Register::Lead), "线索编号,例如 XS2026-0007");

pub static WHERE: Form = Form {
    command: "线索",
    subcommand: None,
    summary: "问题线索到哪里报",
    allowed: Allowed::EVERYBODY,
    params: &[],
    example: "/线索",
    asks: every,
    build: |_| Ok(Command::Lead(Lead::Where)),
};

pub static REPORT: Form = Form {
    command: "线索",
    subcommand: Some("报送"),
    summary: "向驻局纪检监察组报送问题线索,只有纪检监察组和本人看得到",
    allowed: Allowed::EVERYBODY.at_terminal(),
    params: &[
        Param::required("内容", Kind::Text, "什么人、什么事、有什么材料,可以写姓名"),
        Param::optional("预警", Kind::Warning, "与哪条预警有关,例如 YJ2026-000123"),
    ],
    example: "/线索 报送 内容=\"某村两次虚报面积,附合同\" 预警=YJ2026-000123",
    asks: every,
    build: Lead::read,
};

pub static LIST: Form = Form {
    command: "线索",
    subcommand: Some("列表"),
    summary: "列出本人报送的线索",
    allowed: Allowed::EVERYBODY.at_terminal(),
    params: &[],
    example: "/线索 列表",
    asks: every,
    build: |_| Ok(Command::Lead(Lead::List)),
};

pub static SHOW: Form = Form {
    command: "线索",
    subcommand: Some("查看"),
    summary: "看本人报送的一条线索和办理结果",
    allowed: Allowed::EVERYBODY.at_terminal(),
    params: &[NUMBER],
    example: "/线索 查看 XS2026-0007",
    asks: every,
    build: |values| Ok(Command::Lead(Lead::Show { no: values.serial("编号", Register::Lead)? })),
};

pub static HANDLE: Form = Form {
    command: "线索",
    subcommand: Some("办理"),
    summary: "写明一条线索的办理结果",
    allowed: Allowed::with(&[Query]).only_in(&[Discipline]).at_terminal(),
    params: &[NUMBER, Param::required("结果", Kind::Text, "怎样办理的")],
    example: "/线索 办理 XS2026-0007 结果=\"已初核,不属实\"",
    asks: every,
    build: |values| Ok(Command::Lead(Lead::Handle(Handled { no: values.serial("编号", Register::Lead)?, result: values.required("结果")? }))),
};

/// `/线索`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "command")]
pub enum Lead {
    /// `/线索`
    #[serde(rename = "lead")]
    Where,
    /// `/线索 报送`
    #[serde(rename = "lead.report")]
    Report(Reported),
    /// `/线索 列表`
    #[serde(rename = "lead.list")]
    List,
    /// `/线索 查看`
    #[serde(rename = "lead.show")]
    Show { no: SerialNo },
    /// `/线索 办理`
    #[serde(rename = "lead.handle")]
    Handle(Handled),
}

/// A lead as it was written. It may name people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reported {
    pub text: Text,
    pub warning: Option<WarningNo>,
}

/// What came of a lead.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Handled {
    pub no: SerialNo,
    pub result: Text,
}

impl Lead {
    /// The form it was said in.
    pub fn form(&self) -> &'static Form {
        match self {
            Lead::Where => &WHERE,
            Lead::Report(_) => &REPORT,
            Lead::List => &LIST,
            Lead::Show { .. } => &SHOW,
            Lead::Handle(_) => &HANDLE,
        }
    }

    fn read(values: &Values<'_>) -> Result<Command, Complaint> {
        Ok(Command::Lead(Lead::Report(Reported { text: values.required("内容")?, warning: values.optional("预警")? })))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::{said, says};

    #[test]
    fn a_lead_is_written_at_the_terminal_alone() {
        assert_eq!(said("/线索"), Command::Lead(Lead::Where));
        assert!(SPEC.forms.iter().all(|form| form.subcommand.is_none() || form.allowed.at_terminal));
        assert!(WHERE.params.is_empty() && !WHERE.allowed.at_terminal);
        assert!(says("/线索 报送").starts_with("还缺内容。"));
        let report = said("/线索 报送 张三 虚报 预警=7");
        assert!(report.is_confidential() && !said("/我的").is_confidential());
        let Command::Lead(Lead::Report(reported)) = report else { panic!() };
        assert_eq!((reported.text.as_str(), reported.warning.unwrap().to_string().as_str()), ("张三 虚报", "YJ2026-000007"));
    }
}
