//! Figures of the machines' door, each beside something known measured in the same run: `cargo bench --bench load`.
//!
//! Signed single webhooks over 64 connections and NDJSON batches, all rules on, durable (SQLite, `synchronous=FULL`), the load made in the same
//! process; against the same number of rows of the same width inserted raw, in transactions of the same size. Then disbursement lines beside a large
//! ledger, and a hot allocation, on SQLite and, where `JINGLING_TEST_POSTGRES` names a server, on PostgreSQL. `LEDGER_LINES` is the size of the ledger;
//! `LOAD` names parts, if not all are wanted: `month`, `lines`, `hot`.
#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "a bench prints its figures and stops at the first surprise")]

mod hot;
mod lines;

use std::path::Path;
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use jingling::app::App;
use jingling::binds;
use jingling::clock::Clock;
use jingling::demo::county::{County, Delivery, Month, Size, load_allocations, one_payment};
use jingling::demo::{office, play};
use jingling::intake::signature::{Secret, sign};
use jingling::store::{Db, journal};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

const CONNECTIONS: usize = 64;
const SINGLES: usize = 40_000;

fn main() {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap().block_on(run());
}

async fn run() {
    println!("cores {}", std::thread::available_parallelism().unwrap());
    let wanted = std::env::var("LOAD").unwrap_or_default();
    let wants = |part: &str| wanted.is_empty() || wanted.split(',').any(|named| named == part);
    if wants("month") {
        month().await;
    }
    for (database, server) in [("sqlite", None), ("postgres", std::env::var("JINGLING_TEST_POSTGRES").ok())] {
        if database == "postgres" && server.is_none() {
            println!("JINGLING_TEST_POSTGRES is not set: PostgreSQL is left out");
            continue;
        }
        for part in ["lines", "hot"].into_iter().filter(|part| wants(part)) {
            let folder = tempfile::tempdir_in(".").unwrap();
            let name = format!("load_{}_{part}", std::process::id());
            let url = match &server {
                Some(server) => Some(create(server, &name).await),
                None => None,
            };
            match part {
                "lines" => lines::run(database, folder.path(), url).await,
                _ => hot::run(database, folder.path(), url).await,
            }
            if let Some(server) = &server {
                admin(server, format!("DROP DATABASE {name} WITH (FORCE)")).await;
            }
        }
    }
}

async fn admin(server: &str, text: String) {
    let db = Db::connect(server).await.unwrap();
    db.execute(text, vec![]).await.unwrap();
    db.close().await;
}

async fn create(server: &str, name: &str) -> String {
    admin(server, format!("CREATE DATABASE {name}")).await;
    format!("{}/{name}", server.rsplit_once('/').unwrap().0)
}

/// A service of an office that pushes nothing: warnings are not what is measured here.
async fn start(folder: &Path, url: Option<String>, secret: &str) -> App {
    let mut config = office::config(folder, "2026-10-01".parse().unwrap(), secret).unwrap();
    config.office.go_live = "2049-01-01".parse().unwrap();
    if let Some(url) = url {
        config.database.url = jingling::config::database::DatabaseUrl::new(url);
    }
    let begin = "2026-10-12T10:00:00+08:00".parse::<DateTime<Utc>>().unwrap();
    App::start(&config, Clock::running_from(begin)).await.unwrap()
}

/// Takes lines in as one sender would, twenty thousand at a time.
async fn batch(app: &App, secret: &str, source: &str, id: &str, lines: &[String]) {
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    for (n, part) in lines.chunks(20_000).enumerate() {
        assert_eq!(post(&client, app, source, secret, &format!("{id}-{n}"), "application/x-ndjson", part.join("\n")).await, 200);
    }
}

async fn month() {
    let folder = tempfile::tempdir_in(".").unwrap();
    let month = "2026-10-01".parse().unwrap();
    let secret = office::secret().unwrap();
    let mut config = office::config(folder.path(), month, &secret).unwrap();
    // every tenth payment is in cash and lights a bell at most: the outbox is not what is measured here
    config.office.go_live = "2049-01-01".parse().unwrap();
    let county = County::generate(1, Month::of(month), Size { payments: 600, lines: 60_000, households: 15_000 });
    let begin = county.moments.first().unwrap().at;
    let app = App::start(&config, Clock::running_from(begin)).await.unwrap();

    let (allocations, rest): (Vec<_>, Vec<_>) = county.moments.into_iter().partition(|m| m.source == "budget");
    play::play(&app, &allocations, &secret, |_| ()).await.unwrap();
    batches(&app, rest.iter().filter(|m| m.source == "register").map(|m| &m.body), "register", &secret).await;
    batches(&app, rest.iter().filter(|m| m.source == "treasury").map(|m| &m.body), "treasury", &secret).await;
    batches(&app, std::iter::once(&Delivery::Batch(load_allocations())), "budget", &secret).await;
    let before = journal::head(&app.store).await.unwrap().unwrap().0;
    singles(&app, &secret).await;
    let entries = journal::head(&app.store).await.unwrap().unwrap().0 - before;
    assert_eq!(usize::try_from(entries).unwrap(), SINGLES);
    raw(folder.path()).await;
    app.stop().await;
}

