//! Batches: many events in one delivery, each line answered for itself.

use jingling::intake::batch::CHUNK;
use jingling::intake::take::{Incoming, read, take};
use jingling::store::audit::hex;
use jingling::store::event::{Chunk, Delivered, Raw};
use jingling::watch::Orders;

use crate::harness::{Office, allocation, line, office_story, payment, person};

/// Someone's id number that is valid and on no register.
const STRANGER: &str = "341525200303120019";

office_story!(each_line_is_answered_for_itself, async |office| {
    office.allocates(allocation("ZB-1", "1000.00")).await;
    office.pays(payment("PZ-1", "100.00")).await;
    let lines = [
        payment("PZ-1", "100.00").text(),
        payment("PZ-2", "-5.00").text(),
        payment("PZ-3", "300.00").text(),
        "no event at all".to_owned(),
        String::new(),
        payment("PZ-1", "110.00").text(),
        payment("PZ-4", "1.005").text(),
    ];
    let batch = office.batch("treasury", lines.iter().map(String::as_str));
    let first = office.sends(&batch).await;
    insta::assert_snapshot!(first.told(), @r#"
    200
    {"line":1,"status":"known"}
    {"line":2,"status":"quarantined","errors":[{"pointer":"/data/amount","detail":"金额不能为负数;如是退款,请填写原凭证号 original_voucher_no"}]}
    {"line":3,"status":"accepted"}
    {"line":4,"status":"quarantined","errors":[{"pointer":"","detail":"不是合法的 JSON(第 1 行第 2 列)"}]}
    {"line":5,"status":"corrected"}
    {"line":6,"status":"quarantined","errors":[{"pointer":"/data/amount","detail":"金额最多两位小数,不会四舍五入"}]}
    {"lines":6,"accepted":1,"known":1,"corrected":1,"quarantined":3}
    "#);
    assert_eq!(first.media_type, "application/x-ndjson");
    assert_eq!(office.quarantine().await, 3);
    let before = office.journal().await;
    assert_eq!(office.sends(&batch).await, first, "sent again: the same answer");
    assert_eq!(office.journal().await, before, "and nothing changes");
    let other = batch.saying(payment("PZ-9", "1.00").text());
    assert_eq!(office.sends(other).await.told(), "409 id-reused");
});

office_story!(an_empty_batch_has_no_lines, async |office| {
    for body in ["", "\n\n  \n"] {
        let batch = office.delivery("treasury", body).batch();
        assert_eq!(office.sends(batch).await.told(), "200\n{\"lines\":0,\"accepted\":0,\"known\":0,\"corrected\":0,\"quarantined\":0}");
    }
});

office_story!(a_line_larger_than_an_event_is_kept_aside, async |office| {
    let event = payment("PZ-1", "1.00").text();
    let lines = ["x".repeat(1 << 20) + "x", event.clone() + &" ".repeat(1 << 20), event.replace('{', &("{".to_owned() + &" ".repeat(1 << 20)))];
    let batch = office.batch("treasury", lines.iter().map(String::as_str));
    insta::assert_snapshot!(office.sends(batch).await.told(), @r#"
    200
    {"line":1,"status":"quarantined","errors":[{"pointer":"","detail":"一行最多 1048576 字节"}]}
    {"line":2,"status":"accepted"}
    {"line":3,"status":"quarantined","errors":[{"pointer":"","detail":"一行最多 1048576 字节"}]}
    {"lines":3,"accepted":1,"known":0,"corrected":0,"quarantined":2}
    "#);
});

/// Payments of one yuan, each under an allocation of its own.
fn many_payments(count: usize) -> Vec<String> {
    (0..count).map(|n| payment(&format!("PZ-{n}"), "1.00").with("allocation_id", format!("ZB-{n}")).text()).collect()
}

office_story!(the_same_batch_twice_at_once_is_entered_once, async |office| {
    let lines = many_payments(CHUNK + 100);
    let batch = office.batch("treasury", lines.iter().map(String::as_str));
    let before = office.journal().await;
    let (one, other) = tokio::join!(office.sends(&batch), office.sends(&batch));
    let told = [one.told(), other.told()];
    assert!(told.iter().all(|told| told.starts_with("200") || told == "503 busy, again in 60 s"), "{told:?}");
    let again = office.sends(&batch).await;
    assert!(again.body.ends_with("{\"lines\":2100,\"accepted\":2100,\"known\":0,\"corrected\":0,\"quarantined\":0}\n"), "{}", again.body);
    assert_eq!(office.journal().await, before + 2, "two chunks, each once");
});

/// The first chunk of a batch is committed, and then the machine stops.
async fn cut_after_the_first_chunk(office: &Office, id: &str, body: &str) {
    let store = office.store();
    let mut turn = store.turn().await.unwrap();
    let orders = Orders::read(&mut turn).await.unwrap();
    let lines: Vec<&[u8]> = body.lines().take(CHUNK).map(str::as_bytes).collect();
    let delivered = Delivered {
        source: "treasury".to_owned(),
        webhook_id: id.to_owned(),
        digest: hex(&store.keys.commit(body.as_bytes())[..16]),
        lines: lines.iter().map(|line| Raw::new(line)).collect(),
        chunk: Some(Chunk { first_line: 1, last: false }),
    };
    let readings = lines.iter().map(|line| read("treasury", line, &store.keys)).collect();
    take(&mut turn, &orders, &[Incoming::new(delivered, readings, office.clock.now()).unwrap()]).await.unwrap();
    turn.commit().await.unwrap();
}

office_story!(a_cut_batch_goes_on_where_it_was_cut, async |office| {
    let lines = many_payments(2300);
    let body = lines.join("\n");
    let batch = office.delivery("treasury", body.as_str()).under("cut").batch();
    cut_after_the_first_chunk(office, "cut", &body).await;
    office.restart().await;
    let before = office.journal().await;
    let other = batch.clone().saying(lines[0].as_str());
    assert_eq!(office.sends(other).await.told(), "409 id-reused", "half a batch holds its id too");
    let answer = office.sends(&batch).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.body.lines().count(), 2301, "a result for every line, the first chunk's too");
    assert_eq!(answer.body.lines().last().unwrap(), "{\"lines\":2300,\"accepted\":2300,\"known\":0,\"corrected\":0,\"quarantined\":0}");
    assert_eq!(office.journal().await, before + 1, "one more chunk, none twice");
});

office_story!(many_lines_of_one_payment_light_one_warning_and_one_message, async |office| {
    office.registers(person("R-1", "342427196503120012")).await;
    office.allocates(allocation("ZB-1", "5000000.00")).await;
    office.pays(payment("PZ-1", "270000.00").with("town", "佛子岭镇")).await;
    let lines: Vec<String> =
        (1..=4500).map(|n| line("PZ-1", n, STRANGER).with("project_code", format!("DB{n}")).with("due", "60.00").with("paid", "60.00").text()).collect();
    let batch = office.batch("treasury", lines.iter().map(String::as_str));
    let answer = office.sends(batch).await;
    assert_eq!(answer.body.lines().last().unwrap(), "{\"lines\":4500,\"accepted\":4500,\"known\":0,\"corrected\":0,\"quarantined\":0}");
    insta::assert_snapshot!(office.lights().await.join("\n"), @"YJ2026-000001 🟡 DR01 business:social_security PZ-1 270,000.00 共 4500 条");
    insta::assert_snapshot!(office.chat().await, @r"
    🟡 黄灯预警 YJ2026-000001 · 发放对象不在册(DR01)
       股室 社保股  乡镇 佛子岭镇  金额 60.00 元
       凭证 PZ-1  文号 皖财办〔2026〕18号  日期 11月23日
       期限 11月30日(5 个工作日)  状态 待核实  经办 @张敏
    ");
});

office_story!(what_was_refused_as_one_event_is_taken_as_a_batch, async |office| {
    office.allocates(allocation("ZB-1", "1000.00")).await;
    let body = [payment("PZ-1", "100.00").text(), payment("PZ-2", "200.00").text()].join("\n");
    let wrong_kind = office.delivery("treasury", body.as_str());
    assert_eq!(office.sends(&wrong_kind).await.status, 422, "two events are not one");
    let batch = wrong_kind.clone().batch();
    let answer = office.sends(&batch).await;
    assert_eq!(answer.body.lines().last().unwrap(), "{\"lines\":2,\"accepted\":2,\"known\":0,\"corrected\":0,\"quarantined\":0}");
    assert_eq!(office.quarantine().await, 0, "settled by the resend");
    assert_eq!(office.sends(&batch).await, answer);

    let wrong = office.delivery("treasury", payment("PZ-3", "-1.00").text());
    assert_eq!(office.sends(&wrong).await.status, 422);
    let put_right = wrong.saying(payment("PZ-3", "1.00").text()).batch();
    assert!(office.sends(put_right).await.told().starts_with("200"), "the refused id is free for a batch too");
});
