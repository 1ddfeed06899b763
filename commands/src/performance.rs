//! `/绩效 查询|审核`: performance goals (绩效目标) and their review by 评审中心, regulation part 2 (三).

use serde::{Deserialize, Serialize};

use crate::args::Count;
use crate::choice::choices;
use crate::permission::Permission::{Handle, Query};
use crate::spec::every;
use crate::values::Values;
use crate::{Allowed, Command, Complaint, Form, Kind, Param, SectionKind, Spec, Text};

pub static SPEC: Spec = Spec { name: "绩效", summary: "查绩效填报,审核绩效目标", forms: &[&SHOW, &REVIEW] };

choices! {
    /// What a review decides (审核结果).
    Reviewed {
        Passed = "passed" "通过",
        Rejected = "rejected" "不通过",
    }
}

pub static SHOW: Form = Form {
    command: "绩效",
    subcommand: Some("查询"),
    summary: "看一个项目的绩效填报和审核,不写项目就列出待审核的",
    allowed: Allowed::with(&[Query, Handle]),
    params: &[Param::optional("项目", Kind::Code, "预算项目编码").in_place(), Param::optional("年度", Kind::Count, "不写就是今年")],
    example: "/绩效 查询 XM0001",
    asks: every,
    build: Goal::read,
};

pub static REVIEW: Form = Form {
    command: "绩效",
    subcommand: Some("审核"),
    summary: "审核一个项目的绩效目标",
    allowed: Allowed::with(&[Handle]).only_in(&[SectionKind::ReviewCenter]),
    params: &[
        Param::required("项目", Kind::Code, "预算项目编码"),
        Param::required("结果", Kind::Choice(Reviewed::NAMES), "通过或不通过").called("审核结果"),
        Param::required("意见", Kind::Text, "审核意见,一两句话"),
        Param::optional("年度", Kind::Count, "不写就是今年"),
    ],
    example: "/绩效 审核 XM0001 通过 意见=\"目标明确,指标可衡量\"",
    asks: every,
    build: Review::read,
};

/// `/绩效`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "command")]
pub enum Performance {
    /// `/绩效 查询`
    #[serde(rename = "performance.show")]
    Show(Goal),
    /// `/绩效 审核`
    #[serde(rename = "performance.review")]
    Review(Review),
}

/// Which goals to show.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Goal {
    pub project: Option<Text>,
    pub year: Count,
}

/// A review of a project's goal of a year.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Review {
    pub project: Text,
    pub year: Count,
    pub result: Reviewed,
    pub note: Text,
}

impl Performance {
    /// The form it was said in.
    pub fn form(&self) -> &'static Form {
        match self {
            Performance::Show(_) => &SHOW,
            Performance::Review(_) => &REVIEW,
        }
    }
}

fn year(values: &Values<'_>) -> Result<Count, Complaint> {
    let this = u32::try_from(chrono::Datelike::year(&values.today())).ok().and_then(|year| Count::try_from(year).ok());
    Ok(values.optional("年度")?.or(this).unwrap_or(Count::ONE))
}

impl Goal {
    fn read(values: &Values<'_>) -> Result<Command, Complaint> {
        Ok(Command::Performance(Performance::Show(Goal { project: values.optional("项目")?, year: year(values)? })))
    }
}

impl Review {
    fn read(values: &Values<'_>) -> Result<Command, Complaint> {
        let (project, result, note) = (values.required("项目")?, values.required("结果")?, values.required("意见")?);
        Ok(Command::Performance(Performance::Review(Review { project, year: year(values)?, result, note })))
    }
}
