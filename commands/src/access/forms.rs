//! What can be said with `/权限`, form by form.

use super::{Access, AccessKind, AccessState, Applicant, Application, Confirmation, GivingBack, Granting, Opining, Opinion, Reviewing, Withdrawing};
use crate::permission::Permission::{Approve, Handle, Query, Users};
use crate::permission::SectionKind::{Agriculture, InfoCenter, LeadOffice};
use crate::spec::every;
use crate::{Allowed, Command, Form, Kind, Param, Permission, Register, Spec};

pub static SPEC: Spec = Spec {
    name: "权限",
    summary: "申请、审核和授予用户权限,年度核对",
    forms: &[&OPEN, &CHANGE, &REVOKE, &BATCH, &OPINION, &GRANT, &GIVE_BACK, &WITHDRAW, &LIST, &SHOW, &ROSTER, &REVIEW, &TABLE],
};

const NO: Param = Param::required("编号", Kind::Serial(Register::Access), "申请编号,例如 QX2026-0007,今年的可只写 7");
const NAME: Param = Param::required("姓名", Kind::Text, "谁,写真实姓名");
const SECTION: Param = Param::optional("股室", Kind::Text, "所在股室或单位,不写就是本股室");
const TITLE: Param = Param::optional("职务", Kind::Text, "职务,例如 科员");
const EMAIL: Param = Param::optional("邮箱", Kind::Text, "工作邮箱,通知发到这里");
const NOTE: Param = Param::optional("备注", Kind::Text, "为什么申请,一两句话");

/// Whoever works with the system may apply; which section for whom is looked at when it is said.
const APPLICANTS: Allowed = Allowed::with(&[Query, Handle]);

pub static OPEN: Form = Form {
    command: "权限",
    subcommand: Some("开通"),
    summary: "为一个人申请开通权限",
    allowed: APPLICANTS.at_terminal(),
    params: &[
        NAME,
        Param::required("权限", Kind::Choices(Permission::NAMES), "一项或几项,用顿号隔开"),
        Param::required("身份证号", Kind::Text, "本人的身份证号,加密保存"),
        Param::required("电话", Kind::Text, "联系电话,加密保存"),
        SECTION,
        TITLE,
        EMAIL,
        NOTE,
    ],
    example: "/权限 开通 王小明 权限=查询、处置 身份证号=341525200303120019 电话=0564-6020000 职务=科员",
    asks: every,
    build: |values| Ok(Command::Access(Access::Open(Application::one(Applicant::read(values)?)))),
};

pub static CHANGE: Form = Form {
    command: "权限",
    subcommand: Some("变更"),
    summary: "申请变更一个人的权限、股室或职务",
    allowed: APPLICANTS,
    params: &[
        NAME,
        Param::optional("权限", Kind::Choices(Permission::NAMES), "变更以后的全部权限,用顿号隔开;不写就不变").in_place(),
        Param::optional("股室", Kind::Text, "调到哪个股室,不写就不变"),
        TITLE,
        EMAIL,
        NOTE,
    ],
    example: "/权限 变更 王小明 查询、处置、审批 职务=股长",
    asks: every,
    build: |values| Ok(Command::Access(Access::Change(Application::one(Applicant::read(values)?)))),
};

pub static REVOKE: Form = Form {
    command: "权限",
    subcommand: Some("撤销"),
    summary: "申请撤销一个人的全部权限",
    allowed: APPLICANTS,
    params: &[NAME, Param::required("原因", Kind::Text, "为什么撤销,例如 调离").called("撤销原因")],
    example: "/权限 撤销 王小明 原因=调离",
    asks: every,
    build: |values| Ok(Command::Access(Access::Revoke(Application::one(Applicant::read(values)?)))),
};

pub static BATCH: Form = Form {
    command: "权限",
    subcommand: Some("批量"),
    summary: "按附件3的表格为许多人一起申请",
    allowed: APPLICANTS.at_terminal(),
    params: &[
        Param::required("文件", Kind::Text, "附件3样式的 .xlsx 或 .csv:股室、姓名、身份证号、职务、联系电话、权限、备注"),
        Param::optional("类型", Kind::Choice(AccessKind::NAMES), "开通、变更或撤销,不写就是开通"),
    ],
    example: "/权限 批量 文件=附件3.xlsx",
    asks: every,
    build: |values| Ok(Command::Access(Access::Batch { file: values.required("文件")?, kind: values.optional("类型")?.unwrap_or(AccessKind::Open) })),
};

