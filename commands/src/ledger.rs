//! `/台账`: the master ledger (扶贫资金总台账), what of it is identified as poverty relief (扶贫标识), and by which scope (资金范围和项目口径); regulation part 2 (二)(四)(五).

use serde::{Deserialize, Serialize};

use crate::args::Count;
use crate::choice::choices;
use crate::permission::Permission::{Handle, Query};
use crate::spec::every;
use crate::values::Values;
use crate::{Allowed, Command, Complaint, Form, Kind, Param, SectionKind, Spec, Text};

pub static SPEC: Spec =
    Spec {
        name: "台账", summary: "查询总台账,认定资金是否扶贫,界定资金范围", forms: &[&LIST, &UNIDENTIFIED, &MARK, &SCOPE, &DEFINE, &PROGRAMME]
    };

choices! {
    /// Whether a fund is poverty relief (扶贫标识).
    Flag {
        Poverty = "poverty" "扶贫",
        Other = "other" "非扶贫",
        Unidentified = "unidentified" "未识别",
    }
}

choices! {
    /// The level of government a fund comes from (级次).
    Tier {
        Central = "central" "中央",
        Province = "province" "省级",
        City = "city" "市级",
        County = "county" "县级",
    }
}

choices! {
    /// By what of an allocation a line of the scope knows it (口径类别).
    ScopeKind {
        Fund = "fund" "资金名称",
        Function = "function" "功能科目",
        Project = "project" "项目编码",
    }
}

choices! {
    /// That a colleague's decision is to be changed, not made (更改).
    Change {
        Yes = "yes" "是",
    }
}

const DECIDED: &[&str] = &[Flag::Poverty.name(), Flag::Other.name()];
const ALLOCATION: Param = Param::required("指标", Kind::Code, "指标文号或指标编号,例如 皖财农〔2026〕12号");
const PAGE: Param = Param::optional("页", Kind::Count, "第几页,不写就是第一页");
const BASIS: Param = Param::required("依据", Kind::Text, "根据什么文件或规定,一两句话");

pub static LIST: Form = Form {
    command: "台账",
    subcommand: Some("查询"),
    summary: "查指标、已分配、已支付和进度",
    allowed: Allowed::with(&[Query, Handle]),
    params: &[
        Param::optional("股室", Kind::Text, "只看这个股室归口的,例如 社保股"),
        Param::optional("级次", Kind::Choice(Tier::NAMES), "资金来自哪一级"),
        Param::optional("年度", Kind::Count, "只看这一年的,例如 2026"),
        Param::optional("文号", Kind::Code, "只看这个文号的"),
        Param::optional("标识", Kind::Choice(Flag::NAMES), "只看扶贫、非扶贫或未识别的"),
        PAGE,
    ],
    example: "/台账 查询 股室=社保股 年度=2026",
    asks: every,
    build: Asked::read,
};

pub static UNIDENTIFIED: Form = Form {
    command: "台账",
    subcommand: Some("未识别"),
    summary: "列出上级下达、还没识别是否扶贫的资金",
    allowed: Allowed::with(&[Query, Handle]),
    params: &[PAGE],
    example: "/台账 未识别",
    asks: every,
    build: |values| Ok(Command::Ledger(Ledger::Unidentified { page: values.optional("页")?.unwrap_or(Count::ONE) })),
};

pub static MARK: Form = Form {
    command: "台账",
    subcommand: Some("认定"),
    summary: "认定一条指标是否扶贫;业务股室提出,农业股认定",
    allowed: Allowed::with(&[Handle]).only_in(&[SectionKind::Agriculture, SectionKind::Business]),
    params: &[
        ALLOCATION,
        Param::required("标识", Kind::Choice(DECIDED), "扶贫或非扶贫"),
        BASIS,
        Param::optional("更改", Kind::Choice(Change::NAMES), "已经认定过的,写 更改=是"),
    ],
    example: "/台账 认定 皖财农〔2026〕12号 扶贫 依据=\"省厅资金管理办法第三条\"",
    asks: every,
    build: Mark::read,
};

pub static SCOPE: Form = Form {
    command: "台账",
    subcommand: Some("口径"),
    summary: "看资金范围和项目口径,或一条指标的认定经过",
    allowed: Allowed::with(&[Query, Handle]).at_terminal(),
    params: &[Param::optional("指标", Kind::Code, "指标文号或指标编号,不写就看全部口径").in_place()],
    example: "/台账 口径 皖财农〔2026〕12号",
    asks: every,
    build: |values| Ok(Command::Ledger(Ledger::Scope { allocation: values.optional("指标")? })),
};

pub static DEFINE: Form = Form {
    command: "台账",
    subcommand: Some("界定"),
    summary: "界定一类资金或项目是否扶贫,写未识别就是撤销这条口径",
    allowed: Allowed::with(&[Handle]).only_in(&[SectionKind::Agriculture]),
    params: &[
        Param::required("类别", Kind::Choice(ScopeKind::NAMES), "按资金名称、功能科目或项目编码"),
        Param::required("内容", Kind::Code, "资金名称全称、科目编码(3、5 或 7 位)或项目编码"),
        Param::required("标识", Kind::Choice(Flag::NAMES), "扶贫、非扶贫,或未识别"),
        BASIS,
    ],
    example: "/台账 界定 功能科目 21305 扶贫 依据=\"政府收支分类科目\"",
    asks: every,
    build: Define::read,
};

