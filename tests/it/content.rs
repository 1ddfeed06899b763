//! What events may hold: each mistake is named by its place, and what is right is kept to the fen.

use chrono::TimeDelta;

use crate::harness::{Event, Office, allocation, line, office_story, payment};

/// Sends a body as it is and says what came of it.
async fn refused(office: &mut Office, body: &str) -> String {
    let delivery = office.delivery("treasury", body);
    office.sends(delivery).await.told()
}

/// A payment whose amount is written as it is in JSON.
fn amounting(raw: &str) -> String {
    payment("PZ-1", "AMOUNT").text().replace("\"AMOUNT\"", raw)
}

office_story!(what_cannot_be_read_is_kept_and_its_place_named, async |office| {
    let unknown_type = Event::new("payment.payed", serde_json::json!({})).text();
    let bodies = [
        String::new(),
        "{".to_owned(),
        "[]".to_owned(),
        "{}".to_owned(),
        "\u{feff}{}".to_owned(),
        unknown_type,
        payment("PZ-1", "1.00").without("voucher_no").text(),
        payment("", "1.00").text(),
        payment("PZ-1", "1.00").with("colour", "red").text(),
        payment("PZ-1", "1.00").with("paid_at", "昨天").text(),
        payment("PZ-1", "1.00").with("kind", "退款").text(),
        payment("PZ-1", "1.00").with("purpose", "长".repeat(501)).text(),
        amounting("-0.01"),
        amounting("12.345"),
        amounting("1e3"),
        amounting("\"一百\""),
        amounting("true"),
        amounting("99999999999999999999"),
    ];
    let mut answers = Vec::new();
    for body in &bodies {
        answers.push(refused(office, body).await);
    }
    insta::assert_snapshot!(answers.join("\n"), @r#"
    422 malformed-event  不是合法的 JSON(第 1 行第 0 列)
    422 malformed-event  不是合法的 JSON(第 1 行第 1 列)
    422 malformed-event  应为 JSON 对象,且字段名不能重复(第 1 行第 0 列)
    422 malformed-event /type 必须填写
    422 malformed-event  不是合法的 JSON(第 1 行第 1 列)
    422 malformed-event /type 没有这个事件类型,请对照 /openapi.json
    422 malformed-event /data/voucher_no 必须填写
    422 malformed-event /data/voucher_no 必须填写
    422 malformed-event /data/colour 没有这个字段
    422 malformed-event /data/paid_at 应为带时区的时间,例如 2026-10-08T09:30:00+08:00
    422 malformed-event /data/original_voucher_no 退款、更正、撤销必须填写原凭证号
    422 malformed-event /data/purpose 太长,最多 500 个字
    422 malformed-event /data/amount 金额不能为负数;如是退款,请填写原凭证号 original_voucher_no
    422 malformed-event /data/amount 金额最多两位小数,不会四舍五入
    422 malformed-event /data/amount 金额应为数字,最多两位小数,例如 "12800.00"
    422 malformed-event /data/amount 金额应为数字,最多两位小数,例如 "12800.00"
    422 malformed-event /data/amount 金额应为数字,最多两位小数,例如 "12800.00"
    422 malformed-event /data/amount 金额超出范围(整数部分最多 16 位)
    "#);
    let not_text = office.delivery("treasury", vec![0xff, 0xfe, 0x00]);
    assert_eq!(office.sends(not_text).await.status, 422);
    assert_eq!(office.quarantine().await, i64::try_from(bodies.len()).unwrap() + 1);
    assert!(office.lights().await.is_empty());
});

office_story!(what_is_said_of_a_mistake_does_not_repeat_it, async |office| {
    let id_no = "342427196503120012";
    let mut wrong = Vec::new();
    for field in ["amount", "paid_at", "voucher_no", "kind"] {
        wrong.push(payment("PZ-1", "1.00").with(field, format!("汪桂兰 {id_no}")).text());
    }
    for name in [id_no, "汪桂兰", "\u{0}", ""] {
        wrong.push(line("PZ-1", 1, id_no).with(name, "x").text());
    }
    for body in wrong {
        let delivery = office.delivery("treasury", body.clone());
        let answer = office.sends(delivery).await;
        assert_eq!(answer.status, 422);
        assert!(!answer.body.contains("汪桂兰") && !answer.body.contains(id_no), "{} repeats {body}", answer.body);
    }
});

/// What is lit beside the bell of each large payment.
async fn of_sums(office: &Office) -> String {
    let lights = office.lights().await.into_iter().filter(|light| !light.contains(" ZC11 "));
    lights.filter_map(|light| Some(light.split_once(' ')?.1.to_owned())).collect::<Vec<_>>().join("\n")
}

office_story!(money_is_kept_to_the_fen, async |office| {
    office.allocates(allocation("ZB-1", "9999999999999999.99")).await;
    for (voucher, raw) in [("PZ-1", "9007199254740993.07"), ("PZ-2", "\"9007199254740993.07\""), ("PZ-3", "0.1"), ("PZ-4", "7")] {
        let body = amounting(raw).replace("PZ-1", voucher);
        assert_eq!(refused(office, &body).await, "200 accepted", "{raw}");
    }
    let rows = office.store().db.fetch("SELECT voucher_no, amount FROM payment ORDER BY voucher_no", Vec::new()).await.unwrap();
    let ledger: Vec<(String, i64)> = rows.iter().map(|row| (row.text(0).unwrap().to_owned(), row.int(1).unwrap())).collect();
    let expected = [("PZ-1", 900_719_925_474_099_307), ("PZ-2", 900_719_925_474_099_307), ("PZ-3", 10), ("PZ-4", 700)];
    assert_eq!(ledger, expected.map(|(voucher, fen)| (voucher.to_owned(), fen)));
    insta::assert_snapshot!(of_sums(office).await, @"🔴 ZC08 business:social_security PZ-2 9,007,199,254,741,000.17 共 3 条");
});

office_story!(sums_beyond_every_amount_are_still_judged, async |office| {
    office.allocates(allocation("ZB-1", "9999999999999999.99")).await;
    for n in 1..=12 {
        let answer = office.pays(payment(&format!("PZ-{n}"), "9999999999999999.99").with("payee_account", "6217000001")).await;
        assert_eq!(answer.told(), "200 accepted", "PZ-{n}");
    }
    let lines: Vec<String> = (13..=24).map(|n| payment(&format!("PZ-{n}"), "9999999999999999.99").text()).collect();
    let batch = office.batch("treasury", lines.iter().map(String::as_str));
    assert_eq!(office.sends(batch).await.status, 200);
    insta::assert_snapshot!(of_sums(office).await, @r"
    🔴 ZC08 business:social_security PZ-2 共 23 条
    🟡 ZC09 business:social_security PZ-2 共 11 条
    ");
    let month = office.says("陈静", "/月报 汇总").await;
    assert!(month.contains("ZC08"), "{month}");
});

office_story!(a_payment_without_its_allocation_is_taken_and_lit_when_the_grace_is_over, async |office| {
    assert_eq!(office.pays(payment("PZ-1", "500.00").with("allocation_id", "ZB-404")).await.told(), "200 accepted");
    assert_eq!(office.pays(payment("PZ-2", "600.00").with("allocation_id", "ZB-LATE")).await.told(), "200 accepted");
    office.jobs().await;
    assert!(office.lights().await.is_empty(), "events come in any order");
    office.wind(TimeDelta::hours(20));
    office.allocates(allocation("ZB-LATE", "600.00")).await;
    office.jobs().await;
    assert!(office.lights().await.is_empty(), "Tuesday is the working day of grace");
    office.wind(TimeDelta::days(1));
    office.jobs().await;
    insta::assert_snapshot!(office.lights().await.join("\n"), @"YJ2026-000001 🔴 ZC13 business:social_security PZ-1 500.00");
    let red = office.mailbox().await;
    let subjects: Vec<&str> = red.of("liguoqiang@huoshan.example").iter().map(|mail| mail.subject.as_str()).collect();
    insta::assert_snapshot!(subjects.join("\n"), @"【红灯】YJ2026-000001 支付无对应指标 · 社保股 · 12月9日前纠正");
    office.jobs().await;
    assert_eq!(office.lights().await.len(), 1, "one matter, one warning");
});
