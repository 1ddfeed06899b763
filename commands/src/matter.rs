//! `/事项 登记|列表|查看|办结`: other matters that 局党组 or 领导小组 have ordered to be watched (部署的其他动态监控事项), regulation part 1 (三).

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::date::not_before_today;
use crate::permission::Permission::{Handle, Query};
use crate::permission::SectionKind::{Agriculture, LeadOffice};
use crate::spec::every;
use crate::values::Values;
use crate::{Allowed, Command, Complaint, Form, Kind, Param, Register, SerialNo, Spec, Standing, Text};

pub static SPEC: Spec = Spec { name: "事项", summary: "局党组、领导小组部署的其他监控事项", forms: &[&ENTER, &LIST, &SHOW, &FINISH] };

const NUMBER: Param = Param::required("编号", Kind::Serial(Register::Matter), "事项编号,例如 SX2026-0007,今年的可只写 7");

pub static ENTER: Form = Form {
    command: "事项",
    subcommand: Some("登记"),
    summary: "登记一项部署的监控事项,交股室办理",
    allowed: Allowed::with(&[Handle]).only_in(&[Agriculture, LeadOffice]),
    params: &[
        Param::required("标题", Kind::Text, "什么事项"),
        Param::required("依据", Kind::Text, "哪次会议或哪个文件"),
        Param::required("股室", Kind::Text, "由哪个股室办理,例如 社保股"),
        Param::required("期限", Kind::Date, "最晚哪天办结,例如 12月7日"),
    ],
    example: "/事项 登记 标题=\"核对春节慰问资金发放\" 依据=\"局党组会议第12期\" 股室=社保股 期限=12月7日",
    asks: every,
    build: Matter::read,
};

pub static LIST: Form = Form {
    command: "事项",
    subcommand: Some("列表"),
    summary: "列出监控事项,不写条件就是待办理的",
    allowed: Allowed::with(&[Query, Handle]),
    params: &[Param::optional("状态", Kind::Choice(Standing::NAMES), "全部、待处理或超期").in_place()],
    example: "/事项 列表 超期",
    asks: every,
    build: |values| Ok(Command::Matter(Matter::List { standing: values.optional("状态")?.unwrap_or(Standing::Open) })),
};

pub static SHOW: Form = Form {
    command: "事项",
    subcommand: Some("查看"),
    summary: "看一项监控事项的全文和结果",
    allowed: Allowed::with(&[Query, Handle]).at_terminal(),
    params: &[NUMBER],
    example: "/事项 查看 SX2026-0007",
    asks: every,
    build: |values| Ok(Command::Matter(Matter::Show { no: values.serial("编号", Register::Matter)? })),
};

pub static FINISH: Form = Form {
    command: "事项",
    subcommand: Some("办结"),
    summary: "事项已经办好,写明结果",
    allowed: Allowed::with(&[Handle]),
    params: &[NUMBER, Param::required("结果", Kind::Text, "办理的结果,一两句话")],
    example: "/事项 办结 7 结果=\"已核对,账实相符\"",
    asks: every,
    build: |values| Ok(Command::Matter(Matter::Finish(Settled { no: values.serial("编号", Register::Matter)?, result: values.required("结果")? }))),
};

/// `/事项`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "command")]
pub enum Matter {
    /// `/事项 登记`
    #[serde(rename = "matter.enter")]
    Enter(Ordered),
    /// `/事项 列表`
    #[serde(rename = "matter.list")]
    List { standing: Standing },
    /// `/事项 查看`
    #[serde(rename = "matter.show")]
    Show { no: SerialNo },
    /// `/事项 办结`
    #[serde(rename = "matter.finish")]
    Finish(Settled),
}

/// A matter as it was ordered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ordered {
    pub title: Text,
    pub basis: Text,
    /// By the section's name as people say it.
    pub section: Text,
    /// The last local day; not before the day it is said.
    pub due_on: NaiveDate,
}

/// What came of a matter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settled {
    pub no: SerialNo,
    pub result: Text,
}

impl Matter {
    /// The form it was said in.
    pub fn form(&self) -> &'static Form {
        match self {
            Matter::Enter(_) => &ENTER,
            Matter::List { .. } => &LIST,
            Matter::Show { .. } => &SHOW,
            Matter::Finish(_) => &FINISH,
        }
    }

    fn read(values: &Values<'_>) -> Result<Command, Complaint> {
        let due_on: NaiveDate = values.required("期限")?;
        not_before_today(due_on, values.today()).map_err(|why| Complaint::new(format!("期限 {why}")))?;
        let (title, basis, section) = (values.required("标题")?, values.required("依据")?, values.required("股室")?);
        Ok(Command::Matter(Matter::Enter(Ordered { title, basis, section, due_on })))
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::says;

    #[test]
    fn a_matter_is_not_due_before_it_is_said() {
        let late = says("/事项 登记 标题=核对 依据=会议 股室=社保股 期限=11-1");
        assert!(late.starts_with("期限 2026-11-01 已经过去"), "{late}");
    }
}
