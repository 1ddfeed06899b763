//! Data that leaves the bureau: asked for by one, consented to by another, made into a file, and known again by its checksum.

mod bad;
mod privacy;
mod program;
mod way_out;

use std::path::PathBuf;

use commands::Permission::{Approve, Query};

use crate::harness::{Office, allocation, payment};

/// 郑勇 of 领导小组办公室, and a yellow light of 社保股.
async fn opens(office: &mut Office) {
    office.hires("郑勇", "lead_office", &[Query, Approve], "zhengyong").await;
    office.allocates(allocation("ZB-1", "100000.00")).await;
    pays(office, &["PZ-1", "PZ-2"]).await;
    office.wait_until_sent().await;
}

async fn pays(office: &mut Office, vouchers: &[&str]) {
    for voucher in vouchers {
        let event = payment(voucher, "4800.00").with("payee_name", "欧阳小满").with("payee_account", "6217000000017");
        assert_eq!(office.pays(event).await.told(), "200 accepted");
    }
}

/// Asked for by 张敏 and consented to.
async fn agreed(office: &Office, data: &str, period: &str) {
    let said = office.says("张敏", &format!("/会签 申请 {data} {period} 接收单位=省财政厅 用途=上报")).await;
    let no = said.split_once("HQ").map(|(_, rest)| rest.chars().take(9).collect::<String>()).unwrap();
    let said = office.says("郑勇", &format!("/会签 批准 HQ{no}")).await;
    assert!(said.starts_with("已同意"), "{said}");
}

/// What lies in the outgoing folder, by name.
fn outgoing(office: &Office) -> Vec<String> {
    let folder = std::fs::read_dir(&office.config.outgoing.folder).unwrap();
    let mut names: Vec<String> = folder.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

fn at(office: &Office, name: &str) -> PathBuf {
    office.config.outgoing.folder.join(name)
}

fn text(office: &Office, name: &str) -> String {
    let text = std::fs::read_to_string(at(office, name)).unwrap();
    timeless(&text.strip_prefix('\u{feff}').expect("Excel wants the mark").replace("\r\n", "\n"))
}

/// Without the number of the journal's entry, which depends on how deliveries were gathered.
fn timeless(text: &str) -> String {
    let Some((before, rest)) = text.split_once("截至流水第 ") else { return text.to_owned() };
    format!("{before}截至流水第 … {}", rest.split_once(' ').unwrap().1)
}

/// An answer without the place of this test's folder.
fn plainly(office: &Office, answer: &str) -> String {
    timeless(&answer.replace(&format!("{}", office.config.outgoing.folder.display()), "外送"))
}
