//! What is told of why: each comparison with its values, and which of them is to blame.

use super::*;
use crate::rules::explain::{Term, culprits};

fn rule(when: &str) -> Rule {
    let toml = format!(
        r#"code = "T01"
name = "试"
category = "支出管理"
on = "支付"
basis = "试"
scope = "试"
handler = "试"
description = "试"
params = {{ "起点" = "1000.00", "次数" = 2, "现金类" = ["现金", "现金支票"] }}
[facts]
"同户" = "支付 其中 收款账号 = 本次.收款账号"
[[level]]
light = "黄灯"
when = """{when}""""#
    );
    Rule::compile_for(&toml, &[]).unwrap()
}

const PAID: &str = "凭证号=P1 支付金额=1500.00 支付净额=1500.00 支付日期=2026-11-16 用途=种苗款 结算方式=现金 收款账号=A 阶段=支付 类型=正常";

fn told(when: &str) -> Vec<String> {
    let subject = record(Entity::Payment, "1", PAID);
    let ledger = Ledger::of(&[subject.clone(), record(Entity::Payment, "2", &PAID.replace("P1", "P2"))]);
    let judgement = rule(when).judge(&subject, day("2026-11-23"), &week(), &ledger);
    judgement.evidence.terms.iter().map(Term::to_string).collect()
}

#[test]
fn each_comparison_has_a_line_with_the_values_of_both_sides() {
    assert_eq!(
        told("结算方式 属于 现金类 且 支付金额 > 起点 且 同户.笔数 >= 次数 且 (支付金额 - 起点 > 600.00 或 非 收款账号 为空)"),
        [
            "以下都要成立(且) ✓",
            "  结算方式 现金 属于 现金类 现金、现金支票 ✓",
            "  支付金额 1,500.00 > 起点 1,000.00 ✓",
            "  同户.笔数 2 >= 次数 2 ✓",
            "  以下有一项成立即可(或) ✓",
            "    支付金额 - 起点 500.00 > 600.00 ✗",
            "    以下不成立才算(非) ✓",
            "      收款账号 (密文) 为空 ✗",
        ]
    );
    assert_eq!(told("本次.收款账号 = 收款账号"), ["本次.收款账号 (密文) = 收款账号 (密文) ✓"]);
}

#[test]
fn a_limit_in_time_tells_its_last_day() {
    assert_eq!(told("超过(支付日期, 次数 工作日)"), ["超过(支付日期, 次数 工作日):支付日期 2026-11-16,次数 2,末日 2026-11-18,判断日 2026-11-23 ✓"]);
}

#[test]
fn going_through_it_again_changes_neither_the_verdict_nor_when_it_is_judged_next() {
    let subject = record(Entity::Payment, "1", PAID);
    let rule = rule("支付金额 > 起点 或 超过(支付日期, 30 天)");
    let judgement = rule.judge(&subject, day("2026-11-23"), &week(), &Ledger::of(&[]));
    assert_eq!((judgement.light, judgement.due), (Some(Level::Yellow), None));
    assert_eq!(judgement.evidence.terms.len(), 3, "{:?}", judgement.evidence.terms);
}

#[test]
fn what_does_not_hold_any_more_is_told_by_its_culprits() {
    let subject = record(Entity::Payment, "1", PAID);
    let rule = rule("支付金额 > 起点 且 (结算方式 = '电子转账' 或 非 收款账号 不为空) 且 非 结算方式 为空");
    let (level, when, terms) = rule.refute(&subject, day("2026-11-23"), &week(), &Ledger::of(&[])).unwrap();
    assert_eq!((level, when.as_str()), (Level::Yellow, rule.levels[0].when.as_str()));
    let told: Vec<String> = culprits(&terms).iter().map(|term| term.to_string().trim().to_owned()).collect();
    assert_eq!(told, ["结算方式 现金 = '电子转账' ✗", "收款账号 (密文) 不为空 ✓"]);
}

#[test]
fn evidence_from_before_is_read_and_what_is_lit_by_nothing_has_none() {
    let old = r#"{"condition":"支付金额 > 起点","fields":[["支付金额","1,500.00"]],"facts":[],"params":[["起点","1,000.00"]]}"#;
    let read: super::super::Evidence = serde_json::from_str(old).unwrap();
    assert!(read.terms.is_empty());
    assert_eq!(serde_json::to_string(&read).unwrap(), old);
    assert!(told("支付金额 > 9000.00").is_empty());
}
