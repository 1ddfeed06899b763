//! `/预警 暂停|恢复`: a deadline stands still while another authority is waited for.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::permission::Permission::Handle;
use crate::spec::every;
use crate::values::Values;
use crate::warning::NUMBER;
use crate::{Allowed, Command, Complaint, Form, Kind, Param, Text, WarningNo};

pub static PAUSE: Form = Form {
    command: "预警",
    subcommand: Some("暂停"),
    summary: "等候其他单位期间,黄灯、红灯暂停计时",
    allowed: Allowed::with(&[Handle]),
    params: &[
        NUMBER,
        Param::required("等待", Kind::Text, "等哪个单位,例如 省财政厅"),
        Param::required("原因", Kind::Text, "等什么,一两句话").called("暂停原因"),
        Param::required("至", Kind::Date, "到哪一天恢复计时,例如 12月10日").called("恢复日期"),
    ],
    example: "/预警 暂停 123 等待=省财政厅 原因=\"已去函,等候批复\" 至=12-10",
    asks: every,
    build: Hold::read,
};

pub static RESUME: Form = Form {
    command: "预警",
    subcommand: Some("恢复"),
    summary: "不用再等了,恢复计时",
    allowed: Allowed::with(&[Handle]),
    params: &[NUMBER],
    example: "/预警 恢复 123",
    asks: every,
    build: |values| Ok(Command::Hold(Hold::Resume(Resume { warning: values.required("编号")? }))),
};

/// `/预警 暂停|恢复`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "command")]
pub enum Hold {
    /// `/预警 暂停`
    #[serde(rename = "warning.pause")]
    Pause(Pause),
    /// `/预警 恢复`
    #[serde(rename = "warning.resume")]
    Resume(Resume),
}

/// `/预警 暂停`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pause {
    pub warning: WarningNo,
    /// Another authority, as people call it.
    pub waits_for: Text,
    pub reason: Text,
    /// The day from which it runs again; later than the day it is said.
    pub until: NaiveDate,
}

/// `/预警 恢复`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resume {
    pub warning: WarningNo,
}

impl Hold {
    /// The form it was said in.
    pub fn form(&self) -> &'static Form {
        match self {
            Hold::Pause(_) => &PAUSE,
            Hold::Resume(_) => &RESUME,
        }
    }

    /// The warning it is about.
    pub const fn warning(&self) -> WarningNo {
        match self {
            Hold::Pause(pause) => pause.warning,
            Hold::Resume(resume) => resume.warning,
        }
    }

    fn read(values: &Values<'_>) -> Result<Command, Complaint> {
        let until: NaiveDate = values.required("至")?;
        if until <= values.today() {
            return Err(Complaint::new(format!("恢复日期 {until} 应晚于今天 {}。跨年的日期请写上年份。", values.today())));
        }
        let (warning, waits_for, reason) = (values.required("编号")?, values.required("等待")?, values.required("原因")?);
        Ok(Command::Hold(Hold::Pause(Pause { warning, waits_for, reason, until })))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::{said, says};

    #[test]
    fn it_runs_again_on_a_later_day() {
        let Command::Hold(Hold::Pause(pause)) = said("/预警 暂停 7 等待=省财政厅 原因=等批复 至=12月10日") else { panic!() };
        assert_eq!((pause.waits_for.as_str(), pause.until.to_string().as_str()), ("省财政厅", "2026-12-10"));
        assert_eq!(says("/预警 暂停 7 等待=省财政厅 原因=等批复 至=今天"), "恢复日期 2026-11-23 应晚于今天 2026-11-23。跨年的日期请写上年份。");
        assert!(says("/预警 暂停 7 等待=省财政厅 至=12-10").starts_with("还缺暂停原因。"));
    }
}
