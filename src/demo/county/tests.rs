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
        "allocation.distributed": 12,
        "allocation.received": 63,
        "allocation.registered": 63,
        "beneficiary.registered": 2972,
        "beneficiary.removed": 4,
        "disbursement.listed": 4015,
        "payment.paid": 623,
        "payment.refunded": 6,
        "payment.requested": 21,
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
            let vouchers = seen.entry((line.id_no.unwrap().to_string(), line.project_code.unwrap().to_string())).or_default();
            if !vouchers.is_empty() {
                repeated.insert(line.voucher_no.to_string());
            }
            vouchers.insert(line.voucher_no.to_string());
        }
    }
    for (voucher, parts) in &lines {
        assert_eq!(Money::sum(parts.iter().copied()), paid.get(voucher).copied(), "{voucher}");
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
    不在建档立卡名册 DR01🟡 60
    先支付后登记 ZC13🟡 1
    发给已死亡人员 DR01🟡 4
    同批重复发放 DR06🔴 1
    拆分现金支付 ZC10🟡 1
    文号写法不一 - 2
    无对应指标 ZC13🔴 2
    现金超过结算起点 ZC01🔴 1
    现金超过结算起点 ZC01🟡 1
    申请将超指标 ZC08🔔 1
    疑似重复支付 ZC09🟡 2
    超指标分配 ZB05🔴 1
    超指标支付 ZC08🔴 1
    跨批重复发放 DR06🟡 1
    退款 - 6
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