pub static OPINION: Form = Form {
    command: "权限",
    subcommand: Some("意见"),
    summary: "以股室负责人身份签署对申请的意见",
    allowed: Allowed::with(&[Approve]),
    params: &[NO, Param::required("意见", Kind::Choice(Opinion::NAMES), "同意或不同意"), Param::optional("说明", Kind::Text, "需要说明的").in_place()],
    example: "/权限 意见 QX2026-0007 同意",
    asks: every,
    build: |values| {
        let (no, opinion, note) = (values.serial("编号", Register::Access)?, values.required("意见")?, values.optional("说明")?);
        Ok(Command::Access(Access::Opinion(Opining { no, opinion, note })))
    },
};

pub static GRANT: Form = Form {
    command: "权限",
    subcommand: Some("授予"),
    summary: "按申请设置权限,当即生效",
    allowed: Allowed::with(&[Users]).only_in(&[InfoCenter]),
    params: &[NO],
    example: "/权限 授予 QX2026-0007",
    asks: every,
    build: |values| Ok(Command::Access(Access::Grant(Granting { no: values.serial("编号", Register::Access)? }))),
};

pub static GIVE_BACK: Form = Form {
    command: "权限",
    subcommand: Some("退回"),
    summary: "把申请退回申请股室",
    allowed: Allowed::with(&[Users]).only_in(&[InfoCenter]),
    params: &[NO, Param::required("原因", Kind::Text, "为什么退回,要改什么").called("退回原因")],
    example: "/权限 退回 QX2026-0007 原因=\"权限与职责不符\"",
    asks: every,
    build: |values| Ok(Command::Access(Access::GiveBack(GivingBack { no: values.serial("编号", Register::Access)?, reason: values.required("原因")? }))),
};

pub static WITHDRAW: Form = Form {
    command: "权限",
    subcommand: Some("撤回"),
    summary: "撤回本股室还没有办结的申请",
    allowed: APPLICANTS,
    params: &[NO],
    example: "/权限 撤回 QX2026-0007",
    asks: every,
    build: |values| Ok(Command::Access(Access::Withdraw(Withdrawing { no: values.serial("编号", Register::Access)? }))),
};

/// Applicants, and whoever grants.
const READERS: Allowed = Allowed::with(&[Query, Handle, Users]);

pub static LIST: Form = Form {
    command: "权限",
    subcommand: Some("列表"),
    summary: "列出本股室的权限申请和年审,不写状态就是没有办结的",
    allowed: READERS,
    params: &[Param::optional("状态", Kind::Choice(AccessState::NAMES), "只看这个状态的").in_place()],
    example: "/权限 列表 待授权",
    asks: every,
    build: |values| Ok(Command::Access(Access::List { state: values.optional("状态")? })),
};

pub static SHOW: Form = Form {
    command: "权限",
    subcommand: Some("查看"),
    summary: "看一件申请的全文和经过",
    allowed: READERS.at_terminal(),
    params: &[NO],
    example: "/权限 查看 QX2026-0007",
    asks: every,
    build: |values| Ok(Command::Access(Access::Show { no: values.serial("编号", Register::Access)? })),
};

pub static ROSTER: Form = Form {
    command: "权限",
    subcommand: Some("清单"),
    summary: "看谁有哪些权限、从何时起、最近何时办过事,哪些股室还没有年审",
    allowed: Allowed::with(&[Query, Users]).only_in(&[InfoCenter, Agriculture, LeadOffice]),
    params: &[],
    example: "/权限 清单",
    asks: every,
    build: |_| Ok(Command::Access(Access::Roster)),
};

pub static REVIEW: Form = Form {
    command: "权限",
    subcommand: Some("年审"),
    summary: "核对本股室的用户权限清单,每年一次",
    allowed: Allowed::with(&[Approve]),
    params: &[Param::required("结论", Kind::Choice(Confirmation::NAMES), "确认;有不对的,先申请变更或撤销")],
    example: "/权限 年审 确认",
    asks: every,
    build: |values| values.required("结论").map(|confirmation| Command::Access(Access::Review(Reviewing { confirmation }))),
};

pub static TABLE: Form = Form {
    command: "权限",
    subcommand: Some("一览"),
    summary: "看各类人员能用哪些命令",
    allowed: Allowed::EVERYBODY,
    params: &[],
    example: "/权限 一览",
    asks: every,
    build: |_| Ok(Command::Access(Access::Table)),
};