pub static PROGRAMME: Form = Form {
    command: "台账",
    subcommand: Some("项目"),
    summary: "看本单位监控的资金项目、允许的科目和规则",
    allowed: Allowed::with(&[Query, Handle]),
    params: &[],
    example: "/台账 项目",
    asks: every,
    build: |_| Ok(Command::Ledger(Ledger::Programme)),
};

/// `/台账`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "command")]
pub enum Ledger {
    /// `/台账 查询`
    #[serde(rename = "ledger.list")]
    List(Asked),
    /// `/台账 未识别`
    #[serde(rename = "ledger.unidentified")]
    Unidentified { page: Count },
    /// `/台账 认定`
    #[serde(rename = "ledger.mark")]
    Mark(Mark),
    /// `/台账 口径`
    #[serde(rename = "ledger.scope")]
    Scope { allocation: Option<Text> },
    /// `/台账 界定`
    #[serde(rename = "ledger.define")]
    Define(Define),
    /// `/台账 项目`
    #[serde(rename = "ledger.programme")]
    Programme,
}

/// What the list is narrowed to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    pub section: Option<Text>,
    pub tier: Option<Tier>,
    pub year: Option<Count>,
    pub doc_no: Option<Text>,
    pub flag: Option<Flag>,
    pub page: Count,
}

/// One allocation is poverty relief, or not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// 文号 or 编号, as typed.
    pub allocation: Text,
    /// 扶贫 or 非扶贫.
    pub flag: Flag,
    pub basis: Text,
    /// An earlier decision is meant to be changed.
    pub change: bool,
}

/// A line of the scope: whatever matches is poverty relief, or not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Define {
    pub kind: ScopeKind,
    /// 资金名称 in full, the beginning of a 功能科目, or a 项目编码.
    pub value: Text,
    /// 未识别: the line decides nothing any more.
    pub flag: Flag,
    pub basis: Text,
}

impl Ledger {
    /// The form it was said in.
    pub fn form(&self) -> &'static Form {
        match self {
            Ledger::List(_) => &LIST,
            Ledger::Unidentified { .. } => &UNIDENTIFIED,
            Ledger::Mark(_) => &MARK,
            Ledger::Scope { .. } => &SCOPE,
            Ledger::Define(_) => &DEFINE,
            Ledger::Programme => &PROGRAMME,
        }
    }
}

impl Asked {
    fn read(values: &Values<'_>) -> Result<Command, Complaint> {
        let (section, tier, year) = (values.optional("股室")?, values.optional("级次")?, values.optional("年度")?);
        let (doc_no, flag, page) = (values.optional("文号")?, values.optional("标识")?, values.optional("页")?.unwrap_or(Count::ONE));
        Ok(Command::Ledger(Ledger::List(Asked { section, tier, year, doc_no, flag, page })))
    }
}

impl Mark {
    fn read(values: &Values<'_>) -> Result<Command, Complaint> {
        let (allocation, flag, basis) = (values.required("指标")?, values.required("标识")?, values.required("依据")?);
        if flag == Flag::Unidentified {
            return Err(Complaint::new("标识只能从这些里选:扶贫、非扶贫。"));
        }
        let change = values.optional::<Change>("更改")?.is_some();
        Ok(Command::Ledger(Ledger::Mark(Mark { allocation, flag, basis, change })))
    }
}

impl Define {
    fn read(values: &Values<'_>) -> Result<Command, Complaint> {
        let (kind, value, flag, basis): (_, Text, _, _) =
            (values.required("类别")?, values.required("内容")?, values.required("标识")?, values.required("依据")?);
        let digits = value.as_str().bytes().all(|b| b.is_ascii_digit());
        if kind == ScopeKind::Function && !(digits && [3, 5, 7].contains(&value.as_str().len())) {
            return Err(Complaint::new("功能科目应是 3、5 或 7 位数字,例如 21305。"));
        }
        Ok(Command::Ledger(Ledger::Define(Define { kind, value, flag, basis })))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::{said, says};

    #[test]
    fn what_is_asked_for() {
        let Command::Ledger(Ledger::List(asked)) = said("/台账 查询 级次=省级 页=2 年度=２０２６") else { panic!() };
        assert_eq!((asked.tier, asked.page.get(), asked.year.map(Count::get), asked.flag), (Some(Tier::Province), 2, Some(2026), None));
        assert_eq!(says("/台账 查询 页=0"), "页应是 1 到 9999 的整数。\n  /台账 查询 ▸0◂");
    }

    #[test]
    fn a_mark_has_its_basis() {
        assert_eq!(says("/台账 认定 ZB-1 扶贫"), "还缺依据。请用一两句话写明,例如:依据=\"……\"。");
        assert!(says("/台账 认定 ZB-1 未识别 依据=甲").starts_with("标识只能从这些里选:扶贫、非扶贫。"));
        let Command::Ledger(Ledger::Mark(mark)) = said("/台账 认定 ZB-1 非扶贫 办法 第三条 更改=是") else { panic!() };
        assert_eq!((mark.allocation.as_str(), mark.flag, mark.basis.as_str(), mark.change), ("ZB-1", Flag::Other, "办法 第三条", true));
    }

    #[test]
    fn a_function_code_has_three_five_or_seven_digits() {
        assert_eq!(says("/台账 界定 功能科目 2130 扶贫 依据=甲"), "功能科目应是 3、5 或 7 位数字,例如 21305。");
        assert!(matches!(said("/台账 界定 资金名称 \"以工代赈 资金\" 未识别 依据=甲"), Command::Ledger(Ledger::Define(_))));
    }
}
