//! Nothing of a person leaves: every file that can be made of the made-up county is searched for everybody in it.

use std::collections::BTreeSet;
use std::io::Read;

use jingling::app::App;
use jingling::clock::Clock;
use jingling::demo::county::{County, Delivery, Month, Size};
use jingling::demo::{office, play};
use jingling::desk::Account;
use jingling::domain::mask;
use jingling::store::staff;
use serde_json::Value;

/// What tells of a person in the events: names, id numbers and accounts in full.
fn personal(county: &County) -> BTreeSet<String> {
    let events = county.moments.iter().flat_map(|moment| match &moment.body {
        Delivery::Single(event) => std::slice::from_ref(event).iter(),
        Delivery::Batch(events) => events.iter(),
    });
    let mut all = BTreeSet::new();
    for event in events {
        let data = serde_json::from_str::<Value>(event).unwrap()["data"].take();
        for field in ["name", "id_no", "account", "payee_account", "payer_account", "phone", "payee_name"] {
            let Some(text) = data[field].as_str() else { continue };
            // a unit is no person: its name stands whole
            if field != "payee_name" || mask::payee(text) != text {
                all.insert(text.to_owned());
            }
        }
    }
    all
}

/// Everything a file holds, unpacked.
fn content(bytes: &[u8]) -> String {
    let Ok(mut archive) = zip::ZipArchive::new(std::io::Cursor::new(bytes)) else { return String::from_utf8(bytes.to_vec()).unwrap() };
    let mut all = String::new();
    for at in 0..archive.len() {
        archive.by_index(at).unwrap().read_to_string(&mut all).unwrap();
    }
    all
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_of_a_person_of_the_county_leaves() {
    let folder = tempfile::tempdir().unwrap();
    let month = "2026-10-01".parse().unwrap();
    let county = County::generate(7, Month::of(month), Size { payments: 700, lines: 300, households: 120 });
    let secret = office::secret().unwrap();
    let config = office::config(folder.path(), month, &secret).unwrap();
    let app = App::start(&config, Clock::standing_at(county.moments[0].at)).await.unwrap();
    for card in office::people() {
        staff::add(&app.store, app.clock.now(), &card).await.unwrap();
    }
    assert_eq!(play::play(&app, &county.moments, &secret, |_| ()).await.unwrap().refused, 0);
    let says = async |name: &str, line: &str| app.desk.hear(name, Account::Console, line).await.to_string();
    let mut rows = 0;
    for (data, period) in [("预警", "2026-10"), ("台账", "2026"), ("支付", "2026-10"), ("月报", "2026-10")] {
        for format in ["csv", "xlsx"] {
            let said = says("张敏", &format!("/会签 申请 {data} {period} 接收单位=省财政厅 用途=上报")).await;
            let no: String = said.chars().skip_while(|c| *c != 'H').take(11).collect();
            says("郑勇", &format!("/会签 批准 {no}")).await;
            let done = says("张敏", &format!("/会签 导出 {no} {format}")).await;
            assert!(done.starts_with("已导出"), "{done}");
            rows += done.lines().nth(1).unwrap().split(' ').next().unwrap().parse::<usize>().unwrap();
        }
    }
    assert!(rows > 1_500, "{rows}: more than a page of payments, and warnings");
    let personal = personal(&county);
    assert!(personal.len() > 500 && personal.contains("阿依古丽·买买提"), "{}", personal.len());
    let files: Vec<_> = std::fs::read_dir(&config.outgoing.folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert_eq!(files.len(), 8);
    for path in files {
        let text = content(&std::fs::read(&path).unwrap());
        let found: Vec<_> = personal.iter().filter(|of| text.contains(of.as_str())).collect();
        assert!(found.is_empty(), "{}: {found:?}", path.display());
        if path.to_string_lossy().contains("支付") {
            assert!(text.contains("有限公司") && text.contains("****"), "units stand whole, accounts by their ends");
        }
    }
    app.stop().await;
}
