//! `/处置 收回|暂缓|通报|移交|其他`: measures against a serious violation, regulation part 4 (三). Proposed here, approved by another person.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::date::not_before_today;
use crate::permission::Permission::Handle;
use crate::spec::every;
use crate::values::Values;
use crate::warning::NUMBER;
use crate::{Allowed, Amount, Command, Complaint, Form, Kind, Param, ProposalKind, Spec, Text, WarningNo};

pub static SPEC: Spec =
    Spec {
        name: "处置", summary: "红灯性质严重的,提请收回、暂缓拨付、通报、移交,由另一人审批", forms: &[&RECOVER, &SUSPEND, &CIRCULATE, &TRANSFER, &OTHER]
    };

const FACTS: Param = Param::required("情况", Kind::Text, "性质和情节,为什么要这样处置").called("处置情况");
const AMOUNT: Param = Param::optional("金额", Kind::Amount, "涉及的金额(元)");

pub static RECOVER: Form = Form {
    command: "处置",
    subcommand: Some("收回"),
    summary: "提请收回资金",
    allowed: Allowed::with(&[Handle]),
    params: &[NUMBER, Param::required("金额", Kind::Amount, "收回的金额(元)").called("收回金额"), FACTS],
    example: "/处置 收回 123 12800.00 情况=\"虚报面积,应全部收回\"",
    asks: every,
    build: |values| proposed(values, Measured::Recover { amount: values.required("金额")? }),
};

pub static SUSPEND: Form = Form {
    command: "处置",
    subcommand: Some("暂缓"),
    summary: "提请暂缓拨付资金",
    allowed: Allowed::with(&[Handle]),
    params: &[
        NUMBER,
        Param::required("起", Kind::Date, "从哪天起暂缓").called("开始日期"),
        Param::required("止", Kind::Date, "到哪天为止(含这一天)").called("结束日期"),
        FACTS,
        AMOUNT,
    ],
    example: "/处置 暂缓 123 今天 12-31 情况=\"整改到位前暂缓拨付后续资金\" 金额=50000",
    asks: every,
    build: |values| {
        let (from, until): (NaiveDate, NaiveDate) = (values.required("起")?, values.required("止")?);
        not_before_today(until, values.today()).map_err(|why| Complaint::new(format!("结束日期 {why}")))?;
        if until < from {
            return Err(Complaint::new(format!("结束日期 {until} 早于开始日期 {from}。请改正。")));
        }
        proposed(values, Measured::Suspend { from, until, amount: values.optional("金额")? })
    },
};

pub static CIRCULATE: Form = Form {
    command: "处置",
    subcommand: Some("通报"),
    summary: "提请通报",
    allowed: Allowed::with(&[Handle]),
    params: &[NUMBER, Param::required("文号", Kind::Text, "通报的文号,例如 霍财农〔2026〕12号").called("通报文号"), FACTS, AMOUNT],
    example: "/处置 通报 123 霍财农〔2026〕12号 情况=\"多次督促仍未纠正\"",
    asks: every,
    build: |values| proposed(values, Measured::Circulate { document: values.required("文号")?, amount: values.optional("金额")? }),
};

pub static TRANSFER: Form = Form {
    command: "处置",
    subcommand: Some("移交"),
    summary: "提请移交相关部门",
    allowed: Allowed::with(&[Handle]),
    params: &[
        NUMBER,
        Param::required("移交给", Kind::Text, "移交给哪个部门,例如 县农业农村局").called("移交部门"),
        Param::required("日期", Kind::Date, "哪天移交").called("移交日期"),
        FACTS,
        AMOUNT,
    ],
    example: "/处置 移交 123 县农业农村局 今天 情况=\"涉及项目验收不实\"",
    asks: every,
    build: |values| proposed(values, Measured::Transfer { to: values.required("移交给")?, on: values.required("日期")?, amount: values.optional("金额")? }),
};

pub static OTHER: Form = Form {
    command: "处置",
    subcommand: Some("其他"),
    summary: "提请采取其他处置措施",
    allowed: Allowed::with(&[Handle]),
    params: &[NUMBER, Param::required("措施", Kind::Text, "采取什么措施").called("措施说明"), FACTS, AMOUNT],
    example: "/处置 其他 123 措施=\"约谈项目负责人\" 情况=\"管理责任不落实\"",
    asks: every,
    build: |values| proposed(values, Measured::Other { explanation: values.required("措施")?, amount: values.optional("金额")? }),
};