/// All lines of the batches, gathered into large ones, as one sender would.
async fn batches(app: &App, bodies: impl Iterator<Item = &Delivery>, source: &str, secret: &str) {
    let lines: Vec<&str> = bodies
        .filter_map(|body| match body {
            Delivery::Batch(lines) => Some(lines.iter().map(String::as_str)),
            Delivery::Single(_) => None,
        })
        .flatten()
        .collect();
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let started = Instant::now();
    for (n, part) in lines.chunks(20_000).enumerate() {
        let body = part.join("\n");
        let answer = post(&client, app, source, secret, &format!("{source}-batch-{n}"), "application/x-ndjson", body).await;
        assert_eq!(answer, 200);
    }
    let took = started.elapsed();
    println!("batch lines ({source}): {} in {:.2} s = {:.0} lines/s", lines.len(), took.as_secs_f64(), lines.len() as f64 / took.as_secs_f64());
}

async fn post(client: &reqwest::Client, app: &App, source: &str, secret: &str, id: &str, media: &str, body: String) -> u16 {
    let now = app.clock.now().timestamp();
    let signature = sign(&Secret::parse(secret).unwrap(), id, now, body.as_bytes());
    let request = client.post(format!("http://{}/webhooks/{source}", app.listen)).header("content-type", media).header("webhook-id", id);
    request.header("webhook-timestamp", now).header("webhook-signature", signature).body(body).send().await.unwrap().status().as_u16()
}

async fn singles(app: &App, secret: &str) {
    let mut rng = ChaCha8Rng::seed_from_u64(7);
    let bodies: Vec<String> = (0..SINGLES).map(|n| one_payment(&mut rng, n as u64)).collect();
    println!("a payment measures {} bytes", bodies[0].len());
    let client = reqwest::Client::builder().no_proxy().pool_max_idle_per_host(CONNECTIONS).build().unwrap();
    let started = Instant::now();
    let mut tasks = Vec::new();
    let app_now: DateTime<Utc> = app.clock.now();
    for (connection, part) in bodies.chunks(SINGLES.div_ceil(CONNECTIONS)).enumerate() {
        let (client, part, secret) = (client.clone(), part.to_vec(), Secret::parse(secret).unwrap());
        let url = format!("http://{}/webhooks/treasury", app.listen);
        tasks.push(tokio::spawn(async move {
            let mut took = Vec::with_capacity(part.len());
            for (n, body) in part.into_iter().enumerate() {
                let id = format!("load-{connection}-{n}");
                let now = app_now.timestamp();
                let signature = sign(&secret, &id, now, body.as_bytes());
                let sent = Instant::now();
                let request = client.post(&url).header("content-type", "application/json").header("webhook-id", id);
                let answer = request.header("webhook-timestamp", now).header("webhook-signature", signature).body(body).send().await.unwrap();
                assert_eq!(answer.status(), 200, "{}", answer.text().await.unwrap());
                answer.bytes().await.unwrap();
                took.push(sent.elapsed());
            }
            took
        }));
    }
    let mut took: Vec<Duration> = Vec::new();
    for task in tasks {
        took.extend(task.await.unwrap());
    }
    let all = started.elapsed().as_secs_f64();
    took.sort();
    let at = |share: f64| took[((took.len() - 1) as f64 * share) as usize].as_secs_f64() * 1000.0;
    println!(
        "signed webhooks, {CONNECTIONS} connections: {:.0}/s, p50 {:.1} ms, p99 {:.1} ms, longest {:.1} ms",
        SINGLES as f64 / all,
        at(0.5),
        at(0.99),
        at(1.0)
    );
}

/// The same number of rows as a webhook writes (journal, payment, receipt), raw, 64 deliveries to a transaction.
async fn raw(folder: &std::path::Path) {
    let db = Db::open(&format!("sqlite:{}", folder.join("raw.db").display())).await.unwrap();
    let started = Instant::now();
    for group in 0..(SINGLES / 64) as i64 {
        let mut tx = db.begin().await.unwrap();
        let seqs: Vec<i64> = (1..=64).map(|n| group * 64 + n).collect();
        let entries = seqs.iter().copied().map(|seq| binds![1, seq, 0, "event", None::<i64>, 1, vec![7_u8; 700], vec![7_u8; 32], vec![7_u8; 32]]);
        tx.insert("journal", &["office_id", "seq", "at", "kind", "actor", "key_id", "sealed", "commitment", "hash"], entries, "").await.unwrap();
        let payments = seqs
            .iter()
            .map(|seq| binds![1, format!("treasury/2026/ZF{seq:012}"), *seq, *seq, 1, 1, "{}", format!("ZF{seq:012}"), vec![7_u8; 16], vec![7_u8; 16], 100]);
        let columns = ["office_id", "key", "first_seq", "seq", "line", "version", "seen", "voucher_no", "payee_name", "payee_account", "amount"];
        tx.insert("payment", &columns, payments, "").await.unwrap();
        let receipts = seqs.iter().copied().map(|seq| binds![1, "treasury", format!("load-{seq}"), vec![7_u8; 16], seq, 200, 1, "{\"status\":\"accepted\"}"]);
        tx.insert("receipt", &["office_id", "source", "webhook_id", "digest", "seq", "status", "lines", "answer"], receipts, "").await.unwrap();
        tx.commit().await.unwrap();
    }
    let rate = SINGLES as f64 / started.elapsed().as_secs_f64();
    println!("the same rows raw, 64 to a transaction: {rate:.0}/s");
}
