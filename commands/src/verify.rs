//! `/核实`: the slip (处理单) of a yellow light, regulation part 4 (二). What each method must record is in the types: a slip without it cannot be made.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::date::not_before_today;
use crate::line::parts_list;
use crate::permission::Permission::Handle;
use crate::values::Values;
use crate::{
    Allowed, Ask, Command, Complaint, Filled, Form, Kind, MaskedPhone, Method, Moment, Param, Spec, Text, Verdict, ViolationKind, VisitStaff, WarningNo,
};

pub static SPEC: Spec =
    Spec {
        name: "核实", summary: "填写黄灯的核实情况:正常转绿灯,违规转红灯", forms: &[&VERIFY, &crate::batch::EXPORT, &crate::batch::BATCH]
    };

// what each method must record
pub(crate) const METHODS: Param = Param::required("方式", Kind::Choices(Method::NAMES), "一项或几项,用顿号隔开").called("核实方式");
pub(crate) const WHOM: Param = Param::optional("对象", Kind::Text, "向谁核实(电话核实、约谈走访要写)").called("核实对象");
pub(crate) const WHEN: Param = Param::optional("时间", Kind::Moment, "什么时候核实的(电话核实要写)").called("核实时间");
pub(crate) const PHONE: Param = Param::optional("电话", Kind::Phone, "打的号码,只留头尾").called("电话号码");
pub(crate) const PAPERS: Param = Param::optional("材料", Kind::Text, "调阅了哪些材料(调阅材料要写)").called("材料清单");
pub(crate) const PLACE: Param = Param::optional("地点", Kind::Text, "在哪里约谈走访(约谈走访要写)").called("约谈走访地点");
pub(crate) const STAFF: Param = Param::optional("人员", Kind::Names, "去的工作人员,至少两人(约谈走访要写)").called("约谈走访人员");
pub(crate) const INSTEAD: Param = Param::optional("其他说明", Kind::Text, "用了什么别的方式(其他要写)");

pub static VERIFY: Form = Form {
    command: "核实",
    subcommand: None,
    summary: "填写黄灯的核实情况:正常转绿灯,违规转红灯",
    allowed: Allowed::with(&[Handle]),
    params: &[
        Param::required("编号", Kind::Warning, "预警编号,例如 YJ2026-000123,今年的可只写 123"),
        Param::required("结论", Kind::Choice(Verdict::NAMES), "正常或违规").called("核实结论"),
        METHODS,
        Param::required("情况", Kind::Text, "核实到的情况").called("核实情况"),
        WHOM,
        WHEN,
        PHONE,
        PAPERS,
        PLACE,
        STAFF,
        INSTEAD,
        Param::optional("违规类型", Kind::Choice(ViolationKind::NAMES), "属于哪类违规(违规要写)"),
        Param::optional("整改要求", Kind::Text, "要怎样纠正(违规要写)"),
        Param::optional("整改期限", Kind::Date, "最晚哪天纠正(违规要写)"),
    ],
    example: "/核实 123 正常 电话核实 对象=村会计 时间=今天10:30 情况=\"款项已到账,用途属实\"",
    asks: Verify::asks,
    build: Verify::read,
};

/// The slip of a yellow light: how it was verified, what was found, and what follows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verify {
    pub warning: WarningNo,
    pub checks: Checks,
    pub facts: Text,
    pub outcome: Outcome,
}

/// The methods used, at least one, each once, each with what it must record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<Check>", into = "Vec<Check>")]
pub struct Checks(Vec<Check>);

/// One method (核实方式) and its record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "method", rename_all = "snake_case")]
pub enum Check {
    /// 电话核实
    Phone { whom: Text, at: Moment, number: Option<MaskedPhone> },
    /// 调阅材料
    Documents { list: Text },
    /// 约谈走访
    Visit { whom: Text, place: Text, staff: VisitStaff, at: Option<Moment> },
    /// 其他, with what was done instead
    Other { explanation: Text },
}

/// What the verification leads to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "verdict", rename_all = "snake_case")]
pub enum Outcome {
    /// 正常: green.
    Normal,
    /// 违规: red, to be corrected as demanded, by that day.
    Violation { kind: ViolationKind, demand: Text, due: NaiveDate },
}