/// A measure that is proposed (提请处置).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Measure {
    pub warning: WarningNo,
    pub measure: Measured,
    pub facts: Text,
}

/// What is to be done, with what must be said of it; amounts in 元.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Measured {
    /// 收回
    Recover { amount: Amount },
    /// 暂缓拨付: both days included, the last one not before the day it is said.
    Suspend { from: NaiveDate, until: NaiveDate, amount: Option<Amount> },
    /// 通报, by a document of the bureau
    Circulate { document: Text, amount: Option<Amount> },
    /// 移交
    Transfer { to: Text, on: NaiveDate, amount: Option<Amount> },
    /// 其他
    Other { explanation: Text, amount: Option<Amount> },
}

impl Measured {
    pub const fn kind(&self) -> ProposalKind {
        match self {
            Measured::Recover { .. } => ProposalKind::Recover,
            Measured::Suspend { .. } => ProposalKind::Suspend,
            Measured::Circulate { .. } => ProposalKind::Circulate,
            Measured::Transfer { .. } => ProposalKind::Transfer,
            Measured::Other { .. } => ProposalKind::Other,
        }
    }
}

impl Measure {
    /// The form it was said in.
    pub const fn form(&self) -> &'static Form {
        match self.measure {
            Measured::Recover { .. } => &RECOVER,
            Measured::Suspend { .. } => &SUSPEND,
            Measured::Circulate { .. } => &CIRCULATE,
            Measured::Transfer { .. } => &TRANSFER,
            Measured::Other { .. } => &OTHER,
        }
    }
}

fn proposed(values: &Values<'_>, measure: Measured) -> Result<Command, Complaint> {
    Ok(Command::Measure(Measure { warning: values.required("编号")?, measure, facts: values.required("情况")? }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::{said, says};

    #[test]
    fn each_measure_says_what_it_must() {
        for (line, json) in [
            ("/处置 收回 123 1.28万元 虚报 面积", r#"{"kind":"recover","amount":"12800.00"}"#),
            ("/处置 暂缓 123 今天 12-31 虚报 面积", r#"{"kind":"suspend","from":"2026-11-23","until":"2026-12-31","amount":null}"#),
            ("/处置 通报 123 霍财农〔2026〕12号 情况=“虚报 面积” 金额=5", r#"{"kind":"circulate","document":"霍财农〔2026〕12号","amount":"5.00"}"#),
            ("/处置 移交 123 县农业农村局 12-1 情况=“虚报 面积”", r#"{"kind":"transfer","to":"县农业农村局","on":"2026-12-01","amount":null}"#),
            ("/处置 其他 123 措施=约谈 情况=“虚报 面积”", r#"{"kind":"other","explanation":"约谈","amount":null}"#),
        ] {
            let Command::Measure(measure) = said(line) else { panic!("{line}") };
            assert_eq!(serde_json::to_string(&measure.measure).unwrap(), json, "{line}");
            assert_eq!(measure.facts.as_str(), "虚报 面积", "{line}");
        }
    }

    #[test]
    fn what_is_missing_or_wrong_is_said() {
        for (line, complaint) in [
            ("/处置 收回 123 情况=虚报", "还缺收回金额。例如:金额=12800.00(元)。"),
            ("/处置 暂缓 123 12-31 12-1 情况=虚报", "结束日期 2026-12-01 早于开始日期 2026-12-31。请改正。"),
            ("/处置 通报 123 情况=虚报", "还缺通报文号。请写明通报的文号,例如 霍财农〔2026〕12号。"),
            ("/处置 其他 123 措施=约谈", "还缺处置情况。请用一两句话写明,例如:情况=\"……\"。"),
        ] {
            assert_eq!(says(line), complaint, "{line}");
        }
        assert!(says("/处置 暂缓 123 11-1 11-2 情况=虚报").starts_with("结束日期 2026-11-02 已经过去"));
        assert!(says("/处置 没收 123").starts_with("/处置 后面只能写:收回、暂缓、通报、移交、其他。"));
    }
}
