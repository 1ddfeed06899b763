//! `/支付 查询`: payments, and one of them.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::args::Count;
use crate::permission::Permission::{Handle, Query};
use crate::spec::every;
use crate::values::Values;
use crate::{Allowed, Command, Complaint, Form, Kind, Param, Spec, Text};

pub static SPEC: Spec = Spec { name: "支付", summary: "查支付", forms: &[&LIST] };

pub static LIST: Form = Form {
    command: "支付",
    subcommand: Some("查询"),
    summary: "列出支付,或按凭证号看一笔",
    allowed: Allowed::with(&[Query, Handle]),
    params: &[
        Param::optional("凭证", Kind::Code, "凭证号,看这一笔").called("凭证号").in_place(),
        Param::optional("文号", Kind::Code, "指标文号或指标编号,列出从它支付的"),
        Param::optional("日期", Kind::Date, "只看这一天的,例如 今天、11月23日"),
        Param::optional("股室", Kind::Text, "只看这个股室的,例如 社保股"),
        Param::optional("页", Kind::Count, "第几页,不写就是第一页"),
    ],
    example: "/支付 查询 日期=今天 股室=社保股",
    asks: every,
    build: Payments::read,
};

/// Which payments to list; with a voucher, that one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payments {
    pub voucher: Option<Text>,
    pub allocation: Option<Text>,
    pub on: Option<NaiveDate>,
    pub section: Option<Text>,
    pub page: Count,
}

impl Payments {
    fn read(values: &Values<'_>) -> Result<Command, Complaint> {
        let (voucher, allocation, on) = (values.optional("凭证")?, values.optional("文号")?, values.optional("日期")?);
        let (section, page) = (values.optional("股室")?, values.optional("页")?.unwrap_or(Count::ONE));
        Ok(Command::Payments(Payments { voucher, allocation, on, section, page }))
    }
}
