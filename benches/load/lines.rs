//! Disbursement lines by the batch door, into an empty ledger and into one that holds `LEDGER_LINES` (300 000 unless said) of them already; beside it
//! the very rows that were written, raw, in multi-row statements and the same transactions, into the same tables.

use std::fmt::Write as _;
use std::time::Instant;

use jingling::app::App;
use jingling::binds;
use jingling::domain::Kind;
use jingling::intake::batch::CHUNK;
use jingling::store::{Bind, Db, journal};
use serde_json::{Value, json};

use super::{batch, start};

/// Lines that are measured.
const LINES: u64 = 60_000;
const PEOPLE: u64 = 30_000;
/// Lines of one payment.
const OF_ONE: u64 = 5_000;

/// Measures on one database; prints rates and ratios.
pub async fn run(name: &str, folder: &std::path::Path, url: Option<String>) {
    let before: u64 = std::env::var("LEDGER_LINES").ok().map_or(300_000, |lines| lines.parse().expect("LEDGER_LINES is a number"));
    let secret = jingling::demo::office::secret().unwrap();
    let app = start(folder, url, &secret).await;
    let people: Vec<String> = (0..PEOPLE).map(person).collect();
    batch(&app, &secret, "register", "people", &people).await;
    // caches of statements and pages are warm before anything is timed
    batch(&app, &secret, "treasury", "warm", &lines("W", 0, 10_000)).await;

    let empty = measure(&app, &secret, "empty", &lines("E", 0, LINES)).await;
    let empty_raw = raw(&app, "empty").await;
    println!("{name}: batch lines into an empty ledger {empty:.0}/s, the same rows raw {empty_raw:.0}/s: raw is {:.2} times as fast", empty_raw / empty);

    let started = Instant::now();
    let mut filled = 0;
    while filled < before {
        let some = (before - filled).min(100_000);
        batch(&app, &secret, "treasury", &format!("fill-{filled}"), &lines("F", filled, some)).await;
        filled += some;
    }
    println!("{name}: filled with {before} lines at {:.0}/s", before as f64 / started.elapsed().as_secs_f64());
    let full = measure(&app, &secret, "full", &lines("L", 0, LINES)).await;
    let full_raw = raw(&app, "full").await;
    println!(
        "{name}: batch lines beside {before} {full:.0}/s, raw {full_raw:.0}/s: raw is {:.2} times as fast; {:.2} of the rate of the empty ledger",
        full_raw / full,
        full / empty
    );
    app.stop().await;
}

/// Lines a second.
async fn measure(app: &App, secret: &str, id: &str, lines: &[String]) -> f64 {
    let started = Instant::now();
    batch(app, secret, "treasury", id, lines).await;
    lines.len() as f64 / started.elapsed().as_secs_f64()
}

