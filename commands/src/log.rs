//! `/记录 登记|列表`: exchanges with the authorities above and with partners, and trainings (与上级沟通协调、应用培训), regulation part 2.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::choice::choices;
use crate::date::not_after_today;
use crate::permission::Permission::Query;
use crate::spec::every;
use crate::values::Values;
use crate::{Allowed, Command, Complaint, Form, Kind, Param, Register, SerialNo, Spec, Text};

pub static SPEC: Spec = Spec { name: "记录", summary: "登记和查看沟通协调、培训记录", forms: &[&ENTER, &LIST, &SHOW] };

choices! {
    /// What is recorded (记录类型).
    LogKind {
        Exchange = "exchange" "沟通协调",
        Training = "training" "培训",
    }
}

pub static ENTER: Form = Form {
    command: "记录",
    subcommand: Some("登记"),
    summary: "登记一次沟通协调或培训",
    allowed: Allowed::with(&[Query]),
    params: &[
        Param::required("类型", Kind::Choice(LogKind::NAMES), "沟通协调或培训"),
        Param::required("日期", Kind::Date, "哪一天,例如 今天、11月30日"),
        Param::required("对象", Kind::Text, "与谁,例如 省厅信息中心、各乡镇财政所"),
        Param::required("内容", Kind::Text, "沟通或培训了什么"),
        Param::required("结果", Kind::Text, "结果怎样"),
    ],
    example: "/记录 登记 培训 今天 对象=各乡镇财政所 内容=\"平台操作培训\" 结果=\"到会21人\"",
    asks: every,
    build: Log::read,
};

pub static LIST: Form = Form {
    command: "记录",
    subcommand: Some("列表"),
    summary: "列出最近的沟通协调和培训记录",
    allowed: Allowed::with(&[Query]),
    params: &[],
    example: "/记录 列表",
    asks: every,
    build: |_| Ok(Command::Log(Log::List)),
};

pub static SHOW: Form = Form {
    command: "记录",
    subcommand: Some("查看"),
    summary: "看一条记录的全文",
    allowed: Allowed::with(&[Query]).at_terminal(),
    params: &[Param::required("编号", Kind::Serial(Register::Log), "记录编号,例如 JL2026-0007,今年的可只写 7")],
    example: "/记录 查看 JL2026-0007",
    asks: every,
    build: |values| Ok(Command::Log(Log::Show { no: values.serial("编号", Register::Log)? })),
};

/// `/记录`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "command")]
pub enum Log {
    /// `/记录 登记`
    #[serde(rename = "log.enter")]
    Enter(Logged),
    /// `/记录 列表`
    #[serde(rename = "log.list")]
    List,
    /// `/记录 查看`
    #[serde(rename = "log.show")]
    Show { no: SerialNo },
}

/// One exchange or training.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Logged {
    pub kind: LogKind,
    /// Not later than the day it is said.
    pub on: NaiveDate,
    pub with: Text,
    pub about: Text,
    pub result: Text,
}

impl Log {
    /// The form it was said in.
    pub fn form(&self) -> &'static Form {
        match self {
            Log::Enter(_) => &ENTER,
            Log::List => &LIST,
            Log::Show { .. } => &SHOW,
        }
    }

    fn read(values: &Values<'_>) -> Result<Command, Complaint> {
        let on: NaiveDate = values.required("日期")?;
        not_after_today(on, values.today()).map_err(|why| Complaint::new(format!("日期 {why}")))?;
        let (kind, with, about, result) = (values.required("类型")?, values.required("对象")?, values.required("内容")?, values.required("结果")?);
        Ok(Command::Log(Log::Enter(Logged { kind, on, with, about, result })))
    }
}
