//! When it gets tight: too much, too fast, no room, nobody waiting for the answer.

use std::time::Duration;

use jingling::store::Db;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::harness::{Office, allocation, office_story, payment, until};

office_story!(what_is_too_large_or_of_another_kind_is_refused, |config| config.server.event_max_bytes = 4096, async |office| {
    let before = office.journal().await;
    let large = office.delivery("treasury", payment("PZ-1", "1.00").with("purpose", "x".repeat(5000)).text());
    assert_eq!(office.sends(&large).await.told(), "413 too-large");
    for media_type in ["text/plain", "application/xml", "", "application/jsonp", "multipart/form-data"] {
        let other = office.delivery("treasury", payment("PZ-1", "1.00").text()).typed(media_type);
        assert_eq!(office.sends(other).await.told(), "415 unsupported-media-type", "{media_type}");
    }
    assert_eq!(office.journal().await, before);
    office.allocates(allocation("ZB-1", "1000.00")).await;
    let parameters = office.delivery("treasury", payment("PZ-1", "1.00").text()).typed("Application/JSON; charset=utf-8");
    assert_eq!(office.sends(parameters).await.told(), "200 accepted");
});

office_story!(a_batch_beyond_the_limit_is_refused, |config| config.server.batch_max_bytes = 1 << 20, async |office| {
    let before = office.journal().await;
    let text = payment("PZ-1", "1.00").with("purpose", "x".repeat(400)).text();
    let large = office.batch("treasury", std::iter::repeat_n(text.as_str(), 2000));
    assert_eq!(office.sends(large).await.told(), "413 too-large");
    assert_eq!(office.journal().await, before, "not even its first lines");
});

office_story!(who_hangs_up_before_the_answer_has_still_been_heard, async |office| {
    office.allocates(allocation("ZB-1", "1000.00")).await;
    let before = office.journal().await;
    let delivery = office.delivery("treasury", payment("PZ-1", "100.00").text());
    // the writer is busy: the answer cannot come before the caller is gone
    let busy = office.store().turn().await.unwrap();
    let mut line = TcpStream::connect(office.app().listen).await.unwrap();
    line.write_all(&delivery.wire()).await.unwrap();
    tokio::time::sleep(Duration::from_millis(200)).await;
    drop(line);
    tokio::time::sleep(Duration::from_millis(100)).await;
    drop(busy);
    until_journal(office, before + 1).await;
    assert_eq!(office.sends(&delivery).await.told(), "200 accepted", "as it was answered when nobody listened");
    assert_eq!(office.journal().await, before + 1);
});

office_story!(who_never_finishes_is_not_waited_for, |config| config.server.read_timeout_secs = 1, async |office| {
    let before = office.journal().await;
    let delivery = office.delivery("treasury", payment("PZ-1", "100.00").text());
    let mut slow = TcpStream::connect(office.app().listen).await.unwrap();
    slow.write_all(&delivery.unfinished()).await.unwrap();
    let mut answer = vec![0; 12];
    slow.read_exact(&mut answer).await.unwrap();
    assert_eq!(String::from_utf8_lossy(&answer), "HTTP/1.1 408");
    assert_eq!(office.journal().await, before);
    assert_eq!(office.sends(&delivery).await.told(), "200 accepted", "the id is not used up");
});

office_story!(more_batches_than_can_be_read_at_once_are_asked_to_come_again, async |office| {
    office.allocates(allocation("ZB-1", "1000.00")).await;
    let event = payment("PZ-1", "100.00").text();
    let mut under_way = Vec::new();
    for _ in 0..2 {
        let mut line = TcpStream::connect(office.app().listen).await.unwrap();
        let batch = office.batch("treasury", [event.as_str()]);
        line.write_all(&batch.unfinished()).await.unwrap();
        under_way.push(line);
    }
    tokio::time::sleep(Duration::from_millis(200)).await;
    let third = office.batch("treasury", [event.as_str()]);
    assert_eq!(office.sends(&third).await.told(), "503 busy, again in 5 s");
    assert_eq!(office.pays(payment("PZ-2", "100.00")).await.told(), "200 accepted", "single events do not wait for batches");
    drop(under_way);
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert_eq!(office.sends(&third).await.status, 200);
});

/// Waits until the journal is that long, at most ten seconds.
async fn until_journal(office: &Office, length: i64) {
    until(10, async || {
        let at = office.journal().await;
        if at >= length { Ok(()) } else { Err(format!("at {at} in the journal")) }
    })
    .await;
}

office_story!(a_full_queue_asks_to_come_again, |config| config.server.queue = 1, async |office| {
    office.allocates(allocation("ZB-1", "10000.00")).await;
    let busy = office.store().turn().await.unwrap();
    let deliveries: Vec<_> = (0..12).map(|n| office.delivery("treasury", payment(&format!("PZ-{n}"), "100.00").text())).collect();
    let mut waiting = Vec::new();
    for delivery in &deliveries {
        let (door, delivery) = (office.door(), delivery.clone());
        waiting.push(tokio::spawn(async move { door.sends(delivery).await }));
        tokio::time::sleep(Duration::from_millis(30)).await;
    }
    drop(busy);
    let mut told = Vec::new();
    for answer in waiting {
        told.push(answer.await.unwrap().told());
    }
    let refused = told.iter().filter(|told| *told == "503 busy, again in 1 s").count();
    assert_eq!(refused, 10, "one at work, one in the queue: {told:?}");
    assert_eq!(told.iter().filter(|told| *told == "200 accepted").count(), 2, "{told:?}");
    for delivery in &deliveries {
        assert_eq!(office.sends(delivery).await.told(), "200 accepted", "the same again, later");
    }
});

/// Lets the database file grow no further than it is, or as far as it likes.
async fn allow_pages(office: &Office, pages: &str) {
    let Db::Sqlite { write, .. } = &office.store().db else { unreachable!() };
    sqlx::raw_sql(sqlx::AssertSqlSafe(format!("PRAGMA max_page_count = {pages}"))).execute(write).await.unwrap();
}

office_story!(a_full_disk_stores_nothing_and_says_so, async |office| {
    if !office.store().db.is_sqlite() {
        return; // a PostgreSQL server's disk is not ours to fill
    }
    office.allocates(allocation("ZB-1", "100000.00")).await;
    allow_pages(office, "1").await;
    // both are larger than what is left in half-filled pages
    let lines: Vec<String> = (0..500).map(|n| payment(&format!("PZ-{n}"), "1.00").text()).collect();
    let batch = office.batch("treasury", lines.iter().map(String::as_str));
    let before = office.journal().await;
    assert_eq!(office.sends(&batch).await.told(), "503 storage-full, again in 60 s");
    allow_pages(office, "1").await;
    let single = office.delivery("treasury", payment("PZ-1", "1.00").text() + &" ".repeat(20_000));
    assert_eq!(office.sends(&single).await.told(), "503 storage-full, again in 60 s");
    assert_eq!(office.journal().await, before);

    allow_pages(office, "4294967294").await;
    assert_eq!(office.sends(&single).await.told(), "200 accepted");
    assert_eq!(office.sends(&batch).await.status, 200);
});
