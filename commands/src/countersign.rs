//! `/会签 申请|批准|退回|列表|查看|导出|登记外送|台账`: data that leaves the bureau is countersigned by 局脱贫攻坚领导小组办公室, regulation part 5.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::choice::choices;
use crate::permission::Permission::{Approve, Query, Users};
use crate::permission::SectionKind::{InfoCenter, LeadOffice, Supervision};
use crate::spec::every;
use crate::values::Values;
use crate::{Allowed, Command, Complaint, Form, Kind, Param, Period, Register, SerialNo, Spec, Text};

pub static SPEC: Spec =
    Spec { name: "会签", summary: "上报或对外提供数据的会签", forms: &[&APPLY, &APPROVE, &RETURN, &LIST, &SHOW, &EXPORT, &RECORD, &LOG] };

choices! {
    /// What is to leave the bureau (数据).
    DataKind {
        Warnings = "warnings" "预警",
        Ledger = "ledger" "台账",
        Payments = "payments" "支付",
        Summary = "summary" "月报",
        Other = "other" "其他",
    }
}

choices! {
    /// As what a file is written (格式).
    FileFormat {
        Csv = "csv" "csv",
        Xlsx = "xlsx" "xlsx",
    }
}

choices! {
    /// How a file leaves that was made elsewhere (方式).
    Way {
        Platform = "platform" "上级平台",
        Mail = "mail" "邮件",
        Disc = "disc" "光盘或移动存储",
        Paper = "paper" "纸质",
        Other = "other" "其他",
    }
}

const NUMBER: Param = Param::required("编号", Kind::Serial(Register::Countersign), "会签编号,例如 HQ2026-0007,今年的可只写 7");

pub static APPLY: Form = Form {
    command: "会签",
    subcommand: Some("申请"),
    summary: "要把数据上报或提供给外单位,先申请会签",
    allowed: Allowed::with(&[Query]),
    params: &[
        Param::required("数据", Kind::Choice(DataKind::NAMES), "预警、台账、支付、月报或其他"),
        Param::required("期间", Kind::Period, "月份或年度,例如 2026-11、2026年;台账按年度,月报按月份"),
        Param::required("接收单位", Kind::Text, "提供给谁,例如 省财政厅"),
        Param::required("用途", Kind::Text, "作什么用"),
    ],
    example: "/会签 申请 预警 2026-11 接收单位=省财政厅 用途=\"月度上报\"",
    asks: every,
    build: Application::read,
};

pub static APPROVE: Form = Form {
    command: "会签",
    subcommand: Some("批准"),
    summary: "同意提供;期限内可以导出",
    allowed: Allowed::with(&[Approve]).only_in(&[LeadOffice]),
    params: &[NUMBER, Param::optional("意见", Kind::Text, "会签意见").in_place()],
    example: "/会签 批准 HQ2026-0007 意见=\"同意\"",
    asks: every,
    build: |values| Ok(Command::Countersign(Countersign::Approve(Consent { no: number(values)?, opinion: values.optional("意见")? }))),
};

pub static RETURN: Form = Form {
    command: "会签",
    subcommand: Some("退回"),
    summary: "不同意,退回申请",
    allowed: Allowed::with(&[Approve]).only_in(&[LeadOffice]),
    params: &[NUMBER, Param::required("原因", Kind::Text, "为什么退回")],
    example: "/会签 退回 HQ2026-0007 原因=\"与上次口径不一致\"",
    asks: every,
    build: |values| Ok(Command::Countersign(Countersign::Return(Returning { no: number(values)?, reason: values.required("原因")? }))),
};

pub static LIST: Form = Form {
    command: "会签",
    subcommand: Some("列表"),
    summary: "列出会签申请和办到哪一步",
    allowed: Allowed::with(&[Query, Users]),
    params: &[],
    example: "/会签 列表",
    asks: every,
    build: |_| Ok(Command::Countersign(Countersign::List)),
};

pub static SHOW: Form = Form {
    command: "会签",
    subcommand: Some("查看"),
    summary: "看一份会签的全文和经过",
    allowed: Allowed::with(&[Query, Users]).at_terminal(),
    params: &[NUMBER],
    example: "/会签 查看 HQ2026-0007",
    asks: every,
    build: |values| Ok(Command::Countersign(Countersign::Show { no: number(values)? })),
};

pub static EXPORT: Form = Form {
    command: "会签",
    subcommand: Some("导出"),
    summary: "按已同意的会签导出文件,放到外送文件夹",
    allowed: Allowed::with(&[Query, Users]).at_terminal(),
    params: &[NUMBER, Param::optional("格式", Kind::Choice(FileFormat::NAMES), "csv 或 xlsx,不写就是 csv").in_place()],
    example: "/会签 导出 HQ2026-0007",
    asks: every,
    build: |values| Ok(Command::Countersign(Countersign::Export(Export { no: number(values)?, format: values.optional("格式")?, left: None }))),
};

pub static RECORD: Form = Form {
    command: "会签",
    subcommand: Some("登记外送"),
    summary: "登记另行制作、放在外送文件夹里的文件",
    allowed: Allowed::with(&[Query, Users]).at_terminal(),
    params: &[
        NUMBER,
        Param::required("文件", Kind::Text, "外送文件夹里的文件名"),
        Param::required("方式", Kind::Choice(Way::NAMES), "怎样送出:上级平台、邮件、光盘或移动存储、纸质、其他"),
    ],
    example: "/会签 登记外送 HQ2026-0007 文件=\"11月汇总.xlsx\" 方式=上级平台",
    asks: every,
    build: |values| {
        let (no, file, way) = (number(values)?, values.required("文件")?, values.required("方式")?);
        Ok(Command::Countersign(Countersign::Record(Recorded { no, file, way, left: None })))
    },
};

