//! A hot allocation: a hundred thousand payments under one limit. The last of them must cost what the first did, and so must moving the limit.

use std::time::Instant;

use serde_json::json;

use super::{batch, post, start};

const PAYMENTS: usize = 100_000;
const MEASURED: usize = 10_000;

/// Measures on one database; prints rates and ratios.
pub async fn run(name: &str, folder: &std::path::Path, url: Option<String>) {
    let secret = jingling::demo::office::secret().unwrap();
    let app = start(folder, url, &secret).await;
    let event = |kind: &str, data: serde_json::Value| json!({ "type": kind, "timestamp": "2026-10-12T09:31:00+08:00", "data": data }).to_string();
    let allocation =
        json!({ "allocation_id": "HOT", "doc_no": "霍财办〔2026〕1号", "received_on": "2026-09-01", "fiscal_year": 2026, "amount": "9000000000.00" });
    let registered = json!({ "allocation_id": "HOT", "registered_on": "2026-09-02" });
    batch(&app, &secret, "budget", "hot", &[event("allocation.received", allocation), event("allocation.registered", registered)]).await;
    let payment = |n: usize| {
        event(
            "payment.paid",
            json!({
                "voucher_no": format!("HOT{n:08}"), "allocation_id": "HOT", "paid_at": "2026-10-12T09:30:00+08:00", "amount": format!("{}.00", 100 + n % 900),
                "payee_name": "霍山县试压建设有限公司", "payee_account": format!("34010{n:010}"), "purpose": "工程款", "settlement": "电子转账", "section": "agriculture",
            }),
        )
    };
    let all: Vec<String> = (0..PAYMENTS).map(payment).collect();
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let mut rates = Vec::new();
    for (n, part) in all.chunks(MEASURED).enumerate() {
        let started = Instant::now();
        batch(&app, &secret, "treasury", &format!("hot-{n}"), part).await;
        rates.push(MEASURED as f64 / started.elapsed().as_secs_f64());
    }
    let (first, last) = (rates[1], rates[rates.len() - 1]);
    println!("{name}: payments of one allocation, from the {MEASURED}th on {first:.0}/s, up to the {PAYMENTS}th {last:.0}/s: {:.2} of it", last / first);
    for (id, amount) in [("up", "9000000001.00"), ("down", "1000.00")] {
        let body = event("allocation.adjusted", json!({ "allocation_id": "HOT", "amount": amount, "adjusted_on": "2026-10-12" }));
        let started = Instant::now();
        assert_eq!(post(&client, &app, "budget", &secret, id, "application/json", body).await, 200);
        println!("{name}: its limit moved {id}: {:.1} ms", started.elapsed().as_secs_f64() * 1000.0);
    }
    app.stop().await;
}
