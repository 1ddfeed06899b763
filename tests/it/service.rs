//! The service itself: it stops in order, goes on where it was, and tells whoever watches the machine how it is.

use std::time::Duration;

use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use crate::harness::{allocation, line, office_story, payment, until};

office_story!(stopped_in_order_nothing_accepted_is_lost, async |office| {
    office.allocates(allocation("ZB-1", "100000.00")).await;
    let busy = office.store().turn().await.unwrap();
    let mut waiting = Vec::new();
    for n in 1..=20 {
        let delivery = office.delivery("treasury", payment(&format!("PZ-{n}"), &format!("{n}.00")).text());
        let door = office.door();
        waiting.push(tokio::spawn(async move { door.sends(delivery).await }));
    }
    // the doors close while all of these still wait for their turn
    tokio::time::sleep(Duration::from_millis(300)).await;
    let released = async {
        tokio::time::sleep(Duration::from_millis(100)).await;
        drop(busy);
    };
    tokio::join!(office.stop(), released);
    for answer in waiting {
        assert_eq!(answer.await.unwrap().told(), "200 accepted");
    }
    office.start().await;
    let rows = office.store().db.fetch("SELECT COUNT(*) FROM payment", Vec::new()).await.unwrap();
    assert_eq!(rows[0].int(0).unwrap(), 20);
});

office_story!(stopping_does_not_wait_for_who_never_finishes, |config| config.server.shutdown_timeout_secs = 1, async |office| {
    office.allocates(allocation("ZB-1", "100000.00")).await;
    let address = office.app().listen;
    let event = office.delivery("treasury", payment("PZ-1", "1.00").text());
    let mut open = Vec::new();
    for wire in [Vec::new(), b"POST /webhooks/treasury HT".to_vec(), event.unfinished(), event.batch().unfinished()] {
        let mut line = TcpStream::connect(address).await.unwrap();
        line.write_all(&wire).await.unwrap();
        open.push(line);
    }
    tokio::time::sleep(Duration::from_millis(100)).await;
    tokio::time::timeout(Duration::from_secs(5), office.stop()).await.expect("it stops within its time");
    office.start().await;
});

office_story!(what_was_owed_when_it_stopped_is_sent_when_it_starts, async |office| {
    office.allocates(allocation("ZB-1", "100.00")).await;
    // the mail folder cannot be written to for a while
    let folder = office.config.mail.folder.clone();
    let aside = folder.with_extension("aside");
    std::fs::rename(&folder, &aside).unwrap();
    std::fs::write(&folder, "").unwrap();
    office.pays(payment("PZ-1", "150.00")).await;
    let tried = until(10, async || {
        let list = office.says("吴凡", "/投递 列表").await;
        if list.contains("聊天 已送达") && list.matches("已试 1 次").count() == 2 { Ok(list) } else { Err(list) }
    })
    .await;
    insta::assert_snapshot!(tried, @r"
    聊天 已送达 1 件
    邮件 待发送 2 件
    邮件 排队于 11-23 10:00  待发送  已试 1 次 YJ2026-000001
    邮件 排队于 11-23 10:00  待发送  已试 1 次 YJ2026-000001
    ");
    office.stop().await;
    std::fs::remove_file(&folder).unwrap();
    std::fs::rename(&aside, &folder).unwrap();
    office.wind(chrono::TimeDelta::hours(1));
    office.start().await;
    let letters = office.mailbox().await;
    assert_eq!(letters.of("liguoqiang@huoshan.example").len(), 1);
    assert_eq!(letters.of("zhangmin@huoshan.example").len(), 1);
    assert_eq!(office.chat().await.matches("🔴 红灯预警").count(), 1, "what was said before is not said again");
});

office_story!(the_door_describes_itself, async |office| {
    let description = office.reads("/openapi.json").await;
    assert_eq!(description.status, 200);
    let description = description.json();
    let types: Vec<&String> = description["components"]["schemas"]["Event"]["discriminator"]["mapping"].as_object().unwrap().keys().collect();
    insta::assert_snapshot!(types.iter().map(|name| name.as_str()).collect::<Vec<_>>().join("\n"), @r"
    allocation.adjusted
    allocation.approved
    allocation.distributed
    allocation.document_attached
    allocation.received
    allocation.registered
    beneficiary.changed
    beneficiary.registered
    beneficiary.removed
    disbursement.listed
    payment.cancelled
    payment.corrected
    payment.paid
    payment.refunded
    payment.requested
    payment.reviewed
    payroll.delisted
    payroll.listed
    performance.goal
    performance.indicator
    performance.progress
    performance.review
    performance.self_evaluation
    project.delisted
    project.listed
    source.totals
    standard.delisted
    standard.listed
    ");
    assert!(description["paths"]["/webhooks/{source}"]["post"].is_object());
    for inner in ["/metrics", "/healthz", "/readyz"] {
        assert_eq!(office.reads(inner).await.status, 404, "{inner} is not for outside");
    }
    assert_eq!(office.reads("/webhooks/treasury").await.status, 405, "nothing is to be read there");
});

office_story!(whoever_watches_the_machine_sees_counts_and_no_persons, async |office| {
    assert_eq!(office.inspects("/healthz").await.body, "ok\n");
    assert_eq!(office.inspects("/readyz").await.body, "ready\n");
    office.allocates(allocation("ZB-1", "100.00")).await;
    office.pays(payment("PZ-1", "150.00").with("payee_name", "汪桂兰").with("payee_account", "6217003810001234567")).await;
    office.pays(payment("PZ-2", "-1.00")).await;
    office.lists(line("PZ-1", 1, "342427196503120012")).await;
    office.wait_until_sent().await;
    let metrics = office.inspects("/metrics").await;
    assert_eq!(metrics.status, 200);
    for private in ["汪桂兰", "6217003810001234567", "342427196503120012", "PZ-1", "huoshan.example", "张敏"] {
        assert!(!metrics.body.contains(private), "{private} stands in the metrics");
    }
    let mut counts: Vec<&str> = metrics.body.lines().filter(|line| !line.starts_with('#') && !line.contains("seconds") && !line.contains("journal")).collect();
    counts.sort_unstable();
    insta::assert_snapshot!(counts.join("\n"), @r#"
    jingling_deliveries{of="console",status="parked"} 0
    jingling_deliveries{of="console",status="queued"} 0
    jingling_deliveries{of="console",status="sent"} 1
    jingling_deliveries{of="discord",status="parked"} 0
    jingling_deliveries{of="discord",status="queued"} 0
    jingling_deliveries{of="discord",status="sent"} 0
    jingling_deliveries{of="email",status="parked"} 0
    jingling_deliveries{of="email",status="queued"} 0
    jingling_deliveries{of="email",status="sent"} 2
    jingling_quarantined 1
    jingling_troubles 0
    jingling_warnings{of="warning",status="bell_done"} 0
    jingling_warnings{of="warning",status="bell_listed"} 0
    jingling_warnings{of="warning",status="bell_open"} 0
    jingling_warnings{of="warning",status="green_corrected"} 0
    jingling_warnings{of="warning",status="green_false_alarm"} 0
    jingling_warnings{of="warning",status="green_normal"} 0
    jingling_warnings{of="warning",status="red_listed"} 0
    jingling_warnings{of="warning",status="red_open"} 1
    jingling_warnings{of="warning",status="yellow_listed"} 0
    jingling_warnings{of="warning",status="yellow_open"} 0
    jingling_warnings{of="warning",status="yellow_verifying"} 0
    jingling_webhook_answers_total{kind="event",status="200"} 3
    jingling_webhook_answers_total{kind="event",status="422"} 1
    "#);
});
