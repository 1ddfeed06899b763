use std::collections::{BTreeMap, BTreeSet};

use super::*;
use crate::domain::Money;
use crate::intake::event::{Envelope, Event, payment};

fn county(seed: u64) -> County {
    County::generate(seed, Month::of(NaiveDate::from_ymd_opt(2026, 10, 8).unwrap()), Size::default())
}

fn events(county: &County) -> Vec<Event> {
    let texts = county.moments.iter().flat_map(|moment| match &moment.body {
        Delivery::Single(text) => std::slice::from_ref(text),
        Delivery::Batch(lines) => lines,
    });
    texts.map(|text| Envelope::parse(text.as_bytes()).unwrap_or_else(|e| panic!("{e}: {text}"))).collect()
}

#[test]
fn the_same_seed_tells_the_same_month() {
    assert_eq!(county(7), county(7));
    assert_ne!(county(7).moments, county(8).moments);
}

#[test]
fn every_event_is_read_and_there_are_as_many_as_a_county_has() {
    let county = county(7);
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for event in events(&county) {
        *counts.entry(event.type_name()).or_default() += 1;
    }
    insta::assert_debug_snapshot!(counts, @r#"
    {
        "allocation.approved": 12,
        "allocation.distributed": 12,
        "allocation.document_attached": 61,
        "allocation.received": 64,
        "allocation.registered": 64,
        "beneficiary.registered": 2972,
        "beneficiary.removed": 5,
        "disbursement.listed": 4025,
        "payment.paid": 646,
        "payment.refunded": 6,
        "payment.requested": 22,
        "payroll.listed": 41,
        "performance.goal": 11,
        "performance.indicator": 33,
        "performance.progress": 66,
        "performance.review": 11,
        "project.listed": 12,
        "standard.listed": 10,
    }
    "#);
    assert!(county.moments.is_sorted_by_key(|moment| moment.at));
}

#[test]
fn lines_add_up_to_their_payment_and_repeat_only_where_planted() {
    let county = county(7);
    let (mut paid, mut lines) = (BTreeMap::new(), BTreeMap::<String, Vec<Money>>::new());
    let mut seen = BTreeMap::<(String, String), BTreeSet<String>>::new();
    let mut repeated = BTreeSet::new();
    for event in events(&county) {
        if let Event::PaymentPaid(payment::Paid { voucher_no, amount, .. }) = &event {
            paid.insert(voucher_no.to_string(), *amount);
        }
        if let Event::DisbursementListed(line) = event {
            lines.entry(line.voucher_no.to_string()).or_default().push(line.paid.get());
            let id_no = line.id_no.map(|id| id.to_string()).unwrap();
            let vouchers = seen.entry((id_no, line.project_code.unwrap().to_string())).or_default();
            if !vouchers.is_empty() {
                repeated.insert(line.voucher_no.to_string());
            }
            vouchers.insert(line.voucher_no.to_string());
        }
    }
    let short: BTreeSet<&str> = county.plan.iter().filter(|p| p.lights == Some(("DR09", Level::Yellow))).map(|p| p.subject.as_str()).collect();
    for (voucher, parts) in &lines {
        let adds_up = Money::sum(parts.iter().copied()) == paid.get(voucher).copied();
        assert_eq!(adds_up, !short.contains(voucher.as_str()), "{voucher}");
    }
    let planted: BTreeSet<String> = county.plan.iter().filter(|p| p.lights.is_some_and(|(rule, _)| rule == "DR06")).map(|p| p.subject.clone()).collect();
    assert_eq!(repeated, planted);
}

#[test]
fn each_defect_is_in_the_plan() {
    let mut planted: BTreeMap<String, usize> = BTreeMap::new();
    for Planted { what, lights, .. } in county(7).plan {
        let lights = lights.map_or("-".to_owned(), |(rule, level)| format!("{rule}{}", level.sign()));
        *planted.entry(format!("{what} {lights}")).or_default() += 1;
    }
    let table: Vec<String> = planted.iter().map(|(what, n)| format!("{what} {n}")).collect();
    insta::assert_snapshot!(table.join("\n"), @"
    一个账号发给两户 DR07🟡 1
    不在建档立卡名册 DR01🟡 60
    先报送后支付 ZC07🔔 1
    先支付后登记 ZC13🟡 1
    划转专户或实有账户 ZC02🟡 2
    列支三公经费 ZC04🔴 1
    列支负面清单 ZC03🟡 1
    单位资金付给个人 ZC12🟡 1
    发给已死亡人员 DR01🟡 4
    发给已死亡人员 DR04🔴 4
    发给已迁出人员 DR01🟡 1
    发给已迁出人员 DR12🟡 1
    发给财政供养人员 DR05🟡 1
    同批重复发放 DR06🔴 1
    大额支付 ZC11🔔 13
    姓名与名册不符 DR02🟡 8
    应发与实发不一致 DR10🔔 1
    户名不是本人 DR08🟡 1
    拆分现金支付 ZC10🟡 1
    按户发放而一户两人 DR14🟡 1
    文号写法不一 - 2
    无对应指标 ZC13🔴 2
    明细合计不符 DR09🟡 1
    没有发放明细 DR09🔔 1
    没有扫描件 ZB06🔔 3
    没有收款账号 ZC06🟡 1
    没有绩效目标 JX01🔴 1
    现金超过结算起点 ZC01🔴 1
    现金超过结算起点 ZC01🟡 1
    用途没有汉字 ZC05🔔 1
    申请列支负面清单 ZC03🔔 1
    申请将超指标 ZC08🔔 1
    疑似重复支付 ZC09🟡 2
    登记要素不全 ZB07🔔 1
    证件号码残缺 DR13🔔 8
    超指标分配 ZB05🔴 1
    超指标支付 ZC08🔴 1
    超比例列支项目管理费 ZC17🔴 1
    超补助标准 DR11🔴 1
    跨批重复发放 DR06🟡 1
    身份证号校验位不符 DR01🟡 4
    身份证号校验位不符 DR03🟡 4
    退款后重新支付 - 4
    退款未重新支付 ZC16🟡 2
    项目不在项目库 ZC18🟡 1
    ");
}

#[test]
fn the_usual_payments_look_like_nothing_planted() {
    let county = county(7);
    let (mut left, mut seen, mut overdrawn, mut again) = (BTreeMap::new(), BTreeSet::new(), Vec::new(), Vec::new());
    for event in events(&county) {
        if let Event::AllocationReceived(allocation) = &event {
            left.insert(allocation.allocation_id.to_string(), allocation.amount.get());
        }
        if let Event::PaymentPaid(paid) = event {
            let Some(allocation) = paid.allocation_id.map(|id| id.to_string()) else { continue };
            let rest = left.get_mut(&allocation).expect("allocations come before their payments");
            *rest = *rest - paid.amount;
            if rest.is_negative() {
                overdrawn.push(paid.voucher_no.to_string());
            }
            if !seen.insert((paid.payee_account.map(|a| a.to_string()), paid.amount, allocation)) {
                again.push(paid.voucher_no.to_string());
            }
        }
    }
    let planted = |rule: &str, level| {
        let mut subjects: Vec<String> = county.plan.iter().filter(|p| p.lights == Some((rule, level))).map(|p| p.subject.clone()).collect();
        subjects.sort();
        subjects
    };
    again.sort();
    assert_eq!(overdrawn, planted("ZC08", Level::Red));
    assert_eq!(again, planted("ZC09", Level::Yellow));
}

#[test]
fn a_load_test_s_payment_is_read() {
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    for n in [0, u64::from(u32::MAX)] {
        assert!(matches!(Envelope::parse(one_payment(&mut rng, n).as_bytes()), Ok(Event::PaymentPaid(_))));
    }
}
