//! `/指标 查询|登记`: one allocation with its chain, and the receipt book of 预算股 (指标总收发), regulation part 2 (二).

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::args::Count;
use crate::date::not_after_today;
use crate::ledger::Tier;
use crate::permission::Permission::{Handle, Query};
use crate::spec::every;
use crate::values::Values;
use crate::{Allowed, Amount, Command, Complaint, Form, Kind, Param, SectionKind, Spec, Text};

pub static SPEC: Spec = Spec { name: "指标", summary: "查一条指标,登记收到的指标文件", forms: &[&SHOW, &REGISTER] };

pub static SHOW: Form = Form {
    command: "指标",
    subcommand: Some("查询"),
    summary: "看一条指标的来源、下达、支付、扫描件和预警",
    allowed: Allowed::with(&[Query, Handle]),
    params: &[Param::required("指标", Kind::Code, "指标文号或指标编号,例如 皖财农〔2026〕12号")],
    example: "/指标 查询 皖财农〔2026〕12号",
    asks: every,
    build: |values| Ok(Command::Allocation(Allocation::Show { allocation: values.required("指标")? })),
};

pub static REGISTER: Form = Form {
    command: "指标",
    subcommand: Some("登记"),
    summary: "登记收到的指标文件",
    allowed: Allowed::with(&[Handle]).only_in(&[SectionKind::Budget]),
    params: &[
        Param::required("文号", Kind::Code, "本级指标文号,例如 霍财农〔2026〕12号"),
        Param::required("资金", Kind::Text, "资金名称全称").called("资金名称"),
        Param::required("金额", Kind::Amount, "金额(元)"),
        Param::required("收到", Kind::Date, "哪一天收到,例如 今天、11月30日").called("收到日期"),
        Param::required("股室", Kind::Text, "归口股室,例如 社保股").called("归口股室"),
        Param::optional("编号", Kind::Code, "指标编号,系统里已有的或同一文号有几条时要写"),
        Param::optional("级次", Kind::Choice(Tier::NAMES), "资金来自哪一级"),
        Param::optional("上级文号", Kind::Code, "上级指标文号"),
        Param::optional("上级指标", Kind::Code, "由哪条指标分配下来,写它的指标编号"),
        Param::optional("功能分类", Kind::Code, "支出功能分类科目,3、5 或 7 位数字"),
        Param::optional("经济分类", Kind::Code, "政府支出经济分类科目"),
        Param::optional("项目编码", Kind::Code, "预算项目编码"),
        Param::optional("单位编码", Kind::Code, "预算单位编码"),
        Param::optional("年度", Kind::Count, "预算年度,不写就是收到的那一年"),
    ],
    example: "/指标 登记 霍财农〔2026〕12号 财政专项扶贫资金 500万元 今天 农业股 级次=省级 上级文号=皖财农〔2026〕88号",
    asks: every,
    build: Received::read,
};

/// `/指标`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "command")]
pub enum Allocation {
    /// `/指标 查询`
    #[serde(rename = "allocation.show")]
    Show { allocation: Text },
    /// `/指标 登记`
    #[serde(rename = "allocation.register")]
    Register(Box<Received>),
}

/// A document that was received, as 预算股 enters it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Received {
    pub doc_no: Text,
    pub fund_name: Text,
    pub amount: Amount,
    /// Not later than the day it is said.
    pub received_on: NaiveDate,
    /// 归口股室, by name or code.
    pub section: Text,
    /// Its own number, if the system or the document has one.
    pub id: Option<Text>,
    pub tier: Option<Tier>,
    pub parent_doc_no: Option<Text>,
    pub parent_id: Option<Text>,
    pub function_code: Option<Text>,
    pub economic_code: Option<Text>,
    pub project_code: Option<Text>,
    pub agency_code: Option<Text>,
    pub year: Option<Count>,
}

impl Allocation {
    /// The form it was said in.
    pub fn form(&self) -> &'static Form {
        match self {
            Allocation::Show { .. } => &SHOW,
            Allocation::Register(_) => &REGISTER,
        }
    }
}

impl Received {
    fn read(values: &Values<'_>) -> Result<Command, Complaint> {
        let received_on: NaiveDate = values.required("收到")?;
        not_after_today(received_on, values.today()).map_err(|why| Complaint::new(format!("收到日期 {why}")))?;
        let received = Received {
            doc_no: values.required("文号")?,
            fund_name: values.required("资金")?,
            amount: values.required("金额")?,
            received_on,
            section: values.required("股室")?,
            id: values.optional("编号")?,
            tier: values.optional("级次")?,
            parent_doc_no: values.optional("上级文号")?,
            parent_id: values.optional("上级指标")?,
            function_code: values.optional("功能分类")?,
            economic_code: values.optional("经济分类")?,
            project_code: values.optional("项目编码")?,
            agency_code: values.optional("单位编码")?,
            year: values.optional("年度")?,
        };
        Ok(Command::Allocation(Allocation::Register(Box::new(received))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::{said, says};

    #[test]
    fn a_document_is_registered_with_what_it_says() {
        let Command::Allocation(Allocation::Register(received)) = said(REGISTER.example) else { panic!() };
        assert_eq!((received.amount.to_string().as_str(), received.tier), ("5000000.00", Some(Tier::Province)));
        assert_eq!(says("/指标 登记 甲〔2026〕1号 乙资金 0 今天 农业股"), "金额应大于零。\n  /指标 登记 甲〔2026〕1号 … ▸0◂");
        assert!(says("/指标 登记 甲〔2026〕1号 乙资金 -5 今天 农业股").starts_with("金额应"));
        assert!(says("/指标 登记 甲〔2026〕1号 乙资金 5 明天 农业股").contains("收到日期 2026-11-24 还没有到"));
    }
}