impl Checks {
    pub fn as_slice(&self) -> &[Check] {
        &self.0
    }

    pub fn methods(&self) -> impl Iterator<Item = Method> {
        self.0.iter().map(Check::method)
    }

    /// From the options of these names, whatever form they stand in.
    pub(crate) fn read(values: &Values<'_>) -> Result<Checks, Complaint> {
        let methods: Vec<Method> = values.required("方式")?;
        let checks = methods.iter().map(|method| Check::read(*method, values)).collect::<Result<Vec<_>, _>>()?;
        // what was written for a method that is not named would be lost without a word
        for (reason, users, names) in [
            ("方式里没有电话核实或约谈走访", &[Method::Phone, Method::Visit][..], &["对象", "时间"][..]),
            ("方式里没有电话核实", &[Method::Phone], &["电话"]),
            ("方式里没有调阅材料", &[Method::Documents], &["材料"]),
            ("方式里没有约谈走访", &[Method::Visit], &["地点", "人员"]),
            ("方式里没有其他", &[Method::Other], &["其他说明"]),
        ] {
            if !methods.iter().any(|method| users.contains(method)) {
                values.idle(reason, names)?;
            }
        }
        Checks::try_from(checks).map_err(Complaint::new)
    }
}

impl TryFrom<Vec<Check>> for Checks {
    type Error = &'static str;

    fn try_from(checks: Vec<Check>) -> Result<Checks, Self::Error> {
        let twice = checks.iter().enumerate().any(|(i, check)| checks.iter().skip(i + 1).any(|other| other.method() == check.method()));
        if checks.is_empty() || twice { Err("核实方式至少一项,每项只写一次") } else { Ok(Checks(checks)) }
    }
}

impl From<Checks> for Vec<Check> {
    fn from(checks: Checks) -> Vec<Check> {
        checks.0
    }
}

impl Check {
    pub const fn method(&self) -> Method {
        match self {
            Check::Phone { .. } => Method::Phone,
            Check::Documents { .. } => Method::Documents,
            Check::Visit { .. } => Method::Visit,
            Check::Other { .. } => Method::Other,
        }
    }

    fn read(method: Method, values: &Values<'_>) -> Result<Check, Complaint> {
        let needs = format!("{method}");
        Ok(match method {
            Method::Phone => {
                Check::Phone { whom: values.required_for(&needs, "对象")?, at: values.required_for(&needs, "时间")?, number: values.optional("电话")? }
            }
            Method::Documents => Check::Documents { list: values.required_for(&needs, "材料")? },
            Method::Visit => Check::Visit {
                whom: values.required_for(&needs, "对象")?,
                place: values.required_for(&needs, "地点")?,
                staff: values.required_for(&needs, "人员")?,
                at: values.optional("时间")?,
            },
            Method::Other => Check::Other { explanation: values.required_for("核实方式写了其他,", "其他说明")? },
        })
    }
}

impl Outcome {
    pub const fn verdict(&self) -> Verdict {
        match self {
            Outcome::Normal => Verdict::Normal,
            Outcome::Violation { .. } => Verdict::Violation,
        }
    }

    fn read(verdict: Verdict, values: &Values<'_>) -> Result<Outcome, Complaint> {
        match verdict {
            Verdict::Normal => {
                values.idle("结论是正常", &["违规类型", "整改要求", "整改期限"])?;
                Ok(Outcome::Normal)
            }
            Verdict::Violation => {
                let reason = "结论是违规,";
                let kind = values.required_for(reason, "违规类型")?;
                let demand = values.required_for(reason, "整改要求")?;
                let due: NaiveDate = values.required_for(reason, "整改期限")?;
                not_before_today(due, values.today()).map_err(|why| Complaint::new(format!("整改期限 {why}")))?;
                Ok(Outcome::Violation { kind, demand, due })
            }
        }
    }
}

