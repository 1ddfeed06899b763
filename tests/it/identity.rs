//! What is the same and what is not: deliveries by their id, payments by their voucher.

use chrono::TimeDelta;
use jingling::domain::Entity;
use jingling::domain::record::payment as field;
use jingling::store::Row;

use crate::harness::{Office, allocation, office_story, payment};

/// What a query for text tells, a row a line.
async fn told(office: &Office, query: &'static str) -> Vec<String> {
    office.store().db.fetch(query, Vec::new()).await.unwrap().iter().map(Row::describe).collect()
}

const CORRECTIONS: &str = "SELECT key, version, event_type FROM correction ORDER BY key, version";

office_story!(a_delivery_sent_again_is_answered_as_before_and_changes_nothing, async |office| {
    office.allocates(allocation("ZB-1", "1000.00")).await;
    let delivery = office.delivery("treasury", payment("PZ-1", "100.00").text());
    let first = office.sends(&delivery).await;
    assert_eq!(first.told(), "200 accepted");
    let after_first = office.journal().await;
    assert_eq!(office.sends(&delivery).await, first);
    office.restart().await;
    office.wind(TimeDelta::days(400));
    assert_eq!(office.sends(delivery.clone().dated(office.clock.now().timestamp())).await, first, "a year later, after a restart");
    assert_eq!(office.journal().await, after_first);
    // other content under that id would hide one of the two
    let other = delivery.dated(office.clock.now().timestamp()).saying(payment("PZ-2", "100.00").text());
    insta::assert_json_snapshot!(office.sends(&other).await.json(), @r#"
    {
      "detail": "这个 webhook-id 已用于另一份内容,那一份已经接受。新的内容请用新的 webhook-id 发送。",
      "status": 409,
      "title": "编号重复使用",
      "type": "/problems/id-reused"
    }
    "#);
    assert_eq!(office.sends(other.under("msg_other")).await.told(), "200 accepted");
    // each source numbers for itself
    let same_id = office.delivery("budget", allocation("ZB-2", "5.00").text()).under("msg_other");
    assert_eq!(office.sends(same_id).await.told(), "200 accepted");
});

office_story!(what_was_refused_may_be_sent_again_put_right, async |office| {
    office.allocates(allocation("ZB-1", "1000.00")).await;
    let wrong = office.delivery("treasury", payment("PZ-1", "-100.00").text());
    let refused = office.sends(&wrong).await;
    assert_eq!(refused.told(), "422 malformed-event /data/amount 金额不能为负数;如是退款,请填写原凭证号 original_voucher_no");
    assert_eq!(office.quarantine().await, 1, "kept whole, with its reason");
    let before = office.journal().await;
    assert_eq!(office.sends(&wrong).await, refused);
    assert_eq!((office.journal().await, office.quarantine().await), (before, 1), "the same mistake is kept once");
    let wrong_still = wrong.clone().saying(payment("PZ-1", "100.001").text());
    assert_eq!(office.sends(wrong_still).await.status, 422);
    let right = wrong.saying(payment("PZ-1", "100.00").text());
    assert_eq!(office.sends(&right).await.told(), "200 accepted");
    assert_eq!(office.quarantine().await, 0, "settled by the resend");
    assert_eq!(office.sends(right.saying(payment("PZ-1", "200.00").text())).await.told(), "409 id-reused", "accepted now: the id is taken");
});

office_story!(a_voucher_is_one_payment_however_often_it_is_told, async |office| {
    office.allocates(allocation("ZB-1", "1000.00")).await;
    assert_eq!(office.pays(payment("PZ-1", "100.00")).await.told(), "200 accepted");
    assert_eq!(office.pays(payment("PZ-1", "100.00")).await.told(), "200 known");
    assert_eq!(office.pays(payment("PZ-1", "100")).await.told(), "200 known", "written otherwise, the same amount");
    assert!(told(office, CORRECTIONS).await.is_empty());
    assert_eq!(office.pays(payment("PZ-1", "120.00")).await.told(), "200 corrected");
    insta::assert_snapshot!(told(office, CORRECTIONS).await.join("\n"), @r#""treasury/2026/PZ-1"|2|"payment.paid"|"#);
    let payments = told(office, "SELECT voucher_no, amount, version FROM payment").await;
    assert_eq!(payments, ["\"PZ-1\"|12000|2|"]);
    assert!(office.lights().await.is_empty(), "one payment, so nothing was paid twice: {:?}", office.lights().await);
});

office_story!(the_year_counts_a_voucher_number_from_one_again, async |office| {
    office.allocates(allocation("ZB-1", "1000.00")).await;
    assert_eq!(office.pays(payment("PZ-1", "100.00")).await.told(), "200 accepted");
    assert_eq!(office.pays(payment("PZ-1", "100.00").with("paid_at", "2025-12-31T09:30:00+08:00")).await.told(), "200 accepted");
    let keys = told(office, "SELECT key FROM payment ORDER BY key").await;
    assert_eq!(keys.len(), 2, "{keys:?}");
    let key = keys[1].trim_matches(['"', '|']).to_owned();
    let stored = jingling::store::ledger::record(office.store(), Entity::Payment, &key).await.unwrap().unwrap();
    assert_eq!(stored.get(field::AMOUNT).as_money().unwrap().to_string(), "100.00");
});
