//! `/请假 登记|取消|列表`: who is away, and who stands in (代理).

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::date::not_before_today;
use crate::permission::Permission::{Approve, Handle, Query};
use crate::spec::every;
use crate::values::Values;
use crate::{Allowed, Command, Complaint, Form, Kind, Param, Register, SerialNo, Spec, Text};

pub static SPEC: Spec = Spec { name: "请假", summary: "登记请假和代理人,请假期间预警由代理人办", forms: &[&ENTER, &CANCEL, &LIST] };

pub static ENTER: Form = Form {
    command: "请假",
    subcommand: Some("登记"),
    summary: "登记请假,期间的预警由代理人办",
    allowed: Allowed::with(&[Handle, Approve]),
    params: &[
        Param::required("从", Kind::Date, "第一天,例如 明天、11月30日").called("第一天"),
        Param::required("至", Kind::Date, "最后一天,例如 12月4日").called("最后一天"),
        Param::required("代理", Kind::Text, "代理人的姓名,本股室有处置权限的同事").called("代理人"),
        Param::optional("人员", Kind::Text, "股室负责人替本股室的人登记时,写这个人的姓名"),
    ],
    example: "/请假 登记 11月30日 12月4日 代理=李国强",
    asks: every,
    build: Leave::read,
};

pub static CANCEL: Form = Form {
    command: "请假",
    subcommand: Some("取消"),
    summary: "取消请假,或提前结束",
    allowed: Allowed::with(&[Handle, Approve]),
    params: &[Param::required("编号", Kind::Serial(Register::Leave), "请假编号,例如 QJ2026-0007,今年的可只写 7")],
    example: "/请假 取消 QJ2026-0007",
    asks: every,
    build: |values| Ok(Command::Leave(Leave::Cancel(Cancelled { no: values.serial("编号", Register::Leave)? }))),
};

pub static LIST: Form = Form {
    command: "请假",
    subcommand: Some("列表"),
    summary: "列出现在和以后谁请假、由谁代理",
    allowed: Allowed::with(&[Query, Handle, Approve]),
    params: &[],
    example: "/请假 列表",
    asks: every,
    build: |_| Ok(Command::Leave(Leave::List)),
};

/// `/请假`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "command")]
pub enum Leave {
    /// `/请假 登记`
    #[serde(rename = "leave.enter")]
    Enter(Away),
    /// `/请假 取消`
    #[serde(rename = "leave.cancel")]
    Cancel(Cancelled),
    /// `/请假 列表`
    #[serde(rename = "leave.list")]
    List,
}

/// Somebody is away.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Away {
    /// Not before the day it is said.
    pub from: NaiveDate,
    /// The last day, not before the first.
    pub until: NaiveDate,
    /// Name of the stand-in.
    pub stand_in: Text,
    /// Name of whoever is away; left out, it is who says it.
    pub person: Option<Text>,
}

/// `/请假 取消`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cancelled {
    pub no: SerialNo,
}

impl Leave {
    /// The form it was said in.
    pub fn form(&self) -> &'static Form {
        match self {
            Leave::Enter(_) => &ENTER,
            Leave::Cancel(_) => &CANCEL,
            Leave::List => &LIST,
        }
    }

    fn read(values: &Values<'_>) -> Result<Command, Complaint> {
        let (from, until): (NaiveDate, NaiveDate) = (values.required("从")?, values.required("至")?);
        not_before_today(from, values.today()).map_err(|why| Complaint::new(format!("第一天 {why}")))?;
        if until < from {
            return Err(Complaint::new(format!("最后一天 {until} 早于第一天 {from}。请改正;跨年的日期请写上年份。")));
        }
        Ok(Command::Leave(Leave::Enter(Away { from, until, stand_in: values.required("代理")?, person: values.optional("人员")? })))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::{said, says};

    #[test]
    fn from_a_day_to_a_day() {
        let Command::Leave(Leave::Enter(away)) = said("/请假 登记 明天 2027-1-8 李国强") else { panic!() };
        assert_eq!((away.from.to_string().as_str(), away.until.to_string().as_str(), away.stand_in.as_str()), ("2026-11-24", "2027-01-08", "李国强"));
        assert_eq!(away.person, None);
        assert_eq!(says("/请假 登记 12-4 11-30 李国强"), "最后一天 2026-11-30 早于第一天 2026-12-04。请改正;跨年的日期请写上年份。");
        assert!(says("/请假 登记 昨天 11-30 李国强").starts_with("第一天 2026-11-22 已经过去"));
        assert!(says("/请假 登记 11-30 12-4").starts_with("还缺代理人。"));
    }
}
