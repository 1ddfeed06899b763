//! Whatever personal is typed, in whatever form, through whatever people speak: it is neither kept nor said again.

use std::io::Write;
use std::sync::{Arc, Mutex};

use commands::{Command, SPECS};
use jingling::desk::{Account, Actor, Reply};
use jingling::domain::calendar::local_date;
use jingling::store::{audit, journal, staff};
use serde_json::Value;

use crate::harness::{Office, allocation, office_story, payment, snowflake};

/// Shaped like a person's number: refused everywhere.
const NUMBERS: [&str; 4] = ["341525200303120019", "３４２４２７ 19650312 0012", "6222 0212 3456 7890 128", "+86 138-1234-5678"];
/// Of the warning's own evidence: refused wherever it is spoken of.
const EVIDENCE: [&str; 4] = ["欧阳小满", "欧 阳·小 满", "6217000000017", "6217-0000-00017"];

/// Places of all texts in a command, as JSON pointers.
fn texts(value: &Value, at: &str, found: &mut Vec<String>) {
    match value {
        Value::String(_) => found.push(at.to_owned()),
        Value::Array(items) => items.iter().enumerate().for_each(|(n, item)| texts(item, &format!("{at}/{n}"), found)),
        Value::Object(fields) => fields.iter().for_each(|(name, field)| texts(field, &format!("{at}/{name}"), found)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// Every command there is, with this text in the place of one of its own. Whatever cannot hold it (a date, a number) is left out.
fn commands_with(odd: &str, today: chrono::NaiveDate) -> Vec<Command> {
    let mut all = Vec::new();
    for form in SPECS.iter().flat_map(|spec| spec.forms) {
        let said = serde_json::to_value(commands::parse(form.example, today).unwrap()).unwrap();
        let mut places = Vec::new();
        texts(&said, "", &mut places);
        for place in places {
            let mut changed = said.clone();
            if let Some(warning) = changed.get_mut("warning") {
                *warning = "YJ2026-000001".into();
            }
            *changed.pointer_mut(&place).unwrap() = format!("情况 {odd} 属实").into();
            all.extend(serde_json::from_value::<Command>(changed).ok().filter(|command| command.words().contains(odd)));
        }
    }
    all
}

/// Every row of every table in the clear, and of SQLite the files themselves.
async fn lying_open(office: &Office) -> String {
    let mut all = String::new();
    for table in audit::tables() {
        for row in office.store().db.fetch(format!("SELECT * FROM {table}"), vec![]).await.unwrap() {
            all.push_str(&row.describe());
        }
    }
    for tail in ["", "-wal"] {
        let file = office.config.database.url.expose().trim_start_matches("sqlite:");
        all.push_str(&String::from_utf8_lossy(&std::fs::read(format!("{file}{tail}")).unwrap_or_default()));
    }
    all
}

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

office_story!(nothing_personal_that_is_typed_is_kept_or_said_again, async |office: &mut Office| {
    let log = Log::default();
    let kept = log.clone();
    let subscriber = tracing_subscriber::fmt().with_max_level(tracing::Level::DEBUG).with_writer(move || kept.clone()).finish();
    let _logging = tracing::subscriber::set_default(subscriber);
    office.allocates(allocation("ZB-1", "100000.00")).await;
    for voucher in ["PZ-1", "PZ-2"] {
        office
            .pays(
                payment(voucher, "4800.00")
                    .with("payee_name", "欧阳小满")
                    .with("payee_account", "6217000000017")
                    .with("purpose", "付欧阳小满 6217000000017 款"),
            )
            .await;
    }
    let today = local_date(office.clock.now());
    let desk = office.app().desk.clone();
    let people = staff::all(office.store()).await.unwrap();
    let phone = Account::Discord(snowflake(1_100_000_000_000_000_099));
    let (mut tried, mut refused) = (0, 0);
    for (odd, evidence) in NUMBERS.iter().map(|odd| (*odd, false)).chain(EVIDENCE.iter().map(|odd| (*odd, true))) {
        for command in commands_with(odd, today) {
            let allowed = command.form().allowed;
            if evidence && (command.warning().is_none() || allowed.at_terminal) {
                continue;
            }
            for account in [Account::Console, phone] {
                let actors = people.iter().map(|staff| Actor { staff: staff.clone(), account, kind: desk.orders.settings.kind(&staff.section) });
                let Some(actor) = actors.into_iter().find(|actor| actor.may(&allowed)) else { continue };
                tried += 1;
                let before = office.journal().await;
                let answer = desk.attempt(&actor, command.clone()).await;
                refused += i32::from(answer.is_err());
                match answer.unwrap_or_else(|refusal| refusal) {
                    said @ (Reply::Said(_) | Reply::Sheet(_)) => assert!(!said.to_string().contains(odd), "{}: {said}", command.words()),
                    // for the eyes of whoever typed it
                    Reply::Private(_) => {}
                }
                for entry in journal::read(office.store(), before, 100).await.unwrap() {
                    let content = String::from_utf8(entry.open(1, &office.store().keys).unwrap().content).unwrap();
                    assert!(allowed.at_terminal || !content.contains(odd), "kept: {}", command.words());
                }
            }
        }
    }
    assert!(tried > 60 && refused * 10 > tried * 9, "of {tried} tried {refused} were refused");

    // what is said of the warning afterwards is as clean
    let line = "/核实 1 违规 电话核实 对象=村会计 时间=今天 情况=\"两次为同一笔\" 违规类型=挤占挪用 整改要求=\"退回一笔\" 整改期限=12-7";
    let red = office.says("张敏", line).await;
    assert!(red.contains("转为红灯"), "{red}");
    let (open, chat) = (lying_open(office).await, office.chat().await);
    let mails = format!("{:?}", office.mailbox().await.all());
    assert!(mails.contains("转为红灯") || mails.contains("红灯"), "{mails}");
    let logged = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    for odd in NUMBERS.iter().chain(&EVIDENCE) {
        for (place, text) in [("the tables", &open), ("chat", &chat), ("mail", &mails), ("the log", &logged)] {
            assert!(!text.contains(odd), "{odd} lies in {place}");
        }
    }
});