pub static LOG: Form = Form {
    command: "会签",
    subcommand: Some("台账"),
    summary: "外送台账:什么、何时、给谁、校验值",
    allowed: Allowed::with(&[Query, Users]).only_in(&[LeadOffice, Supervision, InfoCenter]).at_terminal(),
    params: &[],
    example: "/会签 台账",
    asks: every,
    build: |_| Ok(Command::Countersign(Countersign::Log)),
};

/// `/会签`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "command")]
pub enum Countersign {
    /// `/会签 申请`
    #[serde(rename = "countersign.apply")]
    Apply(Application),
    /// `/会签 批准`
    #[serde(rename = "countersign.approve")]
    Approve(Consent),
    /// `/会签 退回`
    #[serde(rename = "countersign.return")]
    Return(Returning),
    /// `/会签 列表`
    #[serde(rename = "countersign.list")]
    List,
    /// `/会签 查看`
    #[serde(rename = "countersign.show")]
    Show { no: SerialNo },
    /// `/会签 导出`
    #[serde(rename = "countersign.export")]
    Export(Export),
    /// `/会签 登记外送`
    #[serde(rename = "countersign.record")]
    Record(Recorded),
    /// `/会签 台账`
    #[serde(rename = "countersign.log")]
    Log,
}

/// What somebody wants to hand out, and to whom.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Application {
    pub data: DataKind,
    pub period: Period,
    pub recipient: Text,
    pub purpose: Text,
}

/// 同意
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Consent {
    pub no: SerialNo,
    pub opinion: Option<Text>,
}

/// 退回
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Returning {
    pub no: SerialNo,
    pub reason: Text,
}

/// A file to be made of what was agreed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Export {
    pub no: SerialNo,
    /// `None`: as before, or csv.
    pub format: Option<FileFormat>,
    /// Never typed: the desk fills it in before it journals.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub left: Option<Left>,
}

/// A file that was made elsewhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recorded {
    pub no: SerialNo,
    /// Its plain name in the outgoing folder.
    pub file: Text,
    pub way: Way,
    /// Never typed: the desk fills it in before it journals.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub left: Option<Left>,
}

/// A file that left (外送文件), as it can be known again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Left {
    pub file: String,
    /// Hexadecimal, small letters.
    pub sha256: String,
    pub bytes: u64,
    /// Of data, without titles; `None` where the service did not write them.
    pub rows: Option<u64>,
    /// The journal entry up to which it tells; `None` where the service did not write it.
    pub seq: Option<i64>,
    /// As which it was written; `None` where the service did not write it.
    pub format: Option<FileFormat>,
    /// When it was made or looked at.
    pub at: DateTime<Utc>,
}

fn number(values: &Values<'_>) -> Result<SerialNo, Complaint> {
    values.serial("编号", Register::Countersign)
}

impl Application {
    fn read(values: &Values<'_>) -> Result<Command, Complaint> {
        let (data, period): (DataKind, Period) = (values.required("数据")?, values.required("期间")?);
        match (data, period) {
            (DataKind::Ledger, Period::Month(month)) => {
                return Err(Complaint::new(format!("台账按年度提供,请写年度,例如 期间={}年。", month.year())));
            }
            (DataKind::Summary, Period::Year(year)) => {
                return Err(Complaint::new(format!("月报按月份提供,请写月份,例如 期间={year}-11。")));
            }
            (DataKind::Ledger | DataKind::Warnings | DataKind::Payments | DataKind::Other, Period::Year(_))
            | (DataKind::Summary | DataKind::Warnings | DataKind::Payments | DataKind::Other, Period::Month(_)) => {}
        }
        let (recipient, purpose) = (values.required("接收单位")?, values.required("用途")?);
        Ok(Command::Countersign(Countersign::Apply(Application { data, period, recipient, purpose })))
    }
}

impl Countersign {
    /// The form it was said in.
    pub fn form(&self) -> &'static Form {
        match self {
            Countersign::Apply(_) => &APPLY,
            Countersign::Approve(_) => &APPROVE,
            Countersign::Return(_) => &RETURN,
            Countersign::List => &LIST,
            Countersign::Show { .. } => &SHOW,
            Countersign::Export(_) => &EXPORT,
            Countersign::Record(_) => &RECORD,
            Countersign::Log => &LOG,
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{said, says};
    use crate::{Command, Countersign};

    #[test]
    fn what_is_asked_for_fits_its_period() {
        assert_eq!(says("/会签 申请 台账 2026-11 省厅 上报"), "台账按年度提供,请写年度,例如 期间=2026年。");
        assert_eq!(says("/会签 申请 月报 今年 省厅 上报"), "月报按月份提供,请写月份,例如 期间=2026-11。");
        assert!(says("/会签 申请 名单 本月 省厅 上报").contains("预警、台账、支付、月报、其他"));
        assert!(says("/会签 申请 预警 2026-12 省厅 上报").contains("还没有到"));
        assert!(says("/会签 申请 预警 本月 省厅").contains("还缺用途"));
        for line in ["/会签 申请 支付 今年 省厅 上报", "/会签 申请 其他 上月 省厅 上报"] {
            said(line);
        }
    }

    #[test]
    fn what_left_is_never_typed() {
        let Command::Countersign(Countersign::Export(export)) = said("/会签 导出 7 xlsx") else { panic!() };
        assert_eq!((export.no.to_string().as_str(), export.left), ("HQ2026-0007", None));
        assert!(says("/会签 导出 7 left=1").contains("没有「left」这一项"));
        assert_eq!(says("/会签 导出 QX2026-0007"), "编号应写成 HQ2026-0007 的样子,今年的也可以只写 7。");
    }
}
