//! Mean sequences of events: few names, so that they meet; few amounts, so that sums meet their limits, or pass them by a fen.

use chrono::{DateTime, Utc};
use proptest::collection::SizeRange;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::world::{IDS, Parcel, hours};

/// What one event is made from; every event can be made from some bytes.
pub type Seed = [u8; 8];

#[derive(Debug, Clone)]
pub enum Step {
    Parcel(Parcel),
    /// The clock does its work: no group reaches across.
    Tick(DateTime<Utc>),
}

/// A sequence of so many steps, three hours apart.
pub fn sequences(size: impl Into<SizeRange>) -> impl Strategy<Value = Vec<Step>> {
    prop::collection::vec(any::<(u8, Seed)>(), size).prop_map(|seeds| {
        let mut steps = Vec::with_capacity(seeds.len());
        for (kind, seed) in seeds {
            let step = step(kind, seed, &steps);
            steps.push(step);
        }
        steps
    })
}

fn step(kind: u8, seed: Seed, before: &[Step]) -> Step {
    let at = hours(i64::try_from(before.len() + 1).unwrap() * 3);
    let id = format!("w{}", before.len());
    let source = if seed[7] % 8 == 7 { "bank" } else { "treasury" };
    let fresh = |lines: Vec<String>, batch| Step::Parcel(Parcel { source, id: id.clone(), lines, batch, at });
    let earlier = before.get(usize::from(seed[1]) % before.len().max(1)).and_then(|step| match step {
        Step::Parcel(parcel) => Some(parcel.clone()),
        Step::Tick(_) => None,
    });
    match (kind, earlier) {
        (0..=180, _) => fresh(vec![event(&seed)], false),
        (181..=200, _) => {
            let mut lines: Vec<String> = (0..2 + seed[6] % 4).map(|n| event(&seed.map(|byte| byte.wrapping_add(n.wrapping_mul(37))))).collect();
            // a line that stands twice in its batch, and one that cannot be read
            lines.push(lines[0].clone());
            lines.push("{}".to_owned());
            fresh(lines, true)
        }
        (201..=214, Some(parcel)) => Step::Parcel(Parcel { at, ..parcel }),
        (215..=226, Some(parcel)) => Step::Parcel(Parcel { at, id, ..parcel }),
        // the same id with another body: refused, unless the first could not be read
        (227..=238, Some(parcel)) if !parcel.batch => Step::Parcel(Parcel { at, lines: vec![event(&seed)], ..parcel }),
        (239..=250, _) => Step::Tick(at),
        (201..=238, _) | (251..=255, _) => fresh(vec![r#"{"type": "payment.paid"}"#.to_owned()], false),
    }
}

fn pick<T: Copy>(from: &[T], by: u8) -> T {
    from[usize::from(by) % from.len()]
}

const AMOUNTS: &[&str] = &["400.00", "600.00", "600.01", "333.34", "1000.00", "1000.01"];
const DAYS: &[&str] = &["2026-11-02", "2026-11-02", "2026-11-03", "2026-10-30"];

/// One event of a few that meet.
pub fn event(seed: &Seed) -> String {
    let [kind, a, b, c, d, e, f, _] = seed;
    let (open, close) = pick(&[("(", ")"), ("（", "）")], *f);
    // payments name one more than ever comes
    let allocation = format!("A{open}{}{close}", if kind % 40 < 7 { a % 4 } else { a % 5 });
    let voucher = format!("P{open}{}{close}", b % 6);
    let application = format!("S{}", c % 3);
    let amount = pick(AMOUNTS, *d);
    let day = pick(DAYS, *e);
    let time = format!("{day}T10:00:00+08:00");
    let payee = pick(&[Some(("霍山县农机站", "6200001")), Some(("张大山", "6200002")), Some(("李小河", "6200003")), None], *f);
    let (payee_name, payee_account) = payee.unzip();
    let settlement = pick(&[Some("现金"), Some("现金"), Some("电子转账"), None], f >> 2);
    let section = pick(&[None, Some("社保股"), Some("business:education"), Some("没有的股")], f >> 4);
    // an allocation has a project or comes to it later; a payment may name another
    let project = pick(&[None, Some("X1"), Some("X1"), Some("X2")], *b);
    let own_project = pick(&[None, None, None, Some("X2")], *e);
    let (type_name, data) = match kind % 40 {
        0..=2 => {
            let parent = (a % 4 != 0).then_some("A(0)");
            let section = pick(&[None, Some("社保股")], *c);
            let amount = pick(&["1000.00", "1600.00", "400.00"], *d);
            let doc_no = format!("霍财农〔2026〕{}号", a % 4);
            (
                "allocation.received",
                json!({"allocation_id": allocation, "parent_id": parent, "doc_no": doc_no, "received_on": day, "fiscal_year": 2026, "section": section, "amount": amount, "project_code": project}),
            )
        }
        // what a bell rang for is done
        3 | 6 if *kind % 40 == 3 || f % 2 == 0 => {
            ("allocation.registered", json!({"allocation_id": allocation, "registered_on": day, "section": section, "project_code": project}))
        }
        4 | 5 => ("allocation.adjusted", json!({"allocation_id": allocation, "amount": amount, "adjusted_on": day})),
        6 => ("allocation.distributed", json!({"allocation_id": allocation, "distributed_on": day})),
        7..=9 => (
            "payment.requested",
            json!({"application_no": application, "allocation_id": allocation, "requested_at": time, "payee_name": payee_name, "payee_account": payee_account, "amount": amount, "settlement": settlement, "section": section}),
        ),
        10 => ("payment.reviewed", json!({"application_no": application, "reviewed_at": time, "outcome": "通过"})),
        11..=19 => {
            let application = (c % 2 == 0).then_some(application);
            (
                "payment.paid",
                json!({"voucher_no": voucher, "application_no": application, "allocation_id": allocation, "paid_at": time, "payee_name": payee_name, "payee_account": payee_account, "amount": amount, "settlement": settlement, "section": section, "town": "诸佛庵镇", "project_code": own_project}),
            )
        }
        20 => ("payment.paid", json!({"voucher_no": format!("N{}", c % 3), "original_voucher_no": voucher, "paid_at": time, "amount": format!("-{amount}")})),
        21 | 22 => (
            "payment.refunded",
            json!({"voucher_no": pick(&["T0", "T1", "P(1)"], *c), "original_voucher_no": pick(&[&voucher, &voucher, "G0"], *f), "refunded_at": time, "amount": amount}),
        ),
        // some tell the cancellation under the number that they cancel
        23 => ("payment.cancelled", json!({"voucher_no": pick(&["C1", &voucher], *c), "original_voucher_no": voucher, "cancelled_at": time})),
        24 => {
            let corrected = pick(&[Some(amount), None], *f);
            ("payment.corrected", json!({"voucher_no": format!("G{}", c % 2), "original_voucher_no": voucher, "corrected_at": time, "amount": corrected}))
        }
        25..=28 => {
            let (person, month) = (pick(&IDS, *c), pick(&["03", "04", "全年"], c >> 3));
            (
                "disbursement.listed",
                json!({"voucher_no": voucher, "fiscal_year": 2026, "line_no": 1 + f % 3, "project_code": "X1", "town": "诸佛庵镇", "name": "张大山", "id_no": person, "household_no": (e % 4 == 0).then_some("H9"), "basis": "按人", "due": amount, "paid": amount, "month": month}),
            )
        }
        29 => (
            "beneficiary.registered",
            json!({"household_no": pick(&["H1", "H2"], *e), "person_no": format!("H1-{}", a % 2), "name": "张大山", "id_no": pick(&IDS, *a), "effective_from": "2026-01-01"}),
        ),
        30 => (
            "beneficiary.changed",
            json!({"person_no": format!("H1-{}", a % 2), "effective_from": "2026-03-15", "status": pick(&["在册", "迁出"], *c), "id_no": pick(&IDS, *d)}),
        ),
        31 => ("beneficiary.removed", json!({"person_no": format!("H1-{}", a % 2), "status": "死亡", "effective_to": pick(&["2026-02-28", "2026-03-31"], *c)})),
        _ => beside(seed),
    };
    told(type_name, &data)
}

/// What is told beside the money: performance, and the lists that rules compare with.
fn beside([kind, a, b, c, d, e, ..]: &Seed) -> (&'static str, Value) {
    let (project, day) = (pick(&["X1", "X2"], *a), pick(DAYS, *e));
    let section = pick(&[None, Some("社保股")], *d);
    match kind % 40 {
        32 => (
            "performance.goal",
            json!({"project_code": project, "fiscal_year": 2026, "text": pick(&["修路", "修桥"], *b), "filed_on": day, "section": section, "status": pick(&[None, None, Some("通过")], *c)}),
        ),
        33 => {
            ("performance.review", json!({"project_code": project, "fiscal_year": 2026, "status": pick(&["通过", "不通过", "待审核"], *c), "reviewed_on": day}))
        }
        34 => (
            "performance.progress",
            json!({"project_code": project, "fiscal_year": 2026, "indicator_no": pick(&["1", "2"], *b), "period": "三季度", "actual": pick(&[50, 90], *c), "filed_on": day}),
        ),
        35 => ("allocation.approved", json!({"allocation_id": format!("A({})", a % 4), "replied_on": day, "appended_on": (c % 2 == 0).then_some(day)})),
        36 if b % 2 == 0 => ("payroll.listed", json!({"id_no": pick(&IDS, *c), "name": "张大山", "effective_to": (d % 3 == 0).then_some("2026-06-30")})),
        36 => ("payroll.delisted", json!({"id_no": pick(&IDS, *c), "delisted_on": day})),
        37 if b % 2 == 0 => ("project.listed", json!({"project_code": project, "project_name": "修路", "fiscal_year": 2026, "section": section})),
        37 => ("project.delisted", json!({"project_code": project, "fiscal_year": 2026, "delisted_on": day})),
        38 if b % 2 == 0 => {
            ("standard.listed", json!({"standard_no": "B1", "name": "低保", "project_code": project, "basis": "按人", "monthly": 600, "effective_from": day}))
        }
        38 => ("standard.delisted", json!({"standard_no": "B1", "name": "低保", "delisted_on": day})),
        _ => ("performance.self_evaluation", json!({"project_code": project, "fiscal_year": 2026, "score": 80 + b % 3, "evaluated_on": day})),
    }
}

/// An event's text.
pub fn told(type_name: &str, data: &Value) -> String {
    json!({"type": type_name, "timestamp": "2026-11-02T10:05:00+08:00", "data": data}).to_string()
}

/// Events none of which contradicts another: each tells something else, in whatever order.
pub fn independent() -> Vec<String> {
    let pay = |voucher: &str, amount: &str, account: &str| {
        told(
            "payment.paid",
            &json!({"voucher_no": voucher, "application_no": format!("S-{voucher}"), "allocation_id": "A1", "paid_at": "2026-11-02T10:00:00+08:00", "payee_name": "张大山", "payee_account": account, "amount": amount, "settlement": "现金"}),
        )
    };
    let line = |voucher: &str, no: u8, id: &str| {
        told(
            "disbursement.listed",
            &json!({"voucher_no": voucher, "fiscal_year": 2026, "line_no": no, "project_code": "X1", "id_no": id, "basis": "按人", "due": "5", "paid": "5", "month": "03"}),
        )
    };
    let time = "2026-11-03T10:00:00+08:00";
    vec![
        told(
            "allocation.received",
            &json!({"allocation_id": "A0", "doc_no": "霍财农〔2026〕0号", "received_on": "2026-11-02", "fiscal_year": 2026, "amount": "1000"}),
        ),
        told(
            "allocation.received",
            &json!({"allocation_id": "A1", "parent_id": "A0", "doc_no": "霍财农〔2026〕1号", "received_on": "2026-11-02", "fiscal_year": 2026, "amount": "1000", "project_code": "X1"}),
        ),
        told("allocation.approved", &json!({"allocation_id": "A1", "replied_on": "2026-11-02"})),
        told("allocation.distributed", &json!({"allocation_id": "A0", "distributed_on": "2026-11-02"})),
        told(
            "payment.requested",
            &json!({"application_no": "S-P2", "allocation_id": "A1", "requested_at": "2026-11-02T09:00:00+08:00", "payee_name": "张大山", "payee_account": "6200002", "amount": "600", "settlement": "现金"}),
        ),
        pay("P1", "400", "6200001"),
        pay("P2", "600", "6200002"),
        pay("P3", "1000.01", "6200003"),
        told("payment.refunded", &json!({"voucher_no": "T1", "original_voucher_no": "P1", "refunded_at": time, "amount": "150"})),
        told("payment.refunded", &json!({"voucher_no": "T2", "original_voucher_no": "P1", "refunded_at": time, "amount": "250"})),
        told("payment.cancelled", &json!({"voucher_no": "P2", "original_voucher_no": "P2", "cancelled_at": time})),
        told("payment.corrected", &json!({"voucher_no": "G3", "original_voucher_no": "P3", "corrected_at": time, "amount": "1000"})),
        line("P1", 1, IDS[0]),
        line("P1", 2, IDS[1]),
        line("P2", 1, IDS[0]),
        line("P3", 1, IDS[0]),
        told("beneficiary.registered", &json!({"household_no": "H1", "person_no": "H1-0", "name": "张大山", "id_no": IDS[0], "effective_from": "2026-01-01"})),
        told(
            "performance.goal",
            &json!({"project_code": "X1", "fiscal_year": 2026, "text": "修路", "filed_on": "2026-11-02", "amount": "1000", "section": "社保股"}),
        ),
        told("performance.review", &json!({"project_code": "X1", "fiscal_year": 2026, "status": "通过", "reviewed_on": "2026-11-02"})),
        told(
            "performance.progress",
            &json!({"project_code": "X1", "fiscal_year": 2026, "indicator_no": "1", "period": "三季度", "actual": 5, "filed_on": "2026-11-02"}),
        ),
        told("payroll.listed", &json!({"id_no": IDS[1], "name": "李小河"})),
        told("project.listed", &json!({"project_code": "X1", "project_name": "修路", "fiscal_year": 2026})),
    ]
}
