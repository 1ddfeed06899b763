//! `/检查 登记|列表|查看|结果`: special and supervisory inspections (专项检查、督导检查) by 财监股 with the sections concerned, regulation part 2 (六).

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::choice::choices;
use crate::permission::Permission::{Inspect, Query};
use crate::permission::SectionKind::Supervision;
use crate::spec::every;
use crate::values::Values;
use crate::{Allowed, Command, Complaint, Form, Kind, Param, Register, SerialNo, Spec, Text};

pub static SPEC: Spec = Spec { name: "检查", summary: "登记和查看专项检查、督导检查", forms: &[&ENTER, &LIST, &SHOW, &CONCLUDE] };

choices! {
    /// What sort of inspection it is (检查类型), regulation part 2 (六).
    InspectionKind {
        Special = "special" "专项检查",
        Supervisory = "supervisory" "督导检查",
    }
}

const NUMBER: Param = Param::required("编号", Kind::Serial(Register::Inspection), "检查编号,例如 JC2026-0007,今年的可只写 7");

pub static ENTER: Form = Form {
    command: "检查",
    subcommand: Some("登记"),
    summary: "登记一次检查,告知参加的股室",
    allowed: Allowed::with(&[Inspect]).only_in(&[Supervision]),
    params: &[
        Param::required("类型", Kind::Choice(InspectionKind::NAMES), "专项检查或督导检查"),
        Param::required("主题", Kind::Text, "检查什么"),
        Param::required("股室", Kind::Names, "会同哪些股室,几个用顿号隔开"),
        Param::required("开始", Kind::Date, "从哪天"),
        Param::required("结束", Kind::Date, "到哪天"),
    ],
    example: "/检查 登记 专项检查 主题=\"产业奖补资金使用\" 股室=农业股、社保股 开始=11月25日 结束=12月4日",
    asks: every,
    build: Inspection::read,
};

pub static LIST: Form = Form {
    command: "检查",
    subcommand: Some("列表"),
    summary: "列出本股室组织或参加的检查",
    allowed: Allowed::with(&[Query, Inspect]),
    params: &[],
    example: "/检查 列表",
    asks: every,
    build: |_| Ok(Command::Inspection(Inspection::List)),
};

pub static SHOW: Form = Form {
    command: "检查",
    subcommand: Some("查看"),
    summary: "看一次检查的主题和结果",
    allowed: Allowed::with(&[Query, Inspect]).at_terminal(),
    params: &[NUMBER],
    example: "/检查 查看 JC2026-0007",
    asks: every,
    build: |values| Ok(Command::Inspection(Inspection::Show { no: values.serial("编号", Register::Inspection)? })),
};

pub static CONCLUDE: Form = Form {
    command: "检查",
    subcommand: Some("结果"),
    summary: "写明检查发现的情况,可指向一份通报",
    allowed: Allowed::with(&[Inspect]).only_in(&[Supervision]),
    params: &[
        NUMBER,
        Param::required("情况", Kind::Text, "发现的情况,不写姓名和账号"),
        Param::optional("通报", Kind::Serial(Register::Notice), "已就此发出的通报,例如 TB2026-0007"),
    ],
    example: "/检查 结果 7 情况=\"抽查30户,2户资料不全\" 通报=TB2026-0007",
    asks: every,
    build: Inspection::read_result,
};

/// `/检查`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "command")]
pub enum Inspection {
    /// `/检查 登记`
    #[serde(rename = "inspection.enter")]
    Enter(Planned),
    /// `/检查 列表`
    #[serde(rename = "inspection.list")]
    List,
    /// `/检查 查看`
    #[serde(rename = "inspection.show")]
    Show { no: SerialNo },
    /// `/检查 结果`
    #[serde(rename = "inspection.conclude")]
    Conclude(Found),
}

/// An inspection as it was planned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Planned {
    pub kind: InspectionKind,
    pub subject: Text,
    /// The sections that take part, by their names as people say them.
    pub sections: Vec<Text>,
    /// First local day.
    pub from: NaiveDate,
    /// Last local day, not before the first.
    pub to: NaiveDate,
}

/// What an inspection found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Found {
    pub no: SerialNo,
    pub findings: Text,
    /// The notice that was given of it.
    pub notice: Option<SerialNo>,
}

impl Inspection {
    /// The form it was said in.
    pub fn form(&self) -> &'static Form {
        match self {
            Inspection::Enter(_) => &ENTER,
            Inspection::List => &LIST,
            Inspection::Show { .. } => &SHOW,
            Inspection::Conclude(_) => &CONCLUDE,
        }
    }

    fn read(values: &Values<'_>) -> Result<Command, Complaint> {
        let (from, to): (NaiveDate, NaiveDate) = (values.required("开始")?, values.required("结束")?);
        if to < from {
            return Err(Complaint::new(format!("结束日期 {to} 早于开始日期 {from}。请改正。")));
        }
        let (kind, subject, sections) = (values.required("类型")?, values.required("主题")?, values.required("股室")?);
        Ok(Command::Inspection(Inspection::Enter(Planned { kind, subject, sections, from, to })))
    }

    fn read_result(values: &Values<'_>) -> Result<Command, Complaint> {
        let (no, findings) = (values.serial("编号", Register::Inspection)?, values.required("情况")?);
        Ok(Command::Inspection(Inspection::Conclude(Found { no, findings, notice: values.optional_serial("通报", Register::Notice)? })))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::{said, says};

    #[test]
    fn an_inspection_ends_after_it_begins() {
        let line = "/检查 登记 督导检查 主题=到户资金 股室=农业股、社保股 开始=12-4 结束=12-1";
        assert_eq!(says(line), "结束日期 2026-12-01 早于开始日期 2026-12-04。请改正。");
        let Command::Inspection(Inspection::Enter(planned)) = said(&line.replace("12-1", "12-11")) else { panic!() };
        assert_eq!((planned.kind, planned.sections.len()), (InspectionKind::Supervisory, 2));
        assert_eq!(says("/检查 结果 1 情况=好 通报=HZ2026-1"), "通报应写成 TB2026-0007 的样子,今年的也可以只写 7。");
    }
}