/// A number with a right check digit (GB 11643).
fn id_no(n: u64) -> String {
    const WEIGHTS: [u64; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let mut id = format!("341525{}{:02}{:02}{:03}", 1940 + n % 60, 1 + n / 60 % 12, 1 + n / 720 % 28, n / 20_160 % 1000);
    let sum: u64 = id.bytes().zip(WEIGHTS).map(|(digit, weight)| u64::from(digit - b'0') * weight).sum();
    let _ = write!(id, "{}", ["1", "0", "X", "9", "8", "7", "6", "5", "4", "3", "2"][usize::try_from(sum % 11).unwrap()]);
    id
}

fn event(kind: &str, data: &Value) -> String {
    json!({ "type": kind, "timestamp": "2026-10-12T09:31:00+08:00", "data": data }).to_string()
}

fn person(n: u64) -> String {
    let data = json!({ "household_no": format!("H{:06}", n / 3), "person_no": format!("R{n:07}"), "name": format!("试{n}"), "id_no": id_no(n), "effective_from": "2020-01-01" });
    event("beneficiary.registered", &data)
}

/// Lines of payments whose numbers begin so: everybody month by month, project by project.
fn lines(series: &str, from: u64, count: u64) -> Vec<String> {
    let line = |n: u64| {
        let (person, round) = (n % PEOPLE, n / PEOPLE);
        let data = json!({
            "voucher_no": format!("{series}{:08}", n / OF_ONE), "fiscal_year": 2026, "line_no": n % OF_ONE + 1, "project_code": format!("{series}{}", round / 12), "town": "诸佛庵镇",
            "village": "仙人冲村", "name": format!("试{person}"), "id_type": "居民身份证", "id_no": id_no(person), "basis": "按人", "due": "320.00", "paid": "320.00",
            "month": format!("{:02}", round % 12 + 1), "account": format!("62284800{person:011}"), "allocation_id": "FZ2026-0001", "section": "business:social_security",
        });
        event("disbursement.listed", &data)
    };
    (from..from + count).map(line).collect()
}

/// What the last batch of lines has written (lines, journal, answers), once more under other keys.
async fn raw(app: &App, id: &str) -> f64 {
    let store = &app.store;
    let entries = journal::head(store).await.unwrap().unwrap().0;
    let chunks = i64::try_from(LINES).unwrap() / i64::try_from(CHUNK).unwrap();
    let lines = rows(&store.db, "disbursement", "seq > $2 ORDER BY seq, line", entries - chunks).await;
    let sealed = rows(&store.db, "journal", "seq > $2 ORDER BY seq", entries - chunks).await;
    assert_eq!((lines.1.len(), sealed.1.len()), (usize::try_from(LINES).unwrap(), usize::try_from(chunks).unwrap()));
    let place = |columns: &[&'static str], column: &str| columns.iter().position(|name| *name == column).unwrap();
    let renamed = |columns: &[&'static str], mut row: Vec<Bind>| {
        for column in ["key", "voucher_no", "payment"] {
            if let Bind::Text(Some(text)) = &mut row[place(columns, column)] {
                *text = text.replacen(['E', 'L'], "R", 1).into();
            }
        }
        row
    };
    let (line_columns, lines) = lines;
    let mut lines = lines.into_iter().map(|row| renamed(&line_columns, row)).collect::<Vec<_>>().into_iter();
    let (columns, sealed) = sealed;
    let seq = place(&columns, "seq");
    let answer = "a".repeat(CHUNK + 30);
    let started = Instant::now();
    for (n, mut entry) in sealed.into_iter().enumerate() {
        entry[seq] = (1_000_000_000 + entries + i64::try_from(n).unwrap()).into();
        let mut tx = store.db.begin().await.unwrap();
        tx.insert("journal", &columns, vec![entry], "").await.unwrap();
        tx.insert("disbursement", &line_columns, lines.by_ref().take(CHUNK), "").await.unwrap();
        let chunk = binds![store.office, "raw", id, i64::try_from(n * CHUNK + 1).unwrap(), answer.as_str()];
        tx.insert("receipt_chunk", &["office_id", "source", "webhook_id", "first_line", "answer"], vec![chunk], "").await.unwrap();
        tx.commit().await.unwrap();
    }
    let rate = LINES as f64 / started.elapsed().as_secs_f64();
    for (table, raw) in [("journal", "seq > 1000000000"), ("disbursement", "voucher_no LIKE 'R%'"), ("receipt_chunk", "source = 'raw'")] {
        store.db.execute(format!("DELETE FROM {table} WHERE {raw}"), vec![]).await.unwrap();
    }
    rate
}

/// The rows of a table as they can be written again.
async fn rows(db: &Db, table: &'static str, which: &str, from: i64) -> (Vec<&'static str>, Vec<Vec<Bind>>) {
    let columns: Vec<&'static str> = if table == "journal" {
        vec!["office_id", "seq", "at", "kind", "actor", "key_id", "sealed", "commitment", "hash"]
    } else {
        let meta = ["office_id", "key", "first_seq", "seq", "line", "version", "seen"];
        meta.into_iter().chain(jingling::domain::Entity::Disbursement.fields().iter().map(|field| field.column)).collect()
    };
    let rows = db.fetch(format!("SELECT {} FROM {table} WHERE office_id = $1 AND {which}", columns.join(", ")), binds![1, from]).await.unwrap();
    let cell = |row: &jingling::store::Row, at: usize| -> Bind {
        if let Ok(value) = row.opt_int(at) {
            return value.into();
        }
        row.opt_text(at).map(|text| Bind::Text(text.map(Into::into))).or_else(|_| row.opt_blob(at).map(|bytes| Bind::Blob(bytes.map(<[u8]>::to_vec)))).unwrap()
    };
    // an empty cell does not tell its type: SQLite does not ask, and PostgreSQL is told by the columns of the table
    let empty = |at: usize| {
        let field = jingling::domain::Entity::Disbursement.fields().iter().find(|field| Some(&field.column) == columns.get(at))?;
        match field.kind {
            Kind::Cipher => Some(Bind::Blob(None)),
            Kind::Text | Kind::Date | Kind::Number => Some(Bind::Text(None)),
            Kind::Money | Kind::Flag => None,
        }
    };
    let kinds = |at: usize| rows.iter().map(|row| cell(row, at)).find(|bind| !matches!(bind, Bind::Int(None))).or_else(|| empty(at));
    let shapes: Vec<Option<Bind>> = (0..columns.len()).map(kinds).collect();
    let read = rows.iter().map(|row| (0..columns.len()).map(|at| typed(cell(row, at), shapes[at].as_ref())).collect()).collect();
    (columns, read)
}

fn typed(bind: Bind, like: Option<&Bind>) -> Bind {
    match (bind, like) {
        (Bind::Int(None), Some(Bind::Text(_))) => Bind::Text(None),
        (Bind::Int(None), Some(Bind::Blob(_))) => Bind::Blob(None),
        (bind, _) => bind,
    }
}
