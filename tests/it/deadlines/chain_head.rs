//! The end of the journal's chain goes out every day, to those who watch the ones that run the service.

use jingling::store::audit::{Walk, walk};

use super::it_is;
use crate::harness::{Mail, Office, office_story};

async fn heads(office: &Office, address: &str) -> Vec<Mail> {
    office.mailbox().await.of(address).into_iter().filter(|mail| mail.subject.starts_with("【流水链头】")).cloned().collect()
}

office_story!(the_head_of_the_chain_is_mailed_once_a_day_and_proves_the_journal, async |office| {
    office.hires("纪明", "discipline", &[], "jiming").await;
    office.jobs().await;
    assert!(heads(office, "sunli@huoshan.example").await.is_empty(), "not before half past five of its first day");
    it_is(office, "2026-11-23T17:30");
    office.jobs().await;
    office.jobs().await;
    let first = heads(office, "sunli@huoshan.example").await;
    assert_eq!((first.len(), heads(office, "jiming@huoshan.example").await.len()), (1, 1));
    insta::assert_snapshot!(first[0].subject, @"【流水链头】");
    let line = first[0].text.lines().find_map(|line| line.strip_prefix("链头:")).unwrap().to_owned();
    let (seq, hash) = line.split_once(':').unwrap();
    let head = (seq.parse().unwrap(), hash.to_owned());
    assert!(matches!(walk(office.store(), Some(&head), |_| ()).await.unwrap(), Walk::Whole { .. }));
    let other = (head.0, hash.chars().rev().collect());
    assert!(matches!(walk(office.store(), Some(&other), |_| ()).await.unwrap(), Walk::Broken { .. }));
    // a weekend and more without the service: made up for once
    office.stop().await;
    it_is(office, "2026-12-02T09:00");
    office.start().await;
    office.jobs().await;
    let second = heads(office, "sunli@huoshan.example").await;
    assert_eq!(second.len(), 2);
    assert!(second[1].text.contains("日期:2026-12-01"), "{}", second[1].text);
    it_is(office, "2026-12-02T17:31");
    office.jobs().await;
    assert_eq!(heads(office, "sunli@huoshan.example").await.len(), 3);
    assert!(heads(office, "wufan@huoshan.example").await.is_empty(), "not to those who run it");
});
