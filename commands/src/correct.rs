//! `/纠正`: a red light was put right, regulation part 4 (三).

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::date::not_after_today;
use crate::permission::Permission::Handle;
use crate::spec::every;
use crate::values::Values;
use crate::{Allowed, Amount, Command, Complaint, Form, Kind, Param, Spec, Text, WarningNo};

pub static SPEC: Spec = Spec { name: "纠正", summary: "红灯已经纠正,转绿灯", forms: &[&CORRECT] };

pub static CORRECT: Form = Form {
    command: "纠正",
    subcommand: None,
    summary: "填写红灯的纠正情况,转绿灯",
    allowed: Allowed::with(&[Handle]),
    params: &[
        Param::required("编号", Kind::Warning, "预警编号,例如 YJ2026-000123,今年的可只写 123"),
        Param::required("日期", Kind::Date, "哪一天纠正的,例如 今天、11月30日").called("纠正日期"),
        Param::required("情况", Kind::Text, "怎样纠正的").called("纠正情况"),
        Param::required("督促", Kind::Text, "怎样跟踪督促的,例如 两次电话、一次上门").called("督促情况"),
        Param::optional("金额", Kind::Amount, "退回或调账的金额(元)"),
        Param::optional("凭证", Kind::Text, "退款或调账的凭证号"),
    ],
    example: "/纠正 123 今天 情况=\"多付款项已退回国库\" 督促=\"电话督促两次\" 金额=12800.00 凭证=PZ2026-0456",
    asks: every,
    build: Correct::read,
};

/// The part of a slip (处理单) that closes a red light.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Correct {
    pub warning: WarningNo,
    /// Not later than the day it is said.
    pub on: NaiveDate,
    pub facts: Text,
    /// How the correction was pressed for (督促).
    pub pressed: Text,
    /// Returned or re-booked, in 元.
    pub amount: Option<Amount>,
    /// The voucher of the return or re-booking.
    pub voucher: Option<Text>,
}

impl Correct {
    fn read(values: &Values<'_>) -> Result<Command, Complaint> {
        let on: NaiveDate = values.required("日期")?;
        not_after_today(on, values.today()).map_err(|why| Complaint::new(format!("纠正日期 {why}")))?;
        Ok(Command::Correct(Correct {
            warning: values.required("编号")?,
            on,
            facts: values.required("情况")?,
            pressed: values.required("督促")?,
            amount: values.optional("金额")?,
            voucher: values.optional("凭证")?,
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::{said, says};

    #[test]
    fn a_correction_by_place_and_by_name() {
        for line in [
            "/纠正 123 今天 “款项 已退回” 电话督促 两次 金额=1.28万元 凭证=PZ-1",
            "/纠正 123 11月23日 情况=款项 已退回 督促：电话督促 两次 金额:12,800 凭证=PZ-1",
            "/纠正 凭证=PZ-1 金额=12800.00 编号=YJ2026-000123 日期=2026-11-23 督促=“电话督促 两次” 情况='款项 已退回'",
        ] {
            let Command::Correct(correct) = said(line) else { panic!("{line}") };
            assert_eq!(correct.facts.as_str(), "款项 已退回", "{line}");
            assert_eq!(correct.pressed.as_str(), "电话督促 两次", "{line}");
            assert_eq!(correct.amount.map(|amount| amount.to_string()).as_deref(), Some("12800.00"), "{line}");
            assert_eq!((correct.on.to_string().as_str(), correct.voucher.as_ref().map(Text::as_str)), ("2026-11-23", Some("PZ-1")), "{line}");
        }
    }

    #[test]
    fn what_is_wrong_is_said() {
        for (line, complaint) in [
            ("/纠正 123 今天 款项已退回", "还缺督促情况。请写明怎样跟踪督促的,例如 两次电话、一次上门。"),
            ("/纠正 123 今天 款项 已退回 电话督促", "分不清哪些字是情况、哪些字是督促。请加引号,例如:情况=\"……\" 督促=\"……\"。"),
            ("/纠正 123 明天 已退 电话", "纠正日期 2026-11-24 还没有到,不能晚于今天 2026-11-23。跨年的日期请写上年份。"),
            ("/纠正 123 今天 已退 电话 金额=1.234", "金额最多两位小数(精确到分),不会四舍五入。\n  /纠正 123 今天 … ▸1.234◂"),
            ("/纠正 123 今天 已退 电话 金额=", "金额是空的。请在「=」后面紧接着写内容,中间不要空格;不需要就删去「金额=」。"),
            ("/纠正 123 今天 已退 电话 金额=1 金额=2", "金额写了两次,请只留一个。\n  /纠正 123 今天 … ▸金额◂"),
        ] {
            assert_eq!(says(line), complaint, "{line}");
        }
        assert!(says("/纠正 123 今天 已退 电话 金颔=1").contains("是不是想写 金额=?"));
    }
}