impl Verify {
    /// What a method or a verdict does not need is not asked; the choices come first, for they decide the rest.
    pub(crate) fn asks(form: &Form, filled: &Filled<'_>) -> Vec<Ask> {
        let said = |name: &str| filled.iter().find(|(given, _)| *given == name).map_or("", |(_, value)| *value);
        let methods: Vec<Method> = said("方式").split(parts_list).filter_map(Method::from_name).collect();
        let uses = |method: Method| methods.contains(&method);
        let violation = Verdict::from_name(said("结论")) == Some(Verdict::Violation);
        let asked = form.params.iter().filter_map(|param| {
            let (asked, required) = match param.name {
                "对象" => (uses(Method::Phone) || uses(Method::Visit), true),
                "时间" => (uses(Method::Phone) || uses(Method::Visit), uses(Method::Phone)),
                "电话" => (uses(Method::Phone), false),
                "材料" => (uses(Method::Documents), true),
                "地点" | "人员" => (uses(Method::Visit), true),
                "其他说明" => (uses(Method::Other), true),
                "违规类型" | "整改要求" | "整改期限" => (violation, true),
                _ => (true, param.required),
            };
            asked.then_some(Ask { param, required })
        });
        let (choices, texts): (Vec<Ask>, Vec<Ask>) = asked.partition(|ask| !ask.param.kind.choices().is_empty());
        choices.into_iter().chain(texts).collect()
    }

