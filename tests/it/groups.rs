//! Many at once: deliveries that wait together are committed together, and still each stands for itself.

use std::time::Duration;

use crate::harness::{Answer, Delivery, Office, allocation, office_story, payment};

/// Sends all at the same time; they meet in the queue because the writer is held up until all have arrived.
async fn all_at_once(office: &Office, deliveries: Vec<Delivery>) -> Vec<Answer> {
    let busy = office.store().turn().await.unwrap();
    let mut waiting = Vec::new();
    for delivery in deliveries {
        let door = office.door();
        waiting.push(tokio::spawn(async move { door.sends(delivery).await }));
    }
    tokio::time::sleep(Duration::from_millis(300)).await;
    drop(busy);
    let mut answers = Vec::new();
    for answer in waiting {
        answers.push(answer.await.unwrap());
    }
    answers
}

office_story!(one_bad_event_among_good_ones_hurts_only_itself, async |office| {
    office.allocates(allocation("ZB-1", "100000.00")).await;
    let amounts = ["100.00", "200.00", "-1.00", "300.00", "400.001", "500.00", "abc", "600.00"];
    let deliveries = amounts.iter().enumerate().map(|(n, amount)| office.delivery("treasury", payment(&format!("PZ-{n}"), amount).text()));
    let deliveries = deliveries.collect::<Vec<_>>();
    let told: Vec<String> = all_at_once(office, deliveries).await.iter().map(Answer::told).collect();
    insta::assert_snapshot!(told.join("\n"), @r#"
    200 accepted
    200 accepted
    422 malformed-event /data/amount 金额不能为负数;如是退款,请填写原凭证号 original_voucher_no
    200 accepted
    422 malformed-event /data/amount 金额最多两位小数,不会四舍五入
    200 accepted
    422 malformed-event /data/amount 金额应为数字,最多两位小数,例如 "12800.00"
    200 accepted
    "#);
    assert_eq!(office.quarantine().await, 3);
});

office_story!(the_same_delivery_twice_in_one_group_is_answered_twice_and_entered_once, async |office| {
    office.allocates(allocation("ZB-1", "100000.00")).await;
    let delivery = office.delivery("treasury", payment("PZ-1", "100.00").text());
    let before = office.journal().await;
    let answers = all_at_once(office, vec![delivery.clone(); 5]).await;
    assert!(answers.iter().all(|answer| *answer == answers[0] && answer.told() == "200 accepted"), "{answers:?}");
    assert_eq!(office.journal().await, before + 1);
    // two bodies under one id at the same instant: one is taken, the other is told so
    let one = office.delivery("treasury", payment("PZ-2", "100.00").text());
    let other = one.clone().saying(payment("PZ-3", "100.00").text());
    let mut told: Vec<String> = all_at_once(office, vec![one, other]).await.iter().map(Answer::told).collect();
    told.sort();
    assert_eq!(told, ["200 accepted", "409 id-reused"]);
});

office_story!(a_mistake_and_its_correction_in_one_group, async |office| {
    office.allocates(allocation("ZB-1", "100000.00")).await;
    let wrong = office.delivery("treasury", payment("PZ-1", "-100.00").text());
    let right = wrong.clone().saying(payment("PZ-1", "100.00").text());
    let told: Vec<String> = all_at_once(office, vec![wrong, right.clone()]).await.iter().map(Answer::told).collect();
    assert_eq!(told[1], "200 accepted", "{told:?}");
    assert_eq!(office.sends(right).await.told(), "200 accepted");
});

office_story!(payments_of_one_instant_cannot_both_slip_under_the_limit, async |office| {
    office.allocates(allocation("ZB-1", "1000.00")).await;
    let deliveries = (1..=4).map(|n| office.delivery("treasury", payment(&format!("PZ-{n}"), &format!("30{n}.00")).text())).collect();
    assert!(all_at_once(office, deliveries).await.iter().all(|answer| answer.status == 200));
    let lights = office.lights().await;
    assert_eq!(lights.len(), 1, "{lights:?}");
    assert!(lights[0].starts_with("YJ2026-000001 🔴 ZC08"), "{lights:?}");
});