    fn read(values: &Values<'_>) -> Result<Command, Complaint> {
        let warning = values.required("编号")?;
        let verdict = values.required("结论")?;
        let outcome = Outcome::read(verdict, values)?;
        let checks = Checks::read(values)?;
        Ok(Command::Verify(Verify { warning, checks, facts: values.required("情况")?, outcome }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::{said, says};

    fn slip(line: &str) -> Verify {
        match said(line) {
            Command::Verify(verify) => verify,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_normal_one_by_phone() {
        for line in [
            "/核实 123 正常 电话核实 款项 已到账 对象=村会计 时间=11-23 10:30 电话=13800001234",
            "/核实 123 正常 电话核实 对象=村会计 时间=11-23 10:30 电话=13800001234 款项 已到账",
            "/核实 YJ2026-000123 结论：正常 方式=电话核实 情况=“款项 已到账” 对象＝村会计 时间=“11-23 10:30” 电话=138****1234",
        ] {
            let slip = slip(line);
            assert_eq!((slip.facts.as_str(), &slip.outcome), ("款项 已到账", &Outcome::Normal), "{line}");
            let [Check::Phone { whom, at, number: Some(number) }] = slip.checks.as_slice() else { panic!("{line}") };
            assert_eq!((whom.as_str(), at.to_string().as_str(), number.as_str()), ("村会计", "2026-11-23 10:30", "138****1234"), "{line}");
        }
    }

    #[test]
    fn several_methods_and_a_violation() {
        let line = "/核实 123 违规 调阅材料、约谈走访 材料=合同 发票 对象=村委会 地点=村部 人员=甲某、乙某 \
                    情况=重复支付 违规类型=扩大范围、提高标准 整改要求=退回多付款项 整改期限=12月7日";
        let slip = slip(line);
        assert_eq!(slip.checks.methods().collect::<Vec<_>>(), [Method::Documents, Method::Visit]);
        let Outcome::Violation { kind, demand, due } = slip.outcome else { panic!() };
        assert_eq!((kind, demand.as_str(), due.to_string().as_str()), (ViolationKind::BeyondScope, "退回多付款项", "2026-12-07"));
    }

    /// Every set of methods with either verdict: what is asked is what the slip takes, and what is asked as needed is needed.
    #[test]
    fn it_asks_for_what_it_takes_and_no_more() {
        let today = chrono::NaiveDate::from_ymd_opt(2026, 11, 23).unwrap();
        let sample = |param: &Param| match param.kind {
            Kind::Warning => "123",
            Kind::Names => "甲某、乙某",
            Kind::Moment | Kind::Date => "今天",
            Kind::Phone => "0564-6021234",
            _ => "其他",
        };
        for verdict in Verdict::NAMES {
            for set in 1..16_u32 {
                let methods: Vec<&str> = Method::NAMES.iter().enumerate().filter(|(i, _)| set >> i & 1 == 1).map(|(_, name)| *name).collect();
                let methods = methods.join("、");
                let chosen = [("结论", *verdict), ("方式", methods.as_str())];
                let answer = |param: &Param| chosen.iter().find(|(name, _)| *name == param.name).map_or_else(|| sample(param), |(_, value)| *value);
                let asked = VERIFY.asks(&chosen);
                let all: Vec<(&str, &str)> = asked.iter().map(|ask| (ask.param.name, answer(ask.param))).collect();
                VERIFY.fill(&all, today).unwrap_or_else(|complaint| panic!("{all:?}: {complaint}"));
                for ask in &asked {
                    let rest: Vec<(&str, &str)> = all.iter().copied().filter(|(name, _)| *name != ask.param.name).collect();
                    assert_eq!(VERIFY.fill(&rest, today).is_err(), ask.required, "{verdict} {methods} without {}", ask.param.name);
                }
                for param in VERIFY.params.iter().filter(|param| !asked.iter().any(|ask| ask.param.name == param.name)) {
                    let more: Vec<(&str, &str)> = all.iter().copied().chain([(param.name, sample(param))]).collect();
                    assert!(VERIFY.fill(&more, today).is_err(), "{verdict} {methods} with {}", param.name);
                }
            }
        }
    }

    #[test]
    fn before_anything_is_chosen_it_asks_for_the_choices_first() {
        let names = |filled: &Filled<'_>| VERIFY.asks(filled).iter().map(|ask| ask.param.name).collect::<Vec<_>>().join(" ");
        assert_eq!(names(&[]), "结论 方式 编号 情况");
        assert_eq!(names(&[("结论", "违规"), ("方式", "调阅材料,电话核实")]), "结论 方式 违规类型 编号 情况 对象 时间 电话 材料 整改要求 整改期限");
    }

    #[test]
    fn methods_may_be_spaced_out() {
        let slip = slip("/核实 123 正常 电话核实、 调阅材料 其他 属实 材料=合同 其他说明=微信视频 时间=昨天 对象=会计");
        assert_eq!(slip.checks.methods().collect::<Vec<_>>(), [Method::Phone, Method::Documents, Method::Other]);
        assert_eq!(slip.facts.as_str(), "属实");
    }

    #[test]
    fn what_is_missing_is_said_with_what_to_do() {
        for (line, complaint) in [
            ("/核实 123 正常 情况=属实", "还缺核实方式。请至少选一项:电话核实、调阅材料、约谈走访、其他。"),
            ("/核实 123 正常 电话核实 属实", "电话核实还缺核实对象。请用一两句话写明,例如:对象=\"……\"。"),
            ("/核实 123 正常 电话核实 属实 对象=会计", "电话核实还缺核实时间。例如:时间=11月23日10:30 或 时间=今天。"),
            ("/核实 123 正常 约谈走访 属实 对象=会计 地点=村部", "约谈走访还缺约谈走访人员。例如:人员=张某、李某。"),
            ("/核实 123 正常 约谈走访 属实 对象=会计 地点=村部 人员=甲", "约谈走访人员至少要两个人,请用顿号隔开。"),
            ("/核实 123 正常 其他 属实", "核实方式写了其他,还缺其他说明。请用一两句话写明,例如:其他说明=\"……\"。"),
            ("/核实 123 正常 调阅材料 属实 材料=合同 地点=村部", "写了约谈走访地点,但方式里没有约谈走访。请改正,或删去地点。"),
            ("/核实 123 正常 调阅材料 属实 材料=合同 整改要求=退", "写了整改要求,但结论是正常。请改正,或删去整改要求。"),
            ("/核实 123 违规 调阅材料 属实 材料=合同 整改要求=退 违规类型=其他", "结论是违规,还缺整改期限。例如:整改期限=2026-11-30 或 整改期限=11月30日。"),
        ] {
            assert_eq!(says(line), complaint, "{line}");
        }
        let late = says("/核实 123 违规 调阅材料 属实 材料=合同 整改要求=退 违规类型=其他 整改期限=11-1");
        assert!(late.starts_with("整改期限 2026-11-01 已经过去"), "{late}");
        let wrong = says("/核实 123 正常 打电话核实 属实");
        assert_eq!(wrong, "核实方式只能从这些里选:电话核实、调阅材料、约谈走访、其他。是不是想写 电话核实?\n  /核实 123 正常 ▸打电话核实◂");
        assert!(says("/核实").starts_with("还缺编号、核实结论、核实方式、核实情况。\n用法:/核实 编号 结论 方式 情况 [对象=…]"));
    }
}
